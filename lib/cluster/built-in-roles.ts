/** A rule as Roles write it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'];
const WRITE = ['create', 'delete', 'deletecollection', 'patch', 'update'];

const VIEW: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: [
      ...['configmaps', 'endpoints', 'events', 'limitranges', 'namespaces', 'persistentvolumeclaims', 'pods'],
      ...[
        'pods/log',
        'pods/status',
        'replicationcontrollers',
        'resourcequotas',
        'serviceaccounts',
        'services',
      ],
    ],
    verbs: READ,
  },
  {
    apiGroups: ['apps'],
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: READ,
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: READ },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
];

const EDIT: readonly Rule[] = [
  ...VIEW,
  { apiGroups: [''], resources: ['pods/attach', 'pods/exec', 'pods/portforward', 'secrets'], verbs: READ },
  {
    apiGroups: [''],
    resources: [
      ...['configmaps', 'events', 'persistentvolumeclaims', 'pods', 'pods/attach', 'pods/exec'],
      ...['pods/portforward', 'replicationcontrollers', 'secrets', 'serviceaccounts', 'services'],
    ],
    verbs: WRITE,
  },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
  { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
  {
    apiGroups: ['apps'],
    resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    verbs: WRITE,
  },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: WRITE },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: WRITE },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WRITE },
];

/**
 * ClusterRoles that every API server has, with the rules of them that concern what runners use.
 * @see kubernetes 1.36 plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go
 */
export const BUILT_IN_ROLES: Readonly<Record<string, readonly Rule[]>> = {
  view: VIEW,
  edit: EDIT,
  admin: [
    ...EDIT,
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['rolebindings', 'roles'],
      verbs: [...READ, ...WRITE],
    },
  ],
  'cluster-admin': [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
};

/** Labels by which other ClusterRoles add their rules to a built-in one, which holds those of the ones before it too. */
export const AGGREGATED: Readonly<Record<string, readonly string[]>> = {
  view: ['view'],
  edit: ['view', 'edit'],
  admin: ['view', 'edit', 'admin'],
};

/** Whether a name of a role or a binding is one that the API server, or EKS, keeps to itself, in every namespace. */
function isReservedName(name: string): boolean {
  return /^(?:system|eks):/.test(name);
}

/** Whether a ClusterRole has a name under which every cluster has one, with bindings to it. */
function isBuiltInRole(name: string): boolean {
  return isReservedName(name) || Object.hasOwn(BUILT_IN_ROLES, name);
}

/** Whether a role or a binding has a name that the API server, EKS or every cluster has for one of its kind. */
export function isBuiltInName({ kind, name }: { readonly kind: string; readonly name: string }): boolean {
  return kind.startsWith('ClusterRole') ? isBuiltInRole(name) : isReservedName(name);
}

/** Roles that every API server makes and binds to groups of everyone. */
const BOUND_TO_ALL = [
  'system:basic-user',
  'system:discovery',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
];

/** Whether a ClusterRole is one that every cluster has, not just one whose name begins like theirs. */
export function isEveryClusters(name: string): boolean {
  return BOUND_TO_ALL.includes(name) || Object.hasOwn(BUILT_IN_ROLES, name);
}
