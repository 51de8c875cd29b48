import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ClusterState } from '../../tools/engines/cluster';
import { KubeClient } from '../../tools/engines/kube-client';
import { STATE_FILE } from './state-file';

/** The engines that run, as the start of all tests left them. */
export const cluster: ClusterState = JSON.parse(readFileSync(STATE_FILE, 'utf8'));

export const api = new KubeClient(cluster.access);

/** Bytes of output: the objects of all tests together are beyond the one MiB that Node takes by default. */
const OUTPUT_MOST = 256 * 1024 * 1024;

/** What kubectl prints. @throws Error with what it complains of */
export function kubectl(...args: readonly string[]): string {
  const options = { encoding: 'utf8', maxBuffer: OUTPUT_MOST } as const;
  const run = spawnSync(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, ...args], options);
  if (run.status === 0) return run.stdout;
  throw new Error(`kubectl ${args.join(' ')}: ${run.error?.message ?? run.stderr}`);
}

/** What kubectl makes of a manifest on its standard input. */
export function kubectlWith(input: string, ...args: readonly string[]): string {
  return execFileSync(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: OUTPUT_MOST,
  });
}

/**
 * Asks until an answer is there. On the way out the error says what was asked, the last answer, and what each engine's
 * log says of the object that it is about.
 *
 * @param about the name of an object, as logs write it
 * @param ask the answer, or undefined or false while there is none
 */
export async function eventually<Answer>(
  what: string,
  about: string,
  ask: () => Promise<Answer | undefined | false>,
  seconds = 90,
): Promise<Answer> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`After ${seconds} s still not: ${what}. Last answer: ${String(last)}\n${enginesOn(about)}`);
}

/** What the engines' logs say of an object: the last lines that hold its name. */
export function enginesOn(about: string): string {
  const found = readdirSync(cluster.logs).flatMap((file) => {
    const lines = readFileSync(join(cluster.logs, file), 'utf8')
      .split('\n')
      .filter((line) => line.includes(about));
    return lines.slice(-5).map((line) => `${basename(file, '.log')} on ${about}: ${line.slice(0, 500)}`);
  });
  return found.length > 0 ? found.join('\n') : `No engine's log names ${about}; they are in ${cluster.logs}.`;
}
