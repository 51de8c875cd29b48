import { FLEET, without } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, MANAGERS, POOL } from './places';

const SELECTOR_TABLE = '      [runners.kubernetes.node_selector]\n';
const SELECTOR = '        "kubernetes.io/arch" = "arm64"\n';
const FITTING = '{ key = "kubernetes.io/os", operator = "In", values = ["linux"] }';
const OTHER_LABEL = '{ key = "example.com/tier", operator = "Exists" }';

const MANAGER_SELECTOR = /(?<= {6}nodeSelector:\n)( {8}.*\n)+/;

/** The table of the node affinity, with a line in it. */
function affinity(line: string): string {
  return `      [runners.kubernetes.affinity.node_affinity]\n        ${line}\n`;
}

/** A required node affinity of alternatives, each of one expression. */
function required(...expressions: readonly string[]): string {
  const terms = expressions.map((one) => `{ match_expressions = [${one}] }`).join(', ');
  return affinity(
    `required_during_scheduling_ignored_during_execution = { node_selector_terms = [${terms}] }`,
  );
}

describeCheck('lands', {
  fires: [
    {
      name: 'a job that selects a label of registered nodes',
      changes: [[CONFIG, SELECTOR, `${SELECTOR}        "karpenter.sh/registered" = "true"\n`]],
      finds: [
        'lands/passed-over',
        'error',
        /Karpenter starts no node for the job pod.*karpenter.sh\/registered/s,
      ],
    },
    {
      name: 'one of two alternatives with a label that Karpenter keeps to itself',
      changes: [
        [
          CONFIG,
          SELECTOR_TABLE,
          `${required('{ key = "karpenter.sh/provisioner-name", operator = "Exists" }', FITTING)}${SELECTOR_TABLE}`,
        ],
      ],
      finds: [
        'lands/passed-over',
        'error',
        /karpenter.sh\/provisioner-name: Karpenter keeps this label to itself/,
      ],
    },
    {
      name: 'one of two alternatives that compares with a text',
      changes: [
        [
          CONFIG,
          SELECTOR_TABLE,
          `${required('{ key = "karpenter.k8s.aws/instance-cpu", operator = "Gt", values = ["many"] }', FITTING)}${SELECTOR_TABLE}`,
        ],
      ],
      finds: ['lands/passed-over', 'error', /Gt takes one whole number from 0/],
    },
    {
      name: 'a manager bound to a host, which may be there already',
      changes: [
        [DEPLOYMENT, '        kubernetes.io/arch: arm64\n', '        kubernetes.io/hostname: node-1\n'],
      ],
      finds: ['lands/passed-over', 'warning', /kubernetes.io\/hostname: Karpenter keeps this label/],
    },
    {
      name: 'a manager that selects a node class by its label',
      changes: [
        [
          DEPLOYMENT,
          '        kubernetes.io/arch: arm64\n',
          '        karpenter.k8s.aws/ec2nodeclass: gitlab-managers\n',
        ],
      ],
      finds: ['lands/passed-over', 'error', /karpenter.k8s.aws\/ec2nodeclass/],
    },
    {
      name: 'a job whose capacity type no pool of its architecture has',
      changes: [[POOL, '            - spot', '            - reserved']],
      finds: [
        'lands/job',
        'error',
        /pending indefinitely.*karpenter.sh\/capacity-type is In \[reserved\], the pod wants In \[spot\]/s,
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
      name: 'a manager whose label the pool of managers no longer gives its nodes',
      changes: [[MANAGERS, / {4}metadata:\n {6}labels:\n( {8}\S+: \S+\n)+/, '']],
      finds: [
        'lands/manager',
        'error',
        /pending indefinitely.*gitlab-managers: gitlab-runner-fleet\/dedicated-to is not defined/s,
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
      name: 'a job that several things keep out of its pool: the fix names all of them',
      changes: [
        [CONFIG, '"gitlab-runner-fleet/dedicated-to=gitlab-jobs" = "NoSchedule"', '"other" = "NoSchedule"'],
        [CONFIG, '"kubernetes.io/arch" = "arm64"', '"kubernetes.io/arch" = "arm64"\n        tier = "gold"'],
      ],
      finds: [
        'lands/job',
        'error',
        /nearest is gitlab-jobs-arm64-spot: tolerate \S+:NoSchedule; give the pool the label tier, or drop it/,
      ],
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
      name: 'a job for the built-in pool of EKS Auto Mode: not proved, and no error',
      changes: [[CONFIG, SELECTOR, `${SELECTOR}        "karpenter.sh/nodepool" = "general-purpose"\n`]],
      finds: ['lands/node-group', 'note', /general-purpose, which EKS Auto Mode brings along.*not proved/],
    },
    {
      name: 'a manager for any node of EKS Auto Mode: a built-in pool takes it',
      changes: [[DEPLOYMENT, MANAGER_SELECTOR, '        eks.amazonaws.com/compute-type: auto\n']],
      finds: ['lands/node-group', 'note', /general-purpose, which EKS Auto Mode brings along/],
    },
    {
      name: 'a job for a pool that is not here: not proved, and no error',
      changes: [[CONFIG, SELECTOR, `${SELECTOR}        "karpenter.sh/nodepool" = "ci"\n`]],
      finds: ['lands/node-group', 'note', /is for a NodePool called ci that is not here.*not proved/],
    },
    {
      name: 'the name of a pool with a slip of the pen',
      changes: [
        [CONFIG, SELECTOR, `${SELECTOR}        "karpenter.sh/nodepool" = "gitlab-jobs-arm64-spots"\n`],
      ],
      finds: ['lands/job', 'error', /stays pending indefinitely/],
    },
    {
      name: 'a label of the pools with a value that other nodes may have: not proved, and no error',
      changes: [
        [
          MANAGERS,
          'gitlab-runner-fleet/dedicated-to: gitlab-managers',
          'example.com/tier: gold\n        gitlab-runner-fleet/dedicated-to: gitlab-managers',
        ],
        [DEPLOYMENT, 'gitlab-runner-fleet/dedicated-to: gitlab-managers\n', 'example.com/tier: system\n'],
      ],
      finds: ['lands/node-group', 'note', /found example.com\/tier: system/],
    },
    {
      name: 'the label of rendered pools with a value that none of them has',
      changes: [[DEPLOYMENT, 'dedicated-to: gitlab-managers\n', 'dedicated-to: system\n']],
      finds: ['lands/manager', 'error', /pending indefinitely/],
    },
    {
      name: 'a label of the pools with a slip of the pen in its value',
      changes: [
        [
          CONFIG,
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"',
          '"gitlab-runner-fleet/dedicated-to" = "gitlab-job"',
        ],
      ],
      finds: ['lands/job', 'error', /stays pending indefinitely/],
    },
    {
      name: 'a manager on a node group of eksctl with that label: it lands there',
      files: [
        ...FLEET,
        {
          path: 'acme/cluster.yaml',
          text: `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata:
  name: acme
managedNodeGroups:
  - name: base
    labels:
      gitlab-runner-fleet/dedicated-to: system
`,
        },
      ],
      changes: [[DEPLOYMENT, MANAGER_SELECTOR, '        gitlab-runner-fleet/dedicated-to: system\n']],
      finds: ['lands/node-group', 'note', /node group base of the ClusterConfig does by its labels/],
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
      name: 'a manager that must be spread over a label that no node has',
      changes: [
        [
          DEPLOYMENT,
          '    spec:\n',
          '    spec:\n      topologySpreadConstraints:\n        - { maxSkew: 1, topologyKey: example.com/rack, whenUnsatisfiable: DoNotSchedule }\n',
        ],
      ],
      finds: ['lands/manager', 'error', /no label example\.com\/rack, over which the pod must be spread/],
    },
    {
      name: 'a manager with a scheduling gate',
      changes: [
        [DEPLOYMENT, '    spec:\n', '    spec:\n      schedulingGates: [{ name: example.com/later }]\n'],
      ],
      finds: [
        'lands/passed-over',
        'error',
        /schedulingGates: nothing schedules it.*Fix: remove schedulingGates$/,
      ],
    },
    {
      name: 'a manager that claims a device',
      changes: [
        [
          DEPLOYMENT,
          '    spec:\n',
          '    spec:\n      resourceClaims: [{ name: gpu, resourceClaimName: gpu }]\n',
        ],
      ],
      finds: ['lands/passed-over', 'error', /claims of devices.*Fix: remove resourceClaims$/],
    },
  ],
  quiet: [
    {
      name: 'managers that are spread over zones and hosts, and as well as may be over racks',
      changes: [
        [
          DEPLOYMENT,
          '    spec:\n',
          '    spec:\n      topologySpreadConstraints:\n        - { maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule }\n        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule }\n        - { maxSkew: 1, topologyKey: example.com/rack, whenUnsatisfiable: ScheduleAnyway }\n',
        ],
      ],
    },
    {
      name: 'jobs that select their pool by its name',
      changes: [
        [CONFIG, SELECTOR, `${SELECTOR}        "karpenter.sh/nodepool" = "gitlab-jobs-arm64-spot"\n`],
      ],
    },
    {
      name: 'a preference for a label that Karpenter keeps to itself: only what is required is validated',
      changes: [
        [
          CONFIG,
          SELECTOR_TABLE,
          `${affinity('preferred_during_scheduling_ignored_during_execution = [{ weight = 1, preference = { match_expressions = [{ key = "karpenter.sh/initialized", operator = "Exists" }] } }]')}${SELECTOR_TABLE}`,
        ],
      ],
    },
    {
      name: 'two alternatives, one of them with a label of a team that no pool has',
      changes: [[CONFIG, SELECTOR_TABLE, `${required(OTHER_LABEL, FITTING)}${SELECTOR_TABLE}`]],
    },
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
