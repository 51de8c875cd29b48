import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { DESCRIPTION_FILE, recordFleets } from '../../lib/app/description-file';
import { HEADER, type RenderedFile, renderFleets } from '../../lib/app/render';
import { RunnerFleet } from '../../lib/app/runner-fleet';
import { DescriptionError } from '../../lib/fleet/fault';
import type { ManifestSource, RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { read } from '../cli/new-project';
import { DEFAULT_FLEET } from '../fleets';
import { withFolder } from './temporary-folder';

const CLAIM = `# Layers of jobs.
kind: PersistentVolumeClaim
apiVersion: v1
metadata: { namespace: gitlab-jobs, name: cache }
spec: { accessModes: [ReadWriteMany], mode: "0755" }
`;
const ACCOUNT = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'deployer', namespace: 'gitlab-jobs' },
};

/** Files by path, and what comes of fleets in the folder that holds them. */
function rendered(
  files: Readonly<Record<string, string>>,
  manifests: readonly ManifestSource[],
  others: readonly RunnerFleetProps[] = [],
): readonly RenderedFile[] {
  const folder = process.cwd();
  let result: readonly RenderedFile[] = [];
  withFolder((project) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(project, path, '..'), { recursive: true });
      writeFileSync(join(project, path), text);
    }
    process.chdir(project);
    try {
      result = renderFleets(resolveFleets([{ ...DEFAULT_FLEET, manifests }, ...others], new Map()));
    } finally {
      process.chdir(folder);
    }
  });
  return result;
}

function faultsOf(...args: Parameters<typeof rendered>): readonly string[] {
  try {
    rendered(...args);
  } catch (error) {
    if (error instanceof DescriptionError)
      return error.faults.map(({ at, found, why, fix }) => `${at}: ${found}. ${why}. ${fix}`);
    throw error;
  }
  return [];
}

const ownOf = (files: readonly RenderedFile[]) =>
  files.filter(({ path }) => path.startsWith('production/base/manifests/'));

test('a file is written anew, one object a file, in the form of all that is rendered', () => {
  const two = `${CLAIM}---\n${JSON.stringify(ACCOUNT)}\n`;
  expect(ownOf(rendered({ 'objects/all.yaml': two }, ['objects/all.yaml']))).toEqual([
    {
      path: 'production/base/manifests/persistentvolumeclaim-gitlab-jobs-cache.yaml',
      text: `${HEADER}apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: cache
  namespace: gitlab-jobs
spec:
  accessModes:
    - ReadWriteMany
  mode: "0755"
`,
    },
    {
      path: 'production/base/manifests/serviceaccount-gitlab-jobs-deployer.yaml',
      text: expect.stringContaining('name: deployer'),
    },
  ]);
});

test('a pattern takes the files of one folder, and a function adds constructs', () => {
  const files = { 'objects/a.yaml': CLAIM, 'objects/notes.md': '# Notes' };
  const account = (scope: ConstructorParameters<typeof ApiObject>[0]) =>
    new ApiObject(scope, 'account', ACCOUNT);
  expect(ownOf(rendered(files, ['objects/*.yaml', account])).map(({ path }) => path)).toEqual([
    'production/base/manifests/account.yaml',
    'production/base/manifests/persistentvolumeclaim-gitlab-jobs-cache.yaml',
  ]);
});

test('namespaces stand beside them, so that both are applied first', () => {
  const base = rendered({ 'a.yaml': CLAIM }, ['a.yaml']).filter(({ path }) => path.includes('/base/'));
  expect(base.map(({ path }) => path)).toEqual([
    'production/base/manifests/persistentvolumeclaim-gitlab-jobs-cache.yaml',
    'production/base/namespace-gitlab-jobs.yaml',
    'production/base/namespace-gitlab-runners.yaml',
  ]);
});

