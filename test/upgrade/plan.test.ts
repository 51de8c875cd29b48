import { readFileSync } from 'node:fs';
import { renderFleets } from '../../lib/app/render';
import { FORMER_TYPES } from '../../lib/fleet/former-types';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { AMI_ALIAS, OLDEST_RUNNER_VERSION, RUNNER_VERSION } from '../../lib/fleet/versions';
import { compareReleases, nextReleases, RUNNER_RELEASES } from '../../lib/gitlab-runner/releases';
import { compareAliases, newestAlias } from '../../lib/karpenter/ami-releases';
import { isUpToDate, type PlanInput, planUpgrade } from '../../lib/upgrade/plan';
import type { Asked } from '../../lib/upgrade/target';

const NEWEST = RUNNER_RELEASES[RUNNER_RELEASES.length - 1].version;
const NEWEST_IMAGE = `${newestAlias('al2023')}`;

const render: PlanInput['render'] = (fleets) =>
  renderFleets(resolveFleets(fleets, new Map())).map(({ path, text }) => ({ path: `dist/${path}`, text }));

/** What is rendered does not matter for which releases there are, and takes most of the time. */
const nothing: PlanInput['render'] = () => [];

function planOf(said: readonly RunnerFleetProps[], asked: Asked = {}, source = '', render = nothing) {
  const resolved = resolveFleets(said, new Map());
  const fleets = said.map((fleet, index) => ({ said: fleet, resolved: resolved[index] }));
  return planUpgrade({ fleets, asked, source, render });
}

const runner = (name: string, more: object = {}) =>
  ({ name, arch: 'amd64', capacity: 'spot', ...more }) as RunnerFleetProps['runners'][number];
/** A fleet whose managers run, so that a release replaces them. */
const fleet = (more: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  name: 'acme',
  gitlabUrl: 'https://gitlab.example.com',
  tokens: { from: 'existing-secret' },
  runnerDefaults: { runnerVersion: NEWEST },
  nodeClass: { amiAlias: NEWEST_IMAGE },
  runners: [runner('a')],
  ...more,
});
const stepsOf = (...args: Parameters<typeof planOf>) => planOf(...args).steps;
const renderedStepsOf = (said: readonly RunnerFleetProps[], asked: Asked = {}) =>
  planOf(said, asked, '', render).steps;
const impactsOf = (step: ReturnType<typeof stepsOf>[number]) =>
  step.clusters.flatMap(({ impacts }) => impacts.map(({ id, object }) => `${id} ${object}`));

describe('the tables of releases', () => {
  test('are in order, reach from the oldest supported release on, and know the defaults', () => {
    const versions = RUNNER_RELEASES.map(({ version }) => version);
    expect([...versions].sort(compareReleases)).toEqual(versions);
    expect(versions).toContain(RUNNER_VERSION);
    expect(versions[0]).toBe(OLDEST_RUNNER_VERSION);
    expect(compareAliases(AMI_ALIAS, NEWEST_IMAGE)).toBeLessThanOrEqual(0);
  });

  test('the next releases are the newest of the minor and the newest of all', () => {
    expect(nextReleases('18.11.0').map(({ version }) => version)).toEqual(['18.11.4', NEWEST]);
    expect(nextReleases('18.11.4').map(({ version }) => version)).toEqual([NEWEST]);
    expect(nextReleases(NEWEST)).toEqual([]);
    expect(nextReleases('99.0.0')).toEqual([]);
  });
});

test('a fleet of the newest releases has nothing to upgrade', () => {
  const plan = planOf([fleet()]);
  expect([plan.steps, plan.outdated, isUpToDate(plan)]).toEqual([[], [], true]);
});

test('a release that is a default counts like one that is said', () => {
  const { uses } = planOf([fleet({ runnerDefaults: undefined, nodeClass: undefined })]);
  expect(uses).toEqual([
    { kind: 'runner', version: RUNNER_VERSION, by: ['acme/a'] },
    { kind: 'ami', version: AMI_ALIAS, by: ['acme'] },
  ]);
});

