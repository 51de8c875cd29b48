import type { SubnetSelectorTermProps } from './selector-terms';

/**
 * What only nodes of EKS Auto Mode have, with the names of the fields of its NodeClass. Each option is refused unless the fleet
 * says `compute: 'eks-auto-mode'`.
 */
export interface AutoModeClassProps {
  /**
   * The data volume of nodes, for the images and the working copies of all jobs. Types whose NVMe disks are larger than `size`
   * use these instead.
   *
   * @default - 100Gi for jobs, 20Gi for runner managers
   */
  readonly ephemeralStorage?: EphemeralStorageProps;

  /**
   * Whether packets that pods send out of the VPC get the address of their node from a random port (`Random`), or keep that of
   * the pod (`Disabled`), which needs a NAT of your own.
   *
   * @default - `Random`, as EKS has it
   */
  readonly snatPolicy?: 'Random' | 'Disabled';

  /**
   * What pods may reach before any network policy selects them: everything (`DefaultAllow`) or nothing (`DefaultDeny`). Policies
   * work only if the cluster has the ConfigMap `kube-system/amazon-vpc-cni` with `enable-network-policy-controller: "true"`.
   *
   * @default - `DefaultAllow`, as EKS has it
   */
  readonly networkPolicy?: 'DefaultAllow' | 'DefaultDeny';

  /**
   * Whether nodes log what network policies let through and refuse.
   *
   * @default - `Disabled`, as EKS has it
   */
  readonly networkPolicyEventLogs?: 'Enabled' | 'Disabled';

  /**
   * Subnets for pods, where these are to be others than those of nodes. Each zone of the nodes needs one, and fewer pods fit on a
   * node. Requires `podSecurityGroupSelectorTerms`.
   *
   * @default - none: pods are in the subnets of their nodes
   */
  readonly podSubnetSelectorTerms?: readonly SubnetSelectorTermProps[];

  /**
   * Security groups of pods in `podSubnetSelectorTerms`, which it requires.
   *
   * @default - none: pods have those of their nodes
   */
  readonly podSecurityGroupSelectorTerms?: readonly PodSecurityGroupSelectorTermProps[];

  /**
   * Proxy of nodes, and how many addresses they take. `associatePublicIPAddress` is an option of the class itself.
   *
   * @default - the proxy of the fleet, if it has one
   */
  readonly advancedNetworking?: AdvancedNetworkingProps;

  /**
   * Whether nodes run an image with cryptographic modules that are validated by FIPS.
   *
   * @default - none: they don't
   */
  readonly advancedSecurity?: AdvancedSecurityProps;

  /**
   * CAs that nodes trust besides the public ones, for example that of a registry. Containers of jobs don't: see `gitlabCa`.
   *
   * @default - none
   */
  readonly certificateBundles?: readonly CertificateBundleProps[];

  /**
   * Placement group that nodes start in. One of the strategy `spread` holds at most seven nodes in each zone.
   *
   * @default - none
   */
  readonly placementGroupSelector?: PlacementGroupSelectorProps;
}

/** The encrypted gp3 volume of a node of EKS Auto Mode. */
export interface EphemeralStorageProps {
  /**
   * Size, a quantity from 1Gi to 59000Gi, for example `100Gi`.
   *
   * @default - 100Gi for jobs, 20Gi for runner managers
   */
  readonly size?: string;

  /**
   * Input/output operations per second, a whole number from 3000 to 16000, at most 500 per GiB.
   *
   * @default - 3000, the gp3 baseline
   */
  readonly iops?: number;

  /**
   * Throughput in MiB/s, a whole number from 125 to 1000.
   *
   * @default - 125, the gp3 baseline
   */
  readonly throughput?: number;

  /**
   * Id, alias or ARN of the KMS key that encrypts the volumes of the node.
   *
   * @default - the account's default key for EBS
   */
  readonly kmsKeyID?: string;
}

/** One way to find security groups of pods: by `id` or by `tags`. */
export interface PodSecurityGroupSelectorTermProps {
  /**
   * Id of the group: `sg-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;

  /**
   * Tags of groups. All of them must match; `*` is any value.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** How nodes of EKS Auto Mode reach the network. */
export interface AdvancedNetworkingProps {
  /**
   * Proxy that nodes use, for example to pull images: an address with scheme and without credentials, at most 255 characters, for
   * example `http://proxy.example.com:3128`. Managers and jobs get theirs from `proxy` of the fleet.
   *
   * @default - that of `proxy` of the fleet for HTTPS, or none
   */
  readonly httpsProxy?: string;

  /**
   * What nodes reach directly, besides themselves, the instance metadata, `.eks.amazonaws.com`, `.svc` and `.cluster.local`: hosts,
   * domains with a dot in front, addresses and CIDRs, at most 43 of at most 255 characters.
   *
   * @default - what `proxy.noProxy` of the fleet names
   */
  readonly noProxy?: readonly string[];

  /**
   * How many IPv4 addresses a node takes at once: a block of 16 (`Auto`), or single ones as pods need them (`32`), which suits
   * nodes that hold few jobs in subnets with few addresses.
   *
   * @default - `Auto`, as EKS has it
   */
  readonly ipv4PrefixSize?: 'Auto' | '32';

  /**
   * Whether pods of an IPv6 cluster reach IPv4 addresses by way of their node.
   *
   * @default - as EKS has it
   */
  readonly enableV4Egress?: boolean;
}

/** What nodes of EKS Auto Mode are hardened with. */
export interface AdvancedSecurityProps {
  /**
   * Whether the image of nodes has cryptographic modules that are validated by FIPS. In regions of the US and of Canada alone.
   *
   * @default - false, as EKS has it
   */
  readonly fips?: boolean;
}

/** Certificates that nodes trust. */
export interface CertificateBundleProps {
  /** Name of the bundle, lower-case letters, digits and dashes, for example `registry-ca`. */
  readonly name: string;

  /**
   * The certificates in PEM, one after another, for example `readFileSync('registry-ca.crt', 'utf8')`. They are rendered as
   * base64. A private key is refused.
   */
  readonly pem: string;
}

/** The placement group of nodes, by exactly one of `name` and `id`. */
export interface PlacementGroupSelectorProps {
  /**
   * Name of the group.
   *
   * @default - none
   */
  readonly name?: string;

  /**
   * Id of the group: `pg-0123456789abcdef0`.
   *
   * @default - none
   */
  readonly id?: string;
}
