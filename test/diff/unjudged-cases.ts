import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET, textOf, withManagers, without, withRunner } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const SEALED = 'amd64-spot/sealedsecret.yaml';
const JOBS = 'namespace-gitlab-jobs.yaml';
const POLICY = 'networkpolicy-gitlab-jobs.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';

/** The fleet with one more object. */
const more = (apiVersion: string, kind: string, place: string, rest = ''): readonly SourceFile[] => {
  const [namespace, name] = place.split('/');
  const metadata = namespace === '' ? `{ name: ${name} }` : `{ name: ${name}, namespace: ${namespace} }`;
  return [
    ...FLEET,
    {
      path: 'acme/more.yaml',
      text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n${rest}\n`,
    },
  ];
};

const KUBERNETES = '      [runners.kubernetes]\n';
/** A line more in the table [runners.kubernetes]. */
const key = (line: string): Change => [CONFIG, KUBERNETES, `${KUBERNETES}      ${line}\n`];
/** A line more in the [[runners]] entry. */
const entry = (line: string): Change => [CONFIG, '    limit = 20\n', `    limit = 20\n    ${line}\n`];
/** A table more at the end of the config.toml. */
const table = (text: string): Change => [CONFIG, 'immutable: true', `${text}\nimmutable: true`];
/** A required term of node affinity. */
const nodeTerm = (label: string): Change => [
  CONFIG,
  '        [runners.kubernetes.node_tolerations]\n',
  `        [[runners.kubernetes.affinity.node_affinity.required_during_scheduling_ignored_during_execution.node_selector_terms]]
        match_expressions = [{ key = "${label}", operator = "In", values = ["reserved", "spot"] }]
        [runners.kubernetes.node_tolerations]
`,
];
/** A term of affinity to pods, or away from them. */
const podTerm = (kind: 'pod_affinity' | 'pod_anti_affinity', when: 'preferred' | 'required'): Change => [
  CONFIG,
  '        [runners.kubernetes.node_tolerations]\n',
  `        [[runners.kubernetes.affinity.${kind}.${when}_during_scheduling_ignored_during_execution]]
        weight = 1
        pod_affinity_term = { topology_key = "kubernetes.io/hostname" }
        [runners.kubernetes.node_tolerations]
`,
];
/** A flag more. */
const flag = (line: string): Change => [
  CONFIG,
  '      [runners.feature_flags]\n',
  `      [runners.feature_flags]\n      ${line}\n`,
];
/** Rights of an account that no pruning takes away. */
const keptBinding = (namespace: string, account: string): SourceFile => ({
  path: 'acme/binding.yaml',
  text: `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: x, namespace: gitlab-jobs, annotations: { kustomize.toolkit.fluxcd.io/prune: disabled } }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner-amd64-spot }\nsubjects: [{ kind: ServiceAccount, name: ${account}, namespace: ${namespace} }]\n`,
});
/** An annotation more, where there are some and where there are none. */
const annotated = (file: string, annotation: string): readonly SourceFile[] => {
  const has = textOf(file).includes('\n  annotations:\n');
  const line = `    ${annotation}\n`;
  return edited(FLEET, [
    file,
    has ? '  annotations:\n' : 'metadata:\n',
    has ? `  annotations:\n${line}` : `metadata:\n  annotations:\n${line}`,
  ]);
};
/** The fleet with one more runner of a name, which nothing but the name tells from another. */
const calledRunner = (name: string): readonly SourceFile[] =>
  withRunner(FLEET, 'amd64-spot', name).map(({ path, text }) => ({
    path,
    // The pool keeps its name.
    text: path.includes(`/runners/${name}/`)
      ? text.replaceAll(`gitlab-jobs-${name}`, 'gitlab-jobs-amd64-spot')
      : text,
  }));
/** A line more in the spec of the manager's pod. */
const pod = (text: string): Change => [
  DEPLOYMENT,
  '      enableServiceLinks: false\n',
  `      enableServiceLinks: false\n${text}\n`,
];
/** A variable more of the manager. */
const variable = (text: string): Change => [
  DEPLOYMENT,
  '          env:\n',
  `          env:\n            - ${text}\n`,
];
const mount = (text: string): Change => [
  DEPLOYMENT,
  '          volumeMounts:\n',
  `          volumeMounts:\n            - ${text}\n`,
];
const volume = (text: string): Change => [
  DEPLOYMENT,
  '      volumes:\n',
  `      volumes:\n        - ${text}\n`,
];

const OTHER_CONFIG = /name: (runner-arm64-spot-\w+)/.exec(textOf('arm64-spot/configmap.yaml'))?.[1] ?? '';

const attack = (name: string, says: RegExp, ...changes: readonly Change[]): ImpactCase => ({
  rule: 'unjudged',
  name,
  after: edited(FLEET, ...changes),
  says: ['security', says],
});
const harmless = (name: string, ...changes: readonly Change[]): ImpactCase => ({
  rule: 'unjudged',
  name,
  after: edited(FLEET, ...changes),
});
const unknown = (kind: string, says: RegExp, ...object: Parameters<typeof more>): ImpactCase => ({
  rule: 'unknown-object',
  name: kind,
  after: more(...object),
  says: ['security', says],
});
const NO_FLEET = (kind: string) =>
  new RegExp(`^No fleet has an object of the kind ${kind}, and it is new\\.$`);
const NOT_OURS = (namespace: string) =>
  new RegExp(`^The namespace ${namespace} is not that of a runner, and it is new\\.$`);

/** What weakens a fleet by fields and objects that no rule knows. */
// biome-ignore format: a table of cases
export const UNJUDGED_CASES: readonly ImpactCase[] = [
  attack('another server', /config\.toml > url is https:\/\/evil\.example, before https:/, [CONFIG, /url = ".*"/, 'url = "https://evil.example"']),
  attack('another server with another ciphertext', /config\.toml > url is/, [CONFIG, /url = ".*"/, 'url = "https://evil.example"'], [SEALED, /(token-\w+: )\w{20}/, '$1AgBBBBBBBBBBBBBBBBBB']),
  attack('an address to clone from', /clone_url is https:\/\/evil/, entry('clone_url = "https://evil.example"')),
  attack('another cluster', /kubernetes\.host is .*; config\.toml > kubernetes\.bearer_token is|kubernetes\.bearer_token.*kubernetes\.host/, key('host = "https://evil.example"\n      bearer_token = "x"')),
  attack('another server of the cache', /> cache is .*evil/, table('    [runners.cache]\n    Type = "s3"\n    [runners.cache.s3]\n    ServerAddress = "evil.example"')),
  attack('a receiver of errors', /sentry_dsn is/, [CONFIG, 'log_level', 'sentry_dsn = "https://evil.example"\n    log_level']),
  attack('tokens that are no longer masked', /FF_MASK_ALL_DEFAULT_TOKENS is false/, flag('FF_MASK_ALL_DEFAULT_TOKENS = false')),
  ...['NODE_OPTIONS', 'GIT_ASKPASS', 'PIP_INDEX_URL', 'PYTHONPATH', 'DOCKER_AUTH_CONFIG'].map((name) =>
    attack(`a variable ${name} of all jobs`, /environment is \["/, entry(`environment = ["${name}=x"]`))),
  attack('a variable behind a harmless one', /environment is \["GIT_DEPTH=1","NODE_OPTIONS=x"\]/, entry('environment = ["GIT_DEPTH=1", "NODE_OPTIONS=x"]')),
  ...['csi', 'config_map', 'empty_dir'].map((kind) =>
    attack(`a volume ${kind} over programs of jobs`, new RegExp(`volumes(\\.${kind})? is`), table(`    [[runners.kubernetes.volumes.${kind}]]\n    name = "x"\n    mount_path = "/usr/bin"`))),
  attack('a priority of jobs', /priority_class_name is/, key('priority_class_name = "system-node-critical"')),
  attack('another scheduler', /scheduler_name is/, key('scheduler_name = "x"')),
  attack('a patch of the pod from a file', /pod_spec is/, table('    [[runners.kubernetes.pod_spec]]\n    patch_path = "/x"')),
  attack('an annotation of job pods', /pod_annotations\["iam\.amazonaws\.com\/role"\] is admin/, [CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '"karpenter.sh/do-not-disrupt" = "true"\n        "iam.amazonaws.com/role" = "admin"']),
  attack('no limit of memory', /memory_limit was 4Gi and is gone/, [CONFIG, /\n +memory_limit = "4Gi"/, '']),
  attack('a limit of nothing', /memory_limit/, [CONFIG, / memory_limit = "4Gi"/, ' memory_limit = "0"']),
  attack('another executor', /executor is shell, before kubernetes/, [CONFIG, 'executor = "kubernetes"', 'executor = "shell"']),
  attack('another place of the nodes of jobs', /dedicated-to"\]/, [CONFIG, '"gitlab-runner-fleet/dedicated-to" = "gitlab-jobs"', '"gitlab-runner-fleet/dedicated-to" = "others"']),
  attack('a toleration of everything', /node_tolerations/, [CONFIG, '        [runners.kubernetes.node_tolerations]\n', '        [runners.kubernetes.node_tolerations]\n        "" = ""\n']),
  attack('a second entry in the file of a runner', /runners\[x\] is/, table('    [[runners]]\n    name = "x"\n    url = "https://evil.example"\n    executor = "kubernetes"')),
  attack('a config.toml that becomes a script', /^The config of its runner .* was read here before, and is not any more/, [CONFIG, '  config.toml: |\n', '  config.toml: |\n    cat <<x\n']),
  attack('a key that nobody knows', /data\.other is/, [CONFIG, '  config.toml: |\n', '  other: "x"\n  config.toml: |\n']),
  attack('a key of the mounted file', /volumes\[config\]\.configMap\.items is/, [DEPLOYMENT, /( {8}- configMap:\n)/, '$1            items: [{ key: other, path: config.toml }]\n']),

  attack('a file over the program of the manager', /volumeMounts\[x\] is/, mount('{ name: x, mountPath: /usr/bin/gitlab-runner, subPath: x }'), volume('{ name: x, emptyDir: {} }')),
  attack('another part of a mounted volume', /volumeMounts\[tmp\]\.subPath is/, [DEPLOYMENT, '            - mountPath: /tmp\n', '            - mountPath: /tmp\n              subPath: x\n']),
  ...['LD_PRELOAD', 'HTTPS_PROXY', 'KUBERNETES_SERVICE_HOST', 'CI_SERVER_URL'].map((name) =>
    attack(`a variable ${name} of the manager`, new RegExp(`env\\[${name}\\] is`), variable(`{ name: ${name}, value: x }`))),
  attack('other names', /hostAliases/, pod('      hostAliases: [{ ip: 10.0.0.1, hostnames: [gitlab.com] }]')),
  attack('another policy of names', /dnsPolicy is Default/, pod('      dnsPolicy: Default')),
  attack('other servers of names', /dnsConfig/, pod('      dnsConfig: { nameservers: [10.0.0.1] }')),
  attack('a probe that runs a program', /livenessProbe\.exec is/, [DEPLOYMENT, '          livenessProbe:\n', '          livenessProbe:\n            exec: { command: [sh] }\n']),
  attack('a probe of another host', /livenessProbe\.httpGet\.host is/, [DEPLOYMENT, '            httpGet:\n', '            httpGet:\n              host: 169.254.169.254\n']),
  attack('variables from a Secret', /envFrom is/, [DEPLOYMENT, '          env:\n', '          envFrom: [{ secretRef: { name: runner-arm64-spot-token } }]\n          env:\n']),
  attack('a volume of the Secret of another runner', /volumes\[x\] is .*arm64-spot-token/, volume('{ name: x, secret: { secretName: runner-arm64-spot-token } }')),
  attack('the token of another runner', /secretKeyRef\.name is runner-arm64-spot-token/, [DEPLOYMENT, 'name: runner-amd64-spot-token', 'name: runner-arm64-spot-token']),
  attack('the config of another runner', /volumes\[config\]\.configMap\.name is runner-arm64-spot/, [DEPLOYMENT, /name: runner-amd64-spot-\w{8}\n/, `name: ${OTHER_CONFIG}\n`]),
  attack('a config that nothing here holds', /volumes\[config\]\.(configMap|secret)/, [DEPLOYMENT, /configMap:\n +name: runner-amd64-spot-\w{8}\n/, 'secret: { secretName: x }\n']),
  attack('an annotation of pods', /template\.metadata\.annotations is/, [DEPLOYMENT, '  template:\n    metadata:\n', '  template:\n    metadata:\n      annotations: { iam.amazonaws.com/role: admin }\n']),
  attack('substitution by Flux', /substitute"\] was disabled and is gone/, [CONFIG, '    kustomize.toolkit.fluxcd.io/substitute: disabled\n', '']),

  attack('nodes that the annotation of a namespace chooses', /scheduler\.alpha\.kubernetes\.io\/node-selector"\] is/, [JOBS, '  annotations:\n', '  annotations:\n    scheduler.alpha.kubernetes.io/node-selector: "a=b"\n']),
  attack('a label of a namespace', /istio-injection is disabled/, [JOBS, '  labels:\n', '  labels:\n    istio-injection: disabled\n']),
  attack('annotations of a Secret that is unsealed', /template\.metadata\.annotations is .*reflect/, [SEALED, '  template:\n    metadata:\n', '  template:\n    metadata:\n      annotations: { reflector.v1.k8s.emberstack.com/reflection-allowed: "true" }\n']),
  attack('data of a Secret that is unsealed', /spec\.template\.data is/, [SEALED, '  template:\n', '  template:\n    data: { x: "{{ .token }}" }\n']),
  attack('another type of a Secret', /spec\.template\.type is kubernetes\.io\/service-account-token/, [SEALED, 'type: Opaque', 'type: kubernetes.io/service-account-token']),

  attack('tags of a config that its manager does not have', /fleet\/tags is a, before .*, unlike that of its manager/, ['amd64-spot/configmap.yaml', /fleet\/tags: .*/, 'fleet/tags: a']),
  attack('a config whose tags go', /fleet\/tags is gone, before .*, unlike that of its manager/, ['amd64-spot/configmap.yaml', / +gitlab-runner-fleet\/tags: .*\n/, '']),
  attack('other subnets', /spec\.subnetSelectorTerms/, [CLASS, /(subnetSelectorTerms:\n) +- tags:\n +.*\n/, '$1    - id: subnet-0\n']),
  attack('another tag', /spec\.tags\.Owner is/, [CLASS, '  tags:\n', '  tags:\n    Owner: x\n']),
  attack('another key', /ebs\.kmsKeyID is/, [CLASS, 'encrypted: true', 'encrypted: true\n        kmsKeyID: x']),
  attack('a snapshot', /ebs\.snapshotID is/, [CLASS, 'encrypted: true', 'encrypted: true\n        snapshotID: snap-0']),
  attack('an annotation of nodes', /template\.metadata\.annotations is/, [POOL, '  template:\n    metadata:\n', '  template:\n    metadata:\n      annotations: { x: y }\n']),

  ...['x', 'image', 'job', 'spot', 'kubernetes', 'gitlab'].map(
    (name): ImpactCase => ({
      rule: 'unjudged',
      name: `a new runner like the others that is called ${name}, as a part of its config`,
      after: calledRunner(name),
    }),
  ),
  { rule: 'unjudged', name: 'a new runner that is called as a part of its config, and has more than the others', after: edited(calledRunner('x'), ['/runners/x/configmap.yaml', KUBERNETES, `${KUBERNETES}      logs_base_dir = "/x"\n`]), says: ['security', /^Unlike others of its kind: config\.toml > kubernetes\.logs_base_dir is \/\(runner\)\.$/] },
  { rule: 'unjudged', name: 'a new manager with a proxy', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/deployment.yaml', '          env:\n', '          env:\n            - { name: HTTPS_PROXY, value: x }\n']), says: ['security', /^Unlike others of its kind: .*HTTPS_PROXY\].*value is x/] },
  { rule: 'unjudged', name: 'a new runner of another server', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', /url = ".*"/, 'url = "https://evil.example"']), says: ['security', /^Unlike others of its kind: .*url is https:\/\/evil/] },
  { rule: 'unjudged', name: 'a new runner without a limit of memory', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', /\n +memory_limit = "4Gi"/, '']), says: ['security', /it has no .*memory_limit/] },
  { rule: 'unjudged', name: 'a new runner like the others', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'unjudged', name: 'a second manager', after: withManagers(FLEET, 'amd64-spot', 2) },
  harmless('paths of Windows', flag('FF_USE_POWERSHELL_PATH_RESOLVER = true')),
  harmless('sizes', [CONFIG, ' memory_limit = "4Gi"', ' memory_limit = "8Gi"'], [CONFIG, ' cpu_request = "1"', ' cpu_request = "2"'], [DEPLOYMENT, 'memory: 256Mi', 'memory: 300Mi']),
  harmless('a limit where there was none', [CONFIG, ' cpu_request = "1"', ' cpu_request = "1"\n      cpu_limit = "4"\n      helper_cpu_limit = "1"']),
  harmless('concurrency', [CONFIG, 'limit = 20', 'limit = 40'], [CONFIG, 'concurrent = 20', 'concurrent = 40']),
  harmless('the id of a runner in GitLab', [DEPLOYMENT, '  annotations:\n', '  annotations:\n    gitlab-runner-fleet/gitlab-id: "41"\n']),
  harmless('tags', [DEPLOYMENT, /fleet\/tags: .*/, 'fleet/tags: a']),
  harmless('a variable by which jobs run alike', entry('environment = ["GIT_DEPTH=1"]')),
  harmless('another ciphertext', [SEALED, /token-\w+: /, 'token-1: '], [DEPLOYMENT, /key: token-\w+/, 'key: token-1']),
  harmless('another release', [DEPLOYMENT, /alpine-v[\d.]+/, 'alpine-v19.4.0'], [CLASS, /- alias: .*/, '- alias: al2023@v20990101']),
  harmless('a label of people', [DEPLOYMENT, '  labels:\n', '  labels:\n    team: web\n']),
  harmless('jobs that may take reserved capacity, too', [CLASS, 'spec:\n', 'spec:\n  capacityReservationSelectorTerms: [{ id: cr-0 }]\n'], [CONFIG, /\n *"karpenter.sh\/capacity-type" = "spot"/, ''], nodeTerm('karpenter.sh/capacity-type')),
  attack('nodes of others by an affinity', /node_affinity/, nodeTerm('example.com/team')),
  harmless('a preference for nodes with other jobs', podTerm('pod_affinity', 'preferred')),
  harmless('a preference for nodes without other jobs', podTerm('pod_anti_affinity', 'preferred')),
  attack('nodes without other jobs, and no other', /pod_anti_affinity/, podTerm('pod_anti_affinity', 'required')),
  harmless('larger disks', [CLASS, /volumeSize: .*/, 'volumeSize: 500Gi']),

  unknown('a ConfigMap of the cluster', NOT_OURS('kube-system'), 'v1', 'ConfigMap', 'kube-system/aws-auth', 'data: { mapRoles: x }'),
  unknown('the names of the cluster', NOT_OURS('kube-system'), 'v1', 'ConfigMap', 'kube-system/coredns', 'data: { Corefile: x }'),
  { rule: 'unjudged', name: 'a ConfigMap that no runner reads, which unknown-object reports', after: more('v1', 'ConfigMap', 'gitlab-jobs/kube-root-ca.crt', 'data: { ca.crt: x }') },
  unknown('a ConfigMap that no runner reads', /^No runner reads this ConfigMap, and it is new\.$/, 'v1', 'ConfigMap', 'gitlab-jobs/kube-root-ca.crt', 'data: { ca.crt: x }'),
  unknown('a source of Flux', NO_FLEET('GitRepository'), 'source.toolkit.fluxcd.io/v1', 'GitRepository', 'gitlab-runners/x', 'spec: { url: x }'),
  unknown('an Application of Argo CD', NO_FLEET('Application'), 'argoproj.io/v1alpha1', 'Application', 'argocd/x', 'spec: {}'),
  unknown('a Rollout', NO_FLEET('Rollout'), 'argoproj.io/v1alpha1', 'Rollout', 'gitlab-runners/x', 'spec: {}'),
  unknown('a ScaledJob', NO_FLEET('ScaledJob'), 'keda.sh/v1alpha1', 'ScaledJob', 'gitlab-runners/x', 'spec: {}'),
  unknown('a CronJob', NO_FLEET('CronJob'), 'batch/v1', 'CronJob', 'tools/x', 'spec: {}'),
  unknown('a Deployment of the cluster', NOT_OURS('kube-system'), 'apps/v1', 'Deployment', 'kube-system/x', 'spec: { template: { spec: { containers: [{ name: a, image: a }] } } }'),
  unknown('a Deployment that is no manager', /^This Deployment is not the manager of a runner/, 'apps/v1', 'Deployment', 'gitlab-jobs/x', 'spec: { template: { spec: { containers: [{ name: a, image: a }] } } }'),
  unknown('a Secret with the token of an account', NO_FLEET('Secret'), 'v1', 'Secret', 'gitlab-runners/x', 'type: kubernetes.io/service-account-token'),
  unknown('a PushSecret', NO_FLEET('PushSecret'), 'external-secrets.io/v1alpha1', 'PushSecret', 'gitlab-runners/x', 'spec: {}'),
  unknown('a ClusterSecretStore', NO_FLEET('ClusterSecretStore'), 'external-secrets.io/v1', 'ClusterSecretStore', '/x', 'spec: {}'),
  unknown('a Service with addresses', /^This Service leads to no manager, and it is new\.$/, 'v1', 'Service', 'gitlab-runners/x', 'spec: { externalIPs: [10.0.0.1] }'),
  unknown('an Ingress', NO_FLEET('Ingress'), 'networking.k8s.io/v1', 'Ingress', 'gitlab-runners/x', 'spec: {}'),
  unknown('an APIService', NO_FLEET('APIService'), 'apiregistration.k8s.io/v1', 'APIService', '/x', 'spec: {}'),
  unknown('a PersistentVolume', NO_FLEET('PersistentVolume'), 'v1', 'PersistentVolume', '/x', 'spec: { hostPath: { path: / } }'),
  unknown('a RuntimeClass', NO_FLEET('RuntimeClass'), 'node.k8s.io/v1', 'RuntimeClass', '/x', 'handler: runc'),
  unknown('a CertificateSigningRequest', NO_FLEET('CertificateSigningRequest'), 'certificates.k8s.io/v1', 'CertificateSigningRequest', '/x', 'spec: {}'),
  unknown('a webhook', NO_FLEET('MutatingWebhookConfiguration'), 'admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', '/x', 'webhooks: []'),
  unknown('a definition', NO_FLEET('CustomResourceDefinition'), 'apiextensions.k8s.io/v1', 'CustomResourceDefinition', '/x', 'spec: {}'),
  unknown('a Role of another API', NO_FLEET(String.raw`Role\.iam\.services\.k8s\.aws`), 'iam.services.k8s.aws/v1alpha1', 'Role', 'gitlab-runners/x', 'spec: {}'),
  unknown('a Namespace of the cluster', NOT_OURS('kube-system'), 'v1', 'Namespace', '/kube-system'),
  { rule: 'unknown-object', name: 'an object of another kind that changes', before: more('v1', 'Endpoints', 'gitlab-runners/x', 'subsets: []'), after: more('v1', 'Endpoints', 'gitlab-runners/x', 'subsets: [{ ports: [] }]'), says: ['security', /^No fleet has an object of the kind Endpoints, and it changes\.$/] },
  { rule: 'unknown-object', name: 'a Service of nobody that changes', before: more('v1', 'Service', 'gitlab-runners/x', 'spec: { ports: [] }'), after: more('v1', 'Service', 'gitlab-runners/x', 'spec: { externalIPs: [10.0.0.1] }'), says: ['security', /^This Service leads to no manager, and it changes\.$/] },
  { rule: 'unknown-object', name: 'a new runner', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'unknown-object', name: 'a fleet where nothing was', before: [], after: FLEET },

  ...([
    [POLICY, 'config.kubernetes.io/local-config: "true"'],
    [POLICY, 'argocd.argoproj.io/hook: Skip'],
    [POLICY, 'argocd.argoproj.io/hook: PreSync'],
    [POLICY, 'kustomize.toolkit.fluxcd.io/reconcile: disabled'],
    [JOBS, 'kustomize.toolkit.fluxcd.io/ssa: Ignore'],
    [JOBS, 'helm.sh/hook: test'],
  ] as const).map(([file, annotation]): ImpactCase => ({ rule: 'left-out', name: annotation, after: annotated(file, annotation), says: ['security', /^It may be left out of the cluster, or deleted there: .* is /] })),
  ...['ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: x, uid: x }]', 'finalizers: [x]', 'deletionTimestamp: "2026-01-01T00:00:00Z"'].map((field): ImpactCase => ({
    rule: 'left-out', name: field, after: edited(FLEET, [POLICY, 'metadata:\n', `metadata:\n  ${field}\n`]), says: ['security', /or deleted there: (ownerReferences|finalizers|deletionTimestamp) is/] })),
  { rule: 'left-out', name: 'a policy that stays when it leaves git', after: annotated(POLICY, 'kustomize.toolkit.fluxcd.io/prune: disabled'), says: ['security', /^Flux keeps it when it leaves git/] },
  { rule: 'left-out', name: 'a policy that was kept, and leaves git', before: annotated(POLICY, 'argocd.argoproj.io/sync-options: Prune=false'), after: without(FLEET, POLICY), says: ['security', /^It leaves git and stays in the cluster/] },
  { rule: 'left-out', name: 'a policy that nothing keeps, and leaves git', after: without(FLEET, POLICY) },
  { rule: 'left-out', name: 'a new object that is left out', before: edited(FLEET, [POLICY, 'name: default', 'name: old']), after: annotated(POLICY, 'argocd.argoproj.io/hook: Skip'), says: ['security', /argocd\.argoproj\.io\/hook is Skip/] },
  { rule: 'left-out', name: 'a sealed token that Flux may delete', after: edited(FLEET, [SEALED, '    kustomize.toolkit.fluxcd.io/prune: disabled\n', '']), says: ['disruptive', /^Flux no longer keeps it: when it leaves git, it is deleted/] },
  { rule: 'left-out', name: 'a namespace that Argo CD may delete', after: edited(FLEET, [JOBS, '    argocd.argoproj.io/sync-options: Prune=false\n', '']), says: ['disruptive', /^Argo CD no longer keeps it/] },
  { rule: 'left-out', name: 'a namespace that goes with its Application', before: edited(FLEET, [JOBS, 'Prune=false', 'Delete=false,Prune=false']), after: FLEET, says: ['disruptive', /^Argo CD no longer keeps it when its Application is deleted/] },
  { rule: 'left-out', name: 'a manager whose health Argo CD ignores', after: annotated(DEPLOYMENT, 'argocd.argoproj.io/ignore-healthcheck: "true"'), says: ['security', /ignore-healthcheck is true/] },
  { rule: 'left-out', name: 'a placeholder whose health Argo CD ignores', after: annotated(SEALED, 'argocd.argoproj.io/ignore-healthcheck: "true"') },
  { rule: 'left-out', name: 'a namespace that is kept without being OutOfSync', after: annotated(JOBS, 'argocd.argoproj.io/compare-options: IgnoreExtraneous') },
  { rule: 'left-out', name: 'a policy that is not compared', after: annotated(POLICY, 'argocd.argoproj.io/compare-options: IgnoreExtraneous,ServerSideDiff=false'), says: ['security', /compare-options is/] },
  { rule: 'left-out', name: 'a policy that Argo CD applies after the managers', after: annotated(POLICY, 'argocd.argoproj.io/sync-wave: "1"'), says: ['security', /^Argo CD applies it in wave 1, once Deployment\/gitlab-runners\/runner-\S+ of wave 0 is healthy/] },
  { rule: 'left-out', name: 'a manager that Argo CD applies before the policies', after: annotated(DEPLOYMENT, 'argocd.argoproj.io/sync-wave: "-5"'), says: ['security', /^Argo CD applies it in wave 0, once Deployment\/gitlab-runners\/runner-amd64-spot of wave -5/] },
  { rule: 'left-out', name: 'a policy that comes after the managers as before', before: annotated(POLICY, 'argocd.argoproj.io/sync-wave: "1"'), after: annotated(POLICY, 'argocd.argoproj.io/sync-wave: "2"') },
  { rule: 'left-out', name: 'a wave that is not a number, which Argo CD takes for 0', after: annotated(POLICY, 'argocd.argoproj.io/sync-wave: late') },
  { rule: 'left-out', name: 'a binding of the account of jobs that is kept, and leaves git', before: [...FLEET, keptBinding('gitlab-jobs', 'default')], after: FLEET, says: ['security', /stays in the cluster, with the rights of ServiceAccount default, where no review shows it/] },
  { rule: 'left-out', name: 'a binding of a manager that is kept, and leaves git', before: [...FLEET, keptBinding('gitlab-runners', 'runner-amd64-spot')], after: FLEET },
  { rule: 'left-out', name: 'another wave', after: annotated(JOBS, 'argocd.argoproj.io/sync-wave: "-3"') },
];
