import { LEFT_OUT_ANNOTATION, LEFT_OUT_METADATA } from '../../cluster/left-out';
import { DASHBOARD_FILE } from '../dashboards';
import { type FieldPattern, fieldPattern as field } from '../left-out-fields';

/**
 * Fields of the kinds that a fleet has whose change is harmless, or is judged by another rule. A change of any other field is
 * reported by `unjudged`: what nobody has thought of is not harmless.
 */

/** Labels that no controller reads: those without a prefix, and our own. */
const LABEL = /^(?:[^/]+|(?:app\.kubernetes\.io|gitlab-runner-fleet)\/.*)$/;
/** Annotations that say something to people, or that another rule judges. */
const ANNOTATION =
  /^(?:gitlab-runner-fleet\/(?:tags|maximum-timeout-seconds|waiting-for|gitlab-id|how-to-fill|prewarm|protected|locked|run-untagged|silence-.*)|argocd\.argoproj\.io\/sync-wave)$/;

/** Of the metadata of any object; `left-out` judges what leaves it out. */
const METADATA: readonly FieldPattern[] = [
  field('metadata labels', LABEL),
  field('metadata annotations', ANNOTATION),
  field('metadata annotations', LEFT_OUT_ANNOTATION),
  field('metadata', LEFT_OUT_METADATA),
];

/** Labels of nodes that say what machine it is, not whose. */
const OF_MACHINE =
  /^(?:kubernetes\.io\/(?:arch|os)|karpenter\.sh\/(?:capacity-type|nodepool)|topology\.kubernetes\.io\/zone|node\.kubernetes\.io\/instance-type|(?:karpenter\.k8s\.aws|eks\.amazonaws\.com)\/instance-.*)$/;

const CONTAINER = [
  ['image'],
  ['resources'],
  ['command'],
  ['args'],
  ['lifecycle'],
  ['securityContext'],
  ['ports'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => [
    [probe, /^(?:failureThreshold|periodSeconds|timeoutSeconds|initialDelaySeconds|successThreshold)$/],
    [probe, 'httpGet', /^(?:port|path|scheme)$/],
  ]),
  // A new ciphertext has a key of its own, in the same Secret.
  ['env', '[]', 'valueFrom', 'secretKeyRef', 'key'],
] as const;

const POD: readonly FieldPattern[] = [
  ...['containers', 'initContainers'].flatMap((list) => CONTAINER.map((path) => [list, '[]', ...path])),
  field('volumes [] emptyDir sizeLimit'),
  field('nodeSelector', OF_MACHINE),
  // Which controller's nodes pods get; as a label of nodes, daemonsets keep off by it.
  field('nodeSelector eks.amazonaws.com/compute-type'),
  [
    /^(?:securityContext|serviceAccountName|serviceAccount|automountServiceAccountToken|terminationGracePeriodSeconds|hostNetwork|hostPID|hostIPC|hostUsers|shareProcessNamespace|runtimeClassName|topologySpreadConstraints|imagePullSecrets)$/,
  ],
];

const WORKLOAD: readonly FieldPattern[] = [
  ...METADATA,
  field(
    'spec',
    /^(?:replicas|revisionHistoryLimit|strategy|updateStrategy|selector|progressDeadlineSeconds|minReadySeconds)$/,
  ),
  field('spec template metadata labels', LABEL),
  field(
    'spec template metadata annotations',
    /^(?:gitlab-runner-fleet\/.*|karpenter\.sh\/do-not-disrupt|checksum\/.*)$/,
  ),
  ...POD.map((path) => ['spec', 'template', 'spec', ...path]),
];

/**
 * Of the CronJob that deletes orphaned job pods. Its program, what it selects and where its token goes are for people to read;
 * how long it waits: orphaned-pods.
 */
const CLEANUP: readonly FieldPattern[] = [
  ...METADATA,
  field(
    'spec',
    /^(?:schedule|timeZone|suspend|concurrencyPolicy|startingDeadlineSeconds|successfulJobsHistoryLimit|failedJobsHistoryLimit)$/,
  ),
  field('spec jobTemplate metadata labels', LABEL),
  field('spec jobTemplate spec', /^(?:activeDeadlineSeconds|backoffLimit|ttlSecondsAfterFinished)$/),
  field('spec jobTemplate spec template metadata labels', LABEL),
  ...[
    ['nodeSelector', OF_MACHINE],
    ['nodeSelector', 'eks.amazonaws.com/compute-type'],
    ['containers', '[]', /^(?:image|imagePullPolicy|resources|securityContext)$/],
    [/^(?:securityContext|serviceAccountName|automountServiceAccountToken|imagePullSecrets)$/],
  ].map((path): FieldPattern => ['spec', 'jobTemplate', 'spec', 'template', 'spec', ...path]),
];

const AGGREGATES = field('metadata labels', /^rbac\.authorization\.k8s\.io\/aggregate-to-/);
const ROLE = [...METADATA, field('rules'), field('aggregationRule'), AGGREGATES];
const BINDING = [...METADATA, field('roleRef'), field('subjects')];

const OWN_TAGS = field('spec tags', /^gitlab-runner-(?:fleet|pool)$/);

