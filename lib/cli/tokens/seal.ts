import { existsSync, readFileSync } from 'node:fs';
import { readSealedFolder, writeSealedToken } from '../../app/sealed-folder';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { payloadBytes, sealedTokenFault } from '../../sealed-secrets/ciphertext';
import { parseSealingCertificate, type SealedBinding, seal } from '../../sealed-secrets/encrypt';
import { readSealInput } from '../../sealed-secrets/seal-input';
import {
  formatSealedTokenFile,
  parseSealedTokenFile,
  type SealedScope,
} from '../../sealed-secrets/sealed-token-file';
import { askForToken } from './ask';
import { otherClusterFault } from './certificate-owner';
import { KubesealError, runKubeseal } from './kubeseal';
import type { RunnerToken } from './runner-token';

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

/** Why a token was not sealed. The message never holds it. */
export class SealError extends Error {
  constructor(
    message: string,
    /** Whether a runner may have been created in GitLab whose token nobody has. */
    readonly leavesRunner = true,
  ) {
    super(message);
  }
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
  const certificateFile = findCertificate(fleet.name, options.cert);
  const certificate = certificateFile === undefined ? undefined : readCertificate(certificateFile);
  const otherCluster = certificateFile && otherClusterFault(certificateFile, fleet, fleets);
  if (otherCluster) throw new SealError(`Nothing was written: ${otherCluster}.`);
  const input = readSealInput(
    await askForToken(`Token of ${runner.gitlab.description} (glrt-..., not shown), or its ciphertext: `),
    binding,
  );
  if ('fault' in input) throw new SealError(`Nothing was written: ${input.fault}.`, !input.noRunner);
  const ciphertext =
    'token' in input ? await sealWith(input.token, binding, certificateFile, certificate) : input.ciphertext;
  const sealedScope = 'ciphertext' in input ? scopeOf(input.scope, options.scope) : scope;
  // Another run may have sealed since: what is there now counts.
  const now = readSealedFolder('sealed');
  if (now.get(token.file) !== sealedTokens.get(token.file))
    throw new SealError(`Nothing was written: ${token.file} was written by another run meanwhile.`);
  refuseCopy(ciphertext, token.file, now);
  const text = formatSealedTokenFile({ ...binding, scope: sealedScope, ciphertext });
  write(token.file, text, sealedTokens.has(token.file));
  const effect =
    state.is === 'sealed' ? 'replaces this manager, once the new Secret is there' : 'starts this manager';
  return `Sealed ${name} into ${token.file}. Next: npx cdk8s synth, and commit sealed/ and dist/. It ${effect}.`;
}

/** @throws SealError with the reason: the token that was read is lost with this process */
function write(file: string, text: string, replace: boolean): void {
  try {
    writeSealedToken(file, text, replace);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new SealError(`Nothing was written: ${REASONS[code]?.(file) ?? `${file}: ${message}`}.`);
  }
}

const REASONS: Readonly<Record<string, (file: string) => string>> = {
  EEXIST: (file) => `${file} is there already. If another run has sealed it: --replace`,
  ENOSPC: (file) => `the disk has no room for ${file}`,
  EDQUOT: (file) => `the quota of the disk has no room for ${file}`,
  EACCES: (file) => `${file} may not be written`,
  EROFS: (file) => `${file} may not be written: the disk is read-only`,
};

function scopeOf(sealed: SealedScope | undefined, asked: SealedScope | undefined): SealedScope {
  if (sealed !== undefined && asked !== undefined && sealed !== asked)
    throw new SealError(
      `Nothing was written: the SealedSecret has the scope ${sealed}, and --scope says ${asked}.`,
    );
  return sealed ?? asked ?? 'strict';
}

function findCertificate(fleet: string, asked: string | undefined): string | undefined {
  const committed = `sealed/${fleet}/cert.pem`;
  return asked ?? (existsSync(committed) ? committed : undefined);
}

function readCertificate(file: string): ReturnType<typeof parseSealingCertificate> & object {
  if (!existsSync(file))
    throw new SealError(
      `There is no file ${file}. Fetch it as step 1 of npx runner-fleet tokens howto <runner> says.`,
    );
  const certificate = parseSealingCertificate(readFileSync(file, 'utf8'), new Date());
  if (typeof certificate === 'string') throw new SealError(`${file} can't seal: ${certificate}.`);
  return certificate;
}

async function sealWith(
  token: string,
  binding: SealedBinding,
  certificateFile: string | undefined,
  certificate: ReturnType<typeof readCertificate> | undefined,
): Promise<string> {
  const ciphertext = await byKubeseal(token, binding, certificateFile);
  if (ciphertext === undefined) {
    if (certificate) return seal(token, certificate, binding);
    throw new SealError(
      "Nothing was written: kubeseal is not installed, and the controller's certificate is not here.\nFetch it as step 1 of npx runner-fleet tokens howto <runner> says, or write --cert <file>.",
    );
  }
  const isOther =
    sealedTokenFault(ciphertext) === undefined && payloadBytes(ciphertext) !== Buffer.byteLength(token);
  const fault = isOther ? 'it holds another number of bytes' : sealedTokenFault(ciphertext);
  if (fault)
    throw new SealError(
      `Nothing was written: what kubeseal printed is not a ciphertext of this token: ${fault}.`,
    );
  return ciphertext;
}

async function byKubeseal(
  token: string,
  binding: SealedBinding,
  certificateFile: string | undefined,
): Promise<string | undefined> {
  try {
    return await runKubeseal(token, binding, certificateFile);
  } catch (error) {
    if (!(error instanceof KubesealError)) throw error;
    const offline = certificateFile === undefined ? ' Without a cluster: --cert <file>.' : '';
    throw new SealError(`Nothing was written: ${error.message}.${offline}`);
  }
}

function refuseCopy(ciphertext: string, file: string, sealedTokens: ReadonlyMap<string, string>): void {
  for (const [other, text] of sealedTokens) {
    const content = parseSealedTokenFile(text);
    if (other === file || typeof content === 'string' || content.ciphertext !== ciphertext) continue;
    throw new SealError(
      `Nothing was written: the same ciphertext stands in ${other}. Each runner has a token of its own: create one in GitLab.`,
    );
  }
}
