import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodeClassProps } from '../../lib/fleet/props/node-class';
import type { NodePoolSettings } from '../../lib/fleet/props/node-pool';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { CERTIFICATE } from '../certificate';
import { DEFAULT_FLEET, faultsOf, find, type Manifest, manifests } from '../fleets';
import { proved } from './proved';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const AUTO: RunnerFleetProps = { name: 'production', compute: 'eks-auto-mode', runners: [RUNNER] };
const POOL = 'gitlab-jobs-amd64-spot-auto';

const withClass = (nodeClass: NodeClassProps, more: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  ...AUTO,
  nodeClass,
  ...more,
});
const withPool = (nodePoolDefaults: NodePoolSettings): RunnerFleetProps => ({ ...AUTO, nodePoolDefaults });
const withRunner = (change: Partial<RunnerProps>): RunnerFleetProps => ({
  ...AUTO,
  runners: [{ ...RUNNER, ...change }],
});
const classOf = (fleet: RunnerFleetProps, name = 'gitlab-jobs'): Manifest =>
  find(manifests(fleet), 'NodeClass', name).spec;
const poolOf = (fleet: RunnerFleetProps, name = POOL): Manifest =>
  find(manifests(fleet), 'NodePool', name).spec;
const selectorOf = (fleet: RunnerFleetProps): Manifest => {
  const config = manifests(fleet).find(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  return (parseToml(config.data['config.toml']) as Manifest).runners[0].kubernetes.node_selector;
};
const requirementsOf = (fleet: RunnerFleetProps, name = POOL): readonly Manifest[] =>
  poolOf(fleet, name).template.spec.requirements;

describe('the default fleet, turned to EKS Auto Mode by one line', () => {
  const turned: RunnerFleetProps = { ...DEFAULT_FLEET, compute: 'eks-auto-mode' };
  const objects = manifests(turned);
  const ofKind = (kind: string) => objects.filter((one) => one.kind === kind);
  const pools = ofKind('NodePool');

  test('is proved without a warning', () => {
    expect(proved(turned)).toEqual([]);
  });

  test('has classes of Auto Mode and no others, and none called default', () => {
    expect(ofKind('EC2NodeClass')).toEqual([]);
    expect(ofKind('NodeOverlay')).toEqual([]);
    const classes = ofKind('NodeClass');
    expect(classes.map(({ apiVersion }) => apiVersion)).toEqual([
      'eks.amazonaws.com/v1',
      'eks.amazonaws.com/v1',
    ]);
    expect(classes.map(({ metadata }) => metadata.name)).toEqual(['gitlab-jobs', 'gitlab-managers-auto']);
    const names = pools.map(({ spec }) => spec.template.spec.nodeClassRef);
    expect(new Set(names.map(({ group, kind }) => `${group}/${kind}`))).toEqual(
      new Set(['eks.amazonaws.com/NodeClass']),
    );
  });

  test('has classes that say the cluster, its usual role, what is tagged for it, and a disk', () => {
    const discovered = [{ tags: { 'karpenter.sh/discovery': 'production' } }];
    const specOf = (size: string) => ({
      role: 'AmazonEKSAutoNodeRole',
      subnetSelectorTerms: discovered,
      securityGroupSelectorTerms: discovered,
      ephemeralStorage: { size },
    });
    expect(ofKind('NodeClass').map(({ spec }) => spec)).toEqual([specOf('100Gi'), specOf('20Gi')]);
    for (const { metadata } of ofKind('NodeClass'))
      expect(metadata.annotations).toEqual({ 'gitlab-runner-fleet/cluster': 'production' });
  });

  test('has pools of other names, since the API server lets no pool change the kind of its class', () => {
    const before = manifests(DEFAULT_FLEET).filter(({ kind }) => kind === 'NodePool');
    const names = pools.map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(before.length);
    expect(names.filter((name) => before.some(({ metadata }) => metadata.name === name))).toEqual([]);
    // Pods of managers that are still draining may use the new nodes, too.
    const labels = (list: readonly Manifest[]) =>
      list.map(({ spec }) => spec.template.metadata.labels).sort();
    expect(labels(pools)).toEqual(labels(before));
  });

  test('asks for types by labels of Auto Mode, always by category, and never for the system', () => {
    for (const { spec } of pools) {
      const keys: string[] = spec.template.spec.requirements.map(({ key }: Manifest) => key);
      expect(keys).toContain('eks.amazonaws.com/instance-category');
      expect(keys.filter((key) => /^karpenter\.k8s\.aws|kubernetes\.io\/os/.test(key))).toEqual([]);
    }
  });

  test('writes limits, policy and life of every pool, within 21 days', () => {
    for (const { spec } of pools) {
      expect(Object.keys(spec.limits).sort()).toEqual(['cpu', 'memory']);
      expect(spec.disruption.consolidationPolicy).toBe('WhenEmpty');
      const { expireAfter, terminationGracePeriod } = spec.template.spec;
      expect(Number.parseInt(expireAfter, 10) + Number.parseInt(terminationGracePeriod, 10) + 1).toBeLessThan(
        504,
      );
    }
  });

  test('starts managers on medium instances of a pool of their own', () => {
    const { limits, template } = find(objects, 'NodePool', 'gitlab-managers-auto').spec;
    expect(template.spec.requirements).toContainEqual({
      key: 'eks.amazonaws.com/instance-size',
      operator: 'In',
      values: ['medium'],
    });
    expect(template.spec.expireAfter).toBe('336h');
    expect(limits).toEqual({ cpu: '16', memory: '32Gi' });
    expect(classOf(turned, 'gitlab-managers-auto').ephemeralStorage).toEqual({ size: '20Gi' });
  });

  test("selects nodes by Auto Mode's own label, which keeps jobs off the nodes that it had before", () => {
    expect(selectorOf(turned)).toEqual({
      'kubernetes.io/arch': 'amd64',
      'eks.amazonaws.com/compute-type': 'auto',
      'karpenter.sh/capacity-type': 'on-demand',
      'gitlab-runner-fleet/dedicated-to': 'gitlab-jobs',
    });
    expect(find(objects, 'Deployment', 'runner-amd64-spot').spec.template.spec.nodeSelector).toEqual({
      'kubernetes.io/arch': 'amd64',
      'eks.amazonaws.com/compute-type': 'auto',
      'karpenter.sh/capacity-type': 'on-demand',
      'gitlab-runner-fleet/dedicated-to': 'gitlab-managers',
    });
  });

  test('asks the DNS of its node, and not what gives out credentials there', () => {
    for (const namespace of ['gitlab-jobs', 'gitlab-runners']) {
      const [dns] = find(objects, 'NetworkPolicy', 'default', namespace).spec.egress;
      expect(dns.ports.map(({ port }: Manifest) => port)).toEqual([53, 53]);
      const blocks = dns.to.flatMap(({ ipBlock }: Manifest) => ipBlock ?? []);
      // EKS gives Services 172.20.0.0/16, 10.100.0.0/16, or a private block of its user's.
      expect(blocks.map(({ cidr }: Manifest) => cidr)).toEqual(
        expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8']),
      );
      expect(blocks.find(({ cidr }: Manifest) => cidr === '169.254.0.0/16').except).toEqual([
        '169.254.169.254/32',
        '169.254.170.23/32',
      ]);
    }
  });
});

test('a fleet that says nothing of it runs on Karpenter, as one that says so', () => {
  expect(manifests({ ...DEFAULT_FLEET, compute: 'karpenter' })).toEqual(manifests(DEFAULT_FLEET));
});

test('families that are named bring their categories along', () => {
  const requirements = requirementsOf(withPool({ instanceFamilies: ['m7g', 'c7i-flex', 'm6i'] }));
  expect(requirements).toContainEqual({
    key: 'eks.amazonaws.com/instance-category',
    operator: 'In',
    values: ['m', 'c'],
  });
});

test('the proxy of the fleet is that of nodes, which reach the cluster and what it names directly', () => {
  const proxy = { http: 'http://proxy.example.com:3128', noProxy: ['10.0.0.0/16'] };
  const { advancedNetworking } = classOf({ ...AUTO, proxy });
  expect(advancedNetworking.httpsProxy).toBe('http://proxy.example.com:3128');
  expect(advancedNetworking.noProxy).toEqual(
    expect.arrayContaining(['169.254.169.254', '.eks.amazonaws.com', '.svc', '10.0.0.0/16']),
  );
  const own = { httpsProxy: 'http://other.example.com:8080', noProxy: ['.internal'] };
  const instead = classOf({ ...AUTO, proxy, nodeClass: { advancedNetworking: own } }).advancedNetworking;
  expect(instead.httpsProxy).toBe('http://other.example.com:8080');
  // A node that asked a proxy for these would never join.
  expect(instead.noProxy).toEqual(
    expect.arrayContaining(['169.254.169.254', '.eks.amazonaws.com', '.internal']),
  );
  expect(instead.noProxy).not.toContain('10.0.0.0/16');
  expect(classOf(AUTO)).not.toHaveProperty('advancedNetworking');
});

test('nodes trust CAs that are named, as base64 of their PEM', () => {
  const pem = CERTIFICATE.trim();
  const [{ name, data }] = classOf(
    withClass({ certificateBundles: [{ name: 'registry-ca', pem }] }),
  ).certificateBundles;
  expect([name, Buffer.from(data, 'base64').toString()]).toEqual(['registry-ca', `${pem}\n`]);
});

test('reservations are found by owner, and on-demand jobs take them or on-demand nodes', () => {
  const fleet = withClass(
    { capacityReservationSelectorTerms: [{ tags: { team: 'ci' }, ownerID: '123456789012' }] },
    { runners: [{ ...RUNNER, capacity: 'on-demand' }] },
  );
  expect(classOf(fleet).capacityReservationSelectorTerms).toEqual([
    { owner: '123456789012', tags: { team: 'ci' } },
  ]);
  expect(requirementsOf(fleet, 'gitlab-jobs-amd64-on-demand-auto')).toContainEqual({
    key: 'karpenter.sh/capacity-type',
    operator: 'In',
    values: ['on-demand', 'reserved'],
  });
  expect(proved(fleet)).toEqual([]);
});

test('nodes have the tags that are said and no others, since the role of a cluster may set none by itself', () => {
  expect(classOf(AUTO)).not.toHaveProperty('tags');
  expect(classOf(withClass({ tags: { 'cost-center': '4711' } })).tags).toEqual({ 'cost-center': '4711' });
});

test('disk, reservations and placement groups of jobs are not for managers', () => {
  const fleet = withClass({
    ephemeralStorage: { size: '200Gi' },
    placementGroupSelector: { name: 'builds' },
    networkPolicyEventLogs: 'Enabled',
  });
  expect(classOf(fleet)).toMatchObject({
    ephemeralStorage: { size: '200Gi' },
    placementGroupSelector: { name: 'builds' },
    networkPolicyEventLogs: 'Enabled',
  });
  const managers = classOf(fleet, 'gitlab-managers-auto');
  expect(managers.ephemeralStorage).toEqual({ size: '20Gi' });
  expect(managers).not.toHaveProperty('placementGroupSelector');
  expect(managers.networkPolicyEventLogs).toBe('Enabled');
});

test('a pool with a class of its own, and patches of classes, go by the kind that is there', () => {
  const fleet: RunnerFleetProps = {
    ...AUTO,
    nodePools: [{ arch: 'amd64', capacity: 'spot', patches: { NodeClass: { spec: { tags: { a: 'b' } } } } }],
    patches: { NodeClass: { metadata: { annotations: { note: 'all' } } } },
  };
  const own = find(manifests(fleet), 'NodeClass', POOL);
  expect(own.spec.tags).toEqual({ a: 'b' });
  expect(own.metadata.annotations.note).toBe('all');
  expect(faultsOf({ ...AUTO, patches: { EC2NodeClass: {} } })).toEqual([
    expect.stringMatching(/patches\.EC2NodeClass: kinds rendered here are .*NodeClass.*write NodeClass/),
  ]);
});

test('GPUs, Docker daemons and held room work as elsewhere', () => {
  const fleet: RunnerFleetProps = {
    ...AUTO,
    runners: [
      { ...RUNNER, name: 'gpu', capacity: 'on-demand', pool: 'gpu', devices: { 'nvidia.com/gpu': 1 } },
      { ...RUNNER, name: 'docker', dockerInDocker: {}, tags: ['docker'], exactTags: true },
      { ...RUNNER, name: 'warm', prewarm: { jobs: 2, hours: ['* 8-17 * * mon-fri'], timezone: 'UTC' } },
    ],
    nodePools: [{ pool: 'gpu', arch: 'amd64', capacity: 'on-demand', instanceFamilies: ['g5', 'g6'] }],
  };
  expect(proved(fleet)).toEqual([]);
});

describe('what does not exist on EKS Auto Mode is refused, with what takes its place', () => {
  test.each<[string, RunnerFleetProps, RegExp]>([
    [
      'another compute',
      { ...AUTO, compute: 'auto' as never },
      /compute: allowed are "karpenter", "eks-auto-mode"/,
    ],
    ['an AMI', withClass({ amiAlias: 'al2023@v20260812' }), /amiAlias: EKS Auto Mode chooses .*leave it out/],
    [
      'AMIs of its own',
      withClass({ amiFamily: 'Custom', amiSelectorTerms: [{ id: 'ami-0123456789abcdef0' }] }),
      /amiSelectorTerms: .*existingPools/,
    ],
    ['user data', withClass({ userData: '#!/bin/bash\n' }), /userData: .*certificateBundles for CAs/],
    [
      'mirrors',
      withClass({ registryMirrors: [{ registry: 'docker.io', endpoint: ['https://m.example.com'] }] }),
      /registryMirrors: .*pull-through cache/,
    ],
    ['the kubelet', withClass({ kubelet: { maxPods: 50 } }), /kubelet: .*at most 110 pods/],
    ['NVMe disks', withClass({ instanceStorePolicy: 'RAID0' }), /instanceStorePolicy: .*instance-local-nvme/],
    ['the root volume', withClass({ rootVolume: { size: '200Gi' } }), /rootVolume: .*write ephemeralStorage/],
    [
      'further volumes',
      withClass({ blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: { volumeSize: '9Gi' } }] }),
      /blockDeviceMappings: .*write ephemeralStorage/,
    ],
    ['metrics by the minute', withClass({ detailedMonitoring: true }), /detailedMonitoring: .*no such field/],
    [
      'reservations that are open',
      withClass(
        { capacityReservationSelectorTerms: [{ tags: { a: 'b' }, instanceMatchCriteria: 'open' }] },
        { runners: [{ ...RUNNER, capacity: 'on-demand' }] },
      ),
      /\[0\]\.instanceMatchCriteria: .*by id, owner and tags alone/,
    ],
    [
      'rootless builds',
      withRunner({ rootlessBuilds: true }),
      /rootlessBuilds: .*#2797.*dockerInDocker.*existingPools/,
    ],
    [
      'user namespaces of pods',
      withRunner({
        config: {
          runner: {
            feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true },
            kubernetes: { pod_spec: [{ name: 'users', patch: 'hostUsers: false', patch_type: 'strategic' }] },
          },
        },
      }),
      /pod_spec: .*#2797/,
    ],
    [
      'devices of an overlay',
      withPool({ devices: { 'example.com/card': 1 }, instanceFamilies: ['m7i'], instanceSizes: ['xlarge'] }),
      /devices: .*no NodeOverlay/,
    ],
    [
      'families',
      withPool({ instanceFamilies: ['vt1', 'm7i'] }),
      /instanceFamilies\[0\]: .*no instances of this kind/,
    ],
    [
      'sizes',
      withPool({ instanceSizes: ['small', 'large'] }),
      /instanceSizes\[0\]: .*"medium" is the smallest/,
    ],
    [
      "labels of Karpenter's own domain",
      withPool({
        requirements: [{ key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Gt', values: ['400'] }],
      }),
      /requirements\[0\]\.key: .*write "eks\.amazonaws\.com\/instance-local-nvme"/,
    ],
    [
      'labels without another name',
      withPool({
        requirements: [{ key: 'karpenter.k8s.aws/instance-accelerator-name', operator: 'Exists' }],
      }),
      /requirements\[0\]\.key: .*leave it out/,
    ],
    [
      'Windows',
      withPool({ requirements: [{ key: 'kubernetes.io/os', operator: 'In', values: ['windows'] }] }),
      /requirements\[0\]\.key: .*starts Linux alone/,
    ],
    [
      "selectors of Karpenter's own domain",
      withRunner({ nodeSelector: { 'karpenter.k8s.aws/instance-family': 'm7i' } }),
      /nodeSelector\["karpenter\.k8s\.aws\/instance-family"\]: .*write "eks\.amazonaws\.com\/instance-family"/,
    ],
    [
      'labels that it sets',
      withPool({ nodeLabels: { 'eks.amazonaws.com/x': 'y' } }),
      /nodeLabels\[.*sets labels/,
    ],
    [
      'nodes that never expire',
      withPool({ expireAfter: 'Never' }),
      /expireAfter: .*504h.*write "501h" or less/,
    ],
    [
      'nodes that live too long',
      withPool({ expireAfter: '503h' }),
      /expireAfter: .*\(2h10m\).*write "501h" or less/,
    ],
    [
      'jobs that outlast every node',
      withRunner({ longestJob: '510h' }),
      /nodePool .*terminationGracePeriod: .*drain for up to 510h10m.*shorten longestJob/,
    ],
    [
      'jobs that leave a node less than an hour to start them',
      withRunner({ longestJob: '503h' }),
      /nodePool .*terminationGracePeriod: .*drain for up to 503h10m.*shorten longestJob/,
    ],
    [
      'tags that it sets',
      withClass({ tags: { 'karpenter.sh/managed-by': 'me' } }),
      /tags > karpenter\.sh\/managed-by: EKS Auto Mode sets this tag itself/,
    ],
    [
      'subnets of pods without groups',
      withClass({ podSubnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0' }] }),
      /podSecurityGroupSelectorTerms: .*only together/,
    ],
    [
      'a placement group by nothing',
      withClass({ placementGroupSelector: { name: 'a', id: 'pg-1' } }),
      /placementGroupSelector: .*exactly one/,
    ],
    [
      'noProxy without a proxy',
      withClass({ advancedNetworking: { noProxy: ['.internal'] } }),
      /noProxy: without a proxy/,
    ],
    [
      'more than it takes past a proxy',
      {
        ...AUTO,
        proxy: {
          http: 'http://proxy.example.com:3128',
          noProxy: Array.from({ length: 44 }, (_, index) => `.d${index}.example.com`),
        },
      },
      /noProxy: a NodeClass takes 50 entries, .*write fewer/,
    ],
    [
      'two bundles of a name',
      withClass({
        certificateBundles: [
          { name: 'ca', pem: CERTIFICATE },
          { name: 'ca', pem: CERTIFICATE },
        ],
      }),
      /certificateBundles\[1\] > name: .*merge them/,
    ],
    [
      'a private key',
      withClass({
        certificateBundles: [
          { name: 'ca', pem: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----' },
        ],
      }),
      /certificateBundles\[0\] > pem: .*private key/,
    ],
    [
      'names that are not a label',
      {
        ...withRunner({ pool: 'a-pool-with-a-long-name-x', capacity: 'on-demand' }),
        prefix: 'twenty-letters-long-',
      },
      /pool: .*at most 63 characters.*shorten prefix/,
    ],
  ])('%s', (_what, fleet, message) => {
    expect(faultsOf(fleet).join('\n')).toMatch(message);
  });

  test('each cause is reported once for what all pools share', () => {
    const faults = faultsOf({ ...withClass({ userData: '#!/bin/bash\n', kubelet: {} }), name: 'production' });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'production > nodeClass > userData',
      'production > nodeClass > kubelet',
    ]);
  });

  test('but not on a node group, nor on Fargate', () => {
    const fleet: RunnerFleetProps = {
      ...AUTO,
      fargate: { region: 'eu-west-1' },
      existingPools: [
        {
          pool: 'builds',
          nodeSelector: { 'eks.amazonaws.com/nodegroup': 'builds' },
          startedBy: 'node-group',
        },
      ],
      runners: [
        { ...RUNNER, name: 'builds', pool: 'builds', rootlessBuilds: true },
        { ...RUNNER, name: 'small', capacity: 'fargate' },
      ],
    };
    expect(faultsOf(fleet)).toEqual([]);
    expect(selectorOf(fleet)).toMatchObject({ 'kubernetes.io/os': 'linux' });
  });
});

describe('what EKS Auto Mode alone has is refused elsewhere, with what takes its place', () => {
  const of = (nodeClass: NodeClassProps): RunnerFleetProps => ({
    name: 'production',
    runners: [RUNNER],
    nodeClass,
  });
  test.each<[string, RunnerFleetProps, RegExp]>([
    ['storage', of({ ephemeralStorage: { size: '200Gi' } }), /ephemeralStorage: .*write rootVolume/],
    ['SNAT', of({ snatPolicy: 'Disabled' }), /snatPolicy: .*VPC CNI/],
    ['policies', of({ networkPolicy: 'DefaultDeny' }), /networkPolicy: .*VPC CNI/],
    ['logs', of({ networkPolicyEventLogs: 'Enabled' }), /networkPolicyEventLogs: .*VPC CNI/],
    [
      'subnets of pods',
      of({
        podSubnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0' }],
        podSecurityGroupSelectorTerms: [{ id: 'sg-0123456789abcdef0' }],
      }),
      /podSubnetSelectorTerms: .*ENIConfig.*podSecurityGroupSelectorTerms: .*ENIConfig/s,
    ],
    [
      'proxy',
      of({ advancedNetworking: { httpsProxy: 'http://p:3128' } }),
      /advancedNetworking: .*set proxy of the fleet/,
    ],
    ['FIPS', of({ advancedSecurity: { fips: true } }), /advancedSecurity: .*amiSelectorTerms/],
    [
      'CAs',
      of({ certificateBundles: [{ name: 'ca', pem: CERTIFICATE }] }),
      /certificateBundles: .*internal-ca\.md/,
    ],
    [
      'placement groups',
      of({ placementGroupSelector: { name: 'a' } }),
      /placementGroupSelector: .*patch EC2NodeClass/,
    ],
    [
      'labels',
      {
        name: 'production',
        runners: [{ ...RUNNER, nodeSelector: { 'eks.amazonaws.com/compute-type': 'auto' } }],
        nodePoolDefaults: {
          requirements: [{ key: 'eks.amazonaws.com/instance-memory', operator: 'Gt', values: ['1'] }],
        },
      },
      /compute-type"\]: .*leave it out.*write "karpenter\.k8s\.aws\/instance-memory"/s,
    ],
  ])('%s', (_what, fleet, message) => {
    expect(faultsOf(fleet).join('\n')).toMatch(message);
  });

  test('labels of node groups are not meant', () => {
    const nodeSelector = { 'eks.amazonaws.com/nodegroup': 'platform' };
    expect(faultsOf({ name: 'production', runners: [RUNNER], managerNodes: { nodeSelector } })).toEqual([]);
  });
});
