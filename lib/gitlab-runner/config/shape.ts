import { parseDuration } from '../../values/duration';
import { nearestName } from '../../values/suggest';
import { GLOBAL_TABLE, type KeyShape, RUNNER_TABLE, type TableShape } from './keys';
import type { ConfigProblem } from './problem';

const CONFIG_TABLE = { ...GLOBAL_TABLE, runners: { list: RUNNER_TABLE } } as const satisfies TableShape;

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
  return tableFaults(config, CONFIG_TABLE, '');
}

function tableFaults(value: unknown, shape: TableShape, path: string): readonly ConfigProblem[] {
  if (!isTable(value)) return [typeFault(path, value, 'a table')];
  return Object.entries(value).flatMap(([key, item]) => {
    const place = path === '' ? key : `${path}.${key}`;
    if (item === undefined) return [];
    const known = Object.hasOwn(shape, key);
    return known ? valueFaults(item, shape[key], place, key) : [unknownKey(place, key, shape)];
  });
}

function valueFaults(value: unknown, shape: KeyShape, path: string, key: string): readonly ConfigProblem[] {
  if (shape === 'integer' && Number.isInteger(value) && !isInteger(value)) return [hugeNumber(path)];
  if (typeof shape === 'string')
    return PLAIN[shape].test(value) ? [] : [typeFault(path, shown(key, value), PLAIN[shape].name, value)];
  if ('table' in shape) return tableFaults(value, shape.table, path);
  if (!Array.isArray(value)) return [typeFault(path, shown(key, value), 'a list of tables')];
  return value.flatMap((item, index) => tableFaults(item, shape.list, `${path}[${index}]`));
}

interface PlainType {
  readonly name: string;
  readonly test: (value: unknown) => boolean;
}

const isText = (value: unknown) => typeof value === 'string';
const isInteger = (value: unknown) => Number.isSafeInteger(value);
const listOf = (test: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(test);
const mapOf = (test: (value: unknown) => boolean) => (value: unknown) =>
  isTable(value) && Object.values(value).every(test);

const PLAIN: Record<Extract<KeyShape, string>, PlainType> = {
  string: { name: 'a text', test: isText },
  boolean: { name: 'true or false', test: (value) => typeof value === 'boolean' },
  integer: { name: 'a whole number', test: isInteger },
  number: { name: 'a number', test: (value) => typeof value === 'number' },
  cpu: { name: 'a text', test: isText },
  bytes: { name: 'a text', test: isText },
  duration: { name: 'a duration as "15m"', test: isDuration },
  pattern: { name: 'a text', test: isText },
  strings: { name: 'a list of texts', test: listOf(isText) },
  'string or strings': {
    name: 'a text or a list of texts',
    test: (value) => isText(value) || listOf(isText)(value),
  },
  integers: { name: 'a list of whole numbers', test: listOf(isInteger) },
  'map of strings': { name: 'a table of texts', test: mapOf(isText) },
  'map of booleans': {
    name: 'a table of true and false',
    test: mapOf((value) => typeof value === 'boolean'),
  },
  'map of integers': { name: 'a table of whole numbers', test: mapOf(isInteger) },
};

function isDuration(value: unknown): boolean {
  return isInteger(value) || (typeof value === 'string' && /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value));
}

function unknownKey(path: string, key: string, shape: TableShape): ConfigProblem {
  const near = nearestName(key, Object.keys(shape));
  if (SERVER_KEYS.has(key)) {
    const why = 'this lives on the GitLab server: config.toml has no key for it';
    return {
      id: 'server-key',
      severity: 'error',
      at: path,
      found: key,
      why,
      fix: 'set it on the runner in GitLab',
    };
  }
  if (OTHER_EXECUTORS.has(key)) {
    const why = 'this table is for another executor; the Kubernetes executor does not read it';
    return { id: 'other-executor-table', severity: 'warning', at: path, found: key, why, fix: 'remove it' };
  }
  const fix =
    GONE[key] ?? (near ? `write ${near}` : 'remove it, or look it up in the documentation of the runner');
  const why = 'the runner does not know this key and ignores it without a word';
  return { id: GONE[key] ? 'removed-key' : 'unknown-key', severity: 'error', at: path, found: key, why, fix };
}

function typeFault(path: string, value: unknown, wanted: string, raw?: unknown): ConfigProblem {
  const seconds = typeof raw === 'string' && wanted === 'a whole number' ? parseDuration(raw) : undefined;
  return {
    id: 'wrong-type',
    severity: 'error',
    at: path,
    found: typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'),
    why: `the runner takes ${wanted} here and refuses to start with anything else`,
    fix: seconds === undefined ? `write ${wanted}` : `write ${seconds}: this key is a count, not a duration`,
  };
}

function hugeNumber(path: string): ConfigProblem {
  return {
    id: 'wrong-type',
    severity: 'error',
    at: path,
    // Parsers disagree on which number it is.
    found: 'a number of 2^53 or more',
    why: 'the runner counts nothing of that size, and refuses to start with what 64 bits do not hold',
    fix: 'write a smaller one',
  };
}

function shown(key: string, value: unknown): unknown {
  return SECRET_KEYS.has(key) ? 'hidden' : value;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
