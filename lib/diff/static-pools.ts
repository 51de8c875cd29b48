import { fixedNodesOf, isStatic, replicasOf } from '../cluster/fixed-nodes';
import type { NodePool } from '../cluster/node-pools';
import { usdPerHour } from '../karpenter/node-price';
import { HOURS_PER_MONTH } from '../values/duration';
import { type Drain, drainOf } from './drain';
import { pairedPools } from './paired-pools';
import { type Comparison, type Impact, impact, type Rule } from './rule';

/** Pools that keep a number of nodes, whatever waits. */
export const staticPool: Rule = {
  id: 'static-pool',
  title: 'A NodePool with replicas makes that many nodes at once and keeps them, whether a pod waits or not.',
  run: (comparison) =>
    pairedPools(comparison).flatMap(({ change, before, after }): Impact[] => {
      if (!after || !isStatic(after)) return [];
      // The API server refuses one that made nodes for pods, which is immutable-field.
      if (before && !isStatic(before)) return [];
      const was = before ? `, before ${replicasOf(before) ?? 'not set'}` : '';
      const why = `spec.replicas is ${replicasOf(after)}${was}.`;
      const told = before ? changeOf(before, after, comparison) : makes('Nodes', after);
      return told ? [impact('static-pool', told.weight, change, told.text, why)] : [];
    }),
};

/** What becomes of the nodes of a pool that was there; undefined where it keeps as many. */
function changeOf(before: NodePool, after: NodePool, comparison: Comparison): Drain | undefined {
  const [old, now] = [fixedNodesOf(before), fixedNodesOf(after)];
  if (old === now) return undefined;
  if (now > old) return makes('More nodes', after);
  const { weight, text } = drainOf({ before, after }, comparison);
  const gone = old - now === 1 ? 'One node goes' : `${old - now} nodes go`;
  return { weight, text: `${gone}; ${text}. What stays: ${costOf(after, now)}` };
}

function makes(what: string, pool: NodePool): Drain {
  if (fixedNodesOf(pool) === 0)
    return { weight: 'info', text: 'It has no node until spec.replicas is raised.' };
  const text = `${what} are made at once and kept, whether a pod waits or not: ${costOf(pool, fixedNodesOf(pool))}`;
  return { weight: 'notice', text };
}

/** How many nodes that are, and what a month of them costs by the cheapest and the most expensive type. */
function costOf({ types, isAutoMode }: NodePool, nodes: number): string {
  const priced = types
    .flatMap((type) => {
      const usd = usdPerHour(type);
      return usd === undefined ? [] : [{ name: type.name, usd }];
    })
    .sort((a, b) => a.usd - b.usd);
  const [first, last] = [priced[0], priced.at(-1)];
  if (nodes === Number.POSITIVE_INFINITY) return 'how many is not known here.';
  const count = `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`;
  if (first === undefined || last === undefined) return `${count}, at a price that is not known here.`;
  const fee = isAutoMode ? " with EKS Auto Mode's fee" : '';
  const price = ({ name, usd }: { readonly name: string; readonly usd: number }) =>
    `USD ${Math.round(usd * HOURS_PER_MONTH * nodes)} a month on demand${fee} (${name})`;
  return first === last ? `${count}, ${price(first)}.` : `${count}, from ${price(first)} to ${price(last)}.`;
}
