import { load, YAMLException } from 'js-yaml';
import { withOperation } from '../../values/json-patch';
import { merge } from '../../values/merge';
import { type Fields, fieldsOf, isTable, listOf, textOf } from '../../values/record';
import type { RunnerTable } from '../config/toml';
import { flagIsOn, POD_SPEC_FLAG } from '../features';

/** The affinities of a pod, which stand under one key in a pod spec. */
const AFFINITIES = ['nodeAffinity', 'podAffinity', 'podAntiAffinity'] as const;

/**
 * A pod with the patches of `pod_spec` applied, as the executor does last of all. `strategic` patches (the default) merge
 * lists of named objects by name, `merge` patches replace lists, and `json` patches are lists of operations; what of them
 * can't be applied here, and patches in files, are left out, as `unreadPatches` says.
 * @see gitlab-runner 19.3 executors/kubernetes/kubernetes.go, preparePodConfig
 */
export function withPodPatches<T extends object>(runner: RunnerTable, pod: T): T {
  const { pod_spec: patches = [] } = runner.kubernetes;
  if (patches.length === 0 || !flagIsOn(runner, POD_SPEC_FLAG)) return pod;
  const patched = patches.reduce<unknown>((spec, patch) => withPatch(spec, patch).spec, asSpec(pod));
  return asPod(patched) as T;
}

/** What of the patches of a runner is not applied here, each as `pod_spec[0]` and what of it. */
export function unreadPatches(
  runner: RunnerTable,
  pod: object,
): readonly (readonly [at: string, what: string])[] {
  const { pod_spec: patches = [] } = runner.kubernetes;
  if (!flagIsOn(runner, POD_SPEC_FLAG)) return [];
  const unread: (readonly [string, string])[] = [];
  let spec: unknown = asSpec(pod);
  for (const [index, patch] of patches.entries()) {
    const result = withPatch(spec, patch);
    spec = result.spec;
    unread.push(...result.unread.map((what) => [`pod_spec[${index}]`, what] as const));
  }
  return unread;
}

interface Patched {
  readonly spec: unknown;
  readonly unread: readonly string[];
}

function withPatch(
  spec: unknown,
  patch: NonNullable<RunnerTable['kubernetes']['pod_spec']>[number],
): Patched {
  const { patch: text, patch_type: type = 'strategic', patch_path: file } = patch;
  if (text === undefined) return { spec, unread: file === undefined ? [] : [`the file ${file}`] };
  const change = parsed(text);
  if (type === 'json') return withOperations(spec, change);
  if (!isTable(change)) return { spec, unread: [] };
  const lists = type === 'merge' ? 'replace' : 'strategic';
  return { spec: merge(spec, change, { nulls: 'remove', lists }), unread: [] };
}

function withOperations(spec: unknown, operations: unknown): Patched {
  let changed = spec;
  const unread: string[] = [];
  for (const operation of listOf(operations).map(fieldsOf)) {
    const next = withOperation(changed, operation);
    if (isTable(next)) changed = next;
    else unread.push(`${textOf(operation.op) ?? 'no op'} ${textOf(operation.path) ?? ''}`.trim());
  }
  return { spec: changed, unread };
}

/** A pod with its affinities where a pod spec has them. */
function asSpec(pod: object): Fields {
  const rest = Object.entries(pod).filter(([key, value]) => !isAffinity(key) && value !== undefined);
  const affinity = Object.entries(pod).filter(([key, value]) => isAffinity(key) && value !== undefined);
  const own = affinity.length > 0 ? { affinity: Object.fromEntries(affinity) } : {};
  return { ...Object.fromEntries(rest), ...own };
}

function asPod(spec: unknown): Fields {
  const { affinity, ...rest } = fieldsOf(spec);
  return { ...rest, ...Object.fromEntries(AFFINITIES.map((key) => [key, fieldsOf(affinity)[key]])) };
}

function isAffinity(key: string): boolean {
  return AFFINITIES.some((one) => one === key);
}

/** The patch that gives the build container extended resources; the executor has no key for them. */
export function devicesPatch(devices: Readonly<Record<string, number>>): string {
  const limits = Object.fromEntries(Object.entries(devices).map(([name, count]) => [name, `${count}`]));
  return JSON.stringify({ containers: [{ name: 'build', resources: { limits } }] });
}

function parsed(patch: string): unknown {
  try {
    return load(patch);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return undefined;
  }
}
