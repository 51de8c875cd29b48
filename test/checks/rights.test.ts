import type { SourceFile } from '../../lib/cluster/manifest';
import { HEADER } from '../../lib/cluster/rendered-folder';
import { type Change, edited, FLEET, without } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { BINDING, CONFIG, DEPLOYMENT, ROLE } from './places';

const GRACE = 'cleanup_grace_period_seconds = 5';

const LAST_TABLE = '[runners.kubernetes.pod_security_context.seccomp_profile]';

/** Pause pods by hand, without a PriorityClass of their own. */
const holdsRoom: Change = [
  CONFIG,
  LAST_TABLE,
  `[[runners.kubernetes.autoscaler.policy]]
      periods = ["* * * * *"]
      idle_count = 2

    ${LAST_TABLE}`,
];

const mayHoldRoom: Change = [
  ROLE,
  'rules:\n',
  'rules:\n  - apiGroups: [apps]\n    resources: [deployments]\n    verbs: [create, delete, get, list, update]\n',
];

/** The fleet with one more role or binding. */
const withRight = (kind: string, name: string, header = HEADER): readonly SourceFile[] => [
  ...FLEET,
  {
    path: 'acme/base/more.yaml',
    text: `${header}apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n${kind.endsWith('Role') ? 'rules' : 'subjects'}: []\n`,
  },
];

describeCheck('rights', {
  fires: [
    {
      name: 'a rendered ClusterRole that the API server binds to everyone',
      files: withRight('ClusterRole', 'system:public-info-viewer'),
      finds: ['rights/built-in-name', 'error', /found system:public-info-viewer.*some of them for everyone/],
    },
    {
      name: 'a rendered ClusterRole that every cluster has',
      files: withRight('ClusterRole', 'view'),
      finds: ['rights/built-in-name', 'error', /found view/],
    },
    {
      name: 'a rendered binding that the API server makes',
      files: withRight('ClusterRoleBinding', 'cluster-admin'),
      finds: ['rights/built-in-name', 'error', /its subjects lose their rights/],
    },
    {
      name: 'a role of everyone that others write',
      files: withRight('ClusterRole', 'system:basic-user', ''),
      finds: ['rights/built-in-name', 'warning', /found system:basic-user/],
    },
    {
      name: 'a missing right',
      changes: [[ROLE, '      - pods/attach', '      - pods/portforward']],
      finds: ['rights/missing', 'error', /without create pods\/attach/],
    },
    {
      name: 'an excess right',
      changes: [[ROLE, '      - pods/attach', '      - pods/attach\n      - configmaps']],
      finds: ['rights/excess', 'note', /found create configmaps.*no feature of the executor uses/s],
    },
    {
      name: 'a feature whose right is missing',
      changes: [
        [
          CONFIG,
          'cleanup_grace_period_seconds = 5',
          'cleanup_grace_period_seconds = 5\n      pod_disruption_budget = true',
        ],
      ],
      finds: [
        'rights/missing',
        'error',
        /create policy\/poddisruptionbudgets, get policy\/poddisruptionbudgets/,
      ],
    },
    {
      name: 'a ServiceAccount that nothing is bound to',
      changes: [[BINDING, '    namespace: gitlab-runners', '    namespace: elsewhere']],
      finds: ['rights/unbound', 'error', /no RoleBinding names this ServiceAccount/],
    },
    {
      name: 'a wildcard Role',
      changes: [[ROLE, '    verbs:\n      - list\n', '    verbs:\n      - "*"\n']],
      finds: ['rights/wildcard', 'warning', /wildcard grants whatever.*Fix: name the resources/s],
    },
    {
      name: 'an excess right that GitLab documents for no feature',
      changes: [[ROLE, '      - pods/attach', '      - pods/attach\n      - endpoints']],
      finds: ['rights/excess', 'warning', /found create endpoints/],
    },
    {
      name: 'a right that leads to those of others',
      changes: [[ROLE, '      - pods/attach', '      - pods/attach\n      - serviceaccounts/token']],
      finds: ['rights/dangerous', 'error', /found create serviceaccounts\/token/],
    },
    {
      name: 'rights that the executor can do without',
      changes: [[ROLE, '      - get\n      - list\n      - watch\n', '      - get\n']],
      finds: ['rights/missing-optional', 'warning', /list pods, watch pods.*polls job pods/s],
    },
    {
      name: 'a right that only jobs ask for which turn the feature on',
      changes: [
        [
          ROLE,
          '      - events\n    verbs:\n      - list\n      - watch\n',
          '      - events\n    verbs:\n      - list\n',
        ],
      ],
      finds: ['rights/missing-optional', 'note', /watch events.*jobs that set FF_PRINT_POD_EVENTS fail/s],
    },
    {
      name: 'pause pods whose PriorityClass the manager may not make',
      changes: [holdsRoom, mayHoldRoom],
      finds: ['rights/priority-class', 'error', /gitlab-runner-idle-capacity.*no ClusterRoleBinding/s],
    },
    {
      name: 'namespaces of jobs in which nothing binds the manager',
      changes: [[CONFIG, GRACE, `${GRACE}\n      namespace_overwrite_allowed = "^review-.*$"`]],
      finds: ['rights/overwritten-namespace', 'warning', /\^review-.*make pods in gitlab-jobs alone/s],
    },
    {
      name: 'a Role that is not there',
      files: without(FLEET, ROLE),
      finds: ['rights/unknown-role', 'note', /not among the manifests.*not proved/s],
    },
    {
      name: 'no RoleBinding at all',
      files: FLEET.filter(({ text }) => !text.includes('kind: RoleBinding')),
      finds: ['rights/unknown-binding', 'note', /not proved/],
    },
    {
      name: 'the built-in view, which makes no pod',
      changes: [[BINDING, /kind: Role\n(\s+)name: .*/, 'kind: ClusterRole\n$1name: view']],
      finds: ['rights/missing', 'error', /without .*create pods/],
    },
    {
      name: 'the built-in edit, which holds more',
      changes: [[BINDING, /kind: Role\n(\s+)name: .*/, 'kind: ClusterRole\n$1name: edit']],
      finds: ['rights/excess', 'warning', /found edit.*far more rights/s],
    },
    {
      name: 'a namespace for each job with a Role in one',
      changes: [
        [
          CONFIG,
          'cleanup_grace_period_seconds = 5',
          'cleanup_grace_period_seconds = 5\n      namespace_per_job = true',
        ],
      ],
      finds: ['rights/missing', 'error', /create namespaces.*namespace_per_job/s],
    },
  ],
  quiet: [
    { name: 'a ClusterRole under a name of its own', files: withRight('ClusterRole', 'viewers') },
    {
      name: 'a role of an add-on under a name that begins as those of the API server do',
      files: withRight('ClusterRole', 'system:metrics-server', ''),
    },
    {
      name: 'rights of features that the config leaves off, for a manager that still drains',
      changes: [mayHoldRoom],
    },
    {
      name: 'a right for a flag that the config settles',
      changes: [
        [
          ROLE,
          '      - events\n    verbs:\n      - list\n      - watch\n',
          '      - events\n    verbs:\n      - list\n',
        ],
        [CONFIG, '[runners.feature_flags]', '[runners.feature_flags]\n      FF_PRINT_POD_EVENTS = false'],
      ],
    },
    {
      name: 'pause pods of a PriorityClass that is declared',
      changes: [
        holdsRoom,
        mayHoldRoom,
        [
          CONFIG,
          '  annotations:\n',
          '  annotations:\n    gitlab-runner-fleet/existing: PriorityClass/gitlab-runner-idle-capacity\n    gitlab-runner-fleet/prewarm: "1"\n',
        ],
      ],
    },
    {
      name: 'a pattern of the namespace of jobs alone',
      changes: [[CONFIG, GRACE, `${GRACE}\n      namespace_overwrite_allowed = "^gitlab-jobs$"`]],
    },
    {
      name: 'an account that is bound by a group of its namespace',
      changes: [
        [
          BINDING,
          /subjects:\n(?:.*\n)+?(?=\S|$)/,
          'subjects:\n  - kind: Group\n    apiGroup: rbac.authorization.k8s.io\n    name: system:serviceaccounts:gitlab-runners\n',
        ],
      ],
    },
    {
      name: 'an account under the old name of its field',
      changes: [[DEPLOYMENT, 'serviceAccountName:', 'serviceAccount:']],
    },
    {
      name: 'a feature whose right is there',
      changes: [
        [
          CONFIG,
          'cleanup_grace_period_seconds = 5',
          'cleanup_grace_period_seconds = 5\n      pod_disruption_budget = true',
        ],
        [
          ROLE,
          'rules:\n',
          'rules:\n  - apiGroups: [policy]\n    resources: [poddisruptionbudgets]\n    verbs: [create, get]\n',
        ],
      ],
    },
    {
      name: 'rights of one rule spread over two',
      changes: [
        [
          ROLE,
          '      - create\n      - delete\n      - get\n      - list\n      - watch\n',
          '      - create\n      - delete\n  - apiGroups: [""]\n    resources: [pods]\n    verbs: [get, list, watch]\n',
        ],
      ],
    },
  ],
});

