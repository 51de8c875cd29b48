import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { DEFAULT_CHECK_SETTINGS, observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { FLEET, without } from '../fixtures/files';
import { describeCheck } from './cases';

const file = (path: string, text: string): SourceFile => ({ path, text });
const workload = (container: string, more = '') =>
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: other, namespace: ci }
spec:
  selector: { matchLabels: { app: other } }
  template:
    metadata: { labels: { app: other } }
    spec:
      containers: [${container}]
${more}`;

describeCheck('rendered', {
  fires: [
    {
      name: 'a manager without the ConfigMap that is rendered beside it',
      files: without(FLEET, 'arm64-spot/configmap.yaml'),
      finds: ['rendered/lost-config', 'error', /the pod of the manager never starts/],
    },
    {
      name: 'a Template of OpenShift, whose parameters are not put in',
      files: [
        {
          path: 'in/template.yaml',
          text: 'apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: { name: ci }\nobjects:\n  - { apiVersion: v1, kind: Pod, spec: { containers: [{ image: gitlab/gitlab-runner }] } }\n',
        },
      ],
      finds: [
        'rendered/chart',
        'note',
        /found a Template that is not rendered.*oc process --local -f in\/template\.yaml \| npx runner-fleet check -/s,
      ],
    },
    {
      name: 'a HelmRelease, with its chart, version, namespace and values',
      files: [
        file(
          'release.yaml',
          `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: runner, namespace: ci }
spec:
  chart: { spec: { chart: gitlab-runner, version: 0.86.0, sourceRef: { kind: HelmRepository, name: gitlab } } }
  values: { gitlabUrl: "https://gitlab.example.com/" }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: gitlab, namespace: flux-system }
spec: { url: "https://mirror.example.com/charts" }
`,
        ),
      ],
      finds: [
        'rendered/chart',
        'note',
        /write spec.values to values.yaml, then: helm template runner gitlab-runner --repo https:\/\/mirror.example.com\/charts --version '0.86.0' --namespace ci --values values.yaml \| npx runner-fleet check -$/,
      ],
    },
    {
      name: 'an Application of Argo CD',
      files: [
        file(
          'app.yaml',
          `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: runner, namespace: argocd }
spec:
  destination: { namespace: ci }
  source: { chart: gitlab-runner, repoURL: "https://charts.gitlab.io", targetRevision: 0.86.0, helm: { valuesObject: {} } }
`,
        ),
      ],
      finds: ['rendered/chart', 'note', /write valuesObject of its source to values.yaml.*--namespace ci/],
    },
    {
      name: 'a HelmChart of k3s',
      files: [
        file(
          'chart.yaml',
          `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: runner, namespace: kube-system }
