import { daemonSetsOn } from '../cluster/daemon-sets';
import type { Manifest } from '../cluster/manifest';
import { hasOpenVariables, mayBe, nodeOf } from '../cluster/node-pools';
import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import { formatRefusal, type Placement, type Refusal } from '../cluster/placement';
import { PREWARM_ANNOTATION } from '../contract';
import { type DaemonSetOverhead, type PodRequests, slots } from '../karpenter/node-price';
import { formatBinary, parseQuantity, toMilli, toUnits } from '../values/quantity';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { bindingKey, roomFix } from './binding-size';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';
import { justTooLarge } from './just-too-large';
import { smallDiskOf } from './manager-logs';
import { smallMemoryOf } from './manager-memory';

/** Fewer types than this, and Spot is often out of capacity. */
const NARROW = 15;

const { finding, ...group } = ruleGroup(
  'fits',
  'The default request and the largest that the ceilings allow fit a node, daemonsets included.',
  {
    job: 'a job of the default size fits no node',
    'largest-job': 'the largest job that the ceilings allow fits no node',
    services: 'a job with one service fits no node',
    manager: 'a manager fits no node',
    'manager-logs': 'a manager has less disk than the logs of its jobs take',
    'manager-memory': 'a manager has less memory than its jobs take',
    'just-too-large': 'a job is a little too large for nodes of half the price',
    'no-requests': 'jobs request no room on their nodes',
    'few-spot-types': 'a Spot pool has few instance types that fit',
    'pause-pods': 'pause pods hold less room than the jobs that they stand for',
  },
);

/** The default and the largest job fit a node, and Spot has types to choose from. */
export const fits: Check = {
  ...group,
  run: ({ runners, manifests, settings: { daemonSets } }) =>
    runners.flatMap((runner) => [
      ...sizeFindings(runner, runner.job, 'job'),
      ...(isLarger(runner) ? sizeFindings(runner, runner.largestJob, 'largest-job') : []),
      ...serviceFindings(runner, daemonSets),
      ...sizeNotes(runner, daemonSets),
      ...managerFindings(runner),
      ...logFindings(runner, manifests),
      ...requestFindings(runner),
      ...memoryFindings(runner, manifests),
      ...widthFindings(runner),
      ...pausePodFindings(runner),
    ]),
};

/** Whoever may push can write such a log. */
function logFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const small = smallDiskOf(runner, manifests);
  if (small === undefined) return [];
  const { manager, bound, jobs, limitKib } = small;
  const logs = jobs === 1 ? 'the log of one job' : `logs of ${jobs} jobs`;
  return [
    finding('manager-logs', {
      severity: jobs === 1 ? 'error' : 'warning',
      at: { manifest: manager, path: ['spec', 'template', 'spec'] },
      found: `${bound} and output_limit ${limitKib}`,
      why: `${logs} may take ${Math.ceil((limitKib * jobs) / 1024)}Mi there: the kubelet evicts the manager, with all its jobs`,
      fix: 'lower output_limit, or raise the limits of the manager',
    }),
  ];
}

/** Whatever ends a manager that is killed for memory ends all its jobs. */
function memoryFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const small = smallMemoryOf(runner, manifests);
  if (small === undefined) return [];
  const { manager, limit, jobs, neededMib } = small;
  return [
    finding('manager-memory', {
      severity: 'warning',
      at: { manifest: manager, path: ['spec', 'template', 'spec', 'containers'] },
      found: `memory limit ${limit}`,
      why: `${jobs} jobs at once were measured to take up to ${neededMib}Mi of their manager: one that needs more is killed, with all its jobs`,
      fix: `raise the limit to ${neededMib}Mi, or lower the concurrency`,
    }),
  ];
}

function sizeFindings(
  runner: ObservedRunner,
  placed: PlacedPod | undefined,
  what: 'job' | 'largest-job',
): Finding[] {
  if (!placed || landing(placed).length > 0) return [];
  const tooLarge = tooLargeFor(placed);
  if (tooLarge.length === 0) return [];
  const { manifest, path } = runner.config;
  const within = bindingKey(runner, tooLarge, what === 'largest-job');
  const place = { manifest, path, within };
  const open = tooLarge.find((placement) => mayFit(placed, placement));
  if (open !== undefined) {
    const why = `the ${placed.pod.title} fits no node with the disk and the reserve of AL2023; its EC2NodeClass, which decides about them, is not among the manifests: that it fits ${open.pool.name} is not proved`;
    const fix = 'check a folder that holds the EC2NodeClass too';
    return [
      finding(what, { severity: 'note', notProved: true, at: place, found: describe(placed), why, fix }),
    ];
  }
  return [
    finding(what, {
      severity: 'error',
      at: place,
      found: describe(placed),
      why: `the ${placed.pod.title} matches a pool and fits none of its nodes, so that it stays pending: ${refusalsOf(tooLarge)}`,
      fix: fixOf(tooLarge),
    }),
  ];
}

