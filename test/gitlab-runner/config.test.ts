import { parse } from '@iarna/toml';
import { type ConfigToml, stringifyConfig } from '../../lib/gitlab-runner/config/toml';
import { configFaults } from '../../lib/gitlab-runner/config/validate';
import {
  helperImageTag,
  imageFlavorsOf,
  managerImageTag,
} from '../../lib/gitlab-runner/executor/helper-image';
import {
  compareRunnerVersions,
  missingFeatures,
  parseRunnerVersion,
  type RunnerVersion,
} from '../../lib/gitlab-runner/features';
import {
  DOCUMENTED_RIGHTS,
  formatRight,
  neededRights,
  PERMISSIONS,
  STANDING_RIGHTS,
  STANDING_RULES,
} from '../../lib/gitlab-runner/permissions';
import { managerSize } from '../../lib/gitlab-runner/sizing';

const good = (kubernetes: object = {}, runner: object = {}): ConfigToml =>
  ({
    concurrent: 2,
    runners: [
      {
        name: 'r',
        url: 'https://gitlab.example.com',
        token: '${TOKEN}',
        executor: 'kubernetes',
        ...runner,
        kubernetes: { namespace: 'jobs', image: 'alpine:3.22', ...kubernetes },
      },
    ],
  }) as ConfigToml;

