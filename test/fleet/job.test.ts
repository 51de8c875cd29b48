import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { JobProps, RunnerProps } from '../../lib/fleet/props/runner';
import { parseToml } from '../../lib/values/toml';
import { faultsOf, type Manifest, manifests, resolveOne } from '../fleets';
import { proved } from './proved';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot', runnerVersion: '19.4.0' };
const fleetWith = (
  job: JobProps,
  runner: Partial<RunnerProps> = {},
  fleet: Partial<RunnerFleetProps> = {},
): RunnerFleetProps => ({ name: 'production', runners: [{ ...RUNNER, job, ...runner }], ...fleet });

function tableOf(fleet: RunnerFleetProps): Manifest {
  const { data } = manifests(fleet).find(({ kind, data }) => kind === 'ConfigMap' && data['config.toml']);
  return (parseToml(data['config.toml']) as Manifest).runners[0];
}

test('variables of the description come after ours, and those of config after both', () => {
  const fleet = fleetWith(
    { environment: { A: '1', EMPTY: '' } },
    { rootlessBuilds: true, config: { runner: { environment: ['B=2'] } } },
  );
  expect(tableOf(fleet).environment).toEqual([
    'BUILDKITD_FLAGS=--oci-worker-no-process-sandbox',
    'A=1',
    'EMPTY=',
    'B=2',
  ]);
});

test('scripts, services, patterns and classes stand under the keys of the runner', () => {
  const fleet = fleetWith(
    {
      preGetSourcesScript: 'one',
      postGetSourcesScript: 'two',
      preBuildScript: 'three\nfour',
      postBuildScript: 'five',
      services: [
        { image: 'postgres:17.5', alias: 'db', command: ['-c', 'fsync=off'], environment: { A: 'b' } },
        { image: 'redis:8.0' },
      ],
      allowedImages: ['registry.example.com/**'],
      allowedServices: ['postgres:*'],
      priorityClassName: 'ci',
      runtimeClassName: 'gvisor',
      hostAliases: [{ ip: '10.0.0.5', hostnames: ['db.example.com'] }],
    },
    {},
    { existing: ['PriorityClass/ci', 'RuntimeClass/gvisor'] },
  );
  const { kubernetes, ...table } = tableOf(fleet);
  expect(table).toMatchObject({
    pre_get_sources_script: 'one',
    post_get_sources_script: 'two',
    pre_build_script: 'three\nfour',
    post_build_script: 'five',
  });
  expect(kubernetes).toMatchObject({
    services: [
      { name: 'postgres:17.5', alias: 'db', command: ['-c', 'fsync=off'], environment: ['A=b'] },
      { name: 'redis:8.0' },
    ],
    allowed_images: ['registry.example.com/**'],
    allowed_services: ['postgres:17.5', 'redis:8.0', 'postgres:*'],
    priority_class_name: 'ci',
    runtime_class_name: 'gvisor',
    host_aliases: [{ ip: '10.0.0.5', hostnames: ['db.example.com'] }],
  });
  expect(proved(fleet)).toEqual([]);
});

test('a runner without it says nothing of it in its config', () => {
  const keys = Object.keys(tableOf(fleetWith({})));
  expect(keys.filter((key) => /script|environment/.test(key))).toEqual([]);
  expect(Object.keys(tableOf(fleetWith({})).kubernetes)).toEqual(
    Object.keys(tableOf({ name: 'production', runners: [RUNNER] }).kubernetes),
  );
});

test('services of every job make jobs larger, and classes that nobody makes are missing', () => {
  const limits = (services: JobProps['services']) =>
    manifests(fleetWith({ services })).find(({ kind }) => kind === 'NodePool').spec.limits.memory;
  const two = [{ image: 'postgres:17.5' }, { image: 'redis:8.0' }];
  expect(Number.parseInt(limits(two), 10)).toBeGreaterThan(Number.parseInt(limits([]), 10));
  expect(proved(fleetWith({ priorityClassName: 'ci' }))).toEqual([
    expect.stringMatching(/^needs\/class: .*PriorityClass\/ci/),
  ]);
});

