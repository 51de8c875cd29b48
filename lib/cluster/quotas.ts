import type { Quantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { isIn } from './admission';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
import { type Amounts, amountsOf, containerResourcesOf, podResourcesOf, type Resources } from './pod-amounts';

/** A ResourceQuota of a namespace. */
export interface Quota {
  readonly manifest: Manifest;
  /** What may be used at once, by the name that quotas have for it: `limits.cpu`, `pods`. */
  readonly hard: Amounts;
}

/** The quotas that count pods like this one. */
export function quotasFor(
  spec: Fields,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): readonly Quota[] {
  return ofKind(manifests, 'ResourceQuota')
    .filter((one) => isIn(one, namespace))
    .filter((one) => scopesOf(one).every((scope) => isInScope(spec, scope)))
    .map((manifest) => ({ manifest, hard: amountsOf(at(manifest.body, ['spec', 'hard'])) }));
}

/** What a pod takes of quotas. */
export function usageOf(spec: Fields): Amounts {
  const overhead = amountsOf(spec.overhead);
  const { requests, limits } = podResourcesOf(spec);
  const plus = (amounts: Amounts): Amounts =>
    Object.fromEntries(Object.entries(amounts).map(([name, one]) => [name, one + (overhead[name] ?? 0n)]));
  return {
    ...countedNames({ requests: plus({ ...zeroOf(overhead), ...requests }), limits: plus(limits) }),
    pods: ONE,
    'count/pods': ONE,
  };
}

const ONE: Quantity = 1_000_000_000n;

function zeroOf(amounts: Amounts): Amounts {
  return Object.fromEntries(Object.keys(amounts).map((name) => [name, 0n]));
}

/** Amounts by the names that quotas have for them. */
function countedNames({ requests, limits }: Resources): Amounts {
  const asRequests = Object.entries(requests).flatMap(([name, amount]): [string, Quantity][] =>
    isNative(name)
      ? [
          [name, amount],
          [`requests.${name}`, amount],
        ]
      : [[`requests.${name}`, amount]],
  );
  const asLimits = Object.entries(limits).map(([name, amount]) => [`limits.${name}`, amount]);
  return Object.fromEntries([...asRequests, ...asLimits]);
}

function isNative(name: string): boolean {
  return ['cpu', 'memory', 'ephemeral-storage'].includes(name) || name.startsWith('hugepages-');
}

/** What every container must set as soon as a quota counts it; of nothing else this is asked. */
const ASKED_OF_CONTAINERS = [
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];

/**
 * What a quota counts and a container does not set, with the names of the containers: the API server refuses such a pod.
 * @see kubernetes 1.36 pkg/quota/v1/evaluator/core/pods.go, Constraints
 */
export function unsetOf(spec: Fields, { hard }: Quota): ReadonlyMap<string, readonly string[]> {
  // With any request or limit of the pod as a whole, nothing is asked of its containers.
  if (hasPodLevel(spec)) return new Map();
  const unset = new Map<string, string[]>();
  for (const container of containerResourcesOf(spec)) {
    const counted = countedNames(container);
    for (const name of ASKED_OF_CONTAINERS) {
      if (hard[name] === undefined || counted[name] !== undefined) continue;
      unset.set(name, [...(unset.get(name) ?? []), container.name]);
    }
  }
  return unset;
}

/** Whether a pod requests or limits anything as a whole. */
export function hasPodLevel(spec: Fields): boolean {
  const { requests, limits } = podLevel(spec);
  return Object.keys({ ...requests, ...limits }).length > 0;
}

function podLevel(spec: Fields): Resources {
  return podResourcesOf({ resources: spec.resources });
}

interface Scope {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
}

function scopesOf({ body }: Manifest): Scope[] {
  const plain = listOf(at(body, ['spec', 'scopes'])).map((name) => ({
    name: String(name),
    operator: 'Exists',
    values: [],
  }));
  const selected = listOf(at(body, ['spec', 'scopeSelector', 'matchExpressions'])).map((one) => {
    const { scopeName, operator, values } = fieldsOf(one);
    return { name: String(scopeName), operator: String(operator), values: listOf(values).map(String) };
  });
  return [...plain, ...selected];
}

function isInScope(spec: Fields, { name, operator, values }: Scope): boolean {
  const ends = spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds !== null;
  if (name === 'Terminating') return ends;
  if (name === 'NotTerminating') return !ends;
  if (name === 'BestEffort') return isBestEffort(spec);
  if (name === 'NotBestEffort') return !isBestEffort(spec);
  if (name !== 'PriorityClass') return false;
  const priority = textOf(spec.priorityClassName) ?? '';
  if (operator === 'In') return values.includes(priority);
  if (operator === 'NotIn') return !values.includes(priority);
  return (operator === 'Exists') === (priority !== '');
}

function isBestEffort(spec: Fields): boolean {
  const counts = ({ requests, limits }: Resources) =>
    ['cpu', 'memory'].some((name) => (requests[name] ?? 0n) > 0n || (limits[name] ?? 0n) > 0n);
  return !containerResourcesOf(spec).some(counts) && !counts(podLevel(spec));
}