describe('a config.toml', () => {
  test('that the runner takes has no fault', () => {
    expect(
      configFaults(good({ cpu_request: '1', poll_timeout: 600, retry_limits: { 'tls: internal error': 5 } })),
    ).toEqual([]);
  });

  test.each([
    [
      'an unknown key',
      good({ poll_timeot: 5 }),
      'unknown-key',
      'runners[0].kubernetes.poll_timeot',
      /write poll_timeout/,
    ],
    ['an unknown global key', { ...good(), concurent: 5 }, 'unknown-key', 'concurent', /write concurrent/],
    [
      'a key that was renamed',
      good({ terminationGracePeriodSeconds: 5 }),
      'removed-key',
      'runners[0].kubernetes.terminationGracePeriodSeconds',
      /pod_termination_grace_period_seconds/,
    ],
    [
      'a duration for a count',
      good({ poll_timeout: '10m' }),
      'wrong-type',
      'runners[0].kubernetes.poll_timeout',
      /write 600/,
    ],
    [
      'a text for a list',
      good({ cap_drop: 'ALL' }),
      'wrong-type',
      'runners[0].kubernetes.cap_drop',
      /a list of texts/,
    ],
    [
      'a number among texts',
      good({ cap_drop: ['ALL', 5] }),
      'wrong-type',
      'runners[0].kubernetes.cap_drop[1]',
      /write it in quotes/,
    ],
    [
      'a flag in quotes',
      good({}, { feature_flags: { FF_TIMESTAMPS: 'true' } }),
      'wrong-type',
      'runners[0].feature_flags.FF_TIMESTAMPS',
      /without quotes/,
    ],
    [
      'a duration in words',
      { ...good(), connection_max_age: 'a while' },
      'wrong-type',
      'connection_max_age',
      /write a duration, for example "15m"$/,
    ],
    [
      'a number that no program counts to',
      good({}, { limit: 2 ** 53 }),
      'wrong-type',
      'runners[0].limit',
      /write a smaller one/,
    ],
    ['a list for a table', good({ volumes: [] }), 'wrong-type', 'runners[0].kubernetes.volumes', /a table/],
    [
      'a slip deep in a table',
      good({ volumes: { empty_dir: [{ nam: 'x' }] } }),
      'unknown-key',
      'runners[0].kubernetes.volumes.empty_dir[0].nam',
      /write name/,
    ],
    [
      'a quantity with a space',
      good({ memory_limit: '2 GB' }),
      'quantity',
      'runners[0].kubernetes.memory_limit',
      /"2Gi"/,
    ],
    [
      'a limit of memory in thousandths',
      good({ helper_memory_limit: '512m' }),
      'unit-slip',
      'runners[0].kubernetes.helper_memory_limit',
      /"512Mi"/,
    ],
    [
      'bytes of CPU',
      good({ cpu_request: '512Mi' }),
      'unit-slip',
      'runners[0].kubernetes.cpu_request',
      /CPUs/,
    ],
    [
      'a request above its limit',
      good({ cpu_request: '4', cpu_limit: '2' }),
      'resource-order',
      'runners[0].kubernetes.cpu_request',
      /lower it to 2/,
    ],
    [
      'a request above its ceiling',
      good({ cpu_request: '4', cpu_request_overwrite_max_allowed: '2' }),
      'resource-order',
      'runners[0].kubernetes.cpu_request',
      /lower it to 2/,
    ],
    [
      'a ceiling above the limit',
      good({ cpu_limit: '2', cpu_request_overwrite_max_allowed: '4' }),
      'resource-order',
      'runners[0].kubernetes.cpu_request_overwrite_max_allowed',
      /lower it to 2/,
    ],
    [
      'a pattern without anchors',
      good({ namespace_overwrite_allowed: 'ci-.*' }),
      'unanchored-pattern',
      'runners[0].kubernetes.namespace_overwrite_allowed',
      /"\^ci-\.\*\$"/,
    ],
    [
      'no pattern',
      good({ namespace_overwrite_allowed: '(' }),
      'pattern',
      'runners[0].kubernetes.namespace_overwrite_allowed',
      /fix the pattern/,
    ],
    [
      'a pull policy of Kubernetes',
      good({ pull_policy: 'IfNotPresent' }),
      'pull-policy',
      'runners[0].kubernetes.pull_policy',
      /if-not-present/,
    ],
    [
      'a patch without its flag',
      good({ pod_spec: [{ name: 'x', patch: '{}' }] }),
      'patch-ignored',
      'runners[0].kubernetes.pod_spec',
      /FF_USE_ADVANCED_POD_SPEC_CONFIGURATION/,
    ],
    [
      'a helper that arm64 lacks',
      good({ helper_image_flavor: 'ubi-fips', node_selector: { 'kubernetes.io/arch': 'arm64' } }),
      'helper-arch',
      'runners[0].kubernetes.helper_image_flavor',
      /ubuntu/,
    ],
    [
      'a look at pods that never comes',
      good({ poll_timeout: 2 }),
      'poll-timeout',
      'runners[0].kubernetes.poll_timeout',
      /at least 3/,
    ],
    [
      'a token that rotates',
      good({}, { token_expires_at: '2027-01-01' }),
      'token-rotation',
      'runners[0].token_expires_at',
      /remove/,
    ],
    [
      'an alias of a service that is not a host name',
      good({ services: [{ name: 'postgres:17', alias: 'db, DB_x' }] }),
      'service-alias',
      'runners[0].kubernetes.services[0].alias',
      /"db-x"/,
    ],
    ['no room for a job', { ...good(), concurrent: 0 }, 'concurrency', 'concurrent', /at least 1/],
  ])('with %s has that fault', (_, config, id, at, fix) => {
    expect(configFaults(config)).toContainEqual(
      expect.objectContaining({ id, at, severity: 'error', fix: expect.stringMatching(fix) }),
    );
  });

  test.each(['db', 'db.internal db-2,cache', '${SERVICE_NAME}'])('with the alias %j has none', (alias) => {
    expect(configFaults(good({ services: [{ name: 'postgres:17', alias }] }))).toEqual([]);
  });

  test('with a key of suspended jobs needs the release that has it', () => {
    const config = good({ services: [{ name: 'postgres:17', suspend_data_path: '/data' }] });
    expect(missingFeatures(config, parseRunnerVersion('19.3.0') as RunnerVersion)).toHaveLength(1);
    expect(missingFeatures(config, parseRunnerVersion('19.4.0') as RunnerVersion)).toEqual([]);
  });

  test.each([
    ['a key of the server', good({}, { tag_list: 'a' }), 'server-key', 'runners[0].tag_list', /in GitLab/],
    [
      'a key that is near to none',
      good({}, { constructor: 'a' }),
      'unknown-key',
      'runners[0].constructor',
      /look it up/,
    ],
    ['no image', good({ image: '' }), 'missing-key', 'runners[0].kubernetes.image', /add it/],
    ['no namespace', good({ namespace: '' }), 'missing-key', 'runners[0].kubernetes.namespace', /add it/],
  ])('with %s still runs jobs: a warning', (_, config, id, at, fix) => {
    expect(configFaults(config)).toEqual([
      expect.objectContaining({ id, at, severity: 'warning', fix: expect.stringMatching(fix) }),
    ]);
  });

  test('with an empty entry of pod_spec has no patch that could be ignored', () => {
    const faults = configFaults(good({ pod_spec: [{ name: 'later' }] }));
    expect(faults).toEqual([]);
    const ignored = configFaults(good({ pod_spec: [{ name: 'a', patch: 'hostname: b' }] }));
    expect(ignored).toContainEqual(expect.objectContaining({ id: 'patch-ignored', found: '1 patch' }));
  });

  test('with a plain token has a fault that hides it', () => {
    const token = `glrt-${'x'.repeat(20)}`;
    const faults = configFaults(good({}, { token }));
    expect(faults).toContainEqual(expect.objectContaining({ id: 'plain-token', found: 'hidden' }));
    expect(JSON.stringify(faults)).not.toContain(token);
  });

  test('with another type for a secret has a fault that hides it', () => {
    const faults = configFaults(good({}, { cache: { s3: { SecretKey: [12345] } } }));
    expect(faults).toContainEqual(expect.objectContaining({ id: 'wrong-type', found: 'hidden' }));
    expect(JSON.stringify(faults)).not.toContain('12345');
  });

  test.each([
    undefined,
    null,
    'text',
    [],
    { runners: 'x' },
    { runners: [5] },
    { runners: [{ kubernetes: 5 }] },
  ])('%j is no crash', (config) => {
    expect(configFaults(config).length).toBeGreaterThanOrEqual(1);
  });

  test('reads back as it was written, keys of the file before its tables', () => {
    const config = {
      ...good({ cpu_request: '1', node_selector: { 'kubernetes.io/arch': 'arm64' } }),
      check_interval: 5,
    };
    const text = stringifyConfig(config);
    expect(parse(text)).toEqual(config);
    expect(text.indexOf('check_interval')).toBeLessThan(text.indexOf('[[runners]]'));
    expect(text.endsWith('\n')).toBe(true);
  });
});

