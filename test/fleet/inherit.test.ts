import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps, RunnerSettings } from '../../lib/fleet/props/runner';
import { find, manifests, resolveOne } from '../fleets';

const RUNNER = { name: 'a', arch: 'amd64', capacity: 'spot' } as const;

function configOf(runnerDefaults: RunnerSettings, own: Partial<RunnerProps>) {
  const { runners } = resolveOne({ name: 'x', runnerDefaults, runners: [{ ...RUNNER, ...own }] });
  return { runner: runners[0], table: runners[0].managers[0].config.runners[0] };
}

test('null switches an inherited option off for one runner, and the others keep it', () => {
  const cache = { bucket: 'acme-cache', region: 'eu-west-1' };
  const runners = [
    { ...RUNNER, cache: null },
    { ...RUNNER, name: 'b' },
  ];
  const resolved = resolveOne({ name: 'x', runnerDefaults: { cache }, runners }).runners;
  expect(resolved.map(({ managers }) => managers[0].config.runners[0].cache?.s3?.BucketName)).toEqual([
    undefined,
    'acme-cache',
  ]);
});

test('the default of the product holds where null is said', () => {
  const { runner, table } = configOf(
    { concurrency: 77, pullPolicy: 'never', serviceAccount: 'deployer', longestJob: '9h' },
    { concurrency: null, pullPolicy: null, serviceAccount: null, longestJob: null },
  );
  const plain = configOf({}, {});
  expect(table).toEqual(plain.table);
  expect(runner.drainSeconds).toBe(plain.runner.drainSeconds);
});

test('null takes one key out of a map, and one option out of an option', () => {
  const { table } = configOf(
    {
      podLabels: { team: 'web', tier: 'builds' },
      cache: { bucket: 'acme-cache', region: 'eu-west-1', path: 'ci' },
      build: { cpu: { request: '3' }, memory: { request: '3Gi' } },
    },
    {
      podLabels: { tier: null },
      cache: { bucket: 'acme-cache', region: 'eu-west-1', path: null },
      build: { cpu: null },
    },
  );
  expect(table.kubernetes.pod_labels).toMatchObject({ team: 'web' });
  expect(table.kubernetes.pod_labels).not.toHaveProperty('tier');
  expect(table.cache).not.toHaveProperty('Path');
  expect(table.kubernetes.cpu_request).toBe('1');
  expect(table.kubernetes.memory_request).toBe('3Gi');
});

test('null still says that there is no limit, and still removes keys of config.toml and of objects', () => {
  const { table } = configOf(
    { build: { memory: { limit: '9Gi' } } },
    { build: { memory: { limit: null } }, config: { runner: { request_concurrency: null } as never } },
  );
  expect(table.kubernetes).not.toHaveProperty('memory_limit');
  expect(table).not.toHaveProperty('request_concurrency');
  const patched = manifests({
    name: 'x',
    runnerDefaults: { patches: { Role: { metadata: { annotations: { note: 'of-all' } } } } },
    runners: [
      { ...RUNNER, patches: { Role: null, Deployment: { spec: { revisionHistoryLimit: null } } } },
      { ...RUNNER, name: 'b' },
    ],
  });
  expect(find(patched, 'Role', 'runner-a').metadata.annotations).not.toHaveProperty('note');
  expect(find(patched, 'Role', 'runner-b').metadata.annotations.note).toBe('of-all');
  expect(find(patched, 'Deployment', 'runner-a').spec).not.toHaveProperty('revisionHistoryLimit');
});

test('tags of all runners are taken back with null, and config of all runners too', () => {
  const { runner, table } = configOf(
    { tags: ['of-all'], config: { runner: { output_limit: 99 } } },
    { tags: null, config: null },
  );
  expect(runner.tags).not.toContain('of-all');
  expect(table).not.toHaveProperty('output_limit');
});

test('a pool takes back what all pools have, and its node class what the fleet says', () => {
  const fleet: RunnerFleetProps = {
    name: 'x',
    nodeClass: {
      nodeRole: 'fleet-nodes',
      subnetTags: { Name: 'ci' },
      rootVolume: { size: '200Gi', iops: 4000 },
    },
    nodePoolDefaults: { zones: ['eu-west-1a'], nodeLabels: { 'example.com/a': '1', 'example.com/b': '2' } },
    nodePools: [
      {
        arch: 'amd64',
        capacity: 'spot',
        zones: null,
        nodeLabels: { 'example.com/b': null },
        nodeClass: { nodeRole: null, subnetTags: null, rootVolume: { iops: null } },
      },
    ],
    runners: [RUNNER, { ...RUNNER, name: 'b', capacity: 'on-demand' }],
  };
  const { nodeClasses, nodePools } = resolveOne(fleet);
  const [own, other] = nodePools;
  expect(own.nodeLabels).toEqual({ 'example.com/a': '1' });
  expect(JSON.stringify(own.requirements)).not.toContain('eu-west-1a');
  expect(JSON.stringify(other.requirements)).toContain('eu-west-1a');
  const classOf = (name: string) => nodeClasses.find((one) => one.name === name);
  expect(classOf(own.nodeClass)).toMatchObject({
    identity: { role: 'KarpenterNodeRole-x' },
    subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'x' } }],
    blockDevices: [{ size: '200Gi', iops: undefined }],
  });
  expect(classOf(other.nodeClass)).toMatchObject({
    identity: { role: 'fleet-nodes' },
    blockDevices: [{ size: '200Gi', iops: 4000 }],
  });
});
