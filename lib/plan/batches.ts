/** Seconds without a new pod after which Karpenter plans those that wait: its setting BATCH_IDLE_DURATION. */
const IDLE_SECONDS = 1;
/** Seconds that pods wait at most until Karpenter plans: its setting BATCH_MAX_DURATION. */
const MOST_SECONDS = 10;

/**
 * How many pods Karpenter plans at once, by the seconds at which they come. Each plan fills nodes as far as its own pods go.
 * @see https://karpenter.sh/docs/reference/settings/
 */
export function batchesOf(seconds: readonly number[]): readonly number[] {
  const batches: number[] = [];
  let [first, last] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of seconds) {
    if (at - last > IDLE_SECONDS || at - first > MOST_SECONDS) {
      batches.push(0);
      first = at;
    }
    batches[batches.length - 1]++;
    last = at;
  }
  return batches;
}
