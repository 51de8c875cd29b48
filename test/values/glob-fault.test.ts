import { globFault } from '../../lib/values/glob-fault';

test.each(['**', 'registry.example.com/**', '{a,b}:[0-9]*', '[^a-z]?', '\\[a', '[\\]]', 'a}', '{a,{b,c}}'])(
  '%s is a pattern',
  (pattern) => {
    expect(globFault(pattern)).toBeUndefined();
  },
);

test.each([
  ['[a', /bracket/],
  ['a[]b', /bracket/],
  ['[^', /bracket/],
  ['{a', /brace/],
  ['{a,{b}', /brace/],
  ['a\\', /backslash/],
])('%s is broken', (pattern, says) => {
  expect(globFault(pattern)).toMatch(says);
});
