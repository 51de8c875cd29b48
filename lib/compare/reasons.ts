import { isLooser, LEVELS, type Level } from '../cluster/pod-security-level';
import { isHelperOfGitlab } from '../gitlab-runner/executor/helper-image';
import { isFloating, parseImage } from '../values/image';
import { parseQuantity } from '../values/quantity';
import { ANY_TRAFFIC } from './guards';
import type { FieldDifference } from './job-differences';

/** A field that differs, of a job, of a manager or of the namespace of jobs. */
type Differing = Omit<FieldDifference, 'of'> & {
  readonly of: FieldDifference['of'] | 'manager' | 'namespace';
};

/** A difference that is intended, and why it is better. */
interface Reason {
  readonly path: RegExp;
  readonly holds: (difference: Differing) => boolean;
  readonly why: string;
}

const added = ({ before }: Differing) => before === undefined;
const becomes =
  (...values: readonly string[]) =>
  ({ before, after }: Differing) =>
    before === undefined && values.includes(after ?? '');
const anything = () => true;

/** A field of a container: `build.image`, `svc-0.resources.limits.memory`. */
const CONTAINER = '^(?:build|helper|init-permissions|svc-\\d+)\\.';

const LIMIT = /(?:^|\.)resources\.limits\./;

/** What a fleet changes on purpose, whatever ran before. */
const REASONS: readonly Reason[] = [
  {
    path: /^labels\.(?:app\.kubernetes\.io\/(?:component|managed-by|name|part-of)|gitlab-runner-fleet\/)/,
    holds: added,
    why: 'policies and reports find jobs by these labels',
  },
  {
    path: /^config\.feature_flags\.FF_(?:DISABLE_AUTOMATIC_TOKEN_ROTATION|USE_POD_ACTIVE_DEADLINE_SECONDS|WAIT_FOR_POD_TO_BE_REACHABLE)$/,
    holds: becomes('true'),
    why: 'config.toml is read-only, new nodes answer late, and a job whose manager is gone must end',
  },
  {
    path: /^config\.feature_flags\.FF_USE_POWERSHELL_PATH_RESOLVER$/,
    holds: becomes('true'),
    why: 'jobs on Windows need it to find their paths',
  },
  {
    path: /^(?:nodeSelector|tolerations)\.gitlab-runner-fleet\//,
    holds: added,
    why: 'jobs run on nodes of their own',
  },
  {
    path: /^nodeSelector\.(?:kubernetes\.io\/(?:arch|os)|karpenter\.sh\/capacity-type)$/,
    holds: added,
    why: 'jobs select an architecture and a capacity type, so that an image lands on a node that can run it',
  },
  {
    path: /^nodeSelector\.beta\.kubernetes\.io\//,
    holds: ({ after }) => after === undefined,
    why: 'Kubernetes replaced these labels with kubernetes.io/arch and kubernetes.io/os',
  },
  {
    path: /^nodeSelector\.eks\.amazonaws\.com\/capacityType$/,
    holds: ({ after }) => after === undefined,
    why: 'only node groups set this label; Karpenter sets karpenter.sh/capacity-type',
  },
  {
    // Without it the manager uses the file that is named after GitLab's host, which holds the same.
    path: /^config\.tls-ca-file$/,
    holds: ({ after }) => after !== undefined,
    why: 'the fleet mounts the certificates and sets their path',
  },
  {
    path: /^namespace$/,
    holds: anything,
    why: 'jobs run in a namespace without managers',
  },
  {
    path: /^annotations\.karpenter\.sh\/do-not-disrupt$/,
    holds: becomes('true'),
    why: 'Karpenter must not remove the node of a running job',
  },
  {
    path: /^annotations\.cluster-autoscaler\.kubernetes\.io\/safe-to-evict$/,
    holds: ({ after }) => after === undefined,
    why: 'Karpenter does not read it',
  },
  {
    path: /^automountServiceAccountToken$/,
    holds: becomes('true', 'false'),
    why: 'a job gets a Kubernetes API token only if it has an account of its own',
  },
  {
    path: /securityContext\.(?:allowPrivilegeEscalation|privileged|seccompProfile\.type)$/,
    holds: becomes('true', 'false', 'RuntimeDefault'),
    why: "jobs can't gain privileges or make system calls that builds rarely need; privileged jobs still can",
  },
  {
    path: /\.imagePullPolicy$/,
    holds: ({ before, after }) => after === 'Always' && (before === undefined || before === 'IfNotPresent'),
    why: 'a job must not use a private image that another project pulled to the node',
  },
  {
    path: LIMIT,
    holds: added,
    why: 'a container without limits takes what others need',
  },
  {
    path: /\.resources\.requests\./,
    holds: added,
    why: 'a pod without requests is evicted first',
  },
  {
    path: /\.resources\.requests\.memory$/,
    holds: ({ before = '' }) => /^\d{1,3}$/.test(before),
    why: 'a request of a few bytes is a mistake: without a unit, memory is in bytes',
  },
  {
    path: /\.resources\.(?:requests|limits)\./,
    holds: (one) => one.of === 'largest job' && isMore(one),
    why: 'a job may ask for more with variables',
  },
  {
    path: new RegExp(`${CONTAINER}image$`),
    holds: ({ before = '', after = '' }) => moves(before) && !moves(after),
    why: 'a floating tag may run different code tomorrow',
  },
  {
    path: /^(?:helper|init-permissions)\.image$/,
    holds: ({ before = '', after = '' }) =>
      isHelperOfGitlab(before) && isHelperOfGitlab(after) && !moves(after),
    why: 'manager and helper run the release of the fleet',
  },
  {
    path: /^config\.kubernetes\.image$/,
    holds: added,
    why: 'a job that names no image failed, and now runs in this one',
  },
  {
    path: /^config\.kubernetes\.poll_timeout$/,
    holds: ({ before = '180', after }) => Number(after) >= Number(before),
    why: 'a node takes longer to start than the executor waits by default',
  },
  {
    path: /^config\.kubernetes\.\w+_overwrite_allowed$/,
    holds: ({ before, after }) => after === `^${before}$`,
    why: 'a pattern that is not anchored allows any value that contains a match',
  },
  {
    path: /^config\.cache\.s3\.AuthenticationType$/,
    holds: ({ before = 'access-key', after }) => before === 'access-key' && after === 'iam',
    why: 'managers get credentials from outside the config',
  },
  {
    path: /^config\.cache\.s3\.(?:AccessKey|SecretKey|SessionToken)$/,
    holds: ({ after }) => after === undefined,
    why: 'managers get credentials from outside the config',
  },
  {
    path: /^config\.cache\.s3\.BucketLocation$/,
    holds: added,
    why: 'signatures need a region',
  },
  {
    path: /^config\.cache\.s3\.ServerAddress$/,
    holds: ({ before = '', after }) => /^s3\.amazonaws\.com$/.test(before) && after === undefined,
    why: 'it is the default address',
  },
  {
    path: /\.mountPropagation$/,
    holds: becomes('None'),
    why: 'it is the default of Kubernetes, spelled out',
  },
  {
    path: /^config\.environment\.(?:https?_proxy|no_proxy)$/i,
    holds: added,
    why: "programs read the name in upper or lower case, and the cluster's own addresses bypass the proxy",
  },
  {
    path: /^namespace\.egress$/,
    holds: ({ before }) => before === ANY_TRAFFIC,
    why: 'a fleet isolates jobs: open other ports with network.jobPorts, and other ports, pods or addresses with network.jobEgress',
  },
  {
    path: /^namespace\.ingress$/,
    holds: ({ before }) => before === ANY_TRAFFIC,
    why: 'a fleet isolates jobs: other pods do not reach them, nor they one another',
  },
  {
    path: /^namespace\.pod security$/,
    holds: ({ before = 'privileged', after }) =>
      LEVELS.some((level) => level === after && !isLooser(level, before as Level)),
    why: 'the namespace of jobs refuses pods that take rights on their node: podSecurity of the namespace says which',
  },
  {
    path: /^namespace\.quota\./,
    holds: (one) => added(one) || isMore(one),
    why: 'all jobs of a namespace together take no more than their runners may start: jobNamespaces.quotaFactor',
  },
  {
    path: /^namespace\.limit range\./,
    holds: (one) => added(one) || (isMore(one) && /\.max\./.test(one.path)),
    why: 'the namespace gives containers that name none requests and limits, and refuses pods that are larger than the largest job: jobNamespaces.limitRange',
  },
  {
    path: /^manager\.jobs at once$/,
    holds: isMore,
    why: 'jobs wait less',
  },
  {
    path: /^manager\.(?:seconds to drain|shutdown_timeout)$/,
    holds: isMore,
    why: 'a manager that is replaced waits for its longest job',
  },
  {
    path: /^manager\.release$/,
    holds: anything,
    why: 'manager and helper run the release of the fleet',
  },
];

/** Whether a difference is a limit where there was none: intended, and yet it ends jobs that took more. */
export function isNewLimit({ path, before, after }: Omit<FieldDifference, 'of'>): boolean {
  return LIMIT.test(path) && before === undefined && after !== undefined;
}

/** Whether a difference is a limit that is lower than before. */
export function isLowerLimit({ path, before, after }: Omit<FieldDifference, 'of'>): boolean {
  const [old, now] = [before, after].map((text) => parseQuantity(text ?? ''));
  return LIMIT.test(path) && old !== undefined && now !== undefined && now < old;
}

/** Why a difference is intended; undefined if it is not. */
export function reasonFor(difference: Differing): string | undefined {
  return REASONS.find(({ path, holds }) => path.test(difference.path) && holds(difference))?.why;
}

function isMore({ before, after }: Differing): boolean {
  const [old, now] = [before, after].map((text) => parseQuantity(text ?? ''));
  return old !== undefined && now !== undefined && now >= old;
}

/** Whether the tag of an image may move. */
function moves(image: string): boolean {
  const parsed = parseImage(image);
  return parsed !== undefined && isFloating(parsed);
}
