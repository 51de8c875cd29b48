import { ruleGroup } from './check';

/** The rules of the check `rights`, which several files have room for. */
export const RIGHTS_RULES = ruleGroup(
  'rights',
  'Managers have the rights that the features of their config need, and none that no feature uses.',
  {
    unbound: 'no RoleBinding names the ServiceAccount of a manager',
    'unknown-binding': 'no RoleBinding for a manager is among the manifests',
    'unknown-role': 'the Role of a manager is not among the manifests',
    'no-token': 'the pods of a manager get no token for the API server',
    missing: 'a Role lacks rights that the config needs',
    'missing-optional': 'a Role lacks rights that the executor can do without',
    'priority-class': 'a manager makes the PriorityClass of its pause pods, and may not',
    'overwritten-namespace': 'jobs may ask for namespaces in which the manager has no rights',
    excess: 'a Role has rights that no feature of the executor uses',
    wildcard: 'a Role has rights with a wildcard',
    elsewhere: 'a manager has rights in a namespace in which none of its jobs runs',
    'cluster-wide': 'a manager has in all namespaces what it needs in one',
    'further-role': 'a manager is bound to a role that is not known and that it does not need',
    'other-subject': 'someone other than a manager gets hold of tokens, jobs or managers',
    everyone: 'everyone has rights in the namespaces of a fleet',
    'built-in-name': 'a role or binding has the name of one that every cluster has',
    dangerous: 'a Role has rights by which a manager can take over more',
  },
);
