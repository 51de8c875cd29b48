#!/usr/bin/env node
import { checkCommand } from './check';
import { compareCommand } from './compare';
import { complain } from './complain';
import { diffCommand } from './diff';
import { explainCommand } from './explain';
import { gitlabCommand } from './gitlab/command';
import { importCommand } from './import/command';
import { initCommand } from './init/command';
import { needsCommand } from './needs';
import { noteCommand } from './note';
import { pageCommand } from './page';
import { pipelinesCommand } from './pipelines';
import { planCommand } from './plan';
import { runProgram } from './program';
import { synthCommand } from './synth';
import { tokensCommand } from './tokens/command';
import { upgradeCommand } from './upgrade';

// A reader that has enough, as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') console.error(`The output can not be written: ${error.code}`);
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
process.on('unhandledRejection', fail);
try {
  runProgram(process.argv.slice(2), [
    checkCommand(),
    compareCommand(),
    diffCommand(),
    explainCommand(),
    gitlabCommand(),
    importCommand(),
    initCommand(),
    needsCommand(),
    noteCommand(),
    pageCommand(),
    pipelinesCommand(),
    planCommand(),
    synthCommand(),
    tokensCommand(),
    upgradeCommand(),
  ]);
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
