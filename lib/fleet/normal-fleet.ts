import type { ImageFlavor } from '../gitlab-runner/executor/helper-image';
import type { SealedTokenFile } from '../sealed-secrets/sealed-token-file';
import type { ConfigOverrides } from './config-overrides';
import type { NormalAutoModeClass } from './normal-auto-mode';
import type { NormalDockerInDocker, NormalJob, NormalJobAccount, NormalVolumeMount } from './normal-jobs';
import type { NormalManager, NormalOrphanCleanup, NormalSessionServer } from './normal-managers';
import type { NormalMonitoring } from './normal-monitoring';
import type { ObjectPatch, Patches } from './patches';
import type {
  EgressProps,
  ExistingPoolProps,
  FleetObjectKind,
  JobNamespacesProps,
  ManagerNodesProps,
  ManifestSource,
  NamespaceProps,
  RunnerFleetProps,
  TokenSource,
  TokensProps,
} from './props/fleet';
import type {
  AmiSelectorTermProps,
  BlockDeviceProps,
  CapacityReservationSelectorTermProps,
  NodeClassProps,
  RegistryMirrorProps,
  SecurityGroupSelectorTermProps,
  SubnetSelectorTermProps,
} from './props/node-class';
import type {
  Arch,
  CapacityType,
  Compute,
  DisruptionBudget,
  NodePoolSettings,
  NodeRequirement,
  PoolLimits,
} from './props/node-pool';
import type {
  ImageDigestsProps,
  PrewarmProps,
  ResourceRange,
  RunnerCapacity,
  RunnerObjectKind,
  RunnerProps,
  RunnerSettings,
  S3CacheProps,
} from './props/runner';
import type { Labels, NodeSettings, PodSecurityLevel } from './resolved-fleet';

/**
 * A fleet in which every default is filled in, valid or not. A field is undefined only where nothing is a setting of
 * its own. `said` is what the description says, defaults of the fleet beneath it and nothing filled in: rules read it
 * where a problem has to tell what the user wrote, and decisions never do.
 */
export interface NormalFleet {
  readonly said: RunnerFleetProps;
  readonly name: string;
  readonly clusterName: string;
  readonly compute: Compute;
  readonly gitlabUrl: string;
  /** Undefined where GitLab has a certificate that every system knows. */
  readonly gitlabCa: NormalGitlabCa | undefined;
  readonly prefix: string;
  readonly managerNamespace: string;
  /** ServiceAccount of all managers; undefined where each runner has its own. */
  readonly managerServiceAccount: string | undefined;
  readonly imageRegistry: string;
  readonly labels: Labels;
  readonly tokensFrom: TokenSource;
  /** Undefined where everything is asked directly. */
  readonly proxy: NormalProxy | undefined;
  readonly jobPorts: readonly number[];
  readonly jobExcept: readonly string[];
  readonly jobEgress: readonly NormalEgress[];
  readonly managerEgress: readonly NormalEgress[];
  readonly dnsServers: readonly string[];
  readonly metricsFrom: readonly string[];
  /** Undefined where no label opens the metrics. */
  readonly metricsFromLabels: Labels | undefined;
  /** Undefined without metrics and alerts. */
  readonly monitoring: NormalMonitoring | undefined;
  readonly jobNamespaces: Required<JobNamespacesProps>;
  /** Undefined where nothing deletes orphaned job pods. */
  readonly orphanCleanup: NormalOrphanCleanup | undefined;
  /** What is said of namespaces; those of which nothing is said are left out. */
  readonly namespaces: readonly NormalNamespace[];
  /** Undefined where nothing runs on Fargate. */
  readonly fargate: NormalFargate | undefined;
  readonly runners: readonly NormalRunner[];
  /** The node pools that the runners need, in the order in which they ask for them. */
  readonly jobPools: readonly NormalNodePool[];
  /** Undefined where managers run on Fargate, or on nodes of others. */
  readonly managerPool: NormalNodePool | undefined;
  /** Nodes of others that managers run on; undefined without. */
  readonly managerNodes: NormalManagerNodes | undefined;
  readonly nodeClasses: readonly NormalNodeClass[];
  /** The files below `sealed/<name>/`, sorted by path. */
  readonly sealedFiles: readonly SealedFile[];
  /** Pull secrets that are sealed here, one for each namespace whose pods pull with it. */
  readonly pullSecrets: readonly NormalPullSecret[];
  readonly manifests: readonly ManifestSource[];
  readonly existing: readonly string[];
  readonly patches: Patches<FleetObjectKind>;
}

