import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFiles } from '../../lib/app/dist-folder';
import { renderFleets } from '../../lib/app/render';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { instanceTypes } from '../../lib/karpenter/instance-types';
import { planBursts } from '../../lib/plan/burst';
import { printPlans } from '../../lib/report/plan-text';
import { applyFolder } from '../engines/apply-folder';
import { startCluster } from '../engines/cluster';
import { executorPod } from '../engines/executor-pod';
import { KubeClient, type KubeObject } from '../engines/kube-client';

/**
 * A burst: job pods of all runners of the default fleet at once, before real schedulers. Nodes of this simulation boot in
 * 30 s; a real one takes 40 to 60 s more for the instance and the image.
 */
async function burst(jobs: number): Promise<void> {
  const each = Math.ceil(jobs / 4);
  const description: RunnerFleetProps = {
    name: 'production',
    runnerDefaults: { concurrency: each },
    runners: (['amd64', 'arm64'] as const).flatMap((arch) =>
      (['spot', 'on-demand'] as const).map((capacity) => ({ name: `${arch}-${capacity}`, arch, capacity })),
    ),
  };
  const [fleet] = resolveFleets([description], new Map());
  const files = renderFleets([fleet]);
  const cluster = await startCluster('build/cluster/logs', { argo: false });
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-burst-'));
  try {
    writeFiles(folder, files);
    applyFolder(cluster.state, folder);
    const api = new KubeClient(cluster.state.access);
    const path = `/api/v1/namespaces/${fleet.runners[0].jobNamespace}/pods`;
    const pods = fleet.runners.flatMap((runner) =>
      Array.from({ length: each }, (_, index) => executorPod(runner, `${runner.name}-${index}`, false)),
    );
    await poolsReady(api);
    const started = Date.now();
    await Promise.all(pods.map((pod) => api.create(path, pod)));
    console.log(`${pods.length} job pods created in ${seconds(started)} s`);
    await allRunning(api, path, pods.length, started);
    console.log(`all running after ${seconds(started)} s\n`);
    printNodes(await api.list('/api/v1/nodes'));
    const { manifests } = parseManifests(files);
    const question = { jobs: each, minutes: 5, requestSeconds: 0.5 };
    console.log(`\nThe planner on ${each} jobs of each runner:\n`);
    console.log(printPlans(planBursts(observe(manifests), question)));
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function poolsReady(api: KubeClient): Promise<void> {
  const isReady = ({ status }: KubeObject) =>
    status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');
  while (!(await api.list('/apis/karpenter.sh/v1/nodepools')).every(isReady)) await pause(500);
}

/** Prints how many run, whenever that changes. */
async function allRunning(api: KubeClient, path: string, count: number, started: number): Promise<void> {
  let last = 0;
  while (last < count) {
    await pause(1000);
    const running = (await api.list(path)).filter(({ status }) => status.phase === 'Running').length;
    if (running !== last) console.log(`  ${seconds(started).padStart(4)} s  ${running} running`);
    last = running;
    if (Date.now() - started > 600_000) throw new Error(`${count - last} pods wait after 10 minutes`);
  }
}

function printNodes(nodes: readonly KubeObject[]): void {
  const prices = new Map(
    instanceTypes().map(({ name, onDemandUsdPerHour }) => [name, onDemandUsdPerHour ?? 0]),
  );
  const counts = new Map<string, number>();
  for (const { metadata } of nodes) {
    const { labels } = metadata;
    const kind = `${labels['node.kubernetes.io/instance-type']} ${labels['karpenter.sh/capacity-type']}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  let sum = 0;
  for (const [kind, count] of [...counts].sort()) {
    const usd = count * (prices.get(kind.split(' ')[0]) ?? 0);
    sum += usd;
    console.log(
      `  ${String(count).padStart(3)} x ${kind.padEnd(28)} USD ${usd.toFixed(2)} an hour, on demand`,
    );
  }
  console.log(`  ${nodes.length} nodes, USD ${sum.toFixed(2)} an hour at on-demand prices`);
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const { values } = parseArgs({ options: { jobs: { type: 'string', default: '1000' } } });
if (!/^[1-9]\d{0,4}$/.test(values.jobs)) {
  console.error('--jobs is a whole number from 1 to 99999.');
  process.exit(2);
}
burst(Number(values.jobs)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
