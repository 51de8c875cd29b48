import { displayName, type Manifest } from '../cluster/manifest';
import { unitOf } from '../cluster/rendered-places';
import { HEADER } from '../cluster/rendered-text';
import { identityOf } from './objects';
import { type Impact, isKept, type Rule } from './rule';

/** Rendered objects that another unit applies than before. */
export const movedUnit: Rule = {
  id: 'moved-unit',
  title:
    'An object that moves to the folder of another unit may be deleted by the old one, and made again by the new one.',
  run: ({ before, after }) => {
    const olds = new Map(rendered(before.manifests).map((one) => [identityOf(one), one]));
    return rendered(after.manifests).flatMap((now): Impact[] => {
      const old = olds.get(identityOf(now));
      const [from, to] = [old && unitOf(old.file), unitOf(now.file)];
      // What is kept stays until the new unit takes it over.
      if (old === undefined || from === to || isKept(old)) return [];
      return [
        {
          id: 'moved-unit',
          weight: 'disruptive',
          object: displayName(now),
          what: `It moves from ${from}/ to ${to}/: it may be gone in the cluster until the unit of ${to}/ has applied it.`,
          why: 'Flux applies base/, karpenter/ and runners/ each by itself, and each deletes what has left its folder.',
        },
      ];
    });
  },
};

function rendered(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(({ file, fileText }) => fileText?.startsWith(HEADER) && unitOf(file) !== undefined);
}
