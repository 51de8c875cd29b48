import type { ConfigToml } from '../gitlab-runner/config/toml';
import type { JobRequest } from '../gitlab-runner/executor/largest-request';
import type { PodRoom } from '../gitlab-runner/namespace-room';
import type { PolicyRule } from '../gitlab-runner/permissions';
import type { SealedScope } from '../sealed-secrets/sealed-token-file';
import type { ObjectPatch, Patches } from './patches';
import type { FleetObjectKind, ManifestSource } from './props/fleet';
import type {
  AmiSelectorTermProps,
  BlockDeviceProps,
  CapacityReservationSelectorTermProps,
  NodeClassProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './props/node-class';
import type { Arch, CapacityType, DisruptionBudget, NodeRequirement } from './props/node-pool';
import type { RunnerObjectKind } from './props/runner';
import type { ResolvedAutoModeClass } from './resolved-auto-mode';
import type { ResolvedMonitoring } from './resolved-monitoring';
import type {
  Labels,
  ResolvedClaim,
  ResolvedEgress,
  ResolvedOrphanCleanup,
  ResolvedPullSecret,
  ResolvedSessionServer,
  ResolvedSpread,
  ResolvedToleration,
  ResolvedVolume,
} from './resolved-pods';

export type {
  Labels,
  ManagerPlace,
  ResolvedClaim,
  ResolvedEgress,
  ResolvedOrphanCleanup,
  ResolvedPeer,
  ResolvedPullSecret,
  ResolvedSessionServer,
  ResolvedSpread,
  ResolvedToleration,
  ResolvedVolume,
} from './resolved-pods';

/** A fleet with every decision taken: what `charts/` maps to objects. No field is left to a default. */
export interface ResolvedFleet {
  readonly name: string;
  readonly clusterName: string;
  readonly gitlabUrl: string;
  /** What is rendered of GitLab's own CA; undefined without one, and where someone else makes it. */
  readonly gitlabCa: ResolvedGitlabCa | undefined;
  /** Labels of every object. */
  readonly labels: Labels;
  readonly managerNamespace: ResolvedNamespace;
  /** ServiceAccount of all managers; undefined where each runner has its own. */
  readonly managerServiceAccount: ResolvedAccount | undefined;
  readonly jobNamespaces: readonly ResolvedNamespace[];
  /** PersistentVolumeClaims of jobs. */
  readonly jobClaims: readonly ResolvedClaim[];
  /** ServiceAccounts of jobs that are rendered. */
  readonly jobServiceAccounts: readonly ResolvedJobAccount[];
  /** Pull secrets that are sealed here, one for each namespace. */
  readonly pullSecrets: readonly ResolvedPullSecret[];
  readonly nodeClasses: readonly ResolvedNodeClass[];
  /** Classes of EKS Auto Mode, in place of the others. */
  readonly autoModeClasses: readonly ResolvedAutoModeClass[];
  readonly nodePools: readonly ResolvedNodePool[];
  /** Name of the PriorityClass of pause pods; undefined where no runner holds room. */
  readonly prewarmPriority: string | undefined;
  /** Undefined where nothing runs on Fargate. */
  readonly fargate: ResolvedFargate | undefined;
  readonly runners: readonly ResolvedRunner[];
  /** Undefined where nothing deletes orphaned job pods. */
  readonly orphanCleanup: ResolvedOrphanCleanup | undefined;
  readonly network: ResolvedNetwork;
  /** Undefined without metrics and alerts. */
  readonly monitoring: ResolvedMonitoring | undefined;
  /** Objects of the fleet's owner: paths of files, and functions. */
  readonly manifests: readonly ManifestSource[];
  /** Objects that someone else makes. */
  readonly existing: readonly string[];
  readonly patches: Patches<FleetObjectKind>;
}

/** A variable of a container: its value, or where that is. */
export type ResolvedVariable = { readonly name: string } & (
  | { readonly value: string }
  | { readonly secret: string; readonly key: string }
);

/** A ConfigMap of certificates. */
export interface ResolvedGitlabCa {
  readonly name: string;
  readonly key: string;
  readonly pem: string;
  readonly namespaces: readonly string[];
}

/** A key of an object that holds certificates. */
export interface ResolvedCertificates {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string;
}

export interface ResolvedAccount {
  readonly name: string;
  readonly annotations: Labels;
}

/** A ServiceAccount of jobs. */
export interface ResolvedJobAccount extends ResolvedAccount {
  readonly namespace: string;
  readonly labels: Labels;
  readonly imagePullSecrets: readonly string[];
  readonly automountServiceAccountToken: boolean;
}

export interface ResolvedFargate {
  readonly region: string;
  readonly logRetentionDays: number;
  readonly profiles: readonly {
    readonly name: string;
    readonly selectors: readonly { readonly namespace: string; readonly labels: Labels }[];
  }[];
}

/** Level of the Pod Security Standards. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

export interface ResolvedNamespace {
  readonly name: string;
  /** Whether the fleet makes it. */
  readonly isRendered: boolean;
  /** Whether pods of others run there, too. */
  readonly isShared: boolean;
  /** What admission refuses beyond. */
  readonly enforce: PodSecurityLevel;
  /** Whether its pods may ask the EKS Pod Identity agent for AWS credentials. */
  readonly podIdentity: boolean;
  /** What its LimitRange says; undefined without one. */
  readonly limitRange: PodRoom | undefined;
  /** `spec.hard` of its ResourceQuota, in the order in which it is read; undefined without one. */
  readonly quota: Labels | undefined;
}

