import { namespaceOfJobs } from '../../cluster/namespaces';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { fleetOf } from '../../cluster/tiers';
import { at, listOf } from '../../values/record';

/**
 * The runners that a new one is held to: those of its fleet, which is its tier of trust. Where that has none yet, those whose
 * jobs have its namespace; else all. The laxest tier of a cluster does not count for the others.
 */
export function peersOf(runner: ObservedRunner, { runners }: Subject): readonly ObservedRunner[] {
  const fleet = fleetOf(runner);
  const ofFleet = fleet === undefined ? [] : runners.filter((one) => fleetOf(one) === fleet);
  if (ofFleet.length > 0) return ofFleet;
  const namespace = namespaceOfJobs(runner);
  const near = runners.filter((one) => namespaceOfJobs(one) === namespace);
  return near.length > 0 ? near : runners;
}

/** Whether a runner is one that was there with a further manager: it has the same name and the same token. */
export function isKnownRunner(runner: ObservedRunner, { runners }: Subject): boolean {
  return runners.some((one) => one.name === runner.name && tokenOf(one) === tokenOf(runner));
}

function tokenOf({ manager, managerPod, table }: ObservedRunner): string {
  const references = listOf(managerPod.containers).flatMap((container) =>
    listOf(at(container, ['env'])).map((variable) => at(variable, ['valueFrom', 'secretKeyRef', 'name'])),
  );
  return JSON.stringify([manager?.namespace, references, table.token]);
}
