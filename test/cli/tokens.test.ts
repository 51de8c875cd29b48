import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs, {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describedFleets } from '../../lib/cli/describe-app';
import { tokensCommand } from '../../lib/cli/tokens/command';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { seal } from '../../lib/sealed-secrets/encrypt';
import { parseSealedTokenFile } from '../../lib/sealed-secrets/sealed-token-file';
import { copyProject, PROGRAM } from '../app/project';
import { sealingKeys } from '../sealed-secrets/certificate';
import { unseal } from '../sealed-secrets/unseal';
import { type ProgramRun, runHereWithInput } from './in-process';

/** Fake, put together here so that no scanner takes it for a real one. */
const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;
const FILE = 'sealed/production/amd64-spot.yaml';
const LABEL = 'gitlab-runners/runner-amd64-spot-token';
const keys = sealingKeys(2048);
const binding = { namespace: 'gitlab-runners', name: 'runner-amd64-spot-token', scope: 'strict' } as const;
const sealed = (token = TOKEN) => seal(token, new X509Certificate(keys.pem), binding);

let project: string;
let fleet: RunnerFleetProps;
const path = (file: string) => join(project, file);

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'runner-fleet-tokens-'));
  copyProject(project);
  renameSync(path('cdk8s.yaml'), path('cdk8s.yaml.real'));
  restoreApp();
  [fleet] = describedFleets(project);
});
beforeEach(() => {
  for (const name of ['sealed', 'bin', 'described', 'started'])
    rmSync(path(name), { recursive: true, force: true });
  mkdirSync(path('bin'));
  describeFleet({});
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** The app of the project as its owner has it, which a compiler and Node start. */
function restoreApp(): void {
  cpSync(path('cdk8s.yaml.real'), path('cdk8s.yaml'));
}

/** An app that describes the fleet of main.ts with other options, without a compiler and another Node. */
function describeFleet(options: Partial<RunnerFleetProps>): void {
  writeFileSync(path('description.jsonl'), `${JSON.stringify({ ...fleet, ...options })}\n`);
  writeFileSync(
    path('cdk8s.yaml'),
    'app: cp description.jsonl "$RUNNER_FLEET_DESCRIPTION" && touch described\n',
  );
}

/** The runners of main.ts, one of them with other options. */
function runnersWith(name: string, options: object): RunnerFleetProps['runners'] {
  return fleet.runners.map((runner) => (runner.name === name ? { ...runner, ...options } : runner));
}

/** Runs the command with a PATH on which kubeseal is only where a test puts it. */
function tokens(args: readonly string[], input = ''): Promise<ProgramRun> {
  return runHereWithInput(tokensCommand(), args, { folder: project, input, programs: 'bin' });
}

/** The same in a process of its own, as a user starts it. */
function tokensAlone(args: readonly string[], input: string): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [PROGRAM, 'tokens', ...args], { ...alone(), input, encoding: 'utf8' });
}

/** The same, which waits for its input. */
function startTokens(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, 'tokens', ...args], alone());
}

function alone(): { cwd: string; env: NodeJS.ProcessEnv } {
  const env = { ...process.env, PATH: [path('bin'), '/usr/bin', '/bin'].join(delimiter) };
  return { cwd: project, env };
}

async function fileAppears(name: string): Promise<void> {
  while (!existsSync(path(name))) await new Promise((done) => setTimeout(done, 20));
}

function writeCertificate(pem = keys.pem): void {
  mkdirSync(path('sealed/production'), { recursive: true });
  writeFileSync(path('sealed/production/cert.pem'), pem);
}

/** A program in the place of kubeseal, as a shell script. */
function installKubeseal(script: string): void {
  writeFileSync(path('bin/kubeseal'), `#!/bin/sh\n${script}\n`);
  chmodSync(path('bin/kubeseal'), 0o755);
}

function sealedFile(): { ciphertext: string; [field: string]: string } {
  const file = parseSealedTokenFile(readFileSync(path(FILE), 'utf8'));
  if (typeof file === 'string') throw new Error(file);
  return { ...file };
}

test('every runner is listed with its state, its Secret and its tags, and what to do for the first that waits', async () => {
  const { status, stdout } = await tokens([]);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /production\/amd64-spot +placeholder +gitlab-runners +runner-amd64-spot-token +strict +amd64,x86,x86-64,x86_64,spot\n/,
  );
  for (const word of [
    'run untagged jobs (no)',
    'locked',
    'POST user/runners',
    'tag_list=amd64,x86,x86-64,x86_64,spot',
  ])
    expect(stdout).toContain(word);
  expect(stdout).toContain('npx runner-fleet tokens howto production/arm64-on-demand');
});

