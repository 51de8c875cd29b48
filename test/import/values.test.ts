import { unintended } from '../../lib/report/comparison-text';
import { descriptionIn, imported, linesOf, runnerIn } from './imported';

const config = (text: string) => ({
  'values.yaml': `gitlabUrl: https://gitlab.example.com\nrunners:\n  config: |\n${text.replace(/^(?=.)/gm, '    ')}`,
});
const kubernetes = (text: string) => config(`[[runners]]\n[runners.kubernetes]\n${text}`);
const values = (text: string) => ({ 'values.yaml': `gitlabUrl: https://gitlab.example.com\n${text}` });

describe('secrets', () => {
  const TOKEN = 'glrt-abcdefghijklmnopqrstu';

  test('are never written, and each is named with what to do', () => {
    const files = {
      'values.yaml': `gitlabUrl: https://gitlab.example.com
runnerToken: ${TOKEN}
envVars: [{ name: REGISTRY_PASSWORD, value: hunter2hunter2 }]
runners:
  config: |
    [[runners]]
      environment = ["NPM_TOKEN=hunter3hunter3", "CI_DEBUG=1", "KEY_FILE=/etc/key"]
      [runners.cache]
        Type = "s3"
        [runners.cache.s3]
          BucketName = "cache"
          BucketLocation = "eu-west-1"
          AccessKey = "AKIAABCDEFGHIJKLMNOP"
          SecretKey = "hunter4hunter4"
`,
    };
    const result = imported(files);
    const all = JSON.stringify([result.text, result.lines, result.comparison]);
    for (const secret of [TOKEN, 'hunter2', 'hunter3', 'hunter4', 'AKIA']) expect(all).not.toContain(secret);
    expect(linesOf(result, 'refused').map((line) => line.split(':')[0])).toEqual([
      'envVars REGISTRY_PASSWORD',
      'environment NPM_TOKEN',
      'cache.s3.AccessKey',
      'cache.s3.SecretKey',
    ]);
    expect(linesOf(result, 'decide')).toContainEqual(
      expect.stringMatching(/^runnerToken: anyone who can read the file/),
    );
    expect(runnerIn(result)).toMatchObject({ job: { environment: { CI_DEBUG: '1', KEY_FILE: '/etc/key' } } });
  });

  test.each([
    ['age', `AGE-SECRET-KEY-1${'Q'.repeat(58)}`],
    ['PEM', '-----BEGIN RSA PRIVATE KEY-----\\nMIIEowIBAAKCAQEA'],
    ['PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\\n\\nlQOYBGYAAAABCAC7'],
  ])('include private keys of %s, whatever their variable is called', (_, key) => {
    const result = imported({
      'values.yaml': `gitlabUrl: https://gitlab.example.com\nconcurrent: 1\nenvVars: [{ name: X, value: "${key}" }]\nrunners: {}\n`,
    });
    expect(linesOf(result, 'refused')).toContainEqual(expect.stringMatching(/^envVars X: secrets must not/));
    expect(result.text).not.toContain('KEY');
  });

  test('of scripts, services and annotations are neither written nor printed', () => {
    const result = imported(
      config(`[[runners]]
pre_build_script = "export NPM_TOKEN=hunter1hunter1"
post_build_script = "curl -H 'Authorization: Bearer hunter2hunter2'"
pre_get_sources_script = "export NPM_TOKEN=$CI_JOB_TOKEN; KEY_FILE=/etc/key"
[runners.kubernetes]
image = "alpine:3.22"
[runners.kubernetes.pod_annotations]
"vault.example.com/agent-inject-secret" = "secret/data/ci"
"example.com/address" = "https://user:hunter3@example.com"
[[runners.kubernetes.services]]
name = "postgres:16"
environment = ["POSTGRES_PASSWORD=hunter4hunter4", "POSTGRES_DB=ci"]
`),
    );
    const all = JSON.stringify([result.text, result.lines, result.comparison]);
    expect(all).not.toContain('hunter');
    expect(linesOf(result, 'refused').map((line) => line.split(':')[0])).toEqual([
      'pre_build_script',
      'post_build_script',
      'kubernetes.pod_annotations.example.com/address',
      'kubernetes.services postgres',
    ]);
    expect(runnerIn(result)).toMatchObject({
      podAnnotations: { 'vault.example.com/agent-inject-secret': 'secret/data/ci' },
      job: {
        preGetSourcesScript: 'export NPM_TOKEN=$CI_JOB_TOKEN; KEY_FILE=/etc/key',
        services: [{ image: 'postgres:16', environment: { POSTGRES_DB: 'ci' } }],
      },
    });
  });

  test('of a registration are said to be deprecated', () => {
    const result = imported(values('runnerRegistrationToken: GR1348941abcdefghijklmnopqrst\n'));
    expect(linesOf(result, 'decide')).toContainEqual(
      expect.stringMatching(/^runnerRegistrationToken: .*deprecated/),
    );
  });
});

