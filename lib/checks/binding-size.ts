import type { ObservedRunner } from '../cluster/observe';
import type { Placement } from '../cluster/placement';
import type { BindingShortage } from '../cluster/size-refusal';
import { parseQuantity, type Quantity } from '../values/quantity';
import { textOf } from '../values/record';

/** Resources as the keys of config.toml call them. */
const STEMS: Readonly<Record<string, string>> = {
  cpu: 'cpu',
  memory: 'memory',
  'ephemeral-storage': 'ephemeral_storage',
};

/** What binds in any pool that a pod matches, the first pool first. */
function bindingOf(refused: readonly Placement[]): readonly BindingShortage[] {
  return refused.flatMap(({ refusal }) => (refusal?.by === 'size' ? refusal.short : []));
}

/** The resource that binds first; that of the limit where a limit does. */
function resourceOf(refused: readonly Placement[]): string | undefined {
  const [short] = bindingOf(refused).filter(({ byClass }) => !byClass);
  if (short !== undefined) return short.resource;
  const limit = refused.flatMap(({ refusal }) =>
    refusal?.by === 'limit' ? refusal.limit.split(' ') : [],
  )[0];
  return limit;
}

/**
 * The key of config.toml that asks for most of what binds, among those that the file has; the table itself where none of
 * them asks for it.
 */
export function bindingKey(
  { table: { kubernetes }, index }: ObservedRunner,
  refused: readonly Placement[],
  isLargest: boolean,
): string {
  const own = `runners[${index}].kubernetes`;
  const stem = STEMS[resourceOf(refused) ?? ''] ?? '';
  if (stem === '') return own;
  const ceiling = isLargest ? ['_overwrite_max_allowed', ''] : [''];
  let most: { key: string; amount: Quantity } | undefined;
  // What is asked for the pod as a whole comes before what its containers ask for.
  const isOfPod = amountAt(kubernetes, `pod_${stem}_request`).length > 0;
  for (const container of isOfPod ? ['pod_'] : ['', 'helper_', 'service_']) {
    const keys = ['request', 'limit'].map((kind) =>
      ceiling.map((suffix) => `${container}${stem}_${kind}${suffix}`),
    );
    // A limit stands in for a request that is missing.
    const found = keys
      .map((group) => group.flatMap((key) => amountAt(kubernetes, key)))
      .find((group) => group.length > 0);
    for (const one of found ?? []) if (most === undefined || one.amount > most.amount) most = one;
  }
  return most === undefined ? own : `${own}.${most.key}`;
}

function amountAt(kubernetes: object, key: string): { key: string; amount: Quantity }[] {
  const amount = parseQuantity(textOf((kubernetes as Readonly<Record<string, unknown>>)[key]) ?? '');
  return amount === undefined ? [] : [{ key, amount }];
}

/** What makes room, for what binds: each step once. */
export function roomFix(refused: readonly Placement[], lower: string): string {
  const limits = limitsOf(refused);
  const steps = [
    ...(limits.length > 0 ? ['raise the limits of the pool to at least that node'] : []),
    // A smaller request needs no fewer nodes than one.
    ...(limits.some((resource) => resource !== 'nodes') ? [lower] : []),
    ...bindingOf(refused).flatMap((one) => stepsOf(one, lower)),
  ];
  return [...new Set(steps)].join(', or ');
}

/** Resources of the limits that bind. */
function limitsOf(refused: readonly Placement[]): readonly string[] {
  return refused.flatMap(({ refusal }) => (refusal?.by === 'limit' ? [refusal.limit.split(' ')[0]] : []));
}

function stepsOf({ resource, byClass }: BindingShortage, lower: string): readonly string[] {
  if (resource === 'pods')
    return byClass
      ? ['raise maxPods or podsPerCore in kubelet of the EC2NodeClass']
      : ['let the pool have larger types, which take more pods'];
  if (byClass) return ['lower kubeReserved, systemReserved or evictionHard in kubelet of the EC2NodeClass'];
  if (resource === 'ephemeral-storage')
    return [lower, 'raise volumeSize in blockDeviceMappings of the EC2NodeClass'];
  if (resource === 'cpu' || resource === 'memory') return [lower, 'let the pool have larger types'];
  return [`ask for fewer ${resource}`, 'let the pool have types with more'];
}
