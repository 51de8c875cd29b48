import { existsSync, readFileSync } from 'node:fs';
import { writeSealedToken } from '../../app/sealed-folder';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { payloadBytes } from '../../sealed-secrets/ciphertext';
import { parseSealingCertificate, type SealedBinding, seal } from '../../sealed-secrets/encrypt';
import { otherClusterFault } from './certificate-owner';
import { KubesealError, runKubeseal } from './kubeseal';

/** Why a token or a pull secret was not sealed. The message never holds it. */
export class SealError extends Error {
  constructor(
    message: string,
    /** Whether a runner may have been created in GitLab whose token is lost. */
    readonly leavesRunner = true,
  ) {
    super(message);
  }
}

/**
 * Writes a sealed file whole or not at all.
 *
 * @throws SealError with the reason: what was read is lost with this process
 */
export function writeSealed(file: string, text: string, replace: boolean): void {
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

/** The certificate that a fleet's secrets are sealed with, and its file; undefined where kubeseal asks the cluster. */
export interface SealingKey {
  readonly file: string;
  readonly certificate: ReturnType<typeof readCertificate>;
}

/** @throws SealError for a certificate that is missing, that can't seal, or that is another cluster's */
export function sealingKey(
  fleet: ResolvedFleet,
  fleets: readonly ResolvedFleet[],
  asked: string | undefined,
): SealingKey | undefined {
  const file = findCertificate(fleet.name, asked);
  if (file === undefined) return undefined;
  const certificate = readCertificate(file);
  const otherCluster = otherClusterFault(file, fleet, fleets);
  if (otherCluster) throw new SealError(`Nothing was written: ${otherCluster}.`);
  return { file, certificate };
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

/**
 * A text sealed for one Secret, by kubeseal where it is installed.
 *
 * @param what what the text is, for problems
 * @param faultOf why a ciphertext can't be of such a text
 * @throws SealError where neither kubeseal nor a certificate is there, or kubeseal fails
 */
export async function sealWith(
  text: string,
  binding: SealedBinding,
  key: SealingKey | undefined,
  what: string,
  faultOf: (ciphertext: string) => string | undefined,
): Promise<string> {
  const ciphertext = await byKubeseal(text, binding, key?.file, what);
  if (ciphertext === undefined) {
    if (key) return seal(text, key.certificate, binding);
    throw new SealError(
      "Nothing was written: kubeseal is not installed, and the controller's certificate is not here.\nFetch it as step 1 of npx runner-fleet tokens howto <runner> says, or write --cert <file>.",
    );
  }
  const isOther = faultOf(ciphertext) === undefined && payloadBytes(ciphertext) !== Buffer.byteLength(text);
  const fault = isOther ? 'it holds another number of bytes' : faultOf(ciphertext);
  if (fault)
    throw new SealError(
      `Nothing was written: what kubeseal printed is not a ciphertext of this ${what}: ${fault}.`,
    );
  return ciphertext;
}

async function byKubeseal(
  text: string,
  binding: SealedBinding,
  certificateFile: string | undefined,
  what: string,
): Promise<string | undefined> {
  try {
    return await runKubeseal(text, binding, certificateFile, what);
  } catch (error) {
    if (!(error instanceof KubesealError)) throw error;
    const offline = certificateFile === undefined ? ' Without a cluster: --cert <file>.' : '';
    throw new SealError(`Nothing was written: ${error.message}.${offline}`);
  }
}
