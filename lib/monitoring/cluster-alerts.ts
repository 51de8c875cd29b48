import { formatDuration } from '../values/duration';
import { type Alert, type AlertRule, type AlertSettings, alertOf } from './alert';
import { counted, indented, lines, oneOf, series, sumBy } from './promql';

/** A namespace of jobs. */
export interface WatchedNamespace {
  readonly name: string;
  /** Seconds that a job pod may be pending. */
  readonly pending: number;
}

/** A NodePool of jobs or of managers. Times are seconds. */
export interface WatchedPool {
  readonly name: string;
  readonly capacity: 'spot' | 'on-demand';
  /** Time over which interruptions are counted; undefined for pools whose nodes nobody interrupts. */
  readonly interruptions: number | undefined;
  /** Time for which a node may be without jobs; undefined where it may stay indefinitely. */
  readonly idle: number | undefined;
}

/** Time for which a state has to last that a single scrape may show by chance. */
const SETTLE = 60;
/** Share of its limit from which a pool is near it, and how long it has to be. */
const NEAR_LIMIT = 0.9;
const NEAR_LIMIT_TIME = 900;
/** Time within which a node has to come of what Karpenter launched: it gives up a node that is not there after 15 minutes. */
const LAUNCH_WINDOW = 900;
/** Share of new nodes that may be interrupted, and number from which it counts. */
const INTERRUPTED = 0.2;
const LEAST_INTERRUPTED = 3;
/** How often the cluster's Prometheus scrapes Karpenter and kube-state-metrics: the default of the prometheus-operator. */
const CLUSTER_SCRAPE = 30;
/** Time without metrics after which they count as missing. */
const MISSING = 900;

/** Why Karpenter gives up a NodeClaim before it is a node. */
const NOT_LAUNCHED = [
  'insufficient_capacity',
  'launch_timeout',
  'nodeclass_not_ready',
  'registration_timeout',
];

/**
 * Alerts of job pods, from kube-state-metrics.
 *
 * @param managers namespace of the managers, which is there as long as the fleet is
 */
export function jobPodAlerts(
  namespaces: readonly WatchedNamespace[],
  managers: string,
  settings: AlertSettings,
): readonly Alert[] {
  const known = series('kube_namespace_created', `namespace="${managers}"`);
  const rules = [...namespaces.map(podsPending), metricsMissing('kube-state-metrics', known)];
  return rules.map((rule) => alertOf(ofOthers(rule, settings), settings));
}

/** Alerts of node pools and their nodes, from Karpenter. */
export function poolAlerts(pools: readonly WatchedPool[], settings: AlertSettings): readonly Alert[] {
  const rules = [
    nearLimit(pools),
    ...(['spot', 'on-demand'] as const).flatMap((capacity) => launchFailures(pools, capacity)),
    ...pools.flatMap(interruptions),
    ...pools.flatMap(idleNodes),
    metricsMissing('karpenter', limitOf(pools)),
  ];
  return rules.map((rule) => alertOf(ofOthers(rule, settings), settings));
}

/** An alert on what the cluster scrapes, by another interval than that of the fleet. */
function ofOthers(rule: AlertRule, { intervalSeconds }: AlertSettings): AlertRule {
  return { ...rule, scrapeSeconds: Math.max(CLUSTER_SCRAPE, intervalSeconds) };
}

function podsPending({ name, pending }: WatchedNamespace): AlertRule {
  // The executor names its pods so; others in the namespace, such as those that hold room, may wait.
  const pods = [`namespace="${name}"`, 'pod=~"runner-.*"'];
  return {
    alert: 'GitlabRunnerPodsPending',
    severity: 'warning',
    expr: lines(
      'count by (namespace) (',
      `  time() - ${series('kube_pod_created', ...pods)} > ${pending}`,
      `  and on (namespace, pod, uid) ${series('kube_pod_status_phase', ...pods, 'phase="Pending"')} == 1`,
      ') > 0',
    ),
    labels: { namespace: name },
    windowSeconds: pending,
    forSeconds: SETTLE,
    summary: `Job pods in ${name} do not start.`,
    description: `{{ $value }} job pods in namespace ${name} have been pending for more than ${formatDuration(pending)}: their jobs fail when the runner gives up. Pods of a manager that was killed have no runner, and wait until they are deleted.`,
  };
}

function limitOf(pools: readonly WatchedPool[]): string {
  return series('karpenter_nodepools_limit', ofPools(pools));
}

function ofPools(pools: readonly WatchedPool[]): string {
  return oneOf(
    'nodepool',
    pools.map(({ name }) => name),
  );
}

