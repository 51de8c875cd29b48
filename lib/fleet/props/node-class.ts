/** The EC2 side of nodes: image, disk, network and identity, rendered as an EC2NodeClass. */
export interface NodeClassProps {
  /**
   * Amazon Machine Image in the form `family@version`: `al2023@vYYYYMMDD` or `bottlerocket@vX.Y.Z`; never `latest`,
   * which would replace every node whenever AWS publishes an image.
   *
   * @default - the version in `lib/fleet/versions.ts`
   * @see https://karpenter.sh/docs/concepts/nodeclasses/#specamiselectorterms
   */
  readonly amiAlias?: string;

  /**
   * Disk for the images and the working copies of all jobs on a node.
   *
   * @default - 100Gi for jobs, 20Gi for runner managers
   */
  readonly rootVolume?: RootVolumeProps;

  /**
   * Tags of the subnets that nodes start in. All of them must match.
   *
   * @default - `karpenter.sh/discovery: <clusterName>`
   */
  readonly subnetTags?: Readonly<Record<string, string>>;

  /**
   * Tags of the security groups of nodes. All of them must match.
   *
   * @default - `karpenter.sh/discovery: <clusterName>`
   */
  readonly securityGroupTags?: Readonly<Record<string, string>>;

  /**
   * IAM role of nodes, a name of at most 64 characters; Karpenter creates the instance profile.
   * Cannot be combined with `instanceProfile`.
   *
   * @default - `KarpenterNodeRole-<clusterName>`, as in Karpenter's getting-started guide
   */
  readonly nodeRole?: string;

  /**
   * Name of the instance profile of nodes, for accounts where Karpenter may not create one. Cannot be combined with
   * `nodeRole`.
   *
   * @default - none: `nodeRole` is used
   */
  readonly instanceProfile?: string;

  /**
   * AWS tags of instances, volumes and network interfaces, for cost reports.
   *
   * @default - `gitlab-runner-fleet: <fleet name>` and `gitlab-runner-pool: <pool>`; your tags are added
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
