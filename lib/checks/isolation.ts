import { namespaceOfJobs } from '../cluster/namespaces';
import { mayBe, type NodePool } from '../cluster/node-pools';
import { landing, type ObservedRunner, type Subject } from '../cluster/observe';
import type { KubernetesTable } from '../gitlab-runner/config/toml';
import { privilegedBy } from '../gitlab-runner/executor/privileged';
import { untolerated } from '../karpenter/taints';
import { at, fieldsOf, listOf, textOf } from '../values/record';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';
import { runtimePathsOf } from './runtime-sockets';

const { finding, ...group } = ruleGroup(
  'isolation',
  'No stranger lands on job nodes, no job on manager nodes, no manager on Spot, no tier on another.',
  {
    'no-taint': 'a pool of jobs has no taint',
    'manager-on-spot': 'a manager may land on Spot',
    'jobs-with-managers': 'jobs and managers share a pool',
    'privileged-jobs': 'privileged jobs share a pool with others',
    'no-seccomp': 'jobs without seccomp share a pool with others',
    'shared-namespaces': 'jobs of different namespaces share a pool',
    'metadata-service': 'job pods reach the metadata service of their node',
    'container-runtime': 'job pods command the container runtime of their node',
  },
);

/** Jobs, managers and strangers keep to their own nodes. */
export const isolation: Check = {
  ...group,
  run: (subject) => [
    ...strangerFindings(subject),
    ...subject.runners.flatMap((runner) => spotFindings(runner)),
    ...sharedFindings(subject),
    ...guardFindings(subject),
    ...tierFindings(subject),
    ...metadataFindings(subject),
    ...subject.runners.flatMap(hostNetworkFindings),
    ...subject.runners.flatMap(runtimeFindings),
  ],
};

function runtimeFindings(runner: ObservedRunner): Finding[] {
  const paths = runtimePathsOf(runner);
  const { config, index, table } = runner;
  if (paths.length === 0) return [];
  // What the config does not mount, a patch of the pod does.
  const own = listOf(at(table.kubernetes, ['volumes', 'host_path'])).map(fieldsOf);
  const isOfConfig = own.some((volume) =>
    paths.includes(textOf(volume.host_path) || textOf(volume.mount_path) || ''),
  );
  return [
    finding('container-runtime', {
      severity: 'warning',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.${isOfConfig ? 'volumes.host_path' : 'pod_spec'}`,
      },
      found: paths.join(', '),
      why: 'whoever commands the container runtime is root on the node: a job reads and stops every other pod there, and what it starts outlives it, seen by no limit of Kubernetes',
      fix: 'build with BuildKit or Kaniko without the socket, or give these jobs a pool of their own and docker-in-docker',
    }),
  ];
}

function strangerFindings({ runners, pools }: Subject): Finding[] {
  const jobPools = pools.filter((pool) =>
    runners.some((runner) => landing(runner.job).some((one) => one.pool === pool)),
  );
  return jobPools
    .filter((pool) => untolerated(pool.taints, []).length === 0)
    .map((pool) =>
      finding('no-taint', {
        severity: 'warning',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'taints'] },
        found: 'no taint',
        why: 'any pod of the cluster lands on the nodes of jobs, keeps them from being vacant and shares them with untrusted code',
        fix: 'taint the pool and tolerate the taint in node_tolerations of its runners',
      }),
    );
}

function spotFindings(runner: ObservedRunner): Finding[] {
  const { manager, managerPlaced } = runner;
  const spot = landing(managerPlaced).find(({ pool }) => mayBe(pool, 'spot') && !selectsOnDemand(runner));
  if (!manager || !spot) return [];
  return [
    finding('manager-on-spot', {
      severity: 'error',
      at: { manifest: manager, path: ['spec', 'template', 'spec', 'nodeSelector'] },
      found: `lands on ${spot.pool.name}`,
      why: 'a manager on Spot is reclaimed within two minutes, and every job that it runs is lost',
      fix: 'select karpenter.sh/capacity-type: on-demand',
    }),
  ];
}

function selectsOnDemand({ managerPlaced }: ObservedRunner): boolean {
  const selections = managerPlaced?.pod.selections ?? [];
  return selections.every(({ nodeSelector }) => nodeSelector?.['karpenter.sh/capacity-type'] === 'on-demand');
}

function sharedFindings({ runners, pools }: Subject): Finding[] {
  return pools.flatMap((pool) => {
    const jobs = runners.filter((runner) => landing(runner.job).some((one) => one.pool === pool));
    const managers = runners.filter((runner) =>
      landing(runner.managerPlaced).some((one) => one.pool === pool),
    );
    if (jobs.length === 0 || managers.length === 0) return [];
    const names = (of: readonly ObservedRunner[]) =>
      [...new Set(of.map(({ name }) => name))].slice(0, 5).join(', ');
    return [
      finding('jobs-with-managers', {
        severity: 'warning',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'taints'] },
        found: `jobs of ${names(jobs)} and managers of ${names(managers)}`,
        why: 'a job that fills or breaks its node takes managers, and all their jobs, with it',
        fix: 'give managers a pool of their own, with another taint',
      }),
    ];
  });
}

/** What jobs lack that keeps others safe from them, with the reason to keep them apart. */
interface MissingGuard {
  readonly rule: 'privileged-jobs' | 'no-seccomp';
  readonly noun: string;
  readonly why: string;
  /** The key by which jobs lack it; undefined where they don't. */
  readonly lackedBy: (kubernetes: KubernetesTable) => string | undefined;
}

const GUARDS: readonly MissingGuard[] = [
  {
    rule: 'privileged-jobs',
    noun: 'privileged jobs',
    why: 'a privileged job owns its node, and the jobs of the other runner on it',
    lackedBy: privilegedBy,
  },
  {
    rule: 'no-seccomp',
    noun: 'jobs without seccomp',
    why: 'a job without seccomp has the whole kernel to try, and the jobs of the other runner on its node',
    lackedBy: ({ pod_security_context: pod, build_container_security_context: build }) =>
      (build?.seccomp_profile ?? pod?.seccomp_profile)?.type === 'Unconfined'
        ? 'build_container_security_context.seccomp_profile'
        : undefined,
  },
];

function guardFindings({ runners, pools }: Subject): Finding[] {
  return pools.flatMap((pool) => GUARDS.flatMap((guard) => mixedFindings(pool, runners, guard)));
}

function mixedFindings(pool: NodePool, runners: readonly ObservedRunner[], guard: MissingGuard): Finding[] {
  const here = runners.filter((runner) => landing(runner.job).some((one) => one.pool === pool));
  const isLoose = ({ table }: ObservedRunner) => guard.lackedBy(table.kubernetes) !== undefined;
  const loose = here.filter(isLoose);
  const others = here.filter((runner) => !isLoose(runner));
  if (loose.length === 0 || others.length === 0) return [];
  const [{ config, index, name, table }] = loose;
  return [
    finding(guard.rule, {
      severity: 'error',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.${guard.lackedBy(table.kubernetes)}`,
      },
      found: `${name} and ${others[0].name} share pool ${pool.name}`,
      why: guard.why,
      fix: `give ${guard.noun} a pool of their own, with another taint`,
    }),
  ];
}

