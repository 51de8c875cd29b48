import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { concurrencyOf } from '../../lib/cluster/runners';
import { parsed } from '../fixtures/files';

const configMap = (key: string, text: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: runner, namespace: ci }\ndata:\n${more}  ${key}: |\n${text.replace(/^/gm, '    ')}\n`;
const ENTRY = '[[runners]]\n  [runners.kubernetes]\n    image = "alpine"';
const GLOBALS = '  config.toml: |\n    concurrent = 7\n';

interface Options {
  readonly kind?: string;
  readonly env?: string;
  readonly command?: string;
  readonly volume?: string;
}

const workload = ({
  kind = 'Deployment',
  env = '[]',
  command = '[sh, /c/entrypoint]',
  volume = 'configMap: { name: runner }',
}: Options = {}) => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: runner, namespace: ci }
spec:
  replicas: 1
  template:
    spec:
      containers:
        - { name: r, image: "gitlab/gitlab-runner:alpine", command: ${command}, env: ${env}, volumeMounts: [{ name: c, mountPath: /c }] }
      volumes: [{ name: c, ${volume} }]
`;

const see = (...documents: string[]) => observe(parsed([{ path: 'a.yaml', text: documents.join('---\n') }]));
const TEMPLATE = configMap('config.template.toml', ENTRY, GLOBALS);

test('a template is proved as its manager registers with it', () => {
  const env = '[{ name: KUBERNETES_NAMESPACE, value: jobs }, { name: KUBERNETES_CPU_REQUEST, value: "2" }]';
  const { runners, configs } = see(TEMPLATE, workload({ env }));
  expect(runners[0].table.kubernetes).toEqual({ namespace: 'jobs', cpu_request: '2', image: 'alpine' });
  expect(concurrencyOf(runners[0])).toBe(7);
  expect(configs[0].given.get('runners[0].kubernetes.namespace')).toMatchObject({
    path: ['spec', 'template', 'spec', 'containers', 0, 'env', 0],
  });
});

test('variables come from fields of the pod and from other ConfigMaps too', () => {
  const other =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: env, namespace: ci }\ndata: { KUBERNETES_IMAGE: debian, ns: x }\n';
  const env =
    '[{ name: KUBERNETES_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }, { name: KUBERNETES_IMAGE, valueFrom: { configMapKeyRef: { name: env, key: KUBERNETES_IMAGE } } }]';
  const { runners } = see(other, TEMPLATE, workload({ env }));
  expect(runners[0].table.kubernetes).toEqual({ namespace: 'ci', image: 'debian' });
});

test('a config.toml that is mounted is read as it is, whatever the variables', () => {
  const env = '[{ name: KUBERNETES_NAMESPACE, value: jobs }]';
  const { runners } = see(
    configMap('config.toml', ENTRY),
    workload({ env, command: '[gitlab-runner, run]' }),
  );
  expect(runners[0].table.kubernetes).toEqual({ image: 'alpine' });
});

test('managers of one template are proved each with its own variables', () => {
  const second = workload({ env: '[{ name: KUBERNETES_NAMESPACE, value: b }]' }).replace(
    'name: runner,',
    'name: other,',
  );
  const { runners } = see(TEMPLATE, workload({ env: '[{ name: KUBERNETES_NAMESPACE, value: a }]' }), second);
  expect(runners.map(({ manager, table }) => [manager?.name, table.kubernetes.namespace])).toEqual([
    ['runner', 'a'],
    ['other', 'b'],
  ]);
});

test.each(['StatefulSet', 'DaemonSet'])('a %s is a manager', (kind) => {
  expect(see(configMap('config.toml', ENTRY), workload({ kind })).runners[0].manager?.kind).toBe(kind);
});

test.each([
  ['a key of another name', configMap('runner-config', ENTRY), {}],
  ['a file that a script writes', configMap('start.sh', `#!/bin/sh\ncat > /x <<EOF\n${ENTRY}\nEOF\nrun`), {}],
  [
    'a Secret',
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: ci }\ndata: { config.toml: ${Buffer.from(ENTRY).toString('base64')} }\n`,
    { volume: 'secret: { secretName: s }' },
  ],
])('a config is read of %s', (_, object, options) => {
  const { runners, unread } = see(object, workload(options));
  expect(runners).toMatchObject([
    { manager: { name: 'runner' }, table: { kubernetes: { image: 'alpine' } } },
  ]);
  expect(unread).toEqual([]);
});

test('a manager that registers by flags alone has a runner', () => {
  const command =
    '[sh, -c, "gitlab-runner register -n --kubernetes-image alpine --kubernetes-namespace x && exec gitlab-runner run"]';
  const { runners } = see(workload({ command }));
  expect(runners).toMatchObject([
    { name: 'runner', table: { kubernetes: { image: 'alpine', namespace: 'x' } } },
  ]);
});

test('an entry without address and token beside a registration without a template is not a runner', () => {
  const entries = '[[runners]]\n  [runners.cache.s3]\n    AccessKey = "AKIAIOSFODNN7EXAMPLE"';
  const command =
    '[sh, -c, "cp /c/config.toml /etc/gitlab-runner && gitlab-runner register -n && gitlab-runner run"]';
  const env = '[{ name: KUBERNETES_IMAGE, value: alpine }, { name: KUBERNETES_NAMESPACE, value: x }]';
  const subject = see(configMap('config.toml', entries), workload({ command, env }));
  expect(subject.runners).toMatchObject([{ table: { kubernetes: { image: 'alpine', namespace: 'x' } } }]);
  const ids = runChecks(subject).findings.map(({ id, severity }) => `${severity} ${id}`);
  expect(ids).toEqual(expect.arrayContaining(['warning config/template-entries', 'error config/plain-key']));
  expect(ids.filter((id) => id.startsWith('error config/missing-key'))).toEqual([]);
});

test('a manager whose config is elsewhere is named, and other workloads are not', () => {
  const sealed = workload({ volume: 'secret: { secretName: sealed }', command: '[gitlab-runner, run]' });
  expect(see(sealed).unread.map(({ name }) => name)).toEqual(['runner']);
  expect(
    see(sealed.replace('gitlab/gitlab-runner:', 'nginx:').replace('[gitlab-runner, run]', '[]')).unread,
  ).toEqual([]);
});

test('replicas, and the most that an autoscaler makes, are so many managers', () => {
  const hpa =
    'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: h, namespace: ci }\nspec: { maxReplicas: 5, scaleTargetRef: { kind: Deployment, name: runner } }\n';
  const three = workload().replace('replicas: 1', 'replicas: 3');
  expect(concurrencyOf(see(TEMPLATE, three).runners[0])).toBe(21);
  expect(concurrencyOf(see(TEMPLATE, three, hpa).runners[0])).toBe(35);
});

test("a Runner of GitLab's operator gives its template what the manager needs", () => {
  const runner =
    'apiVersion: apps.gitlab.com/v1beta2\nkind: Runner\nmetadata: { name: dev, namespace: ci }\nspec: { gitlabUrl: "https://gitlab.example.com", token: t, config: runner, concurrent: 4 }\n';
  const { runners } = see(configMap('config.toml', ENTRY), runner);
  expect(runners).toMatchObject([
    {
      name: 'dev',
      manager: undefined,
      table: { url: 'https://gitlab.example.com', kubernetes: { namespace: 'ci' } },
    },
  ]);
  expect(concurrencyOf(runners[0])).toBe(4);
});
