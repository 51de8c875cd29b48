import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { amountsOf } from '../cluster/pod-amounts';
import { podSpecOf } from '../cluster/workloads';
import { at, type Fields, fieldsOf, listOf } from '../values/record';
import type { Comparison } from './rule';
import { peersOf } from './security/peers';

/** What of a manager other rules compare with what it was, and what nothing is compared with where it is new. */
const OF_POD = ['tolerations', 'affinity', 'topologySpreadConstraints', 'schedulerName'] as const;
const OF_CONTAINER = ['livenessProbe', 'startupProbe', 'readinessProbe'] as const;

/**
 * In what a new manager is unlike every manager that its fleet had: probes, strategy and where it lands, and whether it has less than
 * half of the memory of each. Empty where the fleet had none.
 */
export function unusualParts(manager: Manifest, { before, after }: Comparison): readonly string[] {
  const runner = after.runners.find((one) => one.manager === manager);
  if (runner === undefined) return [];
  const peers = distinctManagers(peersOf(runner, before));
  if (peers.length === 0) return [];
  const olds = peers.map(traitsOf);
  const now = traitsOf(manager);
  const odd = Object.keys(now.fields).filter((name) =>
    olds.every((old) => old.fields[name] !== now.fields[name]),
  );
  const hasLess =
    now.memory !== undefined && olds.every(({ memory }) => memory && (now.memory ?? 0n) * 2n < memory);
  return [...odd, ...(hasLess ? ['limits.memory'] : [])];
}

function distinctManagers(runners: Subject['runners']): readonly Manifest[] {
  return [...new Set(runners.flatMap(({ manager }) => manager ?? []))];
}

interface Traits {
  readonly fields: Readonly<Record<string, string>>;
  readonly memory: bigint | undefined;
}

/** Each of many new managers is compared with all. */
const known = new WeakMap<Manifest, Traits>();

function traitsOf(manager: Manifest): Traits {
  const traits = known.get(manager) ?? readTraits(manager);
  known.set(manager, traits);
  return traits;
}

function readTraits(manager: Manifest): Traits {
  const pod = podSpecOf(manager);
  const [container = {}] = listOf(pod.containers).map(fieldsOf);
  const strategy = fieldsOf(at(manager.body, ['spec', 'strategy'])).type ?? 'RollingUpdate';
  return {
    fields: {
      ...textsOfKeys(pod, OF_POD),
      ...textsOfKeys(container, OF_CONTAINER),
      ...(manager.kind === 'Deployment' && { strategy: JSON.stringify(strategy) }),
    },
    memory: amountsOf(fieldsOf(container.resources).limits).memory,
  };
}

function textsOfKeys(fields: Fields, keys: readonly string[]): Readonly<Record<string, string>> {
  // Labels of a spread or an affinity name the manager itself.
  const plain = (key: string) =>
    JSON.stringify(fields[key] ?? null).replace(/"runner-[\w-]+"/g, '"(manager)"');
  return Object.fromEntries(keys.map((key) => [key, plain(key)]));
}
