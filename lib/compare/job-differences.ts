import { isOfOtherExecutor } from '../gitlab-runner/config/shape';
import type { RunnerTable } from '../gitlab-runner/config/toml';
import type { Job } from '../gitlab-runner/executor/job';
import { type JobPod, jobPod } from '../gitlab-runner/executor/job-pod';
import { largestJob } from '../gitlab-runner/executor/job-resources';
import { isSecret, secretInScript } from '../sealed-secrets/secret-value';
import { parseQuantity } from '../values/quantity';
import { isTable } from '../values/record';
import { allowsNone, probeImage, withoutAllowLists } from './probe-images';

/** A field that differs between two configs. */
export interface FieldDifference {
  /** What shows it: the pod of a usual job, that of one which asks for as much as either allows, or the config alone. */
  readonly of: 'job' | 'largest job' | 'config';
  /** For example `build.resources.requests.cpu`, or `config.kubernetes.poll_timeout`. */
  readonly path: string;
  /** Undefined where the first config has no such field. */
  readonly before: string | undefined;
  /** Undefined where the second has none. */
  readonly after: string | undefined;
}

/** Where no pod of a job can be derived on either side, so that nothing is known of it. */
export const NOT_COMPARED = 'not compared';

const USUAL_IMAGE = 'registry.example.com/job:1';
const USUAL_SERVICE = 'registry.example.com/service:1';

/**
 * Each field of job pods that differs between two configs: of usual jobs and of those that ask for as much as either config
 * allows, with a service and without. Jobs name an image if the first config has none, and images that both configs allow.
 * Settings that no pod shows follow as `config.<key>`.
 *
 * @param release release of both managers
 */
export function jobDifferences(
  theirs: RunnerTable,
  ours: RunnerTable,
  release: string,
): readonly FieldDifference[] {
  const tables = [theirs, ours];
  const own = theirs.kubernetes.image;
  const named = probeImage(tables, 'allowed_images', [ours.kubernetes.image || USUAL_IMAGE, USUAL_IMAGE]);
  const image = own ? undefined : named;
  const service = probeImage(tables, 'allowed_services', [USUAL_SERVICE, ...(own ? [own] : [])]);
  const hasNoService = tables.every((table) => allowsNone(table, 'allowed_services') && !own);
  const differ = (job: Job, of: FieldDifference['of']) =>
    [[], ...(hasNoService ? [] : [[service]])].flatMap((services) =>
      differencesOf(tables, { ...job, image, services }, own || named, release, of),
    );
  return withoutTwins([
    ...differ({}, 'job'),
    ...tables.flatMap((table) => differ(largestJob(table), 'largest job')),
    ...differing(settings(theirs), settings(ours), 'config'),
    ...(own ? [] : differing(defaultImage(theirs), defaultImage(ours), 'config')),
  ]);
}

/**
 * What differs of one job. Where a side refuses it, that is a difference, unless both do. Its pods are then derived for the
 * same job with a named image and any image allowed, so that a refusal hides nothing else.
 */
function differencesOf(
  tables: readonly RunnerTable[],
  job: Job,
  image: string,
  release: string,
  of: FieldDifference['of'],
): readonly FieldDifference[] {
  const derived = (table: RunnerTable, one: Job) => comparable(jobPod(table, one, release));
  const [left, right] = tables.map((table) => derived(table, job));
  const refusals = [left, right].map(refusal);
  if (refusals.every((one) => one === undefined)) return differing(left, right, of);
  const [before, after] = refusals;
  const refused = before !== undefined && after !== undefined ? [] : [{ of, path: 'refused', before, after }];
  const open = tables.map((table) => derived(withoutAllowLists(table), { ...job, image }));
  const still = open.map(refusal);
  if (still.every((one) => one === undefined)) return [...refused, ...differing(open[0], open[1], of)];
  if (refused.length > 0) return refused;
  return [{ of, path: NOT_COMPARED, before: still[0] ?? before, after: still[1] ?? after }];
}

/** The image of jobs that name none, where no pod shows it. */
function defaultImage({ kubernetes }: RunnerTable): object {
  return { config: { kubernetes: said({ image: kubernetes.image }) } };
}

/** A field that differs, as `path: before -> after`. */
export function differenceText({ path, before, after }: Omit<FieldDifference, 'of'>): string {
  return `${path}: ${before ?? 'none'} -> ${after ?? 'none'}`;
}

