import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A throw-away key pair in the place of a controller's, with its certificate in PEM. */
export interface SealingKeys {
  readonly pem: string;
  readonly privateKey: KeyObject;
}

/** A new RSA pair of some bits, valid until the first day of a year. */
export function sealingKeys(bits: number, untilYear = 2100): SealingKeys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return { pem: certificatePem(publicKey, privateKey, SHA256_WITH_RSA, untilYear), privateKey };
}

/** The certificate of a key that sealed-secrets can't seal with. */
export function ellipticCertificate(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return certificatePem(publicKey, privateKey, SHA256_WITH_ECDSA, 2100);
}

/** Object identifiers 1.2.840.113549.1.1.11 and 1.2.840.10045.4.3.2. */
const SHA256_WITH_RSA = '2a864886f70d01010b';
const SHA256_WITH_ECDSA = '2a8648ce3d040302';

/** A certificate that signs itself: RFC 5280, as little of it as parsers take. */
function certificatePem(
  publicKey: KeyObject,
  privateKey: KeyObject,
  algorithm: string,
  untilYear: number,
): string {
  const identifier = der(0x30, der(0x06, Buffer.from(algorithm, 'hex')));
  const name = der(
    0x30,
    der(0x31, der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('sealed-secrets')))),
  );
  const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`));
  const key = publicKey.export({ type: 'spki', format: 'der' });
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    identifier,
    name,
    der(0x30, time(2020), time(untilYear)),
    name,
    key,
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const lines =
    der(0x30, body, identifier, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** One element of DER: tag, length, content. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const bytes = [body.length >> 8, body.length & 0xff];
  const length = body.length < 0x80 ? [body.length] : [0x82, ...bytes];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
