import { helperImageTag, managerImageTag, windowsHelperTag } from '../../gitlab-runner/executor/helper-image';
import { isWindows, windowsRelease } from '../../gitlab-runner/executor/job-system';
import { formatDuration, parseDuration } from '../../values/duration';
import {
  CACHE_DEFAULTS,
  DRAIN_MARGIN_SECONDS,
  EXISTING_POOL_DEFAULTS,
  RUNNER_DEFAULTS,
  requestConcurrencyFor,
  SAFE_POOL,
} from '../defaults';
import { jobNamespaceName } from '../names';
import type {
  NormalCache,
  NormalExistingPool,
  NormalRunner,
  SaidRunner,
  SealedFile,
  UnsafeKind,
} from '../normal-fleet';
import type { RunnerFleetProps } from '../props/fleet';
import type { CapacityType } from '../props/node-pool';
import type { ImageDigestsProps, RunnerCapacity, RunnerProps, S3CacheProps } from '../props/runner';
import { normaliseDockerInDocker } from './docker-in-docker';
import { normaliseJob } from './job';
import { normaliseJobAccount } from './job-service-account';
import { normaliseVolume } from './job-volumes';
import { normaliseManager, normaliseSessionServer } from './manager';
import { fillDefaults, inheritSettings } from './merge-settings';
import { normaliseResources } from './resources';
import { normaliseToken } from './token';

/** What a runner takes from its fleet. */
export interface Surroundings {
  readonly fleet: RunnerFleetProps;
  readonly prefix: string;
  readonly sealedFiles: readonly SealedFile[];
}

/** Where nodes come from, by what a runner may use. */
export const CAPACITY_TYPES: Record<RunnerCapacity, readonly CapacityType[]> = {
  spot: ['spot'],
  'on-demand': ['on-demand'],
  'spot-first': ['spot', 'on-demand'],
  fargate: [],
};

/** A runner with every default filled in: first what depends on nothing, then what follows from the rest. */
export function normaliseRunner(own: RunnerProps, around: Surroundings): NormalRunner {
  const said = withFleetDefaults(own, around.fleet);
  const filled = fillDefaults(RUNNER_DEFAULTS, said);
  const { capacity, concurrency, longestJob, privileged, rootlessBuilds } = filled;
  const unsafeKind = unsafeKindOf(privileged || said.dockerInDocker !== undefined, rootlessBuilds);
  const pool = said.pool ?? unsafeKind ?? SAFE_POOL;
  const existingPool = normaliseExistingPool(pool, around.fleet);
  return {
    said,
    name: filled.name,
    arch: filled.arch,
    capacity,
    capacityTypes: Object.hasOwn(CAPACITY_TYPES, capacity) ? CAPACITY_TYPES[capacity] : [],
    onFargate: capacity === 'fargate',
    gitlabId: said.gitlabId,
    tags: filled.tags,
    exactTags: filled.exactTags,
    protected: filled.protected,
    locked: filled.locked,
    runUntagged: filled.runUntagged,
    saidInGitlab: (['protected', 'locked', 'runUntagged'] as const).filter((key) => said[key] !== undefined),
    runnerVersion: filled.runnerVersion,
    imageFlavor: filled.imageFlavor,
    ...normaliseImages(filled, said.imageDigests, existingPool),
    concurrency,
    requestConcurrency: said.requestConcurrency ?? requestConcurrencyFor(concurrency),
    managers: filled.managers,
    manager: normaliseManager(said.manager, filled.managers),
    hasManagerSettings: said.manager !== undefined,
    ...normaliseDockerInDocker(said),
    resources: normaliseResources(said),
    longestJob,
    drain: said.drain ?? drainFor(longestJob),
    pollTimeout: filled.pollTimeout,
    privileged,
    rootlessBuilds,
    allowPrivilegeEscalation: said.allowPrivilegeEscalation ?? privileged,
    unsafeKind,
    pullPolicy: filled.pullPolicy,
    serviceAccount: said.serviceAccount,
    jobServiceAccount: said.jobServiceAccount && normaliseJobAccount(said.jobServiceAccount, filled.name),
    imagePullSecrets: filled.imagePullSecrets,
    jobNamespace: said.jobNamespace ?? jobNamespaceName(around.prefix, unsafeKind),
    pool,
    existingPool,
    onWindows: isWindows(existingPool?.nodeSelector ?? {}),
    devices: filled.devices,
    nodeSelector: filled.nodeSelector,
    tolerations: filled.tolerations,
    podLabels: filled.podLabels,
    podAnnotations: filled.podAnnotations,
    cache: said.cache && normaliseCache(said.cache),
    job: normaliseJob(said.job, filled.name),
    volumes: (said.volumes ?? []).map(normaliseVolume),
    sessionServer: said.sessionServer && normaliseSessionServer(said.sessionServer),
    prewarm: said.prewarm,
    config: fillDefaults({ global: {}, runner: {} }, said.config ?? {}),
    token: normaliseToken(said, around.fleet, around.sealedFiles),
    patches: filled.patches,
  };
}