/** Fields of an EC2NodeClass that are rendered as they are said; undefined asks for nothing. */
export type NodeSettings = Pick<
  NodeClassProps,
  'userData' | 'kubelet' | 'instanceStorePolicy' | 'detailedMonitoring' | 'associatePublicIPAddress'
>;

export interface ResolvedNodeClass {
  readonly name: string;
  /** Only where no alias says it. */
  readonly amiFamily: string | undefined;
  readonly amiSelectorTerms: readonly (AmiSelectorTermProps | { readonly alias: string })[];
  readonly blockDevices: readonly ResolvedBlockDevice[];
  readonly subnetSelectorTerms: readonly SubnetSelectorTermProps[];
  readonly securityGroupSelectorTerms: readonly SecurityGroupSelectorTermProps[];
  /** Undefined without reservations. */
  readonly capacityReservationSelectorTerms: readonly CapacityReservationSelectorTermProps[] | undefined;
  readonly settings: NodeSettings;
  /** Exactly one of the two. */
  readonly identity: { readonly role: string } | { readonly instanceProfile: string };
  readonly tags: Labels;
  readonly patches: readonly ObjectPatch[];
}

export interface ResolvedBlockDevice {
  readonly deviceName: string;
  /** Whether the kubelet keeps images and pods there. */
  readonly rootVolume: boolean;
  /** Undefined where a snapshot says it. */
  readonly size: string | undefined;
  readonly type: Required<BlockDeviceProps>['volumeType'];
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly kmsKeyId: string | undefined;
  readonly snapshotId: string | undefined;
  readonly volumeInitializationRate: number | undefined;
}

export interface ResolvedNodePool {
  readonly name: string;
  /** Name of the class. */
  readonly nodeClass: string;
  /** API group and kind of the class. */
  readonly classKind: { readonly group: string; readonly kind: string };
  /** Value of the label and the taint that keep strangers off. */
  readonly dedicatedTo: string;
  readonly nodeLabels: Labels;
  readonly startupTaints: readonly ResolvedTaint[];
  readonly requirements: readonly ResolvedRequirement[];
  /** Only where two pools can hold the same job. */
  readonly weight: number | undefined;
  readonly limits: { readonly cpu: string; readonly memory: string };
  readonly expireAfter: string;
  readonly terminationGracePeriod: string;
  readonly consolidationPolicy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized';
  readonly consolidateAfter: string;
  readonly budgets: readonly DisruptionBudget[];
  /** Devices that Karpenter must be told of, by extended resource; empty without any. */
  readonly devices: Readonly<Record<string, number>>;
  readonly patches: readonly ObjectPatch[];
}

export interface ResolvedTaint {
  readonly key: string;
  readonly value: string | undefined;
  readonly effect: string;
}

export interface ResolvedRequirement {
  readonly key: string;
  readonly operator: NodeRequirement['operator'];
  /** Undefined for operators that compare with nothing. */
  readonly values: readonly string[] | undefined;
  readonly minValues: number | undefined;
}

export interface ResolvedRunner {
  readonly name: string;
  readonly arch: Arch;
  /** Pool of its jobs; undefined on Fargate. */
  readonly pool: string | undefined;
  /** Where the nodes of its jobs come from, in order of preference; none on Fargate. */
  readonly capacityTypes: readonly CapacityType[];
  /** Jobs at once, of all its managers together. */
  readonly concurrency: number;
  /** Most that one of its jobs may ask for, its own services left out. */
  readonly largestJob: JobRequest;
  /** The same with as many services as it may bring. */
  readonly largestJobWithServices: JobRequest;
  /** Tags to set on the runner in GitLab, in order. */
  readonly tags: readonly string[];
  /** What else to set there. */
  readonly gitlab: ResolvedGitlabSettings;
  readonly managerNamespace: string;
  readonly jobNamespace: string;
  /** Name of Role, RoleBinding and its own ServiceAccount, and what Deployments begin with. */
  readonly objectName: string;
  /** Name of the ServiceAccount of its managers. */
  readonly serviceAccount: string;
  readonly managers: readonly ResolvedManager[];
  readonly token: ResolvedToken;
  /** File of what its managers wait for until it is sealed: its token, or a pull secret; undefined where they start. */
  readonly waitsFor: string | undefined;
  readonly image: string;
  /** What the managers verify GitLab with, besides the usual CAs; undefined where those do. */
  readonly certificates: ResolvedCertificates | undefined;
  /** Variables of the managers besides the token; undefined without any. */
  readonly environment: readonly ResolvedVariable[] | undefined;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Port of metrics and probes. */
  readonly metricsPort: number;
  /** Volumes of its managers besides those that all have. */
  readonly volumes: readonly ResolvedVolume[];
  /** How its managers are spread; empty by default for a single manager. */
  readonly topologySpread: readonly ResolvedSpread[];
  /** Undefined without web terminals. */
  readonly sessionServer: ResolvedSessionServer | undefined;
  /** Secrets that the image is pulled with; undefined without any. */
  readonly imagePullSecrets: readonly string[] | undefined;
  /** Annotations of the managers' pods. */
  readonly podAnnotations: Labels;
  /** Undefined: the cluster's default. */
  readonly priorityClassName: string | undefined;
  /** What the readiness probe asks. */
  readonly readinessPath: string;
  /** Seconds that a stopping manager may wait for its jobs. */
  readonly drainSeconds: number;
  readonly resources: ManagerResources;
  readonly rules: readonly PolicyRule[];
  /** Annotations of the ServiceAccount (IRSA). */
  readonly serviceAccountAnnotations: Labels;
  readonly nodeSelector: Labels;
  /** Labels of the managers' pods besides those of every object. */
  readonly podLabels: Labels;
  /** Taint of the managers' pool to tolerate; undefined on Fargate and on nodes of others. */
  readonly dedicatedTo: string | undefined;
  /** Taints of nodes of others to tolerate; undefined without. */
  readonly tolerations: readonly ResolvedToleration[] | undefined;
  readonly patches: Patches<RunnerObjectKind>;
}

