import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import { withFolder } from '../app/temporary-folder';
import { RENDERED, writeFixture } from '../fixtures/files';
import { git } from './git';
import { type ProgramRun, runHere } from './in-process';

/** Texts by path; one that begins with `-> ` is a link. */
type Files = Readonly<Record<string, string>>;

/** Enough of the fleet to be applied. */
const SOME = RENDERED.filter(({ path }) => /karpenter|networkpolicy/.test(path));
const PATCH = '  patches: [{ patch: "$patch: delete", target: { kind: NetworkPolicy } }]\n';

const flux = (name: string, path: string, more = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: ${name}, namespace: flux-system }\nspec:\n  path: ${path}\n  prune: true\n  interval: 10m\n${more}`;
const FLEET = flux('fleet', './dist');
const kustomization = (fields: string) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${fields}\n`;
const BASE: Files = {
  'clusters/prod/fleet.yaml': FLEET,
  'clusters/sync.yaml': flux('prod', './clusters/prod'),
};

function write(top: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(top, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true, recursive: true });
    const [, encoding, rest = ''] = /^(utf16|latin1):([\s\S]*)$/.exec(text) ?? [];
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), file);
    else if (encoding === 'utf16') writeFileSync(file, Buffer.from(`\ufeff${rest}`, 'utf16le'));
    else if (encoding === 'latin1') writeFileSync(file, Buffer.from(rest, 'latin1'));
    else writeFileSync(file, text);
  }
}

function commit(top: string): void {
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', 'a revision');
}

const diff = (top: string, ...args: readonly string[]): ProgramRun =>
  runHere(diffCommand(), [...args, '--fail-on', 'security'], top);

/** What is said of a change, in the working tree and in a commit, which must not differ. */
function changed(base: Files, change: Files): ProgramRun {
  let run: ProgramRun | undefined;
  withFolder((top) => {
    git(top, 'init', '--quiet', '--initial-branch=main', '--template=');
    writeFixture(join(top, 'dist'), SOME);
    write(top, { ...BASE, ...base });
    commit(top);
    git(top, 'checkout', '--quiet', '-b', 'change');
    write(top, change);
    run = diff(top);
    commit(top);
    expect(diff(top, 'main', 'change')).toEqual(run);
  });
  return run as ProgramRun;
}

const OPEN =
  'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: default, namespace: gitlab-jobs }\nspec: { podSelector: {}, egress: [{}], policyTypes: [Egress] }\n';
const OVERLAY: Files = {
  'overlays/prod/kustomization.yaml': kustomization('resources: [../../dist]'),
  'clusters/prod/overlay.yaml': flux('overlay', './overlays/prod'),
};
const OVERLAY_OF_COMPONENT: Files = {
  'overlays/prod/kustomization.yaml': kustomization('resources: [../../dist]\ncomponents: [../../comp]'),
  'comp/kustomization.yaml': kustomization('patches: [{ path: p.yaml }]'),
  'comp/p.yaml': 'a: 1\n',
};
const BOOTSTRAP = kustomization('resources: [fleet.yaml]');

const FILLED = `${FLEET}  postBuild: { substituteFrom: [{ kind: ConfigMap, name: values }] }\n`;
const VALUES =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: values, namespace: flux-system }\ndata: { a: b }\n';

