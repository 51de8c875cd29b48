import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { parseToml } from '../../lib/values/toml';
import { DEFAULT_FLEET, faultsOf, find, type Manifest, manifests, render, sealedTokens } from '../fleets';

const RUNNER = { name: 'a', arch: 'amd64', capacity: 'spot', pool: 'shared' } as const;
const GROUP = { nodeSelector: { 'eks.amazonaws.com/nodegroup': 'platform' } };
const SHARED = {
  pool: 'shared',
  nodeSelector: { 'karpenter.sh/nodepool': 'ci' },
  tolerations: { 'example.com/team=ci': 'NoSchedule', 'example.com/any': '' },
} as const;
const FLEET: RunnerFleetProps = {
  name: 'production',
  managerNodes: { ...GROUP, tolerations: { 'example.com/platform': 'NoSchedule', 'example.com/of=ci': '' } },
  existingPools: [SHARED],
  runners: [RUNNER],
};

const tableOf = (fleet: RunnerFleetProps): Manifest => {
  const config = manifests(fleet).find(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  return (parseToml(config.data['config.toml']) as Manifest).runners[0];
};
const kubernetesOf = (fleet: RunnerFleetProps): Manifest => tableOf(fleet).kubernetes;

/** A NodePool of another team. */
const pool = (capacityType: string) => `apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: ci }
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: platform }
      requirements:
        - { key: kubernetes.io/arch, operator: In, values: [amd64] }
        - { key: kubernetes.io/os, operator: In, values: [linux] }
        - { key: karpenter.sh/capacity-type, operator: In, values: [${capacityType}] }
        - { key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r] }
        - { key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ["3"] }
      taints: [{ key: example.com/team, value: ci, effect: NoSchedule }]
`;
const CLASS = `apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: platform }
spec:
  amiSelectorTerms: [{ alias: al2023@v20260801 }]
  role: nodes
  subnetSelectorTerms: [{ id: subnet-1 }]
  securityGroupSelectorTerms: [{ id: sg-1 }]
  blockDeviceMappings: [{ deviceName: /dev/xvda, rootVolume: true, ebs: { volumeSize: 100Gi, encrypted: true } }]
`;

/** What the proof says of a fleet, beside YAML of others. */
function findings(fleet: RunnerFleetProps, others: readonly string[] = []) {
  const own = render(fleet, sealedTokens(fleet)).map(({ path, text }) => ({ path, text }));
  const more = others.map((text, index) => ({ path: `others/${index}.yaml`, text }));
  const { manifests: read } = parseManifests([...own, ...more]);
  return runChecks(observe(read)).findings.map(({ id, severity, notProved }) =>
    [id, severity, ...(notProved ? ['not proved'] : [])].join(' '),
  );
}

test('managers on nodes of others have no node pool and no node class', () => {
  const objects = manifests({
    ...FLEET,
    existingPools: undefined,
    runners: [{ ...RUNNER, pool: undefined }],
  });
  const names = objects.filter(({ kind }) => /^(NodePool|EC2NodeClass)$/.test(kind));
  expect(names.map(({ metadata }) => metadata.name).sort()).toEqual([
    'gitlab-jobs',
    'gitlab-jobs-amd64-spot',
  ]);
  const { spec } = find(objects, 'Deployment', 'runner-a').spec.template;
  expect(spec.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux', ...GROUP.nodeSelector });
  expect(spec.tolerations).toEqual([
    { key: 'example.com/platform', operator: 'Exists', effect: 'NoSchedule' },
    { key: 'example.com/of', operator: 'Equal', value: 'ci' },
  ]);
});

test('an image of one architecture asks for it on nodes of others, too', () => {
  const fleet = { ...FLEET, runners: [{ ...RUNNER, imageFlavor: 'ubi-fips' }] } as const;
  const { spec } = find(manifests(fleet), 'Deployment', 'runner-a').spec.template;
  expect(spec.nodeSelector['kubernetes.io/arch']).toBe('amd64');
});

test('jobs on a pool of others select it by its labels, and nothing of Karpenter is rendered', () => {
  const kinds = manifests(FLEET).map(({ kind }) => kind);
  expect(kinds).not.toContain('NodePool');
  expect(kinds).not.toContain('EC2NodeClass');
  const { node_selector, node_tolerations } = kubernetesOf(FLEET);
  expect(node_selector).toEqual({
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/os': 'linux',
    'karpenter.sh/capacity-type': 'spot',
    'karpenter.sh/nodepool': 'ci',
  });
  expect(node_tolerations).toEqual(SHARED.tolerations);
});

test.each([
  ['karpenter', 'spot', { 'karpenter.sh/capacity-type': 'spot' }],
  ['node-group', 'spot', { 'eks.amazonaws.com/capacityType': 'SPOT' }],
  ['node-group', 'on-demand', { 'eks.amazonaws.com/capacityType': 'ON_DEMAND' }],
  ['other', 'spot', {}],
  ['karpenter', 'spot-first', {}],
] as const)(
  'nodes that are started by %s are chosen as %s by their own label',
  (startedBy, capacity, label) => {
    const { node_selector } = kubernetesOf({
      ...FLEET,
      existingPools: [{ pool: 'shared', nodeSelector: { team: 'ci' }, startedBy }],
      runners: [{ ...RUNNER, capacity }],
    });
    const { team, 'kubernetes.io/arch': _, 'kubernetes.io/os': __, ...rest } = node_selector;
    expect([team, rest]).toEqual(['ci', label]);
  },
);

test('what is not among the manifests is not proved, and no error', () => {
  const found = findings(FLEET);
  expect(found).toContain('lands/no-pools note not proved');
  expect(found.filter((one) => / (error|warning)/.test(one))).toEqual([]);
});

test('a label that only these nodes have is none of the mistakes that the proof looks for', () => {
  const fleet: RunnerFleetProps = {
    ...FLEET,
    existingPools: [{ pool: 'shared', nodeSelector: { 'example.com/team': 'ci' } }],
    runners: [RUNNER, { name: 'b', arch: 'amd64', capacity: 'spot' }],
  };
  const found = findings(fleet);
  expect(found.filter((one) => one.startsWith('lands/'))).toEqual([
    'lands/node-group note not proved',
    'lands/node-group note not proved',
    'lands/node-group note not proved',
  ]);
  expect(found.filter((one) => / (error|warning)/.test(one))).toEqual([]);
});

test('a NodePool among the manifests is proved: jobs land there, or are told why not', () => {
  const fits = findings(FLEET, [pool('spot'), CLASS]);
  expect(fits.filter((one) => / error/.test(one))).toEqual([]);
  expect(fits).not.toContain('lands/no-pools note not proved');
  expect(findings(FLEET, [pool('on-demand'), CLASS])).toContain('lands/job error');
});

// biome-ignore format: a table of cases
test.each<[string, Partial<RunnerFleetProps>, RegExp]>([
  ['managers without a label', { managerNodes: { nodeSelector: {} } }, /managerNodes > nodeSelector: without a label/],
  ['managers in two places', { managerNodePool: { maxCpu: 4 } }, /managerNodes: managers run either there or where managerNodePool says/],
  ['a taint without an effect', { managerNodes: { ...GROUP, tolerations: { a: 'Never' } } }, /managerNodes > tolerations > a: allowed are/],
  ['a pool that nobody uses', { existingPools: [SHARED, { ...SHARED, pool: 'unused' }] }, /existingPools\[1\] > pool: no runner uses this pool/],
  ['a pool that is described twice', { existingPools: [SHARED, SHARED] }, /existingPools\[1\] > pool: it is described twice/],
  ['settings of a pool of others', { nodePools: [{ pool: 'shared', arch: 'amd64', capacity: 'spot' }] }, /nodePools\[0\] > pool: existingPools says that someone else manages this pool/],
])('%s: refused', (_, change, says) => {
  expect(faultsOf({ ...FLEET, ...change })).toEqual([expect.stringMatching(says)]);
});

test('the fleet of these tests is not refused itself', () => {
  expect(faultsOf(FLEET)).toEqual([]);
  expect(faultsOf(DEFAULT_FLEET)).toEqual([]);
});

describe('jobs on Windows', () => {
  const WINDOWS = {
    pool: 'shared',
    nodeSelector: { 'kubernetes.io/os': 'windows', 'node.kubernetes.io/windows-build': '10.0.20348' },
  };
  const ON_WINDOWS: RunnerFleetProps = { name: 'production', existingPools: [WINDOWS], runners: [RUNNER] };

  test('get the helper of their build and paths of Windows, and no seccomp profile, which Windows does not have', () => {
    const { helper_image, node_selector, pod_security_context } = kubernetesOf(ON_WINDOWS);
    expect(helper_image).toMatch(/:x86_64-v[\d.]+-servercore21H2$/);
    expect(node_selector).toMatchObject(WINDOWS.nodeSelector);
    expect(pod_security_context).toBeUndefined();
    expect(tableOf(ON_WINDOWS).feature_flags.FF_USE_POWERSHELL_PATH_RESOLVER).toBe(true);
    expect(findings(ON_WINDOWS).filter((one) => !one.includes('note'))).toEqual([]);
  });

  test('are refused without a build that has a helper, and where the runner needs what Linux alone has', () => {
    const [fault, ...others] = faultsOf({
      ...ON_WINDOWS,
      existingPools: [{ pool: 'shared', nodeSelector: { 'kubernetes.io/os': 'windows' } }],
    });
    expect([fault, others]).toEqual([
      expect.stringMatching(/windows-build.*has no helper.*10\.0\.20348/s),
      [],
    ]);
    for (const option of [{ privileged: true }, { dockerInDocker: {} }, { rootlessBuilds: true }])
      expect(faultsOf({ ...ON_WINDOWS, runners: [{ ...RUNNER, ...option }] })).toEqual([
        expect.stringContaining(`runner a sets ${Object.keys(option)}, which Windows does not have`),
      ]);
  });

  test('have managers on Linux, and there is no third system', () => {
    const nodeSelector = { 'kubernetes.io/os': 'windows' };
    expect(faultsOf({ ...ON_WINDOWS, managerNodes: { nodeSelector } })).toEqual([
      expect.stringMatching(/managerNodes.*images of managers are for Linux/),
    ]);
    const third = { pool: 'shared', nodeSelector: { 'kubernetes.io/os': 'darwin' } };
    expect(faultsOf({ ...ON_WINDOWS, existingPools: [third] })).toEqual([
      expect.stringMatching(/jobs run on Linux or on Windows/),
    ]);
  });
});