/** What a usual job shows is not repeated for a larger one. */
function withoutTwins(all: readonly FieldDifference[]): readonly FieldDifference[] {
  const found = new Map<string, FieldDifference>();
  for (const one of all) {
    const text = differenceText(one);
    if (!found.has(text)) found.set(text, one);
  }
  return [...found.keys()].sort().flatMap((text) => found.get(text) ?? []);
}

/** Keys for names and numbers of jobs, and those that are compared separately. */
const OTHERWISE = [
  'id',
  'name',
  'token',
  'token_expires_at',
  'token_obtained_at',
  'executor',
  'limit',
  'request_concurrency',
  'environment',
  'kubernetes',
];
/** Keys of `kubernetes` that affect jobs and that no pod shows. */
const OF_JOBS = /^(poll_timeout|allowed_\w+|(?!.*_max_)\w+_overwrite_allowed)$/;

/** Settings of a runner that no pod shows. */
function settings(table: RunnerTable): object {
  return {
    config: {
      ...said(chosen(table, (key) => !OTHERWISE.includes(key) && !isOfOtherExecutor(key))),
      url: table.url?.replace(/\/+$/, '') || undefined,
      environment: Object.fromEntries((table.environment ?? []).map((one) => one.split(/=(.*)/s))),
      kubernetes: said(chosen(table.kubernetes, (key) => OF_JOBS.test(key))),
    },
  };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Without empty values, which the runner treats as missing. */
function said(table: object): object {
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, value]) => value !== false && value !== 0 && value !== '' && !isEmptyList(value))
      .map(([key, value]) => [key, isTable(value) ? said(value) : value]),
  );
}

function chosen(table: object, isWanted: (key: string) => boolean): object {
  return Object.fromEntries(Object.entries(table).filter(([key]) => isWanted(key)));
}

function differing(theirs: object, ours: object, of: FieldDifference['of']): readonly FieldDifference[] {
  const [left, right] = [theirs, ours].map((side) => new Map(leaves(side, '')));
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => !isEqual(left.get(path), right.get(path)))
    .map((path) => ({
      of,
      path: path.replace(/^(?:initC|c)ontainers\./, ''),
      before: shown(path, left.get(path)),
      after: shown(path, right.get(path)),
    }));
}

function refusal(side: object): string | undefined {
  return 'message' in side ? String(side.message) : undefined;
}

/** A value as it may be printed: that of a variable may be a secret. */
function shown(path: string, value: string | undefined): string | undefined {
  const name = path.split('.').pop() ?? '';
  if (name.endsWith('_script') && secretInScript(value ?? '') !== undefined) return 'hidden';
  return isSecret(path.startsWith('config.') ? name : '', value) ? 'hidden' : value;
}

/** Quantities are equal however they are written. */
function isEqual(theirs = '', ours = ''): boolean {
  if (theirs === ours) return true;
  const amount = parseQuantity(theirs);
  return amount !== undefined && amount === parseQuantity(ours);
}

/** Items of lists by their names, so that their order does not matter. */
function comparable(made: ReturnType<typeof jobPod>): object {
  if ('refused' in made) return made;
  const { containers, initContainers, tolerations, volumes, ...pod } = made;
  const places = placesOf([...containers, ...initContainers]);
  return {
    ...pod,
    containers: Object.fromEntries(containers.map((one) => [one.name, container(one, places)])),
    initContainers: Object.fromEntries(initContainers.map((one) => [one.name, container(one, places)])),
    tolerations: Object.fromEntries(
      tolerations.map(({ key, operator, value = '', effect = '' }) => [
        `${key}=${value}:${effect}`,
        operator,
      ]),
    ),
    // An emptyDir may have no other field.
    volumes: Object.fromEntries(
      volumes.map(({ name, ...source }) => [
        places.get(name) ?? name,
        { ...source, of: Object.keys(source).join() },
      ]),
    ),
  };
}

/** Where each volume is mounted first: its name within the pod does not matter to jobs. */
function placesOf(containers: readonly JobPod['containers'][0][]): ReadonlyMap<string, string> {
  const mounts = containers.flatMap(({ volumeMounts }) => volumeMounts);
  return new Map(
    mounts.map(({ name, mountPath }): [string, string] => [name, `at ${withoutSlash(mountPath)}`]).reverse(),
  );
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

/** Without `privileged` and `allowPrivilegeEscalation`, which its security context repeats. */
function container(
  { name: _, privileged: __, allowPrivilegeEscalation: ___, ...one }: JobPod['containers'][0],
  places: ReadonlyMap<string, string>,
) {
  const mounts = one.volumeMounts.map(({ mountPath, name, ...mount }) => [
    withoutSlash(mountPath),
    { ...mount, of: places.get(name) },
  ]);
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
