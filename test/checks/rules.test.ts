import { CHECKS } from '../../lib/checks/all';
import { DEFAULT_CHECK_SETTINGS } from '../../lib/cluster/observe';
import { RUNNER_VERSION } from '../../lib/fleet/versions';
import { DEFAULT_FLEET, fakeCiphertext, render } from '../fleets';
import { type Change, changed, findingsIn, GOOD } from './findings';

const CONFIG = 'arm64-spot/configmap.yaml';
const POOL = 'nodepool-gitlab-jobs-arm64-spot.yaml';
const MANAGERS = 'nodepool-gitlab-managers.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const DEPLOYMENT = 'arm64-spot/deployment.yaml';
const ROLE = 'arm64-spot/role.yaml';
const BINDING = 'arm64-spot/rolebinding.yaml';
const SEALED = 'arm64-spot/sealedsecret.yaml';

interface Case {
  readonly name: string;
  readonly changes: readonly Change[];
  /** Rule, severity and what the finding says; undefined where nothing shall be found. */
  readonly finds?: readonly [rule: string, severity: string, says: RegExp];
}

const CASES: readonly Case[] = [
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
    changes: [[CONFIG, '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"', '"example.com/tier" = "gold"']],
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
    finds: ['lands/manager', 'error', /manager pod of runner production-arm64-spot stays pending/],
  },
  {
    name: 'a job pod that Pod Security refuses',
    changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"']],
    finds: ['admitted/job-pod', 'error', /seccomp Unconfined.*namespace gitlab-jobs enforces baseline/s],
  },
  {
    name: 'a manager that Pod Security refuses',
    changes: [[DEPLOYMENT, 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true']],
    finds: ['admitted/manager-pod', 'error', /privilege escalation.*no pod of this Deployment is ever made/s],
  },
  {
    name: 'jobs without seccomp among others',
    changes: [
      [CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"'],
      [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
      ['amd64-spot/configmap.yaml', '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"'],
      ['amd64-spot/configmap.yaml', 'helper:x86_64-', 'helper:arm64-'],
    ],
    finds: ['isolation/no-seccomp', 'error', /without seccomp has the whole kernel to try/],
  },
  {
    name: 'runners of two fleets on the same nodes, in one namespace',
    changes: [[CONFIG, 'app.kubernetes.io/part-of: production', 'app.kubernetes.io/part-of: release']],
    finds: [
      'tiers-separate/nodes',
      'error',
      /of fleet production and production-arm64-spot of fleet release share it/,
    ],
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
    name: 'a ceiling that no node of the pool has room for',
    changes: [
      [CONFIG, 'cpu_request_overwrite_max_allowed = "4"', 'cpu_request_overwrite_max_allowed = "16"'],
    ],
    finds: ['fits/largest-job', 'error', /found 16100m CPU.*fits none of its nodes/s],
  },
  {
    name: 'a ceiling that the largest nodes have room for',
    changes: [
      [
        CONFIG,
        '      cpu_request_overwrite_max_allowed = "4"',
        '      cpu_request_overwrite_max_allowed = "15"',
      ],
      [POOL, 'cpu: "104"', 'cpu: "400"'],
    ],
  },
  {
    name: 'a limit of one node for the jobs of several',
    changes: [[POOL, 'cpu: "104"', 'nodes: "1"\n    cpu: "104"']],
    finds: [
      'limits-suffice/nodes',
      'error',
      /the nodes for 20 jobs at once .* come to 2 of nodes at the least.*raise the limit to 2/,
    ],
  },
  {
    name: 'a limit of disks for half of the nodes',
    changes: [[POOL, 'cpu: "104"', 'ephemeral-storage: 130Gi\n    cpu: "104"']],
    finds: ['limits-suffice/nodes', 'error', /come to 200Gi of ephemeral-storage at the least/],
  },
  {
    name: 'limits that hold what jobs ask for, and not the nodes that they take',
    changes: [[POOL, 'memory: 112Gi', 'memory: 50Gi']],
    finds: [
      'limits-suffice/whole-nodes',
      'warning',
      /limits count whole nodes: of 20 jobs at once of production-arm64-spot about \d+ run/,
    ],
  },
  {
    name: 'limits of nodes, pods and disks that are enough',
    changes: [
      [POOL, 'cpu: "104"', 'nodes: "20"\n    pods: "5k"\n    ephemeral-storage: 3Ti\n    cpu: "104"'],
    ],
  },
  {
    name: 'five replicas of a manager, each with its jobs',
    changes: [[DEPLOYMENT, '  replicas: 1\n', '  replicas: 5\n']],
    finds: ['limits-suffice/requests', 'error', /100 jobs at once of production-arm64-spot request 110/],
  },
  {
    name: 'limits below every node that holds the largest job',
    changes: [[POOL, 'cpu: "104"', 'cpu: "7"']],
    finds: [
      'fits/largest-job',
      'error',
      /its limit of cpu 7 starts no node that holds it: the smallest, \S+, has 8.*raise the limits of the pool/s,
    ],
  },
  {
    name: 'limits below the one node that a manager needs',
    changes: [[MANAGERS, '  limits:\n    cpu: ', '  limits:\n    nodes: "0"\n    cpu: ']],
    finds: ['fits/manager', 'error', /manager pod of runner production-arm64-spot fits no node/],
  },
  {
    name: 'services that no node has room for beside a job',
    changes: [[CONFIG, 'service_cpu_request = "250m"', 'service_cpu_request = "64"']],
    finds: ['fits/services', 'error', /every job that has services stays pending/],
  },
  {
    name: 'large services that nodes have room for',
    changes: [
      [CONFIG, 'service_cpu_request = "250m"', 'service_cpu_request = "8"'],
      [
        CONFIG,
        'service_cpu_request_overwrite_max_allowed = "1"',
        'service_cpu_request_overwrite_max_allowed = "8"',
      ],
    ],
  },
  {
    name: 'a node class with an empty profile',
    changes: [[CLASS, / {2}role: .*\n/.exec(textOf(CLASS))?.[0] ?? '', '  instanceProfile: ""\n']],
    finds: ['schema/node-identity', 'error', /a role or an instance profile, and not both/],
  },
  {
    name: 'disk that the volume of the node class lacks',
    changes: [[CLASS, 'volumeSize: 100Gi', 'volumeSize: 20Gi']],
    finds: ['fits/largest-job', 'error', /20Gi of disk/],
  },
  {
    name: 'Spot of few types',
    changes: [
      [POOL, '            - c\n            - m\n            - r\n', '            - r\n'],
      [POOL, '- "5"', '- "7"'],
    ],
    finds: ['fits/few-spot-types', 'warning', /Spot capacity of so few types runs out/],
  },
  {
    name: 'a manager larger than the nodes of managers',
    changes: [[DEPLOYMENT, '              memory: 128Mi', '              memory: 8Gi']],
    finds: ['fits/manager', 'error', /manager pod of runner production-arm64-spot fits no node/],
  },
  {
    name: 'a job pool without a taint',
    changes: [
      [
        POOL,
        '      taints:\n        - effect: NoSchedule\n          key: gitlab-runner-fleet/dedicated-to\n          value: gitlab-jobs\n',
        '',
      ],
    ],
    finds: ['isolation/no-taint', 'error', /any pod of the cluster lands on the nodes of jobs/],
  },
  {
    name: 'a manager that may land on Spot',
    changes: [
      [MANAGERS, '            - on-demand', '            - on-demand\n            - spot'],
      [DEPLOYMENT, '        karpenter.sh/capacity-type: on-demand\n', ''],
    ],
    finds: ['isolation/manager-on-spot', 'error', /manager on Spot is reclaimed/],
  },
  {
    name: 'a pool of managers that may be Spot, and managers that select on-demand',
    changes: [[MANAGERS, '            - on-demand', '            - on-demand\n            - spot']],
  },
  {
    name: 'jobs on the nodes of managers',
    changes: [
      [
        CONFIG,
        '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"',
        '"gitlab-runner-fleet/dedicated-to" = "gitlab-managers"',
      ],
      [CONFIG, 'dedicated-to=gitlab-jobs"', 'dedicated-to=gitlab-managers"'],
      [CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"karpenter.sh/capacity-type" = "on-demand"'],
    ],
    finds: ['isolation/jobs-with-managers', 'error', /takes managers, and all their jobs, with it/],
  },
  {
    name: 'privileged jobs among others',
    changes: [
      [CONFIG, 'privileged = false', 'privileged = true'],
      [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true'],
      ['amd64-spot/configmap.yaml', '"kubernetes.io/arch" = "amd64"', '"kubernetes.io/arch" = "arm64"'],
      ['amd64-spot/configmap.yaml', 'helper:x86_64-', 'helper:arm64-'],
    ],
    finds: ['isolation/privileged-jobs', 'error', /privileged job owns its node/],
  },
  {
    name: 'keys that together make a pod that is refused',
    changes: [[CONFIG, 'privileged = false', 'privileged = true']],
    finds: ['config/refused-jobs', 'error', /refuses every job of this runner/],
  },
  {
    name: 'a grace of ten minutes',
    changes: [[DEPLOYMENT, 'terminationGracePeriodSeconds: 7800', 'terminationGracePeriodSeconds: 600']],
    finds: ['in-time/grace', 'error', /killed after 10m/],
  },
  {
    name: 'a grace of an hour for jobs of two',
    changes: [[DEPLOYMENT, 'terminationGracePeriodSeconds: 7800', 'terminationGracePeriodSeconds: 3600']],
    finds: [
      'in-time/grace',
      'error',
      /killed after 1h; jobs may take 2h, and the longer ones are lost.*at least 7200/s,
    ],
  },
  {
    name: 'a grace of an hour, which is what jobs without a maximum take',
    changes: [
      [DEPLOYMENT, '    gitlab-runner-fleet/maximum-timeout-seconds: "7200"\n', ''],
      [DEPLOYMENT, 'terminationGracePeriodSeconds: 7800', 'terminationGracePeriodSeconds: 3600'],
    ],
  },
  {
    name: 'a grace of half an hour for jobs of twenty minutes',
    changes: [
      [DEPLOYMENT, 'maximum-timeout-seconds: "7200"', 'maximum-timeout-seconds: "1200"'],
      [DEPLOYMENT, 'terminationGracePeriodSeconds: 7800', 'terminationGracePeriodSeconds: 1800'],
    ],
  },
  {
    name: 'a forced stop longer than the grace',
    changes: [[CONFIG, 'shutdown_timeout = 60', 'shutdown_timeout = 9000']],
    finds: ['in-time/shutdown-timeout', 'error', /pod is killed after 7800 s/],
  },
  {
    name: 'a pod that must run before a node has started',
    changes: [[CONFIG, 'poll_timeout = 600', 'poll_timeout = 120']],
    finds: ['in-time/poll-timeout', 'warning', /a node takes about as long to start/],
  },
  {
    name: 'job pods without protection in a pool that consolidates them away',
    changes: [
      [CONFIG, '        "karpenter.sh/do-not-disrupt" = "true"\n', ''],
      [POOL, 'consolidationPolicy: WhenEmpty', 'consolidationPolicy: WhenEmptyOrUnderutilized'],
    ],
    finds: ['in-time/no-protection', 'error', /consolidation of gitlab-jobs-arm64-spot evicts running jobs/],
  },
  {
    name: 'a protection that Karpenter does not read',
    changes: [[CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '"karpenter.sh/do-not-disrupt" = "yes"']],
    finds: ['in-time/unread-protection', 'error', /exactly "true" or a duration/],
  },
  {
    name: 'a protection that ends before the job',
    changes: [[CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '"karpenter.sh/do-not-disrupt" = "10m"']],
    finds: ['in-time/short-protection', 'error', /unprotected after 10m/],
  },
  {
    name: 'jobs of two namespaces on the nodes of one pool',
    changes: [
      [CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "release-jobs"'],
      ['arm64-on-demand/configmap.yaml', '        "karpenter.sh/capacity-type" = "on-demand"\n', ''],
    ],
    finds: ['isolation/shared-namespaces', 'warning', /jobs of different namespaces share nodes/],
  },
  {
    name: 'a protection for a time',
    changes: [[CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '"karpenter.sh/do-not-disrupt" = "3h"']],
  },
  {
    name: 'a helper of the other architecture',
    changes: [[CONFIG, 'helper:arm64-v', 'helper:x86_64-v']],
    finds: ['architecture/helper-arch', 'error', /helper is for amd64 and jobs run on arm64/],
  },
  {
    name: 'a helper of another release than the manager',
    changes: [[CONFIG, `arm64-v${RUNNER_VERSION}`, 'arm64-v18.9.0']],
    finds: [
      'architecture/helper-release',
      'error',
      /helper 18.9.0 and manager \d+.\d+.\d+.*Fix: write v\d+/s,
    ],
  },
  {
    name: 'a manager too old for what its config asks',
    changes: [
      [DEPLOYMENT, `alpine-v${RUNNER_VERSION}`, 'alpine-v18.9.0'],
      [CONFIG, `arm64-v${RUNNER_VERSION}`, 'arm64-v18.9.0'],
    ],
    finds: [
      'architecture/manager-too-old',
      'error',
      /needs release 18.10.0 or newer: token and url are expanded/,
    ],
  },
  {
    name: 'a missing right',
    changes: [[ROLE, '      - pods/attach', '      - pods/portforward']],
    finds: ['rights/missing', 'error', /without create pods\/attach/],
  },
  {
    name: 'an excess right',
    changes: [[ROLE, '      - pods/attach', '      - pods/attach\n      - configmaps']],
    finds: ['rights/excess', 'error', /found create configmaps.*no feature of the config uses/s],
  },
  {
    name: 'a feature whose right is missing',
    changes: [
      [
        CONFIG,
        'cleanup_grace_period_seconds = 5',
        'cleanup_grace_period_seconds = 5\n      pod_disruption_budget = true',
      ],
    ],
    finds: [
      'rights/missing',
      'error',
      /create policy\/poddisruptionbudgets, get policy\/poddisruptionbudgets/,
    ],
  },
  {
    name: 'a ServiceAccount that nothing is bound to',
    changes: [[BINDING, '    namespace: gitlab-runners', '    namespace: elsewhere']],
    finds: ['rights/unbound', 'error', /no RoleBinding names this ServiceAccount/],
  },
  {
    name: 'a token whose Secret has another key',
    changes: [[DEPLOYMENT, '                  key: token-', '                  key: old-token-']],
    finds: ['secrets/missing-key', 'error', /the container waits for ever/],
  },
  {
    name: 'a sealed token in another namespace',
    changes: [[SEALED, '  namespace: gitlab-runners', '  namespace: elsewhere']],
    finds: ['secrets/other-namespace', 'error', /the sealed token is in elsewhere/],
  },
  {
    name: 'a Secret that nothing here becomes',
    changes: [[SEALED, '  name: runner-arm64-spot-token\n', '  name: another\n']],
    finds: ['secrets/no-source', 'warning', /no SealedSecret or ExternalSecret here becomes this Secret/],
  },
  {
    name: 'a variable that the container lacks',
    changes: [[CONFIG, '${GITLAB_RUNNER_TOKEN}', '${OTHER_TOKEN}']],
    finds: ['secrets/no-variable', 'error', /expands OTHER_TOKEN, which the container does not have/],
  },
  {
    name: 'a ciphertext that is cut off',
    changes: [[SEALED, fakeCiphertext(3), fakeCiphertext(3).slice(0, 400)]],
    finds: ['secrets/bad-ciphertext', 'error', /cut off/],
  },
  {
    name: 'the ciphertext of another runner',
    changes: [[SEALED, fakeCiphertext(3), fakeCiphertext(1)]],
    finds: ['secrets/copied-ciphertext', 'error', /the same ciphertext stands in runner-amd64-spot-token/],
  },
  {
    name: 'a taint that only prefers other pods',
    changes: [
      [POOL, '      taints:\n', '      taints:\n        - effect: PreferNoSchedule\n          key: busy\n'],
    ],
  },
  {
    name: 'an empty encryptedData',
    changes: [[SEALED, /encryptedData:\n.*\n/.exec(textOf(SEALED))?.[0] ?? '', 'encryptedData: {}\n']],
    finds: ['secrets/empty-sealed-secret', 'error', /empties the live one/],
  },
  {
    name: 'a field with a slip in it',
    changes: [[DEPLOYMENT, '      terminationGracePeriodSeconds:', '      terminationGracePeriod:']],
    finds: [
      'schema/unknown-field',
      'error',
      /there is no such field.*Fix: write terminationGracePeriodSeconds/s,
    ],
  },
  {
    name: 'a field of another place',
    changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  expireAfter: 1h\n  disruption:']],
    finds: ['schema/unknown-field', 'error', /found expireAfter.*there is no such field/s],
  },
  {
    name: 'a field that must be there and is not',
    changes: [[POOL, '        group: karpenter.k8s.aws\n', '']],
    finds: ['schema/missing-field', 'error', /found nothing. it must be there/],
  },
  {
    name: 'a number where a text is wanted',
    changes: [[ROLE, '  labels:\n', '  labels:\n    team: 7\n']],
    finds: ['schema/wrong-type', 'error', /a text is wanted here.*write it in quotes/s],
  },
  {
    name: 'a text where a number is wanted',
    changes: [[DEPLOYMENT, '  replicas: 1', '  replicas: one']],
    finds: ['schema/wrong-type', 'error', /a whole number is wanted here/],
  },
  {
    name: 'an object where a list is wanted',
    changes: [
      [BINDING, /subjects:[\s\S]*/.exec(textOf(BINDING))?.[0] ?? '', 'subjects:\n  kind: ServiceAccount\n'],
    ],
    finds: ['schema/wrong-type', 'error', /a list is wanted here/],
  },
  {
    name: 'a value that is none of those allowed',
    changes: [[POOL, 'consolidationPolicy: WhenEmpty', 'consolidationPolicy: whenEmpty']],
    finds: [
      'schema/wrong-value',
      'error',
      /allowed are WhenEmpty, WhenEmptyOrUnderutilized.*Fix: write WhenEmpty$/s,
    ],
  },
  {
    name: 'a value of another form',
    changes: [[POOL, 'expireAfter: 168h', 'expireAfter: 7d']],
    finds: ['schema/wrong-value', 'error', /found "7d". a text of this form is wanted/],
  },
  {
    name: 'a number beyond its bounds',
    changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  weight: 0\n  disruption:']],
    finds: ['schema/wrong-value', 'error', /a number from 1 to 100 is wanted.*Fix: write 1$/s],
  },
  {
    name: 'a limit that is a number with a point',
    changes: [[POOL, 'cpu: "104"', 'cpu: 104.5']],
    finds: ['schema/wrong-type', 'error', /a whole number or a text is wanted here/],
  },
  {
    name: 'a request that is no quantity',
    changes: [[DEPLOYMENT, '              cpu: 130m', '              cpu: 1 core']],
    finds: ['schema/wrong-type', 'error', /a quantity, as 500m or 2Gi, is wanted here/],
  },
  {
    name: 'an item of a list that is nothing',
    changes: [[DEPLOYMENT, '      tolerations:\n', '      tolerations:\n        -\n']],
    finds: ['schema/wrong-type', 'error', /a value is wanted here/],
  },
  {
    name: 'a field of a custom resource that is null',
    changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  weight: null\n  disruption:']],
    finds: ['schema/wrong-type', 'error', /found null. a value is wanted here/],
  },
  {
    name: 'a version that API servers had once',
    changes: [[POOL, 'apiVersion: karpenter.sh/v1\n', 'apiVersion: karpenter.sh/v1beta1\n']],
    finds: [
      'schema/old-version',
      'error',
      /API servers have no NodePool of this version.*Fix: write karpenter.sh\/v1$/s,
    ],
  },
  {
    name: 'a kind in a group that never had it',
    changes: [[DEPLOYMENT, 'apiVersion: apps/v1\n', 'apiVersion: v1\n']],
    finds: ['schema/old-version', 'error', /Fix: write apps\/v1$/],
  },
  {
    name: 'a Deployment that does not select its own pods',
    changes: [
      [
        DEPLOYMENT,
        '        app.kubernetes.io/instance: runner-arm64-spot\n',
        '        app.kubernetes.io/instance: another\n',
      ],
    ],
    finds: ['schema/selector', 'error', /the pods of the template have "another"/],
  },
  {
    name: 'a template that takes the place of a sealed token',
    changes: [
      [
        SEALED,
        '    type: Opaque\n',
        `    type: Opaque\n    data:\n      ${/encryptedData:\n +(\S+):/.exec(textOf(SEALED))?.[1]}: ""\n`,
      ],
    ],
    finds: [
      'secrets/template-overwrites',
      'error',
      /the template takes the place of what is sealed under this key/,
    ],
  },
  {
    name: 'a template with another key',
    changes: [[SEALED, '    type: Opaque\n', '    type: Opaque\n    data:\n      note: text\n']],
  },
  {
    name: 'a field of sealed-secrets that is no longer opened',
    changes: [[SEALED, 'spec:\n', 'spec:\n  data: eA==\n']],
    finds: ['secrets/legacy-data', 'error', /opens no SealedSecret with this field/],
  },
  {
    name: 'a static pool',
    changes: [[POOL, 'spec:\n  disruption:', 'spec:\n  replicas: 0\n  disruption:']],
    finds: ['pools-usable/static', 'error', /a pool with replicas is static/],
  },
  {
    name: 'a class of another cloud',
    changes: [[POOL, 'group: karpenter.k8s.aws', 'group: karpenter.azure.com']],
    finds: ['pools-usable/unknown-class', 'error', /no Karpenter for EKS knows this class/],
  },
  {
    name: 'more values than the types have',
    changes: [
      [
        POOL,
        '        - key: karpenter.k8s.aws/instance-category\n',
        '        - key: karpenter.k8s.aws/instance-category\n          minValues: 9\n',
      ],
    ],
    finds: [
      'pools-usable/min-values',
      'error',
      /have 3 values of karpenter.k8s.aws\/instance-category.*write at most 3/,
    ],
  },
  {
    name: 'as many values as the types have',
    changes: [
      [
        POOL,
        '        - key: karpenter.k8s.aws/instance-category\n',
        '        - key: karpenter.k8s.aws/instance-category\n          minValues: 3\n',
      ],
    ],
  },
  {
    name: 'a startup taint that nobody takes off',
    changes: [
      [
        POOL,
        '      taints:\n',
        '      startupTaints:\n        - effect: NoSchedule\n          key: never\n      taints:\n',
      ],
    ],
    finds: ['pools-usable/startup-taint', 'warning', /until somebody takes this taint off/],
  },
  {
    name: 'the startup taint of a network plugin',
    changes: [
      [
        POOL,
        '      taints:\n',
        '      startupTaints:\n        - effect: NoExecute\n          key: node.cilium.io/agent-not-ready\n          value: "true"\n      taints:\n',
      ],
    ],
  },
  {
    name: 'nodes that expire at once',
    changes: [[POOL, 'expireAfter: 168h', 'expireAfter: 1s']],
    finds: ['in-time/expiry-kills', 'error', /replaced before an ordinary job is done/],
  },
  {
    name: 'a metadata service that answers pods',
    changes: [[CLASS, 'httpPutResponseHopLimit: 1', 'httpPutResponseHopLimit: 2']],
    finds: ['isolation/metadata-service', 'warning', /may act with its role.*Fix: write 1/s],
  },
  {
    name: 'a metadata service without tokens',
    changes: [[CLASS, 'httpTokens: required', 'httpTokens: optional']],
    finds: ['isolation/metadata-service', 'warning', /may act with its role.*Fix: write required/s],
  },
  {
    name: 'Recreate with the settings of a rolling update',
    changes: [[DEPLOYMENT, '    type: RollingUpdate', '    type: Recreate']],
    finds: [
      'schema/rolling-update',
      'error',
      /only a rolling update has these settings.*rollingUpdate: null/s,
    ],
  },
  {
    name: 'a Deployment without a container',
    changes: [
      [
        DEPLOYMENT,
        / {6}containers:\n(?: {8}.*\n)+/.exec(textOf(DEPLOYMENT))?.[0] ?? '',
        '      containers: []\n',
      ],
    ],
    finds: ['schema/no-container', 'error', /a pod has a container/],
  },
  {
    name: 'a mount without a volume',
    changes: [[DEPLOYMENT, / {6}volumes:\n(?: {8}.*\n)+/.exec(textOf(DEPLOYMENT))?.[0] ?? '', '']],
    finds: ['schema/missing-volume', 'error', /the pod has no volume of this name/],
  },
  {
    name: 'a Deployment that selects nothing',
    changes: [
      [DEPLOYMENT, / {2}selector:\n(?: {4}.*\n)+/.exec(textOf(DEPLOYMENT))?.[0] ?? '', '  selector: {}\n'],
    ],
    finds: ['schema/selector', 'error', /a Deployment selects its pods by labels/],
  },
  {
    name: 'pods that never restart',
    changes: [
      [
        DEPLOYMENT,
        '      terminationGracePeriodSeconds:',
        '      restartPolicy: Never\n      terminationGracePeriodSeconds:',
      ],
    ],
    finds: ['schema/pod-ends', 'error', /pods of a Deployment always restart/],
  },
  {
    name: 'a node class that finds no subnet',
    changes: [
      [
        CLASS,
        / {2}subnetSelectorTerms:\n(?: {4}.*\n)+/.exec(textOf(CLASS))?.[0] ?? '',
        '  subnetSelectorTerms: []\n',
      ],
    ],
    finds: ['schema/empty-term', 'error', /it has to select something/],
  },
  {
    name: 'a node class with a role and a profile',
    changes: [[CLASS, '  role: ', '  instanceProfile: nodes\n  role: ']],
    finds: ['schema/node-identity', 'error', /a role or an instance profile, and not both/],
  },
  {
    name: 'a direction that is none',
    changes: [['networkpolicy-gitlab-jobs.yaml', '    - Egress', '    - egress']],
    finds: ['schema/wrong-value', 'error', /allowed are Ingress and Egress/],
  },
  {
    name: 'a budget with both bounds',
    changes: [
      ['poddisruptionbudget-managers.yaml', '  maxUnavailable:', '  minAvailable: 1\n  maxUnavailable:'],
    ],
    finds: ['schema/two-budgets', 'error', /a budget has one of the two/],
  },
  {
    name: 'a level of Pod Security with a slip in it',
    changes: [['namespace-gitlab-jobs.yaml', 'enforce: baseline', 'enforce: basline']],
    finds: ['schema/wrong-value', 'error', /allowed are privileged, baseline, restricted/],
  },
  {
    name: 'a kubelet that reserves no quantity',
    changes: [[CLASS, 'spec:\n', 'spec:\n  kubelet:\n    systemReserved:\n      cpu: lots\n']],
    finds: ['schema/wrong-value', 'error', /found "lots"/],
  },
  {
    name: 'a key of the cache in the file',
    changes: [
      [
        CONFIG,
        '    executor = "kubernetes"\n',
        '    executor = "kubernetes"\n    [runners.cache.s3]\n    SecretKey = "abc"\n',
      ],
    ],
    finds: ['config/plain-key', 'error', /found hidden. a key in the file is readable/],
  },
  {
    name: 'a word in whose place somebody puts the token',
    changes: [[CONFIG, 'token = "${GITLAB_RUNNER_TOKEN}"', 'token = "__TOKEN__"']],
    finds: ['config/plain-token', 'warning', /a token in the file is readable/],
  },
  {
    name: 'a manager on a node group',
    changes: [
      [DEPLOYMENT, '        kubernetes.io/arch: arm64\n', '        eks.amazonaws.com/nodegroup: system\n'],
    ],
    finds: ['lands/node-group', 'note', /that it lands and fits is not proved/],
  },
  {
    name: 'the latest image',
    changes: [[CLASS, /al2023@\S+?(?="|\n)/.exec(textOf(CLASS))?.[0] ?? '', 'al2023@latest']],
    finds: [
      'pools-usable/latest-image',
      'warning',
      /every node drifts and is replaced, and nobody has reviewed it/,
    ],
  },
  {
    name: 'a request above its limit',
    changes: [[DEPLOYMENT, '              memory: 128Mi', '              memory: 512Mi']],
    finds: ['schema/request-above-limit', 'error', /a request is within its limit, which is 256Mi/],
  },
  {
    name: 'a name in capital letters',
    changes: [[POOL, '  name: gitlab-jobs-arm64-spot\n', '  name: CI_pool\n']],
    finds: ['schema/name', 'error', /lower-case letters, digits, dashes and dots/],
  },
  {
    name: 'dates, times and unusual numbers, as kubectl reads them',
    changes: [
      [DEPLOYMENT, '  replicas: 1\n', '  replicas: 1e0\n  progressDeadlineSeconds: 0o1200\n'],
      [ROLE, '  labels:\n', '  creationTimestamp: 2024-01-01T10:00:00Z\n  labels:\n    since: 2024-01-01\n'],
    ],
  },
  {
    name: 'a number that looks like a commit, as kubectl reads it',
    changes: [[ROLE, '  labels:\n', '  labels:\n    commit: 1234e5\n']],
    finds: ['schema/wrong-type', 'error', /found 123400000. a text is wanted/],
  },
  {
    name: 'what has a default, and what the code of an API server does not ask for',
    changes: [
      [POOL, '      - nodes: 10%\n', '      - reasons:\n          - Empty\n      - nodes: 10%\n'],
      [
        DEPLOYMENT,
        '            httpGet:\n',
        '            httpGet:\n              httpHeaders:\n                - name: a\n',
      ],
    ],
  },
  {
    name: 'quantities and ports as numbers, and fields that are null',
    changes: [
      [DEPLOYMENT, '              cpu: 130m', '              cpu: 0.13'],
      [DEPLOYMENT, '  replicas: 1\n', '  replicas: 1\n  paused: null\n  minReadySeconds: 3\n'],
    ],
  },
  {
    name: 'an object of a version that nobody knows here',
    changes: [
      [
        'namespace-gitlab-jobs.yaml',
        'apiVersion: v1\n',
        'apiVersion: example.com/v1\nkind: Namespace\nmetadata: { name: x }\nany: thing\n---\napiVersion: v1\n',
      ],
    ],
  },
  {
    name: 'a schedule that does not parse',
    changes: [
      [
        POOL,
        '      - nodes: 10%\n',
        '      - nodes: 10%\n        schedule: "* 25 * * *"\n        duration: 8h\n',
      ],
    ],
    finds: ['pools-usable/schedule', 'error', /"25" is no hour.*no disruption of this pool at all/s],
  },
  {
    name: 'scheduled budgets alone',
    changes: [
      [
        POOL,
        '      - nodes: 10%\n',
        '      - nodes: 10%\n        schedule: "0 8 * * *"\n        duration: 8h\n',
      ],
      [
        POOL,
        '      - nodes: 100%\n',
        '      - nodes: 100%\n        schedule: "0 8 * * *"\n        duration: 8h\n',
      ],
    ],
    finds: ['pools-usable/scheduled-budgets-alone', 'warning', /outside of its window/],
  },
  {
    name: 'a node class that is not here',
    changes: [[POOL, 'name: gitlab-jobs\n', 'name: elsewhere\n']],
    finds: ['pools-usable/missing-class', 'warning', /EC2NodeClass is not among the manifests/],
  },
  {
    name: 'a pool that no pod reaches',
    changes: [[POOL, '            - spot', '            - reserved']],
    finds: ['pools-usable/unreached', 'warning', /no job and no manager of these runners can land/],
  },
  {
    name: 'an overwrite pattern without anchors',
    changes: [
      [
        CONFIG,
        'pull_policy = "always"',
        'pull_policy = "always"\n      node_selector_overwrite_allowed = "karpenter.k8s.aws/.*"',
      ],
    ],
    finds: ['config/unanchored-pattern', 'error', /looked for anywhere.*Fix: write "\^karpenter/s],
  },
  {
    name: 'a ceiling above the limit',
    changes: [
      [
        CONFIG,
        '      memory_request_overwrite_max_allowed = "4Gi"',
        '      memory_request_overwrite_max_allowed = "6Gi"',
      ],
    ],
    finds: ['config/resource-order', 'error', /pod above its limit, which the API server refuses/],
  },
  {
    name: 'a duration where the runner counts seconds',
    changes: [[CONFIG, 'poll_timeout = 600', 'poll_timeout = "10m"']],
    finds: ['config/wrong-type', 'error', /takes a whole number.*Fix: write 600/s],
  },
  {
    name: 'a number that no integer of the runner holds',
    changes: [[CONFIG, 'concurrent = 20', 'concurrent = 99999999999999999999']],
    finds: ['config/wrong-type', 'error', /found a number of 2\^53 or more\. .*counts nothing of that size/],
  },
  {
    name: 'a config that no Deployment mounts',
    changes: [
      [
        DEPLOYMENT,
        '        - configMap:\n            name: runner-',
        '        - configMap:\n            name: other-',
      ],
    ],
    finds: ['config/not-mounted', 'warning', /nothing runs these runners/],
  },
];

function textOf(file: string): string {
  return GOOD.find(({ path }) => path.endsWith(file))?.text ?? '';
}

test.each(CASES.filter(({ finds }) => finds).map((one) => [one.name, one] as const))(
  'is found: %s',
  (_, { changes, finds = ['', '', /^/] }) => {
    const [rule, severity, says] = finds;
    const found = findingsIn(changed(...changes)).filter(
      (one) => one.id === rule && one.severity === severity,
    );
    expect(found.map(({ found: value, why, fix }) => `found ${value}. ${why}. Fix: ${fix}`)).toContainEqual(
      expect.stringMatching(says),
    );
  },
);

test.each(CASES.filter(({ finds }) => !finds).map((one) => [one.name, one] as const))(
  'is no matter: %s',
  (_, { changes }) => {
    expect(findingsIn(changed(...changes))).toEqual([]);
  },
);

test('a plain token is found wherever it stands, and never shown', () => {
  const token = `glrt-${'x'.repeat(20)}`;
  const findings = findingsIn(changed([CONFIG, '${GITLAB_RUNNER_TOKEN}', token]));
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: 'secrets/plain-token',
      severity: 'error',
      found: 'a plain token (hidden)',
    }),
  );
  expect(JSON.stringify(findings.map(({ found, why, fix }) => [found, why, fix]))).not.toContain(token);
});

describe('tokens that come from a store', () => {
  const files = render({ ...DEFAULT_FLEET, tokens: { from: 'external-secret', store: 'aws' } });
  const found = (from: string | RegExp, to: string) => {
    const path = 'amd64-spot/externalsecret.yaml';
    return findingsIn(
      files.map((file) => {
        if (!file.path.endsWith(path)) return file;
        expect(file.text).toMatch(from);
        return { ...file, text: file.text.replace(from, to) };
      }),
    );
  };

  test('are as good as sealed ones', () => {
    expect(findingsIn(files)).toEqual([]);
  });

  test.each([
    ['another key', /secretKey: token\n/, 'secretKey: other\n', 'error', /Secret will have the keys other/],
    [
      'another namespace',
      /namespace: gitlab-runners/,
      'namespace: vault',
      'error',
      /ExternalSecret is in vault/,
    ],
    [
      'another target',
      /name: runner-amd64-spot-token\n {4}template/,
      'name: x\n    template',
      'warning',
      /becomes this Secret/,
    ],
    [
      'a version that nobody serves',
      /external-secrets.io\/v1/,
      'external-secrets.io/v1beta1',
      'error',
      /serves external-secrets.io\/v1 alone/,
    ],
    ['no store', / {4}name: aws\n/, '', 'error', /without a store/],
    ['nothing to read', /data:\n(?: {4}.*\n)+/, 'data: []\n', 'error', /nothing is read/],
    [
      'a Secret that it does not make',
      /creationPolicy: Owner/,
      'creationPolicy: Merge',
      'warning',
      /waits for one that is there/,
    ],
  ] as const)('with %s do not become the Secret of the manager', (_, from, to, severity, why) => {
    expect(found(from, to)).toContainEqual(
      expect.objectContaining({
        id: expect.stringMatching('^secrets/'),
        severity,
        why: expect.stringMatching(why),
      }),
    );
  });

  test('may bring keys that only the store knows', () => {
    expect(found(/data:\n(?: {4}.*\n)+/, 'dataFrom:\n    - extract:\n        key: x\n')).toEqual([]);
  });
});

test('a Secret that exists is known by the annotation of its Deployment, and by its name alone', () => {
  const files = render({ ...DEFAULT_FLEET, tokens: { from: 'existing-secret' } });
  expect(findingsIn(files)).toEqual([]);
  const renamed = files.map(({ path, text }) => ({
    path,
    text: text.replace('existing-secret: runner-amd64-spot-token', 'existing-secret: another'),
  }));
  expect(findingsIn(renamed)).toEqual([
    expect.objectContaining({ id: 'secrets/no-source', severity: 'warning' }),
  ]);
});

test('a Secret with values is an error, whatever the values are', () => {
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata:\n  name: token\n  namespace: gitlab-runners\ndata:\n  token: c2VjcmV0\n';
  expect(findingsIn([...GOOD, { path: 'secret.yaml', text: secret }])).toEqual([
    expect.objectContaining({
      id: 'secrets/plain-secret',
      severity: 'error',
      found: 'a Secret (values hidden)',
    }),
  ]);
});

test('a placeholder is a note, and an error when checks are strict', () => {
  const unsealed = changed([SEALED, fakeCiphertext(3), 'not sealed yet']);
  expect(findingsIn(unsealed)).toEqual([
    expect.objectContaining({ id: 'secrets/unsealed', severity: 'note' }),
  ]);
  expect(findingsIn(unsealed, { ...DEFAULT_CHECK_SETTINGS, strict: true })).toEqual([
    expect.objectContaining({ id: 'secrets/unsealed', severity: 'error' }),
  ]);
});

test('larger daemonsets leave less room', () => {
  const daemonSets = { ...DEFAULT_CHECK_SETTINGS.daemonSets, cpuMilli: 14_000 };
  const found = findingsIn(GOOD, { ...DEFAULT_CHECK_SETTINGS, daemonSets });
  expect(found.map(({ id }) => id)).toContain('fits/largest-job');
});

test('a rule is silenced on one object, with a reason', () => {
  const silenced = (reason: string): readonly Change[] => [
    [CONFIG, 'pull_policy = "always"', 'pull_policy = "never"'],
    [
      CONFIG,
      '    kustomize.toolkit',
      `    gitlab-runner-fleet/silence-config: "${reason}"\n    kustomize.toolkit`,
    ],
  ];
  expect(findingsIn(changed(...silenced('images are baked into the AMI')))).toEqual([]);
  expect(findingsIn(changed(...silenced('')))).toHaveLength(1);
});

test('every check is broken by a case above', () => {
  const cases = CASES.flatMap(({ finds = ['', '', /^/] }) => finds[0].split('/')[0]);
  const broken = new Set([...cases, 'fargate', 'probes']);
  expect(CHECKS.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
});

test('a patch with a slip in it is found before anything is written', () => {
  const patches = { Deployment: { spec: { templat: { spec: {} } } } };
  const files = render({ ...DEFAULT_FLEET, runnerDefaults: { patches } });
  expect(findingsIn(files).filter(({ id }) => id === 'schema/unknown-field')).toMatchObject(
    DEFAULT_FLEET.runners.map(() => ({
      found: 'templat',
      fix: 'write template',
      at: { path: ['spec', 'templat'] },
    })),
  );
});

test.each([
  ['a text in the place of values', 'data: Z2xydC1acTl4Vzd2SzNtUjhwTDJ0WTVuQg==', 'Z2xydC1a'],
  ['a password in the place of values', 'stringData: hunter2-and-more', 'hunter2'],
  ['a number among values', 'stringData: { pin: 12345678 }', '12345678'],
])('%s of a Secret is told and not shown', (_, field, secret) => {
  const text = `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: gitlab-runners }\n${field}\n`;
  const found = findingsIn([{ path: 's.yaml', text }]);
  expect(found.some(({ id }) => id === 'schema/wrong-type')).toBe(true);
  expect(JSON.stringify(found.map(({ found: value, why, fix }) => [value, why, fix]))).not.toContain(secret);
});

test('a token where something else is wanted is not shown, whatever the kind', () => {
  const token = `glrt-${'Zq9xW7vK3m'.repeat(2)}`;
  const encoded = Buffer.from(token).toString('base64');
  const said = JSON.stringify(
    [token, encoded].flatMap((text) =>
      findingsIn(changed([DEPLOYMENT, '  replicas: 1\n', `  replicas: ${text}\n`])).map(
        ({ found, why, fix }) => [found, why, fix],
      ),
    ),
  );
  expect(said).toContain('a whole number is wanted');
  expect(said).not.toContain(token);
  expect(said).not.toContain(encoded);
});

test('limits of a pool of devices hold whole nodes, one for each card', () => {
  const gpu = {
    name: 'gpu',
    arch: 'amd64',
    capacity: 'on-demand',
    pool: 'gpu',
    devices: { 'nvidia.com/gpu': 1 },
  } as const;
  const shortages = (limits?: { cpu: string; memory: string }) => {
    const nodePools = [
      {
        pool: 'gpu',
        arch: 'amd64',
        capacity: 'on-demand',
        instanceFamilies: ['g4dn'],
        ...(limits && { limits }),
      } as const,
    ];
    const files = render({ name: 'production', runners: [gpu], nodePools });
    return findingsIn(files).filter(
      ({ id, severity }) => id === 'limits-suffice/nodes' && severity === 'error',
    );
  };
  expect(shortages()).toMatchObject([
    {
      at: { path: ['spec', 'limits', 'memory'] },
      fix: expect.stringMatching(/^raise the limit to 320Gi or more/),
    },
  ]);
  expect(shortages({ cpu: '79', memory: '320Gi' })).toMatchObject([
    { at: { path: ['spec', 'limits', 'cpu'] }, fix: expect.stringMatching(/^raise the limit to 80 or more/) },
  ]);
  expect(shortages({ cpu: '80', memory: '320Gi' })).toEqual([]);
});
