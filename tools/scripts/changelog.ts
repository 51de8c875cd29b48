/**
 * Writes the part "Rendered fleet" of the newest section of CHANGELOG.md: renders the default fleet and all examples, as the
 * release before described them, with that release and with this one, and runs our own `diff` on the two.
 *
 *     npm run changelog
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packCheckout } from './pack';
import { packageBefore, packRelease, type Release } from './releases';

const CHANGELOG = 'CHANGELOG.md';
const BLOCK = /<!-- npm run changelog -->\n[\s\S]*?<!-- \/npm run changelog -->/;

/** What an upgrade does to one fleet, in the words of `diff`; nothing if it renders the same bytes. */
export interface FleetEffect {
  readonly fleet: string;
  readonly text: string;
}

/** The version of the newest section; undefined where it is not released. */
export function newestVersion(changelog: string): string | undefined {
  return /^## \[(\d+\.\d+\.\d+)\]/.exec(/^## .*$/m.exec(changelog)?.[0] ?? '')?.[1];
}

/** The part of a section, between its markers. */
export function renderedPart(before: string, effects: readonly FleetEffect[]): string {
  const changed = effects.filter(({ text }) => text !== '');
  const many = `the default fleet and ${effects.length - 1} examples`;
  const texts = [...new Set(changed.map(({ text }) => text))];
  const lines =
    texts.length === 0
      ? [`No change since ${before}: ${many} render the same bytes. Nothing restarts, drains or moves.`]
      : [
          `Since ${before}, of ${many}, unchanged descriptions of these render otherwise:`,
          ...texts.flatMap((text) => [
            '',
            `- ${listed(changed.filter((one) => one.text === text).map(({ fleet }) => fleet))}`,
            '',
            '```',
            text,
            '```',
          ]),
        ];
  return ['<!-- npm run changelog -->', ...lines, '<!-- /npm run changelog -->'].join('\n');
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

/** A changelog whose newest section has another such part. */
export function withRenderedPart(changelog: string, part: string): string {
  const [start, next] = [...changelog.matchAll(/^## /gm)].map(({ index }) => index);
  const end = next ?? changelog.length;
  const section = changelog.slice(start, end);
  if (!BLOCK.test(section))
    throw new Error(
      'The newest section of CHANGELOG.md needs the lines <!-- npm run changelog --> and <!-- /npm run changelog -->, below "### Rendered fleet".',
    );
  return changelog.slice(0, start) + section.replace(BLOCK, () => part) + changelog.slice(end);
}

/** Descriptions of the release before, by the name that the changelog has for them. */
function descriptionsOf({ commit }: Release): ReadonlyMap<string, string> {
  const show = (path: string) => execFileSync('git', ['show', `${commit}:${path}`], { encoding: 'utf8' });
  const examples = execFileSync('git', ['ls-tree', '--name-only', commit, 'examples/'], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.endsWith('.json'));
  return new Map([
    ['main.ts', show('main.ts')],
    ...examples.map((path): [string, string] => [path, show(`${path}/main.ts`)]),
  ]);
}

/** Renders and compares in a folder of its own. */
function effectsOf(before: Release, folder: string): readonly FleetEffect[] {
  const descriptions = descriptionsOf(before);
  const old = packRelease(before, join(folder, 'before'));
  const now = packCheckout(folder).file;
  for (const [name, text] of descriptions) {
    write(join(folder, placeOf(name), 'main.ts'), text);
    write(join(folder, placeOf(name), 'cdk8s.yaml'), 'language: typescript\napp: node main.js\n');
  }
  write(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  write(join(folder, '.gitignore'), '/before\n/node_modules\nbuild/\n*.tgz\n');
  const git = (...args: readonly string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: folder,
      },
    );
  git('init', '--quiet', '--initial-branch=main');
  install(folder, old);
  execFileSync(resolve('node_modules/.bin/tsc'), [], { cwd: folder, stdio: ['ignore', 2, 2] });
  renderAll(folder, [...descriptions.keys()]);
  git('add', '--all');
  git('commit', '--quiet', '--message', before.version);
  install(folder, now);
  renderAll(folder, [...descriptions.keys()]);
  return [...descriptions.keys()].map((fleet) => ({ fleet, text: diffOf(folder, fleet) }));
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    rootDir: '.',
    outDir: 'build',
  },
  include: ['fleets/**/*.ts'],
};

function placeOf(fleet: string): string {
  return join('fleets', fleet === 'main.ts' ? 'default' : fleet);
}

function renderAll(folder: string, fleets: readonly string[]): void {
  for (const fleet of fleets) {
    const program = join(folder, 'build', placeOf(fleet), 'main.js');
    const { CDK8S_OUTDIR: _, RUNNER_FLEET_OUTPUT: __, ...env } = process.env;
    execFileSync(process.execPath, [program], { cwd: join(folder, placeOf(fleet)), env, stdio: 'pipe' });
  }
}

function diffOf(folder: string, fleet: string): string {
  const program = join(folder, 'node_modules/gitlab-runner-fleet/build/package/lib/cli/main.js');
  const cwd = join(folder, placeOf(fleet));
  const text = execFileSync(process.execPath, [program, 'diff', 'HEAD'], { cwd, encoding: 'utf8' }).trim();
  return text.includes('no object changes') ? '' : summaryOf(text);
}

/** How many objects differ, and which rules of `diff` say what that does, each once: fields would fill the page. */
export function summaryOf(text: string): string {
  const lines = text.split('\n');
  const counts = lines.filter((line) => /^[\w-]+: .*\bobjects?\b/.test(line));
  const rules = lines.flatMap((line) => /^(?:security|disruptive|notice|info) \[[\w-]+\]/.exec(line) ?? []);
  return [...counts, ...new Set(rules)].join('\n');
}

/** Puts a tarball where Node looks for it, its dependencies from here beside it. */
function install(folder: string, tarball: string): void {
  const modules = join(folder, 'node_modules');
  rmSync(modules, { recursive: true, force: true });
  const home = join(modules, 'gitlab-runner-fleet');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home]);
  for (const name of readdirSync('node_modules').filter((name) => !name.startsWith('.')))
    if (!existsSync(join(modules, name))) symlinkSync(resolve('node_modules', name), join(modules, name));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function main(): void {
  const changelog = readFileSync(CHANGELOG, 'utf8');
  const before = packageBefore(newestVersion(changelog));
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-changelog-'));
  try {
    const part = renderedPart(before.version, effectsOf(before, folder));
    writeFileSync(CHANGELOG, withRenderedPart(changelog, part));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) main();
