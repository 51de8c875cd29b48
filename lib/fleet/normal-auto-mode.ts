import type {
  AdvancedNetworkingProps,
  AutoModeClassProps,
  CertificateBundleProps,
  NodeClassProps,
  PodSecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './props/node-class';

/** What a NodeClass of EKS Auto Mode has besides what other classes have; undefined asks for nothing. */
export interface NormalAutoModeClass {
  readonly ephemeralStorage: {
    readonly size: string;
    readonly iops: number | undefined;
    readonly throughput: number | undefined;
    readonly kmsKeyID: string | undefined;
  };
  readonly podSubnetSelectorTerms: readonly SubnetSelectorTermProps[];
  readonly podSecurityGroupSelectorTerms: readonly PodSecurityGroupSelectorTermProps[];
  readonly advancedNetworking: NodeNetworking;
  readonly certificateBundles: readonly CertificateBundleProps[];
  readonly settings: AutoModeSettings;
}

/** How nodes reach the network, the proxy of the fleet included. */
export type NodeNetworking = AdvancedNetworkingProps & Pick<NodeClassProps, 'associatePublicIPAddress'>;

/** Fields of a NodeClass that are rendered as they are said. */
export type AutoModeSettings = Pick<
  AutoModeClassProps,
  'snatPolicy' | 'networkPolicy' | 'networkPolicyEventLogs' | 'advancedSecurity' | 'placementGroupSelector'
>;
