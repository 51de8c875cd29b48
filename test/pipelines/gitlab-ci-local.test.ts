import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { pipelineSource } from '../../lib/cli/pipeline-files';
import type { PipelineJob } from '../../lib/pipelines/job';
import { flatItems, keyOf, textOf, textsIn } from '../../lib/pipelines/node';
import { type Pipeline, readPipeline } from '../../lib/pipelines/read';
import { DEFAULT, INCLUDE, JOB, SPEC, TOP, TYPES } from '../../lib/pipelines/schema';
import { variablesIn } from '../../lib/pipelines/variables';
import type { Shape } from '../../lib/shape/shape';

/**
 * What gitlab-ci-local makes of a pipeline, compared with what is read here: two readers that know nothing of each other. It is
 * wrong where it differs from GitLab, which the last of these tests list.
 */
const PROGRAM = resolve('node_modules/gitlab-ci-local/dist/index.js');
/** It needs a method that came with Node 22. */
const UNION = 'Set.prototype.union ??= function (other) { return new Set([...this, ...other]) }';
const PRELOAD = `data:text/javascript,${encodeURIComponent(UNION)}`;

interface ListedJob {
  readonly name: string;
  readonly when: string;
}
interface ExpandedJob {
  readonly script: readonly string[];
  readonly tags?: readonly string[];
  readonly retry?: unknown;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly needs?: readonly { readonly job: string; readonly optional: boolean }[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cross-check-'));
  cpSync('test/pipelines/cross-check', folder, { recursive: true });
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync('git', ['add', '.'], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Variables = Readonly<Record<string, string>>;

function theirs(action: '--list-json' | '--preview', variables: Variables): string {
  const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`]);
  const names = Object.keys(variables).join(',');
  const options = ['--no-json-schema-validation', '--ignore-predefined-vars', names];
  return execFileSync(process.execPath, ['--import', PRELOAD, PROGRAM, action, ...options, ...given], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function ours(variables: Variables): Pipeline {
  const { file, project } = pipelineSource(join(folder, '.gitlab-ci.yml'), folder);
  return readPipeline(file, project, { variables });
}

/** Names as GitLab has them: gitlab-ci-local writes `a: [x,y]` and `a: [1/2]`. */
function nameOf(name: string): string {
  const copy = /^(.*): \[(\d+\/\d+)\]$/.exec(name);
  return copy ? `${copy[1]} ${copy[2]}` : name.replaceAll(/,(?=[^[]*\]$)/g, ', ');
}

function names({ jobs }: Pipeline): readonly string[] {
  return jobs.flatMap(({ name, copies }) =>
    copies === 1 ? [name] : Array.from({ length: copies }, (_, index) => `${name} ${index + 1}/${copies}`),
  );
}

const MAIN = { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push', NOWHERE: '', GIVEN: 'yes' };

describe('jobs that rules let in, cell by cell and copy by copy, are those of gitlab-ci-local', () => {
  test.each([
    ['on main', MAIN, ['lint', 'never']],
    ['on another branch', { ...MAIN, CI_COMMIT_BRANCH: 'topic' }, ['manual', 'never', 'report']],
    ['with a variable that no rule wants', { ...MAIN, GIVEN: '' }, ['lint', 'manual', 'never']],
  ])('%s', (_, variables, never) => {
    const listed: readonly ListedJob[] = JSON.parse(theirs('--list-json', variables));
    const pipeline = ours(variables);
    expect(pipeline.problems).toEqual([]);
    expect([...pipeline.never].sort()).toEqual(never);
    const theirNames = listed.filter(({ when }) => when !== 'never').map(({ name }) => nameOf(name));
    expect([...names(pipeline)].sort()).toEqual(theirNames.sort());
  });
});

describe('of each job', () => {
  let expanded: Readonly<Record<string, ExpandedJob>>;
  let jobs: readonly PipelineJob[];
  beforeAll(() => {
    const all = { ...MAIN, CI_COMMIT_BRANCH: 'topic' };
    expanded = parse(theirs('--preview', all).replace(/^[\s\S]*?---\n/, ''));
    jobs = ours(all).jobs;
  });

  test('script, tags, variables and needs are the same, with extends, references and inputs resolved', () => {
    const bases = [...new Map(jobs.map((job) => [job.base, job])).values()];
    expect(bases.map(({ base }) => base).sort()).toEqual([
      'anchored',
      'compile',
      'deploy-staging',
      'lint',
      'unit',
    ]);
    for (const { base, table, takesDefault } of bases) {
      const { script, tags = [], variables = {}, needs = [] } = expanded[base];
      const own = {
        script: textsIn(keyOf(table, 'script')),
        tags: takesDefault('tags') ? [] : textsIn(keyOf(table, 'tags')),
        variables: Object.fromEntries(variablesIn(keyOf(table, 'variables'))),
        needs: flatItems(keyOf(table, 'needs')).map((need) => ({
          job: textOf(need) ?? textOf(keyOf(need, 'job')),
          optional: textOf(keyOf(need, 'optional')) === 'true',
        })),
      };
      const other = { script, tags, variables, needs: needs.map(({ job, optional }) => ({ job, optional })) };
      expect([base, own]).toEqual([base, other]);
    }
  });

  test('gitlab-ci-local loses tags and retry of default, which GitLab gives jobs', () => {
    const report = jobs.find(({ base }) => base === 'deploy-staging');
    const anchored = jobs.find(({ base }) => base === 'anchored');
    expect([anchored?.tags, expanded.anchored.tags]).toEqual([['amd64'], undefined]);
    expect([textOf(report?.retry), expanded['deploy-staging'].retry]).toEqual(['1', undefined]);
  });

  test('gitlab-ci-local does not replace variables in tags, which GitLab does', () => {
    const compile = jobs.find(({ name }) => name === 'compile: [arm64, fast]');
    expect([compile?.tags, expanded.compile.tags]).toEqual([
      ['arm64', 'spot'],
      ['$ARCH', 'spot'],
    ]);
  });
});

test('gitlab-ci-local lets a job without rules into pipelines for merge requests, which GitLab does not', () => {
  const variables = { ...MAIN, CI_PIPELINE_SOURCE: 'merge_request_event' };
  const listed: readonly ListedJob[] = JSON.parse(theirs('--list-json', variables));
  expect(listed.find(({ name }) => name === 'anchored')?.when).toBe('on_success');
  expect(ours(variables).never).toContain('anchored');
});

interface JsonSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** GitLab's schema, which gitlab-ci-local ships in its program as an object. */
function gitlabSchema(): JsonSchema {
  const program = readFileSync(PROGRAM, 'utf8');
  const start = program.search(
    /\{\$schema:"http:\/\/json-schema\.org\/draft-07\/schema#",\$id:"https:\/\/gitlab\.com\//,
  );
  const rest = program.slice(start);
  let depth = 0;
  for (const { 0: token, index } of rest.matchAll(
    /"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'|[{}]/g,
  )) {
    if (token === '{') depth++;
    else if (token === '}' && --depth === 0) return runInNewContext(`(${rest.slice(0, index + 1)})`);
  }
  throw new Error('no schema');
}

/** Keywords below one, as `artifacts:reports:junit`. */
function keywords(
  schema: JsonSchema | undefined,
  root: JsonSchema,
  path = '',
  seen: readonly string[] = [],
): string[] {
  if (schema === undefined) return [];
  const { $ref, properties = {}, items, additionalProperties, patternProperties = {} } = schema;
  const below = (one: JsonSchema | undefined, to = path) => keywords(one, root, to, seen);
  const name = $ref?.replace('#/definitions/', '');
  const referred =
    name === undefined || seen.includes(name)
      ? []
      : keywords(root.definitions?.[name], root, path, [...seen, name]);
  return [
    ...referred,
    ...Object.entries(properties)
      .filter(([key]) => key !== '!reference' && key !== '$schema')
      .flatMap(([key, one]) => [path + key, ...below(one, `${path}${key}:`)]),
    ...below(items),
    ...(typeof additionalProperties === 'object' ? below(additionalProperties, `${path}*:`) : []),
    ...Object.values(patternProperties).flatMap((one) => below(one, `${path}*:`)),
    ...[...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((one) =>
      below(one),
    ),
  ];
}

function ownKeywords(shape: Shape, path = ''): string[] {
  const name = typeof shape === 'string' ? shape : undefined;
  if (name !== undefined) return Object.hasOwn(TYPES, name) ? ownKeywords(TYPES[name], path) : [];
  if (typeof shape === 'string') return [];
  if ('table' in shape)
    return Object.entries(shape.table).flatMap(([key, one]) => [
      path + key,
      ...ownKeywords(one, `${path}${key}:`),
    ]);
  if ('list' in shape) return ownKeywords(shape.list, path);
  if ('map' in shape) return ownKeywords(shape.map, `${path}*:`);
  return 'either' in shape ? shape.either.flatMap((one) => ownKeywords(one, path)) : [];
}

describe('the keywords of GitLab’s schema', () => {
  const schema = gitlabSchema();
  const definition = (name: string) => keywords(schema.definitions?.[name], schema);
  const top = (name: string) => keywords(schema.properties?.[name], schema, `${name}:`);
  const of = (shape: Shape) => new Set(ownKeywords(shape));
  /** Those that are judged where they are read. */
  const isElsewhere = (keyword: string) => /^(parallel|tags|timeout)(:|$)/.test(keyword);
  /** Of `if` and the like, whose counterparts here are lists of names. */
  const missing = (known: ReadonlySet<string>, wanted: readonly string[]) =>
    [...new Set(wanted)].filter((one) => !known.has(one) && !isElsewhere(one)).sort();

  test('are known here, all of them', () => {
    expect(schema.definitions).toBeDefined();
    expect(missing(of(JOB), definition('job_template'))).toEqual([]);
    expect(missing(of(DEFAULT), keywords(schema.properties?.default, schema))).toEqual([]);
    expect(missing(of(INCLUDE), definition('include_item'))).toEqual([]);
    const tops = ['workflow', 'variables', 'cache', 'image', 'services'];
    expect(missing(of(TOP), tops.flatMap(top))).toEqual([]);
    expect(missing(of(SPEC), keywords(schema.properties?.spec, schema))).toEqual([]);
  });

  test('are all that is known here, besides what the server takes and the schema lacks', () => {
    const known = new Set(definition('job_template'));
    const more = [...of(JOB)].filter((one) => !known.has(one) && !isElsewhere(one));
    expect(more.sort()).toEqual(ONLY_OF_THE_SERVER);
  });
});

/** In GitLab's lib/gitlab/ci/config/entry/ and not in its schema. */
const ONLY_OF_THE_SERVER: readonly string[] = [
  'artifacts:public',
  'artifacts:reports:api_fuzzing',
  'artifacts:reports:cluster_image_scanning',
  'artifacts:reports:coverage_fuzzing',
  'artifacts:reports:performance',
  'artifacts:reports:requirements_v2',
  'dast_configuration',
  'dast_configuration:scanner_profile',
  'dast_configuration:site_profile',
  'image:ports',
  'inputs:*:rules',
  'rules:needs:parallel',
  'rules:needs:parallel:matrix',
  'rules:needs:pipeline',
  'rules:needs:project',
  'rules:needs:ref',
  'secrets:*:akeyless',
  'services:ports',
  'trigger:include:integrity',
  'type',
];
