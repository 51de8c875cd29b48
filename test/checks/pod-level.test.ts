import { observe } from '../../lib/cluster/observe';
import { planBursts } from '../../lib/plan/burst';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG } from './places';

/** Keys beside the requests of the build container: 1 CPU, with 100m of the helper. */
const also = (...lines: readonly string[]): Change => [
  CONFIG,
  ' cpu_request = "1"',
  ` cpu_request = "1"\n${lines.map((line) => `        ${line}\n`).join('')}`,
];

describeCheck('fits', {
  fires: [
    {
      name: 'a pod that requests more as a whole than any node has',
      changes: [also('pod_cpu_request = "64"')],
      finds: ['fits/job', 'error', /found 64000m CPU/],
    },
    {
      name: 'a limit of the pod alone, which is its request where no container has one',
      changes: [
        [CONFIG, ' cpu_request = "1"', ' pod_cpu_limit = "64"'],
        [CONFIG, / +helper_cpu_request = .*\n/, ''],
        [CONFIG, / +cpu_request_overwrite_max_allowed = .*\n/, ''],
      ],
      finds: ['fits/job', 'error', /found 64000m CPU/],
    },
    {
      name: 'a ceiling of the whole pod',
      changes: [also('pod_cpu_request = "2"', 'pod_cpu_request_overwrite_max_allowed = "64"')],
      finds: ['fits/largest-job', 'error', /found 64000m CPU/],
    },
  ],
  quiet: [
    {
      name: 'a pod that requests as a whole what its containers do, within the same ceiling',
      changes: [also('pod_cpu_request = "1100m"', 'pod_cpu_request_overwrite_max_allowed = "4100m"')],
    },
    {
      name: 'a limit of the pod that no node has, over requests of containers',
      changes: [also('pod_cpu_limit = "64"')],
    },
  ],
});

describeCheck('config', {
  fires: [
    {
      name: 'a pod that requests less as a whole than its containers',
      changes: [also('pod_cpu_request = "1"')],
      finds: [
        'config/refused-jobs',
        'error',
        /request 1 of cpu is below what its containers together request/,
      ],
    },
    {
      name: 'a limit of the pod below what its containers request',
      changes: [also('pod_cpu_limit = "1"')],
      finds: ['config/refused-jobs', 'error', /limit 1 of cpu is below what its containers request/],
    },
    {
      name: 'a limit of the pod below that of a container',
      changes: [also('cpu_limit = "4"', 'pod_cpu_limit = "2"')],
      finds: ['config/refused-jobs', 'error', /limit 2 of cpu is below that of the container build/],
    },
  ],
  quiet: [{ name: 'limits of pod and container that agree', changes: [also('pod_cpu_limit = "8"')] }],
});

test('plan packs pods by what they request as a whole', () => {
  const machines = (...changes: readonly Change[]) =>
    planBursts(observe(parsed(edited(FLEET, ...changes))), {
      jobs: 30,
      minutes: 5,
      requestSeconds: 0.5,
    }).find(({ runner }) => runner.endsWith('arm64-spot'))?.machines;
  expect(machines(also('pod_cpu_request = "7"'))).not.toEqual(machines());
});

const counting = (hard: string) => ({
  path: 'acme/caps.yaml',
  text: `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: caps, namespace: gitlab-jobs }\nspec: { hard: { ${hard} } }\n`,
});
/** Keys of all runners, whose jobs are in one namespace. */
const ofAll = (line: string): Change => [
  '/configmap.yaml',
  ' cpu_request = "1"',
  ` cpu_request = "1"\n        ${line}`,
];

describeCheck('admitted', {
  fires: [
    {
      name: 'a quota that counts limits which neither containers nor the pod have',
      files: [...FLEET, counting('limits.cpu: 10k')],
      finds: ['admitted/quota-unset', 'error', /no limits.cpu for init-permissions, build, helper/],
    },
    {
      name: 'a quota below what pods request as a whole, which counts in place of their sum',
      files: [...FLEET, counting('requests.cpu: 200')],
      changes: [ofAll('pod_cpu_request = "3"')],
      finds: ['admitted/quota', 'error', /80 jobs at once of .* come to 240 of requests.cpu/],
    },
  ],
  quiet: [
    {
      name: 'a quota that counts limits, of pods that have one as a whole',
      files: [...FLEET, counting('limits.cpu: 10k, limits.memory: 10Ti')],
      changes: [ofAll('pod_cpu_limit = "8"')],
    },
  ],
});
