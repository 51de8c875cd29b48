import {
  type NodePoolSpecDisruptionBudgetsReasons as BudgetReason,
  type NodePoolSpecDisruptionConsolidationPolicy as ConsolidationPolicy,
  NodePoolSpecLimits as Limit,
  NodePool,
  type NodePoolSpecTemplateSpecRequirementsOperator as Operator,
  type NodePoolSpecTemplateSpecStartupTaintsEffect as StartupEffect,
  NodePoolSpecTemplateSpecTaintsEffect as TaintEffect,
} from '../imports/karpenter.sh';
import { DEDICATED_KEY } from '../lib/contract';
import type { ResolvedFleet, ResolvedNodePool } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** The NodePool of one architecture and capacity type. Its template changes only when nodes should be replaced. */
export function nodePoolManifest(fleet: ResolvedFleet, pool: ResolvedNodePool): unknown {
  return NodePool.manifest({
    metadata: { name: pool.name, labels: { ...objectLabels(fleet, 'node-pool', pool.name) } },
    spec: {
      weight: pool.weight,
      limits: { cpu: Limit.fromString(pool.limits.cpu), memory: Limit.fromString(pool.limits.memory) },
      disruption: {
        consolidationPolicy: pool.consolidationPolicy as ConsolidationPolicy,
        consolidateAfter: pool.consolidateAfter,
        budgets: pool.budgets.map(({ nodes, reasons, schedule, duration }) => ({
          nodes,
          reasons: reasons?.map((reason) => reason as BudgetReason),
          schedule,
          duration,
        })),
      },
      template: {
        metadata: { labels: { [DEDICATED_KEY]: pool.dedicatedTo, ...pool.nodeLabels } },
        spec: {
          nodeClassRef: { ...pool.classKind, name: pool.nodeClass },
          requirements: pool.requirements.map(({ key, operator, values, minValues }) => ({
            key,
            operator: operator as Operator,
            values: values && [...values],
            minValues,
          })),
          taints: [{ key: DEDICATED_KEY, value: pool.dedicatedTo, effect: TaintEffect.NO_SCHEDULE }],
          startupTaints:
            pool.startupTaints.length > 0
              ? pool.startupTaints.map(({ effect, ...rest }) => ({
                  ...rest,
                  effect: effect as StartupEffect,
                }))
              : undefined,
          expireAfter: pool.expireAfter,
          terminationGracePeriod: pool.terminationGracePeriod,
        },
      },
    },
  });
}
