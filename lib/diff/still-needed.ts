import { mounts } from '../cluster/config-files';
import { displayName, type Manifest } from '../cluster/manifest';
import { type NeedKind, needsOf } from '../cluster/needs';
import { firstFew, type Impact, impact, isKept, type Rule } from './rule';

/** What becomes of pods whose object of a kind is gone. ServiceAccounts and Secrets have rules of their own. */
const THEN: Partial<Record<NeedKind, string>> = {
  PriorityClass: 'the API server refuses new pods that name it',
  RuntimeClass: 'the API server refuses new pods that name it',
  ConfigMap: 'new pods that take it never start',
  PersistentVolumeClaim: 'new pods that mount it are never scheduled',
  SecretStore: 'the Secret that it makes is no longer renewed',
  SecretProviderClass: 'new pods that mount it never start',
};

/** Objects that go while managers or jobs still name them. */
export const stillNeeded: Rule = {
  id: 'still-needed',
  title: 'An object that goes while pods still name it keeps new ones from starting.',
  run: ({ changes, after }) => {
    const gone = changes.filter(({ before, after: kept }) => before && !kept && !isKept(before));
    if (gone.length === 0) return [];
    const needs = needsOf(after).filter(({ state }) => state === 'missing');
    return gone.flatMap((change): Impact[] => {
      const before = change.before as Manifest;
      const then = THEN[before.kind as NeedKind];
      if (then === undefined) return [];
      const askers = [
        ...needs
          .filter(({ kind, name, namespace }) => isSame(before, kind, name, namespace))
          .flatMap(({ askedBy }) => askedBy.map(({ manifest }) => manifest)),
        ...after.unread.filter((manager) => mounts(manager, before)),
      ];
      const names = [...new Set(askers.map(displayName))];
      if (names.length === 0) return [];
      const what = `${firstFew(names)} still ${names.length === 1 ? 'names' : 'name'} it: ${then}.`;
      return [
        impact(
          'still-needed',
          'disruptive',
          change,
          what,
          'Each job has a new pod, and so does a manager that is replaced or evicted.',
        ),
      ];
    });
  },
};

function isSame(one: Manifest, kind: string, name: string, namespace: string | undefined): boolean {
  const isThere = namespace === undefined || one.namespace === undefined || one.namespace === namespace;
  return one.kind === kind && one.name === name && isThere;
}
