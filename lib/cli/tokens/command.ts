import { Command, Option } from 'commander';
import { FolderError } from '../../app/dist-folder';
import { readSealedFolder } from '../../app/sealed-folder';
import { DescriptionError } from '../../fleet/fault';
import type { RunnerFleetProps } from '../../fleet/props/fleet';
import { resolveFleets } from '../../fleet/resolve-fleets';
import type { Problem } from '../../problem';
import { holdsPlainToken } from '../../sealed-secrets/ciphertext';
import { complain } from '../complain';
import { AppError, describedFleets } from '../describe-app';
import { palette } from '../palette';
import { InputError } from './ask';
import { type FormerRunner, formerRunners } from './former';
import { printHowto } from './howto';
import { printList, printListJson } from './list';
import { findPullSecret, type PullSecret, pullSecretsOf, UnknownPullSecret } from './pull-secret';
import { findRunner, otherFaults, type RunnerToken, runnerTokens, UnknownRunner } from './runner-token';
import { type SealOptions, type SealProject, sealToken } from './seal';
import { type PullSecretOptions, sealPullSecret } from './seal-pull-secret';
import { SealError } from './seal-text';

const HELP = `
Examples:
  npx runner-fleet tokens                                 which runners wait for a token
  npx runner-fleet tokens howto production/amd64-spot     what to do for one
  npx runner-fleet tokens seal production/amd64-spot      asks for the token and shows nothing
  npx runner-fleet tokens seal-pull-secret production/mirror
                                                          asks for registry, user and password
  ... | npx --no-install runner-fleet tokens seal <runner>
                                                          takes a token, GitLab's answer, or what kubeseal prints

--no-install keeps npx to the program of this project: nothing from the registry may read the token.

At a terminal wait for the prompt: until then it shows what is typed.
A token or a password is never an argument: arguments show in the process list and in the shell's history.
Exit code: 0 done, 2 not done, with the reason. docs/tokens.md has the whole way, and how to rotate.`;

/** `tokens`: lists runners' tokens and pull secrets, says how to get a token, and seals both. */
export function tokensCommand(): Command {
  const command = new Command('tokens')
    .description("From GitLab to a sealed secret: the runners' tokens, and pull secrets.")
    .addHelpText('after', HELP)
    // 2 is unusable input, as everywhere here.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command
    .command('list', { isDefault: true })
    .description('every runner: tags to set in GitLab, state of its token, namespace, Secret, scope')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((options: { format: 'text' | 'json' }) => run((project) => list(project, options.format)));
  command
    .command('howto')
    .description('what to do so that a runner has its token')
    .argument('<runner>', '<runner> or <fleet>/<runner>')
    .action((name: string) => run(({ tokens }) => printHowto(findRunner(tokens, name))));
  command
    .command('seal')
    .description('seal the token of a runner, read from standard input, into sealed/')
    .argument('<runner>', '<runner> or <fleet>/<runner>')
    .option(
      '--cert <file>',
      "the controller's certificate (default: sealed/<fleet>/cert.pem, if it is there)",
    )
    .addOption(
      new Option(
        '--scope <scope>',
        'what the ciphertext is bound to (default: strict, namespace and name)',
      ).choices(['strict', 'namespace-wide', 'cluster-wide']),
    )
    .option('--replace', 'rotate: the token that is sealed gives way', false)
    .action((name: string, options: SealOptions) =>
      run(
        async (project) => `${await sealToken(findRunner(project.tokens, name), project, options)}\n`,
        true,
      ),
    );
  command
    .command('seal-pull-secret')
    .description(
      'seal registry, user and password of a pull secret, read from standard input, for each namespace that pulls with it',
    )
    .argument('<secret>', '<secret> or <fleet>/<secret>, one of sealedPullSecrets')
    .option(
      '--cert <file>',
      "the controller's certificate (default: sealed/<fleet>/cert.pem, if it is there)",
    )
    .option('--replace', 'another password: what is sealed gives way', false)
    .action((name: string, options: PullSecretOptions) =>
      run((project) => sealPullSecret(findPullSecret(project.pullSecrets, name), project, options)),
    );
  return command;
}

interface Project extends SealProject {
  readonly tokens: readonly RunnerToken[];
  readonly pullSecrets: readonly PullSecret[];
  /** What is left of runners that are no longer described. */
  readonly formers: readonly FormerRunner[];
}

/** @param mayLeaveRunner whether the command stands at the end of a pipe that has created a runner, whatever goes wrong */
async function run(
  action: (project: Project) => string | Promise<string>,
  mayLeaveRunner = false,
): Promise<void> {
  try {
    process.stdout.write(await action(await loadProject()));
  } catch (error) {
    if (!isExpected(error)) throw error;
    // The pipe has done its part: GitLab may have created a runner whose token nobody has now.
    const leavesRunner = mayLeaveRunner && (!(error instanceof SealError) || error.leavesRunner);
    const orphan =
      leavesRunner && process.stdin.isTTY !== true
        ? '\nIf this was the end of a pipe that created a runner, delete that runner in GitLab.'
        : '';
    complain(
      (holdsPlainToken(error.message) ? 'What went wrong holds a token and is not shown.' : error.message) +
        orphan,
    );
    process.exitCode = 2;
  }
}

function isExpected(error: unknown): error is Error {
  const isFileError = error instanceof Error && 'syscall' in error && 'code' in error;
  const kinds = [
    AppError,
    DescriptionError,
    FolderError,
    InputError,
    SealError,
    UnknownPullSecret,
    UnknownRunner,
  ];
  return isFileError || kinds.some((kind) => error instanceof kind);
}

/** The runners of the app in this folder. Faults of sealed tokens are states of their runners; others stop every command. */
async function loadProject(): Promise<Project> {
  const sealedTokens = readSealedFolder('sealed');
  const descriptions = describedFleets();
  const fleets = resolveFleets(descriptions, new Map());
  const faults = faultsWith(descriptions, sealedTokens);
  const tokens = runnerTokens(fleets, sealedTokens, faults);
  const pullSecrets = pullSecretsOf(fleets, sealedTokens, faults);
  const files = pullSecrets.flatMap(({ copies }) => copies.map(({ file }) => file));
  const formers = formerRunners(fleets, sealedTokens);
  const known = [...files, ...formers.map(({ file }) => file)];
  const others = otherFaults(tokens, known, faults);
  for (const { at, why, fix } of others) complain(`${at}: ${why}; ${fix}.\n`);
  return { fleets, tokens, pullSecrets, formers, sealedTokens };
}

function faultsWith(
  descriptions: readonly RunnerFleetProps[],
  sealedTokens: ReadonlyMap<string, string>,
): readonly Problem[] {
  try {
    resolveFleets(descriptions, sealedTokens);
    return [];
  } catch (error) {
    if (error instanceof DescriptionError) return error.faults;
    throw error;
  }
}

function list({ tokens, pullSecrets, formers }: Project, format: 'text' | 'json'): string {
  if (format === 'json') return printListJson(tokens, pullSecrets, formers);
  return printList(tokens, pullSecrets, formers, palette(process.stdout));
}
