import { readSealedFolder } from '../../app/sealed-folder';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { sealedTokenFault } from '../../sealed-secrets/ciphertext';
import { readSealInput } from '../../sealed-secrets/seal-input';
import {
  formatSealedTokenFile,
  parseSealedTokenFile,
  type SealedScope,
} from '../../sealed-secrets/sealed-token-file';
import { askForToken } from './ask';
import type { RunnerToken } from './runner-token';
import { SealError, sealingKey, sealWith, writeSealed } from './seal-text';

/** Options of `tokens seal`. */
export interface SealOptions {
  /** File of the controller's certificate. */
  readonly cert?: string;
  readonly scope?: SealedScope;
  /** Whether a token that is sealed already gives way. */
  readonly replace: boolean;
}

/** The project of the runner: what else is described, and what is sealed already. */
export interface SealProject {
  readonly fleets: readonly ResolvedFleet[];
  readonly sealedTokens: ReadonlyMap<string, string>;
}

/**
 * Seals a token that is read from standard input for one runner and writes it into `sealed/`; or writes the ciphertext
 * that kubeseal made of it.
 *
 * @returns what was done, as text
 * @throws SealError before anything is written
 */
export async function sealToken(
  { fleet, runner, state }: RunnerToken,
  { fleets, sealedTokens }: SealProject,
  options: SealOptions,
): Promise<string> {
  const { token } = runner;
  const name = `${fleet.name}/${runner.name}`;
  if (token.from !== 'sealed-secret')
    throw new SealError(
      `Tokens of fleet ${fleet.name} come from "${token.from}": nothing is sealed.\nWhat to do instead: npx runner-fleet tokens howto ${name}`,
    );
  if (state.is === 'sealed' && !options.replace)
    throw new SealError(`${token.file} is sealed already. To rotate the token: --replace`);
  const scope = options.scope ?? 'strict';
  const binding = { namespace: runner.managerNamespace, name: token.secretName, scope };
  const key = sealingKey(fleet, fleets, options.cert);
  const input = readSealInput(
    await askForToken(`Token of ${runner.gitlab.description} (glrt-..., not shown), or its ciphertext: `),
    binding,
  );
  if ('fault' in input) throw new SealError(`Nothing was written: ${input.fault}.`, !input.noRunner);
  const ciphertext =
    'token' in input
      ? await sealWith(input.token, binding, key, 'token', sealedTokenFault)
      : input.ciphertext;
  const sealedScope = 'ciphertext' in input ? scopeOf(input.scope, options.scope) : scope;
  // Another run may have sealed since: what is there now counts.
  const now = readSealedFolder('sealed');
  if (now.get(token.file) !== sealedTokens.get(token.file))
    throw new SealError(`Nothing was written: ${token.file} was written by another run meanwhile.`);
  refuseCopy(ciphertext, token.file, now);
  const text = formatSealedTokenFile({ ...binding, scope: sealedScope, ciphertext });
  writeSealed(token.file, text, sealedTokens.has(token.file));
  const effect =
    state.is === 'sealed' ? 'replaces this manager, once the new Secret is there' : 'starts this manager';
  return `Sealed ${name} into ${token.file}. Next: npx cdk8s synth, and commit sealed/ and dist/. It ${effect}.`;
}

function scopeOf(sealed: SealedScope | undefined, asked: SealedScope | undefined): SealedScope {
  if (sealed !== undefined && asked !== undefined && sealed !== asked)
    throw new SealError(
      `Nothing was written: the SealedSecret has the scope ${sealed}, and --scope says ${asked}.`,
    );
  return sealed ?? asked ?? 'strict';
}

function refuseCopy(ciphertext: string, file: string, sealedTokens: ReadonlyMap<string, string>): void {
  for (const [other, text] of sealedTokens) {
    const content = parseSealedTokenFile(text);
    if (other === file || typeof content === 'string' || content.ciphertext !== ciphertext) continue;
    throw new SealError(
      `Nothing was written: the same ciphertext is in ${other}. Each runner has a token of its own: create one in GitLab.`,
    );
  }
}
