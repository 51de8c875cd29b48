import { parseManifests } from '../../lib/cluster/parse';
import { applierImpacts } from '../../lib/diff/appliers';
import { unreadableImpacts } from '../../lib/diff/unreadable-appliers';

const side = (text: string, path = 'flux/fleet.yaml') => parseManifests(text === '' ? [] : [{ path, text }]);

const flux = (spec: string, path = './infra/dist/acme') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: fleet, namespace: flux-system }\nspec: { path: ${path}, prune: true, interval: 10m${spec} }\n`;
const argo = (source: string, rest = '') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: fleet, namespace: argocd }\nspec: { source: { repoURL: x, path: infra/dist${source} }, destination: { namespace: default }${rest} }\n`;

const PATCH = ', patches: [{ patch: "$patch: delete", target: { kind: NetworkPolicy } }]';

const impacts = (before: string, after: string, path?: string) =>
  applierImpacts('infra/dist', side(before, path), side(after, path)).map(
    ({ id, weight, object, what }) => `${weight} ${id} ${object}: ${what}`,
  );

describe('a Kustomization of Flux that applies the folder', () => {
  test.each([
    ['patches', PATCH],
    ['images', ', images: [{ name: a, newName: b }]'],
    ['replacements', ', replacements: [{ path: x }]'],
    ['components', ', components: [../x]'],
    ['postBuild', ', postBuild: { substitute: { a: b } }'],
    ['targetNamespace', ', targetNamespace: x'],
  ])('is named with the weight security where it gets %s', (field, spec) => {
    const what = `infra/dist/ is applied in another way: ${field} changed.`;
    expect(impacts(flux(''), flux(spec))).toEqual([
      `security left-out Kustomization/flux-system/fleet (flux/fleet.yaml): ${what}`,
    ]);
  });

  test('is named with the weight security where it takes another folder, or deletes what goes', () => {
    expect(impacts(flux(''), flux('', './other'))).toEqual([
      expect.stringMatching(/^security .*path changed/),
    ]);
    expect(impacts(flux('').replace('prune: true', 'prune: false'), flux(''))).toEqual([
      expect.stringMatching(/^security .*prune changed/),
    ]);
  });

  test('is named with the weight notice where it does the same at another time', () => {
    expect(impacts(flux(''), flux('').replace('10m', '1h'))).toEqual([
      expect.stringMatching(/^notice .*: How infra\/dist\/ is applied changes: interval\.$/),
    ]);
  });

  test.each([
    ['a folder above', './infra'],
    ['everything', './'],
  ])('is named where it applies %s', (_, path) => {
    expect(impacts(flux('', path), flux(PATCH, path))).toHaveLength(1);
  });

  test.each([
    ['another folder', './infra/distant'],
    ['a folder beside it', './apps'],
  ])('is not named where it applies %s', (_, path) => {
    expect(impacts(flux('', path), flux(PATCH, path))).toEqual([]);
  });

  test('is a notice where it is new, security with patches, and disruptive where it goes', () => {
    expect(impacts('', flux(''))).toEqual([expect.stringMatching(/^notice /)]);
    expect(impacts('', flux(PATCH))).toEqual([expect.stringMatching(/^security .*patches added/)]);
    expect(impacts(flux(''), '')).toEqual([expect.stringMatching(/^disruptive /)]);
  });
});

