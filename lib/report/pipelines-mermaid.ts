import type { PipelineReport } from '../pipelines/judge-pipeline';
import { failingRunners, type JobVerdict } from '../pipelines/match';
import { quoteMermaid } from './mermaid';

/** A picture: jobs, the runners that may take them, and the pools that these run on. */
export function printPipelinesMermaid(reports: readonly PipelineReport[]): string {
  const picture = new Picture();
  for (const verdict of reports.flatMap(({ jobs }) => jobs)) drawJob(verdict, picture);
  return picture.text();
}

class Picture {
  private readonly ids = new Map<string, string>();
  private readonly labels = new Map<string, string>();
  private readonly edges = new Set<string>();

  node(kind: string, name: string, label = name): string {
    const key = `${kind} ${name}`;
    const id = this.ids.get(key) ?? `${kind}${this.ids.size}`;
    this.ids.set(key, id);
    // A node has one label, the longest: a job that fails has no capacity type to show.
    if (label.length > (this.labels.get(id) ?? '').length) this.labels.set(id, label);
    return id;
  }

  edge(from: string, to: string, arrow = '-->'): void {
    this.edges.add(`  ${from} ${arrow} ${to}`);
  }

  text(): string {
    const nodes = [...this.labels].map(([id, label]) => `  ${id}["${quoteMermaid(label)}"]`);
    return `${['flowchart LR', ...nodes, ...this.edges].join('\n')}\n`;
  }
}

function drawJob(verdict: JobVerdict, picture: Picture): void {
  const { job, state, offers } = verdict;
  const failing = failingRunners(verdict);
  const tags = job.tags.length > 0 ? job.tags.join(' ') : 'no tags';
  const from = picture.node('job', job.name, `${job.name}: ${tags}`);
  if (offers.length === 0) {
    picture.edge(
      from,
      picture.node('none', state, state === 'unknown' ? 'not known' : 'no runner: it waits'),
    );
    return;
  }
  for (const { runner, pools, capacity } of offers) {
    // The capacity type is that of all of the runner's pools together.
    const label = capacity === undefined ? runner.name : `${runner.name} (${capacity})`;
    const to = picture.node('runner', runner.name, label);
    picture.edge(from, to, failing.has(runner.name) ? '-. fails .->' : '-->');
    for (const pool of pools) picture.edge(to, picture.node('pool', pool));
  }
}
