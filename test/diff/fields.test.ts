import fc from 'fast-check';
import { parseManifests } from '../../lib/cluster/parse';
import { fieldChanges } from '../../lib/diff/field-changes';
import { fakeCiphertext } from '../ciphertext';
import { edited, FLEET, textOf } from '../fixtures/files';
import { diffOf } from './revisions';

const DEPLOYMENT = 'amd64-spot/deployment.yaml';

/** The changed fields of the one object that an edit changes, as `path: before -> after`. */
function fieldsAfter(path: string, from: string | RegExp, to: string): readonly string[] {
  const { changes } = diffOf(FLEET, edited(FLEET, [path, from, to]));
  expect(changes).toHaveLength(1);
  return changes[0].fields.map(({ path: field, before, after }) => `${field}: ${before} -> ${after}`);
}

test('containers, variables and volumes are named, not counted', () => {
  expect(fieldsAfter(DEPLOYMENT, 'value: /home/gitlab-runner', 'value: /home')).toEqual([
    'spec.template.spec.containers[gitlab-runner].env[HOME].value: /home/gitlab-runner -> /home',
  ]);
  expect(fieldsAfter(DEPLOYMENT, 'sizeLimit: 16Mi', 'sizeLimit: 32Mi')).toEqual([
    'spec.template.spec.volumes[home].emptyDir.sizeLimit: 16Mi -> 32Mi',
  ]);
});

test('requirements go by their key, and the two ends of a range apart', () => {
  expect(
    fieldsAfter('amd64-spot.yaml', /(instance-cpu\n +operator: Lt\n +values:\n +- )"17"/, '$1"33"'),
  ).toEqual([
    'spec.template.spec.requirements[karpenter.k8s.aws/instance-cpu Lt].values[17]: 17 -> undefined',
    'spec.template.spec.requirements[karpenter.k8s.aws/instance-cpu Lt].values[33]: undefined -> 33',
  ]);
});

test('a command in another order is another command, a set in another order is the same', () => {
  expect(
    fieldsAfter(DEPLOYMENT, /- dumb-init\n( +)- --rewrite\n/, '- --rewrite\n$1- dumb-init\n')[0],
  ).toMatch(/^spec.template.spec.containers\[gitlab-runner\].command: /);
  const role = 'amd64-spot/role.yaml';
  const file = textOf(role);
  const [, first, second] = /verbs:\n(( +- \w+\n){2,})/.exec(file) ?? [];
  expect(second).toBeDefined();
  const turned = first
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .join('\n');
  expect(diffOf(FLEET, edited(FLEET, [role, first, `${turned}\n`])).changes).toEqual([]);
});

test('config.toml is compared key by key', () => {
  expect(fieldsAfter('amd64-spot/configmap.yaml', 'cpu_request = "1"', 'cpu_request = "2"')).toEqual([
    'config.toml > runners[acme-amd64-spot].kubernetes.cpu_request: 1 -> 2',
  ]);
});

test('a number in config.toml that JavaScript holds no whole number for is shown all the same', () => {
  const changed = fieldsAfter(
    'amd64-spot/configmap.yaml',
    'concurrent = 20',
    'concurrent = 9007199254740993',
  );
  expect(changed).toEqual(['config.toml > concurrent: 20 -> 9007199254740992']);
});

test('a date in config.toml that differs is a change', () => {
  const [before, after] = [2027, 2028].map((year) => {
    const file = `[[runners]]\nname = "a"\ntoken_expires_at = ${year}-01-01T00:00:00Z\n`;
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { 'config.toml': file },
    });
    return parseManifests([{ path: 'c.yaml', text }]).manifests[0];
  });
  const [change, ...others] = fieldChanges({ before, after } as Parameters<typeof fieldChanges>[0]);
  expect(others).toEqual([]);
  expect(change).toMatchObject({ path: 'config.toml > runners[a].token_expires_at' });
  expect([change.before, change.after]).toEqual([
    expect.stringContaining('2027-01-01'),
    expect.stringContaining('2028-01-01'),
  ]);
});

test('a config.toml that does not parse is shown as text', () => {
  const [field] = fieldsAfter('amd64-spot/configmap.yaml', 'concurrent = 20', 'concurrent = ');
  expect(field).toMatch(/^config.toml >: .*-> concurrent = /s);
});

test('a ciphertext is changed, and no more is said of it', () => {
  const fields = fieldsAfter('amd64-spot/sealedsecret.yaml', fakeCiphertext(1), fakeCiphertext(8));
  expect(fields).toEqual(['spec.encryptedData: a ciphertext -> another ciphertext']);
  expect(fieldsAfter('amd64-spot/sealedsecret.yaml', fakeCiphertext(1), 'not sealed yet')).toEqual([
    'spec.encryptedData: a ciphertext -> a placeholder',
  ]);
});

