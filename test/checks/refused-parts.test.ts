import type { Change } from '../fixtures/files';
import { describeCheck } from './cases';
import { BINDING, DEPLOYMENT } from './places';

const POD = '      serviceAccountName: runner-arm64-spot\n';

function toleration(text: string): Change {
  return [DEPLOYMENT, '      tolerations:\n', `      tolerations:\n        - ${text}\n`];
}

function affinity(terms: string): Change {
  const required = `requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: ${terms} }`;
  return [DEPLOYMENT, POD, `${POD}      affinity: { nodeAffinity: { ${required} } }\n`];
}

const ARCH = 'kubernetes.io/arch';

describeCheck('schema', {
  fires: [
    {
      name: 'a toleration without a key that wants a value',
      changes: [toleration('{ operator: Equal, value: x }')],
      finds: ['schema/toleration', 'error', /without a key/],
    },
    {
      name: 'such a toleration of a StatefulSet',
      changes: [
        [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'],
        toleration('{ operator: Equal, value: x }'),
      ],
      finds: ['schema/toleration', 'error', /without a key/],
    },
    {
      name: 'a toleration that exists with a value',
      changes: [toleration('{ key: ci, operator: Exists, value: x }')],
      finds: ['schema/toleration', 'error', /Exists takes no value/],
    },
    {
      name: 'seconds of a toleration that evicts nothing',
      changes: [toleration('{ key: ci, operator: Exists, effect: NoSchedule, tolerationSeconds: 5 }')],
      finds: ['schema/toleration', 'error', /only NoExecute has tolerationSeconds/],
    },
    {
      name: 'an affinity that asks for existence and values',
      changes: [affinity(`[{ matchExpressions: [{ key: ${ARCH}, operator: Exists, values: [arm64] }] }]`)],
      finds: ['schema/node-affinity', 'error', /Exists takes no values/],
    },
    {
      name: 'an affinity without terms',
      changes: [affinity('[]')],
      finds: ['schema/node-affinity', 'error', /one term at least/],
    },
    {
      name: 'two mounts of one path',
      changes: [[DEPLOYMENT, 'mountPath: /tmp', 'mountPath: /home/gitlab-runner']],
      finds: ['schema/duplicate', 'error', /found \/home\/gitlab-runner/],
    },
    {
      name: 'two volumes of one name',
      changes: [[DEPLOYMENT, /\n {10}name: tmp\n/, '\n          name: home\n']],
      finds: ['schema/duplicate', 'error', /found home/],
    },
    {
      name: 'a device without a limit',
      changes: [
        [DEPLOYMENT, '            requests:\n', '            requests:\n              nvidia.com/gpu: 1\n'],
      ],
      finds: ['schema/device-limit', 'error', /Fix: write the same limit of nvidia.com\/gpu/],
    },
    {
      name: 'pages of memory, and neither memory nor CPUs',
      changes: [
        [
          DEPLOYMENT,
          / {10}resources:\n(?: {12}.*\n)+/,
          '          resources: { limits: { hugepages-2Mi: 4Mi } }\n',
        ],
      ],
      finds: ['schema/wrong-value', 'error', /found hugepages-2Mi alone. a container with huge pages must/],
    },
    {
      name: 'memory in thousandths',
      changes: [[DEPLOYMENT, /memory: \d+Mi/, 'memory: 256m']],
      finds: ['schema/unit-slip', 'error', /found 256m. less than a mebibyte.* Fix: write "256Mi"/],
    },
    {
      name: 'memory without a unit, of a StatefulSet',
      changes: [
        [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'],
        [DEPLOYMENT, /memory: \d+Mi/, 'memory: 256'],
      ],
      finds: ['schema/unit-slip', 'error', /no unit means bytes/],
    },
    {
      name: 'CPUs with a unit of bytes',
      changes: [[DEPLOYMENT, /cpu: \d+m/, 'cpu: 100Mi']],
      finds: ['schema/unit-slip', 'error', /no node has that many/],
    },
    {
      name: 'an update of a DaemonSet that can take no step',
      changes: [
        [DEPLOYMENT, 'kind: Deployment', 'kind: DaemonSet'],
        [
          DEPLOYMENT,
          / {2}strategy:\n {4}rollingUpdate:\n {6}maxSurge: 1\n/,
          '  updateStrategy:\n    rollingUpdate:\n',
        ],
      ],
      finds: ['schema/rolling-update', 'error', /nothing is ever replaced/],
    },
    {
      name: 'a volume with capitals in its name',
      changes: [
        [DEPLOYMENT, 'mountPath: /tmp\n              name: tmp', 'mountPath: /tmp\n              name: Tmp'],
        [DEPLOYMENT, /\n {10}name: tmp\n/, '\n          name: Tmp\n'],
      ],
      finds: ['schema/wrong-value', 'error', /found Tmp. a name of at most 63/],
    },
    {
      name: 'a host alias without an address',
      changes: [
        [DEPLOYMENT, POD, `${POD}      hostAliases: [{ ip: gitlab.example.com, hostnames: [gitlab] }]\n`],
      ],
      finds: ['schema/wrong-value', 'error', /an IP address is required/],
    },
    {
      name: 'two ports of one name',
      changes: [
        [
          DEPLOYMENT,
          '          ports:\n',
          '          ports:\n            - { containerPort: 9253, name: metrics }\n',
        ],
      ],
      finds: ['schema/wrong-value', 'error', /two ports of a container have different names/],
    },
    {
      name: 'a port whose name is too long',
      changes: [
        [
          DEPLOYMENT,
          '          ports:\n',
          '          ports:\n            - { containerPort: 9253, name: metrics-of-runners }\n',
        ],
      ],
      finds: ['schema/wrong-value', 'error', /at most 15 small letters/],
    },
    {
      name: 'a variable with an equals sign in its name',
      changes: [[DEPLOYMENT, '- name: HOME', '- name: HOME=x']],
      finds: ['schema/wrong-value', 'error', /found HOME=x. a variable has a name/],
    },
    {
      name: 'a probe that asks in two ways',
      changes: [
        [
          DEPLOYMENT,
          '          livenessProbe:\n',
          '          livenessProbe:\n            tcpSocket: { port: 1 }\n',
        ],
      ],
      finds: ['schema/wrong-value', 'error', /found httpGet and tcpSocket/],
    },
    {
      name: 'an image with capitals in its path',
      changes: [[DEPLOYMENT, 'gitlab-org/gitlab-runner:', 'GitLab-Org/gitlab-runner:']],
      finds: ['schema/wrong-value', 'error', /InvalidImageName/],
    },
    {
      name: 'a spread that allows nothing',
      changes: [
        [
          DEPLOYMENT,
          POD,
          `${POD}      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway }]\n`,
        ],
      ],
      finds: ['schema/wrong-value', 'error', /maxSkew of at least 1/],
    },
    {
      name: 'minDomains of a spread that may be ignored',
      changes: [
        [
          DEPLOYMENT,
          POD,
          `${POD}      topologySpreadConstraints: [{ maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway }]\n`,
        ],
      ],
      finds: ['schema/wrong-value', 'error', /only a spread with DoNotSchedule may have it/],
    },
    {
      name: 'a rollout that fails before its pods count',
      changes: [[DEPLOYMENT, 'replicas: 1', 'replicas: 1\n  minReadySeconds: 700']],
      finds: ['schema/wrong-value', 'error', /above minReadySeconds, which is 700/],
    },
    {
      name: 'a surge that is no percentage',
      changes: [[DEPLOYMENT, 'maxSurge: 1', 'maxSurge: 1x']],
      finds: ['schema/wrong-value', 'error', /a percentage as text/],
    },
    {
      name: 'a port that is too large',
      changes: [[DEPLOYMENT, 'containerPort: 9252', 'containerPort: 92520']],
      finds: ['schema/wrong-value', 'error', /ports are numbers from 1 to 65535/],
    },
    {
      name: 'a node selector whose value has a blank',
      changes: [[DEPLOYMENT, 'kubernetes.io/os: linux', 'kubernetes.io/os: any linux']],
      finds: ['schema/wrong-value', 'error', /found any linux. a value has at most 63/],
    },
    {
      name: 'a rolling update that can take no step',
      changes: [[DEPLOYMENT, 'maxSurge: 1', 'maxSurge: 0']],
      finds: ['schema/rolling-update', 'error', /nothing is ever replaced/],
    },
    {
      name: 'a ServiceAccount of a group',
      changes: [
        [
          BINDING,
          '- kind: ServiceAccount',
          '- apiGroup: rbac.authorization.k8s.io\n    kind: ServiceAccount',
        ],
      ],
      finds: ['schema/binding', 'error', /found rbac.authorization.k8s.io/],
    },
    {
      name: 'a ClusterRoleBinding of a Role',
      changes: [[BINDING, 'kind: RoleBinding', 'kind: ClusterRoleBinding']],
      finds: ['schema/binding', 'error', /is of a ClusterRole/],
    },
  ],
  quiet: [
    { name: 'a toleration of everything', changes: [toleration('{ operator: Exists }')] },
    {
      name: 'seconds of a toleration that evicts',
      changes: [toleration('{ key: ci, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }')],
    },
    {
      name: 'an affinity to what exists',
      changes: [affinity(`[{ matchExpressions: [{ key: ${ARCH}, operator: Exists }] }]`)],
    },
    {
      name: 'a rolling update that goes down first',
      changes: [[DEPLOYMENT, 'maxSurge: 1\n      maxUnavailable: 0', 'maxSurge: 0\n      maxUnavailable: 1']],
    },
  ],
});
