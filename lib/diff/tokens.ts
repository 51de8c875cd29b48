import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { podSpecOf, sourcesOfVolume } from '../cluster/workloads';
import { ciphertextFault } from '../sealed-secrets/ciphertext';
import { at, type Fields, fieldsOf, listOf } from '../values/record';
import { reloaderOf } from './config-reach';
import { isReplacedNow } from './managers';
import { type ChangedObject, changesOf, type Impact, impact, isKept, type Rule } from './rule';

const SECRET_SOURCES = ['SealedSecret', 'ExternalSecret'];

/** A Secret whose source goes from git. */
export const secretRemoved: Rule = {
  id: 'secret-removed',
  title: 'A Secret whose SealedSecret or ExternalSecret is removed is deleted with it, unless that is kept.',
  run: (comparison) =>
    changesOf(comparison, ...SECRET_SOURCES).flatMap((change) => {
      if (!change.before || change.after) return [];
      if (isKept(change.before)) {
        const what = 'It and its Secret stay in the cluster until they are deleted.';
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
      const readers = readersOf(after, comparison.after);
      const isReplaced = readers.some((manager) => isReplacedNow(manager, comparison));
      if (now === undefined) return [unsealed(change, isReplaced)];
      if (!before) return [started(change, 'A sealed token is added', ADDED)];
      const told = old === undefined ? 'The token is sealed now' : 'The token is another';
      return [
        isReplaced ? started(change, told, REPLACED) : unread(change, told, readers, old === undefined),
      ];
    }),
};

const ADDED = 'A pod that reads a Secret by a variable waits until it is there.';
const REPLACED = 'The pod template of the manager changes too, and the new pod reads the new Secret.';

/** The managers that read a Secret, by a variable or by a volume. */
function readersOf({ name, namespace }: Manifest, { runners }: Subject): readonly Manifest[] {
  const managers = new Set(runners.flatMap(({ manager }) => manager ?? []));
  return [...managers].filter(
    (manager) => manager.namespace === namespace && secretsOf(podSpecOf(manager)).includes(name),
  );
}

/** Names of the Secrets that a pod reads. */
function secretsOf({ initContainers, containers, volumes }: Fields): readonly unknown[] {
  const mounted = listOf(volumes).flatMap(sourcesOfVolume);
  const given = [...listOf(initContainers), ...listOf(containers)].flatMap((container) => [
    ...listOf(at(container, ['env'])).map((one) => at(one, ['valueFrom', 'secretKeyRef', 'name'])),
    ...listOf(at(container, ['envFrom'])).map((one) => at(one, ['secretRef', 'name'])),
  ]);
  return [...given, ...mounted.map((source) => source.replace(/^Secret /, ''))];
}

function started(change: ChangedObject, told: string, why: string): Impact {
  const what = `${told}: its manager starts anew once the Secret has it.`;
  return impact('token-changed', 'info', change, what, why);
}

function unsealed(change: ChangedObject, isReplaced: boolean): Impact {
  const what = isReplaced
    ? 'The token is no longer sealed here: its manager stops, and the live Secret stays as it is.'
    : 'The token is no longer sealed here: the live Secret stays as it is, and managers run on.';
  const why = 'A placeholder can not be decrypted, and changes nothing.';
  return impact('token-changed', 'notice', change, what, why);
}

/** A token that managers that run do not see. */
function unread(change: ChangedObject, told: string, readers: readonly Manifest[], isFirst: boolean): Impact {
  const reload = readers.map(reloaderOf).find((text) => text !== undefined);
  if (reload !== undefined) {
    const what = `${told}. The manager is replaced once the Secret has it.`;
    return impact('token-changed', 'notice', change, what, reload);
  }
  const what =
    readers.length > 0
      ? `${told}. Managers that run go on with the old one until someone restarts them: nothing here does.`
      : `${told}. No manager here reads it; one that runs elsewhere keeps the old one until it is restarted.`;
  const why = 'A runner reads its token when it starts, or registers; a Secret that changes restarts no pod.';
  return impact('token-changed', isFirst ? 'info' : 'notice', change, what, why);
}

/** The ciphertext of a SealedSecret; undefined for a placeholder, and for none. */
function sealedOf(manifest: Manifest | undefined): string | undefined {
  const texts = Object.values(fieldsOf(at(manifest?.body, ['spec', 'encryptedData'])));
  const [text] = texts.filter((one) => typeof one === 'string' && ciphertextFault(one) === undefined);
  return text as string | undefined;
}
