import type { SealedScope } from '../sealed-secrets/sealed-token-file';
import type { VolumeClaimProps } from './props/volumes';

export type Labels = Readonly<Record<string, string>>;

/** A PersistentVolumeClaim. */
export interface ResolvedClaim {
  readonly namespace: string;
  readonly name: string;
  readonly size: string;
  readonly storageClass: string;
  readonly accessMode: Required<VolumeClaimProps>['accessMode'];
}

/** A SealedSecret that becomes a pull secret, or a placeholder until someone seals it. */
export interface ResolvedPullSecret {
  readonly name: string;
  readonly namespace: string;
  /** File that the ciphertext belongs in, below the project. */
  readonly file: string;
  readonly scope: SealedScope;
  /** Undefined for a placeholder. */
  readonly ciphertext: string | undefined;
}

/** A volume of managers. */
export interface ResolvedVolume {
  readonly name: string;
  readonly mountPath: string;
  readonly source:
    | {
        readonly kind: 'ConfigMap' | 'Secret';
        readonly name: string;
        /** Undefined: all keys. */
        readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
      }
    | { readonly kind: 'empty'; readonly medium: string | undefined; readonly sizeLimit: string };
}

/** How managers are spread over the values of a label of nodes. */
export interface ResolvedSpread {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly whenUnsatisfiable: 'ScheduleAnyway' | 'DoNotSchedule';
  /** Undefined: the values that nodes have. */
  readonly minDomains?: number;
  /** Labels of the pods that count. */
  readonly matchLabels: Labels;
}

/** Where a manager listens for web terminals, and who reaches it. */
export interface ResolvedSessionServer {
  /** Name of Service and network policy. */
  readonly name: string;
  /** Port of the manager. */
  readonly port: number;
  /** Port of the Service. */
  readonly servicePort: number;
  readonly serviceType: 'ClusterIP' | 'LoadBalancer';
  readonly loadBalancerClass: string | undefined;
  /** Addresses that the load balancer takes connections from; empty without one. */
  readonly sourceRanges: readonly string[];
  readonly annotations: Labels;
  readonly from: readonly ResolvedPeer[];
}

/** A block of addresses, or pods by the labels of their namespace and their own. */
export type ResolvedPeer =
  | { readonly cidr: string; readonly except: readonly string[] }
  | { readonly namespaceLabels: Labels; readonly podLabels: Labels | undefined };
