import type { FieldPath } from '../values/field-path';
import { type Fields, fieldsOf, listOf, textOf } from '../values/record';
import type { RefusedValue } from './refused-value';

/** What API servers ask of spreads, besides the label of nodes that each of them names. */
export function spreadFaults({ topologySpreadConstraints }: Fields): readonly RefusedValue[] {
  const seen = new Set<string>();
  return listOf(topologySpreadConstraints).flatMap((one, index) => {
    const path = ['topologySpreadConstraints', index];
    const spread = fieldsOf(one);
    const key = `${textOf(spread.topologyKey)} ${textOf(spread.whenUnsatisfiable)}`;
    const isTwice = seen.has(key);
    seen.add(key);
    return [
      ...skewFaults(spread, path),
      ...whenFaults(spread, path),
      ...selectorFaults(spread, path),
      ...(isTwice
        ? [
            {
              path,
              found: key,
              why: 'the spreads of a pod must differ in topologyKey or whenUnsatisfiable',
              fix: 'remove one',
            },
          ]
        : []),
    ];
  });
}

function skewFaults({ maxSkew }: Fields, path: FieldPath): RefusedValue[] {
  if (typeof maxSkew === 'number' && maxSkew >= 1) return [];
  const why = 'a spread needs a maxSkew of at least 1';
  return [{ path: [...path, 'maxSkew'], found: textOf(maxSkew) ?? 'nothing', why, fix: 'write 1' }];
}

function whenFaults({ whenUnsatisfiable, minDomains }: Fields, path: FieldPath): RefusedValue[] {
  const when = textOf(whenUnsatisfiable) ?? '';
  // What it may hold, its type says; that it must be there, nothing else does.
  const none: RefusedValue = {
    path: [...path, 'whenUnsatisfiable'],
    found: 'nothing',
    why: 'a spread says what becomes of a pod that it has no place for',
    fix: 'write DoNotSchedule, or ScheduleAnyway where a spread is only preferred',
  };
  if (when === '') return [none];
  if (typeof minDomains !== 'number') return [];
  const at = [...path, 'minDomains'];
  if (minDomains < 1)
    return [{ path: at, found: String(minDomains), why: 'it must be 1 or more', fix: 'write 1' }];
  if (when === 'DoNotSchedule') return [];
  const why = 'only a spread with DoNotSchedule may have it';
  return [{ path: at, found: String(minDomains), why, fix: 'remove it, or write DoNotSchedule' }];
}

/** Labels of pods by which a spread or an affinity counts them. */
export function selectorFaults(term: Fields, path: FieldPath): readonly RefusedValue[] {
  const keys = ['matchLabelKeys', 'mismatchLabelKeys'].filter((key) => listOf(term[key]).length > 0);
  const isSelecting = (term.labelSelector ?? undefined) !== undefined;
  const { matchExpressions } = fieldsOf(term.labelSelector);
  return [
    ...(isSelecting ? [] : keys).map((key) => ({
      path: [...path, key],
      found: listOf(term[key]).join(', '),
      why: 'keys of labels narrow a labelSelector, and there is none',
      fix: 'add a labelSelector, or remove it',
    })),
    ...listOf(matchExpressions).flatMap((one, index) =>
      expressionFaults(fieldsOf(one), [...path, 'labelSelector', 'matchExpressions', index]),
    ),
  ];
}

const OF_VALUES = ['In', 'NotIn'];
const WITHOUT_VALUES = ['Exists', 'DoesNotExist'];

function expressionFaults({ operator, values }: Fields, path: FieldPath): RefusedValue[] {
  const name = textOf(operator) ?? '';
  const all = listOf(values).map(String);
  if (![...OF_VALUES, ...WITHOUT_VALUES].includes(name)) {
    const why = 'labels of pods are selected by In, NotIn, Exists or DoesNotExist';
    return [{ path: [...path, 'operator'], found: name || 'nothing', why, fix: 'write one of them' }];
  }
  const at = [...path, 'values'];
  if (OF_VALUES.includes(name) && all.length === 0)
    return [{ path: at, found: 'no value', why: `${name} takes one value at least`, fix: 'add it' }];
  if (!WITHOUT_VALUES.includes(name) || all.length === 0) return [];
  return [{ path: at, found: all.join(', '), why: `${name} takes no values`, fix: 'remove them' }];
}
