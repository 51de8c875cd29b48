import { isIn } from '../../cluster/admission';
import {
  type Direction,
  formatWay,
  isCovered,
  policiesHolding,
  type Way,
  waysOf,
} from '../../cluster/allowed-traffic';
import {
  type GuardedPlace,
  guardedPlaces,
  jobsOf,
  keyOfPlace,
  managersOf,
  namespaceOf,
  policiesIn,
} from '../../cluster/guarded-places';
import { displayName } from '../../cluster/manifest';
import type { Subject } from '../../cluster/observe';
import { ofKind } from '../../cluster/of-kind';
import { isLooser, type Level, levelOf } from '../../cluster/pod-security-level';
import type { Comparison, Impact, Rule } from '../rule';
import { all } from './all-names';
import { reachedPeers } from './peer-reach';
import { runnerPairs } from './runner-pairs';

type Place = Omit<GuardedPlace, 'runners'>;

/** Pods that go where less holds them, while nothing of what holds others changes. */
export const movedPods: Rule = {
  id: 'moved-pods',
  title:
    'Jobs and managers that move to another namespace, or have other labels, leave what held them there.',
  run: (comparison) => [...movedImpacts(comparison), ...reachedPeers(comparison)],
};

function movedImpacts(comparison: Comparison): readonly Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) =>
    [jobsOf, managersOf].flatMap((placeOf) => {
      const now = placeOf(after);
      if (!now) return [];
      const what = lossOf(before && placeOf(before), now, comparison);
      if (what === undefined) return [];
      const object = displayName(
        now.role === 'jobs' ? after.config.manifest : (after.manager ?? after.config.manifest),
      );
      const why = 'What guards a namespace, and what selects labels, holds there alone.';
      return [{ id: 'moved-pods', weight: 'security', object, what, why } satisfies Impact];
    }),
  );
}

function lossOf(was: Place | undefined, now: Place, { before, after }: Comparison): string | undefined {
  const known = guardedPlaces(before).filter(({ role }) => role === now.role);
  if (known.some((place) => keyOfPlace(place) === keyOfPlace(now))) return undefined;
  // A new one is held to what holds those that are there.
  const references = was ? [was] : known;
  if (references.length === 0) return undefined;
  const levels = references.map((place) => levelIn(before, place));
  const level = levelIn(after, now);
  const opened = references.map((place) => openedWays(place, now, { before, after }));
  const isOpener = opened.every((ways) => ways.length > 0);
  const parts = [
    ...(levels.every((one) => isLooser(level, one))
      ? [
          `whose Pod Security level is ${namespaceOf(after.manifests, now.namespace) ? level : 'not known here'}, before ${levels[0]}`,
        ]
      : []),
    ...(isOpener ? [`where they may have more connections: ${all(opened[0].map(formatWay))}`] : []),
  ];
  if (now.role === 'jobs' && references.every((place) => isBounded(before, place)) && !isBounded(after, now))
    parts.push('where nothing bounds what they take');
  if (parts.length === 0) return undefined;
  const who = now.role === 'jobs' ? 'Its jobs' : 'Its managers';
  const isMoved = references[0].namespace !== now.namespace;
  return `${who} run ${isMoved ? `in ${now.namespace}` : 'under other labels'}, ${parts.join(', and ')}.`;
}

/** Whether a LimitRange or a ResourceQuota bounds what pods of a namespace take. */
function isBounded({ manifests }: Subject, { namespace }: Place): boolean {
  return ['LimitRange', 'ResourceQuota'].some((kind) =>
    ofKind(manifests, kind).some((one) => isIn(one, namespace)),
  );
}

function levelIn({ manifests }: Subject, { namespace }: Place): Level {
  return levelOf(namespaceOf(manifests, namespace));
}

function openedWays(
  was: Place,
  now: Place,
  { before, after }: Pick<Comparison, 'before' | 'after'>,
): readonly Way[] {
  const directions: readonly Direction[] = ['egress', 'ingress'];
  return directions.flatMap((direction) => {
    const old = waysOf(policiesIn(before.manifests, was.namespace), was.labels, direction);
    // What selects them by labels that others set may not hold them there.
    const holding = policiesHolding(policiesIn(after.manifests, now.namespace), now.labels);
    return waysOf(holding, now.labels, direction).filter((way) => !isCovered(way, old));
  });
}
