import { readPullSecret, sealedPullSecretFault } from '../../lib/sealed-secrets/pull-secret';
import { fakeCiphertext } from '../ciphertext';

const PASSWORD = 'hunter2-hunter2';
const auth = (user = 'ci') => Buffer.from(`${user}:${PASSWORD}`).toString('base64');

function configOf(input: string): unknown {
  const read = readPullSecret(input);
  if ('fault' in read) throw new Error(read.fault);
  return JSON.parse(read.config);
}
function faultOf(input: string): string {
  const read = readPullSecret(input);
  return 'fault' in read ? read.fault : '';
}

test('three lines become what kubectl makes of registry, user and password', () => {
  expect(configOf(`mirror.example.com\nci\n${PASSWORD}\n`)).toEqual({
    auths: { 'mirror.example.com': { username: 'ci', password: PASSWORD, auth: auth() } },
  });
});

test.each([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'https://index.docker.io/v1/',
  'hub.docker.com',
])('Docker Hub is stored under the address at which nodes look, also as %s', (registry) => {
  expect(configOf(`${registry}\nci\n${PASSWORD}`)).toHaveProperty(['auths', 'https://index.docker.io/v1/']);
});

test('an address may have a scheme, a port and a path, and line ends of Windows are taken', () => {
  expect(configOf(`https://harbor.example.com:8443/team/\r\nrobot$ci\r\n${PASSWORD}\r\n`)).toHaveProperty(
    ['auths', 'harbor.example.com:8443/team', 'username'],
    'robot$ci',
  );
});

test.each(['https://ghcr.io/v2/', 'ghcr.io/v1', 'https://ghcr.io/', 'ghcr.io'])(
  'nodes find the password of %s under its host, whatever version of the API stands behind it',
  (registry) => {
    expect(configOf(JSON.stringify({ auths: { [registry]: { auth: auth() } } }))).toHaveProperty([
      'auths',
      'ghcr.io',
    ]);
  },
);

test('a path that ends like a version of the API stays, so that no other path gets its password', () => {
  expect(configOf(JSON.stringify({ auths: { 'ghcr.io/team/v1': { auth: auth() } } }))).toHaveProperty([
    'auths',
    'ghcr.io/team/v1',
  ]);
});

test('a registry that a config.json names twice with the same login is sealed and named once', () => {
  const login = { auth: auth() };
  const read = readPullSecret(
    JSON.stringify({ auths: { 'docker.io': login, 'https://index.docker.io/v1/': login } }),
  );
  expect(read).toMatchObject({ registries: ['https://index.docker.io/v1/'] });
});

test('a config.json of Docker is taken with all its registries, and nothing else of it', () => {
  const file = {
    auths: { 'a.example.com': { auth: auth() }, 'b.example.com': { username: 'u', password: 'p:w' } },
    HttpHeaders: { 'User-Agent': 'x' },
  };
  expect(configOf(JSON.stringify(file))).toEqual({
    auths: {
      'a.example.com': { username: 'ci', password: PASSWORD, auth: auth() },
      'b.example.com': { username: 'u', password: 'p:w', auth: Buffer.from('u:p:w').toString('base64') },
    },
  });
});

// biome-ignore format: a table of cases
test.each([
  ['nothing', '', 'nothing was given'],
  ['one line', `${PASSWORD}\n`, 'are three lines, and these are 1'],
  ['four lines', `r.example.com\nci\n${PASSWORD}\nmore\n`, 'are three lines, and these are 4'],
  ['a sentence for a registry', `my registry\nci\n${PASSWORD}`, 'the registry is not an address'],
  ['no user', `r.example.com\n\n${PASSWORD}`, 'the user of r.example.com is empty'],
  ['a user with a colon', `r.example.com\nc:i\n${PASSWORD}`, 'has a colon in it'],
  ['no password', 'r.example.com\nci\n', 'these are 2'],
  ['a password with spaces around it', `r.example.com\nci\n ${PASSWORD}`, 'begins or ends with white space'],
  ['a registry of ECR', `123456789012.dkr.ecr.eu-west-1.amazonaws.com\nAWS\n${PASSWORD}`, 'whose passwords last 12 hours'],
  ['a config.json whose passwords are elsewhere', '{"auths":{"r.example.com":{}},"credsStore":"desktop"}', 'in the credential store of this computer'],
  ['a config.json without registries', '{"credsStore":"desktop"}', 'has none there'],
  ['a registry with two logins under two names', JSON.stringify({ auths: { 'docker.io': { auth: auth() }, 'https://index.docker.io/v1/': { auth: auth('cd') } } }), 'https://index.docker.io/v1/ is there more than once, with different users or passwords'],
  ['a registry that only a helper of Docker knows', JSON.stringify({ auths: { 'a.example.com': { auth: auth() } }, credHelpers: { 'b.example.com': 'pass' } }), 'b.example.com is in credHelpers, and its password is not in this file'],
  ['a token of a login in the browser', JSON.stringify({ auths: { 'r.example.com': { auth: Buffer.from('0000:').toString('base64'), identitytoken: PASSWORD } } }), "r.example.com has a token of a login in the browser, which nodes can't use"],
  ['a password beside an older auth', JSON.stringify({ auths: { 'r.example.com': { username: 'cd', password: PASSWORD, auth: auth() } } }), 'auth of r.example.com says another user or password'],
  ['an auth that is not base64', JSON.stringify({ auths: { 'r.example.com': { auth: `${auth()}!` } } }), 'auth of r.example.com is not base64'],
  ['a password with an arrow key in it', `r.example.com\nci\n${PASSWORD}\u001b[D`, 'the password of r.example.com has a control character in it'],
  ['a password that lost a character on its way', `r.example.com\nci\n${PASSWORD}\ufffd`, 'the password of r.example.com is not UTF-8'],
  ['a port that no registry has', `r.example.com:99999\nci\n${PASSWORD}`, 'r.example.com:99999 has a port above 65535'],
  ['half a config.json', `{"auths":{"r.example.com":{"auth":"${auth()}`, 'has none there'],
])('%s is refused, and the fault does not repeat it', (_, input, says) => {
  const fault = faultOf(input);
  expect(fault).toContain(says);
  expect(fault).not.toContain(PASSWORD);
  expect(fault).not.toContain(auth());
});

test('what is committed is a ciphertext that is long enough for a pull secret', () => {
  expect(sealedPullSecretFault(fakeCiphertext(1, 33))).toBeUndefined();
  expect(sealedPullSecretFault(fakeCiphertext(1, 32))).toMatch(/has 32 bytes and a pull secret at least 33/);
  expect(sealedPullSecretFault('not sealed yet')).toMatch(/base64 on one line/);
});

test('a pull secret in plain is told as that, also in base64', () => {
  const plain = JSON.stringify({ auths: { 'r.example.com': { auth: auth() } } });
  for (const text of [plain, Buffer.from(plain).toString('base64')])
    expect(sealedPullSecretFault(text)).toMatch(/in plain, not a ciphertext: change its password/);
});
