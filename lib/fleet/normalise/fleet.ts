import { parseSealedTokenFile } from '../../sealed-secrets/sealed-token-file';
import {
  FARGATE_DEFAULTS,
  FLEET_DEFAULTS,
  JOB_NAMESPACE_DEFAULTS,
  NAMESPACE_DEFAULTS,
  ORPHAN_CLEANUP_DEFAULTS,
  TOKEN_DEFAULTS,
} from '../defaults';
import { managerNamespaceName, sealedTokenFolder } from '../names';
import type { NormalFargate, NormalFleet, SealedFile } from '../normal-fleet';
import type { FargateProps, NamespaceProps, OrphanCleanupProps, RunnerFleetProps } from '../props/fleet';
import type { SealedTokens } from '../sealed-tokens';
import { normaliseGitlabCa } from './gitlab-ca';
import { fillDefaults } from './merge-settings';
import { normaliseMonitoring } from './monitoring';
import { normaliseNetwork } from './network';
import { normaliseNodes } from './nodes';
import { normaliseProxy } from './proxy';
import { normalisePullSecrets } from './pull-secrets';
import { normaliseRunner } from './runner';

/**
 * A fleet with every default filled in, once and here. It has the right shape and may hold any nonsense: nothing is
 * judged and nothing is thrown.
 */
export function normaliseFleet(said: RunnerFleetProps, sealedTokens: SealedTokens): NormalFleet {
  const { name, runners, labels = {}, manifests = [], existing = [], patches = {} } = said;
  const prefix = said.prefix ?? FLEET_DEFAULTS.prefix;
  const surroundings = { fleet: said, prefix, sealedFiles: readSealedFiles(name, sealedTokens) };
  const fleet = {
    said,
    name,
    clusterName: said.clusterName ?? name,
    compute: said.compute ?? FLEET_DEFAULTS.compute,
    gitlabUrl: said.gitlabUrl ?? FLEET_DEFAULTS.gitlabUrl,
    gitlabCa: said.gitlabCa && normaliseGitlabCa(said.gitlabCa),
    prefix,
    managerNamespace: said.managerNamespace ?? managerNamespaceName(prefix),
    managerServiceAccount: said.managerServiceAccount,
    imageRegistry: said.imageRegistry ?? FLEET_DEFAULTS.imageRegistry,
    labels,
    tokensFrom: said.tokens?.from ?? TOKEN_DEFAULTS.from,
    proxy: said.proxy && normaliseProxy(said.proxy),
    ...normaliseNetwork(said.network ?? {}),
    monitoring: normaliseMonitoring(said),
    namespaces: normaliseNamespaces(said.namespaces),
    jobNamespaces: fillDefaults(JOB_NAMESPACE_DEFAULTS, said.jobNamespaces ?? {}),
    orphanCleanup: normaliseOrphanCleanup(said.orphanCleanup),
    fargate: said.fargate && normaliseFargate(said.fargate),
    managerNodes: said.managerNodes && fillDefaults({ tolerations: {} }, said.managerNodes),
    runners: runners.map((runner) => normaliseRunner(runner, surroundings)),
    sealedFiles: surroundings.sealedFiles,
    manifests,
    existing,
    patches,
  };
  const pullSecrets = normalisePullSecrets(
    said,
    fleet.managerNamespace,
    fleet.runners,
    fleet.sealedFiles,
    fleet.orphanCleanup?.imagePullSecrets ?? [],
  );
  return { ...fleet, pullSecrets, ...normaliseNodes(fleet) };
}

function normaliseNamespaces(said: readonly NamespaceProps[] = []): NormalFleet['namespaces'] {
  return said.map(({ podSecurity, ...one }) => ({ ...fillDefaults(NAMESPACE_DEFAULTS, one), podSecurity }));
}

function normaliseOrphanCleanup(said: OrphanCleanupProps = {}): NormalFleet['orphanCleanup'] {
  const { enabled, ...cleanup } = fillDefaults(ORPHAN_CLEANUP_DEFAULTS, said);
  return enabled ? cleanup : undefined;
}

function normaliseFargate(said: FargateProps): NormalFargate {
  const { region, managers, logRetentionDays } = fillDefaults(FARGATE_DEFAULTS, said);
  return { region, managers, logRetentionDays };
}

function readSealedFiles(fleet: string, sealedTokens: SealedTokens): readonly SealedFile[] {
  return [...sealedTokens]
    .filter(([file]) => file.startsWith(sealedTokenFolder(fleet)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, text]) => ({ file, text, content: parseSealedTokenFile(text) }));
}
