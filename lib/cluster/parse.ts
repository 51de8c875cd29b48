import { loadAll, YAMLException } from 'js-yaml';
import type { FileLine, Problem } from '../problem';
import type { FieldPath } from '../values/field-path';
import { fieldsOf } from '../values/record';
import { FileLines } from './lines';
import type { Manifest, SourceFile } from './manifest';
import { KUBECTL_YAML } from './yaml-dialect';

/** Parsed objects, and why each remaining document isn't one. */
export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly Problem<FileLine>[];
}

/** Reads the Kubernetes objects of YAML files. Empty documents are passed over. */
export function parseManifests(files: readonly SourceFile[]): ParsedManifests {
  const parsed = files.map(parseFile);
  return {
    manifests: parsed.flatMap((file) => file.manifests),
    faults: parsed.flatMap((file) => file.faults),
  };
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
  const read = objects.map((body, index) => readObject(nameOf(index), body, () => 1));
  return {
    manifests: read.filter((one) => 'body' in one),
    faults: read.filter((one) => 'why' in one),
  };
}

function parseFile({ path, text, unreadable }: SourceFile): ParsedManifests {
  if (unreadable) return { manifests: [], faults: [unreadable] };
  const documents = parseDocuments(path, text);
  if ('why' in documents) return { manifests: [], faults: [documents] };
  const lines = new FileLines(text);
  const read = documents.flatMap((body, index) =>
    body === null || body === undefined || isKustomization(body)
      ? []
      : listItems(body).map(([item, prefix]) =>
          readObject(path, item, (field) => lines.lineOf(index, [...prefix, ...field])),
        ),
  );
  return {
    manifests: read.filter((one) => 'body' in one),
    faults: read.filter((one) => 'why' in one),
  };
}

/** The documents of a file, as kubectl and the controllers read them: `on` is true there. */
function parseDocuments(file: string, text: string): readonly unknown[] | Problem<FileLine> {
  try {
    const documents = loadAll(text, { schema: KUBECTL_YAML });
    if (!isTooLarge(documents, text.length)) return documents;
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
      fix: 'fix the syntax',
    };
  }
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

/** The objects of a `kind: List`, or the object itself, each with its way from the document's top. */
function listItems(body: unknown): readonly (readonly [unknown, FieldPath])[] {
  const { kind, items } = body as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [[body, []]];
  return items.map((item, index) => [item, ['items', index]]);
}

/** What kustomize reads beside the objects, and no cluster ever sees. */
function isKustomization({ kind, apiVersion }: { kind?: unknown; apiVersion?: unknown }): boolean {
  return kind === 'Kustomization' && String(apiVersion).startsWith('kustomize.config.k8s.io/');
}

function readObject(
  file: string,
  body: unknown,
  lineOf: (path: FieldPath) => number,
): Manifest | Problem<FileLine> {
  const object = fieldsOf(body);
  const { apiVersion, kind } = object;
  const { name, namespace } = fieldsOf(object.metadata);
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
    kind,
    name,
    namespace: typeof namespace === 'string' ? namespace : undefined,
    body: object,
    lineOf,
  };
}
