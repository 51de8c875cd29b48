import { loadAll, YAMLException } from 'js-yaml';
import { KUBECTL_YAML } from './yaml-dialect';

/** The documents of a text of YAML. */
export interface YamlText {
  readonly documents: readonly unknown[];
  /** The text that was read, line by line that of the file. */
  readonly text: string;
}

/**
 * Reads YAML as kubectl does.
 *
 * Between brackets, braces and quotes kubectl's reader does not look at indentation, so that a bracket may close at the
 * indentation of its key, or left of it. The parser here wants more there. What it refuses for that alone is moved to the
 * right, which changes no value.
 *
 * @throws YAMLException for what kubectl refuses too
 * @see yaml_parser_unroll_indent in go.yaml.in/yaml/v2 v2.4.3, which does nothing within a flow collection
 */
export function readYaml(text: string): YamlText {
  try {
    return { documents: load(text), text };
  } catch (error) {
    const indented = isShallow(error) ? indentFlow(text, error) : undefined;
    if (indented === undefined) throw error;
    return indented;
  }
}

function load(text: string): readonly unknown[] {
  return loadAll(text, { schema: KUBECTL_YAML });
}

/** js-yaml says this within flow collections and quoted scalars only. */
function isShallow(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason === 'deficient indentation';
}

/** More than any block of a manifest is indented. */
const DEEP = ' '.repeat(200);

/** Moves line after line to the right; undefined where the text is refused for more than that. */
function indentFlow(text: string, first: YAMLException): YamlText | undefined {
  const lines = text.split('\n');
  let fault = first;
  for (;;) {
    const index = fault.mark?.line ?? -1;
    const line = lines[index];
    // What ends a document ends it between brackets, too; and a line is moved once.
    if (line === undefined || /^(---|\.\.\.)(\s|$)/.test(line) || line.startsWith(DEEP)) return undefined;
    lines[index] = `${DEEP}${line}`;
    const moved = lines.join('\n');
    try {
      return { documents: load(moved), text: moved };
    } catch (error) {
      if (!isShallow(error)) return undefined;
      fault = error;
    }
  }
}
