import { missingFeatures, parseRunnerVersion } from '../../gitlab-runner/features';
import { requiredRules } from '../../gitlab-runner/permissions';
import { managerSize } from '../../gitlab-runner/sizing';
import { parseDuration } from '../../values/duration';
import { formatBinary, formatDecimal, mebibytes, milli } from '../../values/quantity';
import { DRAIN_MARGIN_SECONDS, RUNNER_DEFAULTS, TOKEN_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import {
  DEDICATED_KEY,
  dedicatedTo,
  FARGATE_LABELS,
  managerName,
  prewarmPriorityName,
  runnerObjectName,
  systemId,
} from '../names';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps } from '../props/runner';
import {
  CAPACITY_TYPES,
  type ManagerResources,
  type ResolvedManager,
  type ResolvedRunner,
} from '../resolved-fleet';
import { checkOverrides } from '../validate/config';
import { checkFargateSize, isFargate } from '../validate/fargate';
import { checkDuration } from '../validate/fields';
import { checkRunner } from '../validate/runner';
import { JOB_IMAGE } from '../versions';
import { prewarmedJobs, prewarmTable } from './prewarm';
import { resolveResources } from './resources';
import { type RunnerConfigInput, runnerConfig } from './runner-config';
import { helperImage, managerImage, runnerVersion } from './runner-images';
import { runnerTags } from './tags';
import { resolveToken, type SealedTokens } from './token';

/** Where the runners of a fleet live, as the fleet resolved it. */
export interface RunnerSurroundings {
  readonly fleet: RunnerFleetProps;
  readonly prefix: string;
  readonly gitlabUrl: string;
  readonly managerNamespace: string;
  readonly sealedTokens: SealedTokens;
}

/** One runner with the fleet's defaults beneath it, every decision taken. */
export function resolveRunner(
  faults: Faults,
  runner: RunnerProps,
  around: RunnerSurroundings,
): ResolvedRunner {
  const { fleet, prefix } = around;
  checkRunner(faults, runner, fleet.tokens?.from ?? TOKEN_DEFAULTS.from);
  const drainSeconds = resolveDrain(faults, runner);
  const managers = resolveManagers(faults, runner, around);
  const config = managers[0].config;
  const [table] = config.runners;
  if (table.kubernetes) checkFargateSize(faults, runner, table.kubernetes);
  const onFargate = fleet.fargate?.managers === true;
  const namespace = around.managerNamespace;
  return {
    name: runner.name,
    arch: runner.arch,
    tags: runnerTags(runner.arch, runner.capacity, runner.tags ?? []),
    gitlab: {
      description: `${fleet.name}-${runner.name}`,
      // Jobs choose by tag: one without would land on any runner, on any architecture.
      runUntagged: false,
      locked: true,
      accessLevel: 'not_protected',
      maximumTimeoutSeconds: parseDuration(runner.longestJob ?? RUNNER_DEFAULTS.longestJob) ?? 0,
    },
    managerNamespace: namespace,
    jobNamespace: jobNamespace(runner, prefix),
    objectName: runnerObjectName(runner.name),
    managers,
    token: resolveToken(faults, fleet, runner, namespace, around.sealedTokens),
    image: managerImage(fleet, runner),
    drainSeconds,
    resources: managerResources(countOr(1, config.concurrent), countOr(4096, table.output_limit)),
    rules: requiredRules(config),
    serviceAccountAnnotations:
      runner.cache?.identity === 'irsa' && runner.cache.roleArn
        ? { 'eks.amazonaws.com/role-arn': runner.cache.roleArn }
        : {},
    nodeSelector: {
      // The image holds all architectures, Fargate has one.
      'kubernetes.io/arch': onFargate ? 'amd64' : runner.arch,
      'kubernetes.io/os': 'linux',
      ...(!onFargate && {
        'karpenter.sh/capacity-type': 'on-demand',
        [DEDICATED_KEY]: dedicatedTo(prefix, 'managers'),
      }),
    },
    podLabels: onFargate ? FARGATE_LABELS : {},
    dedicatedTo: onFargate ? undefined : dedicatedTo(prefix, 'managers'),
    patches: runner.patches ?? {},
  };
}

/** What jobs of a runner lack that keeps others safe from them; kinds share neither namespace nor pool. */
export function looseKind(runner: RunnerProps): 'privileged' | 'builds' | undefined {
  if (runner.privileged) return 'privileged';
  return runner.rootlessBuilds ? 'builds' : undefined;
}

/** Namespace of a runner's job pods. */
export function jobNamespace(runner: RunnerProps, prefix: string): string {
  const kind = looseKind(runner);
  return runner.jobNamespace ?? (kind ? `${prefix}-jobs-${kind}` : `${prefix}-jobs`);
}

