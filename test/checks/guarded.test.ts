import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { makeReport } from '../../lib/report/report';
import { type Change, edited, FLEET, parsed, RENDERED, readFixture, without } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, JOBS_NAMESPACE, JOBS_POLICY } from './places';

const MANAGERS_NAMESPACE = 'namespace-gitlab-runners.yaml';
const MANAGERS_POLICY = 'networkpolicy-gitlab-runners.yaml';
const ROLE = 'arm64-spot/role.yaml';
const KUBERNETES = '      [runners.kubernetes]\n';
const BOTH: readonly SourceFile[] = [...FLEET, ...readFixture('neighbour')];
/** The fleet as someone else would write it: without the label of what this product rendered. */
const FOREIGN: readonly SourceFile[] = edited(FLEET, [
  'configmap.yaml',
  / {4}gitlab-runner-fleet\/runner: .*\n/,
  '',
]);

/** A line more in the table [runners.kubernetes] of a runner. */
const key = (line: string, config = CONFIG): Change => [config, KUBERNETES, `${KUBERNETES}      ${line}\n`];
const CHOOSES_NODES: readonly Change[] = [
  key('node_selector_overwrite_allowed = ".*"'),
  key('node_tolerations_overwrite_allowed = ".*"'),
];
const PRIVILEGED: readonly Change[] = [
  [CONFIG, 'privileged = false', 'privileged = true'],
  [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
];
/** A policy of the databases of another namespace, which lets in what has a label. */
const DATABASES: SourceFile = {
  path: 'acme/databases.yaml',
  text: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: databases, namespace: databases }
spec:
  podSelector: {}
  ingress:
    - from: [{ namespaceSelector: {}, podSelector: { matchLabels: { may-reach: databases } } }]
`,
};

const LIMIT_RANGE: SourceFile = {
  path: 'acme/limits.yaml',
  text: 'apiVersion: v1\nkind: LimitRange\nmetadata: { name: jobs, namespace: gitlab-jobs, labels: { app.kubernetes.io/name: gitlab-runner } }\nspec: { limits: [{ type: Pod, max: { cpu: "64" } }] }\n',
};

describeCheck('guarded', {
  fires: [
    {
      name: 'a policy that is one of Calico: its selectors mean nothing to the API server',
      changes: [
        [JOBS_POLICY, 'apiVersion: networking.k8s.io/v1\n', 'apiVersion: crd.projectcalico.org/v1\n'],
      ],
      finds: ['guarded/no-policy', 'error', /no NetworkPolicy of gitlab-jobs/],
    },
    {
      name: 'a namespace of jobs that lets every pod in, for a kernel parameter that baseline allows',
      changes: [
        [JOBS_NAMESPACE, 'enforce: baseline', 'enforce: privileged'],
        [CONFIG, 'FF_WAIT_FOR', 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n      FF_WAIT_FOR'],
        [
          CONFIG,
          'immutable: true',
          `    [[runners.kubernetes.pod_spec]]\n    patch = '{"securityContext": {"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}]}}'\nimmutable: true`,
        ],
      ],
      finds: ['guarded/job-level', 'error', /^found privileged/],
    },
    {
      name: 'a namespace of jobs that lets every pod in, for no reason',
      changes: [[JOBS_NAMESPACE, 'enforce: baseline', 'enforce: privileged']],
      finds: ['guarded/job-level', 'error', /^found privileged\. .*no runner there needs that.*baseline$/],
    },
    {
      name: 'a namespace of jobs without a level',
      changes: [[JOBS_NAMESPACE, / {4}pod-security.kubernetes.io\/enforce: .*\n/, '']],
      finds: ['guarded/job-level', 'error', /^found nothing/],
    },
    {
      name: 'a level that there is not, which lets every pod in',
      changes: [[JOBS_NAMESPACE, 'enforce: baseline', 'enforce: Baseline']],
      finds: ['guarded/job-level', 'error', /^found Baseline/],
    },
    {
      name: 'a namespace of jobs without a level that someone else wrote',
      files: FOREIGN,
      changes: [[JOBS_NAMESPACE, / {4}pod-security.kubernetes.io\/enforce: .*\n/, '']],
      finds: ['guarded/job-level', 'warning', /^found nothing/],
    },
    {
      name: 'a namespace of managers that enforces less than restricted',
      changes: [[MANAGERS_NAMESPACE, 'enforce: restricted', 'enforce: baseline']],
      finds: ['guarded/manager-level', 'error', /^found baseline\. .*reads the tokens of all runners/],
    },
    {
      name: 'the same where someone else wrote it',
      files: FOREIGN,
      changes: [[MANAGERS_NAMESPACE, 'enforce: restricted', 'enforce: baseline']],
      finds: ['guarded/manager-level', 'note', /^found baseline/],
    },
    {
      name: 'no network policy of jobs',
      files: without(FLEET, JOBS_POLICY),
      finds: [
        'guarded/no-policy',
        'error',
        /no NetworkPolicy of gitlab-jobs.*goes out and what comes in.*of jobs/,
      ],
    },
    {
      name: 'no network policy of managers',
      files: without(FLEET, MANAGERS_POLICY),
      finds: ['guarded/no-policy', 'error', /no NetworkPolicy of gitlab-runners/],
    },
    {
      name: 'no network policy where someone else wrote the runners',
      files: without(FOREIGN, JOBS_POLICY),
      finds: ['guarded/no-policy', 'note', /no NetworkPolicy of gitlab-jobs/],
    },
    {
      name: 'a policy that selects other pods',
      changes: [[JOBS_POLICY, 'podSelector: {}', 'podSelector: { matchLabels: { app: other } }']],
      finds: ['guarded/no-policy', 'error', /NetworkPolicy\/gitlab-jobs\/default holds none of them/],
    },
    {
      name: 'a policy in another namespace',
      changes: [[JOBS_POLICY, '  namespace: gitlab-jobs\n', '  namespace: other\n']],
      finds: ['guarded/no-policy', 'error', /no NetworkPolicy of gitlab-jobs/],
    },
    {
      name: 'a policy that says nothing of what goes out',
      changes: [[JOBS_POLICY, '    - Egress\n', '']],
      finds: ['guarded/no-policy', 'error', /limits what goes out for pods of jobs/],
    },
    {
      name: 'the metadata service over IPv4',
      changes: [[JOBS_POLICY, '              - 169.254.169.254/32\n', '']],
      finds: [
        'guarded/credentials',
        'error',
        /allows the instance metadata service \(169.254.169.254\)\. .*169.254.169.254\/32 into except/,
      ],
    },
    {
      name: 'the metadata service over IPv6',
      changes: [[JOBS_POLICY, '              - fd00:ec2::254/128\n', '']],
      finds: ['guarded/credentials', 'error', /\(fd00:ec2::254\)\. .*fd00:ec2::254\/128 into except/],
    },
    {
      name: 'the Pod Identity agent',
      changes: [[JOBS_POLICY, '              - 169.254.170.23/32\n', '']],
      finds: ['guarded/credentials', 'error', /the Pod Identity agent \(169.254.170.23\)/],
    },
    {
      name: 'a second policy that allows everything',
      files: [
        ...FLEET,
        {
          path: 'acme/open.yaml',
          text: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: open, namespace: gitlab-runners }\nspec: { podSelector: {}, policyTypes: [Egress], egress: [{}] }\n',
        },
      ],
      finds: [
        'guarded/credentials',
        'error',
        /NetworkPolicy\/gitlab-runners\/open allows the instance metadata service \(169.254.169.254, fd00:ec2::254\) and the Pod Identity agent/,
      ],
    },
    {
      name: 'the metadata service in a policy of someone else',
      files: FOREIGN,
      changes: [[JOBS_POLICY, '              - 169.254.169.254/32\n', '']],
      finds: ['guarded/credentials', 'warning', /169.254.169.254/],
    },
    {
      name: 'jobs that may choose the nodes of managers',
      changes: CHOOSES_NODES,
      finds: ['guarded/other-nodes', 'error', /^found gitlab-managers \(managers of acme-/],
    },
    {
      name: 'jobs that may choose them by tolerating everything',
      changes: [
        key('node_selector_overwrite_allowed = "^[a-z./-]+=[a-z-]+$"'),
        key('node_tolerations_overwrite_allowed = "^$"'),
      ],
      finds: ['guarded/other-nodes', 'error', /^found gitlab-managers/],
    },
    {
      name: 'jobs that may choose the nodes of another fleet',
      files: BOTH,
      changes: [
        key(
          'node_selector_overwrite_allowed = "^(gitlab-runner-fleet/dedicated-to=protected-jobs|karpenter.sh/capacity-type=on-demand)$"',
        ),
        key(
          'node_tolerations_overwrite_allowed = "^gitlab-runner-fleet/dedicated-to=protected-jobs:NoSchedule$"',
        ),
      ],
      finds: [
        'guarded/other-nodes',
        'error',
        /^found protected-jobs-arm64-on-demand \(jobs of \S*deploy\)\. /,
      ],
    },
    {
      name: 'a namespace in which the manager may make pods',
      changes: [
        key('namespace_overwrite_allowed = "^gitlab-.*$"'),
        [ROLE, '  namespace: gitlab-jobs\n', '  namespace: gitlab-runners\n'],
        ['arm64-spot/rolebinding.yaml', '  namespace: gitlab-jobs\n', '  namespace: gitlab-runners\n'],
      ],
      finds: ['guarded/other-namespace', 'error', /allows gitlab-runners\. the manager may make pods there/],
    },
    {
      name: 'a namespace in which it may not',
      changes: [key('namespace_overwrite_allowed = ".*"')],
      finds: ['guarded/other-namespace', 'warning', /allows gitlab-runners, .*such a job fails/],
    },
    {
      name: 'the account of another runner',
      changes: [
        key('service_account_overwrite_allowed = "^deploy$"'),
        key('service_account = "deploy"', 'amd64-spot/configmap.yaml'),
      ],
      finds: [
        'guarded/other-account',
        'error',
        /\^deploy\$ allows deploy\. rights in the cluster and in AWS/,
      ],
    },
    {
      name: 'any account',
      changes: [key('service_account_overwrite_allowed = ".*"')],
      finds: ['guarded/other-account', 'warning', /allows whatever account there is/],
    },
    {
      name: 'labels by which no policy holds any more',
      changes: [
        key('pod_labels_overwrite_allowed = ".*"'),
        [
          JOBS_POLICY,
          'podSelector: {}',
          'podSelector: { matchLabels: { app.kubernetes.io/component: job } }',
        ],
      ],
      finds: ['guarded/other-labels', 'error', /a job may have more connections: to everyone/],
    },
    {
      name: 'labels by which another policy lets jobs in',
      files: [...FLEET, DATABASES],
      changes: [key('pod_labels_overwrite_allowed = "^may-reach=.*$"')],
      finds: [
        'guarded/other-labels',
        'error',
        /allows may-reach=databases\. .*let in by NetworkPolicy\/databases\/databases/,
      ],
    },
    {
      name: 'a token of the job',
      changes: [key('bearer_token_overwrite_allowed = true')],
      finds: ['guarded/bearer-token', 'error', /instead of its own Role/],
    },
    {
      name: 'services of any image, where images are limited',
      changes: [key('allowed_images = ["public.ecr.aws/**"]')],
      finds: ['guarded/services', 'warning', /runs any image at all as a service/],
    },
    {
      name: 'an image that a variable of the job names, where images are limited',
      changes: [
        [CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"'],
        key('allowed_images = ["public.ecr.aws/**"]'),
      ],
      finds: ['guarded/chosen-image', 'warning', /found \$RUN_IMAGE\. .*whatever allowed_images says/],
    },
    {
      name: 'a service that a variable of the job names, where services are limited',
      changes: [
        key('services = [{ name = "public.ecr.aws/$SVC" }]'),
        key('allowed_images = ["public.ecr.aws/**"]'),
        key('allowed_services = ["public.ecr.aws/**"]'),
      ],
      finds: [
        'guarded/chosen-image',
        'warning',
        /found public\.ecr\.aws\/\$SVC\. .*whatever allowed_services says/,
      ],
    },
    {
      name: 'a network policy that Argo CD skips, in a rendered file',
      files: RENDERED,
      changes: [
        [JOBS_POLICY, 'metadata:\n', 'metadata:\n  annotations: { argocd.argoproj.io/hook: Skip }\n'],
      ],
      finds: ['guarded/left-out', 'error', /^found argocd\.argoproj\.io\/hook: Skip\. .*Fix: remove it$/],
    },
    {
      name: 'a network policy that Argo CD applies after the managers whose jobs it holds',
      changes: [
        [JOBS_POLICY, 'metadata:\n', 'metadata:\n  annotations: { argocd.argoproj.io/sync-wave: "100" }\n'],
      ],
      finds: ['guarded/late', 'error', /^found wave 100\. .*runner-\S+ in wave 0 .*a wave of at most 0$/],
    },
    {
      name: 'a manager that Argo CD applies before the namespace of its jobs',
      changes: [
        [
          'arm64-spot/deployment.yaml',
          '  annotations:\n',
          '  annotations:\n    argocd.argoproj.io/sync-wave: "-9"\n',
        ],
      ],
      finds: [
        'guarded/late',
        'error',
        /^found wave -?\d\. .*Deployment\/gitlab-runners\/runner-arm64-spot in wave -9 /,
      ],
    },
    {
      name: 'an object of a runner with an owner that may go',
      changes: [
        [
          ROLE,
          'metadata:\n',
          'metadata:\n  ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: x, uid: x }]\n',
        ],
      ],
      finds: ['guarded/left-out', 'error', /^found ownerReferences/],
    },
    {
      name: 'a rendered network policy without its namespace',
      files: RENDERED,
      changes: [[JOBS_POLICY, '  namespace: gitlab-jobs\n', '']],
      finds: ['guarded/no-namespace', 'error', /^found nothing/],
    },
    {
      name: 'rendered runners without the namespace of their jobs',
      files: without(FLEET, JOBS_NAMESPACE),
      finds: ['guarded/missing-namespace', 'error', /^found no Namespace gitlab-jobs\. .*existing: true/],
    },
    {
      name: 'rendered runners without the namespace of their managers',
      files: without(FLEET, 'namespace-gitlab-runners.yaml'),
      finds: ['guarded/missing-namespace', 'error', /^found no Namespace gitlab-runners/],
    },
    {
      name: 'a namespace of jobs with a LimitRange and no ResourceQuota',
      files: [...FLEET, LIMIT_RANGE],
      finds: ['guarded/no-room-limit', 'note', /^found no ResourceQuota in gitlab-jobs/],
    },
  ],
  quiet: [
    {
      name: 'a network policy that Argo CD applies before the managers',
      changes: [
        [JOBS_POLICY, 'metadata:\n', 'metadata:\n  annotations: { argocd.argoproj.io/sync-wave: "-1" }\n'],
      ],
    },
    {
      name: 'an image that a variable of the job names, where any is allowed',
      changes: [[CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"']],
    },
    {
      name: 'a namespace that is declared to exist',
      files: edited(without(FLEET, JOBS_NAMESPACE), [
        JOBS_POLICY,
        'metadata:\n',
        'metadata:\n  annotations: { gitlab-runner-fleet/existing: Namespace/gitlab-jobs }\n',
      ]),
    },
    {
      name: 'runners that others wrote, without a namespace',
      files: without(FOREIGN, 'namespace-'),
    },
    {
      name: 'options of Argo CD by which an object is applied all the same',
      files: RENDERED,
      changes: [
        [
          JOBS_POLICY,
          'metadata:\n',
          'metadata:\n  annotations: { argocd.argoproj.io/sync-options: "Prune=false,ServerSideApply=true" }\n',
        ],
      ],
    },
    {
      name: 'a namespace that lets every pod in, for a runner that needs it',
      files: edited(
        FLEET,
        ['configmap.yaml', 'privileged = false', 'privileged = true'],
        ['configmap.yaml', 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
      ),
      changes: [[JOBS_NAMESPACE, 'enforce: baseline', 'enforce: privileged']],
    },
    {
      name: 'a namespace of jobs that enforces more than it must',
      changes: [
        [
          JOBS_NAMESPACE,
          'enforce: baseline',
          'enforce: baseline\n    pod-security.kubernetes.io/enforce-version: latest',
        ],
      ],
    },
    {
      name: 'the Pod Identity agent by its own address, which someone means',
      changes: [
        [
          JOBS_POLICY,
          '  egress:\n',
          '  egress:\n    - { to: [{ ipBlock: { cidr: 169.254.170.23/32 } }], ports: [{ port: 80 }] }\n',
        ],
      ],
    },
    {
      name: 'jobs that choose among nodes of their own tier',
      changes: [key('node_selector_overwrite_allowed = "^karpenter.sh/capacity-type=(spot|on-demand)$"')],
    },
    {
      name: 'a namespace and an account of their own',
      changes: [
        key('namespace_overwrite_allowed = "^gitlab-jobs$"'),
        key('service_account_overwrite_allowed = "^default$"'),
        key('pod_labels_overwrite_allowed = "^team=[a-z]+$"'),
      ],
    },
    {
      name: 'images and services that are limited',
      changes: [
        key('allowed_images = ["public.ecr.aws/**"]'),
        key('allowed_services = ["public.ecr.aws/**"]'),
      ],
    },
  ],
});

test('what a chart renders, without a Namespace and a policy, gets one note a namespace and no error', () => {
  const chart = FOREIGN.filter(({ path }) => !/namespace-|networkpolicy-/.test(path));
  expect(
    findingsIn(chart)
      .filter(({ id }) => id.startsWith('guarded/'))
      .map(({ id, severity, found }) => `${severity} ${id} ${found}`),
  ).toEqual([
    'note guarded/no-policy no NetworkPolicy of gitlab-jobs',
    'note guarded/no-policy no NetworkPolicy of gitlab-runners',
  ]);
});

test('deleting every policy of a rendered fleet is an error for each namespace', () => {
  const open = FLEET.filter(({ path }) => !path.includes('networkpolicy-'));
  expect(findingsIn(open).map(({ id, severity }) => `${severity} ${id}`)).toEqual([
    'error guarded/no-policy',
    'error guarded/no-policy',
  ]);
});

test('pods on Fargate, which no network policy holds, are not judged by one', () => {
  const fargate = readFixture('fargate').filter(({ path }) => !path.endsWith(JOBS_POLICY));
  expect(findingsIn(fargate)).toEqual([]);
});

test('fleets of a cluster are not said to be apart where jobs choose their nodes, silenced or not', () => {
  const apart = (...changes: readonly Change[]) => {
    const subject = observe(parsed(edited(BOTH, ...changes)));
    return makeReport(undefined, subject, runChecks(subject)).apart;
  };
  const silenced: Change = [
    CONFIG,
    '  annotations:\n',
    '  annotations:\n    gitlab-runner-fleet/silence-guarded: "we know"\n',
  ];
  expect(apart()).toEqual(['acme', 'protected']);
  expect(apart(...CHOOSES_NODES)).toEqual([]);
  expect(apart(...CHOOSES_NODES, silenced)).toEqual([]);
  expect(apart(key('bearer_token_overwrite_allowed = true'))).toEqual([]);
  expect(apart(...PRIVILEGED)).toEqual(['acme', 'protected']);
});
