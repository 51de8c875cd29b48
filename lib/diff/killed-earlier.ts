import { unansweredBy } from '../cluster/manager-probes';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner } from '../cluster/observe';
import { amountsOf } from '../cluster/pod-amounts';
import { concurrencyOfEach } from '../cluster/runners';
import { podSpecOf } from '../cluster/workloads';
import { formatBinary, parseQuantity, type Quantity } from '../values/quantity';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { defaultLimitImpacts } from './default-limits';
import { evictionImpacts } from './evictions';
import { jobLimitImpacts } from './job-limits';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from './rule';

/** Managers and jobs that the kubelet ends earlier than before. */
export const killedEarlier: Rule = {
  id: 'killed-earlier',
  title: 'A probe that fails sooner, less room, or an eviction that begins earlier ends pods that worked.',
  run: (comparison) => [
    ...managerImpacts(comparison),
    ...jobLimitImpacts(comparison),
    ...defaultLimitImpacts(comparison),
    ...(comparison.before.runners.length === 0 ? [] : changesOf(comparison, 'EC2NodeClass')).flatMap(
      evictionImpacts,
    ),
  ],
};

function managerImpacts(comparison: Comparison): Impact[] {
  const { before, after, changes } = comparison;
  const runners = new Map(after.runners.map((runner) => [runner.manager, runner]));
  const olds = new Map(before.runners.map((runner) => [runner.manager, runner]));
  return changes.flatMap((change) => {
    const [old, now] = [olds.get(change.before), runners.get(change.after)];
    if (!change.before || !change.after || !now) return [];
    return [
      ...probeImpacts(change, change.before, change.after),
      ...unansweredImpacts(change, old, now),
      ...memoryImpacts(change, old, now),
      ...requestImpacts(change),
      ...roomImpacts(change, old, now),
    ];
  });
}

/** Probes that a manager answered, and does not answer any more: for each reason the first of a container. */
function unansweredImpacts(
  change: ChangedObject,
  before: ObservedRunner | undefined,
  after: ObservedRunner,
): Impact[] {
  const olds = new Map(containersOf(change.before).map((container) => [container.name, container]));
  return containersOf(change.after).flatMap((container) => {
    const told = new Set<string>();
    return PROBES.flatMap((probe) => {
      const fault = unansweredBy(container[probe], container, after);
      const known = olds.get(container.name);
      const had = known && before && unansweredBy(known[probe], known, before);
      if (fault === undefined || fault === had || told.has(fault)) return [];
      told.add(fault);
      const what = `The manager is restarted again and again, and jobs are lost that outlast its grace period: its ${probe} ${fault}.`;
      const why = 'The kubelet restarts a container whose probe fails failureThreshold times in a row.';
      return [impact('killed-earlier', 'disruptive', change, what, why)];
    });
  });
}

/** A manager that answers late for so long is slow, not dead. */
const PATIENCE_SECONDS = 30;

const PROBES = ['livenessProbe', 'startupProbe'] as const;

function probeImpacts(change: ChangedObject, before: Manifest, after: Manifest): Impact[] {
  const olds = new Map(containersOf(before).map((container) => [container.name, container]));
  return PROBES.flatMap((probe) =>
    containersOf(after).flatMap((container) => {
      const known = olds.get(container.name);
      const [old, now] = [patienceOf(known?.[probe]), patienceOf(container[probe])];
      if (!known || now >= old || now >= PATIENCE_SECONDS) return [];
      const what = `A manager that does not answer its ${probe} for ${now} s is restarted, and jobs are lost that outlast its grace period.`;
      const was = old === Number.POSITIVE_INFINITY ? 'any time' : `${old} s`;
      const why = `It had ${was} before: failureThreshold times periodSeconds.`;
      return [impact('killed-earlier', 'disruptive', change, what, why)];
    }),
  );
}

function patienceOf(probe: unknown): number {
  if (probe === undefined) return Number.POSITIVE_INFINITY;
  const { failureThreshold, periodSeconds } = fieldsOf(probe);
  // What the API server writes where nothing is said.
  return Number(failureThreshold ?? 3) * Number(periodSeconds ?? 10);
}

function memoryImpacts(
  change: ChangedObject,
  before: ObservedRunner | undefined,
  after: ObservedRunner,
): Impact[] {
  const hasFewerJobs = before !== undefined && concurrencyOfEach(after) < concurrencyOfEach(before);
  const olds = new Map(
    containersOf(change.before).map((container) => [container.name, memoryLimitOf(container)]),
  );
  return containersOf(change.after).flatMap((container) => {
    const [old, now] = [olds.get(container.name), memoryLimitOf(container)];
    if (old === undefined || now === undefined || now.amount >= old.amount) return [];
    const isHalf = now.amount * 2n <= old.amount;
    // Fewer jobs need less.
    if (!isHalf && hasFewerJobs) return [];
    const weight = isHalf ? 'disruptive' : 'notice';
    const what = `The manager has ${now.text} of memory, before ${old.text}: one that needs more is killed, and loses its jobs.`;
    const why =
      'A container that takes more than its limit is killed at once, without the time to end its jobs.';
    return [impact('killed-earlier', weight, change, what, why)];
  });
}

