import { canonicalConfig } from '../../lib/gitlab-runner/config/canonical';
import { flagIsOn } from '../../lib/gitlab-runner/features';
import { givenEntry, registeredEntry } from '../../lib/gitlab-runner/register';
import { registerCalls, registerCommand } from '../../lib/gitlab-runner/register-command';
import { parseToml } from '../../lib/values/toml';

const variables = (values: Record<string, string>) =>
  givenEntry({ variables: Object.entries(values).map(([name, value]) => ({ name, value })), flags: [] })
    .entry;
const flags = (script: string, known: Record<string, string> = {}) =>
  registerCalls(script, (name) => known[name]).map((call) =>
    call.flags.map(({ name, value }) => `${name}=${value}`),
  );

describe('what register makes of variables', () => {
  test.each([
    [{ KUBERNETES_NAMESPACE: 'ci' }, { kubernetes: { namespace: 'ci' } }],
    [{ KUBERNETES_POLL_TIMEOUT: '600' }, { kubernetes: { poll_timeout: 600 } }],
    [{ KUBERNETES_PRIVILEGED: 'true' }, { kubernetes: { privileged: true } }],
    [
      { KUBERNETES_PULL_POLICY: 'always, if-not-present' },
      { kubernetes: { pull_policy: ['always', 'if-not-present'] } },
    ],
    [{ KUBERNETES_IMAGE_PULL_SECRETS: 'a,b' }, { kubernetes: { image_pull_secrets: ['a,b'] } }],
    [{ KUBERNETES_NODE_SELECTOR: 'workload:ci' }, { kubernetes: { node_selector: { workload: 'ci' } } }],
    [
      { KUBERNETES_NODE_TOLERATIONS: 'workload=ci:NoSchedule' },
      { kubernetes: { node_tolerations: { 'workload=ci': 'NoSchedule' } } },
    ],
    [
      { KUBERNETES_BUILD_CONTAINER_SECURITY_CONTEXT_RUN_AS_USER: '1000' },
      { kubernetes: { build_container_security_context: { run_as_user: 1000 } } },
    ],
    [{ KUBECTL_CONTEXT: 'ci' }, { kubernetes: { context: 'ci' } }],
    [{ KUBERNETES_REQUEST_RETRY_LIMIT: '7' }, { kubernetes: { retry_limit: 7 } }],
    [{ CI_SERVER_URL: 'https://gitlab.example.com' }, { url: 'https://gitlab.example.com' }],
    [{ CI_SERVER_TLS_CA_FILE: '/ca.crt' }, { 'tls-ca-file': '/ca.crt' }],
    [{ RUNNER_ENV: 'FF_PRINT_POD_EVENTS=1' }, { environment: ['FF_PRINT_POD_EVENTS=1'] }],
    [{ FEATURE_FLAGS: 'FF_PRINT_POD_EVENTS:true' }, { feature_flags: { FF_PRINT_POD_EVENTS: true } }],
    [
      { RUNNER_LIMIT: '5', RUNNER_REQUEST_CONCURRENCY: '3' },
      { limit: 5, request_concurrency: 3 },
    ],
    [
      {
        CACHE_TYPE: 's3',
        CACHE_SHARED: '1',
        CACHE_S3_BUCKET_NAME: 'b',
        CACHE_S3_SERVER_SIDE_ENCRYPTION_KEY_ID: 'k',
      },
      { cache: { Type: 's3', Shared: true, s3: { BucketName: 'b', ServerSideEncryptionKeyID: 'k' } } },
    ],
    [
      { CACHE_S3_ROLE_ARN: 'arn', CACHE_GCS_ACCESS_ID: 'id' },
      { cache: { s3: { RoleARN: 'arn' }, gcs: { AccessID: 'id' } } },
    ],
  ])('%j is a key of its own', (given, entry) => {
    expect(variables(given as Record<string, string>)).toEqual(entry);
  });

  test('a variable of the cluster, of a job or without a value sets nothing', () => {
    expect(
      variables({
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        KUBERNETES_POD_LABELS: 'a:b',
        KUBERNETES_IMAGE: '',
        HOME: '/',
      }),
    ).toEqual({});
  });

  test('a number that is none stays what it is, for the check of types to find', () => {
    expect(variables({ KUBERNETES_POLL_TIMEOUT: '10m' })).toEqual({ kubernetes: { poll_timeout: '10m' } });
  });
});

