import type { CheckResult } from '../checks/all';
import type { Finding } from '../checks/finding';
import { crossesTiers } from '../checks/guarded-choices';
import { groupOf } from '../checks/rule-id';
import { hasSchema } from '../checks/schema';
import { tiersSeparate } from '../checks/tiers-separate';
import type { Manifest } from '../cluster/manifest';
import { cheapestMinute, type MinutePrice } from '../cluster/minute-price';
import { type Need, needsOf } from '../cluster/needs';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../cluster/observe';
import { type PrewarmPrice, prewarmPrice } from '../cluster/prewarm-price';
import { concurrencyOf, type Runner } from '../cluster/runners';
import { SECRET_KINDS } from '../cluster/secret-sources';
import { fleetOf, fleetsOf } from '../cluster/tiers';
import { TAGS_ANNOTATION, WAITING_ANNOTATION } from '../contract';
import { costOf } from '../cost/fleet-cost';
import type { ClusterCost } from '../cost/types';
import type { Severity } from '../problem';
import { at, textOf } from '../values/record';
import { joinFindings } from './join-findings';
import { counts, relatedObjects } from './related-objects';

/** What checks say of manifests, as data; printers make text of it. */
export interface Report {
  /** Folder of the cluster, where there are several. */
  readonly cluster: string | undefined;
  /** Fleets of the cluster that are proved to share nothing; empty where there is one, or where they share something. */
  readonly apart: readonly string[];
  readonly runners: readonly RunnerRow[];
  readonly hasPools: boolean;
  /** Whether a workload runs gitlab-runner with a config that is not among the manifests. */
  readonly hasUnread: boolean;
  readonly result: CheckResult;
  /** Objects of kinds that no check looks at, by kind. */
  readonly ignored: Readonly<Record<string, number>>;
  /** Documents that are not objects, and that no check looks at. */
  readonly others: Subject['others'];
  readonly counts: Readonly<Record<Severity, number>>;
  readonly proof: Proof;
  /** What managers, jobs and nodes need, found here or not. */
  readonly needs: readonly Need[];
  /** What the runners cost; worked out when somebody asks. */
  readonly cost: ClusterCost;
}

/** A runner at a glance. */
export interface RunnerRow {
  readonly name: string;
  readonly tags: readonly string[];
  readonly concurrency: number;
  /** Pools of its jobs, with the types that the largest job fits. */
  readonly pools: readonly RunnerPool[];
  /** The least that a job of the default size costs, alone on its node; undefined where it lands nowhere. */
  readonly cheapest: MinutePrice | undefined;
  /** Pool or Fargate profile of its managers; undefined where they land nowhere. */
  readonly managers: string | undefined;
  /** What room held by pause pods costs; undefined without any. */
  readonly prewarm: PrewarmPrice | undefined;
  readonly verdict: Verdict;
}

/** `not proved` where nothing here says whether its pods land; nothing is known to be wrong with it then. */
export type Verdict =
  | 'ok'
  | 'waits for its token'
  | 'waits for a pull secret'
  | 'errors'
  | 'warnings'
  | 'not proved';

/** How much is proved: a runner is, where its jobs and its managers are known to land and nothing about them is wrong. */
export interface Proof {
  readonly runners: number;
  readonly proved: number;
  /** Names of runners that are neither proved nor wrong. */
  readonly notProved: readonly string[];
  /** How many findings say that something is not proved. */
  readonly findings: number;
}

/** Where jobs of a runner run. */
export interface RunnerPool {
  readonly name: string;
  /** Undefined for a Fargate profile, which has no types. */
  readonly types: number | undefined;
}

/** Kinds that rules read and whose fields nobody knows here. */
const READ_KINDS = new Set([
  ...SECRET_KINDS,
  'ClusterConfig',
  'FargateProfile',
  'HorizontalPodAutoscaler',
  'LimitRange',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'RuntimeClass',
  'Service',
  'StorageClass',
]);

/** Puts together what was observed and found. */
export function makeReport(cluster: string | undefined, subject: Subject, result: CheckResult): Report {
  let cost: ClusterCost | undefined;
  const ignored = new Map<string, number>();
  const managers = new Set([...subject.runners, ...subject.podless].map(({ manager }) => manager));
  for (const manifest of subject.manifests) {
    const { kind } = manifest;
    const isRead = hasSchema(manifest) || READ_KINDS.has(kind) || managers.has(manifest);
    if (!isRead) ignored.set(kind, (ignored.get(kind) ?? 0) + 1);
  }
  const findings = joinFindings(
    result.findings,
    subject.runners.map(({ name }) => name),
  );
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const related = relatedObjects(subject);
  const runners = [
    ...subject.runners.map((runner) => rowOf(runner, subject, result, related(runner))),
    ...subject.podless.map((runner) => podlessRow(runner, result)),
  ];
  return {
    cluster,
    apart: separated(subject, result),
    runners,
    hasPools: subject.pools.length > 0 || subject.manifests.some(({ kind }) => kind === 'ClusterConfig'),
    hasUnread: subject.unread.length > 0,
    result: { ...result, findings },
    ignored: Object.fromEntries(ignored),
    others: subject.others.filter(({ other }) => !['comments', 'text', 'unread'].includes(other)),
    counts: { error: count('error'), warning: count('warning'), note: count('note') },
    needs: needsOf(subject),
    get cost() {
      cost ??= costOf(subject);
      return cost;
    },
    proof: proofOf(runners, findings),
  };
}

