import { canonicalConfig } from '../gitlab-runner/config/canonical';
import { givenEntry, registeredEntry } from '../gitlab-runner/register';
import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type ConfigText, configTexts, hasRunners, tableOfConfig, textsOfObject } from './config-texts';
import { type FilledConfig, filledConfig } from './config-variables';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
import { type ManagerStart, managerStartOf, pathOfVariable, registrationIn } from './registrations';
import { isFilledIn } from './run-time-values';
import { isWorkload, podSpecOf, sourcesOfVolume } from './workloads';

/** What a runner reads as its config.toml: a file of an object, or what registration makes of one for a manager. */
export interface RunnerConfig {
  /** The object that holds the file; the workload itself where it registers without one. */
  readonly manifest: Manifest;
  /** Way to the text. */
  readonly path: FieldPath;
  readonly text: string;
  /** The parsed file, as the process has it once it runs; undefined with a syntax error. */
  readonly parsed: Fields | undefined;
  /** Whether a script writes it, so that a shell puts in its variables. */
  readonly isScripted: boolean;
  /** Whether registration adds to it what it has to know of GitLab. */
  readonly isTemplate: boolean;
  /** Why it doesn't parse, and the line in the file of YAML. */
  readonly syntax: { readonly reason: string; readonly line: number } | undefined;
  /** Workloads that run it; the one that registers with it, for a template. */
  readonly managers: readonly Manifest[];
  /** The `Runner` of GitLab's operator that it belongs to, which makes the manager. */
  readonly operated: Manifest | undefined;
  /** Where keys stand that come from variables of the manager, by their place in the file. */
  readonly given: ReadonlyMap<string, { readonly manifest: Manifest; readonly path: FieldPath }>;
  /** Variables that something fills in before the runner reads it: values that are not known, and defaults in their place. */
  readonly variables: Pick<FilledConfig, 'open' | 'defaults'>;
  /** What registration ignores in a template: its entries are not one, or it has keys of the process. */
  readonly unused: { readonly entries: number; readonly keys: readonly string[] };
  /** Entries without url and token, in a file to which registration adds an entry of its own. */
  readonly stray: readonly Fields[];
}

/** The config.toml files among manifests, with the workloads that run them. */
export function configsOf(manifests: readonly Manifest[]): readonly RunnerConfig[] {
  const starts = manifests.flatMap((one) => managerStartOf(one, manifests) ?? []);
  const mounting = startsByMount(starts);
  const configs = configTexts(manifests).flatMap((file) =>
    configsOfFile(file, startsOf(file.manifest, starts, mounting), manifests),
  );
  const read = new Set(configs.filter(({ stray }) => stray.length === 0).flatMap(({ managers }) => managers));
  const bare = starts.filter((start) => !read.has(start.workload) && registersAlone(start));
  return [...configs, ...bare.map((start) => bareConfig(start, manifests))];
}

/** Whether a workload registers, and by flags and variables alone. */
function registersAlone({ calls }: ManagerStart): boolean {
  return calls.length > 0 && calls.every(({ template }) => !template);
}

/** Workloads that start gitlab-runner with a config that is not among the manifests. */
export function unreadManagers(
  configs: readonly RunnerConfig[],
  manifests: readonly Manifest[],
): readonly Manifest[] {
  const read = new Set(configs.flatMap(({ managers }) => managers));
  return manifests.filter((one) => !read.has(one) && managerStartOf(one, manifests)?.runsRunner === true);
}

/** Whether a workload mounts a ConfigMap or a Secret. */
export function mounts(workload: Manifest, object: Manifest): boolean {
  if (workload.namespace !== object.namespace) return false;
  return mountedBy(workload).has(mountKey(object));
}

function mountKey({ kind, name }: Manifest): string {
  return `${kind} ${name}`;
}

const mounted = new WeakMap<Manifest, ReadonlySet<string>>();

function mountedBy(workload: Manifest): ReadonlySet<string> {
  const known =
    mounted.get(workload) ?? new Set(listOf(podSpecOf(workload).volumes).flatMap(sourcesOfVolume));
  mounted.set(workload, known);
  return known;
}

