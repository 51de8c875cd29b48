import { at, type Fields, fieldsOf, listOf, textOf } from '../values/record';

/** Signals by name, as Linux numbers them. Any other one is of no use to end a manager. */
const NUMBERS: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };
/** On it GitLab Runner takes no new job and waits for those that it has. */
export const SIGQUIT = 3;
const SIGTERM = 15;
/** Stands for a signal without a number here. */
const OTHER = -1;

/** Images that GitLab publishes, and mirrors of them: they have STOPSIGNAL SIGQUIT. */
export const OF_GITLAB =
  /(^|\/)gitlab-org\/gitlab-runner(?=[:@]|$)|^(docker\.io\/)?gitlab\/gitlab-runner(?=[:@]|$)/;

/** The name of a signal by its number, for example `SIGQUIT`. */
export function signalName(number: number): string {
  const name = Object.entries(NUMBERS).find(([, one]) => one === number)?.[0];
  if (number === OTHER) return 'another signal';
  return name === undefined ? `signal ${number}` : `SIG${name}`;
}

/** The signal by which the kubelet ends a container, unless its image says another one than GitLab's do. */
export function stopSignalOf({ lifecycle, image }: Fields): number {
  const name = textOf(at(lifecycle, ['stopSignal']))?.replace(/^SIG/, '');
  if (name !== undefined) return NUMBERS[name] ?? OTHER;
  return OF_GITLAB.test(textOf(image) ?? '') ? SIGQUIT : SIGTERM;
}

/** The signal that gitlab-runner gets instead of another one: `dumb-init --rewrite 15:3`, in any form that it takes; 0 is none. */
export function rewrittenSignal(command: readonly string[], signal: number): number {
  const runner = command.findIndex((word) => /(^|\/)(gitlab-runner|entrypoint)$/.test(word));
  const before = runner < 0 ? command : command.slice(0, runner);
  const inits = before.flatMap((word, index) => (/(^|\/)dumb-init$/.test(word) ? [index] : []));
  return inits.reduce((sent, start) => pairsOf(before.slice(start + 1)).get(sent) ?? sent, signal);
}

/** What the options of dumb-init make of signals, up to the command that it starts. */
function pairsOf(words: readonly string[]): ReadonlyMap<number, number> {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const pairs = options.flatMap((word, index) => {
    const text = /^(?:--rewrite|-r)$/.test(options[index - 1] ?? '')
      ? word
      : /^(?:--rewrite=|-r)(\S+)$/.exec(word)?.[1];
    const [, from, to] = /^(\d+):(\d+)$/.exec(text ?? '') ?? [];
    return from === undefined ? [] : [[Number(from), Number(to)] as const];
  });
  return new Map(pairs);
}

/** Seconds for which a `preStop` hook sleeps, which count for the grace period of the pod, before the stop signal is sent. */
export function preStopSeconds({ lifecycle }: Fields): number {
  const { sleep, exec } = fieldsOf(at(lifecycle, ['preStop']));
  const text = listOf(at(exec, ['command']))
    .map(String)
    .join(' ');
  const own = Number(at(sleep, ['seconds']) ?? 0) || 0;
  return Math.max(
    own,
    ...[...text.matchAll(/(?:^|[\s;&|/])sleep (\d+)(?![\d.smhd])/g)].map(([, seconds]) => Number(seconds)),
  );
}

/** A command of a `preStop` hook that ends its container at once: `kill -9 1`; undefined where none does. */
export function killingHook({ lifecycle }: Fields): string | undefined {
  const words = listOf(at(lifecycle, ['preStop', 'exec', 'command'])).map(String);
  const text = words.join(' ');
  const kills = [...text.matchAll(/(?:^|[\s;&|/])p?kill(?:all)?\s+((?:-\S+\s+|SIG\w+\s+|[A-Z]+\s+)*)/g)];
  return kills.some(([, options]) => !/\b(?:SIG)?QUIT\b|-3\b|\b3\b|-0\b/i.test(options)) ? text : undefined;
}
