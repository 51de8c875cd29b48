import { type Need, needsOf } from '../../lib/cluster/needs';
import { observe } from '../../lib/cluster/observe';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { type Change, edited, FLEET, parsed, without } from '../fixtures/files';

const CONFIG = 'arm64-spot/configmap.yaml';
const DEPLOYMENT = 'arm64-spot/deployment.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';

const needs = (files = FLEET, ...changes: Change[]) => needsOf(observe(parsed(edited(files, ...changes))));
const key = (line: string): Change => [
  CONFIG,
  '      automount_service_account_token = false\n',
  `      automount_service_account_token = false\n      ${line}\n`,
];
const one = (all: readonly Need[], kind: Need['kind'], name?: string) => {
  const found = all.filter((need) => need.kind === kind && (name === undefined || need.name === name));
  expect(found).toHaveLength(1);
  const [{ askedBy, madeBy, ...need }] = found;
  const asked = askedBy.map(({ manifest, path, within }) =>
    [manifest.kind, within ?? path.filter((step) => typeof step === 'string').join('.')].join(' '),
  );
  return { ...need, madeBy: madeBy?.kind, asked };
};

test('what managers name is found among the manifests, a sealed Secret with its key', () => {
  const all = needs();
  expect(one(all, 'ServiceAccount', 'runner-arm64-spot')).toMatchObject({
    namespace: 'gitlab-runners',
    state: 'found',
    madeBy: 'ServiceAccount',
  });
  expect(one(all, 'Secret', 'runner-arm64-spot-token')).toMatchObject({
    state: 'found',
    madeBy: 'SealedSecret',
    keys: [expect.stringMatching(/^token/)],
    asked: ['Deployment spec.template.spec.containers.env.valueFrom.secretKeyRef.name'],
  });
  expect(all.filter(({ state }) => state === 'missing')).toEqual([]);
});

test('what is not there is missing, by the field that asks for it', () => {
  expect(
    one(needs(without(FLEET, 'arm64-spot/serviceaccount')), 'ServiceAccount', 'runner-arm64-spot'),
  ).toMatchObject({
    state: 'missing',
    asked: ['Deployment spec.template.spec.serviceAccountName'],
  });
});

test.each<[string, Need['kind'], string, string]>([
  ['service_account = "x"', 'ServiceAccount', 'x', 'service_account'],
  ['image_pull_secrets = ["x"]', 'Secret', 'x', 'image_pull_secrets'],
  ['priority_class_name = "x"', 'PriorityClass', 'x', 'priority_class_name'],
  ['runtime_class_name = "x"', 'RuntimeClass', 'x', 'runtime_class_name'],
  [
    '[[runners.kubernetes.volumes.pvc]]\n        name = "x"\n        mount_path = "/x"',
    'PersistentVolumeClaim',
    'x',
    'volumes.pvc',
  ],
  [
    '[[runners.kubernetes.volumes.secret]]\n        name = "x"\n        mount_path = "/x"',
    'Secret',
    'x',
    'volumes.secret',
  ],
  [
    '[[runners.kubernetes.volumes.config_map]]\n        name = "x"\n        mount_path = "/x"',
    'ConfigMap',
    'x',
    'volumes.config_map',
  ],
])('jobs ask by config.toml: %s', (line, kind, name, within) => {
  const isOfCluster = kind === 'PriorityClass' || kind === 'RuntimeClass';
  expect(one(needs(FLEET, key(line)), kind, name)).toMatchObject({
    state: 'missing',
    namespace: isOfCluster ? undefined : 'gitlab-jobs',
    asked: [`ConfigMap runners[0].kubernetes.${within}`],
  });
});

test('jobs ask by patches of their pods', () => {
  const patch = `[[runners.kubernetes.pod_spec]]\n        patch = '{"containers":[{"name":"build","envFrom":[{"secretRef":{"name":"x"}}]}]}'`;
  const flag: Change = [
    CONFIG,
    /\[runners\.feature_flags\]\n/,
    '[runners.feature_flags]\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
  ];
  expect(one(needs(FLEET, key(patch), flag), 'Secret', 'x').asked).toEqual([
    'ConfigMap runners[0].kubernetes.pod_spec',
  ]);
});

