/**
 * What API servers ask of a pod beyond the types of its fields.
 * @see kubernetes 1.36 pkg/apis/core/validation/validation.go
 */
import type { FieldPath } from '../values/field-path';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';

export type PodRule = 'toleration' | 'node-affinity' | 'duplicate' | 'device-limit';

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
    ...duplicateFaults(spec),
    ...['initContainers', 'containers'].flatMap((list) =>
      listOf(spec[list]).flatMap((one, index) => deviceFaults(one, [list, index, 'resources'])),
    ),
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
  ];
  return faults.flatMap((one) => (one ? [{ ...base, ...one }] : []));
}

/** Faults of a node affinity, as the API spells it. */
export function affinityFaults(affinity: unknown, path: FieldPath): readonly RefusedPart[] {
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
    ...terms.flatMap((term, index) => termFaults(term, [...way, index])),
    ...listOf(preferred).flatMap((one, index) =>
      termFaults(fieldsOf(one).preference, [
        ...path,
        'preferredDuringSchedulingIgnoredDuringExecution',
        index,
        'preference',
      ]),
    ),
  ];
}

function termFaults(term: unknown, path: FieldPath): RefusedPart[] {
  return listOf(fieldsOf(term).matchExpressions).flatMap((expression, index) => {
    const { operator, values } = fieldsOf(expression);
    const fault = operandFault(String(operator), listOf(values).map(String));
    if (fault === undefined) return [];
    return [
      { rule: 'node-affinity' as const, path: [...path, 'matchExpressions', index, 'values'], ...fault },
    ];
  });
}

function operandFault(
  operator: string,
  values: readonly string[],
): Pick<RefusedPart, 'found' | 'why' | 'fix'> | undefined {
  if (operator === 'NotIn' && values.length === 0)
    return { found: 'no value', why: 'NotIn takes one value at least', fix: 'add it' };
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
    .filter(([name, amount]) => isDevice(name) && most[name] !== amount)
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

function isDevice(name: string): boolean {
  return name.includes('/') && !/^([^/]+\.)?kubernetes\.io\//.test(name);
}
