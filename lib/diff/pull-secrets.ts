import type { Manifest } from '../cluster/manifest';
import { ciphertextFault } from '../sealed-secrets/ciphertext';
import { at, fieldsOf } from '../values/record';
import type { ObjectChange } from './objects';
import { changesOf, type Impact, impact, type Rule } from './rule';

/** What images are pulled with. */
export const pullSecretChanged: Rule = {
  id: 'pull-secret-changed',
  title:
    'Nodes pull images with the credentials of a pull secret; a ciphertext does not show whose they are.',
  run: (comparison) => changesOf(comparison, 'SealedSecret').filter(isOfPullSecret).flatMap(impactsOf),
};

/** Whether an object becomes, or became, a Secret of the type that pull secrets have. */
export function isOfPullSecret({ before, after }: ObjectChange): boolean {
  return [before, after].some((one) =>
    /^kubernetes\.io\/dockerc(?:onfigjson|fg)$/.test(String(at(one?.body, ['spec', 'template', 'type']))),
  );
}

function impactsOf(change: ObjectChange): Impact[] {
  if (!change.after) return [];
  const [old, now] = [change.before, change.after].map(sealedOf);
  if (old === now) return [];
  const of = (weight: Impact['weight'], what: string, why: string) => [
    impact('pull-secret-changed', weight, change, what, why),
  ];
  if (now === undefined) {
    const what = 'The pull secret is no longer sealed here: the live Secret stays as it is.';
    return of('notice', what, 'A placeholder can not be decrypted, and changes nothing.');
  }
  if (old === undefined)
    return of('info', 'Nodes pull images with the pull secret once its Secret is there.', READ_AT_PULL);
  const what =
    'The pull secret is a different one: nodes pull with it from then on, and no pod is replaced. If its credentials are wrong, new jobs fail.';
  return of('notice', what, `${READ_AT_PULL} The ciphertext does not show whose credentials they are.`);
}

const READ_AT_PULL = 'The kubelet reads a pull secret at each pull.';

/** All that is sealed in an object; undefined for a placeholder, and without an object. */
function sealedOf(manifest: Manifest | undefined): string | undefined {
  const texts = Object.values(fieldsOf(at(manifest?.body, ['spec', 'encryptedData']))).filter(
    (text) => typeof text === 'string' && ciphertextFault(text) === undefined,
  );
  return texts.length === 0 ? undefined : JSON.stringify(texts);
}
