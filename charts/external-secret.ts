import {
  ExternalSecret,
  ExternalSecretSpecSecretStoreRefKind,
  ExternalSecretSpecTargetCreationPolicy,
  ExternalSecretSpecTargetDeletionPolicy,
} from '../imports/external-secrets.io';
import { RUNNER_KEY, TAGS_ANNOTATION } from '../lib/contract';
import type {
  ExternalToken,
  ResolvedFleet,
  ResolvedRunner,
  ResolvedToken,
} from '../lib/fleet/resolved-fleet';
import { KEEP_ON_PRUNE, objectLabels } from './object-metadata';

const STORE_KINDS = {
  ClusterSecretStore: ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE,
  SecretStore: ExternalSecretSpecSecretStoreRefKind.SECRET_STORE,
};

/** The token of a runner, read from a store outside the cluster. Never pruned: with it goes its Secret. */
export function externalSecretManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  token: ResolvedToken & ExternalToken,
): unknown {
  const labels = { ...objectLabels(fleet, 'token', token.secretName), [RUNNER_KEY]: runner.name };
  return ExternalSecret.manifest({
    metadata: {
      name: token.secretName,
      namespace: runner.managerNamespace,
      labels,
      annotations: { ...KEEP_ON_PRUNE, [TAGS_ANNOTATION]: runner.tags.join(',') },
    },
    spec: {
      refreshInterval: token.refreshInterval,
      secretStoreRef: { kind: STORE_KINDS[token.store.kind], name: token.store.name },
      target: {
        name: token.secretName,
        creationPolicy: ExternalSecretSpecTargetCreationPolicy.OWNER,
        // A token that is gone from the store stays in the cluster: a manager that runs goes on.
        deletionPolicy: ExternalSecretSpecTargetDeletionPolicy.RETAIN,
        template: { metadata: { labels } },
      },
      data: [
        {
          secretKey: token.key,
          remoteRef: { key: token.storeKey, property: token.property, version: token.version },
        },
      ],
    },
  });
}
