import { diffFolders } from '../../lib/diff/all';
import { type Change, edited, FLEET, parsed, readFixture } from '../fixtures/files';

/** Two fleets of one cluster, in folders of their own. */
const BOTH = [...FLEET, ...readFixture('neighbour')];

function said(...changes: readonly Change[]): readonly string[] {
  const diffs = diffFolders('', parsed(BOTH), parsed(edited(BOTH, ...changes)));
  return diffs.flatMap(({ impacts }) =>
    impacts
      .filter(({ id }) => id === 'tiers-joined' || id === 'moved-pods')
      .map(({ weight, what }) => `${weight} ${what}`),
  );
}

test('fleets of one cluster that come to share something are seen across their folders, once', () => {
  expect(said(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'])).toEqual([
    expect.stringMatching(
      /^security .* of fleet acme and .* of fleet protected share the namespace gitlab-jobs\.$/,
    ),
  ]);
  expect(
    said(
      ['', /dedicated-to: protected-managers/g, 'dedicated-to: gitlab-managers'],
      ['', /value: protected-managers/g, 'value: gitlab-managers'],
    ),
  ).toContainEqual(expect.stringMatching(/^security .* share the nodes of gitlab-managers\.$/));
});

test('a job that moves to a namespace of the other folder is judged by what holds there', () => {
  expect(said(['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"']).join()).not.toMatch(
    /not known/,
  );
  expect(
    said(
      ['', 'namespace = "protected-jobs"', 'namespace = "gitlab-jobs"'],
      ['namespace-gitlab-jobs.yaml', 'enforce: baseline', 'enforce: privileged'],
    ),
  ).toContainEqual(
    expect.stringMatching(
      /^security Its jobs run in gitlab-jobs, whose Pod Security level is privileged, before baseline\.$/,
    ),
  );
});

test('nothing is said of fleets that stay apart', () => {
  expect(said(['nodepool-gitlab-jobs-amd64-spot.yaml', 'cpu: "104"', 'cpu: "10"'])).toEqual([]);
});