test('what is optional in a pod is not needed', () => {
  const volume =
    '      volumes:\n        - name: extra\n          secret: { secretName: extra, optional: true }\n';
  const all = needs(FLEET, [DEPLOYMENT, '      volumes:\n', volume]);
  expect(all.filter(({ name }) => name === 'extra')).toEqual([]);
});

test('nodes need a role with its access entry, subnets and security groups by tag, and keys', () => {
  const disk: Change = [CLASS, /ebs:\n/, 'ebs:\n        kmsKeyID: my-key\n'];
  const all = needs(FLEET, disk);
  expect(one(all, 'IAM role')).toMatchObject({
    state: 'outside',
    asked: ['EC2NodeClass spec.role', 'EC2NodeClass spec.role'],
  });
  expect(one(all, 'EKS access entry').name).toBe(one(all, 'IAM role').name);
  expect(one(all, 'subnets').name).toMatch(/^karpenter.sh\/discovery=/);
  expect(one(all, 'security groups').asked).toHaveLength(2);
  expect(one(all, 'KMS key')).toMatchObject({
    name: 'my-key',
    asked: ['EC2NodeClass spec.blockDeviceMappings.ebs.kmsKeyID'],
  });
});

describe('a cache of jobs', () => {
  const cache = (more = ''): Change => [
    CONFIG,
    /( *)\[runners\.kubernetes\]\n/,
    `      [runners.cache]\n      Type = "s3"\n      [runners.cache.s3]\n      AuthenticationType = "iam"\n${more}      [runners.kubernetes]\n`,
  ];

  test('needs a Pod Identity association for the account of its managers', () => {
    expect(one(needs(FLEET, cache()), 'Pod Identity association')).toMatchObject({
      namespace: 'gitlab-runners',
      name: 'runner-arm64-spot',
      state: 'outside',
    });
  });

  test('needs the role of the account instead, where it has one', () => {
    const role = 'arn:aws:iam::123456789012:role/cache';
    const annotated: Change = [
      'arm64-spot/serviceaccount.yaml',
      'annotations:\n',
      `annotations:\n    eks.amazonaws.com/role-arn: ${role}\n`,
    ];
    const all = needs(FLEET, cache(), annotated);
    expect(all.filter(({ kind }) => kind === 'Pod Identity association')).toEqual([]);
    expect(one(all, 'IAM role', role).asked).toEqual([
      'ServiceAccount metadata.annotations.eks.amazonaws.com/role-arn',
    ]);
  });
});

describe('a claim that jobs mount', () => {
  const MOUNT = key('[[runners.kubernetes.volumes.pvc]]\n        name = "x"\n        mount_path = "/x"');
  const claim = (spec: string): (typeof FLEET)[number] => ({
    path: 'acme/claim.yaml',
    text: `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: x, namespace: gitlab-jobs }\nspec: { accessModes: [ReadWriteMany], ${spec} }\n`,
  });
  const classes = (spec: string, ...changes: Change[]) =>
    needs([...FLEET, claim(spec)], ...changes).filter(({ kind }) => kind === 'StorageClass');

  test("needs its StorageClass, which is the cluster's", () => {
    expect(classes('storageClassName: efs', MOUNT)).toMatchObject([
      {
        name: 'efs',
        namespace: undefined,
        state: 'missing',
        askedBy: [{ path: ['spec', 'storageClassName'] }],
      },
    ]);
  });

  test('finds it among the manifests', () => {
    const made = {
      path: 'acme/class.yaml',
      text: 'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: efs }\n',
    };
    const all = needs([...FLEET, claim('storageClassName: efs'), made], MOUNT);
    expect(one(all, 'StorageClass', 'efs')).toMatchObject({ state: 'found', madeBy: 'StorageClass' });
  });

  test.each([
    ['that nobody mounts', 'storageClassName: efs', []],
    ['of a volume that is there', 'storageClassName: efs, volumeName: v', [MOUNT]],
    ['without a class', 'storageClassName: ""', [MOUNT]],
    ['of the default class', 'resources: {}', [MOUNT]],
  ])('%s needs none', (_, spec, changes) => {
    expect(classes(spec, ...changes)).toEqual([]);
  });
});

