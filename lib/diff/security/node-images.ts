import type { Manifest } from '../../cluster/manifest';
import { at, fieldsOf, listOf, textOf } from '../../values/record';

/** What of the images of a node class no class had before, each as half a sentence. @param olds the class, or all there were */
export function newImages(olds: readonly Manifest[], after: Manifest): readonly string[] {
  const known = new Set(olds.flatMap(imagesOf));
  const images = imagesOf(after).filter((image) => !known.has(image));
  return [
    ...otherAliases(olds, after),
    ...(images.length > 0
      ? [`nodes start from an image that is not Amazon's by its alias: ${images.join(', ')}`]
      : otherSetup(olds, after)),
  ];
}

/** Images that a class finds otherwise than by an alias: anybody may publish such a one. */
function imagesOf({ body }: Manifest): readonly string[] {
  return listOf(at(body, ['spec', 'amiSelectorTerms']))
    .map(fieldsOf)
    .filter(({ alias }) => textOf(alias) === undefined)
    .map((term) => JSON.stringify(term));
}

interface Alias {
  readonly family: string;
  /** A release, or `latest`. */
  readonly version: string;
}

function aliasesOf({ body }: Manifest): readonly Alias[] {
  return listOf(at(body, ['spec', 'amiSelectorTerms'])).flatMap((term) => {
    const [family, version] = (textOf(fieldsOf(term).alias) ?? '').split('@');
    return version === undefined ? [] : [{ family, version }];
  });
}

function otherAliases(olds: readonly Manifest[], after: Manifest): readonly string[] {
  const known = olds.flatMap(aliasesOf);
  // Images that were found otherwise have no release to compare with.
  const others = known.length > 0 ? known.map(formatAlias) : olds.flatMap(imagesOf);
  return others.length === 0
    ? []
    : aliasesOf(after).flatMap((alias) => differenceOf(alias, known, [...new Set(others)].join(', ')));
}

/** How an alias differs from those there were. @param shown these, as a text */
function differenceOf(alias: Alias, known: readonly Alias[], shown: string): readonly string[] {
  const { family, version } = alias;
  const own = known.filter((one) => one.family === family);
  const before = `${formatAlias(alias)}, before ${shown}`;
  if (own.length === 0) return [`nodes start from an image of another family: ${before}`];
  if (version === 'latest') return [];
  const releases = own.filter((one) => one.version !== 'latest');
  if (releases.length === 0)
    return [`nodes start from a release that may be older than the latest, which they had: ${before}`];
  if (!releases.every((one) => isBefore(version, one.version))) return [];
  return [`nodes start from an older image: ${formatAlias(alias)}, before ${formatAlias(releases[0])}`];
}

function formatAlias({ family, version }: Alias): string {
  return `${family}@${version}`;
}

/** Whether a release is older than another one: `v20260812` by its date, `v1.59.0` by its numbers. */
function isBefore(version: string, other: string): boolean {
  const [one, two] = [version, other].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  const length = Math.max(one.length, two.length);
  const index = Array.from({ length }, (_, at) => at).find((at) => (one[at] ?? 0) !== (two[at] ?? 0));
  return index !== undefined && (one[index] ?? 0) < (two[index] ?? 0);
}

/** A family that says how an image of someone else is set up; an alias says it by itself. */
function otherSetup(olds: readonly Manifest[], after: Manifest): readonly string[] {
  if (olds.length === 0 || aliasesOf(after).length > 0) return [];
  const families = (manifest: Manifest) => textOf(at(manifest.body, ['spec', 'amiFamily']));
  const now = families(after);
  const known = olds.map(families);
  return known.includes(now)
    ? []
    : [`nodes are set up as those of another family: ${now ?? 'not set'}, before ${known[0] ?? 'not set'}`];
}