describe('what changes how the folder is applied weighs security', () => {
  test.each<[what: string, base: Files, change: Files, says: RegExp]>([
    [
      'in a chart whose version changes with it',
      { 'chart/Chart.yaml': 'name: a\nversion: 0.1.0\n', 'chart/templates/app.yaml': FLEET },
      { 'chart/Chart.yaml': 'name: a\nversion: 0.1.1\n', 'chart/templates/app.yaml': FLEET + PATCH },
      /app\.yaml[\s\S]*patches changed/,
    ],
    [
      'in a file that a kustomization elsewhere calls a patch',
      {},
      {
        'clusters/prod/new.yaml': flux('new', './dist', PATCH),
        'foo/kustomization.yaml': kustomization('patches: [{ path: ../clusters/prod/new.yaml }]'),
      },
      /new\.yaml[\s\S]*patches added/,
    ],
    [
      'in a Kustomization of an overlay',
      OVERLAY,
      { 'clusters/prod/overlay.yaml': flux('overlay', './overlays/prod', PATCH) },
      /overlay\.yaml[\s\S]*patches changed/,
    ],
    [
      'in what applies the Kustomization, which its patches may change',
      {},
      {
        'clusters/sync.yaml': flux(
          'prod',
          './clusters/prod',
          '  patches: [{ target: { kind: Kustomization }, patch: "[]" }]\n',
        ),
      },
      /clusters\/sync\.yaml[\s\S]*patches changed/,
    ],
    [
      'in the kustomization beside the Kustomization',
      { 'clusters/prod/kustomization.yaml': BOOTSTRAP },
      {
        'clusters/prod/kustomization.yaml': `${BOOTSTRAP}patches: [{ target: { kind: Kustomization }, patch: "[]" }]\n`,
      },
      /clusters\/prod\/kustomization\.yaml[\s\S]*patches changed/,
    ],
    [
      'with a path that something fills in',
      {},
      { 'clusters/prod/new.yaml': flux('new', '${where}', PATCH) },
      /new\.yaml[\s\S]*patches added/,
    ],
    [
      'with a path from the top',
      {},
      { 'clusters/prod/new.yaml': flux('new', '/dist/acme', PATCH) },
      /new\.yaml[\s\S]*patches added/,
    ],
    [
      'in a ResourceSet',
      {},
      {
        'clusters/prod/new.yaml': `apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: { name: a, namespace: flux-system }\nspec: { resources: [] }\n`,
      },
      /ResourceSet/,
    ],
    [
      'in an object of another controller that holds a Kustomization',
      {},
      {
        'clusters/prod/new.yaml': `apiVersion: example.com/v1\nkind: Maker\nmetadata: { name: a }\nspec:\n  make:\n    - ${flux('new', './dist', PATCH).trimEnd().replaceAll('\n', '\n      ')}\n`,
      },
      /new[\s\S]*patches added/,
    ],
    [
      'in what puts the files of Flux together',
      {},
      {
        'clusters/prod/new.yaml':
          'apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\nmetadata: { name: a, namespace: flux-system }\nspec: { artifacts: [] }\n',
      },
      /ArtifactGenerator/,
    ],
    [
      'in a file with another ending',
      { 'clusters/prod/kustomization.yaml': BOOTSTRAP, 'clusters/prod/x.txt': FLEET },
      { 'clusters/prod/x.txt': FLEET + PATCH },
      /x\.txt[\s\S]*patches changed/,
    ],
    [
      'behind a link',
      { 'docs/x.txt': FLEET, 'clusters/prod/l.yaml': '-> ../../docs/x.txt' },
      { 'docs/x.txt': FLEET + PATCH },
      /l\.yaml[\s\S]*patches changed/,
    ],
    [
      'by a new link',
      { 'docs/x.md': flux('x', './dist', PATCH) },
      { 'clusters/prod/l.yaml': '-> ../../docs/x.md' },
      /l\.yaml[\s\S]*patches added/,
    ],
    [
      'by a link that leads out of the repository',
      {},
      { 'clusters/prod/l.yaml': '-> /etc/x.yaml' },
      /l\.yaml[\s\S]*link to what is not a file/,
    ],
    [
      'in a component of a kustomization with keys in quotes',
      {
        ...OVERLAY,
        'overlays/prod/kustomization.yaml': '{ "resources" : ["../../dist"], "components" : ["../open"] }',
        'overlays/open/kustomization.yaml': 'patches: []',
      },
      { 'overlays/open/a.yaml': 'a: 1\n' },
      /overlays\/open\/a\.yaml/,
    ],
    [
      'in a transformer of a kustomization in the old form',
      {
        'overlays/b/kustomization.yaml': 'bases: [../../dist]\ntransformers: [t.yaml]\n',
        'overlays/b/t.yaml': 'a: 1\n',
      },
      { 'overlays/b/t.yaml': 'a: 2\n' },
      /overlays\/b\/t\.yaml/,
    ],
    [
      'in settings of Argo CD beside an overlay',
      OVERLAY,
      { 'overlays/prod/.argocd-source-fleet.yaml': 'kustomize: { patches: [] }\n' },
      /\.argocd-source-fleet\.yaml/,
    ],
    [
      'by values that are filled in',
      { 'clusters/prod/fleet.yaml': FILLED, 'clusters/prod/cm.yaml': VALUES },
      { 'clusters/prod/cm.yaml': VALUES.replace('a: b', 'a: c') },
      /cm\.yaml[\s\S]*Its values are filled into what is rendered/,
    ],
    [
      'by an order that is never met',
      {},
      { 'clusters/prod/fleet.yaml': `${FLEET}  dependsOn: [{ name: nowhere }]\n` },
      /dependsOn changed/,
    ],
    [
      'in a file in UTF-16',
      {},
      { 'clusters/prod/new.yaml': `utf16:${flux('new', './dist', PATCH)}` },
      /new\.yaml[\s\S]*patches added/,
    ],
    [
      'in a file that no reader of text can read',
      {},
      { 'clusters/prod/new.yaml': `latin1:${flux('n\u00e9w', './dist', PATCH)}` },
      /new\.yaml[\s\S]*can't be read here/,
    ],
    [
      'in a file that is called like our own settings',
      {},
      { 'clusters/prod/.runner-fleet.yaml': flux('new', './dist', PATCH) },
      /patches added/,
    ],
    [
      'by attributes of Git beside it',
      {},
      { 'clusters/prod/.gitattributes': 'new.yaml text working-tree-encoding=UTF-16\n' },
      /\.gitattributes[\s\S]*converts files/,
    ],
    [
      'in what is packed elsewhere',
      {},
      {
        'clusters/prod/new.yaml': flux(
          'new',
          './production',
          `  sourceRef: { kind: OCIRepository, name: a }\n${PATCH}`,
        ),
      },
      /patches/,
    ],
    [
      'in an Application with a hydrator',
      {},
      {
        'clusters/prod/new.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\nspec: { sourceHydrator: { drySource: { path: dist, kustomize: { patches: [] } } } }\n',
      },
      /Application\/argocd\/a[\s\S]*sourceHydrator added/,
    ],
    [
      'in a project of Argo CD',
      {
        'argo/p.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: a, namespace: argocd }\nspec: { sourceRepos: ["*"] }\n',
      },
      {
        'argo/p.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: { name: a, namespace: argocd }\nspec: { sourceRepos: ["*"], namespaceResourceBlacklist: [{ group: networking.k8s.io, kind: NetworkPolicy }] }\n',
      },
      /AppProject[\s\S]*namespaceResourceBlacklist changed/,
    ],
    [
      'by an object that is rendered too',
      {},
      { 'clusters/prod/np.yaml': OPEN },
      /np\.yaml[\s\S]*rendered too/,
    ],
    [
      'by an object in a namespace of the fleet',
      {},
      { 'clusters/prod/np.yaml': OPEN.replace('name: default', 'name: more') },
      /np\.yaml[\s\S]*in the namespace gitlab-jobs of the fleet, and it is new/,
    ],
    [
      'by rights of an account that jobs have',
      {},
      {
        'clusters/prod/b.yaml':
          'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: more }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: ServiceAccount, name: default, namespace: gitlab-jobs }]\n',
      },
      /b\.yaml[\s\S]*rights of the pods of the fleet/,
    ],
  ])('%s', (_, base, change, says) => {
    const { status, stdout } = changed(base, change);
    expect([status, stdout]).toEqual([3, expect.stringMatching(says)]);
  });
});

