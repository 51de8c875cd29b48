import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUNNER_DEFAULTS } from '../lib/fleet/defaults';
import { packCheckout, type Tarball } from '../tools/scripts/pack';
import { installPackage, REAL_INSTALL } from './installed-package';

/** The package, packed and installed in an empty folder outside of this repository, with a fleet of a user's own. */

/** Where the package is packed and installed. */
let folder: string;
let tarball: Tarball;
const path = (file: string) => join(folder, file);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'acme-'));
  tarball = packCheckout(folder);
  for (const [file, text] of Object.entries(PROJECT)) writeFileSync(path(file), text);
  installPackage(folder, tarball);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a user writes. */
const PROJECT = {
  'package.json': '{ "name": "acme-runners", "private": true }\n',
  'cdk8s.yaml':
    'language: typescript\napp: node_modules/.bin/tsc 1>&2 && node build/app/main.js\noutput: build/synth\n',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2022',
      module: 'nodenext',
      strict: true,
      types: ['node'],
      outDir: 'build/app',
    },
    include: ['*.ts'],
  }),
  'main.ts': `import { type RunnerProps, synth } from 'gitlab-runner-fleet';

const runners: RunnerProps[] = [
  { name: 'amd64-spot', arch: 'amd64', capacity: 'spot' },
  { name: 'arm64-large', arch: 'arm64', capacity: 'spot-first', build: { cpu: { request: '4' }, memory: { request: '16Gi' } } },
];

synth([{ name: 'acme', clusterName: 'acme-eu', gitlabUrl: 'https://gitlab.acme.test', runners }]);
`,
  'platform.ts': `import { App, Chart, ApiObject } from 'cdk8s';
import { RunnerFleet } from 'gitlab-runner-fleet';

const app = new App({ outdir: 'platform' });
const chart = new Chart(app, 'platform', { namespace: 'ci', labels: { team: 'platform' } });
const account = new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer' } });
const fleet = new RunnerFleet(chart, 'acme', { runners: [{ name: 'arm64-spot', arch: 'arm64', capacity: 'spot' }] });
fleet.runner('arm64-spot').deployment.addDependency(account);
app.synth();
`,
  'judge.ts': `import { check, readFolder } from 'gitlab-runner-fleet/proof';

const { counts, runners } = check(readFolder('dist'));
console.log(JSON.stringify({ errors: counts.error, runners: runners.map(({ name }) => name) }));
`,
};

function run(command: string, ...args: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NO_COLOR: '1' };
  return spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
}
const fleet = (...args: string[]) => run('node_modules/.bin/runner-fleet', ...args);

test('the tarball is small and holds built code, declarations and pages, and no tests, examples or rendered files', () => {
  expect(tarball.size).toBeLessThan(2_000_000);
  const files = tarball.files.map((file) => file.path);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'build/package/lib/index.d.ts']));
  const strange = files.filter(
    (file) =>
      !/^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/(checks\/)?[\w-]+\.md|templates\/[\w-]+\.yml|build\/package\/bundle\.js|build\/package\/lib\/(index|proof|load-bundle|cli\/main)\.js|build\/package\/(lib|charts|imports)\/.*\.d\.ts)$/.test(
        file,
      ),
  );
  expect(strange).toEqual([]);
});

test('a fleet of another name is type-checked, rendered and proved', () => {
  const synth = run('node_modules/.bin/cdk8s', 'synth');
  expect([synth.status, synth.stderr]).toEqual([0, expect.stringContaining('acme-arm64-large')]);
  expect(readdirSync(path('dist'))).toEqual(['acme']);
  const checked = fleet('check');
  expect([checked.status, checked.stdout]).toEqual([
    0,
    expect.stringMatching(new RegExp(`acme-amd64-spot +${RUNNER_DEFAULTS.concurrency} `)),
  ]);
});

test('an option that is misspelt is an error of the compiler', () => {
  writeFileSync(
    path('wrong.ts'),
    "import { synth } from 'gitlab-runner-fleet';\nsynth([{ name: 'acme', runner: [] }]);\n",
  );
  const { status, stdout } = run('node_modules/.bin/tsc', '--noEmit');
  rmSync(path('wrong.ts'));
  expect([status, stdout]).toEqual([expect.any(Number), expect.stringMatching(/wrong\.ts.*'runner'/s)]);
  expect(status).not.toBe(0);
});

test('the tokens that are listed are those of the user’s fleet', () => {
  const { status, stdout } = fleet('tokens');
  expect([status, stdout]).toEqual([0, expect.stringMatching(/acme\/arm64-large +placeholder/)]);
  expect(stdout).toContain('npx runner-fleet tokens howto acme/arm64-large');
  expect(stdout).not.toContain('production');
});

test('a change is reviewed in the user’s own repository', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
  git('init', '--quiet', '--initial-branch', 'main');
  writeFileSync(path('.gitignore'), 'node_modules/\nbuild/\nplatform/\n*.tgz\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'A fleet');
  const main = readFileSync(path('main.ts'), 'utf8');
  writeFileSync(
    path('main.ts'),
    main.replace("gitlabUrl: 'https://gitlab.acme.test'", "gitlabUrl: 'https://git.acme.test'"),
  );
  expect(run('node_modules/.bin/cdk8s', 'synth').status).toBe(0);
  const { status, stdout } = fleet('diff');
  writeFileSync(path('main.ts'), main);
  expect([status, stdout]).toEqual([
    0,
    expect.stringContaining('Deployment/gitlab-runners/runner-amd64-spot'),
  ]);
});

test('an app puts RunnerFleet beside a chart of its own', () => {
  expect(run('node_modules/.bin/tsc').status).toBe(0);
  const { status, stderr } = run(process.execPath, 'build/app/platform.js');
  expect([status, stderr]).toEqual([0, '']);
  const [file, ...others] = readdirSync(path('platform'));
  expect(others).toEqual([]);
  const text = readFileSync(path(`platform/${file}`), 'utf8');
  expect(text).toMatch(/name: deployer[\s\S]*name: runner-arm64-spot/);
  expect(text.split('\n---\n').every((object) => object.includes('team: platform'))).toBe(true);
});

test('the proof is there as functions', () => {
  const { stdout } = run(process.execPath, 'build/app/judge.js');
  expect(JSON.parse(stdout)).toEqual({ errors: 0, runners: ['acme-amd64-spot', 'acme-arm64-large'] });
});

test('help and errors call the program by its name', () => {
  expect(fleet('--help').stdout).toMatch(/^Usage: runner-fleet \[options\] \[command\]/);
  expect(fleet('check', '--help').stdout).toMatch(/^Usage: runner-fleet check \[options\] \[folders\]/);
  expect(fleet('--version').stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
  mkdirSync(path('elsewhere'), { recursive: true });
  const lost = spawnSync(path('node_modules/.bin/runner-fleet'), ['tokens'], {
    cwd: path('elsewhere'),
    encoding: 'utf8',
  });
  expect([lost.status, lost.stderr]).toEqual([2, expect.stringContaining('There is no cdk8s.yaml here.')]);
});

if (REAL_INSTALL) {
  test('npm installs what the package needs and nothing else', () => {
    const names = readdirSync(path('node_modules')).filter((name) => !name.startsWith('.'));
    expect(names).not.toContain('backport');
    expect(existsSync(path('node_modules/cdk8s-plus-27'))).toBe(false);
  });
}
