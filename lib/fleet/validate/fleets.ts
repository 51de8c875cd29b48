import type { Faults } from '../fault';
import { sealedTokenFolder } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { SealedTokens } from '../sealed-tokens';
import { validateFleet } from './fleet';
import { checkIdsTogether } from './gitlab-id';

/** Reports everything that is wrong with fleets, but for what only decisions show. */
export function validateFleets(
  faults: Faults,
  fleets: readonly NormalFleet[],
  sealedTokens: SealedTokens,
): void {
  for (const [index, fleet] of fleets.entries()) validateFleet(faults.at(fleetPlace(fleet, index)), fleet);
  checkIdsTogether(faults, fleets);
  checkFolders(faults, fleets, sealedTokens);
}

/** What to call a fleet in a problem: its name, or its number without one. */
export function fleetPlace(fleet: { readonly name?: unknown } | undefined, index: number): string {
  return typeof fleet?.name === 'string' && fleet.name !== '' ? fleet.name : `fleets[${index}]`;
}

function checkFolders(faults: Faults, fleets: readonly NormalFleet[], sealedTokens: SealedTokens): void {
  const known = new Set(fleets.map(({ name }) => sealedTokenFolder(name)));
  const found = new Set([...sealedTokens.keys()].map((file) => sealedTokenFolder(file.split('/')[1])));
  for (const folder of found) {
    if (known.has(folder)) continue;
    const name = folder.split('/')[1];
    faults.add(
      `sealed/${name}`,
      name,
      'the folder belongs to no fleet',
      'delete it, or give the fleet its name back',
    );
  }
}