describe('what had no effect', () => {
  test('is named: keys that the runner ignores, values that the chart does not read', () => {
    const result = imported({
      'values.yaml': `gitlabUrl: https://gitlab.example.com
runners:
  privileged: true
  builds: { cpuRequests: 100m }
  config: |
    [[runners]]
      [runners.kubernetes]
        cpu_requests = "1"
`,
    });
    expect(linesOf(result, 'no-effect').map((line) => line.split(':')[0])).toEqual([
      'kubernetes.cpu_requests',
      'runners.privileged',
      'runners.builds.cpuRequests',
    ]);
    expect(runnerIn(result)).not.toHaveProperty('privileged');
  });

  test('of variables over the template is carried over as registration merges it', () => {
    const files = kubernetes('cpu_request = "1"\n');
    const text = `${files['values.yaml']}envVars: [{ name: KUBERNETES_CPU_REQUEST, value: "3" }]\n`;
    expect(runnerIn(imported({ 'values.yaml': text }))).toMatchObject({ build: { cpu: { request: '3' } } });
  });
});

describe('sizes', () => {
  test('keep what was said, and drop defaults of the fleet that contradict it', () => {
    const result = imported(kubernetes('memory_request = "8Gi"\ncpu_request = "6"\n'));
    expect(result.faults).toEqual([]);
    expect(runnerIn(result)).toMatchObject({
      build: {
        cpu: { request: '6', maxRequest: null },
        memory: { request: '8Gi', limit: null, maxRequest: null },
      },
    });
  });

  test('lower a ceiling of the fleet to none where a limit is below it', () => {
    const result = imported(kubernetes('memory_request = "512Mi"\nmemory_limit = "1Gi"\n'));
    expect(result.faults).toEqual([]);
    expect(runnerIn(result)).toMatchObject({
      build: { memory: { request: '512Mi', limit: '1Gi', maxRequest: null } },
    });
  });
});

describe('nodes', () => {
  test('that jobs named by labels of their own stay with someone else', () => {
    const result = imported(
      kubernetes(
        '[runners.kubernetes.node_selector]\n"team" = "ci"\n[runners.kubernetes.node_tolerations]\n"team=ci" = "NoSchedule"\n',
      ),
    );
    expect(descriptionIn(result)).toMatchObject({
      existingPools: [
        { nodeSelector: { team: 'ci' }, tolerations: { 'team=ci': 'NoSchedule' }, startedBy: 'other' },
      ],
    });
    expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
  });

  test('have the capacity of the NodePools that take the jobs', () => {
    const pool = `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: ci }
spec:
  template:
    metadata: { labels: { team: ci } }
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: ci }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [spot] }
        - { key: kubernetes.io/arch, operator: In, values: [amd64] }
`;
    const files = { ...kubernetes('[runners.kubernetes.node_selector]\n"team" = "ci"\n'), 'pool.yaml': pool };
    expect(runnerIn(imported(files))).toMatchObject({ capacity: 'spot' });
  });

  test('that nothing names are started by the fleet, which is a decision', () => {
    const result = imported(kubernetes('image = "alpine:3.22"\n'));
    expect(runnerIn(result)).toMatchObject({ arch: 'amd64', capacity: 'on-demand' });
    expect(linesOf(result, 'decide')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/-> arch: amd64/),
        expect.stringMatching(/-> capacity: on-demand/),
        expect.stringMatching(/the fleet now starts nodes for them with Karpenter/),
      ]),
    );
  });
});