describe('a template', () => {
  test('fills in what variables leave empty, and maps key by key', () => {
    const given = { kubernetes: { namespace: 'ci', privileged: false, node_selector: { a: '1' } } };
    const template = {
      token: 'glrt-x',
      kubernetes: {
        namespace: 'other',
        privileged: true,
        image: 'alpine',
        node_selector: { a: '2', b: '3' },
      },
    };
    expect(registeredEntry(given, template)).toEqual({
      kubernetes: { namespace: 'ci', privileged: true, image: 'alpine', node_selector: { a: '1', b: '3' } },
    });
  });
});

describe('a call of register', () => {
  test.each([
    [
      'gitlab-runner register --url https://a --kubernetes-image=alpine:3.22 -n\nnext',
      ['url=https://a', 'kubernetes-image=alpine:3.22', 'n=true'],
    ],
    [
      '/entrypoint register \\\n  --non-interactive \\\n  --name "my runner" &\nwait',
      ['non-interactive=true', 'name=my runner'],
    ],
    ["gitlab-runner register --executor 'kubernetes' && gitlab-runner run", ['executor=kubernetes']],
    [
      'gitlab-runner register --kubernetes-namespace $NS --token "$(cat /t)" --url ${URL:-https://b}',
      ['kubernetes-namespace=ci', 'url=https://b'],
    ],
  ])('%j', (script, expected) => {
    expect(flags(script, { NS: 'ci' })).toEqual([expected]);
  });

  test.each([
    '# gitlab-runner register --url x',
    'gitlab-runner run',
    'sh /configmaps/register-the-runner',
    'gitlab-runner unregister --all',
  ])('%j is none', (script) => expect(flags(script)).toEqual([]));

  test('the words of a command are one without a shell', () => {
    const call = registerCommand(
      ['register', '--kubernetes-namespace', '$(NS)', '--template-config', '/t/a.toml'],
      () => 'ci',
    );
    expect(call).toMatchObject({
      template: '/t/a.toml',
      flags: [{ name: 'kubernetes-namespace', value: 'ci' }, {}],
    });
    expect(registerCommand(['run', '--config', 'x'], () => '')).toBeUndefined();
  });

  test('flags come over variables', () => {
    const { entry } = givenEntry({
      variables: [{ name: 'KUBERNETES_NAMESPACE', value: 'a' }],
      flags: [
        { name: 'kubernetes-namespace', value: 'b' },
        { name: 'kubernetes-pod-annotations', value: 'a.b/c:true' },
        { name: 'kubernetes-allowed_images', value: 'x' },
      ],
    });
    expect(entry).toEqual({
      kubernetes: { namespace: 'b', pod_annotations: { 'a.b/c': 'true' }, allowed_images: ['x'] },
    });
  });
});

describe('keys of a file', () => {
  test('count in any case where none fits exactly, names of maps apart', () => {
    const file = '[[Runners]]\n[runners.kubernetes]\n';
    expect(canonicalConfig(parseToml(file.replace('Runners', 'runners')))).toEqual({
      runners: [{ kubernetes: {} }],
    });
    const text =
      '[[runners]]\nEXECUTOR="kubernetes"\n[runners.Kubernetes]\nCPU_Request="1"\nnope="x"\n[runners.Kubernetes.Node_Selector]\nKey="a"\n[runners.cache]\ntype="s3"\nType="gcs"\n';
    expect(canonicalConfig(parseToml(text))).toEqual({
      runners: [
        {
          executor: 'kubernetes',
          kubernetes: { cpu_request: '1', nope: 'x', node_selector: { Key: 'a' } },
          cache: { Type: 'gcs', type: 's3' },
        },
      ],
    });
  });
});

test('a feature flag is that of feature_flags, else the last of environment, else the default', () => {
  const name = 'FF_PRINT_POD_EVENTS';
  expect(flagIsOn({ environment: [`${name}=1`] }, name)).toBe(true);
  expect(flagIsOn({ environment: [`${name}=1`, `${name}=false`] }, name)).toBe(false);
  expect(flagIsOn({ environment: [`${name}=1`], feature_flags: { [name]: false } }, name)).toBe(false);
  expect(flagIsOn({ environment: [`${name}=yes`] }, name)).toBe(false);
  expect(
    flagIsOn(
      { environment: ['FF_USE_POD_ACTIVE_DEADLINE_SECONDS=yes'] },
      'FF_USE_POD_ACTIVE_DEADLINE_SECONDS',
    ),
  ).toBe(true);
});
