import { DEFAULT_CHECK_SETTINGS } from '../../lib/cluster/observe';
import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CLASS, CONFIG, DEPLOYMENT, MANAGERS, POOL } from './places';

/** A default size of a build, with limits and ceilings that let it be. */
const size = (cpu: string, memory: string): readonly Change[] => [
  [CONFIG, ' cpu_request = "1"', ` cpu_request = "${cpu}"`],
  [CONFIG, ' cpu_request_overwrite_max_allowed = "4"', ` cpu_request_overwrite_max_allowed = "${cpu}"`],
  [CONFIG, ' memory_request = "2Gi"', ` memory_request = "${memory}"`],
  [
    CONFIG,
    / memory_(limit|limit_overwrite_max_allowed|request_overwrite_max_allowed) = "4Gi"/g,
    ` memory_$1 = "${memory}"`,
  ],
];

test.each([
  ['7', '28Gi'],
  ['1', '2Gi'],
  ['15', '60Gi'],
])('a build of %s CPU and %s pays for no room that it does not need', (cpu, memory) => {
  const found = findingsIn(edited(FLEET, ...(cpu === '1' ? [] : size(cpu, memory))));
  expect(found.filter(({ id }) => id === 'fits/just-too-large')).toEqual([]);
});

describeCheck('fits', {
  fires: [
    {
      name: 'jobs that request nothing',
      changes: [[CONFIG, / {6}cpu_request = "1"\n(?:.*overwrite.*\n| {6}memory_.*\n)+/, '']],
      finds: ['fits/no-requests', 'warning', /get as many jobs as they have places for pods/],
    },
    {
      name: 'a manager that the log of one job evicts',
      changes: [[CONFIG, '    limit = 20', '    limit = 20\n    output_limit = 4000000']],
      finds: [
        'fits/manager-logs',
        'error',
        /the log of one job may take 3907Mi there: the kubelet evicts the manager/,
      ],
    },
    {
      name: 'a manager with less memory than its jobs take',
      changes: [
        ['arm64-spot/deployment.yaml', 'memory: 256Mi', 'memory: 97Mi'],
        ['arm64-spot/deployment.yaml', 'memory: 128Mi', 'memory: 97Mi'],
      ],
      finds: ['fits/manager-memory', 'warning', /found memory limit 97Mi\. 20 jobs at once .* up to 192Mi/],
    },
    {
      name: 'a manager that logs of all jobs evict',
      changes: [[CONFIG, '    limit = 20', '    limit = 20\n    output_limit = 40000']],
      finds: ['fits/manager-logs', 'warning', /logs of 20 jobs may take 782Mi there/],
    },
    {
      name: 'a build as large as a machine of half the price',
      changes: size('8', '32Gi'),
      finds: [
        'fits/just-too-large',
        'note',
        /found 8 CPU and 32Gi of memory for build. each such job takes at least \$0\.\d\d an hour, \$0\.0\d{4} a minute \(\S+4xlarge\), and misses \S+2xlarge at \$0\.\d\d, \$0\.00\d{3} a minute, by a little.*Fix: ask for 7 CPU and 2\dGi/,
      ],
    },
    {
      name: 'ceilings of overwrites as large as a machine of half the price',
      changes: [
        [CONFIG, 'cpu_request_overwrite_max_allowed = "4"', 'cpu_request_overwrite_max_allowed = "8"'],
        [
          CONFIG,
          'memory_request_overwrite_max_allowed = "4Gi"',
          'memory_request_overwrite_max_allowed = "32Gi"',
        ],
        [CONFIG, 'memory_limit = "4Gi"', 'memory_limit = "32Gi"'],
      ],
      finds: [
        'fits/just-too-large',
        'note',
        /found 8 CPU and 32Gi of memory for the largest build that its ceilings allow.*misses \S+2xlarge.*Fix: allow 7 CPU and 2\dGi \(ceilings of requests\)/,
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
      name: 'a job that no node of the pool has room for',
      changes: [
        [CONFIG, ' cpu_request = "1"', ' cpu_request = "64"'],
        [CONFIG, 'cpu_request_overwrite_max_allowed = "4"', 'cpu_request_overwrite_max_allowed = "64"'],
      ],
      finds: ['fits/job', 'error', /found 64100m CPU/],
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
      finds: ['fits/manager', 'error', /manager pod of runner acme-arm64-spot fits no node/],
    },
    {
      name: 'services that no node has room for beside a job',
      changes: [[CONFIG, 'service_cpu_request = "250m"', 'service_cpu_request = "64"']],
      finds: ['fits/services', 'error', /every job that has services stays pending/],
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
      finds: ['fits/manager', 'error', /manager pod of runner acme-arm64-spot fits no node/],
    },
    {
      name: 'pause pods smaller than the jobs that they stand for',
      changes: [
        [
          CONFIG,
          '        [runners.kubernetes.pod_annotations]',
          '        [[runners.kubernetes.autoscaler.policy]]\n            idle_count = 2\n\n            [runners.kubernetes.pod_annotations]',
        ],
      ],
      finds: ['fits/pause-pods', 'warning', /holds the requests of the build container alone/],
    },
    {
      name: 'fewer pause pods than the jobs that they are said to hold room for',
      changes: [
        [
          CONFIG,
          '        [runners.kubernetes.pod_annotations]',
          '        [[runners.kubernetes.autoscaler.policy]]\n            idle_count = 4\n\n            [runners.kubernetes.pod_annotations]',
        ],
        [CONFIG, '    kustomize.toolkit', '    gitlab-runner-fleet/prewarm: "4"\n    kustomize.toolkit'],
      ],
      finds: ['fits/pause-pods', 'warning', /4 pause pods .*room for 3 whole jobs of the 4/],
    },
    {
      name: 'nodes whose pods daemonsets take: the class is the cause, not the request',
      changes: [[CLASS, 'spec:\n', 'spec:\n  kubelet:\n    maxPods: 4\n']],
      finds: [
        'fits/job',
        'error',
        /daemonsets take all of its pods, which kubelet.*Fix: raise maxPods or podsPerCore in kubelet of the EC2NodeClass$/,
      ],
    },
    {
      name: 'nodes whose memory is reserved: the class is the cause, not the request',
      changes: [[CLASS, 'spec:\n', 'spec:\n  kubelet:\n    systemReserved:\n      memory: 120Gi\n']],
      finds: [
        'fits/job',
        'error',
        /0.0Gi of memory left after what kubelet.*Fix: lower kubeReserved, systemReserved or evictionHard/,
      ],
    },
  ],
  quiet: [
    {
      name: 'nodes with as many pods as a job needs beside daemonsets',
      changes: [[CLASS, 'spec:\n', 'spec:\n  kubelet:\n    maxPods: 6\n']],
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
  ],
});

test('larger daemonsets leave less room', () => {
  const daemonSets = { ...DEFAULT_CHECK_SETTINGS.daemonSets, cpuMilli: 14_000 };
  const found = findingsIn(FLEET, { ...DEFAULT_CHECK_SETTINGS, daemonSets });
  expect(found.map(({ id }) => id)).toContainEqual(expect.stringMatching(/^fits\//));
});

describe('what fits no node is reported at the key that asks for most of what binds', () => {
  const places = (...changes: Change[]) =>
    findingsIn(edited(FLEET, ...changes))
      .filter(({ id }) => id.startsWith('fits/'))
      .map(({ at }) => at.within);

  test.each<[what: string, key: string, changes: readonly Change[]]>([
    [
      'disk',
      'ephemeral_storage_request_overwrite_max_allowed',
      [[CLASS, 'volumeSize: 100Gi', 'volumeSize: 20Gi']],
    ],
    [
      'memory of the helper',
      'helper_memory_request',
      [
        [CONFIG, 'helper_memory_request = "256Mi"', 'helper_memory_request = "200Gi"'],
        [CONFIG, 'helper_memory_limit = "512Mi"', 'helper_memory_limit = "200Gi"'],
      ],
    ],
    [
      'a request without a ceiling',
      'memory_request',
      [
        [CONFIG, 'memory_request = "2Gi"', 'memory_request = "200Gi"'],
        [CONFIG, / {6}(cpu|memory|ephemeral_storage)_.*_overwrite_max_allowed.*\n/g, ''],
        [CONFIG, '      memory_limit = "4Gi"\n', ''],
      ],
    ],
  ])('%s: %s', (_, key, changes) => {
    const found = places(...changes);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set([`runners[0].kubernetes.${key}`]));
  });
});
