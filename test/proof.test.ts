import {
  check,
  diff,
  judgePipeline,
  observe,
  plan,
  readFolder,
  UnusableObjects,
} from 'gitlab-runner-fleet/proof';
import { parse } from 'yaml';

const files = readFolder('dist');
const objects = files.map(({ text }) => parse(text));

test('files and parsed objects are judged alike', () => {
  const [fromFiles, fromObjects] = [check(files), check(objects)];
  expect(fromFiles.counts.error).toBe(0);
  expect(fromFiles.runners).toHaveLength(4);
  expect(fromObjects.runners).toEqual(fromFiles.runners);
  expect(fromObjects.counts).toEqual(fromFiles.counts);
});

test('a job that no pool takes is a finding', () => {
  const { counts, result } = check(
    objects.filter(({ metadata }) => metadata.name !== 'gitlab-jobs-arm64-spot'),
  );
  expect(counts.error).toBeGreaterThan(0);
  expect(result.findings.map(({ why }) => why).join('\n')).toContain('production-arm64-spot');
});

test('what is observed has runners with their job pods', () => {
  const { pools, runners } = observe(files);
  expect(pools).toHaveLength(5);
  expect(runners.every(({ job }) => (job?.placements.length ?? 0) > 0)).toBe(true);
});

test('a change is told by what it does', () => {
  const { impacts } = diff(
    objects,
    objects.filter(({ kind, metadata }) => kind !== 'NodePool' || metadata.name !== 'gitlab-jobs-arm64-spot'),
  );
  expect(impacts.map(({ object }) => object)).toContain('NodePool/gitlab-jobs-arm64-spot');
});

test('a burst is planned for each runner, or for one', () => {
  const question = { jobs: 100, minutes: 5, requestSeconds: 0.5 };
  expect(plan(files, question)).toHaveLength(4);
  expect(plan(files, question, 'arm64-spot').map(({ runner }) => runner)).toEqual(['production-arm64-spot']);
});

test('a pipeline is judged by the runners among objects, with the files that it includes', () => {
  const included = { path: 'ci.yml', text: 'b: { script: x, tags: [$ARCH, on-demand] }\n' };
  const { jobs, problems } = judgePipeline(
    { path: '.gitlab-ci.yml', text: 'include: ci.yml\na: { script: x, tags: [gone] }\n' },
    { read: (path) => (path === included.path ? included : undefined), list: () => [included.path] },
    objects,
    { variables: { ARCH: 'arm64' } },
  );
  expect(jobs.map(({ job, state }) => [job.name, state])).toEqual([
    ['b', 'runs'],
    ['a', 'waits'],
  ]);
  expect(problems.map(({ id, at }) => [id, at])).toEqual([
    ['pipelines/tag-unknown', { file: '.gitlab-ci.yml', line: 2 }],
  ]);
});

test('every reason why input can’t be judged is in one error', () => {
  expect(() =>
    check([
      { path: 'a.yaml', text: 'a: [' },
      { path: 'b.yaml', text: 'kind: Pod' },
    ]),
  ).toThrow(/a.yaml:1: .*\nb.yaml:1: /);
  expect(() => check([...objects, objects[0]])).toThrow(UnusableObjects);
});
