import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { looksSealedWithNewline, sealedTokenFault } from '../../lib/sealed-secrets/ciphertext';
import {
  parseSealingCertificate,
  type SealedBinding,
  seal,
  sealingLabel,
} from '../../lib/sealed-secrets/encrypt';
import { ellipticCertificate, type SealingKeys, sealingKeys } from './certificate';
import { unseal } from './unseal';

const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;
const BINDING: SealedBinding = { namespace: 'gitlab-runners', name: 'runner-a-token', scope: 'strict' };
const NOW = new Date('2026-06-01');

const { pem, privateKey } = sealingKeys(2048);
const certificate = certificateOf({ pem, privateKey });

function certificateOf(keys: SealingKeys): X509Certificate {
  return new X509Certificate(keys.pem);
}

describe('what is sealed', () => {
  test.each([2048, 3072, 4096])('is opened with a key of %i bits', (bits) => {
    const keys = sealingKeys(bits);
    const ciphertext = seal(TOKEN, certificateOf(keys), BINDING);
    expect(unseal(ciphertext, keys.privateKey, 'gitlab-runners/runner-a-token')).toBe(TOKEN);
    expect(sealedTokenFault(ciphertext)).toBeUndefined();
  });

  test.each([
    ['strict', 'gitlab-runners/runner-a-token'],
    ['namespace-wide', 'gitlab-runners'],
    ['cluster-wide', ''],
  ] as const)('of scope %s is bound to "%s" and opens with nothing else', (scope, label) => {
    const ciphertext = seal(TOKEN, certificate, { ...BINDING, scope });
    expect(sealingLabel({ ...BINDING, scope })).toBe(label);
    expect(unseal(ciphertext, privateKey, label)).toBe(TOKEN);
    for (const other of ['gitlab-runners/runner-b-token', 'elsewhere/runner-a-token', 'elsewhere'])
      expect(() => unseal(ciphertext, privateKey, other)).toThrow();
  });

  test('is another text each time', () => {
    expect(seal(TOKEN, certificate, BINDING)).not.toBe(seal(TOKEN, certificate, BINDING));
  });

  test('comes back whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unseal(seal(text, certificate, BINDING), privateKey, sealingLabel(BINDING))).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('does not open after a byte of it is changed or cut off', () => {
    const bytes = Buffer.from(seal(TOKEN, certificate, BINDING), 'base64');
    for (const position of [10, 200, bytes.length - 20, bytes.length - 1]) {
      const broken = Buffer.from(bytes);
      broken[position] ^= 1;
      expect(() => unseal(broken.toString('base64'), privateKey, sealingLabel(BINDING))).toThrow();
    }
    const cut = bytes.subarray(0, -1).toString('base64');
    expect(() => unseal(cut, privateKey, sealingLabel(BINDING))).toThrow();
  });

  test('with the newline of echo, or shorter than a token, is told by its length', () => {
    for (const token of [TOKEN, `glrt-${'x'.repeat(20)}`]) {
      expect(sealedTokenFault(seal(token, certificate, BINDING))).toBeUndefined();
      expect(looksSealedWithNewline(seal(token, certificate, BINDING))).toBe(false);
      expect(looksSealedWithNewline(seal(`${token}\n`, certificate, BINDING))).toBe(true);
    }
    expect(sealedTokenFault(seal('hello', certificate, BINDING))).toMatch(/has 5 bytes/);
    expect(sealedTokenFault(seal(`${TOKEN}.01.0abcdefgh`, certificate, BINDING))).toBeUndefined();
  });
});

describe("a controller's certificate", () => {
  test('is taken as kubeseal prints it', () => {
    expect(parseSealingCertificate(pem, NOW)).toBeInstanceOf(X509Certificate);
  });

  test.each([
    ['nothing', '', /not a certificate in PEM/],
    ['another text', 'not found', /not a certificate in PEM/],
    ['half of one', pem.slice(0, 300), /not a certificate in PEM/],
    ['a private key', `${pem}-----BEGIN PRIVATE KEY-----`, /must not leave the cluster/],
    ['one of another kind of key', ellipticCertificate(), /ec.*seals with RSA/],
    ['one of a weak key', sealingKeys(1024).pem, /1024 bits/],
  ])('is not %s', (_, text, says) => {
    expect(parseSealingCertificate(text, NOW)).toEqual(expect.stringMatching(says));
  });

  test('that has expired is refused, as kubeseal does', () => {
    expect(parseSealingCertificate(sealingKeys(2048, 2026).pem, NOW)).toMatch(/^it expired on/);
  });
});
