import { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { NodeClassProps } from '../../lib/fleet/props/node-class';
import type { NodePoolProps } from '../../lib/fleet/props/node-pool';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { RUNNER_VERSION } from '../../lib/fleet/versions';
import { fakeCiphertext } from '../ciphertext';
import { sealedTokens } from '../fleets';

const RUNNER: RunnerProps = { name: 'a', arch: 'amd64', capacity: 'spot' };
const GOOD: RunnerFleetProps = { name: 'production', runners: [RUNNER] };

/** What a user reads for these fleets: the message of the error. */
function messageOf(
  descriptions: readonly RunnerFleetProps[],
  sealed: ReadonlyMap<string, string> = new Map(),
): string {
  try {
    resolveFleets(descriptions, sealed);
  } catch (error) {
    expect((error as Error).name).toBe('DescriptionError');
    return (error as DescriptionError).message;
  }
  throw new Error('the description was taken');
}

const faultsOf = (change: Partial<RunnerFleetProps>, sealed?: ReadonlyMap<string, string>) =>
  messageOf([{ ...GOOD, ...change }], sealed);
const runner = (change: Partial<RunnerProps>): Partial<RunnerFleetProps> => ({
  runners: [{ ...RUNNER, ...change }],
});
const runners = (...changes: Partial<RunnerProps>[]): Partial<RunnerFleetProps> => ({
  runners: changes.map((change) => ({ ...RUNNER, ...change })),
});
const nodePool = (change: Partial<NodePoolProps>): Partial<RunnerFleetProps> => ({
  nodePools: [{ arch: 'amd64', capacity: 'spot', ...change }],
});
const nodeClass = (change: NodeClassProps): Partial<RunnerFleetProps> => ({ nodeClass: change });

/** Place, value, a part of the rule and a part of the fix, as one entry of the message holds them. */
type Entry = readonly [place: string, found: string, rule: string, fix: string];

function expectEntry(message: string, [place, found, rule, fix]: Entry): void {
  expect(message).toContain(`${place}: ${found}\n`);
  const entries = message.split('\n\n').filter((entry) => entry.startsWith(`${place}: ${found}\n`));
  expect(entries.map((entry) => entry.includes(rule) && entry.includes(fix) && entry)).toContainEqual(
    expect.stringMatching(/\n {4}rule: \S.*\n {4}fix: {2}\S/),
  );
}

/** A description that is refused, and how the message says so. */
type Case = readonly [what: string, change: Partial<RunnerFleetProps>, ...Entry];

function refuses(cases: readonly Case[]): void {
  test.each(cases)('%s', (_what, change, ...entry) => expectEntry(faultsOf(change), entry));
}

const A = 'production > runner a';
const POOL = 'production > nodePool jobs-amd64-spot';
const CLASS = 'production > nodeClass';
const LONG = 'x'.repeat(64);
/** Fake tokens, put together here so that no scanner takes them for real ones. */
const TOKEN = `glrt-${'x'.repeat(20)}`;
const MIXED_CASE_TOKEN = `glrt-${'aB3_'.repeat(5)}`;

test('the one-runner fleet that all tests here change is good', () => {
  expect(resolveFleets([GOOD], new Map())).toHaveLength(1);
});

describe('a project and a fleet need something to render', () => {
  test('no fleets', () => {
    expectEntry(messageOf([]), ['main.ts', '[]', 'at least one fleet', 'pass a fleet to synth()']);
  });
  // biome-ignore format: a table of cases
  test.each([[GOOD, 'an object'], [null, 'null'], [undefined, 'nothing'], ['x', 'a string']])('%j for a list of fleets', (fleets, found) => {
    expectEntry(messageOf(fleets as never), ['main.ts', `"${found}"`, 'a list of fleets', 'write synth([{ ... }])']);
  });
  // biome-ignore format: a table of cases
  refuses([
    ['no runners', { runners: [] }, 'production > runners', '[]', 'at least one runner', "name: 'amd64-spot'"],
  ]);
});

test('what a terminal would not show is spelled out', () => {
  const message = faultsOf(runner({ name: 'a\u001b[2K\nb', tags: ['x\ty', 'z\u202e '] }));
  expect(message).toContain('runner a\\u{1b}[2K\\nb > name: "a\\u{1b}[2K\\nb"\n');
  expect(message).toContain('"x\\ty"\n');
  expect(message).toContain('"z\\u{202e} "\n');
  expect(message.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

describe('names', () => {
  const rule = 'lower-case letters, digits and dashes';
  // biome-ignore format: a table of cases
  refuses([
    ['a fleet in upper case', { name: 'Production' }, 'Production > name', '"Production"', rule, '"production"'],
    ['a fleet with an underscore', { name: 'my_fleet' }, 'my_fleet > name', '"my_fleet"', rule, '"my-fleet"'],
    ['a fleet that is too long', { name: LONG }, `${LONG} > name`, `"${LONG}"`, '1 to 30', 'shorten it by 34'],
    ['a fleet without a name', { name: '' }, 'fleets[0] > name', '""', rule, 'give it a name'],
    ['a fleet that ends in a dash', { name: 'ci-' }, 'ci- > name', '"ci-"', 'at both ends', 'write "ci"'],
    ['a runner in upper case', runner({ name: 'AMD' }), 'production > runner AMD > name', '"AMD"', rule, '"amd"'],
    ['a runner with an underscore', runner({ name: 'a_b' }), 'production > runner a_b > name', '"a_b"', rule, '"a-b"'],
    ['a runner that is too long for the pods named after it', runner({ name: 'x'.repeat(37) }),
      `production > runner ${'x'.repeat(37)} > name`, `"${'x'.repeat(37)}"`, '1 to 36', 'shorten it by 1: object names are derived from it'],
    ['a prefix too long for labels', { prefix: 'x'.repeat(21) }, 'production > prefix', `"${'x'.repeat(21)}"`, '1 to 20', 'by 1'],
    ['a prefix with a dot', { prefix: 'ci.eu' }, 'production > prefix', '"ci.eu"', rule, 'write "ci-eu"'],
    ['a pool too long for labels', runner({ pool: 'x'.repeat(25) }), `${A} > pool`, `"${'x'.repeat(25)}"`, '1 to 24', 'by 1'],
    ['a manager namespace', { managerNamespace: 'Runners' }, 'production > managerNamespace', '"Runners"', rule, '"runners"'],
    ['a job namespace', runner({ jobNamespace: 'Jobs' }), `${A} > jobNamespace`, '"Jobs"', rule, 'write "jobs"'],
    ['a service account', runner({ serviceAccount: 'Deploy' }), `${A} > serviceAccount`, '"Deploy"', rule, '"deploy"'],
    ['a namespace of Prometheus', { network: { metricsFrom: ['Mon'] } }, 'production > network > metricsFrom[0]', '"Mon"', rule, '"mon"'],
    ['a cluster ARN', { clusterName: 'arn:aws:eks:x' }, 'production > clusterName', '"arn:aws:eks:x"', 'EKS cluster names', 'not its ARN'],
    ['a cluster too long for the role named after it', { clusterName: 'x'.repeat(47) },
      `${CLASS} > nodeRole`, `"KarpenterNodeRole-${'x'.repeat(47)}"`, '1 to 64', 'set nodeRole'],
  ]);

  test('a runner without a name', () => {
    expect(faultsOf(runner({ name: '' }))).toMatch(
      /> name: ""\n {4}rule: names are 1 to 36 .*\n {4}fix: {2}give it a name/,
    );
  });

  test('the longest names of everything at once are taken', () => {
    const longest = {
      name: 'f'.repeat(30),
      prefix: 'p'.repeat(20),
      clusterName: 'c'.repeat(46),
      ...runner({ name: 'r'.repeat(36), pool: 'q'.repeat(24) }),
    };
    expect(resolveFleets([longest as RunnerFleetProps], new Map())).toHaveLength(1);
  });
});

describe('choices of a closed list', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['x86_64 means amd64', runner({ arch: 'x86_64' as never }), `${A} > arch`, '"x86_64"', '"amd64", "arm64"', 'write "amd64"'],
    ['aarch64 means arm64', runner({ arch: 'aarch64' as never }), `${A} > arch`, '"aarch64"', '"amd64", "arm64"', 'write "arm64"'],
    ['an arch of another world', runner({ arch: 'riscv64' as never }), `${A} > arch`, '"riscv64"', '"amd64", "arm64"', 'one of them'],
    ['no arch at all', runner({ arch: undefined as never }), `${A} > arch`, 'nothing', '"amd64", "arm64"', 'one of them'],
    ['ondemand means on-demand', runner({ capacity: 'ondemand' as never }),
      `${A} > capacity`, '"ondemand"', '"spot-first"', 'write "on-demand"'],
    ['no capacity at all', runner({ capacity: undefined as never }), `${A} > capacity`, 'nothing', '"spot", "on-demand"', 'one of them'],
    ['a pull policy of Kubernetes', runner({ pullPolicy: 'IfNotPresent' as never }),
      `${A} > pullPolicy`, '"IfNotPresent"', '"always"', 'if-not-present'],
    ['an image flavor', runner({ imageFlavor: 'debian' as never }), `${A} > imageFlavor`, '"debian"', '"ubi-fips"', 'one of them'],
    ['ubi-fips on arm64', runner({ arch: 'arm64', imageFlavor: 'ubi-fips' }),
      `${A} > imageFlavor`, '"ubi-fips"', 'no ubi-fips helper image for arm64', 'use "ubuntu" or "alpine"'],
    ['a consolidation policy', nodePool({ consolidationPolicy: 'WhenUnderutilized' as never }),
      `${POOL} > consolidationPolicy`, '"WhenUnderutilized"', '"WhenEmpty"', 'one of them'],
  ]);
});

describe('quantities', () => {
  const memory = (range: object) => runner({ build: { memory: range as never } });
  const cpu = (range: object) => runner({ build: { cpu: range as never } });
  const rule = 'a suffix of Kubernetes and no space';
  // biome-ignore format: a table of cases
  refuses([
    ['a space and a B', memory({ request: '2 GB' }), `${A} > build > memory > request`, '"2 GB"', rule, 'write "2Gi"'],
    ['a word', memory({ limit: 'lots' }), `${A} > build > memory > limit`, '"lots"', rule, '"512Mi" or "2Gi"'],
    ['zero', cpu({ request: '0' }), `${A} > build > cpu > request`, '"0"', 'above zero', '"500m" or "2"'],
    ['less than nothing', cpu({ request: '-1' }), `${A} > build > cpu > request`, '"-1"', 'above zero', '"500m" or "2"'],
    ['a number of CPUs', cpu({ request: 2 }), `${A} > build > cpu > request`, '2', rule, 'write it as text: "2"'],
    ['a number as pool limit', nodePool({ limits: { cpu: 200 as never } }), `${POOL} > limits.cpu`, '200', rule, 'as text: "200"'],
    ['millibytes', memory({ request: '512m' }), `${A} > build > memory > request`, '"512m"', '"m" means thousandths', 'write "512Mi"'],
    ['bytes without a unit', memory({ limit: '4096' }), `${A} > build > memory > limit`, '"4096"', 'no unit means bytes', 'write "4096Mi"'],
    ['mebi-CPUs', cpu({ request: '512Mi' }),
      `${A} > build > cpu > request`, '"512Mi"', 'a unit of bytes on a count of CPUs', '"500m" or "2"'],
    ['a request above its limit', memory({ request: '8Gi', limit: '4Gi' }),
      `${A} > build > memory > request`, '"8Gi"', 'above its limit: the API server refuses', 'raise limit'],
    ['a request above its ceiling', cpu({ request: '4', maxRequest: '2' }),
      `${A} > build > cpu > request`, '"4"', 'a request above its ceiling', 'lower it to "2" or raise maxRequest'],
    ['a ceiling above the limit', memory({ maxRequest: '8Gi', limit: '4Gi' }),
      `${A} > build > memory > maxRequest`, '"8Gi"', 'a ceiling above the limit', 'lower it to "4Gi" or raise limit'],
    ['a ceiling above the limit that jobs may raise, and not as far', memory({ maxRequest: '8Gi', limit: '4Gi', maxLimit: '6Gi' }),
      `${A} > build > memory > maxRequest`, '"8Gi"', 'unless it may raise its limit too', 'or raise limit'],
    ['a limit above its ceiling', memory({ limit: '8Gi', maxLimit: '4Gi' }),
      `${A} > build > memory > limit`, '"8Gi"', 'a limit above its ceiling', 'lower it to "4Gi" or raise maxLimit'],
    ['an order broken in a helper', runner({ helper: { cpu: { request: '1', limit: '500m' } } }),
      `${A} > helper > cpu > request`, '"1"', 'above its limit', 'lower it to "500m"'],
    ['a unit slip in a service', runner({ service: { ephemeralStorage: { request: '5m' } } }),
      `${A} > service > ephemeralStorage > request`, '"5m"', 'thousandths', 'write "5Mi"'],
  ]);
});

describe('counts', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['no jobs', runner({ concurrency: 0 }), `${A} > concurrency`, '0', 'a whole number from 1', 'write 1'],
    ['a job and a half', runner({ concurrency: 1.5 }), `${A} > concurrency`, '1.5', 'a whole number from 1', 'write 1'],
    ['too many jobs', runner({ concurrency: 9000 }), `${A} > concurrency`, '9000', 'from 1 to 5000', 'write 5000'],
    ['jobs in words', runner({ concurrency: 'many' as never }), `${A} > concurrency`, '"many"', 'a whole number', 'write 1'],
    ['jobs as text', runner({ concurrency: '20' as never }), `${A} > concurrency`, '"20"', 'a whole number', 'write 1'],
    ['no manager', runner({ managers: 0 }), `${A} > managers`, '0', 'from 1 to 20', 'write 1'],
    ['21 managers', runner({ managers: 21 }), `${A} > managers`, '21', 'from 1 to 20', 'write 20'],
    ['more requests than jobs', runner({ concurrency: 5, requestConcurrency: 6 }),
      `${A} > requestConcurrency`, '6', 'from 1 to 5', 'write 5'],
    ['three requests for one job', runner({ concurrency: 1, requestConcurrency: 3 }),
      `${A} > requestConcurrency`, '3', 'from 1 to 2', 'write 2'],
    ['a port above all ports', { network: { jobPorts: [70000] } },
      'production > network > jobPorts[0]', '70000', '1 to 65535', 'write 65535'],
    ['an instance generation', nodePool({ minGeneration: 0 }), `${POOL} > minGeneration`, '0', 'from 1 to 20', 'write 1'],
    ['an empty CPU range', nodePool({ minCpu: 32, maxCpu: 8 }), `${POOL} > minCpu`, '32', 'at least 32 and at most 8', 'raise maxCpu'],
  ]);
});

