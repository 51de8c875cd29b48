import { ruleGroup } from './check';

/** The rules of the check `auto-mode`, which several files have room for. */
export const AUTO_MODE_RULES = ruleGroup(
  'auto-mode',
  'Nothing asks of EKS Auto Mode what it does not have, or of Karpenter what only Auto Mode has.',
  {
    'mixed-class':
      'a pool names a node class of Karpenter in the group of EKS Auto Mode, or the other way round',
    'foreign-label': 'a requirement on a label that only nodes of the other controller have',
    'default-class': 'a NodeClass has the name of the one that EKS makes',
    'no-node-role': 'a NodeClass names no role',
    'custom-tags': 'a NodeClass sets tags that the role of the cluster may not set by default',
    'default-life': 'a pool of EKS Auto Mode leaves the life of its nodes to a default',
    'user-namespaces': 'pods that make user namespaces land on nodes of EKS Auto Mode, which allow none',
    'volume-driver': 'a disk whose driver does not run on the nodes of the pods that mount it',
    'node-overlay': 'a NodeOverlay in a cluster of EKS Auto Mode, which has none',
    'network-policies': 'network policies that EKS Auto Mode may not enforce',
    'no-category': 'a pool of EKS Auto Mode may start accelerated instances',
    'no-limits': 'nothing bounds the nodes of a pool of EKS Auto Mode',
    'os-label': 'a requirement on kubernetes.io/os, which AWS does not support in these pools',
  },
);