/** Namespaces keep teams and trust apart in the API; on a shared node their jobs are neighbours all the same. */
function tierFindings({ runners, pools }: Subject): Finding[] {
  return pools.flatMap((pool) => {
    const here = runners.filter((runner) => landing(runner.job).some((one) => one.pool === pool));
    const namespaces = [...new Set(here.map(namespaceOfJobs))].sort();
    if (namespaces.length < 2) return [];
    return [
      finding('shared-namespaces', {
        severity: 'warning',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'taints'] },
        found: `jobs of namespaces ${namespaces.join(', ')}`,
        why: 'jobs of different namespaces share nodes: one that breaks out of its container reaches the others',
        fix: 'give the namespace that is trusted more a pool of its own, with another taint',
      }),
    ];
  });
}

/** Job pods on the network of their node, which is as near to the metadata service as the node itself. */
function hostNetworkFindings({ config, index, job }: ObservedRunner): Finding[] {
  if (fieldsOf(job?.spec).hostNetwork !== true) return [];
  return [
    finding('metadata-service', {
      severity: 'warning',
      at: {
        manifest: config.manifest,
        path: config.path,
        within: `runners[${index}].kubernetes.pod_spec`,
      },
      found: 'hostNetwork: true',
      why: 'job pods on the network of their node reach its metadata service whatever the hop limit, may act with its role, and are held by no network policy',
      fix: 'leave hostNetwork out of the patch',
    }),
  ];
}

/** Node classes whose metadata service answers pods: with it the role of the node. */
function metadataFindings({ runners, pools }: Subject): Finding[] {
  const classes = new Set(
    pools
      .filter((pool) => runners.some((runner) => landing(runner.job).some((one) => one.pool === pool)))
      .flatMap(({ nodeClass }) => nodeClass?.manifest ?? []),
  );
  return [...classes].flatMap((manifest) => {
    const options = fieldsOf(at(manifest.body, ['spec', 'metadataOptions']));
    const hops = Number(options.httpPutResponseHopLimit ?? 1);
    const wrong = [
      ...(hops > 1 ? [['httpPutResponseHopLimit', String(hops), 'write 1'] as const] : []),
      ...(options.httpTokens === 'optional' ? [['httpTokens', 'optional', 'write required'] as const] : []),
    ];
    return wrong.map(([field, found, fix]) =>
      finding('metadata-service', {
        severity: 'warning',
        at: { manifest, path: ['spec', 'metadataOptions', field] },
        found,
        why: 'job pods reach the metadata service of their node, and may act with its role',
        fix,
      }),
    );
  });
}
