import { daemonSetsOn } from '../cluster/daemon-sets';
import { type NodePool, nodeOf } from '../cluster/node-pools';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { landing } from '../cluster/observe';
import type { Placement } from '../cluster/placement';
import { jobsWithin } from '../cluster/pool-limits';
import { fargateUsdPerMinute, formatFargate } from '../karpenter/fargate-sizes';
import type { InstanceType } from '../karpenter/instance-types';
import { type DaemonSetOverhead, type PodRequests, slots, usdPerHour } from '../karpenter/node-price';
import { at, textOf } from '../values/record';

/** A machine that holds some jobs. */
export interface Machine {
  /** Type of node, or size on Fargate. */
  readonly name: string;
  /** On demand, the fee of EKS Auto Mode included. */
  readonly usdPerHour: number;
  /** The part of it that is the fee of EKS Auto Mode. */
  readonly autoModeUsdPerHour: number;
  /** Addresses that it and its pods take of the subnet. */
  readonly addresses: number;
  /** What it counts against the quota of vCPUs of the account. */
  readonly vcpus: number;
  /** Pulls of an image that its jobs share: it keeps the image that the first of them brings. */
  readonly pulls: number;
  /** Pods on it, those of DaemonSets among them. */
  readonly pods: number;
  /** Most jobs that it has room for. */
  readonly slots: number;
}

/** Where jobs of the default size run: on nodes of a pool, or each on a machine of Fargate. */
export interface Site {
  /** Most jobs on one machine. */
  readonly slots: number;
  /** What is started for so many jobs, from 1 to `slots`. */
  readonly machineFor: (jobs: number) => Machine;
  /** Undefined on Fargate, which has no limit that a manifest tells. */
  readonly pool: PoolLimit | undefined;
}

/** What the limits of a pool allow. */
export interface PoolLimit {
  readonly placement: Placement;
  /** The type that holds the most jobs. */
  readonly type: InstanceType;
  /** Jobs on the nodes that the limits allow, of the one type that makes the most of them. */
  readonly allows: number;
}

/** What a machine adds to a sum. */
export type Counted = 'addresses' | 'usdPerHour' | 'autoModeUsdPerHour' | 'vcpus' | 'pods' | 'pulls';

/** Machines that are started for jobs that come in batches: for each batch full ones, and one for the rest. */
export function machinesFor(
  { slots: most, machineFor }: Site,
  batches: readonly number[],
): readonly (Machine & { readonly count: number })[] {
  const found = new Map<string, Machine & { count: number }>();
  const start = (machine: Machine, count: number) => {
    const key = `${machine.name} ${machine.addresses}`;
    const known = found.get(key) ?? { ...machine, count: 0 };
    found.set(key, { ...known, count: known.count + count });
  };
  // Room on machines that earlier batches started.
  let room = 0;
  for (const [index, jobs] of batches.entries()) {
    const waiting = Math.max(jobs - room, 0);
    room -= jobs - waiting;
    const [full, rest] = [Math.floor(waiting / most), waiting % most];
    if (full > 0) start(machineFor(most), full);
    if (rest === 0) continue;
    const { slots } = machineFor(rest);
    // The next batch fills it.
    start(machineFor(index < batches.length - 1 ? slots : rest), 1);
    room += slots - rest;
  }
  return [...found.values()];
}

/** Where jobs of the default size may run, the pool of the highest weight first. */
export function sitesOf({ job }: ObservedRunner, { settings }: Subject): readonly Site[] {
  if (job?.fargate?.size) {
    const { size } = job.fargate;
    const machine = {
      name: formatFargate(size),
      usdPerHour: fargateUsdPerMinute(size) * 60,
      autoModeUsdPerHour: 0,
      addresses: 1,
      vcpus: size.vcpu,
      pulls: 1,
      pods: 1,
      slots: 1,
    };
    return [{ slots: 1, machineFor: () => machine, pool: undefined }];
  }
  return landing(job).map((placement) =>
    siteOf(placement, job?.pod.requests ?? NOTHING, settings.daemonSets),
  );
}

const NOTHING: PodRequests = { cpuMilli: 0, memoryBytes: 0 };

/**
 * Karpenter puts as many waiting pods on a node as the largest of its types holds, and starts the cheapest type that holds
 * those.
 */
function siteOf(placement: Placement, requests: PodRequests, given: DaemonSetOverhead): Site {
  const { pool, types } = placement;
  const daemonSets = daemonSetsOn(pool, given);
  const offers = types
    .map((type) => ({ type, slots: slots(nodeOf(pool, type), daemonSets, requests) }))
    .sort((a, b) => priceOf(a.type) - priceOf(b.type));
  const most = Math.max(...offers.map((offer) => offer.slots));
  const cheapest = (jobs: number) => offers.find((offer) => offer.slots >= jobs) ?? offers[0];
  return {
    slots: most,
    machineFor: (jobs) => {
      const { type, slots: room } = cheapest(jobs);
      // The CNI's own pod and kube-proxy's use the addresses of the node.
      const own = jobs + Math.max(daemonSets.pods - 2, 0);
      return {
        name: type.name,
        usdPerHour: priceOf(type),
        autoModeUsdPerHour: type.autoModeUsdPerHour ?? 0,
        addresses: pool.isAutoMode ? autoAddressesOf(pool, own) : addressesOf(type, own),
        vcpus: type.vcpu,
        pulls: 1,
        pods: jobs + daemonSets.pods,
        slots: room,
      };
    },
    pool: { placement, type: cheapest(most).type, allows: jobsWithin(placement, requests, daemonSets) },
  };
}

function priceOf(type: InstanceType): number {
  return usdPerHour(type) ?? Number.POSITIVE_INFINITY;
}

/**
 * The same on a node of EKS Auto Mode: its own, and blocks of 16 for its pods, unless its class asks for single ones.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
 */
function autoAddressesOf({ nodeClass }: NodePool, pods: number): number {
  const size = textOf(at(nodeClass?.manifest.body, ['spec', 'advancedNetworking', 'ipv4PrefixSize']));
  return 1 + (size === '32' ? pods : Math.ceil(pods / AUTO_MODE_BLOCK) * AUTO_MODE_BLOCK);
}

/** Addresses of a /28. */
const AUTO_MODE_BLOCK = 16;

/**
 * Addresses that a node with so many pods of their own address takes with the defaults of the VPC CNI: whole network
 * interfaces, and one more in reserve (WARM_ENI_TARGET 1).
 * @see https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md
 */
function addressesOf({ enis, ipv4PerEni }: InstanceType, pods: number): number {
  const interfaces = Math.ceil(pods / (ipv4PerEni - 1)) + 1;
  return Math.min(interfaces, enis) * ipv4PerEni;
}
