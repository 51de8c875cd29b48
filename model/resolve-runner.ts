import { configFaults } from '../runner/config-faults';
import { compareRunnerVersions, parseRunnerVersion, type RunnerVersion } from '../runner/features';
import { helperImageTag, imageFlavorsOf, managerImageTag } from '../runner/helper-image';
import { requiredRules } from '../runner/permissions';
import { managerSize } from '../runner/sizing';
import { parseDuration } from '../values/duration';
import { formatBinary, formatDecimal, mebibytes, milli } from '../values/quantity';
import { DRAIN_MARGIN_SECONDS, FLEET_DEFAULTS, RUNNER_DEFAULTS } from './defaults';
import type { Faults } from './fault';
import {
  checkAnnotations,
  checkDuration,
  checkImage,
  checkLabels,
  checkName,
  checkOneOf,
  checkWholeNumber,
} from './field-rules';
import type { FleetDescription } from './fleet-description';
import {
  DEDICATED_KEY,
  dedicatedTo,
  managerName,
  POOL_NAME_MOST,
  RUNNER_NAME_MOST,
  runnerObjectName,
  systemId,
} from './names';
import { checkPatches } from './patch-rules';
import { resolveResources } from './resolve-resources';
import { resolveToken, type SealedTokens } from './resolve-token';
import {
  CAPACITY_TYPES,
  type ManagerResources,
  type ResolvedManager,
  type ResolvedRunner,
} from './resolved-fleet';
import { type RunnerConfigInput, runnerConfig } from './runner-config';
import type { RunnerDescription, RunnerObjectKind, S3CacheDescription } from './runner-description';
import { runnerTags } from './tags';
import { JOB_IMAGE, OLDEST_RUNNER_VERSION, RUNNER_VERSION } from './versions';

const RUNNER_KINDS: readonly RunnerObjectKind[] = [
  'Deployment',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'SealedSecret',
];

/** Where the runners of a fleet live, as the fleet resolved it. */
export interface RunnerSurroundings {
  readonly fleet: FleetDescription;
  readonly prefix: string;
  readonly gitlabUrl: string;
  readonly managerNamespace: string;
  readonly sealedTokens: SealedTokens;
}

/** One runner with the fleet's defaults beneath it, every decision taken. */
export function resolveRunner(
  faults: Faults,
  runner: RunnerDescription,
  around: RunnerSurroundings,
): ResolvedRunner {
  checkRunner(faults, runner);
  const { fleet, prefix } = around;
  const drainSeconds = resolveDrain(faults, runner);
  const managers = resolveManagers(faults, runner, around);
  const config = managers[0].config;
  const [table] = config.runners;
  const namespace = around.managerNamespace;
  return {
    name: runner.name,
    arch: runner.arch,
    tags: runnerTags(runner.arch, runner.capacity, runner.tags ?? []),
    managerNamespace: namespace,
    jobNamespace: jobNamespace(runner, prefix),
    objectName: runnerObjectName(runner.name),
    managers,
    token: resolveToken(faults, fleet.name, runner.name, namespace, around.sealedTokens),
    image: `${registry(fleet)}/gitlab-runner:${managerImageTag(flavor(runner), version(runner))}`,
    drainSeconds,
    resources: managerResources(config.concurrent ?? 1, table.output_limit ?? 4096),
    rules: requiredRules(config),
    serviceAccountAnnotations:
      runner.cache?.identity === 'irsa' && runner.cache.roleArn
        ? { 'eks.amazonaws.com/role-arn': runner.cache.roleArn }
        : {},
    nodeSelector: {
      'kubernetes.io/arch': runner.arch,
      'kubernetes.io/os': 'linux',
      'karpenter.sh/capacity-type': 'on-demand',
      [DEDICATED_KEY]: dedicatedTo(prefix, 'managers'),
    },
    dedicatedTo: dedicatedTo(prefix, 'managers'),
    patches: runner.patches ?? {},
  };
}

/** Namespace of a runner's job pods. Privileged ones never share it with others. */
export function jobNamespace(runner: RunnerDescription, prefix: string): string {
  return runner.jobNamespace ?? (runner.privileged ? `${prefix}-jobs-privileged` : `${prefix}-jobs`);
}

