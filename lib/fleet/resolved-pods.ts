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

/** The CronJob that deletes job pods that their manager has left behind. */
export interface ResolvedOrphanCleanup {
  readonly schedule: string;
  readonly image: string;
  readonly imagePullSecrets: readonly string[];
  /** Namespaces that it may look into. */
  readonly namespaces: readonly string[];
  /** Selector of the fleet's job pods, as the API takes it. */
  readonly selector: string;
  /** Deadline of a job pod that has none of its own, in seconds. */
  readonly longestJobSeconds: number;
  /** Seconds that a pod may outlast its deadline, counted from its creation. */
  readonly spareSeconds: number;
  readonly place: ManagerPlace;
  /** What it may reach where no policy holds every pod of the namespace; undefined where one does. */
  readonly egress: ResolvedEgress | undefined;
}

/** Where managers run, whatever their architecture. */
export interface ManagerPlace {
  readonly nodeSelector: Labels;
  /** Labels that a Fargate profile selects. */
  readonly podLabels: Labels;
  /** Taint of the managers' pool to tolerate; undefined on Fargate and on nodes of others. */
  readonly dedicatedTo: string | undefined;
  /** Taints of nodes of others to tolerate; undefined without. */
  readonly tolerations: readonly ResolvedToleration[] | undefined;
}

/** A taint that managers tolerate; undefined is any. */
export interface ResolvedToleration {
  readonly key: string;
  readonly value: string | undefined;
  readonly effect: string | undefined;
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

/** Peers, and the ports that they are reached at. */
export interface ResolvedEgress {
  readonly to: readonly ResolvedPeer[];
  readonly ports: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' | 'SCTP' }[];
}

/** A block of addresses, or pods by the labels of their namespace and their own. */
export type ResolvedPeer =
  | { readonly cidr: string; readonly except: readonly string[] }
  | { readonly namespaceLabels: Labels; readonly podLabels: Labels | undefined };
