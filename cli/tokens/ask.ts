import { read } from 'read';

/** Longest input: a SealedSecret of a certificate chain is far below it. */
const MOST_BYTES = 1024 * 1024;

/** What somebody types without echo, or what a pipe brings. Empty where nothing comes. */
export async function askForToken(prompt: string): Promise<string> {
  if (process.stdin.isTTY) return askAtTerminal(prompt);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function askAtTerminal(prompt: string): Promise<string> {
  try {
    return (await read({ prompt, silent: true, output: process.stderr })).trim();
  } catch {
    // Interrupted (Ctrl-C, Ctrl-D): nothing was given.
    return '';
  } finally {
    process.stderr.write('\n');
  }
}
