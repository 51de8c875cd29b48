import { runChecks } from '../../lib/checks/all';
import type { Finding } from '../../lib/checks/finding';
import { joinClusters } from '../../lib/cluster/clusters';
import { DEFAULT_CHECK_SETTINGS, observe } from '../../lib/cluster/observe';
import { CERTIFICATE_KIND, sealingsOf } from '../../lib/cluster/sealing';
import { fakeCiphertext } from '../ciphertext';
import { edited, FLEET, parsed, withOtherTokens } from '../fixtures/files';
import { ellipticCertificate, sealingKeys } from '../sealed-secrets/certificate';
import { findingsIn } from './cases';
import { SEALED } from './places';

/** The fixture as a fleet of another cluster, with tokens of its own unless they are the same. */
function elsewhere(fleet: string, cluster: string, tokens: 'own' | 'copied') {
  const moved = FLEET.map(({ path, text }) => ({
    path: path.replace(/^acme\//, `${fleet}/`),
    text: text.replaceAll(/(gitlab-runner-fleet\/cluster: )\S+/g, `$1${cluster}`),
  }));
  return tokens === 'copied' ? moved : withOtherTokens(moved);
}

const certificate = (fleet: string, pem: string) => ({
  file: `sealed/${fleet}/cert.pem`,
  ...{
    apiVersion: '',
    kind: CERTIFICATE_KIND,
    name: fleet,
    namespace: undefined,
    body: { pem },
    lineOf: () => 1,
  },
});

/** What the rules about copies find in the folders of two fleets. */
function copies(
  files: ReturnType<typeof elsewhere>,
  certificates: readonly ReturnType<typeof certificate>[] = [],
): readonly Pick<Finding, 'id' | 'severity' | 'why'>[] {
  const fleets = [...new Set([...FLEET, ...files].map(({ path }) => path.split('/')[0]))];
  const clusters = joinClusters(
    fleets.map((name) => [
      name,
      parsed([...FLEET, ...files].filter(({ path }) => path.startsWith(`${name}/`))),
    ]),
  );
  const sealings = sealingsOf(clusters, certificates);
  return clusters
    .flatMap(
      ({ manifests }, index) =>
        runChecks(observe(manifests, DEFAULT_CHECK_SETTINGS, [], sealings[index])).findings,
    )
    .filter(({ id }) => /copied-ciphertext|shared-certificate/.test(id))
    .map(({ id, severity, why }) => ({ id, severity, why }));
}

describe('a ciphertext in two clusters', () => {
  test('is an error in one of them, which names the file in the other', () => {
    const found = copies(elsewhere('west', 'west', 'copied'));
    expect(found).toHaveLength(4);
    expect(found[0]).toMatchObject({
      id: 'secrets/copied-ciphertext',
      severity: 'error',
      why: expect.stringMatching(/is in acme\/.*sealedsecret.yaml, for another cluster/),
    });
  });

  test('is none where each has its own', () => {
    expect(copies(elsewhere('west', 'west', 'own'))).toEqual([]);
  });
});

describe('a certificate in two clusters', () => {
  const [one, two] = [sealingKeys(2048).pem, sealingKeys(2048).pem];
  const west = elsewhere('west', 'west', 'own');

  test('is a warning at the second', () => {
    expect(copies(west, [certificate('acme', one), certificate('west', one)])).toEqual([
      {
        id: 'secrets/shared-certificate',
        severity: 'warning',
        why: expect.stringMatching(/of different clusters/),
      },
    ]);
  });

  test.each([
    ['each has its own', [certificate('acme', one), certificate('west', two)]],
    ['one has none', [certificate('west', one)]],
    ['what is there is no certificate', [certificate('acme', 'none'), certificate('west', 'none')]],
    ['it is that of a folder that is no fleet', [certificate('acme', one), certificate('old', one)]],
  ])('is none where %s', (_, certificates) => {
    expect(copies(west, certificates)).toEqual([]);
  });

  test('that is no RSA key is compared like any other', () => {
    const pem = ellipticCertificate();
    expect(copies(west, [certificate('acme', pem), certificate('west', pem)])).toHaveLength(1);
  });
});

describe('a ciphertext that is not whole', () => {
  const found = (text: string) =>
    findingsIn(edited(FLEET, [SEALED, fakeCiphertext(3), text])).map(
      ({ id, severity }) => `${id} ${severity}`,
    );
  const whole = fakeCiphertext(3);

  test.each([
    ['by a few characters', whole.slice(0, -4), 'secrets/bad-ciphertext error'],
    ['so that it is no base64', whole.slice(0, -3), 'secrets/bad-ciphertext error'],
    ['to half', whole.slice(0, 344), 'secrets/bad-ciphertext error'],
  ])('is told, cut off %s', (_, text, rule) => {
    expect(found(text)).toContain(rule);
  });

  test('is told by the hash in its key where its length could be right', () => {
    const longer = fakeCiphertext(33, 28);
    expect(found(longer.slice(0, -4))).toEqual(['secrets/changed-ciphertext error']);
    expect(found(`${whole.slice(0, 40)}${whole[40] === 'A' ? 'B' : 'A'}${whole.slice(41)}`)).toEqual([
      'secrets/changed-ciphertext error',
    ]);
  });

  test('is nobody’s business where the key holds no hash of ours', () => {
    const renamed = edited(
      FLEET,
      [SEALED, /token-\w{8}:/, 'token:'],
      ['arm64-spot/deployment.yaml', /key: token-\w{8}/, 'key: token'],
      [SEALED, whole, fakeCiphertext(33)],
    );
    expect(findingsIn(renamed)).toEqual([]);
  });
});
