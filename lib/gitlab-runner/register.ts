import { type Fields, fieldsOf, isTable } from '../values/record';
import { type KeyShape, RUNNER_TABLE, type TableShape } from './config/keys';
import { parseBoolean } from './features';

/**
 * What `gitlab-runner register` makes of environment variables, flags and a template: one `[[runners]]` entry. Flags come
 * over the environment, and the template fills in what both leave empty.
 * @see gitlab-runner 19.4 commands/register.go; common/config.go, tags `env` and `long`
 */

/** Where a variable and its flag end up in a `[[runners]]` entry. */
interface Setting {
  readonly path: readonly string[];
  readonly shape: KeyShape;
}

/** Settings whose variable does not follow from the path of their key. */
const VARIABLES: Readonly<Record<string, string>> = {
  url: 'CI_SERVER_URL',
  token: 'CI_SERVER_TOKEN',
  'tls-ca-file': 'CI_SERVER_TLS_CA_FILE',
  'tls-cert-file': 'CI_SERVER_TLS_CERT_FILE',
  'tls-key-file': 'CI_SERVER_TLS_KEY_FILE',
  clone_url: 'CLONE_URL',
  environment: 'RUNNER_ENV',
  feature_flags: 'FEATURE_FLAGS',
  step_runner_image: 'STEP_RUNNER_IMAGE',
  job_status_final_update_retry_limit: 'RUNNER_job_status_final_update_retry_limit',
  'custom_build_dir.enabled': 'CUSTOM_BUILD_DIR_ENABLED',
  'kubernetes.context': 'KUBECTL_CONTEXT',
  'kubernetes.retry_limit': 'KUBERNETES_REQUEST_RETRY_LIMIT',
  'kubernetes.retry_backoff_max': 'KUBERNETES_REQUEST_RETRY_BACKOFF_MAX',
  'cache.MaxUploadedArchiveSize': 'CACHE_MAXIMUM_UPLOADED_ARCHIVE_SIZE',
};

/** Tables and lists that neither a variable nor a flag sets. */
const UNSET = new Set([
  'id',
  'token_obtained_at',
  'token_expires_at',
  'labels',
  'monitoring',
  'experimental',
  'referees',
  'artifact',
  'kubernetes.affinity',
  'kubernetes.volumes',
  'kubernetes.services',
  'kubernetes.pod_spec',
  'kubernetes.dns_config',
  'kubernetes.container_lifecycle',
  'kubernetes.host_aliases',
  'kubernetes.autoscaler',
]);

/** Keys that have a flag and no variable. */
const FLAG_ONLY = new Set([
  'unhealthy_interval',
  'kubernetes.pod_labels',
  'kubernetes.pod_annotations',
  'kubernetes.pod_security_context.supplemental_groups',
  'kubernetes.pod_security_context.selinux_type',
]);

/** Flags that are called otherwise than their variable. */
const FLAGS: Readonly<Record<string, string>> = {
  u: 'url',
  t: 'token',
  r: 'token',
  'registration-token': 'token',
  description: 'name',
  env: 'environment',
};

const SETTINGS: ReadonlyMap<string, Setting> = new Map(settingsOf(RUNNER_TABLE, []));
const BY_FLAG: ReadonlyMap<string, Setting> = new Map(
  [...SETTINGS].map(([variable, setting]) => [flagOf(variable, setting.path), setting]),
);

function settingsOf(table: TableShape, above: readonly string[]): [string, Setting][] {
  return Object.entries(table).flatMap(([key, shape]): [string, Setting][] => {
    const path = [...above, key];
    if (UNSET.has(path.join('.'))) return [];
    if (typeof shape === 'object' && 'table' in shape) return settingsOf(shape.table, path);
    return [[VARIABLES[path.join('.')] ?? variableOf(path), { path, shape }]];
  });
}

/** `KUBERNETES_CPU_REQUEST`, `CACHE_S3_BUCKET_NAME`, `RUNNER_LIMIT`. */
function variableOf(path: readonly string[]): string {
  const words = path.map((key) =>
    (path[0] === 'cache' ? snakeOf(key) : key).toUpperCase().replace(/-/g, '_'),
  );
  return ['kubernetes', 'cache'].includes(path[0]) ? words.join('_') : `RUNNER_${words.join('_')}`;
}

