import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT, POOL } from './places';

/** Each pod may have 50Gi of disk, which the limits of services divide. */
const BOUND = {
  path: 'acme/bound.yaml',
  text: 'apiVersion: v1\nkind: LimitRange\nmetadata: { name: bound, namespace: gitlab-jobs }\nspec:\n  limits: [{ type: Pod, max: { ephemeral-storage: 50Gi } }, { type: Container, default: { ephemeral-storage: 1Gi } }]\n',
};

/** Room of a service by which the bound lets in five. */
const SERVICE_DISK: Change = [
  CONFIG,
  ' service_cpu_request = ',
  ' service_ephemeral_storage_limit = "10Gi"\n      service_cpu_request = ',
];

describeCheck('limits-suffice', {
  fires: [
    {
      name: 'a limit of one node for the jobs of several',
      changes: [[POOL, 'cpu: "104"', 'nodes: "1"\n    cpu: "104"']],
      finds: [
        'limits-suffice/nodes',
        'error',
        /the nodes for 20 jobs at once .* come to 2 of nodes at the least.*raise the limit to 2/,
      ],
    },
    {
      name: 'a limit of disks for half of the nodes',
      changes: [[POOL, 'cpu: "104"', 'ephemeral-storage: 130Gi\n    cpu: "104"']],
      finds: ['limits-suffice/nodes', 'error', /come to 200Gi of ephemeral-storage at the least/],
    },
    {
      name: 'room for jobs that admission lets have five services',
      files: [...FLEET, BOUND],
      changes: [SERVICE_DISK],
      finds: [
        'limits-suffice/with-services',
        'note',
        /up to 5 services, and all jobs at once with as many come to 182 of cpu and 285Gi of memory/,
      ],
    },
    {
      name: 'limits that hold what jobs ask for, and not the nodes that they take',
      changes: [[POOL, 'memory: 112Gi', 'memory: 50Gi']],
      finds: [
        'limits-suffice/whole-nodes',
        'warning',
        /limits count whole nodes: of 20 jobs at once of acme-arm64-spot about \d+ run/,
      ],
    },
    {
      name: 'five replicas of a manager, each with its jobs',
      changes: [[DEPLOYMENT, '  replicas: 1\n', '  replicas: 5\n']],
      finds: ['limits-suffice/requests', 'error', /100 jobs at once of acme-arm64-spot request 110/],
    },
    {
      name: 'a limit out of step with the concurrency',
      changes: [[POOL, 'cpu: "104"', 'cpu: "10"']],
      finds: [
        'limits-suffice/requests',
        'error',
        /cpu binds first: 20 jobs at once of acme-arm64-spot request 22.*all but about 9 stay pending/s,
      ],
    },
    {
      name: 'a limit below the ceilings of all jobs at once',
      changes: [[POOL, 'cpu: "104"', 'cpu: "64"']],
      finds: ['limits-suffice/ceilings', 'warning', /20 jobs at once.*each at its ceilings, request 82/s],
    },
  ],
  quiet: [
    {
      name: 'limits of nodes, pods and disks that are enough',
      changes: [
        [POOL, 'cpu: "104"', 'nodes: "20"\n    pods: "5k"\n    ephemeral-storage: 3Ti\n    cpu: "104"'],
      ],
    },
  ],
});

test.each([
  ['a little below', '280Gi', 0],
  ['far below', '250Gi', 1],
])('limits %s what all jobs with all their services take', (_, memory, count) => {
  const files = edited(
    [...FLEET, BOUND],
    SERVICE_DISK,
    [POOL, 'cpu: "104"', 'cpu: "180"'],
    [POOL, 'memory: 112Gi', `memory: ${memory}`],
  );
  const found = findingsIn(files).filter(
    ({ id, at }) => id === 'limits-suffice/with-services' && POOL.includes(at.manifest.name),
  );
  expect(found).toHaveLength(count);
});

test('limits of a pool of devices hold whole nodes, one for each card', () => {
  const PATCH = '{"containers":[{"name":"build","resources":{"limits":{"nvidia.com/gpu":"1"}}}]}';
  const LIMITS = 'cpu: "104"\n    memory: 112Gi';
  const shortages = (...changes: readonly Change[]) =>
    findingsIn(
      edited(
        FLEET,
        [POOL, /- key: karpenter.k8s.aws\/instance-category\n(?: {10}.*\n)+/, G4DN],
        [POOL, / +- key: karpenter.k8s.aws\/instance-generation\n(?: {10}.*\n)+/, ''],
        [POOL, /(arch\n +operator: In\n +values:\n +- )arm64/, '$1amd64'],
        ...changes,
        [CONFIG, '"kubernetes.io/arch" = "arm64"', '"kubernetes.io/arch" = "amd64"'],
        [
          CONFIG,
          '        [runners.kubernetes.pod_annotations]',
          `        [[runners.kubernetes.pod_spec]]\n        name = "devices"\n        patch = '${PATCH}'\n        patch_type = "strategic"\n\n        [runners.kubernetes.pod_annotations]`,
        ],
        [
          CONFIG,
          '_TO_BE_REACHABLE = true\n',
          '_TO_BE_REACHABLE = true\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
        ],
      ),
    ).filter(
      ({ id, severity, at }) =>
        id.startsWith('limits-suffice/') && severity === 'error' && POOL.includes(at.manifest.name),
    );
  expect(shortages()).toMatchObject([
    {
      at: { path: ['spec', 'limits', 'memory'] },
      fix: expect.stringMatching(/^raise the limit to 320Gi or more/),
    },
  ]);
  expect(shortages([POOL, LIMITS, 'cpu: "79"\n    memory: 320Gi'])).toMatchObject([
    { at: { path: ['spec', 'limits', 'cpu'] }, fix: expect.stringMatching(/^raise the limit to 80 or more/) },
  ]);
  expect(shortages([POOL, LIMITS, 'cpu: "80"\n    memory: 320Gi'])).toEqual([]);
});

const G4DN = `- key: karpenter.k8s.aws/instance-family
          operator: In
          values:
            - g4dn
`;
