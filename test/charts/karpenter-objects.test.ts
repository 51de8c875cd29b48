import { instanceTypes } from '../../lib/karpenter/instance-types';
import { DEFAULT_FLEET, find, type Manifest, manifests, render, VARIED_FLEET } from '../fleets';
import { yamlSnapshot } from '../yaml-snapshot';

expect.addSnapshotSerializer(yamlSnapshot);

const objects = manifests(DEFAULT_FLEET);
const pools = objects.filter(({ kind }) => kind === 'NodePool');
const jobPools = pools.filter(({ metadata }) => metadata.name.startsWith('gitlab-jobs-'));
const classes = objects.filter(({ kind }) => kind === 'EC2NodeClass');

const requirement = (pool: Manifest, key: string): Manifest[] =>
  pool.spec.template.spec.requirements.filter((one: Manifest) => one.key === key);

test('the Karpenter objects of a varied fleet read like this', () => {
  const files = render(VARIED_FLEET).filter(({ path }) => path.startsWith('lab/karpenter/'));
  expect(files.map(({ path, text }) => `# ${path}\n${text}`).join('---\n')).toMatchSnapshot();
});

test('there is a pool for each architecture and capacity type, and one for the managers', () => {
  expect(pools.map(({ metadata }) => metadata.name)).toEqual([
    'gitlab-jobs-amd64-on-demand',
    'gitlab-jobs-amd64-spot',
    'gitlab-jobs-arm64-on-demand',
    'gitlab-jobs-arm64-spot',
    'gitlab-managers',
  ]);
});

