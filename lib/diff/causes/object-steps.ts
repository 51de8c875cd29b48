import { displayName } from '../../cluster/manifest';
import { parseQuantity } from '../../values/quantity';
import { at, fieldsOf, textOf } from '../../values/record';
import type { FieldChange } from '../field-changes';
import { type ChangedObject, objectOf } from '../rule';
import type { CauseKind, Step } from './cause';
import { annotationField } from './runner-steps';
import { fieldText, fromTo } from './words';

/** A NodePool, a node class, or any other object that is neither a manager nor the config of one. */
export function objectSteps(
  change: ChangedObject,
  ownersOf: (change: ChangedObject) => readonly string[],
): readonly Step[] {
  const { kind, name } = objectOf(change);
  const isOne = change.before !== undefined && change.after !== undefined;
  const labels = change.fields.filter(({ path }) => isOne && path.startsWith('metadata.labels'));
  const rest = change.fields.filter((field) => !labels.includes(field));
  const steps = [...labels.map((field) => step('labels', displayName(objectOf(change)), textOfField(field)))];
  if (kind === 'NodePool') return [...steps, ...poolSteps(change, rest, name)];
  if (kind === 'EC2NodeClass' || kind === 'NodeClass') return [...steps, ...classSteps(change, rest, name)];
  if (kind === 'SealedSecret') return [...steps, ...sealedSteps(change, rest, ownersOf(change))];
  if (isOne && rest.length === 0) return steps;
  const found = KINDS[kind] ?? 'other';
  return [...steps, step(found, found === 'bounds' ? kind : nameOf(change, found), isText(change))];
}

const KINDS: Readonly<Record<string, CauseKind>> = {
  LimitRange: 'bounds',
  ResourceQuota: 'bounds',
  PodDisruptionBudget: 'disruption-budget',
  Role: 'rights',
  RoleBinding: 'rights',
  ClusterRole: 'rights',
  ClusterRoleBinding: 'rights',
  ServiceAccount: 'rights',
  NetworkPolicy: 'network',
  Namespace: 'namespace',
};

/** What the kind of a cause says already is left out of the name. */
function nameOf(change: ChangedObject, kind: CauseKind): string {
  const object = objectOf(change);
  return kind === 'other' || kind === 'rights' ? displayName(object) : object.name;
}

function isText({ before, after }: ChangedObject): string {
  return before && after ? '' : before ? 'removed' : 'added';
}

function step(kind: CauseKind, of: string, text: string): Step {
  return { kind, of: [of], text };
}

function sealedField(field: FieldChange, owners: readonly string[], name: string): readonly Step[] {
  const said = annotationField(field);
  if (said !== undefined) return [{ kind: said[0], of: owners, text: said[1] }];
  return [step('other', name, textOfField(field))];
}

function textOfField({ path, before, after }: FieldChange): string {
  const [old, now] = [before, after].map(requirementText);
  return fieldText(shortPath(path), { path, before: old, after: now });
}

/** `eu-west-1a, eu-west-1b` for a requirement; other values as they are. */
function requirementText(value: string | undefined): string | undefined {
  if (!value?.startsWith('{')) return value;
  const { operator, values } = fieldsOf(parsedJson(value));
  const list = Array.isArray(values) ? ` ${values.join(', ')}` : '';
  if (operator === 'In') return list.trim();
  return typeof operator === 'string' ? `${operator}${list}` : value;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shortPath(path: string): string {
  const requirement = /^spec\.template\.spec\.requirements\[([^\]]+)\]/.exec(path)?.[1];
  return requirement ?? path.replace(/^spec\.(template\.spec\.)?/, '').replace(/^metadata\./, '');
}

function poolSteps(change: ChangedObject, fields: readonly FieldChange[], name: string): readonly Step[] {
  if (!change.before || !change.after) return [step(change.after ? 'pool-added' : 'pool-removed', name, '')];
  return fields.map((field) => {
    if (field.path.startsWith('spec.limits')) return step('pool-limits', name, limitText(field));
    if (/terminationGracePeriod$/.test(field.path))
      return step('pool-drain', name, fromTo(field.before, field.after));
    return step('pool-settings', name, textOfField(field));
  });
}

/** Ends what is said of a bound that falls. */
export const LOWERED = ' (lowered)';

/** `cpu 104 to 10 (lowered)`. */
function limitText(field: FieldChange): string {
  const [old, now] = [field.before, field.after].map((text) => parseQuantity(text ?? ''));
  const text = fieldText(field.path.replace(/^spec\.limits\.?/, ''), field);
  if (old === undefined || now === undefined) return text;
  return now < old ? `${text}${LOWERED}` : text;
}

function classSteps(change: ChangedObject, fields: readonly FieldChange[], name: string): readonly Step[] {
  if (!change.before || !change.after)
    return [step(change.after ? 'node-class-added' : 'node-class-removed', name, '')];
  const [old, now] = [change.before, change.after].map(({ body }) => aliasesOf(body));
  const images = fields.filter(({ path }) => path.startsWith('spec.amiSelectorTerms'));
  const others = fields.filter((field) => !images.includes(field));
  return [
    ...(images.length > 0 ? [step('node-image', name, fromTo(old, now))] : []),
    ...others.map((field) =>
      /^spec\.(blockDeviceMappings|ephemeralStorage)/.test(field.path)
        ? step('node-disks', name, fromTo(field.before, field.after))
        : step('node-class', name, textOfField(field)),
    ),
  ];
}

/** The images that a class selects, by their aliases, or whatever else selects them. */
function aliasesOf(body: unknown): string | undefined {
  const terms = at(body, ['spec', 'amiSelectorTerms']);
  if (!Array.isArray(terms)) return undefined;
  return terms.map((term) => textOf(fieldsOf(term).alias) ?? JSON.stringify(term)).join(', ');
}

/** A sealed token, or a sealed pull secret. */
function sealedSteps(
  change: ChangedObject,
  fields: readonly FieldChange[],
  owners: readonly string[],
): readonly Step[] {
  const isPull = at(objectOf(change).body, ['spec', 'template', 'type']) === 'kubernetes.io/dockerconfigjson';
  const name = displayName(objectOf(change));
  if (isPull) return [step('pull-secret', name, isText(change))];
  if (owners.length === 0) return [step('other', name, isText(change))];
  if (!change.before) return [{ kind: 'first-token', of: owners, text: '' }];
  if (!change.after) return [{ kind: 'token', of: owners, text: 'removed' }];
  const sealed = fields.find(({ path }) => path === 'spec.encryptedData');
  const isFirst = sealed?.before === 'a placeholder';
  const others = fields.filter((field) => field !== sealed);
  return [
    ...(sealed
      ? [{ kind: isFirst ? ('first-token' as const) : ('token' as const), of: owners, text: '' }]
      : []),
    // What it says of the runner, the manager says too.
    ...(isFirst ? [] : others.flatMap((field) => sealedField(field, owners, name))),
  ];
}
