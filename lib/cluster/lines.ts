import type { Document, LineCounter } from 'yaml';
import type { FieldPath } from '../values/field-path';

/**
 * Lines of fields. Only findings need them, so that the parser that keeps positions, and is slower for it, is loaded
 * when the first one asks.
 */
export class FileLines {
  private read: { readonly documents: readonly Document[]; readonly counter: LineCounter } | undefined;

  constructor(private readonly text: string) {}

  /** Line, from 1, of a field of the nth document; of the nearest field above it that exists, if it doesn't. */
  lineOf(index: number, path: FieldPath): number {
    const { documents, counter } = this.documents();
    const document = documents[index];
    for (let length = path.length; document && length >= 0; length--) {
      const start = startOf(document, path.slice(0, length));
      if (start !== undefined) return counter.linePos(start).line;
    }
    return 1;
  }

  private documents() {
    if (!this.read) {
      const yaml = require('yaml') as typeof import('yaml');
      const counter = new yaml.LineCounter();
      const parsed = yaml.parseAllDocuments(this.text, { lineCounter: counter, version: '1.1' });
      this.read = { documents: Array.isArray(parsed) ? parsed : [], counter };
    }
    return this.read;
  }
}

/** Where a field's key begins, so that a finding points at the line that names it; for an item, the item. */
function startOf(document: Document, path: FieldPath): number | undefined {
  const last = path.at(-1);
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pairs =
    typeof last === 'string' ? ((parent as { items?: { key?: unknown }[] } | null)?.items ?? []) : [];
  const key = pairs.find((pair) => String(pair.key) === last)?.key;
  return ((key ?? node) as { range?: readonly number[] } | null | undefined)?.range?.[0];
}
