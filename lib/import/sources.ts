import type { Manifest, SourceFile } from '../cluster/manifest';
import { type ObservedRunner, observe, type Subject } from '../cluster/observe';
import { manifestsOf, parseManifests } from '../cluster/parse';
import { readYaml } from '../cluster/read-yaml';
import { isSopsCiphertext } from '../cluster/sops';
import type { FileLine, Problem } from '../problem';
import { asDnsLabel } from '../values/label';
import { at, type Fields, fieldsOf, isTable, textOf, textsOf } from '../values/record';
import { chartObjects } from './chart-objects';
import { isChartValue } from './chart-values';
import { withoutCiphertexts } from './encrypted';
import type { Line } from './line';
import { operatorLines, valuesOfOperator } from './operator';
import { withOwnNames } from './own-names';
import { type Beside, type Release, releasesIn } from './release';
import { releasesInTerraform } from './terraform';
import { restOfManager, valuesOfManager } from './values-of-manager';

/** A runner as it runs today, with everything that configures it. */
export interface SourceRunner {
  readonly place: string;
  readonly name: string;
  /** One for each of its managers; a runner without a manager counts once. */
  readonly runners: readonly ObservedRunner[];
  /** The given values of the chart, or those that a workload amounts to. */
  readonly values: Fields;
  /** Release of the chart, if the source names it. */
  readonly chart?: string | undefined;
  /** Whether the values were given, not derived from a workload. */
  readonly isRelease: boolean;
  readonly lines: readonly Line[];
}

/** Everything that files contain about runners. */
export interface Sources {
  readonly runners: readonly SourceRunner[];
  /** NodePools and node classes among the files. */
  readonly nodes: readonly Manifest[];
  /** Every other object among the files, and those that releases render. */
  readonly manifests: readonly Manifest[];
  readonly lines: readonly Line[];
  /** Files that can't be read. */
  readonly faults: readonly Problem<FileLine>[];
}

const NODE_KINDS = ['NodePool', 'EC2NodeClass', 'NodeClass', 'NodeOverlay'];

/** Renders a release with Helm: the YAML of its objects. */
export type RenderRelease = (release: Release) => string;

/**
 * Reads runners out of whatever describes them: values, releases, rendered charts, a config.toml, objects of a cluster.
 *
 * @param render renders releases; without it, `chartObjects` does
 */
export function readSources(files: readonly SourceFile[], render?: RenderRelease): Sources {
  const texts = files
    .filter(({ unreadable }) => unreadable === undefined)
    // The runner and Terraform ignore the byte order mark that some editors write first.
    .map((file) => ({ ...file, text: file.text.replace(/^\ufeff/, '') }));
  const documents = texts.flatMap(documentsOf);
  const used = new Set<string>();
  const beside = besideOf(documents, used);
  const described = [
    ...documents.flatMap(({ body, path }) => releasesIn(body, path, beside)),
    ...texts
      .filter(({ path }) => path.endsWith('.tf'))
      .flatMap(({ path, text }) => releasesInTerraform(text, path, beside)),
  ];
  const releases = [...described, ...valuesReleases(documents.filter(({ path }) => !used.has(path)))].map(
    withoutCiphertexts,
  );
  const { manifests, faults } = parseManifests(files.filter(({ path }) => !/\.(?:toml|tf)$/.test(path)));
  const nodes = manifests.filter(({ kind }) => NODE_KINDS.includes(kind));
  const rest = [
    ...manifests.filter((one) => !isRelease(one) && !used.has(`${one.kind}/${one.name}`)),
    ...operatorConfigs(manifests),
    ...texts.filter(isToml).flatMap(configMapOf),
  ];
  const subject = observe(rest);
  const rendered = releases.map((release) => renderedRelease(release, nodes, render));
  return {
    runners: [...rendered.map(({ runner }) => runner), ...runnersOfObjects(subject)],
    nodes,
    manifests: [...rest, ...rendered.flatMap(({ manifests }) => manifests)],
    lines: otherLines(subject),
    faults,
  };
}

interface FileDocument {
  readonly path: string;
  readonly body: unknown;
}

function documentsOf({ path, text }: SourceFile): readonly FileDocument[] {
  if (/\.(?:toml|tf)$/.test(path) || isToml({ path, text })) return [];
  try {
    return readYaml(text).documents.flatMap((body) => itemsOf(body).map((item) => ({ path, body: item })));
  } catch {
    // parseManifests reports it.
    return [];
  }
}

/** The objects of a list, as `kubectl get` prints several, or the object itself. */
function itemsOf(body: unknown): readonly unknown[] {
  const { kind, items } = fieldsOf(body);
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)
    ? items.flatMap(itemsOf)
    : [body];
}

