import { parseQuantity, type Quantity, toMilli, toUnits } from '../values/quantity';
import { type AmiFamily, amiFamily } from './ami-family';
import type { NodeClassCapacity } from './node-class';

export const MIB = 1024 * 1024;
export const GIB = 1024 * MIB;

/** A node class with its texts read: what decides about capacity and is the same for every instance type. */
export interface NodeClassRules {
  readonly family: AmiFamily;
  /** Interfaces of network card 0 without addresses for pods. */
  readonly efaOnlyEnis: number;
  readonly maxPods?: number;
  /** 0 for no limit. */
  readonly podsPerCore: number;
  /** The EBS volume that pods write to. */
  readonly volumeBytes: number;
  readonly useInstanceStore: boolean;
  readonly kubeReserved: Reserved;
  readonly systemReserved: Reserved;
  readonly memoryEviction: Threshold;
  readonly storageEviction: Threshold;
}

/** Amounts set by the user. */
export interface Reserved {
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
  readonly ephemeralStorageBytes?: number;
}

/** Bytes that must stay free, given the capacity in bytes. */
export type Threshold = (capacity: number) => number;

/** Reads a node class. Throws a RangeError that names the field where a text is not a quantity. */
export function nodeClassRules(nodeClass: NodeClassCapacity): NodeClassRules {
  const { kubelet = {}, networkInterfaces = [], hasPodSubnets = false } = nodeClass;
  const { evictionHard = {} } = kubelet;
  const family = amiFamily(nodeClass);
  return {
    family,
    efaOnlyEnis:
      networkInterfaces.filter((nic) => !nic.networkCardIndex && nic.interfaceType === 'efa-only').length +
      Number(hasPodSubnets),
    // One below 0 the API server refuses, and what would fit is not known.
    maxPods: kubelet.maxPods !== undefined && kubelet.maxPods >= 0 ? kubelet.maxPods : undefined,
    podsPerCore: kubelet.podsPerCore ?? 0,
    volumeBytes: volumeBytes(nodeClass, family),
    useInstanceStore: nodeClass.instanceStorePolicy === 'RAID0',
    kubeReserved: reserved(kubelet.kubeReserved, 'kubelet.kubeReserved'),
    systemReserved: reserved(kubelet.systemReserved, 'kubelet.systemReserved'),
    memoryEviction: threshold(evictionHard['memory.available'] ?? '100Mi', 'memory.available'),
    storageEviction: threshold(evictionHard['nodefs.available'] ?? '10%', 'nodefs.available'),
  };
}

/** The root volume's size, else that of the family's device, else the family's default: ephemeralStorage in types.go. */
function volumeBytes(nodeClass: NodeClassCapacity, family: AmiFamily): number {
  const { blockDeviceMappings: mappings = [] } = nodeClass;
  const root = mappings.find((mapping) => mapping.rootVolume);
  const familys = family.podDevice
    ? mappings.find((mapping) => mapping.deviceName === family.podDevice)
    : mappings.at(-1);
  const size = root?.ebs?.volumeSize ?? familys?.ebs?.volumeSize;
  return size === undefined ? family.podVolumeGib * GIB : toUnits(quantity(size, 'ebs.volumeSize'));
}

function reserved(amounts: Readonly<Record<string, string>> = {}, field: string): Reserved {
  const amount = (key: string, read: (quantity: Quantity) => number) =>
    amounts[key] === undefined ? undefined : read(quantity(amounts[key], `${field}.${key}`));
  return {
    cpuMilli: amount('cpu', toMilli),
    memoryBytes: amount('memory', toUnits),
    ephemeralStorageBytes: amount('ephemeral-storage', toUnits),
  };
}

/** A percentage rounds up to whole bytes; 100 % means, to the kubelet and to Karpenter, that the threshold is off. */
function threshold(text: string, signal: string): Threshold {
  if (!text.endsWith('%')) {
    const bytes = toUnits(quantity(text, `kubelet.evictionHard.${signal}`));
    return () => bytes;
  }
  const percent = Number(text.slice(0, -1));
  if (Number.isNaN(percent)) throw notAQuantity(text, `kubelet.evictionHard.${signal}`);
  return percent === 100 ? () => 0 : (capacity) => Math.ceil((capacity / 100) * percent);
}

function quantity(text: string, field: string): Quantity {
  const found = parseQuantity(text);
  if (found === undefined) throw notAQuantity(text, field);
  return found;
}

function notAQuantity(text: string, field: string): RangeError {
  return new RangeError(`${field}: ${JSON.stringify(text)} is not a quantity that Kubernetes accepts`);
}
