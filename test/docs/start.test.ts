import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as project from '../cli/new-project';
import { read } from '../cli/new-project';
import { sealingKeys } from '../sealed-secrets/certificate';

/** The page as a newcomer follows it: its commands in its order, its main.ts, its edit. */
const PAGE = readFileSync('docs/start.md', 'utf8');
const section = (heading: string) =>
  PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

/** Fake, put together here so that no scanner takes it for a real one. */
const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;

let scratch: project.Scratch;
beforeAll(() => {
  scratch = project.makeScratch();
  const bin = join(scratch.path, 'bin');
  writeFileSync(join(scratch.path, 'cert.pem'), sealingKeys(2048).pem);
  const installed = join(scratch.home, 'node_modules');
  // What the network and a cluster would answer; everything else is what the machine has.
  for (const [name, script] of [
    ['npm', `[ "$*" = install ] && exec cp -a '${installed}' node_modules\nexit 1`],
    [
      'npx',
      `if [ "$1" = gitlab-runner-fleet ]; then shift; exec '${installed}/.bin/runner-fleet' "$@"; fi\nname="$1"; shift; exec "node_modules/.bin/$name" "$@"`,
    ],
    ['kubeseal', `[ "$*" = --fetch-cert ] && cat '${scratch.path}/cert.pem' && rm "$0"`],
  ]) {
    project.write(scratch.path, `bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
}, 120_000);
afterAll(() => project.removeScratch(scratch));

/** Follows a section from a folder on; returns where it leads and what each block of commands said. */
function follow(text: string, from: string): { folder: string; said: readonly string[] } {
  let folder = from;
  const said: string[] = [];
  const steps = text.matchAll(/```(sh|ts)\n([\s\S]*?)```|^Change `([^`]+)` to `([^`]+)` in `([^`]+)`/gm);
  for (const [, language, content, before, after, file] of steps) {
    if (language === 'ts') {
      writeFileSync(join(folder, 'main.ts'), content);
    } else if (language === undefined) {
      project.edit(folder, file, before, after);
    } else {
      const place = join(scratch.path, 'cwd');
      const env = {
        ...process.env,
        PATH: [join(scratch.path, 'bin'), process.env.PATH].join(delimiter),
        CDK8S_CHECK_UPGRADE: 'false',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b',
      };
      const run = spawnSync('bash', ['-e', '-c', `${content}\npwd > '${place}'`], {
        cwd: folder,
        env,
        input: TOKEN,
        encoding: 'utf8',
        timeout: 120_000,
      });
      expect([content, run.status, run.stderr]).toEqual([content, 0, expect.any(String)]);
      folder = readFileSync(place, 'utf8').trim();
      said.push(run.stdout + run.stderr);
    }
  }
  return { folder, said };
}

test('in a repository of its own: two clusters, three runners, a sealed token, a reviewed change', () => {
  const { folder, said } = follow(section('In a repository of its own'), project.emptyFolder(scratch));
  for (const fleet of ['production', 'staging']) {
    expect(read(folder, `dist/${fleet}/runners/arm64-large/deployment.yaml`)).toContain('kind: Deployment');
    expect(existsSync(join(folder, `flux/${fleet}.yaml`))).toBe(true);
  }
  expect(read(folder, 'dist/production/runners/amd64-spot/deployment.yaml')).toContain('replicas: 1');
  expect(read(folder, 'dist/staging/runners/amd64-spot/deployment.yaml')).toContain('replicas: 0');
  expect(said.join('\n')).toContain('Sealed production/amd64-spot into sealed/production/amd64-spot.yaml');
  expect(said.at(-1)).toMatch(/staging: \d+ objects changed/);
  expect(project.git(folder, 'status', '--porcelain')).toBe('');
}, 180_000);

test('in a folder of a repository', () => {
  const repository = project.repositoryWithApps(scratch);
  const { folder, said } = follow(section('In a folder of a repository'), repository);
  expect(folder).toBe(join(repository, project.SUBFOLDER));
  expect(said.at(-1)).toContain('2 runners, 0 errors');
}, 180_000);

test('the flags that it lists are those of the command', () => {
  const { stdout } = project.init(scratch, scratch.home, '--help');
  const flags = [...stdout.matchAll(/^ +(--[a-z-]+) </gm)].map(([, flag]) => flag);
  expect(flags.length).toBeGreaterThan(5);
  const listed = [...PAGE.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag]) => flag);
  expect(listed).toEqual(flags);
});
