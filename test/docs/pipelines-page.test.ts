import { readFileSync } from 'node:fs';
import { PIPELINE_RULES } from '../../lib/pipelines/problem';
import { readPipeline } from '../../lib/pipelines/read';
import { readRunners } from '../../lib/pipelines/runners-file';
import { projectOf } from '../pipelines/project';

const page = readFileSync('docs/pipelines.md', 'utf8');
const template = readFileSync('templates/pipelines.yml', 'utf8');

test('every rule of the command has a row in docs/pipelines.md, and no other has one', () => {
  const [, table] = /## Rules\n\n([\s\S]*?)\n## /.exec(page) ?? [];
  const first = (table ?? '').split('\n').map((row) => row.split('|')[1] ?? '');
  const documented = first.flatMap((cell) => [...cell.matchAll(/`([\w-]+)`/g)].map(([, rule]) => rule));
  expect(documented.sort()).toEqual([...PIPELINE_RULES].sort());
});

test('the runners in docs/pipelines.md are a file of runners', () => {
  const [, text] = /```yaml\n(runners:\n[\s\S]*?)```/.exec(page) ?? [];
  const { runners, problems } = readRunners({ path: 'runners.yaml', text });
  expect(problems).toEqual([]);
  expect(
    runners.map(({ name, maximumTimeoutSeconds, isProtected }) => [name, maximumTimeoutSeconds, isProtected]),
  ).toEqual([
    ['build-machines', 7200, false],
    ['deploy', undefined, true],
  ]);
});

test('the component is a pipeline that judges pipelines, with the inputs that the page gives it', () => {
  const include =
    'include: [{ local: templates/pipelines.yml, inputs: { fleet: acme/runners, tags: [amd64, on-demand] } }]\n';
  const pipeline = readPipeline(
    { path: '.gitlab-ci.yml', text: include },
    projectOf({ 'templates/pipelines.yml': template }),
  );
  expect(pipeline.problems).toEqual([]);
  const [{ name, tags, variables, table }] = pipeline.jobs;
  expect([name, tags, variables.get('RUNNER_FLEET_PROJECT')]).toEqual([
    'runner-fleet-pipelines',
    ['amd64', 'on-demand'],
    'acme/runners',
  ]);
  expect(JSON.stringify([...table.entries.keys()])).toContain('artifacts');
  // Other people's text must not become part of a command.
  const [, script] = /script:\n([\s\S]*?)\n {2}\w/.exec(template) ?? [];
  expect(script).not.toContain('$[[');
  expect(script).toContain('npm ci --ignore-scripts');
});
