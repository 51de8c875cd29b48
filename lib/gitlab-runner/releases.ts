import { compareRunnerVersions, parseRunnerVersion } from './features';

/** A release and the day on which it was published. */
export interface DatedRelease {
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
}

/** The last day on which `RUNNER_RELEASES` was compared with the tags of GitLab Runner. */
export const RUNNER_RELEASES_AS_OF = '2026-08-22';

/**
 * Published releases from the oldest supported one on, oldest first by number. A new one joins at its place.
 * @see https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/CHANGELOG.md
 */
export const RUNNER_RELEASES: readonly DatedRelease[] = [
  { version: '18.11.0', date: '2026-04-16' },
  { version: '18.11.1', date: '2026-04-20' },
  { version: '18.11.2', date: '2026-05-02' },
  { version: '18.11.3', date: '2026-05-11' },
  { version: '18.11.4', date: '2026-06-29' },
  { version: '19.0.0', date: '2026-05-22' },
  { version: '19.0.1', date: '2026-05-29' },
  { version: '19.0.2', date: '2026-06-29' },
  { version: '19.0.3', date: '2026-07-28' },
  { version: '19.1.0', date: '2026-06-16' },
  { version: '19.1.1', date: '2026-06-25' },
  { version: '19.1.2', date: '2026-07-28' },
  { version: '19.2.0', date: '2026-07-10' },
  { version: '19.2.1', date: '2026-07-28' },
  { version: '19.2.2', date: '2026-08-12' },
  { version: '19.3.0', date: '2026-08-19' },
];

/** Negative if the first release is older. A text that is not a release is older than any. */
export function compareReleases(one: string, other: string): number {
  const [a, b] = [one, other].map(parseRunnerVersion);
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareRunnerVersions(a, b);
}

/** The newest release of the same minor, and the newest of all, as far as they are newer than a release. Oldest first. */
export function nextReleases(version: string): readonly DatedRelease[] {
  const current = parseRunnerVersion(version);
  const newer = RUNNER_RELEASES.filter((one) => compareReleases(one.version, version) > 0);
  const ofMinor = newer.filter((one) => {
    const release = parseRunnerVersion(one.version);
    return release?.major === current?.major && release?.minor === current?.minor;
  });
  return [...new Set([...ofMinor.slice(-1), ...newer.slice(-1)])];
}