test('whatever is wrong with files is reported by its place, all at once', () => {
  const files = {
    'bad.yaml': 'a: b\nc: [\n',
    'none.yaml': '# nothing\n',
    'half.yaml': 'kind: Secret\n',
    'folder/x.yaml': CLAIM,
  };
  const sources = [
    'bad.yaml',
    'none.yaml',
    'half.yaml',
    'gone.yaml',
    'folder',
    'gone/*.yaml',
    '/etc/passwd',
    'dist/x.yaml',
  ];
  expect(faultsOf(files, sources)).toEqual([
    expect.stringMatching(/^production > bad.yaml:\d+: "not valid YAML"/),
    expect.stringMatching(/^production > none.yaml: "no object"/),
    expect.stringMatching(/^production > half.yaml:1: "not a Kubernetes object"/),
    expect.stringMatching(/^production > manifests\[3\]: "gone.yaml". there is no such file/),
    expect.stringMatching(/^production > manifests\[4\]: "folder".*write "folder\/\*.yaml"$/),
    expect.stringMatching(/^production > manifests\[5\]: "gone\/\*.yaml". no file has such a name/),
    expect.stringMatching(/^production > manifests\[6\]: "\/etc\/passwd"/),
    expect.stringMatching(/^production > manifests\[7\]: "dist\/x.yaml"/),
  ]);
});

test('an object that the fleet renders, and one that is there twice, are refused with the place and what to do', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: gitlab-jobs }\n';
  expect(
    faultsOf({ 'ns.yaml': `---\n${namespace}`, 'a.yaml': CLAIM, 'b.yaml': CLAIM }, ['ns.yaml', '*.yaml']),
  ).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^production > ns.yaml:2: "Namespace\/gitlab-jobs". .*fleet production renders it. remove it here, and change/,
      ),
      expect.stringMatching(
        /^production > b.yaml:2: "PersistentVolumeClaim\/gitlab-jobs\/cache". .*there is one in a.yaml:2. remove one/,
      ),
    ]),
  );
});

test('two fleets of one cluster have each object once', () => {
  const other = { ...DEFAULT_FLEET, name: 'other', prefix: 'other', manifests: ['a.yaml'] };
  expect(faultsOf({ 'a.yaml': CLAIM }, ['a.yaml'], [other])).toEqual([]);
  expect(faultsOf({ 'a.yaml': CLAIM }, ['a.yaml'], [{ ...other, clusterName: 'production' }])).toEqual([
    expect.stringMatching(/^other > a.yaml:2: .*there is one in a.yaml:2/),
  ]);
});

test('a plain Secret and a plain token are refused, and the token is not shown', () => {
  const token = `glrt-t1_${'aB3_'.repeat(5)}`;
  const secret =
    'apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: gitlab-jobs }\nstringData: { a: b }\n';
  const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, namespace: gitlab-jobs }\ndata: { a: ${token} }\n`;
  const faults = faultsOf({ 's.yaml': secret, 'm.yaml': map }, ['s.yaml', 'm.yaml']);
  expect(faults).toEqual([
    expect.stringMatching(/s.yaml:1: "Secret\/gitlab-jobs\/s". base64 is not encryption.*SealedSecret/),
    expect.stringMatching(/m.yaml:1: "ConfigMap\/gitlab-jobs\/m". it holds a token in plain.*revoke/),
  ]);
  expect(faults.join()).not.toContain(token);
});

test('commands that ask about descriptions get one with functions in it as data', () => {
  withFolder((folder) => {
    const file = join(folder, 'fleets.jsonl');
    process.env[DESCRIPTION_FILE] = file;
    try {
      recordFleets([{ ...DEFAULT_FLEET, manifests: [() => undefined] }]);
    } finally {
      delete process.env[DESCRIPTION_FILE];
    }
    const [fleet] = read(folder, 'fleets.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(fleet).toEqual(DEFAULT_FLEET);
    expect(() => resolveFleets([fleet], new Map())).not.toThrow();
  });
});

test('the construct adds them too, and reports those that are there twice when the app is synthesized', () => {
  const { runners } = DEFAULT_FLEET;
  const add = (name: string) => (scope: ConstructorParameters<typeof ApiObject>[0]) =>
    new ApiObject(scope, name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const app = new App();
  const fleet = new RunnerFleet(new Chart(app, 'platform'), 'ci', { runners, manifests: [add('mine')] });
  expect(fleet.objects.map(({ name }) => name)).toContain('mine');
  const twice = new RunnerFleet(app, 'twice', { runners, manifests: [add('gitlab-jobs')] });
  expect(twice.node.validate().join()).toMatch(/twice > manifests \(construct gitlab-jobs\)/);
});
