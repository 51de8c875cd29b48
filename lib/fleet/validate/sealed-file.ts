import { holdsPlainToken, sealedTokenFault } from '../../sealed-secrets/ciphertext';
import { sealedPullSecretFault } from '../../sealed-secrets/pull-secret';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner, SealedFile } from '../normal-fleet';

/** What is sealed in a file, in the words of its problems. */
interface SealedThing {
  /** The Secret that it becomes. */
  readonly namespace: string;
  readonly name: string;
  readonly fault: (ciphertext: string) => string | undefined;
  readonly again: string;
  /** What to do if the file holds it in plain. */
  readonly exposed: string;
  readonly moved: string;
  readonly renamed: string;
}

/** Reports a sealed token of a runner that could not be opened, or holds the token in plain. */
export function checkSealedFile(
  runnerFaults: Faults,
  { token }: NormalRunner,
  { managerNamespace: namespace, sealedFiles }: NormalFleet,
): void {
  const found = token.from === 'sealed-secret' && sealedFiles.find(({ file }) => file === token.file);
  if (!found) return;
  checkSealed(runnerFaults, found, {
    namespace,
    name: token.secretName,
    fault: sealedTokenFault,
    again: 'seal the token again; see docs/tokens.md',
    exposed: 'revoke the token in GitLab, create a new runner and seal its token',
    moved: 'move the runner back, or seal its token for the new namespace',
    renamed: 'rename the runner back, or seal its token for the new name',
  });
}

/** Reports sealed pull secrets that could not be opened. */
export function checkSealedPullSecrets(faults: Faults, { pullSecrets, sealedFiles }: NormalFleet): void {
  for (const { file, name, namespace } of pullSecrets) {
    const found = sealedFiles.find((one) => one.file === file);
    const again = 'seal it again; see docs/private-registries.md';
    if (found === undefined) continue;
    checkSealed(faults, found, {
      namespace,
      name,
      fault: sealedPullSecretFault,
      again,
      exposed: 'revoke the token in GitLab, and seal the pull secret with another one',
      moved: again,
      renamed: again,
    });
  }
}

function checkSealed(faultsAbove: Faults, { file, text, content }: SealedFile, thing: SealedThing): void {
  const faults = faultsAbove.at(file);
  const { again, exposed, fault, moved, name, namespace, renamed } = thing;
  if (holdsPlainToken(text)) {
    const rule = 'the file holds a plain token, and it is committed';
    faults.add('file', 'hidden', rule, exposed);
    return;
  }
  if (typeof content === 'string') {
    faults.add('file', 'unreadable', content, again.replace(/^seal (it|the token) again/, 'write it again'));
    return;
  }
  const wrong = fault(content.ciphertext);
  if (wrong) faults.add('ciphertext', 'hidden', wrong, again);
  if (content.scope !== 'cluster-wide' && content.namespace !== namespace) {
    const rule = `the ciphertext is bound to its namespace and can not be decrypted in ${namespace}`;
    faults.add('namespace', content.namespace, rule, moved);
  }
  if (content.scope === 'strict' && content.name !== name) {
    const rule = `the ciphertext is bound to the name of its Secret and can not be decrypted as ${name}`;
    faults.add('name', content.name, rule, renamed);
  }
}
