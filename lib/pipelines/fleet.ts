import { maximumTimeoutSeconds } from '../cluster/longest-job';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { type ObservedPod, type PlacedPod, placer } from '../cluster/place-pod';
import { registeredRunner } from '../cluster/registered-runner';
import type { Runner } from '../cluster/runners';
import { fleetOf } from '../cluster/tiers';
import { at } from '../values/record';

/** A runner as GitLab knows it, with what its jobs run on where that is known. */
export interface FleetRunner {
  readonly name: string;
  /** Its tags; undefined where nothing says them. */
  readonly tags: readonly string[] | undefined;
  readonly isProtected: boolean;
  readonly takesUntagged: boolean;
  /** Seconds after which GitLab ends its jobs; undefined where nothing says it. */
  readonly maximumTimeoutSeconds: number | undefined;
  /** Whether it waits for its token and takes no job yet. */
  readonly isWaiting: boolean;
  /** What a file of runners says its jobs run on. */
  readonly said: SaidMachine | undefined;
  /** What its config and its pools make of jobs; undefined for a runner that only a file names. */
  readonly observed: ObservedMachine | undefined;
}

/** What a person says of the machine of jobs. */
export interface SaidMachine {
  readonly arch?: string;
  readonly spot?: boolean;
  readonly usdPerMinute?: number;
}

/** A runner of manifests, and how pods of its cluster land. */
export interface ObservedMachine {
  readonly runner: ObservedRunner;
  readonly place: (pod: ObservedPod) => PlacedPod;
}

/** The runners of a cluster: managers of one runner count once. */
export function fleetOfSubject(subject: Subject): readonly FleetRunner[] {
  const place = placer(subject.manifests, subject.pools, subject.settings.daemonSets);
  const all: readonly (readonly [Runner, ObservedMachine | undefined])[] = [
    ...subject.runners.map((runner) => [runner, { runner, place }] as const),
    ...subject.podless.map((runner) => [runner, undefined] as const),
  ];
  const byName = new Map<string, FleetRunner>();
  for (const [runner, observed] of all) {
    const key = JSON.stringify([fleetOf(runner), runner.name]);
    const known = byName.get(key);
    const one = fleetRunner(runner, observed);
    // Of several managers one that runs is enough.
    byName.set(key, known === undefined ? one : { ...known, isWaiting: known.isWaiting && one.isWaiting });
  }
  return [...byName.values()];
}

function fleetRunner(runner: Runner, observed: ObservedMachine | undefined): FleetRunner {
  const { saidTags, isProtected, takesUntagged } = registeredRunner(runner);
  return {
    name: runner.name,
    // The manager has the last word where it says something else than its config.
    tags: saidTags.at(-1)?.tags ?? (takesUntagged ? [] : undefined),
    isProtected,
    takesUntagged,
    maximumTimeoutSeconds: maximumTimeoutSeconds(runner.manager),
    isWaiting: at(runner.manager?.body, ['spec', 'replicas']) === 0,
    said: undefined,
    observed,
  };
}
