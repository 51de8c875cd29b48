import { spotPool } from '../cluster/capacity-types';
import { displayName } from '../cluster/manifest';
import { landing, type ObservedRunner, type PlacedPod } from '../cluster/observe';
import type { Impact, Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** Pods that nothing interrupted, and that AWS may take the node of from now on. */
export const spotNodes: Rule = {
  id: 'spot-nodes',
  title: 'Jobs and managers that had nodes on demand, or Fargate, are interrupted where they land on Spot.',
  run: (comparison) =>
    runnerPairs(comparison).flatMap(({ before, after }): Impact[] => {
      if (!before) return [];
      const said = { id: 'spot-nodes', weight: 'disruptive' as const, why: WHY };
      const { config, manager } = after;
      const jobs = comesToSpot(jobsOf(before), jobsOf(after));
      const managers = comesToSpot([before.managerPlaced], [after.managerPlaced]);
      return [
        ...(jobs === undefined
          ? []
          : [
              {
                ...said,
                object: displayName(config.manifest),
                what: `New jobs of ${after.name} may land on Spot nodes, of the pool ${jobs}, and are cut when AWS takes one back; before, none did.`,
              },
            ]),
        ...(managers === undefined || manager === undefined
          ? []
          : [
              {
                ...said,
                object: displayName(manager),
                what: `The manager may land on Spot nodes, of the pool ${managers}, and loses its jobs when AWS takes one back; before, it did not.`,
              },
            ]),
      ];
    }),
};

const WHY = 'AWS takes a Spot node back with a warning of two minutes, whatever protects its pods.';

function jobsOf({ job, largestJob }: ObservedRunner): readonly (PlacedPod | undefined)[] {
  return [job, largestJob];
}

type Pods = readonly (PlacedPod | undefined)[];

/** The first pool on whose Spot nodes pods land that landed on none; undefined where they did, or where they landed is not known. */
function comesToSpot(before: Pods, after: Pods): string | undefined {
  const isKnown = before.some((placed) => placed?.fargate !== undefined || landing(placed).length > 0);
  if (!isKnown || before.some((placed) => spotPool(placed) !== undefined)) return undefined;
  return after.map(spotPool).find((name) => name !== undefined);
}
