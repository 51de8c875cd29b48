import { readFileSync } from 'node:fs';
import { currentPage, DESCRIPTIONS, PAGE } from '../../../tools/scripts/options';
import { readOptions, readTypes } from '../../../tools/scripts/options-page';

const groups = DESCRIPTIONS.flatMap((file) => readOptions(readFileSync(file, 'utf8')));

test('the page of options is what the docstrings say (npm run docs writes it anew)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(currentPage());
});

test('every property of every description is on the page', () => {
  const sources = DESCRIPTIONS.map((file) => readFileSync(file, 'utf8')).join('\n');
  const properties = [...sources.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  expect(groups.flatMap(({ options }) => options.map(({ name }) => name))).toEqual(properties);
  expect(properties.length).toBeGreaterThan(60);
});

test('every type that an option names is on the page, with what it is', () => {
  const types = [...DESCRIPTIONS, 'lib/fleet/patches.ts'].flatMap((file) =>
    readTypes(readFileSync(file, 'utf8')),
  );
  expect(types.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Arch',
      'CapacityType',
      'RunnerCapacity',
      'RunnerObjectKind',
      'Patches<Kind extends string>',
    ]),
  );
  for (const { name, text } of types) expect([name, text]).toEqual([name, expect.stringMatching(/\w/)]);
  const named = groups.flatMap(({ options }) =>
    options.flatMap(({ type }) => type.replace(/'[^']*'/g, '').match(/\b[A-Z]\w+/g) ?? []),
  );
  const known = [...groups, ...types].map(({ name }) => name.replace(/<.*/, ''));
  // TypeScript's own, and the runner's tables, whose keys its documentation lists.
  const others = [
    'Readonly',
    'Record',
    'Partial',
    'Omit',
    'Override',
    'GlobalTable',
    'RunnerTable',
    'ClusterSecretStore',
    'SecretStore',
  ];
  expect([...new Set(named)].filter((name) => !known.includes(name) && !others.includes(name))).toEqual([]);
});

test('every option has a text, and every optional one a default', () => {
  for (const { name: group, options } of groups) {
    for (const { name, text, optional, fallback } of options) {
      expect([group, name, text]).toEqual([group, name, expect.stringMatching(/\w.*/)]);
      if (optional && !['ResourceRange', 'ContainerResources', 'PoolLimits'].includes(group)) {
        expect([group, name, fallback]).toEqual([group, name, expect.stringMatching(/\S/)]);
      }
    }
  }
});