function refusalsOf(tooLarge: readonly Placement[]): string {
  return tooLarge.map(({ pool, refusal }) => `${pool.name}: ${refusal && formatRefusal(refusal)}`).join('; ');
}

/** Whether a class that is not here may give nodes enough disk, or reserve less: a machine of the pool has CPU and memory. */
function mayFit({ pod }: PlacedPod, { pool, refusal }: Placement): boolean {
  if (refusal?.by !== 'size' || pool.nodeClass || pool.isAutoMode) return false;
  const { cpuMilli, memoryBytes } = pod.requests;
  return pool.types.some(
    ({ vcpu, memoryMib }) => vcpu * 1000 >= cpuMilli && memoryMib * 1024 * 1024 >= memoryBytes,
  );
}

/** What a job pays for a node of which it misses the smaller one by little. */
function sizeNotes(runner: ObservedRunner, daemonSets: DaemonSetOverhead): Finding[] {
  return justTooLarge(runner, daemonSets).map((note) =>
    finding('just-too-large', { severity: 'note', ...note }),
  );
}

/** A build that requests nothing, and gets nothing from a LimitRange: a node is filled by the number of its pods alone. */
function requestFindings({ job, config, index }: ObservedRunner): Finding[] {
  const containers = listOf(at(job?.spec, ['containers']));
  const build = containers.find((container) => fieldsOf(container).name === 'build');
  const pools = landing(job).map(({ pool }) => pool.name);
  const amounts = ['requests', 'limits'].flatMap((kind) =>
    Object.keys(textsOf(at(build, ['resources', kind]))),
  );
  const ofPod = Object.keys(fieldsOf(at(job?.spec, ['resources', 'requests'])));
  if (pools.length === 0 || [...amounts, ...ofPod].some((name) => name === 'cpu' || name === 'memory'))
    return [];
  return [
    finding('no-requests', {
      severity: 'warning',
      at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes` },
      found: 'neither cpu_request nor memory_request',
      why: `nodes of ${pools.join(', ')} get as many jobs as they have places for pods, on the smallest type that there is: jobs slow one another down, and are killed when memory runs out`,
      fix: 'write cpu_request and memory_request, for example "1" and "2Gi"',
    }),
  ];
}

/** A job with one service, of the default size, on the nodes that hold it without. */
function serviceFindings(runner: ObservedRunner, daemonSets: DaemonSetOverhead): Finding[] {
  const { config, index, job } = runner;
  const landed = landing(job);
  if (!job || landed.length === 0) return [];
  const { cpu, memory } = serviceRequests(runner, job);
  const requests = {
    ...job.pod.requests,
    cpuMilli: job.pod.requests.cpuMilli + toMilli(parseQuantity(textOf(cpu) ?? '') ?? 0n),
    memoryBytes: job.pod.requests.memoryBytes + toUnits(parseQuantity(textOf(memory) ?? '') ?? 0n),
  };
  const isHeld = (wanted: PodRequests) =>
    landed.some(({ pool, types }) =>
      types.some((type) => slots(nodeOf(pool, type), daemonSetsOn(pool, daemonSets), wanted) > 0),
    );
  if (isHeld(requests) || landed.some(({ pool }) => hasOpenVariables(pool))) return [];
  const isByCpu = !isHeld({ ...requests, memoryBytes: job.pod.requests.memoryBytes });
  return [
    finding('services', {
      severity: 'error',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.service_${isByCpu ? 'cpu' : 'memory'}_request`,
      },
      found: `${requests.cpuMilli}m CPU, ${formatBinary(BigInt(Math.ceil(requests.memoryBytes)) * 1_000_000_000n)}`,
      why: 'with one service a job pod fits no node of its pools, so that every job that has services stays pending',
      fix: 'lower the request of services, or let the pool have larger types',
    }),
  ];
}

/** What a service adds to a job pod: nothing of what the pod requests as a whole. */
function serviceRequests({ table }: ObservedRunner, { spec }: PlacedPod) {
  const { service_cpu_request, service_memory_request } = table.kubernetes;
  const ofPod = textsOf(at(spec, ['resources', 'requests']));
  return {
    cpu: ofPod.cpu === undefined ? service_cpu_request : undefined,
    memory: ofPod.memory === undefined ? service_memory_request : undefined,
  };
}

/** What a smaller pod, a higher limit or fewer `minValues` would change. */
const SIZES: readonly Refusal['by'][] = ['size', 'min values', 'limit'];

/** Pools that would take a pod, were it smaller or their limits higher; none where a variable decides about one of them. */
function tooLargeFor({ placements }: PlacedPod): readonly Placement[] {
  if (placements.some(({ pool }) => hasOpenVariables(pool))) return [];
  return placements.filter(({ refusal }) => refusal !== undefined && SIZES.includes(refusal.by));
}

