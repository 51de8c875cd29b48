import type { EmptyDirProps } from './volumes';

/** The pods of a runner's managers. */
export interface ManagerProps {
  /**
   * Full reference of the manager's image, for example a UBI image from Iron Bank, instead of the one below `imageRegistry`:
   * with a digest, or a tag that does not move. It must contain the release `runnerVersion`, and start with `dumb-init`.
   *
   * @default - `gitlab-runner` below `imageRegistry`, of `imageFlavor` and `runnerVersion`
   */
  readonly image?: string;

  /**
   * Full reference of the helper image of jobs, of the runner's architecture and release.
   *
   * @default - `gitlab-runner/gitlab-runner-helper` below `imageRegistry`
   */
  readonly helperImage?: string;

  /**
   * When nodes pull the image of the manager: `Always`, `IfNotPresent` or `Never`.
   *
   * @default 'IfNotPresent' - tags are those of releases
   */
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';

  /**
   * Names of Secrets in the namespace of managers that the image is pulled with. Chart: `imagePullSecrets`.
   *
   * @default - none
   */
  readonly imagePullSecrets?: readonly string[];

  /**
   * Labels of the pods, besides the fleet's own.
   *
   * @default - none
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * Annotations of the pods.
   *
   * @default - none
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;

  /**
   * PriorityClass of the pods. It must exist.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * Environment variables of the manager, which jobs don't see. No passwords: they are committed.
   *
   * @default - none besides what the manager needs
   */
  readonly env?: Readonly<Record<string, string>>;

  /**
   * Files and empty folders that the manager mounts, for example a key file of the cache.
   *
   * @default - none besides config, home and `/tmp`
   */
  readonly volumes?: readonly ManagerVolumeProps[];

  /**
   * Port of metrics and probes, from 1024 to 65535. `network.metricsFrom` says who reaches it.
   *
   * @default 9252
   */
  readonly metricsPort?: number;

  /**
   * How the managers of a runner, or of the fleet, are spread, instead of over zones. Zones themselves are
   * chosen with `zones` of `managerNodePool`.
   *
   * @default - from two managers on: over zones, `ScheduleAnyway`
   */
  readonly topologySpread?: readonly TopologySpreadProps[];
}

/** A volume of managers: a path, and exactly one of `configMap`, `secret` and `emptyDir`. */
export interface ManagerVolumeProps {
  /** Absolute path in the container. */
  readonly mountPath: string;

  /**
   * Name of a ConfigMap in the namespace of managers, which is made elsewhere. Mounted read-only.
   *
   * @default - none
   */
  readonly configMap?: string;

  /**
   * Name of a Secret in the namespace of managers, which is made elsewhere. Mounted read-only.
   *
   * @default - none
   */
  readonly secret?: string;

  /**
   * An empty folder, whose `sizeLimit` is required: it is added to what the manager requests.
   *
   * @default - none
   */
  readonly emptyDir?: EmptyDirProps;

  /**
   * With `configMap` or `secret`: paths of files below `mountPath`, by key.
   *
   * @default - every key, as a file of that name
   */
  readonly items?: Readonly<Record<string, string>>;
}

/** How managers are spread over nodes with different values of a label. */
export interface TopologySpreadProps {
  /** Label of nodes: `topology.kubernetes.io/zone` or `kubernetes.io/hostname`. */
  readonly topologyKey: string;

  /**
   * Most by which the number of managers differs between two values of the label, a whole number from 1 to 100.
   *
   * @default 1
   */
  readonly maxSkew?: number;

  /**
   * What happens to a manager that can't be placed that way: `ScheduleAnyway` places it nevertheless, `DoNotSchedule` leaves
   * it pending.
   *
   * @default 'ScheduleAnyway'
   */
  readonly whenUnsatisfiable?: 'ScheduleAnyway' | 'DoNotSchedule';

  /**
   * How many values of the label managers must have to choose from, a whole number from 1 to 100. The scheduler only knows the
   * zones in which nodes run at the moment: while that is one zone, it places all managers there. With `2` the second manager
   * waits until Karpenter has started a node in another zone. Only with `DoNotSchedule`; at most as many as there are zones in
   * which nodes can start.
   *
   * @default - none: the values that nodes have at the moment
   */
  readonly minDomains?: number;

  /**
   * Whose managers count: those of the `runner`, or of the `fleet`.
   *
   * @default 'runner'
   */
  readonly among?: 'runner' | 'fleet';
}
