import type { Cell } from '../../lib/karpenter/instance-types';

/** The part of an item of `aws ec2 describe-instance-types` that Karpenter's labels and pod counts rest on. */
export interface InstanceTypeInfo {
  readonly InstanceType: string;
  readonly SupportedVirtualizationTypes?: readonly string[];
  /** Absent on bare metal. */
  readonly Hypervisor?: string;
  readonly VCpuInfo: { readonly DefaultVCpus: number };
  readonly MemoryInfo: { readonly SizeInMiB: number };
  readonly ProcessorInfo: {
    readonly Manufacturer?: string;
    readonly SupportedArchitectures: readonly string[];
    readonly SustainedClockSpeedInGhz?: number;
  };
  readonly EbsInfo?: {
    readonly EbsOptimizedSupport?: string;
    readonly EbsOptimizedInfo?: { readonly MaximumBandwidthInMbps?: number };
  };
  readonly InstanceStorageInfo?: { readonly NvmeSupport?: string; readonly TotalSizeInGB?: number };
  readonly NetworkInfo: {
    readonly DefaultNetworkCardIndex?: number;
    readonly EncryptionInTransitSupported?: boolean;
    readonly Ipv4AddressesPerInterface: number;
    readonly NetworkCards: readonly { readonly MaximumNetworkInterfaces: number }[];
  };
  readonly GpuInfo?: {
    readonly Gpus: readonly (Device & { readonly MemoryInfo: { readonly SizeInMiB: number } })[];
  };
  readonly InferenceAcceleratorInfo?: { readonly Accelerators: readonly Device[] };
  readonly NeuronInfo?: { readonly NeuronDevices: readonly Device[] };
}

interface Device {
  readonly Name: string;
  readonly Manufacturer?: string;
  readonly Count: number;
}

/** Values by column of the catalogue; undefined and null both mean "none". */
export type Facts = Readonly<Record<string, Cell | undefined>>;

const LABEL = 'karpenter.k8s.aws/instance-';

const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' };

/** The types Karpenter asks EC2 for: pkg/providers/instancetype/instancetype.go at v1.14.1. */
export function isUsable(info: InstanceTypeInfo): boolean {
  return architecture(info) !== undefined && (info.SupportedVirtualizationTypes ?? ['hvm']).includes('hvm');
}

/**
 * What EC2 says of a type, by column of the catalogue: the rules of computeRequirements and ENILimitedPods in
 * pkg/providers/instancetype/types.go at v1.14.1.
 */
export function factsOf(info: InstanceTypeInfo): Facts {
  const { ProcessorInfo: processor, NetworkInfo: network, EbsInfo: ebs, InstanceStorageInfo: store } = info;
  const ghz = processor.SustainedClockSpeedInGhz ?? 0;
  return {
    name: info.InstanceType,
    'kubernetes.io/arch': architecture(info),
    [`${LABEL}cpu-manufacturer`]: labelValue(processor.Manufacturer),
    [`${LABEL}cpu`]: info.VCpuInfo.DefaultVCpus,
    [`${LABEL}memory`]: info.MemoryInfo.SizeInMiB,
    [`${LABEL}cpu-sustained-clock-speed-mhz`]: Math.round(ghz * 1000),
    [`${LABEL}ebs-bandwidth`]:
      ebs?.EbsOptimizedSupport === 'default' ? ebs.EbsOptimizedInfo?.MaximumBandwidthInMbps : null,
    [`${LABEL}hypervisor`]: info.Hypervisor ?? '',
    [`${LABEL}encryption-in-transit-supported`]: network.EncryptionInTransitSupported ?? false,
    [`${LABEL}local-nvme`]: store?.NvmeSupport === 'unsupported' ? null : store?.TotalSizeInGB,
    enis: network.NetworkCards[network.DefaultNetworkCardIndex ?? 0].MaximumNetworkInterfaces,
    ipv4PerEni: network.Ipv4AddressesPerInterface,
    ...gpu(info),
    ...accelerator(info),
  };
}

/** Labels only where all GPUs are of one kind. Fractions of a GPU (g6f) count as 0. */
function gpu(info: InstanceTypeInfo): Facts {
  const [only, ...others] = info.GpuInfo?.Gpus ?? [];
  if (!only || others.length > 0) return {};
  return {
    [`${LABEL}gpu-name`]: labelValue(only.Name),
    [`${LABEL}gpu-manufacturer`]: labelValue(only.Manufacturer),
    [`${LABEL}gpu-count`]: only.Count,
    [`${LABEL}gpu-memory`]: only.MemoryInfo.SizeInMiB,
  };
}

/** AWS Neuron devices go before other accelerators, and EC2 names no manufacturer for them. */
function accelerator(info: InstanceTypeInfo): Facts {
  const devices = info.NeuronInfo?.NeuronDevices.map((device) => ({ ...device, Manufacturer: 'aws' }));
  const [only, ...others] = devices ?? info.InferenceAcceleratorInfo?.Accelerators ?? [];
  if (!only || others.length > 0) return {};
  return {
    [`${LABEL}accelerator-name`]: labelValue(only.Name),
    [`${LABEL}accelerator-manufacturer`]: labelValue(only.Manufacturer),
    [`${LABEL}accelerator-count`]: only.Count,
  };
}

function architecture(info: InstanceTypeInfo): string | undefined {
  return info.ProcessorInfo.SupportedArchitectures.map((name) => ARCHITECTURES[name]).find(Boolean);
}

function labelValue(text = ''): string {
  return text.replaceAll(' ', '-').toLowerCase();
}
