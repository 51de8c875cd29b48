import {
  type NodeClassSpecNetworkPolicyEventLogs as EventLogs,
  type NodeClassSpecNetworkPolicy as NetworkPolicy,
  NodeClass,
  type NodeClassSpecAdvancedNetworkingIpv4PrefixSize as PrefixSize,
  type NodeClassSpecSnatPolicy as SnatPolicy,
} from '../imports/eks.amazonaws.com';
import { CLUSTER_ANNOTATION } from '../lib/contract';
import type { ResolvedAutoModeClass } from '../lib/fleet/resolved-auto-mode';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** The NodeClass of a pool of EKS Auto Mode. */
export function autoModeClassManifest(fleet: ResolvedFleet, nodeClass: ResolvedAutoModeClass): unknown {
  const { settings, ephemeralStorage, advancedNetworking: network } = nodeClass;
  return NodeClass.manifest({
    metadata: {
      name: nodeClass.name,
      labels: { ...objectLabels(fleet, 'node-class', nodeClass.name) },
      // Tells the proof which fleets meet in one cluster.
      annotations: { [CLUSTER_ANNOTATION]: fleet.clusterName },
    },
    spec: {
      ...nodeClass.identity,
      subnetSelectorTerms: [...nodeClass.subnetSelectorTerms],
      securityGroupSelectorTerms: [...nodeClass.securityGroupSelectorTerms],
      podSubnetSelectorTerms: copy(nodeClass.podSubnetSelectorTerms),
      podSecurityGroupSelectorTerms: copy(nodeClass.podSecurityGroupSelectorTerms),
      capacityReservationSelectorTerms: copy(nodeClass.capacityReservationSelectorTerms),
      placementGroupSelector: settings.placementGroupSelector,
      snatPolicy: settings.snatPolicy as SnatPolicy | undefined,
      networkPolicy: settings.networkPolicy as NetworkPolicy | undefined,
      networkPolicyEventLogs: settings.networkPolicyEventLogs as EventLogs | undefined,
      ephemeralStorage: {
        size: ephemeralStorage.size,
        iops: ephemeralStorage.iops,
        throughput: ephemeralStorage.throughput,
        kmsKeyId: ephemeralStorage.kmsKeyID,
      },
      advancedNetworking: network && {
        associatePublicIpAddress: network.associatePublicIPAddress,
        httpsProxy: network.httpsProxy,
        noProxy: copy(network.noProxy),
        ipv4PrefixSize: network.ipv4PrefixSize as PrefixSize | undefined,
        enableV4Egress: network.enableV4Egress,
      },
      advancedSecurity: settings.advancedSecurity,
      certificateBundles: nodeClass.certificateBundles?.map(({ name, pem }) => ({
        name,
        data: Buffer.from(`${pem.trim()}\n`).toString('base64'),
      })),
      tags: nodeClass.tags && { ...nodeClass.tags },
    },
  });
}

function copy<T>(items: readonly T[] | undefined): T[] | undefined {
  return items && [...items];
}
