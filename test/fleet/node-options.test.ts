import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodeClassProps } from '../../lib/fleet/props/node-class';
import type { NodePoolSettings } from '../../lib/fleet/props/node-pool';
import { parseToml } from '../../lib/values/toml';
import { DEFAULT_FLEET, faultsOf, find, type Manifest, manifests } from '../fleets';

const withClass = (nodeClass: NodeClassProps, more: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  ...more,
  nodeClass,
});
const classOf = (fleet: RunnerFleetProps, name = 'gitlab-jobs') =>
  find(manifests(fleet), 'EC2NodeClass', name).spec;
const poolOf = (fleet: RunnerFleetProps, name: string) =>
  find(manifests(fleet), 'NodePool', name).spec.template.spec;
const requirementsOf = (fleet: RunnerFleetProps, name: string, key: string) =>
  poolOf(fleet, name).requirements.filter((one: Manifest) => one.key === key);

describe('fields of node classes', () => {
  test('are rendered as Karpenter calls them', () => {
    const kubelet = {
      maxPods: 58,
      kubeReserved: { cpu: '200m', memory: '1Gi' },
      evictionSoft: { 'memory.available': '10%' },
      evictionSoftGracePeriod: { 'memory.available': '1m30s' },
      imageGCHighThresholdPercent: 70,
      imageGCLowThresholdPercent: 50,
      clusterDNS: ['169.254.20.10'],
      cpuCFSQuota: false,
    };
    const spec = classOf(
      withClass({
        userData: '#!/bin/bash\n',
        kubelet,
        instanceStorePolicy: 'RAID0',
        detailedMonitoring: true,
        associatePublicIPAddress: false,
      }),
    );
    expect(spec).toMatchObject({
      userData: '#!/bin/bash\n',
      kubelet,
      instanceStorePolicy: 'RAID0',
      detailedMonitoring: true,
      associatePublicIPAddress: false,
    });
  });

  test('of the fleet hold for a pool with a class of its own, and null takes one back', () => {
    const fleet = withClass(
      { userData: '#!/bin/bash\n', kubelet: { maxPods: 58, podsPerCore: 10 }, detailedMonitoring: true },
      {
        nodePools: [
          { arch: 'arm64', capacity: 'spot', nodeClass: { userData: null, kubelet: { maxPods: 29 } } },
        ],
      },
    );
    const own = classOf(fleet, 'gitlab-jobs-arm64-spot');
    expect(own).toMatchObject({ kubelet: { maxPods: 29, podsPerCore: 10 }, detailedMonitoring: true });
    expect(own).not.toHaveProperty('userData');
    expect(classOf(fleet).userData).toBe('#!/bin/bash\n');
  });

  test('hold for managers, too, but for the disks and the reservations of jobs', () => {
    const managers = classOf(
      withClass({
        userData: '#!/bin/bash\n',
        instanceStorePolicy: 'RAID0',
        blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: { volumeSize: '500Gi' } }],
        capacityReservationSelectorTerms: [{ id: 'cr-0123456789abcdef0' }],
      }),
      'gitlab-managers',
    );
    expect(managers.userData).toBe('#!/bin/bash\n');
    expect(managers.blockDeviceMappings).toHaveLength(1);
    expect(managers).not.toHaveProperty('instanceStorePolicy');
    expect(managers).not.toHaveProperty('capacityReservationSelectorTerms');
  });

  test('images, subnets and security groups are found by terms in place of alias and tags', () => {
    const terms = {
      amiFamily: 'Bottlerocket',
      amiSelectorTerms: [
        { name: 'acme-bottlerocket-*', owner: '123456789012' },
        { id: 'ami-0123456789abcdef0' },
      ],
      subnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0' }, { tags: { Tier: 'private' } }],
      securityGroupSelectorTerms: [{ name: 'nodes' }, { id: 'sg-0123456789abcdef0' }],
    } as const;
    const spec = classOf(withClass(terms));
    expect(spec).toMatchObject(terms);
    // Images of Bottlerocket keep pods on a volume of their own.
    expect(spec.blockDeviceMappings.map(({ deviceName }: Manifest) => deviceName)).toEqual([
      '/dev/xvda',
      '/dev/xvdb',
    ]);
  });

  test('a pool with an alias takes nothing of the images that the fleet finds by terms', () => {
    const fleet = withClass(
      { amiFamily: 'Custom', amiSelectorTerms: [{ id: 'ami-0123456789abcdef0' }] },
      { nodePools: [{ arch: 'arm64', capacity: 'spot', nodeClass: { amiAlias: 'bottlerocket@v1.50.0' } }] },
    );
    const own = classOf(fleet, 'gitlab-jobs-arm64-spot');
    expect(own.amiSelectorTerms).toEqual([{ alias: 'bottlerocket@v1.50.0' }]);
    expect(own).not.toHaveProperty('amiFamily');
    expect(classOf(fleet).amiFamily).toBe('Custom');
  });

  test('further volumes stand beside the root volume, encrypted and gone with their node', () => {
    const { blockDeviceMappings } = classOf(
      withClass({
        rootVolume: { size: '50Gi' },
        blockDeviceMappings: [
          { deviceName: '/dev/xvdf', ebs: { volumeSize: '500Gi', volumeType: 'io2', iops: 20000 } },
        ],
      }),
    );
    expect(blockDeviceMappings).toEqual([
      expect.objectContaining({ deviceName: '/dev/xvda', rootVolume: true }),
      {
        deviceName: '/dev/xvdf',
        ebs: {
          volumeSize: '500Gi',
          volumeType: 'io2',
          iops: 20000,
          encrypted: true,
          deleteOnTermination: true,
        },
      },
    ]);
  });

  test.each([
    ['the device of pods', { deviceName: '/dev/xvdb', ebs: { snapshotID: 'snap-0123456789abcdef0' } }],
    ['the mark', { deviceName: '/dev/xvdb', rootVolume: true, ebs: { volumeSize: '700Gi' } }],
  ])('one volume takes the place of the root volume by %s', (_, volume) => {
    const { blockDeviceMappings } = classOf(
      withClass({ amiAlias: 'bottlerocket@v1.50.0', blockDeviceMappings: [volume] }),
    );
    expect(
      blockDeviceMappings.map(({ deviceName, rootVolume }: Manifest) => [deviceName, rootVolume]),
    ).toEqual([
      ['/dev/xvda', undefined],
      ['/dev/xvdb', true],
    ]);
    expect(blockDeviceMappings[1].ebs).toMatchObject(volume.ebs);
  });

  // biome-ignore format: a table of cases
  test.each<[string, NodeClassProps, RegExp]>([
    ['user data of another system', { userData: '#!/bin/bash\necho hello\n', amiAlias: 'bottlerocket@v1.50.0' }, /userData: user data of Bottlerocket is TOML/],
    ['more pods than a number', { kubelet: { maxPods: -1 } }, /kubelet\.maxPods: .*API server refuses/],
    ['a signal that is none', { kubelet: { evictionHard: { 'memory.free': '5%' } } }, /kubelet\.evictionHard.*valid keys/],
    ['a soft threshold without its time', { kubelet: { evictionSoft: { 'memory.available': '5%' } } }, /matching evictionSoftGracePeriod/],
    ['a time in words', { kubelet: { evictionSoft: { 'memory.available': '5%' }, evictionSoftGracePeriod: { 'memory.available': 'soon' } } }, /evictionSoftGracePeriod\["memory.available"\]: durations/],
    ['images that are removed down to more than from', { kubelet: { imageGCHighThresholdPercent: 50, imageGCLowThresholdPercent: 60 } }, /must be greater than/],
    ['pods of each core on Bottlerocket', { amiAlias: 'bottlerocket@v1.50.0', kubelet: { podsPerCore: 4 } }, /Bottlerocket ignores it. set maxPods/],
    ['a name for a DNS server', { kubelet: { clusterDNS: ['dns.example.com'] } }, /clusterDNS\[0\]: the address/],
    ['terms of images without a family', { amiSelectorTerms: [{ id: 'ami-0123456789abcdef0' }] }, /amiFamily: allowed are "AL2023", "Bottlerocket", "Custom"/],
    ['an id among names', { amiFamily: 'AL2023', amiSelectorTerms: [{ id: 'ami-0123456789abcdef0', name: 'x' }] }, /'id' is mutually exclusive/],
    ['a family beside an alias', { amiFamily: 'AL2023' }, /amiFamily: the alias names the family/],
    ['Windows by its alias', { amiAlias: 'windows2022@latest' }, /amiAlias: jobs run on Linux here/],
    ['Windows by its family', { amiFamily: 'Windows2022' as never, amiSelectorTerms: [{ name: 'x' }] }, /amiFamily: jobs run on Linux here/],
    ['tags and terms of subnets', { subnetTags: { a: 'b' }, subnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0' }] }, /subnetTags: subnetSelectorTerms takes the place/],
    ['an id and tags in one term', { subnetSelectorTerms: [{ id: 'subnet-0123456789abcdef0', tags: { a: 'b' } }, { tags: { a: 'b' } }] }, /subnetSelectorTerms\[0\]: id says all there is/],
    ['no term', { securityGroupSelectorTerms: [] }, /securityGroupSelectorTerms: securityGroupSelectorTerms cannot be empty/],
    ['no reservation', { capacityReservationSelectorTerms: [] }, /capacityReservationSelectorTerms: an empty list of terms finds nothing/],
    ['a volume without a size', { blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: {} }] }, /ebs > volumeSize: a volume needs a size/],
    ['two volumes of one device', { blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: { volumeSize: '1Gi' } }, { deviceName: '/dev/xvdf', ebs: { volumeSize: '1Gi' } }] }, /blockDeviceMappings\[1\] > deviceName: two volumes/],
    ['throughput of io2', { blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: { volumeSize: '4Gi', volumeType: 'io2', iops: 100, throughput: 125 } }] }, /EC2 accepts no throughput for io2/],
    ['io2 without its operations', { blockDeviceMappings: [{ deviceName: '/dev/xvdf', ebs: { volumeSize: '4Gi', volumeType: 'io2' } }] }, /EC2 requires it for io2/],
    ['a disk policy that is none', { instanceStorePolicy: 'RAID1' as never }, /instanceStorePolicy: /],
  ])('%s is one fault that says why', (_, nodeClass, says) => {
    const faults = faultsOf(withClass(nodeClass));
    expect(faults).toEqual([expect.stringMatching(says)]);
  });
});

