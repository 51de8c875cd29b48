import { certainDuplicatesOf, clustersOf, duplicatesOf } from '../../lib/cluster/clusters';
import { parseManifests } from '../../lib/cluster/parse';

const POOL = 'apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: { name: jobs }\n';
const CONFIG = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: runner }\ndata: { config.toml: x }\n';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ci }\n';

function clusters(files: Readonly<Record<string, string>>) {
  const { manifests } = parseManifests(Object.entries(files).map(([path, text]) => ({ path, text })));
  const found = clustersOf('in', manifests);
  return {
    names: found.map(({ name }) => name),
    sizes: found.map((cluster) => cluster.manifests.length),
    twice: found.flatMap((cluster) => duplicatesOf(cluster.manifests)).length,
  };
}

test('clusters stand apart at whatever depth, with what lies beside them in each', () => {
  const files = {
    'in/infra/a.yaml': NAMESPACE,
    'in/clusters/prod/a.yaml': `${POOL}---\n${CONFIG}`,
    'in/clusters/staging/a.yaml': `${POOL}---\n${CONFIG}`,
  };
  expect(clusters(files)).toEqual({ names: ['prod', 'staging'], sizes: [3, 3], twice: 0 });
});

test('runners alone of the same names are of several clusters', () => {
  const files = { 'in/prod/a.yaml': CONFIG, 'in/staging/a.yaml': CONFIG, 'in/pools.yaml': POOL };
  expect(clusters(files)).toEqual({ names: ['prod', 'staging'], sizes: [2, 2], twice: 0 });
});

test('folders of one name are of one cluster, wherever they stand', () => {
  const files = {
    'in/pools/prod/a.yaml': POOL,
    'in/pools/staging/a.yaml': POOL,
    'in/runners/prod/a.yaml': CONFIG,
    'in/runners/staging/a.yaml': CONFIG,
  };
  expect(clusters(files)).toEqual({ names: ['prod', 'staging'], sizes: [2, 2], twice: 0 });
});

test('parts of one cluster are one, and an object that is there twice is still a fault', () => {
  expect(clusters({ 'in/pools/a.yaml': POOL, 'in/runners/a.yaml': CONFIG })).toMatchObject({
    names: [undefined],
  });
  const files = {
    'in/a/a.yaml': `${POOL}---\n${NAMESPACE}`,
    'in/more/a.yaml': NAMESPACE,
    'in/r/a.yaml': CONFIG,
  };
  expect(clusters(files)).toMatchObject({ names: [undefined], twice: 1 });
});

const SECRET =
  'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: token, namespace: ci }\n';
const ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: runner }\n';

test('overlays that hold an object of the same name are two clusters, with their base in each', () => {
  const files = {
    'in/base/a.yaml': `${POOL}---\n${CONFIG}`,
    'in/overlays/colo/a.yaml': SECRET,
    'in/overlays/home/a.yaml': SECRET,
  };
  expect(clusters(files)).toEqual({ names: ['colo', 'home'], sizes: [3, 3], twice: 0 });
});

test('an object beside pools and again beside runners is in one cluster twice', () => {
  const files = {
    'in/pools/a.yaml': `${POOL}---\n${SECRET}`,
    'in/runners/a.yaml': `${CONFIG}---\n${SECRET}`,
  };
  expect(clusters(files)).toMatchObject({ names: [undefined], twice: 1 });
});

test('objects of two folders that name no namespace are not the same for certain, those of one folder are', () => {
  const twice = (...paths: readonly string[]) =>
    certainDuplicatesOf(parseManifests(paths.map((path) => ({ path, text: ACCOUNT }))).manifests).length;
  expect(twice('in/a/a.yaml', 'in/b/a.yaml')).toBe(0);
  expect(twice('in/a/a.yaml', 'in/a/b.yaml')).toBe(1);
  const pools = ['in/a/a.yaml', 'in/b/a.yaml'].map((path) => ({ path, text: POOL }));
  expect(certainDuplicatesOf(parseManifests(pools).manifests)).toHaveLength(1);
});

test('folders that name one cluster are one, also where a class of one names none, or another one', () => {
  const named = (name: string, cluster?: string) =>
    `apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: { name: ${name}, annotations: { ${cluster ? `gitlab-runner-fleet/cluster: ${cluster}` : ''} } }\n`;
  const fleet = (name: string, ...classes: readonly string[]) =>
    [POOL, CONFIG, ...classes]
      .join('---\n')
      .replaceAll('name: jobs', `name: ${name}`)
      .replaceAll('name: runner', `name: ${name}`);
  const files = {
    'in/a/a.yaml': fleet('a', named('a', 'main'), named('b')),
    'in/b/a.yaml': fleet('b', named('c', 'main'), named('d', 'other')),
    'in/c/a.yaml': fleet('c', named('e', 'third')),
  };
  expect(clusters(files)).toMatchObject({ names: ['a and b', 'c'] });
});
