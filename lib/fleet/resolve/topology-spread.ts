import { RUNNER_KEY } from '../../contract';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { Labels, ResolvedSpread } from '../resolved-fleet';

/** How the managers of a runner are spread. */
export function topologySpread(
  { manager, name }: NormalRunner,
  fleet: NormalFleet,
): readonly ResolvedSpread[] {
  const ofFleet = { 'app.kubernetes.io/part-of': fleet.name };
  const labels: Readonly<Record<'runner' | 'fleet', Labels>> = {
    runner: { ...ofFleet, [RUNNER_KEY]: name },
    fleet: { ...ofFleet, 'app.kubernetes.io/component': 'manager' },
  };
  return manager.topologySpread.map(({ among, ...one }) => ({ ...one, matchLabels: labels[among] }));
}
