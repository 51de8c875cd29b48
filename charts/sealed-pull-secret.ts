import { SealedSecret } from '../imports/bitnami.com';
import { FILL_ANNOTATION } from '../lib/contract';
import { PULL_SECRET_KEY } from '../lib/fleet/names';
import type { ResolvedFleet, ResolvedPullSecret } from '../lib/fleet/resolved-fleet';
import { KEEP_ON_PRUNE, objectLabels } from './object-metadata';
import { placeholderAnnotations, sealedScope } from './sealed-secret';

/** A pull secret, sealed, or a placeholder that leaves a live Secret as it is. Never pruned: with it goes its Secret. */
export function sealedPullSecretManifest(fleet: ResolvedFleet, secret: ResolvedPullSecret): unknown {
  const { ciphertext, file, name, namespace } = secret;
  const labels = objectLabels(fleet, 'pull-secret', name);
  const scope = sealedScope(secret.scope);
  const command = `npm run tokens -- seal-pull-secret ${fleet.name}/${name}`;
  const placeholder =
    ciphertext === undefined ? { [FILL_ANNOTATION]: command, ...placeholderAnnotations } : {};
  return SealedSecret.manifest({
    metadata: { name, namespace, labels, annotations: { ...KEEP_ON_PRUNE, ...scope, ...placeholder } },
    spec: {
      encryptedData: { [PULL_SECRET_KEY]: ciphertext ?? `not sealed yet, see ${file}` },
      template: {
        metadata: { labels, ...(secret.scope !== 'strict' && { annotations: scope }) },
        type: 'kubernetes.io/dockerconfigjson',
      },
    },
  });
}
