import { cheapestMinute, type MinutePrice, minutePriceOf } from '../cluster/minute-price';
import type { NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner } from '../cluster/observe';
import { POLICY_SWITCH, policySwitchIn } from '../cluster/policy-switch';
import { HOURS_PER_MONTH } from '../values/duration';
import { drainOf } from './drain';
import {
  type ChangedObject,
  type Comparison,
  changesOf,
  firstFew,
  type Impact,
  impact,
  isKept,
  type Rule,
} from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Runners whose pods leave the nodes of self-managed Karpenter for those of EKS Auto Mode, or the other way round. */
export interface NodeMove {
  readonly toAutoMode: boolean;
  /** Those of the later revision, each with what it was. */
  readonly runners: readonly { readonly before: ObservedRunner; readonly after: ObservedRunner }[];
  /** Pools that they had, and that go. */
  readonly left: readonly NodePool[];
  /** Pools that they have then. */
  readonly taken: readonly NodePool[];
}

/** Pools and classes of one controller that others of the other one take the place of. */
export const movedNodes: Rule = {
  id: 'moved-nodes',
  title:
    'A fleet that moves from self-managed Karpenter to EKS Auto Mode, or back, gets other pools, and the nodes of the old ones drain.',
  run: (comparison) =>
    nodeMoves(comparison).flatMap((move) => {
      const { weight, what } = wordsOf(move, comparison);
      const why =
        'Each of the two starts and removes nodes of its own classes alone: no node changes hands, and no pool can change its class.';
      return changesOfMove(move, comparison).map((change) =>
        impact('moved-nodes', weight, change, what, why),
      );
    }),
};

const known = new WeakMap<Comparison, readonly NodeMove[]>();

/** The moves of a comparison, worked out once: one for each direction that there is. */
function nodeMoves(comparison: Comparison): readonly NodeMove[] {
  const found =
    known.get(comparison) ?? [true, false].flatMap((toAutoMode) => moveTo(toAutoMode, comparison) ?? []);
  known.set(comparison, found);
  return found;
}

function moveTo(toAutoMode: boolean, comparison: Comparison): NodeMove | undefined {
  const { before, after } = comparison;
  const isNew = (pool: NodePool) => pool.isAutoMode === toAutoMode;
  if (before.pools.every(isNew) || !after.pools.some(isNew)) return undefined;
  const names = new Set(after.pools.map(({ name }) => name));
  const runners = runnerPairs(comparison).flatMap((pair) => {
    if (pair.before === undefined) return [];
    const [old, now] = [pair.before, pair.after].map(poolsOf);
    const isMoved =
      old.some((pool) => !isNew(pool) && !names.has(pool.name)) && now.length > 0 && now.every(isNew);
    return isMoved ? [{ before: pair.before, after: pair.after }] : [];
  });
  if (runners.length === 0) return undefined;
  const left = new Set(runners.flatMap((pair) => poolsOf(pair.before)));
  return {
    toAutoMode,
    runners,
    left: [...left].filter((pool) => !isNew(pool) && !names.has(pool.name)),
    taken: [...new Set(runners.flatMap((pair) => poolsOf(pair.after)))],
  };
}

/** Pools on which jobs and managers of a runner land. */
function poolsOf({ job, managerPlaced }: ObservedRunner): readonly NodePool[] {
  return [...landing(job), ...landing(managerPlaced)].map(({ pool }) => pool);
}

/** Pools and classes that go or come with a move. */
function changesOfMove({ left, taken }: NodeMove, comparison: Comparison): readonly ChangedObject[] {
  const own = new Set(
    [...left, ...taken].flatMap(({ manifest, nodeClass }) => [
      manifest,
      ...(nodeClass ? [nodeClass.manifest] : []),
    ]),
  );
  return changesOf(comparison, 'NodePool', 'EC2NodeClass', 'NodeClass').filter(
    ({ before, after }) =>
      (before === undefined || after === undefined) &&
      [before, after].some((one) => one !== undefined && own.has(one)),
  );
}

