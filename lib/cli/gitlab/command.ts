import { Command, Option } from 'commander';
import { FolderError } from '../../app/dist-folder';
import { DescriptionError } from '../../fleet/fault';
import { resolveFleets } from '../../fleet/resolve-fleets';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { leftToDo, updateCalls } from '../../gitlab/calls';
import { describedRunners } from '../../gitlab/described-runner';
import { type FleetStatus, fleetStatus, isAsDescribed } from '../../gitlab/drift';
import { StrangeAnswer } from '../../gitlab/server-runner';
import { printCalls, printStatus, printStatusJson } from '../../report/gitlab-status';
import { withoutTokens } from '../../sealed-secrets/ciphertext';
import { complain } from '../complain';
import { AppError, describedFleets } from '../describe-app';
import { GitlabClient, GitlabError, type RunnerScope } from './client';

const HELP = `
The access token is read from GITLAB_TOKEN: read_api is enough for status, apply needs manage_runner or api, each with the role
Maintainer or Owner where the runners are. Runners are found by their description, <fleet>-<runner>.

Examples:
  npx runner-fleet gitlab status --group acme
  npx runner-fleet gitlab apply --group acme           prints the calls that put GitLab right
  npx runner-fleet gitlab apply --group acme --yes     makes them

Nothing is created, deleted or reset, and no token is shown.`;

const EXIT = `
Exit code: 0 as described, 1 something differs, 2 unknown: GitLab can't be reached, or refuses the token.`;

interface GitlabOptions extends RunnerScope {
  readonly format: 'text' | 'json';
  readonly yes?: boolean;
}

/** `gitlab status` and `gitlab apply`: the runners of the GitLab server against their descriptions. */
export function gitlabCommand(): Command {
  const command = new Command('gitlab')
    .description('Compare the runners of GitLab with their descriptions, and put them right.')
    .addHelpText('after', HELP)
    // 2 is unusable input, as everywhere here.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const status = command.command('status').description('what GitLab has otherwise than described');
  withScope(status)
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', EXIT)
    .action((options: GitlabOptions) => run(options, report));
  const apply = command.command('apply').description('print the fewest calls that make GitLab as described');
  withScope(apply)
    .option('--yes', 'make the calls', false)
    .addHelpText('after', EXIT)
    .action((options: GitlabOptions) => run({ ...options, format: 'text' }, putRight));
  return command;
}

function withScope(command: Command): Command {
  return command
    .addOption(
      new Option('--group <path>', 'runners of this group, by its path or id').conflicts(['project', 'all']),
    )
    .addOption(
      new Option('--project <path>', 'runners of this project, by its path or id').conflicts(['all']),
    )
    .option(
      '--all',
      'every runner of the instance, for administrators (default: those that you may manage)',
      false,
    );
}

/** The runners of one GitLab server, and how to talk to it. */
interface Server {
  readonly client: GitlabClient;
  readonly scope: RunnerScope;
  readonly fleets: readonly ResolvedFleet[];
}

async function run(
  options: GitlabOptions,
  action: (servers: readonly Server[], options: GitlabOptions) => Promise<boolean>,
): Promise<void> {
  try {
    const token = process.env.GITLAB_TOKEN;
    if (!token) throw new GitlabError('GITLAB_TOKEN is not set: it holds an access token of scope read_api');
    const fleets = resolveFleets(describedFleets(), new Map());
    const urls = [...new Set(fleets.map(({ gitlabUrl }) => gitlabUrl))];
    const servers = urls.map((url) => ({
      client: new GitlabClient(url, token),
      scope: options,
      fleets: fleets.filter(({ gitlabUrl }) => gitlabUrl === url),
    }));
    process.exitCode = (await action(servers, options)) ? 0 : 1;
  } catch (error) {
    const kinds = [AppError, DescriptionError, FolderError, GitlabError, StrangeAnswer];
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    complain((error as Error).message);
    process.exitCode = 2;
  }
}

async function statusOf(servers: readonly Server[]): Promise<readonly FleetStatus[]> {
  const found: FleetStatus[] = [];
  for (const { client, scope, fleets } of servers) {
    const names = fleets.map(({ name }) => name);
    const runners = await client.runners(
      scope,
      names.map((name) => `${name}-`),
    );
    found.push(fleetStatus(describedRunners(fleets), runners, names));
  }
  return found;
}

function joined(all: readonly FleetStatus[]): FleetStatus {
  return {
    runners: all.flatMap(({ runners }) => runners),
    leftOver: all.flatMap(({ leftOver }) => leftOver),
  };
}

/** @returns whether GitLab is as described */
async function report(servers: readonly Server[], { format }: GitlabOptions): Promise<boolean> {
  const status = joined(await statusOf(servers));
  process.stdout.write(withoutTokens(format === 'json' ? printStatusJson(status) : printStatus(status)));
  return isAsDescribed(status);
}

/** @returns whether GitLab is as described afterwards */
async function putRight(servers: readonly Server[], { yes = false }: GitlabOptions): Promise<boolean> {
  const before = await statusOf(servers);
  const calls = before.map(updateCalls);
  process.stdout.write(withoutTokens(calls.map(printCalls).join('')));
  const all = joined(before);
  if (calls.every((list) => list.length === 0)) {
    process.stdout.write(withoutTokens(printStatus(all)));
    return isAsDescribed(all);
  }
  if (!yes) {
    const left = leftToDo(all);
    complain(
      `Nothing was changed. --yes makes ${calls.flat().length === 1 ? 'this call' : 'these calls'}${left > 0 ? `; ${left} more can't be set this way, gitlab status lists them` : ''}.`,
    );
    return false;
  }
  for (const [index, list] of calls.entries())
    for (const { id, body } of list) await servers[index].client.update(id, body);
  const after = joined(await statusOf(servers));
  process.stdout.write(withoutTokens(printStatus(after)));
  return isAsDescribed(after);
}
