/** A set of characters at the start of a text, and how many code units of it say so. */
export interface WrittenSet {
  readonly accepts: (character: string) => boolean;
  readonly length: number;
}

/** Sets that a letter stands for. Go's are of ASCII alone. */
const LETTERS: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  D: /^[^0-9]$/u,
  s: /^[\t\n\f\r ]$/,
  S: /^[^\t\n\f\r ]$/u,
  w: /^[0-9A-Za-z_]$/,
  W: /^[^0-9A-Za-z_]$/u,
};
/** Sets of POSIX, as they stand within brackets: `[[:alpha:]]`. */
const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: /^[\0-\x7f]$/,
  blank: /^[\t ]$/,
  cntrl: /^(?![\x80-\x9f])\p{Cc}$/u,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};
const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** A class or a character after a backslash: `\d`, `\.`, `\x{41}`. */
export function escapedClass(text: string): WrittenSet | undefined {
  const letter = /^\\([dDsSwW])/.exec(text);
  if (letter) return { accepts: (one) => LETTERS[letter[1]].test(one), length: 2 };
  const escaped = escapedCharacter(text);
  return escaped && { accepts: (one) => one === escaped.character, length: escaped.length };
}

function escapedCharacter(text: string): { readonly character: string; readonly length: number } | undefined {
  const control = /^\\([afnrtv])/.exec(text);
  if (control) return { character: CONTROLS[control[1]], length: 2 };
  const number = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})/.exec(text);
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text);
  const found = number ?? octal;
  if (found) {
    const code =
      octal && !number ? Number.parseInt(octal[1], 8) : Number.parseInt(number?.[1] ?? number?.[2] ?? '', 16);
    return code > 0x10ffff ? undefined : { character: String.fromCodePoint(code), length: found[0].length };
  }
  const sign = /^\\([^0-9A-Za-z])/u.exec(text);
  return sign ? { character: sign[1], length: sign[0].length } : undefined;
}

/** A property of Unicode: `\pL`, `\p{Greek}`, `\P{Lu}`, `\p{^Lu}`. */
export function propertyClass(text: string): WrittenSet | undefined {
  const [whole, letter, not = '', name, short] = /^\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const shape = [name ?? short, `Script=${name}`].map(propertyShape).find((one) => one !== undefined);
  const isNegative = (letter === 'P') !== (not === '^');
  return shape && { accepts: (one) => shape.test(one) !== isNegative, length: whole.length };
}

function propertyShape(name: string): RegExp | undefined {
  try {
    return new RegExp(`^\\p{${name}}$`, 'u');
  } catch {
    return undefined;
  }
}

/** A set in brackets at the start of a text: `[a-z0-9._-]`; undefined where Go refuses it. */
export function characterClass(text: string): WrittenSet | undefined {
  const isNegative = text.startsWith('[^');
  let place = isNegative ? 2 : 1;
  const sets: WrittenSet['accepts'][] = [];
  while (place < text.length && (text[place] !== ']' || sets.length === 0)) {
    const item = itemOf(text.slice(place));
    if (item === undefined) return undefined;
    sets.push(item.accepts);
    place += item.length;
  }
  if (text[place] !== ']') return undefined;
  return { accepts: (one) => sets.some((accepts) => accepts(one)) !== isNegative, length: place + 1 };
}

function itemOf(text: string): WrittenSet | undefined {
  const [posix, not, name] = /^\[:(\^?)(\w+):\]/.exec(text) ?? [];
  if (posix !== undefined) {
    const shape = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
    return shape && { accepts: (one) => shape.test(one) !== (not === '^'), length: posix.length };
  }
  const property = propertyClass(text);
  if (property || /^\\[dDsSwW]/.test(text)) return property ?? escapedClass(text);
  const first = endOfRange(text);
  if (first === undefined) return undefined;
  const after = text.slice(first.length);
  if (!/^-[^\]]/u.test(after)) return { accepts: (one) => one === first.character, length: first.length };
  const last = endOfRange(after.slice(1));
  if (last === undefined) return undefined;
  const [low, high] = [first, last].map(({ character }) => character.codePointAt(0) ?? 0);
  if (low > high) return undefined;
  const accepts = (one: string) => low <= (one.codePointAt(0) ?? -1) && (one.codePointAt(0) ?? -1) <= high;
  return { accepts, length: first.length + 1 + last.length };
}

function endOfRange(text: string): { readonly character: string; readonly length: number } | undefined {
  if (text.startsWith('\\')) return escapedCharacter(text);
  const [character] = text;
  return character === undefined ? undefined : { character, length: character.length };
}
