import { displayName, type Manifest } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { WORKLOAD_KINDS } from '../../cluster/workloads';
import { RUNNER_KEY } from '../../contract';
import { at, textOf } from '../../values/record';
import type { FieldChange } from '../field-changes';
import { type ChangedObject, type Comparison, objectOf } from '../rule';
import { runnerPairs } from '../security/runner-pairs';
import { CAUSE_KINDS, type Cause, type CauseKind, isBroughtBy, nounOf, phraseOf, type Step } from './cause';
import { LOWERED, objectSteps } from './object-steps';
import { configSteps, isConfig, managerSteps, sidesOf } from './runner-steps';
import { counted, listed } from './words';

/**
 * What somebody changed, as people would name it: every changed field of every object belongs to one of these, or follows from
 * one. In the order in which a person would say them.
 */
export function causesOf(comparison: Comparison): readonly Cause[] {
  if (comparison.changes.length === 0) return [];
  const moves = runnerMoves(comparison);
  const subjects = bySubject(
    comparison.changes.map((change) => [change, stepsOf(change, moves, comparison)] as const),
  );
  const kinds = new Set(subjects.map(({ kind }) => kind));
  const found = new Map<string, Omit<SubjectSteps, 'of' | 'texts'> & { text: string; of: Set<string> }>();
  for (const { kind, of, texts, objects } of subjects) {
    // What only follows is said in a word; the list of fields has its values.
    const text = isBroughtBy(kind, kinds) ? shortText(texts) : joined(kind, texts);
    const key = isBroughtBy(kind, kinds) ? kind : `${kind} ${text}`;
    const known = found.get(key) ?? { kind, text, of: new Set<string>(), objects: new Set<string>() };
    known.of.add(of);
    known.text ||= text;
    for (const object of objects) known.objects.add(object);
    found.set(key, known);
  }
  const runners = new Set(comparison.after.runners.map(({ name }) => name)).size;
  return [...found.values()]
    .sort((a, b) => CAUSE_KINDS.indexOf(a.kind) - CAUSE_KINDS.indexOf(b.kind))
    .map(({ kind, text, of, objects }) => ({
      kind,
      what: phraseOf(kind, subjectsText([...of], kind, runners), text, of.size),
      objects: [...objects],
      follows: isBroughtBy(kind, kinds),
    }));
}

/** Of what only follows, whether a bound falls. */
function shortText(texts: ReadonlySet<string>): string {
  return [...texts].some((text) => text.endsWith(LOWERED)) ? 'lowered' : '';
}

interface SubjectSteps {
  readonly kind: CauseKind;
  readonly of: string;
  readonly texts: Set<string>;
  readonly objects: Set<string>;
}

/** Steps of one kind of one runner or object together. */
function bySubject(steps: readonly (readonly [ChangedObject, readonly Step[]])[]): readonly SubjectSteps[] {
  const found = new Map<string, SubjectSteps>();
  for (const [change, own] of steps)
    for (const { kind, of, text } of own)
      for (const one of of) {
        const key = `${kind} ${one}`;
        const known = found.get(key) ?? { kind, of: one, texts: new Set(), objects: new Set() };
        if (text !== '') known.texts.add(text);
        known.objects.add(displayName(objectOf(change)));
        found.set(key, known);
      }
  return [...found.values()];
}

/** Texts of one subject that a sentence names. */
const TEXTS_MOST = 4;

function joined(kind: CauseKind, texts: ReadonlySet<string>): string {
  const all = (kind === 'job-size' ? sizesInOrder([...texts]) : [...texts]).map((text) =>
    text.endsWith(LOWERED) ? text.slice(0, -LOWERED.length) : text,
  );
  const more = all.length - TEXTS_MOST;
  return listed(more > 0 ? [...all.slice(0, TEXTS_MOST), `${more} more`] : all);
}

/** Requests first, then limits, then that ceilings change too. */
function sizesInOrder(texts: readonly string[]): readonly string[] {
  const rank = (text: string) => ['request', 'limit'].findIndex((word) => text.includes(` ${word} `)) >>> 0;
  return [...texts].sort((a, b) => rank(a) - rank(b));
}

/** Names that a sentence has room for; more are counted. */
const NAMES_MOST = 2;
/** Characters of a name in a sentence. */
const NAME_MOST = 60;

function subjectsText(of: readonly string[], kind: CauseKind, runners: number): string {
  const noun = nounOf(kind);
  if (of.length > NAMES_MOST) {
    const count = counted(of.length, noun);
    return noun === 'runner' && of.length === runners ? `all ${count}` : count;
  }
  // A runner and the one in its place are one text.
  const most = kind === 'runner-renamed' || kind === 'runner-replaced' ? 4 * NAME_MOST : NAME_MOST;
  return listed(of.map((name) => (name.length > most ? `${name.slice(0, most)}...` : name)));
}

/** Runners that come, go, or take the place of another. */
interface RunnerMoves {
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  /** What is said of a runner that took another's place, by either name. */
  readonly replaced: ReadonlyMap<string, { readonly kind: CauseKind; readonly text: string }>;
  /** How many managers a runner has, before and after. */
  readonly managers: (name: string) => readonly [number, number];
}

