import { delimiter, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { Command } from 'commander';
import { runProgram } from '../../lib/cli/program';

/** What a run of the program printed, and its exit code. */
export interface ProgramRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Exit extends Error {}

/**
 * Runs one command of the program within this process, which takes a tenth of the time that a new one needs to start. For commands that are
 * done when they return: check, diff, explain, needs and plan, without standard input.
 */
export function runHere(command: Command, args: readonly string[], folder = '.'): ProgramRun {
  return runIn(folder, () => runProgram([command.name(), ...args], [command]));
}

/** Runs what a program does in a folder, within this process, and collects what it prints and its exit code. */
export function runIn(folder: string, program: () => void): ProgramRun {
  const run = startRun(folder);
  try {
    program();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  } finally {
    run.end();
  }
  return run.result();
}

/** What a run has besides its arguments. */
export interface ProgramInput {
  readonly folder: string;
  /** What comes by standard input; it is never a terminal. */
  readonly input: string;
  /** Folder of this project that comes first in the PATH of programs that the command starts; the rest is the system's. */
  readonly programs: string;
}

/** The same for a command that reads its standard input, starts programs, or goes on after it has returned: note, tokens. */
export async function runHereWithInput(
  command: Command,
  args: readonly string[],
  { folder, input, programs }: ProgramInput,
): Promise<ProgramRun> {
  const run = startRun(folder);
  const restoreInput = replaceInput(Readable.from([Buffer.from(input)]));
  const restorePath = replacePath([resolve(programs), '/usr/bin', '/bin'].join(delimiter));
  const spy = jest.spyOn(Command.prototype, 'parse');
  let done: Promise<unknown> = Promise.resolve();
  spy.mockImplementation(function (this: Command, ...words: Parameters<Command['parse']>) {
    done = this.parseAsync(...words);
    return this;
  } as never);
  try {
    runProgram([command.name(), ...args], [command]);
    await done;
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  } finally {
    spy.mockRestore();
    restorePath();
    restoreInput();
    run.end();
  }
  return run.result();
}

/** Begins to collect what is printed, in the folder of the run. */
function startRun(folder: string): { end(): void; result(): ProgramRun } {
  const before = process.cwd();
  process.chdir(folder);
  const printed = { stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') => (text: string | Uint8Array) => {
    printed[stream] += String(text);
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(collect('stdout')),
    jest.spyOn(process.stderr, 'write').mockImplementation(collect('stderr')),
    jest.spyOn(console, 'error').mockImplementation((text) => collect('stderr')(`${text}\n`)),
    jest.spyOn(process, 'exit').mockImplementation((code) => {
      process.exitCode = code ?? undefined;
      throw new Exit();
    }),
  ];
  process.exitCode = undefined;
  return {
    end: () => {
      process.chdir(before);
      for (const spy of spies) spy.mockRestore();
    },
    result: () => {
      const status = Number(process.exitCode ?? 0);
      process.exitCode = undefined;
      return { status, ...printed };
    },
  };
}

function replaceInput(stream: Readable): () => void {
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  Object.defineProperty(process, 'stdin', { value: stream, configurable: true });
  return () => Object.defineProperty(process, 'stdin', stdin);
}

function replacePath(path: string): () => void {
  const before = process.env.PATH;
  process.env.PATH = path;
  return () => {
    process.env.PATH = before;
  };
}
