import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET, without } from '../fixtures/files';
import { findingsIn } from './cases';
import { BINDING, CONFIG } from './places';

const RBAC = 'rbac.authorization.k8s.io';
const MANAGER = { kind: 'ServiceAccount', name: 'runner-arm64-spot', namespace: 'gitlab-runners' };
const account = (name: string, namespace: string) => ({ kind: 'ServiceAccount', name, namespace });
const user = (name: string) => ({ kind: 'User', apiGroup: RBAC, name });
const group = (name: string) => ({ kind: 'Group', apiGroup: RBAC, name });

type Object = Readonly<Record<string, unknown>>;

/** A binding in a namespace, or in the whole cluster without one. */
function binding(namespace: string | undefined, roleRef: string, subject: Object): Object {
  const [kind, name] = roleRef.split('/');
  return {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: 'more', ...(namespace && { namespace }) },
    roleRef: { apiGroup: RBAC, kind, name },
    subjects: [subject],
  };
}

function role(namespace: string | undefined, name: string, ...rules: readonly Object[]): Object {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  return { apiVersion: `${RBAC}/v1`, kind, metadata: { name, ...(namespace && { namespace }) }, rules };
}

const READ_SECRETS = { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'] };
const READ_NODES = { apiGroups: [''], resources: ['nodes'], verbs: ['get'] };
/** What the manager of the fixture needs. */
const NEEDED = [
  { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods/attach', 'pods/exec'], verbs: ['create'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'delete', 'get', 'update'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
];

/** What is found in the fleet with more objects, as `rule severity`. */
function found(objects: readonly Object[], ...changes: readonly Change[]): readonly string[] {
  const more = objects.map(
    (one, index): SourceFile => ({ path: `acme/more-${index}.yaml`, text: JSON.stringify(one) }),
  );
  return findingsIn([...edited(FLEET, ...changes), ...more]).map(({ id, severity }) => `${id} ${severity}`);
}

describe('a manager is bound to more than it needs', () => {
  test.each<[what: string, finding: string, objects: readonly Object[]]>([
    ['cluster-admin', 'rights/wildcard error', [binding(undefined, 'ClusterRole/cluster-admin', MANAGER)]],
    [
      'cluster-admin as a user',
      'rights/wildcard error',
      [
        binding(
          undefined,
          'ClusterRole/cluster-admin',
          user('system:serviceaccount:gitlab-runners:runner-arm64-spot'),
        ),
      ],
    ],
    [
      'cluster-admin by the group of its namespace',
      'rights/wildcard error',
      [binding(undefined, 'ClusterRole/cluster-admin', group('system:serviceaccounts:gitlab-runners'))],
    ],
    [
      'a ClusterRole that is not here',
      'rights/further-role warning',
      [binding(undefined, 'ClusterRole/ops', MANAGER)],
    ],
    [
      'a role of the system',
      'rights/further-role warning',
      [binding(undefined, 'ClusterRole/system:node', MANAGER)],
    ],
    [
      'a Role that is not here',
      'rights/further-role warning',
      [binding('gitlab-jobs', 'Role/more', MANAGER)],
    ],
    [
      'a role that others add to',
      'rights/further-role warning',
      [
        {
          ...role(undefined, 'sum'),
          aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] },
        },
        binding('gitlab-jobs', 'ClusterRole/sum', MANAGER),
      ],
    ],
    [
      'Secrets where the tokens are',
      'rights/elsewhere error',
      [role('gitlab-runners', 'read', READ_SECRETS), binding('gitlab-runners', 'Role/read', MANAGER)],
    ],
    ['pods of the system', 'rights/elsewhere error', [binding('kube-system', 'ClusterRole/edit', MANAGER)]],
    [
      'another namespace, by a group',
      'rights/elsewhere error',
      [binding('kube-system', 'ClusterRole/edit', group('system:serviceaccounts:gitlab-runners'))],
    ],
    [
      'a look at another namespace',
      'rights/elsewhere warning',
      [binding('kube-system', 'ClusterRole/view', MANAGER)],
    ],
    [
      'another namespace, by a role that is not here',
      'rights/elsewhere warning',
      [binding('kube-system', 'ClusterRole/ops', MANAGER)],
    ],
    [
      'what it needs, in every namespace',
      'rights/cluster-wide warning',
      [role(undefined, 'runner', ...NEEDED), binding(undefined, 'ClusterRole/runner', MANAGER)],
    ],
    [
      'paths of the API server',
      'rights/wildcard error',
      [
        role(undefined, 'paths', { nonResourceURLs: ['*'], verbs: ['*'] }),
        binding(undefined, 'ClusterRole/paths', MANAGER),
      ],
    ],
  ])('%s', (_, finding, objects) => {
    expect(found(objects)).toEqual([finding]);
  });

  test('cluster-admin, which a file seems to empty: what the API server has counts, and the file is reported', () => {
    const objects = [
      role(undefined, 'cluster-admin'),
      binding(undefined, 'ClusterRole/cluster-admin', MANAGER),
    ];
    expect(found(objects)).toEqual(['rights/wildcard error', 'rights/built-in-name warning']);
  });

  test('but not where each job has a namespace of its own, which takes all of them', () => {
    const perJob: Change = [
      CONFIG,
      'cleanup_grace_period_seconds = 5',
      'cleanup_grace_period_seconds = 5\n      namespace_per_job = true',
    ];
    const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['create', 'delete'] };
    const objects = [
      role(undefined, 'runner', ...NEEDED, namespaces),
      binding(undefined, 'ClusterRole/runner', MANAGER),
    ];
    expect(found(objects, perJob).filter((one) => one.startsWith('rights/cluster-wide'))).toEqual([]);
  });
});

