import type { ConfigToml, RunnerTable } from './config/toml';

/** A release of GitLab Runner. */
export interface RunnerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Something that a config.toml or a Deployment asks of the runner, and that older releases lack. */
export interface Feature {
  /** First release that has it, for example `18.10.0`. */
  readonly since: string;
  /** What it is, as the end of the sentence "this needs 18.10.0: ...". */
  readonly what: string;
  /** Whether a config uses it; undefined for what only a Deployment uses. */
  readonly usedBy?: (config: ConfigToml) => boolean;
}

/**
 * What came with which release. Older releases ignore keys that they don't know without a word.
 * @see gitlab-runner 19.3 CHANGELOG.md, common/config.go
 */
export const FEATURES = {
  'pod-reachable-flag': {
    since: '17.6.0',
    what: 'FF_WAIT_FOR_POD_TO_BE_REACHABLE waits for the kubelet of a new node',
    usedBy: anyRunner((runner) => flagIsOn(runner, 'FF_WAIT_FOR_POD_TO_BE_REACHABLE')),
  },
  'runner-labels': {
    since: '17.9.0',
    what: 'labels of a runner',
    usedBy: (config) => config.labels !== undefined || anyKey('labels')(config),
  },
  'pod-watch': { since: '17.9.0', what: 'a job ends as soon as its pod is evicted' },
  'allowed-users': {
    since: '18.4.0',
    what: 'allowed_users and allowed_groups',
    usedBy: (config) =>
      anyKubernetesKey('allowed_users')(config) || anyKubernetesKey('allowed_groups')(config),
  },
  'kube-context': {
    since: '18.5.0',
    what: 'the context of a kubeconfig',
    usedBy: anyKubernetesKey('context'),
  },
  'strict-check-interval': {
    since: '18.9.0',
    what: 'strict_check_interval',
    usedBy: anyKey('strict_check_interval'),
  },
  'token-expansion': {
    since: '18.10.0',
    what: 'token and url are expanded from the environment',
    usedBy: anyRunner(({ token, url }) => /\$/.test(`${token}${url}`)),
  },
  'pod-resources': {
    since: '18.10.0',
    what: 'requests and limits of the whole pod',
    usedBy: anyRunner(({ kubernetes }) =>
      Object.keys(kubernetes ?? {}).some((key) => /^pod_(cpu|memory)_/.test(key)),
    ),
  },
  'pod-disruption-budget': {
    since: '18.11.0',
    what: 'a PodDisruptionBudget for each job',
    usedBy: anyKubernetesKey('pod_disruption_budget'),
  },
  'pause-pods': { since: '18.11.0', what: 'pause pods', usedBy: anyKubernetesKey('autoscaler') },
  'security-profiles': {
    since: '18.11.0',
    what: 'seccomp and AppArmor profiles: older releases run jobs unconfined',
    usedBy: anyRunner(({ kubernetes }) =>
      Object.entries(kubernetes ?? {}).some(
        ([key, context]) =>
          key.endsWith('security_context') &&
          /seccomp_profile|app_armor_profile/.test(JSON.stringify(context)),
      ),
    ),
  },
  'empty-dir-propagation': {
    since: '19.0.0',
    what: 'mount_propagation of an empty_dir',
    usedBy: anyRunner(
      ({ kubernetes }) =>
        kubernetes?.volumes?.empty_dir?.some((volume) => volume.mount_propagation !== undefined) ?? false,
    ),
  },
  'prepare-timeout': { since: '19.0.0', what: 'prepare_timeout', usedBy: anyKey('prepare_timeout') },
  'nfs-volumes': {
    since: '19.0.0',
    what: 'volumes of NFS',
    usedBy: anyRunner(({ kubernetes }) => kubernetes?.volumes?.nfs !== undefined),
  },
  'get-sources-timeout': {
    since: '19.1.0',
    what: 'get_sources_timeout',
    usedBy: anyKey('get_sources_timeout'),
  },
  'affinity-label-keys': {
    since: '19.1.0',
    what: 'match_label_keys and mismatch_label_keys of an affinity',
    usedBy: anyRunner(({ kubernetes }) =>
      /"(mis)?match_label_keys":/.test(JSON.stringify(kubernetes?.affinity ?? {})),
    ),
  },
  'pause-pod-pull-secrets': {
    since: '19.1.0',
    what: 'pull secrets of pause pods',
    usedBy: anyRunner(({ kubernetes }) => kubernetes?.autoscaler?.pause_pod_image_pull_secrets !== undefined),
  },
  'process-state': { since: '19.1.0', what: 'the state of the process as a metric' },
  'health-ready': { since: '19.2.0', what: '/health/ready answers a readiness probe' },
  'boot-verify': {
    since: '19.2.0',
    what: 'a job of its own before the first is taken',
    usedBy: anyRunner(({ experimental }) => experimental?.boot_verify !== undefined),
  },
  'usage-log-writers': {
    since: '19.2.0',
    what: 'writers, logrotate and snowplow_billing of the usage_logger',
    usedBy: ({ experimental }) => {
      const { writers, logrotate, snowplow_billing } = experimental?.usage_logger ?? {};
      return [writers, logrotate, snowplow_billing].some((key) => key !== undefined);
    },
  },
  lint: { since: '19.3.0', what: 'gitlab-runner lint' },
  'suspended-jobs': {
    since: '19.4.0',
    what: 'volumes of suspended jobs',
    usedBy: anyRunner(
      ({ kubernetes }) =>
        kubernetes?.suspend_pvc_size !== undefined ||
        kubernetes?.suspend_pvc_storage_class !== undefined ||
        (kubernetes?.services?.some((service) => service.suspend_data_path !== undefined) ?? false),
    ),
  },
} as const satisfies Readonly<Record<string, Feature>>;

