import { type Assertion, type Part, parsePattern } from './pattern-syntax';

/** A compiled pattern. */
export interface Pattern {
  /** Whether the pattern matches a text, or a part of it. Takes time that grows with the product of their lengths. */
  readonly test: (text: string) => boolean;
}

/** One step of a compiled pattern; `next` and `other` are numbers of steps. */
type Step =
  | { readonly is: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly is: 'assertion'; readonly assertion: Assertion }
  | { readonly is: 'jump'; next: number; other: number | undefined }
  | { readonly is: 'match' };

/** Steps of one pattern: with counts such as `{1000}` in each other, a short one would have millions. */
const MOST_STEPS = 100_000;

/**
 * A regular expression as Go reads it, without backtracking: one such as `^(a*)*$` takes other engines time that doubles with
 * each character. Undefined for what Go refuses, and for a pattern of more than 100,000 steps.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function linearPattern(pattern: string): Pattern | undefined {
  const known = KNOWN.get(pattern);
  if (known !== undefined) return known.pattern;
  if (KNOWN.size >= MOST_KNOWN) KNOWN.clear();
  const compiled = compile(pattern);
  KNOWN.set(pattern, { pattern: compiled });
  return compiled;
}

/** One pattern of a config is asked about many values, for each of many runners. */
const KNOWN = new Map<string, { readonly pattern: Pattern | undefined }>();
const MOST_KNOWN = 500;

function compile(pattern: string): Pattern | undefined {
  const part = parsePattern(pattern);
  if (part === undefined) return undefined;
  const steps: Step[] = [];
  if (!add(part, steps)) return undefined;
  steps.push({ is: 'match' });
  return { test: (text) => matches(steps, [...text]) };
}

/** Adds the steps of a part; false where there are too many. */
function add(part: Part, steps: Step[]): boolean {
  if (steps.length > MOST_STEPS) return false;
  switch (part.is) {
    case 'character':
    case 'assertion':
      steps.push(part);
      return true;
    case 'sequence':
      return part.parts.every((one) => add(one, steps));
    case 'choice':
      return addChoice(part.parts, steps);
    case 'repeat':
      return addRepeat(part.part, part.least, part.most, steps);
  }
}

function jump(steps: Step[], next: number, other?: number): { next: number; other: number | undefined } {
  const step = { is: 'jump' as const, next, other };
  steps.push(step);
  return step;
}

function addChoice(parts: readonly Part[], steps: Step[]): boolean {
  const ends = [];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const fork = isLast ? undefined : jump(steps, steps.length + 1, 0);
    if (!add(part, steps)) return false;
    if (!isLast) ends.push(jump(steps, 0));
    if (fork) fork.other = steps.length;
  }
  for (const end of ends) end.next = steps.length;
  return true;
}

function addRepeat(part: Part, least: number, most: number | undefined, steps: Step[]): boolean {
  for (let count = 0; count < least; count++) if (!add(part, steps)) return false;
  if (most === undefined) {
    const start = steps.length;
    const fork = jump(steps, start + 1, 0);
    if (!add(part, steps)) return false;
    jump(steps, start);
    fork.other = steps.length;
    return true;
  }
  const forks = [];
  for (let count = least; count < most; count++) {
    forks.push(jump(steps, steps.length + 1, 0));
    if (!add(part, steps)) return false;
  }
  for (const fork of forks) fork.other = steps.length;
  return true;
}

/** Follows all ways through a text at once; each step is entered once for each character. */
function matches(steps: readonly Step[], text: readonly string[]): boolean {
  let open = new Set<number>();
  for (let index = 0; index <= text.length; index++) {
    // A match may begin anywhere.
    if (enter(0, { steps, text, index, open })) return true;
    const next = new Set<number>();
    const place = { steps, text, index: index + 1, open: next };
    for (const number of open) {
      const step = steps[number];
      if (step.is !== 'character' || index === text.length || !step.accepts(text[index])) continue;
      if (enter(number + 1, place)) return true;
    }
    open = next;
  }
  return false;
}

interface Place {
  readonly steps: readonly Step[];
  readonly text: readonly string[];
  readonly index: number;
  readonly open: Set<number>;
}

/** Opens a step, and those that follow without a character; true once the pattern matches. */
function enter(start: number, { steps, text, index, open }: Place): boolean {
  const left = [start];
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    if (open.has(number)) continue;
    open.add(number);
    const step = steps[number];
    if (step.is === 'match') return true;
    if (step.is === 'jump') left.push(step.next, ...(step.other === undefined ? [] : [step.other]));
    if (step.is === 'assertion' && step.assertion(text, index)) left.push(number + 1);
  }
  return false;
}