describe('volumes', () => {
  test('become options, or config where no option says all of one', () => {
    const result = imported(
      kubernetes(`[[runners.kubernetes.volumes.pvc]]
name = "cache"
mount_path = "/cache/"
[[runners.kubernetes.volumes.empty_dir]]
name = "tmp"
mount_path = "/scratch"
medium = "Memory"
[[runners.kubernetes.volumes.csi]]
name = "secrets"
mount_path = "/mnt"
driver = "secrets-store.csi.k8s.io"
`),
    );
    expect(runnerIn(result)).toMatchObject({
      volumes: [
        { mountPath: '/cache', claim: 'cache' },
        { mountPath: '/scratch', emptyDir: { medium: 'Memory' } },
      ],
      config: { runner: { kubernetes: { volumes: { csi: [{ name: 'secrets' }] } } } },
    });
    expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
  });
});

describe('caches', () => {
  const cache = (keys: string, more = '') => ({
    'values.yaml': `${more}${config(`[[runners]]\n[runners.cache]\nType = "s3"\n[runners.cache.s3]\nBucketName = "acme-cache"\n${keys}`)['values.yaml']}`,
  });

  test('take the role of the account of the manager', () => {
    const role = 'arn:aws:iam::111122223333:role/cache';
    const account = `serviceAccount: { annotations: { eks.amazonaws.com/role-arn: "${role}" } }\n`;
    expect(runnerIn(imported(cache('BucketLocation = "eu-west-1"\n', account)))).toMatchObject({
      cache: { bucket: 'acme-cache', region: 'eu-west-1', identity: 'irsa', roleArn: role },
    });
  });

  test('in a server of your own need a Secret, which is a decision', () => {
    const result = imported(cache('ServerAddress = "minio.minio.svc:9000"\nInsecure = true\n'));
    expect(runnerIn(result)).toMatchObject({ cache: { server: 'minio.minio.svc:9000', insecure: true } });
    expect(linesOf(result, 'decide')).toContainEqual(expect.stringMatching(/cache\.credentialsSecret/));
  });
});

test('every value of the chart has a line, whatever it is', () => {
  const given = `hpa: { maxReplicas: 3 }
affinity: { podAntiAffinity: {} }
resources: { limits: { memory: 256Mi } }
rbac: { create: true, clusterWideAccess: true }
metrics: { enabled: true, podMonitor: { enabled: true } }
extraObjects: [{ kind: Secret }]
useTini: true
preEntrypointScript: "true"
`;
  const result = imported(values(given));
  const said = result.lines.map(({ from }) => from);
  for (const value of [
    'hpa',
    'resources',
    'rbac.create',
    'rbac.clusterWideAccess',
    'metrics.enabled',
    'metrics.podMonitor',
    'extraObjects',
    'useTini',
    'preEntrypointScript',
  ])
    expect(said).toContain(value);
});

test.each(['podMonitor', 'serviceMonitor'])('a %s becomes the monitoring of the fleet', (monitor) => {
  const of = (fields: string, enabled = true) =>
    imported(values(`metrics: { enabled: ${enabled}, ${monitor}: { ${fields} } }\n`));
  const result = of('enabled: true, labels: { release: kps }, interval: 1m, namespace: observability');
  expect(result.faults).toEqual([]);
  expect(descriptionIn(result).monitoring).toEqual({
    labels: { release: 'kps' },
    interval: '1m',
    prometheusNamespace: 'observability',
  });
  expect(descriptionIn(of('enabled: true')).monitoring).toEqual({ prometheusNamespace: 'monitoring' });
  expect(linesOf(of('enabled: true'), 'decide')).toContainEqual(
    expect.stringMatching(/the namespace of your Prometheus/),
  );
  // What only a monitor of its own can say is left to a person, and what the fleet refuses is left out.
  const more = of('enabled: true, interval: 10m, scheme: https');
  expect(descriptionIn(more).monitoring).toEqual({ prometheusNamespace: 'monitoring' });
  expect(linesOf(more, 'refused')).toEqual([expect.stringMatching(/interval/)]);
  expect(linesOf(more, 'decide')).toContainEqual(expect.stringMatching(/write a monitor of your own/));
  expect(linesOf(result, 'decide')).not.toContainEqual(expect.stringMatching(/write a monitor of your own/));
  for (const none of [of('enabled: false'), of('enabled: true', false)])
    expect(descriptionIn(none)).not.toHaveProperty('monitoring');
});

