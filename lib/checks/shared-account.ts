import { accountOf, grantsOf } from '../cluster/grants';
import type { ObservedRunner, Subject } from '../cluster/observe';
import type { Finding } from './finding';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

/** What a runner whose jobs run as its manager does about it: without the rights, no job would start. */
export const OWN_ACCOUNT_FIX =
  'give jobs another ServiceAccount: name one without these rights in service_account of [runners.kubernetes]';

/**
 * Runners whose jobs run as their manager, where no binding among the manifests says what that account may do. Where one
 * does, the finding is about the binding.
 */
export function sharedAccountFindings({ runners, manifests }: Subject): Finding[] {
  return runners.filter(runsAsManager).flatMap(({ config, index, table, manager, managerPod }) => {
    const account = { name: accountOf(managerPod), namespace: manager?.namespace };
    if (grantsOf(account, manifests).length > 0) return [];
    const { service_account: name = 'default' } = table.kubernetes;
    const within = `runners[${index}].kubernetes.service_account`;
    return [
      finding('other-subject', {
        severity: 'warning',
        at: { manifest: config.manifest, path: config.path, within },
        found: `${name}, the ServiceAccount of the manager`,
        why: 'jobs hold its token: whoever may start one does what the manager may, which has to make pods and usually reads Secrets; the binding that allows it is not among the manifests',
        fix: OWN_ACCOUNT_FIX,
      }),
    ];
  });
}

/** Whether jobs of a runner hold the token of the account that its manager runs as. */
function runsAsManager({ table, manager, managerPod }: ObservedRunner): boolean {
  const { namespace, namespace_per_job, service_account, automount_service_account_token } = table.kubernetes;
  return (
    manager !== undefined &&
    namespace_per_job !== true &&
    automount_service_account_token !== false &&
    Boolean(service_account) &&
    (namespace || 'default') === (manager.namespace ?? namespace) &&
    service_account === accountOf(managerPod)
  );
}
