import { parseToml, tableOfToml } from '../../lib/values/toml';

test('whole numbers of TOML are numbers, however large and wherever they are', () => {
  const text =
    'a = 9007199254740993\nb = [9000000000000000000]\n[[c]]\nd = { e = -9007199254740993 }\nf = 1.5\n';
  expect(parseToml(text)).toEqual({ a: 2 ** 53, b: [9e18], c: [{ d: { e: -(2 ** 53) }, f: 1.5 }] });
});

test('dates and texts stay what they are', () => {
  expect(parseToml('when = 1979-05-27T07:32:00Z\nkey = "9007199254740993"\n')).toEqual({
    when: new Date('1979-05-27T07:32:00Z'),
    key: '9007199254740993',
  });
});

test('what is no TOML is refused with its line, or is no table', () => {
  expect(() => parseToml('a = 1\nb = \n')).toThrow(expect.objectContaining({ line: 1 }));
  expect(tableOfToml('a = 1\nb = \n')).toBeUndefined();
});
