import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, JOBS_POLICY } from './places';

const MANAGERS_POLICY = 'networkpolicy-gitlab-runners.yaml';

const KUBERNETES = '      [runners.kubernetes]\n';
/** A line more in the table [runners.kubernetes] of a runner. */
const key = (line: string): Change => [CONFIG, KUBERNETES, `${KUBERNETES}      ${line}\n`];

/** A selector of pods, by a label that they have or lack. */
const unless = (label: string, operator: string, ...values: string[]) =>
  `podSelector: { matchExpressions: [{ key: ${label}, operator: ${operator}, values: [${values.join(', ')}] }] }`;

describeCheck('guarded', {
  fires: [
    {
      name: 'a network policy that spares the jobs of a project',
      changes: [[JOBS_POLICY, 'podSelector: {}', unless('project.runner.gitlab.com/id', 'NotIn', '4711')]],
      finds: [
        'guarded/no-policy',
        'error',
        /selects pods by project\.runner\.gitlab\.com\/id, which others set/,
      ],
    },
    {
      name: 'a network policy that spares jobs by the name that the executor gives them',
      changes: [[JOBS_POLICY, 'podSelector: {}', unless('pod', 'NotIn', 'runner-x-project-1-concurrent-0')]],
      finds: ['guarded/no-policy', 'error', /selects pods by pod, which others set/],
    },
    {
      name: 'a network policy that spares jobs by a label of the config that each job fills in',
      changes: [
        [
          CONFIG,
          '[runners.kubernetes.pod_labels]',
          '[runners.kubernetes.pod_labels]\n        team = "$CI_PROJECT_NAMESPACE"',
        ],
        [JOBS_POLICY, 'podSelector: {}', unless('team', 'NotIn', 'web')],
      ],
      finds: ['guarded/no-policy', 'error', /selects pods by team, which others set/],
    },
    {
      name: 'a network policy that spares all managers by what their controller adds',
      changes: [[MANAGERS_POLICY, 'podSelector: {}', unless('pod-template-hash', 'DoesNotExist')]],
      finds: ['guarded/no-policy', 'error', /selects pods by pod-template-hash, which others set/],
    },
    {
      name: 'two network policies that spare jobs which have both labels',
      files: [
        ...edited(FLEET, [
          JOBS_POLICY,
          'podSelector: {}',
          unless('job.runner.gitlab.com/pod', 'DoesNotExist'),
        ]),
        ...edited(
          FLEET,
          [JOBS_POLICY, 'podSelector: {}', unless('project.runner.gitlab.com/id', 'DoesNotExist')],
          [JOBS_POLICY, /name: \S+\n {2}namespace/, 'name: twin\n  namespace'],
        )
          .filter(({ path }) => path.endsWith(JOBS_POLICY))
          .map(({ text }) => ({ path: 'acme/twin.yaml', text })),
      ],
      finds: ['guarded/no-policy', 'error', /which others set/],
    },
    {
      name: 'a network policy that opens the metadata service to the jobs of a project',
      files: [
        ...FLEET,
        {
          path: 'acme/open.yaml',
          text: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: open, namespace: gitlab-jobs }\nspec: { podSelector: { matchLabels: { project.runner.gitlab.com/id: "4711" } }, policyTypes: [Egress], egress: [{}] }\n',
        },
      ],
      finds: ['guarded/credentials', 'error', /NetworkPolicy\/gitlab-jobs\/open allows/],
    },
    {
      name: 'a label that jobs may set and that a network policy spares',
      changes: [
        key('pod_labels_overwrite_allowed = "^team=.*$"'),
        [JOBS_POLICY, 'podSelector: {}', unless('team', 'NotIn', 'web')],
      ],
      finds: [
        'guarded/other-labels',
        'error',
        /allows team=web\. .*a job may have more connections: to everyone/,
      ],
    },
  ],
  quiet: [
    {
      name: 'network policies that select pods by labels of their own',
      changes: [
        [JOBS_POLICY, 'podSelector: {}', unless('app.kubernetes.io/component', 'NotIn', 'database')],
        [
          MANAGERS_POLICY,
          'podSelector: {}',
          'podSelector: { matchLabels: { app.kubernetes.io/name: gitlab-runner } }',
        ],
      ],
    },
  ],
});