describe('a release of GitLab Runner', () => {
  const old = fleet({ runnerDefaults: { runnerVersion: '19.2.0' } });

  test('is offered as a patch, then as the newest one', () => {
    expect(stepsOf([old]).map(({ from, to }) => [from, to])).toEqual([
      [['19.2.0'], '19.2.2'],
      [['19.2.0'], NEWEST],
    ]);
  });

  test('names the line of main.ts that says it, once for all that inherit it', () => {
    const two = fleet({ ...old, runners: [runner('a'), runner('b', { runnerVersion: '19.2.1' })] });
    expect(stepsOf([two], { runner: '19.2.2' })[0].edits).toEqual([
      { place: 'acme > runnerDefaults', write: "runnerVersion: '19.2.2'", now: '19.2.0' },
      { place: 'acme > runners[1] (b)', write: "runnerVersion: '19.2.2'", now: '19.2.1' },
    ]);
  });

  test('a line that is not there yet is new', () => {
    const [step] = stepsOf([fleet({ runners: [runner('a', { runnerVersion: '18.11.4' }), runner('b')] })]);
    expect(step.edits).toEqual([
      { place: 'acme > runners[0] (a)', write: `runnerVersion: '${NEWEST}'`, now: '18.11.4' },
    ]);
  });

  test('does what the merge would do: managers are replaced, and nothing else is touched', () => {
    const [patch] = renderedStepsOf([old]);
    expect(impactsOf(patch)).toContain('manager-replaced Deployment/gitlab-runners/runner-a');
    expect(patch.clusters.flatMap(({ changes }) => changes).length).toBe(2);
  });

  test('needs its GitLab first, unless it is a patch', () => {
    const other = fleet({ ...old, name: 'other', gitlabUrl: 'https://gitlab.com', prefix: 'other' });
    const [patch, newest] = stepsOf([old, other]);
    expect(patch.first).toEqual([]);
    expect(newest.first).toEqual([
      expect.stringContaining('https://gitlab.example.com has to be 19.3 or newer'),
      expect.stringContaining('https://gitlab.com has to be 19.3 or newer'),
    ]);
  });

  test('a patch is not for runners of another minor', () => {
    const mixed = fleet({
      runners: [runner('a', { runnerVersion: '18.11.0' }), runner('b', { runnerVersion: '19.2.0' })],
    });
    expect(stepsOf([mixed]).map(({ from, to }) => `${from} to ${to}`)).toEqual([
      '18.11.0 to 18.11.4',
      '19.2.0 to 19.2.2',
      `18.11.0,19.2.0 to ${NEWEST}`,
    ]);
  });

  test('says what is new between the two, and nothing of before or after', () => {
    const brings = stepsOf([fleet({ runnerDefaults: { runnerVersion: '19.0.3' } })], { runner: '19.2.2' })[0]
      .brings;
    expect([...new Set(brings.map(({ since }) => since))]).toEqual(['19.1.0', '19.2.0']);
  });

  test('that the description does not go with says why, and renders nothing', () => {
    const config = { runner: { feature_flags: { FF_SKIP_NOOP_BUILD_STAGES: true } } };
    const [, newest] = renderedStepsOf([fleet({ runnerDefaults: { runnerVersion: '19.2.0', config } })]);
    expect(newest.refused).toEqual([
      expect.objectContaining({ at: expect.stringContaining('FF_SKIP_NOOP_BUILD_STAGES') }),
    ]);
    expect(newest.clusters).toEqual([]);
  });

  test('leaves runners that have a newer one', () => {
    const mixed = fleet({ runners: [runner('a'), runner('b', { runnerVersion: '19.2.0' })] });
    expect(stepsOf([mixed], { runner: '19.2.2' })[0].edits.map(({ place }) => place)).toEqual([
      'acme > runners[1] (b)',
    ]);
  });

  test('with digests asks for those of the new images, and counts no digest as gone', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const imageDigests = {
      manager: `alpine-v19.2.0@${digest}`,
      helper: { amd64: `x86_64-v19.2.0@${digest}` },
    };
    const [patch] = renderedStepsOf([fleet({ runnerDefaults: { runnerVersion: '19.2.0', imageDigests } })]);
    expect(patch.refused).toEqual([]);
    expect(patch.byHand).toEqual([expect.stringMatching(/^imageDigests of acme\/a .* tags of 19\.2\.2/)]);
    expect(
      patch.clusters.flatMap(({ impacts }) => impacts).filter(({ weight }) => weight === 'security'),
    ).toEqual([]);
  });

  test('does not move an image of your own, and says so', () => {
    const manager = { image: 'registry.example.com/runner:v19.2.0' };
    expect(stepsOf([fleet({ runnerDefaults: { runnerVersion: '19.2.0', manager } })])[0].byHand).toEqual([
      expect.stringContaining('manager.image of acme/a is an image of your own'),
    ]);
  });

  test('that is in use already is nothing to do', () => {
    expect(planOf([old], { runner: '19.2.0' }).steps).toEqual([]);
  });
});

