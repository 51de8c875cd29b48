import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { pipelinesCommand } from '../../lib/cli/pipelines';
import { withFolder } from '../app/temporary-folder';
import { RENDERED, writeFixture } from '../fixtures/files';
import { type ProgramRun, runHere } from './in-process';

const GOOD = 'build: { script: make, tags: [arm64, on-demand] }\n';
const WAITS =
  'build: { script: make, tags: [arm64, on-demand] }\ntest:\n  tags: [gone]\n  script: make test\n';

/** Runs the command in a folder with a rendered fleet in `dist/` and these files. */
function pipelines(files: Readonly<Record<string, string>>, ...args: string[]): ProgramRun {
  let run: ProgramRun | undefined;
  withFolder((folder) => {
    writeFixture(join(folder, 'dist'), RENDERED);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    run = runHere(pipelinesCommand(), args, folder);
  });
  return run as ProgramRun;
}

test('a pipeline whose jobs all run: exit code 0, and a line for each kind of job', () => {
  const { status, stdout, stderr } = pipelines({ '.gitlab-ci.yml': GOOD });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^\.gitlab-ci\.yml\njobs +tags +runner +pools +capacity +USD\/min +requests\n/);
  expect(stdout).toMatch(
    /^build +arm64 on-demand +acme-arm64-on-demand +gitlab-jobs-arm64-on-demand +on demand +0\.\d{5} +1\.1 CPU, 2\.3Gi$/m,
  );
  expect(stdout).toMatch(/\n1 of 1 job runs, 0 errors, 0 warnings\n$/);
});

test('the last line counts jobs as English does', () => {
  const last = (text: string) =>
    pipelines({ '.gitlab-ci.yml': text })
      .stdout.trimEnd()
      .split('\n')
      .at(-1)
      ?.replace(/, \d+ error.*/, '');
  const good = (name: string) => `${name}: { script: make, tags: [arm64, on-demand] }\n`;
  const waiting = (name: string) => `${name}: { script: make, tags: [gone] }\n`;
  expect(last(good('a') + waiting('b'))).toBe('1 of 2 jobs runs, 1 waits');
  expect(last(good('a') + good('b') + good('c') + waiting('d'))).toBe('3 of 4 jobs run, 1 waits');
  expect(last(waiting('a') + waiting('b'))).toBe('0 of 2 jobs run, 2 wait');
});

test('a job that waits: exit code 1, with its place, value, reason and fix', () => {
  const { status, stdout } = pipelines({ '.gitlab-ci.yml': WAITS });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^test +gone +none: it waits$/m);
  expect(stdout).toMatch(
    /^error \[pipelines\/tag-unknown\] test\n {2}at: {4}\.gitlab-ci\.yml:3\n {2}found: tag gone\n {2}why: {3}.+\n {2}fix: {3}.+\n/m,
  );
});

test('a runner that takes a job and fails it is not one that runs it', () => {
  const text = 'build: { script: make, tags: [arm64, on-demand], services: ["docker:29-dind"] }\n';
  const { status, stdout } = pipelines({ '.gitlab-ci.yml': text });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^build +arm64 on-demand +acme-arm64-on-demand +fails it$/m);
  expect(stdout).toMatch(/\n0 of 1 job run, 1 fails, 1 error, 0 warnings\n$/);
});

test('several pipelines, their includes and variables', () => {
  const files = {
    'a/.gitlab-ci.yml': 'include: ci/jobs.yml\n',
    'a/ci/jobs.yml': 'build: { script: x, tags: [$ARCH, on-demand] }\n',
    'b.yml': GOOD,
  };
  const { status, stdout } = pipelines(files, 'a/.gitlab-ci.yml', 'b.yml', '--variable', 'ARCH=arm64');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^a\/\.gitlab-ci\.yml\n[\s\S]*^b\.yml\n/m);
  const open = pipelines(files, 'a/.gitlab-ci.yml');
  expect([open.status, open.stdout]).toEqual([
    0,
    expect.stringContaining('not known: the value of $ARCH in its tags'),
  ]);
  expect(pipelines(files, 'a/.gitlab-ci.yml', '--require-proof').status).toBe(1);
});

test('an include is read from the project, and nothing outside of it', () => {
  const files = { 'a/.gitlab-ci.yml': 'include: ../secret.yml\n', 'secret.yml': GOOD };
  const { status, stdout } = pipelines(files, 'a/.gitlab-ci.yml');
  expect([status, stdout]).toEqual([1, expect.stringContaining('[pipelines/include]')]);
  expect(
    pipelines({ 'a/ci/x.yml': 'include: jobs.yml\n', 'a/jobs.yml': GOOD }, 'a/ci/x.yml', '--project', 'a')
      .status,
  ).toBe(0);
});

