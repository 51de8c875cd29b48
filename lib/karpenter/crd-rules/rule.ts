import type { FieldPath } from '../../values/field-path';
import { fieldsOf, listOf } from '../../values/record';

/**
 * A rule of a CustomResourceDefinition (`x-kubernetes-validations`), by hand. An expression that can't be evaluated, for
 * example because a field is missing, refuses the object like one that is false.
 */
export interface CrdRule {
  /** The field that the rule stands at, `[]` for every item: `spec.template.spec.requirements[].key`. */
  readonly at: string;
  /** What the API server answers. */
  readonly message: string;
  /** What `refuses` looks at: the field (the default), or each item or each key of it. */
  readonly each?: 'item' | 'key';
  /** @param within for a key, its value; for an item, its list */
  readonly refuses: (value: unknown, within: unknown) => boolean;
  readonly fix: string;
  /** What of the value is shown; all of it unless this says otherwise. */
  readonly shows?: (value: unknown) => string;
}

/** A rule that compares a field with what it was before. It holds only where the field was there before. */
export interface TransitionRule {
  readonly at: string;
  readonly message: string;
  readonly refuses: (value: unknown, before: unknown) => boolean;
  readonly fix: string;
}

/** A value that a rule refuses, and the way to it. */
export interface RefusedValue {
  readonly rule: CrdRule;
  readonly path: FieldPath;
  readonly value: unknown;
}

/** What of an object its rules refuse. */
export function refusedValues(body: unknown, rules: readonly CrdRule[]): readonly RefusedValue[] {
  return rules.flatMap((rule) =>
    fieldsAt(body, rule.at)
      .flatMap(([path, value]) => candidates(path, value, rule.each))
      .filter(({ value, within }) => rule.refuses(value, within))
      .map(({ path, value }) => ({ rule, path, value })),
  );
}

/** The transition rules that refuse an object in the place of another. */
export function refusedTransitions(
  before: unknown,
  after: unknown,
  rules: readonly TransitionRule[],
): readonly TransitionRule[] {
  return rules.filter((rule) => {
    const [old, now] = [before, after].map((body) => fieldsAt(body, rule.at)[0]);
    return old !== undefined && now !== undefined && rule.refuses(now[1], old[1]);
  });
}

interface Candidate {
  readonly path: FieldPath;
  readonly value: unknown;
  readonly within: unknown;
}

function candidates(path: FieldPath, value: unknown, each: CrdRule['each']): readonly Candidate[] {
  if (each === 'item')
    return listOf(value).map((item, index) => ({ path: [...path, index], value: item, within: value }));
  if (each === 'key')
    return Object.entries(fieldsOf(value)).map(([key, item]) => ({
      path: [...path, key],
      value: key,
      within: item,
    }));
  return [{ path, value, within: undefined }];
}

/** The values of a field that are there, and the way to each. */
function fieldsAt(body: unknown, at: string): readonly (readonly [FieldPath, unknown])[] {
  const steps = at.split('.').flatMap((step) => (step.endsWith('[]') ? [step.slice(0, -2), '[]'] : [step]));
  return steps.reduce<readonly (readonly [FieldPath, unknown])[]>(
    (found, step) =>
      found.flatMap(([path, value]): (readonly [FieldPath, unknown])[] => {
        if (step === '[]') return listOf(value).map((item, index) => [[...path, index], item] as const);
        const next = fieldsOf(value)[step];
        return next === undefined || next === null ? [] : [[[...path, step], next] as const];
      }),
    [[[], body]],
  );
}

/** Whether an object has a field, as `has` of CEL. */
export function has(value: unknown, ...fields: readonly string[]): boolean {
  return fields.some((field) => {
    const found = fieldsOf(value)[field];
    return found !== undefined && found !== null;
  });
}
