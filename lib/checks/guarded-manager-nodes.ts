import { isOurs } from '../cluster/guarded-places';
import { landing, type Subject } from '../cluster/observe';
import { isRenderedObject } from '../cluster/rendered-object';
import { untolerated } from '../karpenter/taints';
import type { Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** Pools on which managers of a rendered fleet land, and with them any pod of the cluster. */
export function managerNodeFindings({ runners, pools }: Subject): Finding[] {
  const rendered = runners.filter((runner) => isOurs(runner) || isRenderedObject(runner.config.manifest));
  const ofManagers = pools.filter((pool) =>
    rendered.some(({ managerPlaced }) => landing(managerPlaced).some((one) => one.pool === pool)),
  );
  return ofManagers
    .filter(({ taints }) => untolerated(taints, []).length === 0)
    .map((pool) =>
      finding('manager-nodes', {
        severity: 'error',
        at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'taints'] },
        found: 'no taint',
        why: 'any pod of the cluster lands beside the managers: one that breaks out of its container reads the tokens of all of them on their node',
        fix: 'render it again, or give the pool the taint that managers tolerate',
      }),
    );
}
