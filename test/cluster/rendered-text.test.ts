import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER, isAsRendered } from '../../lib/cluster/rendered-text';

const OBJECT = `${HEADER}apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n`;

test('everything in dist/ and in the examples is as it was rendered', () => {
  const folders = [
    'dist',
    ...readdirSync('examples')
      .filter((name) => existsSync(`examples/${name}/dist`))
      .map((example) => `examples/${example}/dist`),
  ];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.yaml'))
      .map((path) => join(folder, path)),
  );
  expect(files.length).toBeGreaterThan(400);
  expect(files.filter((path) => !isAsRendered(readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
  [
    'text of a block, whatever it looks like',
    'data:\n  a: |\n    x: y # z\n     <<: *b\n    ---\n  b: "c"\n',
  ],
  ['a key with blanks', 'data:\n  My key: y\n'],
  ['a text on two lines', 'data:\n  a: "b\n    c"\n'],
  ['an empty table', 'data: {}\n'],
])('%s is as it was rendered', (_, more) => {
  expect(isAsRendered(OBJECT + more)).toBe(true);
});

test.each([
  ['a comment', 'spec: 1 # x\n'],
  ['a comment by itself', '# x\n'],
  ['a line that only some readers end, in a comment', 'spec: 1 #\u2028  hostNetwork: true\n'],
  ['a next line character', 'spec: 1 #\u0085  hostNetwork: true\n'],
  ['a control character', 'spec: a\u0000\n'],
  ['a tab before a key', 'data:\n  a: |\n    x\n\tb: c\n'],
  ['a comment behind the start of a block', 'data:\n  a: | # c\n    x\n'],
  ['a carriage return', 'spec: 1\r\nmore: 2\n'],
  ['a second document', '---\na: b\n'],
  ['the end of a document', '...\n'],
  ['a separator with a comment for a key', '---#x:\n  a: b\n'],
  ['a merge key', 'spec:\n  <<:\n    a: b\n'],
  ['a merge key beside a block in a list', 'spec:\n  - a: |\n      text\n    <<: {a: b}\n'],
  ['an anchor', 'spec: &a b\n'],
  ['an alias', 'spec: *a\n'],
  ['a tag', 'spec: !!str 1\n'],
  ['a table in braces', 'spec: {a: b}\n'],
  ['what SOPS encrypted', 'sops:\n  mac: x\n'],
])('%s is not', (_, more) => {
  expect(isAsRendered(OBJECT + more)).toBe(false);
});

test.each([
  ['nothing before a document', `${HEADER}null\n...\n`],
  ['a list of objects', `${HEADER}apiVersion: v1\nkind: List\nmetadata:\n  name: x\nitems: []\n`],
  [
    'a name that the API server makes',
    `${HEADER}apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: x-\n`,
  ],
  [
    'a component of Kustomize',
    `${HEADER}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Component\nmetadata:\n  name: x\n`,
  ],
  ['no header', OBJECT.slice(HEADER.length)],
])('%s is not', (_, text) => {
  expect(isAsRendered(text)).toBe(false);
});
