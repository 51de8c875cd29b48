import type { Override } from '../override';
import type { Patches } from '../patches';
import type { NodeClassProps } from './node-class';

/** CPU architecture, as Kubernetes names it. */
export type Arch = 'amd64' | 'arm64';

/** How EC2 sells an instance, as Karpenter names it. */
export type CapacityType = 'spot' | 'on-demand';

/** What starts nodes: Karpenter that you run in the cluster, or EKS Auto Mode, where AWS runs it. */
export type Compute = 'karpenter' | 'eks-auto-mode';

/** What can be set for every node pool (`nodePoolDefaults`) or for one (`nodePools`). */
export interface NodePoolSettings {
  /**
   * Instance categories: the letters before the generation, for example `c`, `m`, `r`.
   *
   * @default ['c', 'm', 'r'] - general purpose, no burstable ones (CPU credits distort build times), no accelerators
   */
  readonly instanceCategories?: readonly string[];

  /**
   * Instance families, for example `m7g`. A short list limits Spot capacity.
   *
   * @default - all families of the categories
   */
  readonly instanceFamilies?: readonly string[];

  /**
   * Oldest instance generation, a whole number from 1.
   *
   * @default 6 - since Graviton 2 and the third Xeon and EPYC generations
   */
  readonly minGeneration?: number;

  /**
   * Instance sizes, for example `xlarge`.
   *
   * @default - all sizes within the CPU range
   */
  readonly instanceSizes?: readonly string[];

  /**
   * Fewest vCPUs of an instance.
   *
   * @default 2
   */
  readonly minCpu?: number;

  /**
   * Most vCPUs of an instance. A larger instance holds more jobs only if its disk does: jobs of the default size ask for
   * 6Gi each, so that the 100Gi of the default `rootVolume` hold 14. With 64 vCPUs and 400Gi, a burst of thousands of jobs
   * takes a quarter of the nodes at the same price, and starts sooner.
   *
   * @default 16 - larger nodes empty later and take more jobs with them when Spot reclaims one
   */
  readonly maxCpu?: number;

  /**
   * Availability zones, for example `eu-west-1a`.
   *
   * @default - all zones of the subnets
   */
  readonly zones?: readonly string[];

  /**
   * Further requirements, in Karpenter's form, for example types to leave out, NVMe disks or memory: a node has to meet all
   * of them, and those of the other options. One that contradicts an option is refused.
   *
   * @default - none besides
   * @see https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecrequirements
   */
  readonly requirements?: readonly NodeRequirement[];

  /**
   * Most that the pool may hold at once, as quantities; this caps its cost. If jobs hold devices, whole nodes count, and
   * the proof says how much that is.
   *
   * @default - concurrency x largest job request of the pool's runners, or the whole nodes that their devices take, plus a
   * quarter for node overhead; at least one node of the largest job
   */
  readonly limits?: PoolLimits;

  /**
   * Age at which a node is drained, a duration (`168h`) or `Never`. With EKS Auto Mode a duration that together with
   * `terminationGracePeriod` is at most `504h`.
   *
   * @default '168h' for jobs, '720h' for runner managers ('336h' with EKS Auto Mode)
   */
  readonly expireAfter?: string;

  /**
   * Longest drain of a node, a duration. At least as long as the drain of the runners whose pods it holds.
   *
   * @default - the longest drain of the runners
   */
  readonly terminationGracePeriod?: string;

  /**
   * Time without any pod after which a node is removed, a duration or `Never`.
   *
   * @default '30s' for jobs, '5m' for runner managers
   */
  readonly consolidateAfter?: string;

  /**
   * Which nodes consolidation may take. `WhenEmpty` never touches a node that holds a pod.
   *
   * @default 'WhenEmpty'
   */
  readonly consolidationPolicy?: 'WhenEmpty' | 'WhenEmptyOrUnderutilized';

  /**
   * Further disruption budgets, for example no disruption by day. They add to the default ones, which always apply.
   *
   * @default - none beyond: empty nodes at any time, a tenth of the nodes at once for drift (one for runner managers)
   * @see https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets
   */
  readonly budgets?: readonly DisruptionBudget[];

  /**
   * Labels of the nodes, besides the pool's own.
   *
   * @default - none
   */
  readonly nodeLabels?: Readonly<Record<string, string>>;

