import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { at, fieldsOf, listOf, textOf } from '../values/record';

/** An account as a binding names it. */
interface Account {
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/**
 * Whether an object gives rights to nothing but cleanups of orphaned job pods: neither to a manager nor to a job. What is bound
 * somewhere else, or to users and groups, may be anybody's.
 */
export function isOfNoManager(manifest: Manifest, subject: Subject): boolean {
  const accounts = accountsOf(manifest, subject);
  return (
    accounts !== undefined &&
    accounts.length > 0 &&
    accounts.every((one) => isOfCleanup(one, subject) && !isOfRunner(one, subject))
  );
}

/** The accounts that an object is, or gives rights to; undefined where that may be others too. */
function accountsOf(manifest: Manifest, { manifests }: Subject): readonly Account[] | undefined {
  const { kind, name, namespace } = manifest;
  if (kind === 'ServiceAccount') return [{ name, namespace }];
  if (kind.endsWith('Binding')) return subjectsOf(manifest);
  if (kind !== 'Role') return undefined;
  const lists = manifests
    .filter(
      (one) =>
        one.kind === 'RoleBinding' &&
        one.namespace === namespace &&
        at(one.body, ['roleRef', 'kind']) === kind &&
        at(one.body, ['roleRef', 'name']) === name,
    )
    .map(subjectsOf);
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list ?? []);
}

function subjectsOf({ body, namespace }: Manifest): readonly Account[] | undefined {
  const subjects = listOf(at(body, ['subjects'])).map(fieldsOf);
  if (subjects.some(({ kind }) => kind !== 'ServiceAccount')) return undefined;
  return subjects.map((one) => ({
    name: textOf(one.name),
    namespace: textOf(one.namespace) ?? namespace,
  }));
}

function isOfCleanup({ name, namespace }: Account, { cleanups }: Subject): boolean {
  return cleanups.some(({ account }) => account.name === name && account.namespace === namespace);
}

function isOfRunner({ name, namespace }: Account, { manifests, runners }: Subject): boolean {
  const isWorkload = manifests.some(
    ({ body, kind, namespace: own }) =>
      kind !== 'CronJob' &&
      own === namespace &&
      (at(body, ['spec', 'template', 'spec', 'serviceAccountName']) ??
        at(body, ['spec', 'serviceAccountName'])) === name,
  );
  const isJob = runners.some(({ job, table: { kubernetes } }) => {
    // Whoever may choose an account may choose any.
    const mayChoose = Boolean(kubernetes.service_account_overwrite_allowed);
    return (
      job?.pod.namespace === namespace && (mayChoose || (kubernetes.service_account || 'default') === name)
    );
  });
  return isWorkload || isJob;
}
