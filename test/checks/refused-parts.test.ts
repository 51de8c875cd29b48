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
