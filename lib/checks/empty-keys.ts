import type { Manifest } from '../cluster/manifest';
import { ciphertextFault, payloadBytes } from '../sealed-secrets/ciphertext';
import { at, fieldsOf, textOf } from '../values/record';

/** Whether the value of a key is known to be an empty text. */
export function isEmptyKey({ kind, body }: Manifest, key: string): boolean {
  if (kind === 'SealedSecret') {
    const text = textOf(at(body, ['spec', 'encryptedData', key]));
    const isTemplated = at(body, ['spec', 'template', 'data', key]) !== undefined;
    return (
      text !== undefined && !isTemplated && ciphertextFault(text) === undefined && payloadBytes(text) === 0
    );
  }
  if (kind !== 'Secret') return false;
  const value = fieldsOf(body.stringData)[key] ?? fieldsOf(body.data)[key];
  return value === '' || value === null;
}
