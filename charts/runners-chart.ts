import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedFleet } from '../lib/fleet/resolved-fleet';
import { managerDisruptionBudget } from './disruption-budget';
import { LOGGING_NAMESPACE, loggingConfigManifest, loggingNamespaceManifest } from './fargate';
import { namespaceManifest } from './namespace';
import { jobNetworkPolicy, managerNetworkPolicy } from './network-policy';
import { addObject } from './patched-object';
import { RunnerChart } from './runner-chart';

/** The namespaced half of a fleet: namespaces, what guards them, and a chart for each runner. */
export class RunnersChart extends Chart {
  constructor(scope: Construct, id: string, fleet: ResolvedFleet) {
    super(scope, id);
    const { managerNamespace, jobNamespaces, patches } = fleet;
    for (const namespace of [managerNamespace, ...jobNamespaces]) {
      addObject(this, `namespace-${namespace.name}`, namespaceManifest(fleet, namespace), patches.Namespace);
    }
    addObject(
      this,
      `networkpolicy-${managerNamespace.name}`,
      managerNetworkPolicy(fleet),
      patches.NetworkPolicy,
    );
    for (const namespace of jobNamespaces) {
      addObject(
        this,
        `networkpolicy-${namespace.name}`,
        jobNetworkPolicy(fleet, namespace),
        patches.NetworkPolicy,
      );
    }
    addObject(
      this,
      'poddisruptionbudget-managers',
      managerDisruptionBudget(fleet),
      patches.PodDisruptionBudget,
    );
    if (fleet.fargate) {
      addObject(this, `namespace-${LOGGING_NAMESPACE}`, loggingNamespaceManifest(fleet));
      addObject(this, 'configmap-aws-logging', loggingConfigManifest(fleet, fleet.fargate));
    }
    for (const runner of fleet.runners) new RunnerChart(this, runner.name, fleet, runner);
  }
}
