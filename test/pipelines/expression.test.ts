import { evaluate, isRefused } from '../../lib/pipelines/expression';

const GIVEN = new Map([
  ['A', 'main'],
  ['EMPTY', ''],
  ['PATTERN', '/^ma/'],
]);

test.each([
  ['$A', true],
  ['$EMPTY', false],
  ['$A == "main"', true],
  ["$A == 'other'", false],
  ['$A != "main"', false],
  ['$A =~ /^m.*n$/', true],
  ['$A =~ /MAIN/', false],
  ['$A =~ /MAIN/i', true],
  ['$A !~ /x/', true],
  ['$A =~ $PATTERN', true],
  ['$A == null', false],
  ['$A && $EMPTY', false],
  ['$A || $EMPTY', true],
  ['$EMPTY || $EMPTY && $A', false],
  ['($EMPTY || $A) && $A', true],
  ['$B', undefined],
  ['$B == "x"', undefined],
  ['$B || $A', true],
  ['$B && $EMPTY', false],
  ['$B && $A', undefined],
  ['$A ==', undefined],
  ['($A', undefined],
  ['$A =~ /(/', undefined],
  ['$A = "main"', undefined],
  ['', undefined],
  ['('.repeat(5_000), undefined],
])('%s is %s', (text, expected) => {
  expect(evaluate(text, GIVEN)).toBe(expected);
});

test.each([
  '$A ==',
  '$A = "main"',
  '($A == "x"',
  '$A && ',
  '== "x"',
  '$A "x"',
  '$A == "x',
  '${A}',
  '',
  '!$A',
])('GitLab refuses %s', (text) => {
  expect(isRefused(text)).toBe(true);
});

test.each([
  '$A',
  '($A || $B) && $C =~ /^v[0-9]+/',
  '$A =~ /a\\/b/ && $B != null',
  '$A == $[[ inputs.a ]]',
  // What is a pattern there may be none here.
  '$A =~ /a/b/',
  'true',
])('GitLab may read %s', (text) => {
  expect(isRefused(text)).toBe(false);
});
