import type { ConfigOverrides } from '../config-overrides';
import type { Override } from '../override';
import type { Patches } from '../patches';
import type { S3CacheProps } from './cache';
import type { ContainerResources, ImageDigestsProps } from './containers';
import type { DockerInDockerProps } from './docker-in-docker';
import type { JobProps } from './job';
import type { JobServiceAccountProps } from './job-service-account';
import type { ManagerProps } from './manager';
import type { Arch, CapacityType } from './node-pool';
import type { PrewarmProps } from './prewarm';
import type { RunnerTokenProps } from './runner-token';
import type { SessionServerProps } from './session-server';
import type { JobVolumeProps } from './volumes';

export type { S3CacheProps } from './cache';
export type { ContainerResources, ImageDigestsProps, ResourceRange } from './containers';
export type { DockerInDockerProps } from './docker-in-docker';
export type { HostAliasProps, JobPodAffinityProps, JobProps, JobServiceProps } from './job';
export type { JobServiceAccountProps } from './job-service-account';
export type { ManagerProps, ManagerVolumeProps, TopologySpreadProps } from './manager';
export type { PrewarmProps } from './prewarm';
export type { RunnerTokenProps } from './runner-token';
export type { SessionServerProps } from './session-server';
export type { EmptyDirProps, JobVolumeProps, VolumeClaimProps } from './volumes';

/**
 * What jobs run on: `spot` can be interrupted; `on-demand` cannot; `spot-first` uses Spot while EC2 has capacity and
 * on-demand nodes otherwise; `fargate` has no nodes: each job gets its own EKS Fargate machine (amd64, on demand).
 */
export type RunnerCapacity = CapacityType | 'spot-first' | 'fargate';

/** What can be set for all runners of a fleet (`runnerDefaults`) or for one. */
export interface RunnerSettings {
  /**
   * GitLab Runner release, `major.minor.patch`, 18.11.0 or newer. The manager image and the helper image move together.
   *
   * @default - `RUNNER_VERSION` in `lib/fleet/versions.ts`
   */
  readonly runnerVersion?: string;

  /**
   * Base image of manager and helper: `alpine`, `ubuntu` or `ubi-fips` (amd64 only).
   *
   * @default 'alpine'
   */
  readonly imageFlavor?: 'alpine' | 'ubuntu' | 'ubi-fips';

  /**
   * Most jobs that one manager runs at once, a whole number from 1 to 5000.
   *
   * @default 20
   */
  readonly concurrency?: number;

  /**
   * Most job requests that a manager has open at GitLab at once, a whole number from 1 to `concurrency`, or 2. With 1 the runner
   * warns of long polling at each start.
   *
   * @default - a quarter of `concurrency`, at least 2, at most 20
   * @see https://docs.gitlab.com/runner/configuration/advanced-configuration/
   */
  readonly requestConcurrency?: number;

  /**
   * Managers that share the runner's token: Deployments of one replica, each with its own system id and
   * `concurrency`. Two or more are spread over zones. A whole number from 1 to 20.
   *
   * @default 1
   */
  readonly managers?: number;

  /**
   * Settings of the managers' pods: another image, labels, annotations, priority, environment.
   *
   * @default - the defaults of each option
   */
  readonly manager?: ManagerProps;

  /**
   * Tags besides those of architecture and capacity, without commas or spaces. Tags live on the GitLab server; the list
   * to set there is what is rendered.
   *
   * @default - none besides the runner's own: `amd64`, `x86`, `x86-64`, `x86_64` or `arm64`, `aarch64`, `graviton`,
   * and the capacity
   */
  readonly tags?: readonly string[];

  /**
   * Whether the runner has `tags` alone, without those of architecture and capacity, so that a job that only
   * asks for `arm64` doesn't land there.
   *
   * @default false
   */
  readonly exactTags?: boolean;

  /**
   * Whether the runner takes jobs of protected branches and protected tags alone. Lives on the GitLab server: `npx
   * runner-fleet tokens howto` prints the command that sets it.
   *
   * @default false
   * @see https://docs.gitlab.com/ci/runners/configure_runners/#prevent-runners-from-revealing-sensitive-information
   */
  readonly protected?: boolean;

  /**
   * Whether the runner can't be enabled for other projects than its own. Lives on the GitLab server and matters for
   * runners of a project.
   *
   * @default true
   */
  readonly locked?: boolean;

  /**
   * Whether the runner also takes jobs that name no tag. Lives on the GitLab server.
   *
   * @default false
   */
  readonly runUntagged?: boolean;

