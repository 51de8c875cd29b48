import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipelineSource } from '../../lib/cli/pipeline-files';
import { readFolder } from '../../lib/cluster/read-folder';
import { fleetOfSubject } from '../../lib/pipelines/fleet';
import { isProved, judgePipeline, type PipelineReport } from '../../lib/pipelines/judge-pipeline';
import { readPipeline } from '../../lib/pipelines/read';
import { exampleFolders, subjectsOf } from '../../tools/scripts/classes';

/** The pipeline of examples/multi-arch-image against the default fleet and the fleet of every example. */
const HOME = 'examples/multi-arch-image';
const { file, project } = pipelineSource(join(HOME, '.gitlab-ci.yml'), HOME);
const pipeline = readPipeline(file, project);

function reportFor(dist: string): PipelineReport {
  return judgePipeline(pipeline, subjectsOf(dist).flatMap(fleetOfSubject));
}

/** The tags of each runner, as text in its YAML has them: read without what is tested here. */
function tagsIn(dist: string): readonly (readonly string[])[] {
  return readFolder(dist).flatMap(({ text }) =>
    [...text.matchAll(/^ {4}gitlab-runner-fleet\/tags: (\S+)$/gm)].map(([, tags]) => tags.split(',')),
  );
}

const FLEETS = ['dist', ...exampleFolders().map((name) => join('examples', name, 'dist'))];

test('runs whole on its own fleet, with nothing to say', () => {
  const report = reportFor(join(HOME, 'dist'));
  expect(report.problems).toEqual([]);
  expect(isProved(report)).toBe(true);
  expect(report.jobs.map(({ job, offers }) => [job.name, offers.map(({ runner }) => runner.name)])).toEqual([
    ['compile: [amd64]', ['production-amd64-spot']],
    ['compile: [arm64]', ['production-arm64-spot']],
    ['build-image: [amd64]', ['production-images-amd64']],
    ['build-image: [arm64]', ['production-images-arm64']],
    ['test-image: [amd64]', ['production-amd64-spot']],
    ['test-image: [arm64]', ['production-arm64-spot']],
    ['create-index', ['production-images-arm64']],
  ]);
});

test.each(FLEETS.filter((dist) => !dist.startsWith(HOME)))(
  'compiles and tests on %s, where images are built by no runner, for the reason that its tags show',
  (dist) => {
    const { jobs, problems } = reportFor(dist);
    const runners = tagsIn(dist);
    expect(runners.length).toBeGreaterThan(3);
    const has = (tags: readonly string[]) => runners.some((own) => tags.every((tag) => own.includes(tag)));
    expect(jobs.map(({ job, state }) => [job.name, state])).toEqual(
      jobs.map(({ job }) => [job.name, has(job.tags) ? 'runs' : 'waits']),
    );
    expect(jobs.filter(({ state }) => state === 'waits').map(({ job }) => job.base)).toEqual([
      'build-image',
      'build-image',
      'create-index',
    ]);
    const rule = has(['images']) ? 'pipelines/tags-apart' : 'pipelines/tag-unknown';
    expect(problems.map(({ id, severity, jobs: names }) => [id, severity, names])).toEqual([
      [rule, 'error', ['build-image: [amd64]']],
      [rule, 'error', ['build-image: [arm64]', 'create-index']],
    ]);
    // What it says to write, the fleet has; what it says that the nearest runner lacks, that lacks.
    for (const { fix, why } of problems) {
      const [, written] = /for example \[(.*)\]/.exec(fix) ?? [];
      if (written !== undefined) expect(has(written.split(', '))).toBe(true);
      expect(why).toMatch(
        written === undefined ? /^no runner has all of them: / : /^no runner has this tag; /,
      );
    }
  },
);

test('is the pipeline that the page of the example describes', () => {
  const page = readFileSync(join(HOME, 'README.md'), 'utf8');
  for (const name of new Set(pipeline.jobs.map(({ base }) => base))) expect(page).toContain(`\`${name}\``);
});
