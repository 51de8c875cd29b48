import type { SourceFile } from '../../lib/cluster/manifest';
import { printDiffText } from '../../lib/report/diff-text';
import { edited, FLEET, readFixture, withManagers, without, withRunner } from '../fixtures/files';
import { HOLDS_ROOM } from './pause-pod-cases';
import { diffOf } from './revisions';

const plain = (text: string) => text;
const COLORS = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };
const CONFIG = 'amd64-spot/configmap.yaml';

/** The table of cost and capacity of what the fleet becomes. */
function tableAfter(after: readonly SourceFile[]): readonly string[] {
  const lines = printDiffText([diffOf(FLEET, after)], COLORS).split('\n');
  const start = lines.findIndex((line) => line.startsWith('runner  '));
  return start < 0
    ? []
    : lines.slice(start, lines.indexOf('', start)).map((line) => line.replace(/ {2,}/g, ' | '));
}

test('only runners that differ are in the table, with what was and what will be', () => {
  expect(tableAfter(edited(FLEET, [CONFIG, 'cpu_request = "1"', 'cpu_request = "2"']))).toEqual([
    'runner | jobs at once | types for the largest job | cheapest | USD/min',
    'acme-amd64-spot | 20 | 79 | c6a.large -> c6a.xlarge | 0.00127 -> 0.00255',
  ]);
  expect(tableAfter(edited(FLEET, ['', '  labels:\n', '  labels:\n    team: web\n']))).toEqual([]);
});

test('a runner that is new, and one that goes', () => {
  expect(
    tableAfter(without(withRunner(FLEET, 'amd64-spot', 'other'), '/runners/amd64-spot/')).slice(1),
  ).toEqual([
    'acme-other | - -> 20 | - -> 79 | - -> c6a.large | - -> 0.00127',
    'acme-amd64-spot | 20 -> - | 79 -> - | c6a.large -> - | 0.00127 -> -',
  ]);
});

test('several managers of a runner add up', () => {
  const pool = 'nodepool-gitlab-jobs-amd64-spot.yaml';
  const large = edited(FLEET, [pool, 'cpu: "104"', 'cpu: "400"'], [pool, 'memory: 112Gi', 'memory: 400Gi']);
  expect(tableAfter(withManagers(large, 'amd64-spot', 3))[1]).toMatch(/\| 20 -> 60 \|/);
});

test('jobs on Fargate have a size and a price, and no types', () => {
  const fargate = readFixture('fargate').filter(({ path }) => /cluster|runners\/fargate/.test(path));
  expect(tableAfter([...FLEET, ...fargate])[1]).toBe(
    'acme-fargate | - -> 20 | - -> - | - -> Fargate 2 vCPU 4 GiB | - -> 0.00165',
  );
});

test('room that is held for jobs has a price by the month', () => {
  const policy = `[[runners.kubernetes.autoscaler.policy]]
    periods = ["* 8-17 * * mon-fri"]
    timezone = "UTC"
    idle_count = 5
    idle_time = "10m"`;
  const [headings, row] = tableAfter(
    edited(FLEET, [CONFIG, 'immutable: true', `\n    ${policy}\nimmutable: true`]),
  );
  expect(headings).toMatch(/held room, USD\/month$/);
  expect(row).toMatch(/\| 0 -> \d{2,3}$/);
});

test('room that is no longer held costs on where nobody may delete its pods', () => {
  const heldAfter = (after: readonly SourceFile[]) => {
    const [effect] = diffOf(HOLDS_ROOM, after).effects;
    return [effect?.before?.heldUsdPerMonth, effect?.after?.heldUsdPerMonth];
  };
  const [price, none] = heldAfter(
    edited(HOLDS_ROOM, [CONFIG, /\n {4}\[runners\.kubernetes\.autoscaler\](?:\n.*)+?(?=\nimmutable)/, '']),
  );
  expect(price).toBeGreaterThan(10);
  expect(none).toBeUndefined();
  // The same, and the rights with it: the price stays, so that there is nothing to tell.
  expect(heldAfter(FLEET)).toEqual([undefined, undefined]);
});

test.each([
  ['cpu: "104"', 'cpu: "1"', 0],
  ['cpu: "104"', 'cpu: "10"', 7],
  ['memory: 112Gi', 'memory: 9Gi', 2],
  ['cpu: "104"', 'nodes: "1"\n    cpu: "104"', 14],
])('where limits go from %j to %j, %d jobs run at once', (from, to, jobs) => {
  const path = 'nodepool-gitlab-jobs-amd64-spot.yaml';
  const [effect] = diffOf(FLEET, edited(FLEET, [path, from, to])).effects;
  expect([effect.runner, effect.before?.jobs, effect.after?.jobs]).toEqual(['acme-amd64-spot', 20, jobs]);
});

test('where limits bind, it is said whose they are and which other runners they have to do for', () => {
  const path = 'nodepool-gitlab-jobs-amd64-spot.yaml';
  const shared = withRunner(FLEET, 'amd64-spot', 'other');
  const [effect] = diffOf(shared, edited(shared, [path, 'cpu: "104"', 'cpu: "10"'])).effects;
  expect(effect.before?.bound).toBeUndefined();
  expect(effect.after).toMatchObject({
    jobs: 7,
    concurrency: 20,
    bound: { by: 'pool limits', names: ['gitlab-jobs-amd64-spot'], sharedWith: ['acme-other'], sharers: 1 },
  });
});

test('a quota of the namespace binds jobs as limits do', () => {
  const quota = {
    path: 'acme/runners/quota.yaml',
    text: 'apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: jobs, namespace: gitlab-jobs }\nspec: { hard: { pods: "5" } }\n',
  };
  const effect = diffOf(FLEET, [...FLEET, quota]).effects.find(({ runner }) => runner === 'acme-amd64-spot');
  expect([effect?.before?.jobs, effect?.after?.jobs, effect?.after?.bound?.by]).toEqual([20, 5, 'quota']);
  expect(effect?.after?.bound).toMatchObject({ names: ['jobs'], sharers: 3 });
});
