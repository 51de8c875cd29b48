import type { SourceFile } from '../../lib/cluster/manifest';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { AUTO_MODE_SAMPLE } from '../fixtures/auto-mode-sample';
import { type Change, edited, FLEET, without } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
import { CONFIG, DEPLOYMENT, MANAGERS, POOL } from './places';

const CLASS = '/nodeclass-gitlab-jobs.yaml';
const SWITCH = 'configmap-amazon-vpc-cni.yaml';
const REF = /group: .*\n( +)kind: .*/;
const OVERLAY: SourceFile = {
  path: 'acme/karpenter/overlay.yaml',
  text: `apiVersion: karpenter.sh/v1alpha1
kind: NodeOverlay
metadata: { name: fuse }
spec: { requirements: [], capacity: { smarter-devices/fuse: 20 } }
`,
};
const disk = (provisioner: string): SourceFile => ({
  path: 'acme/base/disk.yaml',
  text: `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: disks }
provisioner: ${provisioner}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: cache, namespace: gitlab-jobs }
spec: { accessModes: [ReadWriteOnce], storageClassName: disks, resources: { requests: { storage: 10Gi } } }
`,
});
const MOUNTED: Change = [
  CONFIG,
  '        [runners.kubernetes.node_selector]',
  '        [[runners.kubernetes.volumes.pvc]]\n        name = "cache"\n        mount_path = "/cache"\n\n        [runners.kubernetes.node_selector]',
];
/** Managers on nodes of Auto Mode, jobs on those of self-managed Karpenter. */
const isOfManagers = ({ path }: SourceFile) => /karpenter\/\w+-gitlab-managers/.test(path);
const MANAGERS_ON_AUTO_MODE = [
  ...FLEET.filter((file) => !isOfManagers(file)),
  ...AUTO_MODE_FLEET.filter(isOfManagers),
];
const idsIn = (files: readonly SourceFile[]) =>
  findingsIn(files)
    .map(({ id }) => id)
    .filter((id) => id.startsWith('auto-mode/') || id === 'schema/node-life');

