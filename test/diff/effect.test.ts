import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { printDiffText } from '../../lib/report/diff-text';
import { DEFAULT_FLEET } from '../fleets';
import { BASE, changedFleet, diffOf, edited } from './revisions';

const plain = (text: string) => text;
const COLORS = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };
const [FIRST, ...REST] = DEFAULT_FLEET.runners;

/** The table of cost and capacity after a change of the default fleet. */
function tableAfter(change: Partial<RunnerFleetProps>): readonly string[] {
  const lines = printDiffText([diffOf(BASE, changedFleet(change))], COLORS).split('\n');
  const start = lines.findIndex((line) => line.startsWith('runner  '));
  return start < 0
    ? []
    : lines.slice(start, lines.indexOf('', start)).map((line) => line.replace(/ {2,}/g, ' | '));
}

test('only runners that differ are in the table, with what was and what will be', () => {
  expect(tableAfter({ runners: [{ ...FIRST, build: { cpu: { request: '2' } } }, ...REST] })).toEqual([
    'runner | jobs at once | types for the largest job | cheapest | USD/min',
    'production-amd64-spot | 20 | 79 | c6a.large -> c6a.xlarge | 0.00127 -> 0.00255',
  ]);
  expect(tableAfter({ labels: { team: 'web' } })).toEqual([]);
});

test('a runner that is new, and one that goes', () => {
  expect(tableAfter({ runners: [...REST, { ...FIRST, name: 'other' }] }).slice(1)).toEqual([
    'production-other | - -> 20 | - -> 79 | - -> c6a.large | - -> 0.00127',
    'production-amd64-spot | 20 -> - | 79 -> - | c6a.large -> - | 0.00127 -> -',
  ]);
});

test('several managers of a runner add up', () => {
  expect(tableAfter({ runners: [{ ...FIRST, managers: 3 }, ...REST] })[1]).toMatch(/\| 20 -> 60 \|/);
});

test('jobs on Fargate have a size and a price, and no types', () => {
  const runners: RunnerFleetProps['runners'] = [
    ...DEFAULT_FLEET.runners,
    { name: 'fargate', arch: 'amd64', capacity: 'fargate' },
  ];
  expect(tableAfter({ fargate: { region: 'eu-west-1' }, runners })[1]).toBe(
    'production-fargate | - -> 20 | - -> - | - -> Fargate 2 vCPU 4 GiB | - -> 0.00165',
  );
});

test('room that is held for jobs has a price by the month', () => {
  const prewarm = { jobs: 4, hours: ['* 8-17 * * mon-fri'], timezone: 'UTC' };
  const [headings, row] = tableAfter({ runners: [{ ...FIRST, prewarm }, ...REST] });
  expect(headings).toMatch(/held room, USD\/month$/);
  expect(row).toMatch(/\| 0 -> \d{2,3}$/);
});

test.each([
  ['cpu: "104"', 'cpu: "1"', 0],
  ['cpu: "104"', 'cpu: "10"', 9],
  ['memory: 112Gi', 'memory: 9Gi', 4],
  ['cpu: "104"', 'nodes: "1"\n    cpu: "104"', 14],
])('where limits go from %j to %j, %d jobs run at once', (from, to, jobs) => {
  const path = 'nodepool-gitlab-jobs-amd64-spot.yaml';
  const [effect] = diffOf(BASE, edited(BASE, path, from, to)).effects;
  expect([effect.runner, effect.before?.jobs, effect.after?.jobs]).toEqual([
    'production-amd64-spot',
    20,
    jobs,
  ]);
});
