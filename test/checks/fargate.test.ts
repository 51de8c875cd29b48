import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { planBursts } from '../../lib/plan/burst';
import { makeReport } from '../../lib/report/report';
import { printText } from '../../lib/report/text';
import { edited, parsed, readFixture, without } from '../fixtures/files';
import { describeCheck } from './cases';

const CONFIG = 'fargate/configmap.yaml';
const DEPLOYMENT = 'fargate/deployment.yaml';
const CLUSTER = 'cluster/clusterconfig.yaml';

/** Jobs on Fargate, their manager on a node. */
const JOBS = readFixture('fargate');

/** Jobs and their manager on Fargate, and no pool at all. */
const ALL = edited(
  without(JOBS, '/karpenter/'),
  [
    CLUSTER,
    /$/,
    `  - name: gitlab-managers
    selectors:
      - labels:
          gitlab-runner-fleet/compute: fargate
        namespace: gitlab-runners
`,
  ],
  [DEPLOYMENT, '    spec:\n', '        gitlab-runner-fleet/compute: fargate\n    spec:\n'],
  [DEPLOYMENT, / +gitlab-runner-fleet\/dedicated-to: .*\n +karpenter.sh\/capacity-type: .*\n/, ''],
  [DEPLOYMENT, / {6}tolerations:\n(?: {8}.*\n)+/, ''],
);

/** A profile as the controller of ACK takes it, with wildcards. */
const ACK = `apiVersion: eks.services.k8s.aws/v1alpha1
kind: FargateProfile
metadata:
  name: jobs
spec:
  name: jobs
  clusterName: acme
  selectors:
    - namespace: gitlab-*
      labels:
        gitlab-runner-fleet/compute: far?ate
`;
const WITH_ACK = [...without(ALL, '/cluster/'), { path: 'profile.yaml', text: ACK }];

describeCheck('fargate', {
  fires: [
    {
      name: 'profiles of another cluster',
      files: JOBS,
      changes: [[CLUSTER, 'name: acme', 'name: other']],
      finds: [
        'fargate/other-cluster',
        'error',
        /^found other\. .*the cluster other, and the node classes are for acme/,
      ],
    },
    {
      name: 'a profile of another namespace',
      files: JOBS,
      changes: [[CLUSTER, 'namespace: gitlab-jobs', 'namespace: nope']],
      finds: [
        'fargate/not-selected',
        'error',
        /found .*fargate in gitlab-jobs\. .*none of gitlab-jobs selects it/,
      ],
    },
    {
      name: 'a manager that is made for Fargate, which no profile selects',
      files: ALL,
      changes: [[CLUSTER, 'namespace: gitlab-runners', 'namespace: nope']],
      finds: ['fargate/not-selected', 'error', /fargate in gitlab-runners/],
    },
    {
      name: 'a job of another architecture',
      files: JOBS,
      changes: [[CONFIG, '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"']],
      finds: ['fargate/unsupported', 'error', /stays pending: it runs amd64 alone, not arm64/],
    },
    {
      name: 'a job that selects a label of Karpenter',
      files: JOBS,
      changes: [[CONFIG, '"kubernetes.io/os" = "linux"', '"karpenter.sh/capacity-type" = "spot"']],
      finds: ['fargate/unsupported', 'error', /none of its machines has karpenter.sh\/capacity-type: spot/],
    },
    {
      name: 'a privileged job',
      files: JOBS,
      changes: [
        [CONFIG, 'privileged = false', 'privileged = true'],
        [CONFIG, 'allow_privilege_escalation = false', ''],
      ],
      finds: ['fargate/unsupported', 'error', /no privileged/],
    },
    {
      name: 'a job that AWS may evict',
      files: JOBS,
      changes: [[CONFIG, 'pod_disruption_budget = true', 'pod_disruption_budget = false']],
      finds: ['fargate/no-budget', 'warning', /AWS patches machines/],
    },
    {
      name: 'a request above the largest machine',
      files: JOBS,
      changes: [[CONFIG, 'cpu_request = "1"', 'cpu_request = "20"']],
      finds: ['fargate/too-large', 'error', /it sells at most 16 vCPU/],
    },
    {
      name: 'a ceiling above the largest machine',
      files: JOBS,
      changes: [[CONFIG, 'overwrite_max_allowed = "4"', 'overwrite_max_allowed = "20"']],
      finds: ['fargate/too-large', 'error', /the largest job pod .*it sells at most 16 vCPU/],
    },
    {
      name: 'a manager on Fargate that asks for a node',
      files: ALL,
      changes: [
        [
          DEPLOYMENT,
          '        kubernetes.io/os: linux',
          '        kubernetes.io/os: linux\n        karpenter.sh/capacity-type: on-demand',
        ],
      ],
      finds: ['fargate/unsupported', 'error', /the manager pod .*none of its machines/],
    },
  ],
  quiet: [
    { name: 'jobs on Fargate, managers on nodes', files: JOBS },
    { name: 'both on Fargate', files: ALL },
    { name: 'a profile of the ACK controller, with wildcards', files: WITH_ACK },
  ],
});

test('jobs run on the profile that selects them, whichever controller makes it', () => {
  const [runner] = observe(parsed(WITH_ACK)).runners;
  expect(runner.job?.fargate?.profile.name).toBe('jobs');
});

test('the report says where jobs run, on which size, and for how much', () => {
  const subject = observe(parsed(ALL));
  const report = makeReport(undefined, subject, runChecks(subject));
  const plain = (text: string) => text;
  const colors = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };
  expect(printText([report], colors)).toMatch(
    /acme-fargate +20 +gitlab-jobs on Fargate +Fargate 2 vCPU 4 GiB +0.00165 +gitlab-managers on Fargate +ok/,
  );
});

test('a burst on Fargate has a machine and an address for each job, and no pool to limit it', () => {
  const question = { jobs: 100, minutes: 5, requestSeconds: 0.5, addresses: 50, usdPerHour: 5 };
  const [plan] = planBursts(observe(parsed(JOBS)), question);
  expect(plan).toMatchObject({ machines: [{ count: 100, name: 'Fargate 2 vCPU 4 GiB' }], addresses: 100 });
  expect(plan.terms.map(({ name, allows }) => [name, allows])).toEqual([
    ['manager concurrency', 20],
    ['subnet addresses', 50],
    ['price', 50],
    ['request rate', 2940],
    ['cluster size', 5000],
  ]);
});

test('a pod that is made for Fargate, and that no profile selects, is one finding', () => {
  const { findings } = runChecks(
    observe(parsed(edited(JOBS, [CLUSTER, 'namespace: gitlab-jobs', 'namespace: nope']))),
  );
  expect(findings.map(({ id }) => id).filter((id) => /^(fargate|lands)\//.test(id))).toEqual([
    'fargate/not-selected',
  ]);
});
