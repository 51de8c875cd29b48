import { ROLE_ARN_ANNOTATION } from '../../contract';
import type { ConfigToml } from '../../gitlab-runner/config/toml';
import { imageFlavorsOf } from '../../gitlab-runner/executor/helper-image';
import { largestJobRequest } from '../../gitlab-runner/executor/largest-request';
import { hasFeature, parseRunnerVersion } from '../../gitlab-runner/features';
import { STANDING_RULES } from '../../gitlab-runner/permissions';
import { jobsAtOnce, managerSize, outputLimitKib } from '../../gitlab-runner/sizing';
import { secondsOf } from '../../values/duration';
import { formatBinary, formatDecimal, mebibytes, milli, type Quantity } from '../../values/quantity';
import { managerName, runnerObjectName, systemId } from '../names';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type {
  Labels,
  ManagerResources,
  ResolvedGitlabSettings,
  ResolvedManager,
  ResolvedRunner,
  ResolvedVariable,
} from '../resolved-fleet';
import { managerCertificates } from './gitlab-ca';
import { managerPlace } from './manager-place';
import { type ManagerPod, managerRevision } from './manager-revision';
import { emptyBytes, managerVolumes } from './manager-volumes';
import { prewarmedJobs } from './prewarm';
import { managerProxy } from './proxy';
import { waitsFor } from './pull-secrets';
import { imageRegistry, runnerConfig } from './runner-config';
import { sessionServer } from './session-server';
import { runnerTags } from './tags';
import { resolveToken } from './token';
import { topologySpread } from './topology-spread';

/** One valid runner, every decision taken. */
export function resolveRunner(runner: NormalRunner, fleet: NormalFleet): ResolvedRunner {
  const { name, arch, managers, patches } = runner;
  const config = runnerConfig(runner, fleet);
  const [table] = config.runners;
  const token = resolveToken(runner);
  const pod = managerPod(runner, fleet, config);
  return {
    name,
    arch,
    pool: runner.onFargate ? undefined : runner.pool,
    capacityTypes: runner.capacityTypes,
    concurrency: managers * jobsAtOnce(config),
    largestJob: largestJobRequest(table.kubernetes),
    largestJobWithServices: largestJobRequest(table.kubernetes, runner.maxServices),
    tags: runnerTags(runner),
    gitlab: gitlabSettings(runner, fleet),
    managerNamespace: fleet.managerNamespace,
    jobNamespace: runner.jobNamespace,
    objectName: runnerObjectName(name),
    managers: resolveManagers(
      runner,
      fleet,
      config,
      managerRevision({
        config,
        pod,
        token,
        patches,
        labels: fleet.labels,
        manager: runner.hasManagerSettings ? runner.manager : undefined,
      }),
    ),
    token,
    waitsFor: waitsFor(runner, fleet, token),
    rules: STANDING_RULES,
    serviceAccountAnnotations: accountAnnotations(runner),
    ...pod,
    imagePullPolicy: runner.manager.imagePullPolicy,
    metricsPort: runner.manager.metricsPort,
    volumes: managerVolumes(runner),
    topologySpread: topologySpread(runner, fleet),
    sessionServer: sessionServer(runner),
    imagePullSecrets: runner.manager.imagePullSecrets,
    podAnnotations: runner.manager.podAnnotations,
    priorityClassName: runner.manager.priorityClassName,
    patches,
  };
}

/** What the pod of each manager is made of, besides its config.toml and its token. */
function managerPod(runner: NormalRunner, fleet: NormalFleet, config: ConfigToml): ManagerPod {
  const [table] = config.runners;
  return {
    serviceAccount:
      fleet.managerServiceAccount === undefined ? runnerObjectName(runner.name) : fleet.managerServiceAccount,
    image: managerImage(runner, fleet),
    certificates: managerCertificates(fleet),
    environment: managerEnvironment(runner, fleet),
    readinessPath: readinessPath(runner),
    drainSeconds: secondsOf(runner.drain),
    resources: managerResources(jobsAtOnce(config), outputLimitKib(table), emptyBytes(runner)),
    ...managerPlacement(runner, fleet),
  };
}

