import { join, relative, resolve, sep } from 'node:path';
import { below } from '../../init/project';
import { runGit } from '../git-process';
import type { InitPlan } from './plan';
import type { Todo } from './todo';

/** A line of a `.gitignore`, or of another file of that kind, and what it ignores. */
interface Ignored {
  /** The file and the line, as Git names them. */
  readonly source: string;
  readonly line: string;
  readonly pattern: string;
  /** From the top of the repository; a folder ends with a slash. */
  readonly path: string;
}

/** What is to be committed and ignored by Git; asked after files are written, since a `.gitignore` is among them. */
export function ignoredTodos(plan: InitPlan): readonly Todo[] {
  if (!plan.isInRepository) return [];
  const ignored = ignoredPaths(plan.top, committedFiles(plan));
  return ignored.map((one) => todoFor(one, plan));
}

/** Files that pipelines and GitOps need, those that synth and seal write later among them. */
function committedFiles({ target, top, project, files }: InitPlan): readonly string[] {
  const { name, folder, packageReference } = project;
  const tarball = packageReference.startsWith('file:')
    ? [relative(top, resolve(target, packageReference.slice('file:'.length)))]
    : [];
  const later = [
    'package.json',
    'package-lock.json',
    ...['base', 'karpenter', 'runners/amd64-spot'].map((part) => `dist/${name}/${part}/object.yaml`),
    `sealed/${name}/cert.pem`,
    `sealed/${name}/amd64-spot.yaml`,
  ];
  return [
    ...files.map(({ path }) => path),
    ...later.map((path) => below(folder, path)),
    ...tarball.map((path) => path.split(sep).join('/')).filter((path) => !path.startsWith('..')),
  ];
}

/** What of some files Git ignores: the highest folder of each, or the file. */
function ignoredPaths(top: string, files: readonly string[]): readonly Ignored[] {
  const waysTo = files.map((file) => {
    const steps = file.split('/');
    return steps.map(
      (_, index) => steps.slice(0, index + 1).join('/') + (index + 1 < steps.length ? '/' : ''),
    );
  });
  const input = [...new Set(waysTo.flat())].join('\0');
  const asked = runGit(['-C', top, 'check-ignore', '--verbose', '-z', '--stdin'], input);
  const fields = (asked.stdout ?? '').split('\0');
  const known = new Map<string, Ignored>();
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [source, line, pattern, path] = fields.slice(at, at + 4);
    // An exception is listed too.
    if (!pattern.startsWith('!')) known.set(path, { source, line, pattern, path });
  }
  const found = waysTo.flatMap(
    (way) => way.map((path) => known.get(path)).find((one) => one !== undefined) ?? [],
  );
  return [...new Set(found)];
}

function todoFor({ source, line, pattern, path }: Ignored, { top, target, project }: InitPlan): Todo {
  const file = resolve(top, source);
  const shown = file.startsWith(join(top, sep)) ? relative(top, file) : source;
  const cause = `line ${line} of ${shown} ("${pattern}") ignores ${path}`;
  const home = project.folder === '' ? '' : `${project.folder}/`;
  if (!path.startsWith(home) || path === home)
    return { path: file, what: `${cause}, which is to be committed: remove that line` };
  const inside = `!/${path.slice(home.length)}`;
  const lines = path.endsWith('/') ? `${inside} and ${inside}**` : inside;
  return {
    path: join(target, '.gitignore'),
    what: `write ${lines} at its end: ${cause}, which is to be committed`,
  };
}
