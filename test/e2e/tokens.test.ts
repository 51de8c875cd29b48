import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { KubeObject } from '../../tools/engines/kube-client';
import { copyProject, MAIN, PROGRAM } from '../app/project';
import { DEFAULT_FLEET, render } from '../fleets';
import { applyFiles } from './apply';
import { api, cluster, eventually } from './running-cluster';

/** The default fleet beside those of other tests. */
const FLEET = { ...DEFAULT_FLEET, prefix: 'sealed' };

/** Fakes, put together here so that no scanner takes them for real ones. */
const FIRST = `glrt-t1_${'aB3_'.repeat(5)}`;
const SECOND = `glrt-t1_${'cD4_'.repeat(5)}`;
const FILE = 'sealed/production/amd64-spot.yaml';
const SECRET = '/api/v1/namespaces/sealed-runners/secrets/runner-amd64-spot-token';
const SEALED = '/apis/bitnami.com/v1alpha1/namespaces/sealed-runners/sealedsecrets/runner-amd64-spot-token';
const DEPLOYMENT = '/apis/apps/v1/namespaces/sealed-runners/deployments/runner-amd64-spot';
const NAME = 'runner-amd64-spot-token';

let project: string;
let certificate: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'runner-fleet-tokens-'));
  copyProject(project);
  writeFileSync(
    join(project, 'main.ts'),
    MAIN.replace("name: 'production',", "name: 'production', prefix: 'sealed',"),
  );
  execFileSync('node_modules/.bin/tsc', ['-b'], { cwd: project });
  certificate = join(project, 'cert.pem');
  writeFileSync(certificate, await (await fetch(cluster.certificateUrl)).text());
  applyFiles(render(FLEET));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs our command, with kubeseal on the PATH or without. */
function seal(input: string, withKubeseal: boolean, ...args: readonly string[]): void {
  const folders = [...(withKubeseal ? [dirname(cluster.kubeseal)] : []), '/usr/bin', '/bin'];
  const env = { ...process.env, PATH: folders.join(delimiter) };
  const command = [PROGRAM, 'tokens', 'seal', 'amd64-spot', '--replace', ...args];
  const run = spawnSync(process.execPath, command, { cwd: project, env, input, encoding: 'utf8' });
  expect([run.status, run.stderr]).toEqual([0, '']);
}

function kubeseal(input: string, ...args: readonly string[]): string {
  return execFileSync(cluster.kubeseal, ['--cert', certificate, ...args], { input, encoding: 'utf8' });
}

/** Renders with what is sealed now, and applies it. */
function renderAndApply(): void {
  applyFiles(render(FLEET, new Map([[FILE, readFileSync(join(project, FILE), 'utf8')]])));
}

/** Key and token that the manager's Deployment reads, once the Secret has them. */
async function tokenOfManager(): Promise<string | undefined> {
  const { key } = (await api.get(DEPLOYMENT)).spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef;
  const secret = await api.find(SECRET);
  const value = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

/** What the controller says of the SealedSecret as it is now. */
async function syncedCondition(): Promise<KubeObject | undefined> {
  const { metadata, status } = await api.get(SEALED);
  if (status?.observedGeneration !== metadata.generation) return undefined;
  return status.conditions?.find(({ type }: KubeObject) => type === 'Synced');
}

test('a placeholder becomes no Secret, says why, and keeps its manager at no replica', async () => {
  const condition = await eventually('the controller looks at the placeholder', NAME, syncedCondition);
  expect(condition).toMatchObject({ status: 'False', message: expect.stringMatching(/illegal base64/) });
  expect(await api.find(SECRET)).toBeUndefined();
  expect((await api.get(DEPLOYMENT)).spec.replicas).toBe(0);
});

test.each([
  ['without kubeseal', false, FIRST],
  ['with kubeseal', true, SECOND],
])(
  'what our command seals %s, the controller opens into the key that the manager reads',
  async (_, withKubeseal, token) => {
    seal(token, withKubeseal, '--cert', certificate);
    renderAndApply();
    expect(await eventually('the Secret has the token', NAME, tokenOfManager)).toBe(token);
    expect((await api.get(DEPLOYMENT)).spec.replicas).toBe(1);
  },
);

test.each(['strict', 'namespace-wide', 'cluster-wide'])('a token of scope %s opens too', async (scope) => {
  seal(FIRST, false, '--cert', certificate, '--scope', scope);
  renderAndApply();
  expect(await eventually('the Secret has the token', NAME, tokenOfManager)).toBe(FIRST);
});

test('what kubeseal --raw prints, our command takes, and the controller opens', async () => {
  seal(kubeseal(SECOND, '--raw', '--namespace', 'sealed-runners', '--name', NAME), false);
  renderAndApply();
  expect(await eventually('the Secret has the token', NAME, tokenOfManager)).toBe(SECOND);
});

test('a whole SealedSecret that kubeseal made, and one that the controller encrypted anew, are taken too', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: NAME, namespace: 'sealed-runners' },
    stringData: { token: FIRST },
  };
  const sealed = kubeseal(JSON.stringify(secret), '--format', 'yaml');
  seal(sealed, false);
  renderAndApply();
  expect(await eventually('the Secret has the token', NAME, tokenOfManager)).toBe(FIRST);
  const url = cluster.certificateUrl.replace('cert.pem', 'rotate');
  const body = kubeseal(JSON.stringify(secret), '--format', 'json');
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  seal(await answer.text(), false);
  renderAndApply();
  expect(await eventually('the Secret has the token', NAME, tokenOfManager)).toBe(FIRST);
});

test('a new token restarts its manager alone', async () => {
  const deployments = '/apis/apps/v1/namespaces/sealed-runners/deployments';
  const generations = async () =>
    Object.fromEntries(
      (await api.list(deployments)).map(({ metadata }) => [metadata.name, metadata.generation]),
    );
  const before = await generations();
  seal(SECOND, false, '--cert', certificate);
  renderAndApply();
  const after = await generations();
  expect(after).toEqual({ ...before, 'runner-amd64-spot': before['runner-amd64-spot'] + 1 });
});

test('a live Secret survives a placeholder, and a ciphertext that is for another runner', async () => {
  await eventually('the Secret has the token', NAME, tokenOfManager);
  const live = await api.get(SECRET);
  applyFiles(render(FLEET));
  await eventually(
    'the controller refuses the placeholder',
    NAME,
    async () => (await syncedCondition())?.status === 'False',
  );
  expect((await api.get(SECRET)).data).toEqual(live.data);
  seal(kubeseal(FIRST, '--raw', '--namespace', 'sealed-runners', '--name', 'runner-arm64-spot-token'), false);
  renderAndApply();
  const refused = await eventually('the controller refuses the other', NAME, async () => {
    const condition = await syncedCondition();
    return condition?.message?.includes('no key could decrypt') && condition;
  });
  expect(refused.status).toBe('False');
  expect((await api.get(SECRET)).data).toEqual(live.data);
});
