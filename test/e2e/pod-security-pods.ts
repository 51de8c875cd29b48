import fc from 'fast-check';
import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import type { KubeObject } from '../../tools/engines/kube-client';

/** Mostly a value that is not there: a pod breaks few controls, so that each of them decides about some pods. */
function seldom<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 14 }, { arbitrary: value, weight: 1 });
}

/** Mostly what the strictest level asks for. */
function seldomOther<Value>(right: Value, wrong: Value): fc.Arbitrary<Value | undefined> {
  return fc.oneof(
    { arbitrary: fc.constant(right), weight: 14 },
    { arbitrary: fc.constantFrom(wrong, undefined), weight: 1 },
  );
}

const ROOT = fc.constantFrom(0, 1000);
const PROFILE = fc.constantFrom<KubeObject>(
  { type: 'RuntimeDefault' },
  { type: 'Localhost', localhostProfile: 'a.json' },
  { type: 'Unconfined' },
);
const SELINUX = fc.constantFrom<KubeObject>(
  {},
  { type: 'container_t' },
  { type: 'container_engine_t' },
  { type: 'spc_t' },
  { user: 'root' },
  { role: 'system_r' },
  { level: 's0' },
);
const CAPABILITIES = fc.constantFrom('CHOWN', 'NET_BIND_SERVICE', 'NET_RAW', 'SYS_ADMIN', 'ALL', 'CAP_CHOWN');

const CONTEXT = fc.record(
  {
    privileged: seldom(fc.boolean()),
    allowPrivilegeEscalation: seldomOther(false, true),
    capabilities: fc.record({
      add: seldom(fc.uniqueArray(CAPABILITIES, { minLength: 1, maxLength: 2 })),
      drop: seldomOther(['ALL'], ['NET_RAW']),
    }),
    procMount: seldom(fc.constantFrom('Default', 'Unmasked')),
    runAsNonRoot: seldomOther(true, false),
    runAsUser: seldom(ROOT),
    seLinuxOptions: seldom(SELINUX),
    seccompProfile: seldom(PROFILE),
    appArmorProfile: seldom(PROFILE),
    windowsOptions: seldom(fc.record({ hostProcess: fc.boolean() })),
  },
  { requiredKeys: [] },
);
const HOST = fc.constantFrom<KubeObject>(
  { httpGet: { port: 80 } },
  { httpGet: { port: 80, host: '' } },
  { httpGet: { port: 80, host: '169.254.169.254' } },
  { tcpSocket: { port: 80, host: 'example.com' } },
  { exec: { command: ['true'] } },
);
const CONTAINER = fc.record({
  securityContext: fc.option(CONTEXT, { nil: undefined, freq: 10 }),
  ports: seldom(fc.constantFrom([{ containerPort: 80 }], [{ containerPort: 80, hostPort: 80 }])),
  livenessProbe: seldom(HOST),
  readinessProbe: seldom(HOST),
  startupProbe: seldom(HOST),
  lifecycle: seldom(fc.record({ postStart: seldom(HOST), preStop: seldom(HOST) })),
});
const VOLUME = fc.constantFrom<KubeObject>(
  { emptyDir: {} },
  { hostPath: { path: '/' } },
  { nfs: { server: 'example.com', path: '/' } },
  { csi: { driver: 'example.com' } },
  { persistentVolumeClaim: { claimName: 'a' } },
  { configMap: { name: 'a' } },
  { secret: { secretName: 'a' } },
  { projected: { sources: [] } },
  { image: { reference: 'example.com/a:1' } },
  { iscsi: { targetPortal: 'a', iqn: 'a', lun: 0 } },
  { awsElasticBlockStore: { volumeID: 'a' } },
  { downwardAPI: {} },
  { ephemeral: {} },
);
const SYSCTL = fc.constantFrom(
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'kernel.msgmax',
  'net.core.somaxconn',
);
const PROFILE_ANNOTATION = fc.tuple(
  fc.constantFrom(
    'container.apparmor.security.beta.kubernetes.io/container-0',
    'seccomp.security.alpha.kubernetes.io/pod',
    'container.seccomp.security.alpha.kubernetes.io/container-0',
    'karpenter.sh/do-not-disrupt',
  ),
  fc.constantFrom('unconfined', 'runtime/default', 'docker/default', 'localhost/a', ''),
);

/** Pods, with annotations, that the API server's library can read. */
export const PODS: fc.Arbitrary<KubeObject> = fc.record({
  annotations: seldom(PROFILE_ANNOTATION).map((one) => Object.fromEntries(one === undefined ? [] : [one])),
  spec: fc.record({
    hostNetwork: seldom(fc.boolean()),
    hostPID: seldom(fc.boolean()),
    hostIPC: seldom(fc.boolean()),
    hostUsers: seldom(fc.boolean()),
    os: seldom(fc.constantFrom({ name: 'windows' }, { name: 'linux' })),
    volumes: seldom(fc.array(VOLUME, { maxLength: 3 }).map(named('volume'))),
    securityContext: fc.option(
      fc.record(
        {
          runAsNonRoot: seldomOther(true, false),
          runAsUser: seldom(ROOT),
          seccompProfile: fc.option(PROFILE, { nil: undefined, freq: 10 }),
          appArmorProfile: seldom(PROFILE),
          seLinuxOptions: seldom(SELINUX),
          sysctls: seldom(
            fc.array(
              SYSCTL.map((name) => ({ name, value: '1' })),
              { maxLength: 2 },
            ),
          ),
          windowsOptions: seldom(fc.record({ hostProcess: fc.boolean() })),
        },
        { requiredKeys: [] },
      ),
      { nil: undefined, freq: 10 },
    ),
    initContainers: seldom(fc.array(CONTAINER, { maxLength: 1 }).map(named('init'))),
    containers: fc.array(CONTAINER, { minLength: 1, maxLength: 2 }).map(named('container')),
    ephemeralContainers: seldom(fc.array(CONTAINER, { maxLength: 1 }).map(named('debug'))),
  }),
});

