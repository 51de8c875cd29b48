import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import { cronFault } from '../../values/cron';
import { parseQuantity } from '../../values/quantity';
import { RUNNER_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import type { PrewarmProps, RunnerProps } from '../props/runner';
import { checkWholeNumber } from '../validate/fields';
import type { ResolvedContainer, ResolvedJobResources } from './resources';

/** How long pause pods stay when they are too many; the runner's own default is no time at all. */
const IDLE_TIME = '10m';

/** Jobs that each manager of a runner holds room for; each keeps pause pods of its own. */
export function prewarmedJobs(jobs: number, managers: number): number {
  return Math.ceil(jobs / managers);
}

/**
 * `[runners.kubernetes.autoscaler]` of one manager. A pause pod asks for what the build container asks for and leaves
 * the helper out, so that a job needs the room of more than one: as many more are held.
 */
export function prewarmTable(
  { hours, timezone }: PrewarmProps,
  jobs: number,
  { build, helper }: ResolvedJobResources,
  priorityClass: string,
): NonNullable<KubernetesTable['autoscaler']> {
  const pods = Math.ceil(jobs * Math.max(surplus('cpu', build, helper), surplus('memory', build, helper)));
  return {
    max_pause_pods: pods,
    pause_pod_priority_class_name: priorityClass,
    policy: [{ periods: [...(hours ?? [])], timezone, idle_count: pods, idle_time: IDLE_TIME }],
  };
}

/** How many times the request of the build container a whole job pod asks for. */
function surplus(resource: 'cpu' | 'memory', build: ResolvedContainer, helper: ResolvedContainer): number {
  const [own, rest] = [build, helper].map(({ [resource]: { request } }) =>
    Number(parseQuantity(request ?? '0') ?? 0n),
  );
  return own > 0 ? (own + rest) / own : 1;
}

/** Notes what is wrong with held room, and runners for which pause pods hold none. */
export function checkPrewarm(faults: Faults, runner: RunnerProps): void {
  const { prewarm } = runner;
  if (prewarm === undefined) return;
  const place = faults.at('prewarm');
  const most =
    (runner.concurrency ?? RUNNER_DEFAULTS.concurrency) * (runner.managers ?? RUNNER_DEFAULTS.managers);
  checkWholeNumber(place, 'jobs', prewarm.jobs, 1, Number.isInteger(most) && most > 0 ? most : 5000);
  checkHours(place, prewarm.hours);
  if (!isTimeZone(prewarm.timezone)) {
    place.add(
      'timezone',
      prewarm.timezone,
      'a name of the time zone database',
      'write it as "Europe/Berlin"',
    );
  }
  if (Object.keys(runner.devices ?? {}).length > 0) {
    const rule = 'pause pods ask for no devices: they would share one node where each job needs a device';
    faults.add('prewarm', 'set', rule, 'leave it out, or hold the nodes otherwise');
  }
  if (runner.build?.cpu?.request === null && runner.build?.memory?.request === null) {
    const rule = 'pause pods ask for what the build container asks for: without a request they hold nothing';
    faults.add('prewarm', 'set', rule, 'give build a request of CPU and memory');
  }
}

function checkHours(faults: Faults, hours: unknown): void {
  if (!Array.isArray(hours) || hours.length === 0) {
    faults.add('hours', hours, 'room is held in some hours', 'write cron lines, as ["* 7-17 * * mon-fri"]');
    return;
  }
  for (const [index, line] of hours.entries()) {
    const text = String(line);
    const wrong = text.startsWith('@') ? 'a named schedule is one minute' : cronFault(text);
    if (wrong) faults.add(`hours[${index}]`, line, wrong, 'write five fields, as "* 7-17 * * mon-fri"');
    else if (/^\d+ /.test(text)) {
      const rule = 'this matches one minute of an hour: room would come and go every hour';
      faults.add(`hours[${index}]`, line, rule, `write "${text.replace(/^\d+/, '*')}"`);
    }
  }
}

function isTimeZone(name: unknown): boolean {
  if (typeof name !== 'string' || !/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