function startsByMount(starts: readonly ManagerStart[]): ReadonlyMap<string, readonly ManagerStart[]> {
  const found = new Map<string, ManagerStart[]>();
  for (const start of starts)
    for (const key of mountedBy(start.workload)) found.set(key, [...(found.get(key) ?? []), start]);
  return found;
}

/** The workloads that hold an object, or mount it. */
function startsOf(
  object: Manifest,
  starts: readonly ManagerStart[],
  mounting: ReadonlyMap<string, readonly ManagerStart[]>,
): readonly ManagerStart[] {
  if (isWorkload(object)) return starts.filter(({ workload }) => workload === object);
  return (mounting.get(mountKey(object)) ?? []).filter(
    ({ workload }) => workload.namespace === object.namespace,
  );
}

function configsOfFile(
  file: ConfigText,
  own: readonly ManagerStart[],
  manifests: readonly Manifest[],
): readonly RunnerConfig[] {
  const operated = operatorOf(file.manifest, manifests);
  if (operated) return known(file, [readTemplate(file, undefined, operated, manifests)]);
  const registers = ({ calls }: ManagerStart) =>
    calls.some(({ template }) => template !== undefined && template.split('/').pop() === file.key);
  const isTemplate = file.key?.endsWith('.template.toml') || own.some(registers);
  if (!isTemplate) return known(file, [readFile(file, own)]);
  const managers = own.length > 0 ? own : [undefined];
  return managers.map((start) => readTemplate(file, start, undefined, manifests));
}

/** What a shell writes may not be TOML before it has put in its variables. */
function known({ isScripted }: ConfigText, configs: readonly RunnerConfig[]): readonly RunnerConfig[] {
  return isScripted ? configs.filter(({ syntax }) => syntax === undefined) : configs;
}

const NOTHING = {
  parsed: undefined,
  syntax: undefined,
  isScripted: false,
  operated: undefined,
  given: new Map(),
  unused: { entries: 1, keys: [] },
  stray: [],
  variables: { open: [], defaults: [] },
};

function readFile(file: ConfigText, own: readonly ManagerStart[]): RunnerConfig {
  const { manifest, path, text, isScripted } = file;
  const managers = own.map(({ workload }) => workload);
  const config = { ...NOTHING, manifest, path, text, isScripted, isTemplate: false, managers };
  const read = parsedOf(file);
  const entries = listOf(fieldsOf(read.parsed).runners).map(fieldsOf);
  const isStray = own.some(registersAlone) && entries.every(({ url, token }) => !url && !token);
  if (read.parsed === undefined || entries.length === 0 || !isStray) return { ...config, ...read };
  return { ...config, ...read, parsed: { ...read.parsed, runners: [] }, stray: entries };
}

function parsedOf({
  manifest,
  path,
  text,
  isScripted,
}: ConfigText): Pick<RunnerConfig, 'parsed' | 'syntax' | 'variables'> {
  try {
    const { table, ...variables } = filledConfig(text, isScripted || isFilledIn(manifest));
    return { parsed: canonicalConfig(table), syntax: undefined, variables };
  } catch (error) {
    const { line, message } = error as { line?: number; message: string };
    const reason = message.split('\n')[0].replace(/ at row \d+.*$/, '');
    const { variables } = NOTHING;
    return {
      parsed: undefined,
      variables,
      syntax: { reason, line: manifest.lineOf(path) + 1 + (line ?? 0) },
    };
  }
}

/** A template as it is once a manager has registered with it, or an object of the operator has. */
function readTemplate(
  file: ConfigText,
  start: ManagerStart | undefined,
  operated: Manifest | undefined,
  manifests: readonly Manifest[],
): RunnerConfig {
  const { manifest, path, text, isScripted } = file;
  const config = { ...NOTHING, manifest, path, text, isScripted, isTemplate: true, operated };
  const managers = start ? [start.workload] : [];
  const { parsed, syntax, variables: filled } = parsedOf(file);
  if (parsed === undefined) return { ...config, managers, syntax };
  const { runners, ...keys } = parsed;
  const globals = operated ? operatorGlobals(operated) : globalsBeside(manifest, start, manifests);
  const containers = (start?.containers ?? []).filter(({ mounted }) =>
    mounted.has(`${manifest.kind} ${manifest.name}`),
  );
  const { entry, variables } = operated
    ? { entry: operatorEntry(operated, manifests), variables: new Map<string, string>() }
    : givenEntry(registrationIn(containers, start?.calls ?? []));
  const entries = listOf(runners).map((template) => registeredEntry(entry, fieldsOf(template)));
  return {
    ...config,
    managers,
    variables: filled,
    parsed: { ...globals, runners: entries },
    given: placesOf(variables, containers, start),
    unused: {
      entries: entries.length,
      keys: Object.keys(keys).filter((key) => JSON.stringify(keys[key]) !== JSON.stringify(globals[key])),
    },
  };
}

