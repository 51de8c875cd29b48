import { parseManifests } from '../../lib/cluster/parse';
import { laidOverImpacts } from '../../lib/diff/laid-over';

type Files = Readonly<Record<string, string>>;

const impacts = (files: Files, ...changed: readonly string[]) =>
  laidOverImpacts(
    'infra/dist',
    parseManifests(Object.entries(files).map(([path, text]) => ({ path, text }))),
    changed,
  ).map(({ id, weight, object, what }) => `${weight} ${id} ${object}: ${what}`);

const says = (object: string, ...files: readonly string[]) =>
  `security left-out ${object}: infra/dist/ is applied in another way: ${files.join(', ')} ${files.length === 1 ? 'changes, which is' : 'change, which are'} laid over it.`;

const PROD = 'overlays/prod/kustomization.yaml';

describe('a file that a kustomization names is named with the weight security where it changes', () => {
  test.each<[what: string, fields: string, file: string]>([
    ['a patch', 'patches: [{ path: patch.yaml }]', 'overlays/prod/patch.yaml'],
    ['a patch of another folder', 'patches: [{ path: ../../patches/a.yaml }]', 'patches/a.yaml'],
    ['a patch in the old form', 'patchesStrategicMerge: [patch.yaml]', 'overlays/prod/patch.yaml'],
    ['a JSON patch', 'patchesJson6902: [{ path: patch.json }]', 'overlays/prod/patch.json'],
    ['a replacement', 'replacements: [{ path: r.yaml }]', 'overlays/prod/r.yaml'],
    ['a transformer', 'transformers: [t.yaml]', 'overlays/prod/t.yaml'],
    [
      'a file of a ConfigMap',
      'configMapGenerator: [{ name: a, files: [config.toml=c.toml] }]',
      'overlays/prod/c.toml',
    ],
  ])('%s', (_, fields, file) => {
    const files = { [PROD]: `resources: [../../infra/dist]\n${fields}\n` };
    expect(impacts(files, file)).toEqual([says(PROD, file)]);
    expect(impacts(files, 'overlays/prod/other.yaml')).toEqual([]);
  });

  test('a file of a component, and one that the component names', () => {
    const files = {
      [PROD]: 'resources: [../../infra/dist]\ncomponents: [../../components/open]\n',
      'components/open/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{ path: ../shared/p.yaml }]\n',
    };
    expect(impacts(files, 'components/open/kustomization.yaml')).toEqual([
      says(PROD, 'components/open/kustomization.yaml'),
    ]);
    expect(impacts(files, 'components/shared/p.yaml')).toEqual([
      says('components/open/kustomization.yaml', 'components/shared/p.yaml'),
    ]);
  });

  test('one of an overlay of an overlay', () => {
    const files = {
      [PROD]: 'resources: [../base]\npatches: [{ path: p.yaml }]\n',
      'overlays/base/kustomization.yaml': 'resources: [../../infra/dist/acme]\n',
    };
    expect(impacts(files, 'overlays/prod/p.yaml')).toEqual([says(PROD, 'overlays/prod/p.yaml')]);
  });

  test('a component of a Kustomization of Flux', () => {
    const files = {
      'flux/fleet.yaml':
        'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: fleet, namespace: flux-system }\nspec: { path: ./infra/dist, components: [../components/a] }\n',
    };
    expect(impacts(files, 'infra/components/a/kustomization.yaml')).toEqual([
      says('flux/fleet.yaml', 'infra/components/a/kustomization.yaml'),
    ]);
  });

  test('but not one that is laid over something else', () => {
    const files = { 'apps/kustomization.yaml': 'resources: [web]\npatches: [{ path: p.yaml }]\n' };
    expect(impacts(files, 'apps/p.yaml', 'infra/README.md')).toEqual([]);
  });
});