/** Pool of a runner's job pods. Privileged ones never share it with others. */
export function jobPool(runner: RunnerDescription): string {
  return runner.pool ?? (runner.privileged ? 'privileged' : 'jobs');
}

/** Seconds that managers of a runner wait for their jobs, valid or not. */
export function drainSeconds(runner: RunnerDescription): number {
  const longest = parseDuration(runner.longestJob ?? RUNNER_DEFAULTS.longestJob) ?? 0;
  return runner.drain === undefined ? longest + DRAIN_MARGIN_SECONDS : (parseDuration(runner.drain) ?? 0);
}

function resolveDrain(faults: Faults, runner: RunnerDescription): number {
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

function resolveManagers(
  faults: Faults,
  runner: RunnerDescription,
  around: RunnerSurroundings,
): ResolvedManager[] {
  const config = runnerConfig(configInput(faults, runner, around));
  for (const { path, value, rule, fix } of configFaults(config).filter(
    ({ severity }) => severity === 'error',
  )) {
    faults.at('config.toml').add(path, value, rule, fix);
  }
  const count = Number.isInteger(runner.managers) ? Math.min(Math.max(runner.managers ?? 1, 1), 20) : 1;
  return Array.from({ length: count }, (_, index) => {
    const name = managerName(runner.name, index);
    return { name, systemId: systemId(around.fleet.name, around.managerNamespace, name), config };
  });
}

function configInput(
  faults: Faults,
  runner: RunnerDescription,
  around: RunnerSurroundings,
): RunnerConfigInput {
  const { fleet, prefix, gitlabUrl } = around;
  const concurrency = runner.concurrency ?? RUNNER_DEFAULTS.concurrency;
  const privileged = runner.privileged ?? false;
  const helperTag = helperImageTag(runner.arch, flavor(runner), version(runner));
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
    helperImage: `${registry(fleet)}/gitlab-runner/gitlab-runner-helper:${helperTag}`,
    dedicatedTo: dedicatedTo(prefix, jobPool(runner)),
    pollTimeoutSeconds:
      checkDuration(faults, 'pollTimeout', runner.pollTimeout ?? RUNNER_DEFAULTS.pollTimeout) ?? 600,
    resources: resolveResources(faults, runner),
    privileged,
    allowPrivilegeEscalation: runner.allowPrivilegeEscalation ?? privileged,
    settings: runner,
  };
}

function checkRunner(faults: Faults, runner: RunnerDescription): void {
  checkName(faults, 'name', runner.name, RUNNER_NAME_MOST);
  checkOneOf(faults, 'arch', runner.arch, ['amd64', 'arm64']);
  checkOneOf(faults, 'capacity', runner.capacity, Object.keys(CAPACITY_TYPES));
  checkOneOf(faults, 'pullPolicy', runner.pullPolicy ?? 'always', ['always', 'if-not-present', 'never']);
  checkName(faults, 'jobNamespace', runner.jobNamespace ?? 'jobs', 63);
  checkName(faults, 'pool', runner.pool ?? 'jobs', POOL_NAME_MOST);
  checkNumbers(faults, runner);
  checkImages(faults, runner);
  checkTags(faults, runner.tags ?? []);
  if (runner.serviceAccount !== undefined) checkName(faults, 'serviceAccount', runner.serviceAccount, 63);
  checkLabels(faults, 'nodeSelector', runner.nodeSelector);
  checkLabels(faults, 'podLabels', runner.podLabels, (value) => value.includes('$') || value.length <= 63);
  checkAnnotations(faults, 'podAnnotations', runner.podAnnotations);
  checkTolerations(faults, runner.tolerations ?? {});
  if (runner.cache) checkCache(faults.at('cache'), runner.cache);
  checkPatches(faults, runner.patches, RUNNER_KINDS);
}

function checkNumbers(faults: Faults, runner: RunnerDescription): void {
  const concurrency = runner.concurrency ?? RUNNER_DEFAULTS.concurrency;
  checkWholeNumber(faults, 'concurrency', concurrency, 1, 5000);
  checkWholeNumber(faults, 'managers', runner.managers ?? 1, 1, 20);
  if (runner.requestConcurrency !== undefined) {
    const most = Number.isInteger(concurrency) && concurrency > 0 ? concurrency : 5000;
    checkWholeNumber(faults, 'requestConcurrency', runner.requestConcurrency, 1, most);
  }
}

