import { read } from 'read';

/** Longest input: a SealedSecret of a certificate chain is far below it. */
const MOST_BYTES = 1024 * 1024;

/** Input that can't be taken; the message says why. */
export class InputError extends Error {}

/** What someone types without echo, or what a pipe brings. Empty where nothing comes. */
export async function askForToken(prompt: string): Promise<string> {
  return process.stdin.isTTY ? askAtTerminal(prompt) : readInput();
}

/**
 * Registry, user and password as three lines: asked for one after the other, the password without echo, or what a pipe brings.
 */
export async function askForLogin(what: string): Promise<string> {
  if (!process.stdin.isTTY) return readInput();
  const registry = await askAtTerminal(`Registry of ${what}, for example registry.example.com: `, false);
  const user = registry && (await askAtTerminal('User: ', false));
  const password = user && (await askAtTerminal('Password (not shown): '));
  return password && [registry, user, password].join('\n');
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new InputError('More than 1 MiB was given: nothing that is sealed here is that long.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function askAtTerminal(prompt: string, silent = true): Promise<string> {
  // Ctrl-D ends the input without an answer: then nothing is left to wait for.
  const ended = new Promise<string>((resolve) => process.once('beforeExit', () => resolve('')));
  try {
    return (await Promise.race([read({ prompt, silent, output: process.stderr }), ended])).trim();
  } catch {
    // Interrupted (Ctrl-C): nothing was given.
    return '';
  } finally {
    if (silent) process.stderr.write('\n');
  }
}
