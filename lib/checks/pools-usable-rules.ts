import { ruleGroup } from './check';

/** The rules of the check `pools-usable`, which several files have room for. */
export const POOLS_USABLE_RULES = ruleGroup(
  'pools-usable',
  'Every requirement value can match a type, every pool is reached by a pod, every schedule parses.',
  {
    'no-type': 'no instance type meets all requirements of a pool',
    'dead-value': 'a requirement lists a value that no type can have',
    schedule: 'a schedule of a disruption budget does not parse',
    'scheduled-budgets-alone': 'every disruption budget has a schedule, and none holds outside of them',
    'unknown-class': 'a pool refers to a kind of node class that Karpenter for EKS does not know',
    'missing-class': 'the node class of a pool is not among the manifests',
    'windows-price': 'a pool of Windows, whose licence no price holds',
    'auto-mode': 'nodes of EKS Auto Mode, whose reserve is not known',
    'latest-image': 'a node class follows the latest image instead of a release',
    static: 'a pool has a fixed number of nodes',
    'min-values': 'a requirement asks for more values than the types of the pool have',
    'user-data': 'user data of a node class does not do what it is meant to',
    'unused-reservation': 'reserved capacity that no pod may run on',
    'startup-taint': 'a startup taint that no known daemonset removes',
    unreached: 'no job and no manager can land on a pool',
  },
);
