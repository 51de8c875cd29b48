import type { Manifest } from '../cluster/manifest';
import { amountsOf } from '../cluster/pod-amounts';
import { podSpecOf } from '../cluster/workloads';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from './rule';

/** Managers and jobs that the kubelet ends earlier than before. */
export const killedEarlier: Rule = {
  id: 'killed-earlier',
  title: 'A probe with less patience, less memory, or an eviction that begins earlier ends pods that worked.',
  run: (comparison) => [
    ...managerImpacts(comparison),
    ...changesOf(comparison, 'EC2NodeClass').flatMap(evictionImpacts),
  ],
};

function managerImpacts(comparison: Comparison): Impact[] {
  const managers = new Set(comparison.after.runners.map(({ manager }) => manager));
  return comparison.changes.flatMap((change) => {
    const { before, after } = change;
    if (!before || !after || !managers.has(after)) return [];
    return [...probeImpacts(change, before, after), ...memoryImpacts(change, before, after)];
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

function memoryImpacts(change: ChangedObject, before: Manifest, after: Manifest): Impact[] {
  const olds = new Map(containersOf(before).map((container) => [container.name, memoryLimitOf(container)]));
  return containersOf(after).flatMap((container) => {
    const [old, now] = [olds.get(container.name), memoryLimitOf(container)];
    if (old === undefined || now === undefined || now.amount * 2n > old.amount) return [];
    const what = `The manager has ${now.text} of memory, before ${old.text}: one that needs more is killed, and loses its jobs.`;
    const why =
      'A container that takes more than its limit is killed at once, without the time to end its jobs.';
    return [impact('killed-earlier', 'disruptive', change, what, why)];
  });
}

function memoryLimitOf({ resources }: Fields) {
  const limits = fieldsOf(fieldsOf(resources).limits);
  const amount: bigint | undefined = amountsOf(limits).memory;
  return amount === undefined ? undefined : { amount, text: textOf(limits.memory) ?? '' };
}

function containersOf(manifest: Manifest): readonly Fields[] {
  return listOf(podSpecOf(manifest).containers).map(fieldsOf);
}

const EVICTIONS = ['evictionHard', 'evictionSoft'] as const;

/** Nodes that evict pods while there is more left than before. */
function evictionImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!before || !after) return [];
  const raised = EVICTIONS.flatMap((field) => {
    const [old, now] = [before, after].map(({ body }) => fieldsOf(at(body, ['spec', 'kubelet', field])));
    return Object.keys(now)
      .filter((signal) => isRaised(textOf(old[signal]), textOf(now[signal])))
      .map(
        (signal) =>
          `${field} of ${signal} is ${textOf(now[signal])}, before ${textOf(old[signal]) ?? 'not set'}`,
      );
  });
  if (raised.length === 0) return [];
  const what = `New nodes evict pods while more is left: ${raised.join('; ')}.`;
  const why =
    'The kubelet ends pods below the threshold, jobs and managers among them, whatever their budgets say.';
  return [impact('killed-earlier', 'disruptive', change, what, why)];
}

/** Share of a node from which on an unset threshold is raised: the kubelet itself begins at 100Mi, 10% and 15%. */
const USUAL_PERCENT = 15;

function isRaised(before: string | undefined, after: string | undefined): boolean {
  if (after === undefined || before === after) return false;
  const [old, now] = [before, after].map((text) => (text === undefined ? undefined : percentOf(text)));
  if (now !== undefined) return now > (old ?? USUAL_PERCENT);
  const [was, is] = [before, after].map((text) => parseQuantity(text ?? ''));
  return was !== undefined && is !== undefined && is > was;
}

function percentOf(text: string): number | undefined {
  const [, number] = /^([\d.]+)%$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
}
