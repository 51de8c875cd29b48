import { observe } from '../../lib/cluster/observe';
import { type FleetRunner, fleetOfSubject } from '../../lib/pipelines/fleet';
import { isProved, judgePipeline, type PipelineReport } from '../../lib/pipelines/judge-pipeline';
import type { JobVerdict } from '../../lib/pipelines/match';
import type { MatchSettings } from '../../lib/pipelines/match-settings';
import { suggestionFor } from '../../lib/pipelines/suggest';
import { type Change, edited, FLEET, parsed, textOf } from '../fixtures/files';
import { pipelineOf } from './project';

function fleetOf(...changes: readonly Change[]): readonly FleetRunner[] {
  return fleetOfSubject(observe(parsed(changes.length > 0 ? edited(FLEET, ...changes) : FLEET)));
}
const PLAIN = fleetOf();

function judge(text: string, fleet = PLAIN, settings: MatchSettings = {}): PipelineReport {
  return judgePipeline(pipelineOf(text), fleet, settings);
}

function verdictOf({ jobs }: PipelineReport, name: string): JobVerdict {
  const found = jobs.find(({ job }) => job.name === name);
  if (found === undefined) throw new Error(`no job ${name}`);
  return found;
}

/** Problems as `severity rule line`. */
function rules({ problems }: PipelineReport): readonly string[] {
  return problems.map(({ id, severity, at }) => `${severity} ${id.replace('pipelines/', '')} ${at.line}`);
}

const RETRY = 'retry: { max: 2, when: [runner_system_failure] }';

describe('a job runs', () => {
  test('on the runner that has all of its tags, whatever else that has', () => {
    const report = judge(`a: { script: x, tags: [x86_64, spot], ${RETRY} }\n`);
    const { state, offers } = verdictOf(report, 'a');
    expect([state, report.problems]).toEqual(['runs', []]);
    expect(offers.map(({ runner }) => runner.name)).toEqual(['acme-amd64-spot']);
    expect(offers[0]).toMatchObject({
      pools: ['gitlab-jobs-amd64-spot'],
      arches: ['amd64'],
      capacity: 'Spot',
      size: { cpuMilli: 1100, memoryBytes: 2.25 * 1024 ** 3 },
    });
    expect(offers[0].price?.usdPerMinute).toBeGreaterThan(0);
    expect(isProved(report)).toBe(true);
  });

  test('with the size that its variables ask for, at the price of a larger node', () => {
    const size = 'variables: { KUBERNETES_CPU_REQUEST: "3500m", KUBERNETES_MEMORY_REQUEST: 4Gi }';
    const report = judge(
      `a: { script: x, tags: [arm64, on-demand] }\nb: { script: x, tags: [arm64, on-demand], ${size} }\n`,
    );
    const [small, large] = ['a', 'b'].map((name) => verdictOf(report, name).offers[0]);
    expect(large.size).toEqual({ cpuMilli: 3600, memoryBytes: 4.25 * 1024 ** 3 });
    expect(large.price?.usdPerMinute).toBeGreaterThan(small.price?.usdPerMinute ?? Number.POSITIVE_INFINITY);
    expect(rules(report)).toEqual([]);
  });

  test('on the pools with room for it, where another pool of the runner is too small', () => {
    const pool = 'nodepool-gitlab-jobs-arm64-on-demand.yaml';
    const small = textOf(pool)
      .replace('  name: gitlab-jobs-arm64-on-demand', '  name: gitlab-jobs-arm64-small')
      .replace('            - "17"', '            - "3"');
    const size = 'variables: { KUBERNETES_CPU_REQUEST: "3500m" }';
    const report = judge(
      `a: { script: x, tags: [arm64, on-demand] }\nb: { script: x, tags: [arm64, on-demand], ${size} }\n`,
      fleetOf([pool, /^/, `${small}---\n`]),
    );
    const pools = (name: string) => verdictOf(report, name).offers[0].pools;
    expect(pools('a')).toEqual(['gitlab-jobs-arm64-on-demand', 'gitlab-jobs-arm64-small']);
    expect(pools('b')).toEqual(['gitlab-jobs-arm64-on-demand']);
    expect(rules(report)).toEqual([]);
  });

  test('with room for its services', () => {
    const report = judge('a: { script: x, tags: [arm64, on-demand], services: [redis, postgres] }\n');
    expect(verdictOf(report, 'a').offers[0].size?.cpuMilli).toBe(1600);
  });

  test('by its own requests, whatever another job of the pipeline asks of the same runner', () => {
    const job = (name: string, more: string) => `${name}: { script: x, tags: [arm64, on-demand]${more} }\n`;
    const text = [
      job('plain', ''),
      job('one', ', services: [redis]'),
      job('two', ', services: [redis, postgres]'),
      job('more', ', variables: { KUBERNETES_CPU_REQUEST: "2" }'),
    ];
    const report = judge(text.join(''));
    const sizes = ['plain', 'one', 'two', 'more'].map(
      (name) => verdictOf(report, name).offers[0].size?.cpuMilli,
    );
    expect(sizes).toEqual([1100, 1350, 1600, 2100]);
  });

  test('on any runner that takes jobs without tags, if it has none', () => {
    const fleet = fleetOf([
      'arm64-on-demand/deployment.yaml',
      'gitlab-runner-fleet/tags:',
      'gitlab-runner-fleet/run-untagged: "true"\n    gitlab-runner-fleet/tags:',
    ]);
    const { state, offers } = verdictOf(judge('a: { script: x }\n', fleet), 'a');
    expect([state, offers.map(({ runner }) => runner.name)]).toEqual(['runs', ['acme-arm64-on-demand']]);
  });
});

