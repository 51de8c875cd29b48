import { palette } from '../../lib/cli/palette';
import { printUpgrade } from '../../lib/report/upgrade-text';
import type { UpgradePlan } from '../../lib/upgrade/plan';

const PLAN: UpgradePlan = {
  known: { runner: '2026-08-22', ami: '2026-08-12' },
  uses: [],
  steps: [],
  outdated: [],
  karpenter: undefined,
  karpenterMetrics: undefined,
};
const printed = (today: string) =>
  printUpgrade(PLAN, palette({ isTTY: false } as never), new Date(`${today}T12:00:00Z`));

test('nothing to do is nothing newer among the releases that are known, with their days', () => {
  expect(printed('2026-08-23')).toMatch(
    /\nNothing is newer among the releases known on 2026-08-22 \(GitLab Runner\) and 2026-08-12 \(Amazon Linux 2023\)\.\n$/,
  );
});

test('lists of releases that are old say so, and where newer ones are', () => {
  expect(printed('2026-09-20')).not.toContain('days old');
  const late = printed('2026-11-26');
  expect(late).toContain('These lists are up to 106 days old: there may be newer releases.');
  expect(late).toContain('https://gitlab.com/gitlab-org/gitlab-runner/-/releases');
  expect(late).toContain('https://github.com/awslabs/amazon-eks-ami/releases');
});
