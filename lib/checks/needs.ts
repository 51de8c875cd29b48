import { displayName, type Manifest } from '../cluster/manifest';
import { keysOf } from '../cluster/mounted-files';
import { type Asker, type Need, type NeedKind, needsOf } from '../cluster/needs';
import type { Subject } from '../cluster/observe';
import { objectsNamed } from '../cluster/of-kind';
import { isClassMounted, mountsClass } from '../cluster/provider-classes';
import type { FieldPath } from '../values/field-path';
import { at, textOf } from '../values/record';
import { nearestName } from '../values/suggest';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup('needs', 'Whatever managers and jobs name is there.', {
  account: 'a ServiceAccount is missing',
  source: 'a Secret, a ConfigMap or a PersistentVolumeClaim is missing',
  class: 'a PriorityClass or a RuntimeClass is missing',
  key: 'a ConfigMap lacks a key that a pod takes from it',
  'pull-secret-type': 'a pull secret is of another type',
  store: 'the SecretStore of an ExternalSecret is missing',
  'provider-class': 'the SecretProviderClass of a volume is missing',
  'not-synced': 'a Secret that is made while a pod mounts its class, and none does',
});

type What = Parameters<typeof finding>[0];

/**
 * Rule of each kind that a fleet needs besides its own objects, and what comes of its absence. A ClusterSecretStore and a
 * StorageClass are the cluster's, as roles and subnets are.
 */
const MISSING: Partial<Record<NeedKind, readonly [what: What, then: string]>> = {
  ServiceAccount: ['account', 'the pod is refused'],
  Secret: ['source', 'the pod never starts'],
  ConfigMap: ['source', 'the pod never starts'],
  PersistentVolumeClaim: ['source', 'the pod is never scheduled'],
  PriorityClass: ['class', 'the pod is refused'],
  RuntimeClass: ['class', 'the pod is refused'],
  SecretStore: ['store', 'the Secret is never made'],
  SecretProviderClass: ['provider-class', 'the pod never starts'],
};

/** Objects that manifests name are among them, or declared to exist. */
export const needs: Check = {
  ...group,
  run: (subject) => {
    const all = needsOf(subject);
    return all.flatMap((need) => {
      if (need.state !== 'missing')
        return [...keyFindings(need), ...typeFindings(need), ...syncFindings(need, subject)];
      const alike = all.filter((other) => isAlike(need, other));
      return alike[0] === need ? missingFindings(need, alike.length - 1, subject.manifests) : [];
    });
  },
};

/** Whether two things are missing for one reason: a name that holds the number of a slot stands for many. */
function isAlike(one: Need, other: Need): boolean {
  if (one === other) return true;
  const { bySlot, kind, namespace } = one;
  return (
    bySlot !== undefined &&
    other.state === 'missing' &&
    other.bySlot === bySlot &&
    other.kind === kind &&
    other.namespace === namespace
  );
}

/** Of a ConfigMap all keys are known; other objects may get theirs from elsewhere. */
function keyFindings({ kind, name, keys, askedBy, madeBy }: Need): Finding[] {
  if (kind !== 'ConfigMap' || madeBy === undefined) return [];
  const known = keysOf(madeBy);
  const lacking = keys.filter((key) => !known.includes(key));
  if (lacking.length === 0) return [];
  const near = nearestName(lacking[0], known);
  const { manifest, path, within } = askedBy[0];
  return [
    finding('key', {
      severity: 'error',
      at: { manifest, path, within },
      found: `${name} without ${lacking.join(', ')}`,
      why: `${displayName(madeBy)} has ${known.length === 0 ? 'no key' : known.join(', ')}, and a pod does not start without a key that it takes from it`,
      fix: near ? `write ${near} instead of ${lacking[0]}` : 'add the key, or mark it as optional',
    }),
  ];
}