function proofOf(runners: readonly RunnerRow[], findings: readonly Finding[]): Proof {
  const having = (...verdicts: Verdict[]) => runners.filter(({ verdict }) => verdicts.includes(verdict));
  return {
    runners: runners.length,
    proved: having('ok', 'waits for its token', 'waits for a pull secret', 'warnings').length,
    notProved: having('not proved').map(({ name }) => name),
    findings: findings.filter(({ notProved }) => notProved).length,
  };
}

function separated(subject: Subject, { findings, silenced }: CheckResult): readonly string[] {
  const fleets = fleetsOf(subject);
  const all = [...findings, ...silenced.map(({ finding }) => finding)];
  const isShared = all.some(({ id }) => groupOf(id) === tiersSeparate.id);
  if (fleets.length < 2 || isShared || crossesTiers(all) || subject.runners.some(choosesNodes)) return [];
  return fleets;
}

/** Whether jobs of a fleet pick their nodes: where all of them may land is then up to whoever writes a job. */
function choosesNodes(runner: ObservedRunner): boolean {
  const { node_selector_overwrite_allowed: selectors, node_tolerations_overwrite_allowed: tolerations } =
    runner.table.kubernetes;
  return fleetOf(runner) !== undefined && Boolean(selectors) && Boolean(tolerations);
}

function rowOf(
  runner: ObservedRunner,
  subject: Subject,
  { findings, silenced }: CheckResult,
  related: ReadonlySet<Manifest>,
): RunnerRow {
  const on = runner.job?.fargate;
  const largest = new Map(landing(runner.largestJob).map(({ pool, types }) => [pool, types.length]));
  const isOwn = (one: Finding) =>
    one.at.manifest === runner.manager ||
    one.at.manifest === runner.config.manifest ||
    (related.has(one.at.manifest) && counts(one));
  const own = findings.filter(isOwn);
  // What is silenced is no more proved than before.
  const isOpen = [...own, ...silenced.map(({ finding }) => finding).filter(isOwn)].some(
    ({ notProved }) => notProved,
  );
  return {
    name: runner.name,
    tags: tagsOf(runner),
    concurrency: concurrencyOf(runner),
    pools: on
      ? [{ name: on.profile.name, types: undefined }]
      : landing(runner.job).map(({ pool }) => ({ name: pool.name, types: largest.get(pool) ?? 0 })),
    cheapest: cheapestMinute(runner),
    prewarm: prewarmPrice(runner, subject),
    managers: managersOn(runner),
    verdict: verdictOf(
      runner,
      own.map(({ severity }) => severity),
      isOpen || !isPlaced(runner),
    ),
  };
}

/** A runner of another executor, about whose jobs and manager nothing is known here. */
function podlessRow(runner: Runner, { findings }: CheckResult): RunnerRow {
  const isWrong = findings.some(
    ({ at, severity }) => at.manifest === runner.config.manifest && severity === 'error',
  );
  return {
    name: runner.name,
    tags: tagsOf(runner),
    concurrency: concurrencyOf(runner),
    pools: [],
    cheapest: undefined,
    prewarm: undefined,
    managers: undefined,
    verdict: isWrong ? 'errors' : 'not proved',
  };
}

function managersOn({ managerPlaced }: ObservedRunner): string | undefined {
  const profile = managerPlaced?.fargate?.profile.name;
  return profile === undefined ? landing(managerPlaced)[0]?.pool.name : `${profile} on Fargate`;
}

/** Whether its jobs, and its manager where there is one, are known to have a place. */
function isPlaced({ job, manager, managerPlaced }: ObservedRunner): boolean {
  const lands = (placed: PlacedPod | undefined) =>
    placed?.fargate !== undefined || landing(placed).length > 0;
  return lands(job) && (manager === undefined || lands(managerPlaced));
}

function verdictOf(runner: ObservedRunner, severities: readonly Severity[], isNotProved: boolean): Verdict {
  if (severities.includes('error')) return 'errors';
  if (isNotProved) return 'not proved';
  if (severities.includes('warning')) return 'warnings';
  if (at(runner.manager?.body, ['spec', 'replicas']) !== 0) return 'ok';
  const file = textOf(at(runner.manager?.body, ['metadata', 'annotations', WAITING_ANNOTATION])) ?? '';
  return file.includes('/pull-secrets/') ? 'waits for a pull secret' : 'waits for its token';
}

/** Tags live on the GitLab server; an annotation tells them. */
function tagsOf(runner: Runner): readonly string[] {
  const { annotations } = (runner.config.manifest.body.metadata ?? {}) as {
    annotations?: Record<string, unknown>;
  };
  const tags = annotations?.[TAGS_ANNOTATION];
  return typeof tags === 'string' ? tags.split(',') : [];
}
