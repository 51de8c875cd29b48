import { identityOf, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { podSpecOf, sourcesOfVolume } from '../cluster/workloads';
import { WAITING_ANNOTATION } from '../contract';
import { ciphertextFault } from '../sealed-secrets/ciphertext';
import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';
import { reloaderOf } from './config-reach';
import { isReplacedNow } from './managers';
import type { ObjectChange } from './objects';
import { isOfPullSecret } from './pull-secrets';
import { type Comparison, changesOf, type Impact, impact, isKept, type Rule, type Weight } from './rule';

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
  title:
    'Whoever owns the token of a runner chooses whose jobs run there; a ciphertext does not show who that is.',
  run: (comparison) => [
    ...changesOf(comparison, 'SealedSecret').flatMap((change) => tokenImpacts(change, comparison)),
    ...otherKeys(comparison).flatMap((change) => tokenImpacts(change, comparison)),
    ...keysElsewhere(comparison),
  ],
};

function tokenImpacts(change: ObjectChange, comparison: Comparison): Impact[] {
  const { before, after } = change;
  if (!after) return before ? goneWithSource(change, before, comparison) : [];
  const readers = readersOf(after, comparison.after);
  if (readers.length === 0 && isOfPullSecret(change)) return [];
  const added = unreadKeys(change, readers);
  const old = before && sealedOf(before, readersOf(before, comparison.before));
  const now = sealedOf(after, readers);
  if (old === now) return added;
  const isReplaced = readers.some((manager) => isReplacedNow(manager, comparison));
  if (now === undefined) return [...added, unsealed(change, isReplaced)];
  // What no manager reads is an object that none of a fleet is: unknown-object.
  if (!before && readers.length === 0) return [];
  const isFirst = old === undefined && !hadToken(after, comparison.before);
  return [...added, resealed(change, isFirst, readers, isReplaced)];
}

function resealed(
  change: ObjectChange,
  isFirst: boolean,
  readers: readonly Manifest[],
  isReplaced: boolean,
): Impact {
  if (!change.before && isFirst) return started(change, 'A sealed token is added', ADDED, 'info');
  const told = isFirst ? 'The token is sealed now' : 'The token is a different one';
  if (isReplaced) return started(change, told, REPLACED, isFirst ? 'info' : 'security');
  return unread(change, told, readers, isFirst);
}

/** Whether a manager ran on the Secret without its ciphertext being here: it had a token, from wherever that came. */
function hadToken(secret: Manifest, before: Subject): boolean {
  return readersOf(secret, before).some(
    ({ body }) => at(body, ['metadata', 'annotations', WAITING_ANNOTATION]) === undefined,
  );
}

/** A ciphertext that goes while its manager stays: the runner gets its token from elsewhere, or the next one seems to be the first. */
function goneWithSource(change: ObjectChange, before: Manifest, comparison: Comparison): Impact[] {
  const olds = readersOf(before, comparison.before);
  const isLeft = olds.some((old) =>
    comparison.after.manifests.some((one) => identityOf(old) === identityOf(one)),
  );
  if (!isLeft || sealedOf(before, olds) === undefined) return [];
  const what = `The token is no longer sealed here, and its manager stays: nothing here says which token it has next. ${WHOSE}`;
  return [impact('token-changed', 'security', change, what, AS_FIRST)];
}

/** Managers that read another key of a Secret that is filled elsewhere: another token, as far as anybody can tell. */
function keysElsewhere({ before, after, changes }: Comparison): Impact[] {
  const managers = new Set(after.runners.map(({ manager }) => manager));
  return changes.flatMap((change) => {
    if (!change.before || !change.after || !managers.has(change.after)) return [];
    const [old, now] = [change.before, change.after].map(keysBySecret);
    return [...now].flatMap(([secret, keys]) => {
      const known = old.get(secret);
      const isHere = [...before.manifests, ...after.manifests].some(
        ({ kind, name, namespace }) =>
          kind === 'SealedSecret' && name === secret && namespace === change.after?.namespace,
      );
      const added = keys.filter((key) => !known?.includes(key));
      if (isHere || known === undefined || added.length === 0) return [];
      const what = `The token is a different one: the manager reads ${added.join(', ')} of the Secret ${secret}, before ${known.join(', ')}. ${WHOSE}`;
      const why = 'The Secret is filled elsewhere, and nothing here says what it holds.';
      return [impact('token-changed', 'security', change, what, why)];
    });
  });
}

/** SealedSecrets that stay as they are, of which a manager that changes may read another key. */
function otherKeys({ before, after, changes }: Comparison): readonly ObjectChange[] {
  const isChanging = changes.some(({ after: one }) => after.runners.some(({ manager }) => manager === one));
  if (!isChanging) return [];
  const changing = new Set(changes.map((change) => change.after));
  return after.manifests
    .filter((one) => one.kind === 'SealedSecret' && !changing.has(one))
    .map((one) => ({
      before: before.manifests.find((old) => identityOf(old) === identityOf(one)),
      after: one,
    }));
}

