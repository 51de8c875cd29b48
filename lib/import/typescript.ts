import { isTable } from '../values/record';
import { UNSEEN, visibleJson } from '../values/visible';

const WIDTH = 100;
const NAME = /^[A-Za-z_$][\w$]*$/;
/** Options that come first and last, in the order in which people read them. */
const FIRST = [
  'name',
  'clusterName',
  'gitlabUrl',
  'gitlabCa',
  'proxy',
  'arch',
  'capacity',
  'pool',
  'tags',
  'exactTags',
];
const LAST = ['job', 'volumes', 'config', 'patches', 'runnerDefaults', 'runners'];

/** A `main.ts` that renders a fleet. */
export function descriptionText(
  fleet: Readonly<Record<string, unknown>>,
  comment: readonly string[],
): string {
  const head = comment.map((line) => (line === '' ? '//' : `// ${line}`)).join('\n');
  const body = `synth([\n  ${printed(fleet, 2)},\n]);\n`;
  return `${head === '' ? '' : `${head}\n`}import { synth } from 'gitlab-runner-fleet';\n\n${body}`;
}

function printed(value: unknown, indent: number): string {
  if (Array.isArray(value))
    return wrapped(
      value.map((item) => printed(item, indent + 2)),
      '[',
      ']',
      indent,
    );
  if (!isTable(value)) return typeof value === 'string' ? quoted(value) : String(value);
  const entries = inOrder(Object.entries(value)).map(
    ([key, item]) => `${NAME.test(key) ? key : quoted(key)}: ${printed(item, indent + 2)}`,
  );
  return wrapped(entries, '{', '}', indent);
}

function inOrder(entries: readonly [string, unknown][]): readonly [string, unknown][] {
  const rank = ([key]: [string, unknown]) => {
    const first = FIRST.indexOf(key);
    if (first >= 0) return first - FIRST.length;
    return LAST.indexOf(key) + 1;
  };
  return entries.filter(([, value]) => value !== undefined).sort((a, b) => rank(a) - rank(b));
}

function wrapped(items: readonly string[], open: string, close: string, indent: number): string {
  if (items.length === 0) return `${open}${close}`;
  const space = open === '{' ? ' ' : '';
  const line = `${open}${space}${items.join(', ')}${space}${close}`;
  if (!line.includes('\n') && indent + line.length <= WIDTH) return line;
  const inner = ' '.repeat(indent + 2);
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${' '.repeat(indent)}${close}`;
}

/** A text as a TypeScript literal; several lines as a template literal. Invisible characters are escaped. */
function quoted(text: string): string {
  if (text.includes('\n') && !/[\p{Cc}]/u.test(text.replace(/[\n\t]/g, '')))
    return `\`${text.replace(/[\\`]|\$(?=\{)/g, (one) => `\\${one}`).replace(UNSEEN, escapedUnlessBreak)}\``;
  const escaped = visibleJson(JSON.stringify(text)).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  return `'${escaped}'`;
}

function escapedUnlessBreak(character: string): string {
  return /[\n\t]/.test(character) ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
