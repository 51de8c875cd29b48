import { type Given, isSwitch } from './register';

/** A call of `gitlab-runner register` in a script or a command. */
export interface RegisterCall {
  readonly flags: readonly Given[];
  /** Path of the template that it names; undefined without one. */
  readonly template: string | undefined;
}

/** Value of a variable; undefined where it is not known before the container runs. */
export type LookUp = (name: string) => string | undefined;

const CALL =
  /(?:gitlab-runner|gitlab-ci-multi-runner|\/entrypoint)["']?(?:[ \t]+--[\w-]+=\S+)*[ \t]+register(?=[\s"';&|)]|$)/g;

/** The calls of `register` in a shell script. */
export function registerCalls(script: string, lookUp: LookUp): readonly RegisterCall[] {
  return [...script.matchAll(CALL)]
    .filter(({ index }) => !/^[ \t]*#/.test(lineAbove(script, index)))
    .map((match) => callOf(wordsFrom(script, match.index + match[0].length, lookUp)));
}

/** The call of `register` that the words of a command are, without a shell; undefined where they are none. */
export function registerCommand(words: readonly string[], lookUp: LookUp): RegisterCall | undefined {
  const index = words.indexOf('register');
  const before = words.slice(0, Math.max(index, 0));
  if (index < 0 || before.some((word) => /\s/.test(word))) return undefined;
  // Without a command, the image starts gitlab-runner.
  const last = before.filter((word) => !word.startsWith('-')).pop();
  if (last !== undefined && !/(?:gitlab-runner|entrypoint)$/.test(last)) return undefined;
  const known = words.slice(index + 1).map((word) => expandReferences(word, lookUp));
  return callOf(known);
}

/** `$(NAME)` as Kubernetes expands it in a command; undefined where a name is not known. */
function expandReferences(word: string, lookUp: LookUp): string | undefined {
  const names = [...word.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name);
  if (names.some((name) => lookUp(name) === undefined)) return undefined;
  return word.replace(/\$\((\w+)\)/g, (_, name) => lookUp(name) ?? '');
}

function lineAbove(script: string, index: number): string {
  return script.slice(script.lastIndexOf('\n', index) + 1, index);
}

/** Flags off words; a word that is undefined holds what nobody knows here. */
function callOf(words: readonly (string | undefined)[]): RegisterCall {
  const flags: Given[] = [];
  for (let index = 0; index < words.length; index++) {
    const match = /^--?([\w-]+)(?:=(.*))?$/s.exec(words[index] ?? '');
    if (match === null) continue;
    const [, name, own] = match;
    const isAlone = own === undefined && isSwitch(name);
    const value = own ?? (isAlone ? 'true' : words[++index]);
    if (value !== undefined) flags.push({ name, value });
  }
  return { flags, template: flags.find(({ name }) => name === 'template-config')?.value };
}

/** Words of a shell command up to its end, quotes and variables resolved. */
function wordsFrom(script: string, start: number, lookUp: LookUp): readonly (string | undefined)[] {
  const words: (string | undefined)[] = [];
  let word: { text: string; isKnown: boolean } | undefined;
  const push = () => {
    if (word !== undefined) words.push(word.isKnown ? word.text : unknownWord(word.text));
    word = undefined;
  };
  const add = (text: string | undefined) => {
    word = {
      text: (word?.text ?? '') + (text ?? ''),
      isKnown: (word?.isKnown ?? true) && text !== undefined,
    };
  };
  for (let index = start; index < script.length; ) {
    const part = partAt(script, index, lookUp);
    if (part.kind === 'end') break;
    if (part.kind === 'space') push();
    else add(part.text);
    index += part.length;
  }
  push();
  return words;
}

/** A flag keeps its name where its value is not known: `--token=` is not the flag of the next word. */
function unknownWord(text: string): string | undefined {
  return /^--?[\w-]+=/.test(text) ? '' : undefined;
}

type Part =
  | { readonly kind: 'end' }
  | { readonly kind: 'space'; readonly length: number }
  | { readonly kind: 'text'; readonly text: string | undefined; readonly length: number };

const PARTS: readonly (readonly [RegExp, (match: RegExpExecArray, lookUp: LookUp) => Part])[] = [
  [/(?:[ \t]|\\\r?\n)+/y, ([all]) => ({ kind: 'space', length: all.length })],
  [/[\r\n;&|)<>]/y, () => ({ kind: 'end' })],
  [/'([^']*)'/y, ([all, text]) => ({ kind: 'text', text, length: all.length })],
  [
    /"((?:[^"\\]|\\.)*)"/sy,
    ([all, text], lookUp) => ({ kind: 'text', text: expanded(text, lookUp), length: all.length }),
  ],
  [/\\(.)/sy, ([all, text]) => ({ kind: 'text', text, length: all.length })],
  [/\$\([^)]*\)|`[^`]*`/y, ([all]) => ({ kind: 'text', text: undefined, length: all.length })],
  [
    /\$\{[^}]*\}|\$\w+/y,
    ([all], lookUp) => ({ kind: 'text', text: expanded(all, lookUp), length: all.length }),
  ],
];

function partAt(script: string, index: number, lookUp: LookUp): Part {
  for (const [pattern, read] of PARTS) {
    pattern.lastIndex = index;
    const match = pattern.exec(script);
    if (match) return read(match, lookUp);
  }
  return { kind: 'text', text: script[index], length: 1 };
}

/** A text with its variables; undefined where one of them is not known. */
function expanded(text: string, lookUp: LookUp): string | undefined {
  let isKnown = !/\$\(|`/.test(text);
  const result = text.replace(
    /\\(["$`\\])|\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (_, escaped, braced, fallback, plain) => {
      if (escaped !== undefined) return escaped;
      const value = lookUp(braced ?? plain) ?? fallback;
      if (value === undefined) isKnown = false;
      return value ?? '';
    },
  );
  return isKnown && !/\$\{/.test(result) ? result : undefined;
}
