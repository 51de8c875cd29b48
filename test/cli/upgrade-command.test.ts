import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { upgradeCommand } from '../../lib/cli/upgrade';
import { runHere } from './in-process';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-fleet-upgrade-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An app that describes one fleet, without a build and without starting Node. */
function writeApp(runnerVersion: string, more: object = {}): void {
  const fleet = {
    name: 'acme',
    gitlabUrl: 'https://gitlab.example.com',
    tokens: { from: 'existing-secret' },
    runnerDefaults: { runnerVersion },
    runners: [{ name: 'docker', arch: 'amd64', capacity: 'spot' }],
    ...more,
  };
  writeFileSync(join(folder, 'fleets'), `${JSON.stringify(fleet)}\n`);
  writeFileSync(
    join(folder, 'cdk8s.yaml'),
    'language: typescript\napp: cat fleets >> "$RUNNER_FLEET_DESCRIPTION"\n',
  );
}
const upgrade = (...args: readonly string[]) => runHere(upgradeCommand(), args, folder);

test('a newer release is shown with its line, what goes first and what it does; nothing is written', () => {
  writeApp('19.2.2');
  const before = readdirSync(folder);
  const { status, stdout, stderr } = upgrade();
  expect([status, stderr, readdirSync(folder)]).toEqual([1, '', before]);
  for (const part of [
    'GitLab Runner 19.2.2: acme/docker\n',
    'GitLab Runner 19.2.2 to 19.3.0, published on 2026-08-19\n',
    '    GitLab: https://gitlab.example.com has to be 19.3 or newer.',
    "    acme > runnerDefaults: runnerVersion: '19.3.0' instead of '19.2.2'\n",
    '    19.3: gitlab-runner lint\n',
    '    acme: 2 objects changed\n',
    '      notice [manager-replaced] Deployment/gitlab-runners/runner-docker\n',
    'Karpenter: 1.0.0 or newer; tested with 1.14.1.',
  ])
    expect(stdout).toContain(part);
});

test('a fleet of the newest releases exits with 0', () => {
  writeApp('19.3.0');
  const { status, stdout } = upgrade();
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/\nNothing is newer among the releases known on 20\d\d-\d\d-\d\d .*\n$/),
  ]);
});

test('a fleet whose monitoring reads metrics of Karpenter is told from which release they are there', () => {
  writeApp('19.3.0', { monitoring: { prometheusNamespace: 'monitoring' } });
  const said =
    '  Its metrics, for monitoring of acme: 1.14.0 or newer. With an older one, alerts may stay silent, and parts of the dashboard empty.\n';
  expect(upgrade().stdout).toContain(said);
  expect(JSON.parse(upgrade('--json').stdout).karpenter.metrics).toEqual({ release: '1.14.0', by: ['acme'] });
  writeApp('19.3.0', { monitoring: { prometheusNamespace: 'monitoring', karpenter: false } });
  expect(upgrade().stdout).not.toContain('Its metrics');
});

test('JSON has every impact by rule, weight and object', () => {
  writeApp('19.2.0');
  const { steps, upToDate } = JSON.parse(upgrade('--runner', '19.2.2', '--json').stdout);
  expect([upToDate, steps.length]).toEqual([false, 1]);
  expect(steps[0]).toMatchObject({ kind: 'runner', from: ['19.2.0'], to: '19.2.2', released: '2026-08-12' });
  expect(steps[0].clusters[0]).toMatchObject({
    cluster: 'acme',
    impacts: expect.arrayContaining([
      expect.objectContaining({
        rule: 'manager-replaced',
        weight: 'notice',
        object: 'Deployment/gitlab-runners/runner-docker',
      }),
    ]),
    changed: expect.arrayContaining(['Deployment/gitlab-runners/runner-docker']),
  });
});

test('an outdated type of main.ts alone is something to do', () => {
  writeApp('19.3.0');
  writeFileSync(join(folder, 'main.ts'), "import type { RunnerDescription } from 'gitlab-runner-fleet';\n");
  const { status, stdout } = upgrade();
  expect([status, stdout]).toEqual([
    1,
    expect.stringContaining('  RunnerDescription (main.ts): write RunnerProps; gone with 0.4.0\n'),
  ]);
});

test.each([
  [
    ['--runner', '19.9.9'],
    /^--runner: "19\.9\.9"\n {4}rule: .*\n {4}fix: {2}upgrade gitlab-runner-fleet first/,
  ],
  [['--ami', 'al2023@latest'], /^--ami: "al2023@latest"\n {4}rule: /],
  [['--runner'], /argument missing/],
  [['now'], /too many arguments/],
])('%j is unusable: 2, and nothing on stdout', (args, said) => {
  writeApp('19.2.0');
  expect(upgrade(...args)).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(said) });
});

test('a description with a fault is refused as synth refuses it', () => {
  writeApp('19.2');
  expect(upgrade()).toMatchObject({ status: 2, stderr: expect.stringContaining('runnerVersion: "19.2"') });
});

test('a folder without an app says so', () => {
  expect(upgrade()).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('There is no cdk8s.yaml here'),
  });
});
