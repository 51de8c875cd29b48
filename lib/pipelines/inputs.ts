import type { FileLine } from '../problem';
import { nearestName } from '../values/suggest';
import { type CiNode, type CiTable, emptyTable, itemsOf, keyOf, textOf } from './node';
import { type PipelineProblem, problem } from './problem';
import { expandKnown } from './variables';

const BLOCK = /\$\[\[\s*(\S.*?\S|\S)\s*\]\]/g;
/** What GitLab fills in later, or only GitLab knows. */
const LATER = /^(?:matrix|component|job|needs)\b/;
/** Most functions of a block. @see MAX_FUNCTIONS in lib/gitlab/ci/config/interpolation/block.rb of GitLab */
const MOST_FUNCTIONS = 3;
const TYPES = ['string', 'number', 'boolean', 'array'];

/** Input values by name, and what is known of variables for `expand_vars`. */
export interface InputScope {
  readonly values: ReadonlyMap<string, CiNode>;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * The values of the inputs that a header declares: what is given, else the default.
 *
 * @param header `spec`, or undefined for a file without one
 * @param given `inputs` of the include, or of the command line
 */
export function inputValues(
  header: CiNode | undefined,
  given: CiTable,
  problems: PipelineProblem[],
): ReadonlyMap<string, CiNode> {
  const declared = keyOf(header, 'inputs');
  const entries = declared?.kind === 'table' ? declared.entries : new Map<string, CiNode>();
  for (const [name, value] of given.entries) {
    if (entries.has(name)) continue;
    const nearest = nearestName(name, entries.keys());
    problems.push(
      problem('inputs', 'error', value.at, {
        found: name,
        why: 'spec:inputs of the file declares no such input, and GitLab refuses the pipeline',
        fix: nearest === undefined ? 'leave it out, or declare it in spec:inputs' : `write ${nearest}`,
      }),
    );
  }
  const values = new Map<string, CiNode>();
  for (const [name, spec] of entries) {
    const isText = given.at.line === 0;
    const own = ownValue(given.entries.get(name), spec, isText);
    const value = own ?? defaultOf(spec);
    if (value === undefined) problems.push(missing(name, spec.at, given.at));
    else {
      values.set(name, value);
      problems.push(...faultsOf(name, value, spec, isText && own !== undefined));
    }
  }
  return values;
}

function ownValue(value: CiNode | undefined, spec: CiNode, isText: boolean): CiNode | undefined {
  return value !== undefined && isText ? typed(value, spec) : value;
}

/** A text of a command line as the type that the input has; a list is written as in JSON. */
function typed(value: CiNode, spec: CiNode): CiNode {
  const type = textOf(keyOf(spec, 'type')) ?? 'string';
  const text = textOf(value) ?? '';
  const { at } = value;
  if (type === 'number' && NUMBER.test(text)) return { kind: 'scalar', at, value: Number(text) };
  if (type === 'boolean' && BOOLEAN.test(text)) return { kind: 'scalar', at, value: text === 'true' };
  const items = type === 'array' ? listIn(text) : undefined;
  if (items === undefined) return value;
  return { kind: 'list', at, items: items.map((item) => ({ kind: 'scalar', at, value: item })) };
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const BOOLEAN = /^(true|false)$/;

function listIn(text: string): readonly (string | number | boolean)[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isPlain = (item: unknown) => ['string', 'number', 'boolean'].includes(typeof item);
    return Array.isArray(parsed) && parsed.every(isPlain) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A default may be null, an empty text or false. */
function defaultOf(spec: CiNode): CiNode | undefined {
  return spec.kind === 'table' ? spec.entries.get('default') : undefined;
}

function missing(name: string, declaredAt: FileLine, at: FileLine): PipelineProblem {
  return problem('inputs', 'error', at.line > 0 ? at : declaredAt, {
    found: `no value for input ${name}`,
    why: 'the input has no default, so GitLab refuses the pipeline',
    fix: `give inputs: { ${name}: ... } with the include, or --input ${name}=<value> here where a person or a trigger gives it`,
  });
}

/** @param isText whether the value comes from a command line, which has texts alone */
function faultsOf(name: string, value: CiNode, spec: CiNode, isText: boolean): readonly PipelineProblem[] {
  const type = textOf(keyOf(spec, 'type')) ?? 'string';
  const rule =
    TYPES.includes(type) && !isOfType(value, type, isText) ? typeRule(type, isText) : valueRule(value, spec);
  if (rule === undefined) return [];
  return [
    problem('inputs', 'error', value.at, {
      found: `${name}: ${textOf(value) ?? value.kind}`,
      why: `${rule.why}, and GitLab refuses the pipeline`,
      fix: rule.fix,
    }),
  ];
}

interface InputRule {
  readonly why: string;
  readonly fix: string;
}

function typeRule(type: string, isText: boolean): InputRule {
  const example = isText && type === 'array' ? ', for example \'["a", "b"]\'' : '';
  return { why: `its type is ${type}`, fix: `write a value of type ${type}${example}` };
}

/** What `options` and `regex` of an input refuse; of a list, its items. */
function valueRule(value: CiNode, spec: CiNode): InputRule | undefined {
  const texts = itemsOf(value).flatMap((one) => textOf(one) ?? []);
  const options = itemsOf(keyOf(spec, 'options')).map(textOf);
  if (options.length > 0 && texts.some((text) => !options.includes(text)))
    return { why: `its options are ${options.join(', ')}`, fix: 'write one of its options' };
  const pattern = textOf(keyOf(spec, 'regex'));
  const compiled = pattern === undefined ? undefined : compiledPattern(pattern);
  return compiled === undefined || texts.every((text) => compiled.test(text))
    ? undefined
    : { why: `it does not match ${pattern}`, fix: 'write a value that matches' };
}

/** Undefined for a pattern that only GitLab's engine knows, or none does. */
function compiledPattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern);
  } catch {
    return undefined;
  }
}

