import { existsSync, readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import { DEFAULT_FLEET, type Manifest, manifests, sealedTokens, VARIED_FLEET } from '../fleets';

/** The manifests that the pages print, for Flux and for Argo CD. */
const PAGES = ['flux', 'argo-cd'].map((page) => readFileSync(`docs/${page}.md`, 'utf8'));
const all: Manifest[] = [...PAGES.join('\n').matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text]) =>
  parseAllDocuments(text).map((document) => document.toJS()),
);
/** What applies the folder of metrics and alerts, which few fleets have. */
const isOfMonitoring = ({ metadata }: Manifest) => metadata.name.endsWith('-monitoring');
const printed = all.filter((manifest) => !isOfMonitoring(manifest));
const ofKind = (kind: string) => printed.filter((manifest) => manifest.kind === kind);
const objects = [DEFAULT_FLEET, VARIED_FLEET].flatMap((fleet) => manifests(fleet, sealedTokens(fleet)));
const isOfCleanup = ({ metadata }: Manifest) =>
  metadata.labels['app.kubernetes.io/component'] === 'orphan-cleanup';
const ofManagers = objects.filter((object) => !isOfCleanup(object));
const annotationsOf = ({ metadata }: Manifest): Record<string, string> => metadata.annotations ?? {};

test('the pages print a repository, three Kustomizations and an Application', () => {
  expect(printed.map(({ kind }) => kind)).toEqual([
    'GitRepository',
    'Kustomization',
    'Kustomization',
    'Kustomization',
    'Application',
  ]);
});

test('Kustomizations point at folders that are rendered, at the repository, and prune and wait within a time', () => {
  const [repository] = ofKind('GitRepository');
  for (const { spec } of ofKind('Kustomization')) {
    expect(existsSync(spec.path)).toBe(true);
    expect(spec.sourceRef).toEqual({ kind: 'GitRepository', name: repository.metadata.name });
    expect(spec).toMatchObject({ prune: true, timeout: expect.stringMatching(/^\d+m$/) });
  }
});

test('metrics and alerts are applied by units of their own, after the namespaces, and nothing waits for them', () => {
  const [unit, application] = all.filter(isOfMonitoring);
  const [base] = ofKind('Kustomization');
  expect(unit.kind).toBe('Kustomization');
  expect(unit.spec).toMatchObject({
    path: './dist/production/monitoring',
    dependsOn: [{ name: base.metadata.name }],
    sourceRef: base.spec.sourceRef,
    prune: true,
    wait: false,
  });
  expect(application.kind).toBe('Application');
  const [whole] = ofKind('Application');
  expect(application.spec.source).toEqual({
    repoURL: whole.spec.source.repoURL,
    targetRevision: whole.spec.source.targetRevision,
    path: `${whole.spec.source.path}/monitoring`,
  });
  expect(application.spec.syncPolicy).toEqual(whole.spec.syncPolicy);
});

test('runners come after their namespaces and the pools that they need', () => {
  const [base, pools, runners] = ofKind('Kustomization');
  for (const { spec } of [base, pools]) expect(spec.dependsOn).toBeUndefined();
  expect(runners.spec.dependsOn).toEqual([base, pools].map(({ metadata }) => ({ name: metadata.name })));
});

test('nothing waits for objects that become ready with the first pod that uses them', () => {
  expect(ofKind('Kustomization').map(({ spec }) => [spec.path, spec.wait])).toEqual([
    ['./dist/production/base', false],
    ['./dist/production/karpenter', true],
    ['./dist/production/runners', true],
  ]);
});

test('a Kustomization of your own comes after the namespaces and never after the managers that wait for it', () => {
  const page = readFileSync('docs/extend.md', 'utf8');
  const [own] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)]
    .map(([, text]) => parse(text))
    .filter(({ kind }) => kind === 'Kustomization');
  const [base] = ofKind('Kustomization');
  expect(own.spec.dependsOn).toEqual([{ name: base.metadata.name }]);
  expect(page).toContain(`- name: ${own.metadata.name}`);
});

