import { type ShapeProblem, type ShapeRules, shapeProblems } from '../../shape/problems';
import type { ShapeTypes } from '../../shape/shape';
import { parseDuration } from '../../values/duration';
import { formatPath } from '../../values/field-path';
import { CONFIG_SHAPE, isOtherSpelling } from './canonical';
import type { ValueTypes } from './keys';
import { misplacedKeys } from './misplaced';
import type { ConfigProblem } from './problem';

/** Types that are the runner's own. */
const TYPES: ShapeTypes = {
  cpu: 'string',
  bytes: 'string',
  pattern: 'string',
  date: 'string',
  duration: {
    is: 'int-or-string',
    pattern: '^(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h))+$',
    called: 'a duration, for example "15m",',
  },
} satisfies Partial<Record<keyof ValueTypes, unknown>>;

const RULES: ShapeRules = {
  types: TYPES,
  exactIntegers: true,
  entry: 'key',
  table: ['a table', 'tables'],
  unknownFix: 'remove it, or look it up in the documentation of the runner',
};

/** Keys that hold secrets: their values never appear in a fault. */
const SECRET_KEYS = new Set([
  'token',
  'bearer_token',
  'SecretKey',
  'AccessKey',
  'SessionToken',
  'PrivateKey',
  'AccountKey',
]);

/** Tables of `[[runners]]` that belong to other executors. */
const OTHER_EXECUTORS = new Set([
  'docker',
  'ssh',
  'parallels',
  'virtualbox',
  'machine',
  'custom',
  'autoscaler',
  'instance',
]);

/** Whether a key of `[[runners]]` is the table of another executor, which that of Kubernetes does not read. */
export function isOfOtherExecutor(key: string): boolean {
  return OTHER_EXECUTORS.has(key);
}

/** Keys of the registration that live on the GitLab server since runners have authentication tokens. */
const SERVER_KEYS = new Set([
  'tags',
  'tag_list',
  'locked',
  'run_untagged',
  'access_level',
  'maximum_timeout',
  'paused',
]);

/** Keys that later releases renamed or dropped, with what to write instead. */
const GONE: Record<string, string> = {
  terminationGracePeriodSeconds: 'write pod_termination_grace_period_seconds',
  termination_grace_period_seconds: 'write pod_termination_grace_period_seconds',
};

/** Unknown keys, which the runner ignores without a word, and values of a type that it refuses to start with. */
export function shapeFaults(config: unknown): readonly ConfigProblem[] {
  const found = shapeProblems(config ?? null, CONFIG_SHAPE, RULES);
  const unknown = found.filter(
    ({ kind, found: key }) => kind === 'unknown' && !SERVER_KEYS.has(key) && !OTHER_EXECUTORS.has(key),
  );
  const isKnown = (one: unknown) =>
    shapeProblems(one, CONFIG_SHAPE, RULES).every(({ kind }) => kind !== 'unknown' && kind !== 'type');
  const { problems, taken } = misplacedKeys(unknown, config, isKnown);
  return [
    ...found
      .filter((problem) => !taken.has(problem))
      .map((problem) => (problem.kind === 'unknown' ? unknownKey(problem) : wrongValue(problem))),
    ...problems,
  ];
}

function unknownKey({ path, found, fix: nearest }: ShapeProblem): ConfigProblem {
  const at = formatPath(path);
  if (SERVER_KEYS.has(found)) {
    const why = 'this lives on the GitLab server: config.toml has no key for it';
    return { id: 'server-key', severity: 'warning', at, found, why, fix: 'set it on the runner in GitLab' };
  }
  if (OTHER_EXECUTORS.has(found)) {
    const why = 'this table is for another executor; the Kubernetes executor does not read it';
    return { id: 'other-executor-table', severity: 'warning', at, found, why, fix: 'remove it' };
  }
  if (isOtherSpelling(found)) return otherSpelling(at, found);
  const why = 'the runner does not know this key and ignores it silently';
  if (Object.hasOwn(GONE, found))
    return { id: 'removed-key', severity: 'error', at, found, why, fix: GONE[found] };
  // A slip of the pen leaves a default where something else is meant; what no key is near to never did anything.
  const severity = nearest === RULES.unknownFix ? 'warning' : 'error';
  return { id: 'unknown-key', severity, at, found, why, fix: nearest };
}

/** The runner passes over the case of letters, and goes through the keys in no order. */
function otherSpelling(at: string, found: string): ConfigProblem {
  return {
    id: 'unknown-key',
    severity: 'error',
    at,
    found,
    why: 'it is another spelling of a known key: with both in one table, the runner picks one at random',
    fix: 'remove it, and write the key as the documentation of the runner has it',
  };
}

const HUGE = 'the runner counts nothing of that size, and refuses to start with what 64 bits do not hold';

function wrongValue(problem: ShapeProblem): ConfigProblem {
  const { kind, path, value, why, fix } = problem;
  const isHuge = kind === 'bounds' && typeof value === 'number';
  return {
    id: 'wrong-type',
    severity: 'error',
    at: formatPath(path),
    found: shown(problem),
    why: isHuge ? HUGE : `${why}: the runner refuses to start with anything else`,
    fix: countFix(problem) ?? fix,
  };
}

function shown({ path, value, found }: ShapeProblem): string {
  if (path.some((step) => SECRET_KEYS.has(String(step)))) return 'hidden';
  return typeof value === 'string' ? value : found;
}

/** The fix for a duration where the runner counts seconds. */
function countFix({ value, wanted }: ShapeProblem): string | undefined {
  const isCount = wanted !== undefined && 'is' in wanted && wanted.is === 'integer';
  const seconds = isCount && typeof value === 'string' ? parseDuration(value) : undefined;
  return seconds === undefined ? undefined : `write ${seconds}: this key is a count, not a duration`;
}
