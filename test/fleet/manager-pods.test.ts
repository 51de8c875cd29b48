import type { NetworkProps, RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { ManagerProps, RunnerProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { faultsOf, find, type Manifest, manifests } from '../fleets';
import { proved } from './proved';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const fleetWith = (
  manager: ManagerProps,
  runner: Partial<RunnerProps> = {},
  fleet: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({ name: 'production', runners: [{ ...RUNNER, manager, ...runner }], ...fleet });
const podOf = (fleet: RunnerFleetProps): Manifest =>
  find(manifests(fleet), 'Deployment', 'runner-a').spec.template.spec;

const KEY: ManagerProps = {
  volumes: [{ mountPath: '/etc/gcs', secret: 'gcs', items: { 'key.json': 'key.json' } }],
};

test('a key file from a Secret is mounted read-only, and missing until the fleet says that it exists', () => {
  const { containers, volumes } = podOf(fleetWith(KEY));
  expect(volumes.at(-1)).toEqual({
    name: 'at-etc-gcs',
    secret: { secretName: 'gcs', items: [{ key: 'key.json', path: 'key.json' }] },
  });
  expect(containers[0].volumeMounts.at(-1)).toEqual({
    name: 'at-etc-gcs',
    mountPath: '/etc/gcs',
    readOnly: true,
  });
  expect(proved(fleetWith(KEY))).toEqual([
    expect.stringMatching(/^needs\/source: .*Secret\/gitlab-runners\/gcs/),
  ]);
  expect(proved(fleetWith(KEY, {}, { existing: ['Secret/gitlab-runners/gcs'] }))).toEqual([]);
});

test('what an empty folder holds is added to what the manager requests', () => {
  const folder = (emptyDir: object): ManagerProps => ({ volumes: [{ mountPath: '/spool', emptyDir }] });
  const requests = (manager: ManagerProps) => podOf(fleetWith(manager)).containers[0].resources.requests;
  const plain = requests({});
  const [disk, memory] = [
    requests(folder({ sizeLimit: '1Gi' })),
    requests(folder({ sizeLimit: '1Gi', medium: 'Memory' })),
  ];
  const mebibytes = (text: string) => Number.parseInt(text, 10) * (text.endsWith('Gi') ? 1024 : 1);
  expect(mebibytes(disk['ephemeral-storage']) - mebibytes(plain['ephemeral-storage'])).toBe(1024);
  expect(disk.memory).toBe(plain.memory);
  expect(mebibytes(memory.memory) - mebibytes(plain.memory)).toBe(1024);
  expect(memory['ephemeral-storage']).toBe(plain['ephemeral-storage']);
});

test('metrics move with their port: config, probes, container and policy', () => {
  const network: NetworkProps = { metricsFrom: ['monitoring'], metricsFromLabels: { team: 'observability' } };
  const fleet = fleetWith({ metricsPort: 9400 }, {}, { network });
  const [container] = podOf(fleet).containers;
  expect(container.ports).toEqual([{ name: 'metrics', containerPort: 9400, protocol: 'TCP' }]);
  const { data } = manifests(fleet).find(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  expect((parseToml(data['config.toml']) as Manifest).listen_address).toBe(':9400');
  const { ingress } = find(manifests(fleet), 'NetworkPolicy', 'default', 'gitlab-runners').spec;
  expect(ingress).toEqual([
    {
      from: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
        { namespaceSelector: { matchLabels: { team: 'observability' } } },
      ],
      ports: [{ port: 9400, protocol: 'TCP' }],
    },
  ]);
  expect(proved(fleet)).toEqual([]);
});

test('managers of a fleet, each of one runner, are spread over nodes, and not over zones', () => {
  const spread = { topologyKey: 'kubernetes.io/hostname', among: 'fleet' as const };
  expect(podOf(fleetWith({ topologySpread: [spread] })).topologySpreadConstraints).toEqual([
    {
      topologyKey: 'kubernetes.io/hostname',
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: {
        matchLabels: {
          'app.kubernetes.io/part-of': 'production',
          'app.kubernetes.io/component': 'manager',
        },
      },
    },
  ]);
  expect(podOf(fleetWith({ topologySpread: [] }, { managers: 2 }))).not.toHaveProperty(
    'topologySpreadConstraints',
  );
  const strict = { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' as const };
  expect(proved(fleetWith({ topologySpread: [strict] }, { managers: 2 }))).toEqual([]);
});

test('the second manager waits for a node in another zone', () => {
  const spread = {
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule' as const,
    minDomains: 2,
  };
  const fleet = fleetWith({ topologySpread: [spread] }, { managers: 2 });
  expect(podOf(fleet).topologySpreadConstraints).toMatchObject([{ ...spread, maxSkew: 1 }]);
  expect(proved(fleet)).toEqual([]);
});

test('the proof follows a volume to a file that the config names', () => {
  const config = { runner: { 'tls-cert-file': '/etc/client/tls.crt' } };
  const existing = ['Secret/gitlab-runners/client'];
  const manager = { volumes: [{ mountPath: '/etc/client', secret: 'client' }] };
  expect(proved(fleetWith({}, { config }, { existing }))).toEqual([expect.stringMatching(/no volume of/)]);
  expect(proved(fleetWith(manager, { config }, { existing }))).toEqual([]);
});

// biome-ignore format: a table of cases
test.each<[string, ManagerProps, RegExp]>([
  ['a volume of two sources', { volumes: [{ mountPath: '/a', secret: 'a', configMap: 'b' }] }, /volumes\[0\] > secret: a volume is exactly one of/],
  ['a volume within the config', { volumes: [{ mountPath: '/etc/gitlab-runner/certs', secret: 'a' }] }, /mountPath: the manager has a volume of its own there/],
  ['a volume in place of its home', { volumes: [{ mountPath: '/home/gitlab-runner', secret: 'a' }] }, /mountPath: the manager has a volume/],
  ['a folder without a size', { volumes: [{ mountPath: '/a', emptyDir: {} }] }, /emptyDir > sizeLimit: it counts towards what the manager requests/],
  ['two volumes at one path', { volumes: [{ mountPath: '/a', secret: 'a' }, { mountPath: '/a', secret: 'b' }] }, /volumes\[1\] > mountPath: another volume is mounted there/],
  ['a port that needs root', { metricsPort: 443 }, /metricsPort: a whole number from 1024 to 65535/],
  ['minDomains of a spread that may be ignored', { topologySpread: [{ topologyKey: 'a', minDomains: 2 }] }, /topologySpread\[0\] > minDomains: minDomains is only allowed with DoNotSchedule/],
  ['one spread twice', { topologySpread: [{ topologyKey: 'a' }, { topologyKey: 'a' }] }, /topologySpread\[1\] > topologyKey: it is described twice/],
  ['one spread twice, once by the default', { topologySpread: [{ topologyKey: 'a' }, { topologyKey: 'a', whenUnsatisfiable: 'ScheduleAnyway' }] }, /topologySpread\[1\] > topologyKey: it is described twice/],
])('%s: refused', (_, manager, says) => {
  expect(faultsOf(fleetWith(manager))).toEqual([expect.stringMatching(says)]);
});
