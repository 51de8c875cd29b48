/** `1 runner`, `2 runners`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1,000`. */
export function count(many: number): string {
  return many.toLocaleString('en-US');
}

/** US dollars, `$1,234.50`. */
export function money(usd: number, digits: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** Names in a line, the first eight. */
export function names(all: readonly string[]): string {
  return all.length > 9 ? `${all.slice(0, 8).join(', ')} and ${all.length - 8} more` : all.join(', ');
}

/** USD of a job-minute, as `check` prints it. */
export function minutePrice(usd: number | undefined): string {
  return usd === undefined ? '-' : usd.toFixed(5);
}

/** USD of an hour of a node. */
export function hourPrice(usd: number | undefined): string {
  return usd === undefined ? '-' : usd.toFixed(4);
}

/** What a pool is called where several clusters may have one of its name. */
export function poolId(cluster: string, name: string): string {
  return cluster === '' ? name : `${cluster}-${name}`;
}