/** Pool of a runner's job pods. */
export function jobPool(runner: RunnerProps): string {
  return runner.pool ?? looseKind(runner) ?? 'jobs';
}

/** Seconds that managers of a runner wait for their jobs, valid or not. */
export function drainSeconds(runner: RunnerProps): number {
  const longest = parseDuration(runner.longestJob ?? RUNNER_DEFAULTS.longestJob) ?? 0;
  return runner.drain === undefined ? longest + DRAIN_MARGIN_SECONDS : (parseDuration(runner.drain) ?? 0);
}

function resolveDrain(faults: Faults, runner: RunnerProps): number {
  const longestJob = runner.longestJob ?? RUNNER_DEFAULTS.longestJob;
  const longest = checkDuration(faults, 'longestJob', longestJob);
  const drain = runner.drain === undefined ? undefined : checkDuration(faults, 'drain', runner.drain);
  if (longest !== undefined && drain !== undefined && longest > drain) {
    faults.add(
      'longestJob',
      longestJob,
      `the longest job outlasts the drain (${runner.drain}): a manager that is replaced would abandon it`,
      `raise drain to at least "${longestJob}", or shorten longestJob`,
    );
  }
  return drainSeconds(runner);
}

function resolveManagers(faults: Faults, runner: RunnerProps, around: RunnerSurroundings): ResolvedManager[] {
  const config = runnerConfig(configInput(faults, runner, around));
  if (runner.config) checkOverrides(faults, runner.config, config);
  const release = parseRunnerVersion(runnerVersion(runner));
  for (const { since, what } of release ? missingFeatures(config, release) : []) {
    faults.add(
      'runnerVersion',
      runnerVersion(runner),
      `the config needs ${since} or newer: ${what}`,
      `write "${since}"`,
    );
  }
  const count = managerCount(runner);
  return Array.from({ length: count }, (_, index) => {
    const name = managerName(runner.name, index);
    return {
      name,
      systemId: systemId(around.fleet.name, around.managerNamespace, name),
      config,
      prewarmedJobs: runner.prewarm && prewarmedJobs(runner.prewarm.jobs, count),
    };
  });
}

/** Managers of a runner; a wrong count has its fault and gives way to one within bounds. */
function managerCount({ managers = 1 }: RunnerProps): number {
  return Number.isInteger(managers) ? Math.min(Math.max(managers, 1), 20) : 1;
}

function configInput(faults: Faults, runner: RunnerProps, around: RunnerSurroundings): RunnerConfigInput {
  const { fleet, prefix, gitlabUrl } = around;
  const concurrency = countOr(RUNNER_DEFAULTS.concurrency, runner.concurrency);
  const privileged = runner.privileged ?? false;
  const resources = resolveResources(faults, runner);
  return {
    displayName: `${fleet.name}-${runner.name}`,
    gitlabUrl,
    arch: runner.arch,
    capacityTypes: CAPACITY_TYPES[runner.capacity] ?? [],
    runner: runner.name,
    partOf: fleet.name,
    concurrency,
    requestConcurrency:
      runner.requestConcurrency ?? Math.min(20, Math.max(2, Math.ceil(concurrency / 4)), concurrency),
    jobNamespace: jobNamespace(runner, prefix),
    jobImage: runner.jobImage ?? JOB_IMAGE,
    helperImage: helperImage(fleet, runner),
    dedicatedTo: isFargate(runner) ? undefined : dedicatedTo(prefix, jobPool(runner)),
    pollTimeoutSeconds:
      checkDuration(faults, 'pollTimeout', runner.pollTimeout ?? RUNNER_DEFAULTS.pollTimeout) ?? 600,
    resources,
    ...(runner.prewarm && {
      autoscaler: prewarmTable(
        runner.prewarm,
        prewarmedJobs(countOr(1, runner.prewarm.jobs), managerCount(runner)),
        resources,
        prewarmPriorityName(prefix),
      ),
    }),
    privileged,
    allowPrivilegeEscalation: runner.allowPrivilegeEscalation ?? privileged,
    settings: runner,
  };
}

function managerResources(concurrency: number, outputLimitKib: number): ManagerResources {
  const size = managerSize(concurrency, outputLimitKib);
  return {
    cpuRequest: formatDecimal(milli(size.cpuRequestMilli)),
    cpuLimit: formatDecimal(milli(size.cpuLimitMilli)),
    memoryRequest: formatBinary(mebibytes(size.memoryRequestMib)),
    memoryLimit: formatBinary(mebibytes(size.memoryLimitMib)),
    ephemeralStorage: formatBinary(mebibytes(size.ephemeralStorageMib)),
    tmpSize: formatBinary(mebibytes(size.tmpMib)),
  };
}

/** A count that sums may rely on: a wrong one has its fault and gives way to the default. */
export function countOr(fallback: number, value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : fallback;
}
