import type { FleetDescription } from '../model/fleet-description';

let receive: ((fleets: readonly FleetDescription[]) => void) | undefined;

/**
 * The fleets that a `main.ts` hands to `synth()`, without rendering them: for commands that ask about the description.
 *
 * @param load runs that `main.ts`
 */
export async function describedFleets(load: () => Promise<unknown>): Promise<readonly FleetDescription[]> {
  let fleets: readonly FleetDescription[] = [];
  receive = (described) => {
    fleets = fleets.concat(described);
  };
  try {
    await load();
  } finally {
    receive = undefined;
  }
  return fleets;
}

/** Whether a command asked for the description: then it has it now, and nothing is to be rendered. */
export function handOver(fleets: readonly FleetDescription[]): boolean {
  receive?.(fleets);
  return receive !== undefined;
}
