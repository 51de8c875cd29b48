import { DEFAULT_CHECK_SETTINGS, observe } from '../../lib/cluster/observe';
import { budgetExcesses } from '../../lib/cost/budget';
import { costOf } from '../../lib/cost/fleet-cost';
import { edited, FLEET, parsed, without } from '../fixtures/files';

const cost = costOf(observe(parsed(FLEET)));
/** Prices that leave out all types of the fleet. */
const PRICES = {
  region: 'us-east-1',
  date: '2026-11-20',
  source: 'ours',
  onDemand: new Map([['t2.nano', 0.0001]]),
  spot: new Map(),
};

const one = [{ cluster: undefined, cost }];
const two = ['a', 'b'].map((cluster) => ({ cluster, cost }));

test('a fleet within its budget exceeds nothing, to the cent', () => {
  expect(budgetExcesses(one, {})).toEqual([]);
  expect(budgetExcesses(one, { floor: 29.19, ceiling: 7.16 })).toEqual([]);
  expect(budgetExcesses(one, { floor: 29.188 })).toEqual([]);
});

test('each part that is exceeded comes with what it is made of, the most expensive first', () => {
  const [floor, ceiling] = budgetExcesses(one, { floor: 20, ceiling: 5 });
  expect(floor).toMatchObject({ part: 'floor', budget: 20 });
  expect(floor.usd).toBeCloseTo(29.188, 6);
  expect(floor.lines.map(({ what, name }) => `${what} ${name}`)).toEqual([
    'managers gitlab-managers',
    'disks gitlab-managers',
  ]);
  expect(ceiling.part).toBe('ceiling');
  expect(ceiling.lines.map(({ usd }) => usd)).toEqual(
    [...ceiling.lines.map(({ usd }) => usd)].sort((a, b) => b - a),
  );
});

test('clusters share one budget', () => {
  expect(budgetExcesses(two, { floor: 60 })).toEqual([]);
  const [floor] = budgetExcesses(two, { floor: 50 });
  expect(floor.usd).toBeCloseTo(58.376, 6);
  expect(floor.lines[0].name).toBe('gitlab-managers in a');
});

test('what nothing bounds is above every budget', () => {
  const open = edited(FLEET, ['nodepool-gitlab-jobs-arm64-spot.yaml', /( {2}limits:\n)(?: {4}.*\n)+/, '']);
  const unbounded = costOf(observe(parsed(without(open, 'runners/arm64-spot'))));
  const [excess] = budgetExcesses([{ cluster: undefined, cost: unbounded }], { ceiling: 1_000_000 });
  expect(excess).toMatchObject({ part: 'ceiling', usd: null });
  expect(excess.lines[0].name).toBe('gitlab-jobs-arm64-spot');
});

test('a price that is not known is above every budget, and stands first', () => {
  const money = { prices: PRICES };
  const unknown = costOf(observe(parsed(FLEET), { ...DEFAULT_CHECK_SETTINGS, money }));
  const excesses = budgetExcesses([{ cluster: undefined, cost: unknown }], { floor: 1e6, ceiling: 1e6 });
  expect(excesses.map(({ part, usd }) => [part, usd])).toEqual([
    ['floor', null],
    ['ceiling', null],
  ]);
  for (const { lines } of excesses) expect(lines[0]).toMatchObject({ isUnknown: true });
});
