import type { SourceFile } from '../../lib/cluster/manifest';
import { edited, FLEET, withRunner } from '../fixtures/files';
import type { ImpactCase } from './impact-case';

const CONFIG = 'amd64-spot/configmap.yaml';
const POLICY = 'networkpolicy-gitlab-jobs.yaml';
const CLASS = 'ec2nodeclass-gitlab-jobs.yaml';
const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';

const QUOTA: SourceFile = {
  path: 'acme/quota.yaml',
  text: 'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { hard: { requests.memory: 1000Gi, requests.cpu: "500" } }\n',
};
const LIMITS: SourceFile = {
  path: 'acme/limits.yaml',
  text: 'apiVersion: v1\nkind: LimitRange\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { limits: [{ type: Pod, max: { memory: 20Gi } }] }\n',
};
const BUDGET: SourceFile = {
  path: 'acme/budget.yaml',
  text: 'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: more, namespace: gitlab-runners }\nspec: { maxUnavailable: 1, selector: { matchLabels: { a: b } } }\n',
};
const jobBudget = (name: string): SourceFile => ({
  path: `acme/${name}.yaml`,
  text: `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: ${name}, namespace: gitlab-jobs }\nspec: { maxUnavailable: 0, selector: {} }\n`,
});
const BOUNDED = [...FLEET, QUOTA, LIMITS, BUDGET];
const MORE_JOBS = [
  [CONFIG, 'limit = 20', 'limit = 200'],
  [CONFIG, 'concurrent = 20', 'concurrent = 200'],
] as const;

const pool = (name: string) => [POOL, /(nodeClassRef:\n(?: {8}.*\n)*? {8}name: )\S+/, `$1${name}`] as const;

/** The fleet with an object more. */
const withObject = (text: string): readonly SourceFile[] => [...FLEET, { path: 'acme/object.yaml', text }];
const quotaOf = (namespace: string, hard: string) =>
  withObject(
    `apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: q, namespace: ${namespace} }\nspec: { hard: { ${hard} } }\n`,
  );
const rangeOf = (bounds: string) =>
  withObject(
    `apiVersion: v1\nkind: LimitRange\nmetadata: { name: l, namespace: gitlab-jobs }\nspec: { limits: [{ type: Container, ${bounds} }] }\n`,
  );
const withDefault = (memory: string) => rangeOf(`default: { memory: ${memory} }`);
const overlayOf = (key: string, value: string, count = '100') =>
  withObject(
    `apiVersion: karpenter.sh/v1alpha1\nkind: NodeOverlay\nmetadata: { name: o }\nspec: { requirements: [{ key: ${key}, operator: In, values: [${value}] }], capacity: { smarter-devices/fuse: "${count}" } }\n`,
  );

