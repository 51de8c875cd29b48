import type { ConfigToml, RunnerTable } from './config/toml';
import { flagIsOn } from './features';

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Rights that one feature of the executor needs in the job namespace. */
export interface Permission {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** What the executor does with it. */
  readonly why: string;
  /** Whether a runner's config turns the feature on. */
  readonly neededBy: (runner: RunnerTable) => boolean;
  /** What happens without it, where no job fails for that. */
  readonly without?: string;
}

const always = () => true;
const flag = (name: string) => (runner: RunnerTable) => flagIsOn(runner, name);
const anyOf =
  (...conditions: ((runner: RunnerTable) => boolean)[]) =>
  (runner: RunnerTable) =>
    conditions.some((condition) => condition(runner));

/**
 * What the executor asks of the API server, feature by feature, as its code calls it. The documented table also
 * lists get, patch and delete for exec and attach; the executor opens both by POST alone.
 * @see gitlab-runner 19.3 executors/kubernetes, comments that begin with kubeAPI
 */
export const PERMISSIONS: readonly Permission[] = [
  {
    apiGroup: '',
    resource: 'pods',
    verbs: ['create', 'delete', 'get'],
    why: 'job pods: made, looked at, deleted',
    neededBy: always,
  },
  {
    apiGroup: '',
    resource: 'pods',
    verbs: ['list', 'watch'],
    why: 'job pods are watched for eviction',
    neededBy: always,
    without: 'the executor polls job pods instead of watching them',
  },
  {
    apiGroup: '',
    resource: 'pods/exec',
    verbs: ['create'],
    why: 'scripts are uploaded, logs read',
    neededBy: always,
  },
  {
    apiGroup: '',
    resource: 'pods/attach',
    verbs: ['create'],
    why: 'scripts run in the attached shell',
    neededBy: (runner) => !flag('FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY')(runner),
  },
  {
    apiGroup: '',
    resource: 'secrets',
    verbs: ['create', 'delete', 'get', 'update'],
    why: 'registry credentials of a job',
    neededBy: always,
  },
  {
    apiGroup: '',
    resource: 'events',
    verbs: ['list'],
    why: 'warnings of a pod in the job log',
    neededBy: anyOf(
      (runner) => runner.kubernetes.print_pod_warning_events !== false,
      flag('FF_PRINT_POD_EVENTS'),
    ),
    without: 'job logs lack the warnings of their pods',
  },
  {
    apiGroup: '',
    resource: 'events',
    verbs: ['watch'],
    why: 'all events of a pod in the job log',
    neededBy: flag('FF_PRINT_POD_EVENTS'),
  },
  {
    apiGroup: '',
    resource: 'pods/log',
    verbs: ['get'],
    why: 'a look at the log tells that the kubelet answers',
    neededBy: anyOf(
      flag('FF_WAIT_FOR_POD_TO_BE_REACHABLE'),
      flag('FF_KUBERNETES_HONOR_ENTRYPOINT'),
      flag('FF_CONCRETE'),
    ),
  },
  {
    apiGroup: '',
    resource: 'serviceaccounts',
    verbs: ['get'],
    why: 'the ServiceAccount of a job is looked up before its pod is made',
    neededBy: ({ kubernetes }) =>
      (kubernetes.resource_availability_check_max_attempts ?? 0) !== 0 && Boolean(kubernetes.service_account),
  },
  {
    apiGroup: 'policy',
    resource: 'poddisruptionbudgets',
    verbs: ['create', 'get'],
    why: 'a budget for each job pod',
    neededBy: ({ kubernetes }) => kubernetes.pod_disruption_budget === true,
  },
  {
    apiGroup: 'apps',
    resource: 'deployments',
    verbs: ['create', 'delete', 'get', 'list', 'update'],
    why: 'pause pods that hold capacity',
    neededBy: ({ kubernetes }) => (kubernetes.autoscaler?.policy ?? []).length > 0,
  },
  {
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['create', 'delete'],
    why: 'a namespace for each job',
    neededBy: ({ kubernetes }) => kubernetes.namespace_per_job === true,
  },
];

/** One verb on one resource. */
export interface Right {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verb: string;
}

/** `verb resource`, as people name a right. */
export function formatRight({ apiGroup, resource, verb }: Right): string {
  return `${verb} ${apiGroup === '' ? '' : `${apiGroup}/`}${resource}`;
}

/** A right that a config needs. */
export interface NeededRight extends Right {
  /** What happens without it, where no job fails for that. */
  readonly without: string | undefined;
}

/** Every right that runners need, each once. */
export function neededRights(runners: readonly RunnerTable[]): readonly NeededRight[] {
  const found = new Map<string, NeededRight>();
  for (const { apiGroup, resource, verbs, neededBy, without } of PERMISSIONS) {
    if (!runners.some(neededBy)) continue;
    for (const verb of verbs)
      found.set(`${apiGroup} ${resource} ${verb}`, { apiGroup, resource, verb, without });
  }
  return [...found.values()];
}

/**
 * What GitLab's documentation tells people to grant, by resource of the core group or `group/resource`: a Role as it is
 * documented is right, whatever part of it a config uses.
 * @see https://docs.gitlab.com/runner/executors/kubernetes/#configure-runner-api-permissions
 */
export const DOCUMENTED_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'apps/deployments': ['create', 'delete', 'get', 'list', 'update'],
  configmaps: ['create', 'delete', 'get', 'update'],
  events: ['list', 'watch'],
  namespaces: ['create', 'delete', 'get'],
  persistentvolumeclaims: ['create', 'delete'],
  pods: ['create', 'delete', 'get', 'list', 'watch'],
  'pods/attach': ['create', 'delete', 'get', 'patch'],
  'pods/exec': ['create', 'delete', 'get', 'patch'],
  'pods/log': ['get', 'list'],
  'policy/poddisruptionbudgets': ['create', 'get'],
  'scheduling.k8s.io/priorityclasses': ['create', 'get'],
  secrets: ['create', 'delete', 'get', 'update'],
  serviceaccounts: ['get'],
  services: ['create', 'get'],
};

/** The rules that a config needs, and no more: one for each set of verbs of an API group, sorted. */
export function requiredRules(config: ConfigToml): readonly PolicyRule[] {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroup, resource, verbs: needed, neededBy } of PERMISSIONS) {
    if (!config.runners.some(neededBy)) continue;
    const key = `${apiGroup} ${resource}`;
    verbs.set(key, new Set([...(verbs.get(key) ?? []), ...needed]));
  }
  return [...verbs]
    .map(([key, set]) => {
      const [apiGroup, resource] = key.split(' ');
      return { apiGroups: [apiGroup], resources: [resource], verbs: [...set].sort() };
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function sortKey({ apiGroups, resources }: PolicyRule): string {
  return `${apiGroups[0]} ${resources[0]}`;
}
