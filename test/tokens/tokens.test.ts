import { constants, createCipheriv, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { ciphertextFault, holdsPlainToken } from '../../tokens/ciphertext';
import { parseSealedTokenFile } from '../../tokens/sealed-token-file';

const TOKEN = `glrt-${'x'.repeat(20)}`;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A ciphertext as sealed-secrets makes it: bitnami-labs/sealed-secrets pkg/crypto/crypto.go. */
function seal(plain: string): string {
  const key = randomBytes(32);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const rsa = publicEncrypt(
    { key: publicKey, padding, oaepHash: 'sha256', oaepLabel: Buffer.from('ns/name') },
    key,
  );
  const gcm = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
  const body = Buffer.concat([gcm.update(plain), gcm.final(), gcm.getAuthTag()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rsa.length);
  return Buffer.concat([length, rsa, body]).toString('base64');
}

test('what sealed-secrets would make is a ciphertext', () => {
  for (let round = 0; round < 5; round++) expect(ciphertextFault(seal(TOKEN))).toBeUndefined();
});

test.each([
  ['a plain token', TOKEN, /plain token.*revoke/],
  ['a registration token', `GR1348941${'y'.repeat(20)}`, /plain token/],
  ['base64 of a plain token', Buffer.from(TOKEN).toString('base64'), /plain token/],
  ['a newline at its end', `${seal(TOKEN)}\n`, /white space/],
  ['a ciphertext that is cut off', seal(TOKEN).slice(0, 300), /cut off/],
  ['a ciphertext without its last characters', seal(TOKEN).slice(0, -3), /base64 on one line/],
  ['base64 of something else', Buffer.alloc(500, 9).toString('base64'), /something else/],
  ['a placeholder', 'not sealed yet', /base64 on one line/],
  ['nothing', '', /base64/],
])('%s is none, and why is said without the text', (_, text, says) => {
  const fault = ciphertextFault(text);
  expect(fault).toMatch(says);
  if (text !== '') expect(fault).not.toContain(text);
});

test('plain tokens are seen in the middle of a text, behind base64, and nowhere else', () => {
  expect(holdsPlainToken(`curl -H "x: ${TOKEN}"`)).toBe(true);
  expect(holdsPlainToken(`data: ${Buffer.from(`token=${TOKEN}`).toString('base64')}`)).toBe(true);
  const hidden = Buffer.from(TOKEN).toString('base64');
  for (const text of [`TOKEN=${hidden}`, `https://x/a/${hidden}`, `x${hidden}`])
    expect(holdsPlainToken(text)).toBe(true);
  expect(holdsPlainToken('the glrt- prefix, and ${GITLAB_RUNNER_TOKEN}')).toBe(false);
  expect(holdsPlainToken(seal(TOKEN))).toBe(false);
});

test('a sealed token file has four fields', () => {
  const text = 'namespace: a\nname: b\nscope: strict\nciphertext: c\n';
  expect(parseSealedTokenFile(text)).toEqual({ namespace: 'a', name: 'b', scope: 'strict', ciphertext: 'c' });
});

test.each([
  ['', /empty/],
  ['text', /empty/],
  ['namespace: a\nname: b\n', /lacks scope, ciphertext/],
  ['namespace: a\nname: b\nscope: wide\nciphertext: c\n', /scope is one of strict/],
  ['namespace: [\n', /not YAML \(line \d+\)/],
])('%j is none, and what is missing is said', (text, says) => {
  expect(parseSealedTokenFile(text)).toEqual(expect.stringMatching(says));
});