describeCheck('auto-mode', {
  fires: [
    {
      name: 'a class of Karpenter in the group of Auto Mode',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'kind: NodeClass', 'kind: EC2NodeClass']],
      finds: ['auto-mode/mixed-class', 'error', /EC2NodeClass is a kind of self-managed Karpenter/],
    },
    {
      name: 'a class of Auto Mode in the group of Karpenter',
      changes: [[POOL, 'kind: EC2NodeClass', 'kind: NodeClass']],
      finds: ['auto-mode/mixed-class', 'error', /NodeClass is a kind of EKS Auto Mode.*never starts a node/],
    },
    {
      name: 'a pool of Auto Mode whose class is one of Karpenter',
      changes: [[POOL, REF, 'group: eks.amazonaws.com\n$1kind: NodeClass']],
      finds: [
        'auto-mode/mixed-class',
        'error',
        /the class of this name is EC2NodeClass of self-managed Karpenter/,
      ],
    },
    {
      name: 'a pool of Karpenter whose class is one of Auto Mode',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, REF, 'group: karpenter.k8s.aws\n$1kind: EC2NodeClass']],
      finds: ['auto-mode/mixed-class', 'error', /the class of this name is NodeClass of EKS Auto Mode/],
    },
    {
      name: 'a label of Karpenter on a pool of Auto Mode',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'eks.amazonaws.com/instance-category', 'karpenter.k8s.aws/instance-category']],
      finds: [
        'auto-mode/foreign-label',
        'error',
        /never starts a node\. Fix: write eks.amazonaws.com\/instance-category/,
      ],
    },
    {
      name: 'a label of Karpenter that Auto Mode does not have by any name',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, 'eks.amazonaws.com/instance-category', 'karpenter.k8s.aws/instance-accelerator-name']],
      finds: ['auto-mode/foreign-label', 'error', /Fix: remove it/],
    },
    {
      name: 'a label of Auto Mode on a pool of Karpenter, where it rules out nothing',
      changes: [[POOL, 'karpenter.k8s.aws/instance-category', 'eks.amazonaws.com/instance-category']],
      finds: [
        'auto-mode/foreign-label',
        'error',
        /rules out no instance type\. Fix: write karpenter.k8s.aws/,
      ],
    },
    {
      name: 'the compute type of Auto Mode on a pool of Karpenter: daemonsets keep off its nodes',
      changes: [
        [
          POOL,
          '        - key: karpenter.sh/capacity-type',
          '        - { key: eks.amazonaws.com/compute-type, operator: In, values: [auto] }\n        - key: karpenter.sh/capacity-type',
        ],
      ],
      finds: ['auto-mode/foreign-label', 'error', /gets no network/],
    },
    {
      name: 'a NodeClass with the name of the one that EKS makes',
      files: AUTO_MODE_FLEET,
      changes: [[CLASS, '  name: gitlab-jobs', '  name: default']],
      finds: ['auto-mode/default-class', 'error', /EKS makes and owns the NodeClass of this name/],
    },
    {
      name: 'a NodeClass without a role',
      files: AUTO_MODE_FLEET,
      changes: [[CLASS, / {2}role: .*\n/, '']],
      finds: ['auto-mode/no-node-role', 'warning', /nodes do not join the cluster/],
    },
    {
      name: 'a NodeClass with tags',
      files: AUTO_MODE_FLEET,
      changes: [[CLASS, 'spec:\n', 'spec:\n  tags: { team: web }\n']],
      finds: ['auto-mode/custom-tags', 'note', /found team\..*no node of this class starts/],
    },
    {
      name: 'a pool that leaves the life of its nodes to a default',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, / {6}expireAfter: .*\n/, '']],
      finds: [
        'auto-mode/default-life',
        'warning',
        /write expireAfter: 336h and terminationGracePeriod: 2h10m/,
      ],
    },
    {
      name: 'jobs in a user namespace of their own',
      files: AUTO_MODE_FLEET,
      changes: [
        [CONFIG, 'FF_WAIT_FOR', 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n      FF_WAIT_FOR'],
        [
          CONFIG,
          '      [runners.kubernetes.node_selector]',
          `      [[runners.kubernetes.pod_spec]]
        name = "users"
        patch_type = "strategic"
        patch = "hostUsers: false"
      [runners.kubernetes.node_selector]`,
        ],
      ],
      finds: ['auto-mode/user-namespaces', 'error', /containers-roadmap#2797.*job pods.*never start/],
    },
    {
      name: 'a manager in a user namespace of its own',
      files: AUTO_MODE_FLEET,
      changes: [[DEPLOYMENT, '      nodeSelector:', '      hostUsers: false\n      nodeSelector:']],
      finds: [
        'auto-mode/user-namespaces',
        'error',
        /pods of the manager that land on gitlab-managers never start/,
      ],
    },
    {
      name: 'rootless BuildKit, by its image',
      files: AUTO_MODE_FLEET,
      changes: [[CONFIG, / {6}image = ".*"/, '      image = "moby/buildkit:v0.25.0-rootless"']],
      finds: [
        'auto-mode/user-namespaces',
        'error',
        /rootless BuildKit and Buildah fail.*Fix: build with a Docker daemon of the job/,
      ],
    },
    {
      name: 'rootless BuildKit, by its flags',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          CONFIG,
          '    executor = "kubernetes"',
          '    executor = "kubernetes"\n    environment = ["BUILDKITD_FLAGS=--oci-worker-no-process-sandbox"]',
        ],
      ],
      finds: ['auto-mode/user-namespaces', 'error', /found BUILDKITD_FLAGS/],
    },
    {
      name: 'a disk of the add-on, which does not run on nodes of Auto Mode',
      files: [...AUTO_MODE_FLEET, disk('ebs.csi.aws.com')],
      changes: [MOUNTED],
      finds: [
        'auto-mode/volume-driver',
        'error',
        /PersistentVolumeClaim.*cache: ebs.csi.aws.com.*provisioner is ebs.csi.eks/,
      ],
    },
    {
      name: 'a disk of Auto Mode for nodes of Karpenter',
      files: [...FLEET, disk('ebs.csi.eks.amazonaws.com')],
      changes: [MOUNTED],
      finds: [
        'auto-mode/volume-driver',
        'error',
        /do not run the driver of EKS Auto Mode.*provisioner is ebs.csi.aws.com/,
      ],
    },
    {
      name: 'a NodeOverlay where every pool is of Auto Mode',
      files: [...AUTO_MODE_FLEET, OVERLAY],
      finds: ['auto-mode/node-overlay', 'error', /has no NodeOverlays/],
    },
    {
      name: 'network policies without the ConfigMap that switches them on: not proved',
      files: without(AUTO_MODE_FLEET, SWITCH),
      finds: ['auto-mode/network-policies', 'note', /that any policy holds is not proved/],
    },
    {
      name: 'a ConfigMap that does not switch network policies on',
      files: AUTO_MODE_FLEET,
      changes: [[SWITCH, '"true"', '"false"']],
      finds: [
        'auto-mode/network-policies',
        'error',
        /found false.*accepts network policies and ignores them/,
      ],
    },
    {
      name: 'a pool that may start accelerated instances',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          'nodepool-gitlab-jobs-amd64-spot.yaml',
          / {8}- key: .*instance-category\n.*\n.*\n(?: {12}- \w\n)+/,
          '',
        ],
      ],
      finds: ['auto-mode/no-category', 'warning', /for jobs that need no device, at many times the price/],
    },
    {
      name: 'a pool that may start graphics instances of much memory, which have a category of their own',
      files: AUTO_MODE_FLEET,
      changes: [['nodepool-gitlab-jobs-amd64-spot.yaml', '            - c\n', '            - gr\n']],
      finds: ['auto-mode/no-category', 'warning', /found categories gr, m, r\./],
    },
    {
      name: 'network policies where managers alone are on Auto Mode',
      files: MANAGERS_ON_AUTO_MODE,
      finds: ['auto-mode/network-policies', 'note', /found NetworkPolicy\/gitlab-runners\//],
    },
    {
      name: 'a pool without limits',
      files: AUTO_MODE_FLEET,
      changes: [[POOL, / {2}limits:\n.*\n.*\n/, '']],
      finds: ['auto-mode/no-limits', 'warning', /nothing bounds how many nodes jobs start/],
    },
    {
      name: 'a requirement on the operating system',
      files: AUTO_MODE_FLEET,
      changes: [
        [
          POOL,
          '        - key: karpenter.sh/capacity-type',
          '        - { key: kubernetes.io/os, operator: In, values: [linux] }\n        - key: karpenter.sh/capacity-type',
        ],
      ],
      finds: ['auto-mode/os-label', 'note', /built-in pools have it/],
    },
  ],
  quiet: [{ name: 'a fleet of self-managed Karpenter, which needs none of this' }],
});

