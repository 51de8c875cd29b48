import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { recursiveSources } from '../../init/argo-sources';
import type { Project } from '../../init/project';
import { runGit } from '../git-process';
import type { Todo } from './todo';

/** Where a project is to be written. */
interface Place {
  readonly target: string;
  readonly top: string;
  readonly isInRepository: boolean;
}

/**
 * What applies the folder of a project as a whole, with all files below it: it would read what is not a manifest, and apply
 * `dist/` in no order and for every cluster.
 */
export function readerTodos(place: Place, project: Project, address: string | undefined): readonly Todo[] {
  return [...fluxTodos(place, project), ...argoTodos(place, project, address)];
}

/** A Flux that reads everything below a folder also reads what is not a manifest, and fails. */
function fluxTodos({ target, top }: Place, project: Project): readonly Todo[] {
  const root = ancestors(target, top).find((folder) =>
    existsSync(join(folder, 'flux-system/gotk-sync.yaml')),
  );
  if (root === undefined || existsSync(join(root, 'kustomization.yaml'))) return [];
  const path = relative(top, root).split(sep).join('/');
  return [
    {
      path: target,
      what: `the Flux of ${path || 'this repository'}/ applies every YAML file below that folder, and fails on cdk8s.yaml. ${instead(path, 'flux', project)}`,
    },
  ];
}

/** An Argo CD that reads everything below a folder fails on JSON that is not a manifest. */
function argoTodos(
  { target, top, isInRepository }: Place,
  project: Project,
  address: string | undefined,
): readonly Todo[] {
  if (!isInRepository) return [];
  return filesWith('recurse:', top).flatMap((file) => {
    const text = readFileSync(join(top, file), 'utf8');
    return recursiveSources(text, project.folder, address).map(({ object, path }) => ({
      path: target,
      what: `${object} of Argo CD (${file}) applies every file below ${path || 'the top of this repository'}/, dist/ too, and fails on package.json. ${instead(path, 'argo', project)}`,
    }));
  });
}

/** YAML of a repository that holds a text, from its top; without what Git ignores. */
function filesWith(text: string, top: string): readonly string[] {
  const args = [
    '-C',
    top,
    'grep',
    '-lzI',
    '--fixed-strings',
    '--untracked',
    '-e',
    text,
    '--',
    '*.yaml',
    '*.yml',
  ];
  const { stdout } = runGit(args);
  return (stdout ?? '').split('\0').filter((file) => file !== '' && existsSync(join(top, file)));
}

/** Where the project can be: out of the folder that is read, with its manifest in there. */
function instead(read: string, gitops: 'flux' | 'argo', { name }: Project): string {
  if (read === '') return 'Give the fleet a repository of its own';
  const folder = FOLDERS.map((one) => `${one}/${name}`).find((one) => !`${one}/`.startsWith(`${read}/`));
  const flags = `--name ${name}${gitops === 'argo' ? ' --gitops argo' : ''}`;
  return `Remove what was written, run init at the top of the repository for a folder outside of it, for example "npx runner-fleet init ${folder} ${flags}", and copy ${folder}/${gitops}/${name}.yaml to ${read}/`;
}

/** Folders to propose, by preference; no folder that is read holds both. */
const FOLDERS = ['runners', 'gitlab-runners'];

/** A folder and those above it in its repository, the top first. */
function ancestors(target: string, top: string): readonly string[] {
  const folders = [target];
  while (folders[0] !== top && folders[0] !== dirname(folders[0])) folders.unshift(dirname(folders[0]));
  return folders;
}
