import { formatWay, isCovered, labelsFor, selectorOf, waysOf } from '../cluster/allowed-traffic';
import type { GuardedPlace } from '../cluster/guarded-places';
import { accepts } from '../cluster/job-choices';
import { type Labels, selects } from '../cluster/label-selector';
import { displayName, type Manifest } from '../cluster/manifest';
import { objectsNamed, ofKind } from '../cluster/of-kind';
import { at, fieldsOf, listOf, textsOf } from '../values/record';

/** A label by which a job leaves what holds it, and what that does. */
export interface Escape {
  readonly label: string;
  /** The rest of a sentence whose subject is a job. */
  readonly does: string;
}

/** A label that a pattern allows and that opens more to a job; undefined without any. */
export function escapes(
  { labels, namespace }: Omit<GuardedPlace, 'runners'>,
  pattern: string,
  policies: readonly Manifest[],
  manifests: readonly Manifest[],
): Escape | undefined {
  const was = waysOf(policies, labels, 'egress');
  for (const [key, value] of candidates(policies)) {
    if (labels[key] === value || !accepts(pattern, `${key}=${value}`)) continue;
    const opened = waysOf(policies, { ...labels, [key]: value }, 'egress').find(
      (way) => !isCovered(way, was),
    );
    if (opened) return { label: `${key}=${value}`, does: `may have more connections: ${formatWay(opened)}` };
  }
  return peerEscape(labels, namespace, pattern, manifests);
}

/** Labels that policies select by, and another value of each, by which a pod is no longer selected. */
function candidates(policies: readonly Manifest[]): readonly (readonly [key: string, value: string])[] {
  const selected = policies.flatMap((policy) => Object.entries(labelsFor(selectorOf(policy))));
  // By a value that a selector excludes, a pod leaves it too.
  const listed = policies.flatMap((policy) =>
    listOf(selectorOf(policy).matchExpressions)
      .map(fieldsOf)
      .flatMap(({ key, values }) => listOf(values).map((value) => [String(key), String(value)] as const)),
  );
  const left = policies.flatMap((policy) =>
    keysOf(selectorOf(policy)).map((key) => [key, 'x-other'] as const),
  );
  return [...selected, ...listed, ...left];
}

function keysOf({ matchLabels, matchExpressions }: ReturnType<typeof selectorOf>): readonly string[] {
  const expressions = listOf(matchExpressions).map((one) => String(fieldsOf(one).key));
  return [...Object.keys(fieldsOf(matchLabels)), ...expressions];
}

/** A label by which a job becomes one of the pods that another policy lets in. */
function peerEscape(
  own: Labels,
  namespace: string,
  pattern: string,
  manifests: readonly Manifest[],
): Escape | undefined {
  const labelsOfNamespace = {
    'kubernetes.io/metadata.name': namespace,
    ...textsOf(at(objectsNamed(manifests, 'Namespace', namespace)[0]?.body, ['metadata', 'labels'])),
  };
  for (const policy of ofKind(manifests, 'NetworkPolicy')) {
    const peers = listOf(at(policy.body, ['spec', 'ingress'])).flatMap((rule) => listOf(fieldsOf(rule).from));
    for (const { podSelector, namespaceSelector } of peers.map(fieldsOf)) {
      const isNear =
        namespaceSelector === undefined
          ? policy.namespace === namespace
          : selects(fieldsOf(namespaceSelector), labelsOfNamespace);
      if (podSelector === undefined || !isNear || selects(fieldsOf(podSelector), own)) continue;
      const wanted = Object.entries(labelsFor(fieldsOf(podSelector))).filter(
        ([key, value]) => own[key] !== value,
      );
      if (wanted.length > 0 && wanted.every(([key, value]) => accepts(pattern, `${key}=${value}`)))
        return {
          label: wanted.map(([key, value]) => `${key}=${value}`).join(' and '),
          does: `is let in by ${displayName(policy)}, which is for other pods`,
        };
    }
  }
  return undefined;
}
