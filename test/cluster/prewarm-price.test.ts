import type { SourceFile } from '../../lib/cluster/manifest';
import { observe } from '../../lib/cluster/observe';
import { prewarmPrice } from '../../lib/cluster/prewarm-price';
import { instanceType } from '../../lib/karpenter/instance-types';
import { edited, FLEET, parsed, withManagers } from '../fixtures/files';

const RUNNER = 'arm64-on-demand';

/** The fleet with a policy of pause pods in the config.toml of one runner. */
const holding = (policy: string): readonly SourceFile[] =>
  edited(FLEET, [
    `${RUNNER}/configmap.yaml`,
    'immutable: true',
    `
        [[runners.kubernetes.autoscaler.policy]]
${policy.replace(/^/gm, '        ')}
immutable: true`,
  ]);

/** Pause pods for some hours. */
const pods = (count: number, hours: string): readonly SourceFile[] =>
  holding(`periods = ["${hours}"]\ntimezone = "Europe/Berlin"\nidle_count = ${count}\nidle_time = "10m"`);

const WORKING_HOURS = '* 7-17 * * mon-fri';

/** The price of what each manager of that runner holds. */
function pricesOf(files: readonly SourceFile[]) {
  const subject = observe(parsed(files));
  return subject.runners
    .filter(({ name }) => name === `acme-${RUNNER}`)
    .map((observed) => prewarmPrice(observed, subject));
}

test('nine pause pods in working hours: three to a node of 4 vCPUs', () => {
  const usdPerHour = instanceType('c6g.xlarge')?.onDemandUsdPerHour ?? 0;
  // 261 working days of 11 hours.
  const usdPerMonth = (3 * usdPerHour * 261 * 11) / 12;
  expect(pricesOf(pods(9, WORKING_HOURS))).toEqual([
    {
      pods: 9,
      nodes: 3,
      type: 'c6g.xlarge',
      pool: 'gitlab-jobs-arm64-on-demand',
      hoursPerWeek: (261 * 11 * 7) / 365,
      usdPerMonth,
    },
  ]);
});

test('each of two managers holds its own', () => {
  const two = withManagers(pods(5, WORKING_HOURS), RUNNER, 2);
  expect(pricesOf(two).map((price) => price?.pods)).toEqual([5, 5]);
});

test('twice the hours cost twice as much', () => {
  const [day] = pricesOf(pods(9, '* 0-11 * * *'));
  const [always] = pricesOf(pods(9, '* * * * *'));
  expect(day?.usdPerMonth).toBeGreaterThan(0);
  expect(always?.usdPerMonth).toBeCloseTo(2 * (day?.usdPerMonth ?? 0), 6);
});

test('without held room, and with policies that nobody can add up, there is no price', () => {
  expect(pricesOf(FLEET)).toEqual([undefined]);
  expect(pricesOf(holding('periods = ["@daily"]\nidle_count = 2'))).toEqual([undefined]);
});
