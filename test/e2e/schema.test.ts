import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { manifestsOf, parseManifests } from '../../lib/cluster/parse';
import { diffCluster } from '../../lib/diff/all';
import { applyPatch } from '../../lib/fleet/patches';
import { LISTED_RULES, type ListedRule } from '../../lib/karpenter/crd-rules/all';
import committed from '../../lib/shape/kinds.json';
import type { KubeObject } from '../../tools/engines/kube-client';
import { schemaFile } from '../../tools/scripts/schema';
import { FLEETS, tokensOf } from '../fleet/every-option';
import { DEFAULT_FLEET, manifests, sealedTokens } from '../fleets';
import { BEYOND, WITHIN } from '../karpenter/crd-bound-cases';
import {
  ALLOWED,
  type CrdCase,
  NODE_CLASS,
  NODE_POOL,
  REFUSED,
  TRANSITIONS,
} from '../karpenter/crd-rule-cases';
import { refusalOf } from './judged-by-server';
import { api, kubectlWith } from './running-cluster';

/** Kinds that no engine here serves. */
const OF_OTHERS = ['ClusterConfig', 'ExternalSecret'];

/** One rendered object of each kind, under a name that no other test uses, in a namespace that is there. */
const RENDERED: readonly KubeObject[] = [
  ...Object.values(FLEETS).flatMap((fleet) => manifests(fleet, tokensOf(fleet))),
  ...manifests(DEFAULT_FLEET, sealedTokens(DEFAULT_FLEET)),
];
const ONE_OF_EACH = [...new Map(RENDERED.map((object) => [object.kind, object])).values()]
  .filter(({ kind }) => !OF_OTHERS.includes(kind))
  .map((object) => {
    const namespace = object.metadata.namespace && { namespace: 'default' };
    return { ...object, metadata: { ...object.metadata, name: 'schema-test', ...namespace } };
  });

test('the fields that the proof knows are those that the API server publishes', async () => {
  expect(committed).toEqual(await schemaFile(api));
});

async function isTaken(object: KubeObject): Promise<boolean> {
  return (await refusalOf(object)) === undefined;
}

function hasFinding(object: KubeObject): boolean {
  const { manifests: parsed } = parseManifests([{ path: 'a.yaml', text: JSON.stringify(object) }]);
  return runChecks(observe(parsed)).findings.some(({ id }) => id.startsWith('schema/'));
}

describe.each(ONE_OF_EACH.map((object) => [object.kind as string, object] as const))('%s', (_, object) => {
  const top = ['spec', 'data', 'rules', 'roleRef'].find((field) => field in object);
  const changes: [name: string, changed: KubeObject][] = [
    ['as it is rendered', object],
    ['with a field of no kind', { ...object, sepc: {} }],
    ['with a field of no kind in its metadata', { ...object, metadata: { ...object.metadata, lables: {} } }],
    ['with a number as a label', { ...object, metadata: { ...object.metadata, labels: { a: 1 } } }],
    ...(top ? [[`with a text for ${top}`, { ...object, [top]: 'text' }] as [string, KubeObject]] : []),
    // Of a NodeClass of EKS Auto Mode only the documented fields are known: others may be there too.
    ...(top === 'spec' && object.kind !== 'NodeClass'
      ? [
          ['with a field of no kind in its spec', { ...object, spec: { ...object.spec, nothing: 1 } }] as [
            string,
            KubeObject,
          ],
        ]
      : []),
  ];

  test.each(changes)(
    '%s is refused by the API server where the proof refuses it, and nowhere else',
    async (name, changed) => {
      expect([name, hasFinding(changed)]).toEqual([name, !(await isTaken(changed))]);
    },
  );
});

const ofKind = (kind: string): KubeObject => ONE_OF_EACH.find((object) => object.kind === kind);
/** An object with what stands in `changes` merged into it; `null` removes. */
const withChange = (kind: string, changes: object): KubeObject =>
  applyPatch(ofKind(kind), changes) as KubeObject;

/** A Deployment whose pods have something more. */
const withPod = (spec: object): KubeObject => withChange('Deployment', { spec: { template: { spec } } });
/** The same, of its only container. */
const withContainer = (fields: object): KubeObject => {
  const { spec } = ofKind('Deployment').spec.template;
  return withPod({ containers: [{ ...spec.containers[0], ...fields }] });
};

