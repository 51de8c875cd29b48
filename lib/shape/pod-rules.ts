/**
 * What API servers ask of a pod beyond the types of its fields.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go
 */
import type { FieldPath } from '../values/field-path';
import { isDnsSubdomain, isLabelValue, isQualifiedName } from '../values/label';
import { parseQuantity } from '../values/quantity';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { refusedValues } from './pod-values';
import { selectorFaults, spreadFaults } from './spread-rules';

export type PodRule = 'toleration' | 'node-affinity' | 'duplicate' | 'device-limit' | 'wrong-value';

/** A part of a pod that API servers refuse; the way to it starts at the spec. */
export interface RefusedPart {
  readonly rule: PodRule;
  readonly path: FieldPath;
  readonly found: string;
  readonly why: string;
  readonly fix: string;
}

/** The parts of a pod spec that API servers refuse. */
export function refusedParts(spec: Fields): readonly RefusedPart[] {
  return [
    ...listOf(spec.tolerations).flatMap((one, index) =>
      tolerationFaults(fieldsOf(one), ['tolerations', index]),
    ),
    ...affinityFaults(at(spec, ['affinity', 'nodeAffinity']), ['affinity', 'nodeAffinity']),
    ...podAffinityFaults(spec),
    ...spreadParts(spec),
    ...labelFaults(spec.nodeSelector, ['nodeSelector']),
    ...duplicateFaults(spec),
    ...['initContainers', 'containers'].flatMap((list) =>
      listOf(spec[list]).flatMap((one, index) => deviceFaults(one, [list, index, 'resources'])),
    ),
    ...refusedValues(spec).map((one) => ({ rule: 'wrong-value' as const, ...one })),
  ];
}

function tolerationFaults(toleration: Fields, path: FieldPath): RefusedPart[] {
  const { key, operator, value, effect, tolerationSeconds } = toleration;
  const base = { rule: 'toleration', path, found: JSON.stringify(toleration) } as const;
  const exists = operator === 'Exists';
  const faults = [
    !textOf(key) &&
      !exists && {
        why: 'without a key a toleration is for all taints, and its operator is Exists',
        fix: 'name the key, or write operator: Exists',
      },
    exists && textOf(value) && { why: 'Exists takes no value', fix: 'remove the value, or write Equal' },
    typeof tolerationSeconds === 'number' &&
      effect !== 'NoExecute' && {
        why: 'only NoExecute has tolerationSeconds',
        fix: 'remove them, or write effect: NoExecute',
      },
    textOf(key) && !isKey(textOf(key)) && { why: KEY, fix: 'write the key of a taint' },
    !exists && !isValue(textOf(value)) && { why: VALUE, fix: 'write the value of a taint' },
    (operator === 'Lt' || operator === 'Gt') && {
      why: 'comparing values of taints needs a feature gate that is off by default',
      fix: 'write Equal or Exists',
    },
  ];
  return faults.flatMap((one) => (one ? [{ ...base, ...one }] : []));
}

const KEY = 'a key is a name of at most 63 characters, with a domain in front where it has one';
const VALUE = 'a value has at most 63 letters, digits, dashes, underscores and dots';

/** Whether a text may be a key of a label; what a variable makes of one is not known. */
function isKey(text = ''): boolean {
  return text.includes('$') || isQualifiedName(text);
}

function isValue(text = ''): boolean {
  return text.includes('$') || isLabelValue(text);
}

/** Labels that are none. */
export function labelFaults(labels: unknown, path: FieldPath): readonly RefusedPart[] {
  return Object.entries(textsOf(labels)).flatMap(([key, value]) => {
    const base = { rule: 'wrong-value', path: [...path, key] } as const;
    if (!isKey(key)) return [{ ...base, found: key, why: KEY, fix: 'write a key of that form' }];
    return isValue(value) ? [] : [{ ...base, found: value, why: VALUE, fix: 'write a value of that form' }];
  });
}

/** Keys of annotations that are none; their values may be any text. */
export function annotationFaults(annotations: unknown, path: FieldPath): readonly RefusedPart[] {
  return Object.keys(fieldsOf(annotations))
    .filter((key) => !isKey(key.toLowerCase()))
    .map((key) => ({
      rule: 'wrong-value',
      path: [...path, key],
      found: key,
      why: KEY,
      fix: 'write a key of that form',
    }));
}

