#!/usr/bin/env node
import { complain } from './complain';
import { runProgram } from './program';

// A reader that has enough, as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') console.error(`The output can not be written: ${error.code}`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
process.on('unhandledRejection', fail);
try {
  runProgram(process.argv.slice(2));
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