test('NaN and infinity are shown as they are, and not as a text to write', () => {
  const message = faultsOf(
    runner({ podLabels: { a: Number.NaN as never }, concurrency: Number.POSITIVE_INFINITY }),
  );
  expect(message).toContain('podLabels["a"]: NaN\n');
  expect(message).toContain('concurrency: Infinity\n');
  expect(message).not.toMatch(/null|"NaN"/);
});

test('one wrong count is one fault', () => {
  for (const concurrency of [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 'many' as never]) {
    expect(faultsOf(runner({ concurrency }))).toMatch(/^1 fault /);
  }
});

describe('durations', () => {
  const rule = 'for example 90s, 30m or 1h30m; days are not supported';
  // biome-ignore format: a table of cases
  refuses([
    ['no unit', runner({ longestJob: '5' }), `${A} > longestJob`, '"5"', rule, 'write a duration as "30m"'],
    ['days', runner({ longestJob: '1d' }), `${A} > longestJob`, '"1d"', rule, 'write "24h"'],
    ['a number', runner({ longestJob: 300 as never }), `${A} > longestJob`, '300', rule, 'write "300s" if seconds'],
    ['zero', runner({ pollTimeout: '0s' }), `${A} > pollTimeout`, '"0s"', 'above zero', '"30m"'],
    ['fractions', runner({ drain: '2.5h' }), `${A} > drain`, '"2.5h"', rule, '"30m"'],
    ['a number as poll timeout', runner({ pollTimeout: 300 as never }), `${A} > pollTimeout`, '300', rule, '"300s"'],
    ['a pool in days', nodePool({ expireAfter: '7d' }), `${POOL} > expireAfter`, '"7d"', rule, 'write "168h"'],
    ['never in lower case', nodePool({ consolidateAfter: 'never' }), `${POOL} > consolidateAfter`, '"never"', rule, '"30m"'],
    ['a longest job that outlasts the drain', runner({ longestJob: '4h', drain: '1h' }),
      `${A} > longestJob`, '"4h"', 'outlasts the drain (1h)', 'raise drain to at least "4h"'],
    ['nodes that go before their jobs end', nodePool({ terminationGracePeriod: '1h' }),
      `${POOL} > terminationGracePeriod`, '"1h"', 'drain for up to 2h10m', 'at least "2h10m"'],
    ['nodes of managers that go before the managers', { ...runner({ longestJob: '5h' }), managerNodePool: { terminationGracePeriod: '2h' } },
      'production > managerNodePool > terminationGracePeriod', '"2h"', 'up to 5h10m', '"5h10m"'],
  ]);
});

