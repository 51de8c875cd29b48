import { recursiveSources } from '../../lib/init/argo-sources';

/** An Application whose source has these fields. */
const application = (source: string) => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: root }
spec:
  source: { ${source} }
`;
const RECURSE = 'directory: { recurse: true }';
const paths = (text: string, folder = 'clusters/prod/runners', address?: string) =>
  recursiveSources(text, folder, address).map(({ path }) => path);

describe('an Application that reads all folders', () => {
  test.each([
    ['above the project', 'path: clusters/prod', ['clusters/prod']],
    ['as the project itself', 'path: ./clusters/prod/runners/', ['clusters/prod/runners']],
    ['at the top', 'path: .', ['']],
    ['beside the project', 'path: clusters/staging', []],
    ['of a longer name', 'path: clusters/pro', []],
    ['below the project', 'path: clusters/prod/runners/argo', []],
  ])('%s', (_, source, expected) => {
    expect(paths(application(`${source}, ${RECURSE}`))).toEqual(expected);
  });

  test('has a name, and may be one of many documents and sources', () => {
    const text = `${application('path: apps')}---\nkind: Application\nmetadata: { name: all }\nspec: { sources: [{ path: apps }, { path: clusters, ${RECURSE} }] }\n`;
    expect(recursiveSources(text, 'clusters/runners')).toEqual([
      { object: 'Application/all', path: 'clusters' },
    ]);
  });

  test('reads nothing of the project without recurse, by include, or by exclude', () => {
    expect(paths(application('path: clusters/prod'))).toEqual([]);
    expect(paths(application('path: clusters/prod, directory: { recurse: false }'))).toEqual([]);
    const only = (rest: string) => application(`path: clusters/prod, directory: { recurse: true, ${rest} }`);
    expect(paths(only("include: '{apps,infra}/*'"))).toEqual([]);
    expect(paths(only("exclude: '{runners/*,old/*}'"))).toEqual([]);
    expect(paths(only("exclude: 'runners/package.json'"))).toEqual(['clusters/prod']);
    expect(paths(only("include: '*.yaml'"))).toEqual(['clusters/prod']);
  });

  test('of another repository is none of its business, by whatever protocol either is named', () => {
    const text = application(
      `repoURL: 'git@gitlab.acme.test:platform/gitops.git', path: clusters, ${RECURSE}`,
    );
    const of = (address?: string) => paths(text, 'clusters/runners', address);
    expect(of('https://gitlab.acme.test/platform/gitops')).toEqual(['clusters']);
    expect(of(undefined)).toEqual(['clusters']);
    expect(of('https://gitlab.acme.test/shop/gitops.git')).toEqual([]);
  });
});

describe('an ApplicationSet that reads all folders', () => {
  const set = (generators: string, path: string) => `kind: ApplicationSet
metadata: { name: all }
spec:
  generators: ${generators}
  template: { spec: { source: { path: '${path}', ${RECURSE} } } }
`;

  test.each(['{{path}}', '{{ .path.path }}'])('of each folder that Git has, as %s', (path) => {
    const git = '[{ git: { directories: [{ path: clusters/* }, { path: clusters/old, exclude: true }] } }]';
    expect(paths(set(git, path))).toEqual(['clusters/prod']);
    expect(paths(set(git, path), 'clusters/old/runners')).toEqual([]);
    expect(paths(set(git, path), 'runners/prod')).toEqual([]);
  });

  test('of folders in a matrix, and of folders that another parameter names', () => {
    const matrix =
      '[{ matrix: { generators: [{ clusters: {} }, { git: { directories: [{ path: clusters/* }] } }] } }]';
    expect(paths(set(matrix, '{{path}}'))).toEqual(['clusters/prod']);
    expect(paths(set('[{ clusters: {} }]', 'clusters/{{name}}'))).toEqual(['clusters/prod']);
    expect(paths(set('[{ clusters: {} }]', 'fleets/{{name}}'))).toEqual([]);
  });
});

test.each([
  ['a template of a chart', 'kind: Application\nspec:\n  {{- if .Values.x }}\n'],
  ['another kind', 'kind: Kustomization\nspec: { source: { path: ., directory: { recurse: true } } }\n'],
  ['no object', 'recurse: true\n---\n- 1\n---\n'],
])('%s has no source', (_, text) => {
  expect(paths(text)).toEqual([]);
});
