import { DASHBOARD_LABELS, FLEET_DEFAULTS, MONITORING_DEFAULTS } from '../defaults';
import type { NormalMonitoring } from '../normal-monitoring';
import type { RunnerFleetProps } from '../props/fleet';
import { fillDefaults } from './merge-settings';

/** Metrics and alerts of a fleet; undefined without any. */
export function normaliseMonitoring({ compute, monitoring }: RunnerFleetProps): NormalMonitoring | undefined {
  if (monitoring === undefined) return undefined;
  const { prometheusNamespace, runbookUrl, dashboardFolder, dashboardLabels, ...said } = monitoring;
  const karpenter = (compute ?? FLEET_DEFAULTS.compute) === 'karpenter';
  return {
    ...fillDefaults({ ...MONITORING_DEFAULTS, karpenter }, said),
    prometheusNamespace,
    runbookUrl,
    dashboardFolder,
    dashboardLabels: dashboardLabels ?? DASHBOARD_LABELS,
  };
}