test('a volume that is made with a job needs its StorageClass', () => {
  const patch = key(
    `[[runners.kubernetes.pod_spec]]\n        patch = '''\n          volumes:\n            - name: scratch\n              ephemeral: { volumeClaimTemplate: { spec: { storageClassName: gp3, accessModes: [ReadWriteOnce] } } }\n        '''\n        patch_type = "strategic"`,
  );
  const flag: Change = [
    CONFIG,
    '      [runners.feature_flags]\n',
    '      [runners.feature_flags]\n      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n',
  ];
  expect(one(needs(FLEET, patch, flag), 'StorageClass', 'gp3')).toMatchObject({
    state: 'missing',
    namespace: undefined,
  });
});

describe('nodes of EKS Auto Mode', () => {
  const SWITCH = 'base/configmap-amazon-vpc-cni.yaml';
  const policySwitch = (...args: Parameters<typeof needs>) =>
    one(needs(...args), 'ConfigMap of the cluster', 'amazon-vpc-cni');

  test('join by an access entry of type EC2 with the policy of their own', () => {
    const all = needs(AUTO_MODE_FLEET);
    const role = one(all, 'IAM role').name;
    expect(one(all, 'EKS access entry')).toMatchObject({
      name: `${role} (type EC2, access policy AmazonEKSAutoNodePolicy)`,
      state: 'outside',
    });
  });

  test('have tags of their own only if the role of the cluster may set them', () => {
    const ofTags = (...changes: Change[]) =>
      needs(AUTO_MODE_FLEET, ...changes).filter(({ kind }) => kind === 'permission of the cluster role');
    expect(ofTags()).toEqual([]);
    const tagged: Change = [
      'nodeclass-gitlab-jobs.yaml',
      '  role:',
      '  tags: { team: ci, env: lab }\n  role:',
    ];
    expect(ofTags(tagged)).toMatchObject([{ name: 'to tag nodes with team, env', state: 'outside' }]);
  });

  test('enforce network policies by a ConfigMap of the cluster, which is found among the manifests', () => {
    expect(policySwitch(AUTO_MODE_FLEET)).toMatchObject({
      namespace: 'kube-system',
      keys: ['enable-network-policy-controller: "true"'],
      state: 'found',
      madeBy: 'ConfigMap',
    });
  });

  test('need that ConfigMap where it is not there, or does not switch policies on', () => {
    const missing = policySwitch(without(AUTO_MODE_FLEET, SWITCH));
    expect(missing.state).toBe('missing');
    expect(new Set(missing.asked)).toEqual(new Set(['NetworkPolicy spec.podSelector']));
    expect(policySwitch(AUTO_MODE_FLEET, [SWITCH, '"true"', '"false"']).state).toBe('missing');
  });

  test('have it where an object here declares it', () => {
    const declared: Change = [
      'networkpolicy-gitlab-jobs.yaml',
      'metadata:\n',
      'metadata:\n  annotations:\n    gitlab-runner-fleet/existing: ConfigMap/kube-system/amazon-vpc-cni\n',
    ];
    expect(policySwitch(without(AUTO_MODE_FLEET, SWITCH), declared).state).toBe('declared');
  });

  test('and not those of Karpenter', () => {
    expect(needs().filter(({ kind }) => kind === 'ConfigMap of the cluster')).toEqual([]);
  });
});

test('what Prometheus reads needs the kinds of its operator, unless their definitions are here', () => {
  const watched = [
    ...FLEET,
    ...['PodMonitor', 'PrometheusRule', 'PrometheusRule'].map((kind, index) => ({
      path: `production/monitoring/${index}.yaml`,
      text: `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: a${index}, namespace: gitlab-runners }\n`,
    })),
  ];
  expect(one(needs(watched), 'CustomResourceDefinition', 'podmonitors.monitoring.coreos.com')).toMatchObject({
    state: 'outside',
    asked: ['PodMonitor kind'],
  });
  const rules = 'prometheusrules.monitoring.coreos.com';
  expect(one(needs(watched), 'CustomResourceDefinition', rules).asked).toHaveLength(2);
  const definition = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${rules} }\n`;
  const both = [...watched, { path: 'crds.yaml', text: definition }];
  expect(one(needs(both), 'CustomResourceDefinition', rules).state).toBe('found');
  expect(needs().filter(({ kind }) => kind === 'CustomResourceDefinition')).toEqual([]);
});
