import {
  type Ec2NodeClassSpecAmiFamily as AmiFamily,
  Ec2NodeClass,
  Ec2NodeClassSpecMetadataOptionsHttpEndpoint as HttpEndpoint,
  Ec2NodeClassSpecMetadataOptionsHttpProtocolIPv6 as HttpProtocolIPv6,
  Ec2NodeClassSpecMetadataOptionsHttpTokens as HttpTokens,
  type Ec2NodeClassSpecInstanceStorePolicy as InstanceStorePolicy,
  type Ec2NodeClassSpecKubelet as Kubelet,
  type Ec2NodeClassSpecCapacityReservationSelectorTermsInstanceMatchCriteria as MatchCriteria,
  type Ec2NodeClassSpecBlockDeviceMappingsEbsVolumeType as VolumeType,
} from '../imports/karpenter.k8s.aws';
import { CLUSTER_ANNOTATION } from '../lib/contract';
import type {
  NodeSettings,
  ResolvedBlockDevice,
  ResolvedFleet,
  ResolvedNodeClass,
} from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** The EC2NodeClass of a pool. */
export function nodeClassManifest(fleet: ResolvedFleet, nodeClass: ResolvedNodeClass): unknown {
  const { kubelet, instanceStorePolicy, userData, detailedMonitoring, associatePublicIPAddress } =
    nodeClass.settings;
  return Ec2NodeClass.manifest({
    metadata: {
      name: nodeClass.name,
      labels: { ...objectLabels(fleet, 'node-class', nodeClass.name) },
      // Tells the proof which fleets meet in one cluster.
      annotations: { [CLUSTER_ANNOTATION]: fleet.clusterName },
    },
    spec: {
      amiFamily: nodeClass.amiFamily as AmiFamily | undefined,
      amiSelectorTerms: [...nodeClass.amiSelectorTerms],
      ...nodeClass.identity,
      subnetSelectorTerms: [...nodeClass.subnetSelectorTerms],
      securityGroupSelectorTerms: [...nodeClass.securityGroupSelectorTerms],
      capacityReservationSelectorTerms: nodeClass.capacityReservationSelectorTerms?.map(
        ({ ownerID, instanceMatchCriteria, ...term }) => ({
          ...term,
          ownerId: ownerID,
          instanceMatchCriteria: instanceMatchCriteria as MatchCriteria | undefined,
        }),
      ),
      blockDeviceMappings: nodeClass.blockDevices.map(blockDeviceMapping),
      instanceStorePolicy: instanceStorePolicy as InstanceStorePolicy | undefined,
      kubelet: kubelet && kubeletSettings(kubelet),
      userData,
      detailedMonitoring,
      associatePublicIpAddress: associatePublicIPAddress,
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

function kubeletSettings({
  clusterDNS,
  cpuCFSQuota,
  imageGCHighThresholdPercent,
  imageGCLowThresholdPercent,
  ...others
}: Required<NodeSettings>['kubelet']): Kubelet {
  return {
    ...others,
    clusterDns: clusterDNS && [...clusterDNS],
    cpuCfsQuota: cpuCFSQuota,
    imageGcHighThresholdPercent: imageGCHighThresholdPercent,
    imageGcLowThresholdPercent: imageGCLowThresholdPercent,
  };
}

function blockDeviceMapping({ deviceName, rootVolume, size, type, ...volume }: ResolvedBlockDevice) {
  return {
    deviceName,
    ...(rootVolume && { rootVolume }),
    ebs: {
      ...volume,
      volumeSize: size,
      volumeType: type as VolumeType,
      encrypted: true,
      deleteOnTermination: true,
    },
  };
}
