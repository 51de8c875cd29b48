import { displayName } from '../../cluster/manifest';
import type { CostChange, LineChange } from '../../cost/cost-change';
import type { ClusterDiff } from '../../diff/all';
import type { Capacity, Effect } from '../../diff/effect';
import type { ForeignFile } from '../../diff/foreign-files';
import { objectOf } from '../../diff/rule';
import { foreignParts, summaryOf } from '../../report/diff-words';
import { groupImpacts } from '../../report/impact-groups';
import type { PageChange, PageClusterChange, PageEffect, PageEffectRow, PageLineChange } from './page-data';

/** What is compared with what. */
export interface PageComparison {
  /** The earlier revision, as it was named. */
  readonly base: string;
  readonly diffs: readonly ClusterDiff[];
  readonly foreign: readonly ForeignFile[];
}

/** What a change does, as `diff` says it. */
export function changeOf({ base, diffs, foreign }: PageComparison): PageChange {
  return {
    base,
    clusters: diffs.map(clusterChange),
    foreign: foreignParts(foreign, (file) => file),
  };
}

function clusterChange(diff: ClusterDiff): PageClusterChange {
  const { cluster, changes, impacts, silent, effects, cost } = diff;
  return {
    cluster,
    summary: summaryOf(diff),
    impacts: groupImpacts(impacts).map(({ id, ...impact }) => ({ rule: id, ...impact })),
    effects: effects.map(effectOf),
    cost: cost === undefined ? [] : costRows(cost),
    costLines: cost === undefined ? [] : costLines(cost),
    objects: changes.map((change) => {
      const { before, after, fields } = change;
      return {
        object: displayName(objectOf(change)),
        file: objectOf(change).file,
        is: before && after ? 'changed' : before ? 'removed' : 'added',
        fields: fields.map(({ path, before: old = '', after: now = '' }) => ({
          path,
          before: old,
          after: now,
        })),
      };
    }),
    silent: silent.length,
  };
}

function costRows({ before, after }: CostChange): readonly PageEffectRow[] {
  const [old, now] = [before, after].map(({ floorUsdPerMonth: floor, ceilingUsdPerHour: ceiling }) => ({
    floor: floor.total.toFixed(0),
    ceiling: ceiling.total?.toFixed(2) ?? 'no limit',
  }));
  return [
    { what: 'while no job runs, USD a month', before: old.floor, after: now.floor },
    { what: 'at all limits, USD an hour', before: old.ceiling, after: now.ceiling },
  ];
}

function costLines({ floor, ceiling }: CostChange): readonly PageLineChange[] {
  return [
    ...floor.map((line) => lineChange(line, 'while no job runs, USD a month', 0)),
    ...ceiling.map((line) => lineChange(line, 'at all limits, USD an hour', 2)),
  ];
}

function lineChange(
  { what, name, before, after, usd }: LineChange,
  sum: string,
  digits: number,
): PageLineChange {
  const isBound = Number.isFinite(usd);
  return {
    sum,
    name: `${what} ${name}`,
    usd: isBound
      ? `${usd > 0 ? '+' : '-'}${Math.abs(usd).toFixed(digits)}`
      : usd > 0
        ? 'no limit'
        : 'now limited',
    because: after?.because ?? `no longer: ${before?.because ?? ''}`,
  };
}

const FIGURES: readonly (readonly [what: string, show: (capacity: Capacity) => string])[] = [
  ['jobs at once', ({ jobs }) => String(jobs)],
  ['types for the largest job', ({ types }) => String(types ?? '-')],
  ['cheapest type', ({ cheapest }) => cheapest ?? 'none'],
  ['USD a job-minute', ({ usdPerMinute }) => usdPerMinute?.toFixed(5) ?? '-'],
  ['held room, USD a month', ({ heldUsdPerMonth }) => heldUsdPerMonth?.toFixed(0) ?? '0'],
];

/** Every figure of a runner that is new, goes or differs; of one that stays, all but held room that there never is. */
function effectOf({ runner, before, after }: Effect): PageEffect {
  const rows: PageEffectRow[] = FIGURES.map(([what, show]) => ({
    what,
    before: before === undefined ? '-' : show(before),
    after: after === undefined ? '-' : show(after),
  }));
  const isHeld = (before?.heldUsdPerMonth ?? after?.heldUsdPerMonth) !== undefined;
  return { runner, rows: isHeld ? rows : rows.slice(0, -1) };
}
