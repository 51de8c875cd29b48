import { characterClass, escapedClass, propertyClass } from './character-class';

/** Whether a place between two characters of a text is one that is asked for. */
export type Assertion = (text: readonly string[], index: number) => boolean;
/** Whether a character is one of a set. */
export type CharacterSet = (character: string) => boolean;

/** A part of a regular expression. */
export type Part =
  | { readonly is: 'character'; readonly accepts: CharacterSet }
  | { readonly is: 'assertion'; readonly assertion: Assertion }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly Part[] }
  | { readonly is: 'repeat'; readonly part: Part; readonly least: number; readonly most: number | undefined };

interface Flags {
  readonly ignoresCase: boolean;
  readonly isMultiline: boolean;
  readonly dotTakesAll: boolean;
}

/** Groups in each other: more are nobody's pattern. */
const MOST_DEPTH = 200;
/** Characters of a set in brackets. */
const LONGEST_SET = 4000;
/** The highest count that Go takes. */
const MOST_COUNT = 1000;

/** Reads a regular expression as Go does; undefined where Go refuses it. */
export function parsePattern(pattern: string): Part | undefined {
  try {
    const parser = new PatternParser([...pattern]);
    return parser.whole();
  } catch (error) {
    if (error instanceof BadPattern) return undefined;
    throw error;
  }
}

class BadPattern extends Error {}

const isWord = (character: string | undefined) => character !== undefined && /^[0-9A-Za-z_]$/.test(character);
const isBoundary: Assertion = (text, index) => isWord(text[index - 1]) !== isWord(text[index]);
const isStart: Assertion = (_, index) => index === 0;
const isEnd: Assertion = (text, index) => index === text.length;

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: isStart,
  z: isEnd,
  b: isBoundary,
  B: (text, index) => !isBoundary(text, index),
};

class PatternParser {
  private place = 0;
  private depth = 0;
  private flags: Flags = { ignoresCase: false, isMultiline: false, dotTakesAll: false };

  constructor(private readonly pattern: readonly string[]) {}

  whole(): Part {
    const part = this.choice();
    if (this.place < this.pattern.length) throw new BadPattern();
    return part;
  }

  private rest(): string {
    return this.pattern.slice(this.place, this.place + 80).join('');
  }

  /** Passes what stands here, where it fits. */
  private take(shape: RegExp): RegExpExecArray | undefined {
    const found = shape.exec(this.rest());
    if (found === null) return undefined;
    this.place += [...found[0]].length;
    return found;
  }

  private choice(): Part {
    if (++this.depth > MOST_DEPTH) throw new BadPattern();
    const outer = this.flags;
    const parts = [this.sequence()];
    while (this.take(/^\|/)) parts.push(this.sequence());
    this.flags = outer;
    this.depth--;
    return parts.length === 1 ? parts[0] : { is: 'choice', parts };
  }

  private sequence(): Part {
    const parts: Part[] = [];
    while (this.place < this.pattern.length && !/^[|)]/.test(this.pattern[this.place])) {
      const part = this.item();
      if (part) parts.push(this.repeated(part));
    }
    return { is: 'sequence', parts };
  }

  private repeated(part: Part): Part {
    const count = this.take(/^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/);
    if (count === undefined) return part;
    // A count of a count, as in a**, is a mistake.
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.rest())) throw new BadPattern();
    const [word, first, range, last] = count;
    if (first === undefined) {
      const [least, most] = { '*': [0], '+': [1], '?': [0, 1] }[word[0]] ?? [];
      return { is: 'repeat', part, least, most };
    }
    const least = Number(first);
    const most = range === undefined ? least : last === '' ? undefined : Number(last);
    if (Math.max(least, most ?? 0) > MOST_COUNT || (most ?? least) < least) throw new BadPattern();
    return { is: 'repeat', part, least, most };
  }

  /** Undefined for what sets flags alone. */
  private item(): Part | undefined {
    if (this.take(/^\(/)) return this.group();
    if (this.take(/^\./)) return this.one(this.flags.dotTakesAll ? () => true : (one) => one !== '\n');
    if (this.take(/^\^/)) return this.assertion(this.flags.isMultiline ? isLineStart : isStart);
    if (this.take(/^\$/)) return this.assertion(this.flags.isMultiline ? isLineEnd : isEnd);
    if (/^[*+?]/.test(this.rest())) throw new BadPattern();
    if (this.pattern[this.place] === '[') return this.one(this.bracket());
    if (this.pattern[this.place] === '\\') return this.escape();
    const [character] = this.pattern.slice(this.place, this.place + 1);
    this.place++;
    return this.literal(character);
  }

  private group(): Part | undefined {
    const named = this.take(/^\?P?<\w+>/);
    if (named === undefined && this.take(/^\?/)) {
      const flags = this.take(/^([imsU]*)(?:-([imsU]+))?([:)])/);
      if (flags === undefined) throw new BadPattern();
      const [, on, off = '', end] = flags;
      const outer = this.flags;
      this.flags = withFlags(withFlags(outer, on, true), off, false);
      // Without a colon they hold to the end of the group around.
      if (end === ')') return undefined;
      const part = this.choice();
      this.flags = outer;
      return this.closed(part);
    }
    return this.closed(this.choice());
  }

  private closed(part: Part): Part {
    if (!this.take(/^\)/)) throw new BadPattern();
    return part;
  }

  private bracket(): CharacterSet {
    const text = this.pattern.slice(this.place, this.place + LONGEST_SET).join('');
    const found = characterClass(text);
    if (found === undefined) throw new BadPattern();
    this.place += [...text.slice(0, found.length)].length;
    return found.accepts;
  }

  private escape(): Part {
    if (this.take(/^\\Q/)) {
      const text: Part[] = [];
      while (this.place < this.pattern.length && !this.take(/^\\E/))
        text.push(this.literal(this.pattern[this.place++]));
      // A count is one of the last character alone.
      const last = text.pop();
      return { is: 'sequence', parts: last ? [...text, this.repeated(last)] : [] };
    }
    const place = this.take(/^\\([AzbB])/);
    if (place) return this.assertion(ASSERTIONS[place[1]]);
    const property = propertyClass(this.rest()) ?? escapedClass(this.rest());
    if (property === undefined) throw new BadPattern();
    this.place += property.length;
    return this.one(property.accepts);
  }

  private literal(character: string): Part {
    return this.one((one) => one === character);
  }

  private one(accepts: CharacterSet): Part {
    if (!this.flags.ignoresCase) return { is: 'character', accepts };
    return {
      is: 'character',
      accepts: (one) => accepts(one) || accepts(one.toLowerCase()) || accepts(one.toUpperCase()),
    };
  }

  private assertion(assertion: Assertion): Part {
    return { is: 'assertion', assertion };
  }
}

const isLineStart: Assertion = (text, index) => index === 0 || text[index - 1] === '\n';
const isLineEnd: Assertion = (text, index) => index === text.length || text[index] === '\n';

/** `U` makes counts lazy, which changes what is found and not whether. */
function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return {
    ignoresCase: letters.includes('i') ? value : flags.ignoresCase,
    isMultiline: letters.includes('m') ? value : flags.isMultiline,
    dotTakesAll: letters.includes('s') ? value : flags.dotTakesAll,
  };
}
