import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFiles } from '../../lib/app/dist-folder';
import { renderFleets } from '../../lib/app/render';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { instanceTypes } from '../../lib/karpenter/instance-types';
import { pickupOf, planBursts } from '../../lib/plan/burst';
import { secondsOfEach } from '../../lib/plan/pickup';
import { printPlans } from '../../lib/report/plan-text';
import { applyFolder } from '../engines/apply-folder';
import { startCluster } from '../engines/cluster';
import { executorPod } from '../engines/executor-pod';
import { KubeClient, type KubeObject } from '../engines/kube-client';
import { type Burst, fleetFor, REQUEST_SECONDS, sumOf } from './burst-fleet';
import { describeStages, watchCpu } from './burst-stages';

/**
 * A burst: job pods of all runners of the default fleet, before real schedulers, as fast as the managers of each runner take
 * jobs off a full queue. Nodes of this simulation boot in 30 s; a real one takes 40 to 60 s more for the instance and the image.
 */
async function burst(asked: Burst): Promise<void> {
  const [fleet] = resolveFleets([fleetFor(asked)], new Map());
  const files = renderFleets([fleet]);
  const cluster = await startCluster('build/cluster/logs', { argo: false });
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-burst-'));
  try {
    writeFiles(folder, files);
    applyFolder(cluster.state, folder);
    const api = new KubeClient(cluster.state.access);
    const path = `/api/v1/namespaces/${fleet.runners[0].jobNamespace}/pods`;
    const { manifests } = parseManifests(files);
    const subject = observe(manifests);
    const each = Math.ceil(asked.jobs / fleet.runners.length);
    const ofManager = secondsOfEach(
      Math.ceil(each / asked.managers),
      pickupOf(subject.runners, REQUEST_SECONDS),
    );
    const times = Array.from({ length: each }, (_, index) => ofManager[Math.floor(index / asked.managers)]);
    const pods = fleet.runners.flatMap((runner) =>
      Array.from({ length: each }, (_, index) => executorPod(runner, `${runner.name}-${index}`, false)),
    );
    await poolsReady(api);
    const cpu = watchCpu(cluster.programs);
    const started = Date.now();
    await Promise.all(pods.map((pod, index) => createAt(times[index % each], () => api.create(path, pod))));
    console.log(
      `${pods.length} job pods created in ${seconds(started)} s; managers take ${times.at(-1)?.toFixed(0)} s`,
    );
    await allRunning(api, path, pods.length, started);
    console.log(`all running after ${seconds(started)} s\n`);
    console.log(`${describeStages(join(cluster.state.logs, 'karpenter.log'), started)}\n${cpu()}\n`);
    printNodes(await api.list('/apis/karpenter.sh/v1/nodeclaims'));
    const question = { jobs: each, minutes: 5, requestSeconds: REQUEST_SECONDS };
    console.log(`\nThe planner on ${each} jobs of each runner:\n`);
    const plans = planBursts(subject, question);
    console.log(printPlans(plans));
    const { nodes, usd } = sumOf(plans);
    console.log(`Together: ${nodes} nodes, USD ${usd.toFixed(2)} an hour at on-demand prices`);
  } finally {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Creates a pod after this many seconds. */
async function createAt(after: number, create: () => Promise<unknown>): Promise<void> {
  await pause(after * 1000);
  await create();
}

async function poolsReady(api: KubeClient): Promise<void> {
  const isReady = ({ status }: KubeObject) =>
    status?.conditions?.some(({ type, status: is }: KubeObject) => type === 'Ready' && is === 'True');
  while (!(await api.list('/apis/karpenter.sh/v1/nodepools')).every(isReady)) await pause(500);
}

/**
 * Prints how many run, whenever that changes, until none waits. A pod that was bound while its node lost the last taint of its
 * boot can be evicted, and is said to be gone. Counting must not slow down what it watches.
 */
async function allRunning(api: KubeClient, path: string, count: number, started: number): Promise<void> {
  let last = 0;
  for (let waiting = count; waiting > 0; ) {
    await pause(2000);
    waiting = await api.count(path, 'status.phase=Pending');
    const running = count - waiting;
    if (running !== last) console.log(`  ${seconds(started).padStart(4)} s  ${running} running`);
    last = running;
    if (Date.now() - started > 600_000) throw new Error(`${waiting} pods wait after 10 minutes`);
  }
  const gone = count - (await api.count(path, 'status.phase=Running'));
  if (gone > 0) console.log(`  ${gone} were evicted`);
}

/** The nodes that were started, by type, and what they cost on demand. */
function printNodes(claims: readonly KubeObject[]): void {
  const counts = new Map<string, number>();
  for (const { metadata } of claims) {
    const labelOf = (name: string): string => metadata.labels[name] ?? 'not launched';
    const kind = `${labelOf('node.kubernetes.io/instance-type')} ${labelOf('karpenter.sh/capacity-type')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  let sum = 0;
  for (const [kind, count] of [...counts].sort()) {
    const usd = count * priceOf(kind.split(' ')[0]);
    sum += usd;
    console.log(
      `  ${String(count).padStart(3)} x ${kind.padEnd(28)} USD ${usd.toFixed(2)} an hour, on demand`,
    );
  }
  console.log(`  ${claims.length} nodes, USD ${sum.toFixed(2)} an hour at on-demand prices`);
}

const PRICES = new Map(instanceTypes().map(({ name, onDemandUsdPerHour }) => [name, onDemandUsdPerHour]));

function priceOf(type: string): number {
  return PRICES.get(type) ?? Number.POSITIVE_INFINITY;
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    managers: { type: 'string', default: '1' },
    'max-cpu': { type: 'string' },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (/^[1-9]\d{0,4}$/.test(value)) continue;
  console.error(`--${name} is a whole number from 1 to 99999.`);
  process.exit(2);
}
if (Number(values['max-cpu'] ?? 16) < 16) {
  console.error('--max-cpu is at least 16, the default of the fleet.');
  process.exit(2);
}
// A control plane has memory to spare, two cores have no time for garbage: Go collects it at five times what is in use.
process.env.GOGC ??= '400';
burst({
  jobs: Number(values.jobs),
  managers: Number(values.managers),
  maxCpu: values['max-cpu'] === undefined ? undefined : Number(values['max-cpu']),
}).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
