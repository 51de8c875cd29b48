import {
  clusterOfProfiles,
  type FargateProfile,
  fargateProfilesOf,
  isMadeForFargate,
} from '../../cluster/fargate-profiles';
import { displayName, type Manifest } from '../../cluster/manifest';
import { landing, type ObservedRunner, type PlacedPod, type Subject } from '../../cluster/observe';
import { matchesGlob } from '../../values/glob';
import { type Comparison, changesOf, firstFew, type Impact, impact, type Rule } from '../rule';
import { all } from './all-names';
import { ownNamespaces } from './known-objects';
import { runnerPairs } from './runner-pairs';

/** Pods that a Fargate profile takes, or no longer takes. */
export const fargateSelectors: Rule = {
  id: 'fargate-selectors',
  title:
    'A Fargate profile takes pods by namespace and labels, whoever made them; no network policy and no daemonset holds them there.',
  run: (comparison) => [
    ...takenImpacts(comparison),
    ...movedImpacts(comparison),
    ...otherClusterImpacts(comparison),
  ],
};

type Selector = FargateProfile['selectors'][number];

/** Pods of others that selectors of the later revision take, and none before took. */
function takenImpacts(comparison: Comparison): Impact[] {
  const changes = changesOf(comparison, 'ClusterConfig', 'FargateProfile');
  if (changes.length === 0) return [];
  const known = selectorsOf(comparison.before);
  const own = ownNamespaces(comparison);
  return changes.flatMap((change) => {
    if (!change.after) return [];
    const taken = fargateProfilesOf([change.after])
      .flatMap(({ selectors }) => selectors)
      .filter((selector) => !isOfRunners(selector, own) && !known.some((old) => holds(old, selector)));
    if (taken.length === 0) return [];
    const what = `Pods run on Fargate from now on: ${all(taken.map(formatSelector), '; ')}.`;
    const why = 'Network policies are not enforced there, and no agent of a daemonset runs.';
    return [impact('fargate-selectors', 'security', change, what, why)];
  });
}

function selectorsOf({ manifests }: Subject): readonly Selector[] {
  return fargateProfilesOf(manifests).flatMap(({ selectors }) => selectors);
}

/** Whether a selector takes pods of this project's runners alone: what else has their label in their namespace? */
function isOfRunners({ namespace, labels }: Selector, own: ReadonlySet<string>): boolean {
  return own.has(namespace) && isMadeForFargate(labels);
}

/** Whether a selector takes all pods that another one takes, as far as that shows. */
function holds(wide: Selector, narrow: Selector): boolean {
  return (
    isWithin(narrow.namespace, wide.namespace) &&
    Object.entries(wide.labels).every(
      ([key, value]) => Object.hasOwn(narrow.labels, key) && isWithin(narrow.labels[key], value),
    )
  );
}

/** Whether each text of a pattern is one of another pattern. */
function isWithin(narrow: string, wide: string): boolean {
  return narrow === wide || wide === '*' || (!/[*?]/.test(narrow) && matchesGlob(wide, narrow));
}

function formatSelector({ namespace, labels }: Selector): string {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}: ${value}`);
  return `those of ${namespace}${wanted.length > 0 ? ` with ${wanted.join(', ')}` : ', all of them'}`;
}

/** Profiles that are made in another cluster from now on, so that their own one lacks them. */
function otherClusterImpacts({ before, after }: Comparison): Impact[] {
  const known = profileClusters(before);
  const now = profileClusters(after);
  const lost = [...known.keys()].filter((cluster) => !now.has(cluster));
  if (lost.length === 0) return [];
  return [...now]
    .filter(([cluster]) => !known.has(cluster))
    .map(([cluster, manifest]) => ({
      id: 'fargate-selectors',
      weight: 'disruptive',
      object: displayName(manifest),
      what: `Its profiles are made in the cluster ${cluster}, and none here is one of ${firstFew(lost)} any more: pods for Fargate wait there once its profiles are deleted.`,
      why: 'A profile selects pods of its own cluster alone.',
    }));
}

/** The clusters that profiles are made in, each with an object that says so. */
function profileClusters({ manifests }: Subject): ReadonlyMap<string, Manifest> {
  return new Map(
    fargateProfilesOf(manifests).flatMap(({ manifest }) => {
      const cluster = clusterOfProfiles(manifest);
      return cluster === undefined ? [] : [[cluster, manifest] as const];
    }),
  );
}

/** Jobs and managers that go to Fargate, or that no profile takes any more. */
function movedImpacts(comparison: Comparison): Impact[] {
  const pairs = runnerPairs(comparison);
  return (['job', 'managerPlaced'] as const).flatMap((role) =>
    pairs.flatMap(({ before, after }): Impact[] => {
      const [old, now] = [before?.[role], after[role]];
      if (!old || !now) return [];
      const who = role === 'job' ? 'Jobs' : 'Managers';
      const told = moveOf(old, now);
      if (told === undefined) return [];
      const object = displayName(objectOf(role, after));
      return [{ id: 'fargate-selectors', object, ...told, what: `${who} of ${after.name} ${told.what}` }];
    }),
  );
}

function objectOf(role: 'job' | 'managerPlaced', { config, manager }: ObservedRunner) {
  return role === 'job' ? config.manifest : (manager ?? config.manifest);
}

function moveOf(old: PlacedPod, now: PlacedPod): Pick<Impact, 'weight' | 'what' | 'why'> | undefined {
  if (!old.fargate && now.fargate)
    return {
      weight: 'security',
      what: `run on Fargate from now on, by the profile ${now.fargate.profile.name}: no network policy holds them there.`,
      why: 'The VPC CNI enforces network policies on nodes alone.',
    };
  if (!old.fargate || now.fargate) return undefined;
  const pools = [...new Set(landing(now).map(({ pool }) => pool.name))];
  const why = `The profile ${old.fargate.profile.name} took them before, and no profile does now.`;
  return pools.length > 0
    ? { weight: 'notice', what: `run on nodes from now on, of ${firstFew(pools)}.`, why }
    : {
        weight: 'disruptive',
        what: 'are taken by no Fargate profile any more, and no pool here takes them: they wait.',
        why,
      };
}
