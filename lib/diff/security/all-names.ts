/** Every one of some names: what weakens something must not hide behind "and 3 more". Printers cut each of them, never the list. */
export function all(names: readonly string[], separator = '; '): string {
  // A name that held the separator would count as many.
  return [...new Set(names)].map((name) => name.replaceAll(separator, separator.trim())).join(separator);
}
