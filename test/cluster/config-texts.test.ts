import { configTexts } from '../../lib/cluster/config-texts';
import { parseManifests } from '../../lib/cluster/parse';

const keysRead = (texts: Readonly<Record<string, string>>) => {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data: texts });
  return configTexts(parseManifests([{ path: 'x.yaml', text }]).manifests).map(({ key }) => key);
};

test.each([
  ['as it is usually written', '[[runners]]\n  name = "x"\n'],
  ['with quotes', '[[ "runners" ]]\n  name = "x"\n'],
  ['as a list of tables', 'concurrent = 1\nrunners = [{name = "x"}]\n'],
  ['with a quoted key', '"runners" = [{name = "x"}]\n'],
  ['with what begins a text of a shell in a comment', 'concurrent = 20 # <<x\n[[runners]]\n  name = "x"\n'],
  ['with what begins a script in a comment', '#!/bin/sh\n[[runners]]\n  name = "x"\n'],
])('a config.toml %s is read, under whatever key', (_, text) => {
  expect(keysRead({ evil: text })).toEqual(['evil']);
});

test('a script is not a config.toml, but for what it writes into one', () => {
  expect(keysRead({ 'start.sh': '#!/bin/sh\ncat > a <<E\nx = 1\nE\n[[runners]]\n' })).toEqual([]);
  expect(keysRead({ start: 'cat > config.toml <<E\n[[runners]]\nname = "x"\nE\n' })).toEqual(['start']);
});
