import { displayName } from '../../cluster/manifest';
import type { CostChange, LineChange } from '../../cost/cost-change';
import type { ClusterDiff } from '../../diff/all';
import type { Capacity, Effect } from '../../diff/effect';
import type { ForeignFile } from '../../diff/foreign-files';
import { objectOf } from '../../diff/rule';
import { tagRoutes } from '../../diff/tag-routes';
import { foreignParts, securityParts, summaryOf } from '../../report/diff-words';
import { groupImpacts } from '../../report/impact-groups';
import { summarySentence } from '../../report/summary-sentence';
import type {
  PageChange,
  PageClusterChange,
  PageEffect,
  PageEffectRow,
  PageLineChange,
  PageRoute,
} from './page-data';

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
    clusters: diffs.map((diff) => clusterChange(diff, foreign.length === 0)),
    foreign: foreignParts(foreign, (file) => file),
  };
}

function clusterChange(diff: ClusterDiff, isAll: boolean): PageClusterChange {
  const { cluster, changes, impacts, silent, cost } = diff;
  return {
    cluster,
    summary: summaryOf(diff),
    sentence: summarySentence(diff, isAll),
    weaker: securityParts([diff])[0]?.sentence,
    routes: routesOf(diff),
    impacts: groupImpacts(impacts).map(({ id, ...impact }) => ({ rule: id, ...impact })),
    effects: effectsOf(diff),
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

/** Runners whose figures differ, and those whose jobs run on another capacity type. */
function effectsOf({ effects, runners }: ClusterDiff): readonly PageEffect[] {
  const [old, now] = [runners.before, runners.after].map(
    (side) => new Map(side.map(({ name, capacity }) => [name, capacity])),
  );
  const nodesOf = (runner: string): PageEffectRow => ({
    what: 'nodes',
    before: old.get(runner) ?? '-',
    after: now.get(runner) ?? '-',
  });
  const told = new Set(effects.map(({ runner }) => runner));
  const moved = [...now.keys()].filter(
    (runner) => !told.has(runner) && old.has(runner) && old.get(runner) !== now.get(runner),
  );
  return [
    ...effects.map((effect) => effectOf(effect, nodesOf(effect.runner))),
    ...moved.map((runner) => ({ runner, rows: [nodesOf(runner)] })),
  ];
}

/** Every figure of a runner that is new, goes or differs; of one that stays, all but held room that there never is. */
function effectOf({ runner, before, after }: Effect, nodes: PageEffectRow): PageEffect {
  const rows: PageEffectRow[] = FIGURES.map(([what, show]) => ({
    what,
    before: before === undefined ? '-' : show(before),
    after: after === undefined ? '-' : show(after),
  }));
  const isHeld = (before?.heldUsdPerMonth ?? after?.heldUsdPerMonth) !== undefined;
  const [jobs, ...others] = isHeld ? rows : rows.slice(0, -1);
  return { runner, rows: [jobs, nodes, ...others] };
}

/** Lists of tags and runners that a sentence names; the rest is counted. */
const NAMED_MOST = 8;

function routesOf({ changes, runners }: ClusterDiff): readonly PageRoute[] {
  if (changes.length === 0) return [];
  return tagRoutes(runners).map(({ jobs, before, after }) => {
    const who = `Jobs ${jobsText(jobs)}`;
    if (after.length === 0)
      return {
        isLost: true,
        text: `${who} have no runner any more and wait. Before: ${someOf(before, ', ')}.`,
      };
    return {
      isLost: false,
      text: `${who} now go to ${someOf(after, ' or ')}. Before: ${someOf(before, ' or ')}.`,
    };
  });
}

function jobsText(jobs: readonly (readonly string[])[]): string {
  const texts = jobs.map((tags) => tags.join(', '));
  if (texts.length === 1)
    return texts[0] === '' ? 'without tags' : `with the ${jobs[0].length === 1 ? 'tag' : 'tags'} ${texts[0]}`;
  const named = texts.map((text) => (text === '' ? 'no tags' : text));
  return `with the tags ${someOf(named, '; or with ')}`;
}

function someOf(names: readonly string[], joint: string): string {
  const rest = names.length - NAMED_MOST;
  if (rest <= 1) return names.join(joint);
  return `${names.slice(0, NAMED_MOST).join(joint)} and ${rest} more`;
}
