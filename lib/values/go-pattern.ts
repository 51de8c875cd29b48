/**
 * A regular expression of Go, as one of JavaScript: with flags in front, named groups, and the beginning and end of a text.
 * Undefined for one that can't be written so, of which nothing is known.
 */
export function goPattern(pattern: string): RegExp | undefined {
  const [, flags = ''] = /^\(\?([imsU]+)\)/.exec(pattern) ?? [];
  if (flags.includes('U')) return undefined;
  const plain = pattern
    .replace(/^\(\?[imsU]+\)/, '')
    .replaceAll('(?P<', '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$');
  try {
    return new RegExp(plain, flags);
  } catch {
    return undefined;
  }
}
