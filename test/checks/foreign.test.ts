import { runChecks } from '../../lib/checks/all';
import type { Finding } from '../../lib/checks/finding';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { makeReport } from '../../lib/report/report';
import { printText } from '../../lib/report/text';
import { formatPath } from '../../lib/values/field-path';
import { FLEET, parsed } from '../fixtures/files';

const COLORS = Object.fromEntries(
  ['bold', 'dim', 'red', 'yellow', 'green'].map((name) => [name, (text: string) => text]),
) as never;

const subjectOf = (...texts: readonly string[]) =>
  observe(parseManifests([{ path: 'a.yaml', text: texts.join('\n---\n') }]).manifests);
const reportOf = (...texts: readonly string[]) => {
  const subject = subjectOf(...texts);
  return makeReport(undefined, subject, runChecks(subject));
};
const findingsOf = (...texts: readonly string[]) => runChecks(subjectOf(...texts)).findings;
const of = (findings: readonly Finding[], id: string) => findings.filter((one) => one.id === id);
const ids = (findings: readonly Finding[]) => findings.map(({ id }) => id);

const config = (keys = '', tables = '') => `apiVersion: v1
kind: ConfigMap
metadata: { name: red, namespace: ci }
data:
  config.toml: |
    concurrent = 4
    [[runners]]
      name = "red"
      url = "https://gitlab.example.com"
      token = "$TOKEN"
      executor = "kubernetes"
      [runners.kubernetes]
        namespace = "ci"
        ${keys}
        ${tables}
`;
const CONTAINERS = `containers:
        - name: runner
          image: gitlab/gitlab-runner:v19.2.0
          args: [run]
          env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: t, key: token } } }]
          volumeMounts: [{ name: config, mountPath: /etc/gitlab-runner }]
      volumes: [{ name: config, configMap: { name: red } }]
      terminationGracePeriodSeconds: 7200`;
const deployment = (apiVersion = 'apps/v1', annotations = '{}') => `apiVersion: ${apiVersion}
kind: Deployment
metadata: { name: red, namespace: ci }
spec:
  selector: { matchLabels: { app: red } }
  template:
    metadata: { labels: { app: red }, annotations: ${annotations} }
    spec:
      ${CONTAINERS}
`;
const pool = (change = '', className = 'jobs') => `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: jobs }
spec:
  disruption: { consolidationPolicy: WhenEmpty, consolidateAfter: 5m }
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: ${className} }
      requirements:
        - { key: karpenter.sh/capacity-type, operator: In, values: [on-demand] }
        - { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m] }
        ${change}
`;
const nodeClass = (name: string) => `apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: ${name} }
spec:
  role: nodes
  amiSelectorTerms: [{ alias: al2023@v20260801 }]
  subnetSelectorTerms: [{ id: subnet-1 }]
  securityGroupSelectorTerms: [{ id: sg-1 }]
`;

test('jobs that all name their image are placed as any other; that a job without one fails is a warning', () => {
  const report = reportOf(config(), deployment(), pool(), nodeClass('jobs'));
  expect(report.runners[0].pools).toEqual([{ name: 'jobs', types: expect.any(Number) }]);
  const [missing] = of(report.result.findings, 'config/missing-key');
  expect(missing).toMatchObject({ severity: 'warning', why: 'a job that names no image fails' });
});

test('a Deployment of a version that is gone is refused, and still the manager of its config', () => {
  const found = findingsOf(
    config('image = "alpine:3.22"'),
    deployment('extensions/v1beta1'),
    pool(),
    nodeClass('jobs'),
  );
  expect(ids(found)).toContain('schema/old-version');
  expect(ids(found)).not.toContain('config/not-mounted');
});

