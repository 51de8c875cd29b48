import { matchesSteps, type Step } from './glob';

/** Most texts that the braces of a pattern may stand for. */
const MOST_ALTERNATIVES = 1_000;

/**
 * Whether a path matches a pattern of Ruby's `File.fnmatch?` with FNM_PATHNAME, FNM_DOTMATCH and FNM_EXTGLOB, by which GitLab
 * looks for files. Unlike in the patterns of `include`, `**` stands for folders only where it is a whole step before another
 * one, also for none, and is like `*` elsewhere.
 *
 * @returns undefined for a pattern whose braces stand for more than a thousand others
 */
export function matchesFnmatch(pattern: string, path: string): boolean | undefined {
  return matcherOf(pattern)?.(path);
}

/** What a pattern matches, for many paths; undefined as above. */
export function matcherOf(pattern: string): ((path: string) => boolean) | undefined {
  const alternatives = withoutBraces(pattern);
  if (alternatives === undefined) return undefined;
  const all = alternatives.map((one) => {
    const parts = one.split('/');
    return parts.map((part, index) =>
      part === '**' && index < parts.length - 1 ? ANY_FOLDERS : stepsOf(part),
    );
  });
  return (path) => {
    const names = path.split('/');
    return all.some((parts) => matchesParts(parts, names));
  };
}

const ANY_FOLDERS = 'any folders';
type Part = typeof ANY_FOLDERS | readonly Step[];

/** Which parts may come next, one name of the path after another. */
function matchesParts(parts: readonly Part[], names: readonly string[]): boolean {
  let open = withSkipped(parts, [0]);
  for (const name of names) {
    const next = [...open].flatMap((index) => {
      const part = parts[index];
      if (part === undefined) return [];
      if (part === ANY_FOLDERS) return [index];
      return matchesSteps(part, name) ? [index + 1] : [];
    });
    open = withSkipped(parts, next);
  }
  return open.has(parts.length);
}

/** Any folders are also none. */
function withSkipped(parts: readonly Part[], indexes: readonly number[]): ReadonlySet<number> {
  const open = new Set<number>();
  for (let index of indexes) {
    open.add(index);
    while (parts[index] === ANY_FOLDERS) open.add(++index);
  }
  return open;
}

/** The alternatives of all braces; a brace without its other half is a character like others. */
function withoutBraces(pattern: string): readonly string[] | undefined {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0) {
    if (open.length + done.length > MOST_ALTERNATIVES) return undefined;
    const text = open.pop() as string;
    const brace = firstBrace(text);
    if (brace === undefined) done.push(text);
    else
      open.push(...brace.alternatives.map((one) => text.slice(0, brace.start) + one + text.slice(brace.end)));
  }
  return done;
}

interface Brace {
  readonly start: number;
  /** Where the text goes on after it. */
  readonly end: number;
  readonly alternatives: readonly string[];
}

function firstBrace(text: string): Brace | undefined {
  let start = -1;
  let depth = 0;
  const commas: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') index++;
    else if (character === '{' && depth++ === 0) start = index;
    else if (character === '}' && depth > 0 && --depth === 0) {
      const bounds = [start, ...commas, index];
      const alternatives = bounds.slice(1).map((bound, at) => text.slice(bounds[at] + 1, bound));
      return { start, end: index + 1, alternatives };
    } else if (character === ',' && depth === 1) commas.push(index);
  }
  return undefined;
}

/** A backslash takes the next character as it is; `[` opens a set, where `]` closes it. */
const TOKEN = /\\([\s\S])|\[([!^]?)((?:\\[\s\S]|[^\]\\])+)\]|\*+|[\s\S]/gu;

function stepsOf(part: string): readonly Step[] {
  return [...part.matchAll(TOKEN)].map(([token, escaped, negation, set]): Step => {
    if (set !== undefined) {
      const isIn = inSet(set);
      return { accepts: (character) => isIn(character) !== (negation !== ''), repeats: false };
    }
    if (escaped === undefined && token.startsWith('*')) return { accepts: () => true, repeats: true };
    if (escaped === undefined && token === '?') return { accepts: () => true, repeats: false };
    return { accepts: (character) => character === (escaped ?? token), repeats: false };
  });
}

/** Characters and ranges of a set. */
function inSet(set: string): (character: string) => boolean {
  const ranges = [...set.matchAll(/(?:\\([\s\S])|([\s\S]))(?:-(?:\\([\s\S])|([\s\S])))?/gu)].map(
    ([, escaped, plain, escapedEnd, plainEnd]) => {
      const from = escaped ?? plain;
      return [from, escapedEnd ?? plainEnd ?? from] as const;
    },
  );
  return (character) => ranges.some(([from, to]) => character >= from && character <= to);
}
