import type { ConfigToml, KubernetesTable, RunnerTable } from '../../gitlab-runner/config/toml';
import { devicesPatch, POD_SPEC_FLAG } from '../../gitlab-runner/executor/pod-patches';
import { DEDICATED_KEY, FARGATE_LABELS, RUNNER_KEY } from '../names';
import { applyPatch } from '../patches';
import type { Arch, CapacityType } from '../props/node-pool';
import type { RunnerSettings, S3CacheProps } from '../props/runner';
import type { ResolvedContainer, ResolvedJobResources } from './resources';

/** What the config.toml of a runner is made from: its settings with defaults filled in. */
export interface RunnerConfigInput {
  /** Name shown in GitLab and in metrics. */
  readonly displayName: string;
  readonly gitlabUrl: string;
  readonly arch: Arch;
  readonly capacityTypes: readonly CapacityType[];
  readonly runner: string;
  readonly partOf: string;
  readonly concurrency: number;
  readonly requestConcurrency: number;
  readonly jobNamespace: string;
  readonly jobImage: string;
  readonly helperImage: string;
  /** Pool of its jobs; undefined on Fargate, which has no nodes to choose. */
  readonly dedicatedTo: string | undefined;
  readonly pollTimeoutSeconds: number;
  readonly resources: ResolvedJobResources;
  readonly privileged: boolean;
  readonly allowPrivilegeEscalation: boolean;
  /** `[runners.kubernetes.autoscaler]`, where room is held. */
  readonly autoscaler?: KubernetesTable['autoscaler'];
  readonly settings: RunnerSettings;
}

/** Environment variable that holds the token; the only text of config.toml that is expanded, besides the url. */
export const TOKEN_VARIABLE = 'GITLAB_RUNNER_TOKEN';

/** Port of metrics and readiness. */
export const METRICS_PORT = 9252;

/** The config.toml of one manager, in the order in which people read it. */
export function runnerConfig(input: RunnerConfigInput): ConfigToml {
  const { global, runner } = input.settings.config ?? {};
  const config: ConfigToml = {
    concurrent: input.concurrency,
    check_interval: 3,
    shutdown_timeout: 60,
    listen_address: `:${METRICS_PORT}`,
    log_level: 'info',
    log_format: 'json',
    runners: [patchedRunner(runnerTable(input), runner)],
  };
  return applyPatch(config, global ?? {}) as ConfigToml;
}

/** Without a table of the executor nothing can be read out of it: what takes its place has a fault of its own. */
function patchedRunner(table: RunnerTable, patch: Partial<RunnerTable> = {}): RunnerTable {
  const patched = applyPatch(table, patch) as RunnerTable;
  return typeof patched.kubernetes === 'object' ? patched : { ...patched, kubernetes: table.kubernetes };
}

function runnerTable(input: RunnerConfigInput): RunnerTable {
  return {
    name: input.displayName,
    url: input.gitlabUrl,
    token: `\${${TOKEN_VARIABLE}}`,
    executor: 'kubernetes',
    limit: input.concurrency,
    request_concurrency: input.requestConcurrency,
    ...(input.settings.rootlessBuilds && {
      environment: ['BUILDKITD_FLAGS=--oci-worker-no-process-sandbox'],
    }),
    feature_flags: {
      // A read-only config can't be rewritten: a rotated token would be lost.
      FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: true,
      // New EKS nodes are Ready before their kubelet answers exec and attach.
      FF_WAIT_FOR_POD_TO_BE_REACHABLE: true,
      // The executor has no key for devices: without the flag it passes their patch over.
      ...(hasDevices(input) && { [POD_SPEC_FLAG]: true }),
    },
    ...(input.settings.cache && { cache: cacheTable(input.settings.cache) }),
    kubernetes: kubernetesTable(input),
  };
}

/**
 * What BuildKit and Buildah need to make a user namespace of their own, for the build container alone: clone and mount,
 * which the usual seccomp profile shuts off, and newuidmap, which gains rights. Without a process sandbox (the
 * environment above) /proc stays masked. Layers go to volumes, since overlays don't stack.
 * @see https://github.com/moby/buildkit/blob/master/docs/rootless.md
 */
