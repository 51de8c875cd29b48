import {
  Ec2NodeClass,
  Ec2NodeClassSpecMetadataOptionsHttpEndpoint as HttpEndpoint,
  Ec2NodeClassSpecMetadataOptionsHttpProtocolIPv6 as HttpProtocolIPv6,
  Ec2NodeClassSpecMetadataOptionsHttpTokens as HttpTokens,
  Ec2NodeClassSpecBlockDeviceMappingsEbsVolumeType as VolumeType,
} from '../imports/karpenter.k8s.aws';
import { CLUSTER_ANNOTATION } from '../lib/contract';
import type { ResolvedBlockDevice, ResolvedFleet, ResolvedNodeClass } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** The EC2NodeClass of a pool. */
export function nodeClassManifest(fleet: ResolvedFleet, nodeClass: ResolvedNodeClass): unknown {
  return Ec2NodeClass.manifest({
    metadata: {
      name: nodeClass.name,
      labels: { ...objectLabels(fleet, 'node-class', nodeClass.name) },
      // Tells the proof which fleets meet in one cluster.
      annotations: { [CLUSTER_ANNOTATION]: fleet.clusterName },
    },
    spec: {
      amiSelectorTerms: [{ alias: nodeClass.amiAlias }],
      ...nodeClass.identity,
      subnetSelectorTerms: [{ tags: { ...nodeClass.subnetTags } }],
      securityGroupSelectorTerms: [{ tags: { ...nodeClass.securityGroupTags } }],
      blockDeviceMappings: nodeClass.blockDevices.map(blockDeviceMapping),
      // One hop: answers of the metadata service don't reach pods, so that no job gets the node's role.
      metadataOptions: {
        httpEndpoint: HttpEndpoint.ENABLED,
        httpProtocolIPv6: HttpProtocolIPv6.DISABLED,
        httpPutResponseHopLimit: 1,
        httpTokens: HttpTokens.REQUIRED,
      },
      tags: { ...nodeClass.tags },
    },
  });
}

function blockDeviceMapping({
  deviceName,
  rootVolume,
  size,
  iops,
  throughput,
  kmsKeyId,
}: ResolvedBlockDevice) {
  return {
    deviceName,
    ...(rootVolume && { rootVolume }),
    ebs: {
      volumeSize: size,
      volumeType: VolumeType.GP3,
      iops,
      throughput,
      kmsKeyId,
      encrypted: true,
      deleteOnTermination: true,
    },
  };
}
