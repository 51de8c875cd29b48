import { tokenKey } from '../names';
import type { NormalRunner } from '../normal-fleet';
import type { ResolvedToken } from '../resolved-fleet';

/** The token of a runner: sealed if there is a file for it, else a placeholder; or from elsewhere, as the fleet says. */
export function resolveToken({ token }: NormalRunner): ResolvedToken {
  switch (token.from) {
    case 'existing-secret':
      return token;
    case 'external-secret': {
      const { store: name, storeKind: kind, ...rest } = token;
      return { ...rest, key: tokenKey(token.version), store: { kind, name } };
    }
    case 'sealed-secret': {
      const { sealed, ...rest } = token;
      const key = tokenKey(sealed?.ciphertext);
      return sealed
        ? { ...rest, key, scope: sealed.scope, ciphertext: sealed.ciphertext }
        : { ...rest, key, scope: 'strict', ciphertext: undefined };
    }
  }
}
