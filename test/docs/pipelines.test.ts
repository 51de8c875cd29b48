import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The npm scripts that a pipeline runs. */
function npmScripts(text: string): readonly string[] {
  return [...text.matchAll(/npm (?:run (?:--silent )?)?([a-z][a-z:]*)/g)]
    .map(([, name]) => name)
    .filter((name) => name !== 'ci' && name !== 'and');
}

describe('.gitlab-ci.yml', () => {
  const text = readFileSync('.gitlab-ci.yml', 'utf8');
  const pipeline = parse(text);
  const reserved = ['workflow', 'stages', 'default', 'variables'];
  const jobs = Object.entries<Record<string, unknown>>(pipeline).filter(([name]) => !reserved.includes(name));

  test('has jobs of its stages alone, each with a script of commands', () => {
    for (const [name, { stage, script }] of jobs) {
      expect([name, pipeline.stages]).toEqual([name, expect.arrayContaining([stage])]);
      expect(script).toEqual(expect.arrayContaining([expect.any(String)]));
    }
  });

  test('calls npm scripts that are there', () => {
    expect(npmScripts(text)).toEqual(expect.arrayContaining(['synth', 'check', 'test', 'lint']));
    expect(npmScripts(text).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('fails on a stale dist/, reports code quality, and exposes the review', () => {
    expect(pipeline.render.script.join('\n')).toMatch(
      /add --intent-to-add dist[\s\S]*diff HEAD --exit-code -- dist.*exit 1/,
    );
    expect(pipeline.check.artifacts.reports.codequality).toBe('code-quality.json');
    expect(pipeline.review.artifacts).toMatchObject({ paths: ['review.md'], expose_as: expect.any(String) });
    expect(pipeline.review.variables.GIT_DEPTH).toBe('0');
  });
});

/** What reviews: it must not be for a merge request to say. */
describe.each([
  ['.gitlab-ci.yml', /FETCH_HEAD \| tar/],
  ['.github/workflows/ci.yml', /"refs\/remotes\/origin\/\$GITHUB_BASE_REF" \| tar/],
])('the review of %s', (file, source) => {
  const pipeline = parse(readFileSync(file, 'utf8'));
  const { review } = pipeline.jobs ?? pipeline;
  const lines: readonly string[] = review.steps
    ? review.steps.map(({ run = '' }: { run?: string }) => run)
    : [...review.before_script, ...review.script];

  test('compares and posts with the program of the target branch, over the dist/ of the merge request', () => {
    const text = lines.join('\n');
    expect(text).toMatch(source);
    const calls = [
      ...text.matchAll(/node "\$(\w+)([^"]*)\/build\/package\/lib\/cli\/main\.js" (diff|note)/g),
    ];
    expect(calls.map(([, variable, below, command]) => [`${variable}${below}`, command])).toEqual([
      [review.steps ? 'RUNNER_TEMP/target' : 'TARGET', 'diff'],
      [review.steps ? 'RUNNER_TEMP/target' : 'TARGET', 'note'],
    ]);
    expect(text).not.toMatch(/npm run|npx/);
    expect(text.match(/npm ci[^\n]*/g)).toEqual([
      expect.stringMatching(/^npm ci --ignore-scripts --prefix "\$(TARGET|RUNNER_TEMP\/target)"$/),
    ]);
  });
});

test.each(['.gitlab-ci.yml', '.github/workflows/ci.yml'])(
  '%s installs without scripts of packages',
  (file) => {
    const installs = readFileSync(file, 'utf8').match(/npm ci[^\n]*/g) ?? [];
    expect(installs.length).toBeGreaterThan(1);
    expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
  },
);

test('the token for notes can be scoped to the environment of the review, which no job that runs code of the branch is in', () => {
  const pipeline = parse(readFileSync('.gitlab-ci.yml', 'utf8'));
  expect(pipeline.review.environment).toEqual({ name: 'runner-fleet-review', action: 'access' });
  const others = Object.entries<{ environment?: unknown }>(pipeline).filter(([name]) => name !== 'review');
  expect(others.filter(([, job]) => job.environment !== undefined)).toEqual([]);
});

test.each(['docs/start.md', 'docs/review.md', 'docs/security.md'])(
  '%s says which environment the token for notes is scoped to',
  (page) => {
    const text = readFileSync(page, 'utf8');
    expect(text).toContain('RUNNER_FLEET_TOKEN');
    expect(text).toMatch(/environment( scope( to)?)? `runner-fleet-review`/);
  },
);

test('the token that may push is another than that of notes, and is used on protected branches alone', () => {
  const { renovate, ...jobs } = parse(readFileSync('.gitlab-ci.yml', 'utf8'));
  expect(JSON.stringify(renovate)).not.toContain('RUNNER_FLEET_TOKEN');
  expect(renovate.rules[0].if).toContain('$CI_COMMIT_REF_PROTECTED == "true"');
  expect(JSON.stringify(jobs)).not.toContain('RUNNER_FLEET_PUSH_TOKEN');
});

describe('the workflow for GitHub', () => {
  const text = readFileSync('.github/workflows/ci.yml', 'utf8');
  const workflow = parse(text);

  test('does what the pipeline of GitLab does', () => {
    for (const name of ['synth', 'check', 'test', 'lint']) expect(npmScripts(text)).toContain(name);
    expect(npmScripts(text).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('may write comments in one job alone', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.review.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(workflow.jobs.verify.permissions).toBeUndefined();
  });
});

describe('renovate.json', () => {
  const config = JSON.parse(readFileSync('renovate.json', 'utf8'));

  /** What a regex manager finds in its file, as Renovate would match it. */
  const found = config.customManagers.flatMap(
    ({ managerFilePatterns, matchStrings }: { managerFilePatterns: string[]; matchStrings: string[] }) =>
      managerFilePatterns.flatMap((pattern) => {
        const file = pattern.replace(/^\/\^|\$\/$/g, '').replaceAll('\\', '');
        const text = readFileSync(file, 'utf8');
        return matchStrings.flatMap((match) =>
          [...text.matchAll(new RegExp(match, 'g'))].map(
            ({ groups }) => `${groups?.depName} ${groups?.currentValue}`,
          ),
        );
      }),
  );

  test('finds every version where it is declared', () => {
    expect(found).toEqual([
      expect.stringMatching(/^gitlab-org\/gitlab-runner \d+\.\d+\.\d+$/),
      expect.stringMatching(/^awslabs\/amazon-eks-ami v\d{8}$/),
      expect.stringMatching(/^public.ecr.aws\/docker\/library\/docker \d+\.\d+\.\d+-dind$/),
      expect.stringMatching(/^public.ecr.aws\/docker\/library\/docker \d+\.\d+\.\d+-cli$/),
      expect.stringMatching(/^public.ecr.aws\/docker\/library\/node \d+\.\d+\.\d+-alpine$/),
      expect.stringMatching(/^public.ecr.aws\/docker\/library\/alpine 3\.\d+$/),
      expect.stringMatching(/^aws\/karpenter-provider-aws v1\./),
      expect.stringMatching(/^aws\/karpenter-provider-aws v1\./),
      expect.stringMatching(/^bitnami-labs\/sealed-secrets v0\./),
      expect.stringMatching(/^external-secrets\/external-secrets v2\./),
    ]);
  });

  test('finds every mark that it is meant to find', () => {
    const marks = readFileSync('lib/fleet/versions.ts', 'utf8').match(/\/\/ renovate: /g) ?? [];
    expect(marks).toHaveLength(6);
  });

  test('leaves alone what is rendered or imported', () => {
    expect(config.ignorePaths).toEqual(expect.arrayContaining(['dist/**', 'imports/**']));
    expect(existsSync('dist') && existsSync('imports')).toBe(true);
  });
});
