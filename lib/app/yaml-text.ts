import { Yaml } from 'cdk8s';
import { dump, SCALAR_STYLE_DOUBLE_QUOTED, visit } from 'js-yaml';
import { isNumberToKubectl } from '../cluster/yaml-dialect';

/**
 * An object as YAML that every reader takes for the same: texts that kubectl alone would read as numbers, or that it does
 * not read at all, are quoted. cdk8s writes YAML 1.1 and knows neither.
 */
export function yamlText(object: unknown): string {
  if (!someText(object, isRisky)) return Yaml.stringify(object);
  return dump(object, {
    lineWidth: -1,
    noRefs: true,
    transform: (documents) =>
      visit(documents, (node) => {
        if (node.kind === 'scalar' && isRisky(node.value)) node.style = SCALAR_STYLE_DOUBLE_QUOTED;
      }),
  });
}

function someText(value: unknown, is: (text: string) => boolean): boolean {
  if (typeof value === 'string') return is(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => someText(item, is));
  for (const key of Object.keys(value))
    if (is(key) || someText((value as Record<string, unknown>)[key], is)) return true;
  return false;
}

/** Control characters beyond ASCII's, line breaks of Unicode, and what is not a character. */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

function isRisky(text: string): boolean {
  if (UNREADABLE.test(text)) return true;
  // A block whose first line is indented by a tab, or that is blank.
  if (text.includes('\n')) return /^\s*(\t|$)/.test(text);
  // Most numbers cdk8s quotes by itself; it does not know all that Go reads as one.
  return /^[-+.\d]/.test(text) && isNumberToKubectl(text) && Yaml.stringify(text) === `${text}\n`;
}
