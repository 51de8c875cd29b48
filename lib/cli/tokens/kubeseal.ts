import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import type { SealedBinding } from '../../sealed-secrets/encrypt';
import { repeats } from '../../sealed-secrets/repeats';

/** A failure of kubeseal, in its own words. */
export class KubesealError extends Error {}

/**
 * The ciphertext that kubeseal makes of a text, which it reads from its standard input; undefined where it is not
 * installed. Without a certificate it asks the cluster of the current kubeconfig.
 *
 * @param what what the text is, for problems
 * @throws KubesealError with what it printed
 */
export function runKubeseal(
  text: string,
  binding: SealedBinding,
  certificateFile: string | undefined,
  what: string,
): Promise<string | undefined> {
  const { namespace, name, scope } = binding;
  const certificate = certificateFile === undefined ? [] : ['--cert', certificateFile];
  const args = ['--raw', '--namespace', namespace, '--name', name, '--scope', scope, ...certificate];
  return new Promise((resolve, reject) => {
    const child = spawn('kubeseal', args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: withoutModules(process.env),
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(undefined);
      else reject(new KubesealError(`kubeseal does not start: ${error.code}`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(stdout.trim());
      else reject(new KubesealError(`kubeseal failed (exit code ${code}): ${sayable(stderr, text, what)}`));
    });
    // It may end before it has read everything; its exit code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}

/** npx puts programs of packages first in the PATH, and any package may bring one that is called kubeseal. */
function withoutModules(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !/[\\/]node_modules[\\/]/.test(folder));
  return { ...env, PATH: folders.join(delimiter) };
}

/** What it printed, unless that repeats what is sealed. */
function sayable(text: string, secret: string, what: string): string {
  return repeats(text, secret) ? `what it said repeats the ${what} and is not shown` : text.trim();
}
