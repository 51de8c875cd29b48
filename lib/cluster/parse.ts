import { YAMLException } from 'js-yaml';
import type { FileLine, Problem } from '../problem';
import type { FieldPath } from '../values/field-path';
import { fieldsOf } from '../values/record';
import { baseName, joinPath } from './file-names';
import { FileLines } from './lines';
import type { Manifest, SourceFile } from './manifest';
import { type OtherDocument, otherDocument, patchFilesOf, templateFoldersOf } from './other-documents';
import { kindIn } from './own-kinds';
import { readYaml, type YamlText } from './read-yaml';
import { isClusterScoped } from './scope';

/** Parsed objects, and why each remaining document isn't one. */
export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Problem<FileLine>[];
  /** Documents that nobody meant as objects: values of a chart, kustomizations, patches, templates. */
  readonly others: readonly OtherManifest[];
}

/** A document that is not an object, in the form of one, so that findings can point into it. */
export type OtherManifest = Manifest & { readonly other: OtherDocument['kind'] };

/** Reads the Kubernetes objects of YAML files. Empty documents are passed over. */
export function parseManifests(files: readonly SourceFile[]): ParsedManifests {
  const templates = templateFoldersOf(files.map(({ path }) => path));
  const isTemplate = (path: string) => templates.some((folder) => joinPath('', path).startsWith(folder));
  const parsed = files.map((file) => (isTemplate(file.path) ? templateFile(file) : parseFile(file)));
  const manifests = parsed.flatMap((file) => file.manifests);
  const others = parsed.flatMap((file) => file.others);
  const patches = new Set(
    others
      .filter(({ other }) => other === 'kustomization')
      .flatMap(({ file, body }) => patchFilesOf(file, body)),
  );
  const isPatch = ({ file }: Manifest) => patches.has(joinPath('', file));
  return {
    manifests: manifests.filter((manifest) => !isPatch(manifest)),
    faults: parsed.flatMap((file) => file.faults),
    others: [...others, ...manifests.filter(isPatch).map((patch) => ({ ...patch, other: 'patch' as const }))],
  };
}

/** The same of every file for itself: what another file makes of it, a chart or a kustomization, is not asked. */
export function parseEach(files: readonly SourceFile[]): ParsedManifests {
  const parsed = files.map(parseFile);
  return {
    manifests: parsed.flatMap((file) => file.manifests),
    faults: parsed.flatMap((file) => file.faults),
    others: parsed.flatMap((file) => file.others),
  };
}

/** A file of a chart that is not rendered. */
function templateFile({ path, text }: SourceFile): ParsedManifests {
  const other = { kind: 'template', name: path } as const;
  return {
    manifests: [],
    faults: [],
    others: [{ ...otherManifest(path, {}, other, () => 1), fileText: text }],
  };
}

function otherManifest(
  file: string,
  body: unknown,
  { kind, name }: OtherDocument,
  lineOf: Manifest['lineOf'],
): OtherManifest {
  const fields = fieldsOf(body);
  return { file, apiVersion: '', kind, name, namespace: undefined, body: fields, lineOf, other: kind };
}

/**
 * Parsed Kubernetes objects as if each were the only one of a file of its own.
 *
 * @param nameOf what findings call the file of the nth object
 */
export function manifestsOf(
  objects: readonly unknown[],
  nameOf: (index: number) => string = (index) => `object ${index + 1}`,
): ParsedManifests {
  return sorted(objects.map((body, index) => readObject(nameOf(index), body, () => 1)));
}

function sorted(read: readonly (Manifest | OtherManifest | Problem<FileLine>)[]): ParsedManifests {
  return {
    manifests: read.filter((one) => 'body' in one && !('other' in one)) as Manifest[],
    faults: read.filter((one) => 'why' in one),
    others: read.filter((one) => 'other' in one),
  };
}

function parseFile({ path, text, unreadable }: SourceFile): ParsedManifests {
  if (unreadable) return { manifests: [], faults: [unreadable], others: [] };
  const read = parseDocuments(path, text);
  if ('why' in read) return { manifests: [], faults: [read], others: [] };
  const lines = new FileLines(read.text);
  const objects = read.documents.flatMap((body, index) =>
    body === null || body === undefined
      ? []
      : listItems(body).map(([item, prefix]) =>
          readObject(path, item, (field) => lines.lineOf(index, [...prefix, ...field]), read.text),
        ),
  );
  return sorted([...objects, ...commentFile(path, read)]);
}

