import { createHash } from 'node:crypto';
import { asDnsLabel } from '../values/label';
import type { Compute } from './props/node-pool';

/**
 * Every name that objects derive from a description, in one place: a name that changes is an object that is deleted
 * and made again.
 */

/** Environment variable that holds the token; the only text of config.toml that is expanded, besides the url. */
export const TOKEN_VARIABLE = 'GITLAB_RUNNER_TOKEN';
/** Container of a manager's pod. */
export const MANAGER_CONTAINER = 'gitlab-runner';
/** Folders of a manager's container that have a volume. */
export const MANAGER_FOLDERS = {
  config: '/etc/gitlab-runner',
  home: '/home/gitlab-runner',
  tmp: '/tmp',
} as const;
/** Name of the PodDisruptionBudget of all managers. */
export const MANAGERS_BUDGET = 'managers';

/** Name of the PodMonitor of all managers. */
export const MANAGERS_MONITOR = 'gitlab-runner-managers';
/** Names of the PrometheusRules of job pods and of nodes. */
export const JOB_RULES = 'gitlab-runner-jobs';
export const NODE_RULES = 'gitlab-runner-nodes';
/** Name of the CronJob that deletes orphaned job pods, and of its ServiceAccount, Roles and RoleBindings. */
export const ORPHAN_CLEANUP = 'orphan-cleanup';
/** Name of the ConfigMap of the dashboard. */
export const DASHBOARD = 'gitlab-runner-dashboard';

/** ConfigMap of the certificates of GitLab's own CA, volume of pods that have them, and their file. */
export const GITLAB_CA = { name: 'gitlab-ca', folder: '/etc/gitlab-ca', file: 'ca.crt' } as const;

/** Service of the Docker daemon of a job, its port, and the volumes that it shares with the job. */
export const DOCKER = {
  alias: 'docker',
  port: 2376,
  certificates: { name: 'docker-certs', path: '/certs/client' },
  layers: { name: 'docker-layers', path: '/var/lib/docker' },
} as const;

/** Longest runner name: pod names add 25 characters to it and must stay within 63. */
export const RUNNER_NAME_MOST = 36;
/** Longest fleet name: it is part of the runner's name in GitLab and of AWS tags. */
export const FLEET_NAME_MOST = 30;
/** Longest prefix, so that `<prefix>-<pool>-arm64-on-demand` stays a label value. */
export const PREFIX_MOST = 20;
/** Longest pool name, for the same reason. */
export const POOL_NAME_MOST = 24;

/** Name of a runner's ServiceAccount, Role and RoleBinding, and of its first Deployment. */
export function runnerObjectName(runner: string): string {
  return `runner-${runner}`;
}

/** Name of the ServiceAccount of a runner's jobs. */
export function jobAccountName(runner: string): string {
  return `jobs-${runner}`;
}

/** Name of the nth Deployment of a runner, from 0. The first keeps its name when others join it. */
export function managerName(runner: string, index: number): string {
  return index === 0 ? runnerObjectName(runner) : `${runnerObjectName(runner)}-${index + 1}`;
}

/** Name of the Service and the network policy of a runner's web terminals. */
export function sessionName(runner: string): string {
  return `${runnerObjectName(runner)}-session`;
}

/** Name of the Secret that holds a runner's token. Ciphertexts are bound to it. */
export function tokenSecretName(runner: string): string {
  return `${runnerObjectName(runner)}-token`;
}

/** Key of the token within its Secret: another for each thing that it is made from, so that a manager waits for its own token. */
export function tokenKey(madeFrom: string | undefined): string {
  return madeFrom === undefined ? 'token' : `token-${shortHash(madeFrom)}`;
}

/** Name of a manager's ConfigMap: another for each content, so that a manager keeps the file it started with. */
export function configMapName(manager: string, content: string): string {
  return `${manager}-${shortHash(content)}`;
}

/** File of a runner's sealed token, below the project. */
export function sealedTokenFile(fleet: string, runner: string): string {
  return `${sealedTokenFolder(fleet)}${runner}.yaml`;
}

/** Folder of a fleet's sealed tokens, with the slash at its end. */
export function sealedTokenFolder(fleet: string): string {
  return `sealed/${fleet}/`;
}

