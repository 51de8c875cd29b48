import { mirrorUserData } from '../../karpenter/registry-mirrors';
import { joinUserData, userDataFamily } from '../../karpenter/user-data-parts';
import { proxyOfNodes } from '../node-proxy';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';

/** User data of nodes: the proxy of the fleet, where their image supports it, that of the description, and mirrors. */
export function nodeUserData(nodeClass: NormalNodeClass, fleet: NormalFleet): string | undefined {
  const { amiFamily, registryMirrors: mirrors, settings } = nodeClass;
  const family = userDataFamily(amiFamily);
  const mirrored = family && mirrors.length > 0 ? mirrorUserData(family, mirrors) : undefined;
  const pieces = [proxyOfNodes(nodeClass, fleet), settings.userData, mirrored].flatMap((one) =>
    one === undefined || one.trim() === '' ? [] : [one],
  );
  const [first = settings.userData] = pieces;
  return family === undefined || pieces.length < 2 ? first : joinUserData(family, pieces);
}
