import { readFileSync } from 'node:fs';
import { parseExposition } from '../../tools/engines/exposition';

/** What a manager of GitLab Runner 19.3 served after two jobs that failed, one runner in its config.toml. */
export const RECORD = readFileSync('test/monitoring/manager-metrics-19.3.txt', 'utf8');

/** Labels that Prometheus adds to each series of a manager: those of the target, and the two of the PodMonitor. */
export const TARGET_LABELS = [
  'container',
  'endpoint',
  'fleet',
  'instance',
  'job',
  'manager',
  'namespace',
  'pod',
];

/**
 * Metrics of Karpenter 1.14.1 and their labels, as its source registers them.
 * @see sigs.k8s.io/karpenter pkg/metrics/metrics.go, pkg/controllers/metrics/nodepool/controller.go, pkg/controllers/metrics/pod/controller.go
 * @see github.com/aws/karpenter-provider-aws pkg/providers/instance/metrics.go, pkg/controllers/interruption/metrics.go
 */
const KARPENTER: Readonly<Record<string, readonly string[]>> = {
  karpenter_nodepools_limit: ['nodepool', 'resource_type'],
  karpenter_nodepools_usage: ['nodepool', 'resource_type'],
  karpenter_nodeclaims_created_total: ['reason', 'nodepool', 'min_values_relaxed'],
  karpenter_nodeclaims_terminated_total: ['nodepool', 'capacity_type', 'zone'],
  karpenter_nodeclaims_disrupted_total: ['reason', 'nodepool', 'capacity_type'],
  karpenter_pods_unbound_time_seconds: ['name', 'namespace'],
  karpenter_pods_unstarted_time_seconds: ['name', 'namespace'],
  karpenter_cloudprovider_instance_launch_failures_total: ['zone', 'zone_id', 'capacity_type', 'reason'],
  karpenter_interruption_received_messages_total: ['message_type'],
};

/**
 * Metrics of kube-state-metrics and their labels.
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md
 */
const KUBE_STATE_METRICS: Readonly<Record<string, readonly string[]>> = {
  kube_pod_created: ['namespace', 'pod', 'uid'],
  kube_pod_status_phase: ['namespace', 'pod', 'uid', 'phase'],
  kube_pod_container_status_waiting_reason: ['namespace', 'pod', 'uid', 'container', 'reason'],
};

/** Every metric that Prometheus has of a fleet, with the labels of its series. */
export const KNOWN_METRICS: ReadonlyMap<string, ReadonlySet<string>> = knownMetrics();

function knownMetrics(): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { name, labels } of parseExposition(RECORD).flatMap(({ samples }) => samples))
    known.set(name, new Set([...(known.get(name) ?? TARGET_LABELS), ...Object.keys(labels)]));
  for (const [name, labels] of Object.entries({ ...KARPENTER, ...KUBE_STATE_METRICS }))
    known.set(name, new Set([...labels, 'job', 'instance']));
  return known;
}
