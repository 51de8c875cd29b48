import { imageFlavorsOf } from '../../gitlab-runner/executor/helper-image';
import { compareRunnerVersions, parseRunnerVersion, type RunnerVersion } from '../../gitlab-runner/features';
import { hasUnseen, UNSEEN } from '../../values/visible';
import { RUNNER_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import { POOL_NAME_MOST, RUNNER_NAME_MOST } from '../names';
import type { TokenSource } from '../props/fleet';
import type { RunnerObjectKind, RunnerProps, S3CacheProps } from '../props/runner';
import { checkPrewarm } from '../resolve/prewarm';
import { imageFlavor, runnerVersion } from '../resolve/runner-images';
import { CAPACITY_TYPES } from '../resolved-fleet';
import { JOB_IMAGE, OLDEST_RUNNER_VERSION, RUNNER_VERSION } from '../versions';
import { checkFargateRunner, isFargate } from './fargate';
import {
  checkAnnotations,
  checkDevices,
  checkImage,
  checkLabels,
  checkName,
  checkOneOf,
  checkOwnNamespace,
  checkReservedLabels,
  checkWholeNumber,
} from './fields';
import { checkPatches } from './patches';

/** Names that files beside the runners' folders begin with, and one that no construct may have. */
const TAKEN_NAME = /^(namespace|networkpolicy|poddisruptionbudget|configmap)-|^constructor$/;

const RUNNER_KINDS: readonly RunnerObjectKind[] = ['Deployment', 'ServiceAccount', 'Role', 'RoleBinding'];
const TOKEN_KINDS: Record<TokenSource, readonly RunnerObjectKind[]> = {
  'sealed-secret': ['SealedSecret'],
  'external-secret': ['ExternalSecret'],
  'existing-secret': [],
};

/** Notes what is wrong with a runner's own fields, the fleet's defaults beneath them. */
export function checkRunner(faults: Faults, runner: RunnerProps, tokensFrom: TokenSource): void {
  checkName(faults, 'name', runner.name, RUNNER_NAME_MOST);
  if (TAKEN_NAME.test(runner.name)) {
    const rule = 'the folder of this name is taken by objects of the whole fleet';
    faults.add('name', runner.name, rule, `write "runner-${runner.name}"`);
  }
  checkOneOf(faults, 'arch', runner.arch, ['amd64', 'arm64']);
  checkOneOf(faults, 'capacity', runner.capacity, Object.keys(CAPACITY_TYPES));
  checkOneOf(faults, 'pullPolicy', runner.pullPolicy ?? 'always', ['always', 'if-not-present', 'never']);
  checkName(faults, 'jobNamespace', runner.jobNamespace ?? 'jobs', 63);
  checkName(faults, 'pool', runner.pool ?? 'jobs', POOL_NAME_MOST);
  if (/-(amd64|arm64)-(spot|on-demand)$/.test(runner.pool ?? '')) {
    faults.add(
      'pool',
      runner.pool,
      'node pools add architecture and capacity themselves',
      'leave them out of the name',
    );
  }
  checkOwnNamespace(faults, 'jobNamespace', runner.jobNamespace);
  checkNumbers(faults, runner);
  checkRunnerDevices(faults, runner);
  if (runner.privileged && runner.allowPrivilegeEscalation === false) {
    const rule = 'the API server refuses a privileged container that may not escalate';
    faults.add('allowPrivilegeEscalation', false, rule, 'leave it out, or leave privileged out');
  }
  if (runner.rootlessBuilds) checkRootless(faults, runner);
  checkPrewarm(faults, runner);
  checkFargateRunner(faults, runner);
  checkImages(faults, runner);
  checkTags(faults, runner.tags ?? []);
  if (runner.serviceAccount !== undefined) checkName(faults, 'serviceAccount', runner.serviceAccount, 63);
  checkReservedLabels(faults, 'podLabels', runner.podLabels);
  checkSelector(faults, runner.nodeSelector ?? {});
  checkLabels(faults, 'nodeSelector', runner.nodeSelector);
  checkLabels(faults, 'podLabels', runner.podLabels, (value) => value.includes('$') || value.length <= 63);
  checkAnnotations(faults, 'podAnnotations', runner.podAnnotations);
  checkTolerations(faults, runner.tolerations ?? {});
  if (runner.cache) checkCache(faults.at('cache'), runner.cache);
  checkPatches(faults, runner.patches, [...RUNNER_KINDS, ...(TOKEN_KINDS[tokensFrom] ?? [])]);
}

/** Labels of nodes that options decide: a selector of its own would contradict helper image, pool or tags. */
const DECIDED: Record<string, string> = {
  'kubernetes.io/arch': 'arch',
  'kubernetes.io/os': 'nothing: nodes run Linux',
  'karpenter.sh/capacity-type': 'capacity',
  'gitlab-runner-fleet/dedicated-to': 'pool',
};

function checkSelector(faults: Faults, selector: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(selector).filter((one) => one in DECIDED)) {
    const rule = 'this label is decided by an option, which other objects follow too';
    faults.add(`nodeSelector[${JSON.stringify(key)}]`, selector[key], rule, `set ${DECIDED[key]}`);
  }
}