/** Keys that a Secret gets and that no manager reads; which ones a manager reads shows where it names them. */
function unreadKeys(change: ObjectChange, readers: readonly Manifest[]): Impact[] {
  const { before, after } = change;
  if (!after || readers.length === 0) return [];
  const [olds, news] = [before, after].map((one) => new Set(ciphertextsOf(one).map(([key]) => key)));
  const read = readers.map((manager) => keysRead(manager, after.name));
  if (read.includes(undefined)) return [];
  const keys = [...news].filter((key) => !olds.has(key) && !read.some((list) => list?.includes(key)));
  if (keys.length === 0) return [];
  const what = `The Secret gets ${keys.join(', ')}, which no manager here reads.`;
  const why = 'A manager reads its token by its key alone; who else reads the Secret is not known here.';
  return [impact('token-changed', 'notice', change, what, why)];
}

const ADDED = 'A pod that reads a Secret by a variable waits until it is there.';
const REPLACED = 'The pod template of the manager changes too, and the new pod reads the new Secret.';

/** The managers that read a Secret, by a variable or by a volume. */
export function readersOf({ name, namespace }: Manifest, { runners }: Subject): readonly Manifest[] {
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

/** Whoever has the token chooses whose jobs these are; a ciphertext does not show whose token it is. */
const WHOSE = 'Jobs of whoever owns the token run in this tier.';

const AS_FIRST = 'Whatever token comes next seems to be the first of its runner.';

function started(change: ObjectChange, told: string, why: string, weight: Weight): Impact {
  const what = `${told}: its manager restarts once the Secret has it. ${WHOSE}`;
  return impact('token-changed', weight, change, what, why);
}

function unsealed(change: ObjectChange, isReplaced: boolean): Impact {
  const what = isReplaced
    ? 'The token is no longer sealed here: its manager stops, and the live Secret stays as it is.'
    : 'The token is no longer sealed here: the live Secret stays as it is, and managers run on.';
  const why = `A placeholder can not be decrypted, and changes nothing. ${AS_FIRST}`;
  return impact('token-changed', 'security', change, what, why);
}

/** A token that managers that run do not see. */
function unread(change: ObjectChange, told: string, readers: readonly Manifest[], isFirst: boolean): Impact {
  const reload = readers.map(reloaderOf).find((text) => text !== undefined);
  if (reload !== undefined) {
    const what = `${told}. The manager is replaced once the Secret has it. ${WHOSE}`;
    return impact('token-changed', isFirst ? 'info' : 'security', change, what, reload);
  }
  const what =
    readers.length > 0
      ? `${told}. Managers that run go on with the old one until someone restarts them: nothing here does. ${WHOSE}`
      : `${told}. No manager here reads it; one that runs elsewhere keeps the old one until it is restarted.`;
  const why = 'A runner reads its token when it starts, or registers; a Secret that changes restarts no pod.';
  return impact('token-changed', isFirst ? 'info' : 'security', change, what, why);
}

/** The ciphertexts that managers read of a SealedSecret, all of them where none says which; undefined for placeholders and none. */
function sealedOf(manifest: Manifest, readers: readonly Manifest[]): string | undefined {
  const keys = readers.map((manager) => keysRead(manager, manifest.name));
  const isRead = (key: string) =>
    keys.length === 0 || keys.some((list) => list === undefined || list.includes(key));
  const texts = ciphertextsOf(manifest).filter(([key]) => isRead(key));
  return texts.length === 0 ? undefined : JSON.stringify(texts.map(([, text]) => text).sort());
}

function ciphertextsOf(manifest: Manifest | undefined): readonly (readonly [key: string, text: string])[] {
  return Object.entries(fieldsOf(at(manifest?.body, ['spec', 'encryptedData']))).flatMap(([key, text]) =>
    typeof text === 'string' && ciphertextFault(text) === undefined ? [[key, text] as const] : [],
  );
}

/** Keys of a Secret that a manager reads by variables; undefined where it reads all that is there. */
function keysRead(manager: Manifest, secret: string): readonly string[] | undefined {
  return keysBySecret(manager).get(secret);
}

/** Keys that a manager reads by variables, by Secret. */
function keysBySecret(manager: Manifest): ReadonlyMap<string, readonly string[]> {
  const { initContainers, containers } = podSpecOf(manager);
  const found = new Map<string, string[]>();
  for (const container of [...listOf(initContainers), ...listOf(containers)])
    for (const variable of listOf(at(container, ['env']))) {
      const { name, key } = fieldsOf(at(variable, ['valueFrom', 'secretKeyRef']));
      const [secret, own] = [textOf(name), textOf(key)];
      if (secret !== undefined && own !== undefined) found.set(secret, [...(found.get(secret) ?? []), own]);
    }
  return found;
}
