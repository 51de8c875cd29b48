import type { Fields } from '../values/record';
import { at, textOf } from '../values/record';

/** What the chart's templates know. */
export interface TemplateContext {
  readonly release: string;
  readonly namespace: string;
  readonly values: Fields;
}

/** A text with its templates filled in, and those that can't be. */
export interface Filled {
  readonly text: string;
  readonly unread: readonly string[];
}

const ACTION = /\{\{-?\s*(.*?)\s*-?\}\}/gs;
/** Actions that print nothing: what stands between them is kept. */
const CONTROL = /^(?:if|else|end|with|range|define|block|template|\/\*)/;

/**
 * Fills the release, its namespace and plain values into the config that the chart is given, which is a template. Anything else
 * that a template does is listed as unread.
 */
export function filledTemplate(text: string, context: TemplateContext): Filled {
  const unread: string[] = [];
  const filled = text.replace(ACTION, (_, action: string) => {
    const value = valueOfAction(action, context);
    if (value === undefined && !action.startsWith('/*')) unread.push(`{{ ${action} }}`);
    return value ?? '';
  });
  return { text: filled, unread };
}

function valueOfAction(action: string, context: TemplateContext): string | undefined {
  if (CONTROL.test(action)) return undefined;
  const [first, ...pipes] = action.split('|').map((part) => part.trim());
  let value = argumentsOf(first, context);
  for (const pipe of pipes) {
    if (pipe === 'quote' || pipe === 'squote')
      value = value === undefined ? undefined : JSON.stringify(value);
    else if (/^default\s/.test(pipe)) value = value || operand(pipe.slice('default'.length).trim(), context);
    else if (!/^(?:trim|toString|int|int64)$/.test(pipe)) return undefined;
  }
  return value;
}

/** A value, or the first of two that is not empty: `default .Release.Namespace .Values.runners.jobNamespace`. */
function argumentsOf(text: string, context: TemplateContext): string | undefined {
  const words = text.match(/"[^"]*"|\S+/g) ?? [];
  if (words[0] !== 'default' || words.length !== 3)
    return words.length === 1 ? operand(text, context) : undefined;
  return operand(words[2], context) || operand(words[1], context);
}

function operand(word: string, { release, namespace, values }: TemplateContext): string | undefined {
  if (/^"[^"]*"$/.test(word)) return word.slice(1, -1);
  if (/^-?\d+$/.test(word)) return word;
  if (word === '.Release.Namespace') return namespace;
  if (word === '.Release.Name') return release;
  if (!/^\$?\.Values(?:\.\w+)+$/.test(word)) return undefined;
  const value = at(values, word.replace(/^\$?\.Values\./, '').split('.'));
  return typeof value === 'boolean' ? String(value) : (textOf(value) ?? '');
}