/** Faults of a node affinity, as the API spells it. */
function affinityFaults(affinity: unknown, path: FieldPath): readonly RefusedPart[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = fieldsOf(affinity);
  const terms = listOf(fieldsOf(required).nodeSelectorTerms);
  const way = [...path, 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  const none: RefusedPart = {
    rule: 'node-affinity',
    path: way,
    found: 'no term',
    why: 'what is required has one term at least',
    fix: 'add a term, or remove it',
  };
  return [
    ...(required !== undefined && required !== null && terms.length === 0 ? [none] : []),
    ...terms.flatMap((term, index) => termFaults(term, [...way, index], isValue)),
    ...listOf(preferred).flatMap((one, index) => {
      const preference = [...path, PREFERRED, index];
      return [
        ...weightFaults(one, preference),
        // What nodes can't have is never preferred, and refused by nobody.
        ...termFaults(fieldsOf(one).preference, [...preference, 'preference'], () => true),
      ];
    }),
  ];
}

const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function weightFaults(preferred: unknown, path: FieldPath): RefusedPart[] {
  const { weight } = fieldsOf(preferred);
  if (typeof weight === 'number' && weight >= 1 && weight <= 100) return [];
  return [
    {
      rule: 'node-affinity',
      path: [...path, 'weight'],
      found: textOf(weight) ?? 'nothing',
      why: 'a preference needs a weight from 1 to 100',
      fix: 'write such a weight',
    },
  ];
}

/** Affinities to other pods say by which label of nodes these are near. */
function podAffinityFaults(spec: Fields): RefusedPart[] {
  return ['podAffinity', 'podAntiAffinity'].flatMap((kind) => {
    const path = ['affinity', kind];
    const { requiredDuringSchedulingIgnoredDuringExecution: required, [PREFERRED]: preferred } = fieldsOf(
      at(spec, path),
    );
    const way = [...path, 'requiredDuringSchedulingIgnoredDuringExecution'];
    return [
      ...listOf(required).flatMap((term, index) => podTermFaults(term, [...way, index])),
      ...listOf(preferred).flatMap((one, index) => [
        ...weightFaults(one, [...path, PREFERRED, index]),
        ...podTermFaults(fieldsOf(one).podAffinityTerm, [...path, PREFERRED, index, 'podAffinityTerm']),
      ]),
    ];
  });
}

/** Spreads name a label of nodes too. */
function spreadParts(spec: Fields): RefusedPart[] {
  return [
    ...spreadFaults(spec).map((one) => ({ rule: 'wrong-value' as const, ...one })),
    ...listOf(spec.topologySpreadConstraints).flatMap((one, index) => {
      const path = ['topologySpreadConstraints', index];
      return textOf(fieldsOf(one).topologyKey) ? [] : topologyFaults(one, path);
    }),
  ];
}

function podTermFaults(term: unknown, path: FieldPath): RefusedPart[] {
  return [
    ...topologyFaults(term, path),
    ...selectorFaults(fieldsOf(term), path).map((one) => ({ rule: 'node-affinity' as const, ...one })),
  ];
}

function topologyFaults(term: unknown, path: FieldPath): RefusedPart[] {
  const key = textOf(fieldsOf(term).topologyKey);
  const selected = at(term, ['labelSelector', 'matchLabels']);
  if (key && isKey(key)) return [...labelFaults(selected, [...path, 'labelSelector', 'matchLabels'])];
  return [
    {
      rule: 'node-affinity',
      path: [...path, 'topologyKey'],
      found: key || 'nothing',
      why: 'it names a label of nodes, which says what is near',
      fix: 'write a label, for example kubernetes.io/hostname',
    },
  ];
}

function termFaults(term: unknown, path: FieldPath, isAllowed: (value: string) => boolean): RefusedPart[] {
  return [...expressionFaults(term, path, isAllowed), ...fieldTermFaults(term, path)];
}

/** Fields of nodes: their name alone, one at a time. */
function fieldTermFaults(term: unknown, path: FieldPath): RefusedPart[] {
  return listOf(fieldsOf(term).matchFields).flatMap((one, index) => {
    const { key, operator, values } = fieldsOf(one);
    const isFine =
      key === 'metadata.name' &&
      ['In', 'NotIn'].includes(String(operator)) &&
      listOf(values).length === 1 &&
      isDnsSubdomain(String(listOf(values)[0]));
    if (isFine) return [];
    const why = 'of the fields of a node, metadata.name alone is known, with In or NotIn and one name';
    const found = JSON.stringify(one);
    const rule = 'node-affinity' as const;
    return [{ rule, path: [...path, 'matchFields', index], found, why, fix: 'select nodes by their labels' }];
  });
}

function expressionFaults(
  term: unknown,
  path: FieldPath,
  isAllowed: (value: string) => boolean,
): RefusedPart[] {
  return listOf(fieldsOf(term).matchExpressions).flatMap((expression, index) => {
    const { key, operator, values } = fieldsOf(expression);
    const way = [...path, 'matchExpressions', index];
    const texts = listOf(values).map(String);
    const fault = operandFault(String(operator), texts) ?? valueFault(texts, isAllowed);
    const name = textOf(key) ?? '';
    const rule = 'node-affinity' as const;
    return [
      ...(isKey(name)
        ? []
        : [
            {
              rule,
              path: [...way, 'key'],
              found: name || 'nothing',
              why: KEY,
              fix: 'write the key of a label',
            },
          ]),
      ...(fault === undefined ? [] : [{ rule, path: [...way, 'values'], ...fault }]),
    ];
  });
}

function valueFault(values: readonly string[], isAllowed: (value: string) => boolean) {
  const wrong = values.find((value) => !isAllowed(value));
  return wrong === undefined
    ? undefined
    : { found: wrong, why: VALUE, fix: 'write the value of a label of nodes' };
}

function operandFault(
  operator: string,
  values: readonly string[],
): Pick<RefusedPart, 'found' | 'why' | 'fix'> | undefined {
  if (['In', 'NotIn'].includes(operator) && values.length === 0)
    return { found: 'no value', why: `${operator} takes one value at least`, fix: 'add it' };
  if (['Gt', 'Lt'].includes(operator) && values.length !== 1)
    return { found: `${values.length} values`, why: `${operator} takes one value`, fix: 'write one' };
  if (!['Exists', 'DoesNotExist'].includes(operator) || values.length === 0) return undefined;
  const instead = operator === 'Exists' ? 'In' : 'NotIn';
  const fix = `remove them, or write ${instead}`;
  return { found: values.join(', '), why: `${operator} takes no values`, fix };
}

function duplicateFaults(spec: Fields): RefusedPart[] {
  const all = ['initContainers', 'containers'].flatMap((list) =>
    listOf(spec[list]).map((one, index) => ({ path: [list, index], container: fieldsOf(one) })),
  );
  const names = all.map(({ path, container }) => ({ path: [...path, 'name'], text: textOf(container.name) }));
  const volumes = listOf(spec.volumes).map((one, index) => ({
    path: ['volumes', index, 'name'],
    text: textOf(fieldsOf(one).name),
  }));
  return [
    ...repeated(names, 'two containers of a pod have different names'),
    ...repeated(volumes, 'two volumes of a pod have different names'),
    ...all.flatMap(({ path, container }) =>
      repeated(
        listOf(container.volumeMounts).map((mount, index) => ({
          path: [...path, 'volumeMounts', index, 'mountPath'],
          text: textOf(fieldsOf(mount).mountPath),
        })),
        'two mounts of a container have different paths',
      ),
    ),
  ];
}

function repeated(all: readonly { path: FieldPath; text: string | undefined }[], why: string): RefusedPart[] {
  return all
    .filter(({ text }, index) => text && all.findIndex((other) => other.text === text) < index)
    .map(({ path, text = '' }) => ({
      rule: 'duplicate',
      path,
      found: text,
      why,
      fix: 'remove one, or call it otherwise',
    }));
}

/** Devices are not shared: what is requested of them is the limit. */
function deviceFaults(container: unknown, path: FieldPath): RefusedPart[] {
  const { requests, limits } = fieldsOf(fieldsOf(container).resources);
  const most = textsOf(limits);
  return Object.entries(textsOf(requests))
    .filter(([name, amount]) => isDevice(name) && !isSame(most[name], amount))
    .map(([name, amount]) => ({
      rule: 'device-limit',
      path: [...path, 'requests', name],
      found: amount,
      why:
        most[name] === undefined
          ? `a request of ${name} has a limit`
          : `the limit of ${name} is ${most[name]}, and it equals the request`,
      fix: `write the same limit of ${name}`,
    }));
}

function isSame(limit: string | undefined, amount: string): boolean {
  return limit !== undefined && parseQuantity(limit) === parseQuantity(amount);
}

/** Whether a resource is never given to more containers than there is of it. */
function isDevice(name: string): boolean {
  if (name.startsWith('hugepages-')) return true;
  return name.includes('/') && !/^([^/]+\.)?kubernetes\.io\//.test(name);
}
