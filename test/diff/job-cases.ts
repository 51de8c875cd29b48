import type { SourceFile } from '../../lib/cluster/manifest';
import { type Change, edited, FLEET, readFixture, without, withRunner } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';
const CONFIG = 'amd64-spot/configmap.yaml';
const FARGATE = readFixture('fargate');

const PROFILES = 'cluster/clusterconfig.yaml';
const SELECTOR = /( {4}selectors:\n)/;
const selector = (text: string) => edited(FARGATE, [PROFILES, SELECTOR, `$1      - ${text}\n`]);
const LABEL = 'gitlab-runner-fleet/compute: fargate';

/** Runners on nodes and on Fargate, with a pool that takes any pod. */
const OPEN_POOL = edited(
  [...FLEET, ...FARGATE.filter(({ path }) => /cluster|runners\/fargate/.test(path))],
  [POOL, / {6}taints:\n(?: {8}.*\n)+/, ''],
);

const PROTECTED = '"karpenter.sh/do-not-disrupt" = "true"';
const protection = (text: string): Change => [CONFIG, PROTECTED, text];
const grace = (seconds: number): Change => [
  DEPLOYMENT,
  'GracePeriodSeconds: 7800',
  `GracePeriodSeconds: ${seconds}`,
];
const nodeGrace = (text: string): Change => [POOL, 'Period: 2h10m', `Period: ${text}`];
const timeout = (seconds: number): Change => [
  DEPLOYMENT,
  'timeout-seconds: "7200"',
  `timeout-seconds: "${seconds}"`,
];
const UNSAID: Change = [DEPLOYMENT, /.*maximum-timeout-seconds.*\n/, ''];
const UNDERUTILIZED: Change = [POOL, 'Policy: WhenEmpty', 'Policy: WhenEmptyOrUnderutilized'];

/** A fleet whose jobs have a PriorityClass. */
const PRIORITIZED: readonly SourceFile[] = [
  ...edited(FLEET, [CONFIG, 'privileged = false', 'privileged = false\n      priority_class_name = "ci"']),
  {
    path: 'acme/priorityclass.yaml',
    text: 'apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: ci }\nvalue: 1000\n',
  },
];

const changed = (...changes: readonly Change[]) => edited(FLEET, ...changes);

/** A budget of all jobs, as someone else may have it. */
const BUDGET: SourceFile = {
  path: 'acme/runners/budget.yaml',
  text: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata:\n  name: jobs\n  namespace: gitlab-jobs\nspec:\n  maxUnavailable: 0\n  selector: {}\n',
};

const budgetOf = (spec: string): SourceFile => ({
  ...BUDGET,
  text: BUDGET.text.replace('maxUnavailable: 0', spec),
});