test('nothing behind a link is read, by whatever way it is named: it may lead to what only this machine may read', () => {
  withFolder((folder) => {
    const [project, secret] = [join(folder, 'project'), join(folder, 'secret')];
    mkdirSync(secret);
    writeFileSync(join(secret, 'key.yml'), 'hunter2');
    writeFixture(join(project, 'dist'), RENDERED);
    const link = (to: string, at: string) => symlinkSync(to, join(project, at));
    link('../secret/key.yml', 'leak.yml');
    link('../secret', 'ci');
    link('../secret/key.yml', 'pipeline.yml');
    writeFileSync(
      join(project, '.gitlab-ci.yml'),
      `include: [{ local: /leak.yml }, { local: /ci/key.yml }, { local: '**.yml' }]\n${GOOD}`,
    );
    const run = runHere(pipelinesCommand(), ['.gitlab-ci.yml', '--project', '.'], project);
    expect(run.status).toBe(1);
    expect(run.stdout).toMatch(/found: leak\.yml\n.*no such file/);
    expect(run.stdout).toMatch(/found: ci\/key\.yml\n.*no such file/);
    const itself = runHere(pipelinesCommand(), ['pipeline.yml'], project);
    expect([itself.status, itself.stderr]).toEqual([2, expect.stringMatching(/pipeline\.yml is a link/)]);
    expect(run.stdout + run.stderr + itself.stdout + itself.stderr).not.toContain('hunter2');
  });
});

test('one cause in several files is one error, with all of its places', () => {
  const job = (name: string) => `${name}: { script: x, tags: [gone] }\n`;
  const { stdout } = pipelines({ '.gitlab-ci.yml': `include: ci.yml\n${job('a')}`, 'ci.yml': job('b') });
  expect(stdout).toMatch(
    /^error \[pipelines\/tag-unknown\] b, a\n {2}at: {4}ci\.yml:1\n {2}also: {2}\.gitlab-ci\.yml:2\n/m,
  );
  expect(stdout).toMatch(/1 error, 0 warnings\n$/);
});

test('JSON has jobs, runners and problems', () => {
  const { stdout } = pipelines({ '.gitlab-ci.yml': WAITS }, '--format', 'json');
  const [{ file, jobs, problems }] = JSON.parse(stdout).pipelines;
  expect(file).toBe('.gitlab-ci.yml');
  expect(jobs).toMatchObject([
    {
      name: 'build',
      line: 1,
      state: 'runs',
      runners: [{ name: 'acme-arm64-on-demand', capacity: 'on demand', arches: ['arm64'] }],
    },
    { name: 'test', line: 2, state: 'waits', tags: ['gone'], runners: [] },
  ]);
  expect(problems).toMatchObject([
    { rule: 'pipelines/tag-unknown', severity: 'error', file: '.gitlab-ci.yml', line: 3, jobs: ['test'] },
  ]);
});

test('Code Quality has the lines of the pipeline, and a fingerprint that survives a move', () => {
  const issues = (text: string) =>
    JSON.parse(pipelines({ '.gitlab-ci.yml': text }, '--format', 'codequality').stdout);
  const [issue, ...others] = issues(WAITS);
  expect(others).toEqual([]);
  expect(issue).toMatchObject({
    check_name: 'pipelines/tag-unknown',
    severity: 'critical',
    location: { path: '.gitlab-ci.yml', lines: { begin: 3 } },
  });
  expect(issue.description).toMatch(/^test: found tag gone\. .+ Fix: .+\.$/);
  const [moved] = issues(`# moved\n${WAITS}`);
  expect([moved.fingerprint, moved.location.lines.begin]).toEqual([issue.fingerprint, 4]);
});

test('Mermaid draws jobs, runners and pools, and quotes what it would read', () => {
  const { stdout } = pipelines({ '.gitlab-ci.yml': `${WAITS}'a"b': { script: x }\n` }, '--format', 'mermaid');
  expect(stdout).toMatch(/^flowchart LR\n/);
  expect(stdout).toContain('["build: arm64 on-demand"]');
  expect(stdout).toContain('["acme-arm64-on-demand (on demand)"]');
  expect(stdout).toContain('["gitlab-jobs-arm64-on-demand"]');
  expect(stdout).toContain('["no runner: it waits"]');
  expect(stdout).toContain('["a#34;b: no tags"]');
});

test('Mermaid gives each runner one label, whatever jobs it fails', () => {
  const job = '{ script: x, tags: [arm64, on-demand], variables: { KUBERNETES_MEMORY_LIMIT: 1Mi } }';
  const files = { '.gitlab-ci.yml': `fails: ${job}\n${GOOD}` };
  const lines = pipelines(files, '--format', 'mermaid').stdout.split('\n');
  expect(lines.filter((line) => line.includes('["acme-arm64-on-demand'))).toEqual([
    '  runner1["acme-arm64-on-demand (on demand)"]',
  ]);
  expect(lines).toContain('  job0 -. fails .-> runner1');
});

