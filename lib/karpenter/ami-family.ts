import type { NodeClassCapacity } from './node-class';

/** What the AMI family changes: the files of pkg/providers/amifamily in aws/karpenter-provider-aws v1.14.1. */
export interface AmiFamily {
  /** Device of a volume that holds the system alone; undefined where the system shares that of the pods. */
  readonly systemDevice?: string;
  /** Device of the volume that pods write to; unknown for `Custom`. */
  readonly podDevice?: string;
  /** GiB of that volume where the node class does not say. */
  readonly podVolumeGib: number;
  /** Whether pods are limited by addresses of network interfaces, not to 110. */
  readonly eniLimitedPods: boolean;
  /** Whether kube-reserved memory follows from those addresses even if `maxPods` says otherwise. */
  readonly eniLimitedMemory: boolean;
  readonly podsPerCore: boolean;
  /** The most pods of a node, whatever its addresses. */
  readonly mostPods?: number;
  /** Whether pods write to the instance store only where it is larger than the volume. */
  readonly largerStore?: boolean;
  /** Whether pods may make user namespaces: Bottlerocket sets user.max_user_namespaces to 0. */
  readonly userNamespaces: boolean;
}

/** A family whose releases an alias can name, so that the device of its pods is known. */
type AliasFamily = AmiFamily & { readonly podDevice: string };

const AL2: AliasFamily = {
  podDevice: '/dev/xvda',
  podVolumeGib: 20,
  eniLimitedPods: true,
  eniLimitedMemory: true,
  podsPerCore: true,
  userNamespaces: true,
};

/** Images and pods live on the second volume. */
const BOTTLEROCKET: AliasFamily = {
  ...AL2,
  systemDevice: '/dev/xvda',
  podDevice: '/dev/xvdb',
  eniLimitedMemory: false,
  podsPerCore: false,
  userNamespaces: false,
};

/** The system of EKS Auto Mode, of which AWS says little more than that it is a kind of Bottlerocket. */
const AUTO_MODE: AmiFamily = { ...BOTTLEROCKET, podVolumeGib: 80, mostPods: 110, largerStore: true };

const WINDOWS: AmiFamily = {
  podDevice: '/dev/sda1',
  podVolumeGib: 50,
  eniLimitedPods: false,
  eniLimitedMemory: false,
  podsPerCore: true,
  userNamespaces: false,
};

const FAMILIES: Readonly<Record<string, AmiFamily>> = {
  AL2,
  AL2023: AL2,
  AutoMode: AUTO_MODE,
  Bottlerocket: BOTTLEROCKET,
  Custom: { ...AL2, podDevice: undefined },
  Windows2019: WINDOWS,
  Windows2022: WINDOWS,
  Windows2025: WINDOWS,
};

/** A family that serves runners, and how an alias names one release of it. */
interface PinnableFamily {
  /** Its name as Karpenter writes it. */
  readonly name: string;
  readonly family: AliasFamily;
  readonly release: RegExp;
  /** The same for people. */
  readonly form: string;
}

/** Families that a description may name, by what stands before the @ of an alias. */
const PINNABLE: Readonly<Record<string, PinnableFamily>> = {
  al2023: { name: 'AL2023', family: AL2, release: /^v\d{8}$/, form: 'vYYYYMMDD' },
  bottlerocket: {
    name: 'Bottlerocket',
    family: BOTTLEROCKET,
    release: /^v\d+\.\d+\.\d+$/,
    form: 'vX.Y.Z',
  },
};

/** The aliases of one release, as a person writes them: a floating alias would replace every node. */
export const PINNED_ALIASES: readonly string[] = Object.entries(PINNABLE).map(
  ([alias, { form }]) => `${alias}@${form}`,
);

/** Whether an alias names one release of a family that serves runners. */
export function isPinnedAlias(alias: string): boolean {
  const [prefix, release, ...rest] = alias.split('@');
  return rest.length === 0 && pinnable(prefix)?.release.test(release ?? '') === true;
}

/** The AMI family of a pinned alias; that of Amazon Linux for any other. */
export function familyOfAlias(alias: string): AliasFamily & { readonly name: string } {
  const { name, family } = pinnable(alias.split('@')[0]) ?? PINNABLE.al2023;
  return { ...family, name };
}

/** Families of images that no alias names; a description says them itself. */
export const NAMED_FAMILIES: readonly string[] = [
  ...Object.values(PINNABLE).map(({ name }) => name),
  'Custom',
];

/** A family that a description may name. Of images of another kind the system is taken to be on the device of Amazon Linux. */
export function familyNamed(name: string): AliasFamily {
  return Object.values(PINNABLE).find((one) => one.name === name)?.family ?? AL2;
}

function pinnable(prefix: string): PinnableFamily | undefined {
  return Object.hasOwn(PINNABLE, prefix) ? PINNABLE[prefix] : undefined;
}

/** The AMI family of a node class; like Karpenter, a family without rules of its own counts as AL2. */
export function amiFamily(nodeClass: NodeClassCapacity): AmiFamily {
  return FAMILIES[familyName(nodeClass)] ?? AL2;
}

/** Its name, read off its alias (`al2023@v20260801`) where no family is named. */
export function familyName({ amiFamily: name, amiSelectorTerms }: NodeClassCapacity): string {
  if (name !== undefined) return name;
  const alias = amiSelectorTerms?.find((term) => term.alias)?.alias;
  const prefix = alias?.split('@')[0];
  return Object.keys(FAMILIES).find((one) => one.toLowerCase() === prefix) ?? 'Custom';
}