function checkRootless(faults: Faults, runner: RunnerProps): void {
  if (runner.privileged) {
    const rule = 'rootless builds are what takes the place of privileged ones';
    faults.add('privileged', true, rule, 'leave out privileged, or rootlessBuilds');
  }
  if (runner.allowPrivilegeEscalation === false) {
    const rule = 'newuidmap, which sets up the user namespace of a build, gains rights by its file';
    faults.add('allowPrivilegeEscalation', false, rule, 'leave it out: the build container alone gets it');
  }
  if (runner.config?.runner?.kubernetes?.cap_drop?.includes('ALL')) {
    const rule = 'newuidmap needs SETUID and SETGID, which this takes away';
    faults.add('config.runner.kubernetes.cap_drop', 'ALL', rule, 'leave it out');
  }
}

/** A node with devices costs several times one without: jobs that need none would fill it. */
function checkRunnerDevices(faults: Faults, runner: RunnerProps): void {
  checkDevices(faults, runner.devices);
  if (Object.keys(runner.devices ?? {}).length === 0 || runner.pool !== undefined || isFargate(runner))
    return;
  const rule = 'jobs without devices would fill the nodes that have some, which cost several times as much';
  faults.add('pool', undefined, rule, 'name a pool for the jobs with devices, as pool: "gpu"');
}

function checkNumbers(faults: Faults, runner: RunnerProps): void {
  const concurrency = runner.concurrency ?? RUNNER_DEFAULTS.concurrency;
  checkWholeNumber(faults, 'concurrency', concurrency, 1, 5000);
  checkWholeNumber(faults, 'managers', runner.managers ?? 1, 1, 20);
  if (runner.requestConcurrency !== undefined) {
    const most = Number.isInteger(concurrency) && concurrency > 0 ? concurrency : 5000;
    checkWholeNumber(faults, 'requestConcurrency', runner.requestConcurrency, 1, most);
  }
}

function checkImages(faults: Faults, runner: RunnerProps): void {
  checkImage(faults, 'jobImage', runner.jobImage ?? JOB_IMAGE);
  const release = parseRunnerVersion(runnerVersion(runner));
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
  checkOneOf(faults, 'imageFlavor', imageFlavor(runner), ['alpine', 'ubuntu', 'ubi-fips']);
  if (imageFlavor(runner) === 'ubi-fips' && flavors && !flavors.includes('ubi-fips')) {
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
    if (typeof tag === 'string' && tag !== '' && !/[\s,]/.test(tag) && !hasUnseen(tag)) continue;
    faults.add(
      `tags[${index}]`,
      tag,
      'tags are one word without characters that nobody sees: GitLab splits a list of tags at commas, and a space never matches',
      `write ${JSON.stringify(
        String(tag)
          .trim()
          .replace(/[\s,]+/g, '-')
          .replace(UNSEEN, '') || 'a-tag',
      )}, or one entry for each tag`,
    );
  }
}

function checkTolerations(faults: Faults, tolerations: Readonly<Record<string, string>>): void {
  for (const [taint, effect] of Object.entries(tolerations)) {
    const place = faults.at('tolerations');
    const [key, value = ''] = taint.split('=');
    checkLabels(place, taint, { [key]: value });
    checkOneOf(place, taint, effect, ['NoSchedule', 'NoExecute', 'PreferNoSchedule', '']);
  }
}

function checkCache(faults: Faults, cache: S3CacheProps): void {
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
