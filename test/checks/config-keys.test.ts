import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG } from './places';

/** A key of `[runners.kubernetes]`. */
const withKey = (line: string): Change => [CONFIG, 'privileged = false', `privileged = false\n      ${line}`];
/** A table within `[runners.kubernetes]`. */
const withTable = (text: string): Change => [
  CONFIG,
  '        [runners.kubernetes.node_selector]\n',
  `${text}\n        [runners.kubernetes.node_selector]\n`,
];

describeCheck('config', {
  fires: [
    {
      name: 'keys below the header of a volume, in one finding',
      changes: [
        withTable(
          [
            '        [[runners.kubernetes.volumes.empty_dir]]',
            '          name = "x"',
            '          mount_path = "/x"',
            '          memory_limit = "4Gi"',
            '          poll_interval = 3',
            '          builds_dir = "/builds"',
          ].join('\n'),
        ),
      ],
      finds: [
        'config/unknown-key',
        'error',
        /found memory_limit, poll_interval, builds_dir. these keys of \[runners.kubernetes\] and \[\[runners\]\] stand below the header \[\[runners.kubernetes.volumes.empty_dir\]\]/,
      ],
    },
    {
      name: 'a key of the runner below the header of its executor',
      changes: [withKey('pre_build_script = "true"')],
      finds: [
        'config/unknown-key',
        'error',
        /found pre_build_script. this key of \[\[runners\]\] stands below/,
      ],
    },
    {
      name: 'a key of the whole process below the header of a runner, which no key around it owns',
      changes: [[CONFIG, '    executor = ', '    concurrent = 4\n    executor = ']],
      finds: ['config/unknown-key', 'warning', /^found concurrent\. (?!.*stands below)/],
    },
    {
      name: 'a runner with room for no job',
      changes: [[CONFIG, 'concurrent = 20', 'concurrent = 0']],
      finds: ['config/concurrency', 'error', /Fix: write at least 1/],
    },
    {
      name: 'a level of logs that the runner does not have',
      changes: [[CONFIG, 'log_level = "info"', 'log_level = "x"']],
      finds: ['config/log-setting', 'error', /found x\. .*does not start.*Fix: write one of panic/s],
    },
    {
      name: 'a format of logs that the runner does not have',
      changes: [[CONFIG, 'log_format = "json"', 'log_format = "x"']],
      finds: ['config/log-setting', 'error', /found x\. .*Fix: write one of runner, text, json/s],
    },
    {
      name: 'a manager that looks for jobs once a year',
      changes: [[CONFIG, 'check_interval = 3', 'check_interval = 31536000']],
      finds: ['config/rarely-asks', 'error', /every 31536000 s/],
    },
    {
      name: 'a manager that looks for jobs every two minutes',
      changes: [[CONFIG, 'check_interval = 3', 'check_interval = 120']],
      finds: ['config/rarely-asks', 'warning', /waits up to that long/],
    },
    {
      name: 'a runner that a failed request switches off for ten years',
      changes: [
        [
          CONFIG,
          '    limit = 20',
          '    limit = 20\n    unhealthy_requests_limit = 1\n    unhealthy_interval = "87600h"',
        ],
      ],
      finds: ['config/rarely-asks', 'warning', /found 87600h. after 1 failed requests in a row/],
    },
    {
      name: 'a clean-up without time for a request',
      changes: [withKey('cleanup_resources_timeout = "1ms"')],
      finds: ['config/cut-short', 'error', /Secrets with their variables/],
    },
    {
      name: 'logs of a KiB',
      changes: [[CONFIG, '    limit = 20', '    limit = 20\n    output_limit = 1']],
      finds: ['config/cut-short', 'warning', /logs of jobs are cut off after 1 KiB/],
    },
    {
      name: 'a helper without memory for git',
      changes: [
        [CONFIG, '256Mi', '8Mi'],
        [CONFIG, 'helper_memory_limit = "512Mi"', 'helper_memory_limit = "8Mi"'],
      ],
      finds: ['config/small-limit', 'error', /killed in every job. Fix: write at least "32Mi"/],
    },
    {
      name: 'a build without room to write',
      changes: [withKey('ephemeral_storage_limit = "1Mi"')],
      finds: ['config/small-limit', 'error', /evicted as soon as the job writes/],
    },
    {
      name: 'jobs that keep their nodes for an hour more',
      changes: [[CONFIG, 'cleanup_grace_period_seconds = 5', 'cleanup_grace_period_seconds = 5000']],
      finds: ['config/ends-late', 'warning', /found 5000\. .*keep its node for another 5000 s/],
    },
    {
      name: 'the same by the grace period of their pods',
      changes: [[CONFIG, 'cleanup_grace_period_seconds = 5', 'pod_termination_grace_period_seconds = 5000']],
      finds: ['config/ends-late', 'warning', /found 5000/],
    },
    {
      name: 'jobs that request next to no memory',
      changes: [[CONFIG, '    memory_request = "2Gi"', '    memory_request = "1Mi"']],
      finds: ['config/no-request', 'warning', /found memory_request of 1Mi\. nothing keeps room for it/],
    },
    {
      name: 'a pattern that looks ahead, which Go does not know',
      changes: [withKey('namespace_overwrite_allowed = "^(?!kube-).*$"')],
      finds: ['config/pattern', 'error', /every job fails/],
    },
    {
      name: 'jobs that request no memory',
      changes: [[CONFIG, '    memory_request = "2Gi"', '    memory_request = "0"']],
      finds: ['config/no-request', 'warning', /found memory_request of 0\. nothing keeps room for it/],
    },
    {
      name: 'privileged services without the escalation that this needs',
      changes: [
        withTable(
          '      [runners.kubernetes.service_container_security_context]\n        privileged = true\n',
        ),
      ],
      finds: ['config/refused-services', 'error', /refuses every job of this runner with a service/],
    },
    {
      name: 'an entry for another executor',
      changes: [[CONFIG, 'executor = "kubernetes"', 'executor = "docker"']],
      finds: ['config/other-executor', 'error', /found docker\. .*Fix: write "kubernetes"/s],
    },
    {
      name: 'a table of another executor',
      changes: [withTable('    [runners.docker]\n    image = "alpine:3.22"\n')],
      finds: ['config/other-executor-table', 'warning', /found docker\. .*does not read it/s],
    },
    {
      name: 'an entry without the address of GitLab',
      changes: [[CONFIG, '    url = "https://gitlab.com"\n', '']],
      finds: ['config/missing-key', 'error', /found nothing\./],
    },
    {
      name: 'a setting of the GitLab server',
      changes: [[CONFIG, '    limit = 20', '    tag_list = ["arm64"]\n    limit = 20']],
      finds: ['config/server-key', 'warning', /Fix: set it on the runner in GitLab/],
    },
    {
      name: 'a key under a name that the runner does not have',
      changes: [withKey('terminationGracePeriodSeconds = 5')],
      finds: ['config/removed-key', 'error', /Fix: write pod_termination_grace_period_seconds/],
    },
    {
      name: 'a pattern that does not compile',
      changes: [withKey('namespace_overwrite_allowed = "^("')],
      finds: ['config/pattern', 'error', /found \^\(\. .*every job fails/s],
    },
    {
      name: 'a pull policy of another spelling',
      changes: [[CONFIG, 'pull_policy = "always"', 'pull_policy = "Always"']],
      finds: ['config/pull-policy', 'error', /found Always\. .*Fix: write one of always/s],
    },
    {
      name: 'a helper image that does not exist for arm64',
      changes: [withKey('helper_image_flavor = "ubi-fips"')],
      finds: ['config/helper-arch', 'error', /Fix: write "ubuntu" or "alpine"/],
    },
    {
      name: 'an architecture that is selected by affinity alone',
      changes: [
        [CONFIG, '        "kubernetes.io/arch" = "arm64"\n', ''],
        withTable(
          '        [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms]]\n          [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms.match_expressions]]\n          key = "kubernetes.io/arch"\n          operator = "In"\n          values = ["arm64"]\n',
        ),
      ],
      finds: ['config/affinity-arch', 'error', /stays x86_64 and fails on arm64/],
    },
    {
      name: 'a patch of the pod from two places',
      changes: [
        withTable(
          '        [[runners.kubernetes.pod_spec]]\n        patch = "{}"\n        patch_path = "/patches/a.yaml"\n',
        ),
        [
          CONFIG,
          '      FF_WAIT_FOR_POD_TO_BE_REACHABLE',
          '      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n      FF_WAIT_FOR_POD_TO_BE_REACHABLE',
        ],
      ],
      finds: ['config/patch-twice', 'error', /found patch and patch_path\. .*Fix: remove one/s],
    },
    {
      name: 'a pod that is given up before anyone looks',
      changes: [withKey('poll_interval = 700')],
      finds: ['config/poll-timeout', 'error', /found 600\. .*at least 700/s],
    },
    {
      name: 'a service that no host may be called',
      changes: [
        withTable(
          '        [[runners.kubernetes.services]]\n        name = "postgres:17"\n        alias = "db_x"\n',
        ),
      ],
      finds: ['config/service-alias', 'error', /found db_x\. .*Fix: .*"db-x"/s],
    },
  ],
  quiet: [
    {
      name: 'a pattern that would hang an engine that goes back',
      changes: [withKey('node_selector_overwrite_allowed = "^(([a-z0-9/.:=-]*)*)*!$"')],
    },
    {
      name: 'a pattern with a flag of Go',
      changes: [withKey('pod_labels_overwrite_allowed = "(?i)^team=[a-z]+$"')],
    },
    {
      name: 'times and limits that jobs can work with',
      changes: [
        [CONFIG, 'check_interval = 3', 'check_interval = 60'],
        [CONFIG, '    limit = 20', '    limit = 20\n    output_limit = 64\n    unhealthy_interval = "1h"'],
        withKey('cleanup_resources_timeout = "1s"'),
        [CONFIG, '256Mi', '32Mi'],
        [CONFIG, 'helper_memory_limit = "512Mi"', 'helper_memory_limit = "32Mi"'],
      ],
    },
    {
      name: 'a level of logs in capitals',
      changes: [[CONFIG, 'log_level = "info"', 'log_level = "DEBUG"']],
    },
    {
      name: 'privileged services with the escalation that this needs',
      changes: [
        withTable(
          '      [runners.kubernetes.service_container_security_context]\n        privileged = true\n        allow_privilege_escalation = true\n',
        ),
      ],
    },
    {
      name: 'the same keys with values that work',
      changes: [
        [CONFIG, 'concurrent = 20', 'concurrent = 21'],
        withKey('namespace_overwrite_allowed = "^gitlab-jobs$"\n      poll_interval = 600'),
      ],
    },
  ],
});

test('a limit with the unit of something else is one finding, and not also below its request', () => {
  const changes: Change[] = [[CONFIG, ' memory_limit = "4Gi"', ' memory_limit = "4096"']];
  const ids = findingsIn(edited(FLEET, ...changes)).map(({ id }) => id);
  expect(ids.filter((id) => id.startsWith('config/'))).toEqual(['config/unit-slip']);
});