  /**
   * Taints that new nodes have until something in the cluster removes them, for example the agent of Cilium: `key=value` or
   * `key`, mapped to the effect (`NoSchedule`, `NoExecute` or `PreferNoSchedule`): `{ 'node.cilium.io/agent-not-ready=true':
   * 'NoExecute' }`. Pods need not tolerate them. No job starts on a node whose taint stays.
   *
   * @default - none
   * @see https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecstartuptaints
   */
  readonly startupTaints?: Readonly<Record<string, string>>;

  /**
   * Devices of each node that Karpenter does not know by itself, whole numbers by extended resource. It knows NVIDIA and
   * AMD GPUs, Neuron and Gaudi. Rendered as a NodeOverlay, which needs the feature gate `NodeOverlay`. Requires
   * `instanceFamilies` and exactly one of `instanceSizes`, since the number differs by size. Not with EKS Auto Mode.
   *
   * @default - none
   * @see https://karpenter.sh/docs/concepts/nodeoverlays/
   */
  readonly devices?: Readonly<Record<string, number>>;

  /**
   * What differs from the fleet's node class; null takes back what the fleet says. A pool that sets any of it gets its own
   * EC2NodeClass, or NodeClass with EKS Auto Mode.
   *
   * @default - the class of all job pools
   */
  readonly nodeClass?: Override<NodeClassProps>;

  /**
   * Changes to the rendered NodePool (`NodePool`) and to its class (`EC2NodeClass`, or `NodeClass` with EKS Auto Mode), for
   * fields that have no option here. With a patch of its class the pool gets one of its own, which the fleet's patches change first.
   *
   * @default - none
   */
  readonly patches?: Patches<'NodePool' | 'EC2NodeClass' | 'NodeClass'>;
}

/**
 * Settings of the node pool for jobs of one architecture and capacity type. Any option of `NodePoolSettings` can be null
 * here, and so can a key of a map: what `nodePoolDefaults` says of it then does not hold for this pool.
 */
export interface NodePoolProps extends Override<NodePoolSettings> {
  /**
   * Pool that a runner names. Node pools of the same name share a label and a taint and differ in architecture and
   * capacity type.
   *
   * @default 'jobs'
   */
  readonly pool?: string;

  /** Architecture of the nodes: `amd64` or `arm64`. */
  readonly arch: Arch;

  /** Capacity type of the nodes: `spot` or `on-demand`. */
  readonly capacity: CapacityType;
}

/** What a label of nodes must be. */
export interface NodeRequirement {
  /**
   * Label: `karpenter.k8s.aws/instance-local-nvme` (`eks.amazonaws.com/instance-local-nvme` with EKS Auto Mode),
   * `node.kubernetes.io/instance-type`.
   */
  readonly key: string;

  /**
   * `In`, `NotIn`, `Exists`, `DoesNotExist`, or a comparison with a whole number: `Gt`, `Lt`, `Gte`, `Lte`, of which the last
   * two need Karpenter 1.9.
   */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt' | 'Gte' | 'Lte';

  /**
   * Values, as texts: several for `In` and `NotIn`, one number for a comparison.
   *
   * @default - none, for `Exists` and `DoesNotExist`
   */
  readonly values?: readonly string[];

  /**
   * How many different values the types must have from which Karpenter chooses, a whole number from 1 to 50.
   *
   * @default - no least number
   */
  readonly minValues?: number;
}

/** Most that the nodes of a pool may add up to. */
export interface PoolLimits {
  /** vCPUs, a quantity: `200`. */
  readonly cpu?: string;
  /** Memory, a quantity: `400Gi`. */
  readonly memory?: string;
}

/** How many nodes may be disrupted at once, for which reasons, and when. */
export interface DisruptionBudget {
  /** A number of nodes (`"0"`, `"5"`) or a percentage (`"10%"`), as a string. */
  readonly nodes: string;
  /**
   * Reasons that the budget applies to.
   *
   * @default - all
   */
  readonly reasons?: readonly ('Empty' | 'Drifted' | 'Underutilized')[];
  /**
   * Start of the window: a cron line of five fields, in UTC. Requires `duration`.
   *
   * @default - at any time
   */
  readonly schedule?: string;
  /**
   * Length of the window, hours and minutes (`8h`, `1h30m`). Requires `schedule`.
   *
   * @default - at any time
   */
  readonly duration?: string;
}
