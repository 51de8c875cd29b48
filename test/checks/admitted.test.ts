import { type Change, edited, FLEET } from '../fixtures/files';
import { describeCheck, findingsIn } from './cases';
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

const ADMISSION = 'apiVersion: admissionregistration.k8s.io/v1\n';
const PODS = '{ apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods] }';

/** Admission that is asked about something. */
function hook(kind: string, more = '', rule = PODS) {
  const text = `${ADMISSION}kind: ${kind}\nmetadata: { name: ask }\nwebhooks:\n  - name: a.example.com\n    rules: [${rule}]\n${more}`;
  return { path: 'acme/hook.yaml', text };
}

function policy(kind: string, binding: string) {
  const text = `${ADMISSION}kind: ${kind}\nmetadata: { name: ask }\nspec: { matchConstraints: { resourceRules: [${PODS}] } }\n---\n${ADMISSION}kind: ${kind}Binding\nmetadata: { name: ask }\nspec: { policyName: ask, matchResources: { ${binding} } }\n`;
  return { path: 'acme/policy.yaml', text };
}

const only = (selector: string, value: string) => `    ${selector}: { matchLabels: { ${value} } }\n`;

/** One runner holds room with ten pods. */
const PAUSE_PODS: Change = [
  CONFIG,
  '        [runners.kubernetes.node_selector]\n',
  '        [runners.kubernetes.autoscaler]\n        max_pause_pods = 10\n\n        [[runners.kubernetes.autoscaler.policy]]\n        periods = ["* 7 * * *"]\n        idle_count = 10\n\n        [runners.kubernetes.node_selector]\n',
];

/** A service of every job, and what services are allowed. */
const withService = (allowed: string): Change => [
  CONFIG,
  '        [runners.kubernetes.node_selector]\n',
  `        allowed_services = [${allowed}]\n        [[runners.kubernetes.services]]\n        name = "postgres:17"\n\n        [runners.kubernetes.node_selector]\n`,
];

describeCheck('admitted', {
  fires: [
    {
      name: 'a manager without a user',
      changes: [[DEPLOYMENT, /\n +runAsUser: \d+/g, '']],
      finds: ['admitted/manager-user', 'error', /the kubelet does not start it/],
    },
    {
      name: 'a manager without a user and with an image of its own',
      changes: [
        [DEPLOYMENT, /\n +runAsUser: \d+/g, ''],
        [
          DEPLOYMENT,
          /image: registry\.gitlab\.com\/gitlab-org\/gitlab-runner:/,
          'image: registry.example.com/own/gitlab-runner:',
        ],
      ],
      finds: ['admitted/manager-user', 'warning', /an image that runs as root/],
    },
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
      name: 'a webhook that is asked about every pod',
      files: [...FLEET, hook('MutatingWebhookConfiguration')],
      finds: [
        'admitted/hook',
        'note',
        /found ask\. it may change or refuse pods of jobs in gitlab-jobs and managers in gitlab-runners, and its program is not here: .* is not proved/,
      ],
    },
    {
      name: 'a webhook of one namespace, which is told by a label of it',
      files: [
        ...FLEET,
        hook(
          'ValidatingWebhookConfiguration',
          only('namespaceSelector', 'kubernetes.io/metadata.name: gitlab-jobs'),
        ),
      ],
      finds: ['admitted/hook', 'note', /it may refuse pods of jobs in gitlab-jobs, and/],
    },
    {
      name: 'a webhook that is asked what runs in jobs',
      files: [
        ...FLEET,
        hook(
          'ValidatingWebhookConfiguration',
          '',
          '{ apiGroups: [""], apiVersions: ["*"], operations: ["*"], resources: [pods/attach] }',
        ),
      ],
      finds: ['admitted/hook', 'note', /it may refuse pods of jobs in gitlab-jobs, and/],
    },
    {
      name: 'a policy of CEL that is bound to a namespace',
      files: [
        ...FLEET,
        policy(
          'MutatingAdmissionPolicy',
          'namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: gitlab-runners } }',
        ),
      ],
      finds: [
        'admitted/hook',
        'note',
        /change or refuse pods of managers in gitlab-runners, and its expressions are not evaluated/,
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
      finds: ['admitted/limit-range', 'error', /the pod requests .*at least 500 of cpu is wanted/],
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
      name: 'a LimitRange that has no room for services, where some besides those of the config are allowed',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Pod, max: { memory: 7Gi } }]')],
      changes: [withService('"postgres:17", "redis:*"')],
      finds: ['admitted/limit-range-services', 'warning', /refuses each that has a service/],
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
      name: 'a LimitRange whose default is below a ceiling',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Container, default: { cpu: 2 } }]')],
      finds: ['admitted/limit-range-ceilings', 'warning', /a job that asks for it fails/],
    },
    {
      name: 'a quota that counts limits which services lack',
      files: [...FLEET, object('ResourceQuota', 'hard: { limits.memory: 100Ti }')],
      changes: [[CONFIG, '      service_memory_limit = "2Gi"\n', '']],
      finds: ['admitted/quota-services', 'warning', /found no service_memory_limit\. /],
    },
    {
      name: 'a quota with room for jobs, and none for their ceilings',
      files: [...FLEET, object('ResourceQuota', 'hard: { requests.cpu: 200 }')],
      finds: ['admitted/quota-ceilings', 'warning', /each at its ceilings, come to 328 of requests.cpu/],
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
      name: 'a webhook that is asked about another namespace',
      files: [
        ...FLEET,
        hook('MutatingWebhookConfiguration', only('namespaceSelector', 'kubernetes.io/metadata.name: mesh')),
      ],
    },
    {
      name: 'a webhook of pods with a label that these do not have',
      files: [
        ...FLEET,
        hook('MutatingWebhookConfiguration', only('objectSelector', 'example.com/inject: "true"')),
      ],
    },
    {
      name: 'a webhook that is asked about other kinds',
      files: [
        ...FLEET,
        hook(
          'ValidatingWebhookConfiguration',
          '',
          '{ apiGroups: [cert-manager.io, acme.cert-manager.io], apiVersions: ["*"], operations: [CREATE], resources: ["*/*"] }',
        ),
      ],
    },
    {
      name: 'a policy of CEL that is bound elsewhere',
      files: [
        ...FLEET,
        policy('ValidatingAdmissionPolicy', 'namespaceSelector: { matchLabels: { team: other } }'),
      ],
    },
    {
      name: 'a LimitRange without room for services besides that of the config, where no other is allowed',
      files: [...FLEET, object('LimitRange', 'limits: [{ type: Pod, max: { memory: 7Gi } }]')],
      changes: [withService('"postgres:17"'), [CONFIG, 'concurrent = 20', 'concurrent = 15']],
    },
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

