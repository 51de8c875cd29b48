import { SealedSecret } from '../imports/bitnami.com';
import { FILL_ANNOTATION, RUNNER_KEY, TAGS_ANNOTATION } from '../model/names';
import type { ResolvedFleet, ResolvedRunner } from '../model/resolved-fleet';
import { KEEP_ON_PRUNE, objectLabels } from './object-metadata';

/**
 * The token of a runner, sealed, or a placeholder: text that is no base64, so that the controller makes nothing of it
 * and leaves a live Secret as it is. `encryptedData: {}` would empty it. Never pruned: with it goes its Secret.
 */
export function sealedSecretManifest(fleet: ResolvedFleet, runner: ResolvedRunner): unknown {
  const { token, managerNamespace: namespace } = runner;
  const labels = { ...objectLabels(fleet, 'token', token.secretName), [RUNNER_KEY]: runner.name };
  const scope: Record<string, string> =
    token.scope === 'strict' ? {} : { [`sealedsecrets.bitnami.com/${token.scope}`]: 'true' };
  const howToFill: Record<string, string> =
    token.ciphertext === undefined ? { [FILL_ANNOTATION]: fillInstruction(runner) } : {};
  return SealedSecret.manifest({
    metadata: {
      name: token.secretName,
      namespace,
      labels,
      annotations: { ...KEEP_ON_PRUNE, ...scope, ...howToFill, [TAGS_ANNOTATION]: runner.tags.join(',') },
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

function fillInstruction({ token, managerNamespace, tags }: ResolvedRunner): string {
  return [
    `Create a runner in GitLab with the tags ${tags.join(',')}.`,
    `Seal the glrt- token that it shows: kubeseal --raw --namespace ${managerNamespace} --name ${token.secretName} --scope strict.`,
    `Put the output into ${token.file} as docs/tokens.md says, and run cdk8s synth.`,
  ].join(' ');
}
