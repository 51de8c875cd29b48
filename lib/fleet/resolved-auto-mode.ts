import type { AutoModeSettings, NodeNetworking } from './normal-auto-mode';
import type { ObjectPatch } from './patches';
import type {
  CertificateBundleProps,
  PodSecurityGroupSelectorTermProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './props/node-class';
import type { Labels } from './resolved-pods';

/** A NodeClass of EKS Auto Mode; undefined asks for nothing. */
export interface ResolvedAutoModeClass {
  readonly name: string;
  readonly subnetSelectorTerms: readonly SubnetSelectorTermProps[];
  readonly securityGroupSelectorTerms: readonly SecurityGroupSelectorTermProps[];
  /** Both or none. */
  readonly podSubnetSelectorTerms: readonly SubnetSelectorTermProps[] | undefined;
  readonly podSecurityGroupSelectorTerms: readonly PodSecurityGroupSelectorTermProps[] | undefined;
  readonly capacityReservationSelectorTerms:
    | readonly { readonly id?: string; readonly owner?: string; readonly tags?: Labels }[]
    | undefined;
  readonly ephemeralStorage: {
    readonly size: string;
    readonly iops: number | undefined;
    readonly throughput: number | undefined;
    readonly kmsKeyID: string | undefined;
  };
  readonly settings: AutoModeSettings;
  /** Undefined where no field of it says anything. */
  readonly advancedNetworking: NodeNetworking | undefined;
  /** Undefined without any. */
  readonly certificateBundles: readonly CertificateBundleProps[] | undefined;
  /** Exactly one of the two. */
  readonly identity: { readonly role: string } | { readonly instanceProfile: string };
  readonly tags: Labels | undefined;
  readonly patches: readonly ObjectPatch[];
}