test('the list is there for programs too, without a ciphertext', async () => {
  writeCertificate();
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  const { stdout } = await tokens(['list', '--format', 'json']);
  const [first, second] = JSON.parse(stdout);
  expect(first).toMatchObject({
    fleet: 'production',
    runner: 'amd64-spot',
    state: 'sealed',
    secret: 'runner-amd64-spot-token',
    gitlab: { url: 'https://gitlab.com', runUntagged: false, locked: true, maximumTimeoutSeconds: 7200 },
  });
  expect(second.state).toBe('placeholder');
  expect(stdout).not.toContain(sealedFile().ciphertext);
});

test('what to do for a runner names its tags, its Secret and every command, and holds no token', async () => {
  const { stdout } = await tokens(['howto', 'arm64-spot']);
  for (const part of [
    'glab api --hostname gitlab.com --method POST user/runners',
    '--raw-field tag_list=arm64,aarch64,graviton,spot',
    '--raw-field run_untagged=false',
    'https://gitlab.com/api/v4/user/runners',
    '--data-urlencode maximum_timeout=7200',
    'npx --no-install runner-fleet tokens seal production/arm64-spot',
    'kubeseal --raw --cert sealed/production/cert.pem --namespace gitlab-runners --name runner-arm64-spot-token --scope strict',
  ])
    expect(stdout).toContain(part);
});

test('for a runner with a token it is said how to set its tags and its longest job in GitLab', async () => {
  const update = '--method PUT "runners/$RUNNER"';
  expect((await tokens(['howto', 'amd64-spot'])).stdout).not.toContain(update);
  writeCertificate();
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  const { stdout } = await tokens(['howto', 'amd64-spot']);
  const [, rotate, set] = stdout.split(/This rotates it|Where its tags, its longest job/);
  expect(rotate).toContain('npx --no-install runner-fleet tokens seal production/amd64-spot --replace');
  for (const part of [
    update,
    '--raw-field tag_list=amd64,x86,x86-64,x86_64,spot \\',
    '--raw-field maximum_timeout=7200\n',
    'https://gitlab.com/api/v4/runners/"$RUNNER"',
  ])
    expect(set).toContain(part);
});

test('timeouts that differ are listed with their runners', async () => {
  expect((await tokens([])).stdout).toContain('maximum job timeout (7200 s)');
  describeFleet({ runners: runnersWith('arm64-spot', { longestJob: '4h' }) });
  expect((await tokens([])).stdout).toMatch(
    /maximum job timeout \(7200 s: production\/amd64-spot, .*; 14400 s: production\/arm64-spot\)/,
  );
});

test('without kubeseal a token is sealed for its Secret with the committed certificate', async () => {
  writeCertificate();
  const run = await tokens(['seal', 'production/amd64-spot'], `${TOKEN}\n`);
  expect([run.status, run.stderr]).toEqual([0, '']);
  expect(run.stdout).toContain(`Sealed production/amd64-spot into ${FILE}`);
  const { ciphertext, ...rest } = sealedFile();
  expect(rest).toEqual(binding);
  expect(unseal(ciphertext, keys.privateKey, LABEL)).toBe(TOKEN);
});

test("GitLab's answer is sealed as it comes", async () => {
  writeCertificate();
  await tokens(['seal', 'amd64-spot', '--scope', 'namespace-wide'], JSON.stringify({ id: 1, token: TOKEN }));
  expect(sealedFile().scope).toBe('namespace-wide');
  expect(unseal(sealedFile().ciphertext, keys.privateKey, 'gitlab-runners')).toBe(TOKEN);
});

test('what kubeseal printed is written as it is, with any certificate or none', async () => {
  const ciphertext = sealed();
  expect((await tokens(['seal', 'amd64-spot'], ciphertext)).status).toBe(0);
  expect(sealedFile()).toEqual({ ...binding, ciphertext });
});

test('kubeseal, where it is installed, gets the token by its standard input alone', async () => {
  writeCertificate();
  const ciphertext = sealed();
  installKubeseal(`echo "$@" > args; cat > input; env > environment; printf %s ${ciphertext}`);
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  expect(sealedFile().ciphertext).toBe(ciphertext);
  expect(readFileSync(path('args'), 'utf8').trim()).toBe(
    '--raw --namespace gitlab-runners --name runner-amd64-spot-token --scope strict --cert sealed/production/cert.pem',
  );
  expect(readFileSync(path('input'), 'utf8')).toBe(TOKEN);
  expect(readFileSync(path('environment'), 'utf8')).not.toContain(TOKEN);
});

