import { secondsOf } from '../../values/duration';
import { MANAGERS_MONITOR } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { NormalMonitoring } from '../normal-monitoring';
import type { ResolvedNodePool, ResolvedRunner } from '../resolved-fleet';
import type { ResolvedMonitoring } from '../resolved-monitoring';

/** What is scraped of a fleet, and what it alerts of. */
export function resolveMonitoring(
  _fleet: NormalFleet,
  { interval, karpenter, kubeStateMetrics, labels, queueTime }: NormalMonitoring,
  _runners: readonly ResolvedRunner[],
  _nodePools: readonly ResolvedNodePool[],
): ResolvedMonitoring {
  return {
    labels,
    monitor: MANAGERS_MONITOR,
    interval,
    queueSeconds: secondsOf(queueTime),
    karpenter,
    kubeStateMetrics,
    rules: [],
  };
}