describe('nothing is wrong', () => {
  test.each<[string, readonly SourceFile[]]>([
    ['with a fleet on Auto Mode', AUTO_MODE_FLEET],
    ['where both controllers have pools and classes of their own', [...AUTO_MODE_FLEET, ...otherCluster()]],
    [
      'with an overlay for pools of Karpenter alongside those of Auto Mode',
      [...AUTO_MODE_FLEET, ...otherCluster(), OVERLAY],
    ],
    [
      'with the default class, which EKS makes',
      edited(
        AUTO_MODE_FLEET,
        [CLASS, '  name: gitlab-jobs', '  name: default'],
        [CLASS, '    app.kubernetes.io/part-of: acme', '    app.kubernetes.io/managed-by: eks'],
      ),
    ],
    [
      'where an annotation says that the ConfigMap for network policies exists',
      edited(without(AUTO_MODE_FLEET, SWITCH), [
        DEPLOYMENT,
        '  annotations:\n',
        '  annotations:\n    gitlab-runner-fleet/existing: ConfigMap/kube-system/amazon-vpc-cni\n',
      ]),
    ],
    [
      'with a disk of its own driver',
      edited([...AUTO_MODE_FLEET, disk('ebs.csi.eks.amazonaws.com')], MOUNTED),
    ],
    [
      'with a disk of the add-on on self-managed Karpenter',
      edited([...FLEET, disk('ebs.csi.aws.com')], MOUNTED),
    ],
    [
      'with a static pool, whose replicas bound it',
      edited(
        AUTO_MODE_FLEET,
        [POOL, 'spec:\n', 'spec:\n  replicas: 2\n'],
        [POOL, / {2}limits:\n.*\n.*\n/, ''],
      ),
    ],
    [
      'with an overlay where no pool says which controller there is',
      [...FLEET.filter(({ path }) => !path.includes('/karpenter/')), OVERLAY],
    ],
    [
      'with tags that no NodeClass may set, which are refused anyway',
      edited(AUTO_MODE_FLEET, [CLASS, 'spec:\n', 'spec:\n  tags: { kubernetes.io/cluster/acme: owned }\n']),
    ],
    [
      'where a class of Karpenter has the name of one that is there',
      [...AUTO_MODE_FLEET, ...FLEET.filter(({ path }) => path.includes('/ec2nodeclass-'))],
    ],
    [
      'with a pool of Karpenter that keeps off the compute type of Auto Mode',
      edited(FLEET, [
        POOL,
        '        - key: karpenter.sh/capacity-type',
        '        - { key: eks.amazonaws.com/compute-type, operator: NotIn, values: [auto] }\n        - key: karpenter.sh/capacity-type',
      ]),
    ],
    [
      'with a pool for nothing but GPUs',
      edited(
        AUTO_MODE_FLEET,
        [MANAGERS, '            - t\n', '            - g\n'],
        [MANAGERS, '- medium\n', '- xlarge\n'],
      ),
    ],
    [
      'with an image of BuildKit that is not rootless',
      edited(AUTO_MODE_FLEET, [CONFIG, / {6}image = ".*"/, '      image = "moby/buildkit:v0.25.0"']),
    ],
  ])('%s', (_, files) => {
    expect(idsIn(files)).toEqual([]);
  });
});

