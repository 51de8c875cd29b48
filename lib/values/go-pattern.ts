/**
 * A regular expression of Go as one of JavaScript: flags in front, named groups, and the anchors of a text are converted.
 * Undefined for one that JavaScript can't compile.
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
