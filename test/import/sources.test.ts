import { descriptionIn, imported, linesOf, runnerIn } from './imported';

const VALUES = `gitlabUrl: https://gitlab.example.com/
concurrent: 12
runners:
  tags: "docker, linux"
  config: |
    [[runners]]
      [runners.kubernetes]
        namespace = "{{ .Release.Namespace }}"
        image = "ubuntu:22.04"
        [runners.kubernetes.node_selector]
          "kubernetes.io/arch" = "arm64"
          "karpenter.sh/capacity-type" = "spot"
`;
const RUNNER = {
  name: 'docker',
  arch: 'arm64',
  capacity: 'spot',
  tags: ['docker', 'linux'],
  exactTags: true,
  concurrency: 12,
  jobImage: 'ubuntu:22.04',
};

function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces));
}

/** Each way in which a release of the chart is written down. */
const FORMS: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['values', { 'values-docker.yaml': VALUES }],
  [
    'values of a chart that has it below itself',
    { 'docker/values.yaml': `gitlab-runner:\n${indented(VALUES, 2)}` },
  ],
  [
    'a HelmRelease of Flux',
    {
      'release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: gitlab-runner-docker, namespace: ci }
spec:
  chart: { spec: { chart: gitlab-runner } }
  values:
${indented(VALUES, 4)}`,
    },
  ],
  [
    'a HelmRelease with values of a ConfigMap',
    {
      'release.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: values, namespace: ci }
data:
  values.yaml: |
${indented(VALUES, 4)}---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: docker, namespace: ci }
spec:
  chart: { spec: { chart: gitlab-runner } }
  valuesFrom: [{ kind: ConfigMap, name: values }]
`,
    },
  ],
  [
    'an Application of Argo CD',
    {
      'application.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: docker, namespace: argocd }
spec:
  destination: { namespace: ci }
  source:
    chart: gitlab-runner
    helm:
      parameters: [{ name: concurrent, value: "12" }]
      values: |
${indented(VALUES.replace('concurrent: 12', 'concurrent: 3'), 8)}`,
    },
  ],
  [
    'an Application with a file of values',
    {
      'values/docker.yaml': VALUES,
      'application.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: docker, namespace: argocd }
spec:
  destination: { namespace: ci }
  sources:
    - { ref: repository }
    - { chart: gitlab-runner, helm: { valueFiles: [$repository/values/docker.yaml] } }
`,
    },
  ],
  [
    'a HelmChart of k3s',
    {
      'chart.yaml': `apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: { name: docker, namespace: kube-system }
spec:
  chart: gitlab-runner
  targetNamespace: ci
  valuesContent: |-
${indented(VALUES, 4)}`,
    },
  ],
  [
    'helmCharts of a kustomization',
    {
      'kustomization.yaml': `helmCharts:
  - name: gitlab-runner
    releaseName: docker
    namespace: ci
    valuesInline:
${indented(VALUES, 6)}`,
    },
  ],
  [
    'a helmfile',
    {
      'helmfile.yaml': `releases:
  - name: docker
    namespace: ci
    chart: gitlab/gitlab-runner
    values:
      -
${indented(VALUES, 8)}`,
    },
  ],
  [
    'a helm_release of Terraform',
    {
      'runner.tf': `resource "helm_release" "docker" {
  name      = "docker"
  chart     = "gitlab-runner"
  namespace = "ci"
  values = [<<-EOT
${VALUES}EOT
  ]
}
`,
    },
  ],
];

test.each(FORMS)('reads a runner out of %s', (_, files) => {
  const result = imported(files);
  expect(runnerIn(result)).toEqual(RUNNER);
  expect(descriptionIn(result)).toMatchObject({ name: 'acme', gitlabUrl: 'https://gitlab.example.com' });
  expect(result.errors).toEqual([]);
  expect(linesOf(result, 'unread')).toEqual([]);
});