/** Pools and classes of self-managed Karpenter with names of their own. */
function otherCluster(): readonly SourceFile[] {
  return FLEET.filter(({ path }) => path.includes('/karpenter/')).map(({ path, text }) => ({
    path: path.replace('/karpenter/', '/karpenter/own-'),
    text: text
      .replaceAll(/name: gitlab-(jobs|managers)/g, 'name: own-$1')
      .replaceAll('gitlab-jobs\n', 'own-jobs\n'),
  }));
}

describe('the sample of AWS', () => {
  const found = findingsIn(AUTO_MODE_SAMPLE);
  const textsOf = (id: string) =>
    found
      .filter((one) => one.id === id)
      .map(({ severity, at, why }) => `${severity} ${at.manifest.name}: ${why}`)
      .sort();

  test.each<[string, id: string, says: readonly RegExp[]]>([
    [
      'gives jobs and managers two minutes when their node goes',
      'in-time/node-grace',
      [
        /error gitlab-main: .*cuts off what drains for 1h/,
        /error gitlab-spot: .*cuts off what drains for 1h/,
      ],
    ],
    [
      'consolidates running jobs away',
      'in-time/no-protection',
      [/error .*consolidation of gitlab-spot evicts running jobs/],
    ],
    [
      'bounds no pool',
      'auto-mode/no-limits',
      [/warning gitlab-main: nothing bounds/, /warning gitlab-spot: nothing bounds/],
    ],
    [
      'writes a token in plain',
      'secrets/plain-token',
      [/error gitlab-runner: everyone who can read the repository can use it/],
    ],
    ['lets jobs request nothing', 'fits/no-requests', [/warning .*killed when memory runs out/]],
    ['gives jobs the account of the manager', 'rights/other-subject', [/warning .*jobs hold its token/]],
    [
      'lets any pod onto the nodes of jobs',
      'isolation/no-taint',
      [/warning gitlab-spot: any pod of the cluster lands/],
    ],
    ['has few types of Spot', 'fits/few-spot-types', [/warning gitlab-spot: .*runs out/]],
    ['holds nothing by network policies', 'guarded/no-policy', [/note .*nothing among the manifests limits/]],
    [
      'asks for a label that AWS does not support',
      'auto-mode/os-label',
      [/note gitlab-main/, /note gitlab-spot/],
    ],
  ])('%s', (_, id, says) => {
    expect(textsOf(id)).toEqual(says.map((text) => expect.stringMatching(text)));
  });

  test('is accepted by the API server all the same', () => {
    expect(found.filter(({ id }) => id.startsWith('schema/') || id.startsWith('lands/'))).toEqual([]);
  });
});

