import type { Faults } from '../fault';
import { isPullSecretFile, sealedTokenFile } from '../names';
import type { NormalFleet, NormalRunner, NormalToken } from '../normal-fleet';

/** Reports tokens that two runners would share, and files below `sealed/<fleet>/` that belong to no runner. */
export function validateTokensTogether(faults: Faults, fleet: NormalFleet): void {
  checkPlaces(faults, fleet.runners);
  checkSealedFiles(faults, fleet);
}

function checkSealedFiles(faults: Faults, fleet: NormalFleet): void {
  const { name, pullSecrets, runners, tokensFrom, sealedFiles } = fleet;
  const isSealed = tokensFrom === 'sealed-secret';
  const expected = new Set([
    ...(isSealed ? runners.map((runner) => sealedTokenFile(name, runner.name)) : []),
    ...pullSecrets.map(({ file }) => file),
  ]);
  const owners = new Map<string, string>();
  for (const { file, content } of sealedFiles) {
    if (!expected.has(file)) checkStray(faults, file, fleet);
    if (typeof content === 'string') continue;
    const owner = owners.get(content.ciphertext);
    if (owner !== undefined) addCopy(faults, file, owner, fleet);
    owners.set(content.ciphertext, file);
  }
}

function addCopy(faults: Faults, file: string, owner: string, { name }: NormalFleet): void {
  if (isPullSecretFile(name, file)) {
    const rule = `the same ciphertext is in ${owner}: it is bound to one namespace and name`;
    faults.add(file, 'a copy', rule, 'seal the pull secret again; see docs/private-registries.md');
    return;
  }
  faults.add(
    file,
    'a copy',
    `the same ciphertext is in ${owner}: each runner has a token of its own`,
    'create a runner in GitLab for it and seal its token',
  );
}

function checkStray(faults: Faults, file: string, { name, tokensFrom: from }: NormalFleet): void {
  if (isPullSecretFile(name, file)) {
    const rule =
      'no pod of this fleet pulls with this Secret in this namespace, or sealedPullSecrets does not name it';
    faults.add(
      file,
      file,
      rule,
      'delete the file, or name the Secret in sealedPullSecrets and imagePullSecrets',
    );
    return;
  }
  if (from !== 'sealed-secret') {
    const rule = `tokens of this fleet come from "${from}", and nothing reads the file`;
    faults.add(file, file, rule, 'delete it');
    return;
  }
  faults.add(
    file,
    file,
    'the file belongs to no runner: a ciphertext is bound to the name of its Secret and can not follow a renamed runner',
    'delete the file, or give the runner its name back; seal a new token for a new name',
  );
}

/** Two runners of one token are one runner to GitLab, with the tags of the one and the jobs of both. */
function checkPlaces(faults: Faults, runners: readonly NormalRunner[]): void {
  const owners = new Map<string, string>();
  for (const { name, token } of runners) {
    const place = placeOf(token);
    if (place === undefined) continue;
    const owner = owners.get(place.id);
    if (owner !== undefined) {
      const rule = `runner ${owner} has its token there: each runner has a token of its own`;
      faults.at(`runner ${name}`).at('token').add(place.field, place.value, rule, 'name another one');
    }
    owners.set(place.id, name);
  }
}

function placeOf(token: NormalToken): { id: string; field: string; value: string } | undefined {
  if (token.from === 'existing-secret')
    return { id: `${token.secretName}/${token.key}`, field: 'secret', value: token.secretName };
  if (token.from === 'external-secret')
    return { id: `${token.storeKey}#${token.property ?? ''}`, field: 'storeKey', value: token.storeKey };
  return undefined;
}