/** Memory that managers request, where it goes or falls to half: what takes more than it requests is evicted first. */
function requestImpacts(change: ChangedObject): Impact[] {
  const olds = new Map(containersOf(change.before).map((one) => [one.name, memoryRequestOf(one)]));
  return containersOf(change.after).flatMap((container) => {
    const [old, now] = [olds.get(container.name), memoryRequestOf(container)];
    if (!old || now * 2n > old) return [];
    const shown = now === 0n ? 'no memory' : `${formatBinary(now)} of memory`;
    const what = `The manager requests ${shown}, before ${formatBinary(old)}: once its node is short, it is among the first to be evicted, with all its jobs.`;
    const why = 'The kubelet ranks pods for eviction by how much memory they take beyond what they request.';
    return [impact('killed-earlier', 'notice', change, what, why)];
  });
}

/** What a container requests, by default its limit. */
function memoryRequestOf({ resources }: Fields): bigint {
  const { requests, limits } = fieldsOf(resources);
  return amountsOf(requests).memory ?? amountsOf(limits).memory ?? 0n;
}

/** What a manager needs at least, whatever its jobs. */
const LEAST: Readonly<Record<string, Quantity>> = {
  cpu: parseQuantity('50m') ?? 0n,
  memory: parseQuantity('64Mi') ?? 0n,
  'ephemeral-storage': parseQuantity('16Mi') ?? 0n,
  sizeLimit: parseQuantity('4Mi') ?? 0n,
};

/** Limits of a manager other than memory that has one already: half or less, also for each of its jobs, or next to nothing. */
function roomImpacts(
  change: ChangedObject,
  before: ObservedRunner | undefined,
  after: ObservedRunner,
): Impact[] {
  const olds = limitsOf(change.before);
  const [jobsBefore, jobsAfter] = [before, after].map((runner) =>
    BigInt(Math.max(1, runner ? concurrencyOfEach(runner) : 1)),
  );
  const parts = [...limitsOf(change.after)].flatMap(([place, { resource, amount, text }]) => {
    const old = olds.get(place);
    if (resource === 'memory' && old !== undefined) return [];
    const isLess = old
      ? amount * 2n <= old.amount && amount * jobsBefore * 2n <= old.amount * jobsAfter
      : amount < LEAST[resource];
    return isLess ? [`${place} is ${text}, before ${old?.text ?? 'no limit'}`] : [];
  });
  if (parts.length === 0) return [];
  const what = `The manager has less room, and is evicted or restarted with its jobs once it needs more: ${parts.join('; ')}.`;
  const why =
    'The kubelet evicts a pod that writes more than its limits, and restarts a container that is too slow for its probe.';
  return [impact('killed-earlier', 'disruptive', change, what, why)];
}

interface Limit {
  readonly resource: string;
  readonly amount: Quantity;
  readonly text: string;
}

/** Limits of a manager's containers and of its folders, by what they are called. */
function limitsOf(manifest: Manifest | undefined): ReadonlyMap<string, Limit> {
  const found = new Map<string, Limit>();
  const add = (place: string, resource: string, value: unknown) => {
    const text = textOf(value) ?? '';
    const amount = parseQuantity(text);
    if (amount !== undefined) found.set(place, { resource, amount, text });
  };
  for (const { name, resources } of containersOf(manifest)) {
    const limits = fieldsOf(fieldsOf(resources).limits);
    for (const resource of ['cpu', 'memory', 'ephemeral-storage'])
      add(`limits.${resource} of ${textOf(name)}`, resource, limits[resource]);
  }
  for (const volume of listOf(manifest && podSpecOf(manifest).volumes)) {
    const { name, emptyDir } = fieldsOf(volume);
    add(`sizeLimit of ${textOf(name)}`, 'sizeLimit', fieldsOf(emptyDir).sizeLimit);
  }
  return found;
}

function memoryLimitOf({ resources }: Fields) {
  const limits = fieldsOf(fieldsOf(resources).limits);
  const amount: bigint | undefined = amountsOf(limits).memory;
  return amount === undefined ? undefined : { amount, text: textOf(limits.memory) ?? '' };
}

function containersOf(manifest: Manifest | undefined): readonly Fields[] {
  return listOf(manifest && podSpecOf(manifest).containers).map(fieldsOf);
}
