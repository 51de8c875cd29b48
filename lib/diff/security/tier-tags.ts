import { displayName } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { coveringTags, type RegisteredRunner, registeredRunner } from '../../cluster/registered-runner';
import { fleetOf } from '../../cluster/tiers';
import type { Comparison, Impact, Rule } from '../rule';

/** Runners that come to take jobs that are meant for one of another tier. */
export const tierTags: Rule = {
  id: 'tier-tags',
  title:
    'A runner with all tags of one of another tier gets jobs that are meant for that one, with their secrets.',
  run: ({ before, after }: Comparison) => {
    const known = new Set(coversIn(before).map(keyOf));
    return coversIn(after)
      .filter((cover) => isOfOtherTier(cover) && !known.has(keyOf(cover)))
      .flatMap(impactOf);
  },
};

interface Tagged extends RegisteredRunner {
  readonly runner: ObservedRunner;
  readonly fleet: string | undefined;
}

/** A runner that has every tag of another one. */
interface Cover {
  readonly taker: Tagged;
  readonly owner: Tagged;
}

/** Runners with those that have all of their tags, found by the tag that fewest have. */
function coversIn({ runners }: Subject): readonly Cover[] {
  const all = distinct(runners);
  const byTag = new Map<string, Tagged[]>();
  for (const one of all)
    for (const tag of new Set(one.saidTags.flatMap(({ tags }) => tags)))
      byTag.set(tag, [...(byTag.get(tag) ?? []), one]);
  return all.flatMap((owner) => {
    const candidates = owner.saidTags.flatMap(
      ({ tags }) => tags.map((tag) => byTag.get(tag) ?? []).sort((a, b) => a.length - b.length)[0],
    );
    return [...new Set(candidates)]
      .filter((taker) => taker !== owner && coveringTags(taker, owner) !== undefined)
      .map((taker) => ({ taker, owner }));
  });
}

/** One of the managers of each runner. */
function distinct(runners: readonly ObservedRunner[]): readonly Tagged[] {
  const found = new Map<string, Tagged>();
  for (const runner of runners) {
    const one = { ...registeredRunner(runner), runner, fleet: fleetOf(runner) };
    const known = found.get(nameOf(one));
    found.set(nameOf(one), known ? { ...known, saidTags: [...known.saidTags, ...one.saidTags] } : one);
  }
  return [...found.values()];
}

function nameOf({ fleet, runner }: Tagged): string {
  return JSON.stringify([fleet, runner.name]);
}

function keyOf({ taker, owner }: Cover): string {
  return `${nameOf(taker)} ${nameOf(owner)}`;
}

function isOfOtherTier({ taker, owner }: Cover): boolean {
  return isOfOtherFleet(taker, owner) || (owner.isProtected && !taker.isProtected);
}

function isOfOtherFleet(taker: Tagged, owner: Tagged): boolean {
  return taker.fleet !== undefined && owner.fleet !== undefined && taker.fleet !== owner.fleet;
}

function impactOf({ taker, owner }: Cover): Impact[] {
  const said = coveringTags(taker, owner);
  if (said === undefined) return [];
  const whose = [
    owner.runner.name,
    ...(isOfOtherFleet(taker, owner) ? [`of fleet ${owner.fleet}`] : []),
    ...(owner.isProtected && !taker.isProtected ? ['which is protected'] : []),
  ].join(', ');
  return [
    {
      id: 'tier-tags',
      weight: 'security',
      object: displayName(said.manifest),
      what: `With the tags ${said.tags.join(', ')}, ${taker.runner.name} gets jobs that are meant for ${whose}.`,
      why: 'GitLab gives a job to any runner that has all of its tags, and the job brings its variables.',
    },
  ];
}
