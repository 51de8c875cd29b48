import type { SourceFile } from '../../lib/cluster/manifest';
import { type CheckSettings, DEFAULT_CHECK_SETTINGS, observe } from '../../lib/cluster/observe';
import type { PriceSettings } from '../../lib/cluster/prices';
import { costOf } from '../../lib/cost/fleet-cost';
import type { CostLine } from '../../lib/cost/types';
import { makeReport } from '../../lib/report/report';
import { AUTO_MODE_FLEET } from '../fixtures/auto-mode';
import { edited, FLEET, parsed, readFixture, withManagers, without } from '../fixtures/files';

const MANAGERS = 'nodepool-gitlab-managers.yaml';
const JOBS = 'nodepool-gitlab-jobs-arm64-spot.yaml';

function observed(files: readonly SourceFile[], money: PriceSettings = {}) {
  const settings: CheckSettings = { ...DEFAULT_CHECK_SETTINGS, money };
  return observe(parsed(files), settings);
}

const cost = (files: readonly SourceFile[], money?: PriceSettings) => costOf(observed(files, money));

const shown = (lines: readonly CostLine[]) =>
  lines.map(({ what, name, usd, because }) => `${what} ${name}: ${usd.toFixed(3)}, ${because}`);

describe('a minute of a job', () => {
  test('costs the cheapest node alone, or its share of a full one', () => {
    const runner = cost(FLEET).runners.find(({ name }) => name === 'acme-arm64-on-demand');
    expect(runner).toMatchObject({ type: 'c6g.large', packedType: 'm6g.4xlarge', purchase: 'on-demand' });
    expect(runner?.usdPerMinuteAlone).toBeCloseTo(0.068 / 60, 9);
    // Fourteen jobs on a node of 0.616 an hour.
    expect(runner?.usdPerMinutePacked).toBeCloseTo(0.616 / 60 / 14, 9);
    // 100 GiB of gp3 at 0.08 a month.
    expect(runner?.besidesUsdPerMinute).toBeCloseTo(8 / 730 / 60, 9);
    expect(runner?.spot).toBeUndefined();
  });

  test('is the one that check prints', () => {
    const subject = observed(FLEET);
    const rows = makeReport(undefined, subject, { findings: [], silenced: [], renamed: [] }).runners;
    expect(costOf(subject).runners.map(({ name, usdPerMinuteAlone: usd }) => [name, usd])).toEqual(
      rows.map(({ name, cheapest }) => [name, cheapest?.usdPerMinute]),
    );
  });

  test('on Spot lies between what AWS claims and the price on demand, where nobody gave prices', () => {
    const runner = cost(FLEET).runners.find(({ name }) => name === 'acme-arm64-spot');
    expect(runner?.purchase).toBe('spot');
    expect(runner?.spot).toMatchObject({
      type: 'c6g.large',
      basis: 'claim',
      source: 'AWS: up to 90 % below on demand',
    });
    expect(runner?.spot?.low).toBeCloseTo(0.0068 / 60, 9);
    expect(runner?.spot?.high).toBeCloseTo(0.068 / 60, 9);
  });

  test('on Spot is the range of the type that is cheapest at its worst, where the user gave ranges', () => {
    const spot = new Map([
      ['c6g.large', { low: 0.02, high: 0.05 }],
      ['m6g.large', { low: 0.03, high: 0.04 }],
    ]);
    const prices = { region: 'eu-central-1', date: '2026-11-20', source: 'ours', onDemand: new Map(), spot };
    const runner = cost(FLEET, { prices }).runners.find(({ name }) => name === 'acme-arm64-spot');
    expect(runner?.spot).toEqual({
      type: 'm6g.large',
      low: 0.03 / 60,
      high: 0.04 / 60,
      source: 'ours',
      date: '2026-11-20',
      basis: 'prices',
    });
  });

  test('takes both kinds of nodes where a pool allows both', () => {
    const both = edited(
      FLEET,
      [JOBS, '            - spot\n', '            - spot\n            - on-demand\n'],
      ['arm64-spot/configmap.yaml', / *"karpenter.sh\/capacity-type" = "spot"\n/, ''],
    );
    const runner = cost(both).runners.find(({ name }) => name === 'acme-arm64-spot');
    expect(runner?.purchase).toBe('spot, on-demand');
  });

  test("holds EKS Auto Mode's fee, which Spot does not lower", () => {
    const runner = cost(AUTO_MODE_FLEET).runners.find(({ name }) => name === 'acme-arm64-spot');
    const fee = (0.068 * 0.12) / 60;
    expect(runner?.autoModeUsdPerMinute).toBeCloseTo(fee, 9);
    expect(runner?.usdPerMinuteAlone).toBeCloseTo(0.068 / 60 + fee, 9);
    expect(runner?.spot?.low).toBeCloseTo(0.0068 / 60 + fee, 9);
  });
});

