import { FLEET_DEFAULTS } from '../defaults';
import { DescriptionError, Faults } from '../fault';
import { prewarmPriorityName } from '../names';
import { mergeSettings } from '../normalise/merge-settings';
import type { RunnerFleetProps } from '../props/fleet';
import type { RunnerProps } from '../props/runner';
import type { ResolvedFleet } from '../resolved-fleet';
import { checkFargateFleet } from '../validate/fargate';
import { checkFleet } from '../validate/fleet';
import { checkFleetsTogether } from '../validate/fleets-together';
import { checkRunnersTogether } from '../validate/runners-together';
import { checkShape, isFleetList } from '../validate/shape';
import { checkTokensTogether } from '../validate/tokens-together';
import { resolveCapacity } from './capacity';
import { resolveFargate } from './fargate';
import { jobNamespaces, managerNamespace } from './namespaces';
import { resolveNetwork } from './network';
import { resolveRunner } from './runner';
import type { SealedTokens } from './token';

/**
 * Fleets with every decision taken.
 *
 * @throws DescriptionError with all faults of all fleets, if there is any
 */
export function resolveFleets(
  descriptions: readonly RunnerFleetProps[],
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
function placeOf(fleet: RunnerFleetProps | undefined, index: number): string {
  return typeof fleet?.name === 'string' && fleet.name !== '' ? fleet.name : `fleets[${index}]`;
}

function resolveFleet(faults: Faults, fleet: RunnerFleetProps, sealedTokens: SealedTokens): ResolvedFleet {
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
function withDefaults(fleet: RunnerFleetProps, runner: RunnerProps): RunnerProps {
  const merged = mergeSettings<Partial<RunnerProps>>(fleet.runnerDefaults, runner) as RunnerProps;
  return { ...merged, tags: [...(fleet.runnerDefaults?.tags ?? []), ...(runner.tags ?? [])] };
}