test('what is refused goes, with the rule that refuses it, and the rest renders', () => {
  const result = imported(kubernetes('namespace_overwrite_allowed = "ci-.*"\nimage = "alpine:3.22"\n'));
  expect(result.faults).toEqual([]);
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/namespace_overwrite_allowed.*more is allowed than it says/),
  ]);
  expect(runnerIn(result)).toMatchObject({ jobImage: 'alpine:3.22' });
  expect(runnerIn(result)).not.toHaveProperty('config');
  expect(linesOf(result, 'config')).toEqual([]);
});

test('what jobs may ask for stays allowed where a plain text says it, and nothing that holds it', () => {
  const result = imported(kubernetes('namespace_overwrite_allowed = "ci"\nimage = "alpine:3.22"\n'));
  expect(runnerIn(result)).toMatchObject({
    config: { runner: { kubernetes: { namespace_overwrite_allowed: '^ci$' } } },
  });
  expect(linesOf(result, 'decide')).toContainEqual(
    expect.stringMatching(/^kubernetes\.namespace_overwrite_/),
  );
  expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
});

test("a helper of GitLab's own moves with the manager, one of yours stays", () => {
  const helper = (image: string) =>
    imported(kubernetes(`helper_image = "${image}"\nimage = "alpine:3.22"\n`));
  for (const image of [
    'registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:x86_64-v18.3.0',
    'gitlab/gitlab-runner-helper:x86_64-v17.0.0',
  ]) {
    const result = helper(image);
    expect(runnerIn(result)).not.toHaveProperty('manager');
    expect(result.errors).toEqual([]);
    expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
  }
  expect(runnerIn(helper('registry.example.com/helper:x86_64-v19.3.0'))).toMatchObject({
    manager: { helperImage: 'registry.example.com/helper:x86_64-v19.3.0' },
  });
});

test('certificates of GitLab stay trusted, whichever way the manager found them', () => {
  const result = imported(values('certsSecretName: gitlab-certs\n'));
  expect(descriptionIn(result)).toMatchObject({
    gitlabCa: { secret: 'gitlab-certs', key: 'gitlab.example.com.crt' },
  });
  expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
});

test('tables of other executors had no effect, and are no difference', () => {
  const result = imported(
    config('[[runners]]\n[runners.machine]\nIdleCount = 2\nMachineDriver = "amazonec2"\n'),
  );
  expect(linesOf(result, 'no-effect')).toEqual([
    expect.stringMatching(/^machine: it belongs to another executor/),
  ]);
  expect(result.comparison?.runners.flatMap(unintended)).toEqual([]);
});

test('values that stand below the wrong table are named', () => {
  const result = imported(
    kubernetes(
      'image = "alpine:3.22"\n[runners.kubernetes.pod_annotations]\n"a" = "b"\nallowed_images = ["x:*"]\n',
    ),
  );
  expect(runnerIn(result)).toMatchObject({ podAnnotations: { a: 'b' } });
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/^kubernetes\.pod_annotations\.allowed_images: a text is wanted here/),
  ]);
});