describe('a node class that is not here', () => {
  test('is not proved where no class is: someone else keeps them', () => {
    const [found] = of(findingsOf(pool()), 'pools-usable/missing-class');
    expect(found).toMatchObject({ severity: 'note', notProved: true });
  });

  test('is an error beside one of almost the same name, and a warning beside others', () => {
    const [near] = of(findingsOf(pool('', 'job'), nodeClass('jobs')), 'pools-usable/missing-class');
    expect(near).toMatchObject({ severity: 'error', fix: 'write jobs, or add the class' });
    const [far] = of(findingsOf(pool(), nodeClass('something-else')), 'pools-usable/missing-class');
    expect(far.severity).toBe('warning');
  });

  const WINDOWS = '- { key: kubernetes.io/os, operator: In, values: [windows] }';
  const windowsJobs = config(
    'image = "a:1"',
    '[runners.kubernetes.node_selector]\n          "kubernetes.io/os" = "windows"\n          "node.kubernetes.io/windows-build" = "10.0.26100"',
  );

  test('leaves open which build of Windows its nodes have', () => {
    const found = findingsOf(windowsJobs, deployment(), pool(WINDOWS));
    expect(of(found, 'lands/job')).toEqual([]);
    expect(of(found, 'lands/node-group')).toContainEqual(
      expect.objectContaining({ notProved: true, found: 'node.kubernetes.io/windows-build: 10.0.26100' }),
    );
    expect(ids(found)).not.toContain('pools-usable/unreached');
  });

  test.each([
    ['windows2022', true],
    ['windows2025', false],
  ])('that is here decides: %s', (family, isRefused) => {
    const windows = nodeClass('jobs').replace('al2023@v20260801', `${family}@latest`);
    const report = reportOf(windowsJobs, deployment(), pool(WINDOWS), windows);
    expect(report.runners[0].pools).toHaveLength(isRefused ? 0 : 1);
    expect(JSON.stringify(report.result.findings.map(({ why }) => why))).not.toContain('which build');
  });

  test('leaves open how much disk there is, and nothing about CPU', () => {
    const disk = config('image = "a:1"', 'ephemeral_storage_request = "60Gi"');
    expect(of(findingsOf(disk, deployment(), pool()), 'fits/job')).toEqual([
      expect.objectContaining({ severity: 'note', notProved: true }),
    ]);
    expect(of(findingsOf(disk, deployment(), pool(), nodeClass('jobs')), 'fits/job')).toEqual([
      expect.objectContaining({ severity: 'error' }),
    ]);
    const cpu = config('image = "a:1"', 'cpu_request = "1000"');
    expect(of(findingsOf(cpu, deployment(), pool()), 'fits/job')).toEqual([
      expect.objectContaining({ severity: 'error' }),
    ]);
  });
});

test('a reference that the definition refuses anyway is one finding, not a class that nobody knows as well', () => {
  const old = pool().replace(
    '{ group: karpenter.k8s.aws, kind',
    '{ apiVersion: karpenter.k8s.aws/v1beta1, kind',
  );
  const versioned = pool().replace('group: karpenter.k8s.aws,', 'group: karpenter.k8s.aws/v1,');
  for (const one of [old, versioned]) {
    expect(ids(findingsOf(one))).not.toContain('pools-usable/unknown-class');
    expect(ids(findingsOf(one)).some((id) => id.startsWith('schema/'))).toBe(true);
  }
});

describe.each<[kind: string, text: string, path: string]>([
  [
    'Pod',
    `apiVersion: v1\nkind: Pod\nmetadata: { name: red, namespace: ci }\nspec:\n      ${CONTAINERS.replace('7200', '60')}`,
    'spec.terminationGracePeriodSeconds',
  ],
  [
    'Job',
    `apiVersion: batch/v1\nkind: Job\nmetadata: { name: red, namespace: ci }\nspec:\n  template:\n    spec:\n      ${CONTAINERS.replace('7200', '60')}`,
    'spec.template.spec.terminationGracePeriodSeconds',
  ],
  [
    'CronJob',
    `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: red, namespace: ci }\nspec:\n  jobTemplate:\n   spec:\n    template:\n     spec:\n      ${CONTAINERS.replace('7200', '60')}`,
    'spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds',
  ],
  [
    'ReplicaSet',
    deployment().replace('kind: Deployment', 'kind: ReplicaSet').replace('7200', '60'),
    'spec.template.spec.terminationGracePeriodSeconds',
  ],
  [
    'DaemonSet',
    deployment().replace('kind: Deployment', 'kind: DaemonSet').replace('7200', '60'),
    'spec.template.spec.terminationGracePeriodSeconds',
  ],
])('a %s that runs the runner', (kind, text, path) => {
  test('is the manager of the config that it mounts, and what is wrong with it stands where it is', () => {
    const report = reportOf(config('image = "a:1"'), text, pool(), nodeClass('jobs'));
    const [grace] = of(report.result.findings, 'in-time/grace');
    expect([grace.at.manifest.kind, formatPath(grace.at.path)]).toEqual([kind, path]);
    expect(report.runners[0]).toMatchObject({ managers: 'jobs', verdict: 'errors' });
    expect(ids(report.result.findings)).not.toContain('config/not-mounted');
    expect(report.ignored).not.toHaveProperty(kind);
  });

  test('is said to be unread where its config is not here, once', () => {
    const found = findingsOf(text, pool(), nodeClass('jobs'));
    expect(ids(found).filter((id) => /unread/.test(id))).toEqual(['rendered/unread-runner']);
  });
});