function isOfType(value: CiNode, type: string, isText: boolean): boolean {
  // The value of a variable is not known.
  if (value.kind === 'scalar' && (value.value === null || /[$]/.test(String(value.value)))) return true;
  if (type === 'array') return value.kind === 'list';
  if (value.kind !== 'scalar') return false;
  // A text of a command line that reads as the type has it by now.
  return typeof value.value === type || (isText && type === 'string');
}

/** Content with every `$[[ inputs.name ]]` replaced, in keys and values. */
export function interpolate(node: CiNode, scope: InputScope, problems: PipelineProblem[]): CiNode {
  if (node.kind === 'table') {
    const entries = [...node.entries].map(([key, value]): [string, CiNode] => [
      key.includes('$[[') ? (textOf(filled(key, value.at, scope, problems)) ?? key) : key,
      interpolate(value, scope, problems),
    ]);
    return { ...node, entries: new Map(entries) };
  }
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item) => interpolate(item, scope, problems)) };
  if (node.kind === 'reference')
    return { ...node, path: node.path.map((step) => textOf(filled(step, node.at, scope, problems)) ?? step) };
  return typeof node.value === 'string' && node.value.includes('$[[')
    ? filled(node.value, node.at, scope, problems)
    : node;
}

/** A text that is one block takes the value with its type; within a text, the value becomes text. */
function filled(text: string, at: FileLine, scope: InputScope, problems: PipelineProblem[]): CiNode {
  const [first] = [...text.matchAll(BLOCK)];
  if (first !== undefined && first[0].length === text.length && !LATER.test(first[1]))
    return { ...valueOfBlock(first[1], at, scope, problems), at };
  const replaced = text.replace(BLOCK, (block, access: string) =>
    LATER.test(access) ? block : asText(valueOfBlock(access, at, scope, problems)),
  );
  return { kind: 'scalar', at, value: replaced };
}

function asText(node: CiNode): string {
  if (node.kind === 'list')
    return `[${node.items.map((item) => JSON.stringify(textOf(item) ?? '')).join(', ')}]`;
  return textOf(node) ?? '';
}

function valueOfBlock(access: string, at: FileLine, scope: InputScope, problems: PipelineProblem[]): CiNode {
  const [name, ...functions] = access.split('|').map((part) => part.trim());
  const input = /^inputs\.([\w-]+)$/.exec(name)?.[1];
  const value = input === undefined ? undefined : scope.values.get(input);
  if (value === undefined) {
    // A declared input without a value is reported where it is missing.
    if (input === undefined || !isReported(problems, input)) problems.push(unknown(access, at, scope));
    return { kind: 'scalar', at, value: '' };
  }
  if (functions.length > MOST_FUNCTIONS)
    problems.push(
      problem('inputs', 'error', at, {
        found: `$[[ ${access} ]]`,
        why: `GitLab takes ${MOST_FUNCTIONS} functions at most`,
        fix: 'use fewer',
      }),
    );
  return functions.reduce((result, one) => applied(one, result, scope), value);
}

function isReported(problems: readonly PipelineProblem[], input: string): boolean {
  return problems.some(({ found }) => found === `no value for input ${input}`);
}

function unknown(access: string, at: FileLine, { values }: InputScope): PipelineProblem {
  const nearest = nearestName(
    access,
    [...values.keys()].map((key) => `inputs.${key}`),
  );
  return problem('inputs', 'error', at, {
    found: `$[[ ${access} ]]`,
    why: 'spec:inputs of this file declares no such input, and GitLab refuses the pipeline',
    fix: nearest === undefined ? 'declare it in spec:inputs' : `write $[[ ${nearest} ]]`,
  });
}

/** @see lib/gitlab/ci/config/interpolation/functions of GitLab */
function applied(name: string, value: CiNode, { variables }: InputScope): CiNode {
  const text = textOf(value);
  if (text === undefined) return value;
  const cut = /^truncate\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(name);
  if (cut)
    return {
      kind: 'scalar',
      at: value.at,
      value: text.slice(Number(cut[1]), Number(cut[1]) + Number(cut[2])),
    };
  if (name === 'expand_vars')
    return { kind: 'scalar', at: value.at, value: expandKnown(text, variables).text };
  return value;
}

/** Inputs of a command line as a table without a line. */
export function inputTable(given: Readonly<Record<string, string>>, file: string): CiTable {
  const at = { file, line: 1 };
  return {
    ...emptyTable({ file, line: 0 }),
    entries: new Map(Object.entries(given).map(([name, value]) => [name, { kind: 'scalar', at, value }])),
  };
}
