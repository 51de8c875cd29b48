import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeOnce } from './cache';
import { versionOf } from './tools';

/** A module below `engines/go/`, and how long its first build takes on two cores. */
export interface GoModule {
  readonly name:
    | 'kubernetes'
    | 'pod-security'
    | 'sealed-secrets'
    | 'kwok'
    | 'karpenter'
    | 'flux'
    | 'argo'
    | 'trivy'
    | 'prometheus'
    | 'prometheus-operator';
  readonly minutes: number;
  /** What its compiler needs besides. */
  readonly environment?: Readonly<Record<string, string>>;
}

export const GO_MODULES: readonly GoModule[] = [
  { name: 'kubernetes', minutes: 7 },
  { name: 'sealed-secrets', minutes: 2 },
  { name: 'kwok', minutes: 3 },
  { name: 'karpenter', minutes: 4 },
  { name: 'flux', minutes: 4 },
  { name: 'argo', minutes: 5 },
];

const GO_ENVIRONMENT = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' };

/** What one test alone asks, and builds when it does. */
export const POD_SECURITY: GoModule = { name: 'pod-security', minutes: 1 };

/** The same: Trivy with the checks that are compiled into it. It needs an experiment of Go's, as its own releases do. */
export const TRIVY: GoModule = {
  name: 'trivy',
  minutes: 3,
  environment: { CGO_ENABLED: '0', GOEXPERIMENT: 'jsonv2' },
};

/** Folder of the programs that a module's go.mod names as tools, built if they are not there yet. */
export function buildGoModule({ name, minutes, environment }: GoModule): string {
  const source = join('tools/engines/go', name);
  const version = versionOf('go', ['env', 'GOVERSION']) ?? '';
  // Sums of what it needs, and programs of our own.
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^go\.(mod|sum)$|\.go$/.test(file),
  );
  const texts = files.sort().map((file) => readFileSync(join(source, file), 'utf8'));
  return madeOnce(name, [version, process.arch, ...texts], (folder) => {
    console.error(`Building ${name}: about ${minutes} minutes on two cores, once.`);
    execFileSync('go', ['build', '-o', `${folder}/`, 'tool'], {
      cwd: source,
      env: { ...GO_ENVIRONMENT, ...environment },
      stdio: ['ignore', 2, 2],
    });
  });
}

/** Folder of a module's source that a go.mod names: for CRDs and stages that come with it. */
export function goModuleFolder(module: GoModule['name'], path: string): string {
  const args = ['mod', 'download', '-json', path];
  const options = { cwd: join('tools/engines/go', module), env: GO_ENVIRONMENT, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync('go', args, options)).Dir;
}

/**
 * Folder for PYTHONPATH that holds what a file of requirements names, made if it is not there yet.
 *
 * @param name what the cache calls it
 */
export function buildPythonPackages(name = 'python', file = 'tools/engines/requirements.txt'): string {
  const version = versionOf('python3', ['-m', 'pip', '--version']) ?? '';
  const requirements = readFileSync(file, 'utf8');
  return madeOnce(name, [version, requirements], (folder) => {
    console.error('Installing Python packages: about a minute, once.');
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--no-warn-conflicts',
      '--root-user-action=ignore',
      '--require-hashes',
    ];
    execFileSync('python3', [...args, '--target', folder, '-r', file], {
      stdio: ['ignore', 2, 2],
    });
  });
}