/** A file of comments alone, for who reads those: nothing else would stand for it. */
function commentFile(path: string, { documents, text }: YamlText): readonly OtherManifest[] {
  const isEmpty = documents.every((body) => body === null || body === undefined);
  if (!isEmpty || text.trim() === '') return [];
  const other = { kind: 'comments', name: baseName(path) } as const;
  return [{ ...otherManifest(path, {}, other, () => 1), fileText: text }];
}

/** The documents of a file, as kubectl and the controllers read them: `on` is true there. */
function parseDocuments(file: string, text: string): YamlText | Problem<FileLine> {
  const uneven = UNEVEN.exec(text);
  if (uneven) return unevenLine(file, text, uneven.index);
  try {
    const read = readYaml(text);
    if (!isTooLarge(read.documents, text.length)) return read;
    return {
      id: 'yaml-aliases',
      severity: 'error',
      at: { file, line: 1 },
      found: 'not usable YAML',
      why: 'its aliases expand to more than a million values, or to themselves',
      fix: 'write out what they stand for',
    };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return {
      id: 'yaml-syntax',
      severity: 'error',
      at: { file, line: (error.mark?.line ?? 0) + 1 },
      found: 'not valid YAML',
      why: error.reason,
      fix: /\{\{.*\}\}/.test(text)
        ? 'it looks like a template: render its chart and check that, helm template <release> <chart> | npx runner-fleet check -'
        : 'fix the syntax',
    };
  }
}

/** What YAML 1.1 takes for the end of a line, as kubectl, Flux and Argo CD do, and the parser here does not. */
const UNEVEN = /[\u0085\u2028\u2029]/;

function unevenLine(file: string, text: string, index: number): Problem<FileLine> {
  return {
    id: 'yaml-syntax',
    severity: 'error',
    at: { file, line: text.slice(0, index).split('\n').length },
    found: 'a character that ends a line for some readers of YAML and not for others',
    why: 'what stands behind it, in a comment too, is another key to kubectl, Flux and Argo CD',
    fix: 'remove it, or write it as "\\u2028" between double quotes',
  };
}

const VALUES_MOST = 1_000_000;

/**
 * Whether what aliases stand for is more than anybody means; also true for one that holds itself. Each value that is
 * written out takes a character at least, so that a large file without aliases is never too large.
 */
function isTooLarge(documents: readonly unknown[], length: number): boolean {
  const most = Math.max(VALUES_MOST, length);
  let count = 0;
  const open = [...documents];
  while (open.length > 0 && count <= most) {
    const value = open.pop();
    count++;
    if (typeof value !== 'object' || value === null) continue;
    // One by one: a call takes no more than some hundred thousand arguments.
    for (const item of Object.values(value)) open.push(item);
  }
  return count > most;
}

/** The objects of a `kind: List`, also of one within another, or the object itself, each with its way from the document's top. */
function listItems(body: unknown, way: FieldPath = []): readonly (readonly [unknown, FieldPath])[] {
  const { kind, items } = fieldsOf(body);
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [[body, way]];
  return items.flatMap((item, index) => listItems(item, [...way, 'items', index]));
}

/** What an object without a name of its own will be called, as far as it is known. */
function generated(beginning: unknown): string | undefined {
  return typeof beginning === 'string' ? `${beginning}*` : undefined;
}

function readObject(
  file: string,
  body: unknown,
  lineOf: (path: FieldPath) => number,
  fileText?: string,
): Manifest | OtherManifest | Problem<FileLine> {
  const other = otherDocument(file, body);
  if (other) return { ...otherManifest(file, body, other, lineOf), fileText };
  const object = fieldsOf(body);
  const { apiVersion, kind } = object;
  const { generateName, name = generated(generateName), namespace } = fieldsOf(object.metadata);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
    return {
      id: 'not-an-object',
      severity: 'error',
      at: { file, line: lineOf([]) },
      found: 'not a Kubernetes object',
      why: 'it needs apiVersion, kind and metadata.name, as texts',
      fix: 'add them, or move the file elsewhere',
    };
  }
  return {
    file,
    apiVersion,
    kind: kindIn(apiVersion, kind),
    name,
    namespace: typeof namespace === 'string' && !isClusterScoped(kind) ? namespace : undefined,
    body: object,
    lineOf,
    fileText,
  };
}
