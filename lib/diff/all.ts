import { asApplied, asWritten } from '../cluster/as-applied';
import type { Manifest } from '../cluster/manifest';
import { displayName } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { observeOnce } from '../cluster/observe-once';
import type { ParsedManifests } from '../cluster/parse';
import type { PriceSettings } from '../cluster/prices';
import { type CostChange, costChange } from '../cost/cost-change';
import { costOf } from '../cost/fleet-cost';
import { admissionChange } from './admission';
import { alertsChange } from './alerts';
import { bothByCluster } from './both-by-cluster';
import { causesOf } from './causes/all';
import type { Cause } from './causes/cause';
import { claimRemoved, immutableField, namespaceRemoved, rightsRemoved } from './cluster-objects';
import { type Effect, effects } from './effect';
import { fieldChanges } from './field-changes';
import { serverChanged, tagsToSet, timeoutToSet } from './gitlab-settings';
import { jobPrice } from './job-price';
import { jobProtection } from './job-protection';
import { CLUSTER_RULES, clusterImpacts } from './joined-clusters';
import { killedEarlier } from './killed-earlier';
import { landsNowhere } from './lands-nowhere';
import { configChanged, managerReplaced, managerStarted, managerStopped } from './managers';
import { movedNodes } from './moved-nodes';
import { movedUnit } from './moved-units';
import { networkChange } from './network-policies';
import { classDrifts, classFindsOthers, classRemoved, diskPrice } from './node-classes';
import { nodeOverlay } from './node-overlays';
import {
  limitsChange,
  poolAdded,
  poolDrifts,
  poolRemoved,
  poolSettings,
  requirementsChange,
} from './node-pools';
import { notRendered } from './not-rendered';
import { type ObjectChange, pairObjects } from './objects';
import { orphanedPods } from './orphan-cleanup';
import { heldRoom, leftPausePods, pausePodsStay } from './pause-pods';
import { pullSecretChanged } from './pull-secrets';
import { podsRefused } from './refused-pods';
import { type ChangedObject, type Impact, objectOf, type Rule, type Weight } from './rule';
import { SECURITY_RULES } from './security/all';
import { spotNodes } from './spot-nodes';
import { staticPool } from './static-pools';
import { stillNeeded } from './still-needed';
import { type RunnerSides, runnerSidesOf } from './tag-routes';
import { tagsGone } from './tags';
import { secretRemoved, tokenChanged } from './tokens';

/** Every rule, in the order in which people should read what they say. */
export const RULES: readonly Rule[] = [
  ...SECURITY_RULES,
  immutableField,
  movedUnit,
  namespaceRemoved,
  claimRemoved,
  rightsRemoved,
  stillNeeded,
  networkChange,
  managerReplaced,
  killedEarlier,
  landsNowhere,
  podsRefused,
  movedNodes,
  jobProtection,
  spotNodes,
  jobPrice,
  managerStopped,
  pausePodsStay,
  heldRoom,
  orphanedPods,
  managerStarted,
  configChanged,
  tagsGone,
  tagsToSet,
  timeoutToSet,
  serverChanged,
  secretRemoved,
  tokenChanged,
  pullSecretChanged,
  poolRemoved,
  poolDrifts,
  requirementsChange,
  limitsChange,
  poolSettings,
  poolAdded,
  staticPool,
  nodeOverlay,
  alertsChange,
  classDrifts,
  diskPrice,
  classFindsOthers,
  classRemoved,
  admissionChange,
  notRendered,
];

/** What differs between two revisions of one cluster, and what that does. */
export interface ClusterDiff {
  /** Folder of the cluster below `dist/`; empty where there is none. */
  readonly cluster: string;
  readonly changes: readonly ChangedObject[];
  /** Heaviest first. */
  readonly impacts: readonly Impact[];
  /** Objects that change and that no rule says anything about. */
  readonly silent: readonly string[];
  readonly effects: readonly Effect[];
  /** What somebody changed, as people would name it. */
  readonly causes: readonly Cause[];
  /** What the change does to what runners cost; undefined where no object changes. Worked out when somebody asks. */
  readonly cost: CostChange | undefined;
  /** What decides which jobs runners get, in both revisions. */
  readonly runners: RunnerSides;
}

const ORDER: readonly Weight[] = ['security', 'disruptive', 'notice', 'info'];

