import type { NormalNodeClass } from '../normal-fleet';
import type { ResolvedAutoModeClass } from '../resolved-auto-mode';
import { wholeGibibytes } from './node-class';

/** A node class as the chart of EKS Auto Mode shows it. */
export function resolveAutoModeClass(nodeClass: NormalNodeClass): ResolvedAutoModeClass {
  const { autoMode } = nodeClass;
  const { advancedNetworking: network, ephemeralStorage: storage } = autoMode;
  return {
    name: nodeClass.name,
    subnetSelectorTerms: nodeClass.subnetSelectorTerms,
    securityGroupSelectorTerms: nodeClass.securityGroupSelectorTerms,
    podSubnetSelectorTerms: unlessEmpty(autoMode.podSubnetSelectorTerms),
    podSecurityGroupSelectorTerms: unlessEmpty(autoMode.podSecurityGroupSelectorTerms),
    capacityReservationSelectorTerms: unlessEmpty(
      nodeClass.capacityReservationSelectorTerms.map(({ id, ownerID, tags }) => ({
        id,
        owner: ownerID,
        tags,
      })),
    ),
    ephemeralStorage: { ...storage, size: wholeGibibytes(storage.size) },
    settings: autoMode.settings,
    advancedNetworking: Object.values(network).every((one) => one === undefined) ? undefined : network,
    certificateBundles: unlessEmpty(autoMode.certificateBundles),
    identity: nodeClass.identity,
    // The policies of EKS let the role of a cluster set no others than its own: with one, no node starts.
    tags: Object.keys(nodeClass.tags).length > 0 ? nodeClass.tags : undefined,
    patches: nodeClass.patches,
  };
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
