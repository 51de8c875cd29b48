import { isTable } from '../values/record';

/**
 * Whether a file of an object was encrypted by SOPS: whoever applies it (Flux, ksops, helm-secrets) decrypts the values and
 * drops the field `sops` before.
 * @see https://getsops.io/docs/
 */
export function isSopsEncrypted(body: Readonly<Record<string, unknown>>): boolean {
  return isTable(body.sops) && ('mac' in body.sops || 'version' in body.sops);
}

/** Whether a value is a ciphertext of SOPS. */
export function isSopsCiphertext(value: unknown): boolean {
  return typeof value === 'string' && /^ENC\[AES256_GCM,data:/.test(value);
}