function snakeOf(camel: string): string {
  return camel.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
}

/** Flags of one key are called with hyphens or underscores, from release to release: hyphens alone here. */
function flagOf(variable: string, path: readonly string[]): string {
  const isNested = ['kubernetes', 'cache'].includes(path[0]);
  const words = isNested && path[0] === 'cache' ? variable : path.join('-');
  return words.toLowerCase().replace(/_/g, '-');
}

/** Whether a flag of `register` stands alone, without a value as the next word. */
export function isSwitch(flag: string): boolean {
  const setting = settingOfFlag(flag);
  return setting === undefined ? SWITCHES.has(flag) : setting.shape === 'boolean';
}

const SWITCHES = new Set([
  'n',
  'non-interactive',
  'leave-runner',
  'run-untagged',
  'locked',
  'paused',
  'debug',
  'help',
]);

function settingOfFlag(flag: string): Setting | undefined {
  return BY_FLAG.get((FLAGS[flag] ?? flag).replace(/_/g, '-'));
}

/** A variable of the environment, or a flag, with its value. */
export interface Given {
  readonly name: string;
  readonly value: string;
}

/** What `register` was given, as far as it is known. */
export interface Registration {
  readonly variables: readonly Given[];
  readonly flags: readonly Given[];
}

/** An entry, and which variable each of its keys comes from. */
export interface GivenEntry {
  readonly entry: Fields;
  /** Variable by key, for example `kubernetes.namespace`. */
  readonly variables: ReadonlyMap<string, string>;
}

/** The entry that variables and flags make without a template; what is not of the entry is passed over. */
export function givenEntry({ variables, flags }: Registration): GivenEntry {
  const entry: Record<string, unknown> = {};
  const sources = new Map<string, string>();
  for (const { name, value } of variables) {
    const setting = SETTINGS.get(name);
    if (setting === undefined || value === '' || FLAG_ONLY.has(setting.path.join('.'))) continue;
    set(entry, setting, value);
    sources.set(setting.path.join('.'), name);
  }
  for (const { name, value } of flags) {
    const setting = settingOfFlag(name);
    if (setting === undefined) continue;
    set(entry, setting, value);
    sources.delete(setting.path.join('.'));
  }
  return { entry, variables: sources };
}

/** What `register` writes of an entry that it was given and one of a template: the template fills in what is empty. */
export function registeredEntry(given: Fields, template: Fields): Fields {
  const { token: _, ...rest } = template;
  return fieldsOf(filled(given, rest));
}

/** @see dario.cat/mergo, Merge: false and 0 are as empty as nothing. */
function filled(target: unknown, source: unknown): unknown {
  if (isTable(target) && isTable(source)) {
    const keys = [...new Set([...Object.keys(source), ...Object.keys(target)])];
    return Object.fromEntries(keys.map((key) => [key, filled(target[key], source[key])]));
  }
  return isEmpty(target) && source !== undefined ? source : target;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === '' || value === 0 || value === false;
}

function set(entry: Record<string, unknown>, { path, shape }: Setting, value: string): void {
  const table = path.slice(0, -1).reduce<Record<string, unknown>>((above, key) => {
    above[key] = { ...fieldsOf(above[key]) };
    return above[key] as Record<string, unknown>;
  }, entry);
  const key = path[path.length - 1];
  table[key] = converted(value, shape, table[key]);
}

/** A text as `register` reads it; what it can't read stays a text, which is of the wrong type. */
function converted(text: string, shape: KeyShape, before: unknown): unknown {
  if (shape === 'boolean') return text === '' ? true : (parseBoolean(text) ?? text);
  if (shape === 'integer' || shape === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (typeof shape === 'string') return text;
  // The one key that takes a text or a list: commas divide it. Others take one item each time.
  if ('either' in shape) return text.split(',').map((item) => item.trim());
  if ('list' in shape)
    return [...(Array.isArray(before) ? before : []), converted(text, shape.list, undefined)];
  if (!('map' in shape)) return text;
  const [, key, value] = /^([^:]*):?(.*)$/s.exec(text) ?? ['', text, ''];
  return { ...fieldsOf(before), [key]: converted(value, shape.map, undefined) };
}
