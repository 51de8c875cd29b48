import { nodeRoleName } from '../names';
import type { NormalNodeClass } from '../normal-fleet';
import type { Override } from '../override';
import type { NodeClassProps } from '../props/node-class';
import { AMI_ALIAS } from '../versions';
import { inheritSettings } from './merge-settings';

type Purpose = Pick<NormalNodeClass, 'place' | 'name' | 'pool' | 'rootlessBuilds' | 'patches'> & {
  readonly rootVolumeSize: string;
};

/** A node class from the fleet's settings and those of a pool, the pool's first, with every default filled in. */
export function normaliseNodeClass(
  fleetWide: NodeClassProps = {},
  own: Override<NodeClassProps> = {},
  clusterName: string,
  { rootVolumeSize, ...purpose }: Purpose,
): NormalNodeClass {
  const said = inheritSettings<NodeClassProps>(beneathIdentity(fleetWide, own), own);
  const discovery = { 'karpenter.sh/discovery': clusterName };
  const { size, iops, throughput, kmsKeyId } = said.rootVolume ?? {};
  return {
    said,
    ...purpose,
    amiAlias: said.amiAlias ?? AMI_ALIAS,
    rootVolume: { size: size ?? rootVolumeSize, iops, throughput, kmsKeyId },
    subnetTags: said.subnetTags ?? discovery,
    securityGroupTags: said.securityGroupTags ?? discovery,
    identity:
      said.instanceProfile === undefined
        ? { role: said.nodeRole ?? nodeRoleName(clusterName) }
        : { instanceProfile: said.instanceProfile },
    tags: said.tags ?? {},
  };
}

/** The fleet's settings without its identity where a pool names its own: a profile replaces a role, too. */
function beneathIdentity(fleetWide: NodeClassProps, own: Override<NodeClassProps>): NodeClassProps {
  const { nodeRole, instanceProfile, ...rest } = fleetWide;
  return own.nodeRole === undefined && own.instanceProfile === undefined ? fleetWide : rest;
}
