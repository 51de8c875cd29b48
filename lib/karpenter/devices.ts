import type { InstanceType } from './instance-types';

/**
 * Extended resources that Karpenter knows of instance types by itself. It starts no node for any other, unless a
 * NodeOverlay tells it of them.
 * @see aws/karpenter-provider-aws v1.14.1 pkg/apis/v1/labels.go
 */
export const KNOWN_DEVICES: ReadonlySet<string> = new Set([
  'nvidia.com/gpu',
  'amd.com/gpu',
  'aws.amazon.com/neuron',
  'aws.amazon.com/neuroncore',
  'habana.ai/gaudi',
  'vpc.amazonaws.com/efa',
]);

const NO_DEVICES: Readonly<Record<string, number>> = {};

/** Whole devices of a type by extended resource, as its labels in Karpenter's own domain say it; none without any. */
export function devicesOf({ labels }: Pick<InstanceType, 'labels'>): Readonly<Record<string, number>> {
  const gpus = Number(labels['karpenter.k8s.aws/instance-gpu-count'] ?? 0);
  const gpu = GPU_RESOURCES[labels['karpenter.k8s.aws/instance-gpu-manufacturer']];
  if (gpu && gpus > 0) return { [gpu]: gpus };
  const isNeuron = labels['karpenter.k8s.aws/instance-accelerator-manufacturer'] === 'aws';
  return isNeuron
    ? { 'aws.amazon.com/neuron': Number(labels['karpenter.k8s.aws/instance-accelerator-count']) }
    : NO_DEVICES;
}

const GPU_RESOURCES: Readonly<Record<string, string>> = {
  nvidia: 'nvidia.com/gpu',
  amd: 'amd.com/gpu',
  habana: 'habana.ai/gaudi',
};
