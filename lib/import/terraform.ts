import type { Fields } from '../values/record';
import type { Line } from './line';
import { isChart, mergedValues, type Release, setValue } from './release';

const RESOURCE = /resource\s+"helm_release"\s+"([^"]+)"\s*\{/g;
const HEREDOC = /<<-?\s*"?(\w+)"?[^\n]*\n([\s\S]*?)\n[ \t]*\1[ \t]*(?:\n|$)/g;
/** `set { name = "a.b" value = "c" }`, and the lists of later releases of the provider. */
const SET = /\{[^{}]*?\bname\s*=\s*"([^"]+)"[^{}]*?\bvalue\s*=\s*("(?:[^"\\]|\\.)*"|[\w.$]+)[^{}]*?\}/gs;
/** Functions whose result only Terraform knows. */
const FUNCTION = /\b(file|templatefile|yamlencode|jsonencode|local\.\w+|var\.\w+)\s*\(?[^\n,\]]*/g;

/**
 * The releases of the chart in a file of Terraform, as far as their values are plain: texts between marks, and `set`. What a
 * function or a variable gives is named.
 */
export function releasesInTerraform(
  text: string,
  path: string,
  parse: (text: string) => Fields | undefined,
): readonly Release[] {
  return [...text.matchAll(RESOURCE)].flatMap((match) => {
    const body = blockAt(text, match.index + match[0].length);
    if (!isChart(attribute(body, 'chart'))) return [];
    const place = `${path} helm_release.${match[1]}`;
    const texts = [...body.matchAll(HEREDOC)].map(([, , content]) => content);
    const tables = texts.map(parse);
    const outside = body.replace(HEREDOC, '\n');
    const listed = /\bvalues\s*=\s*\[([\s\S]*?)\]/.exec(outside)?.[1] ?? '';
    const lines: Line[] = [
      ...[...listed.matchAll(FUNCTION)].map(([call]) => unread(`values ${call.trim()}`)),
      ...tables.flatMap((table, index) =>
        table ? [] : [unread(`values, text ${index + 1}, which is not plain YAML`)],
      ),
    ];
    let values = mergedValues(...tables.filter((table) => table !== undefined));
    for (const [, name, value] of outside.matchAll(SET)) {
      if (!value.startsWith('"') || value.includes('${')) lines.push(unread(`set ${name}`));
      else values = setValue(values, name, JSON.parse(value));
    }
    const name = attribute(body, 'name') ?? match[1];
    return [{ place, name, namespace: attribute(body, 'namespace'), values, lines }];
  });
}

/** The text up to the brace that closes a block; braces within texts between marks count in pairs. */
function blockAt(text: string, start: number): string {
  let depth = 1;
  let end = start;
  while (end < text.length && depth > 0) {
    if (text[end] === '{') depth++;
    if (text[end] === '}') depth--;
    end++;
  }
  return text.slice(start, end - 1);
}

function attribute(body: string, name: string): string | undefined {
  const found = new RegExp(`^\\s*${name}\\s*=\\s*"([^"$]*)"`, 'm').exec(body);
  return found?.[1];
}

function unread(from: string): Line {
  const why = 'only Terraform knows it: give the rendered values, terraform show or helm get values';
  return { kind: 'unread', runner: undefined, from, why };
}
