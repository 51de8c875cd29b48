import { FLEET, readFixture, without } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, POOL } from './places';

describeCheck('lands', {
  fires: [
    {
      name: 'a job whose capacity type no pool of its architecture has',
      changes: [[POOL, '            - spot', '            - reserved']],
      finds: [
        'lands/job',
        'error',
        /pending for ever.*karpenter.sh\/capacity-type is In \[reserved\], the pod wants In \[spot\]/s,
      ],
    },
    {
      name: 'a job that does not tolerate the taint of its pool: the nearest pool and the taint are named',
      changes: [
        [CONFIG, '"gitlab-runner-fleet/dedicated-to=gitlab-jobs" = "NoSchedule"', '"other" = "NoSchedule"'],
      ],
      finds: [
        'lands/job',
        'error',
        /nearest is .*tolerate gitlab-runner-fleet\/dedicated-to=gitlab-jobs:NoSchedule/s,
      ],
    },
    {
      name: 'a label in the selector that no pool has',
      changes: [
        [CONFIG, '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"', '"example.com/tier" = "gold"'],
      ],
      finds: ['lands/job', 'error', /example.com\/tier is not defined, the pod wants In \[gold\]/],
    },
    {
      name: 'a label in the selector that no pool has: the pool of its jobs is nearer than that of managers',
      changes: [
        [CONFIG, '"kubernetes.io/arch" = "arm64"', '"kubernetes.io/arch" = "arm64"\n        tier = "gold"'],
      ],
      finds: ['lands/job', 'error', /Fix: nearest is gitlab-jobs-arm64-spot: .*tier/s],
    },
    {
      name: 'a manager that no pool takes',
      changes: [[DEPLOYMENT, 'kubernetes.io/arch: arm64', 'kubernetes.io/arch: s390x']],
      finds: ['lands/manager', 'error', /manager pod of runner acme-arm64-spot stays pending/],
    },
    {
      name: 'a manager on a node group',
      changes: [
        [DEPLOYMENT, '        kubernetes.io/arch: arm64\n', '        eks.amazonaws.com/nodegroup: system\n'],
      ],
      finds: ['lands/node-group', 'note', /that it lands and fits is not proved/],
    },
    {
      name: 'a job on a node group: not proved, and no error',
      changes: [[CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"eks.amazonaws.com/nodegroup" = "ci"']],
      finds: ['lands/node-group', 'note', /a node group may, .* is not proved/],
    },
    {
      name: 'runners without any NodePool: not proved, and no error',
      files: without(FLEET, 'nodepool'),
      finds: ['lands/no-pools', 'note', /is not proved/],
    },
    {
      name: 'a selector that a variable fills in',
      changes: [
        [
          CONFIG,
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"',
          '"gitlab-runner-fleet/dedicated-to" = "${POOL}"',
        ],
      ],
      finds: ['lands/run-time-value', 'note', /found \$\{POOL\}/],
    },
    {
      name: 'a label with a slip of the pen is no label of other nodes',
      changes: [
        [
          CONFIG,
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"',
          '"gitlab-runner-fleet/dedicatd-to" = "gitlab-jobs"',
        ],
      ],
      finds: ['lands/job', 'error', /stays pending/],
    },
    {
      name: 'a job for Fargate that no profile selects',
      files: readFixture('fargate'),
      changes: [
        [
          'cluster/clusterconfig.yaml',
          'gitlab-runner-fleet/compute: fargate',
          'gitlab-runner-fleet/compute: other',
        ],
      ],
      finds: ['lands/job', 'error', /the job pod of runner acme-fargate stays pending/],
    },
  ],
  quiet: [
    {
      name: 'a toleration of every taint',
      changes: [
        [
          CONFIG,
          '"gitlab-runner-fleet/dedicated-to=gitlab-jobs" = "NoSchedule"',
          '"gitlab-runner-fleet/dedicated-to" = ""',
        ],
      ],
    },
    {
      name: 'a taint that only prefers other pods',
      changes: [
        [POOL, '      taints:\n', '      taints:\n        - effect: PreferNoSchedule\n          key: busy\n'],
      ],
    },
  ],
});
