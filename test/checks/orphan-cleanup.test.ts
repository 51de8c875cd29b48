import { CLEAN_FLEET, CLEANUP_BINDING, CLEANUP_ROLE, CRON_JOB } from '../fixtures/orphan-cleanup';
import { describeCheck } from './cases';
import { CONFIG } from './places';

const FLAGS = '      [runners.feature_flags]\n';

describeCheck('orphan-cleanup', {
  fires: [
    {
      name: 'less time than a pod may wait for its node',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, '"1230"', '"600"']],
      finds: [
        'orphan-cleanup/too-early',
        'error',
        /SPARE_SECONDS is 600, .* may take 690 s to start and to end/,
      ],
    },
    {
      name: 'a poll timeout that the cleanup does not wait for',
      files: CLEAN_FLEET,
      changes: [[CONFIG, 'poll_timeout = 600', 'poll_timeout = 3600']],
      finds: [
        'orphan-cleanup/too-early',
        'error',
        /deletes pods of runner acme-arm64-spot whose jobs still run/,
      ],
    },
    {
      name: 'a time that is no number',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, '"1230"', '20m']],
      finds: ['orphan-cleanup/too-early', 'error', /SPARE_SECONDS is NaN/],
    },
    {
      name: 'pods without a deadline of their own, and less time than a job may take',
      files: CLEAN_FLEET,
      changes: [
        [CONFIG, FLAGS, `${FLAGS}      FF_USE_POD_ACTIVE_DEADLINE_SECONDS = false\n`],
        [CRON_JOB, '"7200"', '"3600"'],
      ],
      finds: ['orphan-cleanup/too-early', 'error', /LONGEST_JOB_SECONDS is 3600, its jobs may take 7200 s/],
    },
    {
      name: 'pods without a deadline of their own, whose project may give them more time than the runner should',
      files: CLEAN_FLEET,
      changes: [[CONFIG, FLAGS, `${FLAGS}      FF_USE_POD_ACTIVE_DEADLINE_SECONDS = false\n`]],
      finds: ['orphan-cleanup/too-early', 'warning', /have no deadline of their own/],
    },
    {
      name: 'less time, of a cleanup whose label is another one',
      files: CLEAN_FLEET,
      changes: [
        [CRON_JOB, /orphan-cleanup\n {4}app/, 'x\n    app'],
        [CRON_JOB, '"1230"', '"1"'],
      ],
      finds: ['orphan-cleanup/too-early', 'error', /SPARE_SECONDS is 1,/],
    },
    {
      name: 'a selector that takes pods of any fleet',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, ',app.kubernetes.io/part-of=acme', '']],
      finds: [
        'orphan-cleanup/other-pods',
        'error',
        /SELECTOR of app.kubernetes.io\/managed-by, gitlab-runner-fleet\/runner/,
      ],
    },
    {
      name: 'no selector',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, /value: app\.\S+/, 'value: ""']],
      finds: ['orphan-cleanup/other-pods', 'error', /SELECTOR is not a list of labels/],
    },
    {
      name: 'a namespace of jobs that it does not look into',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, 'value: gitlab-jobs', 'value: elsewhere']],
      finds: [
        'orphan-cleanup/not-covered',
        'warning',
        /does not look into gitlab-jobs, where jobs run of runner acme-amd64-spot/,
      ],
    },
    {
      name: 'a runner whose pods have other labels',
      files: CLEAN_FLEET,
      changes: [
        [CONFIG, '"app.kubernetes.io/managed-by" = "gitlab-runner"', '"app.kubernetes.io/managed-by" = "us"'],
      ],
      finds: ['orphan-cleanup/not-covered', 'warning', /do not have the labels that it asks for/],
    },
    {
      name: 'pods that no pool takes',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, 'value: gitlab-managers', 'value: gitlab-jobs']],
      finds: ['orphan-cleanup/never-runs', 'error', /stay pending indefinitely: .*gitlab-managers/],
    },
    {
      name: 'pods that are too large for the nodes of managers',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, 'cpu: 50m', 'cpu: "40"']],
      finds: ['orphan-cleanup/never-runs', 'error', /stay pending indefinitely/],
    },
    {
      name: 'pods that the namespace of managers refuses',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true']],
      finds: ['orphan-cleanup/never-runs', 'error', /enforces restricted: the API server refuses its pods/],
    },
    {
      name: 'a CronJob that is suspended',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, '  schedule:', '  suspend: true\n  schedule:']],
      finds: ['orphan-cleanup/never-runs', 'warning', /orphanCleanup: { enabled: false }/],
    },
    {
      name: 'an account that may not delete',
      files: CLEAN_FLEET,
      changes: [[CLEANUP_ROLE, 'list, delete', 'list']],
      finds: ['orphan-cleanup/missing-rights', 'error', /without delete pods in gitlab-jobs/],
    },
    {
      name: 'an account that nothing is bound to',
      files: CLEAN_FLEET,
      changes: [[CLEANUP_BINDING, 'name: orphan-cleanup\n    namespace', 'name: another\n    namespace']],
      finds: [
        'orphan-cleanup/missing-rights',
        'error',
        /without list pods in gitlab-jobs, delete pods in gitlab-jobs/,
      ],
    },
    {
      name: 'rights that it has no use for',
      files: CLEAN_FLEET,
      changes: [[CLEANUP_ROLE, '[pods]', '[pods, secrets]']],
      finds: ['orphan-cleanup/excess-rights', 'error', /list secrets, delete secrets/],
    },
    {
      name: 'its rights in a namespace in which it deletes nothing',
      files: CLEAN_FLEET,
      changes: [
        [CLEANUP_ROLE, 'namespace: gitlab-jobs', 'namespace: gitlab-runners'],
        [CLEANUP_BINDING, 'namespace: gitlab-jobs', 'namespace: gitlab-runners'],
      ],
      finds: ['orphan-cleanup/excess-rights', 'error', /in gitlab-runners/],
    },
  ],
  quiet: [
    { name: 'a fleet with its cleanup', files: CLEAN_FLEET },
    {
      name: 'pods with a deadline of their own, however short the longest job is that is said',
      files: CLEAN_FLEET,
      changes: [[CRON_JOB, '"7200"', '"60"']],
    },
    {
      name: 'a CronJob of someone else',
      files: CLEAN_FLEET,
      changes: [
        [CRON_JOB, /orphan-cleanup\n {4}app/, 'backup\n    app'],
        [CRON_JOB, /name: (NAMESPACES|SELECTOR|LONGEST_JOB_SECONDS)/g, 'name: MY_$1'],
        [CRON_JOB, '"1230"', '"1"'],
      ],
    },
  ],
});
