import type { NodePool } from '../cluster/node-pools';
import { autoDiskUsdPerMonth, disksUsdPerMonth } from '../karpenter/disk-price';
import { HOURS_PER_MONTH } from '../values/duration';
import { at } from '../values/record';

/**
 * What an hour of a public IPv4 address costs, US dollars, in every commercial region since 2024-02-01.
 * @see https://aws.amazon.com/vpc/pricing/
 */
export const PUBLIC_IPV4_USD_PER_HOUR = 0.005;

/** US dollars an hour for the disks of a node of a pool; undefined where its class is not here or has a volume without a price. */
export function diskUsdPerHour({ nodeClass, isAutoMode }: NodePool): number | undefined {
  if (nodeClass === undefined) return undefined;
  const usd = (isAutoMode ? autoDiskUsdPerMonth : disksUsdPerMonth)(nodeClass.manifest.body.spec);
  return usd === undefined ? undefined : usd / HOURS_PER_MONTH;
}

/** Whether the class of a pool is here and has a volume without a price. */
export function hasUnpricedDisk(pool: NodePool): boolean {
  return pool.nodeClass !== undefined && diskUsdPerHour(pool) === undefined;
}

/** US dollars an hour for the public IPv4 address of a node of a pool: what its class says, or what the user does. */
export function publicIpv4UsdPerHour({ nodeClass, isAutoMode }: NodePool, isPublic: boolean): number {
  const field = isAutoMode
    ? ['spec', 'advancedNetworking', 'associatePublicIPAddress']
    : ['spec', 'associatePublicIPAddress'];
  const said = at(nodeClass?.manifest.body, field);
  return (typeof said === 'boolean' ? said : isPublic) ? PUBLIC_IPV4_USD_PER_HOUR : 0;
}
