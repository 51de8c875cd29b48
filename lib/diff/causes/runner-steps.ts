import { releaseInImage } from '../../cluster/manager-image';
import { landing, type ObservedRunner } from '../../cluster/observe';
import {
  LOCKED_ANNOTATION,
  PREWARM_ANNOTATION,
  PROTECTED_ANNOTATION,
  TAGS_ANNOTATION,
  TIMEOUT_ANNOTATION,
  UNTAGGED_ANNOTATION,
  WAITING_ANNOTATION,
} from '../../contract';
import { CAPACITY_TYPE_LABEL } from '../../karpenter/labels';
import { has } from '../../karpenter/requirement';
import { formatDuration } from '../../values/duration';
import { looseImage } from '../../values/image';
import type { FieldChange } from '../field-changes';
import { type ChangedObject, objectOf } from '../rule';
import type { CauseKind, Step } from './cause';
import { fieldText, fromTo } from './words';

/** What a field says: its kind, and from what to what; undefined for one that only follows from another. */
export type Said = readonly [kind: CauseKind, text: string] | undefined;

/** Runners that a manager or a config belongs to, and what is asked of them. */
export interface RunnerSides {
  readonly names: readonly string[];
  readonly before: readonly ObservedRunner[];
  readonly after: readonly ObservedRunner[];
}

/** A manager: what each field of its workload says. */
export function managerSteps({ fields }: ChangedObject, { names }: RunnerSides): readonly Step[] {
  // One that waited for its token has its replica with it.
  const waited = fields.some(({ path }) => path.includes(`"${WAITING_ANNOTATION}"`));
  const own = waited ? fields.filter(({ path }) => path !== 'spec.replicas') : fields;
  return stepsOf(own, () => names, managerField);
}

/** A config.toml: the same, each field for the runners of its entry. */
export function configSteps(change: ChangedObject, sides: RunnerSides): readonly Step[] {
  const [compute, capacity] = [computeText(sides), capacityText(sides)];
  const entryOf = (path: string) => {
    const own = sides.names.filter((name) => path.includes(`runners[${name}]`));
    return own.length > 0 ? own : sides.names;
  };
  const say = (field: FieldChange): Said => {
    const said = annotationField(field) ?? configField(field);
    if (said?.[0] !== 'placement') return said;
    if (compute !== undefined) return ['compute', compute];
    return capacity === undefined ? said : ['capacity', capacity];
  };
  // A rename of the file is said by what is in it.
  const fields = change.fields.filter(({ path }) => path !== 'metadata.name');
  return stepsOf(fields, entryOf, say);
}

function stepsOf(
  fields: readonly FieldChange[],
  of: (path: string) => readonly string[],
  say: (field: FieldChange) => Said,
): readonly Step[] {
  return fields.flatMap((field) => {
    const said = say(field);
    return said === undefined ? [] : [{ kind: said[0], of: of(field.path), text: said[1] }];
  });
}

/** Annotations of managers and configs that have a meaning in GitLab. */
export function annotationField(field: FieldChange): Said {
  const { path, before, after } = field;
  const key = /^metadata\.annotations\["(.+)"\]$/.exec(path)?.[1];
  if (key === undefined) return undefined;
  if (key === TAGS_ANNOTATION) return ['tags', tagsText(before, after)];
  if (key === TIMEOUT_ANNOTATION) return ['longest-job', fromTo(...seconds(before, after))];
  if (key === WAITING_ANNOTATION) return ['first-token', ''];
  if (key === PREWARM_ANNOTATION) return ['held-room', fromTo(before, after)];
  const setting = SETTINGS.find((one) => one === key);
  if (setting !== undefined) return ['gitlab-settings', fieldText(setting.split('/')[1], field)];
  return undefined;
}

const SETTINGS = [PROTECTED_ANNOTATION, LOCKED_ANNOTATION, UNTAGGED_ANNOTATION];

function tagsText(before: string | undefined, after: string | undefined): string {
  const [old, now] = [before, after].map((text) => (text ?? '').split(',').filter((tag) => tag !== ''));
  const added = now.filter((tag) => !old.includes(tag)).map((tag) => `+${tag}`);
  const gone = old.filter((tag) => !now.includes(tag)).map((tag) => `-${tag}`);
  return [...added, ...gone].join(' ') || 'another order';
}

function seconds(...values: readonly (string | undefined)[]): [string | undefined, string | undefined] {
  const [before, after] = values.map((value) =>
    value !== undefined && /^\d{1,9}$/.test(value) ? formatDuration(Number(value)) : value,
  );
  return [before, after];
}

/** The release that both images name, where nothing else of them differs. */
function releaseText({ before, after }: FieldChange): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [old, now] = [before, after].map(releaseInImage);
  if (old === undefined || now === undefined || old === now) return undefined;
  const isSame = looseImage(before).path === looseImage(after).path && before.replace(old, now) === after;
  return isSame ? `${old} to ${now}` : undefined;
}

function managerField(field: FieldChange): Said {
  const { path } = field;
  const named = annotationField(field);
  if (named !== undefined) return named;
  // What they read is told of the ConfigMap or the Secret.
  if (/^spec\.template\.spec\.volumes\[.*\]\.configMap\.name$/.test(path)) return undefined;
  if (/\.env\[.*\]\.valueFrom\.secretKeyRef\.key$/.test(path)) return undefined;
  if (path === 'spec.replicas') return ['managers', fromTo(field.before, field.after)];
  if (/\.(initContainers|containers)\[.*\]\.image$/.test(path)) {
    const release = releaseText(field);
    return release === undefined
      ? ['manager-image', fromTo(field.before, field.after)]
      : ['runner-release', release];
  }
  if (path.startsWith('metadata.labels')) return ['labels', fieldText(lastKey(path), field)];
  return ['manager-pod', fieldText(lastKey(path), field)];
}

