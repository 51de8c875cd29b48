import fc from 'fast-check';
import {
  allowsAbsence,
  formatRequirement,
  has,
  intersect,
  isEmpty,
  type Operator,
  type Requirement,
  requirement,
} from '../../lib/karpenter/requirement';

const KEY = 'example.com/size';

/** Reads `In 1 5` as a requirement on one key. */
function parse(text: string): Requirement {
  const [operator, ...values] = text.split(' ');
  return requirement(KEY, operator as Operator, values);
}

describe('the normal form', () => {
  test.each([
    ['In b a', 'In [a b]'],
    ['In', 'DoesNotExist'],
    ['NotIn b a a', 'NotIn [a b]'],
    ['NotIn', 'Exists'],
    ['Exists', 'Exists'],
    ['DoesNotExist', 'DoesNotExist'],
    ['Gt 3', 'Exists >=4'],
    ['Lt 3', 'Exists <=2'],
    ['Gte 3', 'Exists >=3'],
    ['Lte 3', 'Exists <=3'],
    ['In 1 2 3 4 5', 'In [1 2 3 4 5]'],
    ['In 7 6 5 4 3 2 1', 'In [1 2 3 4 5 and 2 others]'],
  ])('%s reads as "%s"', (text, shown) => {
    expect(formatRequirement(parse(text))).toBe(shown);
  });

  test.each(['Gt', 'Lt', 'Gte', 'Lte'])('%s without an integer allows nothing', (operator) => {
    for (const bound of ['', 'many', '1.5', '0x1', '1e3', ' 1']) {
      expect(isEmpty(requirement(KEY, operator as Operator, [bound]))).toBe(true);
    }
    expect(isEmpty(requirement(KEY, operator as Operator))).toBe(true);
  });

  test('an old label name is replaced by the current one', () => {
    expect(requirement('beta.kubernetes.io/arch', 'Exists').key).toBe('kubernetes.io/arch');
  });

  test.each([
    ['In 5', false],
    ['NotIn 5', true],
    ['Exists', false],
    ['DoesNotExist', true],
    ['Gt 5', false],
    ['Lt 5', false],
    ['Gte 5', false],
    ['Lte 5', false],
  ])('a node without the label satisfies %s: %s', (text, expected) => {
    expect(allowsAbsence(parse(text))).toBe(expected);
  });
});

describe('a value satisfies a requirement', () => {
  const values = ['', 'five', '4', '5', '6', '05', '+5'];
  test.each([
    ['In 5', ['5']],
    ['NotIn 5', ['', 'five', '4', '6', '05', '+5']],
    ['Exists', values],
    ['DoesNotExist', []],
    ['Gt 5', ['6']],
    ['Lt 5', ['4']],
    ['Gte 5', ['5', '6', '05', '+5']],
    ['Lte 5', ['4', '5', '05', '+5']],
  ])('%s is satisfied by %j', (text, expected) => {
    expect(values.filter((value) => has(parse(text), value))).toEqual(expected);
  });
});

