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
