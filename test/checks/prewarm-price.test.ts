import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { prewarmPrice } from '../../lib/cluster/prewarm-price';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { instanceType } from '../../lib/karpenter/instance-types';
import { render } from '../fleets';

/** The price of what each manager of one runner holds. */
function pricesOf(runner: Partial<RunnerProps>) {
  const one: RunnerProps = { name: 'one', arch: 'arm64', capacity: 'on-demand', ...runner };
  const subject = observe(parseManifests(render({ name: 'a', runners: [one] })).manifests);
  return subject.runners.map((observed) => prewarmPrice(observed, subject));
}

const EIGHT = { jobs: 8, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' };

test('eight jobs in working hours: nine pause pods, three to a node of 4 vCPUs', () => {
  const usdPerHour = instanceType('c6g.xlarge')?.onDemandUsdPerHour ?? 0;
  // 261 working days of 11 hours.
  const usdPerMonth = (3 * usdPerHour * 261 * 11) / 12;
  expect(pricesOf({ prewarm: EIGHT })).toEqual([
    { pods: 9, nodes: 3, type: 'c6g.xlarge', hoursPerWeek: (261 * 11 * 7) / 365, usdPerMonth },
  ]);
});

test('each of two managers holds half of it', () => {
  expect(pricesOf({ prewarm: EIGHT, managers: 2 }).map((price) => price?.pods)).toEqual([5, 5]);
});

test('twice the hours cost twice as much', () => {
  const [day] = pricesOf({ prewarm: { ...EIGHT, hours: ['* 0-11 * * *'] } });
  const [always] = pricesOf({ prewarm: { ...EIGHT, hours: ['* * * * *'] } });
  expect(always?.usdPerMonth).toBeCloseTo(2 * (day?.usdPerMonth ?? 0), 6);
});

test('without held room, and with policies that nobody can add up, there is no price', () => {
  const policy = [{ periods: ['@daily'], idle_count: 2 }];
  const config = { runner: { kubernetes: { autoscaler: { policy } } } };
  expect(pricesOf({})).toEqual([undefined]);
  expect(pricesOf({ config })).toEqual([undefined]);
});
