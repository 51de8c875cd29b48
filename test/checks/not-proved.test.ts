import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { makeReport } from '../../lib/report/report';
import { type Change, edited, FLEET, parsed, without } from '../fixtures/files';
import { describeCheck } from './cases';
import { CLASS, CONFIG, DEPLOYMENT, POOL } from './places';

/** A key of `[runners.kubernetes]`, and a table within it. */
const withKey = (line: string): Change => [CONFIG, 'privileged = false', `privileged = false\n      ${line}`];
const withTable = (text: string): Change => [
  CONFIG,
  '        [runners.kubernetes.node_selector]\n',
  `${text}\n        [runners.kubernetes.node_selector]\n`,
];
const never: Change = [CONFIG, 'pull_policy = "always"', 'pull_policy = "never"'];
const inDeployment = (field: string): Change => [
  DEPLOYMENT,
  '      automountServiceAccountToken',
  `      ${field}\n      automountServiceAccountToken`,
];

/** A required term of the affinity of jobs with the label team=x: whom it takes, and by which label of nodes. */
const term = (kind: 'pod_affinity' | 'pod_anti_affinity', label: string, topologyKey: string): Change => [
  CONFIG,
  '        [runners.kubernetes.pod_labels]\n',
  `        [[runners.kubernetes.affinity.${kind}.required_during_scheduling_ignored_during_execution]]
        topology_key = "${topologyKey}"
        [runners.kubernetes.affinity.${kind}.required_during_scheduling_ignored_during_execution.label_selector.match_labels]
        "team" = "${label}"
        [runners.kubernetes.pod_labels]
        "team" = "x"
`,
];

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const FLEET_WITHOUT_CLASSES = without(FLEET, 'ec2nodeclass');

describeCheck('lands', {
  fires: [
    {
      name: 'a job that must land beside a pod that is not here',
      changes: [term('pod_affinity', 'nobody', ZONE)],
      finds: ['lands/other-pods', 'note', /pods with team=nobody by topology.*lands is not proved/],
    },
    {
      name: 'jobs that must all land on one node',
      changes: [term('pod_affinity', 'x', HOST)],
      finds: ['lands/other-pods', 'note', /all 20 at once must land on one node/],
    },
    {
      name: 'jobs of which none may land beside another one',
      changes: [term('pod_anti_affinity', 'x', HOST)],
      finds: ['lands/other-pods', 'note', /none of 20 at once may land beside another one/],
    },
    {
      name: 'a job that another scheduler places',
      changes: [withKey('scheduler_name = "volcano"')],
      finds: ['lands/other-scheduler', 'note', /found volcano\. .*job pod.*lands is not proved/],
    },
    {
      name: 'a manager that another scheduler places',
      changes: [inDeployment('schedulerName: volcano')],
      finds: ['lands/other-scheduler', 'note', /found volcano\. .*manager pod/],
    },
  ],
  quiet: [
    { name: 'jobs that land in the zone of the first one', changes: [term('pod_affinity', 'x', ZONE)] },
    { name: 'jobs that stay off nodes of other pods', changes: [term('pod_anti_affinity', 'y', HOST)] },
    {
      name: 'the scheduler of Kubernetes by its name',
      changes: [withKey('scheduler_name = "default-scheduler"')],
    },
  ],
});

describeCheck('config', {
  fires: [
    {
      name: 'images that are never pulled onto new nodes',
      changes: [never],
      finds: ['config/never-pulled', 'error', /ErrImageNeverPull/],
    },
    {
      name: 'images that nodes may bring, and that are never pulled',
      changes: [never, [CLASS, /alias: \S+/, 'id: ami-0123456789abcdef0']],
      finds: ['config/never-pulled', 'note', /which images nodes of \S+ bring is not known here/],
    },
    {
      name: 'pods without any name server',
      changes: [withKey('dns_policy = "none"')],
      finds: ['config/refused-jobs', 'error', /dns_config has no nameservers/],
    },
  ],
  quiet: [
    {
      name: 'name servers of its own',
      changes: [
        withKey('dns_policy = "none"'),
        withTable('        [runners.kubernetes.dns_config]\n        nameservers = ["10.0.0.2"]'),
      ],
    },
  ],
});

const idsOf = (files = FLEET) => runChecks(observe(parsed(files))).findings.map(({ id }) => id);