/** One manager process: one Deployment of one replica. */
export interface ResolvedManager {
  /** Name of the Deployment. */
  readonly name: string;
  /**
   * What tells this manager from others with the same token; stable, so that GitLab sees one manager, not many. One that holds
   * room has another after each roll-out: its pause pods are a Deployment of that name, which it shares with nobody.
   */
  readonly systemId: string;
  readonly config: ConfigToml;
  /** Jobs that it holds room for; undefined without any. */
  readonly prewarmedJobs: number | undefined;
}

/** The Secret that a manager reads its token from, and where that Secret comes from. */
export type ResolvedToken = {
  readonly secretName: string;
  /** Key within the Secret. It changes with the token, so that a new token means a new pod. */
  readonly key: string;
} & (SealedToken | ExternalToken | ExistingToken);

/** A SealedSecret: sealed, or a placeholder until someone seals it. */
export interface SealedToken {
  readonly from: 'sealed-secret';
  readonly scope: SealedScope;
  /** Undefined for a placeholder. */
  readonly ciphertext: string | undefined;
  /** File that the ciphertext belongs in, below the project. */
  readonly file: string;
}

/** An ExternalSecret, filled from a store by the External Secrets Operator. */
export interface ExternalToken {
  readonly from: 'external-secret';
  readonly store: { readonly kind: 'ClusterSecretStore' | 'SecretStore'; readonly name: string };
  readonly storeKey: string;
  readonly property: string | undefined;
  readonly version: string | undefined;
  readonly refreshInterval: string;
}

/** A Secret that someone else makes. */
export interface ExistingToken {
  readonly from: 'existing-secret';
}

/** Whether a token is not sealed yet. */
export function isPlaceholder(token: ResolvedToken): token is ResolvedToken & SealedToken {
  return token.from === 'sealed-secret' && token.ciphertext === undefined;
}

/** What lives on the GitLab server besides the tags, and not in config.toml, for runners of the modern way. */
export interface ResolvedGitlabSettings {
  /** Undefined: it is found by its description. */
  readonly id: number | undefined;
  readonly description: string;
  readonly runUntagged: boolean;
  readonly locked: boolean;
  readonly accessLevel: 'not_protected' | 'ref_protected';
  /** The longest job that its manager waits for, in seconds. */
  readonly maximumTimeoutSeconds: number;
  /** What of it the description says; the rest holds when a runner is created, and is nothing to insist on later. */
  readonly said: readonly ('protected' | 'locked' | 'runUntagged')[];
}

/** Requests and limits of the manager container, quantities; CPU has no limit. */
export interface ManagerResources {
  readonly cpuRequest: string;
  /** Request and limit. */
  readonly memory: string;
  readonly ephemeralStorage: string;
  /** Size limit of `/tmp`, where each running job keeps its log. */
  readonly tmpSize: string;
}

export interface ResolvedNetwork {
  /** Labels of the namespaces whose pods may read the managers' metrics. */
  readonly metricsFrom: readonly Labels[];
  /** Ports of metrics of all managers. */
  readonly metricsPorts: readonly number[];
  /** What managers may reach. */
  readonly managerEgress: readonly ResolvedEgress[];
  /** What jobs may reach. */
  readonly jobEgress: readonly ResolvedEgress[];
}

/** The runners whose jobs may land in a node pool. */
export function jobsOfPool(
  runners: readonly ResolvedRunner[],
  { pool, arch, capacity }: { readonly pool: string; readonly arch: Arch; readonly capacity: CapacityType },
): readonly ResolvedRunner[] {
  return runners.filter(
    (runner) => runner.pool === pool && runner.arch === arch && runner.capacityTypes.includes(capacity),
  );
}
