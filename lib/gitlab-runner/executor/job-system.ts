/** Labels by which the executor tells the operating system of a job; affinity doesn't count. */
const OS = 'kubernetes.io/os';
export const WINDOWS_BUILD = 'node.kubernetes.io/windows-build';

/**
 * Releases of Windows by build, as tags of helper images call them: servers first, then clients.
 * @see gitlab-runner 19.4 helpers/container/windows/version.go
 */
const WINDOWS: Readonly<Record<string, string>> = {
  '10.0.17763': '1809',
  '10.0.20348': '21H2',
  '10.0.26100': '24H2',
  '10.0.19043': '1809',
  '10.0.19044': '1809',
  '10.0.19045': '1809',
  '10.0.22000': '21H2',
  '10.0.22621': '21H2',
  '10.0.22631': '21H2',
  '10.0.26200': '24H2',
};

type Labels = Readonly<Record<string, string | undefined>>;

/** Whether jobs with such a selector are jobs of Windows to the executor. */
export function isWindows(selector: Labels): boolean {
  return selector[OS] === 'windows';
}

/** The release of Windows that a selector names by its build; undefined for one that has no helper. */
export function windowsRelease(selector: Labels): string | undefined {
  const build = String(selector[WINDOWS_BUILD] ?? '')
    .split(/[. ]+/)
    .slice(0, 3)
    .join('.');
  return Object.hasOwn(WINDOWS, build) ? WINDOWS[build] : undefined;
}

/** Where clones are, if the config does not say it. */
export function defaultBuildsDir(selector: Labels): string {
  return isWindows(selector) ? 'C:\\builds' : '/builds';
}
