import { baseWords } from './base-words';
import { unescaped } from './escapes';
import { MOST_UNPACKED_BYTES, type UnpackBudget, unpacked } from './packed';

/** Layers of encoding that are looked through: a text in base64 in a URL in base64. */
const MOST_LAYERS = 3;
/** Characters of the shortest word of base64 that is worth decoding. */
const SHORTEST = 12;

/** A line break with what stands around it, also as an escape, and as the start of a line of comments. */
const BREAK = String.raw`[ \t]*(?:\\[nr]|\r?\n|\r)[ \t]*(?:#[# \t]*)?`;
const BREAKS = new RegExp(BREAK, 'g');
/** A word that goes on in the next lines. */
const BROKEN_WORD = new RegExp(`(?<![\\w+/-])[\\w+/-]+(?:${BREAK}[\\w+/-]+)+`, 'g');
/** Two digits of hex, one after the other or apart: `67:6c`, `0x67, 0x6c`, `\x67\x6c`, `\u0067\u006c`. */
const HEX = /(?:(?:0x|\\x|\\u00)?[0-9A-Fa-f]{2}[\s:,_-]{0,4}){12,}[0-9A-Fa-f]?/g;
const HEX_MARKS = /0x|\\x|\\u00|[\s:,_-]+/g;

/** A packed text that is larger than what is unpacked: nothing tells what it holds. */
export const UNREAD = '(a packed text that is not read)';

/**
 * A text as it is, and what it stands for where it holds characters as codes (of URLs, mail, JSON, HTML, UTF-16), hex or words
 * of base64, base32 and base85, one line or several, also of what gzip or zlib has packed, up to three layers deep. What is
 * decoded may begin or end in noise. `UNREAD` comes last, where something packed is too large.
 */
export function* readings(text: string): Generator<string> {
  const budget: UnpackBudget = { bytes: MOST_UNPACKED_BYTES, isSpent: false };
  yield* layersOf(text, MOST_LAYERS, budget);
  if (budget.isSpent) yield UNREAD;
}

function* layersOf(text: string, layers: number, budget: UnpackBudget): Generator<string> {
  yield text;
  if (layers === 0) return;
  for (const plain of unescaped(text)) yield* layersOf(plain, layers - 1, budget);
  for (const [hex] of text.matchAll(HEX)) yield* decodedHex(hex, layers - 1, budget);
  for (const word of wordsOf(text)) yield* decodedWord(word, layers - 1, budget);
  for (const bytes of baseWords(text)) yield* decoded(bytes, layers - 1, budget);
}

/** What hex stands for, which may begin behind a digit of something else. */
function* decodedHex(text: string, layers: number, budget: UnpackBudget): Generator<string> {
  const digits = text.replace(HEX_MARKS, '');
  for (const offset of [0, 1])
    yield* decoded(Buffer.from(digits.slice(offset), 'hex').toString('latin1'), layers, budget);
}

/** Words that may be base64, also those that go on in the next line. */
function wordsOf(text: string): readonly string[] {
  const broken = text.match(BROKEN_WORD) ?? [];
  const words = [...text.split(/[^\w+/-]+/), ...broken.map((one) => one.replace(BREAKS, ''))];
  // What stands for text in base64 has capitals; most words of YAML have none.
  return words.filter((word) => word.length >= SHORTEST && /[A-Z]/.test(word));
}

/** What a word stands for, which may begin within base64 or behind letters of something else. */
function* decodedWord(word: string, layers: number, budget: UnpackBudget): Generator<string> {
  for (const offset of [0, 1, 2, 3])
    yield* decoded(Buffer.from(word.slice(offset), 'base64').toString('latin1'), layers, budget);
}

function* decoded(text: string, layers: number, budget: UnpackBudget): Generator<string> {
  const whole = unpacked(text, budget);
  if (whole !== undefined) yield* layersOf(whole, layers, budget);
  // Noise has no long word.
  const mayHoldMore = layers > 0 && /[\w+/-]{16}|%[0-9A-Fa-f]{2}|\\[xu]|&#|(?:[\x20-\x7e]\0){8}/.test(text);
  if (mayHoldMore) yield* layersOf(text, layers, budget);
  else yield text;
}