  /**
   * Image of jobs that name none, with a tag or digest that does not move.
   *
   * @default - `JOB_IMAGE` in `lib/fleet/versions.ts`, or `DOCKER_CLIENT_IMAGE` with `dockerInDocker`
   */
  readonly jobImage?: string;

  /**
   * Images of manager and helper, pinned by digest: each the tag that is rendered without it and the digest. A tag of
   * another release is refused. Images of jobs take a digest in `jobImage`.
   *
   * @default - none: the tags of `runnerVersion`
   */
  readonly imageDigests?: ImageDigestsProps;

  /**
   * Container that runs the job's script.
   *
   * @default - 1 CPU (a job may ask for up to 4), 2Gi of memory (up to 4Gi, the limit), 5Gi of disk (up to 20Gi, the
   * limit). With `dockerInDocker`, what `service` has otherwise
   */
  readonly build?: ContainerResources;

  /**
   * Container that clones, caches and uploads artifacts.
   *
   * @default - 100m CPU, 256Mi of memory (limit 512Mi), 1Gi of disk (limit 10Gi)
   */
  readonly helper?: ContainerResources;

  /**
   * Each container of a job's `services`. With `dockerInDocker` also the daemon, which is where images are built.
   *
   * @default - 250m CPU (a job may ask for up to 1), 512Mi of memory (up to 2Gi, the limit), 1Gi of disk (limit 10Gi). With
   * `dockerInDocker`, what `build` has otherwise
   */
  readonly service?: ContainerResources;

  /**
   * Most `services` of a job that admission leaves room for, each at its ceilings, a whole number from 0 to 50. Jobs with
   * more are refused where `jobNamespaces` of the fleet renders a LimitRange. Runners of one namespace share the largest. The
   * daemon of `dockerInDocker` comes on top.
   *
   * @default 4 - 0 with `dockerInDocker` that allows no other services
   */
  readonly maxServices?: number;

  /**
   * Longest job, a duration. Everything that ends jobs waits at least this long. Set the same maximum timeout on the
   * runner in GitLab, which enforces it.
   *
   * @default '2h'
   */
  readonly longestJob?: string;

  /**
   * How long a manager waits for its running jobs when it is replaced, a duration. At least `longestJob`.
   *
   * @default - `longestJob` and ten minutes
   */
  readonly drain?: string;

  /**
   * How long a job waits for its pod to run: node launch, image pull. A duration of whole seconds.
   *
   * @default '10m'
   */
  readonly pollTimeout?: string;

  /**
   * Whether all containers of jobs are privileged. Such jobs can take over their node, so they get a namespace and a pool
   * that no unprivileged runner uses. For image builds with Docker, `dockerInDocker` is enough.
   *
   * @default false
   */
  readonly privileged?: boolean;

  /**
   * Runs a Docker daemon with each job, for `docker build`, `docker run` and `docker compose`: `{}` is enough. Access to it is
   * access to the node, so these jobs get the namespace and the pool of privileged jobs. Not available on Fargate.
   *
   * @default - none
   */
  readonly dockerInDocker?: DockerInDockerProps;

  /**
   * Whether jobs build images with BuildKit or Buildah, rootless: the build container runs as user 1000, without
   * seccomp and with `newuidmap`, and is not privileged. Its jobs get a namespace and a pool that no other kind of runner
   * uses. Not available on Bottlerocket, which has no user namespaces.
   *
   * @default false
   * @see https://github.com/moby/buildkit/blob/master/docs/rootless.md
   */
  readonly rootlessBuilds?: boolean;

  /**
   * Whether processes of a job may gain privileges that their parent lacks (`sudo`).
   *
   * @default - the value of `privileged`
   */
  readonly allowPrivilegeEscalation?: boolean;

  /**
   * When nodes pull images. Anything but `always` lets a job use a private image that an earlier job of another
   * project pulled.
   *
   * @default 'always'
   * @see https://docs.gitlab.com/runner/security/#usage-of-private-docker-images-with-if-not-present-pull-policy
   */
  readonly pullPolicy?: 'always' | 'if-not-present' | 'never';

  /**
   * ServiceAccount of job pods that is made elsewhere, in the job namespace. Jobs get its token.
   *
   * @default - the namespace's default one, without an API token in the pod
   */
  readonly serviceAccount?: string;

  /**
   * ServiceAccount of job pods that is rendered, with a role in AWS, labels and pull secrets: `{}` is enough for an account
   * that the runner's jobs have to themselves.
   *
   * @default - none: `serviceAccount`
   */
  readonly jobServiceAccount?: JobServiceAccountProps;

