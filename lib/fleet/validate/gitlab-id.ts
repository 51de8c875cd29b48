import { fieldsOf } from '../../values/record';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';

/** The id of a runner in GitLab: a whole number, and the same as in its config.toml where that says one too. */
export function checkGitlabId(faults: Faults, { gitlabId, config }: NormalRunner): void {
  if (gitlabId === undefined) return;
  if (!Number.isSafeInteger(gitlabId) || gitlabId < 1) {
    const fix = 'write the number that the page of the runner in GitLab shows after #, for example 41';
    faults.add('gitlabId', gitlabId, 'a positive whole number', fix);
    return;
  }
  const { id } = fieldsOf(config.runner);
  if (id === undefined || id === gitlabId) return;
  const rule = `gitlabId is ${gitlabId}: a runner has one id in GitLab`;
  faults.at('config').add('runner.id', id, rule, `write ${gitlabId}, or leave one of the two out`);
}

/** Reports ids that several runners have: to GitLab those would be one runner, with the settings of whichever came last. */
export function checkIdsTogether(faults: Faults, fleets: readonly NormalFleet[]): void {
  const owners = new Map<string, string>();
  for (const { name: fleet, gitlabUrl, runners } of fleets) {
    for (const { name, gitlabId } of runners.filter((runner) => runner.gitlabId !== undefined)) {
      const key = `${serverOf(gitlabUrl)} ${gitlabId}`;
      const owner = owners.get(key);
      owners.set(key, owner ?? `${fleet}/${name}`);
      if (owner === undefined) continue;
      const rule = `runner ${owner} has this id: each runner has one of its own in GitLab`;
      const fix = 'write the id that the page of this runner shows, or leave it out';
      faults.at(fleet).at(`runner ${name}`).add('gitlabId', gitlabId, rule, fix);
    }
  }
}

/** One spelling of the address of a server: `https://GitLab.com:443/` is `https://gitlab.com`. */
function serverOf(gitlabUrl: unknown): string {
  const text = String(gitlabUrl);
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, '');
}