describe('the intersection of two requirements', () => {
  test.each([
    ['In 1 5', 'In 1 5', 'In [1 5]'],
    ['In 1 5', 'In 5 6', 'In [5]'],
    ['In 1 5', 'In 6', 'DoesNotExist'],
    ['In 1 5', 'NotIn 5', 'In [1]'],
    ['In 1 5', 'Exists', 'In [1 5]'],
    ['In 1 5', 'DoesNotExist', 'DoesNotExist'],
    ['In 1 5', 'Gt 3', 'In [5]'],
    ['In 1 5', 'Lt 5', 'In [1]'],
    ['In 1 5', 'Gte 5', 'In [5]'],
    ['In 1 5', 'Lte 5', 'In [1 5]'],
    ['In 1 x', 'Gte 0', 'In [1]'],
    ['NotIn 5', 'NotIn 5', 'NotIn [5]'],
    ['NotIn 5', 'NotIn 6', 'NotIn [5 6]'],
    ['NotIn 5', 'Exists', 'NotIn [5]'],
    ['NotIn 5', 'DoesNotExist', 'DoesNotExist'],
    ['NotIn 5', 'Gt 3', 'NotIn [5] >=4'],
    ['NotIn 5', 'Lt 7', 'NotIn [5] <=6'],
    ['NotIn 5', 'Gte 5', 'NotIn [5] >=5'],
    ['NotIn 5', 'Lte 5', 'NotIn [5] <=5'],
    ['NotIn 1 x', 'Gte 5', 'Exists >=5'],
    ['Exists', 'Exists', 'Exists'],
    ['Exists', 'DoesNotExist', 'DoesNotExist'],
    ['Exists', 'Gt 3', 'Exists >=4'],
    ['Exists', 'Lt 7', 'Exists <=6'],
    ['Exists', 'Gte 5', 'Exists >=5'],
    ['Exists', 'Lte 5', 'Exists <=5'],
    ['DoesNotExist', 'DoesNotExist', 'DoesNotExist'],
    ['DoesNotExist', 'Gt 3', 'DoesNotExist'],
    ['DoesNotExist', 'Lt 7', 'DoesNotExist'],
    ['DoesNotExist', 'Gte 5', 'DoesNotExist'],
    ['DoesNotExist', 'Lte 5', 'DoesNotExist'],
    ['Gt 3', 'Gt 4', 'Exists >=5'],
    ['Gt 3', 'Lt 7', 'Exists >=4 <=6'],
    ['Gt 3', 'Lt 4', 'DoesNotExist'],
    ['Gt 3', 'Gte 5', 'Exists >=5'],
    ['Gt 3', 'Lte 4', 'Exists >=4 <=4'],
    ['Gt 3', 'Lte 3', 'DoesNotExist'],
    ['Lt 7', 'Lt 4', 'Exists <=3'],
    ['Lt 7', 'Gte 6', 'Exists >=6 <=6'],
    ['Lt 7', 'Gte 7', 'DoesNotExist'],
    ['Lt 7', 'Lte 5', 'Exists <=5'],
    ['Gte 5', 'Gte 6', 'Exists >=6'],
    ['Gte 5', 'Lte 5', 'Exists >=5 <=5'],
    ['Gte 6', 'Lte 5', 'DoesNotExist'],
    ['Lte 5', 'Lte 4', 'Exists <=4'],
  ])('%s and %s leave "%s", in either order', (left, right, expected) => {
    expect(formatRequirement(intersect(parse(left), parse(right)))).toBe(expected);
    expect(formatRequirement(intersect(parse(right), parse(left)))).toBe(expected);
  });

  test('a range whose only value is excluded still counts as not empty, as in Karpenter', () => {
    const range = intersect(parse('Gte 5'), parse('Lte 5'));
    const none = intersect(range, parse('NotIn 5'));
    expect(has(none, '5')).toBe(false);
    expect(isEmpty(none)).toBe(false);
  });
});

describe('laws', () => {
  const values = ['', 'x', '0', '1', '2', '3', '4', '5', '05'];
  const someValue = fc.constantFrom(...values);
  const bound = fc.integer({ min: 0, max: 5 }).map(String);
  const written = fc.oneof(
    fc.tuple(fc.constantFrom<Operator>('In', 'NotIn'), fc.array(someValue, { maxLength: 4 })),
    fc.tuple(fc.constantFrom<Operator>('Exists', 'DoesNotExist'), fc.constant<string[]>([])),
    fc.tuple(fc.constantFrom<Operator>('Gt', 'Lt', 'Gte', 'Lte'), fc.tuple(bound)),
  );
  const single = written.map(([operator, of]) => requirement(KEY, operator, of));
  // Up to three at once, so that exclusions and both bounds occur together.
  const some = fc.array(single, { minLength: 1, maxLength: 3 }).map((all) => all.reduce(intersect));

  test('a value satisfies an intersection exactly if it satisfies both sides', () => {
    fc.assert(
      fc.property(some, some, someValue, (a, b, value) => {
        expect(has(intersect(a, b), value)).toBe(has(a, value) && has(b, value));
      }),
    );
  });

  test('intersection commutes', () => {
    fc.assert(fc.property(some, some, (a, b) => expect(intersect(a, b)).toEqual(intersect(b, a))));
  });

  test('intersection is associative', () => {
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        expect(intersect(intersect(a, b), c)).toEqual(intersect(a, intersect(b, c)));
      }),
    );
  });

  test('a requirement intersected with itself stays as it is', () => {
    fc.assert(fc.property(some, (a) => expect(intersect(a, a)).toEqual(a)));
  });

  test('nothing satisfies an empty requirement, and every set of values that is not empty is satisfied', () => {
    fc.assert(
      fc.property(some, (a) => {
        const satisfied = values.some((value) => has(a, value));
        if (isEmpty(a)) expect(satisfied).toBe(false);
        else if (!a.complement) expect(satisfied).toBe(true);
      }),
    );
  });

  test.each([
    ['In', 'NotIn'],
    ['Exists', 'DoesNotExist'],
    ['Gt', 'Lte'],
    ['Lt', 'Gte'],
  ] as [Operator, Operator][])(
    'of %s and %s, exactly one holds for an integer, never both for a text',
    (one, other) => {
      const operand = one === 'In' ? fc.array(someValue, { maxLength: 4 }) : fc.tuple(bound);
      fc.assert(
        fc.property(operand, someValue, (of, value) => {
          const holds = [one, other].filter((operator) => has(requirement(KEY, operator, of), value));
          if (/^[0-9]+$/.test(value)) expect(holds).toHaveLength(1);
          else expect(holds.length).toBeLessThan(2);
        }),
      );
    },
  );
});