/** The driver makes Secrets of a class while a pod mounts it, and removes them with the last one. */
function syncFindings({ kind, name, namespace, askedBy, madeBy }: Need, subject: Subject): Finding[] {
  if (kind !== 'Secret' || madeBy?.kind !== 'SecretProviderClass') return [];
  const { manifests, runners } = subject;
  const isOfJob = runners.some(
    ({ job }) => job?.pod.namespace === namespace && mountsClass(job?.spec, madeBy.name),
  );
  if (isOfJob || isClassMounted(madeBy, manifests)) return [];
  const { manifest, path, within } = askedBy[0];
  return [
    finding('not-synced', {
      severity: 'error',
      at: { manifest, path, within },
      found: name,
      why: `${displayName(madeBy)} makes this Secret while a pod mounts the class, and no pod here does: the Secret is never there`,
      fix: `add a volume of the driver secrets-store.csi.k8s.io with secretProviderClass: ${madeBy.name} to the pod, and mount it in a container`,
    }),
  ];
}

/** Where kinds name the type of the Secret that they make; it is Opaque where they don't. */
const TYPE_OF: Readonly<Record<string, FieldPath>> = {
  Secret: ['type'],
  SealedSecret: ['spec', 'template', 'type'],
  ExternalSecret: ['spec', 'target', 'template', 'type'],
};
const PULL_TYPES = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'];

/** The kubelet skips a pull secret of another type, and asks the registry without a password. */
function typeFindings({ kind, name, askedBy, madeBy }: Need): Finding[] {
  const asker = askedBy.find(isPullSecret);
  const path = madeBy && TYPE_OF[madeBy.kind];
  if (kind !== 'Secret' || asker === undefined || path === undefined) return [];
  const type = textOf(at(madeBy?.body, path)) ?? 'Opaque';
  if (PULL_TYPES.includes(type)) return [];
  const { manifest, path: place, within } = asker;
  return [
    finding('pull-secret-type', {
      severity: 'error',
      at: { manifest, path: place, within },
      found: `${name} of type ${type}`,
      why: 'the kubelet skips a pull secret of any type but kubernetes.io/dockerconfigjson, and asks the registry without a password',
      fix: 'make it by kubectl create secret docker-registry, whose type kubeseal keeps',
    }),
  ];
}

/** Whether images are pulled with what a field names, of pods, of accounts or of a config.toml. */
function isPullSecret({ path, within }: Asker): boolean {
  return path.includes('imagePullSecrets') || /image_pull_secrets$/.test(within ?? '');
}

/** @param more how many others are missing for the same reason */
function missingFindings(
  { kind, namespace, name, askedBy, bySlot }: Need,
  more: number,
  manifests: readonly Manifest[],
): Finding[] {
  // One of this name in another namespace is a finding of the group admitted.
  if (kind === 'ServiceAccount' && objectsNamed(manifests, kind, name).length > 0) return [];
  // The Secret of a token has rules of its own, in the group secrets.
  const [asker] = askedBy.filter(({ isToken }) => !isToken);
  const rule = MISSING[kind];
  if (asker === undefined || rule === undefined) return [];
  const [what, otherwise] = rule;
  const { manifest, path, within } = asker;
  const isPull = isPullSecret(asker);
  const withoutIt =
    within === undefined ? 'images that need it are not pulled' : 'the runner fails every job';
  const then = isPull ? withoutIt : otherwise;
  const others = askedBy.length > 1 ? ` (named in ${askedBy.length} places)` : '';
  const slots = more > 0 ? `, and ${more} more for ${bySlot}` : '';
  const object = displayName({ kind, namespace, name });
  return [
    finding(what, {
      severity: 'warning',
      // Without its class no pod is made, and whether images need their Secret is not known here.
      ...((what === 'class' || isPull) && { notProved: true }),
      at: { manifest, path, within },
      found: `${name}${slots}${others}`,
      why: `no object here is ${object} or makes it; unless someone else does, ${then}`,
      fix: `${more > 0 ? 'add each of them, or declare them' : 'add it, or declare it'} on an object here: annotation gitlab-runner-fleet/existing: ${object} (in a description: existing)`,
    }),
  ];
}