describe('nothing weighs security of', () => {
  test.each<[what: string, base: Files, change: Files]>([
    [
      'a Kustomization of something else',
      { 'apps/a.yaml': 'a: 1\n' },
      { 'clusters/other/web.yaml': flux('web', './apps', PATCH) },
    ],
    [
      'a file more beside the Kustomization',
      { 'clusters/prod/kustomization.yaml': BOOTSTRAP, 'clusters/prod/web.yaml': flux('web', './apps') },
      { 'clusters/prod/kustomization.yaml': BOOTSTRAP.replace(']', ', web.yaml]') },
    ],
    [
      'another way to write a kustomization',
      OVERLAY,
      {
        'overlays/prod/kustomization.yaml':
          '{ "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["../../dist"] }',
      },
    ],
    ['a manual', {}, { 'docs/flux.md': `# Flux\n\n\`\`\`yaml\n${FLEET}${PATCH}\`\`\`\n` }],
    [
      'a chart of something else',
      { 'chart/Chart.yaml': 'name: a\nversion: 0.1.0\n' },
      { 'chart/templates/app.yaml': 'kind: {{ .Values.kind }}\n' },
    ],
    [
      'an Application of a chart',
      {},
      {
        'clusters/prod/new.yaml':
          'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a, namespace: argocd }\nspec: { source: { chart: a, repoURL: x, helm: { values: "" } } }\n',
      },
    ],
    ['attributes of Git that convert nothing', {}, { 'clusters/prod/.gitattributes': '*.png binary\n' }],
    ['a link between pages', { 'docs/a.md': 'a\n' }, { 'docs/b.md': '-> a.md' }],
    ['an object in another namespace', {}, { 'clusters/prod/np.yaml': OPEN.replace('gitlab-jobs', 'web') }],
    [
      'an object in a namespace of the fleet that nothing applies',
      {},
      { 'test/np.yaml': OPEN.replace('name: default', 'name: more') },
    ],
  ])('%s', (_, base, change) => {
    const { status, stderr } = changed(base, change);
    expect([status, stderr]).toEqual([0, '']);
  });
});

