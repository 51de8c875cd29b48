import type { KubernetesTable } from '../gitlab-runner/config/toml';
import { parseQuantity, type Quantity } from '../values/quantity';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { isIn } from './admission';
import type { Manifest } from './manifest';
import { amountsOf } from './pod-amounts';
import type { Runner } from './runners';

/** What LimitRanges bound of a pod, by the keys of config.toml for it. */
const BOUNDED = { memory: 'memory', ephemeral_storage: 'ephemeral-storage' } as const;

/**
 * The most services that LimitRanges let a job of a runner have; undefined where nothing bounds them. Services count by a
 * limit that no job can lower: what is left of the pod's bound holds so many of them.
 */
export function mostServices(
  { table: { kubernetes } }: Pick<Runner, 'table'>,
  manifests: readonly Manifest[],
): number | undefined {
  const counts = Object.entries(BOUNDED).flatMap(([key, resource]) => {
    const bound = podBoundOf(resource, kubernetes.namespace, manifests);
    const each = fixedLimit(kubernetes, `service_${key}`);
    if (bound === undefined || each === 0n) return [];
    const left = bound - fixedLimit(kubernetes, key) - fixedLimit(kubernetes, `helper_${key}`);
    return [left > 0n ? Number(left / each) : 0];
  });
  return counts.length === 0 ? undefined : Math.min(...counts);
}

/** The limit of a container that jobs can't change; 0 where there is none. */
function fixedLimit(kubernetes: KubernetesTable, prefix: string): Quantity {
  const keys = fieldsOf(kubernetes);
  if (textOf(keys[`${prefix}_limit_overwrite_max_allowed`])) return 0n;
  return parseQuantity(textOf(keys[`${prefix}_limit`]) ?? '') ?? 0n;
}

/** The most of a resource that LimitRanges of a namespace allow one pod; undefined without such a bound. */
function podBoundOf(
  resource: string,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): Quantity | undefined {
  const bounds = manifests
    .filter((one) => one.kind === 'LimitRange' && isIn(one, namespace))
    .flatMap(({ body }) => listOf(at(body, ['spec', 'limits'])).map(fieldsOf))
    .filter(({ type }) => type === 'Pod')
    .flatMap(({ max }) => amountsOf(max)[resource] ?? []);
  return bounds.reduce<Quantity | undefined>(
    (least, one) => (least === undefined || one < least ? one : least),
    undefined,
  );
}
