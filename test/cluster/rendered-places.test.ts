import { misplacedFiles, renderedFolders, unitFolders } from '../../lib/cluster/rendered-places';
import { HEADER } from '../../lib/cluster/rendered-text';

const file = (path: string, kind = 'NetworkPolicy') => ({ path, text: `${HEADER}kind: ${kind}\n` });
const FLEET = [
  file('dist/production/base/namespace-jobs.yaml'),
  file('dist/production/karpenter/nodepool-jobs.yaml'),
  file('dist/production/runners/networkpolicy-jobs.yaml'),
  file('dist/production/runners/amd64/deployment.yaml'),
  file('dist/production/cluster/clusterconfig.yaml', 'ClusterConfig'),
];

test.each(['dist', '.', 'dist/production', 'dist/production/runners'])(
  'what synth renders stands where it should, seen from %s',
  (below) => {
    const files = FLEET.filter(({ path }) => below === '.' || path.startsWith(`${below}/`));
    expect(files.length).toBeGreaterThan(1);
    expect([...misplacedFiles(below, files)]).toEqual([]);
  },
);

test.each([
  'dist/production/cluster/networkpolicy-jobs.yaml',
  'dist/production/extra/networkpolicy-jobs.yaml',
  'dist/production/networkpolicy-jobs.yaml',
  'dist/networkpolicy-jobs.yaml',
  'dist/runners/networkpolicy-jobs.yaml',
  'dist/production/runners/.github/networkpolicy-jobs.yaml',
  'dist/production/.circleci/runners/networkpolicy-jobs.yaml',
  'dist/production/x/runners/networkpolicy-jobs.yaml',
  'dist/production/runners/cloudbuild.yaml',
  'dist/production/runners/cloudbuild.yaml/networkpolicy-jobs.yaml',
  'dist/production/runners/policies.zip/networkpolicy-jobs.yaml',
  'dist/production/runners/a.tar.gz/networkpolicy-jobs.yaml',
  'dist/production/runners/appveyor.yml/networkpolicy-jobs.yaml',
])('a policy in %s is read by nobody, or by Argo CD alone', (path) => {
  for (const below of ['dist', '.']) {
    const files = [...FLEET, file(path)];
    expect([...misplacedFiles(below, files)]).toEqual([path]);
  }
});

test('fleets of several projects stand each in its own folder', () => {
  const files = ['teams/a', 'teams/b', 'runners'].flatMap((project) =>
    FLEET.map(({ path, text }) => ({ path: `${project}/${path}`, text })),
  );
  expect([...misplacedFiles('.', files.slice(0, 10))]).toEqual([]);
  expect([...renderedFolders('.', files.slice(0, 10))]).toEqual(['teams/a/dist', 'teams/b/dist']);
  expect([...misplacedFiles('runners/dist', files.slice(10))]).toEqual([]);
});

test('a file beside them with the first line of a rendered one makes no folder a rendered one', () => {
  expect([...renderedFolders('.', [...FLEET, file('notes.yaml')])]).toEqual(['dist']);
});

test('a unit is the folder that Flux reads, whatever folders above and below it are called', () => {
  const folders = (...paths: readonly string[]) => [...unitFolders(paths).values()];
  expect(folders('dist/production/runners/amd64/deployment.yaml')).toEqual(['dist/production/runners']);
  expect(folders('runners/dist/production/base/namespace.yaml')).toEqual(['runners/dist/production/base']);
  expect(folders('dist/production/deployment.yaml')).toEqual([]);
  expect(
    folders('dist/production/runners/karpenter/nodepool.yaml', 'dist/production/runners/policy.yaml'),
  ).toEqual(['dist/production/runners', 'dist/production/runners']);
});

test('in the folder of metrics and alerts stands nothing that has to be applied: Argo CD may leave it out', () => {
  const path = 'dist/production/monitoring/object.yaml';
  const at = (text: string) => [...misplacedFiles('dist', [...FLEET, { path, text: `${HEADER}\n${text}` }])];
  expect(at('kind: PodMonitor\n')).toEqual([]);
  expect(at('kind: PrometheusRule\n')).toEqual([]);
  expect(at('kind: ConfigMap\nmetadata:\n  labels:\n    app.kubernetes.io/component: monitoring\n')).toEqual(
    [],
  );
  expect(at('kind: NetworkPolicy\n')).toEqual([path]);
  expect(at('kind: ConfigMap\nmetadata:\n  labels:\n    app.kubernetes.io/component: manager\n')).toEqual([
    path,
  ]);
});
