import type { FileLine } from '../problem';
import { hasOwnDaemon, isDaemon } from './daemon';
import type { JobServiceName, PipelineJob } from './job';
import { keyOf } from './node';
import { type Offer, offerOf } from './offer';

/** What a job asks for that a runner fails it for. */
export interface Cause {
  readonly at: FileLine;
  readonly found: string;
  readonly fix: string;
}

/** Why a runner does not run a job that it takes. */
export interface Reason {
  /** `refused`: the runner fails it. `no-room`: no node has room for its pod. */
  readonly rule: 'refused' | 'no-room';
  readonly why: string;
  /** Undefined where no variable, service or image of the job is the reason. */
  readonly cause: Cause | undefined;
}

/** Every reason for which a runner does not run a job: what is refused alone is one of its own. */
export function reasonsOf(job: PipelineJob, offer: Offer): readonly Reason[] {
  const { runner, refusal, noRoom } = offer;
  if (refusal === undefined && noRoom === undefined) return [];
  const alone = refusal === undefined ? [] : refusedAlone(job, runner);
  if (alone.length > 0) return alone;
  const rule = refusal === undefined ? 'no-room' : 'refused';
  return [{ rule, why: refusal ?? noRoom ?? '', cause: causeOf(job, offer) }];
}

/** The variables, services and image for each of which the runner fails a job that has nothing else. */
function refusedAlone(job: PipelineJob, runner: Offer['runner']): readonly Reason[] {
  const variables = new Map([...job.variables].filter(([name]) => !name.startsWith('KUBERNETES_')));
  const bare: PipelineJob = { ...job, variables, services: [], image: undefined };
  const refusalOf = (changes: Partial<PipelineJob>) => offerOf(runner, { ...bare, ...changes }).refusal;
  if (refusalOf({}) !== undefined) return [];
  const reason = (changes: Partial<PipelineJob>, cause: Cause): readonly Reason[] => {
    const why = refusalOf(changes);
    return why === undefined ? [] : [{ rule: 'refused', why, cause }];
  };
  return [
    ...[...job.variables].flatMap(([name, value]) => {
      const at = name.startsWith('KUBERNETES_') ? job.variablesAt.get(name) : undefined;
      if (at === undefined) return [];
      const cause = variableWords([[name, value]], at);
      return reason({ variables: new Map([...variables, [name, value]]) }, cause);
    }),
    ...(job.image === undefined ? [] : reason({ image: job.image }, imageWords(job, job.image))),
    ...job.services.flatMap((one) => reason({ services: [one] }, serviceWords(one, runner))),
  ];
}

/**
 * The variables, services or image of a job without which the runner would run it.
 *
 * @returns undefined where none of them alone is the reason
 */
function causeOf(job: PipelineJob, { runner }: Offer): Cause | undefined {
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
  return first === undefined || at === undefined ? undefined : variableWords(first, at);
}

function variableWords(variables: readonly (readonly [string, string])[], at: FileLine): Cause {
  return {
    at,
    found: variables.map(([name, value]) => `${name}: ${value}`).join(', '),
    fix: `change ${variables.length === 1 ? 'this variable' : 'these variables'}, or what the runner allows`,
  };
}

/** Only where the runner has an image for jobs without one. */
function imageCause(job: PipelineJob, runs: () => boolean): Cause | undefined {
  return job.image === undefined || !runs() ? undefined : imageWords(job, job.image);
}

function imageWords({ table, at }: PipelineJob, image: string): Cause {
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
  if (alone !== undefined) return serviceWords(alone, runner);
  const most = services.findIndex((_, index) => !runs(services.slice(0, index + 1)));
  return {
    at: services[most].at,
    found: `${services.length} services: ${services.map(({ name }) => name).join(', ')}`,
    fix: `use ${most === 1 ? 'one service' : `${most} services`} at most, or raise maxServices of the runner`,
  };
}

function serviceWords({ name, at }: JobServiceName, runner: Offer['runner']): Cause {
  const fix =
    isDaemon(name) && hasOwnDaemon(runner)
      ? 'remove it: the runner starts a Docker daemon for every job'
      : 'use another service, or change what the runner allows';
  return { at, found: `service ${name}`, fix };
}
