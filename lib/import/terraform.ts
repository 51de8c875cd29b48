import { type Fields, fieldsOf, isTable } from '../values/record';
import { CLOSE, type HclBlock, type HclBody, HclCall, HclUnknown, OPEN, parseHcl } from './hcl';
import type { Line } from './line';
import { type Beside, isChart, mergedValues, type Release, setValue } from './release';

/** The part of a text that comes from elsewhere. */
const OPEN_PART = new RegExp(`${OPEN}([^${CLOSE}]*)${CLOSE}`, 'g');
/** The folder of a module, with which paths begin. */
const FOLDER = new RegExp(`^${OPEN}\\$\\{path\\.(?:module|root|cwd)\\}${CLOSE}/`);
/** Longest chain of locals that name locals. */
const MOST_LOCALS = 10;

/**
 * The releases of the chart in a file of Terraform, as far as their values are literals: texts, tables of `yamlencode`, files next
 * to it, and `set`. Values of variables and of other functions are reported as unread.
 */
export function releasesInTerraform(text: string, path: string, beside: Beside): readonly Release[] {
  const file = parseHcl(text);
  return file.blocks
    .filter(({ type, labels }) => type === 'resource' && labels[0] === 'helm_release')
    .map((block) => new TerraformRelease(block, localsOf(file), path, beside))
    .filter((release) => release.isOfChart())
    .map((release) => release.read());
}

function localsOf({ blocks }: HclBody): ReadonlyMap<string, unknown> {
  return new Map(blocks.filter(({ type }) => type === 'locals').flatMap(({ body }) => [...body.attributes]));
}

class TerraformRelease {
  private readonly lines: Line[] = [];
  private readonly body: HclBody;

  constructor(
    private readonly block: HclBlock,
    private readonly locals: ReadonlyMap<string, unknown>,
    private readonly path: string,
    private readonly beside: Beside,
  ) {
    this.body = block.body;
  }

  isOfChart(): boolean {
    return isChart(this.plain('chart'));
  }

  read(): Release {
    const label = this.block.labels[1] ?? 'gitlab-runner';
    if (this.body.attributes.has('for_each'))
      this.unread('for_each', 'each item makes a release: describe a runner for each');
    const listed = this.solved(this.body.attributes.get('values'));
    const items = Array.isArray(listed) ? listed : listed === undefined ? [] : [listed];
    // Unknown values are removed first: a merge takes any object for a table.
    let values = mergedValues(...items.map((item) => this.withoutOpen(this.valuesOf(item), [])));
    for (const set of this.sets()) values = this.withSet(values, set);
    return {
      place: `${this.path} helm_release.${label}`,
      name: this.plain('name') ?? label,
      namespace: this.plain('namespace'),
      chart: this.plain('version'),
      values,
      lines: this.lines,
    };
  }

  /** A plain text of the release; undefined where only Terraform knows it. */
  private plain(name: string): string | undefined {
    const value = this.solved(this.body.attributes.get(name));
    return typeof value === 'string' && !value.includes(OPEN) ? value : undefined;
  }

  /** A value, with the name of a local replaced by its value. */
  private solved(value: unknown): unknown {
    let found = value;
    for (let count = 0; count < MOST_LOCALS && found instanceof HclUnknown; count++) {
      const [, name] = /^local\.(\w+)$/.exec(found.expression) ?? [];
      if (name === undefined || !this.locals.has(name)) return found;
      found = this.locals.get(name);
    }
    return found;
  }

  /** One item of `values`. */
  private valuesOf(item: unknown): Fields {
    const value = this.solved(item);
    const [argument, name] =
      value instanceof HclCall ? [this.solved(value.argument), value.name] : [value, ''];
    if ((name === 'yamlencode' || name === 'jsonencode') && isTable(argument)) return argument;
    if (name === 'file' && typeof argument === 'string') {
      const file = this.beside.file(argument.replace(FOLDER, ''));
      if (file === undefined) this.unread(`values file(${shown(argument)})`, 'name its file too');
      return file ?? {};
    }
    const table = name === '' && typeof value === 'string' ? this.beside.parse(value) : undefined;
    if (table === undefined) this.unread(`values ${expressionOf(value)}`);
    return table ?? {};
  }

