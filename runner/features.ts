/** A release of GitLab Runner. */
export interface RunnerVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `major.minor.patch`, or returns undefined for anything else (`latest`, `v19.3.0`, `19.3`). */
export function parseRunnerVersion(text: unknown): RunnerVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(String(text));
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3]) } : undefined;
}

/** Negative if the first release is older, positive if it is newer, 0 if they are the same. */
export function compareRunnerVersions(a: RunnerVersion, b: RunnerVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
