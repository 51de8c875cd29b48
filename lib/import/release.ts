import { isSopsCiphertext } from '../cluster/sops';
import { merge } from '../values/merge';
import { at, type Fields, fieldsOf, isTable, listOf, textOf } from '../values/record';
import type { Line } from './line';

/** A release of GitLab Runner's chart, in whatever format. */
export interface Release {
  /** The file, and the object in it. */
  readonly place: string;
  readonly name: string;
  /** Undefined if the source does not name it. */
  readonly namespace: string | undefined;
  /** Release of the chart, or a range of them; undefined if the source does not name it. */
  readonly chart?: string | undefined;
  readonly values: Fields;
  readonly lines: readonly Line[];
}

/** What a release may take values from: files by their paths, and objects of the cluster. */
export interface Beside {
  /** Values of a file that ends with this path; undefined where none does. */
  readonly file: (path: string) => Fields | undefined;
  /** The text below a key of a ConfigMap or a Secret; undefined where none is among the files. */
  readonly key: (kind: string, name: string, key: string) => string | undefined;
  /** The table in a text of YAML; undefined where it is not one. */
  readonly parse: (text: string) => Fields | undefined;
}

/** Why a text of SOPS says nothing here, and what to do. */
export const ENCRYPTED =
  'it is encrypted by SOPS: give the file decrypted, for example sops --decrypt values.yaml | npx runner-fleet import -';

const CHART = /(?:^|\/)gitlab-runner(?:[:@]|$)/;

/** Whether a name or an address means the chart of GitLab Runner. */
export function isChart(name: unknown): boolean {
  return CHART.test(textOf(name) ?? '');
}

/** Values as Helm merges them: tables key by key, lists whole, and null takes a key away. */
export function mergedValues(...layers: readonly Fields[]): Fields {
  return fieldsOf(
    layers.reduce<unknown>((below, one) => merge(below, one, { nulls: 'remove', lists: 'replace' }), {}),
  );
}

/**
 * A value at a path as `--set` writes it: `runners.cache.secretName`, `tolerations[0].key`, `a\.b`.
 *
 * @param isText whether a number and a truth value stay texts, as with `--set-string`
 */
export function setValue(values: Fields, path: string, value: unknown, isText = false): Fields {
  const steps = (path.match(/(?:\\.|[^.[\]\\])+/g) ?? []).map((step) => step.replace(/\\(.)/g, '$1'));
  return fieldsOf(withStep(values, steps, isText ? value : typed(value)));
}

/** Largest index of a list that Helm accepts. */
const MOST_ITEMS = 65_536;

function withStep(target: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (/^\d+$/.test(step) && Number(step) <= MOST_ITEMS && !isTable(target)) {
    const list = [...listOf(target)];
    list[Number(step)] = withStep(list[Number(step)], rest, value);
    return list;
  }
  return { ...fieldsOf(target), [step]: withStep(fieldsOf(target)[step], rest, value) };
}

