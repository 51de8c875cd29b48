/** Every one of some names: what weakens something must not hide behind "and 3 more". Printers cut each of them, never the list. */
export function all(names: readonly string[], separator = '; '): string {
  return [...new Set(names)].join(separator);
}