describe('tags', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['a comma', runner({ tags: ['web,api'] }), `${A} > tags[0]`, '"web,api"', 'at commas', 'write "web-api"'],
    ['a space', runner({ tags: ['ok', 'web api'] }), `${A} > tags[1]`, '"web api"', 'one word', 'write "web-api"'],
    ['nothing', runner({ tags: [''] }), `${A} > tags[0]`, '""', 'one word', 'write "a-tag"'],
    ['a number', runner({ tags: [7 as never] }), `${A} > tags[0]`, '7', 'one word', 'write "7"'],
  ]);
});

describe('the address of GitLab', () => {
  const url = (gitlabUrl: string) => ({ gitlabUrl });
  const place = 'production > gitlabUrl';
  // biome-ignore format: a table of cases
  refuses([
    ['no scheme', url('gitlab.example.com'), place, '"gitlab.example.com"', 'with its scheme', 'write "https://gitlab.example.com"'],
    ['a port, no scheme', url('git.example.com:8443'), place, '"git.example.com:8443"', 'with its scheme', '"https://git.example.com:8443"'],
    ['another scheme', url('ssh://git.example.com'), place, '"ssh://git.example.com"', 'with its scheme', '"https://git.example.com"'],
    ['nothing', url(''), place, '""', 'with its scheme', 'write "https://gitlab.com"'],
    ['a placeholder for its host', url('https://gitlab.$' + '{DOMAIN}'), place, '"https://gitlab.$' + '{DOMAIN}"', 'a host', 'the address of yours'],
    ['a user', url('https://me@git.example.com/ci/'), place, '"https://git.example.com..."', 'holds a user', 'write "https://git.example.com/ci"'],
    ['a query', url('https://git.example.com?x=1'), place, '"https://git.example.com..."', 'a query', 'write "https://git.example.com"'],
  ]);

  test('a password in it is not printed', () => {
    expect(faultsOf(url('https://me:secret@git.example.com'))).not.toContain('secret');
  });
});

describe('images and versions that move by themselves', () => {
  const floating = 'runs other code tomorrow';
  // biome-ignore format: a table of cases
  refuses([
    ['a floating AMI alias', nodeClass({ amiAlias: 'al2023@latest' }),
      `${CLASS} > amiAlias`, '"al2023@latest"', 'a floating alias replaces every node', 'pin a release, for example "al2023@v'],
    ['an AMI id', nodeClass({ amiAlias: 'ami-0123' }), `${CLASS} > amiAlias`, '"ami-0123"', 'al2023@vYYYYMMDD', 'pin a release'],
    ['an AMI family without v', nodeClass({ amiAlias: 'bottlerocket@1.50.0' }),
      `${CLASS} > amiAlias`, '"bottlerocket@1.50.0"', 'bottlerocket@vX.Y.Z', 'pin a release'],
    ['an image without a tag', runner({ jobImage: 'alpine' }), `${A} > jobImage`, '"alpine"', floating, 'for example "alpine:3.22"'],
    ['the latest image', runner({ jobImage: 'alpine:latest' }), `${A} > jobImage`, '"alpine:latest"', floating, 'a digest'],
    ['an lts image', runner({ jobImage: 'node:lts' }), `${A} > jobImage`, '"node:lts"', floating, 'name a release'],
    ['an lts image of a base', runner({ jobImage: 'node:lts-alpine' }), `${A} > jobImage`, '"node:lts-alpine"', floating, 'name a release'],
    ['no image', runner({ jobImage: 'a b' }), `${A} > jobImage`, '"a b"', 'path:tag or path@sha256:digest', 'write one'],
    ['no registry', { imageRegistry: 'https://r.example.com' },
      'production > imageRegistry', '"https://r.example.com"', 'without scheme', 'write it as'],
    ['the latest runner', runner({ runnerVersion: 'latest' }), `${A} > runnerVersion`, '"latest"', 'major.minor.patch', `write "${RUNNER_VERSION}"`],
    ['a tag of the runner', runner({ runnerVersion: 'v19.3.0' }), `${A} > runnerVersion`, '"v19.3.0"', 'major.minor.patch', `write "${RUNNER_VERSION}"`],
    ['a runner that is too old', runner({ runnerVersion: '18.10.1' }),
      `${A} > runnerVersion`, '"18.10.1"', 'needs 18.11.0 or newer', 'write "18.11.0" or newer'],
    ['a runner of the last year', runner({ runnerVersion: '17.3.0' }), `${A} > runnerVersion`, '"17.3.0"', 'seccomp profiles', 'see docs/runner-releases.md'],
  ]);
});

