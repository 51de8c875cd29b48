import { FLEET_DEFAULTS } from './defaults';
import { checkShape, isFleetList } from './description-shape';
import { checkFargateFleet } from './fargate-rules';
import { DescriptionError, Faults } from './fault';
import type { FleetDescription } from './fleet-description';
import { checkFleet } from './fleet-rules';
import { checkFleetsTogether } from './fleets-together';
import { mergeSettings } from './merge-settings';
import { prewarmPriorityName } from './names';
import { resolveCapacity } from './resolve-capacity';
import { resolveFargate } from './resolve-fargate';
import { jobNamespaces, managerNamespace } from './resolve-namespaces';
import { resolveNetwork } from './resolve-network';
import { resolveRunner } from './resolve-runner';
import type { SealedTokens } from './resolve-token';
import type { ResolvedFleet } from './resolved-fleet';
import type { RunnerDescription } from './runner-description';
import { checkRunnersTogether } from './runners-together';
import { checkTokensTogether } from './tokens-together';

/**
 * Fleets with every decision taken.
 *
 * @throws DescriptionError with all faults of all fleets, if there is any
 */
export function resolveFleets(
  descriptions: readonly FleetDescription[],
  sealedTokens: SealedTokens,
): readonly ResolvedFleet[] {
  const faults = Faults.collect();
  if (!isFleetList(faults, descriptions)) throw new DescriptionError(faults.all());
  if (descriptions.length === 0) {
    faults.add('main.ts', descriptions, 'a project renders at least one fleet', 'pass a fleet to synth()');
  }
  for (const [index, fleet] of descriptions.entries()) checkShape(faults.at(placeOf(fleet, index)), fleet);
  // Nothing can be read out of a description of another shape.
  if (faults.all().length > 0) throw new DescriptionError(faults.all());
  const fleets = descriptions.map((fleet, index) =>
    resolveFleet(faults.at(placeOf(fleet, index)), fleet, sealedTokens),
  );
  checkFleetsTogether(faults, descriptions, fleets, sealedTokens);
  if (faults.all().length > 0) throw new DescriptionError(faults.all());
  return fleets;
}

/** What to call a fleet in a fault: its name, or its number without one. */
function placeOf(fleet: FleetDescription | undefined, index: number): string {
  return typeof fleet?.name === 'string' && fleet.name !== '' ? fleet.name : `fleets[${index}]`;
}

function resolveFleet(faults: Faults, fleet: FleetDescription, sealedTokens: SealedTokens): ResolvedFleet {
  checkFleet(faults, fleet);
  const prefix = fleet.prefix ?? FLEET_DEFAULTS.prefix;
  const namespace = fleet.managerNamespace ?? `${prefix}-runners`;
  const gitlabUrl = String(fleet.gitlabUrl ?? FLEET_DEFAULTS.gitlabUrl).replace(/\/+$/, '');
  const descriptions = fleet.runners.map((runner) => withDefaults(fleet, runner));
  checkRunnersTogether(faults, descriptions, prefix, namespace);
  checkFargateFleet(faults, fleet, descriptions);
  const runners = descriptions.map((runner) =>
    resolveRunner(faults.at(`runner ${runner.name}`), runner, {
      fleet,
      prefix,
      gitlabUrl,
      managerNamespace: namespace,
      sealedTokens,
    }),
  );
  checkTokensTogether(faults, fleet, runners, sealedTokens);
  return {
    name: fleet.name,
    clusterName: fleet.clusterName ?? fleet.name,
    gitlabUrl,
    labels: fleet.labels ?? {},
    managerNamespace: managerNamespace(namespace, descriptions),
    jobNamespaces: jobNamespaces(descriptions, prefix),
    ...resolveCapacity(faults, fleet, prefix, descriptions, runners),
    fargate: resolveFargate(fleet, descriptions, prefix, namespace),
    prewarmPriority: descriptions.some((one) => one.prewarm) ? prewarmPriorityName(prefix) : undefined,
    runners,
    network: resolveNetwork(faults.at('network'), fleet, gitlabUrl),
    patches: fleet.patches ?? {},
  };
}

/** A runner with the fleet's defaults beneath it. Tags add up; a runner that is alone in a setting keeps it. */
function withDefaults(fleet: FleetDescription, runner: RunnerDescription): RunnerDescription {
  const merged = mergeSettings<Partial<RunnerDescription>>(fleet.runnerDefaults, runner) as RunnerDescription;
  return { ...merged, tags: [...(fleet.runnerDefaults?.tags ?? []), ...(runner.tags ?? [])] };
}