/** `--set` reads numbers and truth values out of texts. */
function typed(value: unknown): unknown {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

/** The releases in an object or a helmfile; none in anything else. */
export function releasesIn(document: unknown, place: string, beside: Beside): readonly Release[] {
  const { apiVersion, kind } = fieldsOf(document);
  const group = String(apiVersion ?? '').split('/')[0];
  const name = textOf(at(document, ['metadata', 'name'])) ?? 'gitlab-runner';
  const at_ = `${place} ${String(kind)}/${name}`;
  if (kind === 'HelmRelease' && group === 'helm.toolkit.fluxcd.io')
    return fluxRelease(fieldsOf(document), at_, name, beside);
  if (kind === 'Application' && group === 'argoproj.io')
    return argoReleases(at(document, ['spec']), at_, name, beside);
  if (kind === 'ApplicationSet' && group === 'argoproj.io')
    return argoReleases(at(document, ['spec', 'template', 'spec']), at_, name, beside);
  if (kind === 'HelmChart' && group === 'helm.cattle.io')
    return k3sRelease(fieldsOf(document), at_, name, beside);
  if (kind === 'Kustomization' || (kind === undefined && isTable(document) && 'helmCharts' in document))
    return kustomizeReleases(fieldsOf(document), place, beside);
  return kind === undefined ? helmfileReleases(fieldsOf(document), place, beside) : [];
}

function fluxRelease(
  { metadata, spec }: Fields,
  place: string,
  name: string,
  beside: Beside,
): readonly Release[] {
  const { chart, chartRef, releaseName, targetNamespace, values, valuesFrom } = fieldsOf(spec);
  if (!isChart(at(chart, ['spec', 'chart'])) && !isChart(fieldsOf(chartRef).name)) return [];
  const sources = listOf(valuesFrom).map((one) => valuesOfReference(fieldsOf(one), beside));
  return [
    {
      place,
      name: textOf(releaseName) ?? name,
      namespace: textOf(targetNamespace) ?? textOf(fieldsOf(metadata).namespace),
      chart: textOf(at(chart, ['spec', 'version'])),
      values: mergedValues(...sources.map((one) => one.values), fieldsOf(values)),
      lines: sources.flatMap((one) => one.lines),
    },
  ];
}

function valuesOfReference(
  { kind, name, valuesKey, targetPath, optional }: Fields,
  beside: Beside,
): { values: Fields; lines: readonly Line[] } {
  const key = textOf(valuesKey) ?? 'values.yaml';
  const from = `valuesFrom ${String(kind)}/${String(name)} ${key}`;
  const text = beside.key(String(kind), String(name), key);
  if (text === undefined) {
    const why =
      optional === true
        ? 'it is optional and not among the given files'
        : 'it is not among the given files: name its file too';
    return { values: {}, lines: [unread(from, why)] };
  }
  if (isSopsCiphertext(text)) return { values: {}, lines: [unread(from, ENCRYPTED)] };
  if (typeof targetPath === 'string') return { values: setValue({}, targetPath, text.trimEnd()), lines: [] };
  const values = beside.parse(text);
  return values ? { values, lines: [] } : { values: {}, lines: [unread(from, 'it is not a YAML mapping')] };
}

function argoReleases(spec: unknown, place: string, name: string, beside: Beside): readonly Release[] {
  const { source, sources, destination } = fieldsOf(spec);
  return [source, ...listOf(sources)]
    .filter((one) => isChart(fieldsOf(one).chart))
    .map((one) => {
      const { releaseName, values, valuesObject, parameters, valueFiles } = fieldsOf(fieldsOf(one).helm);
      const files = filesOf(listOf(valueFiles), beside);
      const text = typeof values === 'string' ? beside.parse(values) : undefined;
      const layers = mergedValues(...files.values, text ?? {}, fieldsOf(valuesObject));
      return {
        place,
        name: textOf(releaseName) ?? name,
        namespace: textOf(fieldsOf(destination).namespace),
        chart: textOf(fieldsOf(one).targetRevision),
        values: withParameters(layers, listOf(parameters)),
        lines: files.lines,
      };
    });
}

function withParameters(values: Fields, parameters: readonly unknown[]): Fields {
  return parameters.reduce<Fields>((all, one) => {
    const { name, value, forceString } = fieldsOf(one);
    return typeof name === 'string' ? setValue(all, name, value, forceString === true) : all;
  }, values);
}

/** Files of values, those of another repository (`$values/...`) by the end of their path. */
function filesOf(
  paths: readonly unknown[],
  beside: Beside,
): { values: readonly Fields[]; lines: readonly Line[] } {
  const read = paths.map((path) => {
    const name = String(path).replace(/^\$\w+\//, '');
    return { name, values: beside.file(name) };
  });
  return {
    values: read.map(({ values }) => values).filter((one) => one !== undefined),
    lines: read
      .filter(({ values }) => values === undefined)
      .map(({ name }) => unread(`values of ${name}`, 'the file is not among those given: name it too')),
  };
}

function k3sRelease(
  { metadata, spec }: Fields,
  place: string,
  name: string,
  beside: Beside,
): readonly Release[] {
  const { chart, version, valuesContent, values, set, targetNamespace } = fieldsOf(spec);
  if (!isChart(chart)) return [];
  const given = typeof valuesContent === 'string' ? beside.parse(valuesContent) : undefined;
  const flags = Object.entries(fieldsOf(set)).map(([key, value]) => ({ name: key, value }));
  const namespace = textOf(targetNamespace) ?? textOf(fieldsOf(metadata).namespace);
  const merged = withParameters(mergedValues(given ?? {}, fieldsOf(values)), flags);
  return [{ place, name, namespace, chart: textOf(version), values: merged, lines: [] }];
}

function kustomizeReleases(kustomization: Fields, place: string, beside: Beside): readonly Release[] {
  return listOf(kustomization.helmCharts)
    .map(fieldsOf)
    .filter(({ name }) => isChart(name))
    .map(({ releaseName, namespace, version, valuesInline, valuesFile, additionalValuesFiles }) => {
      const files = filesOf([...(valuesFile ? [valuesFile] : []), ...listOf(additionalValuesFiles)], beside);
      return {
        place: `${place} helmCharts`,
        name: textOf(releaseName) ?? 'gitlab-runner',
        namespace: textOf(namespace) ?? textOf(kustomization.namespace),
        chart: textOf(version),
        values: mergedValues(...files.values, fieldsOf(valuesInline)),
        lines: files.lines,
      };
    });
}

function helmfileReleases({ releases }: Fields, place: string, beside: Beside): readonly Release[] {
  return listOf(releases)
    .map(fieldsOf)
    .filter(({ chart }) => isChart(chart))
    .map(({ name, namespace, version, values, set }) => {
      const files = filesOf(
        listOf(values).filter((one) => typeof one === 'string'),
        beside,
      );
      const inline = listOf(values).filter(isTable);
      return {
        place: `${place} release ${String(name)}`,
        name: textOf(name) ?? 'gitlab-runner',
        namespace: textOf(namespace),
        chart: textOf(version),
        values: withParameters(mergedValues(...files.values, ...inline), listOf(set)),
        lines: files.lines,
      };
    });
}

function unread(from: string, why: string): Line {
  return { kind: 'unread', runner: undefined, from, why };
}
