import { displayName } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import {
  coveringTags,
  type RegisteredRunner,
  registeredRunner,
  type SaidTags,
} from '../../cluster/registered-runner';
import { fleetOf } from '../../cluster/tiers';
import type { Comparison, Impact, Rule } from '../rule';

/** Runners that come to take jobs that are meant for one of another tier. */
export const tierTags: Rule = {
  id: 'tier-tags',
  title:
    'A runner with all tags of one of another tier gets jobs that are meant for that one, with their secrets.',
  run: ({ before, after }: Comparison) => {
    const known = new Set(coversIn(before).map(keyOf));
    const covers = coversIn(after).filter(isOfOtherTier);
    const covered = new Set(covers.map(keyOf));
    return [
      ...covers.filter((cover) => !known.has(keyOf(cover))).flatMap(impactOf),
      ...sharedIn(before, after)
        .filter((one) => !covered.has(keyOf(one)))
        .map(impactOfShared),
    ];
  },
};

const WHY = 'GitLab gives a job to any runner that has all of its tags, and the job brings its variables.';

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

/** Tags that a protected runner has, and one that is not has too. */
interface Shared extends Cover {
  readonly said: SaidTags;
  readonly tags: readonly string[];
}

/** Tags by which jobs that protected runners alone took come to one that is not protected, also without all of its tags. */
function sharedIn(before: Subject, after: Subject): readonly Shared[] {
  const [olds, news] = [distinct(before.runners), distinct(after.runners)];
  const former = new Map(olds.map((one) => [nameOf(one), one] as const));
  const isAsBefore = (one: Tagged) => {
    const old = former.get(nameOf(one));
    return old !== undefined && !old.isProtected && tagsText(old) === tagsText(one);
  };
  const open = olds.filter(({ isProtected }) => !isProtected).flatMap(({ saidTags }) => saidTags);
  const owners = olds.filter(({ isProtected }) => isProtected);
  return news
    .filter((taker) => !taker.isProtected && !isAsBefore(taker))
    .flatMap((taker) =>
      owners.flatMap((owner) => {
        const isGone = !news.some((one) => one.isProtected && nameOf(one) === nameOf(owner));
        if (isGone) return [];
        const found = taker.saidTags
          .flatMap((said) =>
            owner.saidTags.map((own) => ({ said, tags: own.tags.filter((tag) => said.tags.includes(tag)) })),
          )
          .find(
            ({ tags }) => tags.length > 0 && !open.some((one) => tags.every((tag) => one.tags.includes(tag))),
          );
        return found === undefined ? [] : [{ taker, owner, ...found }];
      }),
    );
}

function tagsText({ saidTags }: Tagged): string {
  return JSON.stringify(saidTags.map(({ tags }) => tags));
}

function impactOfShared({ taker, owner, said, tags }: Shared): Impact {
  return {
    id: 'tier-tags',
    weight: 'security',
    object: displayName(said.manifest),
    what: `Jobs with no other tags than ${tags.join(', ')} come to ${taker.runner.name} too, which is not protected; until now only protected runners took them, for example ${owner.runner.name}.`,
    why: WHY,
  };
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
      why: WHY,
    },
  ];
}
