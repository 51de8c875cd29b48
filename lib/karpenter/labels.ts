/**
 * Node labels that Karpenter knows, release v1.14.1.
 * Sources: kubernetes-sigs/karpenter pkg/apis/v1/labels.go; aws/karpenter-provider-aws pkg/apis/v1/labels.go.
 */
export const ARCH_LABEL = 'kubernetes.io/arch';
export const OS_LABEL = 'kubernetes.io/os';
export const ZONE_LABEL = 'topology.kubernetes.io/zone';
export const HOSTNAME_LABEL = 'kubernetes.io/hostname';
export const REGION_LABEL = 'topology.kubernetes.io/region';
export const INSTANCE_TYPE_LABEL = 'node.kubernetes.io/instance-type';
export const CAPACITY_TYPE_LABEL = 'karpenter.sh/capacity-type';
export const NODE_POOL_LABEL = 'karpenter.sh/nodepool';
export const WINDOWS_BUILD_LABEL = 'node.kubernetes.io/windows-build';
/** `auto` on every node of EKS Auto Mode. */
export const COMPUTE_TYPE_LABEL = 'eks.amazonaws.com/compute-type';
export const TENANCY_LABEL = 'karpenter.k8s.aws/instance-tenancy';

/**
 * Labels that follow from the instance type alone. A type without one of them has no such label: its node "does not
 * exist" there, which is a different thing from a label that only a pool or an offering decides.
 * Source: aws/karpenter-provider-aws v1.14.1 pkg/providers/instancetype/types.go.
 */
export const INSTANCE_LABELS: ReadonlySet<string> = new Set([
  'karpenter.k8s.aws/instance-accelerator-count',
  'karpenter.k8s.aws/instance-accelerator-manufacturer',
  'karpenter.k8s.aws/instance-accelerator-name',
  'karpenter.k8s.aws/instance-capability-flex',
  'karpenter.k8s.aws/instance-category',
  'karpenter.k8s.aws/instance-cpu',
  'karpenter.k8s.aws/instance-cpu-manufacturer',
  'karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz',
  'karpenter.k8s.aws/instance-ebs-bandwidth',
  'karpenter.k8s.aws/instance-encryption-in-transit-supported',
  'karpenter.k8s.aws/instance-family',
  'karpenter.k8s.aws/instance-generation',
  'karpenter.k8s.aws/instance-gpu-count',
  'karpenter.k8s.aws/instance-gpu-manufacturer',
  'karpenter.k8s.aws/instance-gpu-memory',
  'karpenter.k8s.aws/instance-gpu-name',
  'karpenter.k8s.aws/instance-hypervisor',
  'karpenter.k8s.aws/instance-local-nvme',
  'karpenter.k8s.aws/instance-memory',
  'karpenter.k8s.aws/instance-network-bandwidth',
  'karpenter.k8s.aws/instance-size',
]);

/**
 * The same on nodes of EKS Auto Mode, which calls them otherwise and has fewer of them: those that AWS documents, and two more
 * that its nodes carry (seen in December 2025).
 */
export const AUTO_INSTANCE_LABELS: ReadonlySet<string> = new Set(
  [...INSTANCE_LABELS]
    .filter((key) => !/accelerator/.test(key))
    .map((key) => key.replace('karpenter.k8s.aws/', 'eks.amazonaws.com/')),
);

/** Every label that a pod may ask for although no pool mentions it. */
export const WELL_KNOWN_LABELS: ReadonlySet<string> = new Set([
  ...INSTANCE_LABELS,
  ARCH_LABEL,
  OS_LABEL,
  ZONE_LABEL,
  REGION_LABEL,
  INSTANCE_TYPE_LABEL,
  CAPACITY_TYPE_LABEL,
  NODE_POOL_LABEL,
  TENANCY_LABEL,
  WINDOWS_BUILD_LABEL,
  'topology.k8s.aws/zone-id',
  'karpenter.k8s.aws/capacity-reservation-id',
  'karpenter.k8s.aws/capacity-reservation-interruptible',
  'karpenter.k8s.aws/capacity-reservation-type',
  'karpenter.k8s.aws/placement-group-id',
  'karpenter.k8s.aws/placement-group-partition',
]);

/**
 * Old names of labels and the names they are read as. The EBS key is added by the AWS provider
 * (aws/karpenter-provider-aws v1.14.1 pkg/operator/operator.go).
 */
export const NORMALIZED_LABELS: ReadonlyMap<string, string> = new Map([
  ['beta.kubernetes.io/arch', ARCH_LABEL],
  ['beta.kubernetes.io/instance-type', INSTANCE_TYPE_LABEL],
  ['beta.kubernetes.io/os', OS_LABEL],
  ['failure-domain.beta.kubernetes.io/region', REGION_LABEL],
  ['failure-domain.beta.kubernetes.io/zone', ZONE_LABEL],
  ['topology.ebs.csi.aws.com/zone', ZONE_LABEL],
]);

/** The current name of a label key: the key itself unless it is an old name. */
export function normalizeLabel(key: string): string {
  return NORMALIZED_LABELS.get(key) ?? key;
}

/**
 * Labels that every node of a pool carries without being told. Pods may select them.
 * Source: kubernetes-sigs/karpenter v1.14.1 pkg/controllers/provisioning/scheduling/nodeclaimtemplate.go.
 */
export function nodePoolLabels(nodePool: string, nodeClass: string): Readonly<Record<string, string>> {
  return {
    [NODE_POOL_LABEL]: nodePool,
    'karpenter.k8s.aws/ec2nodeclass': nodeClass,
    'karpenter.sh/registered': 'true',
    'karpenter.sh/initialized': 'true',
  };
}
