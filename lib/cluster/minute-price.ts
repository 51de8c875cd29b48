import { fargateUsdPerMinute, formatFargate } from '../karpenter/fargate-sizes';
import { usdPerHour } from '../karpenter/node-price';
import { landing, type ObservedRunner, type PlacedPod } from './observe';
import type { Placement } from './placement';

/** What a minute of a pod costs on its machine. */
export interface MinutePrice {
  /** Instance type, or size on Fargate. */
  readonly type: string;
  /** On demand, without disks, the fee of EKS Auto Mode included. */
  readonly usdPerMinute: number;
  /** The part of it that is the fee of EKS Auto Mode, which is the same on Spot; undefined on other nodes. */
  readonly autoModeUsdPerMinute?: number;
  /** The pool that it is of; undefined on Fargate. */
  readonly pool?: string;
}

/**
 * The least that a job of the default size costs, alone on its machine, in the pools that Karpenter tries first: those of the
 * highest weight that take it. Undefined where it lands nowhere.
 */
export function cheapestMinute({ job }: ObservedRunner): MinutePrice | undefined {
  return minutePriceOf(job);
}

/** The least that a job of the default size costs where every slot of its node is taken, in the same pools. */
export function packedMinute({ job }: ObservedRunner): MinutePrice | undefined {
  return minutePriceOf(job, 'packed');
}

/** The same of any pod, alone or packed. */
export function minutePriceOf(
  placed: PlacedPod | undefined,
  which: 'cheapest' | 'packed' = 'cheapest',
): MinutePrice | undefined {
  const size = placed?.fargate?.size;
  if (size) return { type: formatFargate(size), usdPerMinute: fargateUsdPerMinute(size) };
  const [best] = firstPlacements(placed)
    .flatMap(({ pool, [which]: offer }) => (offer ? [{ ...offer, pool: pool.name }] : []))
    .sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  if (best === undefined) return undefined;
  const { type, usdPerMinute, pool } = best;
  const fee = type.autoModeUsdPerHour;
  const share = which === 'cheapest' ? 1 : usdPerMinute / ((usdPerHour(type) ?? 0) / 60);
  return {
    type: type.name,
    usdPerMinute,
    ...(fee !== undefined && { autoModeUsdPerMinute: (fee / 60) * share }),
    pool,
  };
}

/** Where Karpenter tries first: the placements of a pod in the pools of the highest weight that take it. */
export function firstPlacements(placed: PlacedPod | undefined): readonly Placement[] {
  const placements = landing(placed);
  const first = Math.max(...placements.map(({ pool }) => pool.weight));
  return placements.filter(({ pool }) => pool.weight === first);
}