/** Keys of config.toml by what they mean to people, the first that fits. */
const CONFIG_KEYS: readonly (readonly [key: RegExp, kind: CauseKind])[] = [
  [/\.kubernetes\.(helper|service)_.*(cpu|memory|ephemeral_storage)_(request|limit)/, 'config'],
  [/\.kubernetes\.(cpu|memory|ephemeral_storage)_(request|limit)/, 'job-size'],
  [/\.kubernetes\.(privileged|allow_privilege_escalation|cap_add)\b/, 'job-powers'],
  [/\.kubernetes\.namespace$/, 'job-namespace'],
  [/\.kubernetes\.image$/, 'job-image'],
  [/\.kubernetes\.helper_image$/, 'helper-image'],
  [/\.kubernetes\.autoscaler/, 'held-room'],
  [/\.kubernetes\.(node_selector|node_tolerations|affinity)/, 'placement'],
  [/\]\.cache\b/, 'cache'],
  [/(^|> )concurrent$/, 'concurrency'],
  [/\]\.(limit|request_concurrency)$/, 'concurrency'],
];

/** Kinds of one key each, which needs no name. */
const BARE: ReadonlySet<CauseKind> = new Set(['concurrency', 'job-image', 'helper-image', 'job-namespace']);

function configField(field: FieldChange): Said {
  const { path, before, after } = field;
  if (path.startsWith('metadata.labels')) return ['labels', fieldText(lastKey(path), field)];
  const kind = CONFIG_KEYS.find(([key]) => key.test(path))?.[1] ?? 'config';
  const release = releaseText(field);
  if (kind === 'helper-image' && release !== undefined) return ['runner-release', release];
  // How fast jobs are asked for follows from how many there may be.
  if (/\]\.request_concurrency$/.test(path)) return ['concurrency', ''];
  if (BARE.has(kind)) return [kind, fromTo(before, after)];
  if (kind === 'job-size') return ['job-size', sizeText(field)];
  const isWhole = kind === 'cache' || kind === 'held-room' || kind === 'placement';
  return [kind, isWhole ? '' : fieldText(lastKey(path), field)];
}

/** `memory limit 4Gi to 8Gi`; of a ceiling only that it follows. */
function sizeText(field: FieldChange): string {
  const key = lastKey(field.path);
  if (key.endsWith('_overwrite_max_allowed')) return CEILINGS;
  return fieldText(key.replaceAll('_', ' ').replace(/^cpu/, 'CPU'), field);
}

/** Stands for every ceiling that changes with a size. */
const CEILINGS = 'ceilings';

/** The last key of a path: `karpenter.sh/nodepool` of `nodeSelector["karpenter.sh/nodepool"]`. */
function lastKey(path: string): string {
  return /\["([^"]+)"\]$/.exec(path)?.[1] ?? /(?:^|[.\s])([^.\s]+)$/.exec(path)?.[1] ?? path;
}

/** What starts the nodes of jobs, where that changes. */
function computeText({ before, after }: RunnerSides): string | undefined {
  const of = (runners: readonly ObservedRunner[]) => {
    const pools = runners.flatMap(({ job }) => landing(job).map(({ pool }) => pool));
    if (pools.length === 0) return undefined;
    return pools.some(({ isAutoMode }) => isAutoMode) ? 'EKS Auto Mode' : 'Karpenter';
  };
  const [old, now] = [of(before), of(after)];
  return old === undefined || now === undefined || old === now ? undefined : `${old} to ${now}`;
}

/** From which capacity type to which the jobs go, where that changes. */
function capacityText({ before, after }: RunnerSides): string | undefined {
  const [old, now] = [before, after].map((runners) => runners.map(capacityOf).find((text) => text !== ''));
  return old === undefined || now === undefined || old === now ? undefined : `${old} to ${now}`;
}

/** `Spot first` where pools of Spot are tried before those on demand. */
function capacityOf({ job }: ObservedRunner): string {
  if (job?.fargate !== undefined) return 'Fargate';
  const pools = landing(job).map(({ pool }) => pool);
  const offers = (type: string) =>
    pools.filter(({ requirements }) => {
      const wanted = requirements.get(CAPACITY_TYPE_LABEL);
      return wanted === undefined || has(wanted, type);
    });
  const [spot, demand] = [offers('spot'), offers('on-demand')];
  if (spot.length === 0) return demand.length === 0 ? '' : 'on demand';
  return demand.length === 0 ? 'Spot' : 'Spot first';
}

/** The runners whose manager or config an object is, at both sides. */
export function sidesOf(
  change: ChangedObject,
  byObject: ReadonlyMap<unknown, readonly ObservedRunner[]>,
): RunnerSides | undefined {
  const of = (manifest: unknown) => byObject.get(manifest) ?? [];
  const [before, after] = [of(change.before), of(change.after)];
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return names.length === 0 ? undefined : { names, before, after };
}

/** Whether an object is a config of runners; else it is their manager. */
export function isConfig(change: ChangedObject): boolean {
  return ['ConfigMap', 'Secret'].includes(objectOf(change).kind);
}
