import * as fc from 'fast-check';
import { cronFault, cronMinutesPerYear } from '../../lib/values/cron';
import { formatDuration, parseDuration } from '../../lib/values/duration';
import { isFloating, parseImage } from '../../lib/values/image';
import { isDnsLabel, isLabelValue, isQualifiedName } from '../../lib/values/label';
import { merge } from '../../lib/values/merge';
import { nearestName } from '../../lib/values/suggest';

describe('a duration', () => {
  test.each([
    ['90s', 90],
    ['30m', 1800],
    ['1h30m', 5400],
    ['2h10m', 7800],
    ['0s', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', '5', '1d', '1.5h', '30m1h', '1h 30m', '-1h', 'h', '1H'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('is written as it is read', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        (seconds) => parseDuration(formatDuration(seconds)) === seconds,
      ),
    );
    expect(formatDuration(7800)).toBe('2h10m');
  });
});

test('merging keeps a key of any name, also one that objects of JavaScript have', () => {
  const rules = { nulls: 'remove', lists: 'replace' } as const;
  const target = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 1, "kept": 1 }');
  const change = JSON.parse('{ "__proto__": { "b": 2 }, "constructor": null, "toString": { "c": null } }');
  expect(Object.entries(merge(target, change, rules) as object)).toEqual([
    ['__proto__', { a: 1, b: 2 }],
    ['kept', 1],
    ['toString', {}],
  ]);
});

describe('an image', () => {
  test.each([
    ['alpine:3.22', 'alpine', '3.22'],
    ['registry.example.com:5000/a/b:1', 'registry.example.com:5000/a/b', '1'],
    [`alpine@sha256:${'a'.repeat(64)}`, 'alpine', undefined],
  ])('%s has its path and tag', (text, path, tag) => {
    expect(parseImage(text)).toMatchObject({ path, tag });
  });

  test.each(['', 'UPPER/case:1', 'a b', 'alpine:', 'a@sha256:12', 'http://a/b'])(
    '%j is no reference',
    (text) => {
      expect(parseImage(text)).toBeUndefined();
    },
  );

  test.each(['alpine', 'alpine:latest', 'node:lts', 'a/b:alpine-latest', 'x:edge', 'x:main'])(
    '%s floats',
    (text) => {
      expect(isFloating(parseImage(text) ?? { path: '', tag: '1', digest: undefined })).toBe(true);
    },
  );

  test.each(['alpine:3.22', 'node:22-alpine', `alpine:latest@sha256:${'a'.repeat(64)}`])(
    '%s stays',
    (text) => {
      expect(isFloating(parseImage(text) ?? { path: '', tag: 'latest', digest: undefined })).toBe(false);
    },
  );
});

describe('names', () => {
  test('of objects are DNS labels', () => {
    expect(['a', 'a-b', '0a', 'a'.repeat(63)].every((name) => isDnsLabel(name))).toBe(true);
    expect(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a'.repeat(64)].some((name) => isDnsLabel(name))).toBe(false);
    expect(isDnsLabel('abcd', 3)).toBe(false);
  });

  test('of labels have at most one prefix', () => {
    expect(['a', 'example.com/a', 'a/B_c.d'].every(isQualifiedName)).toBe(true);
    expect(['', '/a', 'a/', 'a/b/c', 'Example.com/a', `a/${'b'.repeat(64)}`].some(isQualifiedName)).toBe(
      false,
    );
  });

  test('label values may be empty and have at most 63 characters', () => {
    expect(['', 'a', 'A.b_c-1'].every(isLabelValue)).toBe(true);
    expect(['-a', 'a b', 'a/b', 'a'.repeat(64)].some(isLabelValue)).toBe(false);
  });
});

describe('a cron line', () => {
  test.each(['* * * * *', '0 8 * * mon-fri', '*/15 0-6,22 1 jan-mar ?', '@daily', '59 23 31 12 6'])(
    '%s parses',
    (line) => {
      expect(cronFault(line)).toBeUndefined();
    },
  );

  test.each([
    ['@dailyx', /not one of/],
    ['* * * *', /five fields, not 4/],
    ['60 * * * *', /"60" is no minute \(0 to 59\)/],
    ['* 24 * * *', /no hour/],
    ['* * 0 * *', /no day of month/],
    ['* * * 13 *', /no month/],
    ['* * * * 7', /no day of week/],
    ['* * * * fri-mon', /no day of week/],
    ['*/0 * * * *', /no minute/],
    ['1-2-3 * * * *', /no minute/],
  ])('%s does not, and which field is said', (line, says) => {
    expect(cronFault(line)).toMatch(says);
  });
});

describe('a mistyped name', () => {
  test('gets the nearest known one, and none where nothing is near', () => {
    expect(nearestName('concurency', ['capacity', 'concurrency'])).toBe('concurrency');
    expect(nearestName('POLL_TIMEOT', ['poll_timeout', 'poll_interval'])).toBe('poll_timeout');
    expect(nearestName('siez', ['size', 'zone'])).toBe('size');
    expect(nearestName('entirely-else', ['arch', 'name'])).toBeUndefined();
  });
});

describe('the minutes of a year that cron lines match', () => {
  test.each([
    ['every minute', ['* * * * *'], 365 * 1440],
    ['an hour a day', ['* 7 * * *'], 365 * 60],
    ['working hours', ['* 7-17 * * mon-fri'], 261 * 11 * 60],
    ['every fifth minute', ['*/5 * * * *'], 365 * 288],
    ['two lines that overlap, once', ['* 7-8 * * *', '* 8-9 * * *'], 365 * 180],
    ['a month', ['* * * feb *'], 28 * 1440],
    ['the first of a month or a Monday, as cron has it', ['0 0 1 jan mon'], 5],
    ['nothing', [], 0],
  ])('%s', (_, lines, minutes) => {
    expect(cronMinutesPerYear(lines)).toBe(minutes);
  });

  test('a line that does not parse throws', () => {
    expect(() => cronMinutesPerYear(['* 25 * * *'])).toThrow(/"25" is no hour/);
    expect(() => cronMinutesPerYear(['@daily'])).toThrow(/named schedule/);
  });
});