describe('patches of node classes', () => {
  const note = (text: string) => ({ metadata: { annotations: { [text]: 'yes' } } });
  const notesOf = (fleet: RunnerFleetProps, name: string) =>
    Object.keys(find(manifests(fleet), 'EC2NodeClass', name).metadata.annotations).filter(
      (one) => !one.includes('/'),
    );

  test('of the fleet reach every class, and those of a pool come on top', () => {
    const fleet = {
      ...DEFAULT_FLEET,
      patches: { EC2NodeClass: note('fleet') },
      nodePools: [
        { arch: 'arm64', capacity: 'spot', nodeClass: {}, patches: { EC2NodeClass: note('pool') } },
      ],
      managerNodePool: { patches: { EC2NodeClass: note('managers') } },
    } as const;
    expect(notesOf(fleet, 'gitlab-jobs')).toEqual(['fleet']);
    expect(notesOf(fleet, 'gitlab-jobs-arm64-spot')).toEqual(['fleet', 'pool']);
    expect(notesOf(fleet, 'gitlab-managers')).toEqual(['fleet', 'managers']);
  });

  test('of a pool give it a class of its own', () => {
    const fleet = {
      ...DEFAULT_FLEET,
      nodePools: [{ arch: 'arm64', capacity: 'spot', patches: { EC2NodeClass: note('pool') } }],
    } as const;
    expect(poolOf(fleet, 'gitlab-jobs-arm64-spot').nodeClassRef.name).toBe('gitlab-jobs-arm64-spot');
    expect(notesOf(fleet, 'gitlab-jobs-arm64-spot')).toEqual(['pool']);
    expect(notesOf(fleet, 'gitlab-jobs')).toEqual([]);
  });
});