describe('a plain token in a description is named by its place and never printed', () => {
  const base64 = Buffer.from(MIXED_CASE_TOKEN).toString('base64');
  // biome-ignore format: a table of cases
  const everywhere: [string, Partial<RunnerFleetProps>, string][] = [
    ['a label', { labels: { team: TOKEN } }, 'labels.team'],
    ['a key', { labels: { [TOKEN]: 'x' } }, 'labels["(a key)"]'],
    ['base64', runner({ podAnnotations: { note: base64 } }), 'runner a > podAnnotations.note'],
    ['config', runner({ config: { runner: { environment: [`T=${TOKEN}`] } } }), 'runner a > config.runner.environment[0]'],
    ['the token key', runner({ config: { runner: { token: TOKEN } as never } }), 'runner a > config.runner.token'],
    ['a patch', { patches: { Namespace: { metadata: { annotations: { a: TOKEN } } } } }, 'patches.Namespace.metadata.annotations.a'],
    ['a name', runner({ name: MIXED_CASE_TOKEN }), 'runners[0] > name'],
    ['a good name', runner({ name: TOKEN, tags: ['a b'] }), 'runners[0] > name'],
    ['a tag with a space', runner({ tags: [`${MIXED_CASE_TOKEN} web`] }), 'runner a > tags[0]'],
    ['a label that is too long', runner({ podLabels: { a: `${TOKEN}${LONG}` } }), 'runner a > podLabels.a'],
    ['base64 that is too long', runner({ podLabels: { a: `${base64}.${LONG}` } }), 'runner a > podLabels.a'],
    ['a wrong type', runner({ config: { runner: { environment: `T=${TOKEN}` as never } } }), 'runner a > config.runner.environment'],
    ['an address', { gitlabUrl: `gitlab.com?private_token=${MIXED_CASE_TOKEN}` }, 'gitlabUrl'],
    ['a password of the address', { gitlabUrl: `https://ci:${TOKEN}@gitlab.com` }, 'gitlabUrl'],
    ['a job image', runner({ jobImage: `${MIXED_CASE_TOKEN}:latest` }), 'runner a > jobImage'],
  ];

  test.each(everywhere)('%s', (_what, change, place) => {
    const message = faultsOf(change);
    expectEntry(message, [
      `production > ${place}`,
      '"hidden"',
      'this is a plain token',
      'revoke it in GitLab',
    ]);
    for (const secret of [TOKEN, MIXED_CASE_TOKEN, MIXED_CASE_TOKEN.toLowerCase(), base64]) {
      expect(message).not.toContain(secret);
    }
  });
});

describe('runners of one fleet', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['two of one name', runners({}, {}), `${A} > name`, '"a"', 'two runners of a fleet have this name', 'its own name'],
    ['a manager called like another runner', runners({ managers: 2 }, { name: 'a-2' }),
      'production > runner a-2 > name', '"a-2"', 'manager 2 of runner a is called like', 'rename this runner'],
    ['a privileged one in the namespace of others', runners({}, { name: 'docker', privileged: true, jobNamespace: 'gitlab-jobs' }),
      'production > runner docker > jobNamespace', '"gitlab-jobs"', 'runner a is not privileged', '"gitlab-jobs-privileged"'],
    ['a privileged one that may not escalate', runner({ privileged: true, allowPrivilegeEscalation: false }),
      `${A} > allowPrivilegeEscalation`, 'false', 'the API server refuses', 'or leave privileged out'],
    ['a privileged one on the nodes of others', runners({}, { name: 'docker', privileged: true, pool: 'jobs' }),
      'production > runner docker > pool', '"jobs"', 'privileged jobs own their node', 'for example "privileged"'],
    ['jobs on the nodes of managers', runner({ pool: 'managers' }),
      `${A} > pool`, '"managers"', 'the pool of the managers', 'name another pool'],
    ['jobs next to managers', runner({ jobNamespace: 'gitlab-runners' }),
      `${A} > jobNamespace`, '"gitlab-runners"', 'every runner token', 'another namespace'],
    ['managers moved next to jobs', { managerNamespace: 'gitlab-jobs' },
      `${A} > jobNamespace`, '"gitlab-jobs"', 'every runner token', 'another namespace'],
    ['a wrong default of all runners', { runnerDefaults: { longestJob: '1d' } }, `${A} > longestJob`, '"1d"', 'days are not supported', '"24h"'],
  ]);
});

describe('node pools', () => {
  const entry = { arch: 'amd64', capacity: 'spot' } as const;
  const budget = (one: object) => nodePool({ budgets: [one as never] });
  const BUDGET = `${POOL} > budgets[0]`;
  const FIRST = 'production > nodePools[0]';
  // biome-ignore format: a table of cases
  refuses([
    ['one that no runner uses', nodePool({ arch: 'arm64' }),
      `${FIRST} > (the whole)`, '"jobs arm64 spot"', 'runners use jobs amd64 spot', 'leave the entry out'],
    ['one described twice', { nodePools: [entry, entry] },
      'production > nodePools[1] > (the whole)', '"jobs amd64 spot"', 'described twice', 'merge the two entries'],
    ['an unknown arch', nodePool({ arch: 'x86' as never }), `${FIRST} > arch`, '"x86"', '"amd64", "arm64"', 'write "amd64"'],
    ['both capacities at once', nodePool({ capacity: 'spot-first' as never }),
      `${FIRST} > capacity`, '"spot-first"', '"spot", "on-demand"', 'one of them'],
    ['the pool of the managers', nodePool({ pool: 'managers' }),
      `${FIRST} > pool`, '"managers"', 'a pool of their own', 'set managerNodePool'],
    ['a pool with a bad name', nodePool({ pool: 'My Pool' }), `${FIRST} > pool`, '"My Pool"', 'lower-case', 'write "my-pool"'],
    ['less CPU than one job', nodePool({ limits: { cpu: '2' } }),
      `${POOL} > limits.cpu`, '"2"', 'one job may ask for 4100m', 'more than "5"'],
    ['less memory than one job', nodePool({ limits: { memory: '1Gi' } }),
      `${POOL} > limits.memory`, '"1Gi"', 'it would wait indefinitely', 'more than "5Gi"'],
    ['no families', nodePool({ instanceFamilies: [] }), `${POOL} > instanceFamilies`, '[]', 'matches no instance', 'leave the option out'],
    ['a type as family', nodePool({ instanceFamilies: ['m7g.large'] }),
      `${POOL} > instanceFamilies[0]`, '"m7g.large"', 'would match nothing', '"m7g"'],
    ['a family as category', nodePool({ instanceCategories: ['c7'] }),
      `${POOL} > instanceCategories[0]`, '"c7"', 'would match nothing', '"c", "m"'],
    ['a size', nodePool({ instanceSizes: ['XLarge'] }), `${POOL} > instanceSizes[0]`, '"XLarge"', 'would match nothing', '"2xlarge"'],
    ['a region as zone', nodePool({ zones: ['eu-west-1'] }), `${POOL} > zones[0]`, '"eu-west-1"', 'would match nothing', '"eu-west-1a"'],
    ['a cron line of four fields', budget({ nodes: '0', schedule: '0 8 * *', duration: '8h' }),
      `${BUDGET} > schedule`, '"0 8 * *"', 'five fields, not 4; Karpenter would then allow no disruption', '"0 8 * * mon-fri"'],
    ['a cron line of the 25th hour', budget({ nodes: '0', schedule: '0 25 * * *', duration: '8h' }),
      `${BUDGET} > schedule`, '"0 25 * * *"', '"25" is no hour', '"0 8 * * mon-fri"'],
    ['a window without an end', budget({ nodes: '0', schedule: '0 8 * * *' }),
      `${BUDGET} > duration`, 'nothing', 'go together', 'add duration'],
    ['a window without a start', budget({ nodes: '0', duration: '8h' }), `${BUDGET} > schedule`, 'nothing', 'go together', 'add schedule'],
    ['a window in seconds', budget({ nodes: '0', schedule: '@daily', duration: '90s' }),
      `${BUDGET} > duration`, '"90s"', 'hours and minutes', '"1h30m"'],
    ['nodes with a space', budget({ nodes: '10 %' }), `${BUDGET} > nodes`, '"10 %"', 'a share, as text', 'write "10%"'],
    ['nodes as a number', budget({ nodes: 1 }), `${BUDGET} > nodes`, '1', 'as text', '"1"'],
    ['a reason', budget({ nodes: '1', reasons: ['Drift'] }), `${BUDGET} > reasons`, '"Drift"', '"Drifted"', 'write one of them'],
    ['a bad node label', nodePool({ nodeLabels: { 'a b': 'c' } }), `${POOL} > nodeLabels["a b"]`, '"a b"', 'keys are', 'rename the key'],
    ['a reserved node label', nodePool({ nodeLabels: { 'gitlab-runner-fleet/dedicated-to': 'x' } }),
      `${POOL} > nodeLabels["gitlab-runner-fleet/dedicated-to"]`, '"gitlab-runner-fleet/dedicated-to"', 'selectors rely on them', 'a prefix of your own'],
  ]);
});

