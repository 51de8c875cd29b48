import { withoutTokens } from '../sealed-secrets/ciphertext';
import { visibleLines } from '../values/visible';

/** Says something on standard error: without tokens, and with nothing in it that a terminal obeys or a reader can't see. */
export function complain(message: string): void {
  console.error(visibleLines(withoutTokens(message)));
}
