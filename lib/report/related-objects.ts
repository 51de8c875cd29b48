import type { Finding } from '../checks/finding';
import { needsOf } from '../cluster/manager-rights';
import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { podHooks } from '../cluster/pod-hooks';

/** Kinds that decide about every pod of their namespace. */
const OF_NAMESPACE = ['LimitRange', 'ResourceQuota'];

/**
 * The objects that decide whether a runner works, besides its manager and its config: its namespaces, what limits them,
 * its rights, the pools that its pods land on, and who is asked about them.
 */
export function relatedObjects(subject: Subject): (runner: ObservedRunner) => ReadonlySet<Manifest> {
  const { manifests } = subject;
  const rights = new Map<Manifest, readonly Manifest[]>();
  for (const { manager, grants } of needsOf(subject)) {
    const objects = grants.flatMap(({ binding, role }) => [binding, ...(role ? [role] : [])]);
    rights.set(manager, [...(rights.get(manager) ?? []), ...objects]);
  }
  const limits = OF_NAMESPACE.flatMap((kind) => ofKind(manifests, kind));
  const named = ofKind(manifests, 'Namespace');
  const hooks = podHooks(subject);
  return (runner) => {
    const { job, largestJob, manager, managerPlaced } = runner;
    const pods = [job, largestJob, managerPlaced].filter((pod) => pod !== undefined);
    const namespaces = new Set(pods.map(({ pod }) => pod.namespace ?? 'default'));
    return new Set(
      [
        ...pods.flatMap(poolsOf).flatMap(({ manifest, nodeClass }) => [manifest, nodeClass?.manifest]),
        ...limits.filter(({ namespace }) => namespaces.has(namespace ?? 'default')),
        ...named.filter(({ name }) => namespaces.has(name)),
        ...((manager && rights.get(manager)) ?? []),
        ...hooks.filter(({ runners }) => runners.includes(runner)).map(({ manifest }) => manifest),
      ].filter((one) => one !== undefined),
    );
  };
}

function poolsOf(placed: PlacedPod): readonly NodePool[] {
  return landing(placed).map(({ pool }) => pool);
}

/** Whether a finding about such an object says that the runner does not work, or may not. */
export function counts({ severity, notProved }: Finding): boolean {
  return severity === 'error' || notProved === true;
}
