import { OLDEST_RUNNER_VERSION } from '../fleet/versions';
import { parseRunnerVersion } from '../gitlab-runner/features';
import { compareReleases, RUNNER_RELEASES, RUNNER_RELEASES_AS_OF } from '../gitlab-runner/releases';
import { isPinnedAlias, PINNED_ALIASES } from '../karpenter/ami-family';
import { compareAliases, isUnpublished, newestAlias } from '../karpenter/ami-releases';
import type { Problem } from '../problem';
import type { Pin } from './pins';

/** What a person asks to move to. */
export interface Asked {
  /** Release of GitLab Runner, for example `19.3.0`. */
  readonly runner?: string;
  /** Alias of an image, for example `al2023@v20260812`. */
  readonly ami?: string;
}

/** Releases that can't be moved to; the message names each with its rule and fix. */
export class UnusableTarget extends Error {
  override readonly name = 'UnusableTarget';

  constructor(readonly problems: readonly Problem[]) {
    super(
      problems
        .map(({ at, found, why, fix }) => `${at}: ${found}\n    rule: ${why}\n    fix:  ${fix}`)
        .join('\n\n'),
    );
  }
}

/** @throws UnusableTarget with everything that is wrong with what is asked for */
export function checkTargets({ runner, ami }: Asked, pins: readonly Pin[]): void {
  const problems = [
    ...(runner === undefined ? [] : runnerProblems(runner, pins)),
    ...(ami === undefined ? [] : amiProblems(ami, pins)),
  ];
  if (problems.length > 0) throw new UnusableTarget(problems);
}

function runnerProblems(asked: string, pins: readonly Pin[]): readonly Problem[] {
  const newest = RUNNER_RELEASES[RUNNER_RELEASES.length - 1].version;
  const problem = (why: string, fix: string) => [unusable('--runner', asked, why, fix)];
  if (parseRunnerVersion(asked) === undefined) {
    const plain =
      parseRunnerVersion(asked.replace(/^v/, '')) !== undefined ? asked.replace(/^v/, '') : newest;
    return problem('a release of GitLab Runner as major.minor.patch', `write ${plain}`);
  }
  if (compareReleases(asked, OLDEST_RUNNER_VERSION) < 0)
    return problem(
      `fleets need ${OLDEST_RUNNER_VERSION} or newer; see docs/runner-releases.md`,
      `write ${newest}`,
    );
  if (compareReleases(asked, newest) > 0)
    return problem(
      `this version of gitlab-runner-fleet knows releases up to ${newest} (${RUNNER_RELEASES_AS_OF})`,
      'upgrade gitlab-runner-fleet first; to see what it does all the same, set runnerVersion and run npx runner-fleet diff',
    );
  if (!RUNNER_RELEASES.some(({ version }) => version === asked)) {
    const minor = asked.replace(/\d+$/, '');
    const known = RUNNER_RELEASES.filter(({ version }) => version.startsWith(minor)).map(
      ({ version }) => version,
    );
    return problem(
      'GitLab Runner has no such release',
      `write ${known.length > 0 ? `one of ${known.join(', ')}` : newest}`,
    );
  }
  const used = pins.filter(({ kind }) => kind === 'runner').map(({ version }) => version);
  return used.some((version) => compareReleases(version, asked) <= 0)
    ? []
    : problem(`every runner has a newer release (${listed(used)}), and an upgrade goes forward`, BACK);
}

function amiProblems(asked: string, pins: readonly Pin[]): readonly Problem[] {
  const problem = (why: string, fix: string) => [unusable('--ami', asked, why, fix)];
  if (!isPinnedAlias(asked))
    return problem('an alias of one release of an image', `write ${PINNED_ALIASES.join(' or ')}`);
  const [family] = asked.split('@');
  const used = pins.filter(({ kind }) => kind === 'ami').map(({ version }) => version);
  if (used.length === 0)
    return problem(
      'no node class has an alias: images are found by amiSelectorTerms, or AWS chooses them, as on EKS Auto Mode',
      'leave it out',
    );
  const ofFamily = used.filter((alias) => alias.startsWith(`${family}@`));
  if (ofFamily.length === 0)
    return problem(
      `no node class has an image of this family; they have ${listed(used)}`,
      `write a newer release of ${listed(used.map((alias) => alias.split('@')[0]))}; another family is no upgrade: set amiAlias and read the diff`,
    );
  if (isUnpublished(asked))
    return problem('AWS has published no such release', `write ${newestAlias(family)}`);
  return ofFamily.some((alias) => compareAliases(alias, asked) <= 0)
    ? []
    : problem(`every node class has a newer image (${listed(ofFamily)}), and an upgrade goes forward`, BACK);
}

const BACK = 'write a newer one; to go back, revert the commit that raised it';

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].join(', ');
}

function unusable(at: string, found: string, why: string, fix: string): Problem {
  return { id: 'upgrade', severity: 'error', at, found: JSON.stringify(found), why, fix };
}
