import { holdsPlainToken, sealedTokenFault } from '../../sealed-secrets/ciphertext';
import { parseSealedTokenFile, type SealedTokenFile } from '../../sealed-secrets/sealed-token-file';
import { TOKEN_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import { sealedTokenFile, storeKey, tokenKey, tokenSecretName } from '../names';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps } from '../props/runner';
import type { ResolvedToken } from '../resolved-fleet';
import { checkRunnerToken } from '../validate/tokens';

/** The files below `sealed/`, by path below the project, as text. */
export type SealedTokens = ReadonlyMap<string, string>;

/** The token of a runner: sealed if there is a file for it, else a placeholder; or from elsewhere, as the fleet says. */
export function resolveToken(
  faults: Faults,
  fleet: RunnerFleetProps,
  runner: RunnerProps,
  namespace: string,
  sealedTokens: SealedTokens,
): ResolvedToken {
  const source = fleet.tokens?.from ?? TOKEN_DEFAULTS.from;
  checkRunnerToken(faults.at('token'), runner.token, source);
  if (source === 'external-secret') return externalToken(fleet, runner);
  if (source === 'existing-secret') {
    const { secret = tokenSecretName(runner.name), key = TOKEN_DEFAULTS.key } = runner.token ?? {};
    return { from: 'existing-secret', secretName: secret, key };
  }
  return sealedToken(faults, fleet.name, runner.name, namespace, sealedTokens);
}

function sealedToken(
  faults: Faults,
  fleet: string,
  runner: string,
  namespace: string,
  sealedTokens: SealedTokens,
): ResolvedToken {
  const file = sealedTokenFile(fleet, runner);
  const secretName = tokenSecretName(runner);
  const text = sealedTokens.get(file);
  const sealed = text === undefined ? undefined : readSealed(faults.at(file), text, namespace, secretName);
  return {
    from: 'sealed-secret',
    secretName,
    key: tokenKey(sealed?.ciphertext),
    scope: sealed?.scope ?? 'strict',
    ciphertext: sealed?.ciphertext,
    file,
  };
}

function externalToken({ name, tokens = {} }: RunnerFleetProps, runner: RunnerProps): ResolvedToken {
  const { version } = runner.token ?? {};
  return {
    from: 'external-secret',
    secretName: tokenSecretName(runner.name),
    key: tokenKey(version),
    store: { kind: tokens.storeKind ?? TOKEN_DEFAULTS.storeKind, name: tokens.store ?? '' },
    storeKey: runner.token?.storeKey ?? storeKey(name, runner.name, tokens.keyPrefix),
    property: runner.token?.property ?? tokens.property,
    version,
    refreshInterval: tokens.refreshInterval ?? TOKEN_DEFAULTS.refreshInterval,
  };
}

function readSealed(
  faults: Faults,
  text: string,
  namespace: string,
  secretName: string,
): SealedTokenFile | undefined {
  if (holdsPlainToken(text)) {
    const rule = 'the file holds a plain token, and it is committed';
    faults.add(
      'file',
      'hidden',
      rule,
      'revoke the token in GitLab, create the runner anew and seal its token',
    );
    return undefined;
  }
  const content = parseSealedTokenFile(text);
  if (typeof content === 'string') {
    faults.add('file', 'unreadable', content, 'write it anew; see docs/tokens.md');
    return undefined;
  }
  const wrong = sealedTokenFault(content.ciphertext);
  if (wrong) faults.add('ciphertext', 'hidden', wrong, 'seal the token again; see docs/tokens.md');
  if (content.scope !== 'cluster-wide' && content.namespace !== namespace) {
    faults.add(
      'namespace',
      content.namespace,
      `the ciphertext is bound to its namespace and can not be decrypted in ${namespace}`,
      'move the runner back, or seal its token for the new namespace',
    );
  }
  if (content.scope === 'strict' && content.name !== secretName) {
    faults.add(
      'name',
      content.name,
      `the ciphertext is bound to the name of its Secret and can not be decrypted as ${secretName}`,
      'rename the runner back, or seal its token for the new name',
    );
  }
  return wrong ? undefined : content;
}