/** Whether a move says all of a pool or class that goes or comes. */
export function isOfMove(change: ChangedObject, comparison: Comparison): boolean {
  return nodeMoves(comparison).some((move) => changesOfMove(move, comparison).includes(change));
}

/** Whether a move says what jobs and managers of a runner cost. */
export function isMovedRunner(runner: ObservedRunner, comparison: Comparison): boolean {
  return nodeMoves(comparison).some(({ runners }) => runners.some(({ after }) => after === runner));
}

const NO_POLICIES = `Network policies hold nothing there before ConfigMap ${POLICY_SWITCH.name} of ${POLICY_SWITCH.namespace} switches them on, and no ConfigMap here does.`;

const OWN = 'self-managed Karpenter';
const AUTO = 'EKS Auto Mode';

function wordsOf(move: NodeMove, comparison: Comparison): Pick<Impact, 'weight' | 'what'> {
  const { toAutoMode, left, taken } = move;
  const [from, to] = toAutoMode ? [OWN, AUTO] : [AUTO, OWN];
  const gone = left.filter(({ manifest }) => !isKept(manifest));
  const drains = gone.map((before) => drainOf({ before, after: undefined }, comparison));
  const fates = [...new Set(drains.map(({ text }) => text))].join('; ');
  const stay = left.filter(({ manifest }) => isKept(manifest)).map(({ name }) => name);
  const parts = [
    `The fleet moves from nodes of ${from} to nodes of ${to}: new jobs and managers go to ${firstFew(taken.map(({ name }) => name))}.`,
    ...(gone.length > 0
      ? [
          `The nodes of ${firstFew(gone.map(({ name }) => name))} drain at once, each for its own terminationGracePeriod, and start no new job; ${fates}.`,
        ]
      : []),
    ...(stay.length > 0
      ? [`${firstFew(stay)} stay in the cluster until they are deleted, and may still start nodes.`]
      : []),
    ...(toAutoMode && policySwitchIn(comparison.after.manifests).state !== 'on' ? [NO_POLICIES] : []),
    ...pricesOf(move),
  ];
  const isCut = drains.some(({ weight }) => weight === 'disruptive');
  return { weight: isCut ? 'disruptive' : 'notice', what: parts.join(' ') };
}

/** What a minute of a job and a month of a node of managers cost, before and after. */
function pricesOf({ runners }: NodeMove): readonly string[] {
  const [jobs, managers] = [
    cheapestMinute,
    ({ managerPlaced }: ObservedRunner) => minutePriceOf(managerPlaced),
  ].map((priceOf) => [
    runners.map(({ before }) => priceOf(before)),
    runners.map(({ after }) => priceOf(after)),
  ]);
  const sentence = (what: string, [old, now]: readonly Prices[], show: (usd: number) => string) => {
    const [was, is] = [old, now].map((prices) => rangeOf(prices, show));
    return was === undefined || is === undefined ? [] : [`${what} costs ${is} on demand, before ${was}.`];
  };
  return [
    ...sentence('A minute of a job', jobs, (usd) => usd.toFixed(5)),
    ...sentence('A month of a node of managers', managers, (usd) => (usd * 60 * HOURS_PER_MONTH).toFixed(2)),
  ];
}

type Prices = readonly (MinutePrice | undefined)[];

/** `USD 0.00113 to 0.00127`, and whether that includes the fee; undefined where no price is known. */
function rangeOf(prices: Prices, show: (usd: number) => string): string | undefined {
  const priced = prices.flatMap((price) => price ?? []).sort((a, b) => a.usdPerMinute - b.usdPerMinute);
  const texts = [
    ...new Set(
      [priced.at(0), priced.at(-1)]
        .flatMap((price) => price ?? [])
        .map(({ usdPerMinute }) => show(usdPerMinute)),
    ),
  ];
  if (texts.length === 0) return undefined;
  const hasFee = priced.some(({ autoModeUsdPerMinute }) => autoModeUsdPerMinute !== undefined);
  return `USD ${texts.join(' to ')}${hasFee ? " with EKS Auto Mode's fee" : ''}`;
}
