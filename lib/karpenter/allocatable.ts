/**
 * What a node offers to pods, by the formulas of pkg/providers/instancetype/types.go in aws/karpenter-provider-aws
 * v1.14.1. Karpenter decides with these numbers before a node exists; a running node may differ by a few MiB.
 */
import { devicesOf } from './devices';
import type { InstanceType } from './instance-types';
import type { NodeClassCapacity } from './node-class';
import { GIB, MIB, type NodeClassRules, nodeClassRules } from './node-class-rules';

/** Amounts of the resources of a node. */
export interface NodeResources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly pods: number;
  readonly ephemeralStorageBytes: number;
  /** Whole devices by extended resource, `nvidia.com/gpu`; resources that the type lacks are left out. */
  readonly extended: Readonly<Record<string, number>>;
}

/** What pods may request, those of daemonsets included. Below zero where the reservations exceed the node. */
export type Allocatable = NodeResources;

/** Settings of the Karpenter controller that change capacity. */
export interface ControllerSettings {
  /** VM_MEMORY_OVERHEAD_PERCENT: the share of memory that never reaches the guest. */
  readonly vmMemoryOverheadPercent: number;
  /** RESERVED_ENIS: network interfaces whose addresses pods do not get. */
  readonly reservedEnis: number;
}

/** What the controller counts with unless told otherwise: pkg/operator/options/options.go. */
export const DEFAULT_SETTINGS: ControllerSettings = { vmMemoryOverheadPercent: 0.075, reservedEnis: 0 };

interface Remembered {
  readonly rules: NodeClassRules;
  readonly allocatable: Map<InstanceType, Allocatable>;
}

const remembered = new WeakMap<NodeClassCapacity, WeakMap<ControllerSettings, Remembered>>();

/**
 * What a node of this type and class offers to pods. Remembered by identity of type, class and settings, so that
 * asking again for many pods is cheap. Throws a RangeError where the class holds a text that is not a quantity.
 *
 * Instance store that is not NVMe (m3, d2 and older) is not in the catalogue: with `RAID0` such types keep their EBS
 * volume here.
 */
export function allocatable(
  type: InstanceType,
  nodeClass: NodeClassCapacity,
  settings: ControllerSettings = DEFAULT_SETTINGS,
): Allocatable {
  const memory = remember(nodeClass, settings);
  let found = memory.allocatable.get(type);
  if (!found) {
    found = lessOverhead(type, memory.rules, settings);
    memory.allocatable.set(type, found);
  }
  return found;
}

/** What a node of this type and class has before reservations: `status.capacity` of its NodeClaim. */
export function capacity(
  type: InstanceType,
  nodeClass: NodeClassCapacity,
  settings: ControllerSettings = DEFAULT_SETTINGS,
): NodeResources {
  return capacityBy(type, remember(nodeClass, settings).rules, settings);
}

function remember(nodeClass: NodeClassCapacity, settings: ControllerSettings): Remembered {
  let bySettings = remembered.get(nodeClass);
  if (!bySettings) {
    bySettings = new WeakMap();
    remembered.set(nodeClass, bySettings);
  }
  let found = bySettings.get(settings);
  if (!found) {
    found = { rules: nodeClassRules(nodeClass), allocatable: new Map() };
    bySettings.set(settings, found);
  }
  return found;
}

function capacityBy(type: InstanceType, rules: NodeClassRules, settings: ControllerSettings): NodeResources {
  // Graviton keeps 64 MiB for contiguous memory.
  const mib = type.arch === 'arm64' ? type.memoryMib - 64 : type.memoryMib;
  const overheadMib = Math.ceil((mib * MIB * settings.vmMemoryOverheadPercent) / 1024 / 1024);
  const storeGb = rules.useInstanceStore ? type.localNvmeGb : undefined;
  return {
    cpuMilli: type.vcpu * 1000,
    memoryBytes: (mib - overheadMib) * MIB,
    pods: podsBy(type, rules, settings.reservedEnis),
    ephemeralStorageBytes: storageBytes(storeGb, rules),
    extended: type.devices ?? devicesOf(type),
  };
}

function storageBytes(storeGb: number | undefined, { volumeBytes, family }: NodeClassRules): number {
  if (storeGb === undefined) return volumeBytes;
  return family.largerStore ? Math.max(storeGb * 1e9, volumeBytes) : storeGb * 1e9;
}

function lessOverhead(type: InstanceType, rules: NodeClassRules, settings: ControllerSettings): Allocatable {
  const node = capacityBy(type, rules, settings);
  const { kubeReserved, systemReserved } = rules;
  // RESERVED_ENIS does not lower this count, by Karpenter's own choice.
  const podsForMemory = rules.family.eniLimitedMemory ? eniPods(type, 0, rules.efaOnlyEnis) : node.pods;
  return {
    cpuMilli:
      node.cpuMilli -
      (kubeReserved.cpuMilli ?? kubeReservedCpuMilli(type.vcpu)) -
      (systemReserved.cpuMilli ?? 0),
    memoryBytes:
      node.memoryBytes -
      (kubeReserved.memoryBytes ?? (11 * podsForMemory + 255) * MIB) -
      (systemReserved.memoryBytes ?? 0) -
      rules.memoryEviction(node.memoryBytes),
    pods: node.pods,
    ephemeralStorageBytes:
      node.ephemeralStorageBytes -
      (kubeReserved.ephemeralStorageBytes ?? GIB) -
      (systemReserved.ephemeralStorageBytes ?? 0) -
      rules.storageEviction(node.ephemeralStorageBytes),
    extended: node.extended,
  };
}

function podsBy(type: InstanceType, rules: NodeClassRules, reservedEnis: number): number {
  const { family, maxPods, podsPerCore } = rules;
  const byAddresses = family.eniLimitedPods ? eniPods(type, reservedEnis, rules.efaOnlyEnis) : 110;
  const byNetwork = Math.min(byAddresses, family.mostPods ?? byAddresses);
  const pods = maxPods ?? byNetwork;
  return podsPerCore > 0 && family.podsPerCore ? Math.min(podsPerCore * type.vcpu, pods) : pods;
}

/** Each interface keeps one address for itself; two pods (aws-node, kube-proxy) use the host's network. */
function eniPods(type: InstanceType, reservedEnis: number, efaOnlyEnis: number): number {
  const enis = Math.max(type.enis - reservedEnis - efaOnlyEnis, 0);
  return enis === 0 ? 0 : enis * (type.ipv4PerEni - 1) + 2;
}

/** 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest; each part in whole milli-cores. */
function kubeReservedCpuMilli(vcpu: number): number {
  const part = (from: number, to: number, share: number) =>
    Math.trunc(Math.max(Math.min(vcpu, to) - from, 0) * 1000 * share);
  return part(0, 1, 0.06) + part(1, 2, 0.01) + part(2, 4, 0.005) + part(4, Infinity, 0.0025);
}
