import type { SourceFile } from '../cluster/manifest';
import { parseManifests } from '../cluster/parse';
import { type ClusterDiff, diffFolders } from '../diff/all';
import { DescriptionError } from '../fleet/fault';
import { formerTypesIn } from '../fleet/former-types';
import { NODE_RULES } from '../fleet/names';
import type { RunnerFleetProps } from '../fleet/props/fleet';
import { type Deprecation, deprecationsIn } from '../gitlab-runner/deprecations';
import { FEATURES, parseRunnerVersion } from '../gitlab-runner/features';
import { compareReleases, RUNNER_RELEASES, RUNNER_RELEASES_AS_OF } from '../gitlab-runner/releases';
import { AMI_RELEASES_AS_OF, isBeyondKnown } from '../karpenter/ami-releases';
import { KARPENTER_FOR_METRICS, type OldestKarpenter, oldestKarpenter } from '../karpenter/releases';
import type { Problem } from '../problem';
import { type Edit, type Move, movesOf } from './moves';
import { type FleetPair, type Kind, pinsOf } from './pins';
import { type Asked, checkTargets } from './target';

/** A version that some runners or node classes have. */
export interface Use {
  readonly kind: Kind;
  readonly version: string;
  /** `<fleet>/<runner>`, or the name of a fleet for images of nodes. */
  readonly by: readonly string[];
}

/** A step forward, with what has to come first and what it does. */
export interface UpgradeStep {
  readonly kind: Kind;
  readonly from: readonly string[];
  readonly to: string;
  /** `YYYY-MM-DD`; undefined for images, whose releases have the day in their name. */
  readonly released: string | undefined;
  /** Whether the release is newer than those that this version knows, so that nothing says whether it exists. */
  readonly isBeyondKnown: boolean;
  readonly first: readonly string[];
  readonly edits: readonly Edit[];
  readonly byHand: readonly string[];
  /** What newer releases have that the older ones lack. */
  readonly brings: readonly { readonly since: string; readonly what: string }[];
  /** What is wrong with the description once the release is the new one; nothing is rendered then. */
  readonly refused: readonly Problem[];
  /** What the merge does, by cluster. */
  readonly clusters: readonly ClusterDiff[];
}

/** Something of the description that works today and is going to be removed. */
export interface Outdated extends Deprecation {
  /** Runners, as `<fleet>/<runner>`; `main.ts` for names of types. */
  readonly by: readonly string[];
}

/** What can be moved forward, and what should be. */
export interface UpgradePlan {
  /** The days up to which releases are known here, `YYYY-MM-DD`. */
  readonly known: Readonly<Record<Kind, string>>;
  readonly uses: readonly Use[];
  readonly steps: readonly UpgradeStep[];
  readonly outdated: readonly Outdated[];
  /** Undefined if no fleet has nodes of a Karpenter of its own. */
  readonly karpenter: OldestKarpenter | undefined;
  /** The oldest Karpenter with the metrics that alerts and dashboard read, and the fleets that have those; undefined if none has. */
  readonly karpenterMetrics: { readonly release: string; readonly by: readonly string[] } | undefined;
}

/** Whether there is anything to do. */
export function isUpToDate({ steps, outdated }: UpgradePlan): boolean {
  return steps.length === 0 && outdated.length === 0;
}

/** What a plan is made from. */
export interface PlanInput {
  readonly fleets: readonly FleetPair[];
  readonly asked: Asked;
  /** Text of main.ts, for names of types that are outdated; empty if there is none. */
  readonly source: string;
  /** Renders descriptions into files below `dist/`. @throws DescriptionError */
  readonly render: (fleets: readonly RunnerFleetProps[]) => readonly SourceFile[];
}

/**
 * What can be moved forward in some fleets, what each step changes, and what is outdated. Writes nothing.
 *
 * @throws UnusableTarget if a release that is asked for can't be moved to
 */
