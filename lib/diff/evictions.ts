import type { Manifest } from '../cluster/manifest';
import { parseDuration } from '../values/duration';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { type ChangedObject, type Impact, impact } from './rule';

const EVICTIONS = ['evictionHard', 'evictionSoft'] as const;

/** Nodes that evict pods while there is more left than before, or give them less time, or keep less for themselves. */
export function evictionImpacts(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const [old, now] = [before, after].map(kubeletOf);
  const disk = diskOf(after);
  const raised = EVICTIONS.flatMap((field) => {
    const [olds, news] = [old, now].map((kubelet) => fieldsOf(kubelet[field]));
    return Object.keys(news)
      .filter((signal) => isRaised(signal, textOf(olds[signal]), textOf(news[signal]), disk))
      .map((signal) => changeOf(`${field} of ${signal}`, olds[signal], news[signal]));
  });
  const parts = [...raised, ...shortened(old, now), ...keptLess(old, now)];
  if (parts.length === 0) return [];
  const what = `New nodes end pods earlier: ${parts.join('; ')}.`;
  const why =
    'The kubelet ends pods below the threshold, jobs and managers among them, whatever their budgets say.';
  return [impact('killed-earlier', 'disruptive', change, what, why)];
}

function kubeletOf(manifest: Manifest | undefined): Fields {
  return fieldsOf(at(manifest?.body, ['spec', 'kubelet']));
}

function changeOf(name: string, old: unknown, now: unknown): string {
  return `${name} is ${textOf(now) ?? 'not set'}, before ${textOf(old) ?? 'not set'}`;
}

/** Share of a node from which on an unset threshold is raised: the kubelet itself begins at 100Mi, 10% and 15%. */
const USUAL_PERCENT = 15;
/** The same as an amount of memory. */
const USUAL_MEMORY = parseQuantity('512Mi') ?? 0n;
/** The disk of nodes of a class that names none. */
const USUAL_DISK = parseQuantity('20Gi') ?? 0n;

/** @param disk what the disk of the node holds */
function isRaised(
  signal: string,
  before: string | undefined,
  after: string | undefined,
  disk: bigint,
): boolean {
  if (after === undefined || before === after) return false;
  const [old, now] = [before, after].map((text) => (text === undefined ? undefined : percentOf(text)));
  if (now !== undefined) return now > (old ?? USUAL_PERCENT);
  const [was, is] = [before, after].map((text) => parseQuantity(text ?? ''));
  if (is === undefined) return false;
  if (was !== undefined) return is > was;
  // Without an amount before, the kubelet's own threshold or a share held.
  if (signal === 'memory.available') return is > USUAL_MEMORY;
  return !signal.endsWith('fs.available') || is * 100n > disk * BigInt(Math.ceil(old ?? USUAL_PERCENT));
}

function percentOf(text: string): number | undefined {
  const [, number] = /^([\d.]+)%$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
}

/** The smallest disk of the nodes of a class. */
function diskOf({ body }: Manifest): bigint {
  const sizes = listOf(at(body, ['spec', 'blockDeviceMappings'])).flatMap(
    (one) => parseQuantity(textOf(at(one, ['ebs', 'volumeSize'])) ?? '') ?? [],
  );
  return sizes.length === 0 ? USUAL_DISK : sizes.reduce((least, size) => (size < least ? size : least));
}

/** What a soft threshold gives pods, in time: until it counts, and until they are killed. */
function shortened(old: Fields, now: Fields): readonly string[] {
  if (Object.keys(fieldsOf(now.evictionSoft)).length === 0) return [];
  const [olds, news] = [old, now].map(({ evictionSoftGracePeriod }) => fieldsOf(evictionSoftGracePeriod));
  const periods = Object.keys(olds)
    .filter((signal) => secondsOf(news[signal]) < secondsOf(olds[signal]))
    .map((signal) => changeOf(`evictionSoftGracePeriod of ${signal}`, olds[signal], news[signal]));
  const [was, is] = [old, now].map(({ evictionMaxPodGracePeriod }) => Number(evictionMaxPodGracePeriod ?? 0));
  const isShorter = is < was;
  return [
    ...periods,
    ...(isShorter
      ? [
          changeOf(
            'evictionMaxPodGracePeriod (seconds)',
            old.evictionMaxPodGracePeriod,
            now.evictionMaxPodGracePeriod,
          ),
        ]
      : []),
  ];
}

function secondsOf(value: unknown): number {
  return parseDuration(textOf(value) ?? '') ?? 0;
}

/** What the AMI keeps of memory for the kubelet of a node with a single pod. */
const USUAL_RESERVE = parseQuantity('255Mi') ?? 0n;

/** Memory that nodes keep for themselves: with too little of it, the kernel kills what is largest. */
function keptLess(old: Fields, now: Fields): readonly string[] {
  return (['kubeReserved', 'systemReserved'] as const).flatMap((field) => {
    const [was, is] = [old, now].map((kubelet) =>
      parseQuantity(textOf(fieldsOf(kubelet[field]).memory) ?? ''),
    );
    // The system's own reserve is nothing where nobody sets it.
    const usual = was ?? (field === 'kubeReserved' ? USUAL_RESERVE : 0n);
    const isLess = is === undefined ? was !== undefined && field === 'systemReserved' : is * 2n <= usual;
    if (!isLess) return [];
    return [changeOf(`memory of ${field}`, fieldsOf(old[field]).memory, fieldsOf(now[field]).memory)];
  });
}
