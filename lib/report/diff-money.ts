import type { ClusterDiff } from '../diff/all';

/** What a change costs, in as few words as it takes. */
export function moneyWords({ effects }: ClusterDiff): readonly string[] {
  const risen = effects.filter(
    ({ before, after }) => before && after && before.usdPerMinute !== after.usdPerMinute,
  );
  return risen.length > 0 ? ['prices change'] : ['+0 USD'];
}
