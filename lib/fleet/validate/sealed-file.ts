import { holdsPlainToken, sealedTokenFault } from '../../sealed-secrets/ciphertext';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';

/** Reports a sealed token of a runner that could not be opened, or holds the token in plain. */
export function checkSealedFile(
  runnerFaults: Faults,
  { token }: NormalRunner,
  { managerNamespace: namespace, sealedFiles }: NormalFleet,
): void {
  const found = token.from === 'sealed-secret' && sealedFiles.find(({ file }) => file === token.file);
  if (!found) return;
  const faults = runnerFaults.at(found.file);
  if (holdsPlainToken(found.text)) {
    const rule = 'the file holds a plain token, and it is committed';
    const fix = 'revoke the token in GitLab, create the runner anew and seal its token';
    faults.add('file', 'hidden', rule, fix);
    return;
  }
  const { content } = found;
  if (typeof content === 'string') {
    faults.add('file', 'unreadable', content, 'write it anew; see docs/tokens.md');
    return;
  }
  const wrong = sealedTokenFault(content.ciphertext);
  if (wrong) faults.add('ciphertext', 'hidden', wrong, 'seal the token again; see docs/tokens.md');
  if (content.scope !== 'cluster-wide' && content.namespace !== namespace) {
    const rule = `the ciphertext is bound to its namespace and can not be decrypted in ${namespace}`;
    const fix = 'move the runner back, or seal its token for the new namespace';
    faults.add('namespace', content.namespace, rule, fix);
  }
  if (content.scope === 'strict' && content.name !== token.secretName) {
    const rule = `the ciphertext is bound to the name of its Secret and can not be decrypted as ${token.secretName}`;
    faults.add('name', content.name, rule, 'rename the runner back, or seal its token for the new name');
  }
}
