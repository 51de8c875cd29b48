import { type Fields, fieldsOf, listOf } from '../../values/record';
import { shapeFaults } from './shape';

/**
 * A config.toml without the values of another type than their keys take: the runner starts with none of them, and what reads
 * on relies on types.
 */
export function readablePart(config: Fields): Fields {
  return shapeFaults(config)
    .filter(({ id }) => id === 'wrong-type')
    .reduce<Fields>((rest, { at }) => fieldsOf(without(rest, at.split(/[.[\]]+/).filter(Boolean))), config);
}

/** Keys go; an entry of a list is emptied, so that the others keep their places. */
function without(value: unknown, [step, ...steps]: readonly string[]): unknown {
  if (step === undefined) return {};
  if (Array.isArray(value))
    return listOf(value).map((item, index) => (index === Number(step) ? without(item, steps) : item));
  const { [step]: item, ...others } = fieldsOf(value);
  return steps.length === 0 ? others : { ...others, [step]: without(item, steps) };
}
