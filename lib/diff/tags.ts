import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { isWorkload } from '../cluster/workloads';
import { TAGS_ANNOTATION } from '../contract';
import { at, textOf } from '../values/record';
import type { Impact, Rule } from './rule';

/** Tags that no runner has any more. */
export const tagsGone: Rule = {
  id: 'tags-gone',
  title: 'Jobs that ask for tags that no runner has any more wait until they are canceled.',
  run: ({ before, after }) => {
    const served = tagSets(after);
    const seen = new Set<string>();
    return tagSets(before).flatMap(({ runner, tags }): Impact[] => {
      const missing = smallestUnserved(
        tags,
        served.map((set) => set.tags),
      )
        .map((combination) => combination.join(' + '))
        .filter((text) => !seen.has(text));
      if (missing.length === 0) return [];
      for (const text of missing) seen.add(text);
      const what = `Jobs that ask for ${missing.join(', or for ')} have no runner any more and wait.`;
      const why = 'No runner that takes jobs has all of these tags.';
      return [{ id: 'tags-gone', weight: 'notice', object: `runner ${runner}`, what, why }];
    });
  },
};

interface TagSet {
  readonly runner: string;
  readonly tags: readonly string[];
}

/** The tags of each manager that takes jobs, also of one whose config does not parse: the one that runs keeps its own. */
function tagSets({ manifests, runners }: Subject): readonly TagSet[] {
  return manifests
    .filter((one) => isWorkload(one) && Number(at(one.body, ['spec', 'replicas']) ?? 1) > 0)
    .filter((manifest) => tagsOf(manifest).length > 0)
    .map((manifest) => ({
      runner: runners.find(({ manager }) => manager === manifest)?.name ?? manifest.name,
      tags: tagsOf(manifest),
    }));
}

/** The tags that a Deployment names; none where it names none. */
export function tagsOf(manifest: Manifest | undefined): readonly string[] {
  const text = textOf(at(manifest?.body, ['metadata', 'annotations', TAGS_ANNOTATION]));
  return (text ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** Single tags out of a set that nobody has; else pairs of them; else the whole set. Nothing where someone has all. */
export function smallestUnserved(
  tags: readonly string[],
  served: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const isServed = (wanted: readonly string[]) =>
    served.some((set) => wanted.every((tag) => set.includes(tag)));
  if (tags.length === 0 || isServed(tags)) return [];
  const singles = tags.map((tag) => [tag]).filter((wanted) => !isServed(wanted));
  if (singles.length > 0) return singles;
  const pairs = tags
    .flatMap((tag, index) => tags.slice(index + 1).map((other) => [tag, other]))
    .filter((wanted) => !isServed(wanted));
  return pairs.length > 0 ? pairs : [tags];
}