function runnerMoves(comparison: Comparison): RunnerMoves {
  const namesOf = ({ runners }: Subject) => new Set(runners.map(({ name }) => name));
  const [old, now] = [namesOf(comparison.before), namesOf(comparison.after)];
  const replaced = new Map<string, { kind: CauseKind; text: string }>();
  for (const { before, after } of runnerPairs(comparison)) {
    if (before === undefined || old.has(after.name) || now.has(before.name)) continue;
    const isSame = isRenamed(before, after) || isRenamed(after, before);
    const kind = isSame ? 'runner-renamed' : 'runner-replaced';
    const text = isSame
      ? `${before.name} renamed to ${after.name}`
      : `${before.name} replaced by ${after.name}, which differs in more than its name`;
    for (const name of [before.name, after.name]) if (!replaced.has(name)) replaced.set(name, { kind, text });
  }
  return {
    added: new Set([...now].filter((name) => !old.has(name) && !replaced.has(name))),
    removed: new Set([...old].filter((name) => !now.has(name) && !replaced.has(name))),
    replaced,
    managers: (name) => [managersOf(comparison.before, name), managersOf(comparison.after, name)],
  };
}

function managersOf({ runners }: Subject, name: string): number {
  return new Set(runners.filter((runner) => runner.name === name).map(({ manager }) => manager)).size;
}

/** Whether a runner is another in nothing but its name, and in what is named by its content. */
function isRenamed(one: ObservedRunner, other: ObservedRunner): boolean {
  const renamed = textOfRunner(one).replaceAll(one.name, other.name).replaceAll(labelOf(one), labelOf(other));
  return renamed === textOfRunner(other);
}

function labelOf({ config, name }: ObservedRunner): string {
  return runnerLabel(config.manifest) ?? name;
}

function textOfRunner(runner: ObservedRunner): string {
  const hashes = new RegExp(`(${escaped(labelOf(runner))}|token)-[0-9a-f]{8}\\b`, 'g');
  return JSON.stringify([runner.config.parsed, runner.managerPod]).replaceAll(hashes, '$1');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function runnerLabel({ body }: Manifest): string | undefined {
  return textOf(at(body, ['metadata', 'labels', RUNNER_KEY]));
}

function stepsOf(change: ChangedObject, moves: RunnerMoves, comparison: Comparison): readonly Step[] {
  const { byObject, byLabel } = ownersIn(comparison);
  const ownersOf = (one: ChangedObject): readonly string[] => [
    ...new Set([one.after, one.before].flatMap((side) => (side ? (byLabel.get(labelKey(side)) ?? []) : []))),
  ];
  const sides = sidesOf(change, byObject);
  const owners = sides?.names ?? ownersOf(change);
  const whole = change.before && change.after ? undefined : movedStep(owners, change, moves);
  if (whole !== undefined) return [whole];
  if (sides === undefined || !change.before || !change.after) return objectSteps(change, ownersOf);
  if (!isConfig(change)) return managerSteps(change, sides);
  const entries = change.fields.map((field) => [field, entryStep(field, moves)] as const);
  const rest = entries.flatMap(([field, entry]) => (entry === undefined ? [field] : []));
  return [...entries.flatMap(([, entry]) => entry ?? []), ...configSteps({ ...change, fields: rest }, sides)];
}

/** A whole entry of a config.toml that comes, goes or takes the place of another; undefined for any other field. */
function entryStep({ path, before, after }: FieldChange, moves: RunnerMoves): Step | undefined {
  const name = /> runners\[(.*)\]$/s.exec(path)?.[1];
  if (name === undefined || (before !== undefined && after !== undefined)) return undefined;
  const replaced = moves.replaced.get(name);
  if (replaced !== undefined) return { kind: replaced.kind, of: [replaced.text], text: '' };
  if (moves.added.has(name)) return { kind: 'runner-added', of: [name], text: '' };
  return moves.removed.has(name) ? { kind: 'runner-removed', of: [name], text: '' } : undefined;
}

/** An object that comes or goes with its runner. */
function movedStep(owners: readonly string[], change: ChangedObject, moves: RunnerMoves): Step | undefined {
  const [owner] = owners;
  const replaced = owner === undefined ? undefined : moves.replaced.get(owner);
  if (replaced !== undefined) return { kind: replaced.kind, of: [replaced.text], text: '' };
  const moved = change.after ? moves.added : moves.removed;
  const of = owners.filter((name) => moved.has(name));
  if (of.length > 0) return { kind: change.after ? 'runner-added' : 'runner-removed', of, text: '' };
  // One more manager of a runner, or one fewer.
  const [name] = owners;
  const counts = name === undefined ? undefined : moves.managers(name);
  const isManager = ['ConfigMap', ...WORKLOAD_KINDS].includes(objectOf(change).kind);
  if (!isManager || counts === undefined || counts[0] === counts[1]) return undefined;
  return { kind: 'managers', of: owners, text: counts.join(' to ') };
}

interface Owners {
  readonly byObject: ReadonlyMap<unknown, readonly ObservedRunner[]>;
  readonly byLabel: ReadonlyMap<string, readonly string[]>;
}

const OWNERS = new WeakMap<Comparison, Owners>();

/** Runners by their manager and config, and by the label that all objects of a runner have; worked out once. */
function ownersIn(comparison: Comparison): Owners {
  const known = OWNERS.get(comparison);
  if (known !== undefined) return known;
  const byObject = new Map<unknown, ObservedRunner[]>();
  const byLabel = new Map<string, string[]>();
  const add = <K, V>(map: Map<K, V[]>, key: K, value: V) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const { runners } of [comparison.after, comparison.before])
    for (const runner of runners) {
      for (const object of [runner.manager, runner.config.manifest])
        if (object) add(byObject, object, runner);
      if (runnerLabel(runner.config.manifest)) add(byLabel, labelKey(runner.config.manifest), runner.name);
    }
  const owners = { byObject, byLabel };
  OWNERS.set(comparison, owners);
  return owners;
}

function labelKey(manifest: Manifest): string {
  const fleet = textOf(at(manifest.body, ['metadata', 'labels', 'app.kubernetes.io/part-of']));
  return [fleet, runnerLabel(manifest) ?? ''].join('\n');
}
