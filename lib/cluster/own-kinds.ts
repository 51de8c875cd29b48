import { groupOf } from './manifest';

/** Kinds that rules read, by the API groups that have them, today or in old versions; the empty one is the core. */
const KINDS_BY_GROUP: readonly (readonly [groups: readonly string[], kinds: string])[] = [
  [
    [''],
    'ConfigMap Secret ServiceAccount Namespace LimitRange ResourceQuota Service Pod ReplicationController PersistentVolume PersistentVolumeClaim',
  ],
  [['apps', 'extensions'], 'Deployment DaemonSet ReplicaSet StatefulSet'],
  [['batch'], 'Job CronJob'],
  [['networking.k8s.io', 'extensions'], 'NetworkPolicy'],
  // OpenShift keeps a copy of these, which are made into the others.
  [
    ['rbac.authorization.k8s.io', 'authorization.openshift.io'],
    'Role RoleBinding ClusterRole ClusterRoleBinding',
  ],
  [['policy', 'extensions'], 'PodDisruptionBudget'],
  [['scheduling.k8s.io'], 'PriorityClass'],
  [['node.k8s.io'], 'RuntimeClass'],
  [['storage.k8s.io'], 'StorageClass'],
  [['autoscaling'], 'HorizontalPodAutoscaler'],
  [['bitnami.com'], 'SealedSecret'],
  [
    ['external-secrets.io', 'kubernetes-client.io'],
    'ExternalSecret ClusterExternalSecret ClusterSecretStore',
  ],
  [['karpenter.sh'], 'NodePool NodeOverlay'],
  [['karpenter.k8s.aws'], 'EC2NodeClass'],
  [['eks.amazonaws.com'], 'NodeClass'],
];

const GROUPS = new Map(
  KINDS_BY_GROUP.flatMap(([groups, kinds]) => kinds.split(' ').map((kind) => [kind, groups] as const)),
);

/**
 * The kind of an object, with its group where another one than the kind's own has it: a NetworkPolicy of Calico and a Role of
 * AWS are no more than namesakes, and are called `NetworkPolicy.crd.projectcalico.org`, as kubectl calls them.
 */
export function kindIn(apiVersion: string, kind: string): string {
  const group = groupOf(apiVersion);
  return GROUPS.get(kind)?.includes(group) === false ? `${kind}.${group || 'core'}` : kind;
}
