import { isMap, isScalar, parseAllDocuments, visit } from 'yaml';

/** First line of every rendered file: what tells it from files that people put there. */
export const HEADER = '# Rendered from main.ts by cdk8s synth. Edits here are lost.\n';

/** Characters that some readers of YAML take for the end of a line and others do not, and marks that none should need. */
const UNEVEN = /[^\P{Cc}\n\t]|[\u2028\u2029\ufeff]/u;
/** What ends a document, for one reader or another. */
const SEPARATOR = /^(---|\.\.\.)/m;
/** An object by itself: no list of objects, and nothing that Kustomize takes for itself. */
const START = /^apiVersion: (?!kustomize\.config\.k8s\.io\/)\S+\nkind: (?!\w*List\n)\w+\nmetadata:\n/;
/** At the top: no name that the API server makes up, and nothing that SOPS encrypted. */
const OTHER = /^(sops:| {2}generateName:)/m;

/**
 * Whether a text that begins with the header is one object in plain YAML, as synth writes it. Readers agree about nothing
 * else: Flux, Argo CD and kubectl differ in where a document ends, in merge keys and in what ends a comment, so that a file
 * with any of those may be applied as something that no review shows.
 */
export function isAsRendered(text: string): boolean {
  if (!text.startsWith(HEADER)) return false;
  const body = text.slice(HEADER.length);
  if (UNEVEN.test(body) || SEPARATOR.test(body) || OTHER.test(body) || !START.test(body)) return false;
  return isPlain(body.split('\n')) || isPlainDocument(body);
}

const KEY = String.raw`(?:[\w][\w./~-]*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'`;
/** Text without quotes: no comment, and no sign of an anchor, a tag, a list or a table in it. */
const UNQUOTED = String.raw`(?![&*!|>%@\`{}\[\],#?"'-] ?)(?:[^\s#:]|:(?!\s|$)|(?<!\s)#|[ ](?!#))+|-[^\s#]+`;
const VALUE = new RegExp(
  String.raw`^(?:- )*(?:${KEY}:(?: (?:${QUOTED}|${UNQUOTED}|\{\}|\[\]))?|${QUOTED}|${UNQUOTED}|\{\}|\[\])$`,
);
const BLOCK = new RegExp(`^((?:- )*)(${KEY}: )?[|>][0-9+-]{0,2}$`);

/** Whether each line is a key, a value, or text of a block: quick, and right for nearly all that is rendered. */
function isPlain(lines: readonly string[]): boolean {
  let block: number | undefined;
  for (const line of lines) {
    const content = line.trimStart();
    const indent = line.length - content.length;
    if (content === '' || (block !== undefined && indent > block)) continue;
    if (line.slice(0, indent).includes('\t')) return false;
    block = parentOfBlock(content, indent);
    if (block === undefined && !VALUE.test(content)) return false;
  }
  return true;
}

/** Column that the text of a block is right of: that of its key, or of its dash. Undefined for a line that begins none. */
function parentOfBlock(content: string, indent: number): number | undefined {
  const [, dashes, key] = BLOCK.exec(content) ?? [];
  if (dashes === undefined) return undefined;
  return indent + (key === undefined ? Math.max(0, dashes.length - 2) : dashes.length);
}

/** The same by a parser, for what a line does not show: odd keys, long texts on several lines. */
function isPlainDocument(body: string): boolean {
  const documents = parseAllDocuments(body, { version: '1.1' });
  if (!Array.isArray(documents) || documents.length !== 1 || documents[0].errors.length > 0) return false;
  const [document] = documents;
  let plain = !document.commentBefore && !document.comment && isMap(document.contents);
  visit(document, {
    Alias: () => {
      plain = false;
    },
    Node: (_, node) => {
      if (node.commentBefore || node.comment || node.tag || ('anchor' in node && node.anchor)) plain = false;
      if ('flow' in node && node.flow && node.items.length > 0) plain = false;
    },
    Pair: (_, { key }) => {
      if (isScalar(key) && key.type === 'PLAIN' && key.source === '<<') plain = false;
    },
  });
  return plain;
}
