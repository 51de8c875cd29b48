import type { Difference } from './configuration';

/** Reasons that come up again. */
export const WHY = {
  size: 'a pod without requests is evicted first, and one without limits takes what others need',
  ceiling: 'a job may ask for more with variables',
  disk: 'without requests and limits one job fills the disk of all others on its node',
  nodes: 'nodes of the fleet have a label and a taint of their own',
  tag: 'a floating tag may run different code tomorrow',
  pull: 'a job must not use a private image that another project pulled to the node',
  rights: 'jobs gain no rights and make no system calls that builds rarely need',
  escalation: 'privileged containers may escalate anyway',
  system: "a node of another architecture or system can't run the image",
} as const;

/** Fields that differ for one reason. */
export function because(why: string, ...fields: readonly string[]): Difference {
  return { why, fields };
}

const ALL = 'build+helper+init-permissions+svc-0';
const HELPERS = 'helper+init-permissions';

/** What all runners have. */
export function always(fleet: string, runner: string): readonly Difference[] {
  return [
    because(
      'policies and reports find jobs by their labels',
      'labels.app.kubernetes.io/component: none -> job',
      'labels.app.kubernetes.io/managed-by: none -> gitlab-runner',
      'labels.app.kubernetes.io/name: none -> gitlab-job',
      `labels.app.kubernetes.io/part-of: none -> ${fleet}`,
      `labels.gitlab-runner-fleet/runner: none -> ${runner}`,
    ),
    because(
      'config.toml is read-only, new nodes answer late, and a job whose manager is gone must end',
      'config.feature_flags.FF_DISABLE_AUTOMATIC_TOKEN_ROTATION: none -> true',
      'config.feature_flags.FF_USE_POD_ACTIVE_DEADLINE_SECONDS: none -> true',
      'config.feature_flags.FF_WAIT_FOR_POD_TO_BE_REACHABLE: none -> true',
    ),
  ];
}

/** Nodes that the fleet starts. */
export function ownNodes(pool: string, capacity: 'spot' | 'on-demand' | 'either'): Difference {
  return because(
    'jobs run on nodes of their own',
    `nodeSelector.gitlab-runner-fleet/dedicated-to: none -> gitlab-${pool}`,
    ...(capacity === 'either' ? [] : [`nodeSelector.karpenter.sh/capacity-type: none -> ${capacity}`]),
    `tolerations.gitlab-runner-fleet/dedicated-to=gitlab-${pool}:NoSchedule: none -> Equal`,
  );
}

/** What the source leaves to chance where nodes differ. */
export function linux(arch: 'amd64' | 'arm64'): Difference {
  return because(
    WHY.system,
    `nodeSelector.kubernetes.io/arch: none -> ${arch}`,
    'nodeSelector.kubernetes.io/os: none -> linux',
  );
}

/** A namespace without managers in it. */
export function ownNamespace(theirs: string, ours: string): Difference {
  return because(
    'jobs run in a namespace without managers or with other tiers',
    `namespace: ${theirs} -> ${ours}`,
  );
}

/** Images of the build container, and of services by their names, with a release in place of a tag that moves. */
export function pinned(theirs: string, ours: string, container = 'build'): Difference {
  return because(WHY.tag, `${container}.image: ${theirs} -> ${ours}`);
}

/** The image of jobs that name none, where the source has none. */
export function defaultImage(ours = 'public.ecr.aws/docker/library/alpine:3.22'): Difference {
  return because(
    'a job that names no image failed, and now runs in this one',
    `config.kubernetes.image: none -> ${ours}`,
  );
}

/** The image of jobs that name none, if the source says `alpine` without a release. */
export function pinnedAlpine(theirs: 'alpine' | 'alpine:latest'): Difference {
  return pinned(theirs, 'public.ecr.aws/docker/library/alpine:3.22');
}

/** What Kubernetes does with a mount that says nothing of it. */
export function propagated(mountPaths: readonly string[], containers = ALL): Difference {
  return because(
    'it is the default of Kubernetes, spelled out',
    ...mountPaths.map((path) => `${containers}.volumeMounts.${path}.mountPropagation: none -> None`),
  );
}

export const NOT_DISRUPTED = because(
  'Karpenter must not remove the node of a running job',
  'annotations.karpenter.sh/do-not-disrupt: none -> true',
);

export const WAITS_FOR_NODES = because(
  'a node takes longer to start than the three minutes that the executor waits',
  'config.kubernetes.poll_timeout: none -> 600',
);

export const NO_TOKEN = because(
  'a job gets no token of the Kubernetes API unless it asks for one',
  'automountServiceAccountToken: none -> false',
);

export const TOKEN_OF_ACCOUNT = because(
  'it is the default of Kubernetes, spelled out',
  'automountServiceAccountToken: none -> true',
);

export const UNPRIVILEGED = because(
  WHY.rights,
  `${ALL}.securityContext.allowPrivilegeEscalation: none -> false`,
  'securityContext.seccompProfile.type: none -> RuntimeDefault',
);

export const NOT_PRIVILEGED = because(
  'it is the default of Kubernetes, spelled out',
  `${ALL}.securityContext.privileged: none -> false`,
);

export const PRIVILEGED = because(
  WHY.escalation,
  `${ALL}.securityContext.allowPrivilegeEscalation: none -> true`,
);

export const ALWAYS_PULLED = because(WHY.pull, `${ALL}.imagePullPolicy: IfNotPresent -> Always`);

export const DISK = because(
  WHY.disk,
  'build.resources.limits.ephemeral-storage: none -> 20Gi',
  'build.resources.requests.ephemeral-storage: none -> 20Gi',
  'build.resources.requests.ephemeral-storage: none -> 5Gi',
  `${HELPERS}+svc-0.resources.limits.ephemeral-storage: none -> 10Gi`,
  `${HELPERS}+svc-0.resources.requests.ephemeral-storage: none -> 1Gi`,
);

/** A helper whose memory the source says. */
export const HELPER_CPU = because(WHY.size, `${HELPERS}.resources.requests.cpu: none -> 100m`);

export const BUILD = because(
  WHY.size,
  'build.resources.limits.memory: none -> 4Gi',
  'build.resources.requests.cpu: none -> 1',
  'build.resources.requests.cpu: none -> 4',
  'build.resources.requests.memory: none -> 2Gi',
  'build.resources.requests.memory: none -> 4Gi',
);

export const HELPER = because(
  WHY.size,
  `${HELPERS}.resources.limits.memory: none -> 512Mi`,
  `${HELPERS}.resources.requests.cpu: none -> 100m`,
  `${HELPERS}.resources.requests.memory: none -> 256Mi`,
);

export const SERVICE = because(
  WHY.size,
  'svc-0.resources.limits.memory: none -> 2Gi',
  'svc-0.resources.requests.cpu: none -> 1',
  'svc-0.resources.requests.cpu: none -> 250m',
  'svc-0.resources.requests.memory: none -> 2Gi',
  'svc-0.resources.requests.memory: none -> 512Mi',
);