describe('the idle floor of a month', () => {
  test('is the nodes of managers and their disks: 0.0188 and 0.0168 an hour, and 20 GiB each', () => {
    const { floorUsdPerMonth: floor } = cost(FLEET);
    expect(shown(floor.lines)).toEqual([
      'managers gitlab-managers: 25.988, 1 x t3a.small for 2 managers, 1 x t4g.small for 2 managers',
      'disks gitlab-managers: 3.200, for 1460 hours of its nodes',
    ]);
    expect(floor.total).toBeCloseTo((0.0188 + 0.0168) * 730 + 2 * 20 * 0.08, 6);
    expect(floor.unknown).toEqual([]);
  });

  test('falls to 28 % for managers with the largest Savings Plan; disks stay as they are', () => {
    const { managers, managersWithSavingsPlan } = cost(FLEET).floorUsdPerMonth;
    expect(managersWithSavingsPlan).toBeCloseTo(managers * 0.28, 6);
  });

  test('holds the fee of EKS Auto Mode, which no Savings Plan lowers', () => {
    const { managers, managersWithSavingsPlan, autoModeFee } = cost(AUTO_MODE_FLEET).floorUsdPerMonth;
    expect(autoModeFee).toBeGreaterThan(0);
    expect(managersWithSavingsPlan).toBeCloseTo(autoModeFee + (managers - autoModeFee) * 0.28, 6);
  });

  test('holds a public IPv4 address of each node where the user says so, and where its class does', () => {
    expect(cost(FLEET).floorUsdPerMonth.publicIpv4).toBe(0);
    expect(cost(FLEET, { publicIpv4: true }).floorUsdPerMonth.publicIpv4).toBeCloseTo(2 * 0.005 * 730, 6);
    const said = (isPublic: boolean) =>
      edited(FLEET, [
        'ec2nodeclass-gitlab-managers.yaml',
        'spec:\n',
        `spec:\n  associatePublicIPAddress: ${isPublic}\n`,
      ]);
    expect(cost(said(true)).floorUsdPerMonth.publicIpv4).toBeCloseTo(2 * 0.005 * 730, 6);
    expect(cost(said(false), { publicIpv4: true }).floorUsdPerMonth.publicIpv4).toBe(0);
  });

  test('spreads managers over three zones, as Karpenter does where that is preferred', () => {
    const spread = `      topologySpreadConstraints:
        - labelSelector:
            matchLabels:
              gitlab-runner-fleet/runner: arm64-spot
          maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
      volumes:`;
    const files = withManagers(FLEET, 'arm64-spot', 6).map(({ path, text }) =>
      path.includes('arm64-spot/deployment')
        ? { path, text: text.replace('      volumes:', spread) }
        : { path, text },
    );
    const [managers] = cost(files).floorUsdPerMonth.lines;
    expect(managers.because).toContain('3 x t4g.small');
  });

  test('holds what pause pods keep, with the disks of their nodes for those hours', () => {
    const policy = `
        [[runners.kubernetes.autoscaler.policy]]
          periods = ["* 0-11 * * *"]
          idle_count = 9
          idle_time = "10m"
immutable: true`;
    const held = edited(FLEET, ['arm64-on-demand/configmap.yaml', 'immutable: true', policy]);
    const { prewarm, lines } = cost(held).floorUsdPerMonth;
    expect(prewarm).toBeCloseTo(3 * 0.136 * 365, 6);
    expect(shown(lines)).toContain(
      'prewarm acme-arm64-on-demand: 148.920, 3 x c6g.xlarge for 9 pause pods 84 hours a week',
    );
    expect(shown(lines)).toContain('disks gitlab-jobs-arm64-on-demand: 12.000, for 1095 hours of its nodes');
  });

  test('holds the nodes of a pool that has a fixed number of them', () => {
    const fixed = edited(FLEET, [JOBS, 'spec:\n', 'spec:\n  replicas: 2\n']);
    const { fixedNodes, lines } = cost(fixed).floorUsdPerMonth;
    expect(fixedNodes).toBeCloseTo(2 * 0.068 * 730, 6);
    expect(shown(lines)[0]).toBe(
      'fixed nodes gitlab-jobs-arm64-spot: 99.280, 2 x c6g.large, by its replicas',
    );
  });

  test('counts no manager that is stopped, and those that wait for a token as if they ran', () => {
    const stopped = FLEET.map(({ path, text }) =>
      path.endsWith('deployment.yaml')
        ? { path, text: text.replace('replicas: 1', 'replicas: 0') }
        : { path, text },
    );
    expect(cost(stopped).floorUsdPerMonth.total).toBe(0);
    const waiting = stopped.map(({ path, text }) => ({
      path,
      text: text.replace(
        '  annotations:\n    gitlab-runner-fleet/maximum',
        '  annotations:\n    gitlab-runner-fleet/waiting-for: sealed/x.yaml\n    gitlab-runner-fleet/maximum',
      ),
    }));
    expect(cost(waiting).floorUsdPerMonth.total).toBeCloseTo(29.188, 6);
  });

  test('names managers whose place is not known instead of counting nothing for them', () => {
    const { total, unknown } = cost(without(FLEET, MANAGERS)).floorUsdPerMonth;
    expect(total).toBe(0);
    expect(unknown).toContain('managers of acme-arm64-spot');
  });
});

