import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import type { Job } from '../../lib/gitlab-runner/executor/job';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import { parseQuantity } from '../../lib/values/quantity';
import { isTable } from '../../lib/values/record';

/**
 * Each field of job pods that differs between two configs, as `path: theirs -> ours`: of usual jobs and of those that ask for
 * as much as either config allows, with a service and without. Jobs name an image where the first config names none. What of
 * the configs no pod shows follows as `config.<key>`.
 *
 * @param release release of both managers
 */
export function differences(theirs: RunnerTable, ours: RunnerTable, release: string): readonly string[] {
  const image = theirs.kubernetes.image ? undefined : ours.kubernetes.image;
  const jobs: readonly Job[] = [{}, largestJob(theirs), largestJob(ours)].flatMap((job) =>
    [[], ['registry.example.com/service:1']].map((services) => ({ ...job, image, services })),
  );
  const pods = jobs.map((job) => [jobPod(theirs, job, release), jobPod(ours, job, release)]);
  const sides = [...pods.map((pair) => pair.map(comparable)), [theirs, ours].map(settings)];
  return [...new Set(sides.flatMap(([left, right]) => differing(left, right)))].sort();
}

/** What a runner is called, how many jobs it takes, and what is compared by itself. */
const OTHERWISE = [
  'name',
  'url',
  'token',
  'executor',
  'limit',
  'request_concurrency',
  'environment',
  'kubernetes',
];
/** Keys of `kubernetes` that say something of jobs and that no pod shows. */
const OF_JOBS = /^(poll_timeout|allowed_\w+|(?!.*_max_)\w+_overwrite_allowed)$/;

/** What of a runner no pod shows. */
function settings(table: RunnerTable): object {
  return {
    config: {
      ...chosen(table, (key) => !OTHERWISE.includes(key)),
      environment: Object.fromEntries((table.environment ?? []).map((one) => one.split(/=(.*)/s))),
      kubernetes: chosen(table.kubernetes, (key) => OF_JOBS.test(key)),
    },
  };
}

function chosen(table: object, isWanted: (key: string) => boolean): object {
  return Object.fromEntries(Object.entries(table).filter(([key]) => isWanted(key)));
}

/** What a list says of several containers, `build+helper.imagePullPolicy: ...`, as a line for each. */
export function eachContainer(line: string): readonly string[] {
  const [, names, change] = /^([\w+-]+\+[\w-]+)(\..*)$/.exec(line) ?? [];
  return names === undefined ? [line] : names.split('+').map((name) => `${name}${change}`);
}

function differing(theirs: object, ours: object): readonly string[] {
  const [left, right] = [theirs, ours].map((side) => new Map(leaves(side, '')));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => !isEqual(left.get(path), right.get(path)))
    .map((path) => {
      const place = path.replace(/^(?:initC|c)ontainers\./, '');
      return `${place}: ${left.get(path) ?? 'none'} -> ${right.get(path) ?? 'none'}`;
    });
}

/** Quantities are equal however they are written. */
function isEqual(theirs = '', ours = ''): boolean {
  if (theirs === ours) return true;
  const amount = parseQuantity(theirs);
  return amount !== undefined && amount === parseQuantity(ours);
}

/** Items of lists by what they are of, so that their order says nothing. */
function comparable(made: ReturnType<typeof jobPod>): object {
  if ('refused' in made) return made;
  const { containers, initContainers, tolerations, volumes, ...pod } = made;
  return {
    ...pod,
    containers: Object.fromEntries(containers.map((one) => [one.name, container(one)])),
    initContainers: Object.fromEntries(initContainers.map((one) => [one.name, container(one)])),
    tolerations: Object.fromEntries(
      tolerations.map(({ key, operator, value = '', effect = '' }) => [
        `${key}=${value}:${effect}`,
        operator,
      ]),
    ),
    // An emptyDir may say nothing else.
    volumes: Object.fromEntries(
      volumes.map(({ name, ...source }) => [name, { ...source, of: Object.keys(source).join() }]),
    ),
  };
}

/** Whether it is privileged and may escalate stands in its security context too. */
function container({
  name: _,
  privileged: __,
  allowPrivilegeEscalation: ___,
  ...one
}: JobPod['containers'][0]) {
  const mounts = one.volumeMounts.map(({ mountPath, ...mount }) => [mountPath, mount]);
  return { ...one, volumeMounts: Object.fromEntries(mounts) };
}

/** Every value by its path. */
function leaves(value: unknown, path: string): readonly [string, string][] {
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (value === undefined) return [];
  if (typeof value === 'string') return [[path, value]];
  if (!isTable(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, below(key)));
}
