import { RUNNER_DEFAULTS } from '../fleet/defaults';
import { secondsOf } from '../values/duration';
import type { Draft, Keys } from './draft';

/** Settings of a runner that GitLab keeps, by their values of the chart, with the option and the field of GitLab's API. */
const SETTINGS = [
  ['maximumTimeout', 'longestJob', 'maximum_timeout'],
  ['runUntagged', 'runUntagged', 'run_untagged'],
  ['locked', 'locked', 'locked'],
  ['protected', 'protected', 'access_level'],
] as const;

type Setting = (typeof SETTINGS)[number];

/** Settings that a source does not say: GitLab alone has them. To be asked before they are taken. */
export function unknownSettings(values: Keys): readonly Setting[] {
  return SETTINGS.filter(([value]) => values.peek('runners', value) === undefined);
}

/** Asks for the settings that no source says, since the new runner gets those of the fleet. */
export function askForSettings(unknown: readonly Setting[], draft: Draft): void {
  if (unknown.length === 0) return;
  const {
    longestJob,
    runUntagged,
    locked,
    protected: isProtected,
  } = {
    ...RUNNER_DEFAULTS,
    ...(draft.runner as { readonly longestJob?: string }),
  };
  const set: Readonly<Record<Setting[2], string>> = {
    maximum_timeout: `${secondsOf(longestJob)} (a job that takes longer fails then)`,
    run_untagged: String(runUntagged),
    locked: String(locked),
    access_level: isProtected ? 'ref_protected' : 'not_protected',
  };
  const url = String(draft.fleet.gitlabUrl ?? 'https://gitlab.example.com');
  draft.say(
    'decide',
    `settings in GitLab: ${unknown.map(([, , field]) => field).join(', ')}`,
    `the new runner gets ${unknown.map(([, , field]) => `${field}=${set[field]}`).join(', ')}. Look at the old runner, with an access token of scope read_api: curl --header "PRIVATE-TOKEN: $GITLAB_TOKEN" ${url}/api/v4/runners/<id>`,
    unknown.map(([, option]) => option).join(', '),
  );
}
