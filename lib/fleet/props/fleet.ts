import type { Construct } from 'constructs';
import type { Patches } from '../patches';
import type { ExistingPoolProps, ManagerNodesProps } from './existing-nodes';
import type { GitlabCaProps } from './gitlab-ca';
import type { MonitoringProps } from './monitoring';
import type { NamespaceProps } from './namespace';
import type { NetworkProps } from './network';
import type { NodeClassProps } from './node-class';
import type { Compute, NodePoolProps, NodePoolSettings } from './node-pool';
import type { OrphanCleanupProps } from './orphan-cleanup';
import type { ProxyProps } from './proxy';
import type { RunnerProps, RunnerSettings } from './runner';

export type { ExistingPoolProps, ManagerNodesProps } from './existing-nodes';
export type { GitlabCaProps } from './gitlab-ca';
export type { MonitoringProps } from './monitoring';
export type { NamespaceProps } from './namespace';
export type { EgressProps, NetworkProps } from './network';
export type { OrphanCleanupProps } from './orphan-cleanup';
export type { ProxyProps } from './proxy';

/** A fleet of GitLab runners in one Kubernetes cluster. Rendered into `dist/<name>/`. */
export interface RunnerFleetProps {
  /**
   * Name of the fleet: its folder below `dist/` and `sealed/`, and the first part of its runners' names in GitLab.
   * Lower-case letters, digits and dashes, at most 30.
   */
  readonly name: string;

  /**
   * Name of the EKS cluster, used to find subnets, security groups and the node role.
   *
   * @default - `name`
   */
  readonly clusterName?: string;

  /**
   * Address of GitLab, with scheme: `https://gitlab.example.com`.
   *
   * @default 'https://gitlab.com'
   */
  readonly gitlabUrl?: string;

  /**
   * Certificates of the CA that signed GitLab's certificate, if it is not a public CA. Chart: `certsSecretName`.
   *
   * @default - none: the CAs that every system knows
   */
  readonly gitlabCa?: GitlabCaProps;

  /**
   * First part of the names of namespaces, pools and node classes. Two fleets in one cluster need different ones.
   * Lower-case letters, digits and dashes, at most 20.
   *
   * @default 'gitlab'
   */
  readonly prefix?: string;

  /**
   * Namespace of the runner managers and their tokens.
   *
   * @default - `<prefix>-runners`
   */
  readonly managerNamespace?: string;

  /**
   * Name of one ServiceAccount that all managers of the fleet share, for example to have one Pod Identity association. It
   * holds the rights of all of them.
   *
   * @default - one for each runner, `runner-<name>`
   */
  readonly managerServiceAccount?: string;

  /**
   * Registry path of `gitlab-runner` and `gitlab-runner/gitlab-runner-helper`, for example a mirror or a pull-through
   * cache.
   *
   * @default 'registry.gitlab.com/gitlab-org'
   */
  readonly imageRegistry?: string;

  /**
   * What starts the nodes of the fleet: `karpenter`, which you run in the cluster, or `eks-auto-mode`, where AWS runs it. See
   * docs/auto-mode.md.
   *
   * @default 'karpenter'
   */
  readonly compute?: Compute;

  /** The runners, in the order in which people read them. At least one. */
  readonly runners: readonly RunnerProps[];

  /**
   * Settings of every runner, unless the runner overrides them. Objects merge key by key; lists replace, except `tags`,
   * which add up.
   *
   * @default - none beyond the defaults of each option
   */
  readonly runnerDefaults?: RunnerSettings;

  /**
   * Image, disk, network and identity of all nodes.
   *
   * @default - the defaults of each option
   */
  readonly nodeClass?: NodeClassProps;

  /**
   * Settings of every job pool, unless the pool overrides them.
   *
   * @default - none beyond the defaults of each option
   */
  readonly nodePoolDefaults?: NodePoolSettings;

