import { describedFleets } from '../../lib/cli/describe-app';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';

/** The fleets of an example, beside those of other tests: with a prefix of their own, and the one node role that is here. */
export function fleetsOf(example: string, prefix: string): readonly RunnerFleetProps[] {
  return describedFleets(`examples/${example}`).map((fleet, index) => {
    const { nodeRole: _role, ...nodeClass } = fleet.nodeClass ?? {};
    return { ...fleet, clusterName: 'production', prefix: `${prefix}-${index}`, nodeClass };
  });
}
