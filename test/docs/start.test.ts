import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import * as project from '../cli/new-project';
import { read } from '../cli/new-project';
import { sealingKeys } from '../sealed-secrets/certificate';

/** The page as a newcomer follows it: its commands in its order, its main.ts, its edit. */
const PAGE = readFileSync('docs/start.md', 'utf8');
const section = (heading: string) =>
  PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const TARBALL = `gitlab-runner-fleet-${version}.tgz`;

/** Fake, put together here so that no scanner takes it for a real one. */
const TOKEN = `glrt-t1_${'aB3_'.repeat(5)}`;

let scratch: project.Scratch;
beforeAll(() => {
  scratch = project.makeScratch();
  const bin = join(scratch.path, 'bin');
  writeFileSync(join(scratch.path, 'cert.pem'), sealingKeys(2048).pem);
  const installed = join(scratch.home, 'node_modules');
  // Where npx installs what it runs once, with a package.json that says where that came from.
  const once = join(scratch.path, 'npx');
  cpSync(installed, join(once, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  // What the network and a cluster would answer; everything else is what the machine has.
  for (const [name, script] of [
    [
      'npm',
      `case "$*" in
ci) ;;
pack) cp '${scratch.tarball.file}' . ;;
install) grep --quiet '"gitlab-runner-fleet": "file:${TARBALL}"' package.json && cp ${TARBALL} /dev/null && cp -a '${installed}' node_modules ;;
*) exit 1 ;;
esac`,
    ],
    [
      'npx',
      `if [ "$1" = --yes ]; then
case "$2" in file:/*) ;; *) exit 1 ;; esac
file="\${2#file:}"; cp "$file" /dev/null || exit
echo "{ \\"dependencies\\": { \\"gitlab-runner-fleet\\": \\"file:$(realpath "$file")\\" } }" > '${once}/package.json'
shift 2; exec '${once}/node_modules/gitlab-runner-fleet/build/package/lib/cli/main.js' "$@"
fi
name="$1"; shift; exec "node_modules/.bin/$name" "$@"`,
    ],
    ['kubeseal', `[ "$*" = --fetch-cert ] && cat '${scratch.path}/cert.pem' && rm "$0"`],
  ]) {
    project.write(scratch.path, `bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
}, 120_000);
afterAll(() => project.removeScratch(scratch));

/** The clone in which the package is packed, beside the folders of projects. */
function cloneBeside(folder: string): void {
  const clone = join(dirname(folder), 'gitlab-runner-fleet');
  mkdirSync(clone);
  follow(section('Get the package'), clone);
  expect(existsSync(join(clone, TARBALL))).toBe(true);
}

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
  const empty = project.emptyFolder(scratch);
  cloneBeside(empty);
  const { folder, said } = follow(section('In a repository of its own'), dirname(empty));
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
  cloneBeside(repository);
  const { folder, said } = follow(section('In a folder of a repository'), repository);
  expect(folder).toBe(join(repository, project.SUBFOLDER));
  expect(said.at(-1)).toContain('2 runners, 0 errors');
}, 180_000);

test('the README starts with the same commands', () => {
  const [, start] = readFileSync('README.md', 'utf8').split(/^## Start in your own repository$/m);
  const commands = start.match(/^(mkdir|cp|cd|npx --yes) .*$/gm)?.slice(0, 4) ?? [];
  expect(commands[3]).toContain(`npx --yes "file:$PWD/${TARBALL}" init `);
  const page = section('In a repository of its own');
  for (const command of commands) expect(page).toContain(command.split(' --')[0]);
});

test('the flags that it lists are those of the command', () => {
  const { stdout } = project.init(scratch, scratch.home, '--help');
  const flags = [...stdout.matchAll(/^ +(--[a-z-]+) </gm)].map(([, flag]) => flag);
  expect(flags.length).toBeGreaterThan(5);
  const listed = [...PAGE.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag]) => flag);
  expect(listed).toEqual(flags);
});