test('what a template holds beside its one entry is named', () => {
  const result = imported(config('concurrent = 150\n[[runners]]\nlimit = 3\n[[runners]]\nlimit = 4\n'));
  expect(runnerIn(result)).toMatchObject({ concurrency: 3 });
  expect(linesOf(result, 'no-effect')).toEqual([
    expect.stringMatching(/^concurrent: only \[\[runners\]\] of a template/),
  ]);
  expect(linesOf(result, 'refused')).toEqual([
    expect.stringMatching(/^\[\[runners\]\] 2: a template may hold one entry/),
  ]);
});

test('a single file of a volume of managers is a decision, not the whole volume', () => {
  const result = imported(
    values(
      'volumes: [{ name: ca, configMap: { name: ca } }]\nvolumeMounts: [{ name: ca, mountPath: /etc/ca.crt, subPath: ca.crt }]\n',
    ),
  );
  expect(runnerIn(result)).not.toHaveProperty('manager');
  expect(linesOf(result, 'decide')).toContainEqual(
    expect.stringMatching(/^volumeMounts ca: use patches.Deployment for a mount with subPath/),
  );
});

test('what nobody sees is spelled out in the description, and no text ends its quotes', () => {
  const script = 'echo \u202e `id` $' + '{x}\n\u2066';
  const result = imported(
    config(
      `[[runners]]\npre_build_script = ${JSON.stringify(script)}\nenvironment = ["A=\u202e' + evil + '"]\n`,
    ),
  );
  expect(result.text).not.toMatch(/[\u202e\u2066]/);
  expect(runnerIn(result)).toMatchObject({
    job: { preBuildScript: script, environment: { A: "\u202e' + evil + '" } },
  });
});

test('templates of the chart that say the release are put in, others are named', () => {
  const result = imported(
    kubernetes(
      'namespace = "{{ default .Release.Namespace .Values.runners.jobNamespace }}"\nimage = "{{ include "x" . }}"\n',
    ),
  );
  expect(linesOf(result, 'unread')).toEqual([expect.stringMatching(/include "x"/)]);
});

test('a key called __proto__ reaches nothing', () => {
  const result = imported(
    values('podLabels: { __proto__: { polluted: "yes" } }\nenvVars: [{ name: __proto__, value: x }]\n'),
  );
  expect(result.text).toBeDefined();
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

test('values of another shape than the chart takes are refused, and the rest renders', () => {
  const result = imported(
    values('nodeSelector: [a]\ntolerations: { a: b }\npodLabels: [x]\nconcurrent: 3\n'),
  );
  expect(runnerIn(result)).toMatchObject({ concurrency: 3 });
  expect(linesOf(result, 'refused')).toEqual([
    'tolerations: the chart takes a list here',
    'nodeSelector: the chart takes a table here',
    'podLabels: the chart takes a table here',
  ]);
});

test('values that keep the runner from starting are named', () => {
  const result = imported(kubernetes('image = 4\nvolumes = 3\n'));
  expect(linesOf(result, 'refused').map((line) => line.split(':')[0])).toEqual([
    'kubernetes.image',
    'kubernetes.volumes',
  ]);
});

test('the image of older releases of the chart is one text', () => {
  const image = 'image: registry.example.com/ci/gitlab-runner:alpine-v19.2.0\n';
  const result = imported(values(image));
  expect(descriptionIn(result)).toMatchObject({ imageRegistry: 'registry.example.com/ci' });
  expect(runnerIn(result)).toMatchObject({ runnerVersion: '19.2.0' });
});

test('a label called constructor is a label', () => {
  const result = imported(
    kubernetes('image = "alpine:3.22"\n[runners.kubernetes.node_selector]\ntoString = "x"\n'),
  );
  expect(descriptionIn(result)).toMatchObject({ existingPools: [{ nodeSelector: { toString: 'x' } }] });
});

test('thousands of labels take no longer than a few', () => {
  const labels = Array.from({ length: 3000 }, (_, index) => `"key${index}" = "x"\n`).join('');
  const start = Date.now();
  const result = imported(kubernetes(`image = "alpine:3.22"\n[runners.kubernetes.pod_labels]\n${labels}`));
  expect(Date.now() - start).toBeLessThan(20_000);
  expect(Object.keys(runnerIn(result).podLabels as object)).toHaveLength(3000);
});
