import { RUNNER_DEFAULTS } from '../fleet/defaults';
import { OLDEST_RUNNER_VERSION } from '../fleet/versions';
import type { Draft } from './draft';

/** The minor release of the chart that began with GitLab Runner 15.0. There is one for each release since, twelve a year. */
const CHART_OF_15 = 41;
const RELEASES_A_YEAR = 12;

/** The release of GitLab Runner that a release of the chart runs by default: `17.6` for `0.71.0`; undefined before 15.0. */
export function runnerOfChart(chart: string): string | undefined {
  const [, minor] = /^[v~^=\s]*0\.(\d+)(?:\.|$|-)/.exec(chart) ?? [];
  const count = Number(minor) - CHART_OF_15;
  if (!(count >= 0)) return undefined;
  return `${15 + Math.floor(count / RELEASES_A_YEAR)}.${count % RELEASES_A_YEAR}`;
}

/**
 * Says that managers get another release of GitLab Runner, where no image names the one of today.
 *
 * @param chart release of the chart, if the source names it
 */
export function sayRelease(chart: string | undefined, draft: Draft): void {
  if (draft.runner.runnerVersion !== undefined || draft.lines.some(({ from }) => from === 'image.tag'))
    return;
  const now = RUNNER_DEFAULTS.runnerVersion;
  const before = chart === undefined ? undefined : runnerOfChart(chart);
  if (before !== undefined && now.startsWith(`${before}.`)) {
    draft.say('not-needed', 'version of the chart', `managers run ${now}, as with this chart`);
    return;
  }
  const known =
    before === undefined
      ? 'no release of GitLab Runner is named'
      : `chart ${chart} runs GitLab Runner ${before}`;
  draft.say(
    'decide',
    chart === undefined ? 'release of GitLab Runner' : 'version of the chart',
    `${known}, and managers now run ${now}: GitLab must be at least as new, see docs/runner-releases.md; runnerVersion takes another release, from ${OLDEST_RUNNER_VERSION} on`,
    'runnerVersion',
  );
}
