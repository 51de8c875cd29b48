import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { TRANSITION_RULES } from '../karpenter/crd-rules/all';
import { refusedTransitions, type TransitionRule } from '../karpenter/crd-rules/rule';
import { parseQuantity } from '../values/quantity';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { isOfNoManager } from './account-users';
import { unboundAccounts } from './bindings';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  type Impact,
  impact,
  isKept,
  type Rule,
} from './rule';
import { rightsLost, tuplesOf } from './security/right-tuples';

/** Namespaces that go, with all that is in them. */
export const namespaceRemoved: Rule = {
  id: 'namespace-removed',
  title: 'A namespace that is removed takes everything in it: managers, tokens and running jobs.',
  run: (comparison) =>
    changesOf(comparison, 'Namespace').flatMap((change) => {
      if (!change.before || change.after) return [];
      if (isKept(change.before)) {
        const what = 'The namespace and what is in it stay until they are deleted.';
        return [
          impact(
            'namespace-removed',
            'info',
            change,
            what,
            'It is annotated so that Flux and Argo CD do not prune it.',
          ),
        ];
      }
      const what = 'Everything in it is deleted: running jobs, managers and tokens.';
      return [
        impact('namespace-removed', 'disruptive', change, what, 'Deleting a namespace deletes its contents.'),
      ];
    }),
};

/** Volumes that go with their claim. */
export const claimRemoved: Rule = {
  id: 'claim-removed',
  title: 'Removing a PersistentVolumeClaim deletes what its volume holds.',
  run: (comparison) =>
    changesOf(comparison, 'PersistentVolumeClaim').flatMap((change) => {
      if (!change.before || change.after) return [];
      const id = 'claim-removed';
      if (isKept(change.before)) {
        const what = 'The claim stays until it is deleted by hand, and its volume costs money until then.';
        const why = 'It is annotated so that Flux and Argo CD do not prune it.';
        return [impact(id, 'info', change, what, why)];
      }
      const what = 'The claim is deleted when no pod uses it any more, and what its volume holds with it.';
      const why =
        'A volume that was made for a claim is deleted with it, unless its StorageClass retains it.';
      return [impact(id, 'disruptive', change, what, why)];
    }),
};

/** Rights of managers that still have jobs. */
export const rightsRemoved: Rule = {
  id: 'rights-removed',
  title: 'Rights that are taken away are gone at once, also for managers that still drain.',
  run: (comparison) =>
    changesOf(
      comparison,
      'Role',
      'RoleBinding',
      'ClusterRole',
      'ClusterRoleBinding',
      'ServiceAccount',
    ).flatMap((change) => {
      const { before, after } = change;
      if (!before) return [];
      if (!after) return removedRights(change, before, comparison);
      const unbound = unboundAccounts(before, after, comparison);
      if (unbound.length > 0) {
        const what = `Managers with the account ${unbound.join(', ')} lose all rights that it gives: every job fails.`;
        const why = 'It no longer names them, and the API server asks for rights at each request.';
        return [impact('rights-removed', 'disruptive', change, what, why)];
      }
      const gone = rightsLost(tuplesOf(before.body), tuplesOf(after.body));
      if (gone.length === 0) return [];
      return [lostRights(change, gone)];
    }),
};

const ASKED = 'The API server asks for rights at each request.';

function lostRights(change: ChangedObject, gone: readonly string[]): Impact {
  // Pause pods are a Deployment, which no job needs; what becomes of them is pause-pods-stay.
  const ofJobs = gone.filter((right) => !right.endsWith(' deployments'));
  if (ofJobs.length === 0) {
    const what = `Managers may no longer ${gone.join(', ')}: jobs need none of it, and managers that hold room by pause pods can't any more.`;
    return impact('rights-removed', 'notice', change, what, ASKED);
  }
  const what = `Managers may no longer ${ofJobs.slice(0, 4).join(', ')}: running jobs fail where they need it.`;
  return impact('rights-removed', 'disruptive', change, what, ASKED);
}

function removedRights(change: ChangedObject, before: Manifest, comparison: Comparison): Impact[] {
  const { after } = comparison;
  if (isKept(before) && isStillUsed(before, after)) {
    const what = 'It stays in this cluster, where managers still use it; a new cluster would lack it.';
    const why = 'It is annotated so that Flux and Argo CD do not prune it.';
    return [impact('rights-removed', 'notice', change, what, why)];
  }
  if (isKept(before)) {
    const what = 'It stays in the cluster, for jobs that still run; delete it when they are done.';
    return [
      impact(
        'rights-removed',
        'info',
        change,
        what,
        'It is annotated so that Flux and Argo CD do not prune it.',
      ),
    ];
  }
  if (isOfNoManager(before, comparison.before)) {
    const what = 'No manager and no job had these rights.';
    return [impact('rights-removed', 'info', change, what, ASKED)];
  }
  const what =
    'Managers that still drain lose their rights: their running jobs fail, and their pods stay behind.';
  return [
    impact('rights-removed', 'disruptive', change, what, 'It is pruned in the same run as the Deployment.'),
  ];
}

