import { relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CI, COMPUTE, GITOPS } from '../../init/project';
import { visibleLines } from '../../values/visible';
import { complain } from '../complain';
import { ignoredTodos } from './ignored';
import { InitError, type InitOptions, type InitPlan, planInit } from './plan';
import { type Outcome, writeProject } from './write';

const HELP = `
Examples:
  npx runner-fleet init                                     this folder, a fleet with its name
  npx runner-fleet init clusters/runners --name production  a folder of a repository that holds other things
  npx runner-fleet init --cluster prod-eu --gitlab-url https://gitlab.example.com
  npx runner-fleet init --gitops argo --ci github
  npx runner-fleet init --name staging                      in a project: adds the GitOps manifests of its second fleet

No file is overwritten: what is there is listed and left as it is. package.json gets the scripts and packages that it
lacks. It asks nothing, and needs no network. docs/start.md goes on from here.

Exit code: 0 everything is written or there; 1 the same, but a file that is there has to be changed by hand, as listed;
2 bad input, nothing is written.`;

/** `init [folder]`: writes the project of a user's fleet. */
export function initCommand(): Command {
  return (
    new Command('init')
      .usage('[options] [folder]')
      .description('Write a project for a fleet of your own: a repository, or a folder of one.')
      .argument('[folder]', 'where to write it', '.')
      .option('--name <fleet>', 'name of the fleet (default: the name of the folder)')
      .option('--cluster <name>', 'name of the EKS cluster (default: the name of the fleet)')
      .addOption(
        new Option('--compute <kind>', 'what starts nodes: Karpenter of your own, or EKS Auto Mode')
          .choices(COMPUTE)
          .default('karpenter'),
      )
      .option(
        '--gitlab-url <url>',
        'address of GitLab (default: the host of the Git remote if it is a GitLab, or https://gitlab.com)',
      )
      .addOption(
        new Option('--gitops <tool>', 'what applies dist/: manifests for it').choices(GITOPS).default('flux'),
      )
      .option('--git-repository <name>', 'the GitRepository that Flux reads (default: flux-system)')
      .option(
        '--repository-url <url>',
        'address of this repository, for Flux to get a GitRepository, and for Argo CD (default there: the Git remote)',
      )
      .addOption(
        new Option(
          '--ci <host>',
          'whose pipelines (default: those of the Git remote, or of a pipeline that is there, or none)',
        ).choices(CI),
      )
      .addHelpText('after', HELP)
      // 2 is unusable input, as everywhere here.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action((folder: string, options: InitOptions) => {
        process.exitCode = init(folder, options);
      })
  );
}

function init(folder: string, options: InitOptions): number {
  try {
    const plan = planInit(folder, options);
    const outcome = writeProject(plan);
    const todos = [...outcome.todos, ...plan.todos, ...ignoredTodos(plan)];
    const notes = [...plan.notes, ...scriptNote(outcome)];
    process.stdout.write(visibleLines(report(plan, { ...outcome, todos }, notes)));
    return todos.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof InitError)) throw error;
    complain(error.message);
    return 2;
  }
}

function report(
  { target, isInRepository }: InitPlan,
  { written, added, kept, todos }: Outcome,
  notes: readonly string[],
): string {
  const shown = (path: string) => relative('.', path) || '.';
  const steps = [
    ...(target === resolve('.') ? [] : [`cd ${shown(target)}`]),
    'npm install',
    'npx cdk8s synth            # validates, proves, writes dist/',
    'npx runner-fleet tokens    # what to set in GitLab, and how to seal the tokens',
    ...(isInRepository
      ? []
      : ['git init                   # if this folder is to be a repository of its own']),
    'git add --all              # package-lock.json and dist/ too: pipelines need both',
  ];
  return [
    ...written.map((path) => `written   ${shown(path)}`),
    ...added.map(({ path, what }) => `added to  ${shown(path)}: ${what.join(', ')}`),
    ...kept.map((path) => `there     ${shown(path)}: left as it is`),
    '',
    ...notes.flatMap((note) => [note, '']),
    ...(todos.length > 0
      ? ['Change by hand:', ...todos.map(({ path, what }) => `  ${shown(path)}: ${indented(what)}`), '']
      : []),
    'Next:',
    ...steps.map((step) => `  ${step}`),
    '',
  ].join('\n');
}

function scriptNote({ otherScripts }: Outcome): readonly string[] {
  if (otherScripts.length === 0) return [];
  const names = otherScripts.join(', ');
  return [
    `package.json has scripts of its own called ${names}: they stay. npx runs ours, for example npx runner-fleet check.`,
  ];
}

function indented(text: string): string {
  return text.trimEnd().replace(/\n(?=.)/g, '\n    ');
}
