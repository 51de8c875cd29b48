import { visibleJson } from '../values/visible';
import type { PlannedCluster } from './plan-text';

/** Plans for programs, by cluster. What allows any number of jobs allows null. Fields are only ever added. */
export function printPlansJson(clusters: readonly PlannedCluster[]): string {
  const all = {
    clusters: clusters.map(({ cluster, plans, cost }) => ({ cluster: cluster ?? null, plans, cost })),
  };
  return `${visibleJson(JSON.stringify(all, undefined, 2))}\n`;
}
