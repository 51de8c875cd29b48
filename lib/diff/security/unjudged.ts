import { mounts } from '../../cluster/config-files';
import { displayName, type Manifest } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { fleetOfObject } from '../../cluster/tiers';
import { isWorkload } from '../../cluster/workloads';
import {
  LOCKED_ANNOTATION,
  PROTECTED_ANNOTATION,
  RUNNER_KEY,
  TAGS_ANNOTATION,
  UNTAGGED_ANNOTATION,
} from '../../contract';
import { at, type Fields, isTable, textOf, textsOf } from '../../values/record';
import { withoutCleanupVariables } from '../cleanup-variables';
import { type FieldChange, fieldChanges, type LeftOut } from '../field-changes';
import { type FieldPattern, withoutFields } from '../left-out-fields';
import { type ChangedObject, type Comparison, type Impact, impact, objectOf, type Rule } from '../rule';
import { all } from './all-names';
import { withoutCertificates } from './certificates';
import { isAddedLimit, unjudgedOfConfig } from './judged-config';
import { JUDGED_FIELDS, JUDGED_OF_NEW } from './judged-fields';
import { groupKindOf } from './known-objects';
import { isUnknown } from './unknown-object';

/** Fields that no rule judges, and that nobody has found harmless. */
export const unjudged: Rule = {
  id: 'unjudged',
  title: 'A field that no other rule judges may weaken the fleet in a way that is not known here.',
  run: (comparison) => [
    ...comparison.changes.flatMap((change) => fieldImpacts(change, comparison)),
    ...unread(comparison),
  ],
};

const WHY = 'It is not among the fields that are known to be harmless, or that another rule judges.';

function fieldImpacts(change: ChangedObject, comparison: Comparison): Impact[] {
  const { before, after } = change;
  const key = groupKindOf(objectOf(change));
  const judged = Object.hasOwn(JUDGED_FIELDS, key) ? JUDGED_FIELDS[key] : undefined;
  // All of an object that is not the fleet's is to be read, which unknown-object says.
  if (!after || !judged || isUnknown(change, comparison)) return [];
  const parts = before
    ? [
        ...changedParts(change, judged, comparison),
        ...loosened(before, after),
        ...otherTags(before, after, comparison),
      ]
    : newParts(after, judged, comparison);
  if (parts.length === 0) return [];
  const what = before
    ? `No other rule judges what changes here: ${all(parts)}.`
    : `Unlike others of its kind: ${all(parts)}.`;
  return [impact('unjudged', 'security', change, what, WHY)];
}

function changedParts(
  change: ChangedObject,
  judged: readonly FieldPattern[],
  { changes }: Comparison,
): readonly string[] {
  const names = new Map(
    (isWorkload(objectOf(change)) ? changes : []).flatMap(({ before, after }) =>
      before?.kind === 'ConfigMap' && after && before.namespace === objectOf(change).namespace
        ? [[before.name, after.name] as const]
        : [],
    ),
  );
  const leftOut: LeftOut = {
    ofObject: (body, side) =>
      withoutFields(
        withoutCleanupVariables(withoutCertificates(side === 'before' ? withConfigNames(body, names) : body)),
        judged,
      ),
    ofConfig: (table) => unjudgedOfConfig(table),
  };
  return fieldChanges(change, leftOut)
    .filter((field) => !isEmptied(field, change.fields) && !isAddedLimit(field))
    .map((field) => formatChange(field, change.fields));
}

/** Whether a table comes or goes of which nothing is left but what is judged. */
function isEmptied({ path, before, after }: FieldChange, shown: readonly FieldChange[]): boolean {
  const isEmpty = (value: string | undefined) => value === undefined || value === '{}';
  const isWritten = shown.some(
    (field) => field.path === path && (field.before === '{}' || field.after === '{}'),
  );
  return isEmpty(before) && isEmpty(after) && !isWritten;
}