  /**
   * Node pools with their own settings. Pools that runners need exist without being listed.
   *
   * @default - none beyond those that runners need
   */
  readonly nodePools?: readonly NodePoolProps[];

  /**
   * Settings of the on-demand node pool of the runner managers.
   *
   * @default - `t` instances of size `small` or `medium`, of the architectures of the runners; of size `medium` with EKS Auto
   * Mode, which has no smaller ones
   */
  readonly managerNodePool?: NodePoolSettings;

  /**
   * Nodes for managers that are managed elsewhere. No node pool or node class is then rendered for managers.
   *
   * @default - none: managers have a pool of their own, `managerNodePool`
   */
  readonly managerNodes?: ManagerNodesProps;

  /**
   * Nodes for jobs that are managed elsewhere, by the name that runners use as their `pool`. No node pool or node class is
   * rendered for them.
   *
   * @default - none: every pool that runners need is rendered
   */
  readonly existingPools?: readonly ExistingPoolProps[];

  /**
   * Where the runners' tokens come from.
   *
   * @default - sealed: a SealedSecret for each runner, from the ciphertexts below `sealed/<name>/`
   */
  readonly tokens?: TokensProps;

  /**
   * Names of pull secrets that are sealed in this repository: each is rendered as a SealedSecret in every namespace whose pods
   * pull with it, by `imagePullSecrets` of a runner, of its `manager`, of its `jobServiceAccount` or of `orphanCleanup`. Until one is sealed
   * (`npx runner-fleet tokens seal-pull-secret <fleet>/<name>`), it is a placeholder, and the managers of runners that use it
   * wait. Other pull secrets must be created elsewhere.
   *
   * @default - none
   * @example ['mirror']
   */
  readonly sealedPullSecrets?: readonly string[];

  /**
   * EKS Fargate, for runners with capacity `fargate` and for managers.
   *
   * @default - none: everything runs on nodes
   */
  readonly fargate?: FargateProps;

  /**
   * HTTP proxy of managers, jobs and nodes. Chart: `envVars` and `runners.config`.
   *
   * @default - none
   */
  readonly proxy?: ProxyProps;

  /**
   * What managers and jobs may reach.
   *
   * @default - DNS, GitLab and the Kubernetes API for managers; DNS, SSH, HTTP and HTTPS for jobs
   */
  readonly network?: NetworkProps;

  /**
   * A PodMonitor of the managers and alerts of the fleet, for the prometheus-operator. See docs/monitoring.md.
   *
   * @default - none
   */
  readonly monitoring?: MonitoringProps;

  /**
   * What admission lets into the namespaces of jobs, so that no job takes the room of others.
   *
   * @default - a LimitRange and a ResourceQuota for each, sized by what its runners may start at once
   */
  readonly jobNamespaces?: JobNamespacesProps;

  /**
   * The deletion of job pods that their manager has left behind. See docs/cleanup.md.
   *
   * @default - a CronJob that looks every half hour
   */
  readonly orphanCleanup?: OrphanCleanupProps;

  /**
   * Namespaces that exist already, that are shared with other workloads, or that enforce another Pod Security level.
   *
   * @default - all are rendered, and the fleet has them to itself
   */
  readonly namespaces?: readonly NamespaceProps[];

  /**
   * Labels of every rendered object, besides the recommended `app.kubernetes.io/*` ones.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /**
   * Objects of your own, rendered, proved and reviewed with the fleet and applied before its managers: paths of YAML files
   * below the project, `*` for any part of a file's name (`objects/*.yaml`), or functions that add cdk8s constructs.
   *
   * @default - none
   */
  readonly manifests?: readonly ManifestSource[];

  /**
   * Objects that the fleet needs and that someone else makes, so that the proof does not report them as missing:
   * `<Kind>/<name>`, or `<Kind>/<namespace>/<name>`.
   *
   * @default - none
   */
  readonly existing?: readonly string[];

