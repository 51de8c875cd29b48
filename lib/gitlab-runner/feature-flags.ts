import { compareRunnerVersions, parseRunnerVersion, type RunnerVersion } from './features';

/** Releases that have a flag: all of those that are supported, where neither is said. */
interface Lifetime {
  /** First release that has it. */
  readonly since?: string;
  /** First release that has it no more. */
  readonly until?: string;
}

const ALWAYS: Lifetime = {};

/**
 * Names of feature flags, from 18.11 to 19.4. The runner ignores any other without a word.
 * @see gitlab-runner helpers/featureflags/flags.go at v18.11.0, v19.0.0, v19.1.0, v19.2.0, v19.3.0 and 19.4
 */
const FLAGS: Readonly<Record<string, Lifetime>> = {
  FF_CLEAN_UP_FAILED_CACHE_EXTRACT: ALWAYS,
  FF_CONCRETE: ALWAYS,
  FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: ALWAYS,
  FF_DISABLE_POWERSHELL_STDIN: ALWAYS,
  FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR: ALWAYS,
  FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR: ALWAYS,
  FF_ENABLE_BASH_EXIT_CODE_CHECK: ALWAYS,
  FF_ENABLE_JOB_CLEANUP: ALWAYS,
  FF_ENABLE_JOB_INPUTS_INTERPOLATION: ALWAYS,
  FF_EXPORT_HIGH_CARDINALITY_METRICS: ALWAYS,
  FF_GIT_URLS_WITHOUT_TOKENS: ALWAYS,
  FF_HASH_CACHE_KEYS: ALWAYS,
  FF_KUBERNETES_HONOR_ENTRYPOINT: ALWAYS,
  FF_LOG_IMAGES_CONFIGURED_FOR_JOB: ALWAYS,
  FF_MASK_ALL_DEFAULT_TOKENS: ALWAYS,
  FF_NETWORK_PER_BUILD: ALWAYS,
  FF_POSIXLY_CORRECT_ESCAPES: ALWAYS,
  FF_PRINT_POD_EVENTS: ALWAYS,
  FF_RESOLVE_FULL_TLS_CHAIN: ALWAYS,
  FF_SCRIPT_SECTIONS: ALWAYS,
  FF_SCRIPT_TO_STEP_MIGRATION: ALWAYS,
  FF_SECRET_RESOLVING_FAILS_IF_MISSING: ALWAYS,
  FF_SET_PERMISSIONS_BEFORE_CLEANUP: { until: '19.3.0' },
  FF_SKIP_NOOP_BUILD_STAGES: { until: '19.3.0' },
  FF_SUSPENDABLE_ENVIRONMENTS: { since: '19.0.0' },
  FF_TIMESTAMPS: ALWAYS,
  FF_USE_ADAPTIVE_REQUEST_CONCURRENCY: ALWAYS,
  FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: ALWAYS,
  FF_USE_DIRECT_DOWNLOAD: ALWAYS,
  FF_USE_DOCKER_AUTOSCALER_DIAL_STDIO: ALWAYS,
  FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR: ALWAYS,
  FF_USE_DYNAMIC_TRACE_FORCE_SEND_INTERVAL: ALWAYS,
  FF_USE_EXPONENTIAL_BACKOFF_STAGE_RETRY: ALWAYS,
  FF_USE_FASTZIP: ALWAYS,
  FF_USE_FLEETING_ACQUIRE_HEARTBEATS: ALWAYS,
  FF_USE_GITALY_CORRELATION_ID: ALWAYS,
  FF_USE_GIT_BUNDLE_URIS: ALWAYS,
  FF_USE_GIT_NATIVE_CLONE: ALWAYS,
  FF_USE_GIT_PROACTIVE_AUTH: ALWAYS,
  FF_USE_INIT_WITH_DOCKER_EXECUTOR: ALWAYS,
  FF_USE_JOB_ROUTER: ALWAYS,
  FF_USE_LEGACY_BASH_EVAL: { since: '19.1.0' },
  FF_USE_LEGACY_GCS_CACHE_ADAPTER: ALWAYS,
  FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: ALWAYS,
  FF_USE_LEGACY_S3_CACHE_ADAPTER: ALWAYS,
  FF_USE_NATIVE_CONTAINER_STOP: { since: '19.1.0' },
  FF_USE_NEW_BASH_EVAL_STRATEGY: { until: '19.3.0' },
  FF_USE_PARALLEL_ARTIFACT_TRANSFER: { since: '19.0.0' },
  FF_USE_PARALLEL_CACHE_TRANSFER: { since: '19.0.0' },
  FF_USE_POD_ACTIVE_DEADLINE_SECONDS: ALWAYS,
  FF_USE_POWERSHELL_PATH_RESOLVER: ALWAYS,
  FF_USE_WINDOWS_JOB_OBJECT: ALWAYS,
  FF_USE_WINDOWS_LEGACY_PROCESS_STRATEGY: ALWAYS,
  FF_WAIT_FOR_POD_TO_BE_REACHABLE: ALWAYS,
};

/** Every name of a flag that some release has. */
export const FLAG_NAMES: readonly string[] = Object.keys(FLAGS);

/** The first release that no longer has a flag; undefined for one that all newer releases have, and for an unknown name. */
export function flagEnd(name: string): string | undefined {
  return Object.hasOwn(FLAGS, name) ? FLAGS[name].until : undefined;
}

/** Whether a release has a flag of this name; for an unknown release, whether any has. */
export function isFlag(name: string, release: RunnerVersion | undefined): boolean {
  if (!Object.hasOwn(FLAGS, name)) return false;
  const { since, until } = FLAGS[name];
  if (release === undefined) return true;
  const [first, end] = [since, until].map(parseRunnerVersion);
  const isThere = first === undefined || compareRunnerVersions(release, first) >= 0;
  return isThere && (end === undefined || compareRunnerVersions(release, end) < 0);
}