/** The Service with other fields of its port. */
const withPort = (fields: object): KubeObject => {
  const [port] = ofKind('Service').spec.ports;
  return withChange('Service', { spec: { ports: [{ ...port, ...fields }] } });
};

test.each<[name: string, object: KubeObject]>([
  ['a host by another name', withPod({ hostname: 'Builder' })],
  ['an alias of a name', withPod({ hostAliases: [{ ip: 'gitlab.example.com', hostnames: ['gitlab'] }] })],
  [
    'four name servers',
    withPod({ dnsConfig: { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] } }),
  ],
  ['no name server at all', withPod({ dnsPolicy: 'None' })],
  ['a user below 0', withPod({ securityContext: { runAsUser: -1 } })],
  [
    'a profile outside of its folder',
    withPod({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '/a' } } }),
  ],
  ['a selector with a blank', withPod({ nodeSelector: { 'kubernetes.io/os': 'any linux' } })],
  ['a toleration with a blank', withPod({ tolerations: [{ key: 'a', operator: 'Equal', value: 'a b' }] })],
  [
    'a spread that allows nothing',
    withPod({
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' }],
    }),
  ],
  [
    'minDomains of a spread that may be ignored',
    withPod({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 },
      ],
    }),
  ],
  [
    'minDomains of 0',
    withPod({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', minDomains: 0 },
      ],
    }),
  ],
  ['a port that is too large', withContainer({ ports: [{ containerPort: 92_520 }] })],
  [
    'two ports of one name',
    withContainer({
      ports: [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ],
    }),
  ],
  ['a variable without a name', withContainer({ env: [{ name: '', value: 'x' }] })],
  [
    'a probe that asks in two ways',
    withContainer({ livenessProbe: { tcpSocket: { port: 1 }, exec: { command: ['true'] } } }),
  ],
  ['a hook that does nothing', withContainer({ lifecycle: { preStop: {} } })],
  ['a device without a domain', withContainer({ resources: { limits: { gpu: 1 } } })],
  ['an unmasked /proc', withContainer({ securityContext: { procMount: 'Unmasked' } })],
  ['processes of the pod and of the node', withPod({ shareProcessNamespace: true, hostPID: true })],
  ['users of its own on the network of the node', withPod({ hostUsers: false, hostNetwork: true })],
  ['an unknown operating system', withPod({ os: { name: 'Linux' } })],
  ['a host by two names', withPod({ hostnameOverride: 'builder', setHostnameAsFQDN: true })],
  [
    'a spread that does not say what else',
    withPod({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a' }] }),
  ],
  ['a claim that nobody names', withPod({ volumes: [{ name: 'x', persistentVolumeClaim: {} }] })],
  ['a volume of two kinds', withPod({ volumes: [{ name: 'x', emptyDir: {}, hostPath: { path: '/x' } }] })],
  ['devices for the pod as a whole', withPod({ resources: { limits: { 'nvidia.com/gpu': '1' } } })],
  ['a claim of a device from nowhere', withPod({ resourceClaims: [{ name: 'gpu' }] })],
  [
    'a probe of an init container',
    withPod({
      initContainers: [{ name: 'a', image: 'b:1', readinessProbe: { exec: { command: ['true'] } } }],
    }),
  ],
  [
    'a variable with a value and a source',
    withContainer({
      env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    }),
  ],
  ['variables from nothing', withContainer({ envFrom: [{ prefix: 'A_' }] })],
  [
    'a path out of a volume',
    withContainer({ volumeMounts: [{ name: 'tmp', mountPath: '/tmp', subPath: '../a' }] }),
  ],
  ['a label with a blank', withChange('Deployment', { metadata: { labels: { team: 'a b' } } })],
  ['fewer pods than none', withChange('Deployment', { spec: { replicas: -1 } })],
  ['a rollout that fails too early', withChange('Deployment', { spec: { minReadySeconds: 700 } })],
  [
    'a surge that is no percentage',
    withChange('Deployment', { spec: { strategy: { rollingUpdate: { maxSurge: '1x' } } } }),
  ],
  ['a key with a slash', withChange('ConfigMap', { data: { 'a/b': 'x' } })],
  [
    'a rule without a verb',
    withChange('Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] }),
  ],
  ['a rule of URLs in a Role', withChange('Role', { rules: [{ nonResourceURLs: ['/a'], verbs: ['get'] }] })],
  [
    'a block behind its first address',
    withChange('NetworkPolicy', { spec: { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.1/16' } }] }] } }),
  ],
  [
    'ports from behind',
    withChange('NetworkPolicy', { spec: { egress: [{ ports: [{ port: 443, endPort: 80 }] }] } }),
  ],
  [
    'a default above its bound',
    withChange('LimitRange', {
      spec: { limits: [{ type: 'Container', default: { cpu: 2 }, max: { cpu: 1 } }] },
    }),
  ],
  ['a quota of what nothing counts', withChange('ResourceQuota', { spec: { hard: { deployments: 5 } } })],
  [
    'Recreate with the settings of a rolling update',
    withChange('Deployment', { spec: { strategy: { type: 'Recreate' } } }),
  ],
  ['another selector', withChange('Deployment', { spec: { selector: { matchLabels: { a: 'b' } } } })],
  ['no selector', { ...ofKind('Deployment'), spec: { ...ofKind('Deployment').spec, selector: {} } }],
  ['no container', withChange('Deployment', { spec: { template: { spec: { containers: [] } } } })],
  [
    'pods that never restart',
    withChange('Deployment', { spec: { template: { spec: { restartPolicy: 'Never' } } } }),
  ],
  [
    'pods with an end',
    withChange('Deployment', { spec: { template: { spec: { activeDeadlineSeconds: 60 } } } }),
  ],
  ['a mount without a volume', withChange('Deployment', { spec: { template: { spec: { volumes: [] } } } })],
  ['a role and a profile', withChange('EC2NodeClass', { spec: { instanceProfile: 'nodes' } })],
  ['neither a role nor a profile', withChange('EC2NodeClass', { spec: { role: null } })],
  ['no subnet', withChange('EC2NodeClass', { spec: { subnetSelectorTerms: [] } })],
  ['an empty term', withChange('EC2NodeClass', { spec: { securityGroupSelectorTerms: [{}] } })],
  ['a direction that is none', withChange('NetworkPolicy', { spec: { policyTypes: ['egress'] } })],
  ['a budget with both bounds', withChange('PodDisruptionBudget', { spec: { minAvailable: 1 } })],
  [
    'a level that is none',
    withChange('Namespace', { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'basline' } } }),
  ],
  [
    'a value that is not allowed',
    withChange('NodePool', { spec: { disruption: { consolidationPolicy: 'whenEmpty' } } }),
  ],
  [
    'a value of another form',
    withChange('NodePool', { spec: { template: { spec: { expireAfter: '7d' } } } }),
  ],
  ['a number beyond its bounds', withChange('NodePool', { spec: { weight: 0 } })],
  ['a limit with a point', withChange('NodePool', { spec: { limits: { cpu: 0.5 } } })],
  ['a Service without a port', withChange('Service', { spec: { ports: [] } })],
  ['a port of a Service above 65535', withPort({ port: 70_000 })],
  ['a target port above 65535', withPort({ targetPort: 70_000 })],
  ['a target port whose name has capitals', withPort({ targetPort: 'Session' })],
  ['a port with an unknown protocol', withPort({ protocol: 'HTTP' })],
  [
    'two ports of a Service without names',
    withChange('Service', { spec: { ports: [{ port: 1 }, { port: 2 }] } }),
  ],
  [
    'two ports of a Service of one name',
    withChange('Service', {
      spec: {
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'a' },
        ],
      },
    }),
  ],
  [
    'one port of a Service twice',
    withChange('Service', {
      spec: {
        ports: [
          { port: 1, name: 'a' },
          { port: 1, name: 'b' },
        ],
      },
    }),
  ],
  ['a Service with an unknown type', withChange('Service', { spec: { type: 'Internal' } })],
  [
    'a class of load balancers for a Service without one',
    withChange('Service', { spec: { type: 'ClusterIP', loadBalancerClass: 'example.com/a' } }),
  ],
  [
    'an address in place of a block',
    withChange('Service', { spec: { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.1'] } }),
  ],
  ['a selector of a Service with a blank', withChange('Service', { spec: { selector: { 'a b': 'c' } } })],
  ['a claim without a size', withChange('PersistentVolumeClaim', { spec: { resources: null } })],
  [
    'a claim of size 0',
    withChange('PersistentVolumeClaim', { spec: { resources: { requests: { storage: '0' } } } }),
  ],
  ['a claim without access', withChange('PersistentVolumeClaim', { spec: { accessModes: [] } })],
  [
    'a claim with an unknown access mode',
    withChange('PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteAll'] } }),
  ],
  [
    'a claim for one pod and for many',
    withChange('PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOncePod', 'ReadWriteMany'] } }),
  ],
  [
    'a claim with an unknown volume mode',
    withChange('PersistentVolumeClaim', { spec: { volumeMode: 'Folder' } }),
  ],
  [
    'a claim of a class with capitals',
    withChange('PersistentVolumeClaim', { spec: { storageClassName: 'Fast' } }),
  ],
])('the API server refuses %s, as the proof does', async (name, object) => {
  expect([name, hasFinding(object), await isTaken(object)]).toEqual([name, true, false]);
});

