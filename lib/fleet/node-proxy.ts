import { proxyUserData, takesProxy } from '../karpenter/proxy-user-data';
import { isMime, userDataFamily } from '../karpenter/user-data-parts';
import type { NormalFleet, NormalNodeClass } from './normal-fleet';

/** Whether user data names a proxy of its own. */
const NAMES_PROXY = /https?[-_]proxy/i;

/** User data with the proxy of the fleet; undefined where the nodes of a class don't support it, or have their own. */
export function proxyOfNodes(nodeClass: NormalNodeClass, fleet: NormalFleet): string | undefined {
  const { userData = '' } = nodeClass.settings;
  return NAMES_PROXY.test(userData) || isMime(userData) ? undefined : proxyFor(nodeClass, fleet);
}

/** Whether nodes lack the proxy, because their user data is a MIME archive without one, to which no part is added. */
export function lacksProxy(nodeClass: NormalNodeClass, fleet: NormalFleet): boolean {
  const { userData } = nodeClass.settings;
  const isClosed = typeof userData === 'string' && isMime(userData) && !NAMES_PROXY.test(userData);
  return isClosed && proxyFor(nodeClass, fleet) !== undefined;
}

function proxyFor({ amiFamily, amis }: NormalNodeClass, { proxy }: NormalFleet): string | undefined {
  const family = userDataFamily(amiFamily);
  const isTaken = 'alias' in amis && takesProxy(amis.alias);
  return family === undefined || proxy === undefined || !isTaken ? undefined : proxyUserData(family, proxy);
}
