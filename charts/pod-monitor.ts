import { FLEET_LABEL, MANAGER_LABEL } from '../lib/contract';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import type { ResolvedMonitoring } from '../lib/fleet/resolved-monitoring';
import { objectLabels } from './object-metadata';

/** Group and version of the kinds of the prometheus-operator. */
export const MONITORING_API = 'monitoring.coreos.com/v1';

/**
 * Scrapes the managers. Each sample gets the fleet and the manager as labels: the pods of a manager change their names, and the
 * labels that the runner itself sets are those of its token.
 */
export function podMonitorManifest(fleet: ResolvedFleet, monitoring: ResolvedMonitoring): unknown {
  const { interval, labels, monitor } = monitoring;
  const { name: namespace } = fleet.managerNamespace;
  return {
    apiVersion: MONITORING_API,
    kind: 'PodMonitor',
    metadata: {
      name: monitor,
      namespace,
      labels: { ...objectLabels(fleet, 'monitoring', monitor), ...labels },
    },
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: {
        matchLabels: { 'app.kubernetes.io/component': 'manager', 'app.kubernetes.io/part-of': fleet.name },
      },
      podMetricsEndpoints: [
        {
          port: 'metrics',
          interval,
          relabelings: [
            // The operator sets the port's name as this label, which would hide the runner's own label of its requests.
            { action: 'labeldrop', regex: 'endpoint' },
            { targetLabel: FLEET_LABEL, replacement: fleet.name },
            {
              sourceLabels: ['__meta_kubernetes_pod_label_app_kubernetes_io_instance'],
              targetLabel: MANAGER_LABEL,
            },
          ],
        },
      ],
    },
  };
}