/** The rules below a part of a definition, as they stand there. */
function rulesBelow(schema: KubeObject, at = ''): ListedRule[] {
  const own = (schema['x-kubernetes-validations'] ?? []) as { rule: string; message: string }[];
  const fields = Object.entries((schema.properties ?? {}) as Record<string, KubeObject>);
  return [
    ...own.map(({ rule, message }) => ({
      at,
      message,
      ...(rule.includes('oldSelf') && { transition: true }),
    })),
    ...fields.flatMap(([name, field]) => rulesBelow(field, at === '' ? name : `${at}.${name}`)),
    ...(schema.items ? rulesBelow(schema.items, `${at}[]`) : []),
  ];
}

test.each([
  ['karpenter.sh/v1/NodePool', 'nodepools.karpenter.sh'],
  ['karpenter.k8s.aws/v1/EC2NodeClass', 'ec2nodeclasses.karpenter.k8s.aws'],
  ['eks.amazonaws.com/v1/NodeClass', 'nodeclasses.eks.amazonaws.com'],
])('the rules of %s are those of its definition', async (kind, name) => {
  const definition = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`);
  const found = rulesBelow(definition.spec.versions[0].schema.openAPIV3Schema);
  const byPlace = (a: ListedRule, b: ListedRule) => (a.at + a.message < b.at + b.message ? -1 : 1);
  expect([...found].sort(byPlace)).toEqual([...LISTED_RULES.kinds[kind]].sort(byPlace));
});

function withSpec({ kind, spec }: Pick<CrdCase, 'kind' | 'spec'>): KubeObject {
  return applyPatch(kind === 'NodePool' ? NODE_POOL : NODE_CLASS, { spec }) as KubeObject;
}

/** Two changes that are taken alone may break a rule together: every pair of those of one kind. */
const PAIRS: readonly CrdCase[] = ALLOWED.flatMap((one, index) =>
  ALLOWED.slice(index + 1)
    .filter(({ kind }) => kind === one.kind)
    .map((other) => ({ kind: one.kind, spec: applyPatch(one.spec, other.spec) as object })),
);

test.each([...REFUSED, ...ALLOWED, ...PAIRS, ...WITHIN, ...BEYOND])(
  'the API server and the proof agree on $kind with $spec',
  async (one) => {
    const object = withSpec(one);
    expect(hasFinding(object)).toBe(!(await isTaken(object)));
  },
);

test.each(TRANSITIONS)(
  'the API server refuses $spec after $before, as the diff says',
  async ({ before, spec }) => {
    const [old, now] = [before, spec].map((one) => withSpec({ kind: 'NodePool', spec: one }));
    const [first, second] = [old, now].map((object) => manifestsOf([object]).manifests);
    const diff = diffCluster(first, second);
    expect(diff.impacts.map(({ id }) => id)).toContain('immutable-field');
    await refusalOf(old, true);
    try {
      expect(await isTaken(now)).toBe(false);
    } finally {
      kubectlWith('', 'delete', 'nodepool', old.metadata.name, '--ignore-not-found');
    }
  },
);