function nearLimit(pools: readonly WatchedPool[]): AlertRule {
  const usage = series('karpenter_nodepools_usage', ofPools(pools));
  return {
    alert: 'GitlabRunnerPoolNearLimit',
    severity: 'warning',
    expr: `max by (nodepool, resource_type) (${usage} / ${limitOf(pools)}) > ${NEAR_LIMIT}`,
    forSeconds: NEAR_LIMIT_TIME,
    summary: 'Node pool {{ $labels.nodepool }} is near its limit.',
    description: `Nodes of pool {{ $labels.nodepool }} have had {{ $value | humanizePercentage }} of the {{ $labels.resource_type }} that its limits allow for ${formatDuration(NEAR_LIMIT_TIME)}: jobs that need another node wait, and fail in the end.`,
  };
}

/** Counters of Karpenter, late ones included. */
function countedOf(pools: readonly WatchedPool[], counter: string, seconds: number): string {
  const window = formatDuration(seconds);
  return counted(counter, window, [`${limitOf(pools)} offset ${window}`], ['nodepool']);
}

const LAUNCHES = {
  spot: {
    alert: 'GitlabRunnerSpotLaunchFailures',
    severity: 'warning',
    why: 'Jobs wait, unless their runner falls back to on-demand.',
  },
  'on-demand': {
    alert: 'GitlabRunnerOnDemandLaunchFailures',
    severity: 'critical',
    why: 'Its pods wait, and nothing takes their place.',
  },
} as const;

function launchFailures(all: readonly WatchedPool[], capacity: WatchedPool['capacity']): AlertRule[] {
  const pools = all.filter((pool) => pool.capacity === capacity);
  if (pools.length === 0) return [];
  const { why, ...rule } = LAUNCHES[capacity];
  const failed = series(
    'karpenter_nodeclaims_disrupted_total',
    ofPools(pools),
    oneOf('reason', NOT_LAUNCHED),
  );
  const nodes = series('karpenter_nodes_created_total', ofPools(pools));
  return [
    {
      ...rule,
      expr: lines(
        `${sumBy(['nodepool'], countedOf(pools, failed, LAUNCH_WINDOW))} > 0`,
        `unless ${sumBy(['nodepool'], countedOf(pools, nodes, LAUNCH_WINDOW))} > 0`,
      ),
      windowSeconds: LAUNCH_WINDOW,
      forSeconds: SETTLE,
      summary: 'Node pool {{ $labels.nodepool }} gets no nodes.',
      description: `Karpenter gave up {{ $value | humanize }} nodes of pool {{ $labels.nodepool }} within ${formatDuration(LAUNCH_WINDOW)}, and none came. ${why}`,
    },
  ];
}

function interruptions(pool: WatchedPool): AlertRule[] {
  const { interruptions: seconds, name } = pool;
  if (seconds === undefined) return [];
  const by = ['nodepool'];
  const lost = series(
    'karpenter_nodeclaims_disrupted_total',
    `nodepool="${name}"`,
    'reason="spot_interrupted"',
  );
  const nodes = series('karpenter_nodes_created_total', `nodepool="${name}"`);
  return [
    {
      alert: 'GitlabRunnerInterruptions',
      severity: 'info',
      expr: lines(
        '(',
        indented(
          lines(
            sumBy(by, countedOf([pool], lost, seconds)),
            `> ${INTERRUPTED} * ${sumBy(by, countedOf([pool], nodes, seconds))}`,
          ),
        ),
        `) >= ${LEAST_INTERRUPTED}`,
      ),
      labels: { nodepool: name },
      summary: `Many nodes of pool ${name} are interrupted.`,
      description: `AWS took back {{ $value | humanize }} Spot nodes of pool ${name} within ${formatDuration(seconds)}, more than one for every five that started: the jobs on them fail.`,
    },
  ];
}

function idleNodes({ idle, name }: WatchedPool): AlertRule[] {
  if (idle === undefined) return [];
  const pods = (metric: string) => series(metric, `nodepool="${name}"`, 'resource_type="pods"');
  const others = `${pods('karpenter_nodes_total_pod_requests')} - ${pods('karpenter_nodes_total_daemon_requests')}`;
  return [
    {
      alert: 'GitlabRunnerIdleNodes',
      severity: 'info',
      expr: `max by (nodepool, node_name) (${others}) == 0`,
      labels: { nodepool: name },
      forSeconds: idle,
      summary: 'Node {{ $labels.node_name }} stays without jobs.',
      description: `Node {{ $labels.node_name }} of pool ${name} has had no pods besides those of daemons for ${formatDuration(idle)}, and Karpenter has not removed it: it costs money.`,
    },
  ];
}

function metricsMissing(source: 'karpenter' | 'kube-state-metrics', known: string): AlertRule {
  const name = source === 'karpenter' ? 'Karpenter' : source;
  return {
    alert: 'GitlabRunnerMetricsMissing',
    severity: 'warning',
    expr: `absent(${known})`,
    labels: { source },
    forSeconds: MISSING,
    isOfAbsence: true,
    summary: `Prometheus has no metrics of ${name}.`,
    description: `Prometheus has had no metrics of ${name} for ${formatDuration(MISSING)}: alerts that rely on them do not fire.`,
  };
}