describe('a job waits, and its line says why and what to write', () => {
  test.each([
    ['tags: [amd65]', 'tag-unknown', 'write amd64'],
    [
      'tags: [windows-2022, amd64]',
      'tag-unknown',
      /^leave the job to a runner for Windows: .*write tags that a runner has together$/,
    ],
    [
      'tags: [saas-linux, amd64]',
      'tag-unknown',
      /write tags that a runner has together, for example \[amd64, \S+\], or give a runner the tag/,
    ],
    ['tags: [AMD64, Spot]', 'tag-case', 'write amd64, spot'],
    ['tags: [amd64, arm64]', 'tags-apart', /^leave arm64 out, or give acme-amd64-on-demand that tag$/],
    [
      'stage: test',
      'untagged',
      /^write tags, for example \[amd64, on-demand\], .* or let a runner take such jobs \(runUntagged: true\)$/,
    ],
  ])('%s', (tags, rule, fix) => {
    const report = judge(`\na:\n  ${tags}\n  script: x\n`);
    expect(verdictOf(report, 'a').state).toBe('waits');
    expect(rules(report)).toEqual([`error ${rule} ${rule === 'untagged' ? 2 : 3}`]);
    expect(report.problems[0].fix).toEqual(typeof fix === 'string' ? fix : expect.stringMatching(fix));
  });

  test('and names default only where that reaches the job', () => {
    const fix = (job: string) => judge(`a: { script: x${job} }\n`).problems[0].fix;
    expect(fix('')).toMatch(/\], in the job or once in default, or let/);
    expect(fix(', tags: []')).toMatch(/\], in the job, or let/);
  });

  test('once for all jobs with the same cause', () => {
    const [problem, ...others] = judge(
      'default: { tags: [gone] }\na: { script: x }\nb: { script: x }\n',
    ).problems;
    expect(others).toEqual([]);
    expect([problem.jobs, problem.at.line]).toEqual([['a', 'b'], 1]);
  });

  test('but not where the tags of some runner are not known', () => {
    const strip = (name: string): readonly Change[] =>
      ['configmap', 'deployment'].map(
        (kind) => [`${name}/${kind}.yaml`, /\n {4}gitlab-runner-fleet\/tags: .*/, ''] as const,
      );
    const report = judge('a: { script: x, tags: [gone] }\n', fleetOf(...strip('arm64-spot')));
    expect([verdictOf(report, 'a').state, report.problems]).toEqual(['unknown', []]);
    expect(isProved(report)).toBe(false);
  });
});

