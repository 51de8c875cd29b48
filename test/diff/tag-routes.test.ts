import { type RunnerSide, tagRoutes } from '../../lib/diff/tag-routes';

function runner(name: string, tags: readonly string[], takesUntagged = false): RunnerSide {
  return { name, tags, takesUntagged, capacity: undefined };
}

const ARM = runner('arm-spot', ['arm64', 'spot']);
const AMD = runner('amd-spot', ['amd64', 'spot']);

test('jobs with tags that no one runner has any more are named first, with who took them', () => {
  const after = [ARM, runner('amd-spot-first', ['amd64', 'spot-first'])];
  const routes = tagRoutes({ before: [AMD, ARM], after });
  expect(routes[0]).toEqual({ jobs: [['amd64', 'spot']], before: ['amd-spot'], after: [] });
  expect(routes.slice(1)).toEqual([
    { jobs: [['amd64']], before: ['amd-spot'], after: ['amd-spot-first'] },
    { jobs: [['spot']], before: ['amd-spot', 'arm-spot'], after: ['arm-spot'] },
  ]);
});

test('jobs that one runner took and another one takes now are a move, not a loss', () => {
  const renamed = runner('amd-cheap', AMD.tags);
  expect(tagRoutes({ before: [AMD], after: [renamed] })).toEqual([
    { jobs: [['amd64'], ['spot'], ['amd64', 'spot']], before: ['amd-spot'], after: ['amd-cheap'] },
  ]);
});

test('jobs without tags are among them', () => {
  expect(tagRoutes({ before: [runner('any', [], true)], after: [runner('any', [])] })).toEqual([
    { jobs: [[]], before: ['any'], after: [] },
  ]);
});

test('where every job goes where it went, nothing is said', () => {
  expect(tagRoutes({ before: [AMD, ARM], after: [ARM, AMD] })).toEqual([]);
});
