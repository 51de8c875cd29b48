import * as fc from 'fast-check';
import {
  formatBinary,
  formatDecimal,
  mebibytes,
  milli,
  parseQuantity,
  toMilli,
  toUnits,
} from '../../lib/values/quantity';

test.each([
  ['0', 0n],
  ['1', 1_000_000_000n],
  ['100m', 100_000_000n],
  ['0.1', 100_000_000n],
  ['.5', 500_000_000n],
  ['1.', 1_000_000_000n],
  ['1Ki', 1024n * 1_000_000_000n],
  ['1.5Gi', 1536n * 1024n * 1024n * 1_000_000_000n],
  ['1e3', 1000n * 1_000_000_000n],
  ['1E', 10n ** 27n],
  ['1E2', 100n * 1_000_000_000n],
  ['-2', -2_000_000_000n],
  ['1n', 1n],
  ['0.1n', 1n],
])('reads %s as the API server does', (text, nanos) => {
  expect(parseQuantity(text)).toBe(nanos);
});

test.each(['', '2 GB', '2GB', '1 Gi', '1ki', 'abc', '1,5', '1.2.3', '0x10', 'Gi', '1Mi5', 'NaN', '--1'])(
  'refuses %j',
  (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  },
);

test.each([
  ['2000m', '2'],
  ['1500m', '1500m'],
  ['1000', '1k'],
  ['0.1', '100m'],
  ['0', '0'],
])('writes %s in the form that the API server stores: %s', (text, canonical) => {
  expect(formatDecimal(parseQuantity(text) ?? -1n)).toBe(canonical);
});

test.each([
  ['1024Mi', '1Gi'],
  ['3072Mi', '3Gi'],
  ['1536Mi', '1536Mi'],
  ['1000', '1000'],
])('writes %s of bytes as %s', (text, canonical) => {
  expect(formatBinary(parseQuantity(text) ?? -1n)).toBe(canonical);
});

test('writing and reading a quantity keeps its value', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 9n * 10n ** 27n }),
      (nanos) => parseQuantity(formatDecimal(nanos)) === nanos,
    ),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 9n * 10n ** 18n }), (bytes) => {
      const quantity = bytes * 1_000_000_000n;
      return parseQuantity(formatBinary(quantity)) === quantity;
    }),
  );
});

test('milli-units and units round up, so that nothing is asked for less', () => {
  expect(toMilli(parseQuantity('100u') ?? 0n)).toBe(1);
  expect(toUnits(parseQuantity('1500m') ?? 0n)).toBe(2);
  expect(toMilli(milli(130))).toBe(130);
  expect(toUnits(mebibytes(2))).toBe(2 * 1024 * 1024);
});

test('what is larger than 64 bits hold is cut off there, as Kubernetes does', () => {
  expect(parseQuantity('1e999')).toBe((2n ** 63n - 1n) * 1_000_000_000n);
  expect(parseQuantity('-100E')).toBe(-(2n ** 63n - 1n) * 1_000_000_000n);
  expect(parseQuantity('9E')).toBe(9n * 10n ** 27n);
});