describe('a protected runner', () => {
  const fleet = fleetOf([
    'arm64-on-demand/deployment.yaml',
    'gitlab-runner-fleet/tags:',
    'gitlab-runner-fleet/protected: "true"\n    gitlab-runner-fleet/tags:',
  ]);
  const tags = 'tags: [arm64, on-demand]';

  test('alone is a warning, unless rules or --protected say that the branch is protected', () => {
    expect(rules(judge(`a: { script: x, ${tags} }\n`, fleet))).toEqual(['warning protected-only 1']);
    expect(rules(judge(`a: { script: x, ${tags} }\n`, fleet, { isProtected: true }))).toEqual([]);
    const guarded = 'rules: [{ if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH }]';
    expect(rules(judge(`a: { script: x, ${tags}, ${guarded} }\n`, fleet))).toEqual([]);
    for (const only of ['[main, tags]', '[main]', '{ refs: [tags] }'])
      expect([only, rules(judge(`a: { script: x, ${tags}, only: ${only} }\n`, fleet))]).toEqual([only, []]);
    for (const only of ['[main, topic]', '{ changes: [a] }'])
      expect([only, rules(judge(`a: { script: x, ${tags}, only: ${only} }\n`, fleet))]).toEqual([
        only,
        ['warning protected-only 1'],
      ]);
    expect(rules(judge(`a: { script: x, ${tags}, rules: [{ if: $A }] }\n`, fleet))).toEqual([
      'warning protected-only 1',
    ]);
  });
});

describe('runners of different kinds', () => {
  test('by architecture, by Spot, and by price are reported', () => {
    const warnings = (tags: string) => rules(judge(`a: { script: x, tags: [${tags}], ${RETRY} }\n`));
    expect(warnings('spot')).toEqual(['warning mixed-arch 1']);
    expect(warnings('amd64')).toEqual(['warning mixed-spot 1']);
    expect(warnings('amd64, spot')).toEqual([]);
  });

  test('by price, where one costs twice as much', () => {
    const runner = (name: string, usdPerMinute: number): FleetRunner => ({
      name,
      tags: ['linux'],
      isProtected: false,
      takesUntagged: false,
      maximumTimeoutSeconds: undefined,
      isWaiting: false,
      said: { usdPerMinute },
      observed: undefined,
    });
    const text = 'a: { script: x, tags: [linux] }\n';
    expect(rules(judge(text, [runner('small', 0.001), runner('large', 0.002)]))).toEqual([
      'warning mixed-price 1',
    ]);
    expect(rules(judge(text, [runner('small', 0.001), runner('other', 0.0019)]))).toEqual([]);
  });
});

describe('what a runner makes of variables', () => {
  const job = (variables: string) =>
    `a:\n  script: x\n  tags: [arm64, on-demand]\n  variables:\n    ${variables}\n`;

  test('above its ceiling, or no quantity: the job fails', () => {
    const report = judge(job('KUBERNETES_CPU_REQUEST: "8"'));
    expect([verdictOf(report, 'a').state, rules(report)]).toEqual(['fails', ['error over-ceiling 5']]);
    expect(report.problems[0].why).toBe(
      'the ceiling of the runner (acme-arm64-on-demand) is 4, and a job that asks for more fails',
    );
    expect(rules(judge(job('KUBERNETES_MEMORY_LIMIT: 4 GB')))).toEqual(['error over-ceiling 5']);
    expect(rules(judge(job('KUBERNETES_CPU_REQUEST: "4"')))).toEqual([]);
  });

  test('above the ceiling of one of the runners that may take it: a warning', () => {
    const lower = fleetOf([
      'amd64-spot/configmap.yaml',
      'cpu_request_overwrite_max_allowed = "4"',
      'cpu_request_overwrite_max_allowed = "2"',
    ]);
    const text = `a: { script: x, tags: [amd64], ${RETRY}, variables: { KUBERNETES_CPU_REQUEST: "4" } }\n`;
    const report = judge(text, lower);
    expect([verdictOf(report, 'a').state, rules(report)]).toEqual(['may fail', ['warning over-ceiling 1']]);
  });

  test('without a ceiling it ignores them', () => {
    const report = judge(job('KUBERNETES_CPU_LIMIT: "2"'));
    expect([verdictOf(report, 'a').state, rules(report)]).toEqual(['runs', ['warning no-ceiling 5']]);
  });

  test('with a name that it does not know nothing happens, and the nearest one is named', () => {
    const fixes = ['KUBERNETES_CPU_REQUESTS', 'KUBERNETES_MEM_REQUEST', 'KUBERNETES_REQUEST_MEMORY'].map(
      (name) => {
        const { problems } = judge(job(`${name}: "1"`));
        return problems.map(({ id, fix }) => [id, fix]);
      },
    );
    expect(fixes).toEqual([
      [['pipelines/variable-unknown', 'write KUBERNETES_CPU_REQUEST']],
      [['pipelines/variable-unknown', 'write KUBERNETES_MEMORY_REQUEST']],
      [['pipelines/variable-unknown', 'write KUBERNETES_MEMORY_REQUEST']],
    ]);
    for (const name of [
      'KUBERNETES_VERSION',
      'KUBERNETES_SERVICE_HOST',
      'KUBERNETES_TOKEN',
      'KUBERNETES_CI_NAME',
    ])
      expect(rules(judge(job(`${name}: a=b`)))).toEqual([]);
  });

  test('for parts of the pod that it does not allow are ignored', () => {
    for (const name of [
      'KUBERNETES_NODE_SELECTOR_ZONE',
      'KUBERNETES_POD_LABELS_1',
      'KUBERNETES_SERVICE_ACCOUNT_OVERWRITE',
    ]) {
      const report = judge(job(`${name}: a=b`));
      expect([verdictOf(report, 'a').state, rules(report)]).toEqual([
        'runs',
        ['warning overwrite-ignored 5'],
      ]);
    }
    const allowing = fleetOf([
      'arm64-on-demand/configmap.yaml',
      'privileged = false',
      'privileged = false\n      pod_labels_overwrite_allowed = ".*"',
    ]);
    expect(rules(judge(job('KUBERNETES_POD_LABELS_1: a=b'), allowing))).toEqual([]);
  });

  test('that only GitLab knows leave open whether an amount is within its ceiling', () => {
    const report = judge(job('KUBERNETES_CPU_REQUEST: $CPUS'));
    expect([rules(report), verdictOf(report, 'a').state, isProved(report)]).toEqual([
      ['note over-ceiling 5'],
      'runs',
      false,
    ]);
    // Without a ceiling it is ignored, whatever it is.
    expect(rules(judge(job('KUBERNETES_HELPER_CPU_REQUEST: $CPUS')))).toEqual(['warning no-ceiling 5']);
  });

  test('a pattern refuses what does not match it', () => {
    const fleet = fleetOf([
      'arm64-on-demand/configmap.yaml',
      'privileged = false',
      'privileged = false\n      namespace_overwrite_allowed = "^team-"',
    ]);
    expect(rules(judge(job('KUBERNETES_NAMESPACE_OVERWRITE: other'), fleet))).toEqual(['error refused 5']);
    expect(rules(judge(job('KUBERNETES_NAMESPACE_OVERWRITE: team-a'), fleet))).toEqual([]);
  });
});