function formatChange({ path, before, after }: FieldChange, shown: readonly FieldChange[]): string {
  // A size that is left out of the comparison stands among the fields that are shown.
  const own = shown.find((field) => field.path === path);
  const [old, now] = [own?.before ?? before, own?.after ?? after];
  if (after === undefined) return `${shortPath(path)} was ${cut(old)} and is gone`;
  return `${shortPath(path)} is ${cut(now)}, before ${old === undefined ? 'nothing' : cut(old)}`;
}

/** The most characters of a value: a long one must not push the next field out of sight. */
const MOST_OF_VALUE = 100;

function cut(value = ''): string {
  const more = value.length - MOST_OF_VALUE;
  return more > 0 ? `${value.slice(0, MOST_OF_VALUE)}... (${more} characters more)` : value;
}

/** Without the name of the runner, so that what changes in many of them is said once. */
function shortPath(path: string): string {
  return path.replace(/(> )runners\[[\w-]+\]\.(?=.)/, '$1');
}

/** The body of a workload with other names of the ConfigMaps that it mounts: a config.toml is compared under both. */
function withConfigNames(body: unknown, names: ReadonlyMap<string, string>): unknown {
  const volumes = at(body, ['spec', 'template', 'spec', 'volumes']);
  if (names.size === 0 || !Array.isArray(volumes)) return body;
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed);
    if (!isTable(value)) return value;
    const own = isTable(value.configMap) ? value.configMap : undefined;
    const name = names.get(textOf(own?.name) ?? '');
    const rest = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item)]));
    return own && name !== undefined ? { ...rest, configMap: { ...own, name } } : rest;
  };
  const { spec, ...others } = body as { spec: { template: { spec: Fields } } };
  const pod = { ...spec.template.spec, volumes: renamed(volumes) };
  return { ...others, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}

/** What the description says of the runner in GitLab, with the value that holds more. */
const REGISTRATION = [
  [PROTECTED_ANNOTATION, 'true'],
  [LOCKED_ANNOTATION, 'true'],
  [UNTAGGED_ANNOTATION, 'false'],
] as const;

/** Tags on an object of a runner that its manager does not have: rules read them on either. */
function otherTags(
  before: Manifest,
  after: Manifest,
  { after: { manifests } }: Comparison,
): readonly string[] {
  const [old, now] = [before, after].map(({ body }) => textsOf(at(body, ['metadata', 'annotations'])));
  const runner = textsOf(at(after.body, ['metadata', 'labels']))[RUNNER_KEY];
  if (isWorkload(after) || runner === undefined || old[TAGS_ANNOTATION] === now[TAGS_ANNOTATION]) return [];
  const isSaid = manifests.some(
    (one) =>
      isWorkload(one) &&
      at(one.body, ['metadata', 'labels', RUNNER_KEY]) === runner &&
      at(one.body, ['metadata', 'annotations', TAGS_ANNOTATION]) === now[TAGS_ANNOTATION],
  );
  const [was, is] = [old, now].map((own) => own[TAGS_ANNOTATION]);
  return isSaid
    ? []
    : [`${TAGS_ANNOTATION} is ${is ?? 'gone'}, before ${was ?? 'nothing'}, unlike that of its manager`];
}

function loosened(before: Manifest, after: Manifest): readonly string[] {
  const [old, now] = [before, after].map(({ body }) => textsOf(at(body, ['metadata', 'annotations'])));
  const looser = REGISTRATION.filter(
    ([key, strict]) =>
      (old[key] === strict || (old[key] === undefined && now[key] !== undefined)) && now[key] !== strict,
  ).map(([key]) => key);
  // Without it, no rule knows whose jobs the runner takes; one without any tag says so by an empty text.
  const isUnsaid =
    isWorkload(after) && old[TAGS_ANNOTATION] !== undefined && now[TAGS_ANNOTATION] === undefined;
  return [...looser, ...(isUnsaid ? [TAGS_ANNOTATION] : [])].map(
    (key) => `${key} is ${now[key] ?? 'gone'}, before ${old[key] ?? 'nothing'}`,
  );
}

