import { displayName, identityOf, type Manifest } from '../cluster/manifest';
import type { ParsedManifests } from '../cluster/parse';
import { HEADER } from '../cluster/rendered-text';
import { fieldsOf, listOf, textOf } from '../values/record';
import { isApplied, substitutedFrom } from './appliers';
import type { Impact } from './rule';
import { isOfCluster } from './security/known-objects';
import { isPolicy } from './security/other-guards';

type Side = Pick<ParsedManifests, 'manifests' | 'others'>;

/**
 * Objects of files outside of a folder that a change adds, edits or removes, and that meet those of the folder in the cluster:
 * the same ones again, others in the namespaces of its pods, and rights of its accounts.
 *
 * @param rendered objects of the folder, before and after
 * @param sides what says how folders are applied, in the whole repository
 * @param applied paths of what is applied with the folder, or applies it
 */
export function objectsOutside(
  rendered: readonly Manifest[],
  before: Side,
  after: Side,
  sides: readonly Side[],
  applied: readonly string[],
): readonly Impact[] {
  const meets = meetingOf(rendered, substitutedFrom(sides, applied));
  return changedObjects(before, after).flatMap(([old, now]) => {
    const one = (now ?? old) as Manifest;
    const [met] = [now, old].flatMap((each) => (each && meets(each)) ?? []);
    return met === undefined
      ? []
      : impactsOf(one, `${met}, and it ${wordFor(old, now)}`, isApplied(one.file, sides));
  });
}

function impactsOf(one: Manifest, what: string, applied: boolean): Impact[] {
  // Another rendered folder has a proof and a review of its own.
  if (!applied && one.fileText?.startsWith(HEADER)) return [];
  return [
    {
      id: 'unknown-object',
      weight: applied ? 'security' : 'notice',
      object: `${displayName(one)} (${one.file})`,
      what: `${what} outside of what is compared here.`,
      why: applied
        ? 'Flux or Argo CD apply it to the same cluster as the fleet, and no rule reads it.'
        : 'If it is applied to the cluster of the fleet, no rule reads what it does there.',
    },
  ];
}

function wordFor(old: Manifest | undefined, now: Manifest | undefined): string {
  if (!old) return 'is new';
  return now ? 'changes' : 'is removed';
}

type Pair = readonly [before: Manifest | undefined, after: Manifest | undefined];

function changedObjects(before: Side, after: Side): readonly Pair[] {
  const byKey = (side: Side) =>
    new Map(side.manifests.map((one) => [`${one.file}\n${identityOf(one)}`, one]));
  const [olds, news] = [byKey(before), byKey(after)];
  return [...new Set([...olds.keys(), ...news.keys()])]
    .map((key): Pair => [olds.get(key), news.get(key)])
    .filter(([old, now]) => JSON.stringify(old?.body) !== JSON.stringify(now?.body));
}

/** How an object meets those that are rendered, as a sentence without its end; undefined where it does not. */
function meetingOf(
  rendered: readonly Manifest[],
  filledIn: ReadonlySet<string>,
): (one: Manifest) => string | undefined {
  const identities = new Set(rendered.map(identityOf));
  const named = rendered.flatMap(({ kind, name, namespace }) =>
    kind === 'Namespace' ? name : (namespace ?? []),
  );
  const own = new Set(named.filter((name) => !isOfCluster(name)));
  return (one) => {
    if (identities.has(identityOf(one))) return 'It is rendered too, so that one is applied over the other';
    // A sealed one becomes the Secret of its name.
    const filling = [one.kind.replace('SealedSecret', 'Secret'), one.namespace, one.name].join('/');
    if (filledIn.has(filling)) return 'Its values are filled into what is rendered (substituteFrom)';
    return placeOf(one, own);
  };
}

function placeOf(one: Manifest, own: ReadonlySet<string>): string | undefined {
  const { kind, name, namespace } = one;
  if (namespace !== undefined && own.has(namespace))
    return `It is in the namespace ${namespace} of the fleet`;
  if (kind === 'Namespace' && own.has(name)) return 'It is a namespace of the fleet';
  if (kind.endsWith('RoleBinding') && listOf(one.body.subjects).some((subject) => isOwn(subject, own)))
    return 'It is about rights of the pods of the fleet';
  return namespace === undefined && isPolicy(one) ? 'It decides about pods of every namespace' : undefined;
}

/** Whether a subject is an account of the fleet, or a group that it belongs to. */
function isOwn(subject: unknown, namespaces: ReadonlySet<string>): boolean {
  const { kind, name, namespace } = fieldsOf(subject);
  if (kind === 'ServiceAccount') return namespaces.has(textOf(namespace) ?? '');
  const [, accountsOf] = /^system:serviceaccounts?:([^:]+)/.exec(textOf(name) ?? '') ?? [];
  const isEverybody = /^system:(?:serviceaccounts|(?:un)?authenticated)$/.test(textOf(name) ?? '');
  return isEverybody || (accountsOf !== undefined && namespaces.has(accountsOf));
}
