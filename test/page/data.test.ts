import { observe } from '../../lib/cluster/observe';
import { costOf } from '../../lib/cost/fleet-cost';
import { stopsFor } from '../../lib/page/data/stops';
import { planBursts } from '../../lib/plan/burst';
import { printDiffJson } from '../../lib/report/diff-json';
import { printJson } from '../../lib/report/json';
import { diffOf } from '../diff/revisions';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { edited, FLEET, parsed, readFixture, withManagers, withRunner } from '../fixtures/files';
import { clusterOf, pageOf } from './page-of';

const SPOT = 'amd64-spot/configmap.yaml';
const CHANGED = edited(
  FLEET,
  ['arm64-spot/configmap.yaml', 'concurrent = 20', 'concurrent = 40'],
  ['arm64-spot/configmap.yaml', 'limit = 20', 'limit = 40'],
  [SPOT, 'cpu_request = "1"', 'cpu_request = "4"'],
);

test.each([
  ['a fleet with a pool for each runner', FLEET],
  ['a fleet on EKS Auto Mode', AUTO_MODE_FLEET],
  ['jobs on Fargate', readFixture('fargate')],
])('the runners of %s have the figures of check', (_, files) => {
  const { report } = clusterOf(files);
  const { runners, findings } = JSON.parse(printJson([report])).clusters[0];
  const page = pageOf(files);
  expect(
    page.runners.map(({ name, tags, jobs, pools, verdict, type, usdAlone }) => ({
      name,
      tags,
      jobs,
      pools,
      verdict,
      type,
      usdAlone,
    })),
  ).toEqual(
    runners.map((row: (typeof report.runners)[number]) => ({
      name: row.name,
      tags: row.tags,
      jobs: row.concurrency,
      pools: row.pools,
      verdict: row.verdict,
      type: row.cheapest?.type,
      usdAlone: row.cheapest?.usdPerMinute,
    })),
  );
  expect(page.findings.map(({ rule, line }) => [rule, line])).toEqual(
    findings.map(({ rule, line }: { rule: string; line: number }) => [rule, line]),
  );
});

test('money is that of the one source of figures', () => {
  const cost = costOf(observe(parsed(FLEET)));
  const [page] = pageOf(FLEET).costs;
  expect(page.floor.total).toBe(cost.floorUsdPerMonth.total);
  expect(page.ceiling.total).toBe(cost.ceilingUsdPerHour.total);
  expect(page.ceiling.lines.map(({ name, usd }) => [name, usd])).toEqual(
    cost.ceilingUsdPerHour.lines.map(({ name, usd }) => [name, usd]),
  );
});

test('every stop of the slider is a plan, for each of the runners that share it', () => {
  const subject = observe(parsed(FLEET));
  const { bursts } = pageOf(FLEET);
  expect(bursts.flatMap(({ runners }) => runners).sort()).toEqual(
    subject.runners.map(({ name }) => name).sort(),
  );
  for (const { runners, stops, terms } of bursts)
    for (const runner of runners)
      for (const stop of [stops[0], stops[7], ...stops.slice(-2)]) {
        const [plan] = planBursts(subject, { jobs: stop.jobs, minutes: 5, requestSeconds: 0.5 }, runner);
        expect(stop).toMatchObject({
          machines: plan.machines,
          usdPerHour: plan.usdPerHour,
          vcpus: plan.vcpus,
          addresses: plan.addresses,
          seconds: plan.secondsToTake,
          raise: plan.terms.filter(({ allows }) => allows < stop.jobs).map(({ raise }) => raise),
        });
        expect(terms[stop.terms].map(({ name, allows }) => [name, allows])).toEqual(
          plan.terms.map(({ name, allows }) => [name, Number.isFinite(allows) ? allows : null]),
        );
      }
});

test('runners that are alike share their plans, and one with another limit has its own', () => {
  const two = withRunner(FLEET, 'amd64-spot', 'amd64-spot-two');
  expect(pageOf(two).bursts.length).toBe(pageOf(FLEET).bursts.length);
  expect(pageOf(CHANGED).bursts.map(({ runners }) => runners)).toContainEqual(['acme-arm64-spot']);
});

test('several managers of a runner are one runner with the jobs of all', () => {
  const [one] = pageOf(withManagers(FLEET, 'amd64-spot', 3)).runners.filter(
    ({ name }) => name === 'acme-amd64-spot',
  );
  expect([one.jobs, one.managers]).toEqual([60, 3]);
});

test('a runner says why each pool takes its jobs or does not', () => {
  const [{ landing }] = pageOf(FLEET).runners.filter(({ name }) => name === 'acme-amd64-spot');
  const taking = landing.filter(({ takes }) => takes);
  expect(taking.map(({ pool }) => pool)).toEqual(['gitlab-jobs-amd64-spot']);
  expect(taking[0].why).toMatch(
    /^labels, taints and requirements match; \d+ types fit the job, \d+ the largest one$/,
  );
  expect(
    landing
      .filter(({ takes }) => !takes)
      .map(({ why }) => why)
      .join('\n'),
  ).toMatch(/kubernetes\.io\/arch is In \[arm64\], the pod wants In \[amd64\]/);
});

