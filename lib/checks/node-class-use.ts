import type { Manifest } from '../cluster/manifest';
import { mayBe, type NodePool } from '../cluster/node-pools';
import { landing, type PlacedPod, type Subject } from '../cluster/observe';
import { familyName } from '../karpenter/ami-family';
import { CAPACITY_TYPE_LABEL } from '../karpenter/labels';
import { has } from '../karpenter/requirement';
import { podRequirements } from '../karpenter/requirements';
import { userDataFault } from '../karpenter/user-data';
import { at, listOf, textOf } from '../values/record';
import { holdsVariable } from '../values/run-time-variable';
import type { Finding } from './finding';
import { POOLS_USABLE_RULES } from './pools-usable-rules';

const { finding } = POOLS_USABLE_RULES;

/** What node classes of these pools ask for in vain. Those of EKS Auto Mode have no user data. */
export function classUseFindings(subject: Subject): readonly Finding[] {
  const byClass = new Map<Manifest, NodePool[]>();
  for (const pool of subject.pools) {
    if (!pool.nodeClass) continue;
    const { manifest } = pool.nodeClass;
    byClass.set(manifest, [...(byClass.get(manifest) ?? []), pool]);
  }
  return [...byClass].flatMap(([nodeClass, pools]) => [
    ...userDataFindings(nodeClass, pools),
    ...reservationFindings(nodeClass, pools, subject),
  ]);
}

function userDataFindings(manifest: Manifest, [{ nodeClass }]: readonly NodePool[]): Finding[] {
  const text = textOf(at(manifest.body, ['spec', 'userData']));
  if (nodeClass === undefined || text === undefined || holdsVariable(text)) return [];
  const fault = userDataFault(familyName(nodeClass.spec), text);
  if (fault === undefined) return [];
  const { severity, why, fix } = fault;
  const effect = severity === 'error' ? 'Karpenter starts no node with it' : 'nodes start without it';
  const found = `${text.trim().split('\n')[0].slice(0, 60)} ...`;
  return [
    finding('user-data', {
      severity,
      at: { manifest, path: ['spec', 'userData'] },
      found,
      why: `${why}: ${effect}`,
      fix,
    }),
  ];
}

/** Reservations are paid for, whoever runs on them. */
function reservationFindings(manifest: Manifest, pools: readonly NodePool[], subject: Subject): Finding[] {
  const path = ['spec', 'capacityReservationSelectorTerms'];
  const terms = listOf(at(manifest.body, path));
  if (terms.length === 0) return [];
  const unused = (why: string, fix: string) => [
    finding('unused-reservation', {
      severity: 'warning',
      at: { manifest, path },
      found: terms.map((term) => JSON.stringify(term)).join(', '),
      why: `${why}: the reservation is paid for and not used`,
      fix,
    }),
  ];
  const names = (some: readonly NodePool[]) => some.map(({ name }) => name).join(', ');
  const takers = pools.filter((pool) => mayBe(pool, 'reserved'));
  if (takers.length === 0)
    return unused(
      `${names(pools)} ${pools.length === 1 ? 'does' : 'do'} not admit ${CAPACITY_TYPE_LABEL} reserved`,
      `add reserved to ${CAPACITY_TYPE_LABEL} of a pool`,
    );
  const placed = subject.runners
    .flatMap(({ job, largestJob, managerPlaced }) => [job, largestJob, managerPlaced])
    .filter((one) => one !== undefined)
    .filter((one) => landing(one).some(({ pool }) => takers.includes(pool)));
  // Pods of other workloads may use it.
  if (placed.length === 0 || placed.some(mayBeReserved)) return [];
  return unused(
    `all pods that land on ${names(takers)} ask for another ${CAPACITY_TYPE_LABEL}`,
    'let them ask for either by a node affinity (In [reserved, on-demand]) instead of node_selector',
  );
}

function mayBeReserved({ pod }: PlacedPod): boolean {
  return pod.selections.some((selection) => {
    const wanted = podRequirements(selection).get(CAPACITY_TYPE_LABEL);
    return wanted === undefined || has(wanted, 'reserved');
  });
}
