import { configTexts } from '../../lib/cluster/config-texts';
import { observe } from '../../lib/cluster/observe';
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

test('what a shell writes has its variables, as far as the container has them', () => {
  const written = (mark: string) =>
    `cat > config.toml <<${mark}\n[[runners]]\n[runners.kubernetes]\ncpu_request = "$CPU"\nmemory_request = "\${MEMORY}"\nE\n`;
  const deployment = (mark: string) =>
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'x', command: ['sh', '-c', written(mark)], env: [{ name: 'CPU', value: '2' }] },
            ],
          },
        },
      },
    });
  const textOf = (mark: string) =>
    configTexts(parseManifests([{ path: 'x.yaml', text: deployment(mark) }]).manifests).map(
      ({ text }) => text,
    );
  expect(textOf('E')).toEqual([expect.stringMatching(/cpu_request = "2"\nmemory_request = "\$\{MEMORY\}"/)]);
  expect(textOf("'E'")).toEqual([expect.stringMatching(/cpu_request = "\$CPU"/)]);
});

test('a workload whose name is generated is a manager of the config that it mounts', () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: { generateName: runner-, namespace: ci }
spec:
  template:
    spec:
      containers:
        - { name: runner, image: "gitlab/gitlab-runner:v19.3.0", args: [run], volumeMounts: [{ name: c, mountPath: /etc/gitlab-runner }] }
      volumes: [{ name: c, configMap: { name: config } }]
`;
  const config =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: config, namespace: ci }\ndata:\n  config.toml: |\n    [[runners]]\n    name = "x"\n';
  const { manifests, others } = parseManifests([{ path: 'x.yaml', text: `${job}---\n${config}` }]);
  expect(others).toEqual([]);
  expect(observe(manifests).runners.map(({ manager }) => manager?.name)).toEqual(['runner-*']);
});
