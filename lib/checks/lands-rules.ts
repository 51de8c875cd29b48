import { ruleGroup } from './check';

/** The rules of the check `lands`, which several files have room for. */
export const LANDS_RULES = ruleGroup('lands', 'Every job pod and every manager matches a node pool.', {
  'no-pools': 'there is no NodePool among the manifests',
  job: 'a job pod matches no pool',
  manager: 'a manager matches no pool',
  'empty-term': 'a node affinity that matches no node',
  'passed-over': 'Karpenter passes a pod over before it asks any pool',
  'node-group': 'a pod is for nodes of which nothing is known, for example a node group',
  'run-time-value': 'a variable decides where a pod lands',
  'other-pods': 'other pods decide where a pod lands',
  'volume-zone': 'a volume can be attached in one zone, and its pods may be in others',
  'one-node-volume': 'a volume can be on one node, and its pods may be on several',
  'other-scheduler': 'a scheduler of which nothing is known places a pod',
});
