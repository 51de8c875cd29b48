import { PULL_POLICIES } from '../../gitlab-runner/config/values';
import { imageFlavorsOf } from '../../gitlab-runner/executor/helper-image';
import { compareRunnerVersions, parseRunnerVersion } from '../../gitlab-runner/features';
import { at, listOf } from '../../values/record';
import type { Faults } from '../fault';
import { managerName, POOL_NAME_MOST, RUNNER_NAME_MOST, runnerObjectName, sessionName } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import { CAPACITY_TYPES } from '../normalise/runner';
import type { RunnerObjectKind } from '../props/runner';
import { OLDEST_RUNNER_VERSION, RUNNER_VERSION } from '../versions';
import { checkComputeRunner } from './auto-mode';
import { checkCache } from './cache';
import { checkOverrides } from './config';
import { checkDockerInDocker } from './docker-in-docker';
import { checkFargateRunner } from './fargate';
import {
  checkDuration,
  checkImage,
  checkName,
  checkOneOf,
  checkOwnNamespace,
  checkWholeNumber,
} from './fields';
import { checkGitlabId } from './gitlab-id';
import { checkImageDigests } from './image-digests';
import { checkJob } from './job';
import { checkCapacityTerms, checkDevicePool, checkPodOptions } from './job-pod';
import { checkJobAccount } from './job-service-account';
import { checkJobVolumes } from './job-volumes';
import { checkManager } from './manager';
import { checkPatches, isPatchable, type Patchable } from './patches';
import { checkPrewarm } from './prewarm';
import { checkResources } from './resources';
import { checkSealedFile } from './sealed-file';
import { checkSessionServer } from './session-server';
import { checkTags } from './tags';
import { checkRunnerToken } from './tokens';

/** One subject of a runner's options. A new option has its rule in the one that it belongs to, or in one more. */
type RunnerRule = (faults: Faults, runner: NormalRunner, fleet: NormalFleet) => void;

const RULES: readonly RunnerRule[] = [
  checkRunnerName,
  checkPlacement,
  checkCounts,
  checkDevicePool,
  checkRights,
  checkDockerInDocker,
  checkPrewarm,
  checkFargateRunner,
  checkComputeRunner,
  checkImages,
  checkImageDigests,
  checkManager,
  checkSessionServer,
  checkTags,
  checkGitlabId,
  checkPodOptions,
  checkJobAccount,
  checkCapacityTerms,
  checkCache,
  checkJob,
  checkJobVolumes,
  checkRunnerPatches,
  checkDurations,
  checkResources,
  checkOverrides,
  (faults, { said }, { tokensFrom }) => checkRunnerToken(faults.at('token'), said.token, tokensFrom),
  checkSealedFile,
];

/** Reports everything that is wrong with a runner, its fleet's defaults beneath it. */
export function validateRunner(faults: Faults, runner: NormalRunner, fleet: NormalFleet): void {
  for (const check of RULES) check(faults, runner, fleet);
}

/** Names that files beside the runners' folders begin with, and one that no construct may have. */
const TAKEN_NAME =
  /^(networkpolicy|limitrange|resourcequota|poddisruptionbudget|serviceaccount|configmap)-|^constructor$/;

function checkRunnerName(faults: Faults, { name }: NormalRunner): void {
  checkName(faults, 'name', name, RUNNER_NAME_MOST);
  if (!TAKEN_NAME.test(name)) return;
  const rule =
    name === 'constructor'
      ? 'constructs of cdk8s may have any name but this one'
      : 'the folder of this name is taken by objects of the whole fleet';
  faults.add('name', name, rule, `write "runner-${name}"`);
}

function checkPlacement(faults: Faults, { arch, capacity, pullPolicy, said }: NormalRunner): void {
  checkOneOf(faults, 'arch', arch, ['amd64', 'arm64']);
  checkOneOf(faults, 'capacity', capacity, Object.keys(CAPACITY_TYPES));
  checkOneOf(faults, 'pullPolicy', pullPolicy, PULL_POLICIES);
  const { jobNamespace, pool } = said;
  if (jobNamespace !== undefined) checkName(faults, 'jobNamespace', jobNamespace, 63);
  if (pool !== undefined) checkName(faults, 'pool', pool, POOL_NAME_MOST);
  if (pool !== undefined && /-(amd64|arm64)-(spot|on-demand)$/.test(pool)) {
    const rule = 'node pools add architecture and capacity themselves';
    faults.add('pool', pool, rule, 'leave them out of the name');
  }
  checkOwnNamespace(faults, 'jobNamespace', jobNamespace);
}

function checkCounts(faults: Faults, { concurrency, managers, maxServices, said }: NormalRunner): void {
  checkWholeNumber(faults, 'concurrency', concurrency, 1, 5000);
  checkWholeNumber(faults, 'managers', managers, 1, 20);
  checkWholeNumber(faults, 'maxServices', maxServices, 0, 50);
  if (said.requestConcurrency === undefined) return;
  const most = Number.isInteger(concurrency) && concurrency > 0 ? Math.max(2, concurrency) : 5000;
  checkWholeNumber(faults, 'requestConcurrency', said.requestConcurrency, 1, most);
}