spec: { chart: gitlab-runner, repo: "https://charts.gitlab.io", targetNamespace: ci, valuesContent: "concurrent: 5" }
`,
        ),
      ],
      finds: ['rendered/chart', 'note', /spec.valuesContent.*helm template runner gitlab-runner/],
    },
    {
      name: 'a Pod that registers by a program of its own',
      files: [
        file(
          'a.yaml',
          'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: ci }\nspec: { initContainers: [{ name: b, image: alpine, command: [/vault/register] }], containers: [{ name: a, image: gitlab/gitlab-runner, args: [run] }] }\n',
        ),
      ],
      finds: ['rendered/unread-runner', 'note', /registers by flags.*its jobs are not proved/],
    },
    {
      name: 'a Deployment whose config is in a Secret',
      files: [
        file(
          'a.yaml',
          workload(
            '{ name: a, image: "gitlab/gitlab-runner:alpine-v19.3.0" }',
            '      volumes: [{ name: config, secret: { secretName: config } }]\n',
          ),
        ),
      ],
      finds: ['rendered/unread-runner', 'note', /may be in a Secret/],
    },
    {
      name: "a Runner of GitLab's operator",
      files: [
        file(
          'a.yaml',
          'apiVersion: apps.gitlab.com/v1beta2\nkind: Runner\nmetadata: { name: a, namespace: ci }\nspec: {}\n',
        ),
      ],
      finds: ['rendered/unread-runner', 'note', /operator makes its config/],
    },
  ],
  quiet: [
    { name: 'a fleet whose configs are all there', files: FLEET },
    {
      name: 'a Deployment of something else',
      files: [
        ...FLEET,
        file('a.yaml', workload('{ name: a, image: "example.com/gitlab-runner-exporter:1.2.3" }')),
      ],
    },
    {
      name: 'a HelmRelease of another chart',
      files: [
        ...FLEET,
        file(
          'release.yaml',
          'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: ingress, namespace: web }\nspec: { chart: { spec: { chart: ingress } } }\n',
        ),
      ],
    },
  ],
});

test('a kustomization that changes objects leaves them not proved, and names the command that renders it', () => {
  const text = 'resources: [runners]\nnamePrefix: blue-\n';
  const { manifests, others } = parseManifests([...FLEET, file('acme/kustomization.yaml', text)]);
  const { findings } = runChecks(observe(manifests, DEFAULT_CHECK_SETTINGS, others));
  expect(findings.map(({ id, severity, fix }) => `${id} ${severity}: ${fix}`)).toEqual([
    'rendered/kustomization note: render and check that: kubectl kustomize acme | npx runner-fleet check -',
  ]);
});

describe('what kustomizations take from elsewhere is not proved', () => {
  const kustomization = (body: string) => `kind: Kustomization\n${body}\n`;
  const found = (...files: SourceFile[]) => {
    const { manifests, others } = parseManifests([...FLEET, ...files]);
    const { findings } = runChecks(observe(manifests, DEFAULT_CHECK_SETTINGS, others));
    return findings.map(({ id, severity, found, notProved, fix }) => [
      `${id} ${severity}`,
      found,
      notProved,
      fix.replace(/^.*?: /, ''),
    ]);
  };

  test.each([
    ['an address', 'resources: [https://example.com/runner.yaml]', 'https://example.com/runner.yaml'],
    [
      'a repository of Git',
      'bases: ["github.com/example/runners//base?ref=v1"]',
      'github.com/example/runners//base?ref=v1',
    ],
    ['a component over SSH', 'components: ["git@example.com:ci/base.git"]', 'git@example.com:ci/base.git'],
    ['a folder that is not read', 'resources: [../../base, runners]', '../../base'],
  ])('%s', (_, body, named) => {
    expect(found(file('acme/kustomization.yaml', kustomization(body)))).toContainEqual([
      'rendered/kustomization-source note',
      named,
      true,
      'kubectl kustomize acme | npx runner-fleet check -',
    ]);
  });

  test('a chart, which the command renders too', () => {
    const text = kustomization('helmCharts: [{ name: karpenter, repo: oci://public.ecr.aws/karpenter }]');
    expect(found(file('acme/kustomization.yaml', text))).toContainEqual([
      'rendered/kustomization-source note',
      'chart karpenter',
      true,
      'kubectl kustomize --enable-helm acme | npx runner-fleet check -',
    ]);
  });

  test('in one finding, whatever it is and however many kustomizations there are', () => {
    const remote = (name: string) => `https://example.com/${name}.yaml`;
    const files = ['blue', 'green'].map((name) =>
      file(
        `${name}/kustomization.yaml`,
        kustomization(`resources: [${[1, 2].map((count) => remote(`${name}${count}`)).join(', ')}]`),
      ),
    );
    const said = found(...files).filter(([id]) => id === 'rendered/kustomization-source note');
    expect(said.map(([, what]) => what)).toEqual([
      `${remote('blue1')}, ${remote('blue2')}, ${remote('green1')}, and 1 more`,
    ]);
  });

  test('and files and folders that are read are not', () => {
    const files = [
      file('kustomization.yaml', kustomization('resources: [acme, ./acme/runners/, own/a.yaml]')),
      file('own/a.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: own }\n'),
      file('own/kustomization.yaml', kustomization('resources: [a.yaml]')),
    ];
    expect(found(...files)).toEqual([]);
  });
});

test('several kustomizations are rendered by one command that names their folders', () => {
  const text = 'resources: [runners]\nnamePrefix: blue-\n';
  const { manifests, others } = parseManifests([
    ...FLEET,
    ...['blue', 'green'].map((name) => file(`${name}/kustomization.yaml`, text)),
  ]);
  const { findings } = runChecks(observe(manifests, DEFAULT_CHECK_SETTINGS, others));
  expect(new Set(findings.map(({ fix }) => fix))).toEqual(
    new Set([
      'render and check that: for folder in blue green; do echo ---; kubectl kustomize $folder; done | npx runner-fleet check -',
    ]),
  );
});
