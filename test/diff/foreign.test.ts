import type { SourceFile } from '../../lib/cluster/manifest';
import { parseManifests } from '../../lib/cluster/parse';
import { HEADER } from '../../lib/cluster/rendered-text';
import { unrenderedFiles } from '../../lib/diff/not-rendered';
import { edited, FLEET } from '../fixtures/files';
import { diffOf } from './revisions';

const ENTRYPOINT = '  entrypoint: |\n    cp /configmaps/config.toml /home/\n    exec /entrypoint run\n';
interface Options {
  readonly concurrent?: number;
  readonly script?: string;
  readonly mount?: string;
  readonly annotations?: string;
  readonly label?: string;
  readonly subjects?: string;
  readonly replicas?: string;
  readonly name?: string;
  readonly image?: string;
}

/** A manager that someone wrote, with what it reads. */
const files = ({
  concurrent = 10,
  script = '',
  mount = 'mountPath: /configmaps',
  annotations = '{}',
  label = 'a',
  subjects = '[{ kind: ServiceAccount, name: runner, namespace: ci }]',
  replicas = '',
  name = '',
  image = 'alpine',
}: Options) => [
  {
    path: 'dist/a.yaml',
    text: `apiVersion: v1
kind: ConfigMap
metadata: { name: runner, namespace: ci }
data:
${script}  config.toml: |
    concurrent = ${concurrent}
    [[runners]]
      ${name}
      token = "$TOKEN"
      [runners.kubernetes]
        image = "${image}"
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: runner, namespace: ci, annotations: ${annotations} }
spec:
  template:
    metadata: { labels: { a: ${label} } }
    spec:
      serviceAccountName: runner
      containers: [{ name: r, image: gitlab/gitlab-runner, volumeMounts: [{ name: c, ${mount} }] }]
      volumes: [{ name: c, configMap: { name: runner } }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: runner, namespace: ci }
roleRef: { kind: Role, name: runner }
subjects: ${subjects}
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: ci }
spec: { ${replicas} template: { spec: { requirements: [] } } }
`,
  },
];

const impacts = (before: Options, after: Options) =>
  diffOf(files(before), files(after)).impacts.map(
    ({ id, weight, what, why }) => `${weight} ${id}: ${what} ${why}`,
  );

describe('a config.toml of someone else', () => {
  const changed = { concurrent: 20 };

  test('is read again where the runner has it mounted', () => {
    expect(impacts({}, changed)).toEqual([
      expect.stringMatching(/^info config-changed: .*a few minutes after.*Changed: concurrent/),
    ]);
  });

  test.each([
    ['a script copies it', { script: ENTRYPOINT }, /a script copies the file/i],
    [
      'it is mounted by subPath',
      { mount: 'mountPath: /etc/gitlab-runner/config.toml, subPath: config.toml' },
      /subPath/,
    ],
  ])('is old until a restart where %s', (_, how, says) => {
    expect(impacts(how, { ...how, ...changed })).toEqual([
      expect.stringMatching(/^notice config-changed: .*old config.toml until/),
    ]);
    expect(impacts(how, { ...how, ...changed })).toEqual([expect.stringMatching(says)]);
  });

  test('comes with the next pod where something replaces it', () => {
    const reloaded = { script: ENTRYPOINT, annotations: '{ reloader.stakater.com/auto: "true" }' };
    expect(impacts(reloaded, { ...reloaded, ...changed })).toEqual([
      expect.stringMatching(/^info .*once the manager is replaced.*reloader/),
    ]);
    const labelled = { script: ENTRYPOINT };
    expect(impacts(labelled, { ...labelled, ...changed, label: 'b' })).toContainEqual(
      expect.stringMatching(/^info config-changed: .*once the manager is replaced/),
    );
  });

  test('is compared by key where its entry has no name', () => {
    const [change] = diffOf(files({}), files({ image: 'debian' })).changes;
    expect(change.fields.map(({ path }) => path)).toEqual(['config.toml > runners[0].kubernetes.image']);
  });
});

describe('a binding that no longer names the account of a manager', () => {
  test('takes all its rights', () => {
    expect(impacts({}, { subjects: '[]' })).toEqual([
      expect.stringMatching(/^disruptive rights-removed: .*ci\/runner lose all rights/),
    ]);
  });

  test.each([
    ['names its group', '[{ kind: Group, name: "system:serviceaccounts:ci" }]'],
    ['names one more', '[{ kind: ServiceAccount, name: runner, namespace: ci }, { kind: User, name: ann }]'],
  ])('takes none where it %s', (_, subjects) => {
    expect(impacts({}, { subjects })).toEqual([expect.stringMatching(/^security rights-added: /)]);
  });

  test('takes none of a person', () => {
    const both = '[{ kind: ServiceAccount, name: runner, namespace: ci }, { kind: User, name: ann }]';
    expect(impacts({ subjects: both }, {})).toEqual([]);
  });
});

