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

/** Most groups nested in one another: no real pattern has more. */
const MOST_DEPTH = 200;
/** Characters of a set in brackets. */
const LONGEST_SET = 4000;
/** The highest count that Go takes, also of counts within counts, which multiply. */
const MOST_COUNT = 1000;

/** Reads a regular expression as Go does; undefined where Go refuses it. */
export function parsePattern(pattern: string): Part | undefined {
  try {
    return new PatternParser(pattern).whole();
  } catch (error) {
    if (error instanceof BadPattern) return undefined;
    throw error;
  }
}

class BadPattern extends Error {}

/** How often the part of a pattern that is counted most often may stand in it; stars and the like count once. */
function countOf(part: Part): number {
  if (part.is === 'sequence' || part.is === 'choice')
    return part.parts.reduce((most, one) => Math.max(most, countOf(one)), 1);
  if (part.is !== 'repeat' || part.most === 0) return 1;
  return Math.max(part.most ?? part.least, 1) * countOf(part.part);
}

const COUNT = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;
const NAMED = /\?P?<\w+>/y;
const FLAGS = /([imsU]*)(?:-([imsU]+))?([:)])/y;
const QUOTE = /\\Q/y;
const END_OF_QUOTE = /\\E/y;
const PLACE = /\\([AzbB])/y;
/** Characters of an escape, the name of a script among them. */
const LONGEST_ESCAPE = 80;

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

  constructor(private readonly pattern: string) {}

  whole(): Part {
    const part = this.choice();
    if (this.place < this.pattern.length) throw new BadPattern();
    return part;
  }

  /** Passes what stands here, where it fits. @param shape sticky, so that nothing after this place is looked at */
  private take(shape: RegExp): RegExpExecArray | undefined {
    shape.lastIndex = this.place;
    const found = shape.exec(this.pattern);
    if (found === null) return undefined;
    this.place += found[0].length;
    return found;
  }

  private stands(shape: RegExp): boolean {
    shape.lastIndex = this.place;
    return shape.test(this.pattern);
  }

  private choice(): Part {
    if (++this.depth > MOST_DEPTH) throw new BadPattern();
    const outer = this.flags;
    const parts = [this.sequence()];
    while (this.takeSign('|')) parts.push(this.sequence());
    this.flags = outer;
    this.depth--;
    return parts.length === 1 ? parts[0] : { is: 'choice', parts };
  }

  private takeSign(sign: string): boolean {
    if (this.pattern[this.place] !== sign) return false;
    this.place++;
    return true;
  }

  private sequence(): Part {
    const parts: Part[] = [];
    while (this.place < this.pattern.length && !'|)'.includes(this.pattern[this.place])) {
      const part = this.item();
      if (part) parts.push(this.repeated(part));
    }
    return { is: 'sequence', parts };
  }

  private repeated(part: Part): Part {
    const count = this.take(COUNT);
    if (count === undefined) return part;
    // A count of a count, as in a**, is a mistake.
    if (this.stands(COUNT)) throw new BadPattern();
    const [word, first, range, last] = count;
    if (first === undefined) {
      const [least, most] = { '*': [0], '+': [1], '?': [0, 1] }[word[0]] ?? [];
      return { is: 'repeat', part, least, most };
    }
    const least = Number(first);
    const most = range === undefined ? least : last === '' ? undefined : Number(last);
    if (Math.max(least, most ?? 0) > MOST_COUNT || (most ?? least) < least) throw new BadPattern();
    const repeat: Part = { is: 'repeat', part, least, most };
    if (Math.max(least, most ?? 0) > 1 && countOf(repeat) > MOST_COUNT) throw new BadPattern();
    return repeat;
  }

  /** Undefined for what sets flags alone. */
  private item(): Part | undefined {
    const { isMultiline, dotTakesAll } = this.flags;
    switch (this.pattern[this.place]) {
      case '(':
        this.place++;
        return this.group();
      case '.':
        this.place++;
        return this.one(dotTakesAll ? () => true : (one) => one !== '\n');
      case '^':
        this.place++;
        return this.assertion(isMultiline ? isLineStart : isStart);
      case '$':
        this.place++;
        return this.assertion(isMultiline ? isLineEnd : isEnd);
      case '*':
      case '+':
      case '?':
        throw new BadPattern();
      case '[':
        return this.one(this.bracket());
      case '\\':
        return this.escape();
      default:
        return this.literal(this.character());
    }
  }

  private character(): string {
    const character = String.fromCodePoint(this.pattern.codePointAt(this.place) ?? 0);
    this.place += character.length;
    return character;
  }

  private group(): Part | undefined {
    const named = this.take(NAMED);
    if (named === undefined && this.takeSign('?')) {
      const flags = this.take(FLAGS);
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
    if (!this.takeSign(')')) throw new BadPattern();
    return part;
  }

  private bracket(): CharacterSet {
    const text = this.pattern.slice(this.place, this.place + LONGEST_SET);
    const found = characterClass(text);
    if (found === undefined) throw new BadPattern();
    this.place += found.length;
    return found.accepts;
  }

  private escape(): Part {
    if (this.take(QUOTE)) {
      const text: Part[] = [];
      while (this.place < this.pattern.length && !this.take(END_OF_QUOTE))
        text.push(this.literal(this.character()));
      // A count is one of the last character alone.
      const last = text.pop();
      return { is: 'sequence', parts: last ? [...text, this.repeated(last)] : [] };
    }
    const place = this.take(PLACE);
    if (place) return this.assertion(ASSERTIONS[place[1]]);
    const text = this.pattern.slice(this.place, this.place + LONGEST_ESCAPE);
    const property = propertyClass(text) ?? escapedClass(text);
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
