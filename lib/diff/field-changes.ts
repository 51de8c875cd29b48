import { hasRunners, tableOfConfig } from '../cluster/config-texts';
import type { Manifest } from '../cluster/manifest';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { type Fields, fieldsOf, isTable, textOf } from '../values/record';
import { dashboardParts } from './dashboards';
import type { ObjectChange } from './objects';

/** A field that differs between two revisions of an object. */
export interface FieldChange {
  /** As `spec.template.spec.containers[build].image`; within a config.toml as `config.toml > runners[x].limit`. */
  readonly path: string;
  /** Value before, as JSON or words; undefined where the field is new. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a comparison leaves out of the objects that it compares. */
export interface LeftOut {
  readonly ofObject: (body: unknown, side: 'before' | 'after') => unknown;
  readonly ofConfig: (table: Fields) => unknown;
}

const NOTHING: LeftOut = { ofObject: (body) => body, ofConfig: (table) => table };

/** The fields in which an object differs, and those of one that is new. Lists are compared by what their items are called, never by place. */
export function fieldChanges({ before, after }: ObjectChange, leftOut = NOTHING): readonly FieldChange[] {
  if (after === undefined || (before !== undefined && isUntouched(before, after))) return [];
  const now = leftOut.ofObject(readable(after.body, leftOut), 'after');
  if (before === undefined) return leaves(now, '').filter(({ path }) => !NAMED.has(path));
  const old = leftOut.ofObject(readable(before.body, leftOut), 'before');
  // Where one name took the place of another, the pair says so.
  return compare(old, now, '').filter(({ path }) => path !== 'metadata.name');
}

/** Whether an object stands in a file that is the same on both sides, as most do. */
function isUntouched(before: Manifest, after: Manifest): boolean {
  if (before === after) return true;
  return before.fileText !== undefined && before.fileText === after.fileText;
}

/** What the name of an object says already. */
const NAMED = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace']);

/** Every value of an object that is new, each with its way. */
function leaves(value: unknown, path: string): FieldChange[] {
  if (value instanceof Hidden) return compareHidden(undefined, value, path);
  if (value instanceof Dashboard) return [{ path, before: undefined, after: dashboardWords(value) }];
  if (value instanceof ConfigFile) return leaves(value.config, `${path.replace(/^data\.?/, '')} >`);
  if (isTable(value) && Object.keys(value).length > 0)
    return Object.keys(value)
      .sort()
      .flatMap((key) => leaves(value[key], below(path, key)));
  if (Array.isArray(value) && value.some(isTable))
    return [...byName(value, path)].flatMap(([name, item]) => leaves(item, `${path}[${name}]`));
  return value === undefined ? [] : [{ path, before: undefined, after: show(value) }];
}

/** What is compared instead of the raw object: config.toml as a table, and names that follow from it left out. */
function readable(body: Readonly<Record<string, unknown>>, leftOut: LeftOut): unknown {
  const kind = textOf(body.kind);
  if (kind === 'ConfigMap') return { ...body, data: tables(fieldsOf(body.data), leftOut) };
  if (kind === 'SealedSecret') {
    const spec = fieldsOf(body.spec);
    // The key is made from the ciphertext, and a ciphertext tells a reader nothing.
    const [sealed] = Object.values(fieldsOf(spec.encryptedData)).map(String);
    return { ...body, spec: { ...spec, encryptedData: sealed && new Hidden(sealed, sealedWord(sealed)) } };
  }
  if (kind === 'Secret') return { ...body, data: hidden(body.data), stringData: hidden(body.stringData) };
  return body;
}

/** A value that is compared and not shown, being secret or long; a word stands for it. */
class Hidden {
  constructor(
    readonly text: string,
    readonly word: 'ciphertext' | 'placeholder' | 'value' | 'panel' | 'layout',
  ) {}
}

/** A dashboard of Grafana, which is too long to be shown twice. */
class Dashboard {
  constructor(
    readonly settings: Fields,
    readonly panels: Readonly<Record<string, Hidden>>,
    readonly layout: Hidden,
  ) {}
}

/** A config.toml under a key that does not say so. */
class ConfigFile {
  constructor(readonly config: unknown) {}
}

function sealedWord(text: string): 'ciphertext' | 'placeholder' {
  return /[^A-Za-z0-9+/=\n]/.test(text) ? 'placeholder' : 'ciphertext';
}

function hidden(data: unknown): unknown {
  return Object.fromEntries(
    Object.entries(fieldsOf(data)).map(([key, value]) => [key, new Hidden(String(value), 'value')]),
  );
}

function tables(data: Readonly<Record<string, unknown>>, leftOut: LeftOut): unknown {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => {
      const dashboard = dashboardOf(key, text);
      if (dashboard !== undefined) return [key, dashboard];
      // A file that does not parse is shown as the text that it is.
      const isFile = key.endsWith('.toml') || hasRunners(String(text));
      const table = isFile ? tableOfConfig(String(text)) : undefined;
      if (table === undefined) return [key, text];
      const config = leftOut.ofConfig(table);
      return [key, key.endsWith('.toml') ? config : new ConfigFile(config)];
    }),
  );
}