describe('node classes', () => {
  const volume = (rootVolume: object) => nodeClass({ rootVolume });
  // biome-ignore format: a table of cases
  refuses([
    ['a role and a profile', nodeClass({ nodeRole: 'nodes', instanceProfile: 'nodes' }),
      `${CLASS} > instanceProfile`, '"nodes"', 'either a role or an instance profile', 'leave out nodeRole or'],
    ['a role as ARN', nodeClass({ nodeRole: 'arn:aws:iam::123456789012:role/n' }),
      `${CLASS} > nodeRole`, '"arn:aws:iam::123456789012:role/n"', 'not its ARN', 'the name of the role'],
    ['a tag of Karpenter', nodeClass({ tags: { 'karpenter.sh/nodepool': 'x' } }),
      `${CLASS} > tags > karpenter.sh/nodepool`, '"karpenter.sh/nodepool"', 'Karpenter sets this tag itself', 'leave the tag out'],
    ['a tag of the cluster', nodeClass({ tags: { 'kubernetes.io/cluster/x': 'owned' } }),
      `${CLASS} > tags > kubernetes.io/cluster/x`, '"kubernetes.io/cluster/x"', 'refuses it from others', 'leave the tag out'],
    ['a tag of AWS', nodeClass({ tags: { 'aws:x': 'y' } }),
      `${CLASS} > tags > aws:x`, '"aws:x"', 'do not begin with aws:', 'rename the key'],
    ['a number as tag', nodeClass({ tags: { cost: 4711 as never } }),
      `${CLASS} > tags > cost`, '4711', 'texts of at most 256', 'write it as text'],
    ['no tags of subnets', nodeClass({ subnetTags: {} }),
      `${CLASS} > subnetTags`, '{}', 'with none, nothing is found', 'leave the option out'],
    ['an empty tag of subnets', nodeClass({ subnetTags: { Tier: '' } }),
      `${CLASS} > subnetTags["Tier"]`, '""', 'a key and a value', '"*" matches any value'],
    ['no tags of groups', nodeClass({ securityGroupTags: {} }),
      `${CLASS} > securityGroupTags`, '{}', '1 to 20 tags', 'leave the option out'],
    ['a disk in words', volume({ size: '100 GB' }), `${CLASS} > rootVolume > size`, '"100 GB"', 'no space', 'write "100Gi"'],
    ['a disk of half a gibibyte', volume({ size: '512Mi' }), `${CLASS} > rootVolume > size`, '"512Mi"', '1Gi to 16Ti', 'in between'],
    ['a disk beyond gp3', volume({ size: '17Ti' }), `${CLASS} > rootVolume > size`, '"17Ti"', '1Gi to 16Ti', 'in between'],
    ['iops below gp3', volume({ iops: 100 }), `${CLASS} > rootVolume > iops`, '100', 'from 3000 to 16000', 'write 3000'],
    ['iops beyond gp3', volume({ iops: 20000 }), `${CLASS} > rootVolume > iops`, '20000', 'from 3000 to 16000', 'write 16000'],
    ['iops beyond the size', volume({ iops: 6000, size: '10Gi' }),
      `${CLASS} > rootVolume > iops`, '6000', 'from 3000 to 5000', 'write 5000'],
    ['throughput beyond gp3', volume({ throughput: 2000 }), `${CLASS} > rootVolume > throughput`, '2000', 'from 125 to 1000', 'write 1000'],
    ['a fault of one pool alone', nodePool({ nodeClass: { amiAlias: 'al2023@latest' } }),
      `${POOL} > nodeClass > amiAlias`, '"al2023@latest"', 'floating', 'pin'],
    ['a fault of the fleet that only managers see, since all jobs are on Fargate',
      { ...nodeClass({ amiAlias: 'al2023@latest' }), ...runner({ capacity: 'fargate' }), fargate: { region: 'eu-west-1' } },
      `${CLASS} > amiAlias`, '"al2023@latest"', 'a floating alias replaces every node', 'pin'],
    ['a fault of the managers alone', { managerNodePool: { nodeClass: { amiAlias: 'x' } } },
      'production > managerNodePool > nodeClass > amiAlias', '"x"', 'an alias is', 'pin'],
  ]);
});

describe('the cache', () => {
  const cache = (change: object) => runner({ cache: { bucket: 'ci-cache', region: 'eu-west-1', ...change } });
  // biome-ignore format: a table of cases
  refuses([
    ['irsa without a role', cache({ identity: 'irsa' }),
      `${A} > cache > roleArn`, 'nothing', 'with irsa the ServiceAccount', 'add roleArn'],
    ['a bucket as URL', cache({ bucket: 's3://ci-cache' }),
      `${A} > cache > bucket`, '"s3://ci-cache"', 'bucket names are', 'without s3:// and path'],
    ['a zone as region', cache({ region: 'eu-west-1a' }), `${A} > cache > region`, '"eu-west-1a"', 'the AWS region', '"eu-west-1"'],
    ['a role by name', cache({ roleArn: 'cache' }), `${A} > cache > roleArn`, '"cache"', 'the ARN of an IAM role', '"arn:aws:iam::'],
    ['an identity', cache({ identity: 'IRSA' }), `${A} > cache > identity`, '"IRSA"', '"pod-identity", "irsa"', 'write "irsa"'],
  ]);
});

