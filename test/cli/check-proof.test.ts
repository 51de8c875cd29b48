import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkCommand } from '../../lib/cli/check';
import { withFolder } from '../app/temporary-folder';
import { edited, FLEET, without, writeFixture } from '../fixtures/files';
import { runHere } from './in-process';

const PROGRAM = resolve('build/test/lib/cli/main.js');
const start = (cwd: string, args: readonly string[], input = '') =>
  spawnSync(process.execPath, [PROGRAM, 'check', ...args], { encoding: 'utf8', cwd, input });
const check = (cwd: string, args: readonly string[], input = '') =>
  args.includes('-') ? start(cwd, args, input) : runHere(checkCommand(), args, cwd);

test('runners without NodePools are not proved: one finding, no error, and the last lines say so', () => {
  withFolder((folder) => {
    writeFixture(folder, without(FLEET, 'nodepool'));
    const { status, stdout } = check(folder, ['acme']);
    expect(status).toBe(0);
    expect(stdout.match(/^not proved \[lands\/no-pools\]/gm)).toHaveLength(1);
    expect(stdout).toMatch(/^acme-arm64-spot .* not proved$/m);
    expect(stdout).toMatch(/^0 of 4 runners proved, 4 not proved: acme-amd64-on-demand, acme-amd64-spot, /m);
    expect(check(folder, ['acme', '--require-proof']).status).toBe(1);
    const [{ proof }] = JSON.parse(check(folder, ['acme', '-f', 'json']).stdout).clusters;
    expect(proof).toMatchObject({ runners: 4, proved: 0, findings: 1 });
  });
});

test('a fleet that is proved exits with 0 where proof is required; NodePools without a runner do not', () => {
  withFolder((folder) => {
    writeFixture(folder, FLEET);
    expect(check(folder, ['acme', '--require-proof']).status).toBe(0);
    const pools = check(folder, ['acme/karpenter']);
    expect(pools.status).toBe(0);
    expect(pools.stdout).toMatch(/nothing is proved about where jobs run/);
    expect(check(folder, ['acme/karpenter', '--require-proof']).status).toBe(1);
  });
});

test('standard input and folders are read together', () => {
  withFolder((folder) => {
    writeFixture(folder, FLEET);
    const runners = FLEET.filter(({ path }) => path.includes('/runners/')).map(({ text }) => text);
    const { status, stdout } = check(folder, ['-', 'acme/karpenter'], runners.join('---\n'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^4 runners, 0 errors/m);
    const empty = check(folder, ['-']);
    expect([empty.status, empty.stderr]).toEqual([2, 'standard input is empty\n']);
    expect(check(folder, ['acme/runners', 'acme/karpenter', 'acme']).stdout).toMatch(/^4 runners, 0 errors/m);
  });
});

test('what is not rendered is unusable input that says how to render it', () => {
  withFolder((folder) => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'values.yaml'), 'gitlabUrl: https://gitlab.example.com\n');
    const { status, stderr } = check(folder, ['in']);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /helm template gitlab-runner .* --values in\/values.yaml \| npx runner-fleet check -/,
    );
  });
});

test.each([
  ['values.yaml', 'gitlabUrl: https://gitlab.example.com\nrunnerRegistrationToken: "TOKEN"\n'],
  ['values.yaml', 'gitlabUrl: https://gitlab.example.com\nrunnerToken: TOKEN\n'],
  [
    'release.yaml',
    'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: gitlab-runner }\nspec: { values: { runnerToken: TOKEN } }\n',
  ],
  [
    'application.yaml',
    'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: gitlab-runner }\nspec: { source: { chart: gitlab-runner, helm: { valuesObject: { runnerToken: TOKEN } } } }\n',
  ],
])('a token in %s is reported although nothing that is rendered is there', (file, text) => {
  withFolder((folder) => {
    const write = (token: string) => {
      mkdirSync(join(folder, 'in'), { recursive: true });
      writeFileSync(join(folder, 'in', file), text.replace('TOKEN', token));
      return check(folder, ['in']);
    };
    const open = write(`glrt-${'aB3dE6gH9j'.repeat(2)}`);
    expect(open.status).toBe(1);
    expect(open.stdout).toMatch(/^error \[secrets\/plain-token\]/m);
    expect(open.stdout).toMatch(/^not proved \[rendered\/chart\]/m);
    expect(open.stdout).toMatch(/nothing is proved about where jobs run/);
    expect(open.stdout).not.toContain('aB3dE6gH9j');
    const placeholder = write('from-the-pipeline');
    expect(placeholder.status).toBe(2);
    expect(placeholder.stderr).toMatch(/Nothing here can be proved as it is/);
  });
});

test('a file silences a rule with its reason; what it silences not, and rules that are none, are reported', () => {
  withFolder((folder) => {
    writeFixture(
      folder,
      edited(FLEET, [
        'arm64-spot/configmap.yaml',
        'pull_policy = "always"',
        'pull_policy = "if-not-present"',
      ]),
    );
    const silence = (rule: string) =>
      writeFileSync(
        join(folder, '.runner-fleet.yaml'),
        `silence:\n  - { rule: ${rule}, object: "ConfigMap/*", reason: our mirror }\n`,
      );
    silence('config/shared-images');
    const silenced = check(folder, ['acme']);
    expect(silenced.stdout).toMatch(/silenced config\/shared-images on ConfigMap\/.*: our mirror/);
    expect(silenced.stderr).toBe('');
    silence('config/no-ceiling');
    expect(check(folder, ['acme']).stderr).toMatch(
      /\.runner-fleet\.yaml:2: config\/no-ceiling on .*remove the entry/,
    );
    silence('config/none-such');
    expect(check(folder, ['acme'])).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no such rule/),
    });
    expect(start(folder, ['acme', '--config', 'missing.yaml']).status).toBe(2);
  });
});
