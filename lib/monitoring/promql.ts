/** PromQL in pieces: what alerts have in common. Values of labels are names of Kubernetes, which need no escapes. */

/** `label="value"` for one value, `label=~"a|b"` for several. */
export function oneOf(label: string, values: readonly string[]): string {
  return values.length === 1 ? `${label}="${values[0]}"` : `${label}=~"${values.join('|')}"`;
}

/** A series: a metric with what its labels have to be. */
export function series(metric: string, ...matchers: readonly string[]): string {
  return `${metric}{${matchers.join(', ')}}`;
}

/** How much counters rose within a window; blind to the value with which a counter appears. */
export function increase(counter: string, window: string): string {
  return `increase(${counter}[${window}])`;
}

/**
 * How much counters rose within a window, late ones included: those that appear with their first event, of which `increase`
 * sees none. Such a counter counts as a whole if it was not there a window ago although its source was.
 *
 * @param known parts of what has a result where the source was scraped a window ago, or started since
 * @param on labels by which these are the counter's
 */
export function counted(
  counter: string,
  window: string,
  known: readonly string[],
  on: readonly string[],
): string {
  return lines(
    '(',
    indented(
      lines(
        '# A counter that appeared with its first event counts as a whole.',
        counter,
        `unless ${counter} offset ${window}`,
        `and on (${on.join(', ')}) (${known.join(' or ')})`,
      ),
    ),
    ')',
    `or ${increase(counter, window)}`,
  );
}

/** A sum by labels: on one line if it fits there. */
export function sumBy(labels: readonly string[], expr: string): string {
  const by = `sum by (${labels.join(', ')})`;
  return expr.includes('\n') ? lines(`${by} (`, indented(expr), ')') : `${by} (${expr})`;
}

/** Parts of an expression, one line each. */
export function lines(...parts: readonly string[]): string {
  return parts.join('\n');
}

/** Each line two spaces deeper. */
export function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