test('reads a config.toml as it is', () => {
  const config = `concurrent = 12
[[runners]]
name = "docker"
url = "https://gitlab.example.com"
token = "glrt-abcdefghijklmnopqrstu"
executor = "kubernetes"
[runners.kubernetes]
image = "ubuntu:22.04"
[runners.kubernetes.node_selector]
"kubernetes.io/arch" = "arm64"
"karpenter.sh/capacity-type" = "spot"
`;
  const { tags: _, exactTags: __, ...runner } = RUNNER;
  const result = imported({ 'config.toml': config });
  expect(runnerIn(result)).toEqual(runner);
  expect(JSON.stringify(result)).not.toContain('glrt-abc');
});

test('reads what the chart rendered, and what kubectl prints of a cluster', () => {
  const objects = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: docker-gitlab-runner, namespace: ci }
    data:
      register-the-runner: "/entrypoint register --template-config /configmaps/config.template.toml --non-interactive"
      config.toml: "concurrent = 12\\n"
      config.template.toml: |
        [[runners]]
          [runners.kubernetes]
            image = "ubuntu:22.04"
            [runners.kubernetes.node_selector]
              "kubernetes.io/arch" = "arm64"
              "karpenter.sh/capacity-type" = "spot"
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: docker-gitlab-runner, namespace: ci }
    spec:
      replicas: 2
      template:
        metadata: { labels: { app: docker-gitlab-runner, team: build } }
        spec:
          terminationGracePeriodSeconds: 18600
          priorityClassName: ci
          nodeSelector: { eks.amazonaws.com/nodegroup: platform }
          imagePullSecrets: [{ name: registry }]
          containers:
            - name: docker-gitlab-runner
              image: registry.gitlab.com/gitlab-org/gitlab-runner:ubuntu-v19.2.0
              command: [/usr/bin/dumb-init, --, /bin/bash, /configmaps/entrypoint]
              env:
                - { name: CI_SERVER_URL, value: https://gitlab.example.com }
                - { name: RUNNER_TAG_LIST, value: "docker,linux" }
                - { name: KUBERNETES_CPU_REQUEST, value: "2" }
                - { name: LOG_COLOR, value: "off" }
              volumeMounts: [{ name: configmaps, mountPath: /configmaps }]
          volumes: [{ name: configmaps, configMap: { name: docker-gitlab-runner } }]
`;
  const result = imported({ 'all.yaml': objects });
  expect(runnerIn(result)).toEqual({
    ...RUNNER,
    managers: 2,
    runnerVersion: '19.2.0',
    imageFlavor: 'ubuntu',
    longestJob: '5h',
    build: { cpu: { request: '2' } },
    manager: {
      priorityClassName: 'ci',
      podLabels: { team: 'build' },
      imagePullSecrets: ['registry'],
      env: { LOG_COLOR: 'off' },
    },
  });
  expect(descriptionIn(result)).toMatchObject({
    managerNodes: { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'platform' } },
    existing: ['PriorityClass/ci', 'Secret/gitlab-runners/registry'],
  });
});

test("reads a Runner of GitLab's operator, with or without a config of its own", () => {
  const object = (config: string) => `apiVersion: apps.gitlab.com/v1beta2
kind: Runner
metadata: { name: docker, namespace: ci }
spec: { gitlabUrl: 'https://gitlab.example.com', token: gitlab-runner-secret, tags: 'docker, linux', concurrent: 12, buildImage: 'ubuntu:22.04'${config} }
`;
  const { capacity: _, arch: __, ...rest } = RUNNER;
  expect(runnerIn(imported({ 'runner.yaml': object('') }))).toMatchObject(rest);
  const withConfig = `${object(', config: own')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: own, namespace: ci }
data:
  config.toml: |
    [[runners]]
      [runners.kubernetes.node_selector]
        "kubernetes.io/arch" = "arm64"
        "karpenter.sh/capacity-type" = "spot"
`;
  expect(runnerIn(imported({ 'runner.yaml': withConfig }))).toEqual(RUNNER);
});

test("names what an object of GitLab's operator says and nothing carries over", () => {
  const object = `apiVersion: apps.gitlab.com/v1beta2
kind: Runner
metadata: { name: docker, namespace: ci }
spec: { gitlabUrl: 'https://gitlab.example.com', token: t, podSpec: [{ patch: '{}' }], serviceaccount: sa, other: 1 }
`;
  const froms = linesOf(imported({ 'runner.yaml': object }), 'decide').map((line) => line.split(':')[0]);
  for (const field of ['spec.podSpec', 'spec.serviceaccount', 'spec.other']) expect(froms).toContain(field);
  expect(froms).not.toContain('spec.gitlabUrl');
});

test('names what the pod of a manager has and nothing carries over', () => {
  const objects = `apiVersion: v1
kind: ConfigMap
metadata: { name: docker, namespace: ci }
data:
  config.toml: |
    [[runners]]
    url = "https://gitlab.example.com"
    token = "x"
    executor = "kubernetes"
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: docker, namespace: ci }
spec:
  template:
    spec:
      hostNetwork: true
      securityContext: { runAsUser: 100, fsGroup: 65533 }
      initContainers:
        - { name: configure, command: [sh, /configmaps/configure] }
        - { name: wait, command: [sleep, "1"] }
      containers:
        - name: runner
          image: registry.gitlab.com/gitlab-org/gitlab-runner:alpine-v19.3.0
          envFrom: [{ secretRef: { name: keys } }]
          volumeMounts: [{ name: scripts, mountPath: /scripts }]
      volumes: [{ name: scripts, configMap: { name: docker } }]
