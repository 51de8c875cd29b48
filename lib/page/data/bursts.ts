import { landing, type ObservedRunner, type Subject } from '../../cluster/observe';
import { concurrencyOfEach } from '../../cluster/runners';
import { type BurstPlan, type BurstTerm, planBursts } from '../../plan/burst';
import type { PageAssumptions, PageBurst, PageStop, PageTerm } from './page-data';
import { stopsFor } from './stops';

/** Kinds of runner above which plans are made for fewer numbers of jobs: a page has to stay small. */
const MANY = 40;

/** Plans for every runner of a cluster whose jobs land; runners that are alike share one. */
export function burstsOf(subject: Subject, assumptions: PageAssumptions): readonly PageBurst[] {
  const kinds = new Map<string, string[]>();
  for (const [name, managers] of managersByName(subject)) {
    const key = kindOf(managers);
    if (key !== undefined) kinds.set(key, [...(kinds.get(key) ?? []), name]);
  }
  return [...kinds.values()].flatMap((names) => burstOf(subject, names, assumptions, kinds.size > MANY));
}

/** Runners by their names, as a plan puts them together. */
export function managersByName({ runners }: Subject): ReadonlyMap<string, readonly ObservedRunner[]> {
  const found = new Map<string, ObservedRunner[]>();
  for (const runner of runners) {
    const known = found.get(runner.name);
    if (known === undefined) found.set(runner.name, [runner]);
    else known.push(runner);
  }
  return found;
}

/** What a plan reads of the managers of a runner; undefined where no job lands. */
function kindOf(managers: readonly ObservedRunner[]): string | undefined {
  const [{ job }] = managers;
  const places = landing(job).map(({ pool }) => pool.name);
  if (job?.fargate?.size === undefined && places.length === 0) return undefined;
  const asks = managers.map((one) => [
    one.replicas,
    concurrencyOfEach(one),
    one.table.request_concurrency,
    one.table.kubernetes.poll_interval,
    one.config.parsed?.check_interval,
  ]);
  const { requests, selections, tolerations, spreadKeys } = job?.pod ?? {};
  return JSON.stringify([asks, places, requests, selections, tolerations, spreadKeys, job?.fargate?.size]);
}

function burstOf(
  subject: Subject,
  names: readonly string[],
  assumptions: PageAssumptions,
  isCoarse: boolean,
): readonly PageBurst[] {
  const planFor = (jobs: number) =>
    planBursts(subject, { jobs, ...assumptions }, names[0]).find(({ runner }) => runner === names[0]);
  const first = planFor(1);
  if (first === undefined) return [];
  const plans = stopsFor(
    first.terms.map(({ allows }) => allows),
    isCoarse,
  ).flatMap((jobs) => planFor(jobs) ?? []);
  const terms = new Map<string, readonly PageTerm[]>();
  const stops = plans.map((plan) => stopOf(plan, indexOf(terms, plan.terms)));
  return [{ runners: names, managers: first.managers, terms: [...terms.values()], stops }];
}

/** Place of a list of terms among those that are known, which it joins. */
function indexOf(known: Map<string, readonly PageTerm[]>, terms: readonly BurstTerm[]): number {
  const own = terms.map(({ name, allows, because }) => ({ name, allows: finite(allows), because }));
  const key = JSON.stringify(own);
  if (!known.has(key)) known.set(key, own);
  return [...known.keys()].indexOf(key);
}

function stopOf(plan: BurstPlan, terms: number): PageStop {
  return {
    jobs: plan.question.jobs,
    terms,
    machines: plan.machines,
    usdPerHour: finite(plan.usdPerHour),
    vcpus: plan.vcpus,
    addresses: plan.addresses,
    seconds: plan.secondsToTake,
    apiRequestsAtStart: plan.apiRequestsAtStart,
    apiRequestsPerSecond: plan.apiRequestsPerSecond,
    raise: plan.terms.filter(({ allows }) => allows < plan.question.jobs).map(({ raise }) => raise),
  };
}

function finite(count: number): number | null {
  return Number.isFinite(count) ? count : null;
}
