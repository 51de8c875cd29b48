/** Way to a field: keys and indexes. */
export type FieldPath = readonly (string | number)[];

/** A field's way as people write it: `spec.template.spec.containers[0].image`; keys with dots are quoted. */
export function formatPath(path: FieldPath): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `["${step}"]`;
    })
    .join('')
    .replace(/^\./, '');
}
