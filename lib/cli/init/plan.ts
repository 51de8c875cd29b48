import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { load } from 'js-yaml';
import { DescriptionError } from '../../fleet/fault';
import { FLEET_NAME_MOST } from '../../fleet/names';
import { resolveFleets } from '../../fleet/resolve-fleets';
import { projectFiles } from '../../init/files';
import { ciOfHost, type GitAddress, parseGitAddress } from '../../init/git-address';
import {
  below,
  type Ci,
  type Compute,
  type Gitops,
  type PlannedFile,
  type Project,
} from '../../init/project';
import { RENOVATE_FILES, RUNNER_RELEASE } from '../../init/repository-files';
import { asDnsLabel, isDnsLabel } from '../../values/label';
import { placeInRepository, remoteAddress } from '../git';
import { packageFile } from '../package-file';
import { type PackageReference, packageReference } from './package-reference';
import { readerTodos } from './readers';
import type { Todo } from './todo';

/** Flags of `init`. */
export interface InitOptions {
  readonly name?: string;
  readonly cluster?: string;
  readonly compute: Compute;
  readonly gitlabUrl?: string;
  readonly gitops: Gitops;
  readonly gitRepository?: string;
  readonly repositoryUrl?: string;
  readonly ci?: Ci;
}

/** Nothing can be written; the message says every reason. */
export class InitError extends Error {
  override readonly name = 'InitError';

  constructor(faults: readonly string[]) {
    super(`${faults.join('\n')}\nNothing was written.`);
  }
}

/** What `init` is about to write. */
export interface InitPlan {
  /** Folder of the project. */
  readonly target: string;
  /** Top of its repository; the folder itself outside of one. */
  readonly top: string;
  readonly isInRepository: boolean;
  readonly project: Project;
  readonly files: readonly PlannedFile[];
  readonly notes: readonly string[];
  readonly todos: readonly Todo[];
}

/**
 * Everything that is to be written for a fleet in a folder, from the flags, and from what the repository says.
 *
 * @throws InitError with all faults of the flags and of the folder
 */
export function planInit(folder: string, options: InitOptions): InitPlan {
  const { target, top, isInRepository, nearest } = locate(folder);
  const remote = parseGitAddress(remoteAddress(nearest) ?? '');
  const reference = packageReference(target);
  const project = projectOf(target, top, options, remote, reference);
  const faults = [
    ...folderFaults(target, project.folder),
    ...fleetFaults(project, options),
    ...flagFaults(options),
  ];
  const files = projectFiles(project).filter(({ path }) => !isOtherRenovateFile(top, path));
  faults.push(...fileFaults(top, [...files.map(({ path }) => path), below(project.folder, 'package.json')]));
  if (faults.length > 0) throw new InitError(faults);
  return {
    target,
    top,
    isInRepository,
    project,
    files,
    notes: [summaryOf(project, options, top), ...renovateNotes(project, top)],
    todos: [
      ...readerTodos({ target, top, isInRepository }, project, project.repositoryUrl ?? remote?.url),
      ...tarballTodos(target, top, project, reference),
      ...addressTodos(target, project),
    ],
  };
}

interface Location {
  readonly target: string;
  readonly top: string;
  readonly isInRepository: boolean;
  /** The nearest folder that is there. */
  readonly nearest: string;
}

/** Where a folder is, with links followed as Git does, and where the top of its repository is. */
function locate(folder: string): Location {
  let nearest = resolve(folder);
  const missing: string[] = [];
  while (!existsSync(nearest)) {
    missing.unshift(basename(nearest));
    nearest = dirname(nearest);
  }
  nearest = realpathSync(nearest);
  const target = join(nearest, ...missing);
  if (!statSync(nearest).isDirectory()) throw new InitError([`${nearest} is not a folder.`]);
  const place = placeInRepository(nearest);
  return { target, top: place?.top ?? target, isInRepository: place !== undefined, nearest };
}

