import { createHash, randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { fakeCiphertext } from '../ciphertext';
import { edited, FLEET } from '../fixtures/files';
import { sealingKeys } from '../sealed-secrets/certificate';
import { CONFIG, DEPLOYMENT } from './places';

/** Never a token of anybody: of the right shape, and put together here so that nobody takes this file for a leak. */
const SECRET = 'AbCdEfGhIjKlMnOpQrSt';
const TOKEN = `glrt-${SECRET}`;
const backwards = (text: string) => [...text].reverse().join('');
const hex = (text: string) => Buffer.from(text).toString('hex');
const inLines = (text: string, width: number) =>
  (text.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join('\n    ');
const gzipped = (text: string | Buffer) => gzipSync(text).toString('base64');

const codes = (text: string, code: (hex: string, character: string) => string) =>
  [...text].map((character) => code(hex(character), character)).join('');
const wide = (text: string) => Buffer.from(text, 'utf16le');
const rot13 = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => {
    const first = letter < 'a' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });

function base32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
    .join('');
}

const DIGITS_OF_85 = {
  git: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
  zeromq: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
  adobe: Array.from({ length: 85 }, (_, code) => String.fromCharCode(33 + code)).join(''),
};

function base85(text: string, digits: string): string {
  const bytes = Buffer.from(text);
  let word = '';
  for (let start = 0; start < bytes.length; start += 4) {
    const group = bytes.subarray(start, start + 4);
    let value = Buffer.concat([group, Buffer.alloc(4 - group.length)]).readUInt32BE();
    let part = '';
    for (let place = 0; place < 5; place++) {
      part = digits[value % 85] + part;
      value = Math.floor(value / 85);
    }
    word += part.slice(0, group.length + 1);
  }
  return word;
}

/** Findings of the group secrets, as `rule severity file:line`. */
function found(...files: readonly SourceFile[]): readonly string[] {
  const { manifests, others, faults } = parseManifests(files);
  expect(faults).toEqual([]);
  return runChecks(observe(manifests, undefined, others))
    .findings.filter(({ id }) => id.startsWith('secrets/'))
    .map(({ id, severity, at }) => `${id} ${severity} ${at.manifest.file}:${at.manifest.lineOf(at.path)}`);
}

function configMap(data: string): SourceFile {
  const head =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: gitlab-jobs }\ndata:\n';
  return { path: 'acme/x.yaml', text: `${head}${data}\n` };
}