test('a pool does not go from dynamic to static, or back', () => {
  expect(impacts({}, { replicas: 'replicas: 2,' })).toContainEqual(
    expect.stringMatching(/^disruptive immutable-field: .*static/),
  );
  expect(impacts({ replicas: 'replicas: 2,' }, {})).toContainEqual(
    expect.stringMatching(/^disruptive immutable-field/),
  );
  expect(impacts({ replicas: 'replicas: 2,' }, { replicas: 'replicas: 3,' }).join()).not.toMatch(
    /immutable-field/,
  );
});

describe('what renders runners later', () => {
  const rendered = FLEET.map((file) => ({ ...file, text: `${HEADER}${file.text}` }));
  const object = (text: string): SourceFile => ({ path: 'apps/object.yaml', text });
  const release = (limit: number) =>
    object(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: gitlab-runner, namespace: ci }
spec: { chart: { spec: { chart: gitlab-runner } }, values: { cpu_limit: ${limit} } }
`);
  const application = (version: string) =>
    object(`apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: gitlab-runner, namespace: argocd }
spec: { source: { chart: gitlab-runner, targetRevision: ${version} } }
`);
  const said = (before: readonly SourceFile[], after: readonly SourceFile[]) =>
    diffOf(before, after).impacts.map(({ id, weight, what, why }) => `${weight} ${id}: ${what} ${why}`);

  test.each([
    ['a HelmRelease', release(1), release(2)],
    ['an Application', application('0.85.0'), application('0.86.0')],
  ])('%s that changes was not judged, which is no loss of security', (what, before, after) => {
    expect(said([before], [after])).toEqual([
      expect.stringMatching(
        new RegExp(
          `^notice not-rendered: What is not rendered changes: ${what}\\. What it makes was not judged\\.`,
        ),
      ),
    ]);
    expect(said([before], [after]).join()).toMatch(/Render both revisions .*helm template gitlab-runner/);
  });

  test('a release of something else, or one among what synth rendered, may still do anything', () => {
    const other = (one: SourceFile) => ({ ...one, text: one.text.replaceAll('gitlab-runner', 'wiki') });
    expect(said([other(release(1))], [other(release(2))])).toEqual([
      expect.stringMatching(/^security unknown-object: .*kind HelmRelease, and it changes/),
    ]);
    const among = (limit: number) => [...rendered, { ...release(limit), path: 'acme/release.yaml' }];
    expect(said(among(1), among(2))).toEqual([
      expect.stringMatching(/^security unknown-object: .*kind HelmRelease, and it changes/),
    ]);
  });

  test('values of the chart that change are said, unless what they render is here', () => {
    const values = (count: number) => ({
      path: 'apps/values.yaml',
      text: `gitlabUrl: https://gitlab.example.com\nconcurrent: ${count}\n`,
    });
    const made = object(
      'apiVersion: v1\nkind: Secret\nmetadata: { name: r, labels: { chart: gitlab-runner-0.86.0 } }\n',
    );
    const of = (...files: readonly SourceFile[]) => parseManifests(files);
    expect(unrenderedFiles(of(values(1)), of(values(2)))).toMatchObject([
      { weight: 'notice', what: 'What is not rendered changes: values of a chart.' },
    ]);
    expect(unrenderedFiles(of(values(1)), of(values(1)))).toEqual([]);
    expect(unrenderedFiles(of(values(1), made), of(values(2), made))).toEqual([]);
    expect(unrenderedFiles(of(...rendered, values(1)), of(...rendered, values(2)))).toEqual([]);
  });
});

test('the checksum of a config replaces the manager, and weakens nothing; another annotation of pods may', () => {
  const annotated = (key: string, value: string) =>
    edited(FLEET, [
      'arm64-spot/deployment.yaml',
      '  template:\n    metadata:\n',
      `  template:\n    metadata:\n      annotations:\n        ${key}: "${value}"\n`,
    ]);
  const weights = (key: string) =>
    diffOf(annotated(key, 'a'), annotated(key, 'b')).impacts.map(({ id, weight }) => `${weight} ${id}`);
  expect(weights('checksum/configmap')).toEqual(['notice manager-replaced']);
  expect(weights('iam.example.com/role')).toContain('security unjudged');
});
