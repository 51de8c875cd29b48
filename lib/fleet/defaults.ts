import type { RunnerSettings } from './props/runner';
import { CLEANUP_IMAGE, DOCKER_DAEMON_IMAGE, JOB_IMAGE, RUNNER_VERSION } from './versions';

/**
 * What holds where a description is silent, with the reason where it isn't plain. Docstrings of the options state
 * the same values; a test compares the two.
 */
export const FLEET_DEFAULTS = {
  gitlabUrl: 'https://gitlab.com',
  prefix: 'gitlab',
  imageRegistry: 'registry.gitlab.com/gitlab-org',
  jobPorts: [22, 80, 443],
  compute: 'karpenter',
} as const;

/** A way out of the network policies. */
export const EGRESS_DEFAULTS = { protocol: 'TCP' } as const;

/** Certificates of GitLab's own CA. */
export const GITLAB_CA_DEFAULTS = { key: 'ca.crt' } as const;

/** Where tokens come from. */
export const TOKEN_DEFAULTS = {
  from: 'sealed-secret',
  storeKind: 'ClusterSecretStore',
  refreshInterval: '1h',
  key: 'token',
} as const;

/** Settings of a runner that are the same whatever else it says. */
export const RUNNER_DEFAULTS = {
  runnerVersion: RUNNER_VERSION,
  imageFlavor: 'alpine',
  concurrency: 20,
  managers: 1,
  jobImage: JOB_IMAGE,
  longestJob: '2h',
  pollTimeout: '10m',
  privileged: false,
  rootlessBuilds: false,
  pullPolicy: 'always',
  tags: [],
  exactTags: false,
  protected: false,
  locked: true,
  // Jobs choose by tag: one without would land on any runner, on any architecture.
  runUntagged: false,
  maxServices: 4,
  devices: {},
  nodeSelector: {},
  tolerations: {},
  podLabels: {},
  podAnnotations: {},
  imagePullSecrets: [],
  patches: {},
} as const satisfies RunnerSettings;

/** Pool of jobs that do not endanger each other; jobs of an unsafe kind have one of that name. */
export const SAFE_POOL = 'jobs';

/**
 * Most requests for a job that a manager has open at once, where the runner does not say: a quarter of its jobs. At least 2,
 * also for a manager of one job: with 1 the runner warns of long polling at each start, and `limit`, which it looks at
 * before it asks, keeps it to one request all the same.
 */
export function requestConcurrencyFor(concurrency: number): number {
  return Math.min(20, Math.max(2, Math.ceil(concurrency / 4)));
}

/**
 * Seconds between two looks of a manager at its runner, `check_interval`, where `config.global` does not say: with each look
 * a manager of a full queue has one more request open. 3, the runner's own default, where all jobs are taken within 10 s all
 * the same. These are what Karpenter plans at once: jobs that come later run 10 s later, on nodes of their own. An idle
 * manager asks no more often, since GitLab holds its one request. Measured of GitLab Runner 19.3.0: 200 jobs are taken in
 * 14.6 s instead of 22.5 s.
 */
export function checkIntervalFor(concurrency: number): number {
  return concurrency > 40 ? 1 : 3;
}

/** The S3 cache of a runner that has one. */
export const CACHE_DEFAULTS = { identity: 'pod-identity', insecure: false, shared: false } as const;

/**
 * Requests and limits of job containers. Memory limits equal the ceilings, because a job that raises its request
 * above the limit is refused by the API server; CPU has no limit, so that a job may use what its node has left. No job
 * can change the limits of disk: that of services is what a LimitRange counts them by.
 */
export const JOB_RESOURCES: Required<Pick<RunnerSettings, 'build' | 'helper' | 'service'>> = {
  build: {
    cpu: { request: '1', maxRequest: '4' },
    memory: { request: '2Gi', limit: '4Gi', maxRequest: '4Gi', maxLimit: '4Gi' },
    ephemeralStorage: { request: '5Gi', limit: '20Gi', maxRequest: '20Gi' },
  },
  helper: {
    cpu: { request: '100m' },
    memory: { request: '256Mi', limit: '512Mi' },
    ephemeralStorage: { request: '1Gi', limit: '10Gi' },
  },
  service: {
    cpu: { request: '250m', maxRequest: '1' },
    memory: { request: '512Mi', limit: '2Gi', maxRequest: '2Gi', maxLimit: '2Gi' },
    ephemeralStorage: { request: '1Gi', limit: '10Gi' },
  },
};

/** A ServiceAccount of jobs that is rendered. */
export const JOB_ACCOUNT_DEFAULTS = {
  identity: 'pod-identity',
  labels: {},
  annotations: {},
  imagePullSecrets: [],
  automountServiceAccountToken: false,
} as const;

