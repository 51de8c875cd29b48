import fc from 'fast-check';
import { yamlText } from '../../lib/app/yaml-text';
import { parseManifests } from '../../lib/cluster/parse';
import { RISKY_TEXTS } from '../app/risky-texts';
import { SCALARS } from '../cluster/scalars';
import { kubectlWith } from './running-cluster';

const TEXT = [
  'apiVersion: karpenter.sh/v1',
  'kind: NodePool',
  'metadata: { name: scalars }',
  'spec:',
  ...SCALARS.map(([scalar], index) => `  block${index}: ${scalar}`),
  '  flow:',
  ...SCALARS.map(([scalar]) => `    - { value: ${scalar} }`),
  '  keys: { 0x10: a, 2024-01-01: b, on: c }',
  '',
].join('\n');

test('the proof reads YAML as kubectl does', () => {
  const printed = kubectlWith(
    TEXT,
    'create',
    '--dry-run=client',
    '--validate=false',
    '-o',
    'json',
    '-f',
    '-',
  );
  const [read] = parseManifests([{ path: 'a.yaml', text: TEXT }]).manifests;
  expect(read.body.spec).toEqual(JSON.parse(printed).spec);
});

test.each(SCALARS)('%s is what the table says to kubectl', (scalar, value) => {
  const text = `apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: { name: scalars }\nspec: { value: ${scalar} }\n`;
  const printed = kubectlWith(
    text,
    'create',
    '--dry-run=client',
    '--validate=false',
    '-o',
    'json',
    '-f',
    '-',
  );
  expect(JSON.parse(printed).spec).toEqual({ value });
});

test.each(RISKY_TEXTS)('what is rendered of %j is the same text to kubectl', (text) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts' }, data: { a: text } };
  const printed = kubectlWith(yamlText(object), 'create', '--dry-run=client', '-o', 'json', '-f', '-');
  expect(JSON.parse(printed).data).toEqual(object.data);
});

test('thousands of other texts are the same to kubectl as well', () => {
  const letters = fc.constantFrom(
    ...'0123456789abcdefoxEXBO_+-.:#|>%@`!&*?,[]{}\n\t ',
    '\u2028',
    '\u0085',
    '"',
    "'",
    'é',
    '😀',
  );
  const texts = fc
    .sample(fc.array(letters, { maxLength: 12 }), { seed: 7, numRuns: 4000 })
    .map((parts) => parts.join(''));
  const data = Object.fromEntries(texts.map((text, index) => [`text-${index}`, text]));
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts' } };
  const files = texts.map((text, index) => yamlText({ ...object, data: { [`text-${index}`]: text } }));
  const printed = kubectlWith(files.join('---\n'), 'create', '--dry-run=client', '-o', 'json', '-f', '-');
  // One object after the other.
  const objects = printed.split(/^}$/m).filter((part) => part.trim() !== '');
  expect(Object.assign({}, ...objects.map((part) => JSON.parse(`${part}}`).data))).toEqual(data);
});