describe('an image of nodes', () => {
  const old = fleet({
    nodeClass: { amiAlias: 'al2023@v20260625' },
    nodePools: [{ arch: 'arm64', capacity: 'spot', nodeClass: { amiAlias: 'al2023@v20260714' } }],
    runners: [runner('a'), runner('b', { arch: 'arm64' })],
  });

  test('is offered as the newest one, for every class, with the nodes that it replaces', () => {
    const [step, ...rest] = renderedStepsOf([old]);
    expect(rest).toEqual([]);
    expect(step.edits).toEqual([
      { place: 'acme > nodeClass', write: `amiAlias: '${NEWEST_IMAGE}'`, now: 'al2023@v20260625' },
      {
        place: 'acme > nodePools[0].nodeClass',
        write: `amiAlias: '${NEWEST_IMAGE}'`,
        now: 'al2023@v20260714',
      },
    ]);
    expect(impactsOf(step)).toContain('class-finds-others EC2NodeClass/gitlab-jobs');
  });

  test('takes those that are older than it alone', () => {
    const [step] = stepsOf([old], { ami: 'al2023@v20260709' });
    expect([step.from, step.isBeyondKnown]).toEqual([['al2023@v20260625'], false]);
  });

  test('that is newer than all that are known is looked at, and marked', () => {
    const [step] = stepsOf([old], { ami: 'al2023@v20270101' });
    expect([step.isBeyondKnown, step.edits.length]).toEqual([true, 2]);
  });

  test('of Bottlerocket is looked at if it is named, since none of its releases are known here', () => {
    const rocket = fleet({ nodeClass: { amiAlias: 'bottlerocket@v1.62.0' } });
    expect(stepsOf([rocket])).toEqual([]);
    expect(stepsOf([rocket], { ami: 'bottlerocket@v1.100.0' })[0].from).toEqual(['bottlerocket@v1.62.0']);
  });

  test('by default is a new line', () => {
    const [step] = stepsOf([fleet({ nodeClass: undefined })], { ami: 'al2023@v20270101' });
    expect(step.edits).toEqual([
      { place: 'acme > nodeClass', write: "amiAlias: 'al2023@v20270101'", now: undefined },
    ]);
  });
});

describe('a release that can not be moved to is refused with its rule and a fix', () => {
  const old = fleet({
    runnerDefaults: { runnerVersion: '19.2.0' },
    nodeClass: { amiAlias: 'al2023@v20260714' },
  });
  test.each<[Asked, RegExp]>([
    [
      { runner: 'latest' },
      /--runner: "latest"\n {4}rule: .*major\.minor\.patch\n {4}fix: {2}write 19\.3\.0$/,
    ],
    [{ runner: 'v19.2.2' }, /fix: {2}write 19\.2\.2$/],
    [{ runner: '18.10.0' }, /rule: fleets need 18\.11\.0 or newer/],
    [{ runner: '99.0.0' }, /rule: this version of gitlab-runner-fleet knows releases up to 19\.3\.0/],
    [
      { runner: '19.2.77' },
      /rule: GitLab Runner has no such release\n {4}fix: {2}write one of 19\.2\.0, 19\.2\.1, 19\.2\.2$/,
    ],
    [{ runner: '19.0.3' }, /rule: every runner has a newer release \(19\.2\.0\)/],
    [
      { ami: 'al2023@latest' },
      /rule: an alias of one release of an image\n {4}fix: {2}write al2023@vYYYYMMDD/,
    ],
    [
      { ami: 'bottlerocket@v1.60.0' },
      /rule: no node class has an image of this family; they have al2023@v20260714/,
    ],
    [{ ami: 'al2023@v20260713' }, /rule: AWS has published no such release/],
    [{ ami: 'al2023@v20260625' }, /rule: every node class has a newer image/],
  ])('%j', (asked, said) => {
    expect(() => planOf([old], asked)).toThrow(said);
  });

  test('an image of a time of which not every release is known is taken', () => {
    expect(stepsOf([old], { ami: 'al2023@v20260801' })[0].from).toEqual(['al2023@v20260714']);
  });

  test('both at once', () => {
    expect(() => planOf([old], { runner: 'x', ami: 'y' })).toThrow(/--runner: "x"[\s\S]*--ami: "y"/);
  });

  test('nodes whose image AWS chooses have no alias to move', () => {
    const auto = fleet({ compute: 'eks-auto-mode', nodeClass: undefined });
    expect(() => planOf([auto], { ami: 'al2023@v20270101' })).toThrow(/no node class has an alias/);
    expect(planOf([auto], {}, '', render).karpenter).toBeUndefined();
  });

  test('a minor release without any known patch names the newest', () => {
    expect(() => planOf([old], { runner: '18.99.0' })).toThrow(/fix: {2}write 19\.3\.0$/);
  });
});