export function planUpgrade({ fleets, asked, source, render }: PlanInput): UpgradePlan {
  const pins = pinsOf(fleets);
  checkTargets(asked, pins);
  const said = fleets.map((fleet) => fleet.said);
  const moves = movesOf(said, pins, asked);
  const before = parseManifests(render(said)).manifests;
  const steps = moves.map((move): UpgradeStep => {
    const step = stepOf(move, fleets);
    try {
      return {
        ...step,
        clusters: diffFolders('dist', before, parseManifests(render(move.fleets)).manifests),
      };
    } catch (error) {
      if (!(error instanceof DescriptionError)) throw error;
      return { ...step, refused: error.faults };
    }
  });
  const classes = before.filter(({ kind }) => kind === 'EC2NodeClass').map(({ body }) => body.spec);
  return {
    known: { runner: RUNNER_RELEASES_AS_OF, ami: AMI_RELEASES_AS_OF },
    uses: usesOf(fleets),
    steps,
    outdated: [
      ...outdatedKeys(fleets, asked),
      ...formerTypesIn(source).map((one) => ({ ...one, by: ['main.ts'] })),
    ],
    karpenter: classes.length === 0 ? undefined : oldestKarpenter(classes),
    karpenterMetrics: karpenterMetrics(fleets),
  };
}

function karpenterMetrics(fleets: readonly FleetPair[]): UpgradePlan['karpenterMetrics'] {
  const by = fleets
    .filter(({ resolved }) => resolved.monitoring?.rules.some(({ name }) => name === NODE_RULES))
    .map(({ said }) => said.name);
  return by.length === 0 ? undefined : { release: KARPENTER_FOR_METRICS, by };
}

function stepOf({ kind, from, to, edits, byHand, pins }: Move, all: readonly FleetPair[]): UpgradeStep {
  const urls = [...new Set(pins.map(({ fleet }) => all[fleet].resolved.gitlabUrl))];
  return {
    kind,
    from,
    to,
    released: RUNNER_RELEASES.find(({ version }) => kind === 'runner' && version === to)?.date,
    isBeyondKnown: kind === 'ami' && isBeyondKnown(to),
    first: kind === 'runner' ? gitlabFirst(urls, from, to) : [IMAGE_FIRST],
    edits,
    byHand,
    brings: kind === 'runner' ? bringsBetween(from[0], to) : [],
    refused: [],
    clusters: [],
  };
}

const IMAGE_FIRST =
  "Kubernetes: Karpenter takes the image of this release for the cluster's version of Kubernetes. Make sure that AWS publishes one, and upgrade the cluster in a change of its own";

/** The server moves first; a patch asks nothing new of it. */
function gitlabFirst(urls: readonly string[], from: readonly string[], to: string): readonly string[] {
  const minor = minorOf(to);
  if (from.every((version) => minorOf(version) === minor)) return [];
  return urls.map(
    (url) =>
      `GitLab: ${url} has to be ${minor} or newer. GitLab recommends runners of the minor release of the server, and a newer runner may ask for what an older server lacks. The version is on ${url}/help`,
  );
}

function minorOf(version: string): string {
  const release = parseRunnerVersion(version);
  return release === undefined ? version : `${release.major}.${release.minor}`;
}

function bringsBetween(from: string, to: string): UpgradeStep['brings'] {
  return Object.values(FEATURES)
    .filter(({ since }) => compareReleases(since, from) > 0 && compareReleases(since, to) <= 0)
    .map(({ since, what }) => ({ since, what }));
}

function usesOf(fleets: readonly FleetPair[]): readonly Use[] {
  const found = new Map<string, Use & { readonly by: string[] }>();
  for (const { kind, version, fleet, runners } of pinsOf(fleets)) {
    const { name, runners: all } = fleets[fleet].said;
    const key = `${kind} ${version}`;
    const use = found.get(key) ?? { kind, version, by: [] };
    const by = kind === 'runner' ? runners.map((index) => `${name}/${all[index].name}`) : [name];
    use.by.push(...by.filter((one) => !use.by.includes(one)));
    found.set(key, use);
  }
  return [...found.values()];
}

/** Keys of config.toml, one entry for each key with the runners that have it. */
function outdatedKeys(fleets: readonly FleetPair[], { runner }: Asked): readonly Outdated[] {
  const newest = RUNNER_RELEASES[RUNNER_RELEASES.length - 1].version;
  const found = new Map<string, Outdated & { readonly by: string[] }>();
  for (const { resolved } of fleets) {
    for (const { name, managers } of resolved.runners) {
      for (const one of deprecationsIn(managers[0].config, runner ?? newest)) {
        const entry = found.get(one.key) ?? { ...one, by: [] };
        entry.by.push(`${resolved.name}/${name}`);
        found.set(one.key, entry);
      }
    }
  }
  return [...found.values()];
}
