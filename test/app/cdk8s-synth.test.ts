import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_FLEET, render } from '../fleets';
import { MAIN, PROGRAM, withProject } from './project';
import { tree } from './temporary-folder';

const DIST = Object.fromEntries(render(DEFAULT_FLEET).map(({ path, text }) => [path, text]));

function cdk8sSynth(project: string, ...flags: string[]): SpawnSyncReturns<string> {
  const env = {
    ...process.env,
    CDK8S_CHECK_UPGRADE: 'false',
    TZ: 'Asia/Tokyo',
    LANG: 'tr_TR.UTF-8',
    CDK8S_DISABLE_SORT: '1',
  };
  return spawnSync('node_modules/.bin/cdk8s', ['synth', ...flags], { cwd: project, env, encoding: 'utf8' });
}

test('cdk8s synth renders the same bytes, whatever the time zone, language and sorting of the machine', () => {
  withProject((project) => {
    const run = cdk8sSynth(project);
    expect(run.status).toBe(0);
    expect(run.stderr).toContain('42 files, none changed');
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('an option or a key of config.toml that nobody knows does not compile: it is named, and dist/ is as it was', () => {
  withProject((project) => {
    const key = "arch: 'arm64', config: { runner: { kubernetes: { poll_timeot: 5 } } }";
    const main = MAIN.replace("capacity: 'spot'", "capacity: 'spot', concurency: 5").replace(
      "arch: 'arm64'",
      key,
    );
    writeFileSync(join(project, 'main.ts'), main);
    const run = cdk8sSynth(project);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/main\.ts.*'concurency' does not exist.*Did you mean.*'concurrency'/s);
    expect(run.stderr).toContain("'poll_timeot' does not exist");
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('runner-fleet synth --output renders elsewhere and leaves dist/ alone', () => {
  withProject((project) => {
    writeFileSync(join(project, 'dist', 'mine.yaml'), 'kind: Mine\n');
    const command = [PROGRAM, 'synth', '--output', 'elsewhere'];
    const run = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stdout: '' });
    expect(tree(join(project, 'elsewhere'))).toEqual(DIST);
    expect(tree(join(project, 'dist'))).toEqual({ ...DIST, 'mine.yaml': 'kind: Mine\n' });
    writeFileSync(join(project, 'elsewhere', 'Kustomization'), 'kind: Mine\n');
    const again = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8' });
    expect(again).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('  elsewhere/Kustomization\n'),
    });
  });
});

test('--output of the cdk8s CLI, which deletes its folder first, is refused; dist/ is rendered again, and that is said', () => {
  withProject((project) => {
    mkdirSync(join(project, 'elsewhere'));
    const other = cdk8sSynth(project, '--output', 'elsewhere');
    expect(other.status).not.toBe(0);
    expect(other.stderr).toContain('elsewhere is gone, if it was there. Nothing was written.');
    expect(other.stderr).toContain('npx runner-fleet synth --output <folder>');
    expect(existsSync(join(project, 'elsewhere'))).toBe(false);
    const dist = cdk8sSynth(project, '--output', 'dist');
    expect(dist.status).toBe(0);
    expect(dist.stderr).toContain('dist/ was deleted, with all that stood there, and is rendered again');
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('--stdout prints what would be rendered and leaves dist/ alone', () => {
  withProject((project) => {
    rmSync(join(project, 'dist/production/runners'), { recursive: true });
    const run = cdk8sSynth(project, '--stdout');
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('kind: Deployment')]);
    expect(existsSync(join(project, 'dist/production/runners'))).toBe(false);
  });
});
