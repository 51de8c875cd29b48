import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What each folder may import of ours. The reason stands beside it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'lib/values': [], // leaves: everything else may rely on them
  'lib/sealed-secrets': ['lib/values'],
  'lib/gitlab-runner': ['lib/shape', 'lib/values'], // facts of GitLab Runner, whatever a fleet is
  'lib/karpenter': ['lib/values'], // Karpenter's algebra and what EC2 and Fargate offer, whatever a fleet is
  'lib/shape': ['lib/values'],
  'lib/monitoring': ['lib/values'], // metrics and PromQL, whatever a fleet is
  'lib/fleet': [
    'lib/values',
    'lib/sealed-secrets',
    'lib/gitlab-runner',
    'lib/karpenter',
    'lib/monitoring',
    'lib/shape',
  ], // decides without knowing how objects look
  charts: ['lib/fleet', 'lib/gitlab-runner', 'imports'], // maps; what needs a decision belongs in lib/fleet
  imports: [],
  'lib/cluster': ['lib/gitlab-runner', 'lib/karpenter', 'lib/values'], // reads YAML, whoever wrote it
  'lib/checks': [
    'lib/cluster',
    'lib/karpenter',
    'lib/gitlab-runner',
    'lib/sealed-secrets',
    'lib/shape',
    'lib/values',
  ], // never lib/fleet or charts: a fault there could hide itself
  'lib/cost': ['lib/cluster', 'lib/karpenter', 'lib/values'], // what runners cost; never a rule of the proof
  'lib/diff': [
    'lib/cluster',
    'lib/cost',
    'lib/gitlab-runner',
    'lib/karpenter',
    'lib/pipelines',
    'lib/sealed-secrets',
    'lib/values',
  ], // two revisions of YAML; never a rule of the proof
  'lib/plan': ['lib/cluster', 'lib/karpenter', 'lib/values'], // asks what binds; never a rule of the proof
  'lib/pipelines': ['lib/cluster', 'lib/gitlab-runner', 'lib/karpenter', 'lib/shape', 'lib/values'], // jobs against runners; never a rule of the proof
  'lib/compare': ['lib/cluster', 'lib/gitlab-runner', 'lib/sealed-secrets', 'lib/values'], // what two sets of runners give jobs; never a rule of the proof
  'lib/import': [
    'lib/cluster',
    'lib/compare',
    'lib/fleet',
    'lib/gitlab-runner',
    'lib/karpenter',
    'lib/sealed-secrets',
    'lib/values',
  ], // what others wrote, as a description; rendering it is lib/cli's
  'lib/gitlab': ['lib/cluster', 'lib/fleet', 'lib/values'], // the GitLab server against descriptions; asking it is lib/cli's
  'lib/upgrade': ['lib/cluster', 'lib/diff', 'lib/fleet', 'lib/gitlab-runner', 'lib/karpenter', 'lib/values'], // newer releases for descriptions; rendering with them is lib/cli's
  'lib/report': [
    'lib/checks',
    'lib/cluster',
    'lib/compare',
    'lib/cost',
    'lib/diff',
    'lib/gitlab',
    'lib/import',
    'lib/karpenter',
    'lib/pipelines',
    'lib/plan',
    'lib/upgrade',
    'lib/values',
  ], // prints
  'lib/page': [
    'lib/checks',
    'lib/cluster',
    'lib/cost',
    'lib/diff',
    'lib/karpenter',
    'lib/plan',
    'lib/report',
    'lib/values',
  ], // one page of what reports, plans and comparisons say
  'lib/project': ['lib/checks', 'lib/cluster', 'lib/cost', 'lib/karpenter', 'lib/report', 'lib/values'], // files that synth and check both read
  'lib/app': [
    'lib/fleet',
    'charts',
    'lib/checks',
    'lib/cluster',
    'lib/project',
    'lib/report',
    'lib/sealed-secrets',
    'lib/values',
  ],
  'lib/init': ['lib/values'], // files of a new project, as text; reading and writing them is lib/cli's
  'lib/cli': [
    'lib/checks',
    'lib/diff',
    'lib/cluster',
    'lib/compare',
    'lib/cost',
    'lib/gitlab',
    'lib/import',
    'lib/pipelines',
    'lib/plan',
    'lib/page',
    'lib/report',
    'lib/values',
    'lib/fleet',
    'lib/app',
    'lib/project',
    'lib/sealed-secrets',
    'lib/init',
    'lib/upgrade',
  ], // arguments, terminal, exit codes
};

