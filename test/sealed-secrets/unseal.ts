import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';

/**
 * What the controller does with a ciphertext, by the documented format.
 *
 * @throws Error where the key or the label is another than it was sealed with
 */
export function unseal(ciphertext: string, privateKey: KeyObject, label: string): string {
  const bytes = Buffer.from(ciphertext, 'base64');
  const modulus = bytes.readUInt16BE(0);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sessionKey = privateDecrypt(
    { key: privateKey, padding, oaepHash: 'sha256', oaepLabel: Buffer.from(label) },
    bytes.subarray(2, 2 + modulus),
  );
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(2 + modulus, -16)), decipher.final()]).toString(
    'utf8',
  );
}