describe('labels, selectors and tolerations', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['a bad key', { labels: { '/team': 'ci' } }, 'production > labels["/team"]', '"/team"', 'keys are [prefix/]name', 'rename the key'],
    ['a bad value', { labels: { team: 'a b' } }, 'production > labels["team"]', '"a b"', 'label values', 'shorten or rewrite'],
    ['a value that is too long', { labels: { team: LONG } }, 'production > labels["team"]', `"${LONG}"`, 'at most 63', 'shorten'],
    ['a number', { labels: { team: 7 as never } }, 'production > labels["team"]', '7', 'texts', 'write it as text: "7"'],
    ['a reserved label', { labels: { 'app.kubernetes.io/name': 'x' } },
      'production > labels["app.kubernetes.io/name"]', '"app.kubernetes.io/name"', 'are set here', 'your own'],
    ['a selector', runner({ nodeSelector: { tier: 'a b' } }), `${A} > nodeSelector["tier"]`, '"a b"', 'label values', 'rewrite'],
    ['a pod label', runner({ podLabels: { tier: LONG } }), `${A} > podLabels["tier"]`, `"${LONG}"`, 'at most 63', 'shorten'],
    ['a pod annotation', runner({ podAnnotations: { 'a b': '' } }), `${A} > podAnnotations["a b"]`, '"a b"', 'keys are', 'rename'],
    ['a value with an equals sign', runner({ tolerations: { 'gpu=a=b': 'NoSchedule' } }),
      `${A} > tolerations > gpu=a=b`, '"a=b"', 'label values', 'rewrite it'],
    ['an effect', runner({ tolerations: { 'gpu=yes': 'NoScheduling' } }),
      `${A} > tolerations > gpu=yes`, '"NoScheduling"', '"NoExecute"', 'write "NoSchedule"'],
  ]);

  test('a pod label may hold a long variable, which the runner expands', () => {
    const labels = { project: `$${'CI_PROJECT_PATH_SLUG'.repeat(4)}` };
    expect(resolveFleets([{ ...GOOD, ...runner({ podLabels: labels }) }], new Map())).toHaveLength(1);
  });
});

describe('patches', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['a kind with a slip', runner({ patches: { Deploymnt: {} } as never }),
      `${A} > patches.Deploymnt`, '"Deploymnt"', 'kinds rendered here are Deployment', 'write Deployment'],
    ['a kind of nobody', { patches: { Pod: {} } as never },
      'production > patches.Pod', '"Pod"', 'Namespace, NetworkPolicy', 'patch one of them'],
    ['another name', runner({ patches: { Role: { metadata: { name: 'b' } } } }),
      `${A} > patches.Role`, '"metadata.name"', 'not make another one', 'leave these fields out'],
    ['another kind', { patches: { Namespace: { kind: 'Pod', metadata: { namespace: 'b' } } } },
      'production > patches.Namespace', '"kind, metadata.namespace"', 'not make another one', 'leave these'],
    ['a text', { patches: { Namespace: 'x' as never } },
      'production > patches.Namespace', '"x"', 'as it would stand in YAML', '{ spec: { ... } }'],
    ['the class that other pools share', nodePool({ patches: { 'EC2NodeClass/gitlab-jobs': {} } }),
      `${POOL} > patches."EC2NodeClass/gitlab-jobs"`, '"EC2NodeClass/gitlab-jobs"', 'there is gitlab-jobs-', 'write "EC2NodeClass/gitlab-jobs-'],
  ]);

  test('the managers have a class of their own, which a patch may change', () => {
    const patch = { spec: { userData: 'x' } };
    const [{ nodeClasses }] = resolveFleets(
      [{ ...GOOD, managerNodePool: { patches: { EC2NodeClass: patch } } }],
      new Map(),
    );
    expect(nodeClasses.map(({ patches: found }) => found)).toEqual([[], [patch]]);
  });
});

describe('what an option decides can not be set beside it', () => {
  // biome-ignore format: a table of cases
  refuses([
    ['a namespace of the cluster', runner({ jobNamespace: 'kube-system' }),
      `${A} > jobNamespace`, '"kube-system"', 'shuts off every pod', 'of its own'],
    ['a pool called like a node pool', runner({ pool: 'x-amd64-spot' }),
      `${A} > pool`, '"x-amd64-spot"', 'add architecture and capacity themselves', 'leave them out'],
    ['a patch that makes several processes of a manager', runner({ patches: { Deployment: { spec: { replicas: 3 } } } }),
      `${A} > patches.Deployment`, '"spec.replicas"', 'a manager is one process', 'managers: <number>'],
    ['a patch that takes the place of a sealed token', runner({ patches: { SealedSecret: { spec: { template: { data: { token: '' } } } } } }),
      `${A} > patches.SealedSecret`, '"spec.template"', 'takes the place of what is sealed', 'leave it out'],
    ['a patch of an old field of sealed-secrets', runner({ patches: { SealedSecret: { spec: { data: 'eA==' } } } }),
      `${A} > patches.SealedSecret`, '"spec.data"', 'opens no SealedSecret with this field', 'leave it out'],
    ['a patch that says otherwise how a token is sealed', runner({ patches: { SealedSecret: { metadata: { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } } } } }),
      `${A} > patches.SealedSecret`, '"metadata.annotations"', 'say how the token is sealed', 'leave it out'],
    ['a patch that lets a token be pruned', runner({ patches: { SealedSecret: { metadata: { annotations: null } } } }),
      `${A} > patches.SealedSecret`, '"metadata.annotations"', 'keep it from being pruned', 'leave it out'],
    ['a patch that empties an object', runner({ patches: { Deployment: { metadata: null } } }),
      `${A} > patches.Deployment`, '"metadata"', 'does not empty it', 'the fields below'],
    ['a patch of what is sealed', runner({ patches: { SealedSecret: { spec: { encryptedData: { token: null } } } } }),
      `${A} > patches.SealedSecret`, '"spec.encryptedData"', 'empties the live Secret', 'leave it out'],
    ['a slip in a feature flag', runner({ config: { runner: { feature_flags: { FF_USE_FASTZIPP: true } } } }),
      `${A} > config > runner.feature_flags.FF_USE_FASTZIPP`, '"FF_USE_FASTZIPP"', 'ignores it', 'write FF_USE_FASTZIP,'],
    ['a feature flag of an older release', runner({ runnerVersion: '19.3.0', config: { runner: { feature_flags: { FF_SKIP_NOOP_BUILD_STAGES: true } } } }),
      `${A} > config > runner.feature_flags.FF_SKIP_NOOP_BUILD_STAGES`, '"set"', '19.3.0 has no feature flag', 'another release'],
    ['keys of a cache', runner({ config: { runner: { cache: { s3: { SecretKey: 'x' } } } } }),
      `${A} > config > runner.cache.s3.SecretKey`, '"set"', 'contradict', 'cache.credentialsSecret'],
    ['a plain token key', runner({ config: { runner: { token: '${X}' } as never } }),
      `${A} > config > runner.token`, '"set"', 'derived from this', 'set a sealed token'],
    ['another namespace', runner({ config: { runner: { kubernetes: { namespace: 'default' } } } }),
      `${A} > config > runner.kubernetes.namespace`, '"set"', 'contradict', 'set jobNamespace'],
    ['another architecture', runner({ config: { runner: { kubernetes: { node_selector: { 'kubernetes.io/arch': 'arm64' } } } } }),
      `${A} > config > runner.kubernetes.node_selector.kubernetes.io/arch`, '"set"', 'contradict', 'set arch'],
    ['an architecture by selector', runner({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } }),
      `${A} > nodeSelector["kubernetes.io/arch"]`, '"arm64"', 'decided by an option', 'set arch'],
    ['a label of ours on job pods', runner({ podLabels: { 'app.kubernetes.io/component': 'x' } }),
      `${A} > podLabels["app.kubernetes.io/component"]`, '"app.kubernetes.io/component"', 'selectors rely', 'prefix of your own'],
    ['a startup taint of another effect', nodePool({ startupTaints: { 'example.com/a': 'Never' } }),
      `${POOL} > startupTaints > example.com/a`, '"Never"', 'NoExecute', 'NoSchedule'],
    ['the taint of the pool as one that goes', nodePool({ startupTaints: { 'gitlab-runner-fleet/dedicated-to=x': 'NoSchedule' } }),
      `${POOL} > startupTaints > gitlab-runner-fleet/dedicated-to=x`, '"NoSchedule"', 'is never removed', 'key of your own'],
    ['a startup taint that is there twice', nodePool({ startupTaints: { 'example.com/a=1': 'NoSchedule', 'example.com/a=2': 'NoSchedule' } }),
      `${POOL} > startupTaints > example.com/a=2`, '"NoSchedule"', 'two taints of one key', 'leave out one'],
    ['a label of Karpenter on nodes', nodePool({ nodeLabels: { 'karpenter.sh/nodepool': 'x' } }),
      `${POOL} > nodeLabels["karpenter.sh/nodepool"]`, '"x"', 'refuses them', 'prefix of your own'],
    ['privileged without escalation', runner({ privileged: true, allowPrivilegeEscalation: false }),
      `${A} > allowPrivilegeEscalation`, 'false', 'may not escalate', 'leave it out'],
    ['a key newer than the release', runner({ runnerVersion: '19.2.0', config: { runner: { kubernetes: { suspend_pvc_size: '1Gi' } } } }),
      `${A} > runnerVersion`, '"19.2.0"', 'needs 19.4.0', 'write "19.4.0"'],
  ]);
});

