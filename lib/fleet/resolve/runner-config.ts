import { DEDICATED_KEY, FARGATE_LABELS, RUNNER_KEY } from '../../contract';
import type { ConfigToml, KubernetesTable, RunnerTable } from '../../gitlab-runner/config/toml';
import { devicesPatch } from '../../gitlab-runner/executor/pod-patches';
import { POD_SPEC_FLAG } from '../../gitlab-runner/features';
import { secondsOf } from '../../values/duration';
import { checkIntervalFor } from '../defaults';
import { dedicatedTo, GITLAB_CA, TOKEN_VARIABLE } from '../names';
import type {
  NormalCache,
  NormalContainer,
  NormalExistingPool,
  NormalFleet,
  NormalRunner,
} from '../normal-fleet';
import { applyPatch } from '../patches';
import type { CapacityType } from '../props/node-pool';
import { RESERVED, takesReserved } from '../reserved-capacity';
import { dockerClient, dockerHosts, dockerService } from './docker-in-docker';
import { jobCertificates } from './gitlab-ca';
import { jobEnvironment, jobKeys, scriptKeys } from './job';
import { accountKeys } from './job-service-accounts';
import { emptyDir, hasClaims, volumesKey } from './job-volumes';
import { prewarmTable } from './prewarm';
import { jobProxy } from './proxy';
import { sessionTable } from './session-server';
import { SYSTEM_SELECTOR } from './system-selector';

/** User and group of rootless builds. */
const BUILD_USER = 1000;

/** The config.toml of each manager of a runner, in the order in which people read it, what the runner overrides on top. */
export function runnerConfig(runner: NormalRunner, fleet: NormalFleet): ConfigToml {
  const config: ConfigToml = {
    concurrent: runner.concurrency,
    check_interval: checkIntervalFor(runner.concurrency),
    shutdown_timeout: 60,
    listen_address: `:${runner.manager.metricsPort}`,
    log_level: 'info',
    log_format: 'json',
    ...sessionTable(runner),
    runners: [overridden(runnerTable(runner, fleet), runner)],
  };
  return applyPatch(config, runner.config.global);
}

/** The table with what the runner overrides on top. Variables add up: the last one of a name counts. */
function overridden(table: RunnerTable, { config }: NormalRunner): RunnerTable {
  const changed = applyPatch(table, config.runner);
  const own: unknown = config.runner.environment;
  return table.environment && Array.isArray(own)
    ? { ...changed, environment: [...table.environment, ...own] }
    : changed;
}

/** Address of GitLab, without a slash at its end. */
export function gitlabAddress({ gitlabUrl }: NormalFleet): string {
  return gitlabUrl.replace(/\/+$/, '');
}

/** Registry path of the images of manager and helper, without a slash at its end. */
export function imageRegistry({ imageRegistry: registry }: NormalFleet): string {
  return registry.replace(/\/+$/, '');
}

function runnerTable(runner: NormalRunner, fleet: NormalFleet): RunnerTable {
  return {
    name: `${fleet.name}-${runner.name}`,
    url: gitlabAddress(fleet),
    ...(fleet.gitlabCa && { 'tls-ca-file': `${GITLAB_CA.folder}/${GITLAB_CA.file}` }),
    token: `\${${TOKEN_VARIABLE}}`,
    executor: 'kubernetes',
    limit: runner.concurrency,
    request_concurrency: runner.requestConcurrency,
    ...environmentKey(runner, fleet),
    ...scriptKeys(runner),
    feature_flags: {
      // A read-only config can't be rewritten: a rotated token would be lost.
      FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: true,
      // New EKS nodes are Ready before their kubelet answers exec and attach.
      FF_WAIT_FOR_POD_TO_BE_REACHABLE: true,
      // A pod whose manager is gone ends with its job's timeout. On by default, and not for a job to turn off.
      FF_USE_POD_ACTIVE_DEADLINE_SECONDS: true,
      // The executor has no key for devices: without the flag it passes their patch over.
      ...(hasDevices(runner) && { [POD_SPEC_FLAG]: true }),
      // Managers on Linux get paths of Windows wrong without it.
      ...(runner.onWindows && { FF_USE_POWERSHELL_PATH_RESOLVER: true }),
    },
    ...(runner.cache && { cache: cacheTable(runner.cache) }),
    kubernetes: kubernetesTable(runner, fleet),
  };
}

/** Variables of all jobs. */
function environmentKey(runner: NormalRunner, fleet: NormalFleet): Pick<RunnerTable, 'environment'> {
  const environment = [
    ...(runner.rootlessBuilds ? ['BUILDKITD_FLAGS=--oci-worker-no-process-sandbox'] : []),
    ...jobCertificates(fleet).environment,
    ...dockerClient(runner),
    ...jobProxy(fleet, dockerHosts(runner)),
    ...jobEnvironment(runner),
  ];
  return environment.length > 0 ? { environment } : {};
}

