/**
 * EKS Auto Mode: Karpenter as AWS runs it, with labels and node classes of its own.
 * Source: awsdocs/amazon-eks-user-guide latest/ug/automode, create-node-pool, create-node-class and
 * automode-learn-instances (2026).
 */
import { AUTO_MODE_FAMILIES, AUTO_MODE_TOO_SMALL } from './auto-mode-families';
import { autoModeFeeUsdPerHour } from './auto-mode-fee';
import { devicesOf } from './devices';
import { type InstanceType, instanceTypes } from './instance-types';
import { AUTO_INSTANCE_LABELS, COMPUTE_TYPE_LABEL, INSTANCE_LABELS, WELL_KNOWN_LABELS } from './labels';
import type { NodeClassCapacity } from './node-class';
import { AUTO_MODE_GROUP } from './node-life';

/** The name inside of this program for what its nodes run; no EC2NodeClass can have it. */
export const AUTO_MODE_FAMILY = 'AutoMode';

const OF_KARPENTER = 'karpenter.k8s.aws/';
const OF_AUTO_MODE = `${AUTO_MODE_GROUP}/`;

/** Every label that a pod may ask of Auto Mode's nodes although no pool mentions it. */
export const AUTO_WELL_KNOWN_LABELS: ReadonlySet<string> = new Set([
  ...[...WELL_KNOWN_LABELS].map(ownName),
  COMPUTE_TYPE_LABEL,
]);

/** Size of the disk for pods where a NodeClass says nothing. */
export const AUTO_MODE_DISK = '80Gi';

let remembered: readonly InstanceType[] | undefined;

/** The instance types that it starts, with the labels of its nodes, those of Karpenter's own domain gone, and with its fee. */
export function autoModeTypes(): readonly InstanceType[] {
  remembered ??= instanceTypes().filter(isOffered).map(withOwnLabels);
  return remembered;
}

/** What nodes of a NodeClass of Auto Mode have: one volume, and a system like Bottlerocket. */
export function autoModeCapacity(storage: string | undefined, hasPodSubnets = false): NodeClassCapacity {
  return {
    amiFamily: AUTO_MODE_FAMILY,
    blockDeviceMappings: [{ rootVolume: true, ebs: { volumeSize: storage ?? AUTO_MODE_DISK } }],
    instanceStorePolicy: 'RAID0',
    ...(hasPodSubnets && { hasPodSubnets }),
  };
}

function isOffered({ labels, vcpu }: InstanceType): boolean {
  const [family, size] = ['family', 'size'].map((what) => labels[`${OF_KARPENTER}instance-${what}`]);
  return vcpu > 1 && AUTO_MODE_FAMILIES.has(family) && !AUTO_MODE_TOO_SMALL.has(size);
}

function withOwnLabels(type: InstanceType): InstanceType {
  const entries = Object.entries(type.labels)
    .map(([key, value]) => [ownName(key), value] as const)
    .filter(([key]) => !key.startsWith(OF_AUTO_MODE) || AUTO_INSTANCE_LABELS.has(key));
  const category = type.labels[`${OF_KARPENTER}instance-category`];
  return {
    ...type,
    labels: { ...Object.fromEntries(entries), [COMPUTE_TYPE_LABEL]: 'auto' },
    devices: devicesOf(type),
    autoModeUsdPerHour: autoModeFeeUsdPerHour(category, type.onDemandUsdPerHour),
  };
}

/** A label of Karpenter's own domain as Auto Mode calls it. */
function ownName(key: string): string {
  return INSTANCE_LABELS.has(key) || key.startsWith(OF_KARPENTER)
    ? key.replace(OF_KARPENTER, OF_AUTO_MODE)
    : key;
}
