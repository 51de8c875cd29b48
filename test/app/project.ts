import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFiles } from '../../lib/app/dist-folder';
import { DEFAULT_FLEET, render } from '../fleets';
import { withFolder } from './temporary-folder';

/** The main.ts of the tests: whoever uses this project changes the real one. */
export const MAIN = readFileSync('test/app/fixtures/default-fleet.ts.txt', 'utf8');

let template: string | undefined;

/** A project of a user, with the default fleet, compiled and rendered; made once for each file of tests. */
function templateProject(): string {
  if (template !== undefined) return template;
  const project = mkdtempSync(join(tmpdir(), 'runner-fleet-project-'));
  cpSync('cdk8s.yaml', join(project, 'cdk8s.yaml'));
  writeFileSync(join(project, 'tsconfig.json'), TSCONFIG);
  writeFileSync(join(project, 'package.json'), '{ "name": "runners", "private": true }\n');
  writeFileSync(join(project, 'main.ts'), MAIN);
  writeFiles(join(project, 'dist'), render(DEFAULT_FLEET));
  mkdirSync(join(project, 'node_modules'));
  for (const name of ['.bin', '@types', 'cdk8s', 'constructs'])
    symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name));
  symlinkSync(resolve('.'), join(project, 'node_modules', 'gitlab-runner-fleet'));
  execFileSync('node_modules/.bin/tsc', ['-b'], { cwd: project });
  process.once('exit', () => rmSync(project, { recursive: true, force: true }));
  template = project;
  return project;
}

/** The program, as `npx runner-fleet` starts it. */
export const PROGRAM = resolve('build/package/lib/cli/main.js');

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "nodenext",
    "strict": true,
    "skipLibCheck": true,
    "types": ["node"],
    "rootDir": ".",
    "outDir": "build/app",
    "incremental": true,
    "tsBuildInfoFile": "build/app.tsbuildinfo"
  },
  "files": ["main.ts"]
}
`;

/** A copy of that project, rendered, in which the real command runs. */
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