test('a job whose pod no node has room for says what is short', () => {
  const ceiling: Change = [
    'arm64-on-demand/configmap.yaml',
    'cpu_request_overwrite_max_allowed = "4"',
    'cpu_request_overwrite_max_allowed = "900"',
  ];
  const report = judge(
    'a:\n  script: x\n  tags: [arm64, on-demand]\n  variables: { KUBERNETES_CPU_REQUEST: "800" }\n',
    fleetOf(ceiling),
  );
  expect([verdictOf(report, 'a').state, rules(report)]).toEqual(['fails', ['error no-room 4']]);
  expect(report.problems[0].why).toMatch(
    /acme-arm64-on-demand\) has no node with room for its pod: gitlab-jobs-arm64-on-demand: no type has room for it/,
  );
});

describe('a job that a runner fails names what to change', () => {
  const words = (text: string, fleet = PLAIN) =>
    judge(text, fleet).problems.map(({ id, at, found, fix }) => [id, at.line, found, fix]);
  const head = 'a:\n  script: x\n  tags: [arm64, on-demand]\n';

  test('a variable, where it runs without that', () => {
    expect(words(`${head}  variables:\n    OTHER: x\n    KUBERNETES_MEMORY_LIMIT: 1Gi\n`)).toEqual([
      [
        'pipelines/refused',
        6,
        'KUBERNETES_MEMORY_LIMIT: 1Gi',
        'change this variable, or what the runner allows',
      ],
    ]);
  });

  test('the number of its services, where fewer would run', () => {
    const range: Change = [
      'arm64-on-demand/deployment.yaml',
      /^/,
      `apiVersion: v1
kind: LimitRange
metadata: { name: jobs, namespace: gitlab-jobs }
spec:
  limits:
    - { type: Pod, max: { ephemeral-storage: 90Gi } }
    - { type: Container, default: { ephemeral-storage: 20Gi }, defaultRequest: { ephemeral-storage: 1Gi } }
---
`,
    ];
    const names = ['redis', 'postgres', 'mysql', 'mongo', 'rabbitmq', 'minio', 'vault'];
    expect(words(`${head}  services: [${names.join(', ')}]\n`, fleetOf(range))).toEqual([
      [
        'pipelines/refused',
        4,
        `7 services: ${names.join(', ')}`,
        'use 2 services at most, or raise maxServices of the runner',
      ],
    ]);
  });

  test('its image, each of its services and variables, all at once', () => {
    const strict: Change = [
      'arm64-on-demand/configmap.yaml',
      'privileged = false',
      'privileged = false\n      allowed_images = ["registry.example.com/**"]\n      allowed_services = ["postgres:*"]\n      namespace_overwrite_allowed = "^team-"',
    ];
    const text = `${head}  image: docker:28
  services:
    - postgres:17
    - redis:8
    - mysql:9
  variables:
    KUBERNETES_NAMESPACE_OVERWRITE: other
    KUBERNETES_CPU_REQUEST: "8"
`;
    const report = judge(text, fleetOf(strict));
    expect(report.problems.map(({ id, at, found }) => [id, at.line, found])).toEqual([
      ['pipelines/over-ceiling', 11, 'KUBERNETES_CPU_REQUEST: 8'],
      ['pipelines/refused', 10, 'KUBERNETES_NAMESPACE_OVERWRITE: other'],
      ['pipelines/refused', 4, 'image docker:28'],
      ['pipelines/refused', 7, 'service redis:8'],
      ['pipelines/refused', 8, 'service mysql:9'],
    ]);
    expect(report.problems[2].why).toMatch(/docker:28/);
    expect(report.problems[3].why).toMatch(/redis:8/);
  });

  test('a service that the runner does not allow, and a daemon that it has', () => {
    const allowed: Change = [
      'arm64-on-demand/configmap.yaml',
      'privileged = false',
      'privileged = false\n      allowed_services = ["postgres:*"]',
    ];
    expect(words(`${head}  services: [postgres:17, redis:8]\n`, fleetOf(allowed))).toEqual([
      ['pipelines/refused', 4, 'service redis:8', 'use another service, or change what the runner allows'],
    ]);
    const daemon: Change = [
      'arm64-on-demand/configmap.yaml',
      /privileged = false\n\s+allow_privilege_escalation = false/,
      'privileged = true\n      allowed_services = ["postgres:*", "docker:29-dind"]\n      [[runners.kubernetes.services]]\n        name = "docker:29-dind"',
    ];
    expect(words(`${head}  services: [docker:dind]\n`, fleetOf(daemon))).toEqual([
      [
        'pipelines/refused',
        4,
        'service docker:dind',
        'remove it: the runner starts a Docker daemon for every job',
      ],
    ]);
  });
});