/** File of a sealed pull secret, below the project: a ciphertext for each namespace. */
export function sealedPullSecretFile(fleet: string, namespace: string, name: string): string {
  return `${pullSecretsFolder(fleet)}${namespace}/${name}.yaml`;
}

/** Whether a file below the project is where a fleet keeps sealed pull secrets. */
export function isPullSecretFile(fleet: string, file: string): boolean {
  return file.startsWith(pullSecretsFolder(fleet));
}

function pullSecretsFolder(fleet: string): string {
  return `${sealedTokenFolder(fleet)}pull-secrets/`;
}

/** Key of a pull secret within its Secret, which Kubernetes prescribes for the type. */
export const PULL_SECRET_KEY = '.dockerconfigjson';

/** What keys of a fleet's tokens in a store outside the cluster begin with. */
export function storeKeyPrefix(fleet: string): string {
  return `gitlab-runners/${fleet}/`;
}

/**
 * System id of a manager, in the form that the runner keeps: `r_` and 12 characters.
 *
 * @param revision what tells the manager from its predecessor, where they must not be taken for one
 */
export function systemId(fleet: string, namespace: string, manager: string, revision?: string): string {
  const name = `${fleet}/${namespace}/${manager}`;
  return `r_${hash(revision === undefined ? name : `${name}/${revision}`).slice(0, 12)}`;
}

/** Kind of the classes of nodes. */
export function classKind(compute: Compute): 'EC2NodeClass' | 'NodeClass' {
  return compute === 'eks-auto-mode' ? 'NodeClass' : 'EC2NodeClass';
}

/** What a pool's nodes are dedicated to: value of their label and taint, and name of their node class. */
export function dedicatedTo(prefix: string, pool: string): string {
  return `${prefix}-${pool}`;
}

/** Name of the PriorityClass of pause pods. */
export function prewarmPriorityName(prefix: string): string {
  return `${prefix}-prewarm`;
}

/** Name of a claim of jobs as config.toml has it: with `perSlot`, the executor puts in the number of the job's slot. */
export function claimName({ name, perSlot }: { readonly name: string; readonly perSlot: boolean }): string {
  return perSlot ? `${name}-$CI_CONCURRENT_ID` : name;
}

/** Name of a volume without an object: from its path, so that it stays when others join it. */
export function volumeName(mountPath: string): string {
  return asDnsLabel(`at${mountPath.replaceAll('/', '-')}`);
}

/** Name of a job NodePool. */
export function nodePoolName(
  prefix: string,
  pool: string,
  arch: string,
  capacity: string,
  compute: Compute,
): string {
  return `${dedicatedTo(prefix, pool)}-${arch}-${capacity}${POOL_SUFFIX[compute]}`;
}

/** Name of the NodePool of managers. */
export function managerPoolName(prefix: string, compute: Compute): string {
  return `${dedicatedTo(prefix, 'managers')}${POOL_SUFFIX[compute]}`;
}

/**
 * What tells pools of EKS Auto Mode from those of Karpenter: a NodePool can't change the kind of its class, so that a fleet
 * that moves needs others, and keeps the old ones until their jobs are done.
 */
const POOL_SUFFIX: Readonly<Record<Compute, string>> = { karpenter: '', 'eks-auto-mode': '-auto' };

/** Namespace of the managers. */
export function managerNamespaceName(prefix: string): string {
  return `${prefix}-runners`;
}

/** Namespace of job pods, of their own for each kind of unsafe ones. */
export function jobNamespaceName(prefix: string, unsafeKind: string | undefined): string {
  return unsafeKind === undefined ? `${prefix}-jobs` : `${prefix}-jobs-${unsafeKind}`;
}

/** IAM role of nodes, as in Karpenter's getting-started guide, and in that of EKS Auto Mode. */
export function nodeRoleName(cluster: string, compute: Compute): string {
  return compute === 'eks-auto-mode' ? 'AmazonEKSAutoNodeRole' : `KarpenterNodeRole-${cluster}`;
}

function shortHash(text: string): string {
  return hash(text).slice(0, 8);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
