import fc from 'fast-check';
import { matchesStars } from '../../lib/values/glob';
import { linearPattern } from '../../lib/values/linear-pattern';

test.each<[pattern: string, matching: readonly string[], others: readonly string[]]>([
  ['^(main|release-[0-9]+)$', ['main', 'release-12'], ['main2', 'release-', 'xmain']],
  ['b+', ['abba'], ['aca', '']],
  ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
  ['^a{2,}b{1}$', ['aab', 'aaaab'], ['ab', 'aabb']],
  ['^a{,2}$', ['a{,2}'], ['aa']],
  ['^(?i)gitlab-Jobs$', ['GITLAB-jobs'], ['gitlab']],
  ['^(?P<team>web|api)-(?<name>\\w+)$', ['web-x_1'], ['web-', 'app-x']],
  ['^(?i:a)b$', ['Ab', 'ab'], ['AB']],
  ['^a.c$', ['abc'], ['a\nc']],
  ['(?s)^a.c$', ['a\nc'], ['ac']],
  ['(?m)^b$', ['a\nb\nc'], ['abc']],
  ['^[[:alpha:]_][^[:digit:]]$', ['ab', '_-'], ['1a', 'a1']],
  ['^[]a-c\\-]+$', [']abc-'], ['d']],
  ['^\\Qa.b|c\\E+$', ['a.b|cc'], ['axb|c']],
  ['^\\p{Greek}\\pL\\P{Lu}$', ['αab'], ['aab', 'αaB']],
  ['\\bteam\\b', ['a team b'], ['teams']],
  ['^\\x41\\x{42}\\103$', ['ABC'], ['abc']],
  ['^(a|)$', ['a', ''], ['b']],
  ['^(a{100}){10}$', ['a'.repeat(1000)], ['a'.repeat(999)]],
  ['^((a{1000}){0}b*){1000}$', ['', 'bb'], ['a']],
  // Two units of text, and one character.
  ['^[^a]$', ['\u{1f600}'], ['\u{1f600}\u{1f600}']],
  ['', ['', 'x'], []],
])('%s matches what Go matches', (pattern, matching, others) => {
  const compiled = linearPattern(pattern);
  expect(matching.filter((text) => compiled?.test(text) !== true)).toEqual([]);
  expect(others.filter((text) => compiled?.test(text) !== false)).toEqual([]);
});

test.each([
  '(',
  'a)',
  'a**',
  '*a',
  '[',
  '[b-a]',
  '\\',
  '\\1',
  '(?=a)',
  '(?!a)',
  '(?<=a)b',
  'a{1001}',
  'a{3,2}',
  '(a{100}){11}',
  '(?:a{0,600}b){0,2}',
  '((a{2})*|b){501}',
  '\\q',
  '[[:nothing:]]',
  '(?x)a',
])('%s is not valid, as Go says', (pattern) => expect(linearPattern(pattern)).toBeUndefined());

test.each([
  ['^(([a-z0-9/.:=-]*)*)*!$', `${'a'.repeat(5000)}`, false],
  ['^(a+)+$', `${'a'.repeat(5000)}!`, false],
  ['(a|a)*b', 'a'.repeat(5000), false],
  ['^(a?){500}a{500}$', 'a'.repeat(500), true],
  [`${'.*'.repeat(30)}b`, 'a'.repeat(2000), false],
])('%s takes time that grows with the length of a text', (pattern, text, matches) => {
  const start = performance.now();
  expect(linearPattern(pattern)?.test(text)).toBe(matches);
  expect(performance.now() - start).toBeLessThan(5000);
});

test('a pattern that would have millions of steps is not compiled', () => {
  expect(linearPattern('a{1000}'.repeat(90))?.test('aaa')).toBe(false);
  expect(linearPattern('a{1000}'.repeat(110))).toBeUndefined();
});

const item = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '^', '$', '(a|b)', '(?:ab)', '(b|)');
const pattern = fc
  .array(fc.tuple(item, fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '*?')), { maxLength: 6 })
  // What has no length repeats otherwise here and there.
  .map((items) => items.map(([one, count]) => (/^[$^]/.test(one) ? one : one + count)).join(''));

test('random patterns match as they do here', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 }),
      (source, text) => {
        expect(linearPattern(source)?.test(text)).toBe(new RegExp(source).test(text));
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['Deployment/*/runner-*', 'Deployment/gitlab-runners/runner-a', true],
  ['*', 'anything', true],
  ['a*a', 'a', false],
  ['a*b*c', 'aXbYbZc', true],
  ['a.c', 'abc', false],
  [`${'*a'.repeat(40)}b`, 'a'.repeat(200), false],
])('%s and %s: %s', (stars, text, matches) => expect(matchesStars(stars, text)).toBe(matches));