test.each(pools.map((pool) => [pool.metadata.name, pool]))(
  '%s states system, architecture, capacity and nitro',
  (_, pool) => {
    expect(requirement(pool, 'kubernetes.io/os')).toEqual([
      { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
    ]);
    expect(requirement(pool, 'kubernetes.io/arch')).toHaveLength(1);
    expect(requirement(pool, 'karpenter.sh/capacity-type')[0].values).toHaveLength(1);
    expect(requirement(pool, 'karpenter.k8s.aws/instance-hypervisor')[0].values).toEqual(['nitro']);
  },
);

test.each(pools.map((pool) => [pool.metadata.name, pool]))(
  '%s keeps strangers off by a taint that equals its label',
  (_, pool) => {
    const { metadata, spec } = pool.spec.template;
    const [taint, ...others] = spec.taints;
    expect(others).toEqual([]);
    expect(taint.effect).toBe('NoSchedule');
    expect(metadata.labels[taint.key]).toBe(taint.value);
  },
);

test.each(jobPools.map((pool) => [pool.metadata.name, pool]))(
  '%s loses a vacant node after 30 s, as many as there are',
  (_, pool) => {
    const { disruption } = pool.spec;
    expect(disruption.consolidationPolicy).toBe('WhenEmpty');
    expect(disruption.consolidateAfter).toBe('30s');
    expect(disruption.budgets).toContainEqual({ nodes: '100%', reasons: ['Empty'] });
  },
);

test.each(pools.map((pool) => [pool.metadata.name, pool]))(
  '%s has a budget for drift that holds at any time',
  (_, pool) => {
    const drift = pool.spec.disruption.budgets.filter(({ reasons }: Manifest) => reasons.includes('Drifted'));
    expect(drift).toHaveLength(1);
    expect(drift[0]).not.toHaveProperty('schedule');
    expect(drift[0].nodes).toBe(pool.metadata.name === 'gitlab-managers' ? '1' : '10%');
  },
);

test.each(pools.map((pool) => [pool.metadata.name, pool]))(
  '%s expires, and drains at least as long as the longest job',
  (_, pool) => {
    const { expireAfter, terminationGracePeriod } = pool.spec.template.spec;
    expect(expireAfter).toMatch(/^\d+h$/);
    expect(terminationGracePeriod).toBe('2h10m');
  },
);

test.each(pools.map((pool) => [pool.metadata.name, pool]))(
  '%s is limited, in text, since GitOps tools see numbers as drift',
  (_, pool) => {
    expect(pool.spec.limits).toEqual({
      cpu: expect.stringMatching(/^\d+$/),
      memory: expect.stringMatching(/^\d+Gi$/),
    });
  },
);

test('the limits of a job pool hold the largest jobs of all its runners at once', () => {
  const twenty = manifests({ ...DEFAULT_FLEET, runnerDefaults: { concurrency: 20 } });
  const pool = find(twenty, 'NodePool', jobPools[0].metadata.name);
  // 20 jobs of 4 CPUs, the helper's 100m and four services of 1 CPU, and a quarter more: 202.5, rounded up to a multiple of 8.
  expect(pool.spec.limits).toEqual({ cpu: '208', memory: '312Gi' });
});

test.each(jobPools.map((pool) => [pool.metadata.name, pool]))(
  '%s is wide: at least 20 instance types',
  (_, pool) => {
    const arch = requirement(pool, 'kubernetes.io/arch')[0].values[0];
    const categories = requirement(pool, 'karpenter.k8s.aws/instance-category')[0].values;
    const [generation] = requirement(pool, 'karpenter.k8s.aws/instance-generation');
    const [above, below] = requirement(pool, 'karpenter.k8s.aws/instance-cpu');
    expect([generation.operator, above.operator, below.operator]).toEqual(['Gt', 'Gt', 'Lt']);
    const wide = instanceTypes().filter(
      ({ labels }) =>
        labels['kubernetes.io/arch'] === arch &&
        categories.includes(labels['karpenter.k8s.aws/instance-category']) &&
        labels['karpenter.k8s.aws/instance-hypervisor'] === 'nitro' &&
        Number(labels['karpenter.k8s.aws/instance-generation']) > Number(generation.values[0]) &&
        Number(labels['karpenter.k8s.aws/instance-cpu']) > Number(above.values[0]) &&
        Number(labels['karpenter.k8s.aws/instance-cpu']) < Number(below.values[0]),
    );
    expect(wide.length).toBeGreaterThanOrEqual(100);
  },
);

test('managers live on small on-demand instances of both architectures, none as small as micro', () => {
  const pool = find(objects, 'NodePool', 'gitlab-managers');
  expect(requirement(pool, 'karpenter.sh/capacity-type')[0].values).toEqual(['on-demand']);
  expect(requirement(pool, 'kubernetes.io/arch')[0].values).toEqual(['amd64', 'arm64']);
  expect(requirement(pool, 'karpenter.k8s.aws/instance-size')[0].values).toEqual(['small', 'medium']);
});

test('every pool names a node class that is rendered', () => {
  const names = classes.map(({ metadata }) => metadata.name);
  for (const { spec } of pools) {
    expect(spec.template.spec.nodeClassRef).toMatchObject({
      group: 'karpenter.k8s.aws',
      kind: 'EC2NodeClass',
    });
    expect(names).toContain(spec.template.spec.nodeClassRef.name);
  }
});

test.each(classes.map((one) => [one.metadata.name, one]))(
  '%s pins its image, encrypts its disk and keeps pods from the metadata service',
  (_, one) => {
    expect(one.spec.amiSelectorTerms).toEqual([{ alias: expect.stringMatching(/^al2023@v\d{8}$/) }]);
    expect(one.spec.metadataOptions).toEqual({
      httpEndpoint: 'enabled',
      httpProtocolIPv6: 'disabled',
      httpPutResponseHopLimit: 1,
      httpTokens: 'required',
    });
    const [disk] = one.spec.blockDeviceMappings;
    expect(disk).toMatchObject({ deviceName: '/dev/xvda', rootVolume: true });
    expect(disk.ebs).toMatchObject({ encrypted: true, volumeType: 'gp3', deleteOnTermination: true });
    expect(disk.ebs.volumeSize).toBe(one.metadata.name === 'gitlab-managers' ? '20Gi' : '100Gi');
  },
);

test('nodes are found by the name of the cluster', () => {
  const discovery = [{ tags: { 'karpenter.sh/discovery': 'production' } }];
  for (const { spec } of classes) {
    expect(spec.subnetSelectorTerms).toEqual(discovery);
    expect(spec.securityGroupSelectorTerms).toEqual(discovery);
    expect(spec.role).toBe('KarpenterNodeRole-production');
    expect(spec).not.toHaveProperty('instanceProfile');
  }
});

test('costs can be told apart by fleet and pool', () => {
  expect(find(objects, 'EC2NodeClass', 'gitlab-jobs').spec.tags).toEqual({
    'gitlab-runner-fleet': 'production',
    'gitlab-runner-pool': 'jobs',
  });
});

test('the template of a pool holds nothing that changes from release to release', () => {
  for (const { spec } of pools) {
    expect(Object.keys(spec.template.metadata)).toEqual(['labels']);
    expect(Object.keys(spec.template.metadata.labels)).toEqual(['gitlab-runner-fleet/dedicated-to']);
  }
});

test('Spot comes before on-demand where a runner takes both, and the two share label and taint', () => {
  const varied = manifests(VARIED_FLEET);
  const spot = find(varied, 'NodePool', 'ci-jobs-arm64-spot');
  const fallback = find(varied, 'NodePool', 'ci-jobs-arm64-on-demand');
  expect([spot.spec.weight, fallback.spec.weight]).toEqual([100, 10]);
  expect(spot.spec.template.spec.taints).toEqual(fallback.spec.template.spec.taints);
  const key = 'gitlab-runner-fleet/dedicated-to';
  expect(spot.spec.template.metadata.labels[key]).toBe(fallback.spec.template.metadata.labels[key]);
});

test('pools that no job could confuse have no weight', () => {
  for (const { spec } of pools) expect(spec).not.toHaveProperty('weight');
});

test('a scheduled budget adds to the ones that always hold', () => {
  const pool = find(manifests(VARIED_FLEET), 'NodePool', 'ci-jobs-arm64-spot');
  expect(pool.spec.disruption.budgets).toHaveLength(3);
  expect(pool.spec.disruption.budgets[2]).toEqual({
    nodes: '0',
    reasons: ['Drifted'],
    schedule: '0 7 * * mon-fri',
    duration: '10h',
  });
});

test('Bottlerocket gets its data volume sized, not the one of its system', () => {
  const one = find(manifests(VARIED_FLEET), 'EC2NodeClass', 'ci-jobs-arm64-spot');
  expect(
    one.spec.blockDeviceMappings.map(({ deviceName, ebs }: Manifest) => [deviceName, ebs.volumeSize]),
  ).toEqual([
    ['/dev/xvda', '4Gi'],
    ['/dev/xvdb', '200Gi'],
  ]);
  expect(one.spec.instanceProfile).toBe('lab-nodes');
  expect(one.spec).not.toHaveProperty('role');
});