function projectOf(
  target: string,
  top: string,
  options: InitOptions,
  remote: GitAddress | undefined,
  reference: PackageReference,
): Project {
  const hostCi = remote && ciOfHost(remote.host);
  const address =
    options.repositoryUrl && (parseGitAddress(options.repositoryUrl)?.url ?? options.repositoryUrl);
  return {
    name: options.name ?? asDnsLabel(basename(target), FLEET_NAME_MOST),
    clusterName: options.cluster,
    compute: options.compute,
    gitlabUrl: options.gitlabUrl ?? (hostCi === 'gitlab' ? `https://${remote?.host}` : 'https://gitlab.com'),
    folder: relative(top, target).split(sep).join('/'),
    gitops: options.gitops,
    gitRepository: options.gitRepository ?? 'flux-system',
    repositoryUrl: address ?? (options.gitops === 'argo' ? remote?.url : undefined),
    ci: options.ci ?? hostCi ?? ciThatIsThere(top),
    stage: stageOf(top),
    packageReference: reference.text,
    versions: JSON.parse(packageFile('package.json')).devDependencies,
  };
}

function ciThatIsThere(top: string): Ci {
  if (existsSync(join(top, '.gitlab-ci.yml'))) return 'gitlab';
  return existsSync(join(top, '.github/workflows')) ? 'github' : 'none';
}

/** A stage that the pipeline has; `test` is there where it names none. */
function stageOf(top: string): string {
  try {
    const { stages } = (load(readFileSync(join(top, '.gitlab-ci.yml'), 'utf8')) ?? {}) as {
      stages?: unknown;
    };
    if (!Array.isArray(stages) || stages.includes('test')) return 'test';
    return typeof stages[0] === 'string' ? stages[0] : 'test';
  } catch {
    // None, or one with tags of GitLab's own, such as !reference.
    return 'test';
  }
}

function isOtherRenovateFile(top: string, path: string): boolean {
  return (
    path === 'renovate.json' && RENOVATE_FILES.some((file) => file !== path && existsSync(join(top, file)))
  );
}

function folderFaults(target: string, folder: string): readonly string[] {
  if (/^[\w./-]*$/.test(folder)) return [];
  return [
    `${target}: pipelines and manifests name the folder, so that its path in the repository (${folder}) may hold letters, digits, dots, dashes and underscores alone. Choose another folder.`,
  ];
}

/** Faults of the fleet as synth would report them, by the flag that they come from. */
function fleetFaults(project: Project, options: InitOptions): readonly string[] {
  if (project.name === '' && options.name === undefined)
    return ['The name of the folder has no letter and no digit. Name the fleet: --name production'];
  const { name, clusterName, gitlabUrl } = project;
  try {
    const runners = [{ name: 'amd64-spot', arch: 'amd64', capacity: 'spot' } as const];
    resolveFleets(
      [{ name, ...(clusterName === undefined ? {} : { clusterName }), gitlabUrl, runners }],
      new Map(),
    );
    return [];
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    return error.faults.flatMap(({ at, found, why, fix }) => {
      const flag = FLAGS[at.split(' > ').at(-1) ?? ''];
      // A name that is not a cluster's either is one mistake.
      if (flag === '--cluster' && clusterName === undefined) return [];
      return [`${flag ?? at}: ${found}\n    rule: ${why}\n    fix:  ${fix}`];
    });
  }
}

const FLAGS: Readonly<Record<string, string>> = {
  name: '--name',
  clusterName: '--cluster',
  gitlabUrl: '--gitlab-url',
};