  /**
   * Changes to the objects that belong to the fleet as a whole, not to a runner or a pool.
   *
   * @default - none
   */
  readonly patches?: Patches<FleetObjectKind>;
}

/** Objects of your own: the path of a YAML file, or a function that adds constructs to a scope. */
export type ManifestSource = string | ((scope: Construct) => void);

/** Where the tokens of a fleet's runners come from. */
export interface TokensProps {
  /**
   * `sealed-secret`: ciphertexts committed below `sealed/`, decrypted by sealed-secrets. `external-secret`: a store
   * outside the cluster, read by the External Secrets Operator (0.16 or newer). `existing-secret`: Secrets that are
   * created by other means.
   *
   * @default 'sealed-secret'
   */
  readonly from?: TokenSource;

  /**
   * With `external-secret`, where it is required: name of the ClusterSecretStore or SecretStore.
   *
   * @default - none
   */
  readonly store?: string;

  /**
   * With `external-secret`: kind of the store. A `SecretStore` is in the managers' namespace.
   *
   * @default 'ClusterSecretStore'
   */
  readonly storeKind?: 'ClusterSecretStore' | 'SecretStore';

  /**
   * With `external-secret`: prefix of the keys of the runners' tokens in the store; the runner's name follows.
   *
   * @default - `gitlab-runners/<name of the fleet>/`
   */
  readonly keyPrefix?: string;

  /**
   * With `external-secret`: field of the stored value that holds the token, if the value is JSON.
   *
   * @default - the whole value is the token
   */
  readonly property?: string;

  /**
   * With `external-secret`: how often the store is read. A duration, for example `1h`; `0` reads once.
   *
   * @default '1h'
   */
  readonly refreshInterval?: string;
}

/** Where tokens come from. */
export type TokenSource = 'sealed-secret' | 'external-secret' | 'existing-secret';

/**
 * Kinds rendered once per fleet. A patch of EC2NodeClass, or of NodeClass with EKS Auto Mode, applies to every class, those of
 * single pools included, one of ServiceAccount to that of `managerServiceAccount` and to those of `jobServiceAccount`.
 */
export type FleetObjectKind =
  | 'Namespace'
  | 'NetworkPolicy'
  | 'LimitRange'
  | 'ResourceQuota'
  | 'PodDisruptionBudget'
  | 'CronJob'
  | 'EC2NodeClass'
  | 'NodeClass'
  | 'ServiceAccount';

/** What runs on EKS Fargate. Its profiles are rendered next to the fleet, for whoever provisions the cluster. */
export interface FargateProps {
  /** AWS region of the cluster, for example `eu-west-1`: used for the profiles and for the logs in CloudWatch. */
  readonly region: string;

  /**
   * Whether the managers of all runners run on Fargate too. Then there is no node pool for them.
   *
   * @default false
   */
  readonly managers?: boolean;

  /**
   * Days that CloudWatch keeps the logs of pods, one of the retention times that it offers.
   *
   * @default 30
   */
  readonly logRetentionDays?: number;
}

/**
 * What admission lets into the namespaces of jobs. Patches of `LimitRange/<namespace>` and `ResourceQuota/<namespace>` change
 * single amounts.
 */
export interface JobNamespacesProps {
  /**
   * Whether a LimitRange refuses pods that are larger than the largest job with `maxServices` services. It bounds memory
   * and disk, of each where all containers of jobs have limits.
   *
   * @default true
   */
  readonly limitRange?: boolean;

  /**
   * Whether a ResourceQuota bounds what all pods request at once. What is above it fails instead of waiting.
   *
   * @default true
   */
  readonly resourceQuota?: boolean;

  /**
   * How many times the jobs that runners may start at once the quota has room for, each job at its ceilings with all its
   * services, and of the pods that hold room. With 2, a manager that is replaced keeps its jobs while its successor takes as
   * many. From 1 to 10.
   *
   * @default 2
   */
  readonly quotaFactor?: number;
}