test.each([
  [
    'fails',
    'echo "no route to host" >&2; exit 1',
    /kubeseal failed \(exit code 1\): no route to host.*--cert <file>/s,
  ],
  ['prints the token', 'cat', /not a ciphertext of this token: this is a plain token/],
  ['prints half a ciphertext', `cat > /dev/null; printf %s ${sealed().slice(0, 200)}`, /cut off/],
  ['repeats the token in its error', 'cat >&2; exit 1', /repeats the token and is not shown/],
  [
    'repeats a part of it',
    'x=$(cat); echo "bad: ${x#glrt-t1_}" >&2; exit 1',
    /repeats the token and is not shown/,
  ],
  ['repeats it in base64, folded', 'base64 | fold -w 10 >&2; exit 1', /repeats the token and is not shown/],
  ['repeats it in single characters', 'od -c >&2; exit 1', /repeats the token and is not shown/],
  [
    'prints the ciphertext of another token',
    `cat > /dev/null; printf %s ${sealed(`${TOKEN}AAAA`)}`,
    /another number of bytes/,
  ],
])('a kubeseal that %s writes nothing', async (_, script, says) => {
  installKubeseal(script);
  const run = await tokens(['seal', 'amd64-spot'], TOKEN);
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(says);
  expect(run.stdout + run.stderr).not.toContain(TOKEN);
  expect(existsSync(path(FILE))).toBe(false);
});

test.each([
  ['nothing', '', [], /nothing was given/],
  ['an access token', `glpat-${'x'.repeat(20)}`, [], /an access token/],
  ['a registration token', `GR1348941${'x'.repeat(20)}`, [], /registration token/],
  ['a token in base64', Buffer.from(TOKEN).toString('base64'), [], /base64 of a token/],
  ['a token of two lines', `${TOKEN}\n${TOKEN}\n`, [], /more than one line/],
  ['a refusal by GitLab', '{"message":"401 Unauthorized"}', [], /it said: 401 Unauthorized/],
  ['a ciphertext that is cut off', sealed().slice(0, 300), [], /cut off/],
  ['a token sealed with a newline', sealed(`${TOKEN}\n`), [], /sealed with the newline/],
  [
    'a certificate that is not there',
    TOKEN,
    ['--cert', 'nowhere.pem'],
    /no file nowhere.pem.*step 1 of npx runner-fleet tokens howto/,
  ],
])('%s is refused with the reason, and nothing is written', async (_, input, args, says) => {
  writeCertificate();
  const run = await tokens(['seal', 'amd64-spot', ...args], input);
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(says);
  if (input.length > 8) expect(run.stdout + run.stderr).not.toContain(input.trim());
  expect(readdirSync(path('sealed/production'))).toEqual(['cert.pem']);
});

test('a runner that GitLab may have created is to be deleted, one that it did not create is not spoken of', async () => {
  writeCertificate();
  const orphan = 'delete that runner in GitLab';
  expect((await tokens(['seal', 'amd64-spot'], sealed().slice(0, 300))).stderr).toContain(orphan);
  expect((await tokens(['seal', 'amd64-spot'], '{"message":"401 Unauthorized"}')).stderr).not.toContain(
    orphan,
  );
});

test('without kubeseal and without a certificate the way out is named', async () => {
  const run = await tokens(['seal', 'amd64-spot'], TOKEN);
  expect(run.status).toBe(2);
  expect(run.stderr).toMatch(/kubeseal is not installed.*--cert <file>.*delete that runner/s);
});

test('a file that is no certificate, or an expired one, is refused before anything is asked', async () => {
  writeCertificate('not found');
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).stderr).toMatch(
    /cert.pem can't seal: it is not a certificate/,
  );
  writeCertificate(sealingKeys(2048, 2021).pem);
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).stderr).toMatch(/can't seal: it expired/);
});

test("another runner's ciphertext is refused as a copy", async () => {
  const ciphertext = sealed();
  expect((await tokens(['seal', 'amd64-spot'], ciphertext)).status).toBe(0);
  const run = await tokens(['seal', 'arm64-spot'], ciphertext);
  expect([run.status, existsSync(path('sealed/production/arm64-spot.yaml'))]).toEqual([2, false]);
  expect(run.stderr).toContain(`the same ciphertext is in ${FILE}`);
});

