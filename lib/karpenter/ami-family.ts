import type { NodeClassCapacity } from './node-class';

/** What the AMI family changes: the files of pkg/providers/amifamily in aws/karpenter-provider-aws v1.14.1. */
export interface AmiFamily {
  /** Device of the volume that pods write to; unknown for `Custom`. */
  readonly podDevice?: string;
  /** GiB of that volume where the node class does not say. */
  readonly podVolumeGib: number;
  /** Whether pods are limited by addresses of network interfaces, not to 110. */
  readonly eniLimitedPods: boolean;
  /** Whether kube-reserved memory follows from those addresses even if `maxPods` says otherwise. */
  readonly eniLimitedMemory: boolean;
  readonly podsPerCore: boolean;
}

const AL2: AmiFamily = {
  podDevice: '/dev/xvda',
  podVolumeGib: 20,
  eniLimitedPods: true,
  eniLimitedMemory: true,
  podsPerCore: true,
};

const WINDOWS: AmiFamily = {
  podDevice: '/dev/sda1',
  podVolumeGib: 50,
  eniLimitedPods: false,
  eniLimitedMemory: false,
  podsPerCore: true,
};

const FAMILIES: Readonly<Record<string, AmiFamily>> = {
  AL2,
  AL2023: AL2,
  // The system is on /dev/xvda; images and pods live on the second volume.
  Bottlerocket: { ...AL2, podDevice: '/dev/xvdb', eniLimitedMemory: false, podsPerCore: false },
  Custom: { ...AL2, podDevice: undefined },
  Windows2019: WINDOWS,
  Windows2022: WINDOWS,
  Windows2025: WINDOWS,
};

/** The name of the AMI family of a node class, read off its alias (`al2023@v20260801`) where no family is named. */
export function amiFamilyName(nodeClass: NodeClassCapacity): string {
  if (nodeClass.amiFamily !== undefined) return nodeClass.amiFamily;
  const alias = nodeClass.amiSelectorTerms?.find((term) => term.alias)?.alias;
  const prefix = alias?.split('@')[0];
  return Object.keys(FAMILIES).find((name) => name.toLowerCase() === prefix) ?? 'Custom';
}

/** The AMI family of a node class; like Karpenter, a family without rules of its own counts as AL2. */
export function amiFamily(nodeClass: NodeClassCapacity): AmiFamily {
  return FAMILIES[amiFamilyName(nodeClass)] ?? AL2;
}