export interface NormalProxy {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly noProxy: readonly string[];
}

/** A way out. */
export interface NormalEgress {
  readonly said: EgressProps;
  readonly peer:
    | { readonly cidr: string; readonly except: readonly string[] }
    | { readonly namespaceLabels: Labels; readonly podLabels: Labels | undefined };
  readonly ports: readonly number[];
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

/** Where the certificates of GitLab's CA are. */
export interface NormalGitlabCa {
  /** What is rendered; undefined where the object is made by someone else. */
  readonly pem: string | undefined;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly key: string;
  /** Whether jobs get them too. */
  readonly jobs: boolean;
}
export type NormalNamespace = Required<Omit<NamespaceProps, 'podSecurity'>> & {
  /** Undefined: as its pods need. */
  readonly podSecurity: PodSecurityLevel | undefined;
};

export type NormalManagerNodes = Required<ManagerNodesProps>;
export type NormalExistingPool = Required<ExistingPoolProps>;

export interface NormalFargate {
  readonly region: string;
  readonly managers: boolean;
  readonly logRetentionDays: number;
}

/** A file below `sealed/`, read once. */
export interface SealedFile {
  /** Path below the project. */
  readonly file: string;
  readonly text: string;
  /** What it holds, or why it can't be read. */
  readonly content: SealedTokenFile | string;
}

/** A pull secret of one namespace. */
export interface NormalPullSecret {
  readonly name: string;
  readonly namespace: string;
  /** File that its ciphertext belongs in, below the project. */
  readonly file: string;
  /** Undefined until it is sealed. */
  readonly sealed: SealedTokenFile | undefined;
}

/** What a runner says, with what it inherits in place of null. */
export type SaidRunner = RunnerSettings &
  Pick<RunnerProps, 'name' | 'arch' | 'capacity' | 'gitlabId' | 'token'>;

/** One runner, its fleet's `runnerDefaults` beneath it. */
export interface NormalRunner {
  readonly said: SaidRunner;
  readonly name: string;
  readonly arch: Arch;
  readonly capacity: RunnerCapacity;
  /** Undefined: GitLab's runner is found by its description. */
  readonly gitlabId: number | undefined;
  /** Where its nodes come from, in order of preference; none on Fargate. */
  readonly capacityTypes: readonly CapacityType[];
  readonly onFargate: boolean;
  /** Tags besides those of architecture and capacity. */
  readonly tags: readonly string[];
  /** Whether it has no others. */
  readonly exactTags: boolean;
  readonly protected: boolean;
  readonly locked: boolean;
  readonly runUntagged: boolean;
  /** Which of the three are said, not filled in. */
  readonly saidInGitlab: readonly ('protected' | 'locked' | 'runUntagged')[];
  readonly runnerVersion: string;
  readonly imageFlavor: ImageFlavor;
  readonly imageDigests: ImageDigestsProps;
  /** Tags of its images, each with a digest where one is named. */
  readonly managerImageTag: string;
  readonly helperImageTag: string;
  readonly concurrency: number;
  readonly requestConcurrency: number;
  readonly managers: number;
  readonly manager: NormalManager;
  /** Whether anything is said of the pods of its managers. */
  readonly hasManagerSettings: boolean;
  readonly jobImage: string;
  readonly resources: JobResources;
  readonly maxServices: number;
  readonly longestJob: string;
  readonly drain: string;
  readonly pollTimeout: string;
  readonly privileged: boolean;
  /** Undefined without a daemon. */
  readonly dockerInDocker: NormalDockerInDocker | undefined;
  readonly rootlessBuilds: boolean;
  readonly allowPrivilegeEscalation: boolean;
  readonly unsafeKind: UnsafeKind | undefined;
  readonly pullPolicy: 'always' | 'if-not-present' | 'never';
  /** One that is made elsewhere; undefined: `jobServiceAccount`, or the namespace's default. */
  readonly serviceAccount: string | undefined;
  /** One that is rendered. */
  readonly jobServiceAccount: NormalJobAccount | undefined;
  /** Secrets that images of jobs are pulled with. */
  readonly imagePullSecrets: readonly string[];
  readonly jobNamespace: string;
  /** Pool of its jobs; means nothing on Fargate. */
  readonly pool: string;
  /** That pool, where someone else manages it. */
  readonly existingPool: NormalExistingPool | undefined;
  /** Whether the nodes of `existingPool` run Windows. */
  readonly onWindows: boolean;
  readonly devices: Readonly<Record<string, number>>;
  readonly nodeSelector: Labels;
  readonly tolerations: Labels;
  readonly podLabels: Labels;
  readonly podAnnotations: Labels;
  readonly cache: NormalCache | undefined;
  readonly job: NormalJob;
  readonly volumes: readonly NormalVolumeMount[];
  /** Undefined without web terminals. */
  readonly sessionServer: NormalSessionServer | undefined;
  readonly prewarm: PrewarmProps | undefined;
  readonly config: Required<ConfigOverrides>;
  readonly token: NormalToken;
  readonly patches: Patches<RunnerObjectKind>;
}

/** What jobs lack that keeps others safe from them; kinds share neither namespace nor pool. */
export type UnsafeKind = 'privileged' | 'builds';

export interface NormalCache {
  readonly said: S3CacheProps;
  readonly bucket: string;
  readonly region: string;
  readonly server: string | undefined;
  readonly insecure: boolean;
  /** Undefined: as the runner finds right for the server. */
  readonly pathStyle: boolean | undefined;
  readonly identity: 'pod-identity' | 'irsa' | 'secret';
  /** With the identity `secret`. */
  readonly credentialsSecret: string | undefined;
  readonly roleArn: string | undefined;
  readonly encryption: S3CacheProps['encryption'];
  readonly kmsKeyId: string | undefined;
  readonly path: string | undefined;
  readonly shared: boolean;
}

/** Requests, limits and ceilings of one resource; a field is undefined where it must not be rendered. */
export type NormalRange = { readonly [F in keyof Required<ResourceRange>]: string | undefined };

export interface NormalContainer {
  readonly cpu: NormalRange;
  readonly memory: NormalRange;
  readonly ephemeralStorage: NormalRange;
}

/** Resources of a job's containers. */
export interface JobResources {
  readonly build: NormalContainer;
  readonly helper: NormalContainer;
  readonly service: NormalContainer;
}

/** Where a runner's token is. */
export type NormalToken = { readonly secretName: string } & (
  | {
      readonly from: 'sealed-secret';
      /** File that the ciphertext belongs in. */
      readonly file: string;
      /** What it holds; undefined without the file, or one that can be read. */
      readonly sealed: SealedTokenFile | undefined;
    }
  | {
      readonly from: 'external-secret';
      readonly store: string;
      readonly storeKind: Required<TokensProps>['storeKind'];
      readonly storeKey: string;
      readonly property: string | undefined;
      readonly version: string | undefined;
      readonly refreshInterval: string;
    }
  | { readonly from: 'existing-secret'; readonly key: string }
);

/** A node pool: of jobs of one architecture and capacity type, or of managers. */
export interface NormalNodePool {
  readonly said: NodePoolSettings;
  /** What a problem calls it, as `nodePool jobs-amd64-spot`. */
  readonly place: string;
  readonly name: string;
  readonly pool: string;
  readonly compute: Compute;
  /** Value of the label and the taint of its nodes. */
  readonly dedicatedTo: string;
  readonly arches: readonly Arch[];
  readonly capacity: CapacityType;
  /** Whether some runner takes this pool or another, in order of weight. */
  readonly weighted: boolean;
  /** Longest drain of the runners whose pods it holds. */
  readonly drainSeconds: number;
  readonly instances: InstanceChoice;
  /** Only what is said: the rest follows from the jobs. */
  readonly limits: PoolLimits;
  readonly expireAfter: string;
  readonly terminationGracePeriod: string;
  readonly consolidateAfter: string;
  readonly consolidationPolicy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized';
  /** Budgets besides those that always hold. */
  readonly budgets: readonly DisruptionBudget[];
  readonly nodeLabels: Labels;
  /** Effects by `key=value` or `key`. */
  readonly startupTaints: Labels;
  readonly devices: Readonly<Record<string, number>>;
  /** What is asked for besides that. */
  readonly requirements: readonly NodeRequirement[];
  /** Name of its EC2NodeClass, or NodeClass. */
  readonly nodeClass: string;
  /** Whether its nodes may be of capacity that its class finds reserved. */
  readonly reserved: boolean;
  readonly patches: readonly ObjectPatch[];
}

/** Which instance types a pool takes; undefined asks for nothing. */
export type InstanceChoice = Pick<
  NodePoolSettings,
  | 'instanceCategories'
  | 'instanceFamilies'
  | 'minGeneration'
  | 'instanceSizes'
  | 'minCpu'
  | 'maxCpu'
  | 'zones'
>;

/** A volume that a description names. */
export interface NormalVolume {
  readonly deviceName: string;
  /** Whether images and pods live there. */
  readonly rootVolume: boolean;
  readonly ebs: BlockDeviceProps & Required<Pick<BlockDeviceProps, 'volumeType'>>;
}

/** Where a class finds its images. */
export type NormalAmis = { readonly alias: string } | { readonly terms: readonly AmiSelectorTermProps[] };

/** A class of nodes: the fleet's settings, and those of its pool on top. */
export interface NormalNodeClass {
  readonly said: NodeClassProps;
  /** Where a problem is: below the pool that has the class to itself, or of the whole fleet. */
  readonly place: readonly string[];
  readonly name: string;
  /** Pool whose cost it is. */
  readonly pool: string;
  /** Whether jobs on its nodes make user namespaces. */
  readonly rootlessBuilds: boolean;
  /** Family of its images, as Karpenter calls it. */
  readonly amiFamily: string;
  readonly amis: NormalAmis;
  readonly rootVolume: {
    readonly size: string;
    readonly iops: number | undefined;
    readonly throughput: number | undefined;
    readonly kmsKeyId: string | undefined;
  };
  /** Volumes besides the root volume, or in its place. */
  readonly blockDeviceMappings: readonly NormalVolume[];
  readonly subnetSelectorTerms: readonly SubnetSelectorTermProps[];
  readonly securityGroupSelectorTerms: readonly SecurityGroupSelectorTermProps[];
  /** None without reservations. */
  readonly capacityReservationSelectorTerms: readonly CapacityReservationSelectorTermProps[];
  readonly settings: NodeSettings;
  readonly registryMirrors: readonly RegistryMirrorProps[];
  readonly identity: { readonly role: string } | { readonly instanceProfile: string };
  /** What only a NodeClass of EKS Auto Mode has. */
  readonly autoMode: NormalAutoModeClass;
  /** Tags besides those of fleet and pool. */
  readonly tags: Labels;
  readonly patches: readonly ObjectPatch[];
}
