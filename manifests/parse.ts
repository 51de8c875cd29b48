import { type Document, isCollection, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { displayName, type FieldPath, type Manifest, type ManifestFault, type SourceFile } from './manifest';

/** The objects of files, and why what is no object is none. */
export interface ParsedManifests {
  readonly manifests: readonly Manifest[];
  readonly faults: readonly ManifestFault[];
}

/** Reads the Kubernetes objects of YAML files. Empty documents are passed over; two objects of one identity are a fault. */
export function parseManifests(files: readonly SourceFile[]): ParsedManifests {
  const parsed = files.map(parseFile);
  const manifests = parsed.flatMap((file) => file.manifests);
  return { manifests, faults: [...parsed.flatMap((file) => file.faults), ...duplicates(manifests)] };
}

function parseFile({ path, text }: SourceFile): ParsedManifests {
  const lines = new LineCounter();
  // YAML 1.1, as kubectl and the controllers read it: `on` is true there.
  const documents = parseAllDocuments(text, { lineCounter: lines, version: '1.1', merge: true });
  const manifests: Manifest[] = [];
  const faults: ManifestFault[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) {
      const line = error.linePos?.[0].line ?? 1;
      faults.push({
        file: path,
        line,
        reason: `no YAML: ${error.message.split('\n')[0].replace(/ at line.*$/, '')}`,
      });
      continue;
    }
    const body: unknown = document.toJS();
    if (body === null || body === undefined) continue;
    const items = listItems(body);
    for (const [item, prefix] of items) {
      const read = readObject(path, item, document, lines, prefix);
      if ('reason' in read) faults.push(read);
      else manifests.push(read);
    }
  }
  return { manifests, faults };
}

/** The objects of a `kind: List`, or the object itself, each with its way from the document's top. */
function listItems(body: unknown): readonly (readonly [unknown, FieldPath])[] {
  const { kind, items } = body as { kind?: unknown; items?: unknown };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [[body, []]];
  return items.map((item, index) => [item, ['items', index]]);
}

function readObject(
  file: string,
  body: unknown,
  document: Document,
  lines: LineCounter,
  prefix: FieldPath,
): Manifest | ManifestFault {
  const lineOf = (path: FieldPath) => lineOfNode(document, lines, [...prefix, ...path]);
  const object = body as {
    apiVersion?: unknown;
    kind?: unknown;
    metadata?: { name?: unknown; namespace?: unknown };
  };
  const { apiVersion, kind, metadata } =
    typeof body === 'object' && body !== null ? object : ({} as typeof object);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string') {
    const reason = 'no Kubernetes object: it needs apiVersion, kind and metadata.name, as texts';
    return { file, line: lineOf([]), reason };
  }
  const namespace = typeof metadata.namespace === 'string' ? metadata.namespace : undefined;
  return {
    file,
    apiVersion,
    kind,
    name: metadata.name,
    namespace,
    body: body as Record<string, unknown>,
    lineOf,
  };
}

function lineOfNode(document: Document, lines: LineCounter, path: FieldPath): number {
  for (let length = path.length; length >= 0; length--) {
    const at = length === 0 ? document.contents : keyOrNode(document, path.slice(0, length));
    if (isNode(at) && at.range) return lines.linePos(at.range[0]).line;
  }
  return 1;
}

/** The node of a field's key, so that a finding points at the line that names it; of an item, the item. */
function keyOrNode(document: Document, path: FieldPath): unknown {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path[path.length - 1];
  if (isCollection(parent) && 'items' in parent && typeof last === 'string') {
    const pair = (parent.items as { key?: unknown }[]).find(({ key }) => isNode(key) && String(key) === last);
    return pair?.key;
  }
  return document.getIn(path, true);
}

function duplicates(manifests: readonly Manifest[]): ManifestFault[] {
  const seen = new Map<string, Manifest>();
  const faults: ManifestFault[] = [];
  for (const manifest of manifests) {
    const group = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : '';
    const identity = [group, manifest.kind, manifest.namespace, manifest.name].join(' ');
    const first = seen.get(identity);
    const line = manifest.lineOf([]);
    if (first) {
      const reason = `${displayName(manifest)} stands in ${first.file}:${first.lineOf([])} too: one would overwrite the other`;
      faults.push({ file: manifest.file, line, reason });
    } else seen.set(identity, manifest);
  }
  return faults;
}
