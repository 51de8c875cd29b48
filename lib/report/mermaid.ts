import { visible } from '../values/visible';
import type { Report } from './report';

/** A picture: tags, runners, pools, and what a job costs there, as GitLab and GitHub draw it. */
export function printMermaid(reports: readonly Report[]): string {
  const ids = new Map<string, string>();
  const id = (kind: string, name: string) => {
    const key = `${kind} ${name}`;
    ids.set(key, ids.get(key) ?? `${kind}${ids.size}`);
    return ids.get(key) as string;
  };
  const nodes = new Set<string>();
  const edges: string[] = [];
  const runners = reports.flatMap((report) => report.runners);
  for (const { name, tags, pools, cheapest } of runners) {
    const runner = id('runner', name);
    nodes.add(`  ${runner}["${quoteMermaid(name)}"]`);
    if (tags.length > 0) {
      const tag = id('tags', tags.join(' '));
      nodes.add(`  ${tag}(["${tags.map(quoteMermaid).join('<br>')}"])`);
      edges.push(`  ${tag} --> ${runner}`);
    }
    for (const { name: pool, types } of pools) {
      const node = id('pool', pool);
      nodes.add(
        `  ${node}["${quoteMermaid(pool)}<br>${types === undefined ? 'Fargate' : `${types} types`}"]`,
      );
      edges.push(`  ${runner} --> ${node}`);
    }
    if (cheapest && pools.length > 0) {
      const price = id('price', `${cheapest.type} ${pools[0].name}`);
      const fee = cheapest.autoModeUsdPerMinute === undefined ? '' : "<br>with EKS Auto Mode's fee";
      nodes.add(
        `  ${price}[/"${cheapest.type}<br>$${cheapest.usdPerMinute.toFixed(5)} a job-minute on demand${fee}"/]`,
      );
      edges.push(`  ${id('pool', pools[0].name)} --> ${price}`);
    }
  }
  return `${['flowchart LR', ...nodes, ...new Set(edges)].join('\n')}\n`;
}

/** A text as the label of a node, without what Mermaid would read. */
export function quoteMermaid(text: string): string {
  return visible(text).replace(/[&<>"#`%]/g, (character) => `#${character.charCodeAt(0)};`);
}