/** What a workload registers by flags and variables alone. */
function bareConfig(start: ManagerStart, manifests: readonly Manifest[]): RunnerConfig {
  const containers = [...new Set(start.calls.map(({ container }) => container))];
  const { entry, variables } = givenEntry(registrationIn(containers, start.calls));
  return {
    ...NOTHING,
    manifest: start.workload,
    path: containers[0].path,
    text: '',
    isTemplate: true,
    managers: [start.workload],
    parsed: {
      ...globalsBeside(start.workload, start, manifests),
      runners: [registeredEntry(entry, { kubernetes: {} })],
    },
    given: placesOf(variables, containers, start),
  };
}

function placesOf(
  variables: ReadonlyMap<string, string>,
  containers: ManagerStart['containers'],
  start: ManagerStart | undefined,
): RunnerConfig['given'] {
  return new Map(
    [...variables].flatMap(([key, name]) => {
      const path = pathOfVariable(name, containers);
      return start && path ? [[`runners[0].${key}`, { manifest: start.workload, path }] as const] : [];
    }),
  );
}

/** What holds for the whole process: a file without runners beside a template, or elsewhere in what its manager mounts. */
function globalsBeside(
  manifest: Manifest,
  start: ManagerStart | undefined,
  manifests: readonly Manifest[],
): Fields {
  const mounted = manifests.filter((one) => start && one !== manifest && mounts(start.workload, one));
  const file = [manifest, ...mounted]
    .flatMap(textsOfObject)
    .find(({ key, text }) => key?.endsWith('.toml') && !key.endsWith('.template.toml') && !hasRunners(text));
  return file === undefined ? {} : fieldsOf(tableOfConfig(file.text));
}

/** The `Runner` of the operator that names a ConfigMap as its template. */
function operatorOf(configMap: Manifest, manifests: readonly Manifest[]): Manifest | undefined {
  return ofKind(manifests, 'Runner').find(
    ({ apiVersion, namespace, body }) =>
      apiVersion.startsWith('apps.gitlab.com/') &&
      namespace === configMap.namespace &&
      configMap.kind === 'ConfigMap' &&
      at(body, ['spec', 'config']) === configMap.name,
  );
}

/** What the operator starts a manager with. @see GitLab Runner Operator, docs/configuration/configuring_runner_operator.md */
function operatorGlobals({ body }: Manifest): Fields {
  const { concurrent = 10, interval } = fieldsOf(body.spec);
  return { concurrent, ...(interval !== undefined && { check_interval: interval }) };
}

/** Any image does where the object names none: the operator has one of its own. */
const OPERATOR_IMAGE = 'alpine:latest';

function operatorEntry({ body, namespace, name }: Manifest, manifests: readonly Manifest[]): Fields {
  const spec = fieldsOf(body.spec);
  const environment = ofKind(manifests, 'ConfigMap').find(
    (one) => one.name === spec.env && one.namespace === namespace,
  );
  const variables = Object.entries(textsOf(environment?.body.data)).map(([key, value]) => ({
    name: key,
    value,
  }));
  const { entry } = givenEntry({ variables, flags: [] });
  const defaults = {
    name,
    url: textOf(spec.gitlabUrl) ?? '',
    executor: 'kubernetes',
    kubernetes: {
      namespace,
      image: textOf(spec.buildImage) ?? OPERATOR_IMAGE,
      ...(typeof spec.helperImage === 'string' && { helper_image: spec.helperImage }),
    },
  };
  return registeredEntry(entry, defaults);
}