test('a Job that runs another command of the runner is no manager', () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { name: verify, namespace: ci }
spec:
  template:
    spec:
      containers: [{ name: a, image: "gitlab/gitlab-runner:v19.2.0", args: [verify] }]
`;
  expect(ids(findingsOf(job))).toEqual([]);
});

test('a budget that holds a manager on an expired node without an end is one finding', () => {
  const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: red, namespace: ci }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: red } } }
`;
  const found = findingsOf(config('image = "a:1"'), deployment(), pool(), nodeClass('jobs'), budget);
  expect(ids(found).filter((id) => /budget|endless/.test(id))).toEqual(['in-time/endless-expiry']);
  const ending = pool().replace('      nodeClassRef', '      terminationGracePeriod: 3h\n      nodeClassRef');
  const ended = findingsOf(config('image = "a:1"'), deployment(), ending, nodeClass('jobs'), budget);
  expect(ids(ended).filter((id) => /budget|endless/.test(id))).toEqual(['in-time/manager-budget']);
});

test('an error of what limits the namespace of jobs is one of the runner', () => {
  const verdicts = (namespace: string) => {
    const text = `apiVersion: v1
kind: ResourceQuota
metadata: { name: small, namespace: ${namespace} }
spec: { hard: { pods: "1" } }
`;
    const subject = observe(parsed([...FLEET, { path: 'acme/quota.yaml', text }]));
    return makeReport(undefined, subject, runChecks(subject)).runners.map(({ verdict }) => verdict);
  };
  expect(new Set(verdicts('gitlab-jobs'))).toEqual(new Set(['errors']));
  expect(new Set(verdicts('elsewhere'))).not.toContain('errors');
});

test('warnings of one rule that one fix settles are printed as one, with what is found at each', () => {
  const [one, two] = ['red', 'blue'].map((name) =>
    pool('- { key: kubernetes.io/arch, operator: In, values: [amd64, mips] }').replace(
      'name: jobs',
      `name: ${name}`,
    ),
  );
  const text = printText([reportOf(one, two.replace('amd64, mips', 'amd64, sparc'))], COLORS);
  expect(text.match(/^warning \[pools-usable\/dead-value\]/gm)).toHaveLength(1);
  expect(text).toMatch(
    /^ {2}found: \w+ {2}\(a\.yaml:\d+\)\n {2}also: {2}NodePool\/\w+ \(a\.yaml:\d+\): \w+\n/m,
  );
});

test('missing keys of one entry are each named', () => {
  const text = printText(
    [reportOf(config().replace('        namespace = "ci"\n', ''), deployment())],
    COLORS,
  );
  expect(
    text.match(
      /^warning \[config\/missing-key\].* > runners\[0\]\.kubernetes\.(image|namespace) is not set {2}\(\S+\)$/gm,
    ),
  ).toHaveLength(2);
});

test('fields that are missing in different places are different findings', () => {
  const report = reportOf(
    pool()
      .replace(/ +disruption: .*\n/, '  disruption: {}\n')
      .replace(', name: jobs }', ' }'),
  );
  expect(
    of(report.result.findings, 'schema/missing-field').map(({ at: { path } }) => formatPath(path)),
  ).toEqual(['spec.disruption.consolidateAfter', 'spec.template.spec.nodeClassRef.name']);
});

describe('a NodeClass of EKS Auto Mode', () => {
  const auto = (spec: string) => `apiVersion: eks.amazonaws.com/v1
kind: NodeClass
metadata: { name: jobs }
spec: { role: nodes, subnetSelectorTerms: [{ id: subnet-1 }], securityGroupSelectorTerms: [{ id: sg-1 }], ${spec} }
`;

  test.each([
    ['networkPolicy: Deny', 'schema/wrong-value'],
    ['ephemeralStorage: { size: 60000Gi }', 'schema/wrong-value'],
    ['ephemeralStorage: { iops: 100 }', 'schema/wrong-value'],
    ['kubelet: { maxPods: 10 }', 'schema/unknown-field'],
    ['instanceProfile: eks-nodes', 'schema/node-identity'],
    ['tags: { karpenter.sh/nodepool: a }', 'schema/crd-rule'],
  ])('with %s is refused', (spec, id) => {
    expect(ids(findingsOf(auto(spec)))).toEqual([id]);
  });

  test.each([
    'networkPolicy: DefaultDeny',
    'ephemeralStorage: { size: 100Gi }',
    'advancedSecurity: { fips: true }',
  ])('with %s is taken', (spec) => {
    expect(findingsOf(auto(spec))).toEqual([]);
  });
});
