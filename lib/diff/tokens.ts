import type { Manifest } from '../cluster/manifest';
import { ciphertextFault } from '../sealed-secrets/ciphertext';
import { at, fieldsOf } from '../values/record';
import { changesOf, impact, isKept, type Rule } from './rule';

const SECRET_SOURCES = ['SealedSecret', 'ExternalSecret'];

/** A Secret whose source goes from git. */
export const secretRemoved: Rule = {
  id: 'secret-removed',
  title: 'A Secret whose SealedSecret or ExternalSecret is removed is deleted with it, unless that is kept.',
  run: (comparison) =>
    changesOf(comparison, ...SECRET_SOURCES).flatMap((change) => {
      if (!change.before || change.after) return [];
      if (isKept(change.before)) {
        const what = 'It and its Secret stay in the cluster until somebody deletes them.';
        return [
          impact(
            'secret-removed',
            'info',
            change,
            what,
            'It is annotated so that Flux and Argo CD do not prune it.',
          ),
        ];
      }
      const what = 'Its Secret is deleted. A manager that reads it runs on, and can not start again.';
      return [
        impact(
          'secret-removed',
          'notice',
          change,
          what,
          'The controller owns the Secret: it goes with what made it.',
        ),
      ];
    }),
};

/** A ciphertext that changes, comes or goes. */
export const tokenChanged: Rule = {
  id: 'token-changed',
  title: 'A new ciphertext replaces its manager alone; a placeholder leaves the live Secret as it is.',
  run: (comparison) =>
    changesOf(comparison, 'SealedSecret').flatMap((change) => {
      const { before, after } = change;
      const [old, now] = [sealedOf(before), sealedOf(after)];
      if (!after || old === now) return [];
      if (now === undefined) {
        const what =
          'The token is no longer sealed here: its manager stops, and the live Secret stays as it is.';
        return [
          impact(
            'token-changed',
            'notice',
            change,
            what,
            'A placeholder can not be decrypted, and changes nothing.',
          ),
        ];
      }
      const first = before && old === undefined ? 'The token is sealed now' : 'The token is another';
      const what = `${before ? first : 'A sealed token is added'}: its manager starts anew once the Secret has it.`;
      const why =
        'The key within the Secret follows from the ciphertext, and the new pod waits for that key.';
      return [impact('token-changed', 'info', change, what, why)];
    }),
};

/** The ciphertext of a SealedSecret; undefined for a placeholder, and for none. */
function sealedOf(manifest: Manifest | undefined): string | undefined {
  const texts = Object.values(fieldsOf(at(manifest?.body, ['spec', 'encryptedData'])));
  const [text] = texts.filter((one) => typeof one === 'string' && ciphertextFault(one) === undefined);
  return text as string | undefined;
}