test('a selector of pods by a label of Karpenter lands nowhere on Auto Mode, and its name there is proposed', () => {
  const files = edited(AUTO_MODE_FLEET, [
    CONFIG,
    '"karpenter.sh/capacity-type" = "spot"',
    '"karpenter.sh/capacity-type" = "spot"\n        "karpenter.k8s.aws/instance-cpu" = "4"',
  ]);
  const [found] = findingsIn(files).filter(({ id }) => id === 'lands/job');
  expect(found).toMatchObject({
    severity: 'error',
    fix: expect.stringContaining('the label is eks.amazonaws.com/instance-cpu'),
  });
});

describe('the life of nodes', () => {
  const living = (expireAfter: string, grace?: string) =>
    edited(
      AUTO_MODE_FLEET,
      [POOL, 'expireAfter: 168h', `expireAfter: ${expireAfter}`],
      [
        POOL,
        / {6}terminationGracePeriod: .*\n?/,
        grace === undefined ? '' : `      terminationGracePeriod: ${grace}\n`,
      ],
    );

  test.each([
    ['Never', '2h'],
    ['720h', undefined],
    ['481h', undefined],
    ['480h', '24h1s'],
    ['504h', '1s'],
  ])('expireAfter %s with terminationGracePeriod %s is refused: more than 21 days', (age, grace) => {
    expect(idsIn(living(age, grace))).toEqual(['schema/node-life']);
  });

  test.each([
    ['480h', undefined],
    ['480h', '24h'],
    ['501h', '3h'],
  ])('expireAfter %s with terminationGracePeriod %s is taken', (age, grace) => {
    expect(idsIn(living(age, grace))).toEqual([]);
  });

  test('the finding names both, and what is filled in', () => {
    const [finding] = findingsIn(living('720h')).filter(({ id }) => id === 'schema/node-life');
    expect(finding).toMatchObject({
      severity: 'error',
      found: 'expireAfter 720h, terminationGracePeriod 24h',
      fix: expect.stringMatching(/at most 504h together/),
    });
  });

  test('pools of self-managed Karpenter may live indefinitely', () => {
    expect(idsIn(edited(FLEET, [POOL, 'expireAfter: 168h', 'expireAfter: Never']))).toEqual([]);
  });

  test('jobs that take longer than the day in which its nodes drain by default are cut off', () => {
    const files = edited(living('400h'), [
      DEPLOYMENT,
      /terminationGracePeriodSeconds: \d+/,
      'terminationGracePeriodSeconds: 90000',
    ]);
    expect(findingsIn(files).map(({ id, found }) => `${id}: ${found}`)).toContain(
      'in-time/node-grace: none, so 24h',
    );
  });
});

test('a manager of several runners is reported once', () => {
  const files = edited(
    AUTO_MODE_FLEET,
    [CONFIG, / {4}\[\[runners\]\]\n[\s\S]*?(?=\nimmutable)/, '$&\n$&'],
    [DEPLOYMENT, '      nodeSelector:', '      hostUsers: false\n      nodeSelector:'],
  );
  expect(idsIn(files)).toEqual(['auto-mode/user-namespaces']);
});
