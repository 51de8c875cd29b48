/** Layers of encoding that are looked through: a text in base64 in a URL in base64. */
const MOST_LAYERS = 3;
/** Characters of the shortest word of base64 that is worth decoding. */
const SHORTEST = 12;

const PERCENT = /%[0-9A-Fa-f]{2}/;
/** A line break with what stands around it, also as an escape, and as the start of a line of comments. */
const BREAK = String.raw`[ \t]*(?:\\[nr]|\r?\n|\r)[ \t]*(?:#[# \t]*)?`;
const BREAKS = new RegExp(BREAK, 'g');
/** A word that goes on in the next lines. */
const BROKEN_WORD = new RegExp(`(?<![\\w+/-])[\\w+/-]+(?:${BREAK}[\\w+/-]+)+`, 'g');

/**
 * A text as it is, and what it stands for where it holds percent-encoded characters or words of base64, one line or
 * several, up to three layers deep. What is decoded may begin or end in noise.
 */
export function* readings(text: string, layers = MOST_LAYERS): Generator<string> {
  yield text;
  if (layers === 0) return;
  if (PERCENT.test(text)) yield* readings(percentDecoded(text), layers - 1);
  for (const word of wordsOf(text)) yield* decodedWord(word, layers - 1);
}

function percentDecoded(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}/g, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

/** Words that may be base64, also those that go on in the next line. */
function wordsOf(text: string): readonly string[] {
  const broken = text.match(BROKEN_WORD) ?? [];
  const words = [...text.split(/[^\w+/-]+/), ...broken.map((one) => one.replace(BREAKS, ''))];
  // What stands for text in base64 has capitals; most words of YAML have none.
  return words.filter((word) => word.length >= SHORTEST && /[A-Z]/.test(word));
}

/** What a word stands for, which may begin within base64 or behind letters of something else. */
function* decodedWord(word: string, layers: number): Generator<string> {
  for (const offset of [0, 1, 2, 3]) {
    const decoded = Buffer.from(word.slice(offset), 'base64').toString('latin1');
    // Noise has no long word.
    const mayHoldMore = layers > 0 && /[\w+/-]{16}|%[0-9A-Fa-f]{2}/.test(decoded);
    if (mayHoldMore) yield* readings(decoded, layers);
    else yield decoded;
  }
}
