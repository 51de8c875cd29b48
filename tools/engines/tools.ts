import { execFileSync } from 'node:child_process';

/** Something that the machine lacks, in one sentence. */
export class MissingTool extends Error {}

/** A program that this machine must have, and how its version is asked for. */
interface Tool {
  readonly command: string;
  readonly args: readonly string[];
  /** Oldest version that works; undefined where any does. */
  readonly oldest?: readonly [major: number, minor: number, patch?: number];
  /** What to install. */
  readonly install: string;
}

const TOOLS: readonly Tool[] = [
  // The newest that a go.mod below `engines/go/` asks for; a toolchain is not downloaded.
  { command: 'go', args: ['env', 'GOVERSION'], oldest: [1, 26, 3], install: 'Go 1.26.3 or newer' },
  { command: 'python3', args: ['--version'], oldest: [3, 10], install: 'Python 3.10 or newer' },
  { command: 'python3', args: ['-m', 'pip', '--version'], install: 'pip for python3' },
  { command: 'setpriv', args: ['--version'], install: 'setpriv (util-linux)' },
  { command: 'git', args: ['--version'], oldest: [2, 32, 0], install: 'git 2.32 or newer' },
  { command: 'unshare', args: ['--version'], install: 'unshare (util-linux)' },
  // These build, store and run the images of examples/multi-arch-image.
  { command: 'buildah', args: ['--version'], install: 'buildah' },
  { command: 'skopeo', args: ['--version'], install: 'skopeo' },
  { command: 'docker-registry', args: ['--version'], install: 'docker-registry' },
  { command: 'qemu-aarch64-static', args: ['--version'], install: 'qemu-aarch64-static (qemu-user-static)' },
  { command: 'make', args: ['--version'], install: 'make' },
  { command: 'curl', args: ['--version'], install: 'curl' },
  // This tests the rules of `monitoring`. 2.42 is the first that knows all of what they may say.
  {
    command: 'promtool',
    args: ['--version'],
    oldest: [2, 42],
    install: 'promtool 2.42 or newer (prometheus)',
  },
];

/**
 * Asks for every tool before anything is built.
 *
 * @throws MissingTool that names all that is missing, or too old
 */
export function requireTools(): void {
  const missing = TOOLS.filter((tool) => !isThere(tool)).map(({ install }) => install);
  if (missing.length > 0)
    throw new MissingTool(
      `Install ${missing.join(', ')}: the engines of the cluster test are built and run with them, on Linux.`,
    );
}

function isThere({ command, args, oldest }: Tool): boolean {
  const version = versionOf(command, args);
  if (version === undefined || oldest === undefined) return version !== undefined;
  const [, ...found] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  const differs = oldest.findIndex((least, place) => Number(found[place] ?? 0) !== least);
  return differs < 0 || Number(found[differs] ?? 0) > (oldest[differs] ?? 0);
}

/** What a program says of its version; undefined where it is not there, or does not work. */
export function versionOf(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
