import { resolve } from 'node:path';
import { clustersOf, duplicatesOf } from '../../lib/cluster/clusters';
import { displayName, type Manifest } from '../../lib/cluster/manifest';
import { parseManifests } from '../../lib/cluster/parse';
import { fileProblemText } from '../../lib/report/file-problem';
import { formatPath } from '../../lib/values/field-path';
import { SCALARS } from './scalars';

const object = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;
const only = (text: string): Manifest => parseManifests([{ path: 'a.yaml', text }]).manifests[0];

test('several documents of a file are several objects, empty ones none', () => {
  const { manifests, faults } = parseManifests([
    { path: 'a.yaml', text: `${object('a')}---\n---\n# nothing\n---\n${object('b')}` },
  ]);
  expect(manifests.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(faults).toEqual([]);
});

test('the items of a List are objects', () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Namespace\n    metadata: { name: a }\n';
  const manifest = only(list);
  expect(displayName(manifest)).toBe('Namespace/a');
  expect(manifest.lineOf(['metadata'])).toBe(6);
});

test('the items of a List within a List are objects too', () => {
  const inner =
    'apiVersion: v1\n    kind: List\n    items:\n      - {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n';
  const manifest = only(`apiVersion: v1\nkind: List\nitems:\n  - ${inner}`);
  expect(displayName(manifest)).toBe('Namespace/a');
  expect(manifest.lineOf(['metadata'])).toBe(7);
});

test.each(['\u0085', '\u2028', '\u2029'])(
  '%j, which ends a line for kubectl and not here, is not usable YAML',
  (end) => {
    const { manifests, faults } = parseManifests([
      { path: 'a.yaml', text: object('a', `spec: 1 #${end}  hostNetwork: true\n`) },
    ]);
    expect(manifests).toEqual([]);
    expect(faults.map(fileProblemText)).toEqual([
      expect.stringMatching(/^a.yaml:5: a character that ends a line for some/),
    ]);
  },
);

/** Scalars with what kubectl makes of them; the cluster test asks kubectl itself. */
test.each(SCALARS)('%s is read as kubectl reads it', (scalar, value) => {
  expect(only(object('a', `spec: { value: ${scalar} }\n`)).body.spec).toEqual({ value });
});

test('keys are texts, whatever they look like', () => {
  const manifest = only(object('a', 'data:\n  on: a\n  2024-01-01: b\n  0x10: c\n'));
  expect(manifest.body.data).toEqual({ true: 'a', '2024-01-01': 'b', 16: 'c' });
});

test('a field has the line of its key, a missing one that of the field above it, an item its own', () => {
  const manifest = only(object('a', 'spec:\n  list:\n    - one\n    - name: two\n  text: |\n    x\n'));
  expect(manifest.lineOf(['spec', 'list'])).toBe(6);
  expect(manifest.lineOf(['spec', 'list', 1, 'name'])).toBe(8);
  expect(manifest.lineOf(['spec', 'text'])).toBe(9);
  expect(manifest.lineOf(['spec', 'nothing', 'here'])).toBe(5);
});

test.each([
  ['a: [\n', 1, /not valid YAML/],
  ['apiVersion: v1\nkind: A\nmetadata: {}\n', 1, /needs apiVersion, kind and metadata.name/],
  ['- just\n- a list\n', 1, /needs apiVersion/],
  ['text\n', 1, /needs apiVersion/],
  [`${object('a')}  bad: : x\n`, 5, /not valid YAML/],
])('what is no object is a fault with its line: %j', (text, line, reason) => {
  const { manifests, faults } = parseManifests([{ path: 'a.yaml', text }]);
  expect(manifests).toEqual([]);
  expect(faults.map(fileProblemText)).toEqual([expect.stringMatching(reason)]);
  expect(faults[0].at).toMatchObject({ file: 'a.yaml', line: expect.any(Number) });
  expect(faults[0].at.line).toBeGreaterThanOrEqual(line);
});

test('two objects of one identity are a fault that names both places', () => {
  const { manifests } = parseManifests([
    { path: 'a.yaml', text: object('a') },
    { path: 'b.yaml', text: `${object('b')}---\n${object('a')}` },
  ]);
  expect(duplicatesOf(manifests).map(fileProblemText)).toEqual([
    'b.yaml:6: ConfigMap/a: it is in a.yaml:1 too, and one would overwrite the other; keep one',
  ]);
});

test('subfolders that are whole fleets are clusters of their own, others are one', () => {
  const pool = 'apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: p\n';
  const files = ['dist/one', 'dist/two'].flatMap((folder) => [
    { path: `${folder}/pool.yaml`, text: pool },
    { path: `${folder}/runners/map.yaml`, text: object('m') },
  ]);
  const { manifests } = parseManifests(files);
  for (const folder of ['dist', 'dist/', './dist/', resolve('dist')])
    expect(clustersOf(folder, manifests).map(({ name }) => name)).toEqual(['one', 'two']);
  expect(clustersOf('dist/one', manifests.slice(0, 2)).map(({ name }) => name)).toEqual([undefined]);
});

test('paths read as people write them', () => {
  expect(formatPath(['spec', 'containers', 0, 'image'])).toBe('spec.containers[0].image');
  expect(formatPath(['data', 'config.toml'])).toBe('data["config.toml"]');
});

test('folders that name the same cluster are one, by node classes or by a ClusterConfig', () => {
  const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\n';
  const nodeClass = (cluster: string) =>
    `apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: jobs\n  annotations:\n    gitlab-runner-fleet/cluster: ${cluster}\n`;
  const pool = 'apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: jobs\n';
  const profiles = 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: main\n';
  const { manifests } = parseManifests([
    { path: 'dist/one/a.yaml', text: [config, pool, nodeClass('main')].join('---\n') },
    { path: 'dist/two/a.yaml', text: [config, profiles].join('---\n') },
    { path: 'dist/three/a.yaml', text: [config, pool, nodeClass('other')].join('---\n') },
  ]);
  expect(clustersOf('dist', manifests).map(({ name }) => name)).toEqual(['one and two', 'three']);
});
