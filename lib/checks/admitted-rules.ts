import { ruleGroup } from './check';

/** The rules of the check `admitted`, which several files have room for. */
export const ADMITTED_RULES = ruleGroup(
  'admitted',
  'The API server lets every job pod and manager into its namespace.',
  {
    'job-pod': 'the namespace of jobs enforces a Pod Security level that their pods do not meet',
    'manager-pod': 'the namespace of a manager enforces a Pod Security level that its pods do not meet',
    'manager-user': 'a manager must not run as root, and no user is set',
    'limit-range': 'a LimitRange refuses pods',
    'limit-range-ceilings': 'a LimitRange refuses jobs that use their ceilings',
    'limit-range-services': 'a LimitRange refuses jobs that have a service',
    'pause-pods': 'admission refuses the pods that hold room',
    'quota-unset': 'a ResourceQuota counts what containers do not set',
    'quota-services': 'a ResourceQuota counts what containers of services do not set',
    quota: 'a ResourceQuota is smaller than what may run at once',
    'quota-surge': 'a ResourceQuota has no room for a manager that replaces another',
    'quota-objects': 'a ResourceQuota allows fewer objects than are here',
    'quota-secrets': 'a ResourceQuota has fewer Secrets than jobs may need at once',
    'quota-ceilings': 'a ResourceQuota is smaller than what jobs at their ceilings use at once',
    'runtime-class': 'pods contradict the node selector of their RuntimeClass',
    'unknown-runtime-class': 'the RuntimeClass of pods is not among the manifests',
    'service-account': 'the ServiceAccount of pods is in another namespace',
    volumes: 'volumes of job pods collide',
    hook: 'a webhook or a policy of admission may change or refuse pods',
  },
);
