import type { FileLine } from '../problem';
import type { JobServiceName, PipelineJob } from './job';
import { keyOf } from './node';
import { type Offer, offerOf } from './offer';

/** What a job asks for that a runner fails it for. */
export interface Cause {
  readonly at: FileLine;
  readonly found: string;
  readonly fix: string;
}

/** Docker in a container, by the names of its images. Rootless ones need other things. */
const DAEMON = /(^|\/)docker:[\w.-]*dind(?!-rootless)[\w.-]*(@.*)?$/;

/** Whether the image of a service is a Docker daemon that needs a privileged container. */
export function isDaemon(image: string): boolean {
  return DAEMON.test(image);
}

/**
 * The variables, services or image of a job without which the runner would run it.
 *
 * @returns undefined where none of them alone is the reason
 */
export function causeOf(job: PipelineJob, { runner }: Offer): Cause | undefined {
  const runs = (changes: Partial<PipelineJob>) => {
    const { refusal, noRoom } = offerOf(runner, { ...job, ...changes });
    return refusal === undefined && noRoom === undefined;
  };
  return (
    variableCause(job, (variables) => runs({ variables })) ??
    serviceCause(job, runner, (services) => runs({ services })) ??
    imageCause(job, () => runs({ image: undefined }))
  );
}

function variableCause(
  { variables, variablesAt }: PipelineJob,
  runs: (variables: PipelineJob['variables']) => boolean,
): Cause | undefined {
  const own = [...variables].filter(([name]) => name.startsWith('KUBERNETES_') && variablesAt.has(name));
  const without = (left: typeof own) =>
    new Map([...variables].filter(([name]) => !left.some(([one]) => one === name)));
  // One of them may be the reason, or several together.
  const groups = own.length > 1 ? [...own.map((one) => [one]), own] : own.map((one) => [one]);
  const [first] = groups.filter((group) => runs(without(group)));
  const at = first === undefined ? undefined : variablesAt.get(first[0][0]);
  if (first === undefined || at === undefined) return undefined;
  return {
    at,
    found: first.map(([name, value]) => `${name}: ${value}`).join(', '),
    fix: `change ${first.length === 1 ? 'this variable' : 'these variables'}, or what the runner allows`,
  };
}

/** Only where the runner has an image for jobs without one. */
function imageCause({ image, table, at }: PipelineJob, runs: () => boolean): Cause | undefined {
  if (image === undefined || !runs()) return undefined;
  return {
    at: keyOf(table, 'image')?.at ?? at,
    found: `image ${image}`,
    fix: 'use another image, or change what the runner allows',
  };
}

function serviceCause(
  { services }: PipelineJob,
  runner: Offer['runner'],
  runs: (services: readonly JobServiceName[]) => boolean,
): Cause | undefined {
  if (services.length === 0 || !runs([])) return undefined;
  const alone = services.find((one) => !runs([one]));
  if (alone !== undefined) {
    const own = runner.observed?.runner.table.kubernetes?.services ?? [];
    const hasDaemon = isDaemon(alone.name) && own.some(({ name }) => name !== undefined && isDaemon(name));
    const fix = hasDaemon
      ? 'remove it: the runner starts a Docker daemon for every job'
      : 'use another service, or change what the runner allows';
    return { at: alone.at, found: `service ${alone.name}`, fix };
  }
  const most = services.findIndex((_, index) => !runs(services.slice(0, index + 1)));
  return {
    at: services[most].at,
    found: `${services.length} services: ${services.map(({ name }) => name).join(', ')}`,
    fix: `use ${most === 1 ? 'one service' : `${most} services`} at most, or raise maxServices of the runner`,
  };
}
