import { X509Certificate } from 'node:crypto';
import { ciphertextFault, holdsPlainToken, withoutTokens } from '../../lib/sealed-secrets/ciphertext';
import { seal } from '../../lib/sealed-secrets/encrypt';
import { runnerTokenFault } from '../../lib/sealed-secrets/glrt';
import { readSealInput } from '../../lib/sealed-secrets/seal-input';
import { formatSealedTokenFile, parseSealedTokenFile } from '../../lib/sealed-secrets/sealed-token-file';
import { sealingKeys } from './certificate';

const TOKEN = `glrt-${'x'.repeat(20)}`;
const certificate = new X509Certificate(sealingKeys(2048).pem);
const sealed = (plain: string) =>
  seal(plain, certificate, { namespace: 'ns', name: 'name', scope: 'strict' });

test('what sealed-secrets would make is a ciphertext', () => {
  for (let round = 0; round < 5; round++) expect(ciphertextFault(sealed(TOKEN))).toBeUndefined();
});

test.each([
  ['a plain token', TOKEN, /plain token.*revoke/],
  ['a registration token', `GR1348941${'y'.repeat(20)}`, /plain token/],
  ['base64 of a plain token', Buffer.from(TOKEN).toString('base64'), /plain token/],
  ['a newline at its end', `${sealed(TOKEN)}\n`, /white space/],
  ['a ciphertext that is cut off', sealed(TOKEN).slice(0, 300), /cut off/],
  ['a ciphertext without its last characters', sealed(TOKEN).slice(0, -3), /base64 on one line/],
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
  expect(holdsPlainToken(sealed(TOKEN))).toBe(false);
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

test('a sealed token file is read back as it was written', () => {
  const file = { namespace: 'a', name: 'b', scope: 'cluster-wide', ciphertext: sealed(TOKEN) } as const;
  expect(parseSealedTokenFile(formatSealedTokenFile(file))).toEqual(file);
});

describe('a runner token', () => {
  test.each([TOKEN, `glrt-t1_${'x'.repeat(20)}`, `glrt-${'x'.repeat(27)}.01.0abcdefgh`, `acme-${TOKEN}`])(
    'is one with the prefix of runners: %s',
    (token) => expect(runnerTokenFault(token)).toBeUndefined(),
  );

  test.each([
    ['nothing', '', /nothing was given/],
    ['a newline at its end', `${TOKEN}\n`, /ends in a newline/],
    ['two words', `${TOKEN} ${TOKEN}`, /more than one line or word/],
    ['a registration token', `GR1348941${'y'.repeat(20)}`, /registration token.*GitLab 20/],
    ['a new registration token', `glrtr-${'y'.repeat(20)}`, /registration token/],
    ['an access token', `glpat-${'y'.repeat(20)}`, /access token.*begins with glrt-/],
    ['a trigger token', `glptt-${'y'.repeat(20)}`, /token of another kind/],
    ['half a token', 'glrt-abc', /cut off/],
    ['base64 of a token', Buffer.from(TOKEN).toString('base64'), /base64 of a token/],
    ['something else', 'secret', /neither a runner token/],
  ])('is not %s, and why is said without the text', (_, text, says) => {
    const fault = runnerTokenFault(text);
    expect(fault).toMatch(says);
    if (text.length > 8) expect(fault).not.toContain(text.trim());
  });
});

describe('what is given to be sealed', () => {
  const binding = { namespace: 'gitlab-runners', name: 'runner-a-token', scope: 'strict' } as const;
  const ciphertext = sealed(TOKEN);
  const manifest = (metadata: object, encryptedData: object = { token: ciphertext }) =>
    JSON.stringify({ kind: 'SealedSecret', metadata, spec: { encryptedData } });
  const own = { namespace: 'gitlab-runners', name: 'runner-a-token' };

  test.each([
    ['a token', TOKEN, { token: TOKEN }],
    ['a token with the newline of a pipe', `${TOKEN}\n`, { token: TOKEN }],
    ["GitLab's answer", JSON.stringify({ id: 7, token: TOKEN, token_expires_at: null }), { token: TOKEN }],
    ['what kubeseal --raw prints', ciphertext, { ciphertext, scope: undefined }],
    ['a SealedSecret of this name', manifest(own), { ciphertext, scope: 'strict' }],
    [
      'one that may be renamed',
      manifest({ ...own, name: 'b', annotations: { 'sealedsecrets.bitnami.com/namespace-wide': 'true' } }),
      { ciphertext, scope: 'namespace-wide' },
    ],
    [
      'one for any namespace',
      manifest({ annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } }),
      { ciphertext, scope: 'cluster-wide' },
    ],
    [
      'a SealedSecret in YAML',
      `---\nkind: SealedSecret\nmetadata: {name: runner-a-token, namespace: gitlab-runners}\nspec: {encryptedData: {token: ${ciphertext}}}\n`,
      { ciphertext, scope: 'strict' },
    ],
  ])('may be %s', (_, input, means) => expect(readSealInput(input, binding)).toEqual(means));

  test.each([
    ['nothing', '', /nothing was given/],
    ['a token and a second newline', `${TOKEN}\n\n`, /ends in a newline/],
    ['an access token', `glpat-${'y'.repeat(20)}`, /an access token/],
    ['a ciphertext that is cut off', ciphertext.slice(0, 300), /cut off/],
    [
      'a ciphertext with a line break',
      `${ciphertext.slice(0, 100)}\n${ciphertext.slice(100)}`,
      /one line|white space/,
    ],
    ['a token sealed with its newline', sealed(`${TOKEN}\n`), /sealed with the newline/],
    [
      'a refusal by GitLab',
      '{"message":"403 Forbidden"}',
      /GitLab created no runner, it said: 403 Forbidden/,
    ],
    ['another refusal by GitLab', '{"error":"scope is insufficient"}', /it said: scope is insufficient/],
    ['an answer without a token', '{"id":7}', /without a token/],
    [
      'an answer with another token',
      `{"token":"glpat-${'y'.repeat(20)}"}`,
      /in GitLab's answer: this is an access/,
    ],
    ['a plain Secret', 'kind: Secret\nstringData: {token: x}', /no SealedSecret/],
    [
      'a SealedSecret of another name',
      manifest({ ...own, name: 'runner-b-token' }),
      /another name.*runner-a-token/,
    ],
    [
      'one of another namespace',
      manifest({ ...own, namespace: 'default' }),
      /another namespace.*gitlab-runners/,
    ],
    ['one of several keys', manifest(own, { a: ciphertext, b: ciphertext }), /2 keys/],
    ['a placeholder', manifest(own, { token: 'not sealed yet' }), /base64 on one line/],
    ['broken JSON', `{"token":"${TOKEN}`, /white space|more than one|no runner token|cut off|base64/],
  ])('is never %s, and why is said without the text', (_, input, says) => {
    const result = readSealInput(input, binding);
    expect(result).toMatchObject({ fault: expect.stringMatching(says) });
    expect(result).not.toHaveProperty('token');
    expect(result).not.toHaveProperty('ciphertext');
    expect(JSON.stringify(result)).not.toMatch(/xxxxxx|yyyyyy/);
  });
});

test('a token that names its cell is hidden to its end', () => {
  const token = `glrt-t1_${'Ab3'.repeat(9)}.01.1j0abcd7f`;
  expect(withoutTokens(`told ${token}, and more.`)).toBe('told (hidden), and more.');
});
