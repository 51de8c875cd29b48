import { parseManifests } from '../../lib/cluster/parse';
import { readYaml } from '../../lib/cluster/read-yaml';

/** Texts with what sigs.k8s.io/yaml v1.6.0 makes of them, by which kubectl reads. */
test.each([
  ['a bracket at the indentation of its key', 'm:\n  k: [\n    x,\n  ]\n', { m: { k: ['x'] } }],
  ['a bracket left of its key', 'm:\n  a:\n    k: [\n  x,\n    ]\n', { m: { a: { k: ['x'] } } }],
  ['items in the first column', 'k: [\nx,\n]\n', { k: ['x'] }],
  ['a brace in the first column', 'k: {\n  a: b\n}\nz: 1\n', { k: { a: 'b' }, z: 1 }],
  ['a brace of an item', '- {\n  a: 1\n}\n- b\n', [{ a: 1 }, 'b']],
  ['tabs between braces', 'a:\n  b: {\n\t"a": 1\n  }\n', { a: { b: { a: 1 } } }],
  ['a quoted text in the first column', 'a:\n  b: "x\ny"\n', { a: { b: 'x y' } }],
  ['comments between brackets', 'a:\n  b: [\n# c\n  x, #d\n  ]\n', { a: { b: ['x'] } }],
  ['a plain text over two lines', 'a:\n  b: [x\ny, z]\n', { a: { b: ['x y', 'z'] } }],
  ['a dialect of YAML 1.1', 'k: [\nyes, 0o17, 1e3\n]\n', { k: [true, 15, 1000] }],
])('%s is read as kubectl reads it', (_, text, value) => {
  expect(readYaml(text).documents).toEqual([value]);
});

test.each([
  ['a document that begins between brackets', 'a: [\n---\n]\n'],
  ['a document that ends between brackets', 'a: [\n...\n]\n'],
  ['a document that begins within a text', 'a: "x\n--- y"\n'],
  ['an item of a block between brackets', 'a: [\n- b\n]\n'],
  ['a bracket that nothing closes', 'a: [\nb: c\n'],
  ['tabs that indent a block', 'a:\n\tb: c\n'],
])('%s is refused, as kubectl refuses it', (_, text) => {
  expect(() => readYaml(text)).toThrow();
});

test('lines are those of the file, also below what was moved', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {\n  name: a\n}\ndata:\n  b: c\n';
  const [manifest] = parseManifests([{ path: 'a.yaml', text }]).manifests;
  expect(manifest.lineOf(['metadata', 'name'])).toBe(4);
  expect(manifest.lineOf(['data', 'b'])).toBe(7);
});

const OBJECT = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n';

/** What lies beside manifests in the repositories of many. */
test.each([
  ['values.yaml', 'gitlabUrl: https://gitlab.example.com\n', 'values'],
  ['kustomization.yaml', 'resources: [a.yaml]\n', 'kustomization'],
  ['kustomization.yml', 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n', 'kustomization'],
  ['Chart.yaml', 'apiVersion: v2\nname: fleet\nversion: 1.0.0\n', 'chart'],
  ['job.yaml', 'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: migrate- }\n', 'unnamed object'],
  ['patch.yaml', '- { op: remove, path: /spec/limits }\n', 'list'],
  [
    'secret.yaml',
    'apiVersion: ENC[a]\nkind: ENC[b]\nmetadata: { name: "ENC[c]" }\nsops: { mac: x }\n',
    'encrypted',
  ],
])('%s beside manifests is listed and not looked at', (path, text, other) => {
  const read = parseManifests([
    { path: `in/${path}`, text },
    { path: 'in/a.yaml', text: OBJECT },
  ]);
  expect(read.faults).toEqual([]);
  expect(read.manifests.map(({ name }) => name)).toEqual(['a']);
  expect(read.others.map((one) => one.other)).toEqual([other]);
});

test.each([
  ['a kind without apiVersion', 'kind: ConfigMap\nmetadata: { name: a }\n'],
  ['an apiVersion without kind', 'apiVersion: v1\nmetadata: { name: a }\n'],
  ['an object that lost both', 'metadata: { name: a }\nspec: {}\n'],
  ['an object without any name', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n'],
])('%s was meant as an object, and is refused', (_, text) => {
  expect(parseManifests([{ path: 'in/a.yaml', text }]).faults).toHaveLength(1);
});

test('a patch that a kustomization names is no second object of its name', () => {
  const { manifests, others } = parseManifests([
    { path: '/in/base/a.yaml', text: OBJECT },
    {
      path: '/in/prod/kustomization.yaml',
      text: 'resources: [../base]\npatches: [{ path: ./more/a.yaml }]\n',
    },
    { path: '/in/prod/more/a.yaml', text: OBJECT },
  ]);
  expect(manifests.map(({ file }) => file)).toEqual(['/in/base/a.yaml']);
  expect(others.map(({ other }) => other)).toEqual(['kustomization', 'patch']);
});

test('templates of a chart are listed, and others say how to render them', () => {
  const template = 'metadata:\n  name: {{ .Release.Name }}-{{ .x }}\n  {{- if .y }}\n';
  const inChart = parseManifests([
    { path: '/in/c/Chart.yaml', text: 'apiVersion: v2\nname: c\n' },
    { path: '/in/c/templates/a.yaml', text: template },
  ]);
  expect(inChart.others.map(({ other }) => other)).toEqual(['chart', 'template']);
  expect(inChart.faults).toEqual([]);
  expect(parseManifests([{ path: '/in/a.yaml', text: template }]).faults[0].fix).toContain('helm template');
});
