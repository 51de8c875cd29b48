import { parse } from 'yaml';
import { pipelineFiles } from '../../lib/init/pipeline-files';
import type { Project } from '../../lib/init/project';

const project = (ci: 'gitlab' | 'github', folder = ''): Project => ({
  name: 'production',
  compute: 'karpenter',
  gitlabUrl: 'https://gitlab.example.com',
  folder,
  gitops: 'flux',
  gitRepository: 'flux-system',
  ci,
  stage: 'test',
  packageReference: '0.3.0',
  versions: {},
});
const gitLab = (folder = '') => parse(pipelineFiles(project('gitlab', folder))[0].text);

test('GitLab Pages publish the fleet from the default branch, once someone has said that they may', () => {
  const job = gitLab()['runner-fleet:page'];
  expect(job.script).toEqual(['npx --no-install runner-fleet page --output public']);
  expect(job.pages).toEqual({ publish: 'public' });
  expect(job.artifacts.paths).toEqual(['public/']);
  expect(job.rules).toEqual([
    { if: '$CI_PIPELINE_SOURCE == "schedule"', when: 'never' },
    { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $RUNNER_FLEET_PAGES == "true"' },
  ]);
});

test('in a folder of a repository the page is that of the folder, and other changes do not publish it', () => {
  const job = gitLab('clusters/runners')['runner-fleet:page:clusters-runners'];
  expect(job.pages).toEqual({ publish: 'clusters/runners/public' });
  expect(job.rules[1].changes).toEqual(['clusters/runners/**/*']);
});

test.each(['', 'clusters/runners'])(
  'a review in GitLab keeps the page of the change beside the note, which links it ("%s")',
  (folder) => {
    const path = folder === '' ? '' : `${folder}/`;
    const [name] = Object.keys(gitLab(folder)).filter((one) => one.startsWith('runner-fleet:review'));
    const { script, artifacts } = gitLab(folder)[name];
    const [cleared, page, link, note] = [
      /^rm -rf .* fleet-page$/,
      /runner-fleet page --base "\$BASE" --output fleet-page \|\| true$/,
      `export RUNNER_FLEET_PAGE="$CI_JOB_URL/artifacts/file/${path}fleet-page/index.html"`,
      /note review\.md$/,
    ].map((text) =>
      script.findIndex((line: string) => (typeof text === 'string' ? line.includes(text) : text.test(line))),
    );
    expect([cleared, page, link, note]).toEqual([cleared, page, link, note].sort((a, b) => a - b));
    expect(cleared).toBeGreaterThanOrEqual(0);
    expect(artifacts.paths).toEqual([`${path}review.md`, `${path}fleet-page/`]);
  },
);

test('a review in GitHub keeps the page as an artifact, which the note links', () => {
  const { steps } = parse(pipelineFiles(project('github'))[0].text).jobs.review;
  const upload = steps.find(({ id }: { id?: string }) => id === 'artifact');
  expect(upload.with.path.trim().split('\n')).toEqual(['review.md', 'fleet-page']);
  const note = steps.find(({ env }: { env?: object }) => env !== undefined);
  expect(note.env.RUNNER_FLEET_PAGE).toBe('${{ steps.artifact.outputs.artifact-url }}');
  expect(steps.indexOf(note)).toBeGreaterThan(steps.indexOf(upload));
});
