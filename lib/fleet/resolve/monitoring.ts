import { checkSeconds, pauseSeconds } from '../../gitlab-runner/config/timing';
import { hasFeature, parseRunnerVersion } from '../../gitlab-runner/features';
import { jobsAtOnce } from '../../gitlab-runner/sizing';
import { longestWait, wholeMinutes } from '../../monitoring/alert';
import {
  jobPodAlerts,
  poolAlerts,
  type WatchedNamespace,
  type WatchedPool,
} from '../../monitoring/cluster-alerts';
import { managerAlerts, type WatchedRunner } from '../../monitoring/manager-alerts';
import { secondsOf } from '../../values/duration';
import { JOB_RULES, MANAGERS_MONITOR, NODE_RULES, runnerObjectName } from '../names';
import type { NormalFleet, NormalNodePool, NormalRunner } from '../normal-fleet';
import type { NormalMonitoring } from '../normal-monitoring';
import type { DisruptionBudget } from '../props/node-pool';
import type { ResolvedNodePool, ResolvedRunner } from '../resolved-fleet';
import type { ResolvedMonitoring } from '../resolved-monitoring';
import { resolveDashboard } from './dashboard';

const MINUTE = 60;
const HOUR = 3600;

/** Longest time for which GitLab holds a request for jobs before it answers that there is none, in seconds. */
const LONG_POLL = 50;
/** Seconds in which a manager's node starts, and its image is there. */
const NODE_START = 180;
/** Seconds that the startup probe of a manager allows. */
const MANAGER_START = 120;
/** Seconds beyond `consolidateAfter` in which Karpenter removes an empty node. */
const REMOVAL = 600;

/** What is scraped of a fleet, and what it alerts of: every threshold follows from the fleet here. */
export function resolveMonitoring(
  fleet: NormalFleet,
  monitoring: NormalMonitoring,
  runners: readonly ResolvedRunner[],
  nodePools: readonly ResolvedNodePool[],
): ResolvedMonitoring {
  const { interval, karpenter, kubeStateMetrics, labels, queueTime, runbookUrl } = monitoring;
  const intervalSeconds = secondsOf(interval);
  const managers = { fleet: fleet.name, namespace: fleet.managerNamespace };
  const settings = { intervalSeconds, runbookUrl, labels: managers };
  const ofRunners = runners.map((runner, index) => ({
    name: runnerObjectName(runner.name),
    runner: runner.name,
    alerts: managerAlerts(
      watchedRunner(fleet, fleet.runners[index], runner, { intervalSeconds, queue: secondsOf(queueTime) }),
      settings,
    ),
  }));
  const ofJobs = {
    name: JOB_RULES,
    runner: undefined,
    alerts: jobPodAlerts(watchedNamespaces(fleet), fleet.managerNamespace, {
      ...settings,
      labels: { fleet: fleet.name },
    }),
  };
  const pools = watchedPools(fleet, nodePools);
  const ofNodes = { name: NODE_RULES, runner: undefined, alerts: poolAlerts(pools, settings) };
  return {
    labels,
    monitor: MANAGERS_MONITOR,
    interval,
    karpenter,
    kubeStateMetrics,
    dashboard: monitoring.dashboard ? resolveDashboard(fleet, monitoring, runners, nodePools) : undefined,
    rules: [
      ...ofRunners,
      ...(kubeStateMetrics ? [ofJobs] : []),
      ...(karpenter && pools.length > 0 ? [ofNodes] : []),
    ],
  };
}

function watchedRunner(
  fleet: NormalFleet,
  { concurrency, jobNamespace, longestJob, runnerVersion }: NormalRunner,
  { drainSeconds, managers, name, waitsFor }: ResolvedRunner,
  { intervalSeconds, queue }: { readonly intervalSeconds: number; readonly queue: number },
): WatchedRunner {
  const [{ config }] = managers;
  const longest = secondsOf(longestJob);
  const release = parseRunnerVersion(runnerVersion);
  return {
    fleet: fleet.name,
    name,
    managers: managers.map((manager) => manager.name),
    jobNamespace,
    isRunning: waitsFor === undefined,
    jobsOfManager: jobsAtOnce(config),
    silence: wholeMinutes(
      Math.max(5 * MINUTE, 5 * (checkSeconds(config.check_interval) + LONG_POLL), 5 * intervalSeconds),
    ),
    pause: wholeMinutes(pauseSeconds(config.runners[0].unhealthy_interval)),
    start: NODE_START + MANAGER_START,
    // Few jobs fill a runner in ordinary use: then each slot has had more than one job.
    full: concurrency < 5 ? wholeMinutes(longest) : wholeMinutes(Math.max(15 * MINUTE, longest / 4)),
    failures: wholeMinutes(within(longest, HOUR, 6 * HOUR)),
    drain:
      release && hasFeature(release, 'process-state') ? lateDrain(drainSeconds, intervalSeconds) : undefined,
    grace: drainSeconds,
    queue,
  };
}

/** Some minutes before what is left is killed, as far as the grace has room for them, and early enough to be seen by then. */
function lateDrain(grace: number, interval: number): number {
  const late = grace - Math.max(longestWait({}, interval), Math.min(5 * MINUTE, grace / 10));
  return Math.max(1, Math.floor(late / interval) * interval);
}

/** Namespaces of jobs, and half of the time after which the runner gives up the first of their pods. */
function watchedNamespaces({ runners }: NormalFleet): readonly WatchedNamespace[] {
  const names = [...new Set(runners.map(({ jobNamespace }) => jobNamespace))];
  return names.map((name) => {
    const own = runners.filter(({ jobNamespace }) => jobNamespace === name);
    const [first] = own.map(({ pollTimeout }) => secondsOf(pollTimeout)).sort((a, b) => a - b);
    return { name, pending: Math.ceil(first / 2) };
  });
}

function watchedPools(
  { jobPools, managerPool, runners }: NormalFleet,
  resolved: readonly ResolvedNodePool[],
): readonly WatchedPool[] {
  const longest = Math.max(...runners.map(({ longestJob }) => secondsOf(longestJob)));
  const normal: readonly NormalNodePool[] = managerPool ? [...jobPools, managerPool] : jobPools;
  return resolved.map(({ budgets, consolidateAfter, name }, index) => {
    const pool = normal[index];
    const isOfJobs = pool !== managerPool;
    return {
      name,
      capacity: pool.capacity,
      interruptions: pool.capacity === 'spot' ? wholeMinutes(within(longest, HOUR, 6 * HOUR)) : undefined,
      idle: isOfJobs ? idleTime(consolidateAfter, budgets) : undefined,
    };
  });
}

/** Seconds for which an empty node may stay: a budget may hold it for the whole of its window. */
function idleTime(consolidateAfter: string, budgets: readonly DisruptionBudget[]): number | undefined {
  if (consolidateAfter === 'Never') return undefined;
  const holding = budgets.filter(
    ({ nodes, reasons }) => /^0%?$/.test(nodes) && (reasons === undefined || reasons.includes('Empty')),
  );
  if (holding.some(({ duration }) => duration === undefined)) return undefined;
  const held = Math.max(0, ...holding.map(({ duration = '0s' }) => secondsOf(duration)));
  return wholeMinutes(secondsOf(consolidateAfter) + held + REMOVAL);
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
