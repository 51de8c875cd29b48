import { observe } from '../../lib/cluster/observe';
import { type FleetRunner, fleetOfSubject } from '../../lib/pipelines/fleet';
import { isProved, judgePipeline } from '../../lib/pipelines/judge-pipeline';
import { suggestionFor } from '../../lib/pipelines/suggest';
import { planBursts } from '../../lib/plan/burst';
import { printSuggestion } from '../../lib/report/pipelines-suggestion';
import { printPlans } from '../../lib/report/plan-text';
import { type Change, edited, FLEET, parsed } from '../fixtures/files';
import { pipelineOf } from './project';

/** Jobs of the kind that Auto DevOps brings: no tags, a daemon for the build, a database for the test. */
const STAGES = `
build:
  stage: build
  image: registry.gitlab.com/gitlab-org/cluster-integration/auto-build-image:v4
  services: [{ name: "docker:28-dind", command: ["--tls=false"] }]
  script: [build]
test:
  stage: test
  image: gliderlabs/herokuish:latest
  services: ["postgres:17"]
  script: [test]
production:
  stage: deploy
  image: registry.gitlab.com/gitlab-org/cluster-integration/auto-deploy-image:v2
  script: [deploy]
  environment: { name: production, url: "http://$CI_PROJECT_PATH_SLUG.$KUBE_INGRESS_BASE_DOMAIN" }
`;

function fleetOf(...changes: readonly Change[]): readonly FleetRunner[] {
  return fleetOfSubject(observe(parsed(edited(FLEET, ...changes))));
}
const PLAIN = fleetOfSubject(observe(parsed(FLEET)));
/** A runner of the fixture that starts a Docker daemon for every job. */
const WITH_DAEMON = fleetOf([
  'arm64-spot/configmap.yaml',
  /privileged = false\n\s+allow_privilege_escalation = false/,
  'privileged = true\n      [[runners.kubernetes.services]]\n        name = "docker:29-dind"\n        alias = "docker"',
]);

describe('Auto DevOps', () => {
  test('as a template is not read, and the merged YAML is what to judge', () => {
    const text =
      'include: [{ template: Auto-DevOps.gitlab-ci.yml }]\nvariables: { POSTGRES_ENABLED: "true" }\n';
    const report = judgePipeline(pipelineOf(text), PLAIN);
    expect(isProved(report)).toBe(false);
    expect(report.problems.map(({ severity, found, fix }) => [severity, found, fix])).toEqual([
      [
        'note',
        'template: Auto-DevOps.gitlab-ci.yml',
        'save the merged YAML (Build > Pipeline editor > Full configuration), and run this command on it',
      ],
    ]);
  });

  test('waits on runners for tagged jobs, and default tags help all jobs but the build', () => {
    const report = judgePipeline(pipelineOf(STAGES), PLAIN);
    expect(report.jobs.map(({ job, state }) => [job.name, state])).toEqual([
      ['build', 'waits'],
      ['test', 'waits'],
      ['production', 'waits'],
    ]);
    const { defaultTags, jobs, nowhere } = suggestionFor(report);
    expect([defaultTags?.tags, jobs, nowhere.map(({ job }) => job)]).toEqual([
      ['amd64', 'on-demand'],
      [],
      ['build'],
    ]);
    const tagged = judgePipeline(pipelineOf(`default: { tags: [amd64, on-demand] }${STAGES}`), PLAIN);
    expect(tagged.jobs.map(({ job, state }) => [job.name, state])).toEqual([
      ['build', 'fails'],
      ['test', 'runs'],
      ['production', 'runs'],
    ]);
    expect(tagged.problems.map(({ id, fix }) => [id, fix])).toEqual([
      [
        'pipelines/docker-in-docker',
        'build with rootless BuildKit or Buildah, or add a runner with dockerInDocker to the fleet',
      ],
    ]);
    expect(printSuggestion('a.yml', suggestionFor(tagged))).toBe(`# a.yml: no key helps here.

# .gitlab-ci.yml:2: no runner here runs build, whatever its tags. On acme-amd64-on-demand:
#   .gitlab-ci.yml:5: service docker:28-dind: a Docker daemon needs a privileged container, and the runner (acme-amd64-on-demand) runs none: the daemon does not start
#   build with rootless BuildKit or Buildah, or add a runner with dockerInDocker to the fleet
`);
  });

  test('builds on a runner with a daemon of its own, without the service', () => {
    const text = `default: { tags: [amd64, on-demand] }${STAGES}`;
    const report = judgePipeline(pipelineOf(text), WITH_DAEMON);
    expect(report.problems.map(({ fix }) => fix)).toEqual([
      'build with rootless BuildKit or Buildah, or write tags: [arm64, spot] and remove the service: acme-arm64-spot starts a Docker daemon for every job',
    ]);
    const suggestion = suggestionFor(report);
    expect(suggestion.jobs.map(({ job, tags, services }) => [job, tags, services])).toEqual([
      ['build', ['arm64', 'spot'], ['docker:28-dind']],
    ]);
    expect(printSuggestion('a.yml', suggestion)).toContain(
      '# Remove its service docker:28-dind: this runner starts a Docker daemon for every job.\nbuild:\n  tags: [arm64, spot]\n',
    );
    const followed = text
      .replace('  services: [{ name: "docker:28-dind", command: ["--tls=false"] }]\n', '')
      .replace(
        'build:\n',
        `build:\n  tags: [arm64, spot]\n  retry: { max: 2, when: [runner_system_failure] }\n`,
      );
    expect(judgePipeline(pipelineOf(followed), WITH_DAEMON).jobs.map(({ state }) => state)).toEqual([
      'runs',
      'runs',
      'runs',
    ]);
  });
});

