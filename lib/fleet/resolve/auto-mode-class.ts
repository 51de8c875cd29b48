import { OF_EVERY_NODE } from '../../karpenter/proxy-user-data';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';
import type { ResolvedAutoModeClass } from '../resolved-auto-mode';
import { wholeGibibytes } from './node-class';

/** A node class as the chart of EKS Auto Mode shows it. */
export function resolveAutoModeClass(nodeClass: NormalNodeClass, fleet: NormalFleet): ResolvedAutoModeClass {
  const { autoMode } = nodeClass;
  const { ephemeralStorage: storage } = autoMode;
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
    advancedNetworking: advancedNetworking(nodeClass, fleet),
    certificateBundles: unlessEmpty(
      autoMode.certificateBundles.map(({ name, pem }) => ({
        name,
        data: Buffer.from(`${pem.trim()}\n`).toString('base64'),
      })),
    ),
    identity: nodeClass.identity,
    // The policies of EKS let the role of a cluster set no others than its own: with one, no node starts.
    tags: Object.keys(nodeClass.tags).length > 0 ? nodeClass.tags : undefined,
    patches: nodeClass.patches,
  };
}

/** What is said of it, and the proxy of the fleet. */
function advancedNetworking(
  { autoMode: { advancedNetworking: said }, settings }: NormalNodeClass,
  { proxy }: NormalFleet,
): ResolvedAutoModeClass['advancedNetworking'] {
  const { associatePublicIPAddress } = settings;
  const httpsProxy = said.httpsProxy ?? proxy?.https;
  const direct = [...new Set([...OF_EVERY_NODE, ...(proxy?.noProxy ?? [])])];
  const fields = {
    ...said,
    httpsProxy,
    noProxy: said.noProxy ?? (httpsProxy === undefined ? undefined : direct),
    associatePublicIPAddress,
  };
  return Object.values(fields).every((value) => value === undefined) ? undefined : fields;
}

function unlessEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
