import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { BurstPlan } from '../../lib/plan/burst';

/** A burst of all runners of the default fleet. */
export interface Burst {
  /** Of the four runners together. */
  readonly jobs: number;
  /** Managers of each runner. */
  readonly managers: number;
  /** Most vCPUs of a node, whose disk grows with them; the default of the fleet where nobody says. */
  readonly maxCpu?: number;
}

/** Seconds from a manager's request to its job. */
export const REQUEST_SECONDS = 0.5;

/** The default fleet, with managers that hold the jobs of a burst. */
export function fleetFor({ jobs, managers, maxCpu }: Burst): RunnerFleetProps {
  const kinds = (['amd64', 'arm64'] as const).flatMap((arch) =>
    (['spot', 'on-demand'] as const).map((capacity) => ({ arch, capacity })),
  );
  return {
    name: 'production',
    runnerDefaults: { concurrency: Math.ceil(jobs / kinds.length / managers), managers },
    runners: kinds.map((kind) => ({ name: `${kind.arch}-${kind.capacity}`, ...kind })),
    ...(maxCpu !== undefined && {
      nodePoolDefaults: { maxCpu },
      // As much for each vCPU as the defaults have: 100Gi for 16. Else disk is what the jobs of a node run out of.
      nodeClass: { rootVolume: { size: `${Math.ceil((100 / 16) * maxCpu)}Gi` } },
    }),
  };
}

/** What plans come to together. */
export function sumOf(plans: readonly BurstPlan[]): { readonly nodes: number; readonly usd: number } {
  return {
    nodes: plans.flatMap(({ machines }) => machines).reduce((sum, { count }) => sum + count, 0),
    usd: plans.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0),
  };
}
