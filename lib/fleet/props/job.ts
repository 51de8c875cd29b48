/** What every job of a runner gets, in addition to its own pipeline. Names follow config.toml. */
export interface JobProps {
  /**
   * Environment variables of jobs. Variables of a project or of a job with the same name override them. No passwords: they
   * are committed.
   *
   * @default - none besides those of `gitlabCa`, `proxy` and image builds
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Script that the helper runs before it clones, for example to trust a CA. The job fails with it.
   *
   * @default - none
   */
  readonly preGetSourcesScript?: string;

  /**
   * Script that the helper runs after it has cloned.
   *
   * @default - none
   */
  readonly postGetSourcesScript?: string;

  /**
   * Script that the build container runs before that of the job, in the shell of the job's image. The job fails with it.
   *
   * @default - none
   */
  readonly preBuildScript?: string;

  /**
   * Script that the build container runs after that of the job and before `after_script`, if the job has not failed.
   *
   * @default - none
   */
  readonly postBuildScript?: string;

  /**
   * Services of every job, besides its own. Each has the resources of `service`.
   *
   * @default - none
   */
  readonly services?: readonly JobServiceProps[];

  /**
   * Patterns of the images that jobs may name, `*` for any part of a name and `**` also across slashes:
   * `registry.example.com/**`. `jobImage` is always allowed.
   *
   * @default - all
   */
  readonly allowedImages?: readonly string[];

  /**
   * Patterns of the images of services that jobs may name. Those of `services` are always allowed. With `dockerInDocker`,
   * `dockerInDocker.allowedServices` applies instead.
   *
   * @default - all
   */
  readonly allowedServices?: readonly string[];

  /**
   * PriorityClass of job pods. It must exist.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * RuntimeClass of job pods, for example of gVisor. It must exist, and nodes of the pool must have it.
   *
   * @default - the runtime of the nodes
   */
  readonly runtimeClassName?: string;

  /**
   * Lines of `/etc/hosts` of job pods, besides those of services.
   *
   * @default - none
   */
  readonly hostAliases?: readonly HostAliasProps[];

  /**
   * Nodes or zones that job pods prefer because of the pods that are there: together with jobs of the same project, whose
   * caches a node has, or apart from each other. Preferences only: no job waits for a better place.
   *
   * @default - none
   */
  readonly podAffinity?: readonly JobPodAffinityProps[];
}

/** A preference of job pods for places with certain pods, or without. */
export interface JobPodAffinityProps {
  /** `together`: where such pods are. `apart`: where none is. */
  readonly prefer: 'together' | 'apart';

  /**
   * Label of nodes whose value says what one place is: `kubernetes.io/hostname` or `topology.kubernetes.io/zone`.
   *
   * @default 'kubernetes.io/hostname'
   */
  readonly topologyKey?: string;

  /**
   * Labels of those pods, which are in the namespace of the job. Values may hold variables of the job, such as
   * `$CI_PROJECT_PATH_SLUG`, as in `podLabels`.
   *
   * @default - jobs of this runner
   */
  readonly matchLabels?: Readonly<Record<string, string>>;

  /**
   * How much it counts against other preferences, a whole number from 1 to 100.
   *
   * @default 100
   */
  readonly weight?: number;
}

/** A service of every job. */
export interface JobServiceProps {
  /** Its image, with a tag or digest that does not move. */
  readonly image: string;

  /**
   * Host name by which jobs reach it.
   *
   * @default - what GitLab derives from the image: `postgres` for `postgres:17`
   */
  readonly alias?: string;

  /**
   * Arguments of its entrypoint.
   *
   * @default - those of the image
   */
  readonly command?: readonly string[];

  /**
   * Its entrypoint.
   *
   * @default - that of the image
   */
  readonly entrypoint?: readonly string[];

  /**
   * Environment variables of the service, besides those of the job. No passwords: they are committed.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;
}

/** An address with its host names. */
export interface HostAliasProps {
  /** An IPv4 or IPv6 address. */
  readonly ip: string;

  /** Its names, at least one. */
  readonly hostnames: readonly string[];
}
