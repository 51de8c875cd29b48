import { matchesGlob } from '../../lib/values/glob';
import { visible, visibleJson, visibleLines, visibleTexts } from '../../lib/values/visible';

/** One character of each kind that hides something: control, direction, width, filler, line, half of a pair, tag. */
const HIDDEN = [
  0x1b, 0x0d, 0x00, 0x85, 0x9b, 0x202e, 0x2066, 0x200b, 0xfeff, 0x3164, 0x2028, 0xd800, 0xe0041, 0xad,
].map((code) => String.fromCodePoint(code));

test.each(HIDDEN)('a character that hides something is spelled out (%j)', (character) => {
  for (const show of [visible, visibleLines]) {
    expect(show(`a${character}b`)).toMatch(/^a\\(r|u\{[0-9a-f]+\})b$/);
    expect(show(show(`a${character}b`))).toBe(show(`a${character}b`));
  }
  const json = visibleJson(JSON.stringify({ [character]: character }));
  expect(json).toMatch(/^[ -~]*$/);
  expect(JSON.parse(json)).toEqual({ [character]: character });
});

test('letters of every script, signs and emoji stay as they are', () => {
  for (const text of ['größe', '日本語', 'ключ', '`~!@#$%^&*()', '\u{1f600}'])
    expect(visible(text)).toBe(text);
});

test('line breaks stay where a text has lines, and nowhere else', () => {
  expect(visible('a\nb\tc')).toBe('a\\nb\\tc');
  expect(visibleLines('a\nb\tc')).toBe('a\nb\tc');
  expect(visibleTexts({ a: ['x\n'], 'k\n': { b: 'y\r' }, n: 1 })).toEqual({
    a: ['x\\n'],
    'k\\n': { b: 'y\\r' },
    n: 1,
  });
});

test.each([
  ['a*c', 'abbc', true],
  ['a*c', 'abbd', false],
  ['a?c', 'abc', true],
  ['*', '', true],
  ['?', '', false],
  ['a**b*', 'axxbyy', true],
  ['a.c', 'abc', false],
])('the pattern %s matches %s: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});

test.each([
  ['registry/*', 'registry/image', true],
  ['registry/*', 'registry/team/image', false],
  ['registry/**', 'registry/team/image', true],
  ['registry/**/image:*', 'registry/a/b/image:1', true],
  ['a?b', 'a/b', false],
])('with a separator, %s matches %s: %s', (pattern, text, matches) => {
  expect(matchesGlob(pattern, text, '/')).toBe(matches);
});

test('a pattern of many stars takes time that grows with its length', () => {
  const start = process.cpuUsage();
  expect(matchesGlob('*a'.repeat(200), `${'a'.repeat(5000)}b`)).toBe(false);
  expect(matchesGlob('**a'.repeat(200), `${'a'.repeat(5000)}b`, '/')).toBe(false);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(3);
});
