import { POD_IDENTITY_ROLE_ANNOTATION, ROLE_ARN_ANNOTATION } from '../../contract';
import type { KubernetesTable } from '../../gitlab-runner/config/toml';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalJobAccount } from '../normal-jobs';
import type { Labels, ResolvedJobAccount } from '../resolved-fleet';

/** Accounts of jobs that are rendered, each once. Validation refuses accounts of one name with different settings. */
export function jobServiceAccounts({ runners }: NormalFleet): readonly ResolvedJobAccount[] {
  const accounts = runners.flatMap(({ jobNamespace: namespace, jobServiceAccount: account }) =>
    account === undefined ? [] : [[`${namespace}/${account.name}`, { namespace, account }] as const],
  );
  return [...new Map(accounts).values()].map(({ namespace, account }) => ({
    name: account.name,
    namespace,
    labels: account.labels,
    annotations: { ...account.annotations, ...roleOf(account) },
    imagePullSecrets: account.imagePullSecrets,
    automountServiceAccountToken: account.automountServiceAccountToken,
  }));
}

function roleOf({ identity, roleArn }: NormalJobAccount): Labels {
  if (roleArn === undefined) return {};
  return { [identity === 'irsa' ? ROLE_ARN_ANNOTATION : POD_IDENTITY_ROLE_ANNOTATION]: roleArn };
}

/** Whose rights jobs have, and what their images are pulled with. */
export function accountKeys(runner: NormalRunner): KubernetesTable {
  const { jobServiceAccount: account, imagePullSecrets } = runner;
  return {
    ...(account === undefined ? existingAccount(runner) : renderedAccount(account)),
    ...(imagePullSecrets.length > 0 && { image_pull_secrets: [...imagePullSecrets] }),
  };
}

/** Jobs get its token: what else the account is for is not known here. */
function existingAccount({ serviceAccount: name }: NormalRunner): KubernetesTable {
  return {
    automount_service_account_token: name !== undefined,
    ...(name !== undefined && { service_account: name }),
  };
}

function renderedAccount(account: NormalJobAccount): KubernetesTable {
  return {
    automount_service_account_token: account.automountServiceAccountToken,
    service_account: account.name,
    ...(account.imagePullSecrets.length > 0 && { use_service_account_image_pull_secrets: true }),
  };
}

/** Whether pods of a runner's jobs may ask for AWS credentials: those of an account that is made elsewhere may have some. */
export function mayHavePodIdentity({ serviceAccount, jobServiceAccount: account }: NormalRunner): boolean {
  if (account === undefined) return serviceAccount !== undefined;
  return account.roleArn !== undefined && account.identity === 'pod-identity';
}
