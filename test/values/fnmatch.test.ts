import { matchesFnmatch } from '../../lib/values/fnmatch';

// As Ruby's File.fnmatch? has it with FNM_PATHNAME, FNM_DOTMATCH and FNM_EXTGLOB.
test.each([
  ['*', 'a', true],
  ['*', '.a', true],
  ['*', 'a/b', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['**/a', 'a', true],
  ['**/a', 'x/y/a', true],
  ['**/a', '.x/a', true],
  ['x/**/a', 'x/a', true],
  ['x/**/y/**/a', 'x/1/y/2/3/a', true],
  ['x/**/y/**/a', 'x/1/2/3/a', false],
  ['x/**', 'x/a', true],
  ['x/**', 'x/a/b', false],
  ['x/**/*', 'x/a/b', true],
  ['x**/a', 'xy/z/a', false],
  ['**', 'a/b', false],
  ['{a,b}.c', 'b.c', true],
  ['{a,b{c,d}}', 'bd', true],
  ['{a/b,c}/d', 'a/b/d', true],
  ['{a,}b', 'b', true],
  ['{a', '{a', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['\\{a,b}', '{a,b}', true],
  ['a.c', 'abc', false],
])('%s on %s: %s', (pattern, path, matches) => {
  expect(matchesFnmatch(pattern, path)).toBe(matches);
});

test('a pattern that stands for too many others is not decided, and none takes long', () => {
  expect(matchesFnmatch('{a,b}'.repeat(20), 'a')).toBeUndefined();
  const started = process.cpuUsage();
  expect(matchesFnmatch(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
  expect(matchesFnmatch(`${'**/'.repeat(200)}b`, 'a/'.repeat(2000))).toBe(false);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(20);
});