/** Compares two revisions of a folder, cluster by cluster, at the same prices. */
export function diffFolders(
  folder: string,
  before: ParsedManifests['manifests'],
  after: ParsedManifests['manifests'],
  money?: PriceSettings,
): readonly ClusterDiff[] {
  const folders = bothByCluster(folder, before.map(asApplied), after.map(asApplied));
  const diffs = folders.map(({ cluster, before: old, after: now }) => diffCluster(old, now, cluster, money));
  if (diffs.every(({ changes }) => changes.length === 0)) return diffs;
  const joined = clusterImpacts(
    folders.map((folder, index) => ({ ...folder, changes: diffs[index].changes })),
  );
  const wholes = [...joined].map(([{ cluster }, impacts]) => [cluster, impacts] as const);
  return diffs.map((diff) => {
    const whole = wholes.find(([cluster]) => cluster === diff.cluster)?.[1];
    if (whole === undefined) return diff;
    const own = diff.impacts.filter(({ id }) => !CLUSTER_RULES.some((rule) => rule.id === id));
    const impacts = byWeight([...whole, ...own]);
    return { ...diff, impacts, silent: silentOf(diff.changes, impacts) };
  });
}

/** A comparison with impacts that are about no cluster alone: they stand with the first. */
export function withImpacts(
  diffs: readonly ClusterDiff[],
  impacts: readonly Impact[],
): readonly ClusterDiff[] {
  if (impacts.length === 0) return diffs;
  const [first = NO_DIFFERENCE, ...rest] = diffs;
  return [{ ...first, impacts: byWeight([...first.impacts, ...impacts]) }, ...rest];
}

/** The same with impacts that stand before all others of their weight, so that no number of those hides them. */
export function withFirstImpacts(
  diffs: readonly ClusterDiff[],
  impacts: readonly Impact[],
): readonly ClusterDiff[] {
  if (impacts.length === 0) return diffs;
  const [first = NO_DIFFERENCE, ...rest] = diffs;
  return [{ ...first, impacts: byWeight([...impacts, ...first.impacts]) }, ...rest];
}

const NO_DIFFERENCE: ClusterDiff = {
  cluster: '',
  changes: [],
  impacts: [],
  silent: [],
  effects: [],
  causes: [],
  cost: undefined,
  runners: { before: [], after: [] },
};

/** Objects that change and that no impact is about. */
function silentOf(changes: readonly ChangedObject[], impacts: readonly Impact[]): readonly string[] {
  const told = new Set(impacts.map(({ object }) => object));
  return changes.map((change) => displayName(objectOf(change))).filter((name) => !told.has(name));
}

/** Every weight among all impacts, the heaviest first. */
export function weightsOf(diffs: readonly ClusterDiff[]): readonly Weight[] {
  return ORDER.filter((weight) =>
    diffs.some(({ impacts }) => impacts.some((impact) => impact.weight === weight)),
  );
}

function byWeight(impacts: readonly Impact[]): readonly Impact[] {
  return ORDER.flatMap((weight) => impacts.filter((impact) => impact.weight === weight));
}

function asInFiles({ before, after }: ObjectChange): ObjectChange {
  return { before: before && asWritten(before), after: after && asWritten(after) };
}

/** Compares two revisions of one cluster's objects. */
export function diffCluster(
  writtenBefore: readonly Manifest[],
  writtenAfter: readonly Manifest[],
  cluster = '',
  money?: PriceSettings,
): ClusterDiff {
  // Rules judge what is applied; people read what stands in the files.
  const [before, after] = [writtenBefore, writtenAfter].map((manifests) => manifests.map(asApplied));
  const changes = pairObjects(before, after)
    .map((pair) => ({ ...pair, fields: fieldChanges(asInFiles(pair)) }))
    .filter((change) => !change.before || !change.after || change.fields.length > 0);
  const sides: Record<'before' | 'after', Subject> = {
    before: observeOnce(before, money),
    after: observeOnce(after, money),
  };
  const comparison = { ...sides, changes };
  const impacts = RULES.flatMap((rule) => rule.run(comparison));
  const left = leftPausePods(comparison).filter(({ isDeletable }) => !isDeletable);
  let cost: CostChange | undefined;
  return {
    cluster,
    changes,
    impacts: byWeight(impacts),
    silent: silentOf(changes, impacts),
    effects: effects(
      sides.before,
      sides.after,
      left.map(({ runner }) => runner),
    ),
    causes: causesOf(comparison),
    runners: { before: runnerSidesOf(sides.before), after: runnerSidesOf(sides.after) },
    get cost() {
      if (changes.length > 0) cost ??= costChange(costOf(sides.before), costOf(sides.after));
      return cost;
    },
  };
}
