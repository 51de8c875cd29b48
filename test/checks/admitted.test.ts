import { type Change, FLEET } from '../fixtures/files';
import { describeCheck } from './cases';
import { CONFIG, DEPLOYMENT, JOBS_NAMESPACE } from './places';

function object(kind: string, spec: string, namespace = 'gitlab-jobs') {
  const text = `apiVersion: v1\nkind: ${kind}\nmetadata: { name: caps, namespace: ${namespace} }\nspec:\n  ${spec}\n`;
  return { path: 'acme/caps.yaml', text };
}

const CLAIM = {
  path: 'acme/claim.yaml',
  text: 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: cache, namespace: gitlab-jobs }\nspec: { accessModes: [ReadWriteMany], resources: { requests: { storage: 1Gi } } }\n',
};

const RUNTIME_CLASS = {
  path: 'acme/kata.yaml',
  text: 'apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: { name: kata }\nhandler: kata\nscheduling: { nodeSelector: { kubernetes.io/arch: s390x } }\n',
};

/** Volumes of jobs: kind, name and mount path. */
function volumes(...all: readonly (readonly [string, string, string])[]): Change {
  const tables = all.map(
    ([kind, name, path]) =>
      `      [[runners.kubernetes.volumes.${kind}]]\n        name = "${name}"\n        mount_path = "${path}"\n`,
  );
  return [
    CONFIG,
    '      [runners.kubernetes.node_selector]\n',
    `${tables.join('')}      [runners.kubernetes.node_selector]\n`,
  ];
}

/** One runner holds room with ten pods. */
const PAUSE_PODS: Change = [
  CONFIG,
  '        [runners.kubernetes.node_selector]\n',
  '        [runners.kubernetes.autoscaler]\n        max_pause_pods = 10\n\n        [[runners.kubernetes.autoscaler.policy]]\n        periods = ["* 7 * * *"]\n        idle_count = 10\n\n        [runners.kubernetes.node_selector]\n',
];

describeCheck('admitted', {
  fires: [
    {
      name: 'a job pod that Pod Security refuses',
      changes: [[CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"']],
      finds: ['admitted/job-pod', 'error', /seccomp Unconfined.*namespace gitlab-jobs enforces baseline/s],
    },
    {
      name: 'a manager that Pod Security refuses',
      changes: [[DEPLOYMENT, 'allowPrivilegeEscalation: false', 'allowPrivilegeEscalation: true']],
      finds: [
        'admitted/manager-pod',
        'error',
        /privilege escalation.*no pod of this Deployment is ever made/s,
      ],
    },
    {
      name: 'a LimitRange whose default is below a request',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Container, default: { cpu: 1m } }]')],
      finds: [
        'admitted/limit-range',
        'error',
        /build.*above the limit of 1m.*LimitRange\/gitlab-jobs\/caps/s,
      ],
    },
    {
      name: 'a LimitRange with a bound of the whole pod',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Pod, min: { cpu: 500 } }]')],
      finds: ['admitted/limit-range', 'error', /the pod: requests .*at least 500 of cpu is wanted/],
    },
    {
      name: 'a LimitRange that has no room for a service',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Pod, max: { memory: 5Gi } }]')],
      finds: [
        'admitted/limit-range-services',
        'warning',
        /limit of 6656Mi.*refuses each that has a service/s,
      ],
    },
    {
      name: 'a LimitRange that refuses pods without limits, as pause pods are',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Pod, max: { memory: 50Gi } }]')],
      changes: [PAUSE_PODS],
      finds: ['admitted/pause-pods', 'warning', /has no limit.*no room is held, and nothing says so/s],
    },
    {
      name: 'a quota that counts what pause pods do not set',
      files: [...FLEET, object('ResourceQuota', 'hard: { limits.memory: 100Ti }')],
      changes: [PAUSE_PODS],
      finds: ['admitted/pause-pods', 'warning', /sets no limits.memory/],
    },
    {
      name: 'a quota with room for jobs, and none for pause pods besides',
      files: [...FLEET, object('ResourceQuota', 'hard: { pods: 85 }')],
      changes: [PAUSE_PODS],
      finds: ['admitted/quota', 'error', /with the pause pods come to 90 of pods/],
    },
    {
      name: 'a quota that counts limits which containers lack',
      files: [...FLEET, object('ResourceQuota', 'hard: { limits.cpu: 100k }')],
      finds: ['admitted/quota-unset', 'error', /no limits.cpu for .*build.*Fix: set .*cpu_limit/s],
    },
    {
      name: 'a quota of fewer pods than jobs',
      files: [...FLEET, object('ResourceQuota', 'hard: { pods: 3 }')],
      finds: ['admitted/quota', 'error', /found pods 3\..*fail instead of waiting/s],
    },
    {
      name: 'a RuntimeClass that selects other nodes than the job',
      files: [...FLEET, RUNTIME_CLASS],
      changes: [[CONFIG, 'image = ', 'runtime_class_name = "kata"\n      image = ']],
      finds: ['admitted/runtime-class', 'error', /it selects kubernetes.io\/arch: s390x/],
    },
    {
      name: 'a RuntimeClass that is not there',
      changes: [[CONFIG, 'image = ', 'runtime_class_name = "kata"\n      image = ']],
      finds: ['admitted/unknown-runtime-class', 'note', /not proved/],
    },
    {
      name: 'a ServiceAccount of jobs in another namespace',
      files: [
        ...FLEET,
        {
          path: 'acme/sa.yaml',
          text: 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: deployer, namespace: kube-system }\n',
        },
      ],
      changes: [[CONFIG, 'image = ', 'service_account = "deployer"\n      image = ']],
      finds: ['admitted/service-account', 'error', /this one is in kube-system/],
    },
    {
      name: 'a volume with a name of the executor',
      changes: [volumes(['empty_dir', 'logs', '/var/log/build'])],
      finds: ['admitted/volumes', 'error', /two volumes are called logs/],
    },
    {
      name: 'two volumes at one place',
      changes: [volumes(['empty_dir', 'a', '/cache'], ['secret', 'b', '/cache'])],
      finds: ['admitted/volumes', 'error', /two volumes are mounted at \/cache/],
    },
  ],
  quiet: [
    {
      name: 'a LimitRange of another namespace',
      files: [
        ...FLEET,
        object('LimitRange', 'limits: [{ type: Container, default: { memory: 1Mi } }]', 'elsewhere'),
      ],
    },
    {
      name: 'a quota for pods without a deadline, which job pods have',
      files: [...FLEET, object('ResourceQuota', 'hard: { pods: 3 }\n  scopes: [NotTerminating]')],
    },
    {
      name: 'a quota that holds all jobs',
      files: [...FLEET, object('ResourceQuota', 'hard: { pods: 100k, count/pods: 100k }')],
    },
    {
      name: 'one claim at two places',
      files: [...FLEET, CLAIM],
      changes: [volumes(['pvc', 'cache', '/a'], ['pvc', 'cache', '/b'])],
    },
    {
      name: 'a job without seccomp in a namespace that admits it',
      changes: [
        [CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"'],
        [JOBS_NAMESPACE, 'enforce: baseline', 'enforce: privileged'],
      ],
    },
  ],
});