describe('images', () => {
  const fleet = fleetOf([
    'arm64-on-demand/configmap.yaml',
    'privileged = false',
    'privileged = false\n      allowed_images = ["registry.example.com/**"]',
  ]);
  const job = (image: string) => `a: { script: x, tags: [arm64, on-demand], image: "${image}" }\n`;

  test('that a runner does not allow make it fail the job; one that a variable names is not proved', () => {
    expect(rules(judge(job('alpine'), fleet))).toEqual(['error refused 1']);
    expect(rules(judge(job('registry.example.com/a/b:1'), fleet))).toEqual([]);
    const open = judge(job('$CI_REGISTRY_IMAGE/b:1'), fleet);
    expect([rules(open), verdictOf(open, 'a').state, isProved(open)]).toEqual([
      ['note refused 1'],
      'runs',
      false,
    ]);
    expect(judge(job('alpine'), fleet).problems[0].found).toBe('image alpine');
    // Where every image is allowed, its name decides nothing.
    expect(isProved(judge(job('$CI_REGISTRY_IMAGE/b:1')))).toBe(true);
  });

  test('may ask for a pull policy of the runner alone', () => {
    const policy = (name: string) =>
      `a:\n  script: x\n  tags: [arm64, on-demand]\n  image:\n    name: alpine\n    pull_policy: ${name}\n`;
    expect(rules(judge(policy('if-not-present')))).toEqual(['error pull-policy 6']);
    expect(rules(judge(policy('[never, always]')))).toEqual([]);
  });
});

