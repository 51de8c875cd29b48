import { TOKEN_KINDS } from './token-kinds';

const backwards = (text: string) => [...text].reverse().join('');

/** Characters of the shortest secret behind a prefix, and of the longest that is looked at. */
const [SHORTEST, LONGEST] = [16, 80];

const REVERSED_PREFIX = new RegExp(
  `-(?:${TOKEN_KINDS.map(backwards).join('|')})lg|${backwards('GR1348941')}\\b`,
  'g',
);
const REVERSED_SECRET = new RegExp(`[\\w-]{${SHORTEST},}$`);

/** Tokens that stand backwards in a text, as they would be read. */
export function reversedTokens(text: string): readonly string[] {
  return [...text.matchAll(REVERSED_PREFIX)].flatMap(({ 0: prefix, index }) => {
    if (!prefix.startsWith('-')) return [backwards(prefix)];
    const secret = REVERSED_SECRET.exec(text.slice(Math.max(0, index - LONGEST), index))?.[0];
    return secret !== undefined && isOdd([secret]) ? [backwards(secret + prefix)] : [];
  });
}

const turned = (text: string) =>
  text.replace(/[A-Za-z]/g, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
const TURNED_BEGINNINGS = [turned('gl'), turned('GR')];
const TURNED_TOKEN = new RegExp(
  `\\b${turned('gl')}(?:${TOKEN_KINDS.map(turned).join('|')})-([\\w-]{${SHORTEST},${LONGEST}})|\\b${turned('GR')}1348941[\\w-]*`,
  'g',
);

/** Tokens that stand in rot13 in a text, each letter thirteen further, as they would be read. */
export function turnedTokens(text: string): readonly string[] {
  // Most texts hold neither beginning, and the pattern is slower than this.
  if (!TURNED_BEGINNINGS.some((one) => text.includes(one))) return [];
  return [...text.matchAll(TURNED_TOKEN)].flatMap(([token, secret]) =>
    secret === undefined || isOdd([turned(secret)]) ? [turned(token)] : [],
  );
}

/** What may stand between two parts of a token: line breaks, blanks, quotes, marks of comments and of lines that go on. */
const GAP = /(?:\\[nrt]|[\s\\"'+#])+/g;
const MARK = '\u0000';
const broken = (text: string) => [...text].join(`${MARK}?`);
/** Each part is as long as it says, so that nothing is tried twice. */
const BROKEN_TOKEN = new RegExp(
  `(${broken('gl')}${MARK}?(?:${TOKEN_KINDS.map(broken).join('|')})${MARK}?-)((?:${MARK}?[\\w-]){${SHORTEST},${LONGEST}})|${broken('GR1348941')}`,
  'g',
);

/**
 * Tokens whose parts stand in several lines or words, as they would be read put together. Words of a sentence behind a prefix
 * are none: what is put together must look as if a machine had made it.
 */
export function brokenTokens(text: string): readonly string[] {
  const joined = text.replace(GAP, MARK);
  if (!joined.includes(MARK)) return [];
  return [...joined.matchAll(BROKEN_TOKEN)].flatMap(([all, prefix, secret]) => {
    const token = all.replaceAll(MARK, '');
    if (prefix === undefined) return all === token ? [] : [token];
    const parts = neededParts(secret.split(MARK));
    // In one part it is found as it is.
    const isWhole = !prefix.includes(MARK) && parts.length < 2;
    return isWhole || !isOdd(parts) ? [] : [token];
  });
}

/** The parts that the shortest secret takes. */
function neededParts(parts: readonly string[]): readonly string[] {
  let length = 0;
  const end = parts.findIndex((part) => {
    length += part.length;
    return length >= SHORTEST;
  });
  return parts.slice(0, end + 1);
}

/** A word as people write it: `runner`, `RUNNER`, `GitLab`, a number, nothing between two dashes. */
const WORD = /^(?:[a-z]*|[A-Z]+|[A-Z][a-z]+|(?:[A-Z][a-z]{2,})+|\d+)$/;

/** Whether most of some parts are no words. */
export function isOdd(parts: readonly string[]): boolean {
  const isWord = (part: string) => part.split(/[_-]+/).every((word) => WORD.test(word));
  const odd = parts.filter((part) => !isWord(part)).reduce((sum, part) => sum + part.length, 0);
  const words = parts.filter(isWord).reduce((sum, part) => sum + part.length, 0);
  return odd >= 10 && words <= 6;
}
