import { readSealedFolder } from '../../app/sealed-folder';
import { readPullSecret, sealedPullSecretFault } from '../../sealed-secrets/pull-secret';
import { formatSealedTokenFile } from '../../sealed-secrets/sealed-token-file';
import { askForLogin } from './ask';
import { fullName, type PullSecret } from './pull-secret';
import type { SealProject } from './seal';
import { SealError, sealingKey, sealWith, writeSealed } from './seal-text';

/** Options of `tokens seal-pull-secret`. */
export interface PullSecretOptions {
  /** File of the controller's certificate. */
  readonly cert?: string;
  /** Whether what is sealed already gives way. */
  readonly replace: boolean;
}

/**
 * Seals registry, user and password, which are read from standard input, for every namespace whose pods pull with them, and
 * writes a file for each into `sealed/`. Without `replace`, those that are sealed already stay as they are.
 *
 * @returns what was done, as text, without user or password
 * @throws SealError before anything is written, or where a disk refuses a file
 */
export async function sealPullSecret(
  secret: PullSecret,
  { fleets, sealedTokens }: SealProject,
  options: PullSecretOptions,
): Promise<string> {
  const { fleet, name } = secret;
  const copies = secret.copies.filter(({ state }) => options.replace || state.is !== 'sealed');
  if (copies.length === 0)
    throw new SealError(`${fullName(secret)} is sealed already. To change its password: --replace`);
  const key = sealingKey(fleet, fleets, options.cert);
  const input = readPullSecret(await askForLogin(fullName(secret)));
  if ('fault' in input) throw new SealError(`Nothing was written: ${input.fault}.`);
  const texts = new Map<string, string>();
  for (const { namespace, file } of copies) {
    const binding = { namespace, name, scope: 'strict' } as const;
    const ciphertext = await sealWith(input.config, binding, key, 'pull secret', sealedPullSecretFault);
    texts.set(file, formatSealedTokenFile({ ...binding, ciphertext }));
  }
  // Another run may have sealed since: what is there now counts.
  const now = readSealedFolder('sealed');
  for (const file of texts.keys())
    if (now.get(file) !== sealedTokens.get(file))
      throw new SealError(`Nothing was written: ${file} was written by another run meanwhile.`);
  for (const [file, text] of texts) writeSealed(file, text, sealedTokens.has(file));
  const files = [...texts.keys()].map((file) => `  ${file}\n`).join('');
  const places = copies
    .map(({ namespace }) => namespace)
    .join(', ')
    .replace(/, ([^,]+)$/, ' and $1');
  return `Sealed ${fullName(secret)} for ${input.registries.join(', ')} in ${places}:\n${files}Next: npx cdk8s synth, and commit sealed/ and dist/. Nodes pull with it once the Secret is there.\n`;
}
