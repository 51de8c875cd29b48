import { readings } from '../values/encoded';
import type { Piece } from '../values/pieces';
import { KEY_BREAKS, PRIVATE_KEY } from '../values/private-key';
import { isMadeByMachine, plainTokensIn, tokensAsTheyStand } from './plain-token';

/** A secret in a file that nobody seals. */
export interface Leak {
  readonly what: 'a plain token' | 'a private key';
  /** From 1; undefined where it does not stand there as it is. */
  readonly line: number | undefined;
  /** To compare, and never to show. */
  readonly secret: string;
}

/**
 * The GitLab tokens and private keys in a file, each once. A placeholder is none: what stands behind the prefix of a token must
 * look as if a machine had made it, and a key must go on. Takes time linear in the length of the file.
 *
 * @param isDecoded whether base64 and the like are looked through too, which takes a second for a MiB
 */
export function leaksIn(pieces: Iterable<Piece>, isDecoded: boolean): readonly Leak[] {
  const found = new Map<string, Leak>();
  for (const { text, line } of pieces)
    for (const [secret, what, start] of secretsIn(text, isDecoded))
      if (!found.has(secret)) found.set(secret, { what, line: lineAt(line, text, start), secret });
  return [...found.values()];
}

type Secret = readonly [secret: string, what: Leak['what'], start: number];

function secretsIn(text: string, isDecoded: boolean): readonly Secret[] {
  const tokens = [...(isDecoded ? plainTokensIn(text) : tokensAsTheyStand(text))].filter(isMadeByMachine);
  return [
    ...tokens.map((token): Secret => [token, 'a plain token', startOf(text, token)]),
    ...[...text.matchAll(ALL_KEYS)].flatMap(({ index }): Secret[] => {
      const key = keyAt(text, index);
      return key === undefined ? [] : [[key, 'a private key', index]];
    }),
  ];
}

/** Whether a text holds a private key, also encoded or packed. One that is cut short, as in a manual, does not count. */
export function holdsPrivateKey(text: string): boolean {
  for (const reading of readings(text)) if (keyIn(reading) !== undefined) return true;
  return false;
}

/** The line of the first private key of a text that is not encoded, from 1; undefined without one. */
export function lineOfPrivateKey(text: string): number | undefined {
  const start = keyIn(text);
  return start === undefined ? undefined : lineAt(1, text, start);
}

function keyIn(text: string): number | undefined {
  return [...text.matchAll(ALL_KEYS)].find(({ index }) => keyAt(text, index) !== undefined)?.index;
}

const ALL_KEYS = new RegExp(PRIVATE_KEY, 'g');
/** Characters with which a key begins, line breaks included. */
const BEGINNING = 240;

/** How a key begins, without line breaks; undefined for one that is cut short, as in a manual. */
function keyAt(text: string, start: number): string | undefined {
  const key = text.slice(start, start + BEGINNING).replace(KEY_BREAKS, '');
  return /KEY(?:BLOCK)?-----(?:[A-Za-z0-9+/]{40}|Proc-Type)|^AGE/.test(key) ? key.slice(0, 80) : undefined;
}

/** Where a token stands, also with zeros in it; below zero where it is encoded. */
function startOf(text: string, token: string): number {
  const start = text.indexOf(token);
  return start < 0 && text.includes('\0') ? text.indexOf([...token].join('\0')) : start;
}

function lineAt(first: number, text: string, start: number): number | undefined {
  return start < 0 ? undefined : first + text.slice(0, start).split('\n').length - 1;
}