`;
  const result = imported({ 'all.yaml': objects });
  const froms = linesOf(result, 'decide').map((line) => line.split(' ->')[0]);
  for (const field of ['hostNetwork', 'initContainers wait', 'envFrom']) expect(froms).toContain(field);
  expect(froms).not.toContain('initContainers configure');
  expect(runnerIn(result)).not.toHaveProperty('manager.volumes');
});

test('makes one fleet of several releases, and says once what they share', () => {
  const other = VALUES.replace('"docker, linux"', '"arm"').replace('spot', 'on-demand');
  const result = imported({ 'values-docker.yaml': VALUES, 'values-arm.yaml': other });
  expect(descriptionIn(result)).toEqual({
    name: 'acme',
    gitlabUrl: 'https://gitlab.example.com',
    runnerDefaults: { exactTags: true, concurrency: 12, jobImage: 'ubuntu:22.04' },
    runners: [
      { name: 'docker', arch: 'arm64', capacity: 'spot', tags: ['docker', 'linux'] },
      { name: 'arm', arch: 'arm64', capacity: 'on-demand', tags: ['arm'] },
    ],
  });
});

test('names the token of a config.toml without writing it, and lists that allow all', () => {
  const one = imported({
    'config.toml':
      '[[runners]]\nname = "docker"\ntoken = "glrt-abcdefghijklmnopqrst"\nurl = "https://gitlab.example.com"\nexecutor = "kubernetes"\n[runners.kubernetes]\nallowed_images = []\nimage_pull_secrets = []\n',
  });
  expect(linesOf(one, 'not-needed')).toContain(
    'token: it is not written: the new runner gets its own, npx runner-fleet tokens says how',
  );
  expect(linesOf(one, 'no-effect')).toEqual([
    'kubernetes.image_pull_secrets: the runner reads an empty list as no list',
    'kubernetes.allowed_images: the runner reads an empty list as no list and allows all',
  ]);
  expect(one.comparison?.runners[0].differences.filter(({ why }) => why === undefined)).toEqual([]);
  expect(JSON.stringify(one)).not.toContain('abcdefghijklmnopqrst');
});

describe('what SOPS encrypted is not carried over as if it were plain', () => {
  const hidden = 'ENC[AES256_GCM,data:Zm9v,iv:Zm9v,tag:Zm9v,type:str]';
  const fix = 'it is encrypted by SOPS: give the file decrypted';

  test('among values', () => {
    const one = imported({
      'values.yaml': `gitlabUrl: https://gitlab.example.com\nrunnerToken: ${hidden}\nconcurrent: 4\nrunners:\n  config: ${hidden}\nsops:\n  version: 3.9.0\n  mac: ${hidden}\n`,
    });
    expect(linesOf(one, 'unread')).toEqual([expect.stringContaining(`values.yaml runners.config: ${fix}`)]);
    expect(one.text).not.toContain('ENC[');
    expect(runnerIn(one)).toMatchObject({ concurrency: 4 });
  });

  test.each(['data', 'stringData'])('in the %s of a Secret that a release takes values from', (field) => {
    const one = imported({
      'release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: r, namespace: ci }\nspec:\n  chart: { spec: { chart: gitlab-runner } }\n  valuesFrom: [{ kind: Secret, name: v }]\n  values: { gitlabUrl: 'https://gitlab.example.com' }\n---\napiVersion: v1\nkind: Secret\nmetadata: { name: v, namespace: ci }\n${field}:\n  values.yaml: ${hidden}\nsops: { version: 3.9.0 }\n`,
    });
    expect(linesOf(one, 'unread')).toEqual([
      expect.stringContaining(`valuesFrom Secret/v values.yaml: ${fix}`),
    ]);
  });
});