export type FeatureName = keyof typeof FEATURES;

/** Reads `major.minor.patch`, or returns undefined for anything else (`latest`, `v19.3.0`, `19.3`). */
export function parseRunnerVersion(text: unknown): RunnerVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(String(text));
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) } : undefined;
}

/** Negative if the first release is older, positive if it is newer, 0 if they are the same. */
export function compareRunnerVersions(a: RunnerVersion, b: RunnerVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether a release has a feature. */
export function hasFeature(version: RunnerVersion, name: FeatureName): boolean {
  const since = parseRunnerVersion(FEATURES[name].since);
  return since !== undefined && compareRunnerVersions(version, since) >= 0;
}

/**
 * Whether a release takes a key that is not set for a null of the wrong type: `preemptive_mode` of a policy, and
 * `mount_propagation` of a volume. It warns at each start, and its `lint` exits with 1. A fault of the schema of 19.3 alone.
 */
export function wantsUnsetKeys({ major, minor }: RunnerVersion): boolean {
  return major === 19 && minor === 3;
}

/** Features that a config uses and a release lacks, oldest first. */
export function missingFeatures(config: ConfigToml, version: RunnerVersion): readonly Feature[] {
  const features: [string, Feature][] = Object.entries(FEATURES);
  return features
    .filter(([name, { usedBy }]) => usedBy?.(config) && !hasFeature(version, name as FeatureName))
    .map(([, feature]) => feature);
}

/** The flag without which the executor passes patches of `pod_spec` over. */
export const POD_SPEC_FLAG = 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION';

/** What Go's strconv.ParseBool takes for true and false. */
const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false])),
};

/** A boolean as the runner reads one off a text; undefined for anything else. */
export function parseBoolean(text: string): boolean | undefined {
  return Object.hasOwn(BOOLEANS, text) ? BOOLEANS[text] : undefined;
}

/** Feature flags that are on unless a config says otherwise; all others are off. */
const ON_BY_DEFAULT = new Set(['FF_USE_POD_ACTIVE_DEADLINE_SECONDS']);

/**
 * Whether a feature flag of the executor is on for a job: feature_flags decides, then a variable of the job, then the last
 * of environment, then the runner's default. A value that is not a boolean counts as none.
 *
 * @param variables those of the job; none for jobs that say nothing
 * @see gitlab-runner 19.4 common/build_settings.go, populateFeatureFlags
 */
export function flagIsOn(
  runner: { readonly feature_flags?: unknown; readonly environment?: unknown },
  name: string,
  variables: Readonly<Record<string, string>> = {},
): boolean {
  const locked = (runner.feature_flags as Record<string, unknown> | undefined)?.[name];
  if (typeof locked === 'boolean') return locked;
  const environment = Array.isArray(runner.environment) ? runner.environment.map(String) : [];
  const line = environment.filter((one) => one.startsWith(`${name}=`)).pop();
  const text = variables[name] ?? line?.slice(name.length + 1);
  const value = text === undefined ? undefined : parseBoolean(text);
  return value ?? ON_BY_DEFAULT.has(name);
}

function anyRunner(uses: (runner: RunnerTable) => boolean): (config: ConfigToml) => boolean {
  return ({ runners }) => runners.some(uses);
}

function anyKey(key: keyof RunnerTable): (config: ConfigToml) => boolean {
  return anyRunner((runner) => runner[key] !== undefined);
}

function anyKubernetesKey(key: keyof RunnerTable['kubernetes']): (config: ConfigToml) => boolean {
  return anyRunner(({ kubernetes }) => kubernetes?.[key] !== undefined);
}