test('types of a pool stand by price, and say which of them the largest job fits', () => {
  const pool = pageOf(FLEET).pools.find(({ name }) => name === 'gitlab-jobs-amd64-spot');
  const prices = pool?.types.map(({ usdPerHour = Number.MAX_VALUE }) => usdPerHour) ?? [];
  expect(prices).toEqual([...prices].sort((a, b) => a - b));
  const [row] = clusterOf(FLEET).report.runners.filter(({ name }) => name === 'acme-amd64-spot');
  expect(pool?.fitting).toBe(row.pools[0].types);
  expect(pool?.types.filter(({ fits }) => fits === 1).length).toBe(pool?.fitting);
});

test('a change has the impacts and effects of diff', () => {
  const { change } = pageOf(CHANGED, FLEET);
  const [json] = JSON.parse(printDiffJson([diffOf(FLEET, CHANGED)])).clusters;
  const [cluster] = change?.clusters ?? [];
  const told = cluster.impacts.flatMap(({ rule, what, objects }) =>
    objects.map((object) => `${rule} ${object} ${what}`),
  );
  expect(told.sort()).toEqual(
    json.impacts.map(({ rule, object, what }: Record<string, string>) => `${rule} ${object} ${what}`).sort(),
  );
  expect(cluster.effects.map(({ runner, rows }) => [runner, rows[0].before, rows[0].after])).toEqual(
    json.effects.map(({ runner, before, after }: Record<string, { jobs: number }> & { runner: string }) => [
      runner,
      String(before.jobs),
      String(after.jobs),
    ]),
  );
  expect(cluster.costLines.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^pool /));
});

test('a page without an earlier revision says nothing of a change', () => {
  expect(pageOf(FLEET).change).toBeUndefined();
});

test('a character that nobody sees is spelled out', () => {
  const files = edited(FLEET, [SPOT, 'tags: amd64,', 'tags: "am\\u202Ed64",']);
  const hidden = files.map(({ path, text }) => ({
    path,
    text: text.replace('"am\\u202Ed64",x86,x86-64,x86_64,spot', '"am\\u202Ed64,x86,spot"'),
  }));
  const [one] = pageOf(hidden).runners.filter(({ name }) => name === 'acme-amd64-spot');
  expect(one.tags[0]).toBe('am\\u{202e}d64');
});

describe('the stops of the slider', () => {
  test('go from one job to beyond what binds, with what each term allows and one job more', () => {
    const stops = stopsFor([20, 76, 2940, 70_000]);
    expect(stops[0]).toBe(1);
    expect(stops.at(-1)).toBe(300);
    expect(stops).toEqual(expect.arrayContaining([20, 21, 76, 77, 300]));
    expect(stops).toEqual([...new Set(stops)].sort((a, b) => a - b));
  });

  test('reach further for a fleet that allows more, and have an end where nothing binds', () => {
    expect(stopsFor([1000, 4000]).at(-1)).toBe(6000);
    expect(stopsFor([Number.POSITIVE_INFINITY]).at(-1)).toBe(300);
    expect(stopsFor([90_000, 200_000]).at(-1)).toBe(300);
  });

  test('are fewer where there are many kinds of runner, and 300 is always one', () => {
    expect(stopsFor([20, 76], true).length).toBeLessThan(stopsFor([20, 76]).length / 2);
    expect(stopsFor([20, 76], true)).toContain(300);
  });

  test('begin at one job where nothing may run', () => {
    expect(stopsFor([0])[0]).toBe(1);
  });
});

test('a change of tags says whose jobs have no runner any more', () => {
  const moved = edited(FLEET, [
    SPOT,
    'tags: amd64,x86,x86-64,x86_64,spot',
    'tags: amd64,x86,x86-64,x86_64,spot-first',
  ]);
  const [{ routes }] = pageOf(moved, FLEET).change?.clusters ?? [];
  expect(routes[0].isLost).toBe(true);
  expect(routes[0].text).toMatch(
    /^Jobs with .*amd64, spot.* have no runner any more and wait\. Before: acme-amd64-spot\.$/,
  );
});

test('a change begins with the sentence of diff, and says where security is weaker', () => {
  const weak = edited(FLEET, [SPOT, 'privileged = false', 'privileged = true']);
  const [cluster] = pageOf(weak, FLEET).change?.clusters ?? [];
  const [json] = JSON.parse(printDiffJson([diffOf(FLEET, weak)])).clusters;
  expect(cluster.sentence).toBe(json.summary);
  expect(cluster.weaker).toBe('acme: security is weaker after this change');
});

test('runners whose nodes become others show that before and after', () => {
  const first = edited(FLEET, [
    'nodepool-gitlab-jobs-arm64-spot.yaml',
    '            - spot',
    '            - spot\n            - on-demand',
  ]);
  const [{ effects }] = pageOf(first, FLEET).change?.clusters ?? [];
  const rows = effects.find(({ runner }) => runner === 'acme-arm64-spot')?.rows ?? [];
  expect(rows.find(({ what }) => what === 'nodes')).toEqual({
    what: 'nodes',
    before: 'spot',
    after: 'spot or on-demand',
  });
});

test('a runner says what its jobs may request for themselves, and what the helper adds', () => {
  const [one] = pageOf(FLEET).runners.filter(({ name }) => name === 'acme-amd64-spot');
  const [, total] = /^([\d.]+) CPU$/.exec(one.largestJob?.cpu ?? '') ?? [];
  const [, added] = /^([\d.]+) CPU and [\d.]+ GiB$/.exec(one.accepts?.adds ?? '') ?? [];
  expect(one.accepts?.cpu).toBeGreaterThan(0);
  expect(Number(added)).toBeGreaterThan(0);
  expect((one.accepts?.cpu ?? 0) + Number(added)).toBeCloseTo(Number(total), 2);
});
