import * as fc from 'fast-check';
import { applyPatch } from '../../lib/fleet/patches';

const key = fc.constantFrom('a', 'b', 'c', 'name', 'spec');
const leaf = fc.oneof(fc.string({ maxLength: 4 }), fc.integer(), fc.boolean());
/** Objects as YAML holds them. */
const object = fc.letrec<{ tree: unknown; record: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, tie('record'), fc.array(tie('tree'), { maxLength: 3 })),
  record: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
})).record;
const named = fc.record({ name: key, value: fc.oneof(leaf, fc.constant(null)) });
/** Patches: the same, with null where a key goes; the names of a list differ, as Kubernetes wants them to. */
const patch = fc.letrec<{ tree: unknown; record: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.constant(null),
    tie('record'),
    fc.array(leaf, { maxLength: 3 }),
    fc.uniqueArray(named, { selector: ({ name }) => name, maxLength: 3 }),
  ),
  record: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
})).record;
const containers = fc.uniqueArray(fc.record({ name: key, image: fc.string() }), {
  selector: ({ name }) => name,
});

test('objects merge key by key', () => {
  expect(applyPatch({ spec: { a: 1, b: 2 } }, { spec: { b: 3, c: 4 } })).toEqual({
    spec: { a: 1, b: 3, c: 4 },
  });
});

test('null removes a key, and leaves no trace where there was none', () => {
  expect(applyPatch({ a: 1, b: { c: 2 } }, { a: null, b: { c: null, d: null } })).toEqual({ b: {} });
  expect(Object.keys(applyPatch({}, { a: null }) as object)).toEqual([]);
  expect(applyPatch({}, { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
});

test('null leaves no trace in the objects of a list either', () => {
  const env = [{ name: 'A', value: null, from: 'x' }];
  expect(applyPatch({}, { env })).toEqual({ env: [{ name: 'A', from: 'x' }] });
  expect(applyPatch({ env: [{ name: 'B' }] }, { env })).toEqual({
    env: [{ name: 'B' }, { name: 'A', from: 'x' }],
  });
});

test('a key that is undefined counts as not said', () => {
  expect(applyPatch({ a: 1 }, { a: undefined })).toEqual({ a: 1 });
});

test('plain lists replace', () => {
  expect(applyPatch({ args: ['run', '-x'] }, { args: ['run'] })).toEqual({ args: ['run'] });
  expect(applyPatch({ args: ['run'] }, { args: [] })).toEqual({ args: [] });
});

test('lists of named objects merge by name, and new names come last', () => {
  const target = {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ],
  };
  const changed = applyPatch(target, {
    env: [
      { name: 'C', value: '3' },
      { name: 'B', value: null, from: 'x' },
    ],
  });
  expect(changed).toEqual({
    env: [
      { name: 'A', value: '1' },
      { name: 'B', from: 'x' },
      { name: 'C', value: '3' },
    ],
  });
});

test('a list with one object without a name replaces', () => {
  expect(applyPatch({ env: [{ name: 'A' }] }, { env: [{ name: 'B' }, { key: 'C' }] })).toEqual({
    env: [{ name: 'B' }, { key: 'C' }],
  });
});

test('an empty patch changes nothing', () => {
  fc.assert(fc.property(object, (target) => expect(applyPatch(target, {})).toEqual(target)));
});

test('a patch applied twice is as once', () => {
  fc.assert(
    fc.property(object, patch, (target, change) => {
      const once = applyPatch(target, change);
      expect(applyPatch(once, change)).toEqual(once);
    }),
  );
});

test('a patch of containers applied twice is as once, and each name stands once', () => {
  fc.assert(
    fc.property(containers, containers, (target, change) => {
      const once = applyPatch({ containers: target }, { containers: change }) as {
        containers: { name: string }[];
      };
      expect(applyPatch(once, { containers: change })).toEqual(once);
      const names = once.containers.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
      if (change.length > 0)
        expect(names).toEqual([...new Set([...target, ...change].map(({ name }) => name))]);
    }),
  );
});

test('what a patch says is there afterwards, and what it does not name is as before', () => {
  fc.assert(
    fc.property(object, patch, (target, change) => {
      const patched = applyPatch(target, change) as Record<string, unknown>;
      for (const name of new Set([...Object.keys(target), ...Object.keys(change)])) {
        if (!(name in change)) expect(patched[name]).toEqual(target[name]);
        else if (change[name] === null) expect(patched).not.toHaveProperty(name);
        else if (typeof change[name] !== 'object') expect(patched[name]).toEqual(change[name]);
      }
    }),
  );
});

test('neither the object nor the patch is ever changed', () => {
  fc.assert(
    fc.property(object, patch, containers, containers, (target, change, before, after) => {
      const [first, second] = [
        { ...target, list: before },
        { ...change, list: after },
      ];
      const copies = structuredClone([first, second]);
      applyPatch(first, second);
      expect([first, second]).toEqual(copies);
    }),
  );
});
