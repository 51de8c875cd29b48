import type { LineCounter, Pair, YAMLMap, Node as YamlNode } from 'yaml';
import type { SourceFile } from '../cluster/manifest';
import type { FileLine } from '../problem';
import { type CiNode, type CiScalar, type CiTable, emptyTable } from './node';
import { type PipelineProblem, problem } from './problem';

/** The documents of a file of a pipeline. */
export interface ParsedFile {
  readonly documents: readonly CiNode[];
  readonly problems: readonly PipelineProblem[];
}

/**
 * Reads a file as GitLab's YAML loader does: YAML 1.1, a repeated key has its last value, and `<<` replaces keys
 * above it.
 * @see Psych lib/psych/visitors/to_ruby.rb, revive_hash
 */
export function parsePipeline(file: SourceFile): ParsedFile {
  if (file.unreadable !== undefined) {
    const { at, found, fix } = file.unreadable;
    const words = { found, why: 'GitLab reads UTF-8', fix };
    return { documents: [], problems: [problem('yaml', 'error', at, words)] };
  }
  try {
    return new Reader(file).read();
  } catch (error) {
    // The parser and the reader call themselves for each level.
    if (!(error instanceof RangeError)) throw error;
    return {
      documents: [],
      problems: [
        problem(
          'yaml',
          'error',
          { file: file.path, line: 1 },
          {
            found: 'YAML that is nested too deeply, or too large once its aliases are expanded',
            why: 'GitLab refuses it',
            fix: 'nest less, and use fewer aliases within aliases',
          },
        ),
      ],
    };
  }
}

/** Most values, aliases written out: more is a mistake or an attack, and GitLab refuses less. */
const MOST_VALUES = 1_000_000;
/** Deepest nesting: max_yaml_depth of GitLab. @see https://docs.gitlab.com/administration/instance_limits/ */
const MOST_LEVELS = 100;

class Reader {
  private readonly yaml = require('yaml') as typeof import('yaml');
  private readonly counter: LineCounter = new this.yaml.LineCounter();
  private readonly problems: PipelineProblem[] = [];
  private anchors = new Map<string, { readonly node: CiNode; readonly values: number }>();
  private values = 0;
  private level = 0;

  constructor(private readonly file: SourceFile) {}

  read(): ParsedFile {
    const parsed = this.yaml.parseAllDocuments(this.file.text, {
      lineCounter: this.counter,
      version: '1.1',
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: false,
    });
    const documents = Array.isArray(parsed) ? parsed : [];
    const nodes = documents.map((document) => {
      for (const { pos, message } of document.errors) this.refuse(pos[0], message);
      this.anchors = new Map();
      return document.errors.length > 0 || document.contents === null
        ? emptyTable(this.placeAt(0))
        : this.nodeOf(document.contents as YamlNode, undefined);
    });
    return { documents: nodes, problems: this.problems };
  }

  private refuse(offset: number, message: string): void {
    const found = message.split('\n')[0].replace(/:$/, '');
    const fix = 'correct the YAML of this line or the one before it';
    this.problems.push(
      problem('yaml', 'error', this.placeAt(offset), { found, why: 'this is not valid YAML', fix }),
    );
  }

  private placeAt(offset: number): FileLine {
    return { file: this.file.path, line: Math.max(1, this.counter.linePos(offset).line) };
  }

  /** @param key where the key of the value is */
  private nodeOf(node: YamlNode | null, key: FileLine | undefined): CiNode {
    const at = key ?? this.placeAt(node?.range?.[0] ?? 0);
    const { isAlias, isMap, isSeq } = this.yaml;
    if (isAlias(node)) return this.aliased(node.source, node.range?.[0] ?? 0, at);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    const before = this.values;
    this.count(1);
    if (++this.level > MOST_LEVELS) throw new RangeError('too many levels');
    const found = this.valueOf(node, at, isMap(node), isSeq(node));
    this.level--;
    if (anchor !== undefined) this.anchors.set(anchor, { node: found, values: this.values - before });
    return found;
  }

  private count(values: number): void {
    this.values += values;
    if (this.values > MOST_VALUES) throw new RangeError('too many values');
  }

