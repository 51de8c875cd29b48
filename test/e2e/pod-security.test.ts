import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { forbiddenControls, type PodSecurity, type SecuredPod } from '../../lib/cluster/pod-security';
import { CONTROLS, type ControlId } from '../../lib/cluster/pod-security-controls';
import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { fieldsOf, textsOf } from '../../lib/values/record';
import { buildGoModule, POD_SECURITY } from '../../tools/engines/build';
import '../property-seed';
import { PODS, RUNNERS } from './pod-security-pods';
import { api } from './running-cluster';

/** What the library says where it forbids a control. */
const REASONS: Readonly<Record<ControlId, RegExp>> = {
  allowPrivilegeEscalation: /^allowPrivilegeEscalation != false$/,
  appArmorProfile: /^forbidden AppArmor profiles?$/,
  capabilities_baseline: /^non-default capabilities$/,
  capabilities_restricted: /^unrestricted capabilities$/,
  hostNamespaces: /^host namespaces$/,
  hostPathVolumes: /^hostPath volumes$/,
  hostPorts: /^hostPort$/,
  hostProbesAndHostLifecycle: /^probe or lifecycle host$/,
  privileged: /^privileged$/,
  procMount: /^procMount$/,
  procMount_restricted: /^procMount$/,
  restrictedVolumes: /^restricted volume types$/,
  runAsNonRoot: /^runAsNonRoot != true$/,
  runAsUser: /^runAsUser=0$/,
  seLinuxOptions: /^seLinuxOptions$/,
  seccompProfile_baseline: /^seccompProfile$/,
  seccompProfile_restricted: /^seccompProfile$/,
  sysctls: /^forbidden sysctls$/,
  windowsHostProcess: /^hostProcess$/,
};

interface Question {
  readonly policy: PodSecurity;
  readonly pod: SecuredPod;
}

const POLICIES: fc.Arbitrary<PodSecurity> = fc.record({
  level: fc.constantFrom('baseline', 'restricted'),
  minor: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 2 }),
});

/** Reasons of the library, a list for each pod. */
function askLibrary(questions: readonly Question[]): readonly (readonly string[])[] {
  const lines = questions.map(({ policy: { level, minor }, pod }) =>
    JSON.stringify({ level, version: minor === undefined ? 'latest' : `v1.${minor}`, ...pod }),
  );
  const program = join(buildGoModule(POD_SECURITY), 'pod-security');
  const printed = execFileSync(program, {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Questions on which the library says another thing, and how often each control is forbidden. */
function compare(questions: readonly Question[]) {
  const forbidden = new Map<ControlId, number>();
  const answers = askLibrary(questions);
  const differences = questions.flatMap(({ policy, pod }, index) => {
    const own = forbiddenControls(policy, pod).map(({ control }) => control);
    for (const control of own) forbidden.set(control, (forbidden.get(control) ?? 0) + 1);
    const reasons = answers[index];
    const isSame =
      own.length === reasons.length &&
      own.every((control) => reasons.some((one) => REASONS[control].test(one)));
    return isSame ? [] : [{ policy, pod, own, reasons }];
  });
  expect(answers).toHaveLength(questions.length);
  return { differences, forbidden, admitted: answers.filter((reasons) => reasons.length === 0).length };
}

test("the verdict on any pod is that of the API server's library, control by control", () => {
  const questions = fc.sample(fc.record({ policy: POLICIES, pod: PODS }), 4000);
  const { differences, forbidden, admitted } = compare(questions.map(asJson));
  expect(differences.slice(0, 3)).toEqual([]);
  // Every control decides about some of them, and some pods are let in.
  for (const { id } of CONTROLS) expect([id, (forbidden.get(id) ?? 0) > 5]).toEqual([id, true]);
  expect(admitted).toBeGreaterThan(100);
});

test('the verdict on the pod that the executor makes of a config is that of the library', () => {
  const questions = fc
    .sample(fc.record({ policy: POLICIES, runner: RUNNERS }), 2000)
    .flatMap(({ policy, runner }) => {
      const pod = jobPod(JSON.parse(JSON.stringify(runner)));
      // Nothing to judge where the executor makes no pod.
      if ('refused' in pod) return [];
      return [{ policy, pod: { annotations: textsOf(pod.annotations), spec: fieldsOf(pod) } }];
    });
  const { differences, forbidden, admitted } = compare(questions.map(asJson));
  expect(differences.slice(0, 3)).toEqual([]);
  expect(questions.length).toBeGreaterThan(1500);
  expect(forbidden.size).toBeGreaterThan(14);
  expect(admitted).toBeGreaterThan(100);
});

/** As it goes over a wire: without what is undefined. */
function asJson(question: Question): Question {
  return JSON.parse(JSON.stringify(question));
}

/** Pods that break one control each, which the API server finds nothing else wrong with. */
const SECURE = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const CHANGES: readonly (readonly [name: string, spec: object, container?: object])[] = [
  ['nothing', {}],
  ['a host network', { hostNetwork: true }],
  ['a hostPath volume', { volumes: [{ name: 'a', hostPath: { path: '/' } }] }],
  ['an NFS volume', { volumes: [{ name: 'a', nfs: { server: 'a', path: '/' } }] }],
  ['a volume without a source', { volumes: [{ name: 'a' }] }],
  ['a user of its own namespace', { hostUsers: false }],
  ['a host port', {}, { ports: [{ containerPort: 80, hostPort: 80 }] }],
  ['a host in a probe', {}, { livenessProbe: { httpGet: { host: 'a', port: 80, path: '/' } } }],
  ['a host in a hook', {}, { lifecycle: { preStop: { tcpSocket: { host: 'a', port: 80 } } } }],
  ['root', {}, { securityContext: { ...SECURE, runAsUser: 0 } }],
  ['maybe root', {}, { securityContext: { ...SECURE, runAsNonRoot: false } }],
  ['privileged', {}, { securityContext: { privileged: true } }],
  ['a capability', {}, { securityContext: { ...SECURE, capabilities: { add: ['CHOWN'], drop: ['ALL'] } } }],
  ['no seccomp', {}, { securityContext: { ...SECURE, seccompProfile: { type: 'Unconfined' } } }],
  ['SELinux', {}, { securityContext: { ...SECURE, seLinuxOptions: { type: 'spc_t' } } }],
  [
    'a harmless SELinux type',
    {},
    { securityContext: { ...SECURE, seLinuxOptions: { type: 'container_t' } } },
  ],
];

describe.each(['baseline', 'restricted'] as const)('a namespace that enforces %s', (level) => {
  const namespace = `pod-security-${level}`;
  const labels = { 'pod-security.kubernetes.io/enforce': level };
  beforeAll(async () => {
    await api.create('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels },
    });
  });

  test.each(CHANGES.map(([name, spec, container = {}]) => ({ name, change: spec, container })))(
    'answers to a pod with $name as is said here',
    async ({ change, container }) => {
      const spec = {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        automountServiceAccountToken: false,
        containers: [{ name: 'a', image: 'example.com/a:1', securityContext: SECURE, ...container }],
        ...change,
      };
      const own = forbiddenControls({ level, minor: undefined }, { annotations: {}, spec });
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asked', namespace }, spec };
      const answer = await api.create(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod).then(
        () => 'let in',
        (error: Error) => (/violates PodSecurity/.test(error.message) ? 'refused' : error.message),
      );
      expect(answer).toBe(own.length > 0 ? 'refused' : 'let in');
    },
  );
});
