import { renderFleets } from '../../lib/app/render';
import { runChecks } from '../../lib/checks/all';
import { joinClusters } from '../../lib/cluster/clusters';
import { observe } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { makeReport } from '../../lib/report/report';
import { DEFAULT_FLEET } from '../fleets';

const PROTECTED: RunnerFleetProps = {
  name: 'protected',
  clusterName: 'production',
  prefix: 'protected',
  runners: [{ name: 'deploy', arch: 'arm64', capacity: 'on-demand' }],
};

/** A text in the files of the second fleet, and what stands there instead. */
type Change = readonly [from: string, to: string];

/** The report on two fleets of one cluster, texts in the files of the second replaced. */
function report(...changes: readonly Change[]) {
  const files = renderFleets(resolveFleets([DEFAULT_FLEET, PROTECTED], new Map()));
  const changed = files.map(({ path, text }) => ({
    path,
    text: path.startsWith('protected/')
      ? changes.reduce((all, [from, to]) => all.replaceAll(from, to), text)
      : text,
  }));
  const { manifests } = parseManifests(changed);
  const fleets = ['production', 'protected'].map(
    (name) => [name, manifests.filter(({ file }) => file.startsWith(`${name}/`))] as const,
  );
  const clusters = joinClusters(fleets);
  expect(clusters.map(({ name }) => name)).toEqual(['production and protected']);
  const subject = observe(clusters[0].manifests);
  return makeReport(undefined, subject, runChecks(subject));
}

function shared(...change: readonly Change[]): string[] {
  return report(...change)
    .result.findings.filter(({ rule }) => rule === 'apart')
    .map(({ severity, found }) => `${severity}: ${found}`);
}

test('two fleets of one cluster share nothing, and the report says so', () => {
  expect(shared()).toEqual([]);
  expect(report().apart).toEqual(['production', 'protected']);
});

test('a fleet of another cluster is proved by itself', () => {
  const { manifests } = parseManifests(
    renderFleets(resolveFleets([{ ...PROTECTED, clusterName: 'other' }], new Map())),
  );
  expect(
    joinClusters([
      ['a', manifests],
      ['b', []],
    ]).map(({ name }) => name),
  ).toEqual(['a', 'b']);
});

test.each([
  [
    'a namespace of jobs',
    [['namespace = "protected-jobs"', 'namespace = "gitlab-jobs"']],
    ['namespace gitlab-jobs'],
  ],
  [
    'nodes of jobs',
    [
      ['dedicated-to" = "protected-jobs"', 'dedicated-to" = "gitlab-jobs"'],
      ['dedicated-to=protected-jobs', 'dedicated-to=gitlab-jobs'],
    ],
    ['nodes gitlab-jobs-arm64-on-demand'],
  ],
  [
    'nodes of managers',
    [
      ['dedicated-to: protected-managers', 'dedicated-to: gitlab-managers'],
      ['value: protected-managers', 'value: gitlab-managers'],
    ],
    ['nodes gitlab-managers'],
  ],
  [
    'namespace, service account and token of managers',
    [
      ['protected-runners', 'gitlab-runners'],
      ['runner-deploy', 'runner-arm64-spot'],
    ],
    [
      'namespace gitlab-runners',
      'service account gitlab-runners/runner-arm64-spot',
      'token gitlab-runners/runner-arm64-spot-token',
    ],
  ],
] as const)('%s in common: an error', (_, changes, expected) => {
  const found = shared(...changes);
  expect(found).toEqual(expect.arrayContaining(expected.map((one) => `error: ${one}`)));
  expect(report(...changes).apart).toEqual([]);
});

test('a cache in common is refused, whatever its prefix', () => {
  const cache = { bucket: 'shared-cache', region: 'eu-west-1' };
  const files = renderFleets(
    resolveFleets(
      [
        { ...DEFAULT_FLEET, runnerDefaults: { cache } },
        { ...PROTECTED, runnerDefaults: { cache: { ...cache, path: 'protected' } } },
      ],
      new Map(),
    ),
  );
  const { findings } = runChecks(observe(parseManifests(files).manifests));
  expect(findings.filter(({ rule }) => rule === 'apart').map(({ found, why }) => `${found}: ${why}`)).toEqual(
    [expect.stringMatching(/^cache shared-cache: .*of fleet production and .* of fleet protected share it/)],
  );
});
