import { type NodePool, nodeOf } from '../cluster/node-pools';
import { at, textsOf } from '../values/record';
import { type Comparison, changesOf, firstFew, type Impact, impact, objectOf, type Rule } from './rule';

/** NodeOverlays by which Karpenter believes that nodes of a pool have more devices than before. */
export const nodeOverlay: Rule = {
  id: 'node-overlay',
  title:
    'Karpenter makes a node for a pod by what a NodeOverlay says of its type, whether the node has it or not.',
  run: (comparison) => {
    const changes = changesOf(comparison, 'NodeOverlay').filter(({ after }) => after);
    if (changes.length === 0) return [];
    const gained = gainedDevices(comparison);
    return changes.flatMap((change): Impact[] => {
      const own = Object.keys(textsOf(at(objectOf(change).body, ['spec', 'capacity'])));
      const pools = gained.filter(({ devices }) => own.some((name) => devices.has(name)));
      if (pools.length === 0) return [];
      const names = own.filter((name) => pools.some(({ devices }) => devices.has(name)));
      const what = `Nodes of ${firstFew(pools.map(({ pool }) => pool.name))} count as having more of ${firstFew(names)}: Karpenter makes them for pods that ask for it.`;
      const why =
        'Unless a device plugin offers that many there, the pod waits on its node, and the node costs money.';
      return [impact('node-overlay', 'notice', change, what, why)];
    });
  },
};

/** Pools that were there before, with devices of which their types have more now. */
function gainedDevices(comparison: Comparison): readonly { pool: NodePool; devices: ReadonlySet<string> }[] {
  const known = new Map(comparison.before.pools.map((pool) => [pool.name, pool]));
  return comparison.after.pools.flatMap((pool) => {
    const before = known.get(pool.name);
    if (before === undefined) return [];
    const devices = new Set(
      pool.types.flatMap((type) => {
        const [old, now] = [before, pool].map((one) => nodeOf(one, type).extended ?? {});
        return Object.keys(now).filter((name) => now[name] > (old[name] ?? 0));
      }),
    );
    return devices.size > 0 ? [{ pool, devices }] : [];
  });
}
