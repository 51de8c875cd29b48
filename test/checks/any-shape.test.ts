import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { CHECKS, runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { readFolder } from '../../lib/cluster/read-folder';
import {
  GLOBAL_TABLE,
  type KeyShape,
  RUNNER_TABLE,
  type TableShape,
} from '../../lib/gitlab-runner/config/keys';
import { printJson } from '../../lib/report/json';
import { makeReport } from '../../lib/report/report';
import { parseToml } from '../../lib/values/toml';

type Path = readonly (string | number)[];

/** A runner with all of its objects, its pool and its node class, as they are committed. */
const FILES = readFolder('dist/production').filter(({ path }) =>
  /arm64-spot|ec2nodeclass-gitlab-jobs|namespace-gitlab-jobs/.test(path),
);
const OBJECTS = FILES.map(({ path, text }) => ({ path, body: load(text) as Record<string, unknown> }));
const CONFIG = OBJECTS.findIndex(({ body }) => body.kind === 'ConfigMap');

/** Ways to all values below a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const steps = below.map(([key, item]) => [Array.isArray(value) ? Number(key) : key, item] as const);
  return [path, ...steps.flatMap(([step, item]) => pathsOf(item, [...path, step]))];
}

/** Ways to all keys that a config.toml may have. */
function keysOf(shape: TableShape, path: Path = []): Path[] {
  return Object.entries(shape).flatMap(([key, of]) => {
    const own = [...path, key];
    return [own, ...keysBelow(of, own)];
  });
}

function keysBelow(of: KeyShape, own: Path): Path[] {
  if (typeof of === 'string') return [];
  if ('table' in of) return keysOf(of.table, own);
  return 'list' in of ? keysBelow(of.list, [...own, 0]) : [];
}

/** The value with another one at the end of a way, which is made where it isn't there. */
function withValue(value: unknown, [step, ...steps]: Path, other: unknown): unknown {
  if (step === undefined) return other;
  if (typeof step === 'number') {
    const list = Array.isArray(value) ? [...value] : [];
    list[step] = withValue(list[step], steps, other);
    return list;
  }
  const table = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return { ...table, [step]: withValue((table as Record<string, unknown>)[step], steps, other) };
}

const odd = fc.constantFrom<unknown>(
  ...[0, -1.5, 1e300, '', 'x', '5 GiB', '1e999', true, [], ['x'], [[]], {}, { x: 1 }, [{}], [{ x: 1 }]],
);
const inObject = fc.nat(OBJECTS.length - 1).chain((index) =>
  fc.record({
    index: fc.constant(index),
    // What is no object at all is refused before any rule sees it.
    path: fc.constantFrom(
      ...pathsOf(OBJECTS[index].body).filter(([first, second]) =>
        first === 'metadata'
          ? second !== undefined && second !== 'name'
          : first && !/kind|apiV/.test(`${first}`),
      ),
    ),
    value: fc.oneof(odd, fc.constant(null)),
  }),
);
const keys = [...keysOf(GLOBAL_TABLE), ...keysOf(RUNNER_TABLE, ['runners', 0])];
const inConfig = fc.record({ path: fc.constantFrom(...keys), value: odd });

const { data } = OBJECTS[CONFIG].body as { data: { 'config.toml': string } };
const TOML = parseToml(data['config.toml']);

function judged(files: readonly SourceFile[]): string[] {
  const { manifests, faults } = parseManifests(files);
  expect(faults).toEqual([]);
  const subject = observe(manifests);
  const result = runChecks(subject);
  printJson([makeReport(undefined, subject, result)]);
  return result.findings.map(({ id }) => id);
}

/** A table as TOML on one line, which may hold lists of several types. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)} = ${inline(item)}`);
  return `{ ${entries.join(', ')} }`;
}

function tomlOf(config: unknown): string {
  const { runners, ...global } = config as { runners?: unknown };
  const lines = Object.entries(global).map(([key, item]) => `${key} = ${inline(item)}`);
  const [runner] = Array.isArray(runners) ? runners : [{}];
  const entries = Object.entries((runner ?? {}) as object).map(([key, item]) => `${key} = ${inline(item)}`);
  return [...lines, '[[runners]]', ...entries].join('\n');
}

test('no shape of a field makes a rule fail, and every finding is of a rule that is declared', () => {
  const declared = new Set(CHECKS.flatMap(({ rules }) => rules.map(({ id }) => id)));
  const files = (bodies: readonly unknown[]) =>
    bodies.map((body, index) => ({ path: OBJECTS[index].path, text: dump(body) }));
  expect(judged(files(OBJECTS.map(({ body }) => body)))).not.toContain('config/wrong-type');
  const found = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(inObject, { maxLength: 4 }),
      fc.array(inConfig, { maxLength: 6 }),
      (changes, settings) => {
        const config = settings.reduce<unknown>((all, { path, value }) => withValue(all, path, value), TOML);
        const bodies = OBJECTS.map(({ body }, index) =>
          changes
            .filter((change) => change.index === index)
            .reduce<unknown>(
              (all, { path, value }) => withValue(all, path, value),
              index === CONFIG && settings.length > 0
                ? { ...body, data: { 'config.toml': tomlOf(config) } }
                : body,
            ),
        );
        for (const id of judged(files(bodies))) found.add(id);
      },
    ),
    { numRuns: 150 },
  );
  expect([...found].filter((id) => !declared.has(id))).toEqual([]);
  expect(found).toContain('config/wrong-type');
  expect(found).toContain('schema/wrong-type');
});