/**
 * What BuildKit and Buildah need to make a user namespace of their own, for the build container alone: clone and mount,
 * which the usual seccomp profile shuts off, and newuidmap, which gains rights. Without a process sandbox (the
 * environment above) /proc stays masked. Layers go to volumes, since overlays don't stack.
 * @see https://github.com/moby/buildkit/blob/master/docs/rootless.md
 */
function rootlessBuilds({ runnerVersion }: NormalRunner): KubernetesTable {
  return {
    build_container_security_context: {
      run_as_user: BUILD_USER,
      run_as_group: BUILD_USER,
      allow_privilege_escalation: true,
      seccomp_profile: { type: 'Unconfined' },
    },
    volumes: {
      empty_dir: [
        emptyDir({ name: 'buildkit', path: '/home/user/.local/share/buildkit' }, runnerVersion),
        emptyDir({ name: 'buildah', path: '/home/build/.local/share/containers' }, runnerVersion),
      ],
    },
  };
}

function kubernetesTable(runner: NormalRunner, fleet: NormalFleet): KubernetesTable {
  const { resources } = runner;
  const autoscaler = prewarmTable(runner, fleet);
  const ofBuilds = runner.rootlessBuilds ? rootlessBuilds(runner) : dockerService(runner);
  return {
    namespace: runner.jobNamespace,
    image: runner.jobImage,
    helper_image: helperImage(runner, fleet),
    pull_policy: runner.pullPolicy,
    privileged: runner.privileged,
    allow_privilege_escalation: runner.allowPrivilegeEscalation,
    ...accountKeys(runner),
    poll_timeout: secondsOf(runner.pollTimeout),
    // The shell of a finished job ignores SIGTERM: without this each job holds its node 30 s longer.
    cleanup_grace_period_seconds: 5,
    ...containerKeys('', resources.build),
    ...containerKeys('helper_', resources.helper),
    ...containerKeys('service_', resources.service),
    ...(runner.onFargate ? fargateKeys(runner, fleet) : nodeKeys(runner, fleet)),
    ...(hasDevices(runner) && {
      pod_spec: [{ name: 'devices', patch: devicesPatch(runner.devices), patch_type: 'strategic' }],
    }),
    // Windows has no seccomp.
    ...(!runner.privileged && !runner.onWindows && { pod_security_context: podSecurity(runner) }),
    ...ofBuilds,
    ...jobKeys(runner, ofBuilds),
    ...volumesKey(runner, ofBuilds, fleet),
    ...(autoscaler && { autoscaler }),
  };
}

/** A new disk belongs to root: rootless builds write to it by their group. */
function podSecurity(runner: NormalRunner): KubernetesTable['pod_security_context'] {
  const group = runner.rootlessBuilds && hasClaims(runner) ? { fs_group: BUILD_USER } : {};
  return { ...group, seccomp_profile: { type: 'RuntimeDefault' } };
}

/** What jobs choose nodes of others by. */
function existingKeys(runner: NormalRunner, { nodeSelector, tolerations, startedBy }: NormalExistingPool) {
  const [capacity, ...others] = runner.capacityTypes;
  const label = others.length > 0 ? {} : CAPACITY_LABELS[startedBy](capacity);
  return {
    selector: { ...SYSTEM_SELECTOR.karpenter, ...label, ...nodeSelector },
    tolerations,
  };
}

/** The label of the capacity type of a node, by what started it. */
const CAPACITY_LABELS: Readonly<
  Record<NormalExistingPool['startedBy'], (capacity: CapacityType) => Readonly<Record<string, string>>>
> = {
  karpenter: (capacity) => ({ 'karpenter.sh/capacity-type': capacity }),
  'node-group': (capacity) => ({
    'eks.amazonaws.com/capacityType': capacity === 'spot' ? 'SPOT' : 'ON_DEMAND',
  }),
  other: () => ({}),
};

/** What jobs choose nodes of the fleet by. */
function ownKeys(runner: NormalRunner, { prefix, compute }: NormalFleet, isOpen: boolean) {
  const pool = dedicatedTo(prefix, runner.pool);
  const [capacity, ...others] = runner.capacityTypes;
  return {
    selector: {
      ...SYSTEM_SELECTOR[compute],
      ...(others.length === 0 && !isOpen && { 'karpenter.sh/capacity-type': capacity }),
      [DEDICATED_KEY]: pool,
    },
    tolerations: { [`${DEDICATED_KEY}=${pool}`]: 'NoSchedule' },
  };
}

