import { parseManifests } from '../../lib/cluster/parse';
import { diffFolders } from '../../lib/diff/all';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import type { RunnerProps } from '../../lib/fleet/props/runner';
import { DEFAULT_FLEET, render, sealedTokens } from '../fleets';

/** What of a change of the description weighs security. */
function weakened(before: RunnerFleetProps, after: RunnerFleetProps): readonly string[] {
  // A runner keeps its token when those before it go.
  const tokens = sealedTokens({ ...before, runners: [...before.runners, ...addedRunners(before, after)] });
  const [old, now] = [before, after].map((fleet) => {
    const own = [...sealedTokens(fleet).keys()].map((path) => [path, tokens.get(path) ?? ''] as const);
    return parseManifests(render(fleet, new Map(own))).manifests;
  });
  return diffFolders('', old, now).flatMap(({ impacts }) =>
    impacts
      .filter(({ weight }) => weight === 'security')
      .map(({ id, object, what }) => `${id} ${object}: ${what}`),
  );
}

function addedRunners(before: RunnerFleetProps, after: RunnerFleetProps): readonly RunnerProps[] {
  return after.runners.filter(({ name }) => !before.runners.some((runner) => runner.name === name));
}

const of = (props: Partial<RunnerProps>): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  runners: DEFAULT_FLEET.runners.map((runner) => ({ ...runner, ...props })),
});
const MORE: RunnerProps = {
  name: 'more',
  arch: 'arm64',
  capacity: 'spot-first',
  build: { memory: { request: '16Gi' } },
};

/** Options that people change every week. */
const ORDINARY: readonly (readonly [name: string, before: RunnerFleetProps, after: RunnerFleetProps])[] = [
  ['more jobs at once', DEFAULT_FLEET, of({ concurrency: 60 })],
  ['fewer jobs at once', of({ concurrency: 60 }), DEFAULT_FLEET],
  [
    'larger jobs',
    DEFAULT_FLEET,
    of({ build: { cpu: { request: '2' }, memory: { request: '4Gi', limit: '8Gi' } } }),
  ],
  ['a second manager', DEFAULT_FLEET, of({ managers: 2 })],
  ['tags', DEFAULT_FLEET, of({ tags: ['web'] })],
  ['longer jobs', DEFAULT_FLEET, of({ longestJob: '6h' })],
  ['a runner more', DEFAULT_FLEET, { ...DEFAULT_FLEET, runners: [...DEFAULT_FLEET.runners, MORE] }],
  ['a runner less', DEFAULT_FLEET, { ...DEFAULT_FLEET, runners: DEFAULT_FLEET.runners.slice(1) }],
  ['a newer release', DEFAULT_FLEET, { ...DEFAULT_FLEET, runnerDefaults: { runnerVersion: '19.4.0' } }],
  [
    'another image of jobs',
    DEFAULT_FLEET,
    { ...DEFAULT_FLEET, runnerDefaults: { jobImage: 'public.ecr.aws/docker/library/alpine:3.21' } },
  ],
  ['larger disks', DEFAULT_FLEET, { ...DEFAULT_FLEET, nodeClass: { rootVolume: { size: '200Gi' } } }],
  [
    'zones and limits of a pool',
    DEFAULT_FLEET,
    {
      ...DEFAULT_FLEET,
      nodePools: [{ arch: 'arm64', capacity: 'spot', zones: ['eu-west-1a'], limits: { cpu: '400' } }],
    },
  ],
  ['protected jobs alone', DEFAULT_FLEET, of({ protected: true })],
];

test.each(ORDINARY)('an ordinary change does not weigh security: %s', (_, before, after) => {
  expect(weakened(before, after)).toEqual([]);
});

test('a runner that is no longer for protected jobs alone weighs security', () => {
  expect(weakened(of({ protected: true }), of({ protected: false }))).toContainEqual(
    expect.stringMatching(/fleet\/protected is false, before true/),
  );
});
