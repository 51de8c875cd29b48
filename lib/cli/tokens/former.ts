import { sealedTokenFile } from '../../fleet/names';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import type { Colors } from '../../report/colors';
import { shellWord } from '../../values/shell-word';
import { visible } from '../../values/visible';

/** A runner that was described once: its sealed token is still there. */
export interface FormerRunner {
  readonly fleet: string;
  readonly runner: string;
  readonly file: string;
}

/**
 * Runners of which nothing but a sealed token is left, as far as files tell. Whose tokens come from elsewhere is known to
 * GitLab alone.
 */
export function formerRunners(
  fleets: readonly ResolvedFleet[],
  sealedTokens: ReadonlyMap<string, string>,
): readonly FormerRunner[] {
  const described = new Set(
    fleets.flatMap(({ name, runners }) => runners.map((runner) => sealedTokenFile(name, runner.name))),
  );
  return [...sealedTokens.keys()].sort().flatMap((file) => {
    const [, fleet, runner] = /^sealed\/([^/]+)\/([^/]+)\.yaml$/.exec(file) ?? [];
    return fleet === undefined || described.has(file) ? [] : [{ fleet, runner, file }];
  });
}

/** What is left of former runners, and how it goes. */
export function formerLines(formers: readonly FormerRunner[], colors: Colors): readonly string[] {
  if (formers.length === 0) return [];
  return [
    colors.bold('No longer described'),
    ...formers.flatMap((former) => linesOf(former).map(visible)),
    'When the jobs of such a runner are done, delete it in GitLab: npx runner-fleet gitlab status has its id, and finds those',
    'whose tokens are not sealed here. A runner that was renamed is a new one there. docs/cleanup.md says what else stays.',
    '',
  ];
}

function linesOf({ fleet, runner, file }: FormerRunner): readonly string[] {
  const selector = `app.kubernetes.io/part-of=${fleet},gitlab-runner-fleet/runner=${runner}`;
  return [
    `${fleet}/${runner}`,
    `  in GitLab:      ${fleet}-${runner}`,
    `  in the cluster: kubectl delete serviceaccount,role,rolebinding,sealedsecret --all-namespaces --selector ${shellWord(selector)}`,
    `  here:           git rm ${shellWord(file)}`,
  ];
}
