import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { changesCost, costChange } from '../../lib/cost/cost-change';
import { costOf } from '../../lib/cost/fleet-cost';
import { edited, FLEET, parsed, withManagers, without } from '../fixtures/files';

const JOBS = 'nodepool-gitlab-jobs-arm64-spot.yaml';

const cost = (files: readonly SourceFile[]) => costOf(observe(parsed(files)));
const change = (before: readonly SourceFile[], after: readonly SourceFile[]) =>
  costChange(cost(before), cost(after));

test('a tag costs nothing', () => {
  const tagged = edited(FLEET, ['ec2nodeclass-gitlab-jobs.yaml', '  tags:\n', '  tags:\n    team: web\n']);
  expect(changesCost(change(FLEET, tagged))).toBe(false);
});

test('higher limits raise the ceiling by the pool that has them', () => {
  const higher = edited(FLEET, [JOBS, 'cpu: "104"\n    memory: 112Gi', 'cpu: "208"\n    memory: 224Gi']);
  const { ceiling, floor, runners } = change(FLEET, higher);
  expect(ceiling.map(({ what, name }) => `${what} ${name}`)).toEqual(['pool gitlab-jobs-arm64-spot']);
  expect(ceiling[0].usd).toBeGreaterThan(1);
  expect([floor, runners]).toEqual([[], []]);
  expect(change(higher, FLEET).ceiling[0].usd).toBeCloseTo(-ceiling[0].usd, 9);
});

test('more managers raise the floor by their nodes and disks', () => {
  const { floor } = change(FLEET, withManagers(FLEET, 'arm64-spot', 20));
  expect(floor.map(({ what }) => what)).toEqual(['managers', 'disks']);
});

test('a runner that leaves Spot is shown with both of its prices', () => {
  const onDemand = edited(
    FLEET,
    [JOBS, '            - spot\n', '            - on-demand\n'],
    [
      'arm64-spot/configmap.yaml',
      '"karpenter.sh/capacity-type" = "spot"',
      '"karpenter.sh/capacity-type" = "on-demand"',
    ],
  );
  const [one, ...others] = change(FLEET, onDemand).runners;
  expect(others).toEqual([]);
  expect([one.before?.purchase, one.after?.purchase]).toEqual(['spot', 'on-demand']);
  expect(one.before?.spot?.high).toBeCloseTo(one.after?.usdPerMinuteAlone ?? 0, 9);
});

test('a runner that comes or goes stands on one side alone', () => {
  const { runners } = change(FLEET, without(FLEET, 'runners/arm64-spot'));
  expect(runners.map(({ name, after }) => [name, after])).toEqual([['acme-arm64-spot', undefined]]);
});

test('a pool that loses its limits is the first line, however few jobs its runner takes', () => {
  const open = edited(FLEET, [JOBS, /( {2}limits:\n)(?: {4}.*\n)+/, '']);
  expect(change(FLEET, open).ceiling[0].usd).toBe(Number.POSITIVE_INFINITY);
});

test('a pool that loses its limits and has no runner is the first line, since nothing bounds it', () => {
  const open = without(edited(FLEET, [JOBS, /( {2}limits:\n)(?: {4}.*\n)+/, '']), 'runners/arm64-spot');
  expect(change(FLEET, open).ceiling[0]).toMatchObject({
    name: 'gitlab-jobs-arm64-spot',
    usd: Number.POSITIVE_INFINITY,
  });
});
