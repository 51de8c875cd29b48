import { FLEET } from '../fixtures/files';
import { describeCheck, type FiringCase } from './cases';
import { CONFIG, DEPLOYMENT, JOBS_NAMESPACE, JOBS_POLICY, ROLE } from './places';

const object = (apiVersion: string, kind: string, rest: string, name = 'x') => ({
  path: 'acme/own.yaml',
  text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: own }\n${rest}\n`,
});
const range = (limits: string) => [...FLEET, object('v1', 'LimitRange', `spec: { limits: [${limits}] }`)];
const quota = (hard: string) => [...FLEET, object('v1', 'ResourceQuota', `spec: { hard: { ${hard} } }`)];
const policy = (egress: string) => [
  ...FLEET,
  object(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    `spec: { podSelector: {}, policyTypes: [Egress], egress: [${egress}] }`,
  ),
];
const service = (fields: string) => [...FLEET, object('v1', 'Service', `spec: { ${fields} }`)];
const claim = (fields: string) => [...FLEET, object('v1', 'PersistentVolumeClaim', `spec: { ${fields} }`)];
const SIZE = 'resources: { requests: { storage: 10Gi } }';
const says = (text: RegExp): FiringCase['finds'] => ['schema/wrong-value', 'error', text];

describeCheck('schema', {
  fires: [
    {
      name: 'a label whose value has a blank',
      changes: [[DEPLOYMENT, 'labels:\n', 'labels:\n    team: a b\n']],
      finds: says(/found a b. a value has at most 63/),
    },
    {
      name: 'a label of pods whose key is none',
      changes: [[DEPLOYMENT, '      labels:\n', '      labels:\n        a/b/c: x\n']],
      finds: says(/found a\/b\/c. a key is a name/),
    },
    {
      name: 'an annotation with a blank in its key',
      changes: [[CONFIG, 'annotations:\n', 'annotations:\n    "my note": x\n']],
      finds: says(/found my note/),
    },
    {
      name: 'annotations of more than 256 KiB',
      changes: [[CONFIG, 'annotations:\n', `annotations:\n    note: ${'x'.repeat(262_144)}\n`]],
      finds: says(/at most 256 KiB together/),
    },
    {
      name: 'a key of a ConfigMap with a slash',
      changes: [[CONFIG, '  config.toml: |', '  "a/b": x\n  config.toml: |']],
      finds: says(/found a\/b. a key has at most 253/),
    },
    {
      name: 'a ConfigMap of more than 1 MiB',
      changes: [[CONFIG, '  config.toml: |', `  a: ${'x'.repeat(1024 * 1024)}\n  config.toml: |`]],
      finds: says(/at most 1 MiB/),
    },
    {
      name: 'fewer pods than none',
      changes: [[DEPLOYMENT, 'replicas: 1', 'replicas: -1']],
      finds: says(/found -1. it must not be negative/),
    },
    {
      name: 'a rule without a verb',
      changes: [[ROLE, /verbs:\n( +- \w+\n)+/, 'verbs: []\n']],
      finds: says(/a rule needs a verb/),
    },
    {
      name: 'a rule of a Role for URLs',
      changes: [[ROLE, 'rules:\n', 'rules:\n  - { nonResourceURLs: [/metrics], verbs: [get] }\n']],
      finds: says(/a Role has no rights on URLs/),
    },
    {
      name: 'a namespace with a dot in its name',
      files: [
        ...FLEET,
        { path: 'acme/n.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: { name: a.b }\n' },
      ],
      finds: ['schema/name', 'error', /at most 63 lower-case letters/],
    },
    {
      name: 'a name with two dots in a row',
      files: [...FLEET, object('v1', 'ServiceAccount', '', 'a..b')],
      finds: ['schema/name', 'error', /found a..b/],
    },
    {
      name: 'a priority above those that are free',
      files: [...FLEET, object('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1000000001')],
      finds: says(/at most 1000000000 is left/),
    },
    {
      name: 'a block of addresses without a length',
      files: policy('{ to: [{ ipBlock: { cidr: 10.0.0.0 } }] }'),
      finds: says(/found 10.0.0.0. a block begins with its first address/),
    },
    {
      name: 'a block that begins behind its first address',
      files: policy('{ to: [{ ipBlock: { cidr: 10.0.0.1/16 } }] }'),
      finds: says(/found 10.0.0.1\/16/),
    },
    {
      name: 'an exception outside of its block',
      files: policy('{ to: [{ ipBlock: { cidr: 10.0.0.0/16, except: [10.1.0.0/24] } }] }'),
      finds: says(/a smaller block within 10.0.0.0\/16/),
    },
    {
      name: 'a range of ports from behind',
      files: policy('{ ports: [{ port: 443, endPort: 80 }] }'),
      finds: says(/it ends a range/),
    },
    {
      name: 'a default of a LimitRange above its bound',
      files: range('{ type: Container, default: { memory: 4Gi }, max: { memory: 2Gi } }'),
      finds: says(/found 4Gi. it is above max, which is 2Gi/),
    },
    {
      name: 'a default for pods as a whole',
      files: range('{ type: Pod, default: { cpu: 1 } }'),
      finds: says(/pods as a whole have no defaults/),
    },
    {
      name: 'a ratio of limits to requests below one',
      files: range('{ type: Container, maxLimitRequestRatio: { cpu: 500m } }'),
      finds: says(/found 500m. a limit is never below its request/),
    },
    {
      name: 'a ratio that the bounds do not let anything reach',
      files: range('{ type: Container, maxLimitRequestRatio: { cpu: 8 }, min: { cpu: 1 }, max: { cpu: 4 } }'),
      finds: says(/found 8. it is above max divided by min/),
    },
    {
      name: 'two items of one type',
      files: range('{ type: Pod, max: { cpu: 1 } }, { type: Pod, max: { memory: 1Gi } }'),
      finds: says(/found Pod twice/),
    },
    {
      name: 'a quota of what nothing counts',
      files: quota('deployments: 5'),
      finds: says(/quotas know no resource of this name.* Fix: write count\/deployments/),
    },
    {
      name: 'a Service without a port',
      files: service('selector: { a: b }'),
      finds: says(/found nothing. a Service with a cluster IP needs at least one port/),
    },
    {
      name: 'a port of a Service above 65535',
      files: service('ports: [{ port: 70000 }]'),
      finds: says(/found 70000. ports are numbers/),
    },
    {
      name: 'a target port whose name has capitals',
      files: service('ports: [{ port: 80, targetPort: Web }]'),
      finds: says(/found Web. the name of a port has/),
    },
    {
      name: 'several ports of a Service, one of them without a name',
      files: service('ports: [{ name: a, port: 80 }, { port: 443 }]'),
      finds: says(/found nothing. a Service with several ports must name each of them/),
    },
    {
      name: 'two ports of a Service with one name',
      files: service('ports: [{ name: a, port: 80 }, { name: a, port: 443 }]'),
      finds: says(/found a. names of ports must differ/),
    },
    {
      name: 'a name of a port with capitals',
      files: service('ports: [{ name: Web, port: 80 }]'),
      finds: says(/found Web. a name of at most 63/),
    },
    {
      name: 'a port of a Service twice',
      files: service('ports: [{ name: a, port: 80 }, { name: b, port: 80, protocol: TCP }]'),
      finds: says(/found 80\/TCP. a port and its protocol may appear only once/),
    },
    {
      name: 'a class of load balancers for a Service without one',
      files: service('loadBalancerClass: example.com/a, ports: [{ port: 80 }]'),
      finds: says(/a Service of type ClusterIP has no load balancer/),
    },
    {
      name: 'an address in place of a block',
      files: service('type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1], ports: [{ port: 80 }]'),
      finds: says(/found 10.0.0.1. a block of addresses is required/),
    },
    {
      name: 'a selector of a Service whose key has a blank',
      files: service('selector: { "a b": c }, ports: [{ port: 80 }]'),
      finds: says(/found a b. a key is a name/),
    },
    {
      name: 'a claim without a size',
      files: claim('accessModes: [ReadWriteOnce]'),
      finds: says(/found nothing. a claim must request storage/),
    },
    {
      name: 'a claim of size 0',
      files: claim('accessModes: [ReadWriteOnce], resources: { requests: { storage: 0 } }'),
      finds: says(/found 0. the size of a claim must be above 0/),
    },
    {
      name: 'a claim without an access mode',
      files: claim(SIZE),
      finds: says(/found nothing. a claim needs at least one access mode/),
    },
    {
      name: 'a claim for one pod and for many',
      files: claim(`accessModes: [ReadWriteOncePod, ReadWriteMany], ${SIZE}`),
      finds: says(/ReadWriteOncePod, for one pod, excludes other modes/),
    },
    {
      name: 'a class of storage with capitals',
      files: claim(`accessModes: [ReadWriteOnce], storageClassName: Fast, ${SIZE}`),
      finds: says(/found Fast. a DNS name is required/),
    },
  ],
  quiet: [
    {
      name: 'labels and annotations as they may be',
      changes: [
        [JOBS_NAMESPACE, 'labels:\n', 'labels:\n    Example.Com_x: ""\n    example.com/Team: A_b.c-1\n'],
        [CONFIG, 'annotations:\n', 'annotations:\n    Example.com/Note: "any text: \u00e9"\n'],
      ],
    },
    {
      name: 'bounds, quotas and blocks as they may be',
      files: [
        ...range(
          '{ type: Container, min: { cpu: 10m }, defaultRequest: { cpu: 100m }, default: { cpu: 1 }, max: { cpu: 2 } }, { type: Pod, max: { cpu: 8 } }',
        ),
        {
          ...object(
            'v1',
            'ResourceQuota',
            'spec: { hard: { count/jobs.batch: 5, requests.nvidia.com/gpu: 1, pods: 9, requests.storage: 1Ti } }',
            'counts',
          ),
          path: 'acme/quota.yaml',
        },
      ],
    },
    {
      name: 'Services and claims as they may be',
      files: [
        ...service(
          'type: LoadBalancer, loadBalancerClass: example.com/a, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{ name: a, port: 53, targetPort: 0 }, { name: b, port: 53, protocol: UDP, targetPort: dns }]',
        ),
        {
          ...object('v1', 'Service', 'spec: { clusterIP: None, selector: { a: b } }', 'headless'),
          path: 'acme/headless.yaml',
        },
        {
          ...object('v1', 'Service', 'spec: { type: ExternalName, externalName: example.com }', 'alias'),
          path: 'acme/alias.yaml',
        },
        {
          ...object(
            'v1',
            'PersistentVolumeClaim',
            `spec: { accessModes: [ReadWriteOnce, ReadOnlyMany], storageClassName: "", ${SIZE} }`,
            'claim',
          ),
          path: 'acme/claim.yaml',
        },
      ],
    },
    {
      name: 'an exception within its block, and a range of ports',
      changes: [
        [
          JOBS_POLICY,
          /egress:\n/,
          'egress:\n    - to: [{ ipBlock: { cidr: 192.0.2.0/24, except: [192.0.2.128/25] } }]\n      ports: [{ port: 8000, endPort: 8100 }]\n',
        ],
      ],
    },
  ],
});
