import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import type { ResolvedMonitoring } from '../lib/fleet/resolved-monitoring';
import { dashboardManifest } from './dashboard';
import { addObject } from './patched-object';
import { podMonitorManifest } from './pod-monitor';
import { prometheusRuleManifest } from './prometheus-rule';

/** Adds what the prometheus-operator reads: a folder of its own, since a cluster without the operator refuses these kinds. */
export function addMonitoringObjects(
  scope: Construct,
  fleet: ResolvedFleet,
  monitoring: ResolvedMonitoring,
): void {
  addObject(scope, `podmonitor-${monitoring.monitor}`, podMonitorManifest(fleet, monitoring));
  for (const rules of monitoring.rules)
    addObject(scope, `prometheusrule-${rules.name}`, prometheusRuleManifest(fleet, monitoring, rules));
  const { dashboard } = monitoring;
  if (dashboard) addObject(scope, `configmap-${dashboard.name}`, dashboardManifest(fleet, dashboard));
}
