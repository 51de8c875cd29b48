/** Steps within each power of ten: about equal parts of a logarithmic scale. */
const STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
const FEW_STEPS = [1, 3];

/** Up to where a scale goes at least: a burst that people ask about. */
const LEAST_TOP = 300;
/** Up to where it goes at most; a term that allows more is named and has no stop. */
const MOST_TOP = 20_000;

/**
 * Numbers of jobs at which a plan is made: round ones from 1 to beyond what every term of the fleet allows, and for each
 * term that allows less than the end, what it allows and one job more.
 *
 * @param allowed jobs that terms allow, infinity where one allows any number
 * @param isCoarse whether there are many runners, so that fewer stops have to do
 */
export function stopsFor(allowed: readonly number[], isCoarse = false): readonly number[] {
  const finite = allowed.filter((jobs) => jobs > 0 && jobs <= MOST_TOP);
  const own = finite.sort((a, b) => a - b).slice(0, 2);
  const top = Math.min(Math.max(LEAST_TOP, ...own.map((jobs) => jobs * 1.5)), MOST_TOP);
  const found = new Set<number>([LEAST_TOP]);
  for (let power = 1; power <= top; power *= 10) {
    for (const step of isCoarse ? FEW_STEPS : STEPS) {
      const jobs = Math.round(power * step);
      if (jobs <= top) found.add(jobs);
    }
  }
  for (const jobs of finite.filter((one) => one < top)) {
    found.add(jobs);
    found.add(jobs + 1);
  }
  return [...found].sort((a, b) => a - b);
}