test('a timeout longer than that of the runner is cut', () => {
  const timeout = (text: string) =>
    rules(judge(`a: { script: x, tags: [arm64, on-demand], timeout: ${text} }\n`));
  expect(PLAIN.map(({ maximumTimeoutSeconds }) => maximumTimeoutSeconds)).toEqual([7200, 7200, 7200, 7200]);
  expect(timeout('3h')).toEqual(['warning timeout 1']);
  expect(timeout('2 hours and 1 minute')).toEqual(['warning timeout 1']);
  expect(timeout('2h')).toEqual([]);
  // A number in words may be more or less: it is not judged.
  expect(timeout('nine hours')).toEqual([]);
});

describe('a Docker daemon', () => {
  const job = (service: string) => `a: { script: x, tags: [arm64, on-demand], services: [${service}] }\n`;

  test('needs a privileged runner', () => {
    for (const image of [
      'docker:dind',
      'docker:27.3.1-dind',
      'registry.example.com/library/docker:24-dind',
      // The official image without a variant is the daemon since 23.0.
      'docker',
      'docker:latest',
      'docker:27',
      'docker:29.6.2',
      'docker:23.0-alpine3.17',
      'public.ecr.aws/docker/library/docker:27',
    ])
      expect([image, rules(judge(job(image)))]).toEqual([image, ['error docker-in-docker 1']]);
    expect(verdictOf(judge(job('docker:dind')), 'a').state).toBe('fails');
    for (const image of [
      'docker:dind-rootless',
      'docker:27-dind-rootless',
      'redis',
      'docker:27-cli',
      'docker:20.10',
      'docker:19.03.13',
      'acme/docker:27',
      'dind/docker',
    ])
      expect([image, rules(judge(job(image)))]).toEqual([image, []]);
    const privileged = fleetOf([
      'arm64-on-demand/configmap.yaml',
      /privileged = false\n\s+allow_privilege_escalation = false/,
      'privileged = true',
    ]);
    expect(rules(judge(job('docker:dind'), privileged))).toEqual([]);
  });
});

test('a job that builds images is sent to the runner that can', () => {
  const fleet = fleetOf([
    'arm64-spot/configmap.yaml',
    /privileged = false\n\s+allow_privilege_escalation = false/,
    'privileged = true',
  ]);
  const text = 'a: { script: x, services: [docker:dind] }\nb: { script: x }\nc: { script: x }\n';
  const { defaultTags, jobs } = suggestionFor(judge(text, fleet));
  expect(defaultTags?.tags).toEqual(['amd64', 'on-demand']);
  expect(jobs.map(({ job, tags }) => [job, tags])).toEqual([['a', ['arm64', 'spot']]]);
});

test('tags of jobs for Windows and macOS lead to no runner of Linux', () => {
  const text = `a: { script: x, tags: [saas-windows-medium-amd64] }
b: { script: x, tags: [macos-14-xcode] }
c: { script: x, tags: [darwin_arm64, on-demand] }
d: { script: x, tags: [winter] }
`;
  const report = judge(text);
  const systems = report.problems.map(
    ({ fix }) => /a runner for (\w+): jobs of this fleet run on Linux/.exec(fix)?.[1],
  );
  expect(systems).toEqual(['Windows', 'macOS', 'macOS', undefined]);
  const { jobs, nowhere } = suggestionFor(report);
  expect(jobs.map(({ job }) => job)).toEqual(['d']);
  expect(nowhere.map(({ job, runner }) => [job, runner])).toEqual([
    ['a', undefined],
    ['b', undefined],
    ['c', undefined],
  ]);
});

test('an architecture within a tag is the one that is suggested', () => {
  const report = judge('a: { script: x, tags: [saas-linux-medium-arm64] }\n');
  expect(report.problems[0].fix).toContain('[arm64, on-demand]');
  expect(suggestionFor(report).jobs[0].tags).toEqual(['arm64', 'on-demand']);
});