/** Jobs in the namespace of the fixture, which enforces a level, with more in the table of the executor. */
function enforcing(level: string, ...changes: readonly Change[]): readonly Change[] {
  return [[JOBS_NAMESPACE, 'enforce: baseline', `enforce: ${level}`], ...changes];
}

/** Lines after the tables of the config, which ends within that of the security context of pods. */
function afterConfig(...lines: readonly string[]): Change {
  const last = '    [runners.kubernetes.pod_security_context.seccomp_profile]\n    type = "RuntimeDefault"\n';
  return [CONFIG, last, `${last}${lines.map((line) => `    ${line}\n`).join('')}`];
}

/** What the job pod of arm64-spot is refused for. */
function refusedFor(...changes: readonly Change[]): string | undefined {
  const found = findingsIn(edited(FLEET, ...changes)).filter(({ id }) => id === 'admitted/job-pod');
  return found[0]?.found;
}

describe('the job pod of a config is held to every control of the level of its namespace', () => {
  const patched = (patch: string) => [
    [CONFIG, 'FF_WAIT_FOR', 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION = true\n      FF_WAIT_FOR'] as Change,
    afterConfig('[[runners.kubernetes.pod_spec]]', `patch = '${patch}'`, 'patch_type = "strategic"'),
  ];

  test.each<[what: string, says: RegExp, changes: readonly Change[]]>([
    [
      'an SELinux type',
      /SELinux type spc_t/,
      [afterConfig('[runners.kubernetes.build_container_security_context]', 'selinux_type = "spc_t"')],
    ],
    [
      'an SELinux type of the pod',
      /SELinux type spc_t/,
      [
        [
          CONFIG,
          '[runners.kubernetes.pod_security_context.seccomp_profile]',
          '[runners.kubernetes.pod_security_context]\n    selinux_type = "spc_t"\n    [runners.kubernetes.pod_security_context.seccomp_profile]',
        ],
      ],
    ],
    [
      'an added capability',
      /capability SYS_ADMIN/,
      [[CONFIG, 'privileged = false', 'privileged = false\n      cap_add = ["SYS_ADMIN"]']],
    ],
    [
      'a capability of a service',
      /capability NET_ADMIN/,
      [
        [CONFIG, 'privileged = false', 'privileged = false\n      services = [{ name = "db" }]'],
        afterConfig(
          '[runners.kubernetes.service_container_security_context.capabilities]',
          'add = ["NET_ADMIN"]',
        ),
      ],
    ],
    [
      'a hook that calls a host',
      /host 169.254.169.254 in a probe or hook/,
      [
        afterConfig(
          '[runners.kubernetes.container_lifecycle.post_start.http_get]',
          'host = "169.254.169.254"',
          'port = 80',
          'path = "/"',
        ),
      ],
    ],
    [
      'an AppArmor profile in an annotation',
      /AppArmor unconfined of container build/,
      [
        [
          CONFIG,
          '"karpenter.sh/do-not-disrupt" = "true"',
          '"karpenter.sh/do-not-disrupt" = "true"\n        "container.apparmor.security.beta.kubernetes.io/build" = "unconfined"',
        ],
      ],
    ],
    [
      'an unmasked /proc',
      /procMount Unmasked/,
      [afterConfig('[runners.kubernetes.build_container_security_context]', 'proc_mount = "Unmasked"')],
    ],
    [
      'a host port',
      /hostPort 80/,
      patched('containers: [{ name: build, ports: [{ containerPort: 80, hostPort: 80 }] }]'),
    ],
    [
      'a sysctl',
      /sysctl kernel.msgmax/,
      patched('securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] }'),
    ],
    ['a host process', /hostProcess/, patched('securityContext: { windowsOptions: { hostProcess: true } }')],
    ['the network of the node', /hostNetwork/, patched('hostNetwork: true')],
  ])('baseline refuses %s', (_, says, changes) => {
    expect(refusedFor(...changes)).toMatch(says);
    expect(refusedFor(...enforcing('privileged', ...changes))).toBeUndefined();
  });

  /** What `restricted` asks of a job pod. */
  const strict: readonly Change[] = enforcing(
    'restricted',
    [CONFIG, 'privileged = false', 'privileged = false\n      cap_drop = ["ALL"]'],
    [
      CONFIG,
      '[runners.kubernetes.pod_security_context.seccomp_profile]',
      '[runners.kubernetes.pod_security_context]\n    run_as_non_root = true\n    run_as_user = 1000\n    [runners.kubernetes.pod_security_context.seccomp_profile]',
    ],
  );
  const others = (...changes: readonly Change[]) =>
    findingsIn(edited(FLEET, ...strict, ...changes))
      .filter(({ id, at }) => id === 'admitted/job-pod' && at.manifest.file.includes('arm64-spot'))
      .map(({ found }) => found);

  test('restricted lets in a job pod that meets it', () => {
    expect(others()).toEqual([]);
  });

  test.each<[what: string, found: string, changes: readonly Change[]]>([
    ['the user 0', 'runAsUser 0', [[CONFIG, 'run_as_user = 1000', 'run_as_user = 0']]],
    [
      'a volume of a type that it does not list',
      'a nfs volume',
      [
        afterConfig(
          '[[runners.kubernetes.volumes.nfs]]',
          'name = "data"',
          'mount_path = "/data"',
          'server = "nfs.example.com"',
          'path = "/"',
        ),
      ],
    ],
    [
      'a capability that baseline allows',
      'capability CHOWN',
      [[CONFIG, 'cap_drop = ["ALL"]', 'cap_drop = ["ALL"]\n      cap_add = ["CHOWN"]']],
    ],
  ])('restricted refuses %s', (_, found, changes) => {
    expect(others(...changes)).toEqual([found]);
  });

  test('the version that the namespace pins decides', () => {
    const hook = afterConfig(
      '[runners.kubernetes.container_lifecycle.post_start.tcp_socket]',
      'host = "example.com"',
      'port = 80',
    );
    const pinned = (version: string): Change => [
      JOBS_NAMESPACE,
      /( +)(\S*enforce: baseline)/,
      `$1$2\n$1pod-security.kubernetes.io/enforce-version: ${version}`,
    ];
    expect(refusedFor(hook, pinned('v1.33'))).toBeUndefined();
    expect(refusedFor(hook, pinned('v1.34'))).toMatch(/host example.com/);
    expect(refusedFor(hook, pinned('latest'))).toMatch(/host example.com/);
  });
});

test.each<[what: string, says: RegExp, from: string, to: string]>([
  [
    'the user 0',
    /runAsUser 0/,
    'allowPrivilegeEscalation: false',
    'allowPrivilegeEscalation: false\n            runAsUser: 0',
  ],
  [
    'a host port',
    /hostPort 9252/,
    'containerPort: 9252',
    'containerPort: 9252\n              hostPort: 9252',
  ],
  ['a probe of another host', /host 10.0.0.1/, 'httpGet:\n', 'httpGet:\n              host: 10.0.0.1\n'],
])('a manager with %s is refused', (_, says, from, to) => {
  const found = findingsIn(edited(FLEET, [DEPLOYMENT, from, to])).filter(
    ({ id }) => id === 'admitted/manager-pod',
  );
  expect(found.map((one) => one.found)).toEqual([expect.stringMatching(says)]);
});
