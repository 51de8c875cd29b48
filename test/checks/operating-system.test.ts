import type { Change } from '../fixtures/files';
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
  ],
  quiet: [
    { name: 'jobs that select no operating system, on nodes of Linux', changes: JOBS },
    { name: 'a manager that selects none, on nodes of Linux', changes: OF_MANAGER },
  ],
});
