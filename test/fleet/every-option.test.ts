import { load } from 'js-yaml';
import { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { SCHEMA } from '../../lib/shape/kinds';
import { parseToml } from '../../lib/values/toml';
import { manifests, render } from '../fleets';
import {
  ELSEWHERE,
  FLEETS,
  type Leaf,
  leavesOf,
  OPTIONS,
  type Path,
  tokensOf,
  WORDLESS,
} from './every-option';

/** What becomes of every option in YAML: one that is described, validated and decided may still get lost on its last step. */

/** All keys and values of rendered objects, config.toml read as what it is. */
function shownBy(fleet: RunnerFleetProps): string {
  return render(fleet, tokensOf(fleet))
    .map(({ text }) => wordsIn(text))
    .join('\n');
}

/** Words by text: one option less leaves most files as they were. */
const WORDS = new Map<string, string>();

function wordsIn(text: string): string {
  const words = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [String(value)];
    return Object.entries(value).flatMap(([key, item]) =>
      key === 'config.toml' ? words(parseToml(String(item))) : [key, ...words(item)],
    );
  };
  const known = WORDS.get(text) ?? words(load(text)).join('\n');
  WORDS.set(text, known);
  return known;
}

/** Whether a text holds a value: a number as a word of its own. */
function holds(text: string, value: Leaf['shown']): boolean {
  if (typeof value !== 'number') return text.includes(String(value));
  return new RegExp(`(?<![\\w.])${value}(?![\\w.])`).test(text);
}

/** A description without one of its values; an element of a list goes, those behind it move up. */
function without(fleet: RunnerFleetProps, path: Path): RunnerFleetProps {
  const copy = structuredClone(fleet);
  let holder = copy as never as Record<string, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as typeof holder;
  const last = path[path.length - 1];
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

const NOTHING_SAID = shownBy({ name: 'x', runners: [{ name: 'x', arch: 'amd64', capacity: 'spot' }] });

/**
 * What becomes of a value. One that nothing else says has to be found; for any other YAML has to be different without
 * it. Unclear is what is false and changes nothing, as by default, and what can't be left out.
 */
function fateOf(
  leaf: Leaf,
  fleet: RunnerFleetProps,
  leaves: readonly Leaf[],
  text: string,
): 'shown' | 'lost' | 'unclear' {
  const saidOnce = leaves.filter(({ shown }) => holds(String(shown), leaf.shown)).length === 1;
  const isWord =
    typeof leaf.shown !== 'boolean' && !WORDLESS.some((option) => `.${leaf.option}`.endsWith(`.${option}`));
  if (isWord && saidOnce && !holds(NOTHING_SAID, leaf.shown))
    return holds(text, leaf.shown) ? 'shown' : 'lost';
  try {
    if (shownBy(without(fleet, leaf.path)) !== text) return 'shown';
    return leaf.shown === false ? 'unclear' : 'lost';
  } catch (error) {
    if (error instanceof DescriptionError) return 'unclear';
    throw error;
  }
}

/** What fleets say and what becomes of it. Some differ in a few options: what showed once is not rendered again. */
const FATES: (Leaf & { readonly fleet: string; readonly fate: ReturnType<typeof fateOf> })[] = [];
for (const [name, fleet] of Object.entries(FLEETS)) {
  const known = new Set(FATES.filter(({ fate }) => fate === 'shown').map(idOf));
  const leaves = leavesOf(fleet);
  const text = shownBy(fleet);
  // What is false shows by its absence, which takes a rendering: once for each option is enough.
  const isNew = (one: Leaf) =>
    one.shown !== false || !FATES.some(({ option, fate }) => option === one.option && fate === 'shown');
  for (const leaf of leaves.filter((one) => !known.has(idOf(one)) && isNew(one)))
    FATES.push({ ...leaf, fleet: name, fate: fateOf(leaf, fleet, leaves, text) });
}

function idOf({ path, shown }: Leaf): string {
  return `${path.join('.')}: ${shown}`;
}

test.each(Object.keys(FLEETS))('%s: all that is said shows in YAML', (name) => {
  const lost = FATES.filter((one) => one.fleet === name && one.fate === 'lost');
  expect(lost.map(idOf)).toEqual([]);
});

test('every option shows in YAML for one of the fleets, or is named with what shows instead', () => {
  expect(OPTIONS.length).toBeGreaterThan(250);
  const shown = new Set(FATES.filter(({ fate }) => fate === 'shown').map(({ option }) => option));
  expect(OPTIONS.filter((option) => !shown.has(option))).toEqual(Object.keys(ELSEWHERE));
});

test('no fleet says what is no option', () => {
  expect(FATES.filter(({ option }) => !OPTIONS.includes(option))).toEqual([]);
});

test('every option is said by one of the fleets, whose objects the API server is asked about, or is refused', () => {
  const said = new Set(Object.values(FLEETS).flatMap((fleet) => leavesOf(fleet).map(({ option }) => option)));
  const refused = /^managerNodePool\.nodeClass\.capacityReservationSelectorTerms\[\]\./;
  expect(OPTIONS.filter((option) => !said.has(option) && !refused.test(option))).toEqual([]);
});

/** An object of the API of EKS, for eksctl. */
const OF_NO_SERVER = ['eksctl.io/v1alpha5/ClusterConfig'];

test('the proof knows the fields of every kind that is rendered', () => {
  const kinds = Object.values(FLEETS).flatMap((fleet) =>
    manifests(fleet, tokensOf(fleet)).map(({ apiVersion, kind }) => `${apiVersion}/${kind}`),
  );
  const unknown = [...new Set(kinds)].filter((kind) => !Object.hasOwn(SCHEMA.kinds, kind));
  expect(unknown).toEqual(OF_NO_SERVER);
});