/** What an object has that no other of its kind had, and what all of them had that it lacks. */
function newParts(
  manifest: Manifest,
  judged: readonly FieldPattern[],
  { before, after }: Comparison,
): readonly string[] {
  if (before.manifests.length === 0) return [];
  const own = leavesOf(manifest, judged, after);
  // A ConfigMap without a config.toml is like none of those that have one.
  const isConfig = manifest.kind !== 'ConfigMap' || isAlike(manifest, after);
  const { known, common, registrations } = isConfig ? othersOf(manifest, judged, before) : NO_OTHERS;
  const paths = pathsOf(own);
  return [
    ...own
      .filter((leaf) => !idsOf(leaf).some((id) => known.has(id)))
      .map(({ path, after: now }) => `${shortPath(path)} is ${cut(now)}`),
    ...common.filter((leaf) => !isAmong(leaf, paths)).map(({ path }) => `it has no ${shortPath(path)}`),
    ...registrations
      .filter((registration) => !strictOf(manifest).includes(registration))
      .map((registration) => `it does not have ${registration}`),
  ];
}

/** What objects of a kind have: each value that one of them has, and the ways that all of them have. */
interface Others {
  readonly known: ReadonlySet<string>;
  readonly common: readonly Leaf[];
  /** What the descriptions of all of them say of their runners in GitLab. */
  readonly registrations: readonly string[];
}

const NO_OTHERS: Others = { known: new Set(), common: [], registrations: [] };

const others = new WeakMap<Subject, Map<string, Others>>();

/** What those of a kind had that were there before; worked out once, since many may be new. */
function othersOf(manifest: Manifest, judged: readonly FieldPattern[], before: Subject): Others {
  const kinds = others.get(before) ?? new Map<string, Others>();
  others.set(before, kinds);
  const key = `${groupKindOf(manifest)} ${fleetOfObject(manifest) ?? ''}`;
  const found = kinds.get(key) ?? readOthers(manifest, judged, before);
  kinds.set(key, found);
  return found;
}

function readOthers(manifest: Manifest, judged: readonly FieldPattern[], before: Subject): Others {
  const key = groupKindOf(manifest);
  const alike = before.manifests.filter((one) => groupKindOf(one) === key && isAlike(one, before));
  const fleet = fleetOfObject(manifest);
  // Fleets of one cluster are tiers of trust: what another one has does not count.
  const own = fleet === undefined ? [] : alike.filter((one) => fleetOfObject(one) === fleet);
  const peers = own.length > 0 ? own : alike;
  const leaves = peers.map((one) => leavesOf(one, judged, before));
  const ofTwins = twinsOf(key, alike, before).map((one) => leavesOf(one, judged, before));
  return {
    known: new Set([...leaves, ...ofTwins].flatMap((list) => list.flatMap(idsOf))),
    common: commonLeaves(leaves),
    registrations: inAll(peers.map(strictOf)),
  };
}

/** Kinds of node classes, which say the same of networks and names. */
const TWINS: Readonly<Record<string, string>> = {
  'eks.amazonaws.com/NodeClass': 'karpenter.k8s.aws/EC2NodeClass',
  'karpenter.k8s.aws/EC2NodeClass': 'eks.amazonaws.com/NodeClass',
};

/** Node classes of the other kind, where a fleet had none of this one: it moves to EKS Auto Mode, or back. */
function twinsOf(key: string, alike: readonly Manifest[], before: Subject): readonly Manifest[] {
  if (alike.length > 0 || TWINS[key] === undefined) return [];
  return before.manifests.filter((one) => groupKindOf(one) === TWINS[key]);
}

/** The leaves whose way each of some objects has. */
function commonLeaves([first = [], ...rest]: readonly (readonly Leaf[])[]): readonly Leaf[] {
  const paths = rest.map(pathsOf);
  return first.filter((leaf) => paths.every((one) => isAmong(leaf, one)));
}

/** What is in each of some lists. */
function inAll([first = [], ...rest]: readonly (readonly string[])[]): readonly string[] {
  const sets = rest.map((list) => new Set(list));
  return [...new Set(first)].filter((one) => sets.every((set) => set.has(one)));
}

/** What the description of a runner says that holds more, for example `gitlab-runner-fleet/protected: true`. */
function strictOf({ body }: Manifest): readonly string[] {
  const annotations = textsOf(at(body, ['metadata', 'annotations']));
  return REGISTRATION.filter(([key, strict]) => annotations[key] === strict).map(
    ([key, strict]) => `${key}: ${strict}`,
  );
}

