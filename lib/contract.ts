/**
 * Labels and annotations that tell the proof what no field of an object says. The renderer writes them and the proof reads
 * them, on anybody's objects.
 */

/** Label and taint of nodes, and selector of pods: what a pool's nodes are dedicated to. */
export const DEDICATED_KEY = 'gitlab-runner-fleet/dedicated-to';
/** Label of all objects of a runner: its name. */
export const RUNNER_KEY = 'gitlab-runner-fleet/runner';
/** Tags that the runner has in GitLab, joined by commas. */
export const TAGS_ANNOTATION = 'gitlab-runner-fleet/tags';
/** On a Deployment: the maximum timeout of jobs, in seconds, that the runner must have in GitLab. */
export const TIMEOUT_ANNOTATION = 'gitlab-runner-fleet/maximum-timeout-seconds';
/** On a Deployment: whether the runner takes jobs of protected branches and tags alone, as its description says. */
export const PROTECTED_ANNOTATION = 'gitlab-runner-fleet/protected';
/** On a Deployment: whether the runner is locked to its project, as its description says. */
export const LOCKED_ANNOTATION = 'gitlab-runner-fleet/locked';
/** On a Deployment: whether the runner takes jobs without tags, as its description says. */
export const UNTAGGED_ANNOTATION = 'gitlab-runner-fleet/run-untagged';
/** On a Deployment: the id of the runner in GitLab, as its description says. */
export const GITLAB_ID_ANNOTATION = 'gitlab-runner-fleet/gitlab-id';
/** On a Deployment without a replica: the file that its sealed token, or its sealed pull secret, belongs in. */
export const WAITING_ANNOTATION = 'gitlab-runner-fleet/waiting-for';
/** On a node class: the cluster that its folder is for. */
export const CLUSTER_ANNOTATION = 'gitlab-runner-fleet/cluster';
/** On a ConfigMap: the number of jobs that its pause pods hold room for. */
export const PREWARM_ANNOTATION = 'gitlab-runner-fleet/prewarm';
/** On a placeholder: the command that says how to fill it. */
export const FILL_ANNOTATION = 'gitlab-runner-fleet/how-to-fill';
/** On a Deployment: the name of the Secret with its token, which is made elsewhere. */
export const EXISTING_SECRET_ANNOTATION = 'gitlab-runner-fleet/existing-secret';
/** On a ServiceAccount: the IAM role that EKS Pod Identity gives it, by an association that is made elsewhere. */
export const POD_IDENTITY_ROLE_ANNOTATION = 'gitlab-runner-fleet/pod-identity-role';
/** On a ServiceAccount: the IAM role that it assumes by itself (IRSA), as EKS reads it. */
export const ROLE_ARN_ANNOTATION = 'eks.amazonaws.com/role-arn';
/** On any object: what else the fleet needs and is created elsewhere, `<Kind>/<namespace>/<name>` with commas between. */
export const EXISTING_ANNOTATION = 'gitlab-runner-fleet/existing';
/** How `existing` says that nodes with a label are there, of which no manifest needs to say more. */
export function declaredNodes(label: string, value: string): string {
  return `Nodes/${label}=${value}`;
}
/** On any object, followed by a rule or a group of rules: why it does not apply here. */
export const SILENCE_ANNOTATION = 'gitlab-runner-fleet/silence-';
/** Label of metrics of managers: the fleet. */
export const FLEET_LABEL = 'fleet';
/** Label of metrics of managers: the Deployment. */
export const MANAGER_LABEL = 'manager';
/** Value of `app.kubernetes.io/component` of the CronJob that deletes orphaned job pods. */
export const CLEANUP_COMPONENT = 'orphan-cleanup';
/** Environment variables that tell it what to delete. */
export const CLEANUP_VARIABLES = {
  /** Namespaces, with spaces between. */
  namespaces: 'NAMESPACES',
  /** Selector of pods: labels with commas between. */
  selector: 'SELECTOR',
  /** Deadline of a pod that has none of its own. */
  longestJob: 'LONGEST_JOB_SECONDS',
  /** What a pod may take beyond its deadline, counted from its creation. */
  spare: 'SPARE_SECONDS',
} as const;
/** Labels that the Fargate profiles select; no pod elsewhere has them. */
export const FARGATE_LABELS: Readonly<Record<string, string>> = { 'gitlab-runner-fleet/compute': 'fargate' };
