import { readFileSync } from 'node:fs';
import colors from 'picocolors';
import { proveFleets } from '../../lib/app/prove';
import { renderFleets } from '../../lib/app/render';
import type { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { OLDEST_RUNNER_VERSION } from '../../lib/fleet/versions';
import { FEATURES } from '../../lib/gitlab-runner/features';
import { manifests } from '../fleets';

/** A runner of every class, so that whatever is rendered for one meets the release. */
const onDemand = { arch: 'amd64', capacity: 'on-demand' } as const;
const everyClass = (runnerVersion: string): RunnerFleetProps => ({
  name: 'production',
  fargate: { region: 'eu-west-1' },
  runnerDefaults: { runnerVersion },
  nodePools: [
    { ...onDemand, pool: 'gpu', instanceFamilies: ['g5'], limits: { cpu: '160', memory: '640Gi' } },
  ],
  runners: [
    { name: 'plain', arch: 'arm64', capacity: 'spot-first', managers: 2, imageFlavor: 'ubuntu' },
    {
      name: 'fips',
      ...onDemand,
      imageFlavor: 'ubi-fips',
      cache: { bucket: 'ci-cache', region: 'eu-west-1' },
    },
    {
      name: 'warm',
      arch: 'arm64',
      capacity: 'on-demand',
      prewarm: { jobs: 4, hours: ['* 7-17 * * mon-fri'], timezone: 'Europe/Berlin' },
    },
    { name: 'docker', ...onDemand, privileged: true },
    { name: 'images', ...onDemand, rootlessBuilds: true, jobImage: 'moby/buildkit:v0.21.0-rootless' },
    { name: 'gpu', ...onDemand, pool: 'gpu', devices: { 'nvidia.com/gpu': 1 } },
    { name: 'fargate', arch: 'amd64', capacity: 'fargate' },
  ],
});

/** The path that each manager's probe asks. */
function probed(fleet: RunnerFleetProps, probe: 'readinessProbe' | 'livenessProbe'): readonly string[] {
  const paths = manifests(fleet)
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ spec }) => spec.template.spec.containers[0][probe].httpGet.path);
  return [...new Set<string>(paths)];
}

test.each([
  ['18.11.0', '/metrics'],
  ['19.1.2', '/metrics'],
  ['19.2.0', '/health/ready'],
])(
  'every class of runner is rendered and proved with %s, whose readiness is asked at %s',
  (version, path) => {
    const fleet = everyClass(version);
    proveFleets('dist', renderFleets(resolveFleets([fleet], new Map())), colors.createColors(false));
    expect(probed(fleet, 'readinessProbe')).toEqual([path]);
    expect(probed(fleet, 'livenessProbe')).toEqual(['/metrics']);
  },
);

test.each([
  ['18.11.0', false],
  ['19.2.0', false],
  ['19.3.0', true],
  ['19.3.7', true],
  ['19.4.0', false],
])('keys that the schema of 19.3 alone wants are written for %s: %s', (version, isWritten) => {
  const configs = manifests(everyClass(version)).filter(({ kind }) => kind === 'ConfigMap');
  const config = (name: string) =>
    configs.find(({ metadata }) => metadata.name.startsWith(`runner-${name}-`))?.data['config.toml'] ?? '';
  expect(/^ *preemptive_mode = false$/m.test(config('warm'))).toBe(isWritten);
  expect(config('images').match(/^ *mount_propagation = "None"$/gm)?.length ?? 0).toBe(isWritten ? 2 : 0);
});

test('the oldest release is 18.11.0, and it has what every fleet relies on', () => {
  expect(OLDEST_RUNNER_VERSION).toBe('18.11.0');
  const needed = ['token-expansion', 'pod-reachable-flag', 'security-profiles', 'pause-pods'] as const;
  expect(needed.map((name) => FEATURES[name].since).filter((since) => since > OLDEST_RUNNER_VERSION)).toEqual(
    [],
  );
});

/** A key of config.toml, a release that lacks it, and the one that has it. */
const KEYS: readonly [string, NonNullable<RunnerProps['config']>, string, string][] = [
  ['prepare_timeout', { runner: { prepare_timeout: '10m' } }, '18.11.4', '19.0.0'],
  [
    'a volume of NFS',
    {
      runner: {
        kubernetes: { volumes: { nfs: [{ name: 'n', mount_path: '/n', server: 's', path: '/p' }] } },
      },
    },
    '18.11.4',
    '19.0.0',
  ],
  [
    'mount_propagation of an empty_dir',
    {
      runner: {
        kubernetes: { volumes: { empty_dir: [{ name: 'e', mount_path: '/e', mount_propagation: 'None' }] } },
      },
    },
    '18.11.4',
    '19.0.0',
  ],
  ['get_sources_timeout', { runner: { get_sources_timeout: '5m' } }, '19.0.3', '19.1.0'],
  [
    'match_label_keys',
    {
      runner: {
        kubernetes: {
          affinity: {
            pod_anti_affinity: {
              preferred_during_scheduling_ignored_during_execution: [
                {
                  weight: 1,
                  pod_affinity_term: { topology_key: 'kubernetes.io/hostname', match_label_keys: ['team'] },
                },
              ],
            },
          },
        },
      },
    },
    '19.0.3',
    '19.1.0',
  ],
  ['boot_verify', { runner: { experimental: { boot_verify: { enabled: true } } } }, '19.1.2', '19.2.0'],
  [
    'writers of the usage_logger',
    { global: { experimental: { usage_logger: { enabled: true, writers: ['logrotate'] } } } },
    '19.1.2',
    '19.2.0',
  ],
];

describe('a key that a release ignores without a word is an error that names the release that has it', () => {
  const refusal = (runnerVersion: string, config: NonNullable<RunnerProps['config']>) => {
    const runner: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot', runnerVersion, config };
    try {
      resolveFleets([{ name: 'production', runners: [runner] }], new Map());
      return 'not refused';
    } catch (error) {
      return (error as DescriptionError).message;
    }
  };

  test.each(KEYS)('%s', (_, config, lacks, has) => {
    expect(refusal(lacks, config)).toContain(`the config needs ${has} or newer`);
    expect(refusal(lacks, config)).toContain(`write "${has}"`);
    expect(refusal(has, config)).toBe('not refused');
  });

  test('docs/runner-releases.md lists every feature after the oldest release', () => {
    const page = readFileSync('docs/runner-releases.md', 'utf8');
    expect(page).toContain(`oldest supported release is ${OLDEST_RUNNER_VERSION}`);
    const later = Object.values(FEATURES).filter(
      ({ since }) => since.localeCompare(OLDEST_RUNNER_VERSION, 'en', { numeric: true }) > 0,
    );
    expect(later.length).toBeGreaterThan(8);
    for (const { since, what } of later) expect(page).toContain(`| ${since.replace(/\.0$/, '')} | ${what} |`);
  });
});
