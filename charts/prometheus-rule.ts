import { RUNNER_KEY } from '../lib/contract';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import type { Alert, ResolvedMonitoring, ResolvedRules } from '../lib/fleet/resolved-monitoring';
import { objectLabels } from './object-metadata';
import { MONITORING_API } from './pod-monitor';

/** A group of alerts. */
export function prometheusRuleManifest(
  fleet: ResolvedFleet,
  { interval, labels }: ResolvedMonitoring,
  { alerts, name, runner }: ResolvedRules,
): unknown {
  return {
    apiVersion: MONITORING_API,
    kind: 'PrometheusRule',
    metadata: {
      name,
      namespace: fleet.managerNamespace.name,
      labels: {
        ...objectLabels(fleet, 'monitoring', name),
        ...(runner !== undefined && { [RUNNER_KEY]: runner }),
        ...labels,
      },
    },
    spec: { groups: [{ name: `${fleet.name}-${name}`, interval, rules: alerts.map(ruleOf) }] },
  };
}

function ruleOf({ alert, annotations, expr, for: holds, labels, severity }: Alert): unknown {
  return {
    alert,
    expr,
    for: holds,
    labels: { severity, ...labels },
    annotations,
  };
}
