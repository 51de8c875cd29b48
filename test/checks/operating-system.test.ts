import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { type Change, edited, FIXTURE_RUNNER_VERSION, FLEET, parsed } from '../fixtures/files';
import { describeCheck } from './cases';
import { AMD64_CONFIG, CLASS, DEPLOYMENT, MANAGERS } from './places';

const OS = / {8}- key: kubernetes.io\/os\n\s+operator: In\n\s+values:\n\s+- linux\n/;
const JOBS: readonly Change[] = [
  ['nodepool-gitlab-jobs-amd64-spot.yaml', OS, ''],
  [AMD64_CONFIG, '        "kubernetes.io/os" = "linux"\n', ''],
];
const OF_MANAGER: readonly Change[] = [
  [MANAGERS, OS, ''],
  [DEPLOYMENT, '        kubernetes.io/os: linux\n', ''],
  [DEPLOYMENT, '        kubernetes.io/arch: arm64\n', ''],
];

const HELPER = `helper:x86_64-v${FIXTURE_RUNNER_VERSION}`;
const SELECTED: Change = [
  AMD64_CONFIG,
  '"kubernetes.io/os" = "linux"\n',
  '"kubernetes.io/os" = "windows"\n        "node.kubernetes.io/windows-build" = "10.0.20348"\n',
];

function windows(path: string): Change {
  return [path, 'al2023@v20260812', 'windows2022@latest'];
}

describeCheck('architecture', {
  fires: [
    {
      name: 'jobs that select no operating system, on nodes of Windows',
      changes: [...JOBS, windows(CLASS)],
      finds: [
        'architecture/os-not-selected',
        'error',
        /jobs may land on nodes of gitlab-jobs-amd64-spot, which run Windows/,
      ],
    },
    {
      name: 'a manager that selects none',
      changes: [...OF_MANAGER, windows('ec2nodeclass-gitlab-managers.yaml')],
      finds: [
        'architecture/os-not-selected',
        'error',
        /manager may land on nodes of gitlab-managers.*Fix: select kubernetes.io\/os: linux/s,
      ],
    },
    {
      name: 'a helper for Linux where jobs are those of Windows',
      changes: [SELECTED],
      finds: [
        'architecture/helper-system',
        'error',
        /helper is for Linux, and by node_selector jobs are those of Windows/,
      ],
    },
    {
      name: 'a helper for Windows where jobs are those of Linux',
      changes: [[AMD64_CONFIG, HELPER, `${HELPER}-servercore21H2`]],
      finds: [
        'architecture/helper-system',
        'error',
        /helper is for Windows, and by node_selector jobs are those of Linux/,
      ],
    },
  ],
  quiet: [
    { name: 'jobs that select no operating system, on nodes of Linux', changes: JOBS },
    { name: 'a manager that selects none, on nodes of Linux', changes: OF_MANAGER },
  ],
});

test.each([
  ['is for Windows, as its jobs are', HELPER, `${HELPER}-servercore21H2`],
  ['has a tag that tells of no system', /helper:x86_64-\S+"/, 'helper:ours"'],
])('a helper passes that %s', (_, from, to) => {
  const files = edited(FLEET, SELECTED, [AMD64_CONFIG, from, to]);
  const { findings } = runChecks(observe(parsed(files)));
  expect(findings.filter(({ id }) => id === 'architecture/helper-system')).toEqual([]);
});