/** What to change so that a node holds it. */
function fixOf(tooLarge: readonly Placement[]): string {
  const shortage = tooLarge.flatMap(({ refusal }) =>
    refusal?.by === 'min values' ? refusal.shortage : [],
  )[0];
  if (shortage === undefined) return roomFix(tooLarge, LOWER);
  return `lower minValues of ${shortage.key} to ${shortage.count}, or let requirements and requests leave more types`;
}

/** Whether any ceiling lets a job ask for more than by default: without one, the two jobs are the same. */
function isLarger({ job, largestJob }: ObservedRunner): boolean {
  return JSON.stringify(job?.pod.requests) !== JSON.stringify(largestJob?.pod.requests);
}

const LOWER = 'lower the request or its ceiling (build, helper and services add up)';

function managerFindings(runner: ObservedRunner): Finding[] {
  const { manager, managerPlaced: placed } = runner;
  if (!manager || !placed || landing(placed).length > 0) return [];
  const tooLarge = tooLargeFor(placed);
  if (tooLarge.length === 0) return [];
  const path = ['spec', 'template', 'spec', 'containers', 0, 'resources', 'requests'];
  const why = `the ${placed.pod.title} fits no node of the pools that it matches: ${refusalsOf(tooLarge)}`;
  return [
    finding('manager', {
      severity: 'error',
      at: { manifest: manager, path },
      found: describe(placed),
      why,
      fix: roomFix(tooLarge, 'lower its requests'),
    }),
  ];
}

function widthFindings(runner: ObservedRunner): Finding[] {
  return landing(runner.largestJob ?? runner.job)
    .filter(({ pool, types }) => mayBe(pool, 'spot') && types.length < NARROW)
    .map(({ pool, types }) =>
      finding('few-spot-types', {
        severity: 'warning',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'requirements'] },
        found: `${types.length} instance types`,
        why: `Spot capacity of so few types runs out, and jobs of runner ${runner.name} wait`,
        fix: `widen the requirements until at least ${NARROW} types fit, better 20`,
      }),
    );
}

function describe({ pod }: PlacedPod): string {
  const { cpuMilli, memoryBytes, ephemeralStorageBytes = 0, extended = {} } = pod.requests;
  const bytes = (count: number) => formatBinary(BigInt(Math.ceil(count)) * 1_000_000_000n);
  const disk = ephemeralStorageBytes > 0 ? `, ${bytes(ephemeralStorageBytes)} of disk` : '';
  const devices = Object.entries(extended).map(([name, count]) => `, ${count} ${name}`);
  return `${cpuMilli}m CPU, ${bytes(memoryBytes)} of memory${disk}${devices.join('')}`;
}

/** Pause pods copy the build container's requests alone, so that a whole job pod doesn't fit where one made room. */
function pausePodFindings(runner: ObservedRunner): Finding[] {
  const { config, index, table, job } = runner;
  const { autoscaler, helper_cpu_request: cpu, helper_memory_request: memory } = table.kubernetes;
  const policies = autoscaler?.policy ?? [];
  if (policies.length === 0 || (!cpu && !memory) || !job) return [];
  const wanted = Number(
    textOf(at(config.manifest.body, ['metadata', 'annotations', PREWARM_ANNOTATION])) ?? Number.NaN,
  );
  const pods = Math.max(...policies.map(({ idle_count: count = 0 }) => count));
  const room = roomOf(runner, pods);
  if (wanted <= room) return [];
  const held = Number.isNaN(wanted)
    ? 'a pause pod holds the requests of the build container alone: the job that takes its place needs the helper too and waits for a node'
    : `${pods} pause pods hold the requests of the build container alone, room for ${room} whole jobs of the ${wanted} that ${PREWARM_ANNOTATION} names`;
  return [
    finding('pause-pods', {
      severity: 'warning',
      at: { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes.autoscaler` },
      found: 'pause pods without the helper',
      why: held,
      fix: `count the helper into cpu_request and memory_request, or hold more pause pods and say for how many jobs in the annotation ${PREWARM_ANNOTATION}`,
    }),
  ];
}

/** Whole job pods that so many pause pods make room for. */
function roomOf({ job, table }: ObservedRunner, pods: number): number {
  const { cpu_request: cpu, memory_request: memory } = table.kubernetes;
  const { cpuMilli = 0, memoryBytes = 0 } = job?.pod.requests ?? {};
  const held = [
    [toMilli(parseQuantity(cpu ?? '0') ?? 0n), cpuMilli],
    [toUnits(parseQuantity(memory ?? '0') ?? 0n), memoryBytes],
  ];
  return Math.floor(Math.min(...held.map(([own, whole]) => (whole > 0 ? (pods * own) / whole : pods))));
}