describe('who is no manager is bound to what only managers need', () => {
  const holdsToken: Change = [
    CONFIG,
    'automount_service_account_token = false',
    'automount_service_account_token = true',
  ];

  test.each<[who: string, finding: string, objects: readonly Object[]]>([
    [
      'a person, to the Role of a manager',
      'rights/other-subject warning',
      [binding('gitlab-jobs', 'Role/runner-arm64-spot', user('mallory'))],
    ],
    [
      'another ServiceAccount, where the tokens are',
      'rights/other-subject warning',
      [binding('gitlab-runners', 'ClusterRole/edit', account('backup', 'default'))],
    ],
    [
      'a group, to a role that is not here',
      'rights/other-subject warning',
      [binding('gitlab-runners', 'ClusterRole/ops', group('developers'))],
    ],
    [
      'a person, in the whole cluster',
      'rights/other-subject note',
      [binding(undefined, 'ClusterRole/cluster-admin', user('mallory'))],
    ],
    [
      'the default ServiceAccount of jobs',
      'rights/other-subject warning',
      [binding('gitlab-jobs', 'ClusterRole/edit', account('default', 'gitlab-jobs'))],
    ],
    [
      'all who have signed in',
      'rights/everyone error',
      [binding('gitlab-jobs', 'ClusterRole/edit', group('system:authenticated'))],
    ],
    [
      'all pods of the cluster',
      'rights/everyone error',
      [binding(undefined, 'ClusterRole/edit', group('system:serviceaccounts'))],
    ],
    [
      'all who have not signed in',
      'rights/everyone warning',
      [binding(undefined, 'ClusterRole/view', group('system:unauthenticated'))],
    ],
    [
      'nobody by name',
      'rights/everyone error',
      [binding('gitlab-runners', 'ClusterRole/ops', user('system:anonymous'))],
    ],
  ])('%s', (_, finding, objects) => {
    expect(found(objects)).toEqual([finding]);
  });

  test.each([
    ['the default ServiceAccount', account('default', 'gitlab-jobs')],
    ['the group of their namespace', group('system:serviceaccounts:gitlab-jobs')],
  ])('jobs that hold the token of %s: an error', (_, subject) => {
    expect(found([binding('gitlab-jobs', 'ClusterRole/edit', subject)], holdsToken)).toEqual([
      'rights/other-subject error',
    ]);
  });

  test('jobs of a runner that act as an account of their own: a warning', () => {
    const deploys: Change = [CONFIG, 'automount_service_account_token = false', 'service_account = "deploy"'];
    const objects = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deploy', namespace: 'gitlab-jobs' } },
      binding(undefined, 'ClusterRole/cluster-admin', account('deploy', 'gitlab-jobs')),
    ];
    expect(found(objects, deploys)).toEqual(['rights/other-subject warning']);
  });

  test('jobs that run as their manager: another account for jobs is the fix, since the manager needs its rights', () => {
    const files = edited(
      FLEET,
      [CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "gitlab-runners"'],
      [
        CONFIG,
        'automount_service_account_token = false',
        'automount_service_account_token = true\n      service_account = "runner-arm64-spot"',
      ],
    );
    const shared = (of: typeof files) =>
      findingsIn(of)
        .filter(({ id, at }) => id === 'rights/other-subject' && at.manifest.file.includes('/arm64-spot/'))
        .map(({ severity, fix, at }) => [severity, at.manifest.kind, fix.replace(/:.*/, '')]);
    expect(shared(files)).toEqual([['warning', 'RoleBinding', 'give jobs another ServiceAccount']]);
    expect(shared(without(files, 'arm64-spot/rolebinding'))).toEqual([
      ['warning', 'ConfigMap', 'give jobs another ServiceAccount'],
    ]);
    const holdsNone = edited(files, [
      CONFIG,
      'service_account_token = true',
      'service_account_token = false',
    ]);
    expect(shared(without(holdsNone, 'arm64-spot/rolebinding'))).toEqual([]);
  });

  test('a subject that is added to the binding of a manager', () => {
    const added: Change = [
      BINDING,
      'subjects:\n',
      'subjects:\n  - kind: ServiceAccount\n    name: x\n    namespace: default\n',
    ];
    expect(found([], added)).toEqual(['rights/other-subject warning']);
  });

  test.each<[what: string, objects: readonly Object[]]>([
    ['people who may look', [binding('gitlab-jobs', 'ClusterRole/view', group('developers'))]],
    [
      'what every API server lets everyone do',
      [binding(undefined, 'ClusterRole/system:basic-user', group('system:authenticated'))],
    ],
    ['a namespace of others', [binding('shop', 'ClusterRole/admin', group('shop'))]],
    [
      'a deploy account in the namespace that it deploys to',
      [binding('shop', 'ClusterRole/edit', account('default', 'gitlab-jobs'))],
    ],
    [
      'the control plane',
      [
        binding(undefined, 'ClusterRole/cluster-admin', group('system:masters')),
        {
          ...binding(undefined, 'ClusterRole/cluster-admin', account('x', 'kube-system')),
          metadata: { name: 'other' },
        },
      ],
    ],
    [
      'a controller with rights of its own',
      [
        role(undefined, 'controller', READ_SECRETS, READ_NODES),
        binding(undefined, 'ClusterRole/controller', account('controller', 'karpenter')),
      ],
    ],
  ])('but not %s', (_, objects) => {
    expect(found(objects)).toEqual([]);
  });
});
