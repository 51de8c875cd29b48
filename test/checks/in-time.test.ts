import { type Change, FLEET, without } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, MANAGERS, POOL, ROLE } from './places';

const budget = (spec: string) => ({
  path: 'acme/budget.yaml',
  text: `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: managers, namespace: gitlab-runners }\nspec: { ${spec}, selector: { matchLabels: { gitlab-runner-fleet/runner: arm64-spot } } }\n`,
});

/** A manager of someone else, without the label of what `synth` renders. */
const UNRENDERED: readonly Change[] = [DEPLOYMENT, CONFIG].map((path) => [
  path,
  /^ {4}gitlab-runner-fleet\/runner: .*\n/m,
  '',
]);

describeCheck('in-time', {
  fires: [
    {
      name: 'a rendered manager that does not say how long its jobs may take',
      changes: [[DEPLOYMENT, /.*maximum-timeout-seconds.*\n/, '']],
      finds: [
        'in-time/unknown-timeout',
        'error',
        /found no such annotation.*compared with an hour.*in seconds/,
      ],
    },
    {
      name: 'a timeout that is not a number of seconds',
      changes: [[DEPLOYMENT, 'timeout-seconds: "7200"', 'timeout-seconds: 2h']],
      finds: ['in-time/unknown-timeout', 'error', /found 2h\./],
    },
    {
      name: 'a second budget of a manager',
      files: [...FLEET, budget('maxUnavailable: 1')],
      finds: ['in-time/several-budgets', 'error', /every eviction of them is refused/],
    },
    {
      name: 'a budget that never lets a manager go',
      files: [...FLEET, budget('minAvailable: 100%')],
      finds: ['in-time/manager-budget', 'warning', /minAvailable 100% over one pod.*never lets a pod/s],
    },
    {
      name: 'a budget that allows no pod to be away',
      files: [...FLEET, budget('maxUnavailable: 0')],
      finds: ['in-time/manager-budget', 'warning', /maxUnavailable 0/],
    },
    {
      name: 'an image of someone else whose command passes signals on as they are',
      changes: [
        [DEPLOYMENT, 'registry.gitlab.com/gitlab-org/', 'registry.example.com/hardened/'],
        [DEPLOYMENT, /- dumb-init\n.*rewrite\n.*15:3"/, '- tini'],
      ],
      finds: ['in-time/stop-signal', 'warning', /found tini --.*on SIGTERM it fails them at once.*15:3/],
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
      finds: [
        'in-time/no-protection',
        'error',
        /consolidation of gitlab-jobs-arm64-spot evicts running jobs/,
      ],
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
      name: 'nodes that expire at once',
      changes: [[POOL, 'expireAfter: 168h', 'expireAfter: 1s']],
      finds: ['in-time/expiry-kills', 'error', /replaced before an ordinary job is done/],
    },
    {
      name: 'the protection of Karpenter before v1',
      changes: [[CONFIG, 'karpenter.sh/do-not-disrupt', 'karpenter.sh/do-not-evict']],
      finds: [
        'in-time/old-protection',
        'error',
        /v1 does not know karpenter.sh\/do-not-evict.*Fix: write karpenter.sh\/do-not-disrupt/s,
      ],
    },
    {
      name: 'nodes that expire under a manager that nothing evicts',
      changes: [
        [MANAGERS, / {6}terminationGracePeriod: .*\n/, ''],
        [
          DEPLOYMENT,
          /( {2}template:\n {4}metadata:\n)/,
          '$1      annotations:\n        karpenter.sh/do-not-disrupt: "true"\n',
        ],
      ],
      finds: [
        'in-time/endless-expiry',
        'error',
        /manager of runner .*holds its node, drained and paid, without an end/,
      ],
    },
    {
      name: 'nodes that expire under jobs that nothing protects',
      changes: [[CONFIG, '        "karpenter.sh/do-not-disrupt" = "true"\n', '']],
      finds: ['in-time/expiry-evicts', 'error', /evicts the jobs of runner .*do-not-disrupt/s],
    },
    {
      name: 'nodes that cut their pods off',
      changes: [[POOL, 'terminationGracePeriod: 2h10m', 'terminationGracePeriod: 1h']],
      finds: [
        'in-time/node-grace',
        'error',
        /cuts off what drains for 2h10m.*Fix: raise it to at least 2h10m/s,
      ],
    },
  ],
  quiet: [
    {
      name: 'a budget that lets a manager go',
      files: [...without(FLEET, 'poddisruptionbudget'), budget('maxUnavailable: 10%')],
    },
    {
      name: 'jobs without an annotation, each of which has a budget that the runner makes',
      changes: [
        [CONFIG, '        "karpenter.sh/do-not-disrupt" = "true"\n', ''],
        [CONFIG, /( +)(poll_timeout = 600)/, '$1$2\n$1pod_disruption_budget = true'],
        [
          ROLE,
          'rules:\n',
          'rules:\n  - apiGroups: [policy]\n    resources: [poddisruptionbudgets]\n    verbs: [create, get]\n',
        ],
      ],
    },
    {
      name: 'nodes that expire under protected jobs, which end by themselves',
      changes: [[POOL, '      terminationGracePeriod: 2h10m\n', '']],
    },
    {
      name: 'a grace of an hour, which is what jobs of managers without a maximum take',
      changes: [
        ...UNRENDERED,
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
      name: 'a protection for a time',
      changes: [[CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '"karpenter.sh/do-not-disrupt" = "3h"']],
    },
  ],
});
