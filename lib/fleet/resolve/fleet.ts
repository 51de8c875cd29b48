import { declaredNodes } from '../../contract';
import { prewarmPriorityName } from '../names';
import type { NormalFleet } from '../normal-fleet';
import type { ResolvedFleet } from '../resolved-fleet';
import { resolveAutoModeClass } from './auto-mode-class';
import { resolveFargate } from './fargate';
import { resolveGitlabCa } from './gitlab-ca';
import { jobServiceAccounts } from './job-service-accounts';
import { resolveClaims } from './job-volumes';
import { resolveMonitoring } from './monitoring';
import { jobNamespaces, managerNamespace } from './namespaces';
import { resolveNetwork } from './network';
import { resolveNodeClass } from './node-class';
import { resolveJobPool, resolveManagerPool } from './node-pools';
import { resolveOrphanCleanup } from './orphan-cleanup';
import { resolvePullSecrets } from './pull-secrets';
import { accountAnnotations, resolveRunner } from './runner';
import { gitlabAddress } from './runner-config';

/** A valid fleet with every decision taken. */
export function resolveFleet(fleet: NormalFleet): ResolvedFleet {
  const runners = fleet.runners.map((runner) => resolveRunner(runner, fleet));
  const jobPools = fleet.jobPools.map((pool) => resolveJobPool(pool, runners, fleet.runners));
  const nodePools = fleet.managerPool
    ? [...jobPools, resolveManagerPool(fleet.managerPool, runners)]
    : jobPools;
  return {
    name: fleet.name,
    clusterName: fleet.clusterName,
    gitlabUrl: gitlabAddress(fleet),
    gitlabCa: resolveGitlabCa(fleet),
    labels: fleet.labels,
    managerNamespace: managerNamespace(fleet),
    managerServiceAccount: sharedAccount(fleet),
    jobNamespaces: jobNamespaces(fleet, runners),
    jobClaims: resolveClaims(fleet),
    jobServiceAccounts: jobServiceAccounts(fleet),
    pullSecrets: resolvePullSecrets(fleet),
    nodePools,
    ...resolveClasses(fleet),
    fargate: resolveFargate(fleet),
    prewarmPriority: fleet.runners.some(({ prewarm }) => prewarm)
      ? prewarmPriorityName(fleet.prefix)
      : undefined,
    runners,
    orphanCleanup: resolveOrphanCleanup(fleet, runners),
    network: resolveNetwork(fleet, runners),
    monitoring: fleet.monitoring && resolveMonitoring(fleet, fleet.monitoring, runners, nodePools),
    manifests: fleet.manifests,
    existing: [...fleet.existing, ...nodesOfOthers(fleet)],
    patches: fleet.patches,
  };
}

function resolveClasses(fleet: NormalFleet): Pick<ResolvedFleet, 'nodeClasses' | 'autoModeClasses'> {
  const { compute, nodeClasses: all } = fleet;
  return compute === 'eks-auto-mode'
    ? { nodeClasses: [], autoModeClasses: all.map(resolveAutoModeClass) }
    : { nodeClasses: all.map((one) => resolveNodeClass(one, fleet)), autoModeClasses: [] };
}

/** Labels of nodes that the proof can't find among the manifests. */
function nodesOfOthers({ managerNodes, runners }: NormalFleet): readonly string[] {
  const places = [managerNodes, ...runners.map(({ existingPool }) => existingPool)];
  const labels = places.flatMap((one) => (one === undefined ? [] : Object.entries(one.nodeSelector)));
  return [...new Set(labels.map(([key, value]) => declaredNodes(key, value)))];
}

function sharedAccount({
  managerServiceAccount: name,
  runners,
}: NormalFleet): ResolvedFleet['managerServiceAccount'] {
  // Rules see to it that there is one role.
  return name === undefined
    ? undefined
    : { name, annotations: Object.assign({}, ...runners.map(accountAnnotations)) };
}
