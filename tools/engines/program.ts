import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How to start a program. */
export interface ProgramSpec {
  /** Name of its log. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Signal that ends it at once and cleanly. Default SIGTERM. */
  readonly signal?: NodeJS.Signals;
}

/** A program that runs in the background, with a log of its own. */
export class Program {
  private exit: string | undefined;

  private constructor(
    readonly spec: ProgramSpec,
    readonly log: string,
    private readonly child: ChildProcess,
  ) {
    child.on('exit', (code, signal) => {
      this.exit = signal ?? `exit code ${code}`;
    });
    child.on('error', (error) => {
      this.exit = error.message;
    });
  }

  /**
   * Starts a program. The kernel kills it when this process ends, however it ends (`PR_SET_PDEATHSIG`, by way of setpriv
   * of util-linux), so that none is ever left behind.
   */
  static start(spec: ProgramSpec, logs: string): Program {
    const log = join(logs, `${spec.name}.log`);
    const output = openSync(log, 'a');
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', spec.command, ...spec.args], {
      stdio: ['ignore', output, output],
      env:
        spec.env === undefined
          ? process.env
          : { PATH: process.env.PATH, GOGC: process.env.GOGC, ...spec.env },
    });
    closeSync(output);
    return new Program(spec, log, child);
  }

  /** Waits until a question is answered with yes. Fails when the program ends, or after a time, with the end of its log. */
  async ready(question: () => Promise<boolean>, seconds = 120): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (this.exit === undefined && Date.now() < deadline) {
      if (await question().catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const why = this.exit === undefined ? `is not ready after ${seconds} s` : `ended (${this.exit})`;
    throw new Error(`${this.spec.name} ${why}. The end of ${this.log}:\n${this.lastLines(20)}`);
  }

  /** The last lines of the log. */
  lastLines(count: number): string {
    return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }

  /** CPU seconds that it has used so far; 0 once it has ended. */
  cpuSeconds(): number {
    if (this.exit !== undefined) return 0;
    // After the name, which may have spaces, user and system time are the 12th and 13th field, in hundredths of a second.
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Ends the program and waits until it has ended. */
  async stop(): Promise<void> {
    if (this.exit !== undefined) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(this.spec.signal ?? 'SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(late);
  }
}