function checkImages(faults: Faults, runner: RunnerDescription): void {
  checkImage(faults, 'jobImage', runner.jobImage ?? JOB_IMAGE);
  const release = parseRunnerVersion(version(runner));
  if (!release) {
    faults.add(
      'runnerVersion',
      runner.runnerVersion,
      'a release of GitLab Runner as major.minor.patch: names like "latest" run other code tomorrow',
      `write "${RUNNER_VERSION}"`,
    );
  } else if (compareRunnerVersions(release, parseRunnerVersion(OLDEST_RUNNER_VERSION) as RunnerVersion) < 0) {
    faults.add(
      'runnerVersion',
      runner.runnerVersion,
      `what is rendered needs ${OLDEST_RUNNER_VERSION} or newer: the readiness probe asks /health/ready`,
      `write "${RUNNER_VERSION}"`,
    );
  }
  const flavors = imageFlavorsOf(runner.arch);
  checkOneOf(faults, 'imageFlavor', flavor(runner), ['alpine', 'ubuntu', 'ubi-fips']);
  if (flavor(runner) === 'ubi-fips' && flavors && !flavors.includes('ubi-fips')) {
    faults.add(
      'imageFlavor',
      'ubi-fips',
      `there is no ubi-fips helper image for ${runner.arch}, only for amd64`,
      'use "ubuntu" or "alpine" for this runner',
    );
  }
}

function checkTags(faults: Faults, tags: readonly string[]): void {
  for (const [index, tag] of tags.entries()) {
    if (typeof tag === 'string' && tag !== '' && !/[\s,]/.test(tag)) continue;
    faults.add(
      `tags[${index}]`,
      tag,
      'tags are one word: GitLab splits a list of tags at commas, and a space never matches',
      `write ${JSON.stringify(
        String(tag)
          .trim()
          .replace(/[\s,]+/g, '-') || 'a-tag',
      )}, or one entry for each tag`,
    );
  }
}

function checkTolerations(faults: Faults, tolerations: Readonly<Record<string, string>>): void {
  for (const [taint, effect] of Object.entries(tolerations)) {
    const place = faults.at('tolerations');
    const [key, value = ''] = taint.split('=');
    checkLabels(place, taint, { [key]: value });
    if (effect !== '') checkOneOf(place, taint, effect, ['NoSchedule', 'NoExecute', 'PreferNoSchedule']);
  }
}

function checkCache(faults: Faults, cache: S3CacheDescription): void {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(cache.bucket)) {
    faults.add(
      'bucket',
      cache.bucket,
      'bucket names are 3 to 63 lower-case letters, digits, dots and dashes',
      'name the bucket, without s3:// and path',
    );
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(cache.region)) {
    faults.add('region', cache.region, 'the AWS region of the bucket', 'write it as "eu-west-1"');
  }
  if (cache.roleArn !== undefined && !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(cache.roleArn)) {
    faults.add(
      'roleArn',
      cache.roleArn,
      'the ARN of an IAM role',
      'write it as "arn:aws:iam::123456789012:role/name"',
    );
  }
  checkOneOf(faults, 'identity', cache.identity ?? 'pod-identity', ['pod-identity', 'irsa']);
  if (cache.identity === 'irsa' && cache.roleArn === undefined) {
    faults.add(
      'roleArn',
      undefined,
      'with irsa the ServiceAccount of the managers names the role',
      'add roleArn, or use identity "pod-identity"',
    );
  }
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

function registry(fleet: FleetDescription): string {
  return (fleet.imageRegistry ?? FLEET_DEFAULTS.imageRegistry).replace(/\/+$/, '');
}

function flavor(runner: RunnerDescription): 'alpine' | 'ubuntu' | 'ubi-fips' {
  return runner.imageFlavor ?? RUNNER_DEFAULTS.imageFlavor;
}

function version(runner: RunnerDescription): string {
  return runner.runnerVersion ?? RUNNER_VERSION;
}