// biome-ignore format: a table of cases
export const ROOM_CASES: readonly ImpactCase[] = [
  { rule: 'room-widened', name: 'a second budget of managers', after: [...FLEET, { ...BUDGET, text: BUDGET.text.replace('a: b', 'app.kubernetes.io/part-of: acme') }], says: ['disruptive', /^No drain can evict Deployment\/.* and 1 more: terminationGracePeriod cuts off what still runs, jobs included\.$/] },
  { rule: 'room-widened', name: 'a manager that its budget no longer selects', after: edited(FLEET, ['amd64-spot/deployment.yaml', /(template:\n {4}metadata:\n(?: {6}.*\n)*? {8}app\.kubernetes\.io\/component: )manager/, '$1other']), says: ['notice', /^A drain may evict the manager together with all other managers\.$/] },
  { rule: 'room-widened', name: 'a budget that lets no manager go', after: edited(FLEET, ['poddisruptionbudget-managers.yaml', 'maxUnavailable: 1', 'maxUnavailable: 0']), says: ['notice', /^No drain can evict Deployment\//] },
  { rule: 'room-widened', name: 'the only budget of managers that goes', after: FLEET.filter(({ path }) => !path.endsWith('poddisruptionbudget-managers.yaml')), says: ['notice', /^A drain may evict Deployment\/.* together with all other managers\.$/] },
  { rule: 'room-widened', name: 'two budgets of all jobs', after: [...FLEET, jobBudget('a'), jobBudget('b')], says: ['notice', /^No drain can evict jobs of acme-/] },
  { rule: 'room-widened', name: 'a budget of all jobs', after: [...FLEET, jobBudget('a')] },
  { rule: 'room-widened', name: 'a quota that goes', before: BOUNDED, after: BOUNDED.filter((file) => file !== QUOTA), says: ['security', /^Nothing bounds what pods of its namespace take any more\.$/] },
  { rule: 'room-widened', name: 'a LimitRange that goes', before: BOUNDED, after: BOUNDED.filter((file) => file !== LIMITS), says: ['security', /^Nothing bounds/] },
  { rule: 'room-widened', name: 'a quota of more', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', '1000Gi', '2000Gi']), says: ['security', /^Pods of its namespace may take more: requests\.memory is 2000Gi, before 1000Gi\.$/] },
  { rule: 'room-widened', name: 'a quota of fewer resources', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', 'requests.memory: 1000Gi, ', '']), says: ['security', /requests\.memory is not bounded, before by 1000Gi/] },
  { rule: 'room-widened', name: 'a quota of some pods alone', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', 'spec: { ', 'spec: { scopes: [BestEffort], ']), says: ['security', /counts other pods \(scopes\)/] },
  { rule: 'room-widened', name: 'a LimitRange of larger pods', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', '20Gi', '200Gi']), says: ['security', /memory of a Pod is 200Gi, before 20Gi/] },
  { rule: 'room-widened', name: 'a LimitRange of larger pods, with more jobs', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', '20Gi', '200Gi'], ...MORE_JOBS), says: ['security', /memory of a Pod is 200Gi/] },
  { rule: 'room-widened', name: 'a quota that grows more than its jobs', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', '1000Gi', '90000Gi'], ...MORE_JOBS), says: ['security', /requests\.memory is 90000Gi/] },
  { rule: 'room-widened', name: 'a quota that is replaced by a wider one', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', 'name: jobs', 'name: other'], ['quota.yaml', '1000Gi', '2000Gi']), says: ['security', /requests\.memory is 2000Gi/] },
  { rule: 'room-widened', name: 'a budget that goes', before: BOUNDED, after: BOUNDED.filter((file) => file !== BUDGET), says: ['notice', /^All of its pods may be evicted at once\.$/] },
  { rule: 'room-widened', name: 'a budget of more', before: BOUNDED, after: edited(BOUNDED, ['budget.yaml', 'maxUnavailable: 1', 'maxUnavailable: 9']), says: ['notice', /may be evicted at once/] },
  { rule: 'room-widened', name: 'a quota that grows with its jobs', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', '1000Gi', '2000Gi'], ...MORE_JOBS) },
  { rule: 'room-widened', name: 'a quota that grows with a runner', before: BOUNDED, after: edited(withRunner(BOUNDED, 'amd64-spot', 'more'), ['quota.yaml', '1000Gi', '1200Gi']) },
  { rule: 'room-widened', name: 'a LimitRange that grows with its jobs', before: BOUNDED, after: edited(BOUNDED, ['limits.yaml', '20Gi', '40Gi'], ['/configmap.yaml', / memory_limit = "4Gi"/, ' memory_limit = "16Gi"'], ['/configmap.yaml', / memory_limit_overwrite_max_allowed = "4Gi"/, ' memory_limit_overwrite_max_allowed = "16Gi"']) },
  { rule: 'room-widened', name: 'a default of more, where nothing else bounds a pod', before: withDefault('4Gi'), after: withDefault('4000Gi'), says: ['security', /memory of a Container that names no limit is 4000Gi, before 4Gi/] },
  { rule: 'killed-earlier', name: 'a default of less', before: withDefault('4Gi'), after: withDefault('1Gi'), says: ['notice', /^Containers of jobs that name no limit get less: memory 1Gi, before 4Gi\.$/] },
  { rule: 'killed-earlier', name: 'a default that is new', after: withDefault('4Gi'), says: ['notice', /memory 4Gi, before nothing/] },
  { rule: 'killed-earlier', name: 'a default of more', before: withDefault('4Gi'), after: withDefault('8Gi') },
  { rule: 'room-widened', name: 'a quota that is new', before: FLEET, after: BOUNDED },

  { rule: 'pods-refused', name: 'a quota of no pod for jobs', after: quotaOf('gitlab-jobs', 'pods: "0"'), says: ['disruptive', /^What is above it is refused: pods is 0, and 80 are needed at once\.$/] },
  { rule: 'pods-refused', name: 'a tighter quota', before: quotaOf('gitlab-jobs', 'pods: "90"'), after: quotaOf('gitlab-jobs', 'pods: "79"'), says: ['disruptive', /pods is 79, and 80 are needed/] },
  { rule: 'pods-refused', name: 'a quota of what no container sets', after: quotaOf('gitlab-jobs', 'limits.cpu: "900"'), says: ['disruptive', /sets no limits\.cpu, which it counts/] },
  { rule: 'pods-refused', name: 'a quota without room for a roll-out of managers', after: quotaOf('gitlab-runners', 'pods: "4"'), says: ['disruptive', /pods is 4, and 5 are needed at once/] },
  { rule: 'pods-refused', name: 'a quota of no ReplicaSet', after: quotaOf('gitlab-runners', 'count/replicasets.apps: "0"'), says: ['disruptive', /count\/replicasets\.apps is 0, and 8 are needed at once/] },
  { rule: 'pods-refused', name: 'a quota of no Secret for jobs', after: quotaOf('gitlab-jobs', 'secrets: "0"'), says: ['disruptive', /secrets is 0, and 80 are needed/] },
  { rule: 'killed-earlier', name: 'a manager that requests next to nothing', after: edited(FLEET, ['amd64-spot/deployment.yaml', /(requests:[\s\S]*?memory: )128Mi/, '$11Mi']), says: ['notice', /^The manager requests 1Mi of memory, before 128Mi: once its node is short/] },
  { rule: 'killed-earlier', name: 'a manager that requests nothing', after: edited(FLEET, ['amd64-spot/deployment.yaml', / {10}resources:\n(?: {12}.*\n)+/, '']), says: ['notice', /^The manager requests no memory, before 128Mi/] },
  { rule: 'killed-earlier', name: 'a manager that requests a little less', after: edited(FLEET, ['amd64-spot/deployment.yaml', /(requests:[\s\S]*?memory: )128Mi/, '$1100Mi']) },
  { rule: 'pods-refused', name: 'a quota of no Secret', after: quotaOf('gitlab-runners', 'secrets: "0"'), says: ['disruptive', /secrets is 0, and 4 are needed/] },
  { rule: 'pods-refused', name: 'a LimitRange of smaller containers', after: rangeOf('max: { memory: 1Gi }'), says: ['disruptive', /^It refuses new pods of jobs of acme-\S+, .* and 1 more: build has a limit of 4Gi, at most 1Gi of memory is allowed/] },
  { rule: 'pods-refused', name: 'a LimitRange of larger containers', after: rangeOf('min: { cpu: "2" }'), says: ['disruptive', /at least 2 of cpu is wanted/] },
  { rule: 'pods-refused', name: 'a quota with room for jobs', after: quotaOf('gitlab-jobs', 'pods: "80"') },
  { rule: 'pods-refused', name: 'a quota with room for a roll-out', after: quotaOf('gitlab-runners', 'pods: "5", secrets: "4", count/replicasets.apps: "8", count/deployments.apps: "4"') },
  { rule: 'pods-refused', name: 'a quota that was too small before', before: quotaOf('gitlab-jobs', 'pods: "10"'), after: quotaOf('gitlab-jobs', 'pods: "20"') },
  { rule: 'pods-refused', name: 'a quota of no pod in a fleet that is new', before: [], after: quotaOf('gitlab-jobs', 'pods: "0"') },
  { rule: 'pods-refused', name: 'a quota of another namespace', after: quotaOf('kube-system', 'pods: "0"') },
  { rule: 'pods-refused', name: 'a quota of what no container sets, as before', before: quotaOf('gitlab-jobs', 'limits.cpu: "900"'), after: quotaOf('gitlab-jobs', 'limits.cpu: "800"') },
  { rule: 'pods-refused', name: 'a LimitRange that refused jobs before', before: rangeOf('max: { memory: 1Gi }'), after: rangeOf('max: { memory: 900Mi }') },
  { rule: 'pods-refused', name: 'a LimitRange that all pods meet', after: rangeOf('max: { memory: 64Gi }') },

  { rule: 'node-overlay', name: 'devices that nodes of jobs lack', after: overlayOf('karpenter.sh/nodepool', 'gitlab-jobs-amd64-spot'), says: ['notice', /^Nodes of gitlab-jobs-amd64-spot count as having more of smarter-devices\/fuse/] },
  { rule: 'node-overlay', name: 'more of a device', before: overlayOf('karpenter.sh/nodepool', 'gitlab-jobs-amd64-spot', '1'), after: overlayOf('karpenter.sh/nodepool', 'gitlab-jobs-amd64-spot'), says: ['notice', /count as having more/] },
  { rule: 'node-overlay', name: 'devices of types that no pool has', after: overlayOf('karpenter.k8s.aws/instance-family', 'vt1') },
  { rule: 'node-overlay', name: 'fewer of a device', before: overlayOf('karpenter.sh/nodepool', 'gitlab-jobs-amd64-spot'), after: overlayOf('karpenter.sh/nodepool', 'gitlab-jobs-amd64-spot', '1') },
  { rule: 'room-widened', name: 'a smaller quota', before: BOUNDED, after: edited(BOUNDED, ['quota.yaml', '1000Gi', '500Gi']) },

  { rule: 'network-change', name: 'a policy that lets jobs go by what they are not', after: edited(FLEET, [POLICY, 'podSelector: {}', 'podSelector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: NotIn, values: [job] }] }']), says: ['security', /^Running jobs may have more connections: to the instance metadata service .*; to everyone/] },
  { rule: 'network-change', name: 'a policy that lets pods with a label go', after: edited(FLEET, [POLICY, 'podSelector: {}', 'podSelector: { matchExpressions: [{ key: app.kubernetes.io/component, operator: DoesNotExist }] }']), says: ['security', /to everyone/] },

  { rule: 'node-guards', name: 'disks of which nothing says that they are encrypted', after: edited(FLEET, [CLASS, /\n +encrypted: true/, '']), says: ['security', /^Disks are not encrypted\.$/] },
  { rule: 'node-guards', name: 'a class that is not here', after: edited(FLEET, pool('elsewhere')), says: ['security', /^Its nodes come from a class that is not here: elsewhere\.$/] },
  { rule: 'node-guards', name: 'the class of managers', after: edited(FLEET, pool('gitlab-managers')), says: ['security', /^Its nodes have the class of those of managers\.$/] },
  { rule: 'node-guards', name: 'a new class like the one before', after: [...edited(FLEET, pool('own')), ...edited(FLEET, [CLASS, '  name: gitlab-jobs\n', '  name: own\n']).filter(({ path }) => path.endsWith(CLASS)).map(({ text }) => ({ path: 'acme/own.yaml', text }))] },
];
