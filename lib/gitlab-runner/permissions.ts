import type { RunnerTable } from './config/toml';
import { flagIsOn } from './features';

/** A rule of a Role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Rights that one feature of the executor needs, in the job namespace unless `scope` says otherwise. */
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
  /** A feature flag by which a job turns the feature on for itself, unless `feature_flags` of the config says otherwise. */
  readonly jobFlag?: string;
  /** Of the whole cluster: a Role of the job namespace can't give it. */
  readonly scope?: 'cluster';
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
    jobFlag: 'FF_PRINT_POD_EVENTS',
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
    jobFlag: 'FF_KUBERNETES_HONOR_ENTRYPOINT',
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
    neededBy: holdsRoom,
  },
  {
    apiGroup: 'scheduling.k8s.io',
    resource: 'priorityclasses',
    verbs: ['create', 'get'],
    why: 'the PriorityClass of pause pods, where the config names none',
    neededBy: makesPriorityClass,
    scope: 'cluster',
  },
  {
    apiGroup: '',
    resource: 'namespaces',
    verbs: ['create', 'delete'],
    why: 'a namespace for each job',
    neededBy: ({ kubernetes }) => kubernetes.namespace_per_job === true,
    scope: 'cluster',
  },
];

/** Whether a manager keeps pause pods for an entry. */
export function holdsRoom({ kubernetes }: RunnerTable): boolean {
  return (kubernetes.autoscaler?.policy ?? []).length > 0;
}

/** The PriorityClass that the runner makes for pause pods. */
export const OWN_PRIORITY_CLASS = 'gitlab-runner-idle-capacity';

/**
 * Whether a manager makes the PriorityClass of its pause pods itself: the config names none, or the runner's own.
 * @see gitlab-runner 19.3 executors/kubernetes/autoscaler/pause_pod_manager.go, ensurePriorityClass
 */
export function makesPriorityClass(runner: RunnerTable): boolean {
  const name = runner.kubernetes.autoscaler?.pause_pod_priority_class_name ?? '';
  return holdsRoom(runner) && (name === '' || name === OWN_PRIORITY_CLASS);
}

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

/** A right that a config needs, or that its jobs may come to need. */
export interface NeededRight extends Right {
  /** What happens without it, where no job fails for want of it that does not ask for the feature itself. */
  readonly without: string | undefined;
  /** Whether only a job that turns the feature on for itself needs it. */
  readonly byJobs: boolean;
}

/** Every right that runners need in the namespaces of their jobs, each once. */
export function neededRights(runners: readonly RunnerTable[]): readonly NeededRight[] {
  const found = new Map<string, NeededRight>();
  for (const permission of PERMISSIONS) {
    if (isOfPriorityClass(permission)) continue;
    const without = withoutIt(permission, runners);
    if (without === 'not needed') continue;
    const { apiGroup, resource, verbs } = permission;
    for (const verb of verbs)
      found.set(`${apiGroup} ${resource} ${verb}`, { apiGroup, resource, verb, ...without });
  }
  return [...found.values()];
}

function withoutIt(
  { neededBy, without, jobFlag }: Permission,
  runners: readonly RunnerTable[],
): Pick<NeededRight, 'without' | 'byJobs'> | 'not needed' {
  if (runners.some(neededBy)) return { without, byJobs: false };
  const isFree = (runner: RunnerTable) =>
    jobFlag !== undefined && runner.feature_flags?.[jobFlag] === undefined;
  return runners.some(isFree) ? { without: `jobs that set ${jobFlag} fail`, byJobs: true } : 'not needed';
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

/** What the runner asks of the API server to make the PriorityClass of its pause pods. */
export const PRIORITY_CLASS_RIGHTS: readonly Right[] =
  PERMISSIONS.filter(isOfPriorityClass).flatMap(rightsOf);

function isOfPriorityClass({ resource }: Permission): boolean {
  return resource === 'priorityclasses';
}

function rightsOf({ apiGroup, resource, verbs }: Permission): readonly Right[] {
  return verbs.map((verb) => ({ apiGroup, resource, verb }));
}

/**
 * Rights that some feature of the executor uses in the job namespace, whatever a config turns on. A Role holds all of
 * them: the API server checks at each request, and the old manager drains for hours under the new Role.
 * Whoever makes pods in a namespace can do there what the others of these rights allow.
 */
export const STANDING_RIGHTS: readonly Right[] = PERMISSIONS.filter(
  ({ scope }) => scope === undefined,
).flatMap(rightsOf);

/** The rules of every Role of managers: one for each resource, sorted. */
export const STANDING_RULES: readonly PolicyRule[] = rulesOf(STANDING_RIGHTS);

function rulesOf(rights: readonly Right[]): readonly PolicyRule[] {
  const verbs = new Map<string, string[]>();
  for (const { apiGroup, resource, verb } of rights) {
    const key = `${apiGroup} ${resource}`;
    verbs.set(key, [...(verbs.get(key) ?? []), verb]);
  }
  return [...verbs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, all]) => {
      const [apiGroup, resource] = key.split(' ');
      return { apiGroups: [apiGroup], resources: [resource], verbs: all.sort() };
    });
}