describe('a source of Flux', () => {
  const source = (spec: string, metadata = '') =>
    `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: { name: a, namespace: b${metadata} }\nspec: { url: https://git.example.com/a, ref: { branch: main }${spec} }\n`;

  test.each([
    ['leaves files out', source(', ignore: "infra/dist"'), 'ignore'],
    ['is another repository', source('').replace('/a,', '/b,'), 'url'],
    ['is another branch', source('').replace('main', 'attacker'), 'ref'],
    ['is reached by another proxy', source(', proxySecretRef: { name: p }'), 'proxySecretRef'],
    ['takes submodules along', source(', recurseSubmodules: true'), 'recurseSubmodules'],
  ])('is named with the weight security where it %s', (_, after, field) => {
    expect(impacts(source(''), after)).toEqual([
      expect.stringMatching(new RegExp(`^security left-out GitRepository/b/a .*: ${field} changed`)),
    ]);
  });

  test('is not named where it looks more often', () => {
    expect(impacts(source(', interval: 10m'), source(', interval: 1m, timeout: 20s'))).toEqual([]);
  });

  test('is a notice where it looks less often', () => {
    expect(impacts(source(', interval: 1m'), source(', interval: 720h'))).toEqual([
      expect.stringMatching(/^notice .*changes: interval/),
    ]);
  });

  test('is a notice where it is new', () => {
    expect(impacts('', source(''))).toEqual([expect.stringMatching(/^notice /)]);
  });
});

describe('metadata of what applies a folder', () => {
  const withMetadata = (text: string, more: string) => text.replace('name: fleet,', `name: fleet, ${more},`);

  test.each([
    ['suspends Flux', flux(''), 'annotations: { kustomize.toolkit.fluxcd.io/reconcile: disabled }'],
    ['leaves it out of Argo CD', argo(''), 'annotations: { argocd.argoproj.io/skip-reconcile: "true" }'],
    ['gives it to another Flux', flux(''), 'labels: { sharding.fluxcd.io/key: other }'],
  ])('that %s weighs security', (_, text, more) => {
    expect(impacts(text, withMetadata(text, more))).toEqual([
      expect.stringMatching(/^security .*metadata\.(annotations|labels) changed/),
    ]);
  });

  test('that orders nothing is not named', () => {
    expect(impacts(flux(''), withMetadata(flux(''), 'labels: { team: a }'))).toEqual([]);
  });
});

describe('a file that can not be read here', () => {
  const unreadable = (text: string) => {
    const file = { path: 'flux/extra.yaml', text };
    return unreadableImpacts('infra/dist', [file], parseManifests([file])).map(
      ({ weight, object }) => `${weight} ${object}`,
    );
  };
  const broken = '# a\u2028b\n';

  test.each([
    ['names Flux', `${broken}${flux('')}`],
    [
      'names it by escapes',
      `${broken}${flux('').replaceAll('fluxcd', '"flu\\x78cd"').replaceAll('kustomiz', 'k')}`,
    ],
    ['spells words by tags', `${broken}kind: !!binary S3VzdG9taXphdGlvbg==\n`],
  ])('weighs security where it %s', (_, text) => {
    expect(unreadable(text)).toEqual(['security flux/extra.yaml']);
  });

  test('is not named where it names nothing that applies, or can be read', () => {
    expect(unreadable(`${broken}a: b\n`)).toEqual([]);
    expect(unreadable(flux(''))).toEqual([]);
  });

  test('is read by what it says, not by how it is written', () => {
    const escaped = flux(PATCH).replace('kind: Kustomization', 'kind: "\\u004bustomization"');
    expect(impacts(flux(''), escaped)).toEqual([expect.stringMatching(/^security .*patches changed/)]);
  });
});

test('an Application of Argo CD that patches the folder, or ignores what differs, is named', () => {
  expect(impacts(argo(''), argo(', kustomize: { patches: [] }'))).toEqual([
    expect.stringMatching(/^security left-out Application\/argocd\/fleet .*source changed/),
  ]);
  expect(impacts(argo(''), argo('', ', ignoreDifferences: [{ kind: NetworkPolicy }]'))).toEqual([
    expect.stringMatching(/^security .*ignoreDifferences/),
  ]);
  expect(impacts(argo(''), argo('', ', revisionHistoryLimit: 3'))).toEqual([
    expect.stringMatching(/^notice /),
  ]);
  expect(impacts('', argo(''))).toEqual([expect.stringMatching(/^notice /)]);
  expect(impacts('', argo(', kustomize: { patches: [] }'))).toEqual([expect.stringMatching(/^security /)]);
});