test('a sealed token gives way with --replace alone', async () => {
  writeCertificate();
  await tokens(['seal', 'amd64-spot'], TOKEN);
  const first = sealedFile().ciphertext;
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).stderr).toContain(
    'is sealed already. To rotate the token: --replace',
  );
  expect(sealedFile().ciphertext).toBe(first);
  expect((await tokens(['seal', 'amd64-spot', '--replace'], TOKEN)).stdout).toContain(
    'replaces this manager',
  );
  expect(sealedFile().ciphertext).not.toBe(first);
});

test('a sealed token of another namespace is told of, and sealed anew without more ado', async () => {
  writeCertificate();
  writeFileSync(
    path(FILE),
    `namespace: elsewhere\nname: runner-amd64-spot-token\nscope: strict\nciphertext: ${sealed()}\n`,
  );
  expect((await tokens([])).stdout).toMatch(
    /refused production\/amd64-spot: .*can not be decrypted in gitlab-runners/,
  );
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  expect(sealedFile().namespace).toBe('gitlab-runners');
});

test('a runner that is not described is refused, with the nearest name', async () => {
  const run = await tokens(['seal', 'amd64-spott'], TOKEN);
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('Did you mean amd64-spot?');
});

test('a token as an argument is refused, and not repeated', async () => {
  for (const args of [
    ['seal', 'amd64-spot', TOKEN],
    ['seal', 'amd64-spot', `--token=${TOKEN}`],
  ]) {
    const run = await tokens(args);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(
      /is in the process list, in the shell's history and in what npm printed: revoke it/,
    );
    expect(run.stdout + run.stderr).not.toContain(TOKEN);
  }
});

test('a description with faults stops every command with all of them', async () => {
  describeFleet({ runners: runnersWith('amd64-spot', { name: 'AMD64' }) });
  const run = await tokens([]);
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('production > runner AMD64 > name');
});

test('where tokens come from elsewhere nothing is sealed, and what to do is another', async () => {
  describeFleet({ tokens: { from: 'external-secret', store: 'aws' } });
  expect((await tokens(['howto', 'amd64-spot'])).stdout).toContain(
    '--name gitlab-runners/production/amd64-spot --secret-string',
  );
  const refused = await tokens(['seal', 'amd64-spot'], TOKEN);
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringContaining('come from "external-secret"'),
  ]);
  describeFleet({ tokens: { from: 'existing-secret' } });
  expect((await tokens(['howto', 'amd64-spot'])).stdout).toContain(
    'kubectl create secret generic runner-amd64-spot-token --namespace gitlab-runners',
  );
});

test('from an empty fleet to a sealed one: the next synth starts the manager', () => {
  writeCertificate();
  restoreApp();
  const seal = tokensAlone(['seal', 'amd64-spot'], TOKEN);
  expect([seal.status, seal.stderr]).toEqual([0, '']);
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
  const synth = spawnSync('node_modules/.bin/cdk8s', ['synth'], { cwd: project, env, encoding: 'utf8' });
  expect([synth.status, synth.stderr]).toEqual([0, expect.stringContaining('2 changed')]);
  const deployment = readFileSync(path('dist/production/runners/amd64-spot/deployment.yaml'), 'utf8');
  expect(deployment).toContain('replicas: 1');
  expect(readFileSync(path('dist/production/runners/amd64-spot/sealedsecret.yaml'), 'utf8')).toContain(
    sealedFile().ciphertext,
  );
});

test('a kubeseal that a package brought never gets the token', async () => {
  writeCertificate();
  const folder = 'brought/node_modules/.bin';
  mkdirSync(path(folder), { recursive: true });
  writeFileSync(path(`${folder}/kubeseal`), `#!/bin/sh\ncat > ${path('stolen')}\nexit 3\n`);
  chmodSync(path(`${folder}/kubeseal`), 0o755);
  const input = { folder: project, input: TOKEN, programs: folder };
  const { status, stderr } = await runHereWithInput(tokensCommand(), ['seal', 'amd64-spot'], input);
  expect(stderr).toBe('');
  expect([status, existsSync(path('stolen')), sealedFile().name]).toEqual([
    0,
    false,
    'runner-amd64-spot-token',
  ]);
});

test('a run that is killed before it has written leaves nothing behind that stops the next one', async () => {
  writeCertificate();
  installKubeseal('cat > /dev/null; touch started; exec sleep 20');
  const killed = startTokens(['seal', 'amd64-spot']);
  killed.stdin?.end(TOKEN);
  await fileAppears('started');
  killed.kill('SIGKILL');
  await new Promise((done) => killed.on('close', done));
  rmSync(path('bin/kubeseal'));
  writeFileSync(path('sealed/production/.seal-amd64-spot.yaml'), 'half');
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  expect(sealedFile().name).toBe('runner-amd64-spot-token');
});

