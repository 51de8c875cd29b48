/** Seconds without a sign of a pod after which Karpenter plans: its setting BATCH_IDLE_DURATION. */
const IDLE_SECONDS = 1;
/** Seconds that pods wait at most until Karpenter plans: its setting BATCH_MAX_DURATION. */
const MOST_SECONDS = 10;
/** Seconds after which a pod gives another sign while it waits, also if it has a place on a node that boots. */
const AGAIN_SECONDS = 10;
/** How often it does: a node takes about a minute to boot. */
const MOST_SIGNS = 6;

/**
 * How many pods Karpenter plans at once, by the seconds at which they come, in ascending order. Each plan fills nodes as far
 * as its own pods go. Pods that wait for their node keep a batch open, so that a burst is planned every 10 s however slowly it
 * comes. The second or two that a plan takes is left out: more pods come meanwhile, and batches are larger.
 * @see https://karpenter.sh/docs/reference/settings/
 */
export function batchesOf(seconds: readonly number[]): readonly number[] {
  const batches: number[] = [];
  let [planned, end] = [0, Number.NEGATIVE_INFINITY];
  while (planned < seconds.length) {
    // What ends before the next pod comes plans nothing new.
    end = endOfBatch(seconds, Math.max(end, seconds[planned] - MOST_SECONDS));
    const pods = countUntil(seconds, end) - planned;
    if (pods > 0) batches.push(pods);
    planned += pods;
  }
  return batches;
}

/** When the batch ends that opens with the first sign after the one before it. */
function endOfBatch(seconds: readonly number[], before: number): number {
  const first = firstSignAfter(seconds, before);
  const most = first + MOST_SECONDS;
  let last = first;
  while (last < most) {
    const next = signWithin(seconds, last, last + IDLE_SECONDS);
    if (next === undefined) return Math.min(last + IDLE_SECONDS, most);
    last = next;
  }
  return most;
}

/** The first sign of any pod after a moment. */
function firstSignAfter(seconds: readonly number[], after: number): number {
  const signs = Array.from({ length: MOST_SIGNS }, (_, again) => {
    const later = again * AGAIN_SECONDS;
    return (seconds[countUntil(seconds, after - later)] ?? Number.POSITIVE_INFINITY) + later;
  });
  return Math.min(...signs);
}

/** A sign of any pod after a moment, until another; undefined where there is none. */
function signWithin(seconds: readonly number[], after: number, until: number): number | undefined {
  for (let again = 0; again < MOST_SIGNS; again++) {
    const later = again * AGAIN_SECONDS;
    const sign = seconds[countUntil(seconds, until - later) - 1] + later;
    if (sign > after) return sign;
  }
  return undefined;
}

/** How many of these ascending seconds are until a moment, that one included. A sum of fractions is not lost to rounding. */
function countUntil(seconds: readonly number[], moment: number): number {
  let [low, high] = [0, seconds.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (seconds[middle] <= moment + 1e-6) low = middle + 1;
    else high = middle;
  }
  return low;
}