describe('reserved capacity', () => {
  const CAPACITY = 'karpenter.sh/capacity-type';
  const nodeClass = { capacityReservationSelectorTerms: [{ tags: { team: 'ci' } }] };
  const kubernetesOf = (fleet: RunnerFleetProps, runner: string): Manifest => {
    const config = manifests(fleet).find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`runner-${runner}-`),
    );
    return (parseToml(config.data['config.toml']) as Manifest).runners[0].kubernetes;
  };
  const termsOf = (fleet: RunnerFleetProps, runner: string) =>
    kubernetesOf(fleet, runner).affinity?.node_affinity.required_during_scheduling_ignored_during_execution
      .node_selector_terms;

  test('is admitted by on-demand pools, and asked for by their jobs beside on-demand nodes', () => {
    const fleet = withClass(nodeClass);
    const values = (name: string) => requirementsOf(fleet, name, CAPACITY)[0].values;
    expect(values('gitlab-jobs-amd64-on-demand')).toEqual(['on-demand', 'reserved']);
    expect(values('gitlab-jobs-amd64-spot')).toEqual(['spot']);
    expect(values('gitlab-managers')).toEqual(['on-demand']);
    expect(kubernetesOf(fleet, 'amd64-on-demand').node_selector).not.toHaveProperty(CAPACITY);
    expect(termsOf(fleet, 'amd64-on-demand')).toEqual([
      { match_expressions: [{ key: CAPACITY, operator: 'In', values: ['reserved', 'on-demand'] }] },
    ]);
    expect(kubernetesOf(fleet, 'amd64-spot').node_selector[CAPACITY]).toBe('spot');
  });

  test('comes before Spot for jobs that may have either', () => {
    const fleet = withClass(nodeClass, { runners: [{ name: 'a', arch: 'amd64', capacity: 'spot-first' }] });
    expect(requirementsOf(fleet, 'gitlab-jobs-amd64-spot', CAPACITY)[0].values).toEqual(['spot', 'reserved']);
    expect(termsOf(fleet, 'a')).toBeUndefined();
  });

  test('that no runner may use is refused', () => {
    const spot = { runners: [{ name: 'a', arch: 'amd64', capacity: 'spot' }] } as const;
    expect(faultsOf(withClass(nodeClass, spot))).toEqual([
      expect.stringMatching(
        /nodeClass > capacityReservationSelectorTerms: only jobs of on-demand and spot-first/,
      ),
    ]);
    expect(faultsOf({ ...DEFAULT_FLEET, managerNodePool: { nodeClass } })).toEqual([
      expect.stringMatching(/managers select on-demand nodes/),
    ]);
  });

  test('a term of its own must keep jobs off Spot as well', () => {
    const term = (key: string) => ({ match_expressions: [{ key, operator: 'In', values: ['on-demand'] }] });
    const fleet = (key: string) =>
      withClass(nodeClass, {
        runners: [
          {
            name: 'a',
            arch: 'amd64',
            capacity: 'on-demand',
            config: {
              runner: {
                kubernetes: {
                  affinity: {
                    node_affinity: {
                      required_during_scheduling_ignored_during_execution: {
                        node_selector_terms: [term(key)],
                      },
                    },
                  },
                },
              },
            },
          },
        ],
      });
    expect(faultsOf(fleet(CAPACITY))).toEqual([]);
    expect(faultsOf(fleet('topology.kubernetes.io/zone'))).toEqual([
      expect.stringMatching(/node_selector_terms\[0\]: it replaces the term/),
    ]);
  });
});

