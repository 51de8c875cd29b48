/**
 * What EKS Fargate sells: a machine for each pod, in steps.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html
 */

/** What a pod asks for, all containers summed up. */
export interface FargateRequests {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes?: number;
}

/** One machine. */
export interface FargateSize {
  readonly vcpu: number;
  /** GiB, of which 256 MiB are for kubelet, kube-proxy and containerd. */
  readonly memoryGib: number;
  /** GiB of disk; 20 are in the price. */
  readonly diskGib: number;
}

const GIB = 1024 ** 3;
/** What kubelet, kube-proxy and containerd get on top of each pod's memory. */
const SYSTEM_BYTES = 256 * 1024 ** 2;
/** Disk that every pod has without asking. */
const FREE_DISK_GIB = 20;
/** Most disk of a pod. */
const MOST_DISK_GIB = 175;

/** vCPUs, with the least and the most GiB of memory beside them, and the step between. */
const STEPS: readonly (readonly [vcpu: number, least: number, most: number, step: number])[] = [
  [0.25, 0.5, 1, 0.5],
  // 1.5 GiB is not sold.
  [0.25, 2, 2, 1],
  [0.5, 1, 4, 1],
  [1, 2, 8, 1],
  [2, 4, 16, 1],
  [4, 8, 30, 1],
  [8, 16, 60, 4],
  [16, 32, 120, 8],
];

/** The largest machine, as text for messages. */
export const LARGEST_FARGATE = '16 vCPU, 120 GiB of memory, 175 GiB of disk';

/** The machine that a pod gets; undefined where none is large enough. */
export function fargateSize(pod: FargateRequests): FargateSize | undefined {
  const memory = (pod.memoryBytes + SYSTEM_BYTES) / GIB;
  const diskGib = diskOf(pod.ephemeralStorageBytes ?? 0);
  if (diskGib > MOST_DISK_GIB) return undefined;
  for (const [vcpu, least, most, step] of STEPS) {
    if (vcpu * 1000 < pod.cpuMilli || most < memory) continue;
    const memoryGib = Math.max(least, least + Math.ceil((memory - least) / step - 1e-9) * step);
    return { vcpu, memoryGib, diskGib };
  }
  return undefined;
}

/** US dollars an hour of each part in us-east-1, Linux on x86. @see https://aws.amazon.com/fargate/pricing/ */
const USD_PER_HOUR = { vcpu: 0.04048, gib: 0.004445, diskGib: 0.000111 } as const;

/** What a minute of the machine costs; from the first second of a pull, and at least a minute. */
export function fargateUsdPerMinute({ vcpu, memoryGib, diskGib }: FargateSize): number {
  const disk = Math.max(0, diskGib - FREE_DISK_GIB) * USD_PER_HOUR.diskGib;
  return (vcpu * USD_PER_HOUR.vcpu + memoryGib * USD_PER_HOUR.gib + disk) / 60;
}

/** As people write it: `2 vCPU, 4 GiB`. */
export function formatFargate({ vcpu, memoryGib, diskGib }: FargateSize): string {
  const disk = diskGib > FREE_DISK_GIB ? `, ${diskGib} GiB of disk` : '';
  return `Fargate ${vcpu} vCPU ${memoryGib} GiB${disk}`;
}

/** A tenth for the file system and 5 GiB for the system come on top of what is asked for. */
function diskOf(bytes: number): number {
  return Math.max(FREE_DISK_GIB, Math.ceil((bytes / GIB) * 1.1 + 5 - 1e-9));
}