test('--suggest prints YAML that lets every job run', () => {
  const text = 'build: { script: x }\n"test: all": { script: x, tags: [ARM64] }\n';
  const { stdout } = pipelines({ '.gitlab-ci.yml': text }, '--suggest');
  const suggested = parse(stdout);
  expect(suggested.default.tags).toEqual(['amd64', 'on-demand']);
  expect(suggested['test: all'].tags).toEqual(['arm64', 'on-demand']);
  const merged = parse(text);
  for (const [key, value] of Object.entries<object>(suggested)) merged[key] = { ...merged[key], ...value };
  expect(pipelines({ '.gitlab-ci.yml': JSON.stringify(merged) }).status).toBe(0);
  expect(pipelines({ '.gitlab-ci.yml': GOOD }, '--suggest').stdout).toBe(
    '# .gitlab-ci.yml: nothing to add.\n',
  );
});

test('--suggest writes into a job what default does not reach', () => {
  const text = `
general: { script: x }
none: { script: x, tags: [] }
zero: { script: x, tags: [arm64, spot], retry: 0 }
apart: { script: x, tags: [ARM64, Spot], inherit: { default: false } }
fine: { script: x, tags: [arm64, spot], retry: { max: 1, when: [runner_system_failure] } }
`;
  const { stdout } = pipelines({ '.gitlab-ci.yml': text }, '--suggest');
  const suggested = parse(stdout);
  expect(Object.keys(suggested).sort()).toEqual(['apart', 'default', 'none', 'zero']);
  const merged = parse(text);
  for (const [key, value] of Object.entries<object>(suggested)) merged[key] = { ...merged[key], ...value };
  const after = pipelines({ '.gitlab-ci.yml': JSON.stringify(merged) });
  expect([after.status, after.stdout]).toEqual([0, expect.stringMatching(/ 0 errors, 0 warnings\n$/)]);
});

test('--suggest names what variables of a matrix have to come to', () => {
  const text = 'a: { script: x, tags: [$A], parallel: { matrix: [{ A: [ARM64, on-demand] }] } }\n';
  const { stdout } = pipelines({ '.gitlab-ci.yml': text }, '--suggest');
  expect(stdout).toMatch(
    /^# \.gitlab-ci\.yml:1: a: \[ARM64\] needs \[arm64, on-demand\] by the variables of its matrix: /m,
  );
  expect(parse(stdout)).toBeNull();
});

test('--suggest gives tags to a job whose matrix does not choose them', () => {
  const text = 'a: { script: x, tags: [ARM64, on-demand], parallel: { matrix: [{ A: [x, y] }] } }\n';
  const { stdout } = pipelines({ '.gitlab-ci.yml': text }, '--suggest');
  expect(parse(stdout)).toEqual({ a: { tags: ['arm64', 'on-demand'] } });
});

test('--suggest says that jobs are not known, and once what is in the way of several', () => {
  const unknown = 'include: [{ project: a/b, file: /c.yml }]\na: { script: x }\n';
  expect(pipelines({ '.gitlab-ci.yml': unknown }, '--suggest').stdout).toBe(
    '# .gitlab-ci.yml: nothing to add for the jobs that are known.\n\n# 1 job is not known: without --suggest, this command says why and what to do.\n',
  );
  const daemons = '.d: { script: x, services: [docker] }\na: { extends: .d }\nb: { extends: .d }\n';
  expect(
    pipelines({ '.gitlab-ci.yml': daemons }, '--suggest').stdout.match(/no runner here runs .*/g),
  ).toEqual([expect.stringMatching(/^no runner here runs a, whatever its tags \(nor b\)\. On /)]);
});

test('runners of a file count in place of a fleet, or besides it', () => {
  const files = { '.gitlab-ci.yml': WAITS, 'runners.yaml': '- { name: other, tag_list: [gone] }\n' };
  expect(pipelines(files, '--runners', 'runners.yaml').stdout).toMatch(
    /^build +arm64 on-demand +none: it waits$/m,
  );
  expect(pipelines(files, '--runners', 'runners.yaml', '--fleet', 'dist').status).toBe(0);
});

describe('unusable input: exit code 2 and what to do', () => {
  test.each([
    [['missing.yml'], /There is no file missing\.yml\. Name the \.gitlab-ci\.yml of a project\./],
    [['.'], /\. is a folder\. Name the pipeline in it: \.gitlab-ci\.yml\./],
    [['--fleet', 'nowhere'], /nowhere: there is no such folder/],
    [
      ['--fleet', 'empty.yaml'],
      /empty\.yaml holds no runner\. Name the folder of a rendered fleet with --fleet/,
    ],
    [['--runners', 'broken.yaml'], /broken\.yaml:\d: .+: this is not valid YAML; /],
    [['--variable', 'novalue'], /It must be a name and a value, for example ARCH=arm64/],
    [['--format', 'xml'], /Allowed choices are text, json, codequality, mermaid/],
  ])('%j', (args, message) => {
    const files = { '.gitlab-ci.yml': GOOD, 'empty.yaml': 'a: b\n', 'broken.yaml': '- {\n' };
    const { status, stderr } = pipelines(files, ...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

test('whatever a pipeline holds, a terminal obeys none of it', () => {
  const { stdout } = pipelines({ '.gitlab-ci.yml': '"a\\e[31m": { script: x, tags: ["\\u202eb"] }\n' });
  expect(stdout).toContain('a\\u{1b}[31m');
  expect(stdout).toContain('\\u{202e}b');
});