  /** `set` as blocks, and as the lists of later releases of the provider. */
  private sets(): readonly Fields[] {
    const blocks = this.body.blocks.flatMap(({ type, labels, body }): readonly Fields[] => {
      if (SETS.has(type)) return [Object.fromEntries(body.attributes)];
      if (type === 'dynamic' && SETS.has(labels[0] ?? '')) this.unread(`dynamic ${labels[0]}`);
      return [];
    });
    const lists = [...SETS].flatMap((name): readonly Fields[] => {
      const value = this.solved(this.body.attributes.get(name));
      if (Array.isArray(value)) return value.map(fieldsOf);
      if (value !== undefined) this.unread(`${name} ${expressionOf(value)}`);
      return [];
    });
    return [...blocks, ...lists];
  }

  private withSet(values: Fields, { name, value, type }: Fields): Fields {
    const path = this.solved(name);
    const said = this.solved(value);
    if (typeof path !== 'string' || path.includes(OPEN)) {
      this.unread(`set ${expressionOf(path)}`);
      return values;
    }
    if (Array.isArray(said)) return setValue(values, path, said);
    if (said === null || typeof said === 'object' || said === undefined) {
      this.unread(`set ${path}`);
      return values;
    }
    if (typeof said === 'string' && said.includes(OPEN) && path !== CONFIG) {
      this.unread(`set ${path}`);
      return values;
    }
    return this.withoutOpen(setValue(values, path, setText(said), type === 'string'), []);
  }

  /** Values without what only Terraform knows, each with its line. In the config it is read as an empty text. */
  private withoutOpen(values: Fields, path: readonly string[]): Fields {
    const kept: [string, unknown][] = [];
    for (const [key, item] of Object.entries(values)) {
      const way = [...path, key];
      const value = this.solved(item);
      if (isTable(value) && !(value instanceof HclUnknown) && !(value instanceof HclCall))
        kept.push([key, this.withoutOpen(value, way)]);
      else if (way.join('.') === CONFIG && typeof value === 'string') kept.push([key, this.config(value)]);
      else if (isOpen(value) || key.includes(OPEN)) this.unread(`values ${shown(way.join('.'))}`);
      else kept.push([key, value]);
    }
    return Object.fromEntries(kept);
  }

  private config(text: string): string {
    return text.replace(OPEN_PART, (_, expression: string) => {
      const why = 'only Terraform knows its value, which is read as empty: give the rendered values';
      this.unread(`${CONFIG} ${expression}`, why);
      return '';
    });
  }

  private unread(
    from: string,
    why = 'only Terraform knows its value: give the rendered values, from terraform show or helm get values',
  ): void {
    this.lines.push({ kind: 'unread', runner: undefined, from, why });
  }
}

const CONFIG = 'runners.config';
const SETS = new Set(['set', 'set_sensitive', 'set_list', 'set_wo']);

/** A text as `set` takes it: a comma of its own has a backslash. */
function setText(value: unknown): unknown {
  if (typeof value !== 'string' || value.includes('\n')) return value;
  const [, items] = /^\{(.*)\}$/.exec(value) ?? [];
  if (items !== undefined) return items.split(/\s*(?<!\\),\s*/).map((item) => item.replace(/\\,/g, ','));
  return value.replace(/\\,/g, ',');
}

function isOpen(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(OPEN);
  if (value instanceof HclUnknown || value instanceof HclCall) return true;
  if (Array.isArray(value)) return value.some(isOpen);
  return isTable(value) && Object.values(value).some(isOpen);
}

/** An expression on one line, shortened. */
function expressionOf(value: unknown): string {
  if (value instanceof HclUnknown) return short(value.expression);
  if (value instanceof HclCall) return `${value.name}(${expressionOf(value.argument)})`;
  if (typeof value === 'string') return shown(short(value));
  return 'that are neither a text nor a table';
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 60)}...` : line;
}

/** A text with the parts from elsewhere as they were written. */
function shown(text: string): string {
  return text.replace(OPEN_PART, '$1');
}
