import { parse } from 'yaml';
import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { planBursts } from '../../lib/plan/burst';
import { makeReport } from '../../lib/report/report';
import { printText } from '../../lib/report/text';
import { render, sealedTokens } from '../fleets';

const FLEET: RunnerFleetProps = {
  name: 'a',
  fargate: { region: 'eu-west-1' },
  runners: [{ name: 'one', arch: 'amd64', capacity: 'fargate' }],
};
const ALL: RunnerFleetProps = { ...FLEET, fargate: { region: 'eu-west-1', managers: true } };

/** The subject of a fleet, some texts in its files replaced; each must be there. */
function subjectOf(fleet: RunnerFleetProps, ...changes: readonly (readonly [string, string])[]) {
  const files = changes.reduce<readonly SourceFile[]>(
    (all, [from, to]) => {
      expect(all.some(({ text }) => text.includes(from))).toBe(true);
      return all.map((file) => ({ ...file, text: file.text.replaceAll(from, to) }));
    },
    render(fleet, sealedTokens(fleet)),
  );
  return observe(parseManifests(files).manifests);
}

const findings = (...args: Parameters<typeof subjectOf>) =>
  runChecks(subjectOf(...args)).findings.map(({ rule, severity, why }) => `${severity} ${rule}: ${why}`);

test.each([
  ['jobs on Fargate, managers on nodes', FLEET],
  ['both on Fargate', ALL],
])('%s: nothing is found', (_, fleet) => {
  expect(findings(fleet)).toEqual([]);
});

test('the report says where jobs run, on which size, and for how much', () => {
  const subject = subjectOf(ALL);
  const report = makeReport(undefined, subject, runChecks(subject));
  const plain = (text: string) => text;
  const colors = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };
  expect(printText([report], colors)).toMatch(
    /a-one +20 +gitlab-jobs on Fargate +Fargate 2 vCPU 4 GiB +0.00165 +gitlab-managers on Fargate +ok/,
  );
});

test('the profile is what eksctl takes, and there are no pools where everything is on Fargate', () => {
  const files = render(ALL);
  const profile = files.find(({ path }) => path === 'a/cluster/clusterconfig.yaml');
  const labels = { 'gitlab-runner-fleet/compute': 'fargate' };
  expect(parse(profile?.text ?? '')).toEqual({
    apiVersion: 'eksctl.io/v1alpha5',
    kind: 'ClusterConfig',
    metadata: { name: 'a', region: 'eu-west-1' },
    fargateProfiles: [
      { name: 'gitlab-jobs', selectors: [{ namespace: 'gitlab-jobs', labels }] },
      { name: 'gitlab-managers', selectors: [{ namespace: 'gitlab-runners', labels }] },
    ],
  });
  expect(files.filter(({ path }) => path.startsWith('a/karpenter/'))).toEqual([]);
});

test('pods on Fargate have no selector of Karpenter and no toleration', () => {
  const texts = render(ALL)
    .filter(({ path }) => /one\/(configmap|deployment)/.test(path))
    .map(({ text }) => text);
  expect(texts).toHaveLength(2);
  for (const text of texts) expect(text).not.toMatch(/karpenter|toleration|dedicated-to/);
});

test('a profile of the ACK controller is read too, with its wildcards', () => {
  const ack = [
    'apiVersion: eks.services.k8s.aws/v1alpha1',
    'kind: FargateProfile',
    'metadata:',
    '  name: jobs',
    'spec:',
    '  name: jobs',
    '  clusterName: a',
    '  selectors:',
    '    - namespace: gitlab-*',
    '      labels:',
    '        gitlab-runner-fleet/compute: far?ate',
  ].join('\n');
  const files = render(ALL, sealedTokens(ALL)).filter(({ path }) => !path.includes('/cluster/'));
  const subject = observe(parseManifests([...files, { path: 'profile.yaml', text: ack }]).manifests);
  expect(runChecks(subject).findings).toEqual([]);
  expect(subject.runners[0].job?.fargate?.profile.name).toBe('jobs');
});

test.each<[string, readonly (readonly [string, string])[], RegExp]>([
  [
    'no profile selects the label',
    [['gitlab-runner-fleet/compute: fargate', 'gitlab-runner-fleet/compute: other']],
    /error lands: the job pod of runner a-one stays pending/,
  ],
  [
    'another architecture',
    [['"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"']],
    /error fargate: .*stays pending: it runs amd64 alone, not arm64/,
  ],
  [
    'a label of Karpenter in the selector',
    [['"kubernetes.io/os" = "linux"', '"karpenter.sh/capacity-type" = "spot"']],
    /error fargate: .*none of its machines has karpenter.sh\/capacity-type: spot/,
  ],
  [
    'a privileged job',
    [
      ['privileged = false', 'privileged = true'],
      ['allow_privilege_escalation = false', ''],
    ],
    /error fargate: .*no privileged/,
  ],
  [
    'a job that AWS may evict',
    [['pod_disruption_budget = true', 'pod_disruption_budget = false']],
    /warning fargate: AWS patches machines/,
  ],
  [
    'a request above the largest machine',
    [['cpu_request = "1"', 'cpu_request = "20"']],
    /error fargate: .*it sells at most 16 vCPU/,
  ],
  [
    'a ceiling above the largest machine',
    [['overwrite_max_allowed = "4"', 'overwrite_max_allowed = "20"']],
    /error fargate: the largest job pod .*it sells at most 16 vCPU/,
  ],
])('%s: a finding that says why', (_, changes, expected) => {
  expect(findings(FLEET, ...changes)).toContainEqual(expect.stringMatching(expected));
});

test('a manager on Fargate that asks for a node', () => {
  const found = findings(ALL, [
    '        kubernetes.io/os: linux',
    '        karpenter.sh/capacity-type: on-demand',
  ]);
  expect(found).toContainEqual(
    expect.stringMatching(/error fargate: the manager pod .*none of its machines/),
  );
});

test('a burst on Fargate has a machine and an address for each job, and no pool to limit it', () => {
  const question = { jobs: 100, minutes: 5, requestSeconds: 0.5, addresses: 50, usdPerHour: 5 };
  const [plan] = planBursts(subjectOf(FLEET), question);
  expect(plan).toMatchObject({ machines: [{ count: 100, name: 'Fargate 2 vCPU 4 GiB' }], addresses: 100 });
  expect(plan.terms.map(({ name, allows }) => [name, allows])).toEqual([
    ['manager concurrency', 20],
    ['subnet addresses', 50],
    ['price', 50],
    ['request rate', 2959],
  ]);
});

test('two fleets of a cluster on Fargate would write its one log configuration twice', () => {
  const other = { ...FLEET, name: 'b', clusterName: 'a', prefix: 'b' };
  expect(() => resolveFleets([FLEET, other], new Map())).toThrow(
    /prefix: "aws-observability".*fleet a renders objects of these names/s,
  );
});
