import { readFileSync } from 'node:fs';
import type { SourceFile } from '../../lib/cluster/manifest';
import { RULES } from '../../lib/diff/all';
import { fakeCiphertext } from '../ciphertext';
import {
  type Change,
  edited,
  FIXTURE_AMI_ALIAS,
  FIXTURE_RUNNER_VERSION,
  FLEET,
  RENDERED,
  readFixture,
  textOf,
  withManagers,
  without,
  withRunner,
} from '../fixtures/files';
import { ALLOWED_CASES } from './allowed-cases';
import type { ImpactCase } from './impact-case';
import { JOB_CASES } from './job-cases';
import { LOST_GUARD_CASES } from './lost-guard-cases';
import { MONITORING_CASES } from './monitoring-cases';
import { MOVE_CASES } from './move-cases';
import { ORPHAN_CLEANUP_CASES } from './orphan-cleanup-cases';
import { PAUSE_POD_CASES } from './pause-pod-cases';
import { PRICE_CASES } from './price-cases';
import { PULL_SECRET_CASES } from './pull-secret-cases';
import { diffOf } from './revisions';
import { ROOM_CASES } from './room-cases';
import { SECURITY_CASES } from './security-cases';
import { TIER_CASES } from './tier-cases';
import { UNJUDGED_CASES } from './unjudged-cases';
import { VARIABLE_CASES } from './variable-cases';

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const ROLE = 'amd64-spot/role.yaml';
const MANAGERS = 'nodepool-gitlab-managers.yaml';
/** The labels that a pool gives its nodes, with the table that they are in. */
const TEMPLATE_METADATA = / {4}metadata:\n {6}labels:\n( {8}\S+: \S+\n)+/;
const SEALED = 'amd64-spot/sealedsecret.yaml';
const JOBS = 'namespace-gitlab-jobs.yaml';
const RUNNERS = 'namespace-gitlab-runners.yaml';
const OLD_RELEASE = [
  'enforce: baseline\n',
  'enforce: baseline\n    pod-security.kubernetes.io/enforce-version: v1.0\n',
] as const;
const POLICY = 'networkpolicy-gitlab-jobs.yaml';
const [PORT_22, PORT_80, PORT_443] = [22, 80, 443].map(
  (port) => `        - port: ${port}\n          protocol: TCP\n`,
);
const KEPT = '    kustomize.toolkit.fluxcd.io/prune: disabled\n';

/** The base without what keeps an object when it leaves git. */
const unkept = (path: string): readonly SourceFile[] =>
  edited(FLEET, [path, KEPT, ''], [path, /Prune=false|.*Prune=false\n/, '']);

const POOL_FILE = 'nodepool-gitlab-jobs-amd64-spot.yaml';
/** A manager that was never started: its token was not sealed yet. */
const WAITS: Change = [
  DEPLOYMENT,
  '  annotations:\n',
  '  annotations:\n    gitlab-runner-fleet/waiting-for: sealed/acme/amd64-spot.yaml\n',
];

