import { fixedNodesOf, isStatic } from '../cluster/fixed-nodes';
import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { landing, type Subject } from '../cluster/observe';
import { holdsRoom, prewarmCeiling, prewarmPrice } from '../cluster/prewarm-price';
import { fargateUsdPerMinute, formatFargate } from '../karpenter/fargate-sizes';
import type { InstanceType } from '../karpenter/instance-types';
import { usdPerHour } from '../karpenter/node-price';
import { HOURS_PER_MONTH } from '../values/duration';
import { SAVINGS_PLAN_CLAIM } from './claims';
import { isStopped, managerNodes, managersOf } from './manager-nodes';
import { diskUsdPerHour, hasUnpricedDisk, publicIpv4UsdPerHour } from './node-extras';
import { placeOf } from './place';
import type { CostLine, IdleFloor } from './types';

/** Nodes that run whether a job does or not. */
interface IdleNodes {
  readonly line: CostLine;
  readonly pool: NodePool;
  readonly type: InstanceType;
  readonly nodes: number;
  /** Hours of a month. */
  readonly hours: number;
}

/** What is paid while no job runs. */
export function floorOf(subject: Subject): IdleFloor {
  const nodes = [...managersOnNodes(subject), ...heldRoom(subject), ...fixedNodes(subject)];
  const fargate = managersOnFargate(subject);
  const disks = partOf(nodes, 'disks', ({ pool }) => diskUsdPerHour(pool));
  const addresses = partOf(nodes, 'public IPv4', ({ pool }) =>
    publicIpv4UsdPerHour(pool, subject.money.publicIpv4),
  );
  const lines = [...joined(nodes.map(({ line }) => line)), ...fargate, ...disks.lines, ...addresses.lines];
  const sum = (what: CostLine['what']) =>
    lines.reduce((total, line) => total + (line.what === what ? line.usd : 0), 0);
  const fee = nodes.reduce((total, one) => total + feeOf(one), 0);
  const unpriced = [...unknownManagers(subject), ...unknownRoom(subject), ...unknownNodes(subject)];
  const managers = sum('managers');
  // A plan covers what EC2 charges for nodes alone.
  const covered = nodes
    .filter(({ line }) => line.what === 'managers')
    .reduce((total, one) => total + one.line.usd - feeOf(one), 0);
  return {
    total: lines.reduce((total, { usd }) => total + usd, 0),
    managers,
    prewarm: sum('prewarm'),
    fixedNodes: sum('fixed nodes'),
    disks: sum('disks'),
    publicIpv4: sum('public IPv4'),
    autoModeFee: fee,
    managersWithSavingsPlan: managers - covered * SAVINGS_PLAN_CLAIM.share,
    lines: [...lines].sort((a, b) => b.usd - a.usd),
    unknown: [...new Set(unpriced.map(({ what, name }) => UNKNOWN[what](name))), ...disks.unknown],
    unpriced: [...unpriced, ...unpricedDisks(nodes)],
  };
}

/** Lines of managers of one pool together. */
function joined(lines: readonly CostLine[]): readonly CostLine[] {
  const found = new Map<string, CostLine>();
  for (const line of lines) {
    const key = `${line.what} ${line.name}`;
    const known = found.get(key);
    const more = known && {
      ...known,
      usd: known.usd + line.usd,
      because: `${known.because}, ${line.because}`,
    };
    found.set(key, more ?? line);
  }
  return [...found.values()];
}

function feeOf({ type, nodes, hours }: IdleNodes): number {
  return (type.autoModeUsdPerHour ?? 0) * nodes * hours;
}

/** Managers on nodes of a fixed number are in the price of those. */
function managersOnNodes(subject: Subject): readonly IdleNodes[] {
  return managerNodes(subject)
    .filter(({ pool }) => !isStatic(pool))
    .map(({ pool, type, nodes, managers }) => {
      const pods = managers.reduce((sum, one) => sum + one.pods, 0);
      const because = `${nodes} x ${type.name} for ${pods} ${pods === 1 ? 'manager' : 'managers'}`;
      const usd = nodes * (usdPerHour(type) ?? 0) * HOURS_PER_MONTH;
      const line = { what: 'managers' as const, name: pool.name, usd, because, ...placeOf(pool.manifest) };
      return { line, pool, type, nodes, hours: HOURS_PER_MONTH };
    });
}

function managersOnFargate(subject: Subject): readonly CostLine[] {
  return managersOf(subject).flatMap(({ manifest, runner, placed, pods }) => {
    const size = placed.fargate?.size;
    if (size === undefined) return [];
    const usd = fargateUsdPerMinute(size) * 60 * HOURS_PER_MONTH * pods;
    const because = `${pods} x ${formatFargate(size)}`;
    return [{ what: 'managers' as const, name: runner, usd, because, ...placeOf(manifest) }];
  });
}