/** What all may import: the one record of a problem, and the annotations that renderer and proof agree on. */
const SHARED = ['lib/contract', 'lib/problem'];

/** Folders whose result depends on their arguments alone: no files, processes, clocks or environment. */
const PURE = Object.keys(MAY_IMPORT).filter(
  (folder) => !['imports', 'lib/app', 'lib/cli', 'lib/project'].includes(folder),
);
/** What a pure folder has that reads files: one file, and a program that is text here and runs in a cluster. */
const READS_FILES = ['lib/fleet/orphan-cleanup-script.ts', 'lib/cluster/read-folder.ts'];
const IMPURE =
  /from '(node:)?(fs|fs\/promises|child_process|os|net|http|https)'|\bprocess\.[a-z]+\b(?!')|Date\.now|new Date|Math\.random/;

/**
 * What judges YAML, and must not lean on what renders it: neither a fault nor a new default of the renderer moves a test of
 * these folders.
 */
const TESTS_OF_JUDGES = [
  'test/checks',
  'test/diff',
  'test/pipelines',
  'test/plan',
  'test/cost',
  'test/report',
  'test/cluster',
  'test/karpenter',
];
const RENDERER = ['lib/fleet', 'lib/app', 'charts'];
/** What developers run and what tests: whatever is shipped knows nothing of them. */
const DEVELOPERS = ['tools', 'test'];

interface Source {
  readonly path: string;
  readonly text: string;
  /** Paths of ours without their extension. */
  readonly imports: readonly string[];
}

/** Whatever loads another module: imports and exports, dynamic ones, `require` of any kind, and what jest mocks. */
const LOADS = [
  /^\s*(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/g,
  /\brequire(?:\.resolve)?\s*\(\s*['"`]([^'"`]+)['"`]/g,
  /\bjest\s*\.\s*\w+(?:<[^;]*?>)?\s*\(\s*['"`](\.[^'"`]*)['"`]/g,
];

/** The modules that a text loads, as it names them. */
function loadsOf(text: string): readonly string[] {
  return LOADS.flatMap((load) => [...text.matchAll(load)].map(([, module]) => module));
}

/** The files of ours that a file loads, by their paths from the top of the project, without an extension. */
function importsOf(path: string, text: string): readonly string[] {
  return loadsOf(text)
    .filter((module) => module.startsWith('.'))
    .map((module) => normalize(join(dirname(path), module)).replace(/\.[jt]s$/, ''));
}

function sourcesIn(folder: string): readonly Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

const sources: readonly Source[] = Object.keys(MAY_IMPORT).flatMap(sourcesIn);
/** The same with everything that developers run. */
const everything: readonly Source[] = [...sources, ...DEVELOPERS.flatMap(sourcesIn)];
const IMPORTS: ReadonlyMap<string, readonly string[]> = new Map(
  everything.map(({ path, imports }) => [path, imports.map((target) => `${target}.ts`)]),
);

const folderOf = (path: string) =>
  path
    .split('/')
    .slice(0, /^(lib|test|tools)\//.test(path) ? 2 : 1)
    .join('/');

test.each(Object.entries(MAY_IMPORT))('%s imports of ours only %j', (folder, allowed) => {
  const wrong = sources
    .filter(({ path }) => folderOf(path) === folder)
    .flatMap(({ path, imports }) => imports.map((target) => [path, target]))
    .filter(
      ([, target]) => folderOf(target) !== folder && ![...allowed, ...SHARED].includes(folderOf(target)),
    );
  expect(wrong).toEqual([]);
});

test('nothing that is shipped imports what developers run or what tests', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports.filter((target) => DEVELOPERS.includes(target.split('/')[0])).map((target) => [path, target]),
  );
  expect(wrong).toEqual([]);
});

test.each(TESTS_OF_JUDGES)('%s reaches nothing of the renderer, by whatever way', (folder) => {
  const tests = everything.filter(({ path }) => folderOf(path) === folder);
  expect(tests).not.toEqual([]);
  const wrong = tests.flatMap(({ path }) =>
    reached(path)
      .filter((target) => RENDERER.includes(folderOf(target)))
      .map((target) => [path, target]),
  );
  expect(wrong).toEqual([]);
});

test('the tests of check, diff, pipelines and plan as commands reach nothing of the renderer either', () => {
  const commands = ['check', 'diff', 'pipelines', 'plan'].map((name) => `test/cli/${name}.test.ts`);
  const wrong = commands.filter((path) =>
    reached(path).some((target) => RENDERER.includes(folderOf(target))),
  );
  expect(wrong).toEqual([]);
});

/** Every file of ours that a file loads, itself or by way of others. */
function reached(path: string): readonly string[] {
  const found = new Set([path]);
  // A set iterates over what joins it meanwhile.
  for (const one of found) {
    for (const target of IMPORTS.get(one) ?? []) found.add(target);
  }
  return [...found];
}

describe('whatever loads a module is seen', () => {
  test.each([
    ["import { a } from './one';"],
    ["import type { A } from './one';"],
    ["import {\n  a,\n  b,\n} from './one';"],
    ['import * as all from "./one";'],
    ["import './one';"],
    ["import one = require('./one');"],
    ["export { a } from './one';"],
    ["export * from './one';"],
    ["export type {\n  A,\n} from './one';"],
    ["const { a } = await import('./one');"],
    ["const one = import(\n  './one'\n);"],
    ["type A = import('./one').A;"],
    ["const one = require('./one');"],
    ["const path = require.resolve('./one');"],
    ["jest.mock('./one');"],
    ["jest.doMock('./one', () => ({}));"],
    ["const one = jest.requireActual<typeof import('./other')>('./one');"],
  ])('%j', (text) => {
    expect(importsOf('test/checks/some.test.ts', text)).toContain('test/checks/one');
  });

  test.each([
    ["const from = './one';"],
    ["export const text = 'a';\nconst words = ['from', './one'];"],
    ["import { a } from 'jest';"],
  ])('and nothing else: %j', (text) => {
    expect(importsOf('test/checks/some.test.ts', text)).toEqual([]);
  });

  test('by its path from the top', () => {
    expect(importsOf('test/checks/some.test.ts', "import('../../lib/app/render.js')")).toEqual([
      'lib/app/render',
    ]);
  });
});

test('no file imports itself by way of others', () => {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (trail.includes(path) || done.has(path)) return;
    for (const target of IMPORTS.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of IMPORTS.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

test('what decides and maps touches no files, clocks or environment', () => {
  const impure = sources.filter(({ path, text }) => PURE.includes(folderOf(path)) && IMPURE.test(text));
  expect(impure.map(({ path }) => path)).toEqual(READS_FILES);
});

test('main.ts declares: under 30 lines, without a branch', () => {
  const main = readFileSync('test/app/fixtures/default-fleet.ts.txt', 'utf8');
  expect(main.split('\n').length).toBeLessThan(30);
  expect(main).not.toMatch(/\b(if|for|while|function)\b|=>/);
});

test('no file of ours grows beyond 400 lines', () => {
  const long = sources.filter(
    ({ path, text }) => folderOf(path) !== 'imports' && text.split('\n').length > 400,
  );
  expect(long.map(({ path }) => path).filter((path) => path !== 'lib/gitlab-runner/config/keys.ts')).toEqual(
    [],
  );
});

test('docs/architecture.md has the same table', () => {
  const rows = [
    ...readFileSync('docs/architecture.md', 'utf8').matchAll(/^\| `([\w/-]+)\/` \| .* \| (.*) \|$/gm),
  ];
  const documented = Object.fromEntries(
    rows
      .filter(([, folder]) => folder in MAY_IMPORT)
      .map(([, folder, allowed]) => [
        folder,
        [...allowed.matchAll(/`([\w/-]+)`/g)].map(([, name]) => name).sort(),
      ]),
  );
  expect(documented).toEqual(
    Object.fromEntries(Object.entries(MAY_IMPORT).map(([folder, allowed]) => [folder, [...allowed].sort()])),
  );
});