test('a build that its daemon would not save is refused for what else is wrong with it', () => {
  const strict = fleetOf([
    'arm64-spot/configmap.yaml',
    /privileged = false\n\s+allow_privilege_escalation = false/,
    'privileged = true\n      allowed_services = ["docker:29-dind"]\n      [[runners.kubernetes.services]]\n        name = "docker:29-dind"',
  ]);
  const text = 'a: { script: x, services: ["docker:28-dind", "postgres:17"] }\n';
  const [{ job, runner, problem }, ...others] = suggestionFor(
    judgePipeline(pipelineOf(text), strict),
  ).nowhere;
  expect(others).toEqual([]);
  expect([job, runner, problem.found]).toEqual(['a', 'acme-arm64-spot', 'service postgres:17']);
});

describe('two jobs of 200 copies', () => {
  const TEXT = `
default: { tags: [arm64, on-demand], image: alpine:3.22 }
first: { script: x, parallel: 200 }
second: { script: x, parallel: 200, needs: [] }
`;
  const jobs = 400;

  test('all have a runner', () => {
    const report = judgePipeline(pipelineOf(TEXT), PLAIN);
    expect([report.problems, report.jobs.reduce((sum, { job }) => sum + job.copies, 0)]).toEqual([[], jobs]);
    expect(report.jobs.map(({ state }) => state)).toEqual(['runs', 'runs']);
  });

  const plan = (pulls: number) =>
    planBursts(
      observe(parsed(FLEET)),
      { jobs, minutes: 5, requestSeconds: 0.5, pulls },
      'arm64-on-demand',
    )[0];

  test('run twenty at a time on a runner for twenty, and the plan says what to raise', () => {
    expect(printPlans([plan(100)])).toMatch(
      /^acme-arm64-on-demand: manager concurrency binds: 20 of 400 jobs run at once\n[\s\S]*raise managers to 20 of 20 jobs, or concurrency to 400\n/,
    );
  });

  test('pull an image once for each node: a hundred pulls are enough for them, ten are not', () => {
    const allowed = (pulls: number) => plan(pulls).terms.find(({ name }) => name === 'registry pulls');
    expect(allowed(100)?.allows).toBeGreaterThan(jobs);
    expect(allowed(10)).toEqual({
      name: 'registry pulls',
      allows: expect.any(Number),
      because: expect.stringMatching(/^10 left; a m6g.4xlarge with 14 jobs pulls an image once$/),
      raise: expect.stringMatching(
        /^the pulls of each image to \d+: a login, a mirror or a pull-through cache$/,
      ),
    });
    expect(allowed(10)?.allows).toBeLessThan(jobs);
  });
});