/** Whether an object of a kind that may be anything is what a runner has. */
function isAlike(manifest: Manifest, { configs, runners }: Subject): boolean {
  if (manifest.kind === 'ConfigMap') return configs.some((config) => config.manifest === manifest);
  return !manifest.apiVersion.startsWith('apps/') || runners.some(({ manager }) => manager === manifest);
}

/**
 * A value of an object that is new: `path` and `after` without the name of its runner, `own` as they stand there. A runner may be
 * called as any word of its config, so that both count.
 */
interface Leaf extends FieldChange {
  readonly own: FieldChange;
}

interface Paths {
  readonly plain: ReadonlySet<string>;
  readonly own: ReadonlySet<string>;
}

function idsOf({ path, after, own }: Leaf): readonly string[] {
  return [path, own.path].flatMap((way) => [`${way}=${after}`, `${way}=${own.after}`]);
}

function pathsOf(leaves: readonly Leaf[]): Paths {
  return { plain: new Set(leaves.map(({ path }) => path)), own: new Set(leaves.map(({ own }) => own.path)) };
}

function isAmong({ path, own }: Leaf, paths: Paths): boolean {
  return paths.plain.has(path) || paths.own.has(own.path);
}

/** What no rule judges of an object that is new, without the names that follow from that of its runner. */
function leavesOf(manifest: Manifest, judged: readonly FieldPattern[], subject: Subject): readonly Leaf[] {
  const names = new Map(
    (isWorkload(manifest) ? subject.configs : [])
      .filter((config) => config.manifest.kind === 'ConfigMap' && mounts(manifest, config.manifest))
      .map(({ manifest: { name } }) => [name, '(its config)'] as const),
  );
  const leftOut: LeftOut = {
    ofObject: (body) =>
      withoutFields(withoutCertificates(withConfigNames(body, names)), [...judged, ...JUDGED_OF_NEW]),
    ofConfig: (table) => unjudgedOfConfig(table, true),
  };
  const labels = textsOf(at(manifest.body, ['metadata', 'labels']));
  const runner = labels[RUNNER_KEY];
  const plain = (text: string) => (runner ? withoutName(text, runner) : text);
  return fieldChanges({ before: undefined, after: manifest }, leftOut)
    .filter(({ after }) => after !== '{}')
    .map((own) => ({
      path: plain(own.path),
      before: undefined,
      after: own.after && plain(own.after),
      own,
    }));
}

/** A text without a name, where it stands as a word of its own: `runner-x-token`, and not `executor`. */
function withoutName(text: string, name: string): string {
  return text
    .split(name)
    .reduce((done, rest) =>
      /[A-Za-z0-9]$/.test(done) || /^[A-Za-z0-9]/.test(rest)
        ? `${done}${name}${rest}`
        : `${done}(runner)${rest}`,
    );
}

/** Runners that are there as before, and whose config nobody reads any more. */
function unread({ before, after }: Comparison): Impact[] {
  const workloads = new Map(after.manifests.map((one) => [identityIn(one), one]));
  const entries = new Map<string, ObservedRunner[]>();
  for (const runner of after.runners)
    if (runner.manager) {
      const key = identityIn(runner.manager);
      entries.set(key, [...(entries.get(key) ?? []), runner]);
    }
  const seen = new Set<string>();
  return before.runners.flatMap(({ manager, name }): Impact[] => {
    if (!manager) return [];
    const key = identityIn(manager);
    const now = entries.get(key) ?? [];
    if (!workloads.has(key) || now.length > 0 || seen.has(key)) return [];
    seen.add(key);
    const what = `The config of its runner ${name} was read here before, and is not any more: nothing judges its jobs.`;
    const why = 'No file here that it mounts is a config.toml with runners.';
    return [{ id: 'unjudged', weight: 'security', object: displayName(manager), what, why }];
  });
}

function identityIn({ kind, namespace, name }: Manifest): string {
  return [kind, namespace, name].join('/');
}