function heldRoom(subject: Subject): readonly IdleNodes[] {
  return subject.runners
    .filter((runner) => !isStopped(runner))
    .flatMap((runner) => {
      const sure = prewarmPrice(runner, subject);
      const price = sure ?? prewarmCeiling(runner, subject);
      const found = landing(runner.job).find(({ pool }) => pool.name === price?.pool);
      const type = found?.types.find(({ name }) => name === price?.type);
      if (price === undefined || found === undefined || type === undefined) return [];
      const because = `${price.nodes} x ${price.type} for ${sure ? '' : 'up to '}${price.pods} pause pods ${price.hoursPerWeek.toFixed(0)} hours a week`;
      const { manifest } = runner.config;
      const line = {
        what: 'prewarm' as const,
        name: runner.name,
        usd: price.usdPerMonth,
        because,
        ...placeOf(manifest),
      };
      const hours = (price.hoursPerWeek * 365) / 7 / 12;
      return [{ line, pool: found.pool, type, nodes: price.nodes, hours }];
    });
}

function fixedNodes({ pools }: Subject): readonly IdleNodes[] {
  return pools.filter(isStatic).flatMap((pool) => {
    const nodes = fixedNodesOf(pool);
    const type = cheapestType(pool);
    if (type === undefined || !Number.isFinite(nodes) || nodes === 0) return [];
    const usd = nodes * (usdPerHour(type) ?? 0) * HOURS_PER_MONTH;
    const because = `${nodes} x ${type.name}, by its replicas`;
    const line = { what: 'fixed nodes' as const, name: pool.name, usd, because, ...placeOf(pool.manifest) };
    return [{ line, pool, type, nodes, hours: HOURS_PER_MONTH }];
  });
}

function cheapestType({ types }: NodePool): InstanceType | undefined {
  const priced = types.filter((type) => usdPerHour(type) !== undefined);
  return priced.reduce<InstanceType | undefined>(
    (least, type) =>
      least === undefined || (usdPerHour(type) ?? 0) < (usdPerHour(least) ?? 0) ? type : least,
    undefined,
  );
}

/** What each node costs besides its type, a line for each pool. */
function partOf(
  nodes: readonly IdleNodes[],
  what: 'disks' | 'public IPv4',
  priceOf: (one: IdleNodes) => number | undefined,
): { readonly lines: readonly CostLine[]; readonly unknown: readonly string[] } {
  const found = new Map<NodePool, { usd: number; hours: number }>();
  const unknown = new Set<string>();
  for (const one of nodes) {
    const price = priceOf(one);
    if (price === undefined) unknown.add(`${what} of nodes of ${one.pool.name}`);
    const { usd, hours } = found.get(one.pool) ?? { usd: 0, hours: 0 };
    const more = one.nodes * one.hours;
    found.set(one.pool, { usd: usd + (price ?? 0) * more, hours: hours + more });
  }
  const lines = [...found].flatMap(([{ name, manifest, nodeClass }, { usd, hours }]) =>
    usd === 0
      ? []
      : [
          {
            what,
            name,
            usd,
            because: `for ${Math.round(hours)} hours of its nodes`,
            ...placeOf(nodeClass?.manifest ?? manifest),
          },
        ],
  );
  return { lines, unknown: [...unknown] };
}

/** What is not known, in words, by what it is. */
const UNKNOWN = {
  managers: (runner: string) => `managers of ${runner}`,
  prewarm: (runner: string) => `held room of ${runner}`,
  'fixed nodes': (pool: string) => `nodes of ${pool}`,
} as const;

function unpricedLine<What extends CostLine['what']>(
  what: What,
  name: string,
  manifest: Manifest,
  because = 'no price is known',
) {
  const usd = Number.POSITIVE_INFINITY;
  return { what, name, usd, isUnknown: true as const, because, ...placeOf(manifest) };
}

function unknownManagers(subject: Subject) {
  const nodes = managerNodes(subject).flatMap(({ managers }) => managers);
  const priced = new Set(nodes.map(({ manifest }) => manifest));
  return managersOf(subject)
    .filter(({ manifest, placed }) => !priced.has(manifest) && placed.fargate?.size === undefined)
    .map(({ runner, manifest }) => unpricedLine('managers', runner, manifest));
}

/** Room that pause pods hold on nodes without a price; where they land nowhere, they hold none. */
function unknownRoom(subject: Subject) {
  return subject.runners
    .filter((runner) => {
      const isPlaced = landing(runner.job).length > 0 || runner.job?.fargate || subject.pools.length === 0;
      if (isStopped(runner) || !isPlaced || prewarmCeiling(runner, subject) !== undefined) return false;
      return holdsRoom(runner);
    })
    .map(({ name, config }) => unpricedLine('prewarm', name, config.manifest));
}

function unknownNodes({ pools }: Subject) {
  return pools
    .filter((pool) => isStatic(pool) && !(Number.isFinite(fixedNodesOf(pool)) && cheapestType(pool)))
    .map(({ name, manifest }) => unpricedLine('fixed nodes', name, manifest));
}

function unpricedDisks(nodes: readonly IdleNodes[]): readonly CostLine[] {
  const pools = new Set(nodes.map(({ pool }) => pool).filter(hasUnpricedDisk));
  return [...pools].map(({ name, manifest, nodeClass }) =>
    unpricedLine('disks', name, nodeClass?.manifest ?? manifest, 'a volume has no price here'),
  );
}
