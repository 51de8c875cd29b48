import { Command, Option } from 'commander';
import { FolderError } from '../../app/dist-folder';
import { DescriptionError } from '../../fleet/fault';
import { resolveFleets } from '../../fleet/resolve-fleets';
import type { ResolvedFleet } from '../../fleet/resolved-fleet';
import { leftToDo, type UpdateCall, updateCalls } from '../../gitlab/calls';
import { describedRunners } from '../../gitlab/described-runner';
import { type FleetStatus, fleetStatus, isAsDescribed } from '../../gitlab/drift';
import { StrangeAnswer } from '../../gitlab/server-runner';
import { printCalls, printStatus, printStatusJson } from '../../report/gitlab-status';
import { withoutTokens } from '../../sealed-secrets/ciphertext';
import { visible } from '../../values/visible';
import { accessTokenFault } from '../access-token';
import { complain } from '../complain';
import { AppError, describedFleets } from '../describe-app';
import { GitlabClient, GitlabError, type RunnerScope } from './client';

const HELP = `
The access token is read from GITLAB_TOKEN: status needs the scope read_api, apply needs manage_runner or api, and both need
the role Maintainer or Owner where the runners are. Runners are found by their description, <fleet>-<runner>, or by gitlabId
if main.ts says it.

Examples:
  npx runner-fleet gitlab status --group acme
  npx runner-fleet gitlab apply --group acme           prints the calls that would update GitLab
  npx runner-fleet gitlab apply --group acme --yes     makes them

Nothing is created, deleted or reset, and no token is shown.`;

const EXIT = `
Exit code: 0 as described, 1 something differs, 2 unknown, for example because GitLab can't be reached or rejects the token.`;

interface GitlabOptions extends RunnerScope {
  readonly gitlabUrl?: string;
  readonly format: 'text' | 'json';
  readonly yes?: boolean;
}

/** `gitlab status` and `gitlab apply`: the runners of the GitLab server against their descriptions. */
export function gitlabCommand(): Command {
  const command = new Command('gitlab')
    .description('Compare the runners in GitLab with the description, and update them.')
    .addHelpText('after', HELP)
    // 2 is unusable input, as everywhere here.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  const status = command
    .command('status')
    .description('list what differs between GitLab and the description');
  withScope(status)
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', EXIT)
    .action((options: GitlabOptions) => run(options, report));
  const apply = command
    .command('apply')
    .description('print the fewest calls that make GitLab match the description');
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
    .option('--all', 'every runner of the instance, for administrators (default: those that you may manage)')
    .option('--gitlab-url <url>', 'fleets of this GitLab only, if the description names several');
}

/** The runners of one GitLab server, and how to talk to it. */
interface Server {
  readonly client: GitlabClient;
  readonly scope: RunnerScope;
  readonly fleets: readonly ResolvedFleet[];
}

async function run(
  options: GitlabOptions,
  action: (server: Server, options: GitlabOptions) => Promise<boolean>,
): Promise<void> {
  try {
    const token = tokenFor(options);
    const fleets = resolveFleets(describedFleets(), new Map());
    const url = urlOf(fleets, options.gitlabUrl);
    const server = {
      client: new GitlabClient(url, token),
      scope: options,
      fleets: fleets.filter(({ gitlabUrl }) => gitlabUrl === url),
    };
    process.exitCode = (await action(server, options)) ? 0 : 1;
  } catch (error) {
    const kinds = [AppError, DescriptionError, FolderError, GitlabError, StrangeAnswer];
    if (!kinds.some((kind) => error instanceof kind)) throw error;
    complain((error as Error).message);
    process.exitCode = 2;
  }
}

/** The access token of the environment. @throws GitlabError that never quotes it */
function tokenFor({ yes = false }: GitlabOptions): string {
  const token = process.env.GITLAB_TOKEN;
  if (!token)
    throw new GitlabError(
      `GITLAB_TOKEN is not set: set it to an access token with the scope ${yes ? 'manage_runner or api' : 'read_api'}`,
    );
  const fault = accessTokenFault('GITLAB_TOKEN', token);
  if (fault !== undefined) throw new GitlabError(fault);
  return token;
}

/** The one GitLab to ask: any other one would see a token that is not for it. */
function urlOf(fleets: readonly ResolvedFleet[], asked: string | undefined): string {
  const urls = [...new Set(fleets.map(({ gitlabUrl }) => gitlabUrl))];
  const found = urls.filter((url) => asked === undefined || url === asked);
  if (found.length === 1) return found[0];
  throw new GitlabError(
    asked === undefined
      ? `the description has fleets on ${urls.join(' and ')}, and an access token belongs to one GitLab: name it with --gitlab-url`
      : `no fleet has the gitlabUrl ${visible(asked)}: write ${urls.join(' or ')}`,
  );
}

async function statusOf({ client, scope, fleets }: Server): Promise<FleetStatus> {
  const names = fleets.map(({ name }) => name);
  const beginnings = names.map((name) => `${name}-`);
  const described = describedRunners(fleets);
  const ids = described.flatMap(({ id }) => id ?? []);
  return fleetStatus(described, await client.runners(scope, beginnings, ids), names);
}

/** @returns whether GitLab is as described */
async function report(server: Server, { format }: GitlabOptions): Promise<boolean> {
  const status = await statusOf(server);
  process.stdout.write(withoutTokens(format === 'json' ? printStatusJson(status) : printStatus(status)));
  return isAsDescribed(status);
}

/** @returns whether GitLab is as described afterwards */
async function putRight(server: Server, { yes = false }: GitlabOptions): Promise<boolean> {
  const before = await statusOf(server);
  const calls = updateCalls(before);
  process.stdout.write(withoutTokens(printCalls(calls)));
  if (calls.length === 0) {
    process.stdout.write(withoutTokens(printStatus(before)));
    return isAsDescribed(before);
  }
  if (!yes) {
    const left = leftToDo(before);
    complain(
      `Nothing was changed. Use --yes to make ${calls.length === 1 ? 'this call' : 'these calls'}${left > 0 ? `; ${left} more can't be fixed this way, gitlab status lists them` : ''}.`,
    );
    return false;
  }
  await makeCalls(server.client, calls);
  const after = await statusOf(server);
  process.stdout.write(withoutTokens(printStatus(after)));
  return isAsDescribed(after);
}

/**
 * Makes calls one after the other. One that GitLab refuses is reported and does not keep the others from being made.
 *
 * @throws GitlabError where no more can be made; the message says which were
 */
async function makeCalls(client: GitlabClient, calls: readonly UpdateCall[]): Promise<void> {
  const made: string[] = [];
  for (const { id, body, name } of calls) {
    try {
      await client.update(id, body);
      made.push(name);
    } catch (error) {
      if (!(error instanceof GitlabError || error instanceof StrangeAnswer)) throw error;
      const message = `${error.message} (${name})`;
      if (!(error instanceof GitlabError && error.isOfOneRunner))
        throw new GitlabError(
          `${message}\nChanged before that: ${made.join(', ') || 'nothing'}. gitlab status says what still differs.`,
        );
      complain(message);
    }
  }
}