/** Whether managers still use an object for their rights: their account, or a Role that is bound to it. */
function isStillUsed({ kind, name, namespace }: Manifest, { runners, manifests }: Subject): boolean {
  const isOwn = (account: unknown, of: string | undefined) =>
    runners.some(
      ({ manager, managerPod }) =>
        manager !== undefined && manager.namespace === of && managerPod.serviceAccountName === account,
    );
  if (kind === 'ServiceAccount') return isOwn(name, namespace);
  // Of a binding that goes, nothing here names the accounts any more.
  if (!kind.endsWith('Role')) return false;
  return manifests.some(
    (one) =>
      one.kind === `${kind}Binding` &&
      (kind === 'ClusterRole' || one.namespace === namespace) &&
      at(one.body, ['roleRef', 'name']) === name &&
      listOf(at(one.body, ['subjects'])).some((subject) =>
        isOwn(fieldsOf(subject).name, textOf(fieldsOf(subject).namespace)),
      ),
  );
}

/** Fields that the API server lets nobody change. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ['spec.selector'],
  Deployment: ['spec.selector'],
  Job: ['spec.template', 'spec.selector', 'spec.completionMode'],
  PersistentVolumeClaim: ['spec.accessModes', 'spec.storageClassName', 'spec.volumeName', 'spec.volumeMode'],
  PriorityClass: ['value', 'preemptionPolicy'],
  ReplicaSet: ['spec.selector'],
  RuntimeClass: ['handler'],
  StatefulSet: ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy', 'spec.volumeClaimTemplates'],
  StorageClass: ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'],
  RoleBinding: ['roleRef'],
  ClusterRoleBinding: ['roleRef'],
  Secret: ['type'],
};

/** Changes that can't be applied. */
export const immutableField: Rule = {
  id: 'immutable-field',
  title: 'A change of a field that can not change makes the whole apply fail.',
  run: ({ changes }) =>
    changes.flatMap((change) => {
      const { before, after } = change;
      if (!before || !after) return [];
      const frozen =
        at(before.body, ['immutable']) === true && before.name === after.name
          ? ['data', 'binaryData', 'immutable']
          : [];
      const paths = [...(IMMUTABLE[after.kind] ?? []), ...frozen].filter((path) =>
        changesBelow(change, path),
      );
      const reasons = [
        ...paths.map(
          (path) => `${path} can not be changed: delete the object first, or give the new one another name.`,
        ),
        ...shrinking(before, after),
        ...transitionsOf(before, after).map(
          ({ message, fix }) => `The API server answers "${message}": ${fix}.`,
        ),
      ];
      const what = 'The apply fails, and with it everything of its Kustomization that comes later.';
      // Group and kind of a class change together.
      const own = reasons.filter((why) => !why.includes('nodeClassRef.kind') || reasons.length === 1);
      return own.map((why) => impact('immutable-field', 'disruptive', change, what, why));
    }),
};

/** A volume can only grow. */
function shrinking(before: Manifest, after: Manifest): readonly string[] {
  if (after.kind !== 'PersistentVolumeClaim') return [];
  const texts = [before, after].map(
    ({ body }) => textOf(at(body, ['spec', 'resources', 'requests', 'storage'])) ?? '',
  );
  const [old, now] = texts.map(parseQuantity);
  if (old === undefined || now === undefined || now >= old) return [];
  return [`A volume can not shrink from ${texts.join(' to ')}: take the old size, or another name.`];
}

function changesBelow(change: ChangedObject, path: string): boolean {
  // A config.toml is shown as a file of its own.
  const isFile = path === 'data' && change.fields.some((field) => field.path.includes('.toml >'));
  return isFile || changed(change, path);
}

/** What the rules of Karpenter's definitions say of an object in the place of another. */
function transitionsOf(before: Manifest, after: Manifest): readonly TransitionRule[] {
  const rules = TRANSITION_RULES[`${after.apiVersion}/${after.kind}`] ?? [];
  return refusedTransitions(before.body, after.body, rules);
}
