import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFiles } from '../../synth/dist-folder';
import { DEFAULT_FLEET, render } from '../fleets';
import { withFolder } from './temporary-folder';

const FOLDERS = [
  'charts',
  'checks',
  'cli',
  'diff',
  'fargate',
  'imports',
  'karpenter',
  'manifests',
  'model',
  'plan',
  'report',
  'runner',
  'synth',
  'tokens',
  'values',
];
const FILES = ['cdk8s.yaml', 'tsconfig.json', 'package.json'];

/** The main.ts of the tests: whoever uses this project changes the real one. */
export const MAIN = readFileSync('test/synth/fixtures/default-fleet.ts.txt', 'utf8');

let template: string | undefined;

/** A compiled copy of this project with the default fleet, rendered; made once for each file of tests. */
function templateProject(): string {
  if (template !== undefined) return template;
  const project = mkdtempSync(join(tmpdir(), 'runner-fleet-project-'));
  for (const path of [...FOLDERS, ...FILES]) cpSync(path, join(project, path), { recursive: true });
  writeFileSync(join(project, 'main.ts'), MAIN);
  writeFiles(join(project, 'dist'), render(DEFAULT_FLEET));
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  execFileSync('node_modules/.bin/tsc', ['-b'], { cwd: project });
  process.once('exit', () => rmSync(project, { recursive: true, force: true }));
  template = project;
  return project;
}

/** A copy of this project with the default fleet, rendered, in which the real command runs. */
export function withProject(run: (project: string) => void): void {
  withFolder((project) => {
    copyProject(project);
    run(project);
  });
}

/** The same in a folder that stays until its owner removes it. Times stay too, so that the compiler has nothing to do. */
export function copyProject(project: string): void {
  cpSync(templateProject(), project, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