describe('rights', () => {
  const named = (config: ConfigToml, byJobs: boolean) =>
    neededRights(config.runners)
      .filter((right) => right.byJobs === byJobs)
      .map(formatRight)
      .sort();
  const rights = (config: ConfigToml) => named(config, false);
  const usual = rights(good());

  test('of a config without features are those that the executor asks for itself', () => {
    expect(usual).toEqual(
      [
        ...['list events', 'create pods/attach', 'create pods/exec'],
        ...['create', 'delete', 'get', 'list', 'watch'].map((verb) => `${verb} pods`),
        ...['create', 'delete', 'get', 'update'].map((verb) => `${verb} secrets`),
      ].sort(),
    );
  });

  test.each([
    [good({}, { feature_flags: { FF_WAIT_FOR_POD_TO_BE_REACHABLE: true } }), ['get pods/log']],
    [good({}, { feature_flags: { FF_PRINT_POD_EVENTS: true } }), ['watch events']],
    [
      good({ pod_disruption_budget: true }),
      ['create policy/poddisruptionbudgets', 'get policy/poddisruptionbudgets'],
    ],
    [good({ service_account: 'x', resource_availability_check_max_attempts: 5 }), ['get serviceaccounts']],
  ])('a feature adds its verbs and no others', (config, added) => {
    expect(rights(config).filter((right) => !usual.includes(right))).toEqual(added);
  });

  test('a feature that is off takes its verbs away', () => {
    const quiet = good(
      { print_pod_warning_events: false },
      { feature_flags: { FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY: true } },
    );
    expect(usual.filter((right) => !rights(quiet).includes(right))).toEqual([
      'create pods/attach',
      'list events',
    ]);
  });

  test('that a job may come to need by a flag of its own are apart, unless the config settles the flag', () => {
    expect(named(good(), true)).toEqual(['get pods/log', 'watch events']);
    const settled = good(
      {},
      { feature_flags: { FF_PRINT_POD_EVENTS: false, FF_KUBERNETES_HONOR_ENTRYPOINT: false } },
    );
    expect(named(settled, true)).toEqual([]);
  });

  test('of every Role are those of all features within a namespace, so that no change takes one away', () => {
    const rules = STANDING_RULES.flatMap(({ apiGroups: [apiGroup], resources: [resource], verbs }) =>
      verbs.map((verb) => formatRight({ apiGroup, resource, verb })),
    );
    const everything = good(
      {
        pod_disruption_budget: true,
        service_account: 'x',
        resource_availability_check_max_attempts: 5,
        autoscaler: { pause_pod_priority_class_name: 'low', policy: [{ idle_count: 1 }] },
      },
      { feature_flags: { FF_PRINT_POD_EVENTS: true, FF_WAIT_FOR_POD_TO_BE_REACHABLE: true } },
    );
    expect([...rules].sort()).toEqual(rights(everything));
    expect(rules.filter((right) => / (services|namespaces|scheduling|configmaps)/.test(right))).toEqual([]);
  });

  test('of every Role are part of those that GitLab documents', () => {
    for (const { apiGroup, resource, verb } of STANDING_RIGHTS) {
      const name = apiGroup === '' ? resource : `${apiGroup}/${resource}`;
      expect(DOCUMENTED_RIGHTS[name]).toContain(verb);
    }
  });

  test('every permission says why', () => {
    for (const { why, verbs } of PERMISSIONS) {
      expect(why).toMatch(/\w/);
      expect(verbs).not.toContain('*');
    }
  });
});

