import type { Subject } from '../../lib/cluster/observe';
import { classFigures, managerNodes } from './class-figures';

/** What the same runners cost on nodes of self-managed Karpenter and of EKS Auto Mode, as a Markdown table. */
export function comparedTable(karpenter: Subject, autoMode: Subject): string {
  const before = new Map(classFigures(karpenter).map((one) => [one.runner, one]));
  const rows = classFigures(autoMode).flatMap((now) => {
    const then = before.get(now.runner);
    if (then === undefined) return [];
    const cell = (one: typeof now) =>
      `${one.usdPerMinuteAlone.toFixed(5)}, ${one.usdPerMinutePacked.toFixed(5)} on a full node`;
    return [`| a job-minute of \`${now.runner}\`, USD | ${cell(then)} | ${cell(now)} |`];
  });
  const [idle, idleNow] = [karpenter, autoMode].map(managerNodes);
  const floor = [idle, idleNow].map(({ machines, usdPerMonth }) => `${usdPerMonth} (${machines})`);
  return [
    '| | self-managed Karpenter | EKS Auto Mode |',
    '| --- | --- | --- |',
    ...rows,
    `| nodes while no job runs, USD per month | ${floor.join(' | ')} |`,
  ].join('\n');
}
