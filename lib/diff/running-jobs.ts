import type { Cause } from './causes/cause';
import { counted } from './causes/words';
import type { Impact } from './rule';

/**
 * What becomes of running jobs and their managers, as half sentences: the worst first.
 *
 * @param causes what was meant, by which an object that no rule judges is known to be harmless for jobs that run
 */
export function whatHappens(
  impacts: readonly Impact[],
  causes: readonly Pick<Cause, 'kind' | 'objects'>[],
): readonly string[] {
  const heavy = impacts.filter(({ weight }) => weight === 'disruptive');
  const notices = impacts.filter(({ weight }) => weight === 'notice');
  const isOfGitLab = (object: string) => {
    const own = causes.filter(({ objects }) => objects.includes(object));
    return own.length > 0 && own.every(({ kind }) => kind === 'gitlab-settings');
  };
  const isUnknown = impacts.some(
    ({ id, weight, object }) =>
      weight === 'security' && (UNJUDGED.has(id) || isOtherProgram(id, object)) && !isOfGitLab(object),
  );
  const worst = [...new Set(heavy.map(({ id }) => WORST[id] ?? 'running jobs can be cut'))];
  const moves = [
    ...movedManagers(notices),
    ...(notices.some(({ id }) => NODE_RULES.has(id)) ? ['nodes are replaced'] : []),
  ];
  const lost = notices.some(({ id }) => LOST_RUNNER.has(id)) ? ['some jobs find no runner any more'] : [];
  const known = [...worst, ...moves, ...lost];
  if (isUnknown) return [...known, 'no rule knows all that this does to running jobs'];
  if (heavy.length > 0) return known;
  if (moves.length > 0) return [...moves, 'no running job is cut', ...lost];
  const isHarmless = notices.length === 0 && !impacts.some(({ weight }) => weight === 'security');
  if (isHarmless && impacts.length > 0) return ['nothing that runs is touched'];
  return [...lost, 'no running job is cut'];
}

/** Rules of weakened security about what no other rule judges: what it does to jobs, nobody has said. */
const UNJUDGED: ReadonlySet<string> = new Set(['unjudged', 'unknown-object', 'run-time-value', 'left-out']);

/** Whether a workload runs code from elsewhere. Images of a config.toml are those of new jobs alone. */
function isOtherProgram(id: string, object: string): boolean {
  return id === 'image-sources' && !object.startsWith('ConfigMap');
}

/** What disruptive impacts come to, where it is not that running jobs can be cut. */
const WORST: Readonly<Record<string, string>> = {
  'immutable-field': 'the apply fails',
  'moved-unit': 'objects can be deleted before they are applied again',
  'lands-nowhere': 'new pods find no node',
  'pods-refused': 'new pods are refused',
  'still-needed': 'new pods do not start',
  'class-removed': 'no new nodes start',
  'spot-nodes': 'jobs come to Spot nodes, which AWS takes back',
};

/** Rules of notices by which nodes go. */
const NODE_RULES: ReadonlySet<string> = new Set([
  'pool-removed',
  'pool-drifts',
  'requirements-change',
  'class-drifts',
  'class-finds-others',
  'moved-nodes',
]);

const LOST_RUNNER: ReadonlySet<string> = new Set(['tags-gone', 'pipeline-jobs']);

function movedManagers(notices: readonly Impact[]): readonly string[] {
  const count = (id: string) =>
    new Set(notices.filter((one) => one.id === id).map(({ object }) => object)).size;
  const [replaced, stopped] = [count('manager-replaced'), count('manager-stopped')];
  return [
    ...(replaced > 0 ? [`${counted(replaced, 'manager')} ${replaced === 1 ? 'rolls' : 'roll'}`] : []),
    ...(stopped > 0 ? [`${counted(stopped, 'manager')} ${stopped === 1 ? 'stops' : 'stop'}`] : []),
  ];
}

/** Notices that the sentence, the table of jobs and the prices say already; all others are for people to act on. */
export const SAID_IN_SENTENCE: ReadonlySet<string> = new Set([
  ...NODE_RULES,
  'manager-replaced',
  'manager-stopped',
  'limits-change',
  'job-price',
  'held-room',
]);
