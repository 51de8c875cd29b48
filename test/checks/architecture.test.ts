import { FIXTURE_RUNNER_VERSION } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT } from './places';

describeCheck('architecture', {
  fires: [
    {
      name: 'a helper of the other architecture',
      changes: [[CONFIG, 'helper:arm64-v', 'helper:x86_64-v']],
      finds: ['architecture/helper-arch', 'error', /helper is for amd64 and jobs run on arm64/],
    },
    {
      name: 'a helper of another release than the manager',
      changes: [[CONFIG, `arm64-v${FIXTURE_RUNNER_VERSION}`, 'arm64-v18.9.0']],
      finds: [
        'architecture/helper-release',
        'error',
        /helper 18.9.0 and manager \d+.\d+.\d+.*Fix: write v\d+/s,
      ],
    },
    {
      name: 'a manager too old for what its config asks',
      changes: [
        [DEPLOYMENT, `alpine-v${FIXTURE_RUNNER_VERSION}`, 'alpine-v18.9.0'],
        [CONFIG, `arm64-v${FIXTURE_RUNNER_VERSION}`, 'arm64-v18.9.0'],
      ],
      finds: [
        'architecture/manager-too-old',
        'error',
        /needs release 18.10.0 or newer: token and url are expanded/,
      ],
    },
    {
      name: 'a readiness probe that the release does not answer',
      changes: [
        [DEPLOYMENT, `alpine-v${FIXTURE_RUNNER_VERSION}`, 'alpine-v19.1.2'],
        [CONFIG, `arm64-v${FIXTURE_RUNNER_VERSION}`, 'arm64-v19.1.2'],
      ],
      finds: [
        'architecture/manager-too-old',
        'error',
        /asks \/health\/ready, which 19.2.0 brought.*Fix: ask \/metrics/s,
      ],
    },
    {
      name: 'an architecture chosen by affinity alone',
      changes: [
        [CONFIG, '        "kubernetes.io/arch" = "arm64"\n', ''],
        [
          CONFIG,
          `      helper_image = "registry.gitlab.com/gitlab-org/gitlab-runner/gitlab-runner-helper:arm64-v${FIXTURE_RUNNER_VERSION}"\n`,
          '',
        ],
        [
          CONFIG,
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
      finds: [
        'architecture/not-selected',
        'error',
        /affinity does not count.*the helper is the one for amd64/s,
      ],
    },
    {
      name: 'a floating helper beside a pinned manager',
      changes: [[CONFIG, `:arm64-v${FIXTURE_RUNNER_VERSION}`, ':arm64-latest']],
      finds: ['architecture/helper-latest', 'warning', /changes with every release.*Fix: name the release/s],
    },
  ],
  quiet: [
    {
      name: 'no helper named: the runner takes the one for the architecture that its jobs select',
      changes: [[CONFIG, / +helper_image = .*\n/, '']],
    },
  ],
});
