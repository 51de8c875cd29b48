import type { Weight } from '../../lib/diff/rule';
import { withSilences } from '../../lib/diff/silences';

/** What it weighs that a file silences a rule that it did not silence before. */
function weightOf(rule: string): Weight | undefined {
  const silence = { rule, object: '*', reason: 'ours' };
  return withSilences([], [], [silence], '.runner-fleet.yaml')[0]?.impacts[0]?.weight;
}

test.each([
  'in-time',
  'in-time/grace',
  'lands',
  'lands/job',
  'fits',
  'fits/job',
  'fargate/no-budget',
  'limits-suffice/requests',
  'architecture',
  'probes',
  'pools-usable',
  'pools-usable/static',
  'needs/source',
  'rendered',
  'enough',
])('to silence %s, by which jobs run to their end, is disruptive', (rule) => {
  expect(weightOf(rule)).toBe('disruptive');
});

test.each([
  'admitted',
  'isolation/namespace',
  'secrets',
  'guarded',
  'rights/excess',
  'tiers-separate',
  'schema',
])('to silence %s, which guards the fleet, is security', (rule) => {
  expect(weightOf(rule)).toBe('security');
});

test.each(['fits/few-spot-types', 'pools-usable/windows-price', 'architecture/helper-latest'])(
  'to silence %s, which is about cost or choice, is a notice',
  (rule) => {
    expect(weightOf(rule)).toBe('notice');
  },
);

test('what was silenced before is not reported again', () => {
  const silence = { rule: 'in-time', object: '*', reason: 'ours' };
  const narrow = { rule: 'in-time/grace', object: 'Deployment/ci/runner', reason: 'ours' };
  expect(withSilences([], [silence], [silence, narrow], '.runner-fleet.yaml')).toEqual([]);
});
