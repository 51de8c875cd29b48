import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FIXTURE_AMI_ALIAS, FLEET, without, withRunner } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const ROLE = 'amd64-spot/role.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const SECRETS = '    resources:\n      - secrets\n';

/** Another line in the security context of a manager's pod. */
const group = (line: string): Change => [DEPLOYMENT, /fsGroup: 10001\n {8}runAsGroup: 10001\n/, `${line}\n`];

const STARTUP = '      startupTaints: [{ key: node.cilium.io/agent-not-ready, effect: NoExecute }]\n';
/** The fleet whose pools all wait for the agent of Cilium. */
const WAITING = edited(FLEET, ['.yaml', /( {6}taints:\n)/, `${STARTUP}$1`]);
/** One more pool like that of the jobs. */
const more = (files: readonly SourceFile[]): readonly SourceFile[] =>
  edited(files, [POOL, '  name: gitlab-jobs-amd64-spot\n', '  name: more\n'])
    .filter(({ path }) => path.endsWith(POOL))
    .map(({ text }) => ({ path: 'acme/more.yaml', text }));

/** One more class like that of the jobs, of another image. */
const copiedClass = (alias: string): readonly SourceFile[] =>
  edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: more\n'], [CLASS, FIXTURE_AMI_ALIAS, alias])
    .filter(({ path }) => path.endsWith(CLASS))
    .map(({ text }) => ({ path: 'acme/more.yaml', text }));
const NODE_LABELS = '      labels:\n';
const HYPERVISOR = / {8}- key: karpenter\.k8s\.aws\/instance-hypervisor\n(?: {10}.*\n)+?(?= {8}- )/;
/** The fleet with one more requirement of a pool. */
const required = (label: string, values: string): readonly SourceFile[] =>
  edited(FLEET, [
    POOL,
    '      requirements:\n',
    `      requirements:\n        - { key: ${label}, operator: In, values: ${values} }\n`,
  ]);

const kubelet = (threshold: string): Change => [
  CLASS,
  'spec:\n',
  `spec:\n  kubelet: { evictionHard: { memory.available: ${threshold} } }\n`,
];

/** The kubelet of a class, with some fields. */
const kubeletOf = (fields: string): Change => [CLASS, 'spec:\n', `spec:\n  kubelet: { ${fields} }\n`];
const SOFT =
  'evictionSoft: { memory.available: 200Mi }, evictionSoftGracePeriod: { memory.available: 2h }, evictionMaxPodGracePeriod: 7200';

const LIMITS: SourceFile = {
  path: 'acme/limits.yaml',
  text: 'apiVersion: v1\nkind: LimitRange\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { limits: [{ type: Container, default: { memory: 2Gi }, defaultRequest: { memory: 1Gi } }] }\n',
};
const BOUNDED = [...FLEET, LIMITS];

/** A line more in the table [runners.kubernetes]. */
const key = (line: string): Change => [
  CONFIG,
  '      [runners.kubernetes]\n',
  `      [runners.kubernetes]\n      ${line}\n`,
];
const pulls = (policies: string): Change => [CONFIG, 'pull_policy = "always"', `pull_policy = [${policies}]`];
const environment = (variables: string): Change => [
  CONFIG,
  '    limit = 20\n',
  `    limit = 20\n    environment = [${variables}]\n`,
];
/** Containers before that of a manager, in an order. */
const starts = (...names: readonly string[]): readonly [string, string] => [
  '      containers:\n',
  `      initContainers: [${names.map((name) => `{ name: ${name}, image: registry.gitlab.com/gitlab-org/gitlab-runner:x }`).join(', ')}]\n      containers:\n`,
];
const tolerates = (...keys: readonly string[]): readonly [string, string] => [
  '      tolerations:\n',
  `      tolerations:\n${keys.map((one) => `        - { key: ${one}, operator: Exists }\n`).join('')}`,
];
/** Jobs with a key of a Secret and a folder of their node. */
const MOUNTING = edited(FLEET, [
  CONFIG,
  'immutable: true',
  `      [[runners.kubernetes.volumes.secret]]
        name = "s"
        mount_path = "/s"
        items = { a = "a" }
      [[runners.kubernetes.volumes.host_path]]
        name = "data"
        host_path = "/data"
        mount_path = "/data"
        read_only = true
      [[runners.kubernetes.volumes.pvc]]
        name = "cache"
        mount_path = "/cache"
        sub_path = "a"
immutable: true`,
]);