describe('runners of one name, as registration names them after their machine,', () => {
  const entry = (more: string) =>
    `[[runners]]\nname = "ip-10-0-0-1"\nurl = "https://gitlab.example.com"\nexecutor = "kubernetes"\n[runners.kubernetes]\n${more}\n`;
  const bounded = entry('image = "alpine:3.22"\nallowed_images = ["registry.example.com/**"]');
  const privileged = entry('image = "debian:12"\nprivileged = true');

  test.each([
    ['in one config', { 'config.toml': `concurrent = 4\n${bounded}${privileged}` }],
    ['in a config each', { 'a/config.toml': bounded, 'b/config.toml': privileged }],
  ])('%s stay runners of their own', (_, files) => {
    const one = imported(files as Readonly<Record<string, string>>);
    const { runners } = descriptionIn(one) as { runners: readonly Record<string, unknown>[] };
    expect(runners).toMatchObject([
      { name: 'ip-10-0-0-1', job: { allowedImages: ['registry.example.com/**'] } },
      { name: 'ip-10-0-0-1-2', privileged: true, jobImage: 'debian:12' },
    ]);
    expect(runners.map(({ managers }) => managers)).toEqual([undefined, undefined]);
    expect(
      one.comparison?.runners.flatMap(({ differences }) => differences.filter(({ why }) => !why)),
    ).toEqual([]);
  });

  test('that say the same on two machines are managers of one', () => {
    const one = imported({ 'a/config.toml': bounded, 'b/config.toml': bounded });
    expect(runnerIn(one)).toMatchObject({ name: 'ip-10-0-0-1', managers: 2 });
  });
});

test('refuses runners that make no pods, and says the way forward', () => {
  const config =
    '[[runners]]\nname = "vm"\nurl = "https://gitlab.example.com"\nexecutor = "docker"\n[runners.docker]\nimage = "alpine"\n';
  const result = imported({ 'config.toml': config });
  expect(result.text).toBeUndefined();
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/docker runs jobs on the machine.*dockerInDocker/),
  ]);
});

test('names what only Terraform knows', () => {
  const text = `resource "helm_release" "runner" {
  name   = "runner"
  chart  = "gitlab-runner"
  values = [file("values.yaml"), yamlencode({ concurrent = 3 })]
  set {
    name  = "gitlabUrl"
    value = "https://gitlab.example.com"
  }
  set {
    name  = "runnerToken"
    value = var.token
  }
}
resource "helm_release" "other" {
  name  = "other"
  chart = "nginx"
}
`;
  const result = imported({ 'main.tf': text });
  expect(runnerIn(result)).toMatchObject({ concurrency: 3 });
  expect(descriptionIn(result)).toMatchObject({ gitlabUrl: 'https://gitlab.example.com' });
  expect(linesOf(result, 'unread').map((line) => line.split(':')[0])).toEqual([
    'values file(values.yaml)',
    'set runnerToken',
  ]);
});

test('reads objects as kubectl prints several, and files that begin with a mark', () => {
  const release = {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'docker', namespace: 'ci' },
    spec: { chart: { spec: { chart: 'gitlab-runner' } }, values: { concurrent: 4 } },
  };
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'List', items: [release] }],
  };
  expect(runnerIn(imported({ 'all.yaml': JSON.stringify(list) }))).toMatchObject({ concurrency: 4 });
  const toml =
    '\ufeffconcurrent = 3\r\n[[runners]]\r\nurl="https://gitlab.example.com"\r\ntoken="x"\r\nexecutor="kubernetes"\r\n';
  expect(runnerIn(imported({ 'config.toml': toml }))).toMatchObject({ concurrency: 3 });
});