test('startup taints of all pools and of one add up, and no pod tolerates them', () => {
  const fleet: RunnerFleetProps = {
    ...DEFAULT_FLEET,
    nodePoolDefaults: { startupTaints: { 'node.cilium.io/agent-not-ready=true': 'NoExecute' } },
    nodePools: [{ arch: 'amd64', capacity: 'spot', startupTaints: { 'example.com/starting': 'NoSchedule' } }],
  };
  const cilium = { key: 'node.cilium.io/agent-not-ready', value: 'true', effect: 'NoExecute' };
  const own = { key: 'example.com/starting', effect: 'NoSchedule' };
  const taintsOf = (name: string) => poolOf(fleet, name).startupTaints;
  expect(taintsOf('gitlab-jobs-amd64-spot')).toEqual([cilium, own]);
  expect(taintsOf('gitlab-jobs-arm64-spot')).toEqual([cilium]);
  expect(taintsOf('gitlab-managers')).toBeUndefined();
  const pods = manifests(fleet).filter(({ kind }) => kind === 'Deployment' || kind === 'ConfigMap');
  expect(JSON.stringify(pods)).not.toMatch(/cilium|starting/);
});

describe('requirements', () => {
  const withPool = (settings: NodePoolSettings): RunnerFleetProps => ({
    ...DEFAULT_FLEET,
    nodePoolDefaults: settings,
  });

  test('stand beside those that options make', () => {
    const requirements = [
      { key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: ['m7i.4xlarge'] },
      { key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Exists' },
      { key: 'karpenter.k8s.aws/instance-generation', operator: 'Lt', values: ['9'] },
      { key: 'karpenter.k8s.aws/instance-family', operator: 'Exists', minValues: 3 },
    ] as const;
    const plain = poolOf(DEFAULT_FLEET, 'gitlab-jobs-amd64-spot').requirements;
    expect(poolOf(withPool({ requirements }), 'gitlab-jobs-amd64-spot').requirements).toEqual([
      ...plain,
      ...requirements,
    ]);
  });

  // biome-ignore format: a table of cases
  test.each<[string, NodePoolSettings['requirements'], RegExp]>([
    ['an older generation than the least', [{ key: 'karpenter.k8s.aws/instance-generation', operator: 'Lt', values: ['6'] }], /requirements\[0\]: no node meets it and karpenter.k8s.aws\/instance-generation Exists >=6. change minGeneration/],
    ['another category', [{ key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['g'] }], /In \[c m r\]. change instanceCategories/],
    ['two that no node meets together', [{ key: 'example.com/rack', operator: 'In', values: ['a'] }, { key: 'example.com/rack', operator: 'In', values: ['b'] }], /requirements\[1\]: no node meets it and example.com\/rack In \[a\]. leave one of the two out/],
    ['a label that Karpenter does not know', [{ key: 'karpenter.k8s.aws/instance-pods', operator: 'Gt', values: ['1'] }], /requirements\[0\]\.key: label domain "karpenter.k8s.aws" is restricted/],
    ['a bound in words', [{ key: 'karpenter.k8s.aws/instance-memory', operator: 'Gt', values: ['8Gi'] }], /single positive integer/],
    ['nothing that is left out', [{ key: 'node.kubernetes.io/instance-type', operator: 'NotIn', values: [] }], /values: it leaves nothing out/],
    ['a value that nothing is compared with', [{ key: 'karpenter.k8s.aws/instance-local-nvme', operator: 'Exists', values: ['1'] }], /Exists compares with no value/],
    ['more values than it lists', [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m7i.large'], minValues: 2 }], /at least that many values/],
    ['an operator that is none', [{ key: 'a', operator: 'Like' as never, values: ['b'] }], /requirements\[0\]\.operator/],
  ])('%s is refused', (_, requirements, says) => {
    const faults = faultsOf(withPool({ requirements })).filter((one) => one.includes('nodePool jobs-amd64-spot'));
    expect(faults).toEqual([expect.stringMatching(says)]);
  });
});
