import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { costChange } from '../../lib/cost/cost-change';
import { costOf } from '../../lib/cost/fleet-cost';
import { costChangeLines, costLines } from '../../lib/report/cost-text';
import { edited, FLEET, parsed, withManagers, without } from '../fixtures/files';

const JOBS = 'nodepool-gitlab-jobs-arm64-spot.yaml';
const cost = (files: readonly SourceFile[]) => costOf(observe(parsed(files)));
const changeLines = (after: readonly SourceFile[]) => costChangeLines(costChange(cost(FLEET), cost(after)));

test('what a fleet costs: a row for each runner, the idle floor, the ceiling, and what Spot is taken for', () => {
  const lines = costLines(cost(FLEET));
  expect(lines[0]).toBe(
    'Cost in USD, a minute of a job without disks, at prices of us-east-1 of 2026-07-06:',
  );
  expect(lines[5]).toMatch(
    /^ {2}acme-arm64-spot +spot +0\.00113 c6g\.large +0\.00073 m6g\.4xlarge +0\.00011 to 0\.00113$/,
  );
  expect(lines[6]).toContain('There are no Spot prices here');
  expect(lines[7]).toMatch(
    /^ {2}Idle: USD 29\.19 a month, managers 25\.99, disks 3\.20; from 10\.48 with a Savings Plan for managers/,
  );
  expect(lines[8]).toMatch(/^ {2}At the limits: USD 7\.15 an hour with disks, 19\.36 if EC2 has only/);
});

test('runners of one kind share a row', () => {
  const lines = costLines(cost([...FLEET, ...renamed('arm64-spot', 'arm64-other')]));
  expect(lines.filter((line) => line.includes('c6g.large') && line.includes(' spot '))).toEqual([
    expect.stringMatching(/acme-arm64-(spot|other), acme-arm64-(spot|other) /),
  ]);
});

function renamed(runner: string, name: string): readonly SourceFile[] {
  return FLEET.filter(({ path }) => path.includes(`/runners/${runner}/`)).map(({ path, text }) => ({
    path: path.replace(runner, name),
    text: text.replaceAll(runner, name),
  }));
}

test('nothing is said of objects that cost nothing', () => {
  expect(costLines(cost([]))).toEqual([]);
  expect(costChangeLines(undefined)).toEqual([]);
  expect(changeLines(FLEET)).toEqual([]);
});

test('a pool that nothing bounds is named instead of a sum', () => {
  const open = without(edited(FLEET, [JOBS, /( {2}limits:\n)(?: {4}.*\n)+/, '']), 'runners/arm64-spot');
  expect(costLines(cost(open))).toContainEqual(
    '  At the limits: nothing bounds an hour, since gitlab-jobs-arm64-spot: it has no limit that bounds its nodes.',
  );
});

test('what a change does to each, with what does it', () => {
  const onDemand = edited(
    FLEET,
    [JOBS, '            - spot\n', '            - on-demand\n'],
    [
      'arm64-spot/configmap.yaml',
      '"karpenter.sh/capacity-type" = "spot"',
      '"karpenter.sh/capacity-type" = "on-demand"',
    ],
  );
  expect(changeLines(onDemand)).toEqual([
    'Cost, at prices of us-east-1 of 2026-07-06:',
    '  acme-arm64-spot, a minute alone: USD 0.00011 to 0.00113 on Spot (c6g.large; AWS: up to 90 % below on demand) -> USD 0.00113 on demand (c6g.large)',
  ]);
  const [, floor] = changeLines(withManagers(FLEET, 'arm64-spot', 20));
  expect(floor).toMatch(
    /^ {2}idle: USD 29\.19 -> \d+\.\d\d a month \(\+\d+\.\d\d\): managers gitlab-managers \+\d+\.\d\d, disks gitlab-managers \+\d+\.\d\d$/,
  );
  const lower = edited(FLEET, [JOBS, 'cpu: "104"', 'cpu: "16"']);
  expect(changeLines(lower)[1]).toMatch(
    /^ {2}at the limits: USD 7\.15 -> 6\.\d\d an hour \(-\d\.\d\d\): pool gitlab-jobs-arm64-spot -\d\.\d\d$/,
  );
});