function named(what: string) {
  return (list: readonly object[]): KubeObject[] =>
    list.map((one, index) => ({ name: `${what}-${index}`, ...one }));
}

const TABLE_PROFILE = fc.constantFrom<KubeObject>(
  { type: 'RuntimeDefault' },
  { type: 'Localhost', localhost_profile: 'a.json' },
  { type: 'Unconfined' },
);
const TABLE_CONTEXT = fc.record(
  {
    capabilities: fc.record(
      {
        add: seldom(fc.uniqueArray(CAPABILITIES, { maxLength: 2 })),
        drop: seldomOther(['ALL'], ['KILL']),
      },
      { requiredKeys: [] },
    ),
    privileged: seldom(fc.boolean()),
    run_as_user: seldom(ROOT),
    run_as_non_root: seldomOther(true, false),
    selinux_type: seldom(fc.constantFrom('container_t', 'spc_t', '')),
    proc_mount: seldom(fc.constantFrom('Default', 'unmasked', 'other')),
    seccomp_profile: seldom(TABLE_PROFILE),
    app_armor_profile: seldom(TABLE_PROFILE),
  },
  { requiredKeys: [] },
);
const TABLE_HOOK = fc.constantFrom<KubeObject>(
  { exec: { command: ['true'] } },
  { http_get: { host: '169.254.169.254', path: '/', port: 80 } },
  { tcp_socket: { port: 80 } },
);
const PATCH = fc.constantFrom(
  'hostNetwork: true',
  'hostUsers: false',
  'shareProcessNamespace: true',
  'securityContext: { sysctls: [{ name: kernel.msgmax, value: "1" }] }',
  'containers: [{ name: build, ports: [{ containerPort: 80, hostPort: 80 }] }]',
  'containers: [{ name: helper, securityContext: { runAsUser: 0 } }]',
  'volumes: [{ name: nodes, hostPath: { path: / } }]',
  'volumes: [{ name: shared, nfs: { server: a, path: / } }]',
);

/** Runners whose keys decide what Pod Security makes of their jobs. */
export const RUNNERS: fc.Arbitrary<RunnerTable> = fc
  .record(
    {
      privileged: seldom(fc.boolean()),
      allow_privilege_escalation: seldomOther(false, undefined),
      cap_add: seldom(fc.uniqueArray(CAPABILITIES, { maxLength: 2 })),
      cap_drop: seldomOther(['ALL'], ['KILL']),
      pod_annotations: seldom(PROFILE_ANNOTATION).map((one) =>
        Object.fromEntries(one === undefined ? [] : [one]),
      ),
      pod_security_context: fc.record(
        {
          run_as_non_root: seldomOther(true, false),
          run_as_user: seldom(ROOT),
          selinux_type: seldom(fc.constantFrom('container_t', 'spc_t')),
          seccomp_profile: fc.option(TABLE_PROFILE, { nil: undefined, freq: 10 }),
          app_armor_profile: seldom(TABLE_PROFILE),
        },
        { requiredKeys: [] },
      ),
      build_container_security_context: seldom(TABLE_CONTEXT),
      helper_container_security_context: seldom(TABLE_CONTEXT),
      service_container_security_context: seldom(TABLE_CONTEXT),
      init_permissions_container_security_context: seldom(TABLE_CONTEXT),
      services: seldom(fc.constant([{ name: 'example.com/db:1', alias: 'db' }])),
      container_lifecycle: seldom(fc.record({ post_start: TABLE_HOOK })),
      volumes: seldom(
        fc.constantFrom<KubeObject>(
          { host_path: [{ name: 'a', mount_path: '/a', host_path: '/a' }] },
          { nfs: [{ name: 'a', mount_path: '/a', server: 'a', path: '/a' }] },
          { csi: [{ name: 'a', mount_path: '/a', driver: 'a' }] },
          { empty_dir: [{ name: 'a', mount_path: '/a' }] },
        ),
      ),
      pod_spec: seldom(PATCH.map((patch) => [{ name: 'patch', patch, patch_type: 'strategic' }])),
    },
    { requiredKeys: [] },
  )
  .map((kubernetes) => ({
    name: 'generated',
    url: 'https://gitlab.example.com',
    token: '${GITLAB_RUNNER_TOKEN}',
    executor: 'kubernetes',
    feature_flags: { FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: true },
    kubernetes: { namespace: 'jobs', image: 'example.com/job:1', ...(kubernetes as object) },
  }));
