import { flagsOf } from '../../gitlab-runner/config/flags';
import { FLAG_NAMES, isFlag } from '../../gitlab-runner/feature-flags';
import { missingFeatures, parseRunnerVersion } from '../../gitlab-runner/features';
import {
  formatBinary,
  formatDecimal,
  parseQuantity,
  type Quantity,
  toMilli,
  toUnits,
} from '../../values/quantity';
import type { Faults } from '../fault';
import type { NormalFleet, NormalNodePool, NormalRunner } from '../normal-fleet';
import { jobsOfPool, type ResolvedFleet, type ResolvedRunner } from '../resolved-fleet';
import { checkHostUsers } from './auto-mode';
import { checkConfig } from './config';
import { checkFargateSize } from './fargate';

/** A fleet before and after its decisions. */
export interface Decided {
  readonly normal: NormalFleet;
  readonly resolved: ResolvedFleet;
}

/**
 * Reports what only decisions show: a config.toml that overrides spoil, jobs that no machine and no pool holds, and
 * objects of several fleets with one name.
 */
export function validateResolved(faults: Faults, fleets: readonly Decided[]): void {
  for (const { normal, resolved } of fleets) {
    const place = faults.at(normal.name);
    const runners = new Map(resolved.runners.map((runner) => [runner.name, runner]));
    for (const runner of normal.runners) {
      checkRunner(place.at(`runner ${runner.name}`), runner, runners.get(runner.name), normal);
    }
    for (const pool of normal.jobPools) checkLimits(place.at(pool.place), pool, resolved);
  }
  checkNames(faults, fleets);
}

function checkRunner(
  faults: Faults,
  runner: NormalRunner,
  resolved: ResolvedRunner | undefined,
  fleet: NormalFleet,
) {
  if (resolved === undefined) return;
  checkHostUsers(faults, runner, resolved, fleet);
  const { said, runnerVersion } = runner;
  const { config } = resolved.managers[0];
  if (said.config !== undefined) checkConfig(faults, config);
  const release = parseRunnerVersion(runnerVersion);
  for (const { since, what } of release ? missingFeatures(config, release) : []) {
    const rule = `the config needs ${since} or newer: ${what}`;
    faults.add('runnerVersion', runnerVersion, rule, `write "${since}"`);
  }
  for (const { name } of flagsOf(said.config?.runner ?? {})) {
    if (!FLAG_NAMES.includes(name) || isFlag(name, release)) continue;
    const rule = `GitLab Runner ${runnerVersion} has no feature flag of this name, and ignores it silently`;
    faults
      .at('config')
      .add(`runner.feature_flags.${name}`, 'set', rule, 'leave it out, or take another release');
  }
  if (resolved.pool !== undefined) return;
  const { cpu, memory, ephemeralStorage } = resolved.largestJob;
  checkFargateSize(faults, {
    cpuMilli: toMilli(cpu),
    memoryBytes: toUnits(memory),
    ephemeralStorageBytes: toUnits(ephemeralStorage),
  });
}

function checkLimits(faults: Faults, pool: NormalNodePool, { runners }: ResolvedFleet): void {
  const jobs = jobsOfPool(runners, { ...pool, arch: pool.arches[0] });
  for (const resource of ['cpu', 'memory'] as const) {
    const text = pool.limits[resource];
    const limit = text === undefined ? undefined : parseQuantity(text);
    const largest = jobs
      .map(({ largestJob }) => largestJob[resource])
      .reduce((most, one) => (one > most ? one : most), 0n);
    if (limit === undefined || limit >= largest) continue;
    const needed = resource === 'cpu' ? formatDecimal(largest) : formatBinary(largest);
    faults.add(
      `limits.${resource}`,
      text,
      `one job may ask for ${needed}: it would wait indefinitely`,
      `raise it to what a node has that holds such a job: more than "${roundUpText(resource, largest)}"`,
    );
  }
}

function roundUpText(resource: 'cpu' | 'memory', quantity: Quantity): string {
  return resource === 'cpu' ? `${toUnits(quantity)}` : `${Math.ceil(toUnits(quantity) / 1024 ** 3)}Gi`;
}

function checkNames(faults: Faults, fleets: readonly Decided[]): void {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const { normal, resolved: fleet } of fleets) {
    const place = faults.at(fleet.name);
    if (names.has(fleet.name)) {
      place.add(
        'name',
        fleet.name,
        'two fleets have this name: they would be rendered into the same folder',
        'give each its own name',
      );
    }
    names.add(fleet.name);
    const own = sharedNames(fleet);
    const shared = own.filter((name) => owners.has(`${fleet.clusterName}/${name}`));
    const owner = owners.get(`${fleet.clusterName}/${shared[0]}`);
    if (owner !== undefined && owner !== fleet.name) {
      place.add(
        normal.said.managerNamespace === undefined ? 'prefix' : 'managerNamespace',
        shared.join(', '),
        `fleet ${owner} renders objects of these names into cluster ${fleet.clusterName} too`,
        'give one of the fleets another prefix, or name their clusters',
      );
    }
    for (const name of own) owners.set(`${fleet.clusterName}/${name}`, fleet.name);
  }
}

/** Names of a fleet's objects that another fleet of the cluster could have too, each once. */
function sharedNames(fleet: ResolvedFleet): readonly string[] {
  const names = [
    // EKS reads the log configuration of a cluster from one place.
    ...(fleet.fargate === undefined ? [] : ['aws-observability']),
    ...(fleet.prewarmPriority === undefined ? [] : [fleet.prewarmPriority]),
    fleet.managerNamespace.name,
    ...fleet.jobNamespaces.map(({ name }) => name),
    ...fleet.nodePools.map(({ name }) => name),
    ...[...fleet.nodeClasses, ...fleet.autoModeClasses].map(({ name }) => name),
  ];
  return [...new Set(names)];
}