test('where another policy follows "never", images are pulled', () => {
  const both: Change = [CONFIG, 'pull_policy = "always"', 'pull_policy = ["never", "always"]'];
  expect(idsOf(edited(FLEET, both))).not.toContain('config/never-pulled');
});

test('name servers that a patch adds count', () => {
  const patch = (text: string) => [
    withKey('dns_policy = "none"'),
    withTable(`        [[runners.kubernetes.pod_spec]]\n        ${text}`),
    [CONFIG, 'FF_WAIT_FOR', 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n      FF_WAIT_FOR'] as const,
  ];
  const strategic = patch(`patch = '{"dnsConfig":{"nameservers":["10.0.0.2"]}}'`);
  expect(idsOf(edited(FLEET, ...strategic))).not.toContain('config/refused-jobs');
  expect(idsOf(edited(FLEET, ...patch(`patch = '{"hostname":"a"}'`)))).toContain('config/refused-jobs');
});

describe('a class that is not among the manifests', () => {
  const verdictOf = (files: readonly { path: string; text: string }[]) => {
    const subject = observe(parsed(files));
    return makeReport(undefined, subject, runChecks(subject)).runners.find(
      ({ name }) => name === 'acme-arm64-spot',
    )?.verdict;
  };

  test('leaves the runner unproved: EC2NodeClass, PriorityClass, RuntimeClass', () => {
    expect(verdictOf(FLEET)).toBe('ok');
    expect(verdictOf(FLEET_WITHOUT_CLASSES)).toBe('not proved');
    expect(verdictOf(edited(FLEET, [POOL, /(nodeClassRef:[\s\S]*?name: )\S+/, '$1elsewhere']))).toBe(
      'not proved',
    );
    expect(verdictOf(edited(FLEET, withKey('priority_class_name = "jobs"')))).toBe('not proved');
    expect(verdictOf(edited(FLEET, withKey('runtime_class_name = "gvisor"')))).toBe('not proved');
    expect(verdictOf(edited(FLEET, inDeployment('priorityClassName: managers')))).toBe('not proved');
  });

  test('is no concern where the API server makes it, or the fleet does', () => {
    const builtIn = inDeployment('priorityClassName: system-cluster-critical');
    expect(verdictOf(edited(FLEET, builtIn))).toBe('ok');
    const text =
      'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: jobs }\nvalue: 5\n';
    const own = edited(FLEET, withKey('priority_class_name = "jobs"'));
    expect(verdictOf([...own, { path: 'acme/priorityclass.yaml', text }])).toBe('ok');
  });
});

describe('an entry of another executor', () => {
  const docker = (executor: string) =>
    edited(FLEET, [
      CONFIG,
      /( +executor = )"kubernetes"[\s\S]*/,
      `$1"${executor}"\n      [runners.docker]\n      image = "alpine:3.22"\n`,
    ]);
  const ofConfig = (files: readonly { path: string; text: string }[]) =>
    runChecks(observe(parsed(files))).findings.filter(({ at }) => at.manifest.file.endsWith(CONFIG));

  test('makes no pods, and nothing else is said of it', () => {
    expect(ofConfig(docker('docker'))).toEqual([
      expect.objectContaining({ id: 'config/other-executor', severity: 'note', notProved: true }),
    ]);
  });

  test('is a runner that is not proved', () => {
    const subject = observe(parsed(docker('shell')));
    const { runners, proof } = makeReport(undefined, subject, runChecks(subject));
    expect(runners.find(({ name }) => name === 'acme-arm64-spot')).toMatchObject({
      verdict: 'not proved',
      pools: [],
    });
    expect(proof).toMatchObject({ runners: 4, proved: 3, notProved: ['acme-arm64-spot'] });
  });

  test('leaves an entry of kubernetes beside it judged', () => {
    const both: Change = [
      CONFIG,
      '    [[runners]]\n',
      '    [[runners]]\n    name = "shell"\n    url = "https://gitlab.com"\n    token = "${OTHER}"\n    executor = "shell"\n\n    [[runners]]\n',
    ];
    const subject = observe(parsed(edited(FLEET, both)));
    expect(subject.runners.map(({ name }) => name)).toContain('acme-arm64-spot');
    expect(subject.podless.map(({ name }) => name)).toEqual(['shell']);
  });
});
