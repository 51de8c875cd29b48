import { show } from '../cluster/admission';
import { displayName, type Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner, PlacedPod, Subject } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { pausePodsOf } from '../cluster/pause-pods';
import type { Amounts } from '../cluster/pod-amounts';
import { hasPodLevel, type Quota, quotasFor, unsetOf, usageOf } from '../cluster/quotas';
import { concurrencyOf } from '../cluster/runners';
import { at, type Fields, fieldsOf } from '../values/record';
import { ADMITTED_RULES } from './admitted-rules';
import type { FieldOfManifest, Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** Pods of one kind that a quota counts. */
interface Counted {
  readonly what: string;
  readonly spec: Fields;
  readonly at: FieldOfManifest;
  /** How many there are at once. */
  readonly count: number;
  /** Runner of job pods and pause pods; undefined for managers. */
  readonly runner: ObservedRunner | undefined;
  /** Whether these are pause pods, of which nothing but their sum matters here. */
  readonly holdsRoom?: boolean;
}

/** Pods that a quota counts. */
interface Member {
  readonly pod: Counted;
  readonly quota: Quota;
}

/** One object, in the nano-units of quantities. */
const ONE = 1_000_000_000n;

/** What ResourceQuotas refuse: a job over the quota fails, it doesn't wait. */
export function quotaFindings(subject: Subject): Finding[] {
  const quotas = ofKind(subject.manifests, 'ResourceQuota');
  if (quotas.length === 0) return [];
  const usual = countedPods(subject, 'job');
  const largest = countedPods(subject, 'largestJob');
  return quotas.flatMap((manifest) => {
    const members = membersOf(manifest, usual, subject);
    const unset = members
      .filter(({ pod }) => !pod.holdsRoom)
      .flatMap(({ pod, quota }) => unsetFindings(pod, quota));
    if (unset.length > 0) return unset;
    const services = members
      .filter(({ pod }) => !pod.holdsRoom)
      .flatMap(({ pod, quota }) => serviceFindings(pod, quota, subject));
    const secrets = secretFindings(manifest, members);
    const used = [...sumFindings(members, 'quota'), ...managerSumFindings(members)];
    const ceilings = () => sumFindings(membersOf(manifest, largest, subject), 'quota-ceilings');
    return [...services, ...secrets, ...(used.length > 0 ? used : ceilings())];
  });
}

function countedPods({ runners, manifests }: Subject, size: 'job' | 'largestJob'): Counted[] {
  const jobs = jobCounts(runners);
  const managers = new Set<Manifest>();
  return runners.flatMap((runner) => {
    const { manager, managerPlaced } = runner;
    const { manifest, path } = runner.config;
    const within = `runners[${runner.index}].kubernetes`;
    const placed = runner[size];
    const found: Counted[] = placed
      ? [podsOf(placed, { manifest, path, within }, jobs.get(runner) ?? 0, runner)]
      : [];
    const pause = pausePodsOf(runner, manifests);
    if (pause) {
      const spec = { ...pause.admission.spec, namespace: namespaceOfJobs(runner) };
      const what = `pause pods of runner ${runner.name}`;
      const at = { manifest, path, within: `${within}.autoscaler` };
      found.push({ what, spec, at, count: pause.count, runner, holdsRoom: true });
    }
    if (manager && managerPlaced && !managers.has(manager)) {
      managers.add(manager);
      const replicas = Number(at(manager.body, ['spec', 'replicas']) ?? 1) || 0;
      const place = { manifest: manager, path: ['spec', 'template', 'spec', 'containers'] };
      found.push(podsOf(managerPlaced, place, replicas, undefined));
    }
    return found;
  });
}

function podsOf(
  { pod, spec }: PlacedPod,
  at: FieldOfManifest,
  count: number,
  runner: ObservedRunner | undefined,
): Counted {
  return { what: pod.title, spec: { ...fieldsOf(spec), namespace: pod.namespace }, at, count, runner };
}

/** Jobs of each runner at once. Entries of one process share its `concurrent`, first come first served. */
function jobCounts(runners: readonly ObservedRunner[]): Map<ObservedRunner, number> {
  const left = new Map<string, number>();
  const counts = new Map<ObservedRunner, number>();
  for (const runner of runners) {
    const { config, manager } = runner;
    const process = `${config.manifest.file} ${config.manifest.name} ${manager?.file} ${manager?.name}`;
    const most = left.get(process) ?? concurrencyOf({ ...runner, table: { ...runner.table, limit: 0 } });
    const count = Math.min(concurrencyOf(runner), most);
    counts.set(runner, count);
    left.set(process, most - count);
  }
  return counts;
}

function membersOf(manifest: Manifest, pods: readonly Counted[], { manifests }: Subject): Member[] {
  return pods.flatMap((pod) => {
    const namespace = String(pod.spec.namespace ?? 'default');
    const quota = quotasFor(pod.spec, namespace, manifests).find((one) => one.manifest === manifest);
    return quota === undefined ? [] : [{ pod, quota }];
  });
}

/** Keys of the config that set what a quota asks for. */
const KEYS: Readonly<Record<string, string>> = {
  cpu: 'cpu_request',
  memory: 'memory_request',
  'requests.cpu': 'cpu_request',
  'requests.memory': 'memory_request',
  'limits.cpu': 'cpu_limit',
  'limits.memory': 'memory_limit',
};

function unsetFindings({ what, spec, at, runner }: Counted, quota: Quota): Finding[] {
  const unset = [...unsetOf(spec, quota)];
  if (unset.length === 0) return [];
  const keys = [...new Set(unset.flatMap(([name, containers]) => containers.map((one) => keyOf(name, one))))];
  const name = displayName(quota.manifest);
  const result = runner === undefined ? 'no manager starts' : 'every job fails';
  return [
    finding('quota-unset', {
      severity: 'error',
      at,
      found: unset.map(([resource, containers]) => `no ${resource} for ${containers.join(', ')}`).join('; '),
      why: `${name} counts ${unset.map(([resource]) => resource).join(', ')}, and then every container must set it: the API server refuses the ${what}, and ${result}`,
      fix: `set ${runner === undefined ? 'them' : keys.join(', ')}, or give the namespace a LimitRange with defaults`,
    }),
  ];
}

function keyOf(resource: string, container: string): string {
  if (container === 'helper' || container === 'init-permissions') return `helper_${KEYS[resource]}`;
  return container === 'build' ? KEYS[resource] : `service_${KEYS[resource]}`;
}

/** Jobs may bring services, whose containers must set the same. */
function serviceFindings({ spec, at, runner }: Counted, quota: Quota, { manifests }: Subject): Finding[] {
  if (runner === undefined) return [];
  const own = runner.table.kubernetes as Readonly<Record<string, unknown>>;
  const hasDefaults = ofKind(manifests, 'LimitRange').some(
    ({ namespace }) => (namespace ?? 'default') === spec.namespace,
  );
  const isCounted = ([name]: [string, string]) => quota.hard[name] !== undefined;
  const unset = Object.entries(KEYS)
    .filter(isCounted)
    .map(([, key]) => `service_${key}`)
    .filter((key) => !own[key] && !own[key.replace('_request', '_limit')]);
  if (unset.length === 0 || hasDefaults || hasPodLevel(spec)) return [];
  return [
    finding('quota-services', {
      severity: 'warning',
      at,
      found: `no ${[...new Set(unset)].join(', ')}`,
      why: `${displayName(quota.manifest)} counts it, and then every container must set it: the API server refuses the pods of jobs with services, and these jobs fail`,
      fix: `set ${[...new Set(unset)].join(', ')}`,
    }),
  ];
}

function sumFindings(members: readonly Member[], rule: 'quota' | 'quota-ceilings'): Finding[] {
  const [first] = members;
  const jobs = members.filter(({ pod }) => pod.runner !== undefined && !pod.holdsRoom);
  if (first === undefined || jobs.length === 0) return [];
  const { manifest } = first.quota;
  const over = overOf(members);
  if (over.length === 0) return [];
  const count = jobs.reduce((sum, { pod }) => sum + pod.count, 0);
  const names = [...new Set(jobs.map(({ pod }) => pod.runner?.name))].join(', ');
  const held = members.some(({ pod }) => pod.holdsRoom) ? ' with the pause pods' : '';
  const who = `${rule === 'quota' ? names : `${names}, each at its ceilings,`}${held}`;
  return [
    finding(rule, {
      severity: rule === 'quota' ? 'error' : 'warning',
      at: { manifest, path: ['spec', 'hard', over[0].name] },
      found: over.map(({ name, most }) => `${name} ${show(name, most)}`).join(', '),
      why: `${count} jobs at once of ${who} come to ${over.map(({ name, needed }) => `${show(name, needed)} of ${name}`).join(', ')}: the API server refuses what is above the quota, and these jobs fail instead of waiting`,
      fix: `raise ${over.map(({ name, needed }) => `${name} to ${show(name, needed)}`).join(', ')}, or lower the concurrency`,
    }),
  ];
}

/** What pods together take more of than the quota that counts them has. */
function overOf(members: readonly Member[]): { name: string; most: bigint; needed: bigint }[] {
  const usages = members.map(({ pod }) => ({ usage: usageOf(pod.spec), count: BigInt(pod.count) }));
  return Object.entries(members[0]?.quota.hard ?? {}).flatMap(([name, most]) => {
    const needed = usages.reduce((sum, { usage, count }) => sum + amountOf(usage, name) * count, 0n);
    return needed > most ? [{ name, most, needed }] : [];
  });
}

/** Managers in a namespace without jobs. Beside jobs they are part of the sum of these. */
function managerSumFindings(members: readonly Member[]): Finding[] {
  if (members.some(({ pod }) => pod.runner !== undefined)) return [];
  const over = overOf(members);
  if (over.length === 0) return [];
  const { manifest } = members[0].quota;
  const count = members.reduce((sum, { pod }) => sum + pod.count, 0);
  return [
    finding('quota', {
      severity: 'error',
      at: { manifest, path: ['spec', 'hard', over[0].name] },
      found: over.map(({ name, most }) => `${name} ${show(name, most)}`).join(', '),
      why: `${count === 1 ? 'the manager comes' : `${count} pods of managers come`} to ${over.map(({ name, needed }) => `${show(name, needed)} of ${name}`).join(', ')}: the API server refuses pods above the quota, and these managers don't run`,
      fix: `raise ${over.map(({ name, needed }) => `${name} to ${show(name, needed)}`).join(', ')}`,
    }),
  ];
}

/**
 * Secrets that the executor makes, one for each job that has credentials of a registry: GitLab sends those of its own.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, setupCredentials
 */
function secretFindings(manifest: Manifest, members: readonly Member[]): Finding[] {
  const { scopes, scopeSelector } = fieldsOf(manifest.body.spec);
  const jobs = members.filter(({ pod }) => pod.runner !== undefined && !pod.holdsRoom);
  if (jobs.length === 0 || scopes !== undefined || scopeSelector !== undefined) return [];
  const count = jobs.reduce((sum, { pod }) => sum + pod.count, 0);
  return ['secrets', 'count/secrets'].flatMap((name) => {
    const most = jobs[0].quota.hard[name];
    if (most === undefined || most >= BigInt(count) * ONE) return [];
    return [
      finding('quota-secrets', {
        severity: 'warning',
        at: { manifest, path: ['spec', 'hard', name] },
        found: `${name} ${show(name, most)}`,
        why: `the executor makes a Secret for each job that has credentials of a registry, which GitLab sends along where it has one, and ${count} jobs run at once: those above the quota fail`,
        fix: `raise ${name} to ${count} and what else is in the namespace, or lower the concurrency`,
      }),
    ];
  });
}

function amountOf(amounts: Amounts, name: string): bigint {
  return amounts[name] ?? 0n;
}