test('the values of a Secret are changed, and never shown', () => {
  const secret = (fields: string) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: registry\n${fields}`;
  const [before] = parseManifests([
    { path: 'a.yaml', text: secret('data:\n  key: aGFsbG8=\n  old: aGFsbG8=\n') },
  ]).manifests;
  const [after] = parseManifests([
    { path: 'a.yaml', text: secret('data:\n  key: d2VsdA==\nstringData:\n  new: hunter2\n') },
  ]).manifests;
  expect(fieldChanges({ before, after })).toEqual([
    { path: 'data.key', before: 'a value', after: 'another value' },
    { path: 'data.old', before: 'a value', after: undefined },
    { path: 'stringData.new', before: undefined, after: 'a value' },
  ]);
});

test('a key that every JavaScript object inherits is a key like any other', () => {
  expect(fieldsAfter('amd64-spot/deployment.yaml', '  labels:\n', '  labels:\n    constructor: a\n')).toEqual(
    ['metadata.labels.constructor: undefined -> a'],
  );
});

test('a plain token is not repeated', () => {
  const token = `glrt-${'x'.repeat(20)}`;
  const fields = fieldsAfter(DEPLOYMENT, 'value: /home/gitlab-runner', `value: ${token}`);
  expect(fields.join()).toContain('hidden: it holds a token');
  expect(fields.join()).not.toContain(token);
});

test('any two objects of one shape: nothing differs from itself, and both ways name the same fields', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string({ maxLength: 3 }),
      fc.integer(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('name', 'key', 'a', 'b'), tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  const manifest = (spec: unknown) => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec });
    return parseManifests([{ path: 'x.json', text }]).manifests[0];
  };
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [a, b] = [manifest(one), manifest(other)];
      expect(fieldChanges({ before: a, after: manifest(one) })).toEqual([]);
      const paths = (before: typeof a, after: typeof a) =>
        fieldChanges({ before, after })
          .map(({ path }) => path)
          .sort();
      expect(paths(a, b)).toEqual(paths(b, a));
    }),
  );
});

test('thousands of equal rules are compared in time that grows with their number', () => {
  const [role] = parseManifests([
    {
      path: 'role.yaml',
      text: 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: a }\n',
    },
  ]).manifests;
  const rules = (count: number) =>
    Array.from({ length: count }, () => ({ apiGroups: [''], resources: ['pods'], verbs: ['get'] }));
  const [before, after] = [10, 40_000].map((count) => ({
    ...role,
    fileText: undefined,
    body: { ...role.body, rules: rules(count) },
  }));
  const start = performance.now();
  expect(fieldChanges({ before, after })).toHaveLength(39_990);
  expect(performance.now() - start).toBeLessThan(10_000);
});

describe('a dashboard', () => {
  const KEY = 'data["gitlab-runners-acme.json"]';
  const panel = (title: string, expr: string, id = 1) => ({
    id,
    title,
    gridPos: { y: id },
    targets: [{ expr }],
  });
  const board = (panels: readonly object[], more: object = {}) =>
    JSON.stringify({ title: 'Runners', refresh: '1m', ...more, panels });
  const OLD = board([panel('Jobs', 'jobs'), panel('Polling', 'feeds', 2)]);
  const map = (data: object) =>
    parseManifests([
      {
        path: 'configmap.yaml',
        text: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data }),
      },
    ]).manifests[0];
  const changed = (before: object | undefined, after: object) =>
    fieldChanges({ before: before && map(before), after: map(after) }).map(
      (one) => `${one.path}: ${one.before} -> ${one.after}`,
    );
  const changedBoard = (after: string) =>
    changed({ 'gitlab-runners-acme.json': OLD }, { 'gitlab-runners-acme.json': after });

  test('changes by the panels that do, and by its settings', () => {
    expect(changedBoard(board([panel('Jobs', 'jobs'), panel('Polling', 'other', 2)]))).toEqual([
      `${KEY}.panels.Polling: a panel -> another panel`,
    ]);
    expect(changedBoard(board([panel('Jobs', 'jobs')], { refresh: '5m' }))).toEqual([
      `${KEY}.layout: a layout -> another layout`,
      `${KEY}.panels.Polling: a panel -> undefined`,
      `${KEY}.settings.refresh: 1m -> 5m`,
    ]);
    expect(changedBoard(board([panel('Jobs', 'jobs', 3), panel('Polling', 'feeds', 2)]))).toEqual([
      `${KEY}.layout: a layout -> another layout`,
    ]);
    expect(changedBoard(board([panel('Jobs', 'jobs'), panel('Jobs', 'feeds', 2)]))).toEqual(
      expect.arrayContaining([`${KEY}.panels["Jobs (another)"]: undefined -> a panel`]),
    );
  });

  test('that is new is a line', () => {
    expect(changed(undefined, { 'gitlab-runners-acme.json': OLD })).toEqual([
      `${KEY}: undefined -> a dashboard with 2 panels and rows`,
    ]);
  });

  test('that is none any more is shown as what it is', () => {
    expect(changedBoard('#!/bin/sh')).toEqual([`${KEY}: a dashboard with 2 panels and rows -> #!/bin/sh`]);
    expect(changedBoard('{"panels": [1]}')).toEqual([
      `${KEY}: a dashboard with 2 panels and rows -> {"panels": [1]}`,
    ]);
  });

  test('hides nothing that stands beside it, and no file of another name', () => {
    expect(
      changed(
        { 'gitlab-runners-acme.json': OLD, 'run.sh': 'true' },
        { 'gitlab-runners-acme.json': OLD, 'run.sh': 'reboot' },
      ),
    ).toEqual(['data["run.sh"]: true -> reboot']);
    const other = board([panel('Jobs', 'other')]);
    expect(changed({ 'run.json': OLD }, { 'run.json': other })).toEqual([
      `data["run.json"]: ${OLD} -> ${other}`,
    ]);
  });
});
