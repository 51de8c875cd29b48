import * as k8s from '../imports/k8s';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import type { ResolvedDashboard } from '../lib/fleet/resolved-monitoring';
import { KEEP_VERBATIM, objectLabels } from './object-metadata';

/** Annotation in which the dashboard sidecar of Grafana's Helm chart looks for a folder, as its own documentation has it. */
const FOLDER_ANNOTATION = 'grafana_folder';

/** A dashboard, as the dashboard sidecar of Grafana's Helm chart finds it. */
export function dashboardManifest(
  fleet: ResolvedFleet,
  { file, folder, json, labels, name }: ResolvedDashboard,
): unknown {
  return k8s.KubeConfigMap.manifest({
    metadata: {
      name,
      namespace: fleet.managerNamespace.name,
      labels: { ...objectLabels(fleet, 'monitoring', name), ...labels },
      annotations: { ...KEEP_VERBATIM, ...(folder !== undefined && { [FOLDER_ANNOTATION]: folder }) },
    },
    data: { [file]: json },
  });
}
