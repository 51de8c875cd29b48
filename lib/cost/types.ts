/**
 * What a cluster's runners cost. Amounts are US dollars and come unrounded; what is undefined
 * is left out of JSON, and Infinity is null there.
 */
export interface ClusterCost {
  /** AWS region of the cluster; null where nothing says it. */
  readonly region: string | null;
  /** What says so, as half a sentence: `by the zones of a NodePool`. */
  readonly regionFrom: string | null;
  /** Region whose prices these are. Disks, Fargate and addresses always have those of us-east-1. */
  readonly pricesOf: string;
  /** Day of the prices: `2026-07-06`. */
  readonly pricesAsOf: string;
  /** Where the prices come from, as half a sentence. */
  readonly source: string;
  /** Whether the cluster is in a region for which there are no prices here, so that these are another's. */
  readonly isOtherRegion: boolean;
  /** Whether nodes are taken to have a public IPv4 address where their class does not say. */
  readonly publicIpv4: boolean;
  /** One for each runner, several managers of one together. */
  readonly runners: readonly RunnerCost[];
  readonly floorUsdPerMonth: IdleFloor;
  readonly ceilingUsdPerHour: LimitsCeiling;
}

/** How the nodes of jobs are bought; `spot, on-demand` where Karpenter takes the second once it gets none of the first. */
export type Purchase = 'spot' | 'on-demand' | 'spot, on-demand' | 'reserved' | 'fargate';

/** What a minute of a job of the default size costs on one runner. */
export interface RunnerCost {
  readonly name: string;
  /** Instance type that is cheapest for one job alone, or size on Fargate; undefined where no price is known. */
  readonly type: string | undefined;
  /** The type on which a job costs least where every slot of its node is taken. */
  readonly packedType: string | undefined;
  readonly purchase: Purchase | undefined;
  /** On demand, alone on its node: the most that a job costs on the cheapest type. Without disks, with Auto Mode's fee. */
  readonly usdPerMinuteAlone: number | undefined;
  /** On demand, where every slot of its node is taken: the least. */
  readonly usdPerMinutePacked: number | undefined;
  /** The part of `usdPerMinuteAlone` that is the fee of EKS Auto Mode; left out on other nodes. */
  readonly autoModeUsdPerMinute?: number;
  /** What disks and public IPv4 address of the node add to `usdPerMinuteAlone`; 0 on Fargate, undefined where it is not known. */
  readonly besidesUsdPerMinute: number | undefined;
  /** What the minute alone costs on Spot; left out where jobs get no Spot node. */
  readonly spot?: SpotMinute;
}

/** A price on Spot, which nobody can promise. */
export interface SpotMinute {
  /** US dollars a minute, alone on the node, the fee of EKS Auto Mode included. */
  readonly low: number;
  readonly high: number;
  /** The type that has it. */
  readonly type: string;
  /** Where the range comes from, as half a sentence. */
  readonly source: string;
  /** Day of the source. */
  readonly date: string;
  /** `prices`: ranges that the user gave. `claim`: between nothing and the most that AWS says Spot saves. */
  readonly basis: 'prices' | 'claim';
}

/** What is paid while no job runs, US dollars for a month of 730 hours. */
export interface IdleFloor {
  /** All parts together, `autoModeFee` not added again. */
  readonly total: number;
  /** Nodes and Fargate machines of managers. */
  readonly managers: number;
  /** Nodes that pause pods keep. */
  readonly prewarm: number;
  /** Nodes of pools with a fixed number of them (`replicas`). */
  readonly fixedNodes: number;
  /** EBS volumes of all of these nodes, at prices of us-east-1. */
  readonly disks: number;
  /** Public IPv4 addresses of these nodes. */
  readonly publicIpv4: number;
  /** The part of managers, prewarm and fixed nodes that is the fee of EKS Auto Mode. */
  readonly autoModeFee: number;
  /** Managers with the largest Savings Plan that AWS names; the fee, disks and Fargate stay as they are. */
  readonly managersWithSavingsPlan: number;
  /** What it is made of, the most expensive first. */
  readonly lines: readonly CostLine[];
  /** What has a price that is not known here, each as half a sentence: the total is without it. */
  readonly unknown: readonly string[];
  /** What has no price here although it stands here, so that no budget can hold: all of `unknown` but disks of classes that are elsewhere. */
  readonly unpriced: readonly CostLine[];
}

/** One thing that costs. */
export interface CostLine {
  readonly what: 'managers' | 'prewarm' | 'fixed nodes' | 'disks' | 'public IPv4' | 'pool' | 'fargate jobs';
  /** Runner, pool or class of nodes that it is of. */
  readonly name: string;
  /** US dollars, for the time of the sum that it is part of; Infinity where nothing bounds it. */
  readonly usd: number;
  /** Whether its price is not known here: `usd` is Infinity then, null in JSON. */
  readonly isUnknown?: true;
  /** How it comes about: `2 x t4g.small for 4 managers`. */
  readonly because: string;
  /** The object to change, as findings name it: `NodePool/gitlab-managers`. */
  readonly object: string;
  /** The file that it stands in. */
  readonly file: string;
}

/** What an hour costs where every pool is at its limits at once. Spot counts with its price on demand, which it does not exceed. */
export interface LimitsCeiling {
  /** US dollars an hour on the types that jobs get first; null where something has no limit, or a price is not known (`lines` say which). */
  readonly total: number | null;
  /** The same if EC2 has nothing but the most expensive types of each pool. */
  readonly worst: number | null;
  readonly pools: readonly PoolCeiling[];
  /** The pools as lines, the most expensive first. */
  readonly lines: readonly CostLine[];
}

/** What an hour of a pool at its limits costs. */
export interface PoolCeiling {
  /** NodePool, or Fargate profile. */
  readonly name: string;
  /** On demand, with the fee of EKS Auto Mode, disks and addresses; 0 where nothing lands in it; null where its limits do not bound it, or a price is not known. */
  readonly usdPerHour: number | null;
  /** The same on the types on which the limits cost most. */
  readonly worstUsdPerHour: number | null;
  /** The type of most of its nodes; undefined on Fargate. */
  readonly type: string | undefined;
  readonly worstType: string | undefined;
  /** `limits`: those of the pool. `jobs`: on Fargate, where runners take no more jobs at once. `nodes`: a fixed number of nodes. */
  readonly boundBy: 'limits' | 'jobs' | 'nodes' | null;
  readonly because: string;
  /** Whether it is null since a price is not known. */
  readonly isUnknown?: true;
}
