import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCommand } from '../../lib/cli/check';
import { planCommand } from '../../lib/cli/plan';
import { withFolder } from '../app/temporary-folder';
import { FLEET, writeFixture } from '../fixtures/files';
import { runHere } from './in-process';

/** Runs with a folder of the fleet, a file of settings and one of prices beside it. */
function withFleet(cost: string, run: (folder: string, settings: string, prices: string) => void): void {
  withFolder((folder) => {
    writeFixture(folder, FLEET);
    const [settings, prices] = ['settings.yaml', 'prices.json'].map((name) => join(folder, name));
    writeFileSync(settings, cost);
    const onDemand = { 'c6g.large': 0.6, 'm6g.4xlarge': 6, 't4g.small': 0.1 };
    writeFileSync(prices, JSON.stringify({ region: 'eu-central-1', date: '2026-11-20', onDemand }));
    run(join(folder, 'acme'), settings, prices);
  });
}

const check = (...args: string[]) => runHere(checkCommand(), args);

test('a budget of an option that is exceeded fails, and says what it is made of', () => {
  withFleet('', (fleet) => {
    expect(check(fleet, '--budget', 'floor=30,ceiling=8').status).toBe(0);
    const { status, stdout } = check(fleet, '--budget', 'floor=20');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'Over budget: USD 20.00 a month while no job runs, and it is USD 29.19:\n  USD 25.99: managers gitlab-managers',
    );
    const { overBudget, clusters } = JSON.parse(
      check(fleet, '--budget', 'floor=20', '--format', 'json').stdout,
    );
    expect(overBudget[0]).toMatchObject({ part: 'floor', budget: 20 });
    expect(overBudget[0].usd).toBe(clusters[0].cost.floorUsdPerMonth.total);
    const [issue] = JSON.parse(check(fleet, '--budget', 'floor=20', '--format', 'codequality').stdout);
    expect(issue.check_name).toBe('cost/floor-over-budget');
  });
});

test('a budget of the settings holds, unless an option says another', () => {
  withFleet('cost: { budget: { ceiling: 5 } }\n', (fleet, settings) => {
    expect(check(fleet, '--config', settings).status).toBe(1);
    expect(check(fleet, '--config', settings, '--budget', 'ceiling=10').status).toBe(0);
  });
});

test('prices of a file are what every figure is made of', () => {
  withFleet('cost: { prices: prices.json }\n', (fleet, settings, prices) => {
    const { stdout } = check(fleet, '--config', settings);
    expect(stdout).toContain('at prices of eu-central-1 of 2026-11-20');
    expect(stdout).toContain('0.01000 c6g.large');
    const planned = runHere(planCommand(), [fleet, '--jobs', '1', '--prices', prices, '--format', 'json']);
    const [{ cost }] = JSON.parse(planned.stdout).clusters;
    expect(
      cost.runners.find(({ name }: { name: string }) => name === 'acme-arm64-spot').usdPerMinuteAlone,
    ).toBeCloseTo(0.01, 9);
  });
});

test('a region without prices is said, not passed over', () => {
  withFleet('', (fleet) => {
    expect(check(fleet, '--region', 'eu-west-3').stdout).toContain(
      'at prices of us-east-1 of 2026-07-06, since there are none here for eu-west-3 (as set); --prices takes your own',
    );
  });
});

test('settings and prices that are of no use: exit code 2 and what to write', () => {
  withFleet('cost: { budget: 5 }\n', (fleet, settings) => {
    expect(check(fleet, '--config', settings)).toMatchObject({ status: 2, stdout: '' });
    expect(check(fleet, '--prices', settings).stderr).toContain('not JSON');
    expect(check(fleet, '--prices', join(fleet, 'none.json')).stderr).toContain('can not be read: ENOENT');
  });
});

test('prices that leave out the types of the fleet pass no budget, and no figure is made up', () => {
  withFleet('', (fleet, _, prices) => {
    const onDemand = { 't2.nano': 0.0001 };
    writeFileSync(prices, JSON.stringify({ region: 'us-east-1', date: '2026-11-20', onDemand }));
    const { status, stdout } = check(fleet, '--prices', prices, '--budget', 'floor=1,ceiling=1');
    expect(status).toBe(1);
    expect(stdout).toContain(
      'Over budget: USD 1.00 a month while no job runs, and it is not known:\n  not known: managers',
    );
    expect(stdout).toContain(
      'Over budget: USD 1.00 an hour at the limits, and it is not known:\n  not known: pool',
    );
    const planned = runHere(planCommand(), [fleet, '--jobs', '1', '--prices', prices]).stdout;
    expect(planned).toContain('what they cost is not known');
    expect(planned).not.toContain('Infinity');
  });
});

test('prices of the settings stay within the project, whatever links there are, and are a file of a usual size', () => {
  withFleet('cost: { prices: sub/prices.json }\n', (fleet, settings, prices) => {
    const here = join(fleet, '..');
    symlinkSync('/dev', join(here, 'devices'));
    writeFileSync(settings, 'cost: { prices: devices/zero }\n');
    expect(check(fleet, '--config', settings).stderr).toContain('leads through one');
    expect(check(fleet, '--prices', '/dev/zero')).toMatchObject({ status: 2, stdout: '' });
    mkdirSync(join(here, 'sub'));
    renameSync(prices, join(here, 'sub/prices.json'));
    writeFileSync(settings, 'cost: { prices: ./sub/prices.json }\n');
    expect(check(fleet, '--config', settings).status).toBe(0);
    writeFileSync(join(here, 'sub/prices.json'), ' '.repeat(5_000_001));
    expect(check(fleet, '--config', settings).stderr).toContain('larger than 5 MB');
  });
});