const ROOTLESS_BUILDS: KubernetesTable = {
  build_container_security_context: {
    run_as_user: 1000,
    run_as_group: 1000,
    allow_privilege_escalation: true,
    seccomp_profile: { type: 'Unconfined' },
  },
  volumes: {
    empty_dir: [
      { name: 'buildkit', mount_path: '/home/user/.local/share/buildkit' },
      { name: 'buildah', mount_path: '/home/build/.local/share/containers' },
    ],
  },
};

function kubernetesTable(input: RunnerConfigInput): KubernetesTable {
  const { settings, resources } = input;
  const capacity = input.capacityTypes.length === 1 && {
    'karpenter.sh/capacity-type': input.capacityTypes[0],
  };
  return {
    namespace: input.jobNamespace,
    image: input.jobImage,
    helper_image: input.helperImage,
    pull_policy: settings.pullPolicy ?? 'always',
    privileged: input.privileged,
    allow_privilege_escalation: input.allowPrivilegeEscalation,
    automount_service_account_token: settings.serviceAccount !== undefined,
    ...(settings.serviceAccount && { service_account: settings.serviceAccount }),
    poll_timeout: input.pollTimeoutSeconds,
    // The shell of a finished job ignores SIGTERM: without this each job holds its node 30 s longer.
    cleanup_grace_period_seconds: 5,
    ...containerKeys('', resources.build),
    ...containerKeys('helper_', resources.helper),
    ...containerKeys('service_', resources.service),
    node_selector: {
      'kubernetes.io/arch': input.arch,
      'kubernetes.io/os': 'linux',
      ...capacity,
      ...(input.dedicatedTo && { [DEDICATED_KEY]: input.dedicatedTo }),
      ...settings.nodeSelector,
    },
    ...(input.dedicatedTo && {
      node_tolerations: { [`${DEDICATED_KEY}=${input.dedicatedTo}`]: 'NoSchedule', ...settings.tolerations },
    }),
    pod_labels: {
      'app.kubernetes.io/name': 'gitlab-job',
      'app.kubernetes.io/component': 'job',
      'app.kubernetes.io/part-of': input.partOf,
      'app.kubernetes.io/managed-by': 'gitlab-runner',
      [RUNNER_KEY]: input.runner,
      ...(input.dedicatedTo === undefined && FARGATE_LABELS),
      ...settings.podLabels,
    },
    ...(input.dedicatedTo === undefined ? fargateKeys(settings) : nodeKeys(settings)),
    ...(hasDevices(input) && {
      pod_spec: [{ name: 'devices', patch: devicesPatch(settings.devices ?? {}), patch_type: 'strategic' }],
    }),
    ...(!input.privileged && { pod_security_context: { seccomp_profile: { type: 'RuntimeDefault' } } }),
    ...(settings.rootlessBuilds && ROOTLESS_BUILDS),
    ...(input.autoscaler && { autoscaler: input.autoscaler }),
  };
}

/** Karpenter leaves the node of a running job alone. */
function nodeKeys({ podAnnotations }: RunnerSettings): KubernetesTable {
  return { pod_annotations: { 'karpenter.sh/do-not-disrupt': 'true', ...podAnnotations } };
}

/** AWS patches machines of Fargate by evicting their pods, unless a budget forbids it. */
function fargateKeys({ podAnnotations }: RunnerSettings): KubernetesTable {
  return { ...(podAnnotations && { pod_annotations: { ...podAnnotations } }), pod_disruption_budget: true };
}

function hasDevices({ settings }: RunnerConfigInput): boolean {
  return Object.keys(settings.devices ?? {}).length > 0;
}

/** Keys of a container's resources, as `helper_memory_request` and `helper_memory_request_overwrite_max_allowed`. */
function containerKeys(prefix: '' | 'helper_' | 'service_', container: ResolvedContainer): KubernetesTable {
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

function cacheTable(cache: S3CacheProps): NonNullable<RunnerTable['cache']> {
  return {
    Type: 's3',
    Shared: cache.shared ?? false,
    ...(cache.path && { Path: cache.path }),
    s3: {
      BucketName: cache.bucket,
      BucketLocation: cache.region,
      AuthenticationType: 'iam',
      ...(cache.roleArn && cache.identity !== 'irsa' && { RoleARN: cache.roleArn }),
    },
  };
}