/** The images' tags: those with a digest as they are said, and rules see to it that they are of the same release. */
function normaliseImages(
  { arch, imageFlavor, runnerVersion }: Pick<NormalRunner, 'arch' | 'imageFlavor' | 'runnerVersion'>,
  imageDigests: ImageDigestsProps = {},
  { nodeSelector = {} }: Partial<NormalExistingPool> = {},
): Pick<NormalRunner, 'imageDigests' | 'managerImageTag' | 'helperImageTag'> {
  // Digests are those of images for Linux. A build of Windows that has no helper is reported.
  const release = isWindows(nodeSelector) ? windowsRelease(nodeSelector) : undefined;
  const forLinux = imageDigests.helper?.[arch] ?? helperImageTag(arch, imageFlavor, runnerVersion);
  return {
    imageDigests,
    managerImageTag: imageDigests.manager ?? managerImageTag(imageFlavor, runnerVersion),
    helperImageTag: release === undefined ? forLinux : windowsHelperTag(arch, release, runnerVersion),
  };
}

/** A runner with the fleet's defaults beneath it. Tags add up. */
function withFleetDefaults(runner: RunnerProps, { runnerDefaults }: RunnerFleetProps): SaidRunner {
  const merged = inheritSettings<SaidRunner>(runnerDefaults, runner);
  const inherited = runner.tags === null ? [] : (runnerDefaults?.tags ?? []);
  return { ...merged, tags: [...inherited, ...(runner.tags ?? [])] };
}

function normaliseExistingPool(
  pool: string,
  { existingPools }: RunnerFleetProps,
): NormalRunner['existingPool'] {
  const found = existingPools?.find((one) => one.pool === pool);
  return found && fillDefaults(EXISTING_POOL_DEFAULTS, found);
}

function unsafeKindOf(privileged: boolean, rootlessBuilds: boolean): UnsafeKind | undefined {
  if (privileged) return 'privileged';
  return rootlessBuilds ? 'builds' : undefined;
}

function drainFor(longestJob: string): string {
  return formatDuration((parseDuration(longestJob) ?? 0) + DRAIN_MARGIN_SECONDS);
}

function normaliseCache(said: S3CacheProps): NormalCache {
  const { bucket, region, server, pathStyle, credentialsSecret, roleArn, encryption, kmsKeyId, path } = said;
  const { identity, insecure, shared } = fillDefaults(CACHE_DEFAULTS, said);
  return {
    said,
    bucket,
    region,
    server,
    insecure,
    pathStyle,
    identity: credentialsSecret === undefined ? identity : 'secret',
    credentialsSecret,
    roleArn,
    encryption,
    kmsKeyId,
    path,
    shared,
  };
}
