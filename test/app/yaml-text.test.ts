import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { yamlText } from '../../lib/app/yaml-text';
import { HEADER, isAsRendered } from '../../lib/cluster/rendered-text';
import { KUBECTL_YAML } from '../../lib/cluster/yaml-dialect';
import { RISKY_TEXTS } from './risky-texts';

const read = (text: string): unknown => load(text, { schema: KUBECTL_YAML });

test.each(RISKY_TEXTS)('%j is the same text to kubectl once it is written', (text) => {
  const object = { plain: text, list: [text], [text]: 'as a key', number: 7, lines: 'one\ntwo\n' };
  expect(read(yamlText(object))).toEqual(object);
});

test('what no reader takes for something else is written as cdk8s writes it', () => {
  for (const object of [
    { a: 'x', b: '104', c: 'on', d: '0400', e: 'one\ntwo\n', f: ['v1.2', '10.0.0.0/8', '2024-01-01'] },
  ])
    expect(yamlText(object)).toBe(Yaml.stringify(object));
});

test('any text comes back as it was', () => {
  const letters = fc.constantFrom(
    ...'0123456789abcdefoxEXBO_+-.:#\n\t ',
    '\u2028',
    '\u0085',
    '"',
    "'",
    '{',
    '-',
  );
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 9 }), (parts) => {
      const object = { text: parts.join('') };
      expect(read(yamlText(object))).toEqual(object);
    }),
    { numRuns: 2000 },
  );
});

test('whatever is written is taken for rendered', () => {
  const letters = fc.constantFrom(...'0aB_+-.:#\n\t ', '\u2028', '\u0085', ...'"\'{[-&*!?|>%@`,<');
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 9 }), (parts) => {
      const text = parts.join('');
      const object = {
        apiVersion: 'v1',
        kind: 'A',
        metadata: { name: text },
        data: { [text]: [[text], { [text]: text }] },
      };
      expect([text, isAsRendered(HEADER + yamlText(object))]).toEqual([text, true]);
    }),
    { numRuns: 2000 },
  );
});
