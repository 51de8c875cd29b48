import { MIRROR_FAMILIES, withRegistryMirrors } from '../../karpenter/registry-mirrors';
import { joinParts, joinSettings } from '../../karpenter/user-data-parts';
import { proxyOfNodes } from '../node-proxy';
import type { NormalFleet, NormalNodeClass } from '../normal-fleet';

/** What nodes run as they start: the proxy of the fleet, where their image takes one; what is said; and mirrors of registries. */
export function nodeUserData(nodeClass: NormalNodeClass, fleet: NormalFleet): string | undefined {
  const { amiFamily, registryMirrors: mirrors, settings } = nodeClass;
  const contents = [proxyOfNodes(nodeClass, fleet), settings.userData].flatMap((one) =>
    one === undefined || one.trim() === '' ? [] : [one],
  );
  const family = MIRROR_FAMILIES.find((one) => one === amiFamily);
  if (family !== undefined && mirrors.length > 0) return withRegistryMirrors(family, contents, mirrors);
  if (contents.length === 0) return settings.userData;
  if (contents.length === 1) return contents[0];
  return amiFamily === 'Bottlerocket' ? joinSettings(contents) : joinParts(contents);
}
