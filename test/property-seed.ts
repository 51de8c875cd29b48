import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a merge request fails for what it changes. Other cases:
 * `FAST_CHECK_SEED=random npm test`, or a number that a failure printed.
 */
const seed = process.env.FAST_CHECK_SEED ?? '20261124';
if (seed !== 'random') {
  if (!/^-?\d+$/.test(seed))
    throw new Error(`FAST_CHECK_SEED is "${seed}"; it must be "random" or a whole number.`);
  fc.configureGlobal({ seed: Number(seed) });
}
