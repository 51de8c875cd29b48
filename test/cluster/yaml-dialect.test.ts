import { parseManifests } from '../../manifests/parse';
import { SCALARS } from '../manifests/scalars';
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