function flagFaults({ gitops, gitRepository, repositoryUrl }: InitOptions): readonly string[] {
  const faults: string[] = [];
  if (gitRepository !== undefined && gitops !== 'flux')
    faults.push(`--git-repository: only Flux reads one; leave it out with --gitops ${gitops}.`);
  else if (gitRepository !== undefined && !isDnsLabel(gitRepository))
    faults.push(
      `--git-repository: "${gitRepository}"\n    rule: the name of a GitRepository in flux-system: lower-case letters, digits and dashes\n    fix:  kubectl get gitrepositories --namespace flux-system lists them`,
    );
  if (repositoryUrl !== undefined && gitops === 'none')
    faults.push('--repository-url: nothing reads it; leave it out with --gitops none.');
  else if (repositoryUrl !== undefined && parseGitAddress(repositoryUrl) === undefined)
    faults.push(
      `--repository-url: the address that Git clones this repository from\n    fix:  write it as https://gitlab.example.com/platform/runners.git or git@gitlab.example.com:platform/runners.git`,
    );
  return faults;
}

/** What stands in the way of files: a folder of their name, or a file where their folder should be. */
function fileFaults(top: string, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const parts = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
    const blocked = parts.find((part) => !isUsable(join(top, part), part === path, top));
    if (blocked === undefined) return [];
    const wanted = `a ${blocked === path ? 'file' : 'folder'}${isLink(join(top, blocked)) ? ' of this repository' : ''}`;
    return [`${join(top, blocked)} is not ${wanted}, and ${path} is to be written. Move it.`];
  });
}

/** Whether a path is free, or what it is to be; a link to nowhere, or out of the repository, is neither. */
function isUsable(path: string, asFile: boolean, top: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  const isInside = realpathSync(path).startsWith(join(realpathSync(top), sep));
  return isInside && (asFile ? found.isFile() : found.isDirectory());
}

function isLink(path: string): boolean {
  return lstatSync(path).isSymbolicLink();
}

/** What the files that are written now say; what a file that is there says is for its owner. */
function summaryOf(project: Project, options: InitOptions, top: string): string {
  const { name, folder, ci, gitops, gitRepository, gitlabUrl } = project;
  const isThere = (path: string) => existsSync(join(top, below(folder, path)));
  const server = isThere('main.ts') ? '' : ` of ${gitlabUrl}`;
  const source = options.repositoryUrl === undefined ? '' : 'a new ';
  const flux = isThere(`flux/${name}.yaml`) ? 'Flux' : `Flux, ${source}GitRepository ${gitRepository}`;
  return [
    `Fleet ${name}${server}${folder === '' ? '' : `, in ${folder}/`}.`,
    `GitOps: ${{ flux, argo: 'Argo CD', none: 'none' }[gitops]}.`,
    `Pipelines: ${{ gitlab: 'GitLab', github: 'GitHub', none: 'none (--ci gitlab or --ci github writes one)' }[ci]}.`,
  ].join(' ');
}

/** Settings of Renovate that someone else wrote stay, and know nothing of the images of a fleet. */
function renovateNotes({ folder }: Project, top: string): readonly string[] {
  const file = RENOVATE_FILES.find((one) => existsSync(join(top, one)));
  if (file === undefined || readFileSync(join(top, file), 'utf8').includes(RUNNER_RELEASE)) return [];
  return [
    `${file} stays as it is, without rules for the runners: it does not update releases and images in ${below(folder, 'main.ts')}, and does not leave out ${below(folder, 'dist/')}. An empty folder gets a renovate.json that does: copy its customManagers, packageRules and ignorePaths.`,
  ];
}

function tarballTodos(
  target: string,
  top: string,
  { ci }: Project,
  { text, file }: PackageReference,
): readonly Todo[] {
  if (ci === 'none' || file === undefined || !relative(top, file).startsWith('..')) return [];
  return [
    {
      path: join(target, 'package.json'),
      what: `it refers to ${text}, which is outside of this repository: pipelines can't install it. Commit the tarball and refer to it here`,
    },
  ];
}

function addressTodos(target: string, { gitops, name, repositoryUrl }: Project): readonly Todo[] {
  if (gitops !== 'argo' || repositoryUrl !== undefined) return [];
  const what = 'write the address of the repository as repoURL: there is no Git remote that says it';
  return [{ path: join(target, `argo/${name}.yaml`), what }];
}