// biome-ignore format: a table of cases
test.each<[string, RunnerFleetProps, RegExp]>([
  ['a variable that is none', fleetWith({ environment: { 'a-b': 'x' } }), /job > environment\["a-b"\]: variables are letters/],
  ['a variable that moves jobs', fleetWith({ environment: { KUBERNETES_NAMESPACE_OVERWRITE: 'x' } }), /environment\["KUBERNETES_NAMESPACE_OVERWRITE"\]: rights, nodes and policies/],
  ['an empty script', fleetWith({ preBuildScript: '' }), /job > preBuildScript: a text with shell commands/],
  ['a service that moves', fleetWith({ services: [{ image: 'postgres' }] }), /services\[0\] > image: a floating tag/],
  ['two services of one name', fleetWith({ services: [{ image: 'a:1', alias: 'db' }, { image: 'b:1', alias: 'db' }] }), /services\[1\] > alias: another service has this name/],
  ['two services of one image', fleetWith({ services: [{ image: 'redis:7.2' }, { image: 'redis:7.4' }] }), /services\[1\] > image: another service is of this image: .* listen on the same port/],
  ['a name with a label that is too long for DNS', fleetWith({ services: [{ image: 'a:1', alias: 'x'.repeat(64) }] }), /alias: a host name of .* at most 63 between two dots/],
  ['a pattern with an open bracket', fleetWith({ allowedImages: ['registry.example.com/[a/**'], allowedServices: ['a'] }), /allowedImages\[0\]: a bracket opens and is never closed: the runner finds no image in a broken pattern/],
  ['a pattern with an open brace', fleetWith({ allowedServices: ['{a,b'] }), /allowedServices\[0\]: a brace opens and is never closed/],
  ['a preference for nothing that is known', fleetWith({ podAffinity: [{ prefer: 'near' as never }] }), /podAffinity\[0\] > prefer: allowed are "together", "apart"/],
  ['a preference for every pod', fleetWith({ podAffinity: [{ prefer: 'apart', matchLabels: {} }] }), /matchLabels: no label selects every pod/],
  ['a weight beyond the scale', fleetWith({ podAffinity: [{ prefer: 'apart', weight: 101 }] }), /weight: a whole number from 1 to 100/],
  ['a place that is not a label', fleetWith({ podAffinity: [{ prefer: 'apart', topologyKey: 'a node' }] }), /topologyKey: a label of nodes/],
  ['a name that is none', fleetWith({ services: [{ image: 'a:1', alias: 'My DB' }] }), /alias: a host name of lower-case letters/],
  ['no pattern at all', fleetWith({ allowedImages: [] }), /allowedImages: the runner allows every image where the list is empty/],
  ['an address that is a name', fleetWith({ hostAliases: [{ ip: 'db', hostnames: ['a'] }] }), /hostAliases\[0\] > ip: an IPv4 or IPv6 address/],
  ['an address in brackets', fleetWith({ hostAliases: [{ ip: '[::1]', hostnames: ['a'] }] }), /hostAliases\[0\] > ip: an IPv4 or IPv6 address/],
  ['an address without names', fleetWith({ hostAliases: [{ ip: '10.0.0.5', hostnames: [] }] }), /hostnames: an address needs at least one name/],
  ['a key of config besides', fleetWith({ preBuildScript: 'a' }, { config: { runner: { pre_build_script: 'b' } } }), /config > runner\.pre_build_script: job\.preBuildScript sets it/],
])('%s: refused', (_, fleet, says) => {
  expect(faultsOf(fleet)).toEqual([expect.stringMatching(says)]);
});

describe('a preference of job pods', () => {
  const affinityOf = (...podAffinity: NonNullable<JobProps['podAffinity']>) =>
    resolveOne(fleetWith({ podAffinity })).runners[0].managers[0].config.runners[0].kubernetes.affinity;

  test('is for the nodes of jobs of the same runner, or against them, where nothing else is said', () => {
    const term = {
      weight: 100,
      pod_affinity_term: {
        topology_key: 'kubernetes.io/hostname',
        label_selector: {
          match_expressions: [{ key: 'gitlab-runner-fleet/runner', operator: 'In', values: ['a'] }],
        },
      },
    };
    expect(affinityOf({ prefer: 'apart' })).toEqual({
      pod_anti_affinity: { preferred_during_scheduling_ignored_during_execution: [term] },
    });
    expect(affinityOf({ prefer: 'together' })).toEqual({
      pod_affinity: { preferred_during_scheduling_ignored_during_execution: [term] },
    });
    expect(affinityOf()).toBeUndefined();
  });

  test('takes places, labels with variables and weights', () => {
    const matchLabels = { project: '$CI_PROJECT_PATH_SLUG' };
    const zone = 'topology.kubernetes.io/zone';
    expect(
      affinityOf({ prefer: 'together', topologyKey: zone, matchLabels, weight: 1 }, { prefer: 'apart' }),
    ).toMatchObject({
      pod_affinity: {
        preferred_during_scheduling_ignored_during_execution: [
          {
            weight: 1,
            pod_affinity_term: {
              topology_key: zone,
              label_selector: { match_expressions: [{ key: 'project', values: ['$CI_PROJECT_PATH_SLUG'] }] },
            },
          },
        ],
      },
      pod_anti_affinity: {},
    });
  });

  test('and the key of config.toml exclude each other, and Fargate has no nodes to prefer', () => {
    const preferences: JobProps = { podAffinity: [{ prefer: 'apart' }] };
    const [runner] = fleetWith(preferences).runners;
    const both = { ...runner, config: { runner: { kubernetes: { affinity: {} } } } };
    expect(faultsOf({ ...fleetWith(preferences), runners: [both] })).toEqual([
      expect.stringMatching(/config > runner\.kubernetes\.affinity: job\.podAffinity sets it/),
    ]);
    const fargate = { ...fleetWith(preferences), fargate: { region: 'eu-west-1' } };
    expect(faultsOf({ ...fargate, runners: [{ ...runner, capacity: 'fargate' }] })).toContainEqual(
      expect.stringMatching(/podAffinity\[0\] > prefer: each pod on EKS Fargate has a machine of its own/),
    );
  });
});
