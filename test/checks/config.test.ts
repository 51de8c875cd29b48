import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { makeReport } from '../../lib/report/report';
import { type Change, FLEET, parsed } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

/** The changes that give all runners of a config one patch of the pod. */
function patchedBy(type: string, patch: string): [file: string, find: string | RegExp, replace: string][] {
  const lines = `patch_type = "${type}"\n$1  patch = '${patch.replaceAll('$', '$$$$')}'`;
  return [
    [
      CONFIG,
      /( +)(\[runners.kubernetes.node_selector\])/,
      `$1[[runners.kubernetes.pod_spec]]\n$1  ${lines}\n$1$2`,
    ],
    [
      CONFIG,
      /( +)(FF_WAIT_FOR_POD_TO_BE_REACHABLE)/,
      '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2',
    ],
  ];
}

const SESSION: Change = [
  CONFIG,
  'shutdown_timeout = 60',
  'shutdown_timeout = 60\n    session_server = { listen_address = ":8093" }',
];
const TERMINAL_POLICY =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: terminals, namespace: gitlab-runners }\nspec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.1/32 } }], ports: [{ port: 8093, protocol: TCP }] }] }\n';
/** A Service for the terminals of one manager, and other objects. */
const withSession = (target: number, ...others: readonly string[]): readonly SourceFile[] => [
  ...FLEET,
  ...[
    `apiVersion: v1\nkind: Service\nmetadata: { name: terminals, namespace: gitlab-runners }\nspec: { selector: { app.kubernetes.io/instance: runner-arm64-spot }, ports: [{ port: 443, targetPort: ${target} }] }\n`,
    ...others,
  ].map((text, index) => ({ path: `acme/terminals-${index}.yaml`, text })),
];

/** A patch of pods of jobs. */
const patched = (patch: string): readonly Change[] => [
  [
    CONFIG,
    '[runners.feature_flags]\n',
    '[runners.feature_flags]\n        FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
  ],
  [
    CONFIG,
    'immutable: true',
    `        [[runners.kubernetes.pod_spec]]\n        name = "x"\n        patch_type = "strategic"\n        patch = '''${patch}'''\nimmutable: true`,
  ],
];

