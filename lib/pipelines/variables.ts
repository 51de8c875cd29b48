import { type CiNode, keyOf, textOf, textsIn } from './node';

/** @see VARIABLES_REGEXP in lib/expand_variables.rb of GitLab */
const REFERENCE = /\$([a-zA-Z_]\w*)|\$\{([a-zA-Z_]\w*)\}|%([a-zA-Z_]\w*)%/g;

/** A text with the variables that have a value replaced once, and the names of those that have none. */
export function expandKnown(
  text: string,
  variables: ReadonlyMap<string, string>,
): { readonly text: string; readonly open: readonly string[] } {
  const open: string[] = [];
  const expanded = text.replace(REFERENCE, (all, bare, braced, percent) => {
    const name: string = bare ?? braced ?? percent;
    const value = variables.get(name);
    if (value === undefined) open.push(name);
    return value ?? all;
  });
  return { text: expanded, open };
}

/** Whether a text names a variable. */
export function namesVariable(text: string): boolean {
  return new RegExp(REFERENCE.source).test(text);
}

/** Variables of a table, whose values may be tables with `value`. */
export function variablesIn(node: CiNode | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (node?.kind !== 'table') return found;
  for (const [name, value] of node.entries) {
    const text = textOf(value) ?? textOf(keyOf(value, 'value'));
    if (text !== undefined) found.set(name, text);
    else if (value.kind === 'scalar') found.set(name, '');
  }
  return found;
}

/** Root variables that a job has: all, none, or those of a list, by `inherit:variables`. */
export function inheritedVariables(
  root: CiNode | undefined,
  inherit: CiNode | undefined,
): ReadonlyMap<string, string> {
  const all = variablesIn(root);
  const rule = keyOf(inherit, 'variables');
  if (rule?.kind === 'scalar') return rule.value === false ? new Map() : all;
  if (rule === undefined) return all;
  const names = textsIn(rule);
  return new Map([...all].filter(([name]) => names.includes(name)));
}