describe('a token in other dress is an error', () => {
  test.each<[dress: string, data: string]>([
    ['hex', `  a: ${hex(TOKEN)}`],
    ['hex behind a digit', `  a: "f${hex(`token=${TOKEN}`).toUpperCase()}"`],
    ['hex in pairs', `  a: "${hex(TOKEN).match(/../g)?.join(':')}"`],
    [
      'bytes of a program',
      `  a: "${hex(TOKEN)
        .match(/../g)
        ?.map((one) => `0x${one}`)
        .join(', ')}"`,
    ],
    [
      'escapes of a shell',
      `  a: 'printf "${hex(TOKEN)
        .match(/../g)
        ?.map((one) => `\\x${one}`)
        .join('')}"'`,
    ],
    ['hex in base64', `  a: ${Buffer.from(hex(TOKEN)).toString('base64')}`],
    ['gzip in base64', `  a: ${gzipped(`token: ${TOKEN}`)}`],
    ['gzip in base64 in lines', `  a: |\n    ${inLines(gzipped(`token: ${TOKEN}`), 16)}`],
    ['gzip behind a path', `  a: files/${gzipped(TOKEN)}`],
    ['zlib in base64', `  a: ${deflateSync(TOKEN).toString('base64')}`],
    ['base64 in gzip in base64', `  a: ${gzipped(Buffer.from(TOKEN).toString('base64'))}`],
    ['letters from behind', `  a: "${backwards(TOKEN)}"`],
    ['letters from behind, in base64', `  a: ${Buffer.from(backwards(TOKEN)).toString('base64')}`],
    ['a folded text', '  a: >\n    glrt-AbCdEfGh\n    IjKlMnOpQrSt'],
    ['a literal text', '  a: |\n    glrt-AbCdEfGh\n    IjKlMnOpQrSt'],
    ['a literal text, broken behind the prefix', `  a: |\n    glrt-\n    ${SECRET}`],
    ['a literal text, broken in the prefix', `  a: |\n    gl\n    rt-${SECRET}`],
    ['a plain text of two lines', '  a: glrt-AbCdEfGh\n    IjKlMnOpQrSt'],
    ['a line that goes on', '  a: "glrt-AbCdEfGh\\\n    IjKlMnOpQrSt"'],
    ['a line of a script that goes on', '  a: |\n    echo glrt-AbCdEfGh\\\n    IjKlMnOpQrSt'],
    ['two texts of a shell', `  a: echo "glrt-"'${SECRET}'`],
    ['base32', `  a: ${base32(TOKEN)}`],
    ['base32 in small letters, behind a name', `  a: "token=${base32(`x ${TOKEN}`).toLowerCase()}"`],
    ['base85 as git writes it', `  a: ${JSON.stringify(base85(TOKEN, DIGITS_OF_85.git))}`],
    ['base85 of ZeroMQ', `  a: ${JSON.stringify(base85(`is ${TOKEN}`, DIGITS_OF_85.zeromq))}`],
    ['base85 of Adobe', `  a: ${JSON.stringify(`<~${base85(TOKEN, DIGITS_OF_85.adobe)}~>`)}`],
    ['UTF-16 in base64', `  a: ${wide(TOKEN).toString('base64')}`],
    ['UTF-16 from the other end in base64', `  a: ${wide(TOKEN).swap16().toString('base64')}`],
    ['quoted-printable', `  a: "${codes(TOKEN, (digits) => `=${digits}`)}"`],
    ['quoted-printable in two lines', '  a: |\n    gl=72t-AbCdEfGh=\n    IjKlMnOpQrSt'],
    ['some escapes of JSON', `  a: '"\\u0067lrt-${SECRET}"'`],
    ['some escapes of JavaScript', `  a: '"\\x67\\u{6c}rt-${SECRET}"'`],
    ['escapes of a text within another', `  a: '"\\\\u0067lrt-${SECRET}"'`],
    [
      'octal escapes',
      `  a: 'printf "${codes('gl', (_, one) => `\\${one.charCodeAt(0).toString(8)}`)}rt-${SECRET}"'`,
    ],
    ['entities of HTML', `  a: "${codes(TOKEN, (_, one) => `&#${one.charCodeAt(0)};`)}"`],
    ['entities of HTML in hex', `  a: "&#x67;lrt-${SECRET}"`],
    ['rot13', `  a: ${rot13(TOKEN)}`],
    ['rot13 in base64', `  a: ${Buffer.from(rot13(TOKEN)).toString('base64')}`],
    ['a registration token in rot13', `  a: ${rot13(`GR1348941${SECRET}`)}`],
    ['a registration token in two lines', `  a: |\n    GR1348\n    941${SECRET}`],
  ])('%s', (_, data) => {
    expect(found(...FLEET, configMap(data))).toEqual(['secrets/plain-token error acme/x.yaml:5']);
  });

  test('a comment of two lines', () => {
    expect(found(...FLEET, configMap('  a: b\n# glrt-AbCdEfGh\n# IjKlMnOpQrSt'))).toEqual([
      'secrets/plain-token error acme/x.yaml:6',
    ]);
  });
});

describe('what only looks alike is none', () => {
  const noise = (encoding: 'base64' | 'base64url' | 'hex', bytes = 40_000) =>
    randomBytes(bytes).toString(encoding);
  test.each<[what: string, data: string]>([
    ['a digest', `  a: sha256:${createHash('sha256').update('x').digest('hex')}`],
    ['bytes in hex', `  a: "${noise('hex')}"`],
    ['bytes in base64', `  a: "${noise('base64')}"`],
    ['bytes in base64 of addresses, in lines', `  a: |\n    ${inLines(noise('base64url'), 64)}`],
    ['a ciphertext', `  a: ${fakeCiphertext(3)}`],
    ['a certificate', `  a: |\n    ${sealingKeys(2048).pem.trim().replaceAll('\n', '\n    ')}`],
    ['a packed text without a token', `  a: ${gzipped('glrt- is a prefix '.repeat(1000))}`],
    ['bytes in base32', `  a: ${base32(noise('hex', 2000))}`],
    ['bytes in base85', `  a: ${JSON.stringify(base85(noise('base64', 2000), DIGITS_OF_85.git))}`],
    ['an image with its digest', `  a: registry.example.com/Team/App@sha256:${noise('hex', 32)}`],
    ['an image in a text', `  a: data:image/png;base64,${noise('base64', 5000)}`],
    ['a page of HTML', '  a: "&#60;p&#62;gl&#45;rt is a prefix&#60;/p&#62;"'],
    ['a template', '  a: \'{{ .Values.Token | b64enc }}{{- include "Chart.fullname" . | nindent 4 }}\''],
    ['a word in rot13', '  a: tyeg-ehaaref-bs-nyy-grnzf-va-guvf-pyhfgre'],
    ['a sentence', '  a: glrt- is what a token begins with, and GitLab Runner reads it'],
    [
      'a sentence of two lines',
      '  a: |\n    the prefix is glrt-\n    GitLab Runner registers with what follows it',
    ],
    ['a name from behind', '  a: pools-of-small-runners-tflg'],
    ['an example', '  a: |\n    glrt-\n    xxxxxxxxxxxxxxxxxxxx'],
  ])('%s', (_, data) => {
    expect(found(...FLEET, configMap(data))).toEqual([]);
  });
});

describe('a token that variables hold in parts is an error where it is put together', () => {
  const container = (...lines: readonly string[]) =>
    edited(FLEET, [
      DEPLOYMENT,
      '            - name: GITLAB_RUNNER_TOKEN',
      `${lines.map((line) => `            ${line}\n`).join('')}            - name: GITLAB_RUNNER_TOKEN`,
    ]);
  const parts = ['- name: A', '  value: glrt-', '- name: B', `  value: ${SECRET}`];
  const config = (...keys: readonly string[]) =>
    edited(FLEET, [
      CONFIG,
      '    limit = 20\n',
      `    limit = 20\n${keys.map((key) => `    ${key}\n`).join('')}`,
    ]);
  const halves = '  A: glrt-AbCd\n  B: EfGhIjKlMnOpQrSt';

  test.each<[where: string, files: readonly SourceFile[], file: RegExp]>([
    ['by Kubernetes', container(...parts, '- name: C', '  value: $(A)$(B)'), /deployment.yaml/],
    [
      'in steps',
      container(...parts, '- name: C', '  value: $(A)', '- name: D', '  value: $(C)$(B)'),
      /deployment.yaml/,
    ],
    [
      'in the environment of a runner',
      config(`environment = ["A=glrt-", "B=${SECRET}", "C=\${A}\${B}"]`),
      /configmap.yaml/,
    ],
    [
      'in the environment, without braces',
      config(`environment = ["A=glrt-", "B=${SECRET}", "C=$A$B"]`),
      /configmap.yaml/,
    ],
    [
      'in a config.toml, of variables of its manager',
      container(...parts).map(({ path, text }) => ({
        path,
        text: path.endsWith(CONFIG)
          ? text.replace('    limit = 20\n', '    limit = 20\n    environment = ["X=${A}${B}"]\n')
          : text,
      })),
      /configmap.yaml/,
    ],
    ['in a ConfigMap', [...FLEET, configMap(`${halves}\n  c: "\${A}\${B}"`)], /x.yaml:7/],
    [
      'with other letters between',
      [...FLEET, configMap(`${halves}\n  c: "token = \${A:-x}\${B}"`)],
      /x.yaml:7/,
    ],
    [
      'in a script',
      [...FLEET, configMap(`  run: |\n    A=glrt-\n    export B="${SECRET}"\n    register "$A$B"`)],
      /x.yaml:5/,
    ],
    [
      'behind values of other objects with these names',
      [
        ...FLEET,
        { path: 'acme/a.yaml', text: configMap('  A: other\n  B: other').text.replace('settings', 'decoy') },
        configMap(`${halves}\n  c: $(A)$(B)`),
      ],
      /x.yaml:7/,
    ],
    [
      'of two halves in base64',
      [
        ...FLEET,
        configMap(
          `  A: ${Buffer.from(TOKEN).toString('base64').slice(0, 9)}\n  B: ${Buffer.from(TOKEN).toString('base64').slice(9)}\n  c: $A$B`,
        ),
      ],
      /x.yaml:7/,
    ],
  ])('%s', (_, files, file) => {
    expect(found(...files)).toEqual([expect.stringMatching(/^secrets\/plain-token error /)]);
    expect(found(...files)[0]).toMatch(file);
  });

  test.each<[what: string, files: readonly SourceFile[]]>([
    [
      'a token from a Secret',
      container('- name: C', '  value: $(GITLAB_RUNNER_TOKEN)$(GITLAB_RUNNER_TOKEN)'),
    ],
    [
      'parts of an address',
      container(
        '- name: HOST',
        '  value: gitlab.example.com',
        '- name: C',
        '  value: https://$(HOST)/$(HOST)',
      ),
    ],
    ['a prefix before what a job brings', config('environment = ["A=glrt-", "C=${A}${CI_JOB_ID}"]')],
    [
      'a variable that holds itself',
      container('- name: A', '  value: $(B)$(B)', '- name: B', '  value: $(A)$(A)'),
    ],
  ])('but not %s', (_, files) => {
    expect(found(...files)).toEqual([]);
  });
});

describe('what is packed', () => {
  const large = gzipped(Buffer.alloc(6 * 1024 * 1024));

  test('and larger than what is unpacked is a warning', () => {
    expect(found(...FLEET, configMap(`  a: ${large}`))).toEqual(['secrets/unread warning acme/x.yaml:5']);
  });

  test('up to that is read, many times over', () => {
    const some = gzipped(Buffer.alloc(1024 * 1024));
    const start = performance.now();
    expect(
      found(...FLEET, configMap(`  a: ${some}\n  b: ${gzipped(`${'\0'.repeat(1_000_000)}${TOKEN}`)}`)),
    ).toEqual(['secrets/plain-token error acme/x.yaml:6']);
    expect(found(...FLEET, configMap(`  a: "${`${large} ${some} `.repeat(40)}"`))).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('and cut off gives what is there', () => {
    const cut = gzipped(`token: ${TOKEN}\n${randomBytes(3000).toString('base64')}`).slice(0, 1200);
    expect(found(...FLEET, configMap(`  a: ${cut}`))).toEqual(['secrets/plain-token error acme/x.yaml:5']);
  });
});

test('long texts take time linear in their length', () => {
  const time = (count: number) => {
    const texts = [
      'glrt- '.repeat(count),
      `${'a'.repeat(60)}${'-trlg'.repeat(count)}`,
      '67 6'.repeat(count),
      '0x6'.repeat(count),
      'g l r t - '.repeat(count),
      '$A$B${A}'.repeat(count),
      'A=$A '.repeat(count),
    ];
    const start = performance.now();
    found(configMap(`  A: $B$B\n  B: b\n${texts.map((text, index) => `  t${index}: "${text}"`).join('\n')}`));
    return performance.now() - start;
  };
  time(1000);
  const [few, many] = [time(5_000), time(20_000)];
  expect(many).toBeLessThan(few * 4 * 3 + 500);
});
