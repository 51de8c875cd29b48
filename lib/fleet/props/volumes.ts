/** A volume of job pods: a path, and exactly one of `claim`, `newClaim`, `hostPath`, `configMap`, `secret` and `emptyDir`. */
export interface JobVolumeProps {
  /**
   * Absolute path in all containers of a job. A claim or a folder of the node at the path of clones, `/builds`, keeps them, so
   * that later jobs of a project fetch instead of cloning.
   */
  readonly mountPath: string;

  /**
   * Name of a PersistentVolumeClaim in the namespace of jobs that is made elsewhere. `$CI_CONCURRENT_ID` in it is the number
   * of the slot that a job runs in, from 0; it needs `managers: 1`.
   *
   * @default - none
   */
  readonly claim?: string;

  /**
   * A PersistentVolumeClaim to render in the namespace of jobs. It is not pruned. Runners of a namespace that name it with the
   * same settings share it.
   *
   * @default - none
   */
  readonly newClaim?: VolumeClaimProps;

  /**
   * Absolute path of a folder of the node, for example on its instance store. It lasts as long as the node, and every job
   * there reads and writes it. The namespace of the jobs must be of the Pod Security level `privileged`.
   *
   * @default - none
   */
  readonly hostPath?: string;

  /**
   * Name of a ConfigMap in the namespace of jobs, which is made elsewhere.
   *
   * @default - none
   */
  readonly configMap?: string;

  /**
   * Name of a Secret in the namespace of jobs, which is made elsewhere. Every job of the runner can read it.
   *
   * @default - none
   */
  readonly secret?: string;

  /**
   * An empty folder for each job, on the disk or in the memory of its node.
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

  /**
   * Folder within the volume, a relative path. With a variable (`$CI_PROJECT_PATH_SLUG`), each project gets its own, but jobs can
   * set such variables: this separates caches, not permissions.
   *
   * @default - the whole volume
   */
  readonly subPath?: string;

  /**
   * Whether jobs can only read it.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/** A PersistentVolumeClaim of jobs. Anyone who can run a job on the runner can read and change its contents. */
export interface VolumeClaimProps {
  /** Its name: lower-case letters, digits and dashes. With `perSlot`, `-0`, `-1` and so on are added. */
  readonly name: string;

  /** Size of the volume, a quantity of bytes: `50Gi`. It can grow, where the StorageClass allows it, but not shrink. */
  readonly size: string;

  /** Name of the StorageClass, which must exist. New EKS clusters have no default one. */
  readonly storageClass: string;

  /**
   * `ReadWriteMany` for any number of jobs at once (EFS, FSx), `ReadWriteOnce` for one node at a time (EBS), `ReadWriteOncePod`
   * for one pod at a time. The last two need `perSlot`, or a runner of one job at a time.
   *
   * @default - `ReadWriteMany`; with `perSlot` `ReadWriteOnce`
   */
  readonly accessMode?: 'ReadWriteMany' | 'ReadWriteOnce' | 'ReadWriteOncePod';

  /**
   * Whether each of the runner's `concurrency` job slots has a claim of its own, so that no two jobs share a volume at a time.
   * With one manager only, since slots of a second one have the same numbers, and at most 200 slots.
   *
   * @default false
   */
  readonly perSlot?: boolean;
}

/** An empty folder. */
export interface EmptyDirProps {
  /**
   * `Memory` keeps it in the memory of the node, where it counts against the memory limits of the pod's containers.
   *
   * @default - the disk of the node
   */
  readonly medium?: 'Memory';

  /**
   * Most that it holds, a quantity of bytes: `2Gi`. A pod that writes more is evicted. In job pods at most what the limits of
   * their containers, services included, add up to.
   *
   * @default - what limits of ephemeral storage, or of memory, leave
   */
  readonly sizeLimit?: string;
}
