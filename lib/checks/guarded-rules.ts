import { ruleGroup } from './check';

/** The rules of the check `guarded`, which several files have room for. */
export const GUARDED_RULES = ruleGroup(
  'guarded',
  'Job pods and managers are held by Pod Security and network policies, and no job chooses its way out.',
  {
    'job-level': 'the namespace of jobs enforces less than their pods need',
    'manager-level': 'the namespace of managers does not enforce the level restricted',
    'no-policy': 'no network policy holds pods of jobs or managers',
    credentials: 'a network policy lets pods ask their node for credentials',
    'other-nodes': 'a job may choose nodes of managers or of another tier',
    'other-namespace': 'a job may choose a namespace of managers or of another tier',
    'other-account': 'a job may choose a ServiceAccount that is not its own',
    'other-labels': 'a job may choose labels by which another network policy holds',
    'bearer-token': 'a job may choose the token by which its pod is made',
    services: 'images of jobs are limited, those of their services are not',
    'chosen-image': 'images are limited, and the config names one by a variable of the job',
    'left-out': 'a rendered object that may be left out of the cluster',
    late: 'what guards a namespace comes after its managers',
    'no-room-limit': 'a namespace of jobs lacks the LimitRange or ResourceQuota that others have',
    'manager-nodes': 'a pool of managers has no taint',
    'run-time-value': 'a rendered object with a variable that Flux fills in',
    'no-namespace': 'a rendered object without its namespace',
    'missing-namespace': 'the namespace of rendered runners is not among the manifests',
  },
);

/** Findings by which a job of one tier may reach another one. */
export const CROSSES_TIERS: readonly string[] = [
  'guarded/other-nodes',
  'guarded/other-namespace',
  'guarded/other-account',
  'guarded/bearer-token',
];
