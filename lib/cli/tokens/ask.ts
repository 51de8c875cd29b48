import { read } from 'read';

/** Longest input: a SealedSecret of a certificate chain is far below it. */
const MOST_BYTES = 1024 * 1024;

/** Input that can't be taken; the message says why. */
export class InputError extends Error {}

/** What someone types without echo, or what a pipe brings. Empty where nothing comes. */
export async function askForToken(prompt: string): Promise<string> {
  if (process.stdin.isTTY) return askAtTerminal(prompt);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new InputError('More than 1 MiB was given: that is neither a token nor a ciphertext.');
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function askAtTerminal(prompt: string): Promise<string> {
  // Ctrl-D ends the input without an answer: then nothing is left to wait for.
  const ended = new Promise<string>((resolve) => process.once('beforeExit', () => resolve('')));
  try {
    return (await Promise.race([read({ prompt, silent: true, output: process.stderr }), ended])).trim();
  } catch {
    // Interrupted (Ctrl-C): nothing was given.
    return '';
  } finally {
    process.stderr.write('\n');
  }
}