describe('retry', () => {
  const spot = (retry: string) => rules(judge(`a: { script: x, tags: [arm64, spot]${retry} }\n`));

  test('is what starts a job again whose Spot node goes', () => {
    expect(spot('')).toEqual(['warning spot-retry 1']);
    expect(spot(', retry: 0')).toEqual(['warning spot-retry 1']);
    expect(spot(', retry: { max: 2, when: [script_failure] }')).toEqual(['warning spot-retry 1']);
    // GitLab retries nothing where max is missing.
    expect(spot(', retry: { when: [runner_system_failure] }')).toEqual(['warning spot-retry 1']);
    expect(spot(', retry: { max: 1, when: [runner_system_failure, stuck_or_timeout_failure] }')).toEqual([]);
  });

  test('for exit codes alone starts nothing else again', () => {
    const found = (retry: string) =>
      judge(`a: { script: x, tags: [arm64, spot], retry: ${retry} }\n`).problems.map((one) => [
        one.id,
        one.found,
      ]);
    expect(found('{ max: 2, exit_codes: 137 }')).toEqual([
      ['pipelines/spot-retry', 'retry for exit codes 137'],
    ]);
    expect(found('{ max: 2, exit_codes: [1, 137], when: script_failure }')).toEqual([
      ['pipelines/spot-retry', 'retry for script_failure, exit codes 1, 137'],
    ]);
    expect(found('{ max: 2, exit_codes: [137], when: [runner_system_failure] }')).toEqual([]);
  });

  test('should not repeat scripts that fail', () => {
    expect(spot(', retry: 2')).toEqual(['warning retry-scripts 1']);
    expect(spot(', retry: { max: 2, when: [runner_system_failure, script_failure] }')).toEqual([
      'warning retry-scripts 1',
    ]);
  });

  test('is to be written where it reaches the job', () => {
    const fix = (retry: string) =>
      judge(`default: { retry: 0 }\na: { script: x, tags: [arm64, spot]${retry} }\n`).problems[0].fix;
    expect(fix('')).toMatch(/, once in default$/);
    for (const retry of [', retry: 2', ', inherit: { default: [image] }'])
      expect(fix(retry)).toMatch(/, in the job, which does not inherit it from default$/);
  });

  test('is not asked of jobs on demand', () => {
    expect(rules(judge('a: { script: x, tags: [arm64, on-demand] }\n'))).toEqual([]);
  });
});

/** A bucket for the caches of a runner. */
const BUCKET: Change = [
  'arm64-on-demand/configmap.yaml',
  /( +)\[runners\.kubernetes\]/,
  '$1[runners.cache]\n$1  Type = "s3"\n$1[runners.kubernetes]',
];

test('a cache without a key is one for all', () => {
  const cache = (text: string) =>
    rules(judge(`a: { script: x, tags: [arm64, on-demand], cache: ${text} }\n`, fleetOf(BUCKET)));
  expect(cache('{ paths: [.npm] }')).toEqual(['warning cache-key 1']);
  expect(cache('[{ key: a, paths: [.npm] }, { paths: [b] }]')).toEqual(['warning cache-key 1']);
  expect(cache('{ key: a, paths: [.npm] }')).toEqual([]);
  expect(cache('[]')).toEqual([]);
});

describe('a cache on a runner that stores none', () => {
  const said = (cache: string, ...changes: readonly Change[]) =>
    rules(judge(`a: { script: x, tags: [arm64, on-demand], cache: ${cache} }\n`, fleetOf(...changes)));
  const config = (text: string): Change => [
    'arm64-on-demand/configmap.yaml',
    'privileged = false',
    `privileged = false\n${text}`,
  ];
  const volume = (kind: string, path: string) =>
    config(
      `      [[runners.kubernetes.volumes.${kind}]]\n        name = "kept"\n        mount_path = "${path}"\n`,
    );

  test('is lost with the pod', () => {
    expect(said('{ key: a, paths: [.npm] }')).toEqual(['warning cache-lost 1']);
    expect(said('{ key: a, untracked: true }')).toEqual(['warning cache-lost 1']);
    expect(said('{ key: a, paths: [.npm] }', volume('empty_dir', '/cache'))).toEqual([
      'warning cache-lost 1',
    ]);
    expect(said('{ key: a, paths: [.npm] }', volume('pvc', '/cached'))).toEqual(['warning cache-lost 1']);
  });

  test('is kept in a bucket, or on a volume that outlives the pod', () => {
    expect(said('{ key: a, paths: [.npm] }', BUCKET)).toEqual([]);
    expect(said('{ key: a, paths: [.npm] }', volume('pvc', '/cache'))).toEqual([]);
    // Nothing is cached.
    expect(said('{ key: a }')).toEqual([]);
  });
});

test('what only GitLab can fetch is a note that says so, and nothing more', () => {
  const report = judge('include: [{ project: a/b, file: c.yml }]\na: { script: x }\n');
  expect(rules(report)).toEqual(['note not-read 1']);
  expect([verdictOf(report, 'a').state, isProved(report)]).toEqual(['unknown', false]);
});
