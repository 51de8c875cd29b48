import { load, YAMLException } from 'js-yaml';
import { withOperation } from '../../values/json-patch';
import { merge } from '../../values/merge';
import { type Fields, fieldsOf, isTable, listOf, textOf } from '../../values/record';
import type { RunnerTable } from '../config/toml';
import { flagIsOn, POD_SPEC_FLAG } from '../features';
import { type Job, Refusal } from './job';
import { strategicMerge } from './strategic-merge';

/** The affinities of a pod, which stand under one key in a pod spec. */
const AFFINITIES = ['nodeAffinity', 'podAffinity', 'podAntiAffinity'];

/** What the derivation keeps of a pod besides its spec, which no patch reaches. */
const METADATA = ['namespace', 'labels', 'annotations'];

/**
 * A pod with the patches of `pod_spec` applied, as the executor does last of all: none of its own rules, such as
 * `allowed_images`, sees what they change. Patches are strategic (the default), merge (RFC 7396) or json (RFC 6902).
 * Patches in files, and operations on fields that the derivation leaves out, are left out, as `unreadPatches` says.
 * @see gitlab-runner 19.3 executors/kubernetes/kubernetes.go, applyPodSpecMerge
 */
export function withPodPatches<T extends object>(runner: RunnerTable, pod: T, { variables }: Job = {}): T {
  const { pod_spec: patches = [] } = runner.kubernetes;
  if (patches.length === 0 || !flagIsOn(runner, POD_SPEC_FLAG, variables)) return pod;
  const patched = patches.reduce<unknown>((spec, patch) => withPatch(spec, patch).spec, asSpec(pod));
  return asPod(pod, patched) as T;
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
  try {
    for (const [index, patch] of patches.entries()) {
      const result = withPatch(spec, patch);
      spec = result.spec;
      unread.push(...result.unread.map((what) => [`pod_spec[${index}]`, what] as const));
    }
  } catch (error) {
    // No pod is made at all, and what stands in the way has a finding of its own.
    if (!(error instanceof Refusal)) throw error;
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
  if (type === 'json' && Array.isArray(change)) return withOperations(spec, change);
  if (type === 'merge' && isTable(change))
    return { spec: merge(spec, change, { nulls: 'remove', lists: 'replace' }), unread: [] };
  if (type === 'strategic' && isTable(change)) return { spec: strategicMerge(spec, change), unread: [] };
  if (change === undefined || change === null) return { spec, unread: [] };
  throw new Refusal('runner_system_failure', `pod_spec: not a patch of the type ${type}`);
}

function withOperations(spec: unknown, operations: unknown): Patched {
  let changed = spec;
  const unread: string[] = [];
  for (const operation of listOf(operations).map(fieldsOf)) {
    const result = withOperation(changed, operation);
    const what = `${textOf(operation.op) ?? 'no op'} ${textOf(operation.path) ?? ''}`.trim();
    if ('value' in result) changed = result.value;
    else if (result.failed === 'path') unread.push(what);
    else throw new Refusal('runner_system_failure', `pod_spec: ${FAILURES[result.failed]}: ${what}`);
  }
  return { spec: changed, unread };
}

const FAILURES = { test: 'a test does not hold', form: 'not an operation of a JSON patch' };

/** A pod with its affinities where a pod spec has them. */
function asSpec(pod: object): Fields {
  const said = Object.entries(pod).filter(([key, value]) => value !== undefined && !METADATA.includes(key));
  const affinity = said.filter(([key]) => AFFINITIES.includes(key));
  const rest = said.filter(([key]) => !AFFINITIES.includes(key));
  const own = affinity.length > 0 ? { affinity: Object.fromEntries(affinity) } : {};
  return { ...Object.fromEntries(rest), ...own };
}

function asPod(pod: object, spec: unknown): Fields {
  const { affinity, ...rest } = fieldsOf(spec);
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(pod).filter(([key]) => METADATA.includes(key))),
    ...Object.fromEntries(AFFINITIES.map((key) => [key, fieldsOf(affinity)[key]])),
  };
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
    throw new Refusal('runner_system_failure', `pod_spec: a patch is not YAML: ${error.reason}`);
  }
}
