import { RUNNER_VERSION } from '../../lib/fleet/versions';
import { type Change, changed, findingsIn, GOOD } from './findings';

/**
 * Defects that were found in public fleets, charts and modules. Each is planted into the rendered default fleet, and
 * the fleet without it is clean.
 */
const ARM_CONFIG = 'arm64-spot/configmap.yaml';
const ARM_POOL = 'nodepool-gitlab-jobs-arm64-spot.yaml';
const MANAGER = 'arm64-spot/deployment.yaml';

interface Defect {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly says: RegExp;
}

const DEFECTS: readonly Defect[] = [
  {
    name: 'a wildcard Role',
    changes: [['arm64-spot/role.yaml', '    verbs:\n      - list\n', '    verbs:\n      - "*"\n']],
    rule: 'rights/wildcard',
    severity: 'error',
    says: /wildcard grants whatever.*Fix: name the resources/s,
  },
  {
    name: 'a key that nothing reads',
    changes: [[ARM_CONFIG, 'poll_timeout =', 'poll_timeot =']],
    rule: 'config/unknown-key',
    severity: 'error',
    says: /ignores it without a word.*Fix: write poll_timeout/s,
  },
  {
    name: 'a liveness probe that asks GitLab',
    changes: [
      [
        MANAGER,
        'livenessProbe:\n            failureThreshold: 5\n            httpGet:\n              path: /metrics\n              port: metrics\n',
        'livenessProbe:\n            failureThreshold: 5\n            exec:\n              command: [gitlab-runner, verify]\n',
      ],
    ],
    rule: 'probes/asks-gitlab',
    severity: 'error',
    says: /GitLab is down.*all running jobs are lost/s,
  },
  {
    name: 'invalid TOML',
    changes: [[ARM_CONFIG, 'privileged = false', 'privileged: false']],
    rule: 'config/syntax',
    severity: 'error',
    says: /no TOML \(line \d+ of/,
  },
  {
    name: 'families that no generation above five has',
    changes: [
      [ARM_POOL, 'key: karpenter.k8s.aws/instance-category', 'key: karpenter.k8s.aws/instance-family'],
      [
        ARM_POOL,
        '            - c\n            - m\n            - r\n',
        '            - a1\n            - m5\n            - m5d\n',
      ],
    ],
    rule: 'pools-usable/no-type',
    severity: 'error',
    says: /no EC2 instance type meets all requirements/,
  },
  {
    name: 'one family among others that can never match',
    changes: [
      [ARM_POOL, 'key: karpenter.k8s.aws/instance-category', 'key: karpenter.k8s.aws/instance-family'],
      [
        ARM_POOL,
        '            - c\n            - m\n            - r\n',
        '            - m5\n            - m7g\n            - c7g\n            - r7g\n',
      ],
    ],
    rule: 'pools-usable/dead-value',
    severity: 'warning',
    says: /found m5\..*no instance type has karpenter.k8s.aws\/instance-family of m5/s,
  },
  {
    name: 'an architecture chosen by affinity alone',
    changes: [
      [ARM_CONFIG, '        "kubernetes.io/arch" = "arm64"\n', ''],
      [
        ARM_CONFIG,
        `      helper_image = "registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v${RUNNER_VERSION}"\n`,
        '',
      ],
      [
        ARM_CONFIG,
        '        [runners.kubernetes.node_tolerations]',
        [
          '        [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms]]',
          '        [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms.match_expressions]]',
          '        key = "kubernetes.io/arch"',
          '        operator = "In"',
          '        values = ["arm64"]',
          '        [runners.kubernetes.node_tolerations]',
        ].join('\n    '),
      ],
    ],
    rule: 'architecture/not-selected',
    severity: 'error',
    says: /affinity does not count.*the helper is the one for amd64/s,
  },
  {
    name: 'requests that no pipeline can raise',
    changes: [[ARM_CONFIG, '      cpu_request_overwrite_max_allowed = "4"\n', '']],
    rule: 'config/no-ceiling',
    severity: 'warning',
    says: /KUBERNETES_CPU_REQUEST in a pipeline does nothing/,
  },
  {
    name: 'memory in thousandths of a byte',
    changes: [[ARM_CONFIG, 'helper_memory_request = "256Mi"', 'helper_memory_request = "512m"']],
    rule: 'config/unit-slip',
    severity: 'error',
    says: /less than a mebibyte.*Fix: write "512Mi"/s,
  },
  {
    name: 'the protection of Karpenter before v1',
    changes: [[ARM_CONFIG, 'karpenter.sh/do-not-disrupt', 'karpenter.sh/do-not-evict']],
    rule: 'in-time/old-protection',
    severity: 'error',
    says: /v1 does not know karpenter.sh\/do-not-evict.*Fix: write karpenter.sh\/do-not-disrupt/s,
  },
  {
    name: 'a limit out of step with the concurrency',
    changes: [[ARM_POOL, 'cpu: "104"', 'cpu: "10"']],
    rule: 'limits-suffice/requests',
    severity: 'error',
    says: /cpu binds first: 20 jobs at once of production-arm64-spot request 22.*all but about 9 stay pending/s,
  },
  {
    name: 'a limit below the ceilings of all jobs at once',
    changes: [[ARM_POOL, 'cpu: "104"', 'cpu: "64"']],
    rule: 'limits-suffice/ceilings',
    severity: 'warning',
    says: /20 jobs at once.*each at its ceilings, request 82/s,
  },
  {
    name: 'a floating helper beside a pinned manager',
    changes: [[ARM_CONFIG, `:arm64-v${RUNNER_VERSION}`, ':arm64-latest']],
    rule: 'architecture/helper-latest',
    severity: 'error',
    says: /changes with every release.*Fix: name the release/s,
  },
  {
    name: 'nodes that expire without an end to their drain',
    changes: [[ARM_POOL, '      terminationGracePeriod: 2h10m\n', '']],
    rule: 'in-time/endless-expiry',
    severity: 'error',
    says: /holds its node, drained and paid, without an end/,
  },
  {
    name: 'nodes that cut their pods off',
    changes: [[ARM_POOL, 'terminationGracePeriod: 2h10m', 'terminationGracePeriod: 1h']],
    rule: 'in-time/node-grace',
    severity: 'error',
    says: /cuts off what drains for 2h10m.*Fix: raise it to at least 2h10m/s,
  },
  {
    name: 'pause pods smaller than the jobs that they stand for',
    changes: [
      [
        ARM_CONFIG,
        '        [runners.kubernetes.pod_annotations]',
        '        [[runners.kubernetes.autoscaler.policy]]\n            idle_count = 2\n\n            [runners.kubernetes.pod_annotations]',
      ],
    ],
    rule: 'fits/pause-pods',
    severity: 'warning',
    says: /holds the requests of the build container alone/,
  },
  {
    name: 'fewer pause pods than the jobs that they are said to hold room for',
    changes: [
      [
        ARM_CONFIG,
        '        [runners.kubernetes.pod_annotations]',
        '        [[runners.kubernetes.autoscaler.policy]]\n            idle_count = 4\n\n            [runners.kubernetes.pod_annotations]',
      ],
      [ARM_CONFIG, '    kustomize.toolkit', '    gitlab-runner-fleet/prewarm: "4"\n    kustomize.toolkit'],
    ],
    rule: 'fits/pause-pods',
    severity: 'warning',
    says: /4 pause pods .*room for 3 whole jobs of the 4/,
  },
  {
    name: 'private images of others on shared nodes',
    changes: [[ARM_CONFIG, 'pull_policy = "always"', 'pull_policy = "if-not-present"']],
    rule: 'config/shared-images',
    severity: 'warning',
    says: /private image that a job of another project pulled/,
  },
  {
    name: 'a quantity that nobody can read',
    changes: [[ARM_CONFIG, '      cpu_request = "1"', '      cpu_request = "1 core"']],
    rule: 'config/quantity',
    severity: 'error',
    says: /no Kubernetes quantity: every job fails/,
  },
];

test('the fleet without defects is clean', () => {
  expect(findingsIn(GOOD)).toEqual([]);
});

test.each(DEFECTS.map((defect) => [defect.name, defect] as const))(
  '%s is found',
  (_, { changes, rule, severity, says }) => {
    const found = findingsIn(changed(...changes)).filter(
      (one) => one.id === rule && one.severity === severity,
    );
    expect(found.map(({ found: value, why, fix }) => `found ${value}. ${why}. Fix: ${fix}`)).toContainEqual(
      expect.stringMatching(says),
    );
  },
);
