import type { FileLine } from '../problem';

/** A value of a pipeline with its line, which survives merging. */
export type CiNode = CiTable | CiList | CiScalar | CiReference;

interface Placed {
  /** The line of its key, or of itself in a list. */
  readonly at: FileLine;
  /** The file that a `!reference` took it from. */
  readonly origin?: string;
}

/** Keys and values in the order of the file. */
export interface CiTable extends Placed {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, CiNode>;
}

export interface CiList extends Placed {
  readonly kind: 'list';
  readonly items: readonly CiNode[];
}

export interface CiScalar extends Placed {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As the file has it, where that is known: `1.10` of the number 1.1. */
  readonly written?: string;
}

/** `!reference [job, key]`, until it is resolved. */
export interface CiReference extends Placed {
  readonly kind: 'reference';
  readonly path: readonly string[];
}

/** A table with nothing in it. */
export function emptyTable(at: FileLine): CiTable {
  return { kind: 'table', at, entries: new Map() };
}

/** The value of a key; undefined where the node is not a table, has no such key, or the value is null. */
export function keyOf(node: CiNode | undefined, key: string): CiNode | undefined {
  const found = node?.kind === 'table' ? node.entries.get(key) : undefined;
  return found?.kind === 'scalar' && found.value === null ? undefined : found;
}

/** A text, number or boolean as text; undefined for anything else. */
export function textOf(node: CiNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** A single value as the file has it; undefined for anything else. */
export function writtenOf(node: CiNode): string | undefined {
  return node.kind === 'scalar' ? (node.written ?? textOf(node)) : undefined;
}

/** The items of a list; a single value as a list of one; nothing for no value. */
export function itemsOf(node: CiNode | undefined): readonly CiNode[] {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** Most items of lists within lists: references can multiply them. */
const MOST_ITEMS = 10_000;

/** The items of lists within lists, as `!reference` makes them. */
export function flatItems(node: CiNode | undefined): readonly CiNode[] {
  const found: CiNode[] = [];
  const visit = (one: CiNode) => {
    if (found.length >= MOST_ITEMS) return;
    if (one.kind === 'list') one.items.forEach(visit);
    else found.push(one);
  };
  itemsOf(node).forEach(visit);
  return found;
}

/** The texts of a value that is a text or a list of them. */
export function textsIn(node: CiNode | undefined): readonly string[] {
  return flatItems(node).flatMap((one) => textOf(one) ?? []);
}

/** Tables merge key by key at every depth; everything else is replaced, lists included. */
export function mergeTables(base: CiTable, over: CiTable): CiTable {
  const entries = new Map(base.entries);
  for (const [key, value] of over.entries) {
    const old = entries.get(key);
    entries.set(key, old?.kind === 'table' && value.kind === 'table' ? mergeTables(old, value) : value);
  }
  return { kind: 'table', at: over.at, entries };
}

/** A table without some of its keys. */
export function withoutKeys(table: CiTable, ...keys: readonly string[]): CiTable {
  return { ...table, entries: new Map([...table.entries].filter(([key]) => !keys.includes(key))) };
}