describe('what is outdated', () => {
  test('keys of config.toml are named with their successor, for every runner that has them', () => {
    const s3 = { UploadRoleARN: 'arn:aws:iam::123456789012:role/cache' };
    const cache = { bucket: 'cache', region: 'eu-west-1' };
    const said = fleet({
      runners: [
        runner('a', { cache, config: { runner: { cache: { s3 } } } }),
        runner('b', { cache, config: { runner: { cache: { s3 } } } }),
        runner('c'),
      ],
    });
    expect(planOf([said]).outdated).toEqual([
      {
        key: 'runners.cache.s3.UploadRoleARN',
        write: 'RoleARN',
        since: '17.8.0',
        by: ['acme/a', 'acme/b'],
      },
    ]);
  });

  test('a key is not outdated on a release that lacks its successor', () => {
    const config = { global: { experimental: { usage_logger: { enabled: true, log_dir: '/tmp/usage' } } } };
    const said = fleet({ runnerDefaults: { runnerVersion: '19.0.0', config } });
    expect(planOf([said], { runner: '19.1.2' }).outdated).toEqual([]);
    expect(planOf([said], { runner: '19.2.2' }).outdated).toEqual([
      expect.objectContaining({ key: 'experimental.usage_logger.log_dir', write: 'logrotate.log_dir' }),
    ]);
  });

  test('feature flags that a release removes, or is going to remove', () => {
    const feature_flags = { FF_USE_FASTZIP: true, FF_USE_NEW_BASH_EVAL_STRATEGY: true };
    const said = fleet({
      runnerDefaults: { runnerVersion: '19.2.2', config: { runner: { feature_flags } } },
    });
    expect(planOf([said]).outdated.map(({ key, gone }) => [key, gone])).toEqual([
      ['runners.feature_flags.FF_USE_FASTZIP', '19.7.0'],
      ['runners.feature_flags.FF_USE_NEW_BASH_EVAL_STRATEGY', '19.3.0'],
    ]);
  });

  test('former names of types in main.ts, and no such word of anybody else', () => {
    const source = "import { type RunnerDescription } from 'gitlab-runner-fleet';";
    expect(planOf([fleet()], {}, source).outdated).toEqual([
      { key: 'RunnerDescription', write: 'RunnerProps', since: '0.2.0', gone: '0.4.0', by: ['main.ts'] },
    ]);
    expect(planOf([fleet()], {}, 'type RunnerDescription = string;').outdated).toEqual([]);
  });

  test('the former names are those that the package still exports', () => {
    const text = readFileSync('lib/fleet/former-names.ts', 'utf8');
    const exported = [...text.matchAll(/write (\w+) \*\/\nexport type (\w+) = (\w+);/g)];
    expect(Object.fromEntries(exported.map(([, , former, now]) => [former, now]))).toEqual(FORMER_TYPES);
  });
});

describe('the oldest Karpenter', () => {
  const withClass = (nodeClass: RunnerFleetProps['nodeClass']) =>
    planOf([fleet({ nodeClass, runners: [runner('a', { capacity: 'on-demand' })] })], {}, '', render)
      .karpenter;

  test('is 1.0.0 for what is always rendered', () => {
    expect(withClass({})).toEqual({ release: '1.0.0', field: undefined });
  });

  test('is that of the newest field', () => {
    expect(withClass({ capacityReservationSelectorTerms: [{ id: 'cr-0123456789abcdef0' }] })).toEqual({
      release: '1.3.0',
      field: 'capacityReservationSelectorTerms',
    });
    expect(
      withClass({
        capacityReservationSelectorTerms: [{ tags: { a: 'b' }, instanceMatchCriteria: 'open' }],
      }),
    ).toEqual({ release: '1.8.0', field: 'capacityReservationSelectorTerms.instanceMatchCriteria' });
  });
});
