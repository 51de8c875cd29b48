import type { ResolvedFleet, ResolvedRunner } from '../../fleet/resolved-fleet';
import type { Problem } from '../../problem';
import { nearestName } from '../../values/suggest';

/** A runner of the description, and how far its token is. */
export interface RunnerToken {
  readonly fleet: ResolvedFleet;
  readonly runner: ResolvedRunner;
  readonly state: TokenState;
}

/** How far a token is. Refused: a file is there, and `cdk8s synth` does not take it. */
export type TokenState =
  | { readonly is: 'sealed' | 'placeholder' | 'external' | 'existing' }
  | { readonly is: 'refused'; readonly why: string };

/** The tokens of all runners, in the order of the description. */
export function runnerTokens(
  fleets: readonly ResolvedFleet[],
  sealedTokens: ReadonlyMap<string, string>,
  faults: readonly Problem[],
): readonly RunnerToken[] {
  return fleets.flatMap((fleet) =>
    fleet.runners.map((runner) => ({ fleet, runner, state: stateOf(runner, sealedTokens, faults) })),
  );
}

function stateOf(
  { token }: ResolvedRunner,
  sealedTokens: ReadonlyMap<string, string>,
  faults: readonly Problem[],
): TokenState {
  if (token.from === 'external-secret') return { is: 'external' };
  if (token.from === 'existing-secret') return { is: 'existing' };
  if (!sealedTokens.has(token.file)) return { is: 'placeholder' };
  const why = faults.find(({ at }) => at.includes(token.file))?.why;
  return why === undefined ? { is: 'sealed' } : { is: 'refused', why };
}

/**
 * Faults that the states of runners' tokens and of other files do not report already.
 *
 * @param others files whose states are reported besides those of tokens
 */
export function otherFaults(
  tokens: readonly RunnerToken[],
  others: readonly string[],
  faults: readonly Problem[],
): readonly Problem[] {
  const files = tokens.flatMap(({ runner: { token } }) =>
    token.from === 'sealed-secret' ? [token.file] : [],
  );
  return faults.filter(({ at }) => ![...files, ...others].some((file) => at.includes(file)));
}

/**
 * The runner that someone names, for example `<runner>` or `<fleet>/<runner>`.
 *
 * @throws UnknownRunner where none or several have the name
 */
export function findRunner(tokens: readonly RunnerToken[], name: string): RunnerToken {
  const found = tokens.filter(({ fleet, runner }) =>
    [runner.name, `${fleet.name}/${runner.name}`].includes(name),
  );
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const choices = found.map(({ fleet, runner }) => `${fleet.name}/${runner.name}`);
    throw new UnknownRunner(`Several fleets have a runner ${name}. Write ${choices.join(' or ')}.`);
  }
  const names = tokens.flatMap(({ fleet, runner }) => [runner.name, `${fleet.name}/${runner.name}`]);
  const near = nearestName(name, names);
  const known = tokens.map(({ fleet, runner }) => `${fleet.name}/${runner.name}`);
  throw new UnknownRunner(
    `main.ts describes no runner of this name. ${near ? `Did you mean ${near}?` : `There are ${known.join(', ')}.`}`,
  );
}

/** A name that no runner has, or several. */
export class UnknownRunner extends Error {}
