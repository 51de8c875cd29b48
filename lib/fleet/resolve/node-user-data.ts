import { PROXY_FAMILIES, proxyUserData, takesProxy } from '../../karpenter/proxy-user-data';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';

/** What nodes run as they start: what is said, or else the proxy of the fleet, where their image takes one. */
export function nodeUserData(
  { amiFamily, amis, settings: { userData } }: NormalNodeClass,
  { proxy }: NormalFleet,
): string | undefined {
  const family = PROXY_FAMILIES.find((one) => one === amiFamily);
  if (userData !== undefined || proxy === undefined || family === undefined) return userData;
  return 'alias' in amis && takesProxy(amis.alias) ? proxyUserData(family, proxy) : undefined;
}