  /**
   * Names of Secrets in the job namespace that images of jobs, services and the helper are pulled with. Every job can use
   * every image that they allow. Chart: `runners.config`.
   *
   * @default - none: images that need no password, and those that a job's own credentials allow
   */
  readonly imagePullSecrets?: readonly string[];

  /**
   * Namespace of job pods.
   *
   * @default - `<prefix>-jobs`, `<prefix>-jobs-privileged` (also with `dockerInDocker`), or `<prefix>-jobs-builds`
   */
  readonly jobNamespace?: string;

  /**
   * Node pool that jobs run on.
   *
   * @default 'jobs', or 'privileged' (also with `dockerInDocker`), or 'builds' for rootless builds
   */
  readonly pool?: string;

  /**
   * Devices of the build container, whole numbers by extended resource: `{ 'nvidia.com/gpu': 1 }`. Needs its own `pool`,
   * whose nodes have them. Their device plugin must tolerate the pool's taint.
   *
   * @default - none
   */
  readonly devices?: Readonly<Record<string, number>>;

  /**
   * Node labels that job pods ask for, besides architecture, operating system, capacity and pool.
   *
   * @default - none
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;

  /**
   * Taints that job pods tolerate besides the pool's: `key=value` or `key`, mapped to the effect (`NoSchedule`,
   * `NoExecute`, `PreferNoSchedule`, or an empty string for all).
   *
   * @default - none
   */
  readonly tolerations?: Readonly<Record<string, string>>;

  /**
   * Labels of job pods. Values may contain job variables (`$CI_PROJECT_PATH_SLUG`).
   *
   * @default - none besides the fleet's own
   */
  readonly podLabels?: Readonly<Record<string, string>>;

  /**
   * Annotations of job pods.
   *
   * @default - none besides `karpenter.sh/do-not-disrupt`
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;

  /**
   * S3 cache of jobs.
   *
   * @default - none
   */
  readonly cache?: S3CacheProps;

  /**
   * What every job gets: variables, scripts, services, classes of its pod. See docs/jobs.md.
   *
   * @default - the defaults of each option
   */
  readonly job?: JobProps;

  /**
   * Volumes of job pods: caches that outlive the pod, files, empty folders. See docs/volumes.md.
   *
   * @default - none besides the executor's own
   */
  readonly volumes?: readonly JobVolumeProps[];

  /**
   * Room that is held while no jobs run, so that jobs start at once. It costs as much as running jobs.
   *
   * @default - none: the first job waits for a node
   */
  readonly prewarm?: PrewarmProps;

  /**
   * Web terminals of running jobs. See docs/web-terminals.md.
   *
   * @default - none
   */
  readonly sessionServer?: SessionServerProps;

  /**
   * Any config.toml key that has no option here, typed after the runner's own tables. It overrides derived values; keys
   * of the token and of the server are rejected.
   *
   * @default - none
   */
  readonly config?: ConfigOverrides;

  /**
   * Changes to the runner's rendered objects, for fields that have no option here.
   *
   * @default - none
   */
  readonly patches?: Patches<RunnerObjectKind>;
}

/** Kinds rendered per runner. */
export type RunnerObjectKind =
  | 'Deployment'
  | 'ServiceAccount'
  | 'Role'
  | 'RoleBinding'
  | 'Service'
  | 'SealedSecret'
  | 'ExternalSecret';

/**
 * One runner: a token, a set of tags, its managers and where its jobs run. Any option of `RunnerSettings` can be null here,
 * and so can a key of a map: what `runnerDefaults` says of it then does not hold for this runner. Of requests, limits and
 * ceilings, null says that there is none.
 */
export interface RunnerProps extends Override<RunnerSettings> {
  /** Name of the runner within the fleet: lower-case letters, digits and dashes, at most 36. */
  readonly name: string;

  /** Architecture of jobs and managers: `amd64` or `arm64`. */
  readonly arch: Arch;

  /** What jobs run on: `spot`, `on-demand`, `spot-first` or `fargate`. */
  readonly capacity: RunnerCapacity;

  /**
   * Id of the runner in GitLab, a positive whole number: what its page shows as `#41`. `npx runner-fleet gitlab` then finds the
   * runner by it, whatever its description there. No two runners of a GitLab server may have the same one.
   *
   * @default - none: the runner is found by its description in GitLab, `<fleet>-<runner>`
   */
  readonly gitlabId?: number;

  /**
   * Where this runner's token is, if it is not sealed.
   *
   * @default - the name of its Secret and the key in the store are derived from the runner's name
   */
  readonly token?: RunnerTokenProps;
}