describe('a Role and its RoleBinding in a namespace in which no job runs', () => {
  const MISPLACED: readonly Change[] = [
    [ROLE, 'namespace: gitlab-jobs', 'namespace: gitlab-runners'],
    [BINDING, '  namespace: gitlab-jobs\n', '  namespace: gitlab-runners\n'],
  ];
  const errors = (...changes: readonly Change[]) =>
    findingsIn(edited(FLEET, ...changes))
      .filter(({ id }) => id.startsWith('rights/'))
      .map(({ id, severity, fix }) => `${severity} ${id}: ${fix}`);

  test('are one error, which says where they belong', () => {
    expect(errors(...MISPLACED)).toEqual([
      'error rights/missing: move RoleBinding/gitlab-runners/runner-arm64-spot and its Role to gitlab-jobs',
    ]);
  });

  test('name the value of the chart where it has rendered them', () => {
    const ofChart: Change = [DEPLOYMENT, '  labels:\n', '  labels:\n    chart: gitlab-runner-0.86.0\n'];
    expect(errors(...MISPLACED, ofChart)).toEqual([
      'error rights/missing: set runners.jobNamespace: gitlab-jobs in the values of the chart, which puts the Role and the RoleBinding there',
    ]);
  });

  test('are two faults where they do not give what jobs need either', () => {
    const ids = errors(...MISPLACED, [ROLE, '      - pods/attach\n', '']).map((text) => text.split(':')[0]);
    expect(ids).toEqual(['error rights/missing', expect.stringMatching(/ rights\/elsewhere$/)]);
  });
});
