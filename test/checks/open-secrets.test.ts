import { runChecks } from '../../lib/checks/all';
import { readSilences } from '../../lib/checks/silence-file';
import type { SourceFile } from '../../lib/cluster/manifest';
import { DEFAULT_CHECK_SETTINGS, observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { type Change, edited, FLEET } from '../fixtures/files';
import { CONFIG, DEPLOYMENT } from './places';

/** Never a token of anybody: of the right shape, and put together here so that nobody takes this file for a leak. */
const TOKEN = `glrt-${'AbCdEfGhIjKlMnOpQrSt'}`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const lines = (text: string, width: number) => text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
const percentEncoded = (text: string) =>
  [...text].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');

/** Findings of the group secrets, as `rule severity file:line`; files beside objects are read too. */
function found(...files: readonly SourceFile[]): readonly string[] {
  const { manifests, others, faults } = parseManifests(files);
  expect(faults).toEqual([]);
  return runChecks(observe(manifests, DEFAULT_CHECK_SETTINGS, others))
    .findings.filter(({ id }) => id.startsWith('secrets/'))
    .map(({ id, severity, at }) => `${id} ${severity} ${at.manifest.file}:${at.manifest.lineOf(at.path)}`);
}

function configMap(data: string, annotations = '{}'): SourceFile {
  const metadata = `{ name: settings, namespace: gitlab-jobs, annotations: ${annotations} }`;
  return {
    path: 'acme/x.yaml',
    text: `apiVersion: v1\nkind: ConfigMap\nmetadata: ${metadata}\ndata:\n${data}\n`,
  };
}

/** Keys of the runner arm64-spot in its config.toml. */
function withKeys(...keys: readonly string[]): readonly SourceFile[] {
  return edited(FLEET, [
    CONFIG,
    '    limit = 20\n',
    `    limit = 20\n${keys.map((key) => `    ${key}\n`).join('')}`,
  ]);
}

describe('a token in plain is an error', () => {
  test.each<[where: string, line: number, file: SourceFile]>([
    ['base64 of two layers', 5, configMap(`  a: ${base64(base64(TOKEN))}`)],
    [
      'base64 with line breaks',
      5,
      configMap(`  a: |\n    ${lines(base64(`token: ${TOKEN}\n`), 12).join('\n    ')}`),
    ],
    [
      'base64 with escaped line breaks',
      5,
      configMap(`  a: '${lines(base64(`x: ${TOKEN}`), 20).join('\\n')}'`),
    ],
    ['base64 in the middle of a path', 5, configMap(`  a: registry/${base64(TOKEN)}`)],
    [
      'percent-encoded characters',
      5,
      configMap(`  a: https://git:${TOKEN.replace('-', '%2D')}@gitlab.example.com`),
    ],
    ['percent-encoded characters alone', 5, configMap(`  a: "${percentEncoded(TOKEN)}"`)],
    ['percent-encoded base64', 5, configMap(`  a: ${encodeURIComponent(base64(`?${TOKEN}??`))}`)],
    ['a comment', 6, configMap(`  a: b\n# ${TOKEN}`)],
    ['a comment behind a value', 5, configMap(`  a: b # base64: ${base64(TOKEN)}`)],
    [
      'a comment of several lines',
      6,
      configMap(
        `  a: b\n${lines(base64(`x ${TOKEN}`), 12)
          .map((line) => `# ${line}`)
          .join('\n')}`,
      ),
    ],
    ['a document of comments', 7, configMap(`  a: b\n---\n# ${TOKEN}`)],
    ['a file of comments', 1, { path: 'acme/x.yaml', text: `# ${TOKEN}\n` }],
    ['values of a chart', 2, { path: 'acme/x.yaml', text: `a: b\nrunnerToken: ${TOKEN}\n` }],
  ])('in %s', (_, line, file) => {
    expect(found(...FLEET, file)).toEqual([`secrets/plain-token error acme/x.yaml:${line}`]);
  });

  test('in escapes of TOML', () => {
    expect(found(...withKeys(`environment = ["NOTE=${TOKEN.replace('g', '\\u0067')}"]`))).toEqual([
      expect.stringMatching(/^secrets\/plain-token error .*arm64-spot\/configmap.yaml/),
    ]);
  });

  test('in a kustomization', () => {
    const text = `secretGenerator:\n  - name: runner\n    literals: ["token=${TOKEN}"]\n`;
    expect(found(...FLEET, { path: 'acme/kustomization.yaml', text })).toEqual([
      'secrets/plain-token error acme/kustomization.yaml:3',
    ]);
  });

  test('in a template of a chart that is not rendered', () => {
    const chart = { path: 'chart/Chart.yaml', text: 'name: runner\nversion: 1.0.0\n' };
    const template = { path: 'chart/templates/secret.yaml', text: `{{ if .Values.on }}\ntoken: ${TOKEN}\n` };
    expect(found(...FLEET, chart, template)).toEqual([
      'secrets/plain-token error chart/templates/secret.yaml:1',
    ]);
  });

  test('once, where a line of a text looks like a comment', () => {
    expect(found(...FLEET, configMap(`  a: |\n    # ${TOKEN}\n    b`))).toEqual([
      'secrets/plain-token error acme/x.yaml:5',
    ]);
  });

  test('but not where words only look like one', () => {
    const text = '  a: "glrt- is what a token begins with, see /etc/gitlab-runner and glrt-<token>"';
    expect(found(...FLEET, configMap(text))).toEqual([]);
  });
});

describe('nothing silences a token in plain', () => {
  test.each(['secrets', 'secrets.plain-token'])('not the annotation silence-%s', (name) => {
    const silencing = configMap(`  a: ${TOKEN}`, `{ gitlab-runner-fleet/silence-${name}: revoked }`);
    expect(found(...FLEET, silencing)).toEqual(['secrets/plain-token error acme/x.yaml:5']);
  });

  test.each(['secrets', 'secrets/plain-token', 'config', 'config/plain-token'])(
    'not a file that names %s',
    (rule) => {
      const text = `silence: [{ rule: ${rule}, object: "*", reason: revoked }]`;
      const { silences, faults } = readSilences('.runner-fleet.yaml', text, [
        'secrets/plain-token',
        'config/plain-token',
      ]);
      expect(faults).toEqual([]);
      const plain = edited(FLEET, [CONFIG, '${GITLAB_RUNNER_TOKEN}', TOKEN]);
      const { findings, silenced } = runChecks(observe(parseManifests(plain).manifests), silences);
      expect(silenced).toEqual([]);
      expect(findings.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['secrets/plain-token', 'config/plain-token']),
      );
    },
  );

  test('one of the old form, without a prefix, neither', () => {
    const old: readonly Change[] = [
      [CONFIG, '${GITLAB_RUNNER_TOKEN}', 'AbCdEfGhIjKlMnOpQrSt'],
      [CONFIG, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/silence-config: revoked\n'],
    ];
    const { findings } = runChecks(observe(parseManifests(edited(FLEET, ...old)).manifests));
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([['config/plain-token', 'error']]);
  });
});

describe('credentials in plain are errors', () => {
  const key = `-----BEGIN ${'OPENSSH'} PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----`;
  const login = `{"auths":{"registry.example.com":{"auth":"${base64('deploy:hunter2')}"}}}`;

  test.each<[what: string, keys: readonly string[]]>([
    ['a login to a registry', [`environment = ['DOCKER_AUTH_CONFIG=${login}']`]],
    [
      'a login to a registry with escapes',
      [`environment = ["DOCKER_AUTH_CONFIG=${login.replaceAll('"', '\\"')}"]`],
    ],
    ['a private key', [`environment = ["SSH_KEY=${key.replaceAll('\n', '\\n')}"]`]],
    ['a private key of several lines', [`environment = ["""SSH_KEY=${key}"""]`.replaceAll('\n', '\n    ')]],
    ['base64 of a private key', [`environment = ["SSH_KEY=${base64(key)}"]`]],
    ['a proxy with a password', ['environment = ["HTTPS_PROXY=http://ci:hunter2@proxy.example.com:3128"]']],
    ['an address to clone from', ['clone_url = "https://ci:hunter2@gitlab.example.com"']],
    ['a token of another forge', [`environment = ["RENOVATE=${'ghp'}_${'a1B2'.repeat(9)}"]`]],
  ])('%s', (_, keys) => {
    expect(found(...withKeys(...keys))).toEqual([
      expect.stringMatching(/^secrets\/plain-credential error .*arm64-spot\/configmap.yaml/),
    ]);
  });

  test.each([`${'eyJhbGciOiJSUzI1NiJ9'}.eyJzdWIiOiJydW5uZXIifQ.c2lnbmF0dXJlLW9m`, 'anything at all'])(
    'a bearer_token of the executor: %s',
    (token) => {
      const files = edited(FLEET, [
        CONFIG,
        '      image = ',
        `      bearer_token = "${token}"\n      image = `,
      ]);
      expect(found(...files)).toEqual([expect.stringMatching(/^secrets\/plain-credential error/)]);
    },
  );

  test('an address with a password in a variable of a manager', () => {
    const variable =
      '            - name: HTTPS_PROXY\n              value: http://ci:hunter2@proxy.example.com\n';
    const files = edited(FLEET, [
      DEPLOYMENT,
      '            - name: GITLAB_RUNNER_TOKEN',
      `${variable}            - name: GITLAB_RUNNER_TOKEN`,
    ]);
    expect(found(...files)).toEqual([
      expect.stringMatching(/^secrets\/plain-credential error .*deployment.yaml/),
    ]);
  });

  test('literals that Kustomize makes a Secret of', () => {
    const text = 'secretGenerator:\n  - name: runner\n    literals: [password=hunter2]\n';
    expect(found(...FLEET, { path: 'acme/kustomization.yaml', text })).toEqual([
      'secrets/plain-secret error acme/kustomization.yaml:3',
    ]);
  });

  test.each([
    [
      'an expression in the place of a password',
      ['environment = ["HTTPS_PROXY=http://ci:${PROXY_PASSWORD}@proxy.example.com"]'],
    ],
    ['an example', ['environment = ["NOTE=http://user:password@proxy.example.com"]']],
    [
      'a login that something fills in',
      [`environment = ['DOCKER_AUTH_CONFIG={"auths":{"r.example.com":{"auth":"$AUTH"}}}']`],
    ],
    [
      'a helper of logins',
      [`environment = ['DOCKER_AUTH_CONFIG={"credHelpers":{"r.example.com":"ecr-login"}}']`],
    ],
    ['a port and a digest', ['environment = ["NOTE=https://a.example.com:8443/x@sha256:0123"]']],
    [
      'a variable that names a file',
      ['environment = ["AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/token", "API_TOKEN=/run/token"]'],
    ],
    [
      'a variable that is filled in',
      ['environment = ["NPM_TOKEN=$CI_JOB_TOKEN", "DB_PASSWORD=changeme", "MAX_TOKEN=100000"]'],
    ],
  ])('but not %s', (_, keys) => {
    expect(found(...withKeys(...keys))).toEqual([]);
  });
});

describe('a variable that is secret by its name is worth a look', () => {
  test.each<[where: string, files: readonly SourceFile[]]>([
    [
      'environment of a runner',
      withKeys('environment = ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCY"]'),
    ],
    ['a ConfigMap', [...FLEET, configMap('  DB_PASSWORD: hunter22')]],
    [
      'literals of a generator',
      [
        ...FLEET,
        {
          path: 'acme/kustomization.yaml',
          text: 'configMapGenerator:\n  - literals: [DB_PASSWORD=hunter22]\n',
        },
      ],
    ],
  ])('in %s', (_, files) => {
    expect(found(...files)).toEqual([expect.stringMatching(/^secrets\/plain-variable warning/)]);
  });
});

describe('what SOPS has encrypted is not in plain', () => {
  const value = 'ENC[AES256_GCM,data:Tr7o+Ag=,iv:Zm9v,tag:YmFy,type:str]';
  const sops = `sops:\n  age:\n    - recipient: age1qqq\n      enc: |\n        -----BEGIN AGE ENCRYPTED FILE-----\n        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBKZ2hJZ1hN\n        -----END AGE ENCRYPTED FILE-----\n  mac: ${value}\n  version: 3.11.0\n`;
  const metadata = 'metadata: { name: other, namespace: gitlab-runners }';

  test.each([
    [
      'a Secret with texts',
      `apiVersion: v1\nkind: Secret\n${metadata}\nstringData:\n  token: ${value}\n${sops}`,
    ],
    ['a Secret with data', `apiVersion: v1\nkind: Secret\n${metadata}\ndata:\n  token: ${value}\n${sops}`],
    [
      'a login to a registry',
      `apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\n${metadata}\nstringData:\n  .dockerconfigjson: ${value}\n${sops}`,
    ],
    [
      'a whole document',
      `apiVersion: ${value}\nkind: ${value}\nmetadata:\n  name: ${value}\nstringData:\n  token: ${value}\n${sops}`,
    ],
    ['a ConfigMap', `apiVersion: v1\nkind: ConfigMap\n${metadata}\ndata:\n  DB_PASSWORD: ${value}\n${sops}`],
    ['values of a chart', `db:\n  password: ${value}\n${sops}`],
  ])('%s', (_, text) => {
    expect(found(...FLEET, { path: 'acme/x.yaml', text })).toEqual([]);
  });
});

test('no finding shows what it is about', () => {
  const files = [
    ...withKeys('environment = ["HTTPS_PROXY=http://ci:hunter2@proxy.example.com", "DB_PASSWORD=hunter33"]'),
    configMap(`  a: b\n# ${TOKEN}`),
  ];
  const { manifests } = parseManifests(files);
  const { findings } = runChecks(observe(manifests));
  const texts = JSON.stringify(findings.map(({ found: value, why, fix }) => [value, why, fix]));
  expect(findings.length).toBeGreaterThanOrEqual(3);
  for (const secret of ['hunter2', 'hunter33', TOKEN]) expect(texts).not.toContain(secret);
});

test('long texts take time linear in their length', () => {
  const noise = Array.from(
    { length: 120_000 },
    (_, index) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'[
        (index * index * 31 + index * 7) % 64
      ],
  ).join('');
  const start = performance.now();
  found(
    configMap(
      `  a: ${noise}\n  b: "${':'.repeat(60_000)}"\n  c: "${'://a:'.repeat(12_000)}"\n  d: "${'%41'.repeat(20_000)}"`,
    ),
  );
  expect(performance.now() - start).toBeLessThan(5000);
});

describe('what opens something else than GitLab is an error', () => {
  /** Never keys of anybody: put together here. */
  const accessKey = ['AKIA', 'Q3EGRI5N7XW2PLKD'].join('');
  const secretKey = 'wJ7rXUtnFEMI/K7MDENGbPxRfiCY'.concat('zTqL4a8HpVsd');
  const pem = ['-----BEGIN PRIVATE', 'KEY-----'].join(' ');
  const body = 'MIIJQwIBADANBgkqhkiG9w0BAQEF'.repeat(2);

  test.each<[where: string, line: number, file: SourceFile]>([
    ['a pair of AWS in an annotation', 3, configMap('  a: b', `{ note: "${accessKey} ${secretKey}" }`)],
    [
      'a pair of AWS in a file of credentials',
      5,
      configMap(`  a: |\n    id = ${accessKey}\n    key = ${secretKey}`),
    ],
    ['a private key in a comment', 6, configMap(`  a: b\n# ${pem}\n# ${body}\n# ${body}`)],
    ['a private key of PGP', 5, configMap(`  a: |\n    ${pem.replace('KEY', 'KEY BLOCK')}\n\n    ${body}`)],
  ])('%s', (_, line, file) => {
    expect(found(...FLEET, file)).toEqual([`secrets/plain-credential error acme/x.yaml:${line}`]);
  });

  test.each<[what: string, file: SourceFile]>([
    ['the name of a key alone', configMap(`  a: ${accessKey}`)],
    ['a name of a key next to a commit', configMap(`  a: ${accessKey} ${'0a1b2c3d4e'.repeat(4)}`)],
    ['a comment that says how a key begins', configMap(`  a: b\n# ${pem} is how it begins`)],
  ])('and none is %s', (_, file) => {
    expect(found(...FLEET, file)).toEqual([]);
  });
});
