import { ciphertextFault, holdsPlainToken } from '../tokens/ciphertext';
import { parseSealedTokenFile, type SealedTokenFile } from '../tokens/sealed-token-file';
import type { Faults } from './fault';
import { sealedTokenFile, tokenKey, tokenSecretName } from './names';
import type { ResolvedToken } from './resolved-fleet';

/** The files below `sealed/`, by path below the project, as text. */
export type SealedTokens = ReadonlyMap<string, string>;

/** The token of a runner: sealed if there is a file for it, else a placeholder. */
export function resolveToken(
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
    secretName,
    key: tokenKey(sealed?.ciphertext),
    scope: sealed?.scope ?? 'strict',
    ciphertext: sealed?.ciphertext,
    file,
  };
}

/** Notes the files below `sealed/<fleet>/` that belong to no runner, and ciphertexts that stand in two files. */
export function checkSealedTokens(
  faults: Faults,
  fleet: string,
  runners: readonly string[],
  sealedTokens: SealedTokens,
): void {
  const expected = new Set(runners.map((runner) => sealedTokenFile(fleet, runner)));
  const owners = new Map<string, string>();
  for (const [file, text] of [...sealedTokens].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!file.startsWith(`sealed/${fleet}/`)) continue;
    if (!expected.has(file)) {
      faults.add(
        file,
        file,
        'the file belongs to no runner: a ciphertext is bound to the name of its Secret and can not follow a renamed runner',
        'delete the file, or give the runner its name back; seal a new token for a new name',
      );
    }
    const content = parseSealedTokenFile(text);
    if (typeof content === 'string') continue;
    const owner = owners.get(content.ciphertext);
    if (owner !== undefined) {
      faults.add(
        file,
        'a copy',
        `the same ciphertext stands in ${owner}: each runner has a token of its own`,
        'create a runner in GitLab for it and seal its token',
      );
    }
    owners.set(content.ciphertext, file);
  }
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
  const wrong = ciphertextFault(content.ciphertext);
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