describe('the ceiling of an hour', () => {
  test('is every pool at its limits, on the types that jobs get first, with disks', () => {
    const pool = cost(FLEET).ceilingUsdPerHour.pools.find(({ name }) => name === 'gitlab-jobs-arm64-spot');
    expect(pool).toMatchObject({
      boundBy: 'limits',
      because:
        '1 x m6g.4xlarge and 1 x c6g.4xlarge and 1 x c6g.2xlarge and 1 x c6g.xlarge, by its limits of cpu 104, memory 112Gi',
    });
    expect(pool?.usdPerHour).toBeCloseTo(0.616 + 0.544 + 0.272 + 0.136 + (4 * 8) / 730, 6);
  });

  test('adds up over pools, and is more where EC2 has only the most expensive types', () => {
    const { total, worst, pools } = cost(FLEET).ceilingUsdPerHour;
    expect(total).toBeCloseTo(
      pools.reduce((sum, one) => sum + (one.usdPerHour ?? 0), 0),
      9,
    );
    expect(worst).toBeGreaterThan(2 * (total ?? Number.POSITIVE_INFINITY));
  });

  test('has no bound without limits, however few jobs its runners take: that is never cheaper than limits', () => {
    const open = edited(FLEET, [JOBS, /( {2}limits:\n)(?: {4}.*\n)+/, '']);
    const { total, worst, pools } = cost(open).ceilingUsdPerHour;
    expect([total, worst]).toEqual([null, null]);
    const pool = pools.find(({ name }) => name === 'gitlab-jobs-arm64-spot');
    expect(pool).toMatchObject({ boundBy: null, because: 'it has no limit that bounds its nodes' });
  });

  test('counts nothing for a pool in which nothing lands: without its runner a fleet is not more expensive', () => {
    const { ceilingUsdPerHour: rest } = cost(without(FLEET, 'runners/arm64-spot'));
    const pool = rest.pools.find(({ name }) => name === 'gitlab-jobs-arm64-spot');
    expect(pool).toMatchObject({ usdPerHour: 0, because: 'no job and no manager lands in it' });
    expect(rest.total).toBeLessThan(cost(FLEET).ceilingUsdPerHour.total ?? 0);
  });

  test('is not known where a type that jobs get has no price', () => {
    const prices = { region: 'us-east-1', date: '2026-11-20', source: 'ours', spot: new Map() };
    const { ceilingUsdPerHour: ceiling, floorUsdPerMonth: floor } = cost(FLEET, {
      prices: { ...prices, onDemand: new Map([['t2.nano', 0.0001]]) },
    });
    expect([ceiling.total, ceiling.worst]).toEqual([null, null]);
    expect(ceiling.lines[0]).toMatchObject({
      isUnknown: true,
      because: expect.stringMatching(/^no price is known for /),
    });
    expect(floor.unknown).toContain('managers of acme-arm64-spot');
    expect(floor.unpriced.map(({ what }) => what)).toContain('managers');
  });

  test('is not known where no NodePool is here', () => {
    const files = FLEET.filter(({ path }) => !path.includes('nodepool-'));
    expect(cost(files).ceilingUsdPerHour.total).toBeNull();
  });

  test('is nothing that can be said where neither limits nor runners bound a pool', () => {
    const open = edited(FLEET, [JOBS, /( {2}limits:\n)(?: {4}.*\n)+/, '']);
    const { total, lines } = cost(without(open, 'runners/arm64-spot')).ceilingUsdPerHour;
    expect(total).toBeNull();
    expect(lines[0]).toMatchObject({
      name: 'gitlab-jobs-arm64-spot',
      because: 'it has no limit that bounds its nodes',
    });
  });

  test('counts each job of a runner on Fargate', () => {
    const { ceilingUsdPerHour, runners } = cost(readFixture('fargate'));
    const runner = runners.find(({ purchase }) => purchase === 'fargate');
    const profile = ceilingUsdPerHour.lines.find(({ what }) => what === 'fargate jobs');
    expect(runner?.usdPerMinutePacked).toBe(runner?.usdPerMinuteAlone);
    expect(profile?.usd).toBeCloseTo(20 * 60 * (runner?.usdPerMinuteAlone ?? 0), 6);
  });
});
