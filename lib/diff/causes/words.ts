import type { FieldChange } from '../field-changes';

/** Characters of a value in a sentence: more is read in the list of fields. */
const VALUE_MOST = 48;

const NUMBERS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** `four runners`, `1 node class`: small numbers as people write them. */
export function counted(count: number, noun: string): string {
  return `${NUMBERS[count] ?? count} ${count === 1 ? noun : pluralOf(noun)}`;
}

export function pluralOf(noun: string): string {
  return noun.endsWith('s') ? `${noun}es` : `${noun}s`;
}

/** `19.3.0 to 19.4.1`, or what comes or goes. */
export function fromTo(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `set to ${brief(after ?? '')}`;
  return after === undefined ? `${brief(before)} removed` : `${brief(before)} to ${brief(after)}`;
}

/** A field in a sentence: `memory limit 4Gi to 8Gi`. */
export function fieldText(name: string, { before, after }: FieldChange): string {
  return `${brief(name)} ${fromTo(before, after)}`;
}

/** A value as far as a sentence has room. */
export function brief(value: string): string {
  const line = value.replace(/\s+/g, ' ');
  return line.length > VALUE_MOST ? `${line.slice(0, VALUE_MOST).replace(/[\ud800-\udbff]$/, '')}...` : line;
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  const [last = '', ...rest] = [...items].reverse();
  return rest.length === 0 ? last : `${rest.reverse().join(', ')} and ${last}`;
}