/** What lets running jobs end by themselves, and goes. */
// biome-ignore format: a table of cases
export const JOB_CASES: readonly ImpactCase[] = [
  { rule: 'still-needed', name: 'the PriorityClass of jobs', before: PRIORITIZED, after: without(PRIORITIZED, 'priorityclass.yaml'), says: ['disruptive', /^ConfigMap\/\S+ still names it: the API server refuses new pods that name it\.$/] },
  { rule: 'still-needed', name: 'the ConfigMap of a manager', after: without(FLEET, CONFIG), says: ['disruptive', /^Deployment\/gitlab-runners\/runner-amd64-spot still names it: new pods that take it never start\.$/] },
  { rule: 'still-needed', name: 'a PriorityClass that nobody names any more', before: PRIORITIZED, after: FLEET },
  { rule: 'still-needed', name: 'a runner that goes as a whole', after: without(FLEET, '/runners/amd64-spot/') },
  { rule: 'rights-removed', name: 'the Role of a manager that stays', after: without(FLEET, 'amd64-spot/role.yaml'), says: ['notice', /^It stays in this cluster, where managers still use it/] },
  { rule: 'rights-removed', name: 'the account of a manager that stays', after: without(FLEET, 'amd64-spot/serviceaccount.yaml'), says: ['notice', /^It stays in this cluster, where managers still use it/] },
  { rule: 'killed-earlier', name: 'jobs with half of their memory', after: changed([CONFIG, '    memory_limit = "4Gi"', '    memory_limit = "2Gi"']), says: ['disruptive', /^Jobs of acme-amd64-spot that need more are killed: memory_limit is 2Gi, before 4Gi\.$/] },
  { rule: 'killed-earlier', name: 'services with a little less', after: changed([CONFIG, 'service_memory_limit = "2Gi"', 'service_memory_limit = "1900Mi"']), says: ['notice', /that need more are killed: service_memory_limit is 1900Mi, before 2Gi/] },
  { rule: 'killed-earlier', name: 'a limit of CPU that falls', before: changed([CONFIG, '    cpu_request = "1"', '    cpu_limit = "4"\n          cpu_request = "1"']), after: changed([CONFIG, '    cpu_request = "1"', '    cpu_limit = "1"\n          cpu_request = "1"']), says: ['notice', /become slower, and may time out/] },
  { rule: 'killed-earlier', name: 'jobs with more memory', before: changed([CONFIG, '    memory_limit = "4Gi"', '    memory_limit = "2Gi"']), after: FLEET },
  { rule: 'config-changed', name: 'a manager that asks for jobs once a year', after: changed([CONFIG, 'check_interval = 3', 'check_interval = 31536000']), says: ['notice', /check_interval is 31536000: a manager asks for jobs every 31536000 s/] },
  { rule: 'lands-nowhere', name: 'a manager that must be spread over a label that no node has', after: changed([DEPLOYMENT, '    spec:\n', '    spec:\n      topologySpreadConstraints:\n        - maxSkew: 1\n          topologyKey: example.com/rack\n          whenUnsatisfiable: DoNotSchedule\n']), says: ['disruptive', /./] },
  { rule: 'lands-nowhere', name: 'a manager that is spread over zones', after: changed([DEPLOYMENT, '    spec:\n', '    spec:\n      topologySpreadConstraints:\n        - maxSkew: 1\n          topologyKey: topology.kubernetes.io/zone\n          whenUnsatisfiable: DoNotSchedule\n']) },
  { rule: 'job-protection', name: 'jobs that nothing protects any more', after: changed(protection('')), says: ['disruptive', /^Jobs of acme-amd64-spot that start afterwards are not protected: drift, consolidation and expiry/] },
  { rule: 'job-protection', name: 'a protection that Karpenter does not understand', after: changed(protection(PROTECTED.replace('true', 'yes'))), says: ['disruptive', /are not protected/] },
  { rule: 'job-protection', name: 'a protection for a part of the longest job', after: changed(protection(PROTECTED.replace('true', '30m'))), says: ['disruptive', /are protected for 30m, and may take 2h\.$/] },
  { rule: 'job-protection', name: 'a protection for as long as jobs may take', after: changed(protection(PROTECTED.replace('true', '2h'))) },
  { rule: 'job-protection', name: 'a protection that comes', before: changed(protection('')), after: FLEET },
  { rule: 'job-protection', name: 'a protection that goes where a budget holds the jobs', before: [...FLEET, BUDGET], after: [...changed(protection('')), BUDGET] },
  ...['minAvailable: 0', 'minAvailable: 1', 'minAvailable: 0%'].map((spec): ImpactCase => ({ rule: 'job-protection', name: `a protection that goes where a budget has ${spec}`, before: [...FLEET, budgetOf(spec)], after: [...changed(protection('')), budgetOf(spec)], says: ['disruptive', /are not protected/] })),
  { rule: 'job-protection', name: 'a budget of job pods that is lowered', before: [...changed(protection('')), budgetOf('minAvailable: 1000')], after: [...changed(protection('')), budgetOf('minAvailable: 0')], says: ['disruptive', /are not protected/] },
  ...['minAvailable: 1000', 'minAvailable: 10%', 'maxUnavailable: 5'].map((spec): ImpactCase => ({ rule: 'job-protection', name: `a protection that goes where a budget has ${spec}`, before: [...FLEET, budgetOf(spec)], after: [...changed(protection('')), budgetOf(spec)] })),
  { rule: 'job-protection', name: 'a budget that alone held the jobs', before: [...changed(protection('')), BUDGET], after: changed(protection('')), says: ['disruptive', /are not protected/] },
  { rule: 'job-protection', name: 'the budgets of jobs on Fargate', before: FARGATE, after: edited(FARGATE, ['fargate/configmap.yaml', 'pod_disruption_budget = true', 'pod_disruption_budget = false']), says: ['disruptive', /^Jobs of acme-fargate that start afterwards are not protected: AWS evicts them/] },
  { rule: 'job-protection', name: 'an annotation on Fargate, where Karpenter has no say', before: edited(FARGATE, ['fargate/configmap.yaml', '        [runners.kubernetes.pod_labels]', `        [runners.kubernetes.pod_annotations]\n        ${PROTECTED}\n\n        [runners.kubernetes.pod_labels]`]), after: FARGATE },
  { rule: 'job-protection', name: 'a manager that waits for less than its jobs may take', after: changed(grace(61)), says: ['disruptive', /^Once it is replaced, the manager waits 1m1s for its jobs, before 2h10m; what runs longer is cut\.$/] },
  { rule: 'job-protection', name: 'a manager that waits for less, by the default of a variable', after: changed([DEPLOYMENT, 'GracePeriodSeconds: 7800', 'GracePeriodSeconds: $' + '{wait:=61}']), says: ['disruptive', /waits 1m1s/] },
  { rule: 'job-protection', name: 'a manager that waits for as long as its jobs may take', after: changed(grace(7200)) },
  { rule: 'job-protection', name: 'a manager that waits for less, with a timeout that is lowered here alone', after: changed(grace(3600), timeout(3600)), says: ['disruptive', /waits 1h for its jobs/] },
  { rule: 'job-protection', name: 'a manager that waits for less, after the timeout', before: changed(timeout(3600)), after: changed(timeout(3600), grace(3600)) },
  { rule: 'job-protection', name: 'a manager that waits for less, and no longer says how long jobs may take', after: changed(grace(3600), UNSAID), says: ['disruptive', /waits 1h for its jobs, before 2h10m/] },
  { rule: 'job-protection', name: 'a manager that no longer says how long its jobs may take', after: changed(UNSAID), says: ['disruptive', /^Nothing says any more that jobs may take 2h: what waits for them is judged by an hour\.$/] },
  { rule: 'job-protection', name: 'a manager that says how long its jobs may take', before: changed(UNSAID), after: FLEET },
  { rule: 'pool-drifts', name: 'nodes that wait for less than jobs may take', after: changed(nodeGrace('61s')), says: ['disruptive', /running jobs are cut off after 61s, and managers wait for them up to 2h10m/] },
  { rule: 'job-protection', name: 'nodes that wait for less, which is said where they drift', after: changed(nodeGrace('61s')) },
  { rule: 'pool-drifts', name: 'nodes that waited without an end', before: changed([POOL, / +terminationGracePeriod: .*\n/, '']), after: changed(nodeGrace('1h')), says: ['disruptive', /cut off after 1h, and managers wait for them up to 2h10m/] },
  { rule: 'pool-drifts', name: 'nodes that wait for as long as jobs and managers may take', after: changed(grace(7200), nodeGrace('2h')), says: ['notice', /running jobs may finish, for up to 2h/] },
  { rule: 'pool-drifts', name: 'nodes on which nothing lands that wait for less', before: changed([POOL, 'key: gitlab-runner-fleet/dedicated-to', 'key: other']), after: changed([POOL, 'key: gitlab-runner-fleet/dedicated-to', 'key: other'], nodeGrace('61s')), says: ['notice', /no job and no manager of these runners runs there/] },
  { rule: 'job-protection', name: 'longer jobs', after: changed(timeout(14400), grace(15000), nodeGrace('4h10m')) },
  { rule: 'job-protection', name: 'a new runner whose jobs nothing protects', after: edited(withRunner(FLEET, 'amd64-spot', 'more'), ['/more/configmap.yaml', PROTECTED, '']), says: ['disruptive', /^Jobs of acme-more, unlike those of all other runners, are not protected:/] },
  { rule: 'job-protection', name: 'a new runner whose jobs nothing protects, as those of another one', before: changed(protection('')), after: withRunner(changed(protection('')), 'amd64-spot', 'more') },
  { rule: 'job-protection', name: 'a fleet that is new', before: [], after: changed(protection('')) },
  { rule: 'job-protection', name: 'a new runner', after: withRunner(FLEET, 'amd64-spot', 'more') },

  { rule: 'pool-settings', name: 'consolidation of nodes whose jobs lose their protection', after: changed(UNDERUTILIZED, protection('')), says: ['disruptive', /may be emptied; running jobs of acme-amd64-spot are not protected and are lost/] },
  { rule: 'pool-settings', name: 'consolidation of nodes that wait for less', after: changed(UNDERUTILIZED, nodeGrace('61s'), grace(61)), says: ['disruptive', /running jobs are cut off after 61s, and jobs may take 2h/] },
  { rule: 'pool-drifts', name: 'nodes that expire earlier, and wait for less', after: changed([POOL, 'expireAfter: 168h', 'expireAfter: 1h'], nodeGrace('61s'), grace(61)), says: ['disruptive', /cut off after 61s, and jobs may take 2h/] },
  { rule: 'pool-drifts', name: 'nodes whose jobs lose their protection', after: changed([POOL, 'expireAfter: 168h', 'expireAfter: 1h'], protection('')), says: ['disruptive', /are not protected and are lost/] },
  { rule: 'class-drifts', name: 'a larger disk, and jobs that lose their protection', after: changed(['ec2nodeclass-gitlab-jobs.yaml', '100Gi', '200Gi'], protection('')), says: ['disruptive', /are not protected and are lost/] },
  { rule: 'pool-removed', name: 'a pool whose jobs are protected for a part of their time', before: changed(protection(PROTECTED.replace('true', '1s'))), after: FLEET.filter(({ path }) => !path.endsWith(POOL)), says: ['disruptive', /are not protected and are lost/] },

  { rule: 'unjudged', name: 'a manager that no longer says its tags', after: changed([DEPLOYMENT, / +gitlab-runner-fleet\/tags: .*\n/, '']), says: ['security', /gitlab-runner-fleet\/tags is gone, before amd64,/] },
  { rule: 'unjudged', name: 'a class that no longer says which cluster it is for', after: changed(['ec2nodeclass-gitlab-jobs.yaml', / +annotations:\n +gitlab-runner-fleet\/cluster: acme\n/, '']), says: ['security', /gitlab-runner-fleet\/cluster/] },
  { rule: 'unjudged', name: 'a manager that says it has no tags', after: changed([DEPLOYMENT, /gitlab-runner-fleet\/tags: .*/, 'gitlab-runner-fleet/tags: ""']) },

  { rule: 'fargate-selectors', name: 'profiles that are made in another cluster', before: FARGATE, after: edited(FARGATE, [PROFILES, 'name: acme', 'name: other']), says: ['disruptive', /^Its profiles are made in the cluster other, and none here is one of acme any more/] },
  { rule: 'fargate-selectors', name: 'all pods of a namespace of the cluster', before: FARGATE, after: selector('namespace: kube-system'), says: ['security', /^Pods run on Fargate from now on: those of kube-system, all of them\.$/] },
  { rule: 'fargate-selectors', name: 'pods of others in the namespace of jobs', before: FARGATE, after: selector('namespace: gitlab-jobs'), says: ['security', /those of gitlab-jobs, all of them/] },
  { rule: 'fargate-selectors', name: 'pods with any value of a label', before: FARGATE, after: selector('{ namespace: gitlab-jobs, labels: { gitlab-runner-fleet/compute: "*" } }'), says: ['security', /those of gitlab-jobs with gitlab-runner-fleet\/compute: \*/] },
  { rule: 'fargate-selectors', name: 'a pattern of namespaces', before: FARGATE, after: selector(`{ namespace: "*", labels: { ${LABEL} } }`), says: ['security', /those of \* with gitlab-runner-fleet\/compute: fargate/] },
  { rule: 'fargate-selectors', name: 'a profile of its own', before: FARGATE, after: edited(FARGATE, [PROFILES, 'fargateProfiles:\n', 'fargateProfiles:\n  - { name: more, selectors: [{ namespace: kube-system }] }\n']), says: ['security', /those of kube-system/] },
  { rule: 'fargate-selectors', name: 'another label of the same pods', before: selector('namespace: kube-system'), after: selector('{ namespace: kube-system, labels: { a: b } }') },
  { rule: 'fargate-selectors', name: 'pods of runners in a namespace of theirs', before: FARGATE, after: selector(`{ namespace: gitlab-runners, labels: { ${LABEL} } }`) },
  { rule: 'fargate-selectors', name: 'a runner on Fargate beside others', after: [...FLEET, ...FARGATE.filter(({ path }) => /cluster|runners\/fargate/.test(path))] },
  { rule: 'fargate-selectors', name: 'another namespace, so that jobs wait', before: FARGATE, after: edited(FARGATE, [PROFILES, 'namespace: gitlab-jobs', 'namespace: nope']), says: ['disruptive', /^Jobs of acme-fargate are taken by no Fargate profile any more, and no pool here takes them: they wait\.$/] },
  { rule: 'fargate-selectors', name: 'jobs that lose the label of the profile', before: FARGATE, after: edited(FARGATE, ['fargate/configmap.yaml', /"gitlab-runner-fleet\/compute" = "fargate"/, '']), says: ['disruptive', /no pool here takes them/] },
  { rule: 'fargate-selectors', name: 'jobs that lose the label of the profile, and land on a pool without taints', before: OPEN_POOL, after: edited(OPEN_POOL, ['fargate/configmap.yaml', /"gitlab-runner-fleet\/compute" = "fargate"/, '']), says: ['notice', /^Jobs of acme-fargate run on nodes from now on, of gitlab-jobs-amd64-spot\.$/] },
  { rule: 'fargate-selectors', name: 'jobs that get the label of the profile', before: edited(FARGATE, ['fargate/configmap.yaml', /"gitlab-runner-fleet\/compute" = "fargate"/, '']), after: FARGATE, says: ['security', /^Jobs of acme-fargate run on Fargate from now on, by the profile gitlab-jobs: no network policy holds/] },
  { rule: 'fargate-selectors', name: 'managers that a profile takes', before: FARGATE, after: selector('namespace: gitlab-runners'), says: ['security', /^Managers of acme-fargate run on Fargate from now on/] },
];
