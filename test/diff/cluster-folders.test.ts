import type { SourceFile } from '../../lib/cluster/manifest';
import { diffFolders } from '../../lib/diff/all';
import { type Change, edited, FLEET, parsed, readFixture } from '../fixtures/files';

/** Two fleets of one cluster, in folders of their own. */
const BOTH = [...FLEET, ...readFixture('neighbour')];

function said(...changes: readonly Change[]): readonly string[] {
  const diffs = diffFolders('', parsed(BOTH), parsed(edited(BOTH, ...changes)));
  return diffs.flatMap(({ impacts }) =>
    impacts
      .filter(({ id }) => id === 'tiers-joined' || id === 'moved-pods')
      .map(({ weight, what }) => `${weight} ${what}`),
  );
}

test('fleets of one cluster that come to share something are seen across their folders, once', () => {
  expect(said(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'])).toEqual([
    expect.stringMatching(
      /^security .* of fleet acme and .* of fleet protected share the namespace gitlab-jobs\.$/,
    ),
  ]);
  expect(
    said(
      ['', /dedicated-to: protected-managers/g, 'dedicated-to: gitlab-managers'],
      ['', /value: protected-managers/g, 'value: gitlab-managers'],
    ),
  ).toContainEqual(expect.stringMatching(/^security .* share the nodes of gitlab-managers\.$/));
});

test('a job that moves to a namespace of the other folder is judged by what holds there', () => {
  expect(said(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"']).join()).not.toMatch(
    /not known/,
  );
  expect(
    said(
      ['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'],
      ['namespace-gitlab-jobs.yaml', 'enforce: baseline', 'enforce: privileged'],
    ),
  ).toContainEqual(
    expect.stringMatching(
      /^security Its jobs run in gitlab-jobs, whose Pod Security level is privileged, before baseline\.$/,
    ),
  );
});

test.each<[what: string, change: Change]>([
  [
    'a node class no longer names the cluster',
    ['ec2nodeclass-gitlab-jobs.yaml', / {4}gitlab-runner-fleet\/cluster: .*\n/, ''],
  ],
  [
    'a node class names another cluster',
    ['ec2nodeclass-gitlab-jobs.yaml', /(gitlab-runner-fleet\/cluster: ).*/, '$1elsewhere'],
  ],
  [
    'no node class names the cluster any more',
    ['karpenter/ec2nodeclass', / {4}gitlab-runner-fleet\/cluster: .*\n/, ''],
  ],
])('and are seen too where %s', (_, [path, from, to]) => {
  const all = BOTH.map(({ path: file }) => file).filter(
    (file) => file.includes(path) && !file.includes('protected'),
  );
  const changes = all.map((file): Change => [file, from, to]);
  expect(said(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'], ...changes)).toContainEqual(
    expect.stringMatching(/^security .* share the namespace gitlab-jobs\.$/),
  );
});

test('nothing is said of fleets that stay apart', () => {
  expect(said(['nodepool-gitlab-jobs-amd64-spot.yaml', 'cpu: "104"', 'cpu: "10"'])).toEqual([]);
});

/** What weighs security in the fleet with a folder of its own beside it. */
function besides(text: string, before: readonly SourceFile[] = FLEET): readonly string[] {
  const after = [...FLEET, { path: 'extra/more.yaml', text }];
  return diffFolders('', parsed(before), parsed(after)).flatMap(({ impacts }) =>
    impacts.filter(({ weight }) => weight === 'security').map(({ id, what }) => `${id} ${what}`),
  );
}

test('a folder that is no cluster is judged with the cluster beside it', () => {
  const reader = `apiVersion: v1
kind: Pod
metadata: { name: x, namespace: gitlab-runners }
spec: { containers: [{ name: a, image: a, envFrom: [{ secretRef: { name: runner-amd64-spot-token } }] }] }
`;
  expect(besides(reader)).toContainEqual(
    expect.stringMatching(/^pod-powers .*start in a namespace of managers/),
  );
  expect(besides(reader)).toContainEqual(expect.stringMatching(/^unknown-object No fleet has .* kind Pod/));
  const open = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: x, namespace: gitlab-jobs }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{}] }
`;
  expect(besides(open)).toContainEqual(
    expect.stringMatching(
      /^network-change Running jobs may have more connections: to the instance metadata service/,
    ),
  );
});

test('a folder that makes itself a cluster of its own is named', () => {
  const cluster = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: x }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: x, namespace: gitlab-runners }
`;
  expect(besides(cluster)).toEqual([
    expect.stringMatching(/^unknown-object The folder is new, and names no cluster/),
  ]);
  expect(besides(cluster, []).join()).not.toContain('The folder is new');
});

