import { SealedSecret } from '../imports/bitnami.com';
import { FILL_ANNOTATION, RUNNER_KEY, TAGS_ANNOTATION } from '../lib/contract';
import type {
  Labels,
  ResolvedFleet,
  ResolvedRunner,
  ResolvedToken,
  SealedToken,
} from '../lib/fleet/resolved-fleet';
import { KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/** Its failure to unseal would make the whole Application Degraded, and hide a manager that really fails. */
export const placeholderAnnotations: Labels = { 'argocd.argoproj.io/ignore-healthcheck': 'true' };

/** Annotations of what a ciphertext is bound to; none where it is bound to namespace and name. */
export function sealedScope(scope: SealedToken['scope']): Labels {
  return scope === 'strict' ? {} : { [`sealedsecrets.bitnami.com/${scope}`]: 'true' };
}

/**
 * The token of a runner, sealed, or a placeholder: text that is not base64, so that the controller makes nothing of it
 * and leaves a live Secret as it is. `encryptedData: {}` would empty it. Never pruned: with it goes its Secret.
 */
export function sealedSecretManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  token: ResolvedToken & SealedToken,
): unknown {
  const { managerNamespace: namespace } = runner;
  const labels = { ...objectLabels(fleet, 'token', token.secretName), [RUNNER_KEY]: runner.name };
  const scope = sealedScope(token.scope);
  const placeholder: Record<string, string> =
    token.ciphertext === undefined
      ? {
          [FILL_ANNOTATION]: `npm run tokens -- howto ${fleet.name}/${runner.name}`,
          ...placeholderAnnotations,
        }
      : {};
  return SealedSecret.manifest({
    metadata: {
      name: token.secretName,
      namespace,
      labels,
      annotations: { ...KEEP_ON_PRUNE, ...scope, ...placeholder, [TAGS_ANNOTATION]: runner.tags.join(',') },
    },
    spec: {
      encryptedData: { [token.key]: token.ciphertext ?? `not sealed yet, see ${token.file}` },
      template: {
        metadata: { labels, ...(token.scope !== 'strict' && { annotations: scope }) },
        type: 'Opaque',
      },
    },
  });
}