function parseTable(text: string): Fields | undefined {
  try {
    const [body] = readYaml(text).documents;
    return isTable(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function besideOf(documents: readonly FileDocument[], used: Set<string>): Beside {
  return {
    file: (name) => {
      const end = name.replace(/^\.?\//, '');
      const found = documents.find(
        ({ path, body }) =>
          isTable(body) && (path === end || path.endsWith(`/${end}`) || end.endsWith(`/${path}`)),
      );
      if (found) used.add(found.path);
      return found && fieldsOf(found.body);
    },
    key: (kind, name, key) => {
      used.add(`${kind}/${name}`);
      const object = documents.find(
        ({ body }) => fieldsOf(body).kind === kind && at(body, ['metadata', 'name']) === name,
      )?.body;
      const plain = { ...textsOf(fieldsOf(object).data), ...textsOf(fieldsOf(object).stringData) }[key];
      const isEncoded = kind === 'Secret' && textsOf(fieldsOf(object).stringData)[key] === undefined;
      return plain !== undefined && isEncoded && !isSopsCiphertext(plain)
        ? Buffer.from(plain, 'base64').toString('utf8')
        : plain;
    },
    parse: parseTable,
  };
}

/** Files of values, also those of a chart that has GitLab Runner's as a dependency. */
function valuesReleases(documents: readonly FileDocument[]): readonly Release[] {
  return documents.flatMap(({ path, body }) => {
    if (!isTable(body) || body.kind !== undefined || body.apiVersion !== undefined) return [];
    const below = ['gitlab-runner', 'gitlabRunner', 'runner']
      .map((key) => body[key])
      .find((one) => isTable(one) && looksLikeValues(one));
    const values = looksLikeValues(body) ? body : fieldsOf(below);
    return Object.keys(values).length === 0
      ? []
      : [{ place: path, name: nameOfFile(path), namespace: undefined, values, lines: [] }];
  });
}

function looksLikeValues(table: Fields): boolean {
  const known = Object.keys(table).filter((key) => isChartValue([key]));
  return (
    isTable(table.runners) ||
    table.gitlabUrl !== undefined ||
    (known.length > 2 && table.concurrent !== undefined)
  );
}

/** A name from a path: the folder of `docker/values.yaml`, or `docker` of `values-docker.yaml`. */
function nameOfFile(path: string): string {
  const parts = path.split('/');
  const base = (parts.pop() ?? '').replace(/\.\w+$/, '');
  const own = base.replace(/[._-]?values[._-]?/, '');
  const folder = parts.pop() ?? '';
  return asDnsLabel(own === '' || own === '-' ? folder.replace(/^\.+$/, '') : own) || 'gitlab-runner';
}

const RELEASE_KINDS = ['HelmRelease', 'Application', 'ApplicationSet', 'HelmChart', 'HelmChartConfig'];

function isRelease({ kind }: Manifest): boolean {
  return RELEASE_KINDS.includes(kind);
}

function isToml({ path, text }: SourceFile): boolean {
  return (
    path.endsWith('.toml') ||
    (!path.endsWith('.tf') &&
      !/^\s*apiVersion\s*:/m.test(text) &&
      /^[ \t]*\[\[\s*runners\s*\]\]/m.test(text) &&
      !/^\s*config:\s*\|/m.test(text))
  );
}

/** A config.toml as the ConfigMap that would hold it. */
function configMapOf({ path, text }: SourceFile): readonly Manifest[] {
  const name = nameOfFile(path.replace(/(?:^|\/)config\.toml$/, '/values.toml'));
  const metadata = { name, namespace: 'default' };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.toml': text } };
  return linesFromText(manifestsOf([object], () => path).manifests);
}

/** Objects around a text that has no line above its first. */
function linesFromText(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.map((manifest) => ({ ...manifest, lineOf: () => 0 }));
}

/** Templates for objects of GitLab's operator without one: the operator makes their config from the object alone. */
function operatorConfigs(manifests: readonly Manifest[]): readonly Manifest[] {
  const bare = manifests.filter(
    ({ kind, apiVersion, body }) =>
      kind === 'Runner' &&
      apiVersion.startsWith('apps.gitlab.com/') &&
      at(body, ['spec', 'config']) === undefined,
  );
  return bare.flatMap((runner) => {
    const name = `${runner.name}-config`;
    (runner.body as { spec?: Record<string, unknown> }).spec = {
      ...fieldsOf(runner.body.spec),
      config: name,
    };
    const data = { 'config.toml': '[[runners]]\n  [runners.kubernetes]\n' };
    const metadata = { name, namespace: runner.namespace };
    return manifestsOf([{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data }], () => runner.file)
      .manifests;
  });
}

function renderedRelease(
  release: Release,
  nodes: readonly Manifest[],
  render: RenderRelease | undefined,
): { readonly runner: SourceRunner; readonly manifests: readonly Manifest[] } {
  const { manifests, lines } = render
    ? { manifests: renderedObjects(release, render), lines: [] }
    : chartObjects(release);
  const subject = observe([...(render ? manifests : linesFromText(manifests)), ...nodes]);
  const runner: SourceRunner = {
    place: release.place,
    name: release.name,
    values: release.values,
    chart: release.chart,
    isRelease: true,
    runners: subject.runners,
    // A config that is not TOML has no file of its own: it is reported in its release.
    lines: [
      ...release.lines,
      ...lines,
      ...otherLines(subject).map((line) => ({
        ...line,
        from: line.from.replace(/^object \d+:(\d+)$/, `${release.place} runners.config, line $1`),
      })),
    ],
  };
  return { runner, manifests };
}

function renderedObjects(release: Release, render: RenderRelease): readonly Manifest[] {
  return parseManifests([{ path: release.place, text: render(release) }]).manifests;
}

function runnersOfObjects(subject: Subject): readonly SourceRunner[] {
  const all = withOwnNames(subject.runners);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => {
    const runners = all.filter((one) => one.name === name);
    const [{ config, manager }] = runners;
    const values = { ...valuesOfManager(runners[0]), ...valuesOfOperator(config.operated) };
    const account = accountOf(runners[0], subject);
    return {
      place: config.manifest.file,
      name: manager === undefined ? name : nameOfManager(name, manager),
      runners,
      values: { ...values, replicas: runners.reduce((sum, { replicas }) => sum + replicas, 0), ...account },
      isRelease: false,
      lines: [...restOfManager(runners[0]).map(restLine), ...operatorLines(config.operated)],
    };
  });
}

function restLine(from: string): Line {
  const why = 'not carried over: write it there if managers still need it';
  return { kind: 'decide', runner: undefined, from, to: 'patches.Deployment', why };
}

/** The name of an entry, or of its workload if registration generates one. */
function nameOfManager(name: string, manager: Manifest): string {
  return /\s|^[0-9a-f-]{20,}$/.test(name) || name === manager.name ? manager.name : name;
}

function accountOf({ managerPod, manager }: ObservedRunner, { manifests }: Subject): Fields {
  const account = manifests.find(
    ({ kind, name, namespace }) =>
      kind === 'ServiceAccount' && name === managerPod.serviceAccountName && namespace === manager?.namespace,
  );
  const annotations = textsOf(at(account?.body, ['metadata', 'annotations']));
  return Object.keys(annotations).length > 0 ? { serviceAccount: { annotations } } : {};
}

/** Entries that make no pods, and configs that can't be read. */
function otherLines({ podless, configs, unread }: Subject): readonly Line[] {
  return [
    ...podless.map(({ name, table }): Line => {
      const executor = textOf((table as unknown as Fields).executor) ?? 'another executor';
      return {
        kind: 'refused',
        runner: name,
        from: 'executor',
        why: `${executor} runs jobs on the machine of the runner, not in pods. Describe a runner with the same tags: keep the images, and replace docker.sock and privileged with dockerInDocker, folders of the machine with volumes, and its cache with cache`,
      };
    }),
    ...configs.flatMap(unusedLines),
    ...configs.flatMap(({ syntax, manifest }): Line[] =>
      syntax
        ? [
            {
              kind: 'unread',
              runner: undefined,
              from: `${manifest.file}:${syntax.line}`,
              why: `it is not valid TOML: ${syntax.reason}`,
            },
          ]
        : [],
    ),
    ...unread.map(
      (one): Line => ({
        kind: 'unread',
        runner: undefined,
        from: `${one.kind}/${one.name}`,
        why: 'it starts GitLab Runner with a config that is not among the given files: name its ConfigMap too',
      }),
    ),
  ];
}

/** The parts of a config that no manager reads: a template is for the one entry that registration makes. */
function unusedLines({ manifest, unused, stray }: Subject['configs'][number]): readonly Line[] {
  const line = (from: string, why: string): Line => ({ kind: 'no-effect', runner: undefined, from, why });
  const more = Array.from({ length: Math.max(0, unused.entries - 1) }, (_, index): Line => {
    const why =
      'a template may hold one entry: with more, registration fails and the manager never starts. Describe a second runner for it';
    return { kind: 'refused', runner: undefined, from: `[[runners]] ${index + 2}`, why };
  });
  return [
    ...more,
    ...unused.keys.map((key) =>
      line(key, 'only [[runners]] of a template is read, and this key is outside it'),
    ),
    ...stray.map((_, index) =>
      line(
        `${manifest.name} [[runners]] ${index + 1}`,
        'it has no token: the manager registers its own entry instead',
      ),
    ),
  ];
}
