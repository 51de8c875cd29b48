import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** What each folder may import of ours. The reason stands beside it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  values: [], // leaves: everything else may rely on them
  tokens: ['values'],
  runner: ['values'], // facts of GitLab Runner, whatever a fleet is
  karpenter: ['values'], // Karpenter's algebra, whatever a fleet is
  fargate: [], // what EKS Fargate sells, whatever a fleet is
  model: ['values', 'tokens', 'runner', 'fargate'], // decides without knowing how objects look
  charts: ['model', 'runner', 'imports'], // maps; what needs a decision belongs into model
  imports: [],
  manifests: [], // reads YAML, whoever wrote it
  checks: ['manifests', 'karpenter', 'fargate', 'runner', 'tokens', 'values'], // never model or charts: a fault there could hide itself
  diff: ['checks', 'karpenter', 'manifests', 'tokens', 'values'], // two revisions of YAML, whoever wrote it
  plan: ['checks', 'karpenter', 'fargate', 'values'], // asks what binds, of what checks observed
  report: ['checks', 'diff', 'fargate', 'manifests'], // prints what checks and diff found
  synth: ['model', 'charts', 'checks', 'manifests', 'report', 'tokens'],
  cli: ['checks', 'diff', 'manifests', 'plan', 'report', 'values', 'model', 'synth', 'tokens'], // arguments, terminal, exit codes
};

/** Folders whose result depends on their arguments alone: no files, processes, clocks or environment. */
const PURE = [
  'values',
  'tokens',
  'runner',
  'karpenter',
  'fargate',
  'model',
  'charts',
  'checks',
  'diff',
  'plan',
  'report',
];
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

const folderOf = (path: string) => path.split('/')[0];

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
  expect(impure.map(({ path }) => path)).toEqual([]);
});

test('main.ts declares: under 30 lines, without a branch', () => {
  const main = readFileSync('test/synth/fixtures/default-fleet.ts.txt', 'utf8');
  expect(main.split('\n').length).toBeLessThan(30);
  expect(main).not.toMatch(/\b(if|for|while|function)\b|=>/);
});

test('no file of ours grows beyond 400 lines', () => {
  const long = sources.filter(
    ({ path, text }) => folderOf(path) !== 'imports' && text.split('\n').length > 400,
  );
  expect(long.map(({ path }) => path).filter((path) => path !== 'runner/config-keys.ts')).toEqual([]);
});
