import type { SourceFile } from '../../lib/cluster/manifest';
import { FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';

const POLICY = 'networkpolicy-gitlab-runners.yaml';
const MONITOR = 'podmonitor.yaml';
const RULES = 'prometheusrule.yaml';

const watching: readonly SourceFile[] = [
  {
    path: `acme/monitoring/${MONITOR}`,
    text: `apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: managers
  namespace: gitlab-runners
spec:
  selector:
    matchLabels:
      app.kubernetes.io/component: manager
  podMetricsEndpoints:
    - port: metrics
      interval: 30s
`,
  },
  {
    path: `acme/monitoring/${RULES}`,
    text: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: managers
  namespace: gitlab-runners
spec:
  groups:
    - name: managers
      rules:
        - alert: ManagerAbsent
          expr: absent(up == 1)
          labels: { severity: critical }
        - record: jobs
          expr: sum(gitlab_runner_jobs)
`,
  },
];
/** The fleet as it lets Prometheus in. */
const WATCHED: readonly SourceFile[] = [
  ...FLEET.map(({ path, text }) => ({
    path,
    text: path.endsWith(POLICY)
      ? text.replace(
          'spec:\n',
          'spec:\n  ingress:\n    - ports:\n        - port: metrics\n          protocol: TCP\n',
        )
      : text,
  })),
  ...watching,
];
/** Pods of somebody else in the namespace of the managers. */
const OTHERS = `apiVersion: apps/v1
kind: Deployment
metadata: { name: exporter, namespace: gitlab-runners }
spec:
  selector: { matchLabels: { app: exporter } }
  template:
    metadata: { labels: { app: exporter } }
    spec: { containers: [{ name: exporter, image: exporter:1 }] }
`;

describeCheck('monitoring', {
  fires: [
    {
      name: 'labels that no manager has',
      files: WATCHED,
      changes: [[MONITOR, 'component: manager', 'component: runner']],
      finds: ['monitoring/selects-none', 'warning', /scrapes none of the \d+ managers.*component=manager/],
    },
    {
      name: 'a namespace in which nothing has these labels',
      files: WATCHED,
      changes: [
        [MONITOR, '  selector:', '  namespaceSelector: { matchNames: [gitlab-runners] }\n  selector:'],
        [MONITOR, 'component: manager', 'component: runner'],
      ],
      finds: ['monitoring/selects-none', 'warning', /in namespace gitlab-runners/],
    },
    {
      name: 'a port that no container declares',
      files: WATCHED,
      changes: [[MONITOR, 'port: metrics', 'port: http']],
      finds: ['monitoring/no-port', 'warning', /found http\..* and \d more declares .*write one .*: metrics/],
    },
    {
      name: 'a port by a number that no container declares',
      files: WATCHED,
      changes: [[MONITOR, 'port: metrics', 'portNumber: 9253']],
      finds: ['monitoring/no-port', 'warning', /found 9253/],
    },
    {
      name: 'network policies that let nobody in',
      files: [...FLEET, ...watching],
      finds: ['monitoring/not-reached', 'warning', /metrics of Deployment.*prometheusNamespace/],
    },
    {
      name: 'network policies that let Prometheus in at another port',
      files: WATCHED,
      changes: [[POLICY, 'port: metrics', 'port: 9100']],
      finds: ['monitoring/not-reached', 'warning', /let nothing in at this port/],
    },
    {
      name: 'an alert without an expression',
      files: WATCHED,
      changes: [[RULES, 'expr: absent(up == 1)', "expr: ''"]],
      finds: ['monitoring/no-expression', 'error', /ManagerAbsent without expr/],
    },
    {
      name: 'two alerts that can not be told apart',
      files: WATCHED,
      changes: [
        [
          RULES,
          '        - record: jobs',
          '        - alert: ManagerAbsent\n          labels: { severity: critical }\n',
        ],
      ],
      finds: ['monitoring/duplicate', 'warning', /found ManagerAbsent/],
    },
    {
      name: 'two groups of one name',
      files: WATCHED,
      changes: [[RULES, '  groups:\n', '  groups:\n    - { name: managers, rules: [] }\n']],
      finds: ['monitoring/duplicate', 'error', /refuses an object with two groups/],
    },
  ],
  quiet: [
    { name: 'a PodMonitor of the managers, and alerts', files: WATCHED },
    {
      name: 'a PodMonitor by the number of the port',
      files: WATCHED,
      changes: [[MONITOR, 'port: metrics', 'portNumber: 9252']],
    },
    {
      name: 'a PodMonitor of another namespace',
      files: WATCHED,
      changes: [
        [MONITOR, 'namespace: gitlab-runners', 'namespace: web'],
        [MONITOR, 'component: manager', 'component: web'],
      ],
    },
    {
      name: 'a PodMonitor of all namespaces, which may be for any pods',
      files: WATCHED,
      changes: [
        [MONITOR, '  selector:', '  namespaceSelector: { any: true }\n  selector:'],
        [MONITOR, 'component: manager', 'component: web'],
      ],
    },
    {
      name: 'the same alert with another severity',
      files: WATCHED,
      changes: [
        [
          RULES,
          '        - record: jobs',
          '        - alert: ManagerAbsent\n          labels: { severity: info }\n          expr: absent(up)\n        - record: jobs',
        ],
      ],
    },
  ],
});

test('a PodMonitor of other pods in the namespace of the managers is not for the managers', () => {
  const files = WATCHED.map(({ path, text }) => ({
    path,
    text: path.endsWith(MONITOR)
      ? text.replace('app.kubernetes.io/component: manager', 'app: exporter')
      : text,
  }));
  const ids = (all: readonly SourceFile[]) =>
    findingsIn(all)
      .map(({ id }) => id)
      .filter((id) => id.startsWith('monitoring/'));
  expect(ids(files)).toEqual(['monitoring/selects-none']);
  expect(ids([...files, { path: 'exporter.yaml', text: OTHERS }])).toEqual([]);
});