/** What containers of a job may do, by three options that exclude each other in part. */
function checkRights(faults: Faults, runner: NormalRunner): void {
  const neverEscalates = runner.said.allowPrivilegeEscalation === false;
  if (runner.privileged && neverEscalates) {
    const rule = 'the API server refuses a privileged container that may not escalate';
    faults.add('allowPrivilegeEscalation', false, rule, 'leave it out, or leave privileged out');
  }
  if (!runner.rootlessBuilds) return;
  if (runner.privileged) {
    const rule = 'rootless builds are what takes the place of privileged ones';
    faults.add('privileged', true, rule, 'leave out privileged, or rootlessBuilds');
  }
  if (neverEscalates) {
    const rule = 'newuidmap, which sets up the user namespace of a build, gains rights by its file';
    faults.add('allowPrivilegeEscalation', false, rule, 'leave it out: the build container alone gets it');
  }
  if (listOf(at(runner.config, ['runner', 'kubernetes', 'cap_drop'])).includes('ALL')) {
    const rule = 'newuidmap needs SETUID and SETGID, which this takes away';
    faults.add('config.runner.kubernetes.cap_drop', 'ALL', rule, 'leave it out');
  }
}

function checkImages(faults: Faults, { arch, jobImage, runnerVersion, imageFlavor }: NormalRunner): void {
  checkImage(faults, 'jobImage', jobImage);
  checkRelease(faults, runnerVersion);
  checkOneOf(faults, 'imageFlavor', imageFlavor, ['alpine', 'ubuntu', 'ubi-fips']);
  const flavors = imageFlavorsOf(arch);
  if (imageFlavor === 'ubi-fips' && flavors && !flavors.includes('ubi-fips')) {
    const rule = `there is no ubi-fips helper image for ${arch}, only for amd64`;
    faults.add('imageFlavor', 'ubi-fips', rule, 'use "ubuntu" or "alpine" for this runner');
  }
}

function checkRelease(faults: Faults, version: string): void {
  const [release, oldest] = [version, OLDEST_RUNNER_VERSION].map(parseRunnerVersion);
  if (!release) {
    const rule =
      'a release of GitLab Runner as major.minor.patch: names like "latest" run other code tomorrow';
    faults.add('runnerVersion', version, rule, `write "${RUNNER_VERSION}"`);
  } else if (oldest && compareRunnerVersions(release, oldest) < 0) {
    const rule = `what is rendered needs ${OLDEST_RUNNER_VERSION} or newer: older ones ignore seccomp profiles of jobs`;
    const fix = `write "${OLDEST_RUNNER_VERSION}" or newer; see docs/runner-releases.md`;
    faults.add('runnerVersion', version, rule, fix);
  }
}

/** The objects of a runner that patches may name. */
function patchableOf(
  { name, managers, sessionServer, token }: NormalRunner,
  { managerServiceAccount }: NormalFleet,
): Partial<Record<RunnerObjectKind, readonly string[]>> & Patchable {
  const own = [runnerObjectName(name)];
  const count = Number.isInteger(managers) && managers >= 1 && managers <= 20 ? managers : 1;
  return {
    Deployment: Array.from({ length: count }, (_, index) => managerName(name, index)),
    ServiceAccount: managerServiceAccount === undefined ? own : [],
    Role: own,
    RoleBinding: own,
    Service: sessionServer === undefined ? [] : [sessionName(name)],
    SealedSecret: token.from === 'sealed-secret' ? [token.secretName] : [],
    ExternalSecret: token.from === 'external-secret' ? [token.secretName] : [],
  };
}

function checkRunnerPatches(faults: Faults, runner: NormalRunner, fleet: NormalFleet): void {
  const own = patchableOf(runner, fleet);
  // What all runners inherit may name the object of one.
  const elsewhere = Object.keys(fleet.said.runnerDefaults?.patches ?? {}).filter(
    (key) => !isPatchable(key, own) && fleet.runners.some((one) => isPatchable(key, patchableOf(one, fleet))),
  );
  checkPatches(faults, runner.patches, own, elsewhere);
}

function checkDurations(faults: Faults, { longestJob, pollTimeout, said }: NormalRunner): void {
  const longest = checkDuration(faults, 'longestJob', longestJob);
  const drain = said.drain === undefined ? undefined : checkDuration(faults, 'drain', said.drain);
  if (longest !== undefined && drain !== undefined && longest > drain) {
    faults.add(
      'longestJob',
      longestJob,
      `the longest job outlasts the drain (${said.drain}): a manager that is replaced would abandon it`,
      `raise drain to at least "${longestJob}", or shorten longestJob`,
    );
  }
  checkDuration(faults, 'pollTimeout', pollTimeout);
}
