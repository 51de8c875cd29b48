import { runChecks } from '../../lib/checks/all';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodePoolProps } from '../../lib/fleet/props/node-pool';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { render, resolveOne } from '../fleets';

const RUNNER = {
  name: 'gpu',
  arch: 'amd64',
  capacity: 'on-demand',
  pool: 'gpu',
  devices: { 'nvidia.com/gpu': 1 },
  exactTags: true,
  tags: ['gpu'],
} as const;
const fleetWith = (pool: Partial<NodePoolProps>, runner: Partial<RunnerProps> = {}): RunnerFleetProps => ({
  name: 'production',
  runners: [{ ...RUNNER, ...runner }],
  nodePools: [{ pool: 'gpu', arch: 'amd64', capacity: 'on-demand', ...pool }],
});

/** Errors and warnings of the proof. */
function problems(fleet: RunnerFleetProps) {
  const { manifests } = parseManifests(render(fleet).map(({ path, text }) => ({ path, text })));
  return runChecks(observe(manifests)).findings.flatMap(({ id, severity, why }) =>
    severity === 'note' ? [] : [`${id}: ${why}`],
  );
}

test.each<[string, Partial<NodePoolProps>, Partial<RunnerProps>]>([
  ['one card for each job', { instanceFamilies: ['g5', 'g6'] }, {}],
  ['nodes with several cards', { instanceFamilies: ['g5'], minCpu: 48, maxCpu: 192 }, { concurrency: 30 }],
  ['cards on Spot', { instanceFamilies: ['g4dn', 'g5', 'g6'], capacity: 'spot' }, { capacity: 'spot' }],
  [
    'devices that Karpenter is told of',
    { instanceFamilies: ['vt1'], instanceSizes: ['3xlarge'], devices: { 'example.com/card': 1 } },
    { devices: { 'example.com/card': 1 } },
  ],
])('limits that nobody names hold the nodes of all jobs: %s', (_, pool, runner) => {
  expect(problems(fleetWith(pool, runner)).filter((one) => one.startsWith('limits-suffice'))).toEqual([]);
});

test('limits of a pool without devices follow its jobs, whatever its nodes are', () => {
  const limits = (pool: Partial<NodePoolProps>) =>
    resolveOne(fleetWith(pool, { devices: {} })).nodePools[0].limits;
  expect(limits({ instanceFamilies: ['g5'] })).toEqual(limits({}));
});
