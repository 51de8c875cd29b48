import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { findingsIn } from '../checks/cases';
import { render, sealedTokens } from '../fleets';

/** What the proof says of a fleet with sealed tokens, notes aside. */
export function proved(fleet: RunnerFleetProps): readonly string[] {
  return findingsIn(render(fleet, sealedTokens(fleet)))
    .filter(({ severity }) => severity !== 'note')
    .map(({ id, why }) => `${id}: ${why}`);
}
