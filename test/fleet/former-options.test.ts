import { existsSync } from 'node:fs';
import type { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import shapes from '../../lib/fleet/props/shapes.json';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { FORMER_OPTIONS, formerOption } from '../../lib/fleet/validate/former-options';
import type * as api from '../../lib/index';

const RUNNER = { name: 'a', arch: 'amd64', capacity: 'spot' } as const;

/** What a user reads who writes an option that there is not. */
function refusal(option: object, where: 'fleet' | 'runner' | 'runnerDefaults'): string {
  const fleet = {
    name: 'production',
    runners: [where === 'runner' ? { ...RUNNER, ...option } : RUNNER],
    ...(where === 'fleet' && option),
    ...(where === 'runnerDefaults' && { runnerDefaults: option }),
  };
  try {
    resolveFleets([fleet as RunnerFleetProps], new Map());
    return 'not refused';
  } catch (error) {
    return (error as DescriptionError).message;
  }
}

describe('an option that a release renamed is an error that names the release and the new form', () => {
  const RENAMED = [{ below: ['runners[]', 'runnerDefaults'], name: 'jobs', since: '0.9', fix: 'write work' }];
  const told = { why: 'this option was renamed or removed in 0.9', fix: 'write work' };

  test.each(['runners[3].jobs', 'runnerDefaults.jobs'])('%s', (path) => {
    expect(formerOption(path, RENAMED)).toEqual(told);
  });

  test.each(['jobs', 'nodePools[0].jobs', 'runners[3].cache.jobs', 'runners[3].work'])('not %s', (path) => {
    expect(formerOption(path, RENAMED)).toBeUndefined();
  });
});

test.each([
  [{ concurrent: 10 }, 'runner', 'runners[0].concurrent', 'write concurrency'],
  [{ replicas: 2 }, 'runnerDefaults', 'runnerDefaults.replicas', 'write managers'],
  [{ namespace: 'ci' }, 'fleet', 'namespace', 'write managerNamespace'],
  [{ certsSecretName: 'ca' }, 'fleet', 'certsSecretName', 'docs/internal-ca.md'],
  [
    { cache: { bucket: 'a', region: 'eu-west-1', secretName: 'b' } },
    'runner',
    'runners[0].cache.secretName',
    'credentialsSecret',
  ],
  [{ cache: { gcs: {} } }, 'runner', 'runners[0].cache.gcs', 'docs/caches.md'],
] as const)("a value of GitLab's Helm chart is told as one: %j of a %s", (option, where, place, fix) => {
  const message = refusal(option, where);
  expect(message).toContain(`production > ${place}: `);
  expect(message).toContain("this is a value of GitLab's Helm chart, not an option here");
  expect(message).toContain(fix);
});

test('a slip is still told by the name that is nearest', () => {
  expect(refusal({ concurency: 10 }, 'runner')).toMatch(/unknown option[\s\S]*write concurrency/);
});

test('no entry is an option that there is, and the pages that it names are there', () => {
  const options = (type: 'RunnerFleetProps' | 'RunnerProps') => Object.keys(shapes[type].table);
  for (const { name, below, fix } of FORMER_OPTIONS) {
    const known = below.includes('fleet') ? options('RunnerFleetProps') : options('RunnerProps');
    expect(known).not.toContain(name);
    for (const [page] of fix.matchAll(/docs\/[\w-]+\.md/g))
      expect([page, existsSync(page)]).toEqual([page, true]);
  }
});

test('the names that types had before 0.2 still compile, and are those of the same types', () => {
  const runners: api.RunnerDescription[] = [RUNNER];
  const nodePools: api.NodePoolDescription[] = [{ arch: 'amd64', capacity: 'spot' }];
  const fleet: api.FleetDescription = { name: 'production', runners, nodePools };
  const same: api.RunnerFleetProps = fleet;
  const parts: readonly [
    api.NodeClassDescription,
    api.RootVolumeDescription,
    api.TokensDescription,
    api.FargateDescription,
    api.NetworkDescription,
    api.S3CacheDescription,
    api.PrewarmDescription,
    api.RunnerTokenDescription,
  ] = [
    {},
    {},
    {},
    { region: 'eu-west-1' },
    {},
    { bucket: 'b', region: 'r' },
    { jobs: 1, hours: [], timezone: 'UTC' },
    {},
  ];
  expect(parts).toHaveLength(8);
  expect(resolveFleets([same], new Map())[0].name).toBe('production');
});
