import { type Direction, selectorOf } from '../../cluster/allowed-traffic';
import { type GuardedPlace, guardedPlaces, namespaceOf } from '../../cluster/guarded-places';
import { type Labels, maySelect } from '../../cluster/label-selector';
import { displayName, identityOf, type Manifest } from '../../cluster/manifest';
import type { Subject } from '../../cluster/observe';
import { ofKind } from '../../cluster/of-kind';
import { at, type Fields, fieldsOf, listOf, textsOf } from '../../values/record';
import type { Comparison, Impact } from '../rule';

const DIRECTIONS: readonly (readonly [direction: Direction, key: string, does: string])[] = [
  ['ingress', 'from', 'lets them in'],
  ['egress', 'to', 'lets others reach them'],
];

/**
 * Policies of other pods that let jobs or managers through because their labels changed, or those of their namespace. Where a
 * policy itself changes, `network-change` reports it.
 */
export function reachedPeers({ before, after, changes }: Comparison): readonly Impact[] {
  const changing = new Set(
    changes.flatMap((change) => [change.before, change.after].flatMap((one) => (one ? identityOf(one) : []))),
  );
  const policies = ofKind(after.manifests, 'NetworkPolicy').filter((one) => !changing.has(identityOf(one)));
  if (policies.length === 0 || before.runners.length === 0) return [];
  const known = new Set(guardedPlaces(before).flatMap((place) => waysTo(place, policies, before)));
  return guardedPlaces(after).flatMap((place): Impact[] => {
    const found = waysTo(place, policies, after).filter((way) => !known.has(way));
    if (found.length === 0) return [];
    const { role, namespace, runners } = place;
    const who = `${role} in ${namespace}`;
    return [
      {
        id: 'moved-pods',
        weight: 'security',
        object: displayName(runners[0].config.manifest),
        what: `Policies of other pods now let ${who} through: ${found.map((way) => way.slice(way.indexOf(' ') + 1)).join(', ')}.`,
        why: 'A policy selects whom it lets through by labels of pods and of their namespace.',
      },
    ];
  });
}

/** Policies that let pods of a place through, by what they let them do. */
function waysTo(
  place: GuardedPlace,
  policies: readonly Manifest[],
  { manifests }: Subject,
): readonly string[] {
  const namespace = namespaceOf(manifests, place.namespace);
  const labels = {
    ...textsOf(at(namespace?.body, ['metadata', 'labels'])),
    'kubernetes.io/metadata.name': place.namespace,
  };
  return policies.flatMap((policy) =>
    DIRECTIONS.flatMap(([direction, key, does]) => {
      const rules = listOf(at(policy.body, ['spec', direction])).map(fieldsOf);
      const isPeer = rules.some((rule) =>
        listOf(rule[key]).some((peer) => takes(fieldsOf(peer), place, labels, policy)),
      );
      return isPeer && !isOwn(policy, place) ? [`${place.role} ${displayName(policy)} ${does}`] : [];
    }),
  );
}

function takes(
  peer: Fields,
  { namespace, labels }: GuardedPlace,
  ofNamespace: Labels,
  policy: Manifest,
): boolean {
  if (peer.podSelector === undefined && peer.namespaceSelector === undefined) return false;
  const isThere =
    peer.namespaceSelector === undefined
      ? (policy.namespace ?? 'default') === namespace
      : maySelect(fieldsOf(peer.namespaceSelector), ofNamespace);
  return isThere && maySelect(fieldsOf(peer.podSelector), labels);
}

/** Whether a policy is one of the pods themselves, which may let one another through. */
function isOwn(policy: Manifest, { namespace, labels }: GuardedPlace): boolean {
  return (policy.namespace ?? 'default') === namespace && maySelect(selectorOf(policy), labels);
}