test.each(['flux', 'extend', 'tokens'])('units that %s names are called as init calls them', (page) => {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  const named = [
    ...text.matchAll(
      /(?:Kustomizations? |kustomization |dependsOn:\n +- name: |[Dd]epend on )`?(gitlab-runners[\w<>-]*)/g,
    ),
  ].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(
    named.filter((name) => !/^gitlab-runners-(production|<fleet>)(-base|-karpenter)?$/.test(name)),
  ).toEqual([]);
});

test('the Application reads every folder below the fleet but what is for others or has a unit of its own', () => {
  const [{ spec }] = ofKind('Application');
  expect(existsSync(spec.source.path)).toBe(true);
  expect(spec.source.directory).toEqual({ recurse: true, exclude: '{cluster/*,monitoring/*}' });
  expect(existsSync('examples/fargate/dist/production/cluster/clusterconfig.yaml')).toBe(true);
  expect(spec.syncPolicy.syncOptions).toContain('ServerSideApply=true');
});

test('whatever holds a variable is kept from substitution', () => {
  const holding = objects.filter((object) => /\$\{|\$\$/.test(JSON.stringify(object)));
  expect(holding.length).toBeGreaterThan(4);
  for (const object of holding)
    expect(annotationsOf(object)).toMatchObject({ 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' });
});

test('a variable that a patch brings is kept from substitution, unless the patch says otherwise', () => {
  const userData = '#!/bin/bash\necho ${HOSTNAME}\n';
  const classesOf = (metadata?: object) =>
    manifests({ ...DEFAULT_FLEET, patches: { EC2NodeClass: { metadata, spec: { userData } } } }).filter(
      ({ kind }) => kind === 'EC2NodeClass',
    );
  const key = 'kustomize.toolkit.fluxcd.io/substitute';
  expect(classesOf().length).toBeGreaterThan(0);
  for (const object of classesOf()) expect(annotationsOf(object)[key]).toBe('disabled');
  for (const object of classesOf({ annotations: { [key]: 'enabled' } }))
    expect(annotationsOf(object)[key]).toBe('enabled');
  for (const object of manifests(DEFAULT_FLEET).filter(({ kind }) => kind === 'EC2NodeClass'))
    expect(annotationsOf(object)[key]).toBeUndefined();
});

test.each([
  ['flux', 0],
  ['argo-cd', 1],
])(
  'what is left of a removed runner is deleted, says %s, by labels that no runner of another fleet has',
  (_, page) => {
    const [, selector] =
      /kubectl delete serviceaccount,role,rolebinding,sealedsecret [^\n]*\\\n +-l (\S+)/.exec(PAGES[page]) ??
      [];
    const labels = selector.split(',').map((label) => label.split('='));
    expect(labels.map(([, value]) => value)).toEqual(['<fleet>', '<runner>']);
    const kinds = ['ServiceAccount', 'Role', 'RoleBinding', 'SealedSecret'];
    for (const { kind, metadata } of ofManagers.filter((object) => kinds.includes(object.kind))) {
      const values = labels.map(([key]) => metadata.labels[key]);
      expect([kind, values]).toEqual([kind, [expect.stringMatching(/./), expect.stringMatching(/./)]]);
    }
  },
);

test('rights and tokens outlive the managers that need them: Flux and Argo CD leave them', () => {
  const kinds = ['Role', 'RoleBinding', 'SealedSecret', 'ServiceAccount', 'Namespace'];
  for (const object of ofManagers.filter(({ kind }) => kinds.includes(kind)))
    expect(annotationsOf(object)).toMatchObject({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'argocd.argoproj.io/sync-options': 'Delete=false,Prune=false',
      'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    });
});

test('nothing drains under the rights of the orphan cleanup, so that they go with it', () => {
  const kinds = objects.filter(isOfCleanup).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['CronJob', 'Role', 'RoleBinding', 'ServiceAccount']));
  for (const object of objects.filter(isOfCleanup)) expect(annotationsOf(object)).toEqual({});
});

test('Argo CD makes namespaces first, rights second, managers last, and nothing waits for a placeholder', () => {
  const waveOf = (object: Manifest) => Number(annotationsOf(object)['argocd.argoproj.io/sync-wave'] ?? 0);
  const waves = (kind: string) => new Set(ofManagers.filter((object) => object.kind === kind).map(waveOf));
  expect([...waves('Namespace')]).toEqual([-2]);
  for (const kind of ['ServiceAccount', 'Role', 'RoleBinding']) expect([...waves(kind)]).toEqual([-1]);
  for (const kind of ['Deployment', 'SealedSecret', 'ConfigMap']) expect([...waves(kind)]).toEqual([0]);
});