  private valueOf(node: YamlNode | null, at: FileLine, isMap: boolean, isSeq: boolean): CiNode {
    if (isMap) return this.tableOf(node as YAMLMap, at);
    if (!isSeq) return scalarOf(node, at);
    const items = (node as unknown as { items: (YamlNode | null)[] }).items;
    if (node?.tag === '!reference')
      return {
        kind: 'reference',
        at,
        path: items.map((item) => String((item as { value?: unknown } | null)?.value ?? '')),
      };
    // A pair in a list is a table of one key.
    return { kind: 'list', at, items: items.map((item) => this.nodeOf(item, undefined)) };
  }

  private aliased(name: string, offset: number, at: FileLine): CiNode {
    const found = this.anchors.get(name);
    if (found !== undefined) {
      this.count(found.values);
      return { ...found.node, at };
    }
    this.problems.push(
      problem('yaml', 'error', this.placeAt(offset), {
        found: `*${name}`,
        why: 'no anchor with this name precedes it in this file',
        fix: `write &${name} where the value is, or use extends or !reference across files`,
      }),
    );
    return { kind: 'scalar', at, value: null };
  }

  private tableOf({ items }: YAMLMap, at: FileLine): CiTable {
    const entries = new Map<string, CiNode>();
    const own = new Set<string>();
    for (const pair of items as Pair<YamlNode, YamlNode>[]) {
      const place = this.placeAt(pair.key?.range?.[0] ?? 0);
      const name = nameOf(pair.key);
      const value = this.nodeOf(pair.value, place);
      if (name === '<<' && mergeInto(entries, value)) continue;
      if (own.has(name)) this.repeat(name, place, entries.get(name));
      own.add(name);
      // The place in the order is that of the first.
      entries.set(name, value);
    }
    return { kind: 'table', at, entries };
  }

  private repeat(name: string, at: FileLine, first: CiNode | undefined): void {
    this.problems.push(
      problem('duplicate-key', 'warning', at, {
        found: `${name || 'a key without a name'} again`,
        why: `GitLab takes the last one, and what line ${first?.at.line ?? 1} says is lost`,
        fix: 'keep one of them, with the content of both',
      }),
    );
  }
}

/** Keys are taken as they are written: `on`, which YAML 1.1 reads as true, too. */
function nameOf(key: unknown): string {
  const { source, value } = (key ?? {}) as { source?: string; value?: unknown };
  return String(source ?? value ?? '');
}

/** Keys that `<<` brings replace those above it. False for a value that can't be merged: `<<` is then a key like others. */
function mergeInto(entries: Map<string, CiNode>, value: CiNode): boolean {
  const tables = value.kind === 'list' ? [...value.items].reverse() : [value];
  if (!tables.every((one): one is CiTable => one.kind === 'table')) return false;
  for (const table of tables) for (const [key, node] of table.entries) entries.set(key, node);
  return true;
}

function scalarOf(node: unknown, at: FileLine): CiScalar {
  const { value = null, source, type } = (node ?? {}) as { value?: unknown; source?: string; type?: string };
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  const isText = !isPlain || (type === 'PLAIN' && source !== undefined && isTextOfPsych(value, source));
  const found = isText ? (source ?? String(value)) : (value as CiScalar['value']);
  return { kind: 'scalar', at, value: found, ...(source !== undefined && { written: source }) };
}

/** Numbers as Ruby's loader reads them: an exponent needs a point before it and a sign, an octal number octal digits. */
const INTEGER = /^[-+]?(0b[01_,]+|0[0-7_,]+|0|[1-9](,?[0-9_])*|0x[0-9a-fA-F_,]+)$/;
const FLOAT = /^([-+]?([0-9][0-9_,]*)?\.[0-9]*([eE][+-][0-9]+)?|[-+]?\.inf|\.nan)$/i;
const BASE_60 = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9]){1,2}(\.[0-9_]*)?$/;

/**
 * Whether a value that YAML 1.1 takes for a number or a boolean is a text for GitLab, for example `y`, `08` and `12e4`.
 * @see Psych lib/psych/scalar_scanner.rb
 */
function isTextOfPsych(value: unknown, source: string): boolean {
  if (typeof value === 'boolean') return /^[yn]$/i.test(source);
  return typeof value === 'number' && ![INTEGER, FLOAT, BASE_60].some((pattern) => pattern.test(source));
}
