import { appendFileSync } from 'node:fs';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { isTable } from '../values/record';

/**
 * Environment variable: a file to which an app appends its fleets, one line of JSON each, instead of rendering them.
 * Commands that ask about descriptions set it and run the app, as the cdk8s CLI does with `CDK8S_OUTDIR`.
 */
export const DESCRIPTION_FILE = 'RUNNER_FLEET_DESCRIPTION';

/** Appends fleets to the file that the environment names; false without one, and then they are to be rendered. */
export function recordFleets(fleets: unknown): boolean {
  const file = process.env[DESCRIPTION_FILE];
  if (!file) return false;
  for (const fleet of (Array.isArray(fleets) ? fleets : []) as readonly RunnerFleetProps[]) {
    const line = jsonOf(fleet);
    if (line !== undefined) appendFileSync(file, `${line}\n`);
  }
  return true;
}

/** Undefined for what is not data; resolving reports it. Objects of the owner may be functions, and no command asks for them. */
function jsonOf(fleet: unknown): string | undefined {
  try {
    return JSON.stringify(isTable(fleet) ? { ...fleet, manifests: undefined } : fleet);
  } catch {
    return undefined;
  }
}