/** Pods go to the nodes of their pool, and Karpenter leaves the node of a running job alone. */
function nodeKeys(runner: NormalRunner, fleet: NormalFleet): KubernetesTable {
  const { arch, capacityTypes, existingPool } = runner;
  const isOpen = takesReserved(runner, fleet.jobPools);
  const { selector, tolerations } = existingPool
    ? existingKeys(runner, existingPool)
    : ownKeys(runner, fleet, isOpen);
  return {
    node_selector: {
      'kubernetes.io/arch': arch,
      ...selector,
      ...runner.nodeSelector,
    },
    ...(isOpen && { affinity: reservedOr(capacityTypes) }),
    node_tolerations: { ...tolerations, ...runner.tolerations },
    pod_labels: { ...jobLabels(runner, fleet), ...runner.podLabels },
    pod_annotations: { 'karpenter.sh/do-not-disrupt': 'true', ...runner.podAnnotations },
  };
}

/** A selector has one value for each label: two capacity types take an affinity. */
function reservedOr(capacityTypes: readonly string[]): KubernetesTable['affinity'] {
  const values = [RESERVED, ...capacityTypes];
  const terms = [{ match_expressions: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values }] }];
  return {
    node_affinity: { required_during_scheduling_ignored_during_execution: { node_selector_terms: terms } },
  };
}

/** Pods choose by label, and a budget keeps AWS, which patches machines of Fargate by evicting their pods, from them. */
function fargateKeys(runner: NormalRunner, fleet: NormalFleet): KubernetesTable {
  const hasAnnotations = Object.keys(runner.podAnnotations).length > 0;
  return {
    node_selector: { 'kubernetes.io/arch': runner.arch, 'kubernetes.io/os': 'linux' },
    pod_labels: { ...jobLabels(runner, fleet), ...FARGATE_LABELS, ...runner.podLabels },
    ...(hasAnnotations && { pod_annotations: { ...runner.podAnnotations } }),
    pod_disruption_budget: true,
  };
}

function jobLabels(runner: NormalRunner, fleet: NormalFleet): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'gitlab-job',
    'app.kubernetes.io/component': 'job',
    'app.kubernetes.io/part-of': fleet.name,
    'app.kubernetes.io/managed-by': 'gitlab-runner',
    [RUNNER_KEY]: runner.name,
  };
}

/** Image of the helper container, for the runner's architecture alone. */
function helperImage(runner: NormalRunner, fleet: NormalFleet): string {
  if (runner.manager.helperImage !== undefined) return runner.manager.helperImage;
  return `${imageRegistry(fleet)}/gitlab-runner/gitlab-runner-helper:${runner.helperImageTag}`;
}

function hasDevices({ devices }: NormalRunner): boolean {
  return Object.keys(devices).length > 0;
}

/** Keys of a container's resources, as `helper_memory_request` and `helper_memory_request_overwrite_max_allowed`. */
function containerKeys(prefix: '' | 'helper_' | 'service_', container: NormalContainer): KubernetesTable {
  const names = { cpu: 'cpu', memory: 'memory', ephemeralStorage: 'ephemeral_storage' } as const;
  const keys: Record<string, string | undefined> = {};
  for (const resource of ['cpu', 'memory', 'ephemeralStorage'] as const) {
    const key = `${prefix}${names[resource]}`;
    const { request, limit, maxRequest, maxLimit } = container[resource];
    keys[`${key}_request`] = request;
    keys[`${key}_limit`] = limit;
    keys[`${key}_request_overwrite_max_allowed`] = maxRequest;
    keys[`${key}_limit_overwrite_max_allowed`] = maxLimit;
  }
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}

function cacheTable(cache: NormalCache): NonNullable<RunnerTable['cache']> {
  return {
    Type: 's3',
    Shared: cache.shared,
    ...(cache.path && { Path: cache.path }),
    s3: {
      ...(cache.server !== undefined && { ServerAddress: cache.server }),
      ...(cache.insecure && { Insecure: true }),
      ...(cache.pathStyle !== undefined && { PathStyle: cache.pathStyle }),
      BucketName: cache.bucket,
      BucketLocation: cache.region,
      // Also with keys: the runner then takes them from its environment, not from this file.
      AuthenticationType: 'iam',
      ...(cache.roleArn && cache.identity !== 'irsa' && { RoleARN: cache.roleArn }),
      ...(cache.encryption !== undefined && { ServerSideEncryption: cache.encryption }),
      ...(cache.kmsKeyId !== undefined && { ServerSideEncryptionKeyID: cache.kmsKeyId }),
    },
  };
}
