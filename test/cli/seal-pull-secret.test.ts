import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tokensCommand } from '../../lib/cli/tokens/command';
import { parseSealedTokenFile } from '../../lib/sealed-secrets/sealed-token-file';
import { DEFAULT_FLEET } from '../fleets';
import { sealingKeys } from '../sealed-secrets/certificate';
import { unseal } from '../sealed-secrets/unseal';
import { type ProgramRun, runHereWithInput } from './in-process';

const PASSWORD = 'hunter2-hunter2';
const LOGIN = `mirror.example.com\nci\n${PASSWORD}\n`;
const keys = sealingKeys(2048);
const fileIn = (namespace: string) => `sealed/production/pull-secrets/${namespace}/mirror.yaml`;
const [OF_MANAGERS, OF_JOBS] = ['gitlab-runners', 'gitlab-jobs'].map(fileIn);

let project: string;
const path = (file: string) => join(project, file);

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'runner-fleet-pull-secrets-'));
  mkdirSync(path('bin'));
  write('cdk8s.yaml', 'app: cp description.jsonl "$RUNNER_FLEET_DESCRIPTION"\n');
  write('sealed/production/cert.pem', keys.pem);
  describeFleet({ imagePullSecrets: ['mirror'], manager: { imagePullSecrets: ['mirror'] } });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
}

function describeFleet(runnerDefaults: object): void {
  const fleet = { ...DEFAULT_FLEET, sealedPullSecrets: ['mirror'], runnerDefaults };
  write('description.jsonl', `${JSON.stringify(fleet)}\n`);
}

function tokens(args: readonly string[], input = ''): Promise<ProgramRun> {
  return runHereWithInput(tokensCommand(), args, { folder: project, input, programs: 'bin' });
}
const seal = (input = LOGIN, ...args: readonly string[]) =>
  tokens(['seal-pull-secret', 'production/mirror', ...args], input);

/** What the controller makes of a file, in its own namespace. */
function opened(file: string): unknown {
  const sealed = parseSealedTokenFile(readFileSync(path(file), 'utf8'));
  if (typeof sealed === 'string') throw new Error(sealed);
  return JSON.parse(unseal(sealed.ciphertext, keys.privateKey, `${sealed.namespace}/${sealed.name}`));
}

test('one login is sealed for every namespace that pulls with it, and nothing of it is printed', async () => {
  const { status, stdout, stderr } = await seal();
  expect(status).toBe(0);
  expect(stdout).toContain(
    'Sealed production/mirror for mirror.example.com in gitlab-runners and gitlab-jobs:',
  );
  expect(stdout).toContain('npx cdk8s synth');
  for (const file of [OF_MANAGERS, OF_JOBS]) {
    expect(stdout).toContain(file);
    expect(opened(file)).toMatchObject({
      auths: { 'mirror.example.com': { username: 'ci', password: PASSWORD } },
    });
    expect(readFileSync(path(file), 'utf8')).not.toContain(PASSWORD);
  }
  expect(stdout + stderr).not.toContain(PASSWORD);
});

test('the list says which pull secrets wait, by which command, and when they are sealed', async () => {
  const before = (await tokens([])).stdout;
  expect(before).toMatch(/production\/mirror +placeholder +gitlab-jobs\n/);
  expect(before).toContain('npx --no-install runner-fleet tokens seal-pull-secret production/mirror\n');
  await seal();
  const after = (await tokens([])).stdout;
  expect(after).toMatch(/production\/mirror +sealed +gitlab-jobs\n/);
  expect(after).not.toContain('seal-pull-secret');
  const rows: readonly { readonly pullSecret?: string }[] = JSON.parse(
    (await tokens(['list', '--format', 'json'])).stdout,
  );
  expect(rows.filter(({ pullSecret }) => pullSecret === 'mirror')).toEqual(
    ['gitlab-runners', 'gitlab-jobs'].map((namespace) => ({
      fleet: 'production',
      pullSecret: 'mirror',
      state: 'sealed',
      namespace,
      file: fileIn(namespace),
    })),
  );
});

test('what is sealed stays unless --replace says otherwise', async () => {
  await seal();
  const first = readFileSync(path(OF_JOBS), 'utf8');
  const again = await seal();
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('production/mirror is sealed already. To change its password: --replace');
  expect(readFileSync(path(OF_JOBS), 'utf8')).toBe(first);
  expect((await seal(LOGIN.replace(PASSWORD, 'another-one'), '--replace')).status).toBe(0);
  expect(opened(OF_JOBS)).toMatchObject({ auths: { 'mirror.example.com': { password: 'another-one' } } });
});

test('a namespace that joins gets the secret alone', async () => {
  describeFleet({ imagePullSecrets: ['mirror'] });
  await seal();
  const first = readFileSync(path(OF_JOBS), 'utf8');
  describeFleet({ imagePullSecrets: ['mirror'], manager: { imagePullSecrets: ['mirror'] } });
  expect((await seal()).stdout).toContain('in gitlab-runners:');
  expect(readFileSync(path(OF_JOBS), 'utf8')).toBe(first);
});

test.each<[what: string, args: readonly string[], input: string, says: RegExp]>([
  ['nothing', ['production/mirror'], '', /Nothing was written: nothing was given\./],
  ['one line', ['production/mirror'], PASSWORD, /are three lines, and these are 1/],
  ['a certificate that is not there', ['mirror', '--cert', 'no.pem'], LOGIN, /There is no file no\.pem/],
  ['a name that no fleet has', ['mirrors'], LOGIN, /Did you mean mirror\?/],
])('%s writes nothing, and speaks of no runner', async (_, args, input, says) => {
  const { status, stderr, stdout } = await tokens(['seal-pull-secret', ...args], input);
  expect(status).toBe(2);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain('delete that runner');
  expect(stdout + stderr).not.toContain(PASSWORD);
  expect(existsSync(path(OF_JOBS))).toBe(false);
});

test('a file that was changed by hand is refused by the list, with the reason', async () => {
  await seal();
  write(OF_JOBS, readFileSync(path(OF_JOBS), 'utf8').replace('namespace: gitlab-jobs', 'namespace: other'));
  const { stdout } = await tokens([]);
  expect(stdout).toMatch(/production\/mirror +refused +gitlab-jobs\n/);
  expect(stdout).toContain('can not be decrypted in gitlab-jobs');
  // It is sealed again without --replace.
  expect((await seal()).status).toBe(0);
  expect(opened(OF_JOBS)).toBeDefined();
});
