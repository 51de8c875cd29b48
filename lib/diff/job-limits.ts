import { displayName } from '../cluster/manifest';
import { parseQuantity } from '../values/quantity';
import { fieldsOf, textOf } from '../values/record';
import type { Comparison, Impact } from './rule';
import { runnerPairs } from './security/runner-pairs';

const LIMIT = /^(?:|helper_|service_|pod_)(cpu|memory|ephemeral_storage)_limit$/;

/** What becomes of a job that needs more than its limit. */
const ENDS: Readonly<Record<string, string>> = {
  memory: 'are killed',
  ephemeral_storage: 'are evicted',
  cpu: 'become slower, and may time out',
};

/** Limits of job pods that fall: jobs that ran within the old one may exceed the new one. */
export function jobLimitImpacts(comparison: Comparison): Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    if (before === undefined) return [];
    const [old, now] = [before, after].map(({ table }) => fieldsOf(table.kubernetes));
    const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
    const fallen = [...keys].flatMap((key) => fallenLimit(key, textOf(old[key]), textOf(now[key])));
    if (fallen.length === 0) return [];
    const weight = fallen.some(({ isHalf }) => isHalf) ? 'disruptive' : 'notice';
    const ends = [...new Set(fallen.map(({ end }) => end))].join(' or ');
    const list = fallen.map(({ text }) => text).join('; ');
    const what = `Jobs of ${after.name} that need more ${ends}: ${list}.`;
    const why = 'A job that stayed within the old limit may exceed the new one.';
    return [{ id: 'killed-earlier', weight, object: displayName(after.config.manifest), what, why }];
  });
}

interface FallenLimit {
  readonly text: string;
  readonly end: string;
  /** Whether it fell to half or less, and ends jobs. */
  readonly isHalf: boolean;
}

function fallenLimit(key: string, before: string | undefined, after: string | undefined): FallenLimit[] {
  const [, resource] = LIMIT.exec(key) ?? [];
  const [old, now] = [parseQuantity(before ?? ''), parseQuantity(after ?? '')];
  // Zero means no limit.
  if (resource === undefined || !now || (old && now >= old)) return [];
  const isHalf = resource !== 'cpu' && old !== undefined && old > 0n && now * 2n <= old;
  return [{ text: `${key} is ${after}, before ${old ? before : 'nothing'}`, end: ENDS[resource], isHalf }];
}