/** Terminals at an address. */
const terminals = (address: string): Change => [
  CONFIG,
  'log_level',
  `session_server = { listen_address = ":8093", advertise_address = "${address}" }\n    log_level`,
];

const ON_DEMAND_POOL = 'nodepool-gitlab-jobs-amd64-on-demand.yaml';
/** Jobs that take whatever node there is. */
const ON_DEMAND_JOBS: Change = [
  'amd64-on-demand/configmap.yaml',
  /\n *"karpenter\.sh\/capacity-type" = "on-demand"/,
  '',
];
/** The same, where no pool has Spot nodes. */
const TAKES_ANY = without(edited(FLEET, ON_DEMAND_JOBS), POOL);

/** What is on the lists of what is judged, and weakens or breaks a fleet all the same. */
// biome-ignore format: a table of cases
export const ALLOWED_CASES: readonly ImpactCase[] = [
  { rule: 'pod-powers', name: 'a seccomp profile of the node for jobs', after: edited(FLEET, [CONFIG, 'type = "RuntimeDefault"', 'type = "Localhost"\n    localhost_profile = "open.json"']), says: ['security', /^Its jobs may do more: runs under the seccomp profile open\.json of its node/] },
  { rule: 'pod-powers', name: 'a seccomp profile of the node for managers', after: edited(FLEET, [DEPLOYMENT, 'type: RuntimeDefault', 'type: Localhost\n          localhostProfile: open.json']), says: ['security', /^Its pods may do more: runs under the seccomp profile open\.json of its node \(gitlab-runner\)/] },
  { rule: 'pod-powers', name: 'an AppArmor profile of the node', after: edited(FLEET, [DEPLOYMENT, '        seccompProfile:\n', '        appArmorProfile: { type: Localhost, localhostProfile: open }\n        seccompProfile:\n']), says: ['security', /runs under the AppArmor profile open of its node/] },
  { rule: 'pod-powers', name: 'AppArmor as the runtime has it', after: edited(FLEET, [DEPLOYMENT, '        seccompProfile:\n', '        appArmorProfile: { type: RuntimeDefault }\n        seccompProfile:\n']) },
  { rule: 'pod-powers', name: 'the group of root', after: edited(FLEET, group('fsGroup: 10001\n        runAsGroup: 0')), says: ['security', /runs in the group of root \(gitlab-runner\)/] },
  { rule: 'pod-powers', name: 'volumes of the group of root', after: edited(FLEET, group('fsGroup: 0\n        runAsGroup: 10001')), says: ['security', /gives its volumes to the group of root/] },
  { rule: 'pod-powers', name: 'the group of root besides', after: edited(FLEET, group('supplementalGroups: [0]\n        fsGroup: 10001\n        runAsGroup: 10001')), says: ['security', /is in the group of root/] },
  { rule: 'pod-powers', name: 'another group', after: edited(FLEET, group('fsGroup: 10002\n        runAsGroup: 10002')) },

  { rule: 'node-guards', name: 'disks that stay', after: edited(FLEET, [CLASS, 'deleteOnTermination: true', 'deleteOnTermination: false']), says: ['security', /^Disks stay when their nodes go, with what jobs wrote\.$/] },
  { rule: 'node-guards', name: 'an older image', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@v20240101']), says: ['security', /^Nodes start from an older image: al2023@v20240101, before al2023@v20260812\.$/] },
  { rule: 'node-guards', name: 'an older image of another family', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2@v20230607']), says: ['security', /^Nodes start from an image of another family: al2@v20230607, before al2023@v20260812\.$/] },
  { rule: 'node-guards', name: 'a release of another family by numbers', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'bottlerocket@v1.0.0']), says: ['security', /another family: bottlerocket@v1\.0\.0/] },
  { rule: 'node-guards', name: 'a release instead of the latest', before: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@latest']), after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@v20240101']), says: ['security', /may be older than the latest, which they had: al2023@v20240101, before al2023@latest\.$/] },
  { rule: 'node-guards', name: 'a release in the place of an image that no alias named', before: edited(FLEET, [CLASS, `alias: ${FIXTURE_AMI_ALIAS}`, 'id: ami-0123456789abcdef0']), after: FLEET, says: ['security', /another family: al2023@v20260812, before \{"id":"ami-0123456789abcdef0"\}/] },
  { rule: 'node-guards', name: 'an image of someone that is set up as those of another family', before: edited(FLEET, [CLASS, `alias: ${FIXTURE_AMI_ALIAS}`, 'id: ami-0123456789abcdef0'], [CLASS, 'spec:\n', 'spec:\n  amiFamily: AL2023\n']), after: edited(FLEET, [CLASS, `alias: ${FIXTURE_AMI_ALIAS}`, 'id: ami-0123456789abcdef0'], [CLASS, 'spec:\n', 'spec:\n  amiFamily: Custom\n']), says: ['security', /^Nodes are set up as those of another family: Custom, before AL2023\.$/] },
  { rule: 'node-guards', name: 'a class of the latest image beside one of a release', before: FLEET, after: [...FLEET, ...copiedClass('al2023@latest')] },
  { rule: 'node-guards', name: 'a class of another family', before: FLEET, after: [...FLEET, ...copiedClass('bottlerocket@v1.59.0')], says: ['security', /another family: bottlerocket@v1\.59\.0/] },
  { rule: 'node-guards', name: 'the latest release in the place of a release', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@latest']) },
  { rule: 'node-guards', name: 'a family that goes without saying', after: edited(FLEET, [CLASS, 'spec:\n', 'spec:\n  amiFamily: AL2023\n']) },
  { rule: 'node-guards', name: 'an older image, by numbers', before: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'bottlerocket@v1.10.0']), after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'bottlerocket@v1.9.2']), says: ['security', /older image: bottlerocket@v1\.9\.2/] },
  { rule: 'node-guards', name: 'a newer image, by numbers', before: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'bottlerocket@v1.9.2']), after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'bottlerocket@v1.10.0']) },
  { rule: 'node-guards', name: 'a startup taint that goes', before: WAITING, after: edited(WAITING, [POOL, STARTUP, '']), says: ['security', /^Pods start on its nodes without waiting for node\.cilium\.io\/agent-not-ready:NoExecute to go\.$/] },
  { rule: 'node-guards', name: 'a new pool without the startup taint of all others', before: WAITING, after: [...WAITING, ...more(FLEET)], says: ['security', /without waiting for node\.cilium\.io/] },
  { rule: 'node-guards', name: 'a new pool with the startup taint of all others', before: WAITING, after: [...WAITING, ...more(WAITING)] },
  { rule: 'node-guards', name: 'a startup taint that comes', after: edited(FLEET, [POOL, /( {6}taints:\n)/, `${STARTUP}$1`]) },

  { rule: 'node-guards', name: 'any hypervisor', after: edited(FLEET, [POOL, HYPERVISOR, '']), says: ['security', /^Nodes of the pool are held to less: karpenter\.k8s\.aws\/instance-hypervisor is not required, before .*nitro/] },
  { rule: 'node-guards', name: 'machines that others are on', before: required('karpenter.k8s.aws/instance-tenancy', '[dedicated]'), after: required('karpenter.k8s.aws/instance-tenancy', '[dedicated, default]'), says: ['security', /instance-tenancy is .*default.*, before .*dedicated/] },
  { rule: 'node-guards', name: 'traffic that nothing encrypts', before: required('karpenter.k8s.aws/instance-encryption-in-transit-supported', '["true"]'), after: FLEET, says: ['security', /instance-encryption-in-transit-supported is not required/] },
  { rule: 'node-guards', name: 'a new pool of any hypervisor', after: [...FLEET, ...more(edited(FLEET, [POOL, HYPERVISOR, '']))], says: ['security', /instance-hypervisor is not required/] },
  { rule: 'node-guards', name: 'a requirement that gives nodes a label of the network', after: required('vpc.amazonaws.com/eniConfig', '[open]'), says: ['security', /vpc\.amazonaws\.com\/eniConfig is .*open.*, before not required/] },
  { rule: 'node-guards', name: 'other machines', after: required('karpenter.k8s.aws/instance-family', '[m7a, c7a]') },
  { rule: 'node-guards', name: 'a new pool that is held to as much', after: [...FLEET, ...more(FLEET)] },
  { rule: 'unjudged', name: 'a label by which nodes get another network', after: edited(FLEET, [POOL, NODE_LABELS, `${NODE_LABELS}        vpc.amazonaws.com/eniConfig: open\n`]), says: ['security', /eniConfig"\] is open, before nothing/] },
  { rule: 'unjudged', name: 'a label by which agents keep away from nodes', after: edited(FLEET, [POOL, NODE_LABELS, `${NODE_LABELS}        eks.amazonaws.com/compute-type: auto\n`]), says: ['security', /compute-type"\] is auto, before nothing/] },
  { rule: 'unjudged', name: 'a new pool with a label by which nodes get another network', after: [...FLEET, ...more(edited(FLEET, [POOL, NODE_LABELS, `${NODE_LABELS}        vpc.amazonaws.com/eniConfig: open\n`]))], says: ['security', /eniConfig"\] is open/] },
  { rule: 'unjudged', name: 'a label of nodes that says whose they are', after: edited(FLEET, [POOL, NODE_LABELS, `${NODE_LABELS}        team: web\n`]) },

  ...(
    [
      ['another place in the container', '"/s"', '"/usr/local/bin"', /^Its jobs mount the Secret s in another way: mount_path is \/usr\/local\/bin, before \/s\.$/],
      ['all keys of a Secret', '        items = { a = "a" }\n', '', /^Its jobs mount the Secret s in another way: all of its keys\.$/],
      ['another key of a Secret', 'items = { a = "a" }', 'items = { a = "a", b = "b" }', /in another way: its key b at b\.$/],
      ['mounts that reach the node', '        read_only = true\n', '        read_only = true\n        mount_propagation = "Bidirectional"\n', /^Its jobs mount \/data of their node in another way: mount_propagation is Bidirectional, before not set\.$/],
      ['another part of a claim', '"a"\nimmutable', '"b"\nimmutable', /^Its jobs mount the PersistentVolumeClaim cache in another way: sub_path is b, before a\.$/],
      ['another claim', 'name = "cache"', 'name = "other"', /^Its jobs may do more: shares with other jobs the PersistentVolumeClaim other\.$/],
      ['another part of a folder of the node', '        read_only = true\n', '        read_only = true\n        sub_path = "keys"\n', /in another way: sub_path is keys/],
    ] as const
  ).map(
    ([name, from, to, what]): ImpactCase => ({
      rule: 'pod-powers',
      name: `jobs that mount ${name}`,
      before: MOUNTING,
      after: edited(MOUNTING, [CONFIG, from, to]),
      says: ['security', what],
    }),
  ),
  { rule: 'pod-powers', name: 'jobs that mount fewer keys of a Secret', before: edited(MOUNTING, [CONFIG, 'items = { a = "a" }', 'items = { a = "a", b = "b" }']), after: MOUNTING },
  { rule: 'unjudged', name: 'another port of metrics', after: edited(FLEET, [CONFIG, /listen_address = ":\d+"/, 'listen_address = ":9400"']) },
  { rule: 'exposed-managers', name: 'an address of terminals that GitLab connects to', after: edited(FLEET, terminals('evil.example:443')), says: ['security', /^GitLab opens terminals of its jobs at evil\.example:443\.$/] },
  { rule: 'exposed-managers', name: 'another address of terminals', before: edited(FLEET, terminals('a.example:443')), after: edited(FLEET, terminals('b.example:443')), says: ['security', /at b\.example:443, before at a\.example:443\.$/] },
  { rule: 'exposed-managers', name: 'terminals that are no more', before: edited(FLEET, terminals('a.example:443')), after: FLEET },
  { rule: 'unjudged', name: 'terminals that come', after: edited(FLEET, terminals('a.example:443')) },
  { rule: 'unjudged', name: 'jobs that mount another claim', before: MOUNTING, after: edited(MOUNTING, [CONFIG, 'name = "cache"', 'name = "other"']) },
  { rule: 'pod-powers', name: 'mounts that do not reach the node, as without the word', before: MOUNTING, after: edited(MOUNTING, [CONFIG, '        read_only = true\n', '        read_only = true\n        mount_propagation = "None"\n']) },
  { rule: 'unjudged', name: 'variables of jobs in another order, of which the last holds', before: edited(FLEET, environment('"A=1", "A=2"')), after: edited(FLEET, environment('"A=2", "A=1"')), says: ['security', /environment is \["A=2","A=1"\], before \["A=1","A=2"\]/] },
  { rule: 'unjudged', name: 'containers that start in another order', before: edited(FLEET, [DEPLOYMENT, ...starts('a', 'b')]), after: edited(FLEET, [DEPLOYMENT, ...starts('b', 'a')]), says: ['security', /initContainers is .*"b".*"a".*, before .*"a".*"b"/] },
  { rule: 'unjudged', name: 'tolerations in another order, which means the same', before: edited(FLEET, [DEPLOYMENT, ...tolerates('a', 'b')]), after: edited(FLEET, [DEPLOYMENT, ...tolerates('b', 'a')]) },
  { rule: 'job-choices', name: 'root, in two digits', after: edited(FLEET, key('allowed_users = ["00"]')), says: ['security', /allowed_users allows 00/] },
  { rule: 'job-choices', name: 'a user that is not root', after: edited(FLEET, key('allowed_users = ["1000"]')) },
  { rule: 'job-choices', name: 'what others pulled first, in the place of last', before: edited(FLEET, pulls('"always", "if-not-present"')), after: edited(FLEET, pulls('"if-not-present", "always"')), says: ['security', /pull_policy is if-not-present, always/] },
  { rule: 'job-choices', name: 'what others pulled last, in the place of first', before: edited(FLEET, pulls('"if-not-present", "always"')), after: edited(FLEET, pulls('"always", "if-not-present"')) },

  { rule: 'killed-earlier', name: 'a probe without patience', after: edited(FLEET, [DEPLOYMENT, 'failureThreshold: 5', 'failureThreshold: 1'], [DEPLOYMENT, 'periodSeconds: 30', 'periodSeconds: 1']), says: ['disruptive', /^A manager that does not answer its livenessProbe for 1 s is restarted/] },
  { rule: 'killed-earlier', name: 'a probe with a little less patience', after: edited(FLEET, [DEPLOYMENT, 'failureThreshold: 5', 'failureThreshold: 3']) },
  { rule: 'killed-earlier', name: 'no memory', after: edited(FLEET, [DEPLOYMENT, 'memory: 256Mi', 'memory: 8Mi']), says: ['disruptive', /^The manager has 8Mi of memory, before 256Mi/] },
  { rule: 'killed-earlier', name: 'a little less memory', after: edited(FLEET, [DEPLOYMENT, 'memory: 256Mi', 'memory: 200Mi']), says: ['notice', /has 200Mi of memory, before 256Mi/] },
  { rule: 'killed-earlier', name: 'a little less memory, for fewer jobs', after: edited(FLEET, [DEPLOYMENT, 'memory: 256Mi', 'memory: 200Mi'], ['amd64-spot/configmap.yaml', 'concurrent = 20', 'concurrent = 10'], ['amd64-spot/configmap.yaml', 'limit = 20', 'limit = 10']) },
  { rule: 'killed-earlier', name: 'nodes that evict all pods', after: edited(FLEET, kubelet('90%')), says: ['disruptive', /^New nodes end pods earlier: evictionHard of memory\.available is 90%, before not set\.$/] },
  ...(
    [
      ['a port that nobody listens on', 'port: metrics', 'port: 9999', /its livenessProbe asks port 9999, and listen_address is :9252\.$/],
      ['a path that nobody answers', 'path: /metrics', 'path: /nope', /its livenessProbe asks \/nope, which the manager answers with 404/],
      ['another scheme', 'path: /metrics', 'scheme: HTTPS\n              path: /metrics', /its livenessProbe asks by HTTPS/],
      ['another number of the named port', 'containerPort: 9252', 'containerPort: 9253', /its livenessProbe asks port 9253/],
      ['no port of that name', 'name: metrics', 'name: other', /asks the port metrics, which the container does not name/],
      ['next to no disk', 'limits:\n              cpu: 200m\n              ephemeral-storage: 208Mi', 'limits:\n              cpu: 200m\n              ephemeral-storage: 1Mi', /has less room.*limits\.ephemeral-storage of gitlab-runner is 1Mi, before 208Mi/],
      ['a folder of one byte', 'sizeLimit: 144Mi', 'sizeLimit: 1', /sizeLimit of tmp is 1, before 144Mi/],
      ['next to no CPU', 'cpu: 200m', 'cpu: 1m', /limits\.cpu of gitlab-runner is 1m, before 200m/],
    ] as const
  ).map(
    ([name, from, to, what]): ImpactCase => ({
      rule: 'killed-earlier',
      name: `a manager with ${name}`,
      after: edited(FLEET, [DEPLOYMENT, from, to]),
      says: ['disruptive', what],
    }),
  ),
  { rule: 'killed-earlier', name: 'a manager that gets a limit of next to nothing', before: edited(FLEET, [DEPLOYMENT, 'limits:\n              cpu: 200m\n', 'limits:\n']), after: edited(FLEET, [DEPLOYMENT, 'cpu: 200m', 'cpu: 1m']), says: ['disruptive', /limits\.cpu of gitlab-runner is 1m, before no limit/] },
  { rule: 'killed-earlier', name: 'a manager that gets a limit', before: edited(FLEET, [DEPLOYMENT, 'limits:\n              cpu: 200m\n', 'limits:\n']), after: FLEET },
  { rule: 'killed-earlier', name: 'a manager with less of everything for fewer jobs', after: edited(FLEET, [CONFIG, 'limit = 20', 'limit = 5'], [CONFIG, 'concurrent = 20', 'concurrent = 5'], [DEPLOYMENT, 'cpu: 200m', 'cpu: 80m'], [DEPLOYMENT, 'sizeLimit: 144Mi', 'sizeLimit: 60Mi']) },
  { rule: 'killed-earlier', name: 'a probe of another path that is answered', after: edited(FLEET, [DEPLOYMENT, 'path: /metrics', 'path: /health/ready']) },
  { rule: 'killed-earlier', name: 'a probe that names its port by number', after: edited(FLEET, [DEPLOYMENT, 'port: metrics', 'port: 9252']) },
  ...(
    [
      ['95Gi of a disk of 100Gi', 'evictionHard: { nodefs.available: 95Gi }', /evictionHard of nodefs\.available is 95Gi, before not set/],
      ['a share of the disk, in bytes', 'evictionSoft: { nodefs.available: 30Gi }, evictionSoftGracePeriod: { nodefs.available: 1s }', /evictionSoft of nodefs\.available is 30Gi/],
      ['60Gi of memory', 'evictionHard: { memory.available: 60Gi }', /evictionHard of memory\.available is 60Gi/],
      ['numbers of files', 'evictionHard: { nodefs.inodesFree: "9000000" }', /nodefs\.inodesFree is 9000000/],
      ['no reserve', 'kubeReserved: { memory: 1Mi }', /memory of kubeReserved is 1Mi, before not set/],
    ] as const
  ).map(
    ([name, text, what]): ImpactCase => ({
      rule: 'killed-earlier',
      name: `nodes that end pods at ${name}`,
      after: edited(FLEET, kubeletOf(text)),
      says: ['disruptive', what],
    }),
  ),
  { rule: 'killed-earlier', name: 'a new class whose nodes end pods', after: [...FLEET, ...edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: other\n'], kubelet('60Gi')).filter(({ path }) => path.endsWith(CLASS)).map(({ text }) => ({ path: 'acme/other.yaml', text }))], says: ['disruptive', /memory\.available is 60Gi/] },
  { rule: 'killed-earlier', name: 'less time until a soft threshold counts', before: edited(FLEET, kubeletOf(SOFT)), after: edited(FLEET, kubeletOf(SOFT.replace('2h', '1s'))), says: ['disruptive', /evictionSoftGracePeriod of memory\.available is 1s, before 2h/] },
  { rule: 'killed-earlier', name: 'less time for pods beyond a soft threshold', before: edited(FLEET, kubeletOf(SOFT)), after: edited(FLEET, kubeletOf(SOFT.replace('7200', '1'))), says: ['disruptive', /evictionMaxPodGracePeriod \(seconds\) is 1, before 7200/] },
  { rule: 'killed-earlier', name: 'more time beyond a soft threshold', before: edited(FLEET, kubeletOf(SOFT.replace('2h', '1s'))), after: edited(FLEET, kubeletOf(SOFT)) },
  { rule: 'killed-earlier', name: 'thresholds that people set', after: edited(FLEET, kubeletOf('evictionHard: { memory.available: 200Mi, nodefs.available: 5Gi, imagefs.available: 10% }, kubeReserved: { memory: 512Mi }')) },
  { rule: 'unjudged', name: 'nodes that do not hold pods to their limits of CPU', after: edited(FLEET, kubeletOf('cpuCFSQuota: false')), says: ['security', /spec\.kubelet is \{"cpuCFSQuota":false\}, before nothing/] },
  { rule: 'killed-earlier', name: 'nodes that evict pods later', before: edited(FLEET, kubelet('90%')), after: edited(FLEET, kubelet('5%')) },

  { rule: 'spot-nodes', name: 'jobs that no longer ask for nodes on demand', after: edited(FLEET, ON_DEMAND_JOBS), says: ['disruptive', /^New jobs of acme-amd64-on-demand may land on Spot nodes, of the pool gitlab-jobs-amd64-spot, and are cut/] },
  { rule: 'spot-nodes', name: 'a pool that takes Spot nodes too, for jobs that take any', before: TAKES_ANY, after: edited(TAKES_ANY, [ON_DEMAND_POOL, '            - on-demand\n', '            - on-demand\n            - spot\n']), says: ['disruptive', /of the pool gitlab-jobs-amd64-on-demand/] },
  { rule: 'spot-nodes', name: 'a pool that no longer says which nodes it takes', before: TAKES_ANY, after: edited(TAKES_ANY, [ON_DEMAND_POOL, / {8}- key: karpenter\.sh\/capacity-type\n(?: {10}.*\n)+?(?= {8}- )/, '']), says: ['disruptive', /of the pool gitlab-jobs-amd64-on-demand/] },
  { rule: 'spot-nodes', name: 'managers', after: edited(FLEET, ['nodepool-gitlab-managers.yaml', '            - on-demand\n', '            - spot\n'], ['/deployment.yaml', 'karpenter.sh/capacity-type: on-demand', 'karpenter.sh/capacity-type: spot']), says: ['disruptive', /^The manager may land on Spot nodes, of the pool gitlab-managers, and loses its jobs/] },
  { rule: 'spot-nodes', name: 'a pool that takes Spot nodes too, for jobs that ask for others', after: edited(FLEET, [ON_DEMAND_POOL, '            - on-demand\n', '            - on-demand\n            - spot\n']) },
  { rule: 'spot-nodes', name: 'a new runner on Spot nodes', after: withRunner(FLEET, 'amd64-spot', 'more') },
  { rule: 'spot-nodes', name: 'jobs that get nodes on demand', before: edited(FLEET, ON_DEMAND_JOBS), after: FLEET },
  { rule: 'room-widened', name: 'a limit that containers have when they name none', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', 'default: { memory: 2Gi }, ', '']), says: ['security', /memory of a Container that names no limit is not bounded, before by 2Gi/] },
  { rule: 'room-widened', name: 'a request that containers have when they name none', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', ', defaultRequest: { memory: 1Gi }', '']), says: ['security', /memory of a Container that names no request is not bounded/] },
  { rule: 'room-widened', name: 'another request that containers have when they name none', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', 'memory: 1Gi', 'memory: 1536Mi']) },

  { rule: 'rights-removed', name: 'rights that are left for named objects', after: edited(FLEET, [ROLE, SECRETS, `    resourceNames: [x]\n${SECRETS}`]), says: ['disruptive', /^Managers may no longer create secrets, delete secrets, get secrets, update secrets/] },
  { rule: 'rights-removed', name: 'rights that were for named objects', before: edited(FLEET, [ROLE, SECRETS, `    resourceNames: [x]\n${SECRETS}`]), after: FLEET },
];
