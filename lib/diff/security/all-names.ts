/** Most of what one sentence lists. */
const MOST = 25;

/** Every one of some names: what weakens something does not hide behind "and 3 more" where that can be helped. */
export function all(names: readonly string[], separator = '; '): string {
  const shown = [...new Set(names)];
  const more = shown.length - MOST;
  return more > 0 ? `${shown.slice(0, MOST).join(separator)} and ${more} more` : shown.join(separator);
}
