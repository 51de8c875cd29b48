import { WELL_KNOWN_LABELS } from './labels';
import {
  allowsAbsence,
  formatRequirement,
  intersect,
  isEmpty,
  type NodeSelectorRequirement,
  type Requirement,
  requirement,
} from './requirement';

/**
 * One requirement per label key; a key that is missing may be anything. Rules of this module follow
 * kubernetes-sigs/karpenter v1.14.1 pkg/scheduling/requirements.go.
 */
export type Requirements = ReadonlyMap<string, Requirement>;

/** What a NodePool says about its nodes. */
export interface PoolSelection {
  /** `spec.template.spec.requirements` */
  readonly requirements?: readonly NodeSelectorRequirement[];
  /** `spec.template.metadata.labels`, with those that Karpenter adds (`nodePoolLabels`) where they matter. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a pod demands of its node. */
export interface PodSelection {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** `matchExpressions` of one required node affinity term. Several terms are alternatives: ask for each. */
  readonly requiredNodeAffinity?: readonly NodeSelectorRequirement[];
}

/** Why a pod can't run on the nodes of a pool, for one label. */
export interface Conflict {
  readonly key: string;
  /** `undefined-label`: the pool does not define a custom label. `no-common-value`: both name it, at odds. */
  readonly rule: 'undefined-label' | 'no-common-value';
  /** What the pool says, `In [spot]`, or `not defined`. */
  readonly pool: string;
  /** What the pod says, `In [on-demand]`. */
  readonly pod: string;
}

/** Gathers requirements by key; those of one key are intersected. */
export function collect(list: Iterable<Requirement>): Requirements {
  const byKey = new Map<string, Requirement>();
  for (const next of list) {
    const known = byKey.get(next.key);
    byKey.set(next.key, known ? intersect(known, next) : next);
  }
  return byKey;
}

/** All requirements of all sets together: what is left for a node once a pod is placed on a pool. */
export function intersectAll(...sets: readonly Requirements[]): Requirements {
  return collect(sets.flatMap((set) => [...set.values()]));
}

/** What a pool promises of its nodes. */
export function poolRequirements({ requirements = [], labels = {} }: PoolSelection): Requirements {
  return collect([...requirements.map(fromManifest), ...fromLabels(labels)]);
}

/** What a pod demands of its node. */
export function podRequirements({
  nodeSelector = {},
  requiredNodeAffinity = [],
}: PodSelection): Requirements {
  return collect([...fromLabels(nodeSelector), ...requiredNodeAffinity.map(fromManifest)]);
}

/**
 * Every reason why a pod can't run on what a pool promises; none means that it can. A well-known label that the pool
 * does not mention is left to the instance type, so the pod may demand anything of it. A custom label exists only if
 * the pool defines it.
 */
export function conflicts(
  pool: Requirements,
  pod: Requirements,
  wellKnown: ReadonlySet<string> = WELL_KNOWN_LABELS,
): readonly Conflict[] {
  return [...undefinedLabels(pool, pod, wellKnown), ...disagreements(pool, pod)];
}

/** Whether each label that both sets name has a value that both allow. */
export function intersects(a: Requirements, b: Requirements): boolean {
  return disagreements(a, b).length === 0;
}

function undefinedLabels(pool: Requirements, pod: Requirements, wellKnown: ReadonlySet<string>): Conflict[] {
  return [...pod.values()]
    .filter(({ key }) => !pool.has(key) && !wellKnown.has(key))
    .filter((demand) => !allowsAbsence(demand))
    .map((demand) => ({
      key: demand.key,
      rule: 'undefined-label',
      pool: 'not defined',
      pod: formatRequirement(demand),
    }));
}

function disagreements(pool: Requirements, pod: Requirements): Conflict[] {
  return [...pod.values()].flatMap((demand): Conflict[] => {
    const promise = pool.get(demand.key);
    if (!promise || !isEmpty(intersect(promise, demand))) return [];
    // A node without the label satisfies both.
    if (allowsAbsence(promise) && allowsAbsence(demand)) return [];
    const { key } = demand;
    return [
      { key, rule: 'no-common-value', pool: formatRequirement(promise), pod: formatRequirement(demand) },
    ];
  });
}

function fromManifest({ key, operator, values }: NodeSelectorRequirement): Requirement {
  return requirement(key, operator, values);
}

function fromLabels(labels: Readonly<Record<string, string>>): Requirement[] {
  return Object.entries(labels).map(([key, value]) => requirement(key, 'In', [value]));
}
