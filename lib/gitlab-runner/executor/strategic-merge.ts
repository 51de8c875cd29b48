import { type Fields, isTable } from '../../values/record';
import { Refusal } from './job';

/**
 * Lists of a pod spec that merge item by item, and the key that tells their items apart. All others are replaced.
 * @see kubernetes 1.36 staging/src/k8s.io/api/core/v1/types.go, patchMergeKey
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  resourceClaims: 'name',
  schedulingGates: 'name',
  hostAliases: 'ip',
  topologySpreadConstraints: 'topologyKey',
  env: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
};

/** Keys of a patch that say how it merges. */
const DIRECTIVE = /^\$(patch|retainKeys|setElementOrder\/|deleteFromPrimitiveList\/)/;

/**
 * A pod spec with a strategic merge patch on top: null takes a key away, lists merge by key or are replaced, and
 * `$patch: delete`, `$patch: replace` and `$retainKeys` do as the API server has it.
 * @see kubernetes 1.36 staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
 */
export function strategicMerge(target: unknown, patch: Fields): Fields {
  const kept: Record<string, unknown> = isTable(target) && patch.$patch !== 'replace' ? { ...target } : {};
  if (patch.$patch === 'delete') return {};
  const retained = patch.$retainKeys;
  for (const key of Object.keys(kept)) {
    if (Array.isArray(retained) && !retained.includes(key)) delete kept[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete kept[key];
    else if (!DIRECTIVE.test(key)) kept[key] = mergedAt(key, kept[key], value);
  }
  return kept;
}

function mergedAt(key: string, target: unknown, patch: unknown): unknown {
  if (isTable(patch)) return strategicMerge(target, patch);
  if (!Array.isArray(patch)) return patch;
  if (Object.hasOwn(MERGE_KEYS, key) && patch.every(isTable))
    return mergedLists(Array.isArray(target) ? target.filter(isTable) : [], patch, MERGE_KEYS[key], key);
  return patch.map((item) => (isTable(item) ? strategicMerge(undefined, item) : item));
}

function mergedLists(
  target: readonly Fields[],
  patch: readonly Fields[],
  by: string,
  list: string,
): Fields[] {
  const plain = patch.filter(({ $patch }) => $patch === undefined);
  const nameless = patch.find((item) => item[by] === undefined && item.$patch !== 'replace');
  if (nameless !== undefined) {
    const message = `pod_spec: an item of ${list} has no ${by}, which a strategic patch tells them apart by`;
    throw new Refusal('runner_system_failure', message);
  }
  if (patch.some(({ $patch }) => $patch === 'replace'))
    return plain.map((item) => strategicMerge(undefined, item));
  const gone = new Set(patch.filter(({ $patch }) => $patch === 'delete').map((item) => item[by]));
  const left = target.filter((item) => !gone.has(item[by]));
  const changed = plain.map((item) =>
    strategicMerge(
      left.find((one) => one[by] === item[by]),
      item,
    ),
  );
  const patched = new Set(changed.map((item) => item[by]));
  const order = target.map((item) => item[by]);
  return interleaved(
    left.filter((item) => !patched.has(item[by])),
    changed,
    (one, other) => order.includes(other[by]) && order.indexOf(one[by]) < order.indexOf(other[by]),
  );
}

/** Items of the patch in its order, those that only the pod has in theirs: before an item that they stand before there. */
function interleaved(
  own: readonly Fields[],
  patched: readonly Fields[],
  isBefore: (one: Fields, other: Fields) => boolean,
): Fields[] {
  const [first, ...rest] = own;
  const [next, ...others] = patched;
  if (first === undefined || next === undefined) return [...own, ...patched];
  return isBefore(first, next)
    ? [first, ...interleaved(rest, patched, isBefore)]
    : [next, ...interleaved(own, others, isBefore)];
}
