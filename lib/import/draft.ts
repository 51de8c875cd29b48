import { at, type Fields, fieldsOf, isTable } from '../values/record';
import type { Line, LineKind } from './line';

/** The description of one runner in the making. */
export class Draft {
  /** Options of the runner, tables of tables. */
  readonly runner: Record<string, unknown> = {};
  /** Options of the fleet that it asks for. */
  readonly fleet: Record<string, unknown> = {};
  readonly lines: Line[] = [];

  constructor(readonly name: string) {}

  /** Sets an option of the runner, `build.cpu.request`, and says where it comes from. */
  option(from: string, to: string, value: unknown, why?: string): void {
    setAt(this.runner, to.split('.'), value);
    this.say('option', from, why, to);
  }

  /** Sets an option that no source gives, so that a person must check it. */
  guess(from: string, to: string, value: unknown, why: string): void {
    setAt(this.runner, to.split('.'), value);
    this.say('decide', from, why, `${to}: ${String(value)}`);
  }

  /** Sets an option of the fleet. */
  fleetOption(from: string, to: string, value: unknown, why?: string): void {
    setAt(this.fleet, to.split('.'), value);
    this.say('option', from, why, `${to} of the fleet`);
  }

  /** Sets a key that has no option, below `config.runner` or `config.global`. */
  config(from: string, path: readonly string[], value: unknown): void {
    setAt(this.runner, ['config', ...path], value);
    this.say('config', from, undefined, ['config', ...path].join('.'));
  }

  /** Sets a value without reporting it. */
  set(path: readonly string[], value: unknown): void {
    setAt(this.runner, path, value);
  }

  /** Reports what happened to a value. */
  say(kind: LineKind, from: string, why?: string, to?: string): void {
    this.lines.push({
      kind,
      runner: this.name,
      from,
      ...(to !== undefined && { to }),
      ...(why !== undefined && { why }),
    });
  }
}

/** Sets the value at a path of keys, with the tables above it. Keys may hold dots; `__proto__` is ignored. */
export function setAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === '__proto__') return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const below: Record<string, unknown> = { ...fieldsOf(target[key]) };
  setAt(below, rest, value);
  target[key] = below;
}

/** A table whose keys are taken one after another, so that none is lost silently. */
export class Keys {
  private readonly left: Record<string, unknown>;

  constructor(table: Fields) {
    this.left = structuredClone(table);
  }

  /** Takes out the value at a path of keys; undefined if there is none. */
  take(...path: readonly string[]): unknown {
    let table: unknown = this.left;
    for (const key of path.slice(0, -1)) table = fieldsOf(table)[key];
    const last = path[path.length - 1];
    if (!isTable(table) || !Object.hasOwn(table, last)) return undefined;
    const value = table[last];
    delete (table as Record<string, unknown>)[last];
    return value;
  }

  /** Adds keys to those that are left. */
  add(more: Fields): void {
    Object.assign(this.left, more);
  }

  /** The value at a path of keys, which stays. */
  peek(...path: readonly string[]): unknown {
    return at(this.left, path);
  }

  /** What was not taken: each value with its path. Lists count as values, and empty tables as nothing. */
  rest(): readonly (readonly [readonly string[], unknown])[] {
    return leavesOf(this.left, []);
  }
}

/** Whether a value says anything: empty texts, lists and tables don't. */
export function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isTable(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== '' && value !== null;
}

/** The values of a table by their paths. */
export function leavesOf(
  value: unknown,
  path: readonly string[],
): readonly (readonly [readonly string[], unknown])[] {
  if (!isTable(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}