describe('keys of config.toml', () => {
  const kubernetes = (table: object) => runner({ config: { runner: { kubernetes: table } } });
  const CONFIG = `${A} > config`;
  // biome-ignore format: a table of cases
  refuses([
    ['a slip', kubernetes({ poll_timout: 600 }),
      `${CONFIG} > runner.kubernetes.poll_timout`, '"poll_timout"', 'ignores it silently', 'write poll_timeout'],
    ['a slip in the global table', runner({ config: { global: { log_levle: 'info' } as never } }),
      `${CONFIG} > global.log_levle`, '"log_levle"', 'does not know', 'write log_level'],
    ['a key of the server', runner({ config: { runner: { tag_list: ['a'] } as never } }),
      `${CONFIG} > runner.tag_list`, '"tag_list"', 'lives on the GitLab server', 'set it on the runner in GitLab'],
    ['a duration for seconds', kubernetes({ poll_timeout: '10m' }),
      `${CONFIG} > runner.kubernetes.poll_timeout`, '"10m"', 'a whole number is wanted here', 'write 600'],
    ['a size in words', runner({ config: { runner: { output_limit: '4MB' as never } } }),
      `${CONFIG} > runner.output_limit`, '"4MB"', 'a whole number is wanted here', 'write a whole number'],
    ['an open pattern', kubernetes({ namespace_overwrite_allowed: 'ci-.*' }),
      `${CONFIG} > runner.kubernetes.namespace_overwrite_allowed`, '"ci-.*"', 'anywhere in the value', 'write "^ci-.*$"'],
    ['a limit below the request', kubernetes({ memory_limit: '1Gi' }),
      `${CONFIG} > runner.kubernetes.memory_request`, '"2Gi"', 'exceeds its limit', 'lower it to 1Gi'],
    ['no room for a job', runner({ config: { global: { concurrent: 0 } } }),
      `${CONFIG} > global.concurrent`, '"0"', 'room for a job', 'at least 1'],
  ]);
});

describe('several fleets', () => {
  test('two of one name', () => {
    const message = messageOf([GOOD, { ...GOOD, clusterName: 'other' }]);
    expectEntry(message, [
      'production > name',
      '"production"',
      'rendered into the same folder',
      'its own name',
    ]);
  });

  test('two of one cluster with the same prefix', () => {
    const message = messageOf([GOOD, { ...GOOD, name: 'lab', clusterName: 'production' }]);
    expectEntry(message, [
      'lab > prefix',
      '"gitlab-runners, gitlab-jobs, gitlab-jobs-amd64-spot, gitlab-managers"',
      'fleet production renders objects of these names into cluster production too',
      'another prefix',
    ]);
  });

  test('two of one cluster with the same manager namespace', () => {
    const second = {
      ...GOOD,
      name: 'lab',
      clusterName: 'production',
      prefix: 'lab',
      managerNamespace: 'gitlab-runners',
    };
    const message = messageOf([GOOD, second]);
    expect(message).toMatch(/^1 fault /);
    expectEntry(message, [
      'lab > managerNamespace',
      '"gitlab-runners"',
      'fleet production renders',
      'another prefix',
    ]);
  });
});

describe('sealed files', () => {
  const FILE = 'sealed/production/a.yaml';
  const good = {
    namespace: 'gitlab-runners',
    name: 'runner-a-token',
    scope: 'strict',
    ciphertext: fakeCiphertext(1),
  };
  const yaml = (fields: object) =>
    Object.entries({ ...good, ...fields })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join('');
  const PLACE = `production > runner a > ${FILE}`;
  // biome-ignore format: a table of cases
  const wrong: [string, string, ...Entry][] = [
    ['no YAML', 'a: [', `${PLACE} > file`, '"unreadable"', 'not YAML (line 1)', 'write it again'],
    ['empty', '', `${PLACE} > file`, '"unreadable"', 'the file is', 'write it again; see docs/tokens.md'],
    ['empty but for a comment', '# later\n', `${PLACE} > file`, '"unreadable"', 'the file is', 'write it again'],
    ['a missing field', yaml({ scope: undefined }), `${PLACE} > file`, '"unreadable"', 'the file lacks scope', 'write it again'],
    ['several missing fields', 'scope: strict', `${PLACE} > file`, '"unreadable"', 'lacks namespace, name, ciphertext', 'write it again'],
    ['another scope', yaml({ scope: 'loose' }), `${PLACE} > file`, '"unreadable"', 'scope is one of strict,', 'write it again'],
    ['another namespace', yaml({ namespace: 'lab' }),
      `${PLACE} > namespace`, '"lab"', 'can not be decrypted in gitlab-runners', 'for the new namespace'],
    ['another name', yaml({ name: 'runner-b-token' }),
      `${PLACE} > name`, '"runner-b-token"', 'can not be decrypted as runner-a-token', 'for the new name'],
    ['something in base64', yaml({ ciphertext: 'aGVsbG8gd29ybGQh' }),
      `${PLACE} > ciphertext`, '"hidden"', 'base64 of something else', 'seal the token again'],
    ['something shorter than a token', yaml({ ciphertext: fakeCiphertext(1, 7) }),
      `${PLACE} > ciphertext`, '"hidden"', 'what is sealed has 7 bytes', 'seal the token again'],
    ['half a ciphertext', yaml({ ciphertext: fakeCiphertext(1).slice(0, 400) }),
      `${PLACE} > ciphertext`, '"hidden"', 'cut off', 'seal the token again'],
    ['a plain token', yaml({ ciphertext: TOKEN }),
      `${PLACE} > file`, '"hidden"', 'holds a plain token', 'revoke the token'],
    ['a plain token in base64', yaml({ ciphertext: Buffer.from(TOKEN).toString('base64') }),
      `${PLACE} > file`, '"hidden"', 'holds a plain token', 'revoke the token'],
  ];

  test.each(wrong)('%s', (_what, text, ...entry) => {
    const message = faultsOf({}, new Map([[FILE, text]]));
    expectEntry(message, entry);
    expect(message).not.toContain(TOKEN);
    expect(message).not.toContain(Buffer.from(TOKEN).toString('base64'));
  });

  test('a plain token where another field should be is not printed either', () => {
    const message = faultsOf(
      {},
      new Map([[FILE, yaml({ name: TOKEN, namespace: TOKEN, ciphertext: TOKEN })]]),
    );
    expect(message).toMatch(/^1 fault in/);
    expect(message).not.toContain(TOKEN);
  });

  test('a good one is taken, and one that is bound to less may have another name', () => {
    for (const text of [
      yaml({}),
      yaml({ name: 'b', scope: 'namespace-wide' }),
      yaml({ namespace: 'b', scope: 'cluster-wide' }),
    ]) {
      expect(resolveFleets([GOOD], new Map([[FILE, text]]))[0].runners[0].token).toHaveProperty(
        'ciphertext',
        good.ciphertext,
      );
    }
  });

  test("a copy of another runner's ciphertext", () => {
    const both = runners({}, { name: 'b' });
    const sealed = new Map([
      [FILE, yaml({})],
      ['sealed/production/b.yaml', yaml({ name: 'runner-b-token' })],
    ]);
    const message = faultsOf(both, sealed);
    expect(message).toMatch(/^1 fault /);
    expectEntry(message, [
      'production > sealed/production/b.yaml',
      '"a copy"',
      `the same ciphertext is in ${FILE}`,
      'create a runner in GitLab',
    ]);
  });

  test('a file of no runner', () => {
    const [[, text]] = sealedTokens(GOOD);
    const file = 'sealed/production/renamed.yaml';
    const message = faultsOf({}, new Map([[file, text]]));
    expectEntry(message, [
      `production > ${file}`,
      `"${file}"`,
      'belongs to no runner',
      'give the runner its name back',
    ]);
  });

  test('a folder of no fleet', () => {
    const message = faultsOf(
      {},
      new Map([
        ['sealed/gone/a.yaml', yaml({})],
        ['sealed/gone/b.yaml', yaml({})],
      ]),
    );
    expect(message).toMatch(/^1 fault /);
    expectEntry(message, [
      'sealed/gone',
      '"gone"',
      'the folder belongs to no fleet',
      'give the fleet its name back',
    ]);
  });
});

