import { readFileSync } from 'node:fs';
import { DESCRIPTIONS, PAGE } from '../../scripts/options';
import { optionsPage, readOptions } from '../../scripts/options-page';

const groups = DESCRIPTIONS.flatMap((file) => readOptions(readFileSync(file, 'utf8')));

test('the page of options is what the docstrings say (npm run docs writes it anew)', () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(optionsPage(groups));
});

test('every property of every description is on the page', () => {
  const sources = DESCRIPTIONS.map((file) => readFileSync(file, 'utf8')).join('\n');
  const properties = [...sources.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
  expect(groups.flatMap(({ options }) => options.map(({ name }) => name))).toEqual(properties);
  expect(properties.length).toBeGreaterThan(60);
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
