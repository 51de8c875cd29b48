import { at, type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';
import { baseName, parentOf } from './file-names';
import { isOfChart } from './helm-values';
import type { Manifest } from './manifest';
import type { OtherManifest } from './parse';

/** What makes a runner once something renders it, and the command that does. */
export interface Unrendered {
  readonly manifest: Manifest;
  /** What it is, as people call it. */
  readonly what: string;
  /** Renders it, and hands the result to this program. */
  readonly command: string;
}

/** Where the chart of GitLab Runner is published. */
const CHART_REPOSITORY = 'https://charts.gitlab.io';
const CHECK = 'npx runner-fleet check -';

/** A release of a chart, wherever it is declared. */
interface Release {
  readonly name: string | undefined;
  readonly chart: string | undefined;
  readonly repository: string | undefined;
  readonly version: string | undefined;
  readonly namespace: string | undefined;
  /** Where its values are written; undefined where it has none. */
  readonly values: string | undefined;
}

/** Objects and files that stand for runners and are not rendered. */
export function unrenderedOf(
  manifests: readonly Manifest[],
  others: readonly OtherManifest[],
): readonly Unrendered[] {
  // Values beside the objects of a chart are those that made them.
  const isRendered = manifests.some(({ body }) => isOfChart(body));
  return [
    ...manifests.flatMap((manifest) => unrenderedObject(manifest, manifests) ?? []),
    ...others.flatMap((other) => unrenderedFile(other, isRendered)),
  ];
}

/**
 * What an object stands for, if that is runners that are not rendered.
 *
 * @param manifests those beside it, which may say where its chart is
 */
export function unrenderedObject(manifest: Manifest, manifests: readonly Manifest[]): Unrendered | undefined {
  const isTemplate = isOpenShiftTemplate(manifest);
  const releaseOf = RELEASES[kindOf(manifest)];
  // Few objects are of these kinds, and only of them the whole text is read.
  if ((!isTemplate && releaseOf === undefined) || !namesRunner(manifest)) return undefined;
  const what = `${/^[AEIOU]/.test(manifest.kind) ? 'an' : 'a'} ${manifest.kind}`;
  if (isTemplate) return { manifest, what, command: `oc process --local -f ${manifest.file} | ${CHECK}` };
  const release = releaseOf?.(manifest, manifests);
  return release && { manifest, what, command: helmTemplate(release) };
}

/** Whether anything in an object speaks of GitLab Runner. */
function namesRunner({ body }: Manifest): boolean {
  return /gitlab-?runner/i.test(JSON.stringify(body));
}

/** A Template of OpenShift, whose parameters are not put in. Its first versions had no group. */
function isOpenShiftTemplate(manifest: Manifest): boolean {
  const { body } = manifest;
  return (
    ['v1/Template', 'template.openshift.io/Template'].includes(kindOf(manifest)) &&
    isTable(listOf(body.objects)[0])
  );
}

function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion.split('/')[0]}/${kind}`;
}

const RELEASES: Readonly<
  Partial<Record<string, (manifest: Manifest, manifests: readonly Manifest[]) => Release | undefined>>
> = {
  'helm.toolkit.fluxcd.io/HelmRelease': fluxRelease,
  'argoproj.io/Application': ({ body, name }) => argoRelease(fieldsOf(body.spec), name),
  'argoproj.io/ApplicationSet': ({ body, name }) =>
    argoRelease(fieldsOf(at(body, ['spec', 'template', 'spec'])), name),
  'helm.cattle.io/HelmChart': ({ body, name, namespace }) => {
    const spec = fieldsOf(body.spec);
    return {
      name,
      chart: textOf(spec.chart),
      repository: textOf(spec.repo),
      version: textOf(spec.version),
      namespace: textOf(spec.targetNamespace) ?? namespace,
      values: spec.valuesContent === undefined ? undefined : 'spec.valuesContent',
    };
  },
  'helm.crossplane.io/Release': ({ body, name }) => {
    const wanted = fieldsOf(at(body, ['spec', 'forProvider']));
    const chart = fieldsOf(wanted.chart);
    return {
      name,
      chart: textOf(chart.name),
      repository: textOf(chart.repository),
      version: textOf(chart.version),
      namespace: textOf(wanted.namespace),
      values: wanted.values === undefined ? undefined : 'spec.forProvider.values',
    };
  },
};

function fluxRelease({ body, name, namespace }: Manifest, manifests: readonly Manifest[]): Release {
  const spec = fieldsOf(body.spec);
  const chart = fieldsOf(at(spec, ['chart', 'spec']));
  const source = fieldsOf(chart.sourceRef ?? spec.chartRef);
  const repository = manifests.find(
    (one) => one.kind === textOf(source.kind) && one.name === textOf(source.name),
  );
  return {
    name: textOf(spec.releaseName) ?? name,
    chart: textOf(chart.chart) ?? textOf(source.name),
    repository: textOf(at(repository?.body, ['spec', 'url'])),
    version: textOf(chart.version),
    namespace: textOf(spec.targetNamespace) ?? namespace,
    values:
      [
        ...(spec.values === undefined ? [] : ['spec.values']),
        ...(spec.valuesFrom === undefined ? [] : ['what spec.valuesFrom names']),
      ].join(' and ') || undefined,
  };
}

function argoRelease(spec: Fields, name: string): Release | undefined {
  const sources = [spec.source, ...listOf(spec.sources)].map(fieldsOf);
  const source =
    sources.find(({ chart }) => chart !== undefined) ?? sources.find(({ path }) => path !== undefined);
  if (source === undefined) return undefined;
  const helm = fieldsOf(source.helm);
  const values = ['values', 'valuesObject', 'valueFiles', 'parameters'].filter(
    (key) => helm[key] !== undefined,
  );
  return {
    name: textOf(helm.releaseName) ?? name,
    chart: textOf(source.chart) ?? textOf(source.path),
    repository: source.chart === undefined ? undefined : textOf(source.repoURL),
    version: source.chart === undefined ? undefined : textOf(source.targetRevision),
    namespace: textOf(fieldsOf(spec.destination).namespace),
    values: values.length > 0 ? `${values.join(' and ')} of its source` : undefined,
  };
}

function helmTemplate({ name, chart, repository, version, namespace, values }: Release): string {
  const isLocal = chart !== undefined && /^\.{0,2}\//.test(chart);
  const isOci = [chart, repository].some((text) => text?.startsWith('oci://'));
  const source =
    repository ?? (baseName(chart ?? '') === 'gitlab-runner' && !isLocal ? CHART_REPOSITORY : undefined);
  const where = isOci ? ociAddress(chart, repository) : (chart ?? '<chart>');
  const words = [
    'helm template',
    name ?? 'gitlab-runner',
    where,
    ...(source !== undefined && !isOci && !isLocal ? [`--repo ${source}`] : []),
    ...(version === undefined ? [] : [`--version '${version}'`]),
    ...(namespace === undefined ? [] : [`--namespace ${namespace}`]),
    ...(values === undefined ? [] : ['--values values.yaml']),
  ];
  const first = values === undefined ? '' : `write ${values} to values.yaml, then: `;
  return `${first}${words.join(' ')} | ${CHECK}`;
}

function ociAddress(chart = '', repository = ''): string {
  if (chart.startsWith('oci://')) return chart;
  return repository.endsWith(`/${chart}`) ? repository : `${repository.replace(/\/$/, '')}/${chart}`;
}

function unrenderedFile(file: OtherManifest, isRendered: boolean): readonly Unrendered[] {
  const folder = parentOf(file.file) || '.';
  const found = (what: string, command: string) => [
    { manifest: file, what, command: `${command} | ${CHECK}` },
  ];
  if (file.other === 'kustomization') return kustomizationOf(file, folder);
  if (file.other === 'chart' && namesRunner(file)) {
    const update = file.body.dependencies === undefined ? '' : `helm dependency build ${folder} && `;
    return found('a chart', `${update}helm template gitlab-runner ${folder}`);
  }
  if (file.other !== 'values') return [];
  if (/^helmfile.*\.ya?ml$/.test(baseName(file.file)) && namesRunner(file))
    return found('a helmfile', `helmfile template --file ${file.file}`);
  if (isRendered || !isRunnerValues(file.body)) return [];
  const chart = `gitlab-runner --repo ${CHART_REPOSITORY}`;
  return found('values of a chart', `helm template gitlab-runner ${chart} --values ${file.file}`);
}

/** Keys that only values of the chart of GitLab Runner have. */
function isRunnerValues(body: Fields): boolean {
  const runners = fieldsOf(body.runners);
  return (
    ['gitlabUrl', 'runnerToken', 'runnerRegistrationToken'].some((key) => body[key] !== undefined) ||
    ['config', 'executor', 'secret', 'jobNamespace'].some((key) => typeof runners[key] === 'string') ||
    isTable(body['gitlab-runner'])
  );
}

/** What Kustomize changes in objects; those that only list resources leave them as they are. */
const CHANGES = [
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'namePrefix',
  'nameSuffix',
  'namespace',
  'replacements',
  'replicas',
  'images',
  'configMapGenerator',
  'secretGenerator',
  'generators',
  'transformers',
  'components',
];

function kustomizationOf(file: OtherManifest, folder: string): readonly Unrendered[] {
  const charts = [...listOf(file.body.helmCharts), ...listOf(file.body.helmChartInflationGenerator)];
  if (charts.length > 0 && namesRunner(file)) {
    const command = `kubectl kustomize --enable-helm ${folder} | ${CHECK}`;
    return [{ manifest: file, what: 'a kustomization with a chart', command }];
  }
  const isComponent = file.body.kind === 'Component';
  if (isComponent || !CHANGES.some((key) => file.body[key] !== undefined)) return [];
  return [{ manifest: file, what: 'a kustomization', command: `kubectl kustomize ${folder} | ${CHECK}` }];
}