describeCheck('config', {
  fires: [
    {
      name: 'a patch of the pod in a file, which nobody reads here',
      changes: [
        [
          CONFIG,
          /( +)(\[runners.kubernetes.node_selector\])/,
          '$1[[runners.kubernetes.pod_spec]]\n$1  patch_path = "/patches/a.yaml"\n$1$2',
        ],
        [
          CONFIG,
          /( +)(FF_WAIT_FOR_POD_TO_BE_REACHABLE)/,
          '$1FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n$1$2',
        ],
      ],
      finds: ['config/patch-unread', 'note', /the file \/patches\/a.yaml/],
    },
    {
      name: 'an operation of a JSON patch on a field that is not derived',
      changes: patchedBy('json', '[{"op":"add","path":"/containers/0/env/-","value":{"name":"A"}}]'),
      finds: ['config/patch-unread', 'note', /add \/containers\/0\/env\/-/],
    },
    {
      name: 'a patch that takes a volume away that containers mount',
      changes: patchedBy('strategic', '{"volumes":[{"name":"logs","$patch":"delete"}]}'),
      finds: ['config/refused-jobs', 'error', /mounts the volume logs/],
    },
    {
      name: 'keys that together make a pod that is refused',
      changes: [[CONFIG, 'privileged = false', 'privileged = true']],
      finds: ['config/refused-jobs', 'error', /refuses every job of this runner/],
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
      name: 'a word in whose place someone puts the token',
      changes: [[CONFIG, 'token = "${GITLAB_RUNNER_TOKEN}"', 'token = "__TOKEN__"']],
      finds: ['config/plain-token', 'warning', /a token in the file is readable/],
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
      finds: ['config/unanchored-pattern', 'warning', /looked for anywhere.*Fix: write "\^karpenter/s],
    },
    {
      name: 'an overwrite pattern without anchors that lets jobs choose the nodes of managers',
      changes: [
        [
          CONFIG,
          'pull_policy = "always"',
          'pull_policy = "always"\n      node_selector_overwrite_allowed = ".*"\n      node_tolerations_overwrite_allowed = ".*"',
        ],
      ],
      finds: ['config/unanchored-pattern', 'error', /looked for anywhere/],
    },
    {
      name: 'web terminals without a Service',
      changes: [
        [
          CONFIG,
          'shutdown_timeout = 60',
          'shutdown_timeout = 60\n    session_server = { listen_address = ":8093" }',
        ],
      ],
      finds: ['config/session-server', 'warning', /no Service here selects the pods of the manager/],
    },
    {
      name: 'web terminals whose Service leads to another port',
      files: withSession(9000, TERMINAL_POLICY),
      changes: [SESSION],
      finds: ['config/session-server', 'warning', /no Service of the manager leads to its port 8093/],
    },
    {
      name: 'web terminals that no network policy lets in',
      files: withSession(8093),
      changes: [SESSION],
      finds: ['config/session-server', 'warning', /network policies let nothing in at port 8093/],
    },
    {
      name: 'a slip in the name of a feature flag',
      changes: [[CONFIG, 'FF_WAIT_FOR_POD_TO_BE_REACHABLE', 'FF_WAIT_FOR_POD_TO_BE_REACHEABLE']],
      finds: ['config/feature-flag', 'warning', /ignores it.*write FF_WAIT_FOR_POD_TO_BE_REACHABLE,/],
    },
    {
      name: 'a feature flag of older releases',
      changes: [[CONFIG, 'FF_WAIT_FOR', 'FF_SKIP_NOOP_BUILD_STAGES = true\n      FF_WAIT_FOR']],
      finds: ['config/feature-flag', 'warning', /the release of .*v19\.3\.0 does not have this/],
    },
    {
      name: 'a slip in a feature flag among the variables of all jobs',
      changes: [[CONFIG, 'limit = ', 'environment = ["FF_USE_FASTZIPP=true"]\n    limit = ']],
      finds: ['config/feature-flag', 'warning', /found FF_USE_FASTZIPP.*write FF_USE_FASTZIP,/],
    },
    {
      name: 'a certificate file that nothing brings',
      changes: [[CONFIG, 'limit = ', 'tls-ca-file = "/etc/gitlab-ca/ca.crt"\n    limit = ']],
      finds: [
        'config/file-not-mounted',
        'error',
        /found \/etc\/gitlab-ca\/ca\.crt\. no volume of Deployment/,
      ],
    },
    {
      name: 'a certificate file that its ConfigMap does not have',
      changes: [[CONFIG, 'limit = ', 'tls-ca-file = "/etc/gitlab-runner/ca.crt"\n    limit = ']],
      finds: ['config/file-not-mounted', 'error', /gitlabCa/],
    },
    {
      name: 'a certificate file that an image of another name may hold',
      changes: [
        [CONFIG, 'limit = ', 'tls-cert-file = "/certs/own.crt"\n    limit = '],
        [DEPLOYMENT, '/gitlab-runner:', '/our-gitlab-runner-image:'],
      ],
      finds: ['config/file-not-mounted', 'warning', /unless its image has it/],
    },
    {
      name: 'a ceiling above the limit, which jobs may raise as far',
      changes: [[CONFIG, /(memory_(request|limit)_overwrite_max_allowed = )"4Gi"/g, '$1"6Gi"']],
      finds: ['config/resource-order', 'note', /asks for more than 4Gi must raise its limit too/],
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
      finds: ['config/wrong-type', 'error', /a whole number is wanted here.*Fix: write 600/s],
    },
    {
      name: 'a number that no integer of the runner holds',
      changes: [[CONFIG, 'concurrent = 20', 'concurrent = 99999999999999999999']],
      finds: [
        'config/wrong-type',
        'error',
        /found a number of 2\^53 or more\. .*counts nothing of that size/,
      ],
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
    {
      name: 'a key that nothing reads',
      changes: [[CONFIG, 'poll_timeout =', 'poll_timeot =']],
      finds: ['config/unknown-key', 'error', /ignores it silently.*Fix: write poll_timeout/s],
    },
    {
      name: 'a patch that starts something else than the shell of a job',
      changes: patched('{"containers":[{"name":"build","command":["sleep","infinity"]}]}'),
      finds: ['config/patched-command', 'error', /of the container build.*the job hangs/s],
    },
    {
      name: 'a patch that gives the helper a probe',
      changes: patched('{"containers":[{"name":"helper","livenessProbe":{"exec":{"command":["true"]}}}]}'),
      finds: ['config/patched-probe', 'warning', /a probe of the container helper/],
    },
    {
      name: 'two spellings of a key',
      changes: [[CONFIG, 'privileged = false', 'privileged = false\n      Privileged = true']],
      finds: ['config/unknown-key', 'error', /found Privileged.*picks one at random/s],
    },
    {
      name: 'invalid TOML',
      changes: [[CONFIG, 'privileged = false', 'privileged: false']],
      finds: ['config/syntax', 'error', /not TOML \(line \d+ of/],
    },
    {
      name: 'requests that no pipeline can raise',
      changes: [[CONFIG, '      cpu_request_overwrite_max_allowed = "4"\n', '']],
      finds: ['config/no-ceiling', 'warning', /KUBERNETES_CPU_REQUEST in a pipeline does nothing/],
    },
    {
      name: 'memory in thousandths of a byte',
      changes: [[CONFIG, 'helper_memory_request = "256Mi"', 'helper_memory_request = "512m"']],
      finds: ['config/unit-slip', 'warning', /less than a mebibyte.*Fix: write "512Mi"/s],
    },
    {
      name: 'private images of others on shared nodes',
      changes: [[CONFIG, 'pull_policy = "always"', 'pull_policy = "if-not-present"']],
      finds: ['config/shared-images', 'warning', /private image that a job of another project pulled/],
    },
    {
      name: 'no pull policy, which the API server makes one of images that are there',
      changes: [[CONFIG, '      pull_policy = "always"\n', '']],
      finds: ['config/shared-images', 'warning', /^found no policy/],
    },
    {
      name: 'a list of pull policies without any',
      changes: [[CONFIG, 'pull_policy = "always"', 'pull_policy = []']],
      finds: ['config/shared-images', 'warning', /^found no policy/],
    },
    {
      name: 'a quantity that nobody can read',
      changes: [[CONFIG, '      cpu_request = "1"', '      cpu_request = "1 core"']],
      finds: ['config/quantity', 'error', /no Kubernetes quantity: every job fails/],
    },
  ],
  quiet: [
    {
      name: 'web terminals that a Service leads to, and a policy lets in',
      files: withSession(8093, TERMINAL_POLICY),
      changes: [SESSION],
    },
    {
      name: 'a patch of something else of the container',
      changes: patched(
        '{"containers":[{"name":"build","terminationMessagePolicy":"FallbackToLogsOnError"}]}',
      ),
    },
    {
      name: 'a command of a container that a patch adds',
      changes: patched(
        '{"containers":[{"name":"mine","image":"public.ecr.aws/docker/library/alpine:3.22","command":["sleep","1d"],"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}',
      ),
    },
    {
      name: 'a JSON patch that copies what is derived',
      changes: patchedBy('json', '[{"op":"copy","from":"/nodeSelector","path":"/nodeSelector"}]'),
    },
    {
      name: 'a list of the one pull policy that asks each time',
      changes: [[CONFIG, 'pull_policy = "always"', 'pull_policy = ["always"]']],
    },
    {
      name: 'an overwrite pattern with anchors',
      changes: [
        [
          CONFIG,
          'pull_policy = "always"',
          'pull_policy = "always"\n      node_selector_overwrite_allowed = "^karpenter.k8s.aws/.*$"',
        ],
      ],
    },
    {
      name: 'a ceiling that is the limit',
      changes: [
        [
          CONFIG,
          'memory_request_overwrite_max_allowed = "4Gi"',
          'memory_request_overwrite_max_allowed = "4096Mi"',
        ],
      ],
    },
  ],
});

/** A runner that registers itself when its pod starts, as charts render it: what GitLab is comes from the environment. */
const CHART = `apiVersion: v1
kind: ConfigMap
metadata: { name: runner, namespace: ci }
data:
  entrypoint: |
    exec gitlab-runner register --non-interactive --template-config /configmaps/config.template.toml
  config.toml: |
    concurrent = 10
    shutdown_timeout = 0
  config.template.toml: |
    [[runners]]
      limit = 7
      [runners.kubernetes]
        namespace = "ci-jobs"
        image = "alpine:3.22"
        poll_timeout = 600
        poll_timeot = 9
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: runner, namespace: ci }
spec:
  selector: { matchLabels: { app: runner } }
  template:
    metadata: { labels: { app: runner } }
    spec:
      terminationGracePeriodSeconds: 3600
      containers: [{ name: runner, image: "gitlab/gitlab-runner:alpine-v19.2.0", env: [{ name: CI_SERVER_URL, value: "https://gitlab.example.com" }] }]
      volumes: [{ name: config, configMap: { name: runner } }]
`;

const files = (text: string) => [{ path: 'chart.yaml', text }];

test('what registration adds to a template is not missed; what nobody adds, and a slip, are', () => {
  const within = (text: string) =>
    findingsIn(files(text))
      .filter(({ id }) => id.startsWith('config/'))
      .map((finding) => finding.at.within);
  expect(within(CHART)).toContain('runners[0].kubernetes.poll_timeot');
  expect(within(CHART).filter((key) => /(url|token|executor)$/.test(key ?? ''))).toEqual([]);
  const own = CHART.replaceAll('config.template.toml', 'other.toml');
  expect(within(own)).toEqual(
    expect.arrayContaining(['runners[0].url', 'runners[0].token', 'runners[0].executor']),
  );
});

test('a template has the jobs that the file of the process beside it allows', () => {
  const jobs = (text: string) => {
    const subject = observe(parsed(files(text)));
    return makeReport(undefined, subject, runChecks(subject)).runners.map(({ concurrency }) => concurrency);
  };
  expect(jobs(CHART)).toEqual([7]);
  expect(jobs(CHART.replace('limit = 7', 'limit = 70'))).toEqual([10]);
  expect(jobs(CHART.replace('concurrent = 10', 'concurrent = '))).toEqual([1]);
});
