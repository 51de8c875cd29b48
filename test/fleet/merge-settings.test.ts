import * as fc from 'fast-check';
import { mergeSettings } from '../../lib/fleet/normalise/merge-settings';

type Settings = Record<string, unknown>;

const key = fc.constantFrom('a', 'b', 'c', 'd');
const leaf = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
);
const settings = fc.letrec<{ tree: unknown; record: Settings }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, fc.constant(undefined), tie('record')),
  record: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
})).record;

test('own settings win over defaults, key by key', () => {
  const defaults: Settings = { cpu: { request: '1', limit: '2' }, managers: 1 };
  expect(mergeSettings<Settings>(defaults, { cpu: { limit: '4' }, concurrency: 5 })).toEqual({
    cpu: { request: '1', limit: '4' },
    managers: 1,
    concurrency: 5,
  });
});

test('lists replace as a whole, also with an empty one', () => {
  expect(mergeSettings<Settings>({ zones: ['a', 'b'], sizes: ['x'] }, { zones: ['c'], sizes: [] })).toEqual({
    zones: ['c'],
    sizes: [],
  });
});

test('null is a setting, undefined is none', () => {
  const merged = mergeSettings<Settings>(
    { limit: '4Gi', request: '2Gi' },
    { limit: null, request: undefined },
  );
  expect(merged).toEqual({ limit: null, request: '2Gi' });
});

test('an object takes the place of what is no object, and the other way round', () => {
  expect(mergeSettings<Settings>({ a: 1, b: { c: 1 }, d: [1] }, { a: { c: 1 }, b: 2, d: { c: 1 } })).toEqual({
    a: { c: 1 },
    b: 2,
    d: { c: 1 },
  });
});

test('nothing said leaves the defaults, and no defaults leave what is said', () => {
  fc.assert(
    fc.property(settings, (all) => {
      expect(mergeSettings(all, {})).toEqual(all);
      expect(mergeSettings(undefined, all)).toEqual(all);
    }),
  );
});

test('what is merged twice is as merged once', () => {
  fc.assert(
    fc.property(settings, settings, (defaults, own) => {
      const once = mergeSettings(defaults, own);
      expect(mergeSettings(once, own)).toEqual(once);
      expect(mergeSettings(defaults, once)).toEqual(once);
    }),
  );
});

test('every single value that is said holds, at any depth', () => {
  const holds = (merged: unknown, own: unknown): void => {
    if (own === undefined) return;
    if (typeof own !== 'object' || own === null || Array.isArray(own)) expect(merged).toEqual(own);
    else for (const [name, value] of Object.entries(own)) holds((merged as Settings)[name], value);
  };
  fc.assert(fc.property(settings, settings, (defaults, own) => holds(mergeSettings(defaults, own), own)));
});

test('neither defaults nor own settings are ever changed', () => {
  fc.assert(
    fc.property(settings, settings, (defaults, own) => {
      const copies = structuredClone([defaults, own]);
      mergeSettings(defaults, own);
      expect([defaults, own]).toEqual(copies);
    }),
  );
});
