/**
 * The part of an EC2NodeClass spec that decides about the capacity of its nodes; a whole spec will do as well.
 * @see https://karpenter.sh/docs/concepts/nodeclasses/
 */
export interface NodeClassCapacity {
  /** `AL2023`, `Bottlerocket` ... @default the family of the alias in `amiSelectorTerms`, else `Custom` */
  readonly amiFamily?: string;
  readonly amiSelectorTerms?: readonly { readonly alias?: string }[];
  /** @default the volumes of the AMI family: 20Gi for pods, 50Gi on Windows */
  readonly blockDeviceMappings?: readonly BlockDeviceMapping[];
  /** `RAID0` gives the NVMe instance store to pods. @default the EBS volume only */
  readonly instanceStorePolicy?: string;
  readonly kubelet?: KubeletCapacity;
  /** `efa-only` interfaces of network card 0 leave fewer addresses for pods. @default none */
  readonly networkInterfaces?: readonly NetworkInterface[];
  /** Whether pods have subnets of their own, as on EKS Auto Mode: the first interface then has no address for them. @default false */
  readonly hasPodSubnets?: boolean;
}

/** One volume of a node. */
export interface BlockDeviceMapping {
  readonly deviceName?: string;
  /** Whether the kubelet's directory lives here, whatever the device name. @default false */
  readonly rootVolume?: boolean;
  readonly ebs?: {
    /** Quantity, `100Gi`. @default what the AMI has; Karpenter then counts with the family's volume */
    readonly volumeSize?: string;
  };
}

/** One network interface that nodes start with. */
export interface NetworkInterface {
  readonly networkCardIndex?: number;
  /** `interface` or `efa-only` */
  readonly interfaceType?: string;
}

/** Values as in `spec.kubelet`. */
export interface KubeletCapacity {
  /** @default as many as the network interfaces have addresses for */
  readonly maxPods?: number;
  /** Pods per vCPU, on top of the other limits; Bottlerocket ignores it. @default no limit, as 0 */
  readonly podsPerCore?: number;
  /** Quantities by resource (`cpu`, `memory`, `ephemeral-storage`); each replaces Karpenter's own amount. */
  readonly kubeReserved?: Readonly<Record<string, string>>;
  /** Quantities by resource. @default nothing */
  readonly systemReserved?: Readonly<Record<string, string>>;
  /** Quantity or percentage by signal. `memory.available` and `nodefs.available` count: 100Mi and 10% by default. */
  readonly evictionHard?: Readonly<Record<string, string>>;
}