/** The Docker daemon of each job. */
export const DOCKER_IN_DOCKER_DEFAULTS = { image: DOCKER_DAEMON_IMAGE, allowedServices: [] } as const;

/** Containers of jobs with a Docker daemon: it builds, and the build container is its client. */
export const DOCKER_JOB_RESOURCES: typeof JOB_RESOURCES = {
  ...JOB_RESOURCES,
  build: JOB_RESOURCES.service,
  service: JOB_RESOURCES.build,
};

/** What admission lets into the namespaces of jobs. */
export const JOB_NAMESPACE_DEFAULTS = { limitRange: true, resourceQuota: true, quotaFactor: 2 } as const;

/** Pods of managers. */
export const MANAGER_DEFAULTS = {
  imagePullPolicy: 'IfNotPresent',
  podLabels: {},
  podAnnotations: {},
  env: {},
  volumes: [],
  metricsPort: 9252,
} as const;

/** Metrics and alerts. */
export const MONITORING_DEFAULTS = {
  labels: {},
  interval: '30s',
  kubeStateMetrics: true,
  queueTime: '5m',
  dashboard: true,
} as const;

/** Labels of the dashboard, unless others are said: these alone, since a sidecar that looks for others must not find it. */
export const DASHBOARD_LABELS = { grafana_dashboard: '1' } as const;

/** A constraint by which managers are spread. */
export const SPREAD_DEFAULTS = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', among: 'runner' } as const;

/** Web terminals. */
export const SESSION_SERVER_DEFAULTS = {
  port: 8093,
  timeout: '30m',
  fromCidrs: [],
  fromNamespaces: [],
  serviceType: 'ClusterIP',
  serviceAnnotations: {},
} as const;

/** What every job is given. */
export const JOB_DEFAULTS = {
  environment: {},
  services: [],
  allowedImages: [],
  allowedServices: [],
  hostAliases: [],
} as const;

/** Preferences of job pods for places. */
export const POD_AFFINITY_DEFAULTS = { topologyKey: 'kubernetes.io/hostname', weight: 100 } as const;

/** Volumes of job pods. */
export const VOLUME_DEFAULTS = { readOnly: false } as const;

/** Claims of jobs. */
export const CLAIM_DEFAULTS = { perSlot: false } as const;

/** A namespace of which something is said. */
export const NAMESPACE_DEFAULTS = { existing: false, shared: false } as const;

/** Nodes of jobs that someone else manages. */
export const EXISTING_POOL_DEFAULTS = { tolerations: {}, startedBy: 'karpenter' } as const;

/** What runs on EKS Fargate. */
export const FARGATE_DEFAULTS = { managers: false, logRetentionDays: 30 } as const;

/** Seconds that a drain outlasts the longest job: cleanup of its pod, upload of the last log lines. */
export const DRAIN_MARGIN_SECONDS = 600;

/** The cleanup of orphaned job pods. */
export const ORPHAN_CLEANUP_DEFAULTS = {
  enabled: true,
  schedule: '7,37 * * * *',
  grace: '10m',
  image: CLEANUP_IMAGE,
  imagePullSecrets: [],
} as const;

/** Job pools. */
export const JOB_POOL_DEFAULTS = {
  instanceCategories: ['c', 'm', 'r'],
  minGeneration: 6,
  minCpu: 2,
  maxCpu: 16,
  expireAfter: '168h',
  consolidateAfter: '30s',
  consolidationPolicy: 'WhenEmpty',
  rootVolumeSize: '100Gi',
} as const;

/** The pool of the runner managers: few pods that are small and stay. Micro instances have no room beside daemons. */
export const MANAGER_POOL_DEFAULTS = {
  instanceCategories: ['t'],
  minGeneration: 3,
  instanceSizes: ['small', 'medium'],
  expireAfter: '720h',
  consolidateAfter: '5m',
  consolidationPolicy: 'WhenEmpty',
  rootVolumeSize: '20Gi',
  limits: { cpu: '16', memory: '32Gi' },
} as const;

/** The same on EKS Auto Mode, which has no small instances and ends every node within 21 days. */
export const AUTO_MANAGER_POOL_DEFAULTS = {
  ...MANAGER_POOL_DEFAULTS,
  instanceSizes: ['medium'],
  expireAfter: '336h',
} as const;

/** Spot before on-demand, where a runner takes both. */
export const WEIGHTS = { spot: 100, 'on-demand': 10 } as const;

/** Share by which the default limits of a pool exceed the sum of its jobs: what nodes lose to rounding and daemons. */
export const LIMIT_HEADROOM = 1.25;
