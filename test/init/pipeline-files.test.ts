import { parse } from 'yaml';
import { DRIFT_ENVIRONMENT, pipelineFiles } from '../../lib/init/pipeline-files';
import type { Ci, Project } from '../../lib/init/project';
import { readmeFile } from '../../lib/init/repository-files';

const project = (ci: Ci, folder = ''): Project => ({
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
const fileOf = (ci: Ci, path: string, folder = '') => {
  const text = pipelineFiles(project(ci, folder)).find((file) => file.path === path)?.text ?? '';
  return parse(text);
};

describe('the comparison with GitLab on a schedule, in pipelines of GitLab', () => {
  const jobs = fileOf('gitlab', 'runner-fleet.gitlab-ci.yml');
  const drift = jobs['runner-fleet:drift'];

  test('runs in scheduled pipelines alone, and no other job does', () => {
    expect(drift.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "schedule"' }]);
    expect(jobs['.runner-fleet'].rules[0]).toEqual({
      if: '$CI_PIPELINE_SOURCE == "schedule"',
      when: 'never',
    });
    for (const [name, { rules }] of Object.entries<{ rules?: { if: string; when?: string }[] }>(jobs)) {
      const scheduled = (rules ?? []).filter((rule) => rule.if.includes('schedule') && rule.when !== 'never');
      expect([name, scheduled.length]).toEqual([name, name === 'runner-fleet:drift' ? 1 : 0]);
    }
  });

  test('says so without the token, before anything is installed, and passes', () => {
    const [first, ...rest] = drift.script;
    expect(first).toMatch(
      /^test -n "\$GITLAB_TOKEN" \|\| \{ echo 'GITLAB_TOKEN is not set, .*'; exit 0; \}$/,
    );
    expect(drift.before_script).toEqual([]);
    expect(rest).toEqual([
      expect.stringMatching(/^npm ci --ignore-scripts /),
      'npx --no-install runner-fleet gitlab status $RUNNER_FLEET_SCOPE',
    ]);
  });

  test('has the token in an environment of its own, and takes no cache that others wrote', () => {
    expect(drift.environment).toEqual({ name: DRIFT_ENVIRONMENT, action: 'access' });
    expect(drift.cache).toEqual([]);
    expect(JSON.stringify(jobs).match(/GITLAB_TOKEN"? *:/)).toBeNull();
    expect(readmeFile(project('gitlab')).text).toContain(`environment scope to \`${DRIFT_ENVIRONMENT}\``);
  });

  test('works in the folder of the project', () => {
    const { script } = fileOf('gitlab', 'clusters/ci/runner-fleet.gitlab-ci.yml', 'clusters/ci')[
      'runner-fleet:drift:clusters-ci'
    ];
    expect(script[1]).toBe('cd clusters/ci');
  });
});

describe('the comparison with GitLab on a schedule, in workflows of GitHub', () => {
  const path = '.github/workflows/runner-fleet-drift.yml';
  const workflow = fileOf('github', path);
  type Step = { id?: string; if?: string; run?: string; env?: Record<string, string> };
  const steps: readonly Step[] = workflow.jobs.drift.steps;

  test('is a workflow that a schedule or a person starts, and that may only read', () => {
    expect(Object.keys(workflow.on)).toEqual(['schedule', 'workflow_dispatch']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });

  test('has the token in an environment, which can be kept to the default branch', () => {
    expect(workflow.jobs.drift.environment).toBe(DRIFT_ENVIRONMENT);
    expect(readmeFile(project('github')).text).toMatch(
      new RegExp(`\`${DRIFT_ENVIRONMENT}\` under Settings > Environments, allow it the default branch alone`),
    );
  });

  test('says so without the token, and leaves out every step behind', () => {
    const index = steps.findIndex(({ id }) => id === 'token');
    expect(steps[index].run).toMatch(/::notice::GITLAB_TOKEN is not set/);
    const rest = steps.slice(index + 1);
    expect(rest.length).toBe(3);
    expect(rest.every((step) => step.if === "steps.token.outputs.is-set == 'true'")).toBe(true);
  });

  test('gives the token to the two steps that need it, and never to what installs packages', () => {
    const withToken = steps.filter(({ env }) => env?.GITLAB_TOKEN === '${{ secrets.GITLAB_TOKEN }}');
    expect(withToken.map(({ run }) => /gitlab status|GITHUB_OUTPUT/.exec(run ?? '')?.[0])).toEqual([
      'GITHUB_OUTPUT',
      'gitlab status',
    ]);
    expect(steps.some(({ run = '' }) => run.includes('npm ci') && run.includes('TOKEN'))).toBe(false);
  });

  test('works in the folder of the project, in a file of its own', () => {
    const below = fileOf('github', '.github/workflows/runner-fleet-drift-clusters-ci.yml', 'clusters/ci');
    expect(below.defaults.run['working-directory']).toBe('clusters/ci');
  });
});

test('a project without pipelines has no schedule, and its page says nothing of one', () => {
  expect(pipelineFiles(project('none'))).toEqual([]);
  expect(readmeFile(project('none')).text).not.toContain('Drift');
});
