import type { FieldOfManifest, Finding } from '../checks/finding';
import { formatPath } from '../values/field-path';

/**
 * Findings of one cause as one, with every place that it touches: the same rule finds the same, for the same reason and
 * with the same fix, but for the names of objects and runners. The first keeps its words.
 *
 * @param names of runners, which reasons name
 */
export function joinFindings(findings: readonly Finding[], names: readonly string[]): readonly Finding[] {
  const runners = patternOf(names);
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = causeOf(finding, runners);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].map(([first, ...more]) => {
    const also = distinctPlaces(more.map(({ at }) => at)).filter((place) => keyOf(place) !== keyOf(first.at));
    return also.length === 0 ? first : { ...first, also };
  });
}

/** Findings of one rule that one fix settles, whatever was found, in the order of the first of each. */
export function groupByFix(
  findings: readonly Finding[],
  names: readonly string[],
): readonly (readonly [Finding, ...Finding[]])[] {
  const runners = patternOf(names);
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { id, severity, notProved, at, fix } = finding;
    const key = JSON.stringify([id, severity, notProved, nameless(fix, at, runners), missingField(finding)]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

function causeOf(finding: Finding, runners: RegExp | undefined): string {
  const { id, severity, notProved, at, found, why, fix } = finding;
  const said = [found, why, fix].map((text) => nameless(text, at, runners));
  return JSON.stringify([id, severity, notProved, ...said, missingField(finding)]);
}

/** What is not there says by its place alone what is missing. */
function missingField({ at, found }: Finding): string | number | undefined {
  return found === 'nothing' ? (at.within?.split('.') ?? at.path).at(-1) : undefined;
}

/** A text without the name of the object that it is about, and without those of runners. */
function nameless(text: string, { manifest }: FieldOfManifest, runners: RegExp | undefined): string {
  const own = patternOf([manifest.name]);
  const withoutOwn = own ? text.replace(own, '*') : text;
  return runners ? withoutOwn.replace(runners, '*') : withoutOwn;
}

/** Any of some names, as whole words; the longest first, since one may begin with another. */
function patternOf(names: readonly string[]): RegExp | undefined {
  const known = [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  if (known.length === 0) return undefined;
  const words = known.map((name) => name.replace(/[^\w\s]/g, '\\$&'));
  return new RegExp(`(?<![\\w-])(${words.join('|')})(?![\\w-])`, 'g');
}

function distinctPlaces(places: readonly FieldOfManifest[]): readonly FieldOfManifest[] {
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function keyOf({ manifest, path, within = '' }: FieldOfManifest): string {
  const { file, kind, namespace = '', name } = manifest;
  return [file, kind, namespace, name, formatPath(path), within].join('\n');
}