test('a kustomization.yaml that names the folder, or stands above it, is named', () => {
  const file = 'infra/kustomization.yaml';
  expect(impacts('resources: [dist]\n', 'resources: [dist]\npatches: [{ path: x.yaml }]\n', file)).toEqual([
    expect.stringMatching(/^security left-out infra\/kustomization\.yaml: .*patches changed/),
  ]);
  expect(impacts('resources: [dist]\n', 'resources: [other]\n', file)).toEqual([
    expect.stringMatching(/^security .*resources changed/),
    expect.stringMatching(/^disruptive .*no longer lists dist/),
  ]);
  expect(impacts('resources: [a]\n', 'resources: [b]\n', 'apps/kustomization.yaml')).toEqual([]);
  expect(impacts('resources: [../infra/dist]\n', 'resources: []\n', 'apps/kustomization.yaml')).toHaveLength(
    2,
  );
});

test('a new kustomization that takes what stands in no review weighs security', () => {
  const file = 'infra/kustomization.yaml';
  expect(impacts('', 'resources: [dist]\n', file)).toEqual([expect.stringMatching(/^notice /)]);
  expect(impacts('', 'resources: [dist, "https://example.com/a.yaml"]\n', file)).toEqual([
    expect.stringMatching(/^security .*resources added/),
  ]);
  expect(impacts('', 'resources: [dist, "github.com/acme/base?ref=v1"]\n', file)).toEqual([
    expect.stringMatching(/^security .*resources added/),
  ]);
});

describe('metrics and alerts, which a fleet runs without', () => {
  const OWN = "'{cluster/*,monitoring/*}'";
  const application = (directory: string, path = 'infra/dist/acme') =>
    argo(directory === '' ? '' : `, directory: { ${directory} }`).replace('infra/dist', path);
  const old = application('recurse: true, exclude: cluster/*');
  const now = application(`recurse: true, exclude: ${OWN}`);

  test('may be left out by the Application of a fleet: they go with that, and no guard does', () => {
    expect(impacts(old, now)).toEqual([
      expect.stringMatching(/^notice .*It leaves out monitoring\/ now: metrics and alerts go, unless/),
    ]);
  });

  test('may be taken in again', () => {
    expect(impacts(now, old)).toEqual([expect.stringMatching(/^notice .*is applied changes: source\.$/)]);
  });

  test('may be left out by a new Application, as init writes it', () => {
    expect(impacts('', now)).toEqual([expect.stringMatching(/^notice .*: It is new/)]);
    expect(impacts('', old)).toEqual([expect.stringMatching(/^notice .*: It is new/)]);
  });

  test('have a unit of their own, which may wait for another one', () => {
    const unit = flux(', dependsOn: [{ name: base }]', './infra/dist/acme/monitoring');
    expect(impacts('', unit)).toEqual([expect.stringMatching(/^notice .*: It is new/)]);
  });

  test.each([
    ['above all fleets, where it is a fleet of that name', `recurse: true, exclude: ${OWN}`, 'infra/dist'],
    ['with other folders', "recurse: true, exclude: '{monitoring/*,runners/*}'", 'infra/dist/acme'],
    ['with more that the pattern holds for', "recurse: true, exclude: 'monitoring*'", 'infra/dist/acme'],
    ['with folders below no longer read', `recurse: false, exclude: ${OWN}`, 'infra/dist/acme'],
    ['with an include', `recurse: true, include: base/*, exclude: ${OWN}`, 'infra/dist/acme'],
  ])('are not what else is left out: %s', (_name, directory, path) => {
    const before = application('recurse: true, exclude: cluster/*', path);
    expect(impacts(before, application(directory, path))).toEqual([
      expect.stringMatching(/^security .*source changed/),
    ]);
    if (path !== 'infra/dist/acme') return;
    expect(impacts('', application(directory, path))).toEqual([
      expect.stringMatching(/^security .*source added/),
    ]);
  });
});
