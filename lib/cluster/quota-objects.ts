import { at, fieldsOf } from '../values/record';
import { isIn } from './admission';
import { groupOf, type Manifest } from './manifest';
import { ofKind } from './of-kind';
import { amountsOf } from './pod-amounts';
import { ONE, type Shortage } from './quota-members';

/** Names that quotas have for counts of core objects besides `count/<name>`. */
const SHORT = new Set([
  'configmaps',
  'persistentvolumeclaims',
  'replicationcontrollers',
  'secrets',
  'services',
]);
/** What makes a Secret of its own name. */
const MAKE_SECRETS = ['SealedSecret', 'ExternalSecret'] as const;

/**
 * Counts of objects that a quota bounds below what its namespace needs: the objects among the manifests, the Secrets that are
 * made of some, and two ReplicaSets of each Deployment, since a roll-out makes the second one while the first is there.
 */
export function objectShortages(quota: Manifest, manifests: readonly Manifest[]): readonly Shortage[] {
  const { scopes, scopeSelector } = fieldsOf(quota.body.spec);
  // Scopes are of pods: with one, the API server takes no count of anything else.
  if (scopes !== undefined || scopeSelector !== undefined) return [];
  const bounds = Object.entries(amountsOf(at(quota.body, ['spec', 'hard']))).map(([name, most]) => ({
    name,
    most,
    resource: name.startsWith('count/') ? name.slice('count/'.length) : SHORT.has(name) ? name : undefined,
  }));
  if (bounds.every(({ resource }) => resource === undefined)) return [];
  const counts = countsIn(quota.namespace, manifests);
  return bounds.flatMap(({ name, most, resource }) => {
    const needed = BigInt(counts.get(resource ?? '') ?? 0) * ONE;
    return needed > most ? [{ name, most, needed }] : [];
  });
}

function countsIn(
  namespace: string | undefined,
  manifests: readonly Manifest[],
): ReadonlyMap<string, number> {
  const own = manifests.filter((one) => isIn(one, namespace) && one.namespace !== undefined);
  const counts = new Map<string, number>();
  for (const { kind, apiVersion } of own) {
    const resource = [pluralOf(kind), groupOf(apiVersion)].filter(Boolean).join('.');
    counts.set(resource, (counts.get(resource) ?? 0) + 1);
  }
  const secrets = ['Secret', ...MAKE_SECRETS].flatMap((kind) => ofKind(own, kind).map(({ name }) => name));
  counts.set('secrets', new Set(secrets).size);
  const deployments = ofKind(own, 'Deployment').filter(({ body }) => at(body, ['spec', 'replicas']) !== 0);
  counts.set('replicasets.apps', 2 * deployments.length + (counts.get('replicasets.apps') ?? 0));
  return counts;
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith('y')) return `${name.slice(0, -1)}ies`;
  return name.endsWith('s') ? `${name}es` : `${name}s`;
}
