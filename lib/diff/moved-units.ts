import { baseName } from '../cluster/file-names';
import { displayName, identityOf, type Manifest } from '../cluster/manifest';
import { unitFolders } from '../cluster/rendered-places';
import { HEADER } from '../cluster/rendered-text';
import { type Impact, isKept, type Rule } from './rule';

/** Rendered objects that another unit applies than before. */
export const movedUnit: Rule = {
  id: 'moved-unit',
  title:
    'An object that moves to the folder of another unit may be deleted by the old one, and made again by the new one.',
  run: ({ before, after }) => {
    const [olds, news] = [rendered(before.manifests), rendered(after.manifests)];
    const folders = unitFolders([...olds, ...news].map(({ file }) => file));
    const known = new Map(olds.map((one) => [identityOf(one), one]));
    return news.flatMap((now): Impact[] => {
      const old = known.get(identityOf(now));
      const [from, to] = [old && folders.get(old.file), folders.get(now.file)];
      // What is kept stays until the new unit takes it over.
      if (old === undefined || from === undefined || to === undefined || from === to || isKept(old))
        return [];
      const [first, second] = shownNames(from, to);
      return [
        {
          id: 'moved-unit',
          weight: 'disruptive',
          object: displayName(now),
          what: `It moves from ${first}/ to ${second}/: it may be gone in the cluster until the unit of ${second}/ has applied it.`,
          why: 'Flux applies base/, karpenter/ and runners/ of a fleet each by itself, and each deletes what has left its folder.',
        },
      ];
    });
  },
};

/** The names of two folders; their paths where both are called alike. */
function shownNames(from: string, to: string): readonly [string, string] {
  const [first, second] = [from, to].map(baseName);
  return first === second ? [from, to] : [first, second];
}

function rendered(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.filter(({ fileText }) => fileText?.startsWith(HEADER));
}
