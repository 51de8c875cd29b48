import { chartSection, valuesByOption } from './chart-section';

/** One option of a description, as its docstring says. */
export interface Option {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly text: string;
  readonly fallback: string;
}

/** The options of one interface. */
export interface OptionGroup {
  readonly name: string;
  readonly text: string;
  /** The interface whose options it has too. */
  readonly parent: string | undefined;
  /** Whether null takes back what is inherited. */
  readonly inherits: boolean;
  readonly options: readonly Option[];
}

const INTERFACE =
  /((?:^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)^export interface (\w+)(?: extends (Override<)?(\w+)>?)? \{\n([\s\S]*?)^\}/gm;
const MEMBER = /((?: {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?) {2}readonly (\w+)(\??): ([^;]+);/g;

/** The exported interfaces of a description's source, with what their docstrings say. */
export function readOptions(source: string): readonly OptionGroup[] {
  return [...source.matchAll(INTERFACE)].map(([, comment, name, inherits, parent, body]) => ({
    name,
    text: sentences(comment),
    parent,
    inherits: inherits !== undefined,
    options: [...body.matchAll(MEMBER)].map(([, docstring, member, mark, type]) => ({
      name: member,
      type: type.replace(/\s+/g, ' '),
      optional: mark === '?',
      text: sentences(docstring),
      fallback: tag(docstring, 'default'),
    })),
  }));
}

/** A type that options name, as its docstring says. */
export interface NamedType {
  readonly name: string;
  readonly text: string;
  readonly definition: string;
}

const TYPE =
  /((?:^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)^export type (\w+(?:<[^>]*>)?) =\s+(?:\| )?([\s\S]*?);$/gm;

/** The exported types of a description's source, without its interfaces. */
export function readTypes(source: string): readonly NamedType[] {
  return [...source.matchAll(TYPE)].map(([, comment, name, definition]) => ({
    name,
    text: sentences(comment),
    definition: definition.replace(/\s+/g, ' '),
  }));
}

/** A page with a table for each interface, one of the types that they name, and one of the Helm values that they replace. */
export function optionsPage(groups: readonly OptionGroup[], types: readonly NamedType[]): string {
  const intro = [
    '# Options',
    '',
    'Generated from the docstrings of `lib/fleet/props/*.ts` by `npm run docs`; editors show the same texts.',
    'Options marked as required have no default. "Chart" names the values of the Helm chart that an option replaces; the last',
    'table has [all of them](#values-of-the-helm-chart). `Override<X>` has the options of `X`; null for one of them drops',
    'the inherited value: see [extend.md](extend.md).',
  ];
  const rows = types.map(
    ({ name, text, definition }) => `| \`${name}\` | ${cell(text)} | \`${cell(definition)}\` |`,
  );
  const table = ['', '## Types', '', '| type | description | values |', '| --- | --- | --- |', ...rows];
  const values = valuesByOption();
  const sections = groups.flatMap((group) => section(group, values));
  return `${[...intro, ...sections, ...table, ...chartSection()].join('\n')}\n`;
}

function section(
  { name, text, options }: OptionGroup,
  values: ReadonlyMap<string, readonly string[]>,
): string[] {
  const rows = options.map(
    ({ name: option, type, optional, text: what, fallback }) =>
      `| \`${option}\` | ${cell(withValues(what, values.get(`${name}.${option}`)))} | \`${cell(type)}\` | ${optional ? cell(fallback) : 'required'} |`,
  );
  return [
    '',
    `## ${name}`,
    '',
    text,
    '',
    '| option | description | type | default |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

/** A docstring with the Helm values that its option replaces, unless it names them itself. */
function withValues(text: string, values: readonly string[] = []): string {
  if (values.length === 0 || text.includes('Chart: ')) return text;
  return `${text} Chart: ${values.map((value) => `\`${value}\``).join(', ')}.`;
}

/** The text of a docstring before its tags, on one line. */
function sentences(comment: string): string {
  return lines(comment)
    .split(/(?:^| )@(?:default|see)\b/)[0]
    .trim();
}

/** The text of a tag of a docstring, on one line; empty without it. */
function tag(comment: string, name: string): string {
  const found = new RegExp(`@${name} (.*?)(?: @(?:see|default) |$)`).exec(lines(comment));
  return found ? found[1].replace(/^- /, '').trim() : '';
}

function lines(comment: string): string {
  return comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join(' ')
    .trim();
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