test('says where a config is that is not TOML', () => {
  const text = 'runners:\n  config: |\n    [[runners]]\n    {{- if .Values.x }}\n    a = \n    {{- end }}\n';
  expect(linesOf(imported({ 'values.yaml': text }), 'unread')).toContainEqual(
    expect.stringMatching(/^values\.yaml runners\.config, line \d: it is not valid TOML/),
  );
});

describe('a helm_release of Terraform', () => {
  const config = indented('[[runners]]\n  [runners.kubernetes]\n    image = "ubuntu:22.04"\n', 6);
  const release = (body: string) =>
    `resource "helm_release" "docker" {\n  name  = "docker"\n  chart = "gitlab-runner"\n${body}\n}\n`;

  test('gives a config between marks, in set or in yamlencode, to one runner', () => {
    const forms = [
      `  set {\n    name  = "runners.config"\n    value = <<-EOT\n${config}    EOT\n  }`,
      `  set = [{ name = "runners.config", value = <<-EOT\n${config}    EOT\n  }]`,
      `  values = [yamlencode({\n    runners = {\n      config = <<-EOT\n${config}      EOT\n    }\n  })]`,
      `  values = [local.values]\n}\nlocals {\n  values = yamlencode({ runners = { config = <<EOT\n${config}EOT\n  } })`,
    ];
    for (const form of forms) {
      const result = imported({ 'main.tf': release(form) });
      expect(runnerIn(result)).toMatchObject({ name: 'docker', jobImage: 'ubuntu:22.04' });
      expect(linesOf(result, 'unread')).toEqual([]);
    }
  });

  test('is read with its files, whichever way they are named', () => {
    const values = 'concurrent: 7\ngitlabUrl: https://gitlab.example.com\n';
    for (const name of ['values.yaml', '$' + '{path.module}/values.yaml']) {
      const files = { 'main.tf': release(`  values = [file("${name}")]`), 'values.yaml': values };
      expect(runnerIn(imported(files))).toMatchObject({ name: 'docker', concurrency: 7 });
    }
  });

  test('keeps names with dots, commas and texts of digits as Helm takes them', () => {
    const set = (name: string, value: string, more = '') =>
      `  set {\n    name = "${name}"\n    value = "${value}"\n${more}  }\n`;
    const body = [
      set('podLabels.example\\\\.com/team', '42', '    type = "string"\n'),
      set('runners.tags', 'docker\\\\,linux'),
      set('concurrent', '3'),
    ].join('');
    expect(runnerIn(imported({ 'main.tf': release(body) }))).toMatchObject({
      tags: ['docker', 'linux'],
      concurrency: 3,
      manager: { podLabels: { 'example.com/team': '42' } },
    });
  });

  test('takes no variable for a value, and no comment for a setting', () => {
    const body = `  name = each.key
  # set { name = "concurrent" value = "3" }
  values = [<<-EOT
    gitlabUrl: \${var.url}
    runners:
      config: |
        [[runners]]
          [runners.kubernetes]
            image = "ubuntu:22.04"
            namespace = "\${each.key}"
  EOT
  , var.more]
  dynamic "set" {
    for_each = var.sets
    content { name = set.key }
  }`;
    const text = release(body).replace('  name  = "docker"\n', '');
    const result = imported({ 'main.tf': `# ${release('').split('\n').join('\n# ')}\n${text}` });
    expect(runnerIn(result)).toMatchObject({ name: 'docker', concurrency: 10, jobImage: 'ubuntu:22.04' });
    expect(descriptionIn(result)).not.toHaveProperty('gitlabUrl');
    expect(linesOf(result, 'unread').map((line) => line.split(': ')[0])).toEqual([
      'values gitlabUrl',
      'runners.config ${each.key}',
      'values var.more',
      'dynamic set',
    ]);
  });
});

test('finds no runner in what describes none', () => {
  expect(imported({ 'other.yaml': 'foo: bar\n' })).toMatchObject({
    text: undefined,
    lines: [],
    unreadable: [],
  });
  expect(imported({ 'broken.yaml': 'a: [1\n' }).unreadable).toHaveLength(1);
});
