import { readings } from '../values/encoded';
import { brokenTokens, isOdd, reversedTokens, turnedTokens } from './disguised-token';
import { TOKEN_KINDS } from './token-kinds';

/** Shape of a GitLab token or registration token. A text that matches must never be rendered, printed or logged. */
const PLAIN_TOKEN = new RegExp(
  `gl(?:${TOKEN_KINDS.join('|')})-[\\w-]{16,}(?:\\.[\\w-]+)*|\\bGR1348941[\\w-]*`,
);
const ALL_TOKENS = new RegExp(PLAIN_TOKEN, 'g');
const SHORTEST = 'GR1348941'.length;

/** Whether a plain GitLab token stands in a text: as it is, backwards, in rot13, or in two lines. */
export function isPlainToken(text: string): boolean {
  return PLAIN_TOKEN.test(text) || disguisedTokens(text).length > 0;
}

function disguisedTokens(text: string): readonly string[] {
  return [...reversedTokens(text), ...turnedTokens(text), ...brokenTokens(text)];
}

/** Whether a text holds a plain GitLab token, also encoded, packed, backwards, on one line or several. */
export function holdsPlainToken(text: string): boolean {
  if (text.length < SHORTEST) return false;
  for (const reading of readings(text)) if (isPlainToken(reading)) return true;
  return false;
}

/** The plain tokens in a text, to compare and never to show. */
export function plainTokensIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  if (text.length < SHORTEST) return found;
  for (const reading of readings(text)) for (const token of tokensAsTheyStand(reading)) found.add(token);
  return found;
}

/** The same without what is encoded or packed, which takes a hundredth of the time. */
export function tokensAsTheyStand(text: string): readonly string[] {
  return [...[...text.matchAll(ALL_TOKENS)].map(([token]) => token), ...disguisedTokens(text)];
}

/** Whether a token is none of a manual: no words, and not the same character again and again. */
export function isMadeByMachine(token: string): boolean {
  return isOdd([token.replace(/^(?:gl[a-z]+-|GR1348941)/, '')]);
}

/** A text with the plain tokens in it hidden, for whatever is printed. */
export function withoutTokens(text: string): string {
  return text.replace(ALL_TOKENS, '(hidden)');
}
