import type { NodePool } from '../cluster/node-pools';
import { formatDuration, parseDuration } from '../values/duration';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** A vacant node that stays for fewer seconds more is not reported. */
const MORE_SECONDS = 300;

/** How vacant and drifted nodes of a pool stay longer than before, as sentences. */
export function heldLonger(before: NodePool, after: NodePool): readonly string[] {
  const [old, now] = [vacantSeconds(before), vacantSeconds(after)];
  const blocked = ['Empty', 'Drifted'].filter((reason) => blocks(after, reason) && !blocks(before, reason));
  const rarely = ['Empty', 'Drifted'].filter(
    (reason) => !blocks(after, reason) && scheduled(after, reason) > scheduled(before, reason),
  );
  return [
    ...(now === Number.POSITIVE_INFINITY && old < now
      ? ['Vacant nodes stay until they expire, and cost money until then.']
      : now < Number.POSITIVE_INFINITY && now - old >= MORE_SECONDS
        ? [
            `Vacant nodes stay for ${formatDuration(now)} instead of ${formatDuration(old)}, and cost money until then.`,
          ]
        : []),
    ...(blocked.includes('Empty')
      ? ['Vacant nodes are only removed when they expire, and cost money until then.']
      : []),
    ...(blocked.includes('Drifted')
      ? ['Drifted nodes are not replaced: new images and settings wait until nodes expire.']
      : []),
    ...(rarely.length > 0
      ? [
          `While its schedule holds, a budget keeps every ${rarely.map((reason) => NAMES[reason]).join(' and every ')} node.`,
        ]
      : []),
  ];
}

const NAMES: Readonly<Record<string, string>> = { Empty: 'vacant', Drifted: 'drifted' };

/** Seconds from the last pod of a node to its removal, by `consolidateAfter`. */
function vacantSeconds({ manifest }: NodePool): number {
  const text = textOf(at(manifest.body, ['spec', 'disruption', 'consolidateAfter'])) ?? '0s';
  return text === 'Never' ? Number.POSITIVE_INFINITY : (parseDuration(text) ?? 0);
}

/** Budgets that let no node go for a reason. One without reasons counts for all of them. */
function closedBudgets({ manifest }: NodePool, reason: string): ReturnType<typeof fieldsOf>[] {
  return listOf(at(manifest.body, ['spec', 'disruption', 'budgets']))
    .map(fieldsOf)
    .filter(({ nodes, reasons }) => {
      const isOfReason = reasons === undefined || listOf(reasons).includes(reason);
      return isOfReason && /^0+%?$/.test(textOf(nodes) ?? '');
    });
}

function blocks(pool: NodePool, reason: string): boolean {
  return closedBudgets(pool, reason).some(({ schedule }) => schedule === undefined);
}

function scheduled(pool: NodePool, reason: string): number {
  return closedBudgets(pool, reason).filter(({ schedule }) => schedule !== undefined).length;
}
