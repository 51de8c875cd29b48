import { dashboardJson } from '../../monitoring/dashboard';
import { runnerDashboard } from '../../monitoring/runner-dashboard';
import { DASHBOARD } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { NormalMonitoring } from '../normal-monitoring';
import type { ResolvedNodePool, ResolvedRunner } from '../resolved-fleet';
import type { ResolvedDashboard } from '../resolved-monitoring';

/** The dashboard of a fleet: rows for what is measured, and for what the fleet has. */
export function resolveDashboard(
  { name: fleet }: NormalFleet,
  { dashboardFolder, dashboardLabels, karpenter, kubeStateMetrics }: NormalMonitoring,
  runners: readonly ResolvedRunner[],
  nodePools: readonly ResolvedNodePool[],
): ResolvedDashboard {
  const pools = nodePools.map(({ name }) => name);
  const jobNamespaces = [...new Set(runners.map(({ jobNamespace }) => jobNamespace))].sort();
  const dashboard = runnerDashboard({
    // Grafana takes 40 characters; the longest name of a fleet leaves ten.
    uid: `runners-${fleet}`,
    title: `GitLab runners: ${fleet}`,
    fleet,
    jobNamespaces: kubeStateMetrics ? jobNamespaces : undefined,
    nodePools: karpenter && pools.length > 0 ? pools : undefined,
  });
  return {
    name: DASHBOARD,
    labels: dashboardLabels,
    folder: dashboardFolder,
    file: `gitlab-runners-${fleet}.json`,
    json: dashboardJson(dashboard),
  };
}
