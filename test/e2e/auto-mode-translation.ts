import { autoModeTypes } from '../../lib/karpenter/auto-mode';
import type { KubeObject } from '../../tools/engines/kube-client';

/**
 * EKS Auto Mode runs Karpenter's scheduler where no test can ask it. Its pools are put to the Karpenter that is here, in
 * the words of Karpenter itself. Nothing but tests reads this: what it can't prove is in docs/engines.md.
 */

/** What distinguishes a translated object: `nodeClassRef` of a NodePool is immutable, so both stand side by side. */
const SUFFIX = '-as-karpenter';

/** Images of the simulated EC2. Their names are those of another system, which only a kubelet would notice. */
const IMAGES = ['x86_64', 'arm64'].map((arch) => ({ name: `amazon-eks-node-al2023-${arch}-standard-1.36` }));

/** An object with the labels of instances under the names that Karpenter has for them. */
export function withKarpentersLabels(object: KubeObject): KubeObject {
  return JSON.parse(
    JSON.stringify(object).replaceAll('"eks.amazonaws.com/instance-', '"karpenter.k8s.aws/instance-'),
  );
}

/** A NodeClass of Auto Mode as an EC2NodeClass: Bottlerocket, which Auto Mode runs a variant of, with the same disk. */
function translatedClass({ metadata, spec }: KubeObject): KubeObject {
  const discovery = [{ tags: { 'karpenter.sh/discovery': 'production' } }];
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name: `${metadata.name}${SUFFIX}` },
    spec: {
      role: 'KarpenterNodeRole-production',
      amiFamily: 'Bottlerocket',
      amiSelectorTerms: IMAGES,
      subnetSelectorTerms: discovery,
      securityGroupSelectorTerms: discovery,
      instanceStorePolicy: 'RAID0',
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', ebs: { volumeSize: '4Gi', volumeType: 'gp3' } },
        {
          deviceName: '/dev/xvdb',
          ebs: { volumeSize: spec.ephemeralStorage?.size ?? '80Gi', volumeType: 'gp3' },
        },
      ],
    },
  };
}

function translatedPool(pool: KubeObject): KubeObject {
  const { metadata, spec } = withKarpentersLabels(pool);
  const { template } = spec;
  const { labels, ...rest } = template.metadata ?? {};
  return {
    ...pool,
    metadata: { name: `${metadata.name}${SUFFIX}` },
    spec: {
      ...spec,
      template: {
        ...template,
        // Every node of Auto Mode has it. Karpenter does not know it: so it is a label of the pool.
        metadata: { ...rest, labels: { ...labels, 'eks.amazonaws.com/compute-type': 'auto' } },
        spec: {
          ...template.spec,
          nodeClassRef: {
            group: 'karpenter.k8s.aws',
            kind: 'EC2NodeClass',
            name: `${template.spec.nodeClassRef.name}${SUFFIX}`,
          },
          requirements: [
            ...template.spec.requirements,
            // EC2 has more types than Auto Mode starts.
            {
              key: 'node.kubernetes.io/instance-type',
              operator: 'In',
              values: autoModeTypes().map(({ name }) => name),
            },
          ],
        },
      },
    },
  };
}

/** NodeClasses and NodePools of Auto Mode as Karpenter's own, classes first; other objects are left out. */
export function asKarpenters(objects: readonly KubeObject[]): readonly KubeObject[] {
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  return [...ofKind('NodeClass').map(translatedClass), ...ofKind('NodePool').map(translatedPool)];
}

/** The name of the pool that a pool was translated from. */
export function originalName(name: string): string {
  return name.replace(SUFFIX, '');
}