test('a run that was overtaken by another one leaves that one its file', async () => {
  writeCertificate();
  const slow = startTokens(['seal', 'amd64-spot']);
  let stderr = '';
  slow.stderr?.on('data', (text) => {
    stderr += text;
  });
  // It has read sealed/ before it asks what is described.
  await fileAppears('described');
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).status).toBe(0);
  const { ciphertext } = sealedFile();
  slow.stdin?.end(TOKEN);
  const code = await new Promise((done) => slow.on('close', done));
  expect([code, stderr]).toEqual([2, expect.stringContaining('was written by another run meanwhile')]);
  expect(sealedFile().ciphertext).toBe(ciphertext);
});

test.each([
  ['a token in a note', 'README.md', TOKEN],
  ['a private key beside the certificate', 'key.pem', '-----BEGIN PRIVATE KEY-----'],
])('%s is refused: the folder is committed', async (_, name, text) => {
  writeCertificate();
  writeFileSync(path(`sealed/production/${name}`), text);
  const run = await tokens([]);
  expect([run.status, run.stderr]).toEqual([
    2,
    expect.stringContaining('holds a token or a private key in plain'),
  ]);
  expect(run.stderr).not.toContain(TOKEN);
});

test.each([
  ['a folder in the place of the certificate', () => mkdirSync(path('cert')), ['--cert', 'cert']],
  ['a file in the place of sealed/', () => writeFileSync(path('sealed'), ''), []],
  ['a link to nowhere in the place of sealed/', () => symlinkSync('nowhere', path('sealed')), []],
  ['a folder in the place of the sealed token', () => mkdirSync(path(FILE), { recursive: true }), []],
])('%s is said without a stack of calls', (_, make, args) => {
  // Errors of the file system are of another Error than that of a test, so within it they would not be recognized.
  make();
  installKubeseal(`cat > /dev/null; printf %s ${sealed()}`);
  const run = tokensAlone(['seal', 'amd64-spot', ...args], TOKEN);
  rmSync(path('cert'), { recursive: true, force: true });
  expect(run.status).toBe(2);
  expect(run.stderr).not.toMatch(/\n +at /);
});

test('a token with the prefix of its instance is sealed, and counts as sealed, whatever its length', async () => {
  writeCertificate();
  expect((await tokens(['seal', 'amd64-spot'], `abc-glrt-${'x'.repeat(20)}`)).status).toBe(0);
  expect((await tokens([])).stdout).toMatch(/production\/amd64-spot +sealed/);
});

test('no file of the project holds the token after all of this', async () => {
  writeCertificate();
  await tokens(['seal', 'amd64-spot'], TOKEN);
  const held = readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules') && entry.name !== 'input')
    .filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(TOKEN));
  expect(held).toEqual([]);
});

test.each([
  ['ENOSPC', 'the disk has no room for sealed/production/amd64-spot.yaml'],
  ['EEXIST', 'sealed/production/amd64-spot.yaml is there already. If another run has sealed it: --replace'],
  ['EIO', 'sealed/production/amd64-spot.yaml: EIO'],
])(
  'a disk that says %s when a token is sealed is a sentence, and the runner that nobody can use is named',
  async (code, says) => {
    writeCertificate();
    const write = fs.writeFileSync;
    const disk = jest.spyOn(fs, 'writeFileSync').mockImplementation((file, ...rest) => {
      if (String(file).includes('.seal-'))
        throw Object.assign(new Error(`${code}: a fault`), { code, syscall: 'write' });
      return write(file, ...rest);
    });
    const run = await tokens(['seal', 'amd64-spot'], TOKEN);
    disk.mockRestore();
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(`Nothing was written: ${says}`);
    expect(run.stderr).toContain('delete that runner in GitLab');
    expect(run.stderr).not.toMatch(/^ +at /m);
    expect(readdirSync(path('sealed/production'))).toEqual(['cert.pem']);
  },
);

test('whatever stops seal at the end of a pipe, the runner that the pipe created is spoken of', async () => {
  writeCertificate();
  expect((await tokens(['seal', 'no-such-runner'], TOKEN)).stderr).toContain('delete that runner in GitLab');
  writeFileSync(path('sealed/production/note.txt'), 'x');
  expect((await tokens(['seal', 'amd64-spot'], TOKEN)).stderr).toContain('delete that runner in GitLab');
  expect((await tokens(['list'])).stderr).not.toContain('delete that runner');
});
