import type { AutoModeClassProps } from './auto-mode-class';
import type { KubeletProps } from './kubelet';
import type { RegistryMirrorProps } from './registry-mirror';
import type {
  CapacityReservationSelectorTermProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './selector-terms';

export type {
  AdvancedNetworkingProps,
  AdvancedSecurityProps,
  AutoModeClassProps,
  CertificateBundleProps,
  EphemeralStorageProps,
  PlacementGroupSelectorProps,
  PodSecurityGroupSelectorTermProps,
} from './auto-mode-class';
export type { KubeletProps } from './kubelet';
export type { RegistryMirrorProps } from './registry-mirror';
export type {
  CapacityReservationSelectorTermProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './selector-terms';

/**
 * The EC2 side of nodes: image, disk, network and identity, rendered as an EC2NodeClass, or as a NodeClass of EKS Auto Mode. Its
 * fields have the names that these give them. With `compute: 'eks-auto-mode'` image, user data, kubelet and volumes are not
 * yours to set: these options are refused there, with what takes their place, and so are those of Auto Mode on other fleets.
 */
export interface NodeClassProps extends AutoModeClassProps {
  /**
   * Amazon Machine Image in the form `family@version`: `al2023@vYYYYMMDD` or `bottlerocket@vX.Y.Z`; never `latest`,
   * which would replace every node whenever AWS publishes an image.
   *
   * @default - the version in `lib/fleet/versions.ts`
   * @see https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms
   */
  readonly amiAlias?: string;

  /**
   * Images of your own, by id, name, tags or SSM parameter; of several, the newest of each architecture. Replaces
   * `amiAlias` and requires `amiFamily`.
   *
   * @default - none: `amiAlias` is used
   * @see https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms
   */
  readonly amiSelectorTerms?: readonly AmiSelectorTermProps[];

  /**
   * What the images of `amiSelectorTerms` are made from, which decides about devices and the form of `userData`: `AL2023`,
   * `Bottlerocket`, or `Custom`, where Karpenter adds nothing to `userData`, which has to join the node to the cluster.
   *
   * @default - the family of `amiAlias`
   */
  readonly amiFamily?: 'AL2023' | 'Bottlerocket' | 'Custom';

  /**
   * What nodes run or are configured with at boot, at most 16 KiB including 2 KiB for what Karpenter adds. On AL2023 a script that
   * begins with `#!`, a NodeConfig, or MIME parts of both. On Bottlerocket settings as TOML. Where Karpenter sets the same,
   * Karpenter's value wins.
   *
   * @default - only what Karpenter writes
   * @see https://karpenter.sh/docs/concepts/nodeclasses/#specuserdata
   */
  readonly userData?: string;

  /**
   * Mirrors that nodes pull images from, by registry. They become user data, besides `userData`: a script that writes
   * `hosts.toml` on AL2023, settings on Bottlerocket. Not with MIME parts of your own, and not with `amiFamily` `Custom`.
   *
   * @default - none: nodes ask each registry itself
   */
  readonly registryMirrors?: readonly RegistryMirrorProps[];

  /**
   * Settings of the kubelet, for example how much of a node is kept from pods. Karpenter and the proof take them into account.
   *
   * @default - the defaults of Karpenter and of the image
   */
  readonly kubelet?: KubeletProps;

  /**
   * `RAID0` combines all NVMe disks of a node into one, for images and working copies, instead of the root volume. Types
   * without such disks use the root volume; a requirement of the pool excludes them.
   *
   * @default - none: NVMe disks stay unused
   */
  readonly instanceStorePolicy?: 'RAID0';

  /**
   * Disk for the images and the working copies of all jobs on a node.
   *
   * @default - 100Gi for jobs, 20Gi for runner managers
   */
  readonly rootVolume?: RootVolumeProps;

  /**
   * Further volumes of nodes. One with the device name of the root volume, or marked as `rootVolume`, replaces the
   * option `rootVolume`.
   *
   * @default - none besides the root volume
   */
  readonly blockDeviceMappings?: readonly BlockDeviceMappingProps[];

  /**
   * Tags of the subnets that nodes start in. All of them must match.
   *
   * @default - `karpenter.sh/discovery: <clusterName>`
   */
  readonly subnetTags?: Readonly<Record<string, string>>;

  /**
   * Subnets by id or tags, where one set of tags is not enough: all that any term finds. Replaces
   * `subnetTags`.
   *
   * @default - none: `subnetTags` is used
   */
  readonly subnetSelectorTerms?: readonly SubnetSelectorTermProps[];

  /**
   * Tags of the security groups of nodes. All of them must match.
   *
   * @default - `karpenter.sh/discovery: <clusterName>`
   */
  readonly securityGroupTags?: Readonly<Record<string, string>>;

  /**
   * Security groups by id, name or tags: nodes get all that any term finds. Replaces `securityGroupTags`.
   *
   * @default - none: `securityGroupTags` is used
   */
  readonly securityGroupSelectorTerms?: readonly SecurityGroupSelectorTermProps[];

  /**
   * Capacity that is reserved in EC2 (On-Demand Capacity Reservations and Capacity Blocks). On-demand pools of this class then
   * take it first, and so do Spot pools of `spot-first` runners, whose jobs may run there. Jobs of `spot` runners never do.
   * Needs Karpenter's feature gate `ReservedCapacity`, which is on by default. EKS Auto Mode no longer fills open reservations by
   * itself, in the whole cluster, once any class has this option.
   *
   * @default - none
   * @see https://karpenter.sh/docs/concepts/nodeclasses/#speccapacityreservationselectorterms
   */
  readonly capacityReservationSelectorTerms?: readonly CapacityReservationSelectorTermProps[];

  /**
   * Whether nodes get a public IPv4 address.
   *
   * @default - what the subnet says
   */
  readonly associatePublicIPAddress?: boolean;

  /**
   * Whether CloudWatch gets metrics of nodes every minute instead of every five; this costs extra.
   *
   * @default false
   */
  readonly detailedMonitoring?: boolean;

  /**
   * IAM role of nodes, a name of at most 64 characters; Karpenter creates the instance profile.
   * Cannot be combined with `instanceProfile`.
   * With EKS Auto Mode the role needs an access entry of type `EC2` with the access policy `AmazonEKSAutoNodePolicy`.
   *
   * @default - `KarpenterNodeRole-<clusterName>`, as in Karpenter's getting-started guide; with EKS Auto Mode
   * `AmazonEKSAutoNodeRole`, as in its guide
   */
  readonly nodeRole?: string;

  /**
   * Name of the instance profile of nodes, for accounts where Karpenter may not create one. Cannot be combined with
   * `nodeRole`. With EKS Auto Mode, choose a name that begins with `eks`: its IAM policies may allow no other.
   *
   * @default - none: `nodeRole` is used
   */
  readonly instanceProfile?: string;

  /**
   * AWS tags of instances, volumes and network interfaces, for cost reports. With EKS Auto Mode, nodes start only if the IAM role
   * of the cluster may set them, which the policies of EKS do not allow; pools have a tag of EKS,
   * `eks:kubernetes-node-pool-name`.
   *
   * @default - `gitlab-runner-fleet: <fleet name>` and `gitlab-runner-pool: <pool>`; your tags are added. None with EKS Auto Mode
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An encrypted gp3 volume. */
export interface RootVolumeProps {
  /**
   * Size, a quantity from 1Gi to 16Ti, for example `100Gi`.
   *
   * @default - 100Gi for jobs, 20Gi for runner managers
   */
  readonly size?: string;

  /**
   * Input/output operations per second, 3000 to 16000, at most 500 per GiB.
   *
   * @default - 3000, the gp3 baseline
   */
  readonly iops?: number;

  /**
   * Throughput in MiB/s, 125 to 1000.
   *
   * @default - 125, the gp3 baseline
   */
  readonly throughput?: number;

  /**
   * Id or ARN of the KMS key that encrypts the volume.
   *
   * @default - the account's default key for EBS
   */
  readonly kmsKeyId?: string;
}

/** One way to find images. `id` stands alone in its term. */
export interface AmiSelectorTermProps {
  /**
   * Id of the image: `ami-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;

  /**
   * Name of the image; `*` is any text.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Account that publishes the image: its id, or `self` or `amazon`.
   *
   * @default - images of your account and of Amazon, if `name` or `tags` finds them
   */
  readonly owner?: string;

  /**
   * Name or ARN of an SSM parameter that holds the id of the image.
   *
   * @default - none
   */
  readonly ssmParameter?: string;

  /**
   * Tags of the image. All of them must match; `*` is any value.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** One volume of a node. It is encrypted and goes with its node. */
export interface BlockDeviceMappingProps {
  /** Name of the device in EC2: `/dev/xvdf`. */
  readonly deviceName: string;

  /**
   * Whether images and pods are stored there, whatever its device; at most one.
   *
   * @default - the volume at the device of the image's family
   */
  readonly rootVolume?: boolean;

  /** The volume. */
  readonly ebs: BlockDeviceProps;
}

/** An EBS volume. It needs `volumeSize` or `snapshotID`. */
export interface BlockDeviceProps {
  /**
   * Size, a quantity of whole Gi or Ti: `500Gi`.
   *
   * @default - that of the snapshot
   */
  readonly volumeSize?: string;

  /**
   * Type: `gp3`, `gp2`, `io1`, `io2`, `st1`, `sc1` or `standard`.
   *
   * @default 'gp3'
   */
  readonly volumeType?: 'gp3' | 'gp2' | 'io1' | 'io2' | 'st1' | 'sc1' | 'standard';

  /**
   * Input/output operations per second, of `gp3`, `io1` and `io2`, which require it: a whole number from 3000 to
   * 16000 (`gp3`), 100 to 64000 (`io1`) or 100 to 256000 (`io2`).
   *
   * @default - of `gp3` 3000
   */
  readonly iops?: number;

  /**
   * Throughput of `gp3` in MiB/s, a whole number from 125 to 1000.
   *
   * @default - of `gp3` 125
   */
  readonly throughput?: number;

  /**
   * Id, alias or ARN of the KMS key that encrypts the volume.
   *
   * @default - the account's default key for EBS
   */
  readonly kmsKeyID?: string;

  /**
   * Snapshot that the volume starts from: `snap-0123456789abcdef0`, for example images that are pulled already.
   *
   * @default - none: the volume is empty
   */
  readonly snapshotID?: string;

  /**
   * MiB/s at which a snapshot is copied before it is read, a whole number from 100 to 300. Requires `snapshotID`.
   *
   * @default - blocks are copied when they are read
   */
  readonly volumeInitializationRate?: number;
}
