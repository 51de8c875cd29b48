import {
  type Direction,
  formatWay,
  isCovered,
  labelsFor,
  policiesHolding,
  selectorOf,
  type Way,
  waysOf,
} from '../cluster/allowed-traffic';
import { guardedPlaces } from '../cluster/guarded-places';
import { type Labels, selects } from '../cluster/label-selector';
import { formatSources, sourcesReached } from '../cluster/link-local';
import type { Manifest } from '../cluster/manifest';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  firstFew,
  type Impact,
  impact,
  type Rule,
} from './rule';

/** Network policies that close something. */
export const networkChange: Rule = {
  id: 'network-change',
  title: 'A network policy that allows less cuts connections of running pods too, where the CNI enforces it.',
  run: (comparison) =>
    changesOf(comparison, 'NetworkPolicy').flatMap((change) => {
      const { before, after } = change;
      if (before && after && !changed(change, 'spec')) return [];
      if (!before && isNewNamespace(comparison, after?.namespace)) return [];
      const who = podsIn((after ?? before)?.namespace, comparison);
      const { closed, opened } = turns(change, comparison);
      return [
        ...(opened.length > 0 ? [opening(change, who, opened, closed.length > 0)] : []),
        ...(closed.length > 0 ? [closing(change, who, closed)] : []),
      ];
    }),
};

function closing(change: ChangedObject, who: string, closed: readonly string[]): Impact {
  const what = `${who} lose connections ${firstFew(closed, '; ')}.`;
  const allowed = change.after
    ? 'No policy allows them any more.'
    : 'The policy that allowed them is removed, and another one holds.';
  const why = change.before ? allowed : 'The policy is new: what it does not name is closed.';
  return impact('network-change', 'disruptive', change, what, why);
}

function opening(change: ChangedObject, who: string, opened: readonly Way[], isClosing: boolean): Impact {
  const sources = sourcesReached(opened.filter(({ direction }) => direction === 'egress'));
  // What gives out credentials comes first: it may be a part of a block whose name says nothing of it.
  const ways = [...new Set(opened.map(formatWay))];
  const parts = [...(sources.length > 0 ? [`to ${formatSources(sources)}`] : []), firstFew(ways, '; ')];
  const rest = isClosing ? '' : ' Nothing that was open is closed.';
  const what = `${who} may have more connections: ${parts.join('; ')}.${rest}`;
  const why = change.after ? 'The policy allows more than before.' : 'The policy is removed.';
  return impact('network-change', 'security', change, what, why);
}

const DIRECTIONS: readonly Direction[] = ['egress', 'ingress'];

/** Ways that the pods of a policy lose, as words, and those that they win. Policies of a pod add up. */
function turns(
  { before, after }: ChangedObject,
  comparison: Comparison,
): { readonly closed: readonly string[]; readonly opened: readonly Way[] } {
  const namespace = (after ?? before)?.namespace;
  const own = [before, after].flatMap((policy) => (policy ? [selectorOf(policy)] : []));
  const [old, now] = [comparison.before, comparison.after].map(({ manifests }) =>
    manifests.filter((one) => one.kind === 'NetworkPolicy' && one.namespace === namespace),
  );
  const places = [comparison.before, comparison.after].flatMap(guardedPlaces);
  const real = places
    .filter((place) => place.namespace === (namespace ?? 'default'))
    .map(({ labels }) => labels);
  const changing = [before, after].flatMap((policy) => policy ?? []);
  const pods = podsOf([...old, ...now], own, real);
  const closed: string[] = [];
  const opened: Way[] = [];
  for (const labels of pods) {
    for (const direction of DIRECTIONS) {
      const [was, is] = [old, now].map((policies) => waysOf(policies, labels, direction));
      closed.push(...was.filter((way) => !isCovered(way, is)).map(formatClosed));
      opened.push(...is.filter((way) => !isCovered(way, was)));
    }
  }
  // Pods that no policy is sure to hold any more, since others set the labels by which they are selected.
  for (const labels of real.filter((one) => policiesHolding(changing, one).length > 0)) {
    for (const direction of DIRECTIONS) {
      const [was, is] = [old, now].map((policies) =>
        waysOf(policiesHolding(policies, labels), labels, direction),
      );
      opened.push(...is.filter((way) => way.policy === undefined && !isCovered(way, was)));
    }
  }
  return { closed: [...new Set(closed)], opened };
}

/**
 * Labels of pods that differ in which policies are theirs, of those that some selectors take: those that the selectors name,
 * and those that jobs and managers really have, which a selector may let go by what it says they are not.
 */
function podsOf(
  policies: readonly Manifest[],
  own: readonly ReturnType<typeof selectorOf>[],
  real: readonly Labels[],
): readonly Labels[] {
  const kinds = policies.map((policy) => labelsFor(selectorOf(policy)));
  const pairs = kinds.flatMap((one, index) => kinds.slice(index + 1).map((other) => ({ ...one, ...other })));
  const all = [...real, ...own.map(labelsFor), ...kinds, ...pairs, Object.assign({}, ...kinds)];
  const distinct = new Map(all.map((labels) => [JSON.stringify(Object.entries(labels).sort()), labels]));
  return [...distinct.values()].filter((labels) => own.some((selector) => selects(selector, labels)));
}

function formatClosed(way: Way): string {
  return way.peer === undefined && way.port === undefined
    ? `${formatWay(way)} but those it names`
    : formatWay(way);
}

/** Who runs in a namespace, as the subject of a sentence. */
function podsIn(namespace: string | undefined, { before, after }: Comparison): string {
  const runners = [...before.runners, ...after.runners];
  const isManagers = runners.some(({ manager }) => manager?.namespace === namespace);
  const isJobs = runners.some(({ table }) => table.kubernetes.namespace === namespace);
  if (isManagers && isJobs) return 'Managers and running jobs';
  if (isManagers) return 'Managers';
  return isJobs ? 'Running jobs' : 'Its pods';
}

/** Whether a namespace comes with the change, so that nothing runs in it yet: no runner was there before either. */
function isNewNamespace(comparison: Comparison, namespace: string | undefined): boolean {
  const wasUsed = comparison.before.runners.some(
    ({ manager, table }) => manager?.namespace === namespace || table.kubernetes.namespace === namespace,
  );
  if (wasUsed) return false;
  return changesOf(comparison, 'Namespace').some(({ before, after }) => !before && after?.name === namespace);
}
