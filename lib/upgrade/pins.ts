import type { Override } from '../fleet/override';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import type { NodeClassProps } from '../fleet/props/node-class';
import type { ResolvedFleet } from '../fleet/resolved-fleet';
import { AMI_ALIAS, RUNNER_VERSION } from '../fleet/versions';
import { isPinnedAlias } from '../karpenter/ami-family';
import type { FieldPath } from '../values/field-path';
import { isTable } from '../values/record';

/** What moves: the release of GitLab Runner, or the image of nodes. */
export type Kind = 'runner' | 'ami';

/** A place of a description that decides about a version, whether it says one or not. */
export interface Pin {
  readonly kind: Kind;
  /** Index of the fleet. */
  readonly fleet: number;
  /** Where it is said, or would be, within the fleet. */
  readonly path: FieldPath;
  /** Whether the description says it; else it is the default of this package. */
  readonly isSaid: boolean;
  readonly version: string;
  /** Indexes of the runners that have it; none for images of nodes. */
  readonly runners: readonly number[];
}

/** A fleet as it is described and as it is decided. */
export interface FleetPair {
  readonly said: RunnerFleetProps;
  readonly resolved: ResolvedFleet;
}

/** Every place that decides about a version, in the order of the descriptions. */
export function pinsOf(fleets: readonly FleetPair[]): readonly Pin[] {
  return fleets.flatMap((pair, fleet) => [...runnerPins(pair.said, fleet), ...amiPins(pair, fleet)]);
}

/** What runners inherit is one place. A null takes back what `runnerDefaults` says. */
function runnerPins({ runnerDefaults, runners }: RunnerFleetProps, fleet: number): readonly Pin[] {
  const inherited = runnerDefaults?.runnerVersion;
  const own = runners.flatMap(({ runnerVersion }, index): Pin[] => {
    if (runnerVersion === undefined) return [];
    const pin = {
      kind: 'runner',
      fleet,
      path: ['runners', index, 'runnerVersion'],
      runners: [index],
    } as const;
    return [{ ...pin, isSaid: runnerVersion !== null, version: runnerVersion ?? RUNNER_VERSION }];
  });
  const heirs = runners.flatMap(({ runnerVersion }, index) => (runnerVersion === undefined ? [index] : []));
  if (heirs.length === 0) return own;
  const shared: Pin = {
    kind: 'runner',
    fleet,
    path: ['runnerDefaults', 'runnerVersion'],
    isSaid: inherited !== undefined,
    version: inherited ?? RUNNER_VERSION,
    runners: heirs,
  };
  return [shared, ...own];
}

/** Aliases that are said, and the default where some node class has it and nothing says so. */
function amiPins({ said, resolved }: FleetPair, fleet: number): readonly Pin[] {
  const used = new Set(
    resolved.nodeClasses.flatMap(({ amiSelectorTerms }) =>
      amiSelectorTerms.flatMap((term) => ('alias' in term && term.alias ? [term.alias] : [])),
    ),
  );
  const pin = { kind: 'ami', fleet, runners: [] } as const;
  const saidHere = classesOf(said).flatMap(([path, { amiAlias }]): Pin[] =>
    typeof amiAlias === 'string' && isPinnedAlias(amiAlias) && used.has(amiAlias)
      ? [{ ...pin, path: [...path, 'amiAlias'], isSaid: true, version: amiAlias }]
      : [],
  );
  const byDefault = used.has(AMI_ALIAS) && !saidHere.some(({ version }) => version === AMI_ALIAS);
  return byDefault
    ? [{ ...pin, path: ['nodeClass', 'amiAlias'], isSaid: false, version: AMI_ALIAS }, ...saidHere]
    : saidHere;
}

/** Node classes of a description, with their places. */
function classesOf({
  nodeClass,
  nodePoolDefaults,
  nodePools = [],
  managerNodePool,
}: RunnerFleetProps): readonly (readonly [path: FieldPath, said: Override<NodeClassProps>])[] {
  const all: readonly (readonly [path: FieldPath, said: unknown])[] = [
    [['nodeClass'], nodeClass],
    [['nodePoolDefaults', 'nodeClass'], nodePoolDefaults?.nodeClass],
    ...nodePools.map((pool, index) => [['nodePools', index, 'nodeClass'], pool.nodeClass] as const),
    [['managerNodePool', 'nodeClass'], managerNodePool?.nodeClass],
  ];
  return all.flatMap(([path, said]) =>
    isTable(said) ? [[path, said as Override<NodeClassProps>] as const] : [],
  );
}