/** By group and kind. */
export const JUDGED_FIELDS: Readonly<Record<string, readonly FieldPattern[]>> = {
  '/ConfigMap': [
    ...METADATA,
    field('data .runner_system_id'),
    field('immutable'),
    field('data', DASHBOARD_FILE),
    field('metadata annotations grafana_folder'),
  ],
  '/Namespace': [
    field(
      'metadata labels',
      /^(?:(?:app\.kubernetes\.io|gitlab-runner-fleet|pod-security\.kubernetes\.io)\/.*)$/,
    ),
    ...METADATA.slice(1),
  ],
  '/ServiceAccount': [
    ...METADATA,
    field('automountServiceAccountToken'),
    field(
      'metadata annotations',
      /^(?:eks\.amazonaws\.com\/role-arn|gitlab-runner-fleet\/pod-identity-role)$/,
    ),
    field('imagePullSecrets'),
  ],
  // Whoever mounts it: pod-powers. What of it can't change: immutable-field.
  '/PersistentVolumeClaim': [...METADATA, field('spec', /^(?:accessModes|storageClassName|resources)$/)],
  // That of a manager: exposed-managers.
  '/Service': [...METADATA, field('metadata annotations'), field('spec')],
  '/LimitRange': [...METADATA, field('spec')],
  '/ResourceQuota': [...METADATA, field('spec')],
  'policy/PodDisruptionBudget': [...METADATA, field('spec')],
  'apps/Deployment': WORKLOAD,
  'batch/CronJob': CLEANUP,
  'apps/StatefulSet': WORKLOAD,
  'apps/DaemonSet': WORKLOAD,
  'apps/ReplicaSet': WORKLOAD,
  'rbac.authorization.k8s.io/Role': ROLE,
  'rbac.authorization.k8s.io/ClusterRole': ROLE,
  'rbac.authorization.k8s.io/RoleBinding': BINDING,
  'rbac.authorization.k8s.io/ClusterRoleBinding': BINDING,
  'networking.k8s.io/NetworkPolicy': [...METADATA, field('spec')],
  'bitnami.com/SealedSecret': [
    ...METADATA,
    field('spec encryptedData'),
    field('spec template metadata labels', LABEL),
    field('metadata annotations', /^sealedsecrets\.bitnami\.com\/(?:cluster|namespace)-wide$/),
  ],
  'external-secrets.io/ExternalSecret': [...METADATA, field('spec refreshInterval')],
  // Whoever selects them by a label that changes: nothing that the fleet relies on. What Prometheus sends along is not judged.
  'monitoring.coreos.com/PodMonitor': [
    ...METADATA,
    field('metadata labels'),
    field('spec', /^(?:namespaceSelector|selector)$/),
    field('spec podMetricsEndpoints []', /^(?:interval|port|relabelings|scrapeTimeout)$/),
  ],
  'monitoring.coreos.com/PrometheusRule': [...METADATA, field('metadata labels'), field('spec groups')],
  'scheduling.k8s.io/PriorityClass': METADATA,
  'karpenter.sh/NodePool': [
    ...METADATA,
    field('spec', /^(?:limits|weight|disruption|replicas)$/),
    // A label of nodes that a controller of the cluster reads moves their network or their agents.
    field('spec template metadata labels', LABEL),
    field('spec template metadata labels', OF_MACHINE),
    field(
      'spec template spec',
      /^(?:requirements|taints|startupTaints|expireAfter|terminationGracePeriod|nodeClassRef)$/,
    ),
  ],
  'karpenter.sh/NodeOverlay': [...METADATA, field('spec requirements'), field('spec capacity')],
  'karpenter.k8s.aws/EC2NodeClass': [
    ...METADATA,
    field(
      'spec',
      /^(?:amiFamily|amiSelectorTerms|capacityReservationSelectorTerms|userData|role|instanceProfile|securityGroupSelectorTerms|metadataOptions|associatePublicIPAddress|instanceStorePolicy|detailedMonitoring)$/,
    ),
    OWN_TAGS,
    field('spec blockDeviceMappings [] rootVolume'),
    field(
      'spec blockDeviceMappings [] ebs',
      /^(?:volumeSize|volumeType|iops|throughput|volumeInitializationRate|deleteOnTermination|encrypted)$/,
    ),
    field('spec kubelet', /^(?:maxPods|podsPerCore|systemReserved|kubeReserved|eviction.*|imageGC.*)$/),
  ],
  'eks.amazonaws.com/NodeClass': [
    ...METADATA,
    field('spec', /^(?:role|instanceProfile|securityGroupSelectorTerms)$/),
    OWN_TAGS,
    field('spec ephemeralStorage', /^(?:size|iops|throughput)$/),
  ],
  'eksctl.io/ClusterConfig': [
    ...METADATA,
    field('fargateProfiles [] selectors'),
    field('iam'),
    field('accessConfig'),
    field('iamIdentityMappings'),
  ],
};

/**
 * Of an object that is new. Where a manager lands is judged as that of all pods; the name of a disk of a new class takes nothing
 * from another disk.
 */
export const JUDGED_OF_NEW: readonly FieldPattern[] = [
  field('spec template spec', /^(?:nodeSelector|tolerations|affinity)$/),
  field('spec blockDeviceMappings [] deviceName'),
];
