import { PROXY_FAMILIES, proxyUserData, takesProxy } from '../../karpenter/proxy-user-data';
import { MIRROR_FAMILIES, withRegistryMirrors } from '../../karpenter/registry-mirrors';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';

/**
 * What nodes run as they start: what is said, or else the proxy of the fleet, where their image takes one; and mirrors of
 * registries besides.
 */
export function nodeUserData(nodeClass: NormalNodeClass, fleet: NormalFleet): string | undefined {
  const userData = saidOrProxy(nodeClass, fleet);
  const family = MIRROR_FAMILIES.find((one) => one === nodeClass.amiFamily);
  const mirrors = nodeClass.registryMirrors;
  return family === undefined || mirrors.length === 0
    ? userData
    : withRegistryMirrors(family, userData, mirrors);
}

function saidOrProxy(
  { amiFamily, amis, settings: { userData } }: NormalNodeClass,
  { proxy }: NormalFleet,
): string | undefined {
  const family = PROXY_FAMILIES.find((one) => one === amiFamily);
  if (userData !== undefined || proxy === undefined || family === undefined) return userData;
  return 'alias' in amis && takesProxy(amis.alias) ? proxyUserData(family, proxy) : undefined;
}
