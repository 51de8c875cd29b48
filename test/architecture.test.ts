import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What each folder may import of ours. The reason stands beside it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'lib/values': [], // leaves: everything else may rely on them
  'lib/sealed-secrets': ['lib/values'],
  'lib/gitlab-runner': ['lib/values'], // facts of GitLab Runner, whatever a fleet is
  'lib/karpenter': ['lib/values'], // Karpenter's algebra and what EC2 and Fargate offer, whatever a fleet is
  'lib/shape': ['lib/values'],
  'lib/fleet': ['lib/values', 'lib/sealed-secrets', 'lib/gitlab-runner', 'lib/karpenter', 'lib/shape'], // decides without knowing how objects look
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
  'lib/diff': ['lib/cluster', 'lib/karpenter', 'lib/sealed-secrets', 'lib/values'], // two revisions of YAML; never a rule of the proof
  'lib/plan': ['lib/cluster', 'lib/karpenter', 'lib/values'], // asks what binds; never a rule of the proof
  'lib/report': ['lib/checks', 'lib/cluster', 'lib/diff', 'lib/karpenter', 'lib/plan', 'lib/values'], // prints
  'lib/app': [
    'lib/fleet',
    'charts',
    'lib/checks',
    'lib/cluster',
    'lib/report',
    'lib/sealed-secrets',
    'lib/values',
  ],
  'lib/init': ['lib/values'], // files of a new project, as text; reading and writing them is lib/cli's
  'lib/cli': [
    'lib/checks',
    'lib/diff',
    'lib/cluster',
    'lib/plan',
    'lib/report',
    'lib/values',
    'lib/fleet',
    'lib/app',
    'lib/sealed-secrets',
    'lib/init',
  ], // arguments, terminal, exit codes
};

/** Folders whose result depends on their arguments alone: no files, processes, clocks or environment. */
const PURE = Object.keys(MAY_IMPORT).filter((folder) => !['imports', 'lib/app', 'lib/cli'].includes(folder));
/** The one file of a pure folder that reads files. */
const READS_FILES = ['lib/cluster/read-folder.ts'];
const IMPURE =
  /from '(node:)?(fs|fs\/promises|child_process|os|net|http|https)'|\bprocess\.[a-z]+\b(?!')|Date\.now|new Date|Math\.random/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources: Source[] = Object.keys(MAY_IMPORT).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(path, 'utf8');
      const specifiers = [...text.matchAll(/^(?:import|export)[\s\S]*?from '(\.[^']+)'/gm)].map(
        ([, one]) => one,
      );
      return { path, text, imports: specifiers.map((one) => normalize(join(dirname(path), one))) };
    }),
);

const folderOf = (path: string) =>
  path
    .split('/')
    .slice(0, path.startsWith('lib/') ? 2 : 1)
    .join('/');

test.each(Object.entries(MAY_IMPORT))('%s imports of ours only %j', (folder, allowed) => {
  const wrong = sources
    .filter(({ path }) => folderOf(path) === folder)
    .flatMap(({ path, imports }) => imports.map((target) => [path, target]))
    .filter(([, target]) => folderOf(target) !== folder && !allowed.includes(folderOf(target)));
  expect(wrong).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports.map((target) => `${target}.ts`)]));
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (trail.includes(path) || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
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
