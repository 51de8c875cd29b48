import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import type { SealedScope } from './sealed-token-file';

/** What a ciphertext is bound to: the Secret that it becomes, as far as its scope says. */
export interface SealedBinding {
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
  readonly scope: SealedScope;
}

const SESSION_KEY_BYTES = 32;
/** All zero is safe: a session key seals one text. */
const NONCE = Buffer.alloc(12);

/**
 * A text sealed for one Secret, as `kubeseal --raw` seals it: a session key under the controller's RSA key, with the
 * binding as its label, and the text under the session key. Another ciphertext each time.
 * @see bitnami-labs/sealed-secrets pkg/crypto/crypto.go
 */
export function seal(text: string, certificate: X509Certificate, binding: SealedBinding): string {
  const sessionKey = randomBytes(SESSION_KEY_BYTES);
  const wrapped = publicEncrypt(
    {
      key: certificate.publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(sealingLabel(binding)),
    },
    sessionKey,
  );
  const cipher = createCipheriv('aes-256-gcm', sessionKey, NONCE);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, body]).toString('base64');
}

/**
 * What the controller must know to open a ciphertext. A key of another Secret does not open it.
 * @see bitnami-labs/sealed-secrets pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go
 */
export function sealingLabel({ namespace, name, scope }: SealedBinding): string {
  if (scope === 'strict') return `${namespace}/${name}`;
  return scope === 'namespace-wide' ? namespace : '';
}

/**
 * The controller's certificate out of PEM, or why it can't seal, as a sentence.
 *
 * @param now the time at which it must be valid
 */
export function parseSealingCertificate(pem: string, now: Date): X509Certificate | string {
  if (/PRIVATE KEY/.test(pem))
    return 'it holds a private key: the certificate alone is needed, and the key must not leave the cluster';
  const certificate = parseCertificate(pem);
  if (certificate === undefined)
    return 'it is not a certificate in PEM, the format that `kubeseal --fetch-cert` prints';
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa')
    return `its key is ${asymmetricKeyType}, and sealed-secrets seals with RSA`;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (![2048, 3072, 4096].includes(bits))
    return `its key has ${bits} bits; sealed-secrets makes 4096, and 2048 and 3072 work`;
  if (now.getTime() > Date.parse(certificate.validTo))
    return `it expired on ${certificate.validTo}: fetch the controller's newest`;
  return certificate;
}

function parseCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // What OpenSSL says of a broken file helps nobody.
    return undefined;
  }
}

/** What tells the key of a certificate from others, whenever the certificate was renewed; undefined where it is none. */
export function publicKeyOf(pem: string): string | undefined {
  const certificate = parseCertificate(pem);
  return certificate?.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}
