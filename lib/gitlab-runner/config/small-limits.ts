import { parseQuantity } from '../../values/quantity';
import { type Fields, textOf } from '../../values/record';
import type { ConfigProblem } from './problem';

/** Limits below which no job ends well, with the reason. The helper runs git, and packs artifacts and caches. */
const LEAST: readonly (readonly [key: string, least: string, why: string])[] = [
  ['memory_limit', '6Mi', 'no shell starts within it: every job is killed'],
  ['service_memory_limit', '6Mi', 'no process starts within it: every service is killed'],
  ['helper_memory_limit', '32Mi', 'git and the runner itself need more: the helper is killed in every job'],
  ['ephemeral_storage_limit', '10Mi', 'the pod is evicted as soon as the job writes'],
  ['service_ephemeral_storage_limit', '10Mi', 'the pod is evicted as soon as a service writes'],
  ['helper_ephemeral_storage_limit', '10Mi', 'the pod is evicted as soon as the helper writes'],
];

/** Whether what a request keeps room for is most of a pod: on disk, helper and services live on the room of the build. */
function isLarge(key: string): boolean {
  return key.endsWith('memory_request') || key === 'ephemeral_storage_request';
}

/** A limit that is more times a request than this leaves next to nothing reserved. */
const MOST_SHARES = 64n;

/** Requests of next to nothing: nodes are packed with jobs that then take each other's memory and disk. */
export function noRequestFaults(kubernetes: Fields, path: string): readonly ConfigProblem[] {
  const found = ['', 'helper_', 'service_'].flatMap((container) =>
    ['memory_request', 'ephemeral_storage_request'].flatMap((name) => {
      const key = `${container}${name}`;
      const [request, limit] = [key, key.replace('_request', '_limit')].map((name) =>
        parseQuantity(textOf(kubernetes[name]) ?? ''),
      );
      const isNothing = request === 0n || (isLarge(key) && request && limit && request * MOST_SHARES < limit);
      return isNothing ? [`${key} of ${textOf(kubernetes[key])}`] : [];
    }),
  );
  const [first] = found;
  if (first === undefined) return [];
  const why =
    'nothing keeps room for it: nodes are packed with jobs, which are killed or evicted once they use what they may';
  const fix = 'write what it needs, or leave it out: then it is the limit';
  const problem = {
    id: 'no-request',
    severity: 'warning',
    at: `${path}.${first.split(' ')[0]}`,
    found: found.join(', '),
  } as const;
  return [{ ...problem, why, fix }];
}

/** Limits of containers that are too small for any job. Those that are a slip of the unit have a rule of their own. */
export function smallLimitFaults(kubernetes: Fields, path: string): readonly ConfigProblem[] {
  return LEAST.flatMap(([key, least, why]): ConfigProblem[] => {
    const found = textOf(kubernetes[key]) ?? '';
    const amount = parseQuantity(found);
    if (amount === undefined || amount < MEBIBYTE || amount >= (parseQuantity(least) ?? 0n)) return [];
    const fix = `write at least "${least}"`;
    return [{ id: 'small-limit', severity: 'error', at: `${path}.${key}`, found, why, fix }];
  });
}

const MEBIBYTE = parseQuantity('1Mi') ?? 0n;
