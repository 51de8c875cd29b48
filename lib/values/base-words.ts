/** Characters of the shortest word of base32 or base85 that may hold 20 bytes. */
const SHORTEST = 25;

const BASE32_WORD = /(?<![A-Z2-7])[A-Z2-7]{32,}|(?<![a-z2-7])[a-z2-7]{32,}/g;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Alphabets of base85: of Python and git, of ZeroMQ, of Adobe and btoa. */
const BASE85 = [
  '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
  Array.from({ length: 85 }, (_, code) => String.fromCharCode(33 + code)).join(''),
].map((alphabet) => new Map([...alphabet].map((character, value) => [character, value])));

/** What words of base32 and base85 in a text stand for, as bytes in Latin-1. */
export function* baseWords(text: string): Generator<string> {
  if (text.length < SHORTEST) return;
  for (const [word] of text.matchAll(BASE32_WORD)) yield fromBase32(word.toUpperCase());
  for (const word of text.split(/\s+/)) {
    if (word.length < SHORTEST || !isMixed(word)) continue;
    // Quotes are digits of one alphabet, and stand around words of the others.
    for (const part of /["']/.test(word) ? [word, ...word.split(/["']/)] : [word]) yield* decodings(part);
  }
}

function* decodings(word: string): Generator<string> {
  const own = word.replace(/^<~|~>$/g, '');
  if (own.length < SHORTEST) return;
  for (const alphabet of BASE85) {
    const bytes = fromBase85(own, alphabet);
    if (bytes !== undefined) yield bytes;
  }
}

function fromBase32(word: string): string {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const character of word) {
    bits = ((bits << 5) | BASE32.indexOf(character)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return Buffer.from(bytes).toString('latin1');
}

/** Two signs that neither base64 nor an address has. */
const SIGNS = /[^\w./:,+=-].*[^\w./:,+=-]/;

/** Whether a word has signs of its own, and letters of both cases, as base85 of a text has. */
function isMixed(word: string): boolean {
  return SIGNS.test(word) && /[a-z]/.test(word) && /[A-Z]/.test(word);
}

/** The bytes of a word, five characters to four bytes; undefined where a character is not of the alphabet. */
function fromBase85(word: string, alphabet: ReadonlyMap<string, number>): string | undefined {
  const bytes: number[] = [];
  for (let start = 0; start < word.length; start += 5) {
    const group = word.slice(start, start + 5);
    let value = 0;
    for (let place = 0; place < 5; place++) {
      // A group that is cut short is filled up with the highest digit.
      const digit = place < group.length ? alphabet.get(group[place]) : 84;
      if (digit === undefined) return undefined;
      value = value * 85 + digit;
    }
    const most = group.length - 1;
    for (let byte = 0; byte < most; byte++) bytes.push(Math.floor(value / 256 ** (3 - byte)) % 256);
  }
  return Buffer.from(bytes).toString('latin1');
}