function dashboardOf(key: string, text: unknown): Dashboard | undefined {
  const parts = dashboardParts(key, String(text));
  if (parts === undefined) return undefined;
  const panels = [...parts.panels].map(([title, panel]) => [title, new Hidden(panel, 'panel')]);
  return new Dashboard(parts.settings, Object.fromEntries(panels), new Hidden(parts.layout, 'layout'));
}

function dashboardWords({ panels }: Dashboard): string {
  return `a dashboard with ${Object.keys(panels).length} panels and rows`;
}

/** What is another in a dashboard: each setting as it is, each panel by its title. */
function compareDashboards(before: unknown, after: unknown, path: string): FieldChange[] {
  if (before instanceof Dashboard && after instanceof Dashboard)
    return compare({ ...before }, { ...after }, path);
  const [old, now] = [before, after].map((value) =>
    value instanceof Dashboard ? dashboardWords(value) : show(value),
  );
  return [{ path, before: old, after: now }];
}

function compare(before: unknown, after: unknown, path: string): FieldChange[] {
  if (before instanceof Hidden || after instanceof Hidden) return compareHidden(before, after, path);
  if (before instanceof Dashboard || after instanceof Dashboard)
    return compareDashboards(before, after, path);
  if (before instanceof ConfigFile || after instanceof ConfigFile) {
    const [old, now] = [before, after].map((value) => (value instanceof ConfigFile ? value.config : value));
    return compare(old, now, `${path.replace(/^data\.?/, '')} >`);
  }
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(before, after, path);
  if (isTable(before) && isTable(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    // A key may be called as what every object inherits: constructor.
    const own = (table: Readonly<Record<string, unknown>>, key: string) =>
      Object.hasOwn(table, key) ? table[key] : undefined;
    return keys.flatMap((key) => compare(own(before, key), own(after, key), below(path, key)));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, before: show(before), after: show(after) }];
}

function compareHidden(before: unknown, after: unknown, path: string): FieldChange[] {
  const [old, now] = [before, after].map((value) => (value instanceof Hidden ? value : undefined));
  if (old?.text === now?.text) return [];
  const article = old?.word === now?.word ? 'another' : 'a';
  return [{ path, before: old && `a ${old.word}`, after: now && `${article} ${now.word}` }];
}

function compareLists(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const olds = byName(before, path);
  const news = byName(after, path);
  const changes = [...new Set([...olds.keys(), ...news.keys()])].flatMap((name) =>
    compare(olds.get(name), news.get(name), `${path}[${name}]`),
  );
  if (changes.length > 0 || JSON.stringify(before) === JSON.stringify(after)) return changes;
  return ORDERED.test(path) ? [{ path, before: show(before), after: show(after) }] : [];
}

/** Lists that mean something else in another order: what runs first, and what holds last. All others are sets. */
const ORDERED = /\.(command|args|initContainers|env|environment|pod_spec|pull_policy)$/;

/** Items by what they are called; several of one name are told apart by their number. */
function byName(list: readonly unknown[], path: string): ReadonlyMap<string, unknown> {
  const named = new Map<string, unknown>();
  const counts = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    // An entry without a name is most often the only one: its keys are compared, not the whole of it.
    const isNameless = path.endsWith('> runners') && isTable(item) && !item.name;
    const name = isNameless ? String(index) : nameOf(item);
    let free = name;
    // A list may hold thousands of the same: each goes on where the last one was.
    let count = counts.get(name) ?? 1;
    while (named.has(free)) free = `${name} ${++count}`;
    counts.set(name, count);
    named.set(free, item);
  }
  return named;
}

/** Fields that name an item of a list, the first that is there: containers, requirements and taints, rules, budgets. */
const NAMES = ['name', 'key', 'topologyKey', 'deviceName', 'alias', 'id'] as const;

function nameOf(item: unknown): string {
  if (!isTable(item)) return String(item);
  const name = NAMES.map((field) => textOf(item[field])).find((text) => text !== undefined);
  // A range of one key is two requirements: what is above, and what is below.
  const operator = textOf(item.operator);
  if (name !== undefined) return operator === 'Gt' || operator === 'Lt' ? `${name} ${operator}` : name;
  const lists = ['resources', 'reasons', 'ports'].map((field) => item[field]).find(Array.isArray);
  return lists === undefined
    ? JSON.stringify(item)
    : lists.map((one) => textOf(one) ?? JSON.stringify(one)).join(',');
}

function below(path: string, key: string): string {
  if (key.endsWith('.toml')) return `${key} >`;
  if (path.endsWith('>')) return `${path} ${key}`;
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}

function show(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return holdsPlainToken(text) ? 'hidden: it holds a token' : text;
}