test('a tier that comes beside another one is compared with that, and has nothing that is unusual', () => {
  const diffs = diffFolders('', parsed(FLEET), parsed(BOTH));
  const ids = diffs.flatMap(({ impacts }) => impacts.map(({ id }) => id));
  expect(ids).not.toContain('unjudged');
  expect(ids).not.toContain('unknown-object');
});

describe('clusters of the same names at whatever depth', () => {
  const at = (folder: string, files: readonly SourceFile[] = FLEET) =>
    files.map(({ path, ...file }) => ({ ...file, path: path.replace(/^acme/, folder) }));
  const clustersOf = (before: readonly SourceFile[], after: readonly SourceFile[]) =>
    diffFolders('in', parsed(before), parsed(after))
      .filter(({ changes }) => changes.length > 0)
      .map(({ cluster, changes }) => [cluster, changes.length]);
  const CHANGE: Change = ['arm64-spot/configmap.yaml', 'pull_policy = "always"', 'pull_policy = "never"'];

  test.each(['infra/clusters', 'a/b/c/d'])('below %s are told apart', (above) => {
    const both = [...at(`in/${above}/prod`), ...at(`in/${above}/staging`)];
    const after = [...at(`in/${above}/prod`, edited(FLEET, CHANGE)), ...at(`in/${above}/staging`)];
    expect(clustersOf(both, after)).toEqual([['prod', 1]]);
  });

  test('what lies beside them is compared alone', () => {
    const namespace = (label: string) => ({
      path: 'in/infra/base/ns.yaml',
      text: `apiVersion: v1\nkind: Namespace\nmetadata: { name: other, labels: { a: ${label} } }\n`,
    });
    const both = [...at('in/infra/prod'), ...at('in/infra/staging')];
    expect(clustersOf([...both, namespace('b')], [...both, namespace('c')])).toEqual([['infra', 1]]);
  });

  test('parts that share their pools are compared with these', () => {
    const isPool = ({ path }: SourceFile) => path.includes('/karpenter/');
    const runners = FLEET.filter((file) => !isPool(file));
    const pools = at('in/pools', FLEET.filter(isPool));
    const both = [...at('in/prod', runners), ...at('in/staging', runners), ...pools];
    const after = [...at('in/prod', edited(runners, CHANGE)), ...at('in/staging', runners), ...pools];
    expect(clustersOf(both, after)).toEqual([['prod', 1]]);
  });
});

describe('a folder of a cluster that is renamed', () => {
  const moved = (files: readonly SourceFile[]) =>
    files.map(({ path, text }) => ({ path: path.replace(/^acme\//, 'prod2/'), text }));
  const impactsOf = (before: readonly SourceFile[], ...changes: readonly Change[]) =>
    diffFolders('', parsed(before), parsed(moved(edited(FLEET, ...changes)))).flatMap(({ impacts }) =>
      impacts.map(({ id, weight }) => `${weight} ${id}`),
    );

  test('is the same cluster: nothing stops, and objects of other units move', () => {
    const said = new Set(impactsOf(FLEET));
    expect(
      [...said].filter((one) => /manager-stopped|pool-removed|namespace-removed|token/.test(one)),
    ).toEqual([]);
  });

  test.each<[string, Change, string]>([
    [
      'another command of a manager',
      ['amd64-spot/deployment.yaml', '- dumb-init', '- sh'],
      'security pod-powers',
    ],
    [
      'less memory',
      ['amd64-spot/deployment.yaml', 'memory: 256Mi', 'memory: 20Mi'],
      'disruptive killed-earlier',
    ],
  ])('hides no change on the way: %s', (_, change, says) => {
    expect(impactsOf(FLEET, change)).toContain(says);
  });
});
