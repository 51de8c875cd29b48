import { Faults, stopAt } from './fault';
import { normaliseFleet } from './normalise/fleet';
import type { RunnerFleetProps } from './props/fleet';
import { resolveFleet } from './resolve/fleet';
import type { ResolvedFleet } from './resolved-fleet';
import type { SealedTokens } from './sealed-tokens';
import { fleetPlace, validateFleets } from './validate/fleets';
import { validateResolved } from './validate/resolved';
import { checkShape, isFleetList } from './validate/shape';

/**
 * Fleets with every decision taken: shape, then defaults, then rules, then decisions, then the rules that judge those.
 *
 * @throws DescriptionError with all problems of all fleets, if there is any
 */
export function resolveFleets(
  descriptions: readonly RunnerFleetProps[],
  sealedTokens: SealedTokens,
): readonly ResolvedFleet[] {
  const faults = Faults.collect();
  checkShapes(faults, descriptions);
  // Nothing can be read out of a description of another shape.
  stopAt(faults);
  const fleets = descriptions.map((fleet) => normaliseFleet(fleet, sealedTokens));
  validateFleets(faults, fleets, sealedTokens);
  // Nothing can be decided about a description that is wrong.
  stopAt(faults);
  const decided = fleets.map((normal) => ({ normal, resolved: resolveFleet(normal) }));
  validateResolved(faults, decided);
  stopAt(faults);
  return decided.map(({ resolved }) => resolved);
}

function checkShapes(faults: Faults, descriptions: readonly RunnerFleetProps[]): void {
  if (!isFleetList(faults, descriptions)) return;
  if (descriptions.length === 0) {
    faults.add('main.ts', descriptions, 'a project renders at least one fleet', 'pass a fleet to synth()');
  }
  for (const [index, fleet] of descriptions.entries()) checkShape(faults.at(fleetPlace(fleet, index)), fleet);
}
