/** `1 runner`, `2 runners`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
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
