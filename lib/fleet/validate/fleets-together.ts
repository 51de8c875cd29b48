import type { Faults } from '../fault';
import type { RunnerFleetProps } from '../props/fleet';
import type { SealedTokens } from '../resolve/token';
import type { ResolvedFleet } from '../resolved-fleet';

/** Notes fleets that would overwrite each other's files or objects, and sealed tokens of no fleet. */
export function checkFleetsTogether(
  faults: Faults,
  descriptions: readonly RunnerFleetProps[],
  fleets: readonly ResolvedFleet[],
  sealedTokens: SealedTokens,
): void {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  for (const [index, fleet] of fleets.entries()) {
    const place = faults.at(fleet.name);
    if (names.has(fleet.name)) {
      place.add(
        'name',
        fleet.name,
        'two fleets have this name: they would be rendered into the same folder',
        'give each its own name',
      );
    }
    names.add(fleet.name);
    const field = descriptions[index].managerNamespace === undefined ? 'prefix' : 'managerNamespace';
    const shared = [...sharedNames(fleet)].filter((name) => owners.has(`${fleet.clusterName}/${name}`));
    const owner = owners.get(`${fleet.clusterName}/${shared[0]}`);
    if (owner !== undefined && owner !== fleet.name) {
      place.add(
        field,
        shared.join(', '),
        `fleet ${owner} renders objects of these names into cluster ${fleet.clusterName} too`,
        'give one of the fleets another prefix, or name their clusters',
      );
    }
    for (const name of sharedNames(fleet)) owners.set(`${fleet.clusterName}/${name}`, fleet.name);
  }
  for (const folder of new Set([...sealedTokens.keys()].map((file) => file.split('/')[1]))) {
    if (!names.has(folder)) {
      faults.add(
        `sealed/${folder}`,
        folder,
        'the folder belongs to no fleet',
        'delete it, or give the fleet its name back',
      );
    }
  }
}

function sharedNames(fleet: ResolvedFleet): Set<string> {
  return new Set([
    // EKS reads the log configuration of a cluster from one place.
    ...(fleet.fargate === undefined ? [] : ['aws-observability']),
    ...(fleet.prewarmPriority === undefined ? [] : [fleet.prewarmPriority]),
    fleet.managerNamespace.name,
    ...fleet.jobNamespaces.map(({ name }) => name),
    ...fleet.nodePools.map(({ name }) => name),
    ...fleet.nodeClasses.map(({ name }) => name),
  ]);
}