describe('images and releases', () => {
  test('the helper is of one architecture, the manager of all', () => {
    expect(helperImageTag('amd64', 'alpine', '19.3.0')).toBe('x86_64-v19.3.0');
    expect(helperImageTag('arm64', 'ubuntu', '19.3.0')).toBe('ubuntu-arm64-v19.3.0');
    expect(managerImageTag('ubuntu', '19.3.0')).toBe('ubuntu-v19.3.0');
    expect(imageFlavorsOf('arm64')).not.toContain('ubi-fips');
    expect(imageFlavorsOf('s390x')).toBeUndefined();
  });

  test('a release is three numbers', () => {
    expect(parseRunnerVersion('19.3.0')).toEqual({ major: 19, minor: 3, patch: 0 });
    for (const text of ['latest', 'v19.3.0', '19.3', '19.3.0-rc1', '', undefined]) {
      expect(parseRunnerVersion(text)).toBeUndefined();
    }
    const [older, newer] = ['19.9.1', '19.10.0'].map((text) => parseRunnerVersion(text) as RunnerVersion);
    expect(compareRunnerVersions(older, newer)).toBeLessThan(0);
  });

  test('what a config uses and a release lacks is named with its release', () => {
    const old = parseRunnerVersion('18.9.0') as RunnerVersion;
    expect(missingFeatures(good(), old).map(({ since }) => since)).toEqual(['18.10.0']);
    expect(missingFeatures(good(), parseRunnerVersion('19.3.0') as RunnerVersion)).toEqual([]);
  });
});

describe('a manager is sized by its jobs', () => {
  test('a third of 10m and 6m a job, 50 MB and 2.5 MB a job, 4 MiB of log a job', () => {
    expect(managerSize(100, 4096)).toEqual({
      ...{ cpuRequestMilli: 210, memoryMib: 288 },
      ...{ tmpMib: 464, ephemeralStorageMib: 528 },
    });
  });

  test.each([
    ['20 with logs at the output limit', 20, 192, 100],
    ['200 under a limit that is the request', 200, 444, 340],
    // Measured under a higher limit alone, which Go fills: by the law of the line above.
    ['500', 500, 1086, 390],
  ])('%s jobs have room for what was measured, at a third of the published CPU', (_, jobs, memory, cpu) => {
    const { memoryMib, cpuRequestMilli } = managerSize(jobs, 4096);
    expect(memoryMib).toBeGreaterThanOrEqual(memory);
    expect(cpuRequestMilli).toBeGreaterThanOrEqual(cpu);
    expect(cpuRequestMilli).toBeLessThanOrEqual(Math.max(100, (10 + 6 * jobs) / 3 + 10));
  });
});
