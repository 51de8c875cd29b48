import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';

/** Everything that the checks find in rendered fleets of one cluster. */
function findingsIn(...fleets: readonly RunnerFleetProps[]) {
  const files = fleets.flatMap((fleet) => render(fleet, fleet.tokens ? new Map() : sealedTokens(fleet)));
  return runChecks(observe(parseManifests(files).manifests)).findings;
}

const ONE: RunnerFleetProps = {
  name: 'a',
  runners: [{ name: 'one', arch: 'arm64', capacity: 'on-demand' }],
};
const FARGATE: RunnerFleetProps = {
  name: 'a',
  fargate: { region: 'eu-west-1' },
  runners: [{ name: 'one', arch: 'amd64', capacity: 'fargate' }],
};

test.each<[string, RunnerFleetProps]>([
  ['the default fleet, its tokens sealed', DEFAULT_FLEET],
  ['tokens from a store', { ...DEFAULT_FLEET, tokens: { from: 'external-secret', store: 'aws' } }],
  ['tokens from Secrets that exist', { ...DEFAULT_FLEET, tokens: { from: 'existing-secret' } }],
  ['a hundred jobs at once in each manager', { ...DEFAULT_FLEET, runnerDefaults: { concurrency: 100 } }],
  ['five hundred jobs in one manager', { ...ONE, runnerDefaults: { concurrency: 500 } }],
  ['one job at a time', { ...ONE, runnerDefaults: { concurrency: 1 } }],
  ['several managers of each runner', { ...DEFAULT_FLEET, runnerDefaults: { managers: 3 } }],
  ['jobs on Fargate, managers on nodes', FARGATE],
  ['jobs and managers on Fargate', { ...FARGATE, fargate: { region: 'eu-west-1', managers: true } }],
])('what is rendered passes every check: %s', (_, fleet) => {
  expect(findingsIn(fleet)).toEqual([]);
});

test('two fleets of one cluster share nothing', () => {
  const guarded: RunnerFleetProps = { ...ONE, name: 'guarded', clusterName: 'production', prefix: 'guarded' };
  expect(findingsIn(DEFAULT_FLEET, guarded).filter(({ id }) => id.startsWith('tiers-separate/'))).toEqual([]);
});

test('two fleets with one cache are refused, whatever its prefix', () => {
  const cache = { bucket: 'shared-cache', region: 'eu-west-1' };
  const [first, second] = ['one', 'other'].map((path) => ({
    ...ONE,
    name: path,
    clusterName: 'production',
    prefix: path,
    runnerDefaults: { cache: { ...cache, path } },
  }));
  expect(findingsIn(first, second).filter(({ id }) => id.startsWith('tiers-separate/'))).toMatchObject([
    { found: 'cache shared-cache' },
  ]);
});

test('a patch with a slip in it is found before anything is written', () => {
  const patches = { Deployment: { spec: { templat: { spec: {} } } } };
  expect(
    findingsIn({ ...DEFAULT_FLEET, runnerDefaults: { patches } }).filter(({ id }) =>
      id.startsWith('schema/'),
    ),
  ).toMatchObject(
    DEFAULT_FLEET.runners.map(() => ({
      found: 'templat',
      fix: 'write template',
      at: { path: ['spec', 'templat'] },
    })),
  );
});

test('limits of a pool of devices that hold fewer nodes than jobs are found', () => {
  const devices: RunnerFleetProps = {
    name: 'production',
    runners: [
      { name: 'gpu', arch: 'amd64', capacity: 'on-demand', pool: 'gpu', devices: { 'nvidia.com/gpu': 1 } },
    ],
    nodePools: [{ pool: 'gpu', arch: 'amd64', capacity: 'on-demand', instanceFamilies: ['g4dn'] }],
  };
  const errorsOf = (fleet: RunnerFleetProps) =>
    findingsIn(fleet).filter(({ id, severity }) => id.startsWith('limits-suffice/') && severity === 'error');
  expect(errorsOf(devices)).toEqual([]);
  const [pool] = devices.nodePools ?? [];
  expect(errorsOf({ ...devices, nodePools: [{ ...pool, limits: { memory: '100Gi' } }] })).toMatchObject([
    { at: { path: ['spec', 'limits', 'memory'] } },
  ]);
});

test.each([
  [1, [9]],
  [2, [5, 5]],
])('eight jobs held by %d managers: pause pods %j, which hold whole jobs', (managers, idle) => {
  const prewarm = { jobs: 8, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' };
  const [runner] = ONE.runners;
  const fleet = { ...ONE, runners: [{ ...runner, managers, prewarm }] };
  const counts = render(fleet).flatMap(({ text }) => /idle_count = (\d+)/.exec(text)?.[1] ?? []);
  expect(counts.map(Number)).toEqual(idle);
  expect(findingsIn(fleet).filter(({ id }) => id.startsWith('fits/'))).toEqual([]);
});