describe('all faults are shown at once', () => {
  const messy = faultsOf({
    gitlabUrl: 'gitlab.example.com',
    prefix: 'CI',
    ...runners(
      { tags: ['a b'], longestJob: '1d' },
      { name: 'b', arch: 'x86' as never, capacity: 'ondemand' as never },
    ),
    nodeClass: { amiAlias: 'al2023@latest' },
  });

  test('in the order of the description, the fleet first, then its runners, then their nodes', () => {
    const places = [
      'production > prefix',
      'production > gitlabUrl',
      `${A} > tags[0]`,
      `${A} > longestJob`,
      'production > runner b > arch',
      'production > runner b > capacity',
      `${CLASS} > amiAlias`,
    ];
    const positions = places.map((place) => messy.indexOf(`\n${place}: `));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  test('with their number, and that nothing was written', () => {
    const count = messy.match(/^ {4}rule: /gm)?.length;
    expect(messy).toMatch(new RegExp(`^${count} faults in the description; nothing was written\\.\n\n`));
    expect(faultsOf({ prefix: 'CI' })).toMatch(/^1 fault in the description; /);
  });

  test('of all fleets', () => {
    const message = messageOf([
      { ...GOOD, prefix: 'CI' },
      { ...GOOD, name: 'lab', runners: [] },
    ]);
    expect(message).toContain('\nproduction > prefix: "CI"\n');
    expect(message).toContain('\nlab > runners: []\n');
  });

  test('each with a place, a value, a rule and a fix that a program can read too', () => {
    let refused: unknown;
    try {
      resolveFleets([{ ...GOOD, prefix: 'CI' }], new Map());
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(DescriptionError);
    expect((refused as DescriptionError).faults).toEqual([
      {
        id: 'description',
        severity: 'error',
        at: 'production > prefix',
        found: '"CI"',
        why: expect.stringContaining('lower-case'),
        fix: 'write "ci"',
      },
    ]);
  });
});

describe('tokens from elsewhere', () => {
  const store = { from: 'external-secret', store: 'aws' } as const;
  const own = (token: object, tokens: object): Partial<RunnerFleetProps> => ({
    ...runner({ token }),
    tokens,
  });
  // biome-ignore format: a table of cases
  const wrong: [string, Partial<RunnerFleetProps>, ...Entry][] = [
    ['a source that is none', { tokens: { from: 'vault' as never } },
      'production > tokens > from', '"vault"', 'allowed are "sealed-secret", "external-secret", "existing-secret"', 'write one'],
    ['a store without a name', { tokens: { from: 'external-secret' } },
      'production > tokens > store', 'nothing', 'tokens come from a store', 'name of the ClusterSecretStore'],
    ['a store that can be none', { tokens: { ...store, store: 'AWS Store' } },
      'production > tokens > store', '"AWS Store"', 'lower-case letters', 'write "aws-store"'],
    ['a kind of store that is none', { tokens: { ...store, storeKind: 'Store' as never } },
      'production > tokens > storeKind', '"Store"', 'allowed are "ClusterSecretStore", "SecretStore"', 'write'],
    ['an interval without a unit', { tokens: { ...store, refreshInterval: '60' } },
      'production > tokens > refreshInterval', '"60"', 'durations are', 'write a duration'],
    ['a store for tokens that are sealed', { tokens: { store: 'aws' } },
      'production > tokens > store', '"aws"', 'the option is for tokens from "external-secret"', "write tokens: { from: 'external-secret' }"],
    ['a Secret for tokens that are sealed', runner({ token: { secret: 'mine' } }),
      `${A} > token > secret`, '"mine"', 'the option is for tokens from "existing-secret"', 'leave it out'],
    ['a Secret for tokens from a store', own({ key: 'mine' }, store),
      `${A} > token > key`, '"mine"', 'these come from "external-secret"', 'leave it out'],
    ['a name that no Secret can have', own({ secret: 'My_Token' }, { from: 'existing-secret' }),
      `${A} > token > secret`, '"My_Token"', 'lower-case letters', 'write "my-token"'],
    ['a key that no Secret can have', own({ key: 'my token' }, { from: 'existing-secret' }),
      `${A} > token > key`, '"my token"', 'keys of a Secret', 'for example "token"'],
    ['a key of the store that is empty', own({ storeKey: '' }, store),
      `${A} > token > storeKey`, '""', 'an empty text finds nothing', 'leave it out'],
    ['a patch of what is not rendered', { tokens: store, ...runner({ patches: { SealedSecret: {} } }) },
      `${A} > patches.SealedSecret`, '"SealedSecret"', 'RoleBinding, ExternalSecret', 'patch one of them'],
  ];

  test.each(wrong)('%s', (_what, change, ...entry) => expectEntry(faultsOf(change), entry));

  test('two runners of one token', () => {
    const token = { secret: 'shared' };
    const fleet = {
      ...runners({ token }, { name: 'b', token }),
      tokens: { from: 'existing-secret' as const },
    };
    const place = 'production > runner b > token > secret';
    expectEntry(faultsOf(fleet), [place, '"shared"', 'runner a has its token there', 'name another one']);
  });

  test('a ciphertext that nothing reads', () => {
    const [[file, text]] = sealedTokens(GOOD);
    const message = faultsOf({ tokens: store }, new Map([[file, text]]));
    expectEntry(message, [`production > ${file}`, `"${file}"`, 'come from "external-secret"', 'delete it']);
  });
});
