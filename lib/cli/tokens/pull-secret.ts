import type { ResolvedFleet, ResolvedPullSecret } from '../../fleet/resolved-fleet';
import type { Problem } from '../../problem';
import { nearestName } from '../../values/suggest';

/** A pull secret of the description, with how far it is in each namespace. */
export interface PullSecret {
  readonly fleet: ResolvedFleet;
  readonly name: string;
  readonly copies: readonly PullSecretCopy[];
}

export interface PullSecretCopy {
  readonly namespace: string;
  readonly file: string;
  readonly state:
    | { readonly is: 'sealed' | 'placeholder' }
    | { readonly is: 'refused'; readonly why: string };
}

/** The pull secrets of all fleets that are sealed here, in the order of the description. */
export function pullSecretsOf(
  fleets: readonly ResolvedFleet[],
  sealedTokens: ReadonlyMap<string, string>,
  faults: readonly Problem[],
): readonly PullSecret[] {
  return fleets.flatMap((fleet) => {
    const names = [...new Set(fleet.pullSecrets.map(({ name }) => name))];
    return names.map((name) => ({
      fleet,
      name,
      copies: fleet.pullSecrets
        .filter((one) => one.name === name)
        .map(({ namespace, file }) => ({ namespace, file, state: stateOf(file, sealedTokens, faults) })),
    }));
  });
}

function stateOf(
  file: ResolvedPullSecret['file'],
  sealedTokens: ReadonlyMap<string, string>,
  faults: readonly Problem[],
): PullSecretCopy['state'] {
  if (!sealedTokens.has(file)) return { is: 'placeholder' };
  const why = faults.find(({ at }) => at.includes(file))?.why;
  return why === undefined ? { is: 'sealed' } : { is: 'refused', why };
}

/**
 * The pull secret that someone names, for example `<name>` or `<fleet>/<name>`.
 *
 * @throws UnknownPullSecret where none or several have the name
 */
export function findPullSecret(secrets: readonly PullSecret[], name: string): PullSecret {
  const found = secrets.filter((one) => [one.name, fullName(one)].includes(name));
  if (found.length === 1) return found[0];
  if (found.length > 1)
    throw new UnknownPullSecret(
      `Several fleets have a pull secret ${name}. Write ${found.map(fullName).join(' or ')}.`,
    );
  if (secrets.length === 0)
    throw new UnknownPullSecret("main.ts seals no pull secret. Name it in the fleet's sealedPullSecrets.");
  const near = nearestName(
    name,
    secrets.flatMap((one) => [one.name, fullName(one)]),
  );
  const known = `There are ${secrets.map(fullName).join(', ')}.`;
  throw new UnknownPullSecret(
    `No fleet of main.ts names this in sealedPullSecrets. ${near ? `Did you mean ${near}?` : known}`,
  );
}

/** What a pull secret is called on a command line. */
export function fullName({ fleet, name }: PullSecret): string {
  return `${fleet.name}/${name}`;
}

/** A name that no pull secret has, or several. */
export class UnknownPullSecret extends Error {}
