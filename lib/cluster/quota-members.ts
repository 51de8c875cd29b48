import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, textOf } from '../values/record';
import type { Manifest } from './manifest';
import { namespaceOfJobs } from './namespaces';
import type { ObservedRunner, PlacedPod, Subject } from './observe';
import { pausePodsOf } from './pause-pods';
import type { Amounts } from './pod-amounts';
import { type Quota, quotasFor, usageOf } from './quotas';
import { concurrencyOf } from './runners';

/** Where the requests of a pod stand. */
interface FieldOfPod {
  readonly manifest: Manifest;
  readonly path: FieldPath;
  readonly within?: string;
}

/** Pods of one kind that a quota counts. */
export interface Counted {
  readonly what: string;
  readonly spec: Fields;
  readonly at: FieldOfPod;
  /** How many there are at once. */
  readonly count: number;
  /** Runner of job pods and pause pods; undefined for managers. */
  readonly runner: ObservedRunner | undefined;
  /** Whether these are pause pods, of which nothing but their sum matters here. */
  readonly holdsRoom?: boolean;
}

/** Pods that a quota counts. */
export interface Member {
  readonly pod: Counted;
  readonly quota: Quota;
}

/** One object, in the nano-units of quantities. */
export const ONE = 1_000_000_000n;

/** What a quota has less of than is needed. */
export interface Shortage {
  readonly name: string;
  readonly most: bigint;
  readonly needed: bigint;
}

/** Pods of jobs, pause pods and managers that run at once: jobs as they are by default, or at their ceilings. */
export function countedPods({ runners, manifests }: Subject, size: 'job' | 'largestJob'): Counted[] {
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
  at: FieldOfPod,
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

/** The pods that a quota counts. */
export function membersOf(manifest: Manifest, pods: readonly Counted[], { manifests }: Subject): Member[] {
  return pods.flatMap((pod) => {
    const namespace = String(pod.spec.namespace ?? 'default');
    const quota = quotasFor(pod.spec, namespace, manifests).find((one) => one.manifest === manifest);
    return quota === undefined ? [] : [{ pod, quota }];
  });
}

/** What pods together take more of than the quota that counts them has. */
export function overOf(members: readonly Member[]): readonly Shortage[] {
  const usages = members.map(({ pod }) => ({ usage: usageOf(pod.spec), count: BigInt(pod.count) }));
  return Object.entries(members[0]?.quota.hard ?? {}).flatMap(([name, most]) => {
    const needed = usages.reduce((sum, { usage, count }) => sum + amountOf(usage, name) * count, 0n);
    return needed > most ? [{ name, most, needed }] : [];
  });
}

function amountOf(amounts: Amounts, name: string): bigint {
  return amounts[name] ?? 0n;
}

/** The pod that a roll-out starts in addition to those that run: the first of the managers that end once their successor runs. */
export function surgeOf(members: readonly Member[]): readonly Member[] {
  const first = members.filter(({ pod }) => pod.count > 0 && startsFirst(pod.at.manifest));
  return first.slice(0, 1).map(({ pod, quota }) => ({ pod: { ...pod, count: 1 }, quota }));
}

/** Whether the pods of a Deployment stay until their successors run. Shares are rounded up for the surge, and down for what may be away. */
function startsFirst({ kind, body }: Manifest): boolean {
  const strategy = fieldsOf(at(body, ['spec', 'strategy']));
  if (kind !== 'Deployment' || (strategy.type ?? 'RollingUpdate') !== 'RollingUpdate') return false;
  const replicas = Number(at(body, ['spec', 'replicas']) ?? 1) || 0;
  const away = textOf(fieldsOf(strategy.rollingUpdate).maxUnavailable) ?? '25%';
  const share = /^(\d+)%$/.exec(away)?.[1];
  const most = share === undefined ? Number(away) : Math.floor((Number(share) * replicas) / 100);
  return replicas > 0 && most === 0;
}

/**
 * Secrets that the executor makes, one for each job that has credentials of a registry: GitLab sends those of its own.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, setupCredentials
 */
export function secretShortages(members: readonly Member[]): readonly Shortage[] {
  const [first] = members;
  const { scopes, scopeSelector } = fieldsOf(first?.quota.manifest.body.spec);
  const jobs = members.filter(({ pod }) => pod.runner !== undefined && !pod.holdsRoom);
  if (jobs.length === 0 || scopes !== undefined || scopeSelector !== undefined) return [];
  const needed = BigInt(jobs.reduce((sum, { pod }) => sum + pod.count, 0)) * ONE;
  return ['secrets', 'count/secrets'].flatMap((name) => {
    const most = jobs[0].quota.hard[name];
    return most === undefined || most >= needed ? [] : [{ name, most, needed }];
  });
}
