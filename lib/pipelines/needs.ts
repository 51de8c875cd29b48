import { nearestName } from '../values/suggest';
import { cellName, parallelOf } from './matrix';
import { type CiNode, type CiTable, flatItems, keyOf, textOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { stageOf, stagesOf } from './stages';

/** What is known of the jobs of a pipeline besides their tables. */
export interface NeedSettings {
  /** Jobs that are in every pipeline, and in none, with the variables that are given. */
  readonly always: ReadonlySet<string>;
  readonly never: ReadonlySet<string>;
  /** Whether what is not read here may list other stages. */
  readonly hasOpenStages: boolean;
}

/** A job that another one names in `needs` or `dependencies`. */
interface Need {
  readonly from: string;
  readonly to: string;
  readonly keyword: 'needs' | 'dependencies';
  readonly isOptional: boolean;
  readonly at: CiNode['at'];
}

/**
 * Jobs that others need and that are nowhere, later, kept out by their rules, or in a circle.
 * @see GitLab's lib/gitlab/ci/yaml_processor.rb, validate_job_needs!
 *
 * @param jobs jobs and triggers with `extends` merged: all of the pipeline
 */
export function needProblems(
  root: CiTable,
  jobs: readonly (readonly [name: string, job: CiNode])[],
  settings: NeedSettings,
): readonly PipelineProblem[] {
  const stages = stagesOf(root);
  const bases = new Map(jobs.flatMap(([name, job]) => namesOf(name, job).map((one) => [one, name] as const)));
  const indexes = new Map(jobs.map(([name, job]) => [name, stages.indexOf(stageOf(job) ?? '')]));
  const needs = jobs.flatMap(([name, job]) => needsOf(name, job));
  const found = needs.flatMap((need) => {
    const base = bases.get(need.to);
    if (base === undefined) return need.isOptional ? [] : [nowhere(need, [...bases.keys()])];
    const [own, other] = [indexes.get(need.from) ?? -1, indexes.get(base) ?? -1];
    if (!settings.hasOpenStages && own >= 0 && other > own) return [later(need, stages[other])];
    const isLeftOut = settings.always.has(need.from) && settings.never.has(base);
    return need.keyword === 'needs' && !need.isOptional && isLeftOut ? [leftOut(need)] : [];
  });
  return [...found, ...twice(needs), ...circles(needs, bases)];
}

/** Names by which others can need a job: its own, and those of its cells or copies. */
function namesOf(name: string, job: CiNode): readonly string[] {
  const { cells, copies, isMatrix } = parallelOf(name, keyOf(job, 'parallel'), []);
  if (isMatrix) return [name, ...cells.map((cell) => cellName(name, cell))];
  return [
    name,
    ...Array.from({ length: copies > 1 ? copies : 0 }, (_, index) => `${name} ${index + 1}/${copies}`),
  ];
}

function needsOf(from: string, job: CiNode): readonly Need[] {
  const listed = [
    ...flatItems(keyOf(job, 'needs')),
    ...flatItems(keyOf(job, 'rules')).flatMap((rule) => flatItems(keyOf(rule, 'needs'))),
  ];
  return [
    ...listed.flatMap((one) => needOf(from, one, 'needs')),
    ...flatItems(keyOf(job, 'dependencies')).flatMap((one) => needOf(from, one, 'dependencies')),
  ];
}

function needOf(from: string, node: CiNode, keyword: Need['keyword']): readonly Need[] {
  // Jobs of other pipelines are not here.
  if (keyOf(node, 'pipeline') !== undefined || keyOf(node, 'project') !== undefined) return [];
  const named = keyOf(node, 'job') ?? node;
  // A value of another type is reported by itself.
  const to = named.kind === 'scalar' && typeof named.value === 'string' ? named.value : undefined;
  if (to === undefined || to.includes('$[[')) return [];
  return [{ from, to, keyword, isOptional: textOf(keyOf(node, 'optional')) === 'true', at: node.at }];
}

function said(need: Need, why: string, fix: string): PipelineProblem {
  const words = { found: `${need.keyword}: ${need.to}`, why, fix };
  return problem('needs', 'error', need.at, words, { jobs: [need.from] });
}

function nowhere(need: Need, names: readonly string[]): PipelineProblem {
  const nearest = nearestName(need.to, names);
  return said(
    need,
    'the pipeline has no job with this name, and GitLab refuses it',
    nearest === undefined ? 'remove it, or add the job' : `write ${nearest}`,
  );
}

function later(need: Need, stage: string | undefined): PipelineProblem {
  return said(
    need,
    `this job is in a later stage (${stage}), and GitLab refuses the pipeline`,
    'move one of the jobs to another stage, or remove it from the list',
  );
}

function leftOut(need: Need): PipelineProblem {
  return said(
    need,
    'the rules of this job keep it out of the pipeline, and GitLab refuses a pipeline without it',
    'write { job: <name>, optional: true }, or give both jobs the same rules',
  );
}

function twice(needs: readonly Need[]): readonly PipelineProblem[] {
  const keys = new Map<string, Need>();
  return needs.flatMap((need) => {
    const key = JSON.stringify([need.from, need.to]);
    const isKnown = need.keyword === 'needs' && keys.has(key);
    if (need.keyword === 'needs') keys.set(key, need);
    return isKnown ? [said(need, 'a job is listed twice, and GitLab refuses the pipeline', 'keep one')] : [];
  });
}

/** Needs that are still to be followed, by the job that has them and the one that they lead to. */
type Edges = Map<string, Map<string, Need>>;

/** A problem for each circle of needs. */
function circles(needs: readonly Need[], bases: ReadonlyMap<string, string>): readonly PipelineProblem[] {
  const edges: Edges = new Map();
  for (const need of needs) {
    const to = bases.get(need.to);
    if (need.keyword !== 'needs' || to === undefined) continue;
    edges.set(need.from, (edges.get(need.from) ?? new Map<string, Need>()).set(to, need));
  }
  return [...edges.keys()].flatMap((start) => circlesFrom(start, edges));
}

/** Follows each need once, without a function that calls itself: a chain of needs may be long. */
function circlesFrom(start: string, edges: Edges): readonly PipelineProblem[] {
  const found: PipelineProblem[] = [];
  const trail = [start];
  const places = new Map([[start, 0]]);
  while (trail.length > 0) {
    const name = trail[trail.length - 1];
    const [next] = edges.get(name) ?? [];
    if (next === undefined) {
      places.delete(name);
      trail.pop();
      continue;
    }
    const [to, need] = next;
    edges.get(name)?.delete(to);
    const place = places.get(to);
    if (place === undefined) places.set(to, trail.push(to) - 1);
    else found.push(circle(need, [...trail.slice(place), to]));
  }
  return found;
}

function circle(need: Need, names: readonly string[]): PipelineProblem {
  return said(
    need,
    `${names.join(' needs ')}: a circle, and GitLab refuses the pipeline`,
    'remove one of these needs',
  );
}
