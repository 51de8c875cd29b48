import type { JsonMap } from '@iarna/toml';
import { parseToml, printToml, tableOfToml } from '../../lib/values/toml';

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

describe('a printed table', () => {
  const text = `a = 1

[[runners]]
name = "x"
list = [
  "${'long '.repeat(8)}1",
  "${'long '.repeat(8)}2"
]
script = """
echo a
  echo b
"""

  [runners.kubernetes]
  image = "alpine"
  list = [
    "${'long '.repeat(8)}1",
    "${'long '.repeat(8)}2"
  ]

    [runners.kubernetes.node_selector]
    "kubernetes.io/os" = "linux"

    [runners.kubernetes.pod_security_context.seccomp_profile]
    type = "RuntimeDefault"

    [[runners.kubernetes.volumes.pvc]]
    name = "a"

    [[runners.kubernetes.volumes.pvc]]
    name = "b"

      [runners.kubernetes.volumes.pvc."x.y"]
      z = [ 1, 2 ]

[[runners]]
name = "y"
`;

  test('has each table two spaces deeper than the one around it, also below tables without keys', () => {
    expect(printToml(parseToml(text))).toBe(text);
  });

  test('leaves out what is undefined, and keeps empty tables and lists', () => {
    const table = { a: undefined, b: {}, c: [], d: { e: undefined } } as unknown as JsonMap;
    expect(parseToml(printToml(table))).toEqual({ b: {}, c: [] });
  });

  test.each(['a\nb', ' \n"""\n\\\\ ', 'tab\tand "quotes" and \'both\'', '', 'ends with a quote"'])(
    'holds the text %j as it is, at every depth',
    (value) => {
      const table: JsonMap = {
        value,
        list: [value, value],
        inner: { [value || 'key']: value, deep: [{ value }, { list: [value] }] },
      };
      expect(parseToml(printToml(table))).toEqual(table);
    },
  );
});