/** The rendered base with a file in the folder of another unit. */
const movedTo = (unit: string, name: string): readonly SourceFile[] =>
  RENDERED.map((file) =>
    file.path.endsWith(name) ? { ...file, path: file.path.replace(/acme\/\w+\//, `acme/${unit}/`) } : file,
  );
/** Runners that Flux renders. */
const release = (version: string): SourceFile => ({
  path: 'acme/release.yaml',
  text: `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: gitlab-runner, namespace: gitlab-runners }\nspec: { chart: { spec: { chart: gitlab-runner, version: ${version} } } }\n`,
});

/** A volume of jobs. */
const claim = (size: string): SourceFile => ({
  path: 'acme/claim.yaml',
  text: `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: cache, namespace: gitlab-jobs }\nspec: { accessModes: [ReadWriteMany], storageClassName: efs, resources: { requests: { storage: ${size} } } }\n`,
});

/** The base with a text in the config of a runner replaced, under the name that another content has. */
function renamedConfig(from: string, to: string): readonly SourceFile[] {
  const name = /name: (runner-amd64-spot-\w+)/.exec(textOf(CONFIG))?.[1] ?? '';
  const other = 'runner-amd64-spot-00000000';
  return edited(FLEET, [CONFIG, from, to], [CONFIG, name, other], [DEPLOYMENT, name, other]);
}

/** The base with a pool that keeps a number of nodes. */
const staticPool = (nodes: number | string, limit = 5000): readonly SourceFile[] =>
  edited(FLEET, [POOL, / {2}limits:\n.*\n.*\n/, `  limits:\n    nodes: "${limit}"\n  replicas: ${nodes}\n`]);

/** A policy beside that of the namespace of jobs. */
const MORE = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: more
  namespace: gitlab-jobs
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - ports: [{ port: 5432 }]
      to: [{ ipBlock: { cidr: 10.0.0.0/8 } }]
`;

/** A policy that lets everything through. */
const OPEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
  namespace: gitlab-jobs
spec:
  podSelector: {}
  policyTypes: [Egress, Ingress]
  egress: [{ to: [{ namespaceSelector: {} }] }]
  ingress: [{ from: [{ namespaceSelector: {} }] }]
`;

// biome-ignore format: a table of cases
const CASES: readonly ImpactCase[] = [
  { rule: 'moved-unit', name: 'a policy that another unit applies', before: RENDERED, after: movedTo('karpenter', POLICY), says: ['disruptive', /^It moves from runners\/ to karpenter\/: it may be gone/] },
  { rule: 'moved-unit', name: 'a Deployment that another unit applies', before: RENDERED, after: movedTo('base', DEPLOYMENT), says: ['disruptive', /from runners\/ to base\//] },
  { rule: 'moved-unit', name: 'a NodePool below the unit of another', before: RENDERED, after: movedTo('runners/karpenter', POOL_FILE), says: ['disruptive', /from karpenter\/ to runners\//] },
  { rule: 'moved-unit', name: 'a namespace, which is kept', before: RENDERED, after: movedTo('karpenter', JOBS) },
  { rule: 'moved-unit', name: 'a file of another name', before: RENDERED, after: RENDERED.map((file) => ({ ...file, path: file.path.replace(POLICY, `other-${POLICY}`) })) },
  ...SECURITY_CASES,
  ...TIER_CASES,
  ...ALLOWED_CASES,
  ...LOST_GUARD_CASES,
  ...UNJUDGED_CASES,
  ...VARIABLE_CASES,
  ...ROOM_CASES,
  ...ORPHAN_CLEANUP_CASES,
  ...PAUSE_POD_CASES,
  ...JOB_CASES,
  ...PRICE_CASES,
  ...MONITORING_CASES,
  ...PULL_SECRET_CASES,
  ...MOVE_CASES,
  { rule: 'manager-replaced', name: 'another release of the runner', after: edited(FLEET, [DEPLOYMENT, `alpine-v${FIXTURE_RUNNER_VERSION}`, 'alpine-v19.2.0']),
    says: ['notice', /manager is replaced. Its running jobs drain for up to 2h10m; what runs longer is cut. Its successor takes jobs meanwhile/] },
  { rule: 'manager-replaced', name: 'a manager that drains for a minute', before: edited(FLEET, [DEPLOYMENT, 'GracePeriodSeconds: 7800', 'GracePeriodSeconds: 60']),
    after: edited(FLEET, [DEPLOYMENT, 'memory: 256Mi', 'memory: 300Mi']), says: ['disruptive', /drain for up to 1m; what runs longer is cut/] },
  { rule: 'manager-replaced', name: 'a strategy that stops the old one first', after: edited(FLEET, [DEPLOYMENT, 'type: RollingUpdate', 'type: Recreate'], [DEPLOYMENT, 'memory: 256Mi', 'memory: 300Mi']),
    says: ['notice', /Nobody takes jobs until the old one has drained/] },
  { rule: 'manager-replaced', name: 'tokens that come from Secrets that exist', after: edited(without(FLEET, SEALED), [DEPLOYMENT, /key: token-\w+/, 'key: token']),
    says: ['notice', /Its successor waits until the Secret runner-amd64-spot-token has the key token\.$/] },
  { rule: 'manager-replaced', name: 'another ciphertext, which its SealedSecret brings', after: edited(FLEET, [DEPLOYMENT, /key: token-\w+/, 'key: token-1'], [SEALED, /token-\w+: /, 'token-1: ']),
    says: ['notice', /Its successor takes jobs meanwhile\.$/] },
  { rule: 'manager-replaced', name: 'a config.toml that does not parse, with which no new one starts', after: renamedConfig('url = "https', 'url = https') },
  { rule: 'manager-replaced', name: 'a label of the Deployment alone', after: edited(FLEET, [DEPLOYMENT, '  labels:\n', '  labels:\n    team: web\n']) },
  { rule: 'manager-replaced', name: 'a Deployment that has no replica', before: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 0']),
    after: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 0'], [DEPLOYMENT, 'memory: 256Mi', 'memory: 300Mi']) },

  { rule: 'manager-stopped', name: 'a runner that goes', after: without(FLEET, '/runners/amd64-spot/'), says: ['notice', /manager stops. Its running jobs drain for up to 2h10m/] },
  { rule: 'manager-stopped', name: 'no replica', after: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 0']), says: ['notice', /manager stops/] },
  { rule: 'manager-stopped', name: 'two replicas', after: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 2']) },

  { rule: 'manager-started', name: 'a second manager', after: withManagers(FLEET, 'amd64-spot', 2), says: ['info', /starts when its token is there/] },
  ...([
    ['without a liveness probe', / {10}livenessProbe:\n(?: {12}.*\n)+/, '', /: livenessProbe\.$/],
    ['that tolerates everything', / {6}tolerations:\n(?: {8}.*\n)+/, '      tolerations: [{ operator: Exists }]\n', /: tolerations\.$/],
    ['that stops before its successor starts', / {4}rollingUpdate:\n.*\n.*\n {4}type: RollingUpdate/, '    type: Recreate', /: strategy\.$/],
    ['with little memory', /memory: 256Mi/, 'memory: 20Mi', /: limits\.memory\.$/],
    ['that keeps away from all others', '      tolerations:', '      affinity: { podAntiAffinity: {} }\n      tolerations:', /: affinity\.$/],
  ] as const).map(([name, from, to, says]): ImpactCase => ({ rule: 'manager-started', name: `a new one ${name}`, after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/deployment.yaml', from, to]), says: ['notice', says] })),
  { rule: 'manager-started', name: 'a new one like the others', after: withRunner(FLEET, 'amd64-spot', 'more'), says: ['info', /^The manager starts when its token is there\.$/] },
  { rule: 'manager-started', name: 'a new one without a replica', before: without(FLEET, DEPLOYMENT), after: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 0']) },

  { rule: 'config-changed', name: 'another poll timeout', after: renamedConfig('poll_timeout = 600', 'poll_timeout = 900'),
    says: ['info', /once the manager is replaced; jobs that run keep theirs. Changed: runners\[acme-amd64-spot\].kubernetes.poll_timeout\./] },
  { rule: 'config-changed', name: 'a file that keeps its name', after: edited(FLEET, [CONFIG, 'poll_timeout = 600', 'poll_timeout = 700']), says: ['info', /a few minutes after it is applied/] },
  { rule: 'config-changed', name: 'a file that does not parse', after: edited(FLEET, [CONFIG, 'poll_timeout = 600', 'poll_timeout = ']), says: ['notice', /keeps its old config.toml; the next one does not start/] },
  { rule: 'config-changed', name: 'a file that parses again', before: renamedConfig('url = "https', 'url = https'), after: FLEET, says: ['info', /jobs that run keep theirs\.$/] },
  { rule: 'config-changed', name: 'another order of its lines', after: edited(FLEET, [CONFIG, 'concurrent = 20\n    check_interval = 3\n', 'check_interval = 3\n    concurrent = 20\n']) },

  { rule: 'tags-gone', name: 'the runners of an architecture', after: without(without(FLEET, '/runners/arm64-spot/'), '/runners/arm64-on-demand/'), says: ['notice', /Jobs that ask for arm64, or for aarch64, or for graviton have no runner/] },
  { rule: 'tags-gone', name: 'a pair of tags', after: without(FLEET, '/runners/amd64-spot/'), says: ['notice', /Jobs that ask for amd64 \+ spot, or for x86 \+ spot, .* have no runner/] },
  { rule: 'tags-gone', name: 'a runner whose tags another one has', before: withRunner(FLEET, 'amd64-spot', 'more'), after: FLEET },
  { rule: 'tags-gone', name: 'a runner whose new config.toml does not parse, so that the old one stays', after: renamedConfig('url = "https', 'url = https') },
  { rule: 'tags-gone', name: 'a runner that never took jobs', before: edited(FLEET, [DEPLOYMENT, 'replicas: 1', 'replicas: 0']), after: without(FLEET, '/runners/amd64-spot/') },

  { rule: 'tags-to-set', name: 'a new tag', after: edited(FLEET, [DEPLOYMENT, /(fleet\/tags: .*)/, '$1,web'], [CONFIG, /(fleet\/tags: .*)/, '$1,web'], [SEALED, /(fleet\/tags: .*)/, '$1,web']), says: ['notice', /In GitLab, add web\./] },
  { rule: 'tags-to-set', name: 'spaces between tags', after: edited(FLEET, [DEPLOYMENT, 'fleet/tags: amd64,x86,', 'fleet/tags: amd64, x86,, ']) },
  { rule: 'tags-to-set', name: 'a new runner', after: withRunner(FLEET, 'amd64-spot', 'more') },

  { rule: 'timeout-to-set', name: 'a longer job', after: edited(FLEET, [DEPLOYMENT, 'timeout-seconds: "7200"', 'timeout-seconds: "14400"']), says: ['notice', /^Once this is applied, set the maximum job timeout of the runner in GitLab to 4h; it was 2h/] },
  { rule: 'timeout-to-set', name: 'a shorter job', after: edited(FLEET, [DEPLOYMENT, 'timeout-seconds: "7200"', 'timeout-seconds: "3600"']), says: ['notice', /^Before this is merged, set .* to 1h; it was 2h/] },
  { rule: 'timeout-to-set', name: 'a longer drain', after: edited(FLEET, [DEPLOYMENT, 'GracePeriodSeconds: 7800', 'GracePeriodSeconds: 14400']) },
  { rule: 'timeout-to-set', name: 'a new runner', after: withRunner(FLEET, 'amd64-spot', 'more') },

  { rule: 'server-changed', name: 'another server', after: renamedConfig('url = "https://gitlab.com"', 'url = "https://gitlab.example.com"'), says: ['notice', /Unless https:\/\/gitlab.example.com is another name of the same server, it knows no such token: create the runner there/] },
  { rule: 'server-changed', name: 'another server and another ciphertext', after: edited(FLEET, [CONFIG, 'url = "https://gitlab.com"', 'url = "https://gitlab.example.com"'], [SEALED, fakeCiphertext(1), fakeCiphertext(9)]) },
  { rule: 'server-changed', name: 'another server in a file that keeps its name', after: edited(FLEET, [CONFIG, 'url = "https://gitlab.com"', 'url = "https://gitlab.example.com"']), says: ['notice', /Unless https:\/\/gitlab.example.com/] },
  { rule: 'server-changed', name: 'the same server in other letters', after: edited(FLEET, [CONFIG, 'url = "https://gitlab.com"', 'url = "https://GitLab.com:443/"']) },

  { rule: 'secret-removed', name: 'a SealedSecret that nothing keeps', before: unkept(SEALED), after: without(FLEET, SEALED), says: ['notice', /Its Secret is deleted/] },
  { rule: 'secret-removed', name: 'one that is kept', after: without(FLEET, SEALED), says: ['info', /stay in the cluster/] },
  { rule: 'secret-removed', name: 'one that stays', after: edited(FLEET, [SEALED, 'type: Opaque', 'type: Opaque\n    immutable: true']) },

  { rule: 'token-changed', name: 'another ciphertext, under another key that its manager reads', after: edited(FLEET, [SEALED, fakeCiphertext(1), fakeCiphertext(9)], [DEPLOYMENT, /key: token-\w+/, 'key: token-1'], [SEALED, /token-\w+: /, 'token-1: ']), says: ['security', /token is a different one.*restarts once the Secret has it/] },
  { rule: 'token-changed', name: 'another ciphertext under the same key', after: edited(FLEET, [SEALED, fakeCiphertext(1), fakeCiphertext(9)]), says: ['security', /token is a different one. Managers that run go on with the old one until someone restarts them/] },
  { rule: 'token-changed', name: 'a placeholder in its place', after: edited(FLEET, [SEALED, fakeCiphertext(1), 'not sealed yet']), says: ['security', /no longer sealed here.*live Secret stays/] },
  { rule: 'token-changed', name: 'a ciphertext for a placeholder', before: edited(FLEET, [SEALED, fakeCiphertext(1), 'not sealed yet'], WAITS), after: FLEET, says: ['info', /token is sealed now/] },
  { rule: 'token-changed', name: 'a ciphertext for a placeholder whose manager ran', before: edited(FLEET, [SEALED, fakeCiphertext(1), 'not sealed yet']), after: FLEET, says: ['security', /token is a different one/] },
  { rule: 'token-changed', name: 'another label', after: edited(FLEET, [SEALED, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'pool-removed', name: 'a pool', after: without(FLEET, POOL), says: ['notice', /All its nodes are drained at once; running jobs may finish, for up to 2h10m/] },
  { rule: 'pool-removed', name: 'a pool whose drain is shorter than that of managers', before: edited(FLEET, [POOL, 'Period: 2h10m', 'Period: 10m']), after: without(FLEET, POOL), says: ['disruptive', /cut off after 10m, and managers wait for them up to 2h10m/] },
  { rule: 'pool-removed', name: 'a pool with jobs that nothing protects', before: edited(FLEET, [CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '']), after: without(FLEET, POOL), says: ['disruptive', /running jobs of acme-amd64-spot are not protected and are lost/] },
  { rule: 'pool-removed', name: 'a pool that is kept', before: edited(FLEET, [POOL, 'metadata:\n', `metadata:\n  annotations:\n${KEPT}`]), after: without(FLEET, POOL), says: ['info', /stay in the cluster/] },
  { rule: 'pool-removed', name: 'a pool that stays', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "105"']) },

  { rule: 'pool-drifts', name: 'another taint', after: edited(FLEET, [POOL, 'taints:\n', 'taints:\n        - key: a\n          effect: NoSchedule\n']), says: ['notice', /Every node of the pool drifts and is replaced, at most 10% of them at once; running jobs may finish/] },
  { rule: 'pool-drifts', name: 'another expiry', after: edited(FLEET, [POOL, 'expireAfter: 168h', 'expireAfter: 24h']), says: ['notice', /Every node/] },
  { rule: 'pool-drifts', name: 'a label of its nodes', after: edited(FLEET, [POOL, '        gitlab-runner-fleet/dedicated-to: gitlab-jobs\n', '        gitlab-runner-fleet/dedicated-to: gitlab-jobs\n        team: web\n']), says: ['notice', /Every node/] },
  { rule: 'pool-drifts', name: 'labels of its nodes that go with their table', after: edited(FLEET, [MANAGERS, TEMPLATE_METADATA, '']), says: ['notice', /Every node of the pool/] },
  { rule: 'pool-drifts', name: 'labels of its nodes that come with their table', before: edited(FLEET, [MANAGERS, TEMPLATE_METADATA, '']), after: FLEET, says: ['notice', /Every node of the pool/] },
  { rule: 'pool-drifts', name: 'a table without labels that goes', before: edited(FLEET, [POOL, '  template:\n', '  template:\n    status: {}\n']), after: FLEET },
  { rule: 'lands-nowhere', name: 'a label of the pool of managers that goes with its table', after: edited(FLEET, [MANAGERS, TEMPLATE_METADATA, '']), says: ['disruptive', /^A manager that restarts, or is evicted, stays pending/] },
  { rule: 'lands-nowhere', name: 'a taint that jobs do not tolerate', after: edited(FLEET, [POOL, 'taints:\n', 'taints:\n        - key: a\n          effect: NoSchedule\n']), says: ['disruptive', /^A new job stays pending: no pool takes it any more/] },
  { rule: 'lands-nowhere', name: 'a pool that goes and leaves its runner', after: without(FLEET, POOL), says: ['disruptive', /^A new job stays pending/] },
  { rule: 'lands-nowhere', name: 'managers that move to a node group', after: edited(FLEET, [DEPLOYMENT, 'gitlab-runner-fleet/dedicated-to: gitlab-managers', 'eks.amazonaws.com/nodegroup: system']) },
  { rule: 'lands-nowhere', name: 'jobs that land nowhere before either', before: edited(FLEET, [POOL, 'taints:\n', 'taints:\n        - key: a\n          effect: NoSchedule\n']), after: edited(FLEET, [POOL, 'taints:\n', 'taints:\n        - key: b\n          effect: NoSchedule\n']) },
  { rule: 'pool-drifts', name: 'other weight, limits and requirements', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "90"'], [POOL, '            - r\n', '']) },
  { rule: 'pool-drifts', name: 'taints in another order', before: edited(FLEET, [POOL, 'taints:\n', 'taints:\n        - key: a\n          effect: NoSchedule\n']),
    after: edited(FLEET, [POOL, '          value: gitlab-jobs\n', '          value: gitlab-jobs\n        - key: a\n          effect: NoSchedule\n']) },

  { rule: 'requirements-change', name: 'a category less', after: edited(FLEET, [POOL, '            - r\n', '']), says: ['notice', /Nodes with one of \d+ instance types .* drift and are replaced.*Others stay/] },
  { rule: 'requirements-change', name: 'a category more', after: edited(FLEET, [POOL, '            - r\n', '            - r\n            - t\n']), says: ['info', /No node is replaced; new ones may be of \d+ types, before of \d+/] },
  { rule: 'requirements-change', name: 'a zone', after: edited(FLEET, [POOL, '      taints:\n', '        - key: topology.kubernetes.io/zone\n          operator: In\n          values: [eu-west-1a]\n      taints:\n']), says: ['notice', /topology.kubernetes.io\/zone other than eu-west-1a/] },
  { rule: 'requirements-change', name: 'another capacity type', after: edited(FLEET, [POOL, '            - spot', '            - on-demand']), says: ['notice', /karpenter.sh\/capacity-type spot/] },
  { rule: 'requirements-change', name: 'values in another order', after: edited(FLEET, [POOL, '- c\n            - m\n', '- m\n            - c\n']) },

  { rule: 'limits-change', name: 'a lower limit', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "50"']), says: ['notice', /Fewer pods fit at once: beyond cpu 50 they wait, and no running node goes/] },
  { rule: 'limits-change', name: 'a higher limit', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "500"']), says: ['info', /^More nodes may be made, as far as memory \d+Gi allows; no node changes\.$/] },
  { rule: 'limits-change', name: 'higher limits of everything', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "500"'], [POOL, 'memory: 112Gi', 'memory: 2Ti']), says: ['info', /^More nodes may be made; no node changes\.$/] },
  { rule: 'limits-change', name: 'a limit that goes', after: edited(FLEET, [POOL, '    cpu: "104"\n', '']), says: ['notice', /^Nothing bounds cpu of its nodes any more, besides memory 112Gi\.$/] },
  { rule: 'limits-change', name: 'all limits', after: edited(FLEET, [POOL, / {2}limits:\n.*\n.*\n/, '']), says: ['notice', /^Nothing bounds cpu and memory of its nodes any more\.$/] },
  { rule: 'limits-change', name: 'a limit in the place of another', after: edited(FLEET, [POOL, 'cpu: "104"', 'nodes: "2"']), says: ['notice', /beyond nodes 2 they wait, .* Nothing bounds cpu of its nodes any more, besides/] },
  { rule: 'limits-change', name: 'limits of a pool that had none', before: edited(FLEET, [POOL, / {2}limits:\n.*\n.*\n/, '']), after: FLEET, says: ['notice', /beyond cpu 104 and memory 112Gi they wait/] },
  { rule: 'limits-change', name: 'the same limit in other words', before: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "104000m"']), after: FLEET },
  { rule: 'limits-change', name: 'another label', after: edited(FLEET, [POOL, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'pool-settings', name: 'a weight', after: edited(FLEET, [POOL, 'spec:\n', 'spec:\n  weight: 7\n']), says: ['info', /next node from another one; no node is replaced/] },
  { rule: 'pool-settings', name: 'another budget', after: edited(FLEET, [POOL, 'nodes: 10%', 'nodes: 20%']), says: ['info', /No node is replaced/] },
  { rule: 'pool-settings', name: 'consolidation of nodes with little on them', after: edited(FLEET, [POOL, 'Policy: WhenEmpty', 'Policy: WhenEmptyOrUnderutilized']), says: ['notice', /may be emptied; running jobs may finish/] },
  { rule: 'pool-settings', name: 'vacant nodes that stay', after: edited(FLEET, [POOL, 'consolidateAfter: 30s', 'consolidateAfter: Never']), says: ['notice', /^Vacant nodes stay until they expire, and cost money until then\.$/] },
  { rule: 'pool-settings', name: 'another limit', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "500"']) },

  { rule: 'pool-added', name: 'a pool', before: without(FLEET, POOL), after: FLEET, says: ['info', /New nodes may be of \d+ types. None is made until a pod waits/] },
  { rule: 'pool-added', name: 'a pool without limits', before: without(FLEET, POOL), after: edited(FLEET, [POOL, / {2}limits:\n.*\n.*\n/, '']), says: ['notice', /None is made until a pod waits\. Nothing bounds how many there are\.$/] },
  { rule: 'pool-added', name: 'a static pool, of which nodes are made at once', before: without(FLEET, POOL), after: staticPool(3) },

  { rule: 'static-pool', name: 'a pool', before: without(FLEET, POOL), after: staticPool(1000), says: ['notice', /^Nodes are made at once and kept, whether a pod waits or not: 1000 nodes, from USD \d{5,} a month on demand \(\w+\.large\) to USD \d{6,} a month on demand \(\w+\.4xlarge\)\.$/] },
  { rule: 'static-pool', name: 'a pool whose limit is lower', before: without(FLEET, POOL), after: staticPool(1000, 2), says: ['notice', /: 2 nodes, from USD \d{2,3} a month/] },
  { rule: 'static-pool', name: 'a pool of a type whose price is not known', before: without(FLEET, POOL), after: edited(staticPool(1), [POOL, /- c\n +- m\n +- r\n/, '- none\n']), says: ['notice', /: 1 node, at a price that is not known here\.$/] },
  { rule: 'static-pool', name: 'a pool without a node', before: without(FLEET, POOL), after: staticPool(0), says: ['info', /^It has no node until spec\.replicas is raised\.$/] },
  { rule: 'static-pool', name: 'more nodes', before: staticPool(2), after: staticPool(3), says: ['notice', /^More nodes are made at once and kept, .*: 3 nodes, from USD/] },
  { rule: 'static-pool', name: 'a number that a variable says', before: staticPool(2), after: edited(staticPool(3), [POOL, / {2}limits:\n.*\n/, ''], [POOL, 'replicas: 3', 'replicas: $NODES']), says: ['notice', /how many is not known here/] },
  { rule: 'static-pool', name: 'fewer nodes', before: staticPool(3), after: staticPool(2), says: ['notice', /^One node goes; running jobs may finish, for up to 2h10m\. What stays: 2 nodes, from USD/] },
  { rule: 'static-pool', name: 'fewer nodes, under jobs that nothing protects', before: edited(staticPool(3), [CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '']), after: edited(staticPool(2), [CONFIG, '"karpenter.sh/do-not-disrupt" = "true"', '']), says: ['disruptive', /are not protected and are lost/] },
  { rule: 'static-pool', name: 'a pool that made nodes for pods, which the API server refuses to change', after: staticPool(3) },
  { rule: 'static-pool', name: 'as many nodes', before: staticPool(2), after: edited(staticPool(2), [POOL, 'expireAfter: 168h', 'expireAfter: 24h']) },
  { rule: 'static-pool', name: 'a pool that makes nodes for pods', before: without(FLEET, POOL), after: FLEET },
  { rule: 'pool-added', name: 'a pool that was there', after: edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "500"']) },

  { rule: 'class-drifts', name: 'a larger disk', after: edited(FLEET, [CLASS, '100Gi', '200Gi']), says: ['notice', /Every node of gitlab-jobs-amd64-on-demand, .*gitlab-jobs-arm64-spot drifts and is replaced, at most 10% of each pool at once; running/] },
  { rule: 'class-drifts', name: 'a class of pools with budgets of their own', after: edited(FLEET, [CLASS, '100Gi', '200Gi'], ['nodepool-gitlab-jobs-arm64-spot.yaml', '    consolidateAfter:', '      - nodes: "5"\n    consolidateAfter:']), says: ['notice', /at once at most 10% of gitlab-jobs-amd64-on-demand, .*10%, and 5 of gitlab-jobs-arm64-spot; running/] },
  { rule: 'class-drifts', name: 'a class that no pool uses', before: edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: other\n']), after: edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: other\n'], [CLASS, '100Gi', '200Gi']), says: ['info', /No pool uses it/] },
  { rule: 'class-drifts', name: 'another image', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@v20990101']) },
  { rule: 'class-drifts', name: 'a label of the class', after: edited(FLEET, [CLASS, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'class-finds-others', name: 'another image', after: edited(FLEET, [CLASS, FIXTURE_AMI_ALIAS, 'al2023@v20990101']), says: ['notice', /Every node of gitlab-jobs-amd64-on-demand, .* whose image is no longer among those found drifts and is replaced, at most 10% of each/] },
  { rule: 'class-finds-others', name: 'other subnets', after: edited(FLEET, [CLASS, /(subnetSelectorTerms:\n +- tags:\n +)karpenter.sh\/discovery: acme/, '$1a: b']), says: ['notice', /in subnets that are no longer found/] },
  { rule: 'class-finds-others', name: 'other subnets and security groups', after: edited(FLEET, [CLASS, /karpenter.sh\/discovery: acme/g, 'a: b']),
    says: ['notice', /in subnets that are no longer found, or whose security groups are not those found drifts/] },
  { rule: 'class-finds-others', name: 'other subnets, where every node goes anyway', after: edited(FLEET, [CLASS, /volumeSize: .*/, 'volumeSize: 200Gi'], [CLASS, 'karpenter.sh/discovery: acme', 'karpenter.sh/discovery: other']) },
  { rule: 'class-finds-others', name: 'a larger disk', after: edited(FLEET, [CLASS, '100Gi', '200Gi']) },

  { rule: 'class-removed', name: 'a class that pools name', after: without(FLEET, CLASS), says: ['disruptive', /can no longer launch nodes: new jobs/] },
  { rule: 'class-removed', name: 'a class that nobody names', before: [...FLEET, { path: 'acme/karpenter/x.yaml', text: 'apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: x\n' }], after: FLEET, says: ['info', /last node that was made by it/] },
  { rule: 'class-removed', name: 'a class that changes', after: edited(FLEET, [CLASS, '100Gi', '200Gi']) },

  { rule: 'namespace-removed', name: 'a namespace that nothing keeps', before: unkept(JOBS), after: without(FLEET, JOBS), says: ['disruptive', /Everything in it is deleted/] },
  { rule: 'namespace-removed', name: 'one that is kept', after: without(FLEET, JOBS), says: ['info', /stay until they are deleted/] },
  { rule: 'namespace-removed', name: 'one that stays', after: edited(FLEET, [JOBS, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'admission-change', name: 'a stricter level', after: edited(FLEET, [JOBS, 'enforce: baseline', 'enforce: restricted']), says: ['notice', /New pods that need more are refused; running ones stay/] },
  { rule: 'admission-change', name: 'a looser level', after: edited(FLEET, [JOBS, 'enforce: baseline', 'enforce: privileged']), says: ['security', /admitted that were refused/] },
  { rule: 'admission-change', name: 'an audit log of less', after: edited(FLEET, [JOBS, /audit: \w+/, 'audit: privileged']), says: ['notice', /^The audit log no longer records which pods violate restricted\.$/] },
  { rule: 'admission-change', name: 'no level any more', after: edited(FLEET, [JOBS, / {4}pod-security.kubernetes.io\/enforce: baseline\n/, '']), says: ['security', /admitted that were refused/] },
  { rule: 'admission-change', name: 'the level of an older release', after: edited(FLEET, [JOBS, 'enforce: baseline', 'enforce: baseline\n    pod-security.kubernetes.io/enforce-version: v1.18']), says: ['security', /admitted that were refused/] },
  { rule: 'admission-change', name: 'a namespace without a level', after: [...FLEET, { path: 'acme/more.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: more\n' }], says: ['security', /Every pod is admitted/] },
  { rule: 'admission-change', name: 'a namespace with a level', after: [...FLEET, { path: 'acme/more.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: more\n  labels: { pod-security.kubernetes.io/enforce: baseline }\n' }] },
  { rule: 'admission-change', name: 'a namespace that leaves while jobs run there', after: without(FLEET, JOBS), says: ['security', /^Pods of the fleet still run there, and nothing here says any more/] },
  { rule: 'admission-change', name: 'a namespace that leaves while managers run there', after: without(FLEET, RUNNERS), says: ['security', /^Pods of the fleet still run there/] },
  { rule: 'admission-change', name: 'a namespace that comes back with the level of an older release', before: without(FLEET, JOBS), after: edited(FLEET, [JOBS, ...OLD_RELEASE]), says: ['security', /^It admits what the Kubernetes release v1\.0 admitted/] },
  { rule: 'admission-change', name: 'a namespace that comes back with less than all its pods meet', before: without(FLEET, RUNNERS), after: edited(FLEET, [RUNNERS, 'enforce: restricted', 'enforce: baseline']), says: ['security', /all of them meet restricted: it admits more than they need/] },
  { rule: 'admission-change', name: 'a namespace that comes back as it was', before: without(without(FLEET, JOBS), RUNNERS), after: FLEET },
  { rule: 'admission-change', name: 'a namespace that leaves with its runners', before: [...FLEET, ...readFixture('neighbour')], after: FLEET },
  { rule: 'admission-change', name: 'a new fleet with its namespaces', after: [...FLEET, ...readFixture('neighbour')] },
  { rule: 'admission-change', name: 'a stricter level, of an older release', after: edited(FLEET, [JOBS, OLD_RELEASE[0], 'enforce: restricted\n    pod-security.kubernetes.io/enforce-version: v1.0\n']), says: ['security', /admitted that were refused/] },
  { rule: 'admission-change', name: 'another level of warnings', after: edited(FLEET, [JOBS, 'warn: restricted', 'warn: baseline']) },

  { rule: 'not-rendered', name: 'a release of the chart', before: [...FLEET, release('0.85.0')], after: [...FLEET, release('0.86.0')], says: ['notice', /^What is not rendered changes: a HelmRelease\.$/] },
  { rule: 'not-rendered', name: 'a release of the chart that stays', before: [...FLEET, release('0.85.0')], after: [...edited(FLEET, [JOBS, '  labels:\n', '  labels:\n    team: web\n']), release('0.85.0')] },

  { rule: 'rights-removed', name: 'a verb less', after: edited(FLEET, [ROLE, '      - delete\n', '']), says: ['disruptive', /may no longer delete/] },
  { rule: 'rights-removed', name: 'a Role that nothing keeps', before: unkept(ROLE), after: without(FLEET, ROLE), says: ['disruptive', /lose their rights/] },
  { rule: 'rights-removed', name: 'a Role that is kept, of a runner that goes', after: without(FLEET, '/runners/amd64-spot/'), says: ['info', /stays in the cluster, for jobs that still run/] },
  { rule: 'rights-removed', name: 'a verb more', before: edited(FLEET, [ROLE, '      - delete\n', '']), after: FLEET },

  { rule: 'network-change', name: 'an open policy beside a namespace that is written in another form', before: FLEET,
    after: [...edited(FLEET, [JOBS, 'metadata:\n', 'metadata:\n  namespace: gitlab-jobs\n']), { path: 'acme/open.yaml', text: OPEN }], says: ['security', /^Running jobs may have more connections/] },
  { rule: 'network-change', name: 'an open policy beside a namespace that stood elsewhere, with runners in it', before: without(FLEET, JOBS), after: [...FLEET, { path: 'acme/open.yaml', text: OPEN }], says: ['security', /^Running jobs may have more connections/] },
  { rule: 'network-change', name: 'a port less', before: edited(FLEET, [POLICY, PORT_80, '']), after: edited(FLEET, [POLICY, PORT_80, ''], [POLICY, PORT_22, '']), says: ['disruptive', /^Running jobs lose connections to 0.0.0.0\/0, TCP 22; to ::\/0, TCP 22\.$/] },
  { rule: 'network-change', name: 'a port more', before: edited(FLEET, [POLICY, PORT_80, ''], [POLICY, PORT_22, '']), after: edited(FLEET, [POLICY, PORT_80, '']), says: ['security', /^Running jobs may have more connections: to 0.0.0.0\/0, TCP 22; to ::\/0, TCP 22\. Nothing that was open is closed/] },
  { rule: 'network-change', name: 'a port in the place of another', before: edited(FLEET, [POLICY, PORT_80, '']), after: edited(FLEET, [POLICY, PORT_80, ''], [POLICY, PORT_22, PORT_22.replace('22', '5000')]), says: ['disruptive', /^Running jobs lose connections to 0.0.0.0\/0, TCP 22; to ::\/0, TCP 22\.$/] },
  { rule: 'network-change', name: 'a port in the place of another, which opens it', before: edited(FLEET, [POLICY, PORT_80, '']), after: edited(FLEET, [POLICY, PORT_80, ''], [POLICY, PORT_22, PORT_22.replace('22', '5000')]), says: ['security', /^Running jobs may have more connections: to 0.0.0.0\/0, TCP 5000; to ::\/0, TCP 5000\.$/] },
  { rule: 'network-change', name: 'a port of GitLab more', after: edited(FLEET, ['networkpolicy-gitlab-runners.yaml', PORT_443, `${PORT_443}${PORT_443.replace('443', '8443')}`], [POLICY, PORT_443, `${PORT_443}${PORT_443.replace('443', '8443')}`]), says: ['security', /^Managers may have more connections: .*TCP 8443/] },
  { rule: 'network-change', name: 'a range that holds the port', before: edited(FLEET, [POLICY, 'port: 22', 'port: 30']), after: edited(FLEET, [POLICY, 'port: 22', 'port: 20\n          endPort: 40']), says: ['security', /TCP 20 to 40/] },
  { rule: 'network-change', name: 'an address less to keep from', after: edited(FLEET, [POLICY, '              - 169.254.170.23/32\n', '']), says: ['security', /to 0.0.0.0\/0, TCP 22/] },
  { rule: 'network-change', name: 'the address of the metadata service, which a block hides', after: edited(FLEET, [POLICY, '              - 169.254.169.254/32\n', '']), says: ['security', /more connections: to the instance metadata service \(169.254.169.254\); /] },
  { rule: 'network-change', name: 'the addresses of IPv6 that give out credentials', after: edited(FLEET, [POLICY, / {12}except:\n +- fd00:ec2::254\/128\n +- fd00:ec2::23\/128\n/, '']), says: ['security', /to the instance metadata service \(fd00:ec2::254\) and the Pod Identity agent \(fd00:ec2::23\); /] },
  { rule: 'network-change', name: 'pods that the policy no longer selects', after: edited(FLEET, [POLICY, 'podSelector: {}', 'podSelector: { matchLabels: { app: other } }']), says: ['security', /to everyone; from everyone/] },
  ...[
    [POLICY, 'project.runner.gitlab.com/id', 'NotIn', '["4711"]', 'Running jobs'],
    [POLICY, 'job.runner.gitlab.com/pod', 'DoesNotExist', '[]', 'Running jobs'],
    [POLICY, 'pod', 'NotIn', '[runner-x-project-1-concurrent-0]', 'Running jobs'],
    ['networkpolicy-gitlab-runners.yaml', 'pod-template-hash', 'DoesNotExist', '[]', 'Managers'],
  ].map(([path, key, operator, values, who]): ImpactCase => ({ rule: 'network-change', name: `pods that others label: ${key} ${operator}`, after: edited(FLEET, [path, 'podSelector: {}', `podSelector: { matchExpressions: [{ key: ${key}, operator: ${operator}, values: ${values} }] }`]), says: ['security', new RegExp(`^${who} may have more connections: .*to everyone; from everyone`)] })),
  { rule: 'network-change', name: 'pods by a label that they do not have and nobody adds', after: edited(FLEET, [POLICY, 'podSelector: {}', 'podSelector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: NotIn, values: [database] }] }']) },
  { rule: 'network-change', name: 'a direction that is no longer restricted', after: edited(FLEET, [POLICY, '    - Egress\n', '']), says: ['security', /to the instance metadata service .*; to everyone/] },
  { rule: 'network-change', name: 'an address more to keep from', after: edited(FLEET, [POLICY, 'except:\n', 'except:\n              - 10.0.0.0/8\n']), says: ['disruptive', /to 0.0.0.0\/0, TCP 22; to 0.0.0.0\/0, TCP 80; to 0.0.0.0\/0, TCP 443/] },
  { rule: 'network-change', name: 'a policy that is new', before: without(FLEET, POLICY), after: FLEET, says: ['disruptive', /^Running jobs lose connections to everyone but those it names; from everyone but those it names\.$/] },
  { rule: 'network-change', name: 'a policy that goes', after: without(FLEET, POLICY), says: ['security', /^Running jobs may have more connections: to the instance metadata service \(169.254.169.254, fd00:ec2::254\) and the Pod Identity agent \(.*\); to everyone; from everyone/] },
  { rule: 'network-change', name: 'one of two policies of the same pods', before: [...FLEET, { path: 'acme/more.yaml', text: MORE }], after: FLEET, says: ['disruptive', /to 10.0.0.0\/8, TCP 5432/] },
  { rule: 'network-change', name: 'a second policy of the same pods', after: [...FLEET, { path: 'acme/more.yaml', text: MORE }], says: ['security', /to 10.0.0.0\/8, TCP 5432/] },
  { rule: 'network-change', name: 'the same rules in two policies', before: [...FLEET, { path: 'acme/more.yaml', text: MORE }, { path: 'acme/twin.yaml', text: MORE.replace('name: more', 'name: twin') }], after: [...FLEET, { path: 'acme/more.yaml', text: MORE }] },
  { rule: 'network-change', name: 'a policy in a namespace that is new', before: [], after: FLEET },
  { rule: 'network-change', name: 'rules in another order', after: edited(FLEET, [POLICY, '        - port: 22\n          protocol: TCP\n        - port: 80\n          protocol: TCP\n', '        - port: 80\n          protocol: TCP\n        - port: 22\n          protocol: TCP\n']) },
  { rule: 'network-change', name: 'another label', after: edited(FLEET, [POLICY, '  labels:\n', '  labels:\n    team: web\n']) },

  { rule: 'claim-removed', name: 'a claim that nothing keeps', before: [...FLEET, claim('10Gi')], after: FLEET, says: ['disruptive', /deleted when no pod uses it any more/] },
  { rule: 'claim-removed', name: 'a claim that is kept', before: edited([...FLEET, claim('10Gi')], ['claim.yaml', 'namespace:', 'annotations: { kustomize.toolkit.fluxcd.io/prune: disabled }, namespace:']), after: FLEET, says: ['info', /stays/] },
  { rule: 'claim-removed', name: 'a claim that is new', after: [...FLEET, claim('10Gi')] },
  { rule: 'unjudged', name: 'a claim that is new', after: [...FLEET, claim('10Gi')] },
  { rule: 'unknown-object', name: 'a claim that is new', after: [...FLEET, claim('10Gi')] },
  { rule: 'unjudged', name: 'a claim that grows', before: [...FLEET, claim('10Gi')], after: [...FLEET, claim('20Gi')] },
  { rule: 'immutable-field', name: 'a claim that grows', before: [...FLEET, claim('10Gi')], after: [...FLEET, claim('20Gi')] },
  { rule: 'immutable-field', name: 'a claim that shrinks', before: [...FLEET, claim('20Gi')], after: [...FLEET, claim('10Gi')], says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'another selector', after: edited(FLEET, [DEPLOYMENT, /(matchLabels:\n) +app.kubernetes.io\/instance.*\n/, '$1']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'an immutable file with another content', after: edited(FLEET, [CONFIG, 'poll_timeout = 600', 'poll_timeout = 700']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'an immutable file that is to be so no more', after: edited(FLEET, [CONFIG, 'immutable: true\n', '']), says: ['disruptive', /^The apply fails, and with it everything/] },
  { rule: 'immutable-field', name: 'a file that becomes immutable', before: edited(FLEET, [CONFIG, 'immutable: true\n', '']), after: FLEET },
  { rule: 'immutable-field', name: 'another roleRef', after: edited(FLEET, ['amd64-spot/rolebinding.yaml', /(roleRef:[\s\S]*?name: )\S+/, '$1other']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'a role of nodes that becomes a profile', after: edited(FLEET, [CLASS, /role: .*/, 'instanceProfile: nodes']) },
  { rule: 'immutable-field', name: 'a dynamic pool that becomes static', after: edited(FLEET, [POOL, 'spec:\n', 'spec:\n  replicas: 2\n']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'a static pool that becomes dynamic', before: edited(FLEET, [POOL, 'spec:\n', 'spec:\n  replicas: 2\n']), after: FLEET, says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'another number of nodes of a static pool', before: edited(FLEET, [POOL, 'spec:\n', 'spec:\n  replicas: 2\n']), after: edited(FLEET, [POOL, 'spec:\n', 'spec:\n  replicas: 3\n']) },
  { rule: 'immutable-field', name: 'a node class of another kind', after: edited(FLEET, [POOL, 'kind: EC2NodeClass', 'kind: NodeClass']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'an immutable file under another name', after: renamedConfig('poll_timeout = 600', 'poll_timeout = 900') },
  { rule: 'immutable-field', name: 'another service of a StatefulSet', before: edited(FLEET, [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'], [DEPLOYMENT, 'replicas: 1', 'replicas: 1\n  serviceName: a']), after: edited(FLEET, [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'], [DEPLOYMENT, 'replicas: 1', 'replicas: 1\n  serviceName: b']), says: ['disruptive', /apply fails/] },
  { rule: 'immutable-field', name: 'more pods of a StatefulSet', before: edited(FLEET, [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'], [DEPLOYMENT, 'replicas: 1', 'replicas: 1\n  serviceName: a']), after: edited(FLEET, [DEPLOYMENT, 'kind: Deployment', 'kind: StatefulSet'], [DEPLOYMENT, 'replicas: 1', 'replicas: 2\n  serviceName: a']) },
  { rule: 'immutable-field', name: 'another value of a PriorityClass', before: [...FLEET, { path: 'acme/class.yaml', text: 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: ci }\nvalue: 1\n' }], after: [...FLEET, { path: 'acme/class.yaml', text: 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: ci }\nvalue: 2\n' }], says: ['disruptive', /apply fails/] },
];

describe.each(RULES.map(({ id, title }) => ({ id, title })))('$id: $title', ({ id }) => {
  const cases = CASES.filter(({ rule }) => rule === id);

  test.each(cases)('$name', ({ before = FLEET, after, says }) => {
    const said = diffOf(before, after).impacts.filter((impact) => impact.id === id);
    if (says === undefined) expect(said).toEqual([]);
    else
      expect(said).toContainEqual(
        expect.objectContaining({ weight: says[0], what: expect.stringMatching(says[1]) }),
      );
  });

  test('is shown as a hit and as a near miss', () => {
    expect(cases.some(({ says }) => says !== undefined)).toBe(true);
    expect(cases.some(({ says }) => says === undefined)).toBe(true);
  });
});

test('two equal revisions have no difference', () => {
  expect(diffOf(FLEET, readFixture('fleet'))).toMatchObject({
    changes: [],
    impacts: [],
    silent: [],
    effects: [],
  });
});

test('every rule has a row in docs/review.md, in their order', () => {
  const page = readFileSync('docs/review.md', 'utf8');
  const ids = RULES.map(({ id }) => id);
  // What the settings of a project say of money is compared outside of objects; its rows follow those of silences.
  ids.splice(ids.indexOf('rule-silenced') + 1, 0, 'prices-changed', 'budget-raised');
  expect([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id)).toEqual(ids);
});
