import { daemonSetsOn } from '../cluster/daemon-sets';
import { type NodePool, nodeOf } from '../cluster/node-pools';
import type { InstanceType } from '../karpenter/instance-types';
import { type DaemonSetOverhead, type PodRequests, usdPerHour } from '../karpenter/node-price';

/** Nodes of one type that hold some pods. */
export interface PackedNodes {
  readonly type: InstanceType;
  readonly nodes: number;
}

/**
 * The cheapest nodes of one type that hold pods of several sizes, the largest of them placed first; undefined where no type with a
 * price holds them all.
 *
 * @param least nodes that there have to be, however little the pods ask for
 */
export function cheapestNodes(
  pool: NodePool,
  types: readonly InstanceType[],
  pods: readonly PodRequests[],
  given: DaemonSetOverhead,
  least: number,
): PackedNodes | undefined {
  const sorted = [...pods].sort((a, b) => b.memoryBytes - a.memoryBytes || b.cpuMilli - a.cpuMilli);
  let best: (PackedNodes & { readonly usd: number }) | undefined;
  for (const type of types) {
    const each = usdPerHour(type);
    const packed = each === undefined ? undefined : nodesOfType(pool, type, sorted, given);
    if (each === undefined || packed === undefined) continue;
    const nodes = Math.max(packed, least);
    const usd = nodes * each;
    if (best === undefined || usd < best.usd) best = { type, nodes, usd };
  }
  return best && { type: best.type, nodes: best.nodes };
}

interface Room {
  cpuMilli: number;
  memoryBytes: number;
  storageBytes: number;
  pods: number;
}

/** How many nodes of a type hold the pods; undefined where one of them fits no empty node. */
function nodesOfType(
  pool: NodePool,
  type: InstanceType,
  pods: readonly PodRequests[],
  given: DaemonSetOverhead,
): number | undefined {
  const daemonSets = daemonSetsOn(pool, given);
  const node = nodeOf(pool, type);
  const empty: Room = {
    cpuMilli: node.cpuMilli - daemonSets.cpuMilli,
    memoryBytes: node.memoryBytes - daemonSets.memoryBytes,
    storageBytes: node.ephemeralStorageBytes - (daemonSets.ephemeralStorageBytes ?? 0),
    pods: node.pods - daemonSets.pods,
  };
  const rooms: Room[] = [];
  for (const pod of pods) {
    let room = rooms.find((one) => holds(one, pod));
    if (room === undefined) {
      room = { ...empty };
      if (!holds(room, pod)) return undefined;
      rooms.push(room);
    }
    room.cpuMilli -= pod.cpuMilli;
    room.memoryBytes -= pod.memoryBytes;
    room.storageBytes -= pod.ephemeralStorageBytes ?? 0;
    room.pods -= 1;
  }
  return rooms.length;
}

function holds(room: Room, pod: PodRequests): boolean {
  return (
    room.pods >= 1 &&
    room.cpuMilli >= pod.cpuMilli &&
    room.memoryBytes >= pod.memoryBytes &&
    room.storageBytes >= (pod.ephemeralStorageBytes ?? 0)
  );
}
