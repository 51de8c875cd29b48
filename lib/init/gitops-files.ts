import { below, type PlannedFile, type Project } from './project';

/** What makes Flux or Argo CD apply the folders of the fleet: a file that nothing renders and nothing reads by itself. */
export function gitopsFiles(project: Project): readonly PlannedFile[] {
  const { folder, gitops, name } = project;
  if (gitops === 'none') return [];
  const text = gitops === 'flux' ? fluxFile(project) : argoFile(project);
  return [{ path: below(folder, `${gitops}/${name}.yaml`), text }];
}

function fluxFile(project: Project): string {
  const { folder, name, gitRepository: source, repositoryUrl } = project;
  const unit = `gitlab-runners-${name}`;
  const path = (part: string) => `./${below(folder, `dist/${name}/${part}`)}`;
  return [
    `# Makes the Flux of cluster ${clusterOf(project)} apply this fleet. Apply it once with kubectl apply -f, or copy it to a`,
    '# folder that this Flux reads. The three units, and their order: docs/flux.md of gitlab-runner-fleet.',
    ...(repositoryUrl === undefined ? [] : [gitRepositoryObject(project, repositoryUrl), '---']),
    kustomization({
      name: `${unit}-base`,
      after: [],
      source,
      path: path('base'),
      timeout: '5m',
      wait: false,
    }),
    '---',
    kustomization({
      name: `${unit}-karpenter`,
      after: [],
      source,
      path: path('karpenter'),
      timeout: '5m',
      wait: true,
    }),
    '---',
    kustomization({
      name: unit,
      after: [`${unit}-base`, `${unit}-karpenter`],
      source,
      path: path('runners'),
      timeout: '15m',
      wait: true,
    }),
    ...laterOn(
      kustomization({
        name: `${unit}-monitoring`,
        after: [`${unit}-base`],
        source,
        path: path('monitoring'),
        timeout: '5m',
        wait: false,
      }),
    ),
    '',
  ].join('\n');
}

/** A unit of a folder that few fleets have, and without which it fails: as a comment. */
function laterOn(manifest: string): readonly string[] {
  return [
    '# Metrics and alerts, for a fleet with the option monitoring: delete the # at the start of each line below once the folder',
    '# monitoring/ is in git. The cluster needs the prometheus-operator. docs/monitoring.md of gitlab-runner-fleet has more.',
    '#---',
    ...manifest.split('\n').map((line) => `#${line}`),
  ];
}

/** A private repository needs a `secretRef`, which is left to its owner. */
function gitRepositoryObject({ folder, gitRepository }: Project, url: string): string {
  return [
    'apiVersion: source.toolkit.fluxcd.io/v1',
    'kind: GitRepository',
    'metadata:',
    `  name: ${plainOrQuoted(gitRepository)}`,
    '  namespace: flux-system',
    'spec:',
    '  interval: 5m',
    `  url: ${JSON.stringify(url)}`,
    '  ref:',
    '    branch: main',
    // What is below an ignored folder can't be taken back in.
    ...(folder === '' ? ['  ignore: |', '    /*', '    !/dist'] : []),
    '  # A private repository needs a Secret with its credentials:',
    '  # secretRef:',
    `  #   name: ${plainOrQuoted(gitRepository)}`,
  ].join('\n');
}

interface Unit {
  readonly name: string;
  /** Units that are applied before it. */
  readonly after: readonly string[];
  readonly source: string;
  readonly path: string;
  readonly timeout: string;
  /** Whether it is ready only when its objects are. */
  readonly wait: boolean;
}

function kustomization({ name, after, source, path, timeout, wait }: Unit): string {
  return [
    'apiVersion: kustomize.toolkit.fluxcd.io/v1',
    'kind: Kustomization',
    'metadata:',
    `  name: ${name}`,
    '  namespace: flux-system',
    'spec:',
    ...(after.length === 0 ? [] : ['  dependsOn:', ...after.map((one) => `    - name: ${one}`)]),
    '  sourceRef:',
    '    kind: GitRepository',
    `    name: ${plainOrQuoted(source)}`,
    `  path: ${path}`,
    '  interval: 1h',
    '  retryInterval: 2m',
    `  timeout: ${timeout}`,
    '  prune: true',
    `  wait: ${wait}`,
  ].join('\n');
}

/** What stands in an Application until someone writes the address of the repository. */
const UNKNOWN_REPOSITORY = 'https://gitlab.example.com/change/me.git';

/** Folders that the Application of the fleet leaves out: for whoever provisions the cluster, and for one of their own. */
const NOT_OF_FLEET = "'{cluster/*,monitoring/*}'";

function argoFile(project: Project): string {
  const { folder, name } = project;
  const path = below(folder, `dist/${name}`);
  return [
    `# Makes the Argo CD of cluster ${clusterOf(project)} apply this fleet: kubectl apply -f this file once, or copy it to a folder`,
    '# that it reads.',
    application(project, `gitlab-runners-${name}`, path, [
      '    directory:',
      '      recurse: true',
      `      exclude: ${NOT_OF_FLEET}`,
    ]),
    ...laterOn(application(project, `gitlab-runners-${name}-monitoring`, `${path}/monitoring`)),
    '',
  ].join('\n');
}

function application(
  { repositoryUrl }: Project,
  name: string,
  path: string,
  directory: readonly string[] = [],
): string {
  return [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Application',
    'metadata:',
    `  name: ${name}`,
    '  namespace: argocd',
    'spec:',
    '  project: default',
    '  source:',
    `    repoURL: ${JSON.stringify(repositoryUrl ?? UNKNOWN_REPOSITORY)}`,
    '    targetRevision: main',
    `    path: ${path}`,
    ...directory,
    '  destination:',
    '    server: https://kubernetes.default.svc',
    '  syncPolicy:',
    '    automated:',
    '      prune: true',
    '      selfHeal: true',
    '    syncOptions:',
    '      - ServerSideApply=true',
  ].join('\n');
}

function clusterOf({ name, clusterName }: Project): string {
  return clusterName ?? name;
}

/** A name as YAML reads it back: some words and numbers are not texts without quotes. */
function plainOrQuoted(name: string): string {
  return /^[a-z].*-/.test(name) ? name : JSON.stringify(name);
}