/** Undefined without any, so that what a manager is replaced for stays as it was. */
function managerEnvironment(
  { cache, manager }: NormalRunner,
  fleet: NormalFleet,
): readonly ResolvedVariable[] | undefined {
  const secret = cache?.credentialsSecret;
  const own = Object.entries(manager.env).map(([name, value]) => ({ name, value }));
  const ours = [...managerProxy(fleet), ...(secret === undefined ? [] : cacheKeys(secret))];
  const environment = [...ours.filter(({ name }) => !(name in manager.env)), ...own];
  return environment.length > 0 ? environment : undefined;
}

/** Keys of the cache, as AWS' own libraries look for them, from a Secret as GitLab's chart has it. */
function cacheKeys(secret: string): readonly ResolvedVariable[] {
  return [
    { name: 'AWS_ACCESS_KEY_ID', secret, key: 'accesskey' },
    { name: 'AWS_SECRET_ACCESS_KEY', secret, key: 'secretkey' },
  ];
}

function managerImage(
  { manager: { image }, managerImageTag: tag }: NormalRunner,
  fleet: NormalFleet,
): string {
  return image === undefined ? `${imageRegistry(fleet)}/gitlab-runner:${tag}` : image;
}

/** Where the release has no `/health/ready`, its metrics: they are served once the config is loaded, too. */
function readinessPath({ runnerVersion }: NormalRunner): string {
  const release = parseRunnerVersion(runnerVersion);
  return release && hasFeature(release, 'health-ready') ? '/health/ready' : '/metrics';
}

function gitlabSettings(runner: NormalRunner, fleet: NormalFleet): ResolvedGitlabSettings {
  return {
    id: runner.gitlabId,
    description: `${fleet.name}-${runner.name}`,
    runUntagged: runner.runUntagged,
    locked: runner.locked,
    accessLevel: runner.protected ? 'ref_protected' : 'not_protected',
    maximumTimeoutSeconds: secondsOf(runner.longestJob),
    said: runner.saidInGitlab,
  };
}

function resolveManagers(
  runner: NormalRunner,
  fleet: NormalFleet,
  config: ConfigToml,
  revision: string | undefined,
): readonly ResolvedManager[] {
  return Array.from({ length: runner.managers }, (_, index) => {
    const name = managerName(runner.name, index);
    return {
      name,
      systemId: systemId(fleet.name, fleet.managerNamespace, name, revision),
      config,
      prewarmedJobs: prewarmedJobs(runner),
    };
  });
}

/** Annotations of the ServiceAccount of a runner's managers. */
export function accountAnnotations({ cache }: NormalRunner): Labels {
  return cache?.identity === 'irsa' && cache.roleArn ? { [ROLE_ARN_ANNOTATION]: cache.roleArn } : {};
}

function managerPlacement(
  { arch, imageFlavor, manager }: NormalRunner,
  fleet: NormalFleet,
): Pick<ResolvedRunner, 'nodeSelector' | 'podLabels' | 'dedicatedTo' | 'tolerations'> {
  const { nodeSelector, podLabels, ...place } = managerPlace(fleet);
  // Whose nodes they are decides about the architecture, unless the image has one alone.
  const isForAll =
    fleet.managerNodes !== undefined && imageFlavorsOf('arm64')?.includes(imageFlavor) === true;
  const ofImage = fleet.managerPool === undefined ? 'amd64' : arch;
  return {
    nodeSelector: { ...(!isForAll && { 'kubernetes.io/arch': ofImage }), ...nodeSelector },
    podLabels: { ...manager.podLabels, ...podLabels },
    ...place,
  };
}

/** What the manager needs for its jobs, and for folders of the description, which count against its limits. */
function managerResources(
  concurrency: number,
  outputLimit: number,
  folders: { readonly memory: Quantity; readonly disk: Quantity },
): ManagerResources {
  const size = managerSize(concurrency, outputLimit);
  return {
    cpuRequest: formatDecimal(milli(size.cpuRequestMilli)),
    memory: formatBinary(mebibytes(size.memoryMib) + folders.memory),
    ephemeralStorage: formatBinary(mebibytes(size.ephemeralStorageMib) + folders.disk),
    tmpSize: formatBinary(mebibytes(size.tmpMib)),
  };
}