test('a path with a line feed hides no other file', () => {
  const run = changed(OVERLAY_OF_COMPONENT, {
    '0\n0/kustomization.yaml': 'resources: []\n',
    'comp/p.yaml': 'a: 2\n',
  });
  expect(run).toMatchObject({ status: 3, stdout: expect.stringMatching(/comp\/p\.yaml/) });
});

test('a submodule weighs security: its files come from elsewhere', () => {
  withFolder((top) => {
    git(top, 'init', '--quiet', '--initial-branch=main', '--template=');
    writeFixture(join(top, 'dist'), SOME);
    write(top, BASE);
    commit(top);
    git(top, 'checkout', '--quiet', '-b', 'change');
    const id = git(top, 'rev-parse', 'HEAD').trim();
    git(top, 'update-index', '--add', '--cacheinfo', `160000,${id},clusters/prod/sub`);
    git(top, 'commit', '--quiet', '--message', 'a submodule');
    expect(diff(top, 'main', 'change')).toMatchObject({
      status: 3,
      stdout: expect.stringMatching(/left-out\] clusters\/prod\/sub\n.*It is a submodule/),
    });
  });
});

describe('what applies the folder and leaves the sight of what applied it is disruptive', () => {
  test('by a move to another folder', () => {
    withFolder((top) => {
      git(top, 'init', '--quiet', '--initial-branch=main', '--template=');
      writeFixture(join(top, 'dist'), SOME);
      write(top, BASE);
      commit(top);
      git(top, 'checkout', '--quiet', '-b', 'change');
      mkdirSync(join(top, 'archive'));
      git(top, 'mv', 'clusters/prod/fleet.yaml', 'archive/fleet.yaml');
      const said =
        /disruptive \[left-out\][\s\S]*It moves from clusters\/prod\/fleet\.yaml to archive\/fleet\.yaml/;
      expect(diff(top).stdout).toMatch(said);
      git(top, 'mv', 'archive/fleet.yaml', 'clusters/prod/other.yaml');
      expect(diff(top).stdout).not.toMatch(/disruptive/);
    });
  });

  test('by a kustomization that no longer lists it', () => {
    const { stdout } = changed(
      { 'clusters/prod/kustomization.yaml': BOOTSTRAP },
      { 'clusters/prod/kustomization.yaml': kustomization('resources: []') },
    );
    expect(stdout).toMatch(/disruptive \[left-out\][\s\S]*It no longer lists fleet\.yaml/);
  });
});
