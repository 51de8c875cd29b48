import { FAILURES } from '../../lib/pipelines/schema-types';
import { pipelineOf, saidOf } from './project';

const said = (keys: string) => saidOf(pipelineOf(`a: { script: x, ${keys} }\n`));
const SHAPE = 'shape .gitlab-ci.yml:1 ';

/** A keyword with a value that GitLab takes, one that it refuses, and what is found there. */
// biome-ignore format: a table of cases
test.each<[keyword: string, taken: string, refused: string, found: string]>([
  ['retry', '2', '3', 'retry: 3'],
  ['retry', '{ exit_codes: [1, 2], max: 0 }', '{ exit_codes: [one] }', 'retry:exit_codes: one'],
  ['coverage', '"/Total: (\\\\d+)%/i"', '"Total"', 'coverage: Total'],
  ['coverage', '"/a/ismU"', '"/a/q"', 'coverage: /a/q'],
  ['cache', '{ fallback_keys: [a, b, c, d, e] }', '{ fallback_keys: [a, b, c, d, e, f] }', 'cache:fallback_keys: 6 items'],
  ['cache', '{ policy: $POLICY }', '{ policy: never }', 'cache:policy: never'],
  ['cache', '[{ key: { files: [a], prefix: b } }]', '[{ key: [a] }]', 'cache:key: a list'],
  ['id_tokens', '{ A: { aud: b } }', '{ A: {} }', 'id_tokens:A without aud'],
  ['id_tokens', '{ A: { aud: [b, c] } }', '{ A: { aud: { b: c } } }', 'id_tokens:A:aud: a table'],
  ['release', '{ tag_name: a, description: b }', '{ tag_name: a }', 'release without description'],
  ['release', '{ tag_name: a, description: b, assets: { links: [{ name: c, url: d }] } }', '{ tag_name: a, description: b, assets: { links: [{ name: c }] } }', 'release:assets:links without url'],
  ['resource_group', 'prod', '[prod]', 'resource_group: a list'],
  ['allow_failure', '{ exit_codes: 137 }', '{ exit_codes: many }', 'allow_failure:exit_codes: many'],
  ['image', '{ name: b, pull_policy: [always, never] }', '{ name: b, pull_policy: often }', 'image:pull_policy: often'],
  ['services', '[{ name: b, variables: { A: 1 } }]', '[{ alias: b }]', 'services without name'],
  ['environment', '{ name: b, action: stop }', '{ name: b, action: halt }', 'environment:action: halt'],
  ['secrets', '{ A: { aws_secrets_manager: { secret_id: b } } }', '{ A: { aws_secrets_manager: { region: b } } }', 'secrets:A:aws_secrets_manager without secret_id'],
  ['secrets', '{ A: { gcp_secret_manager: { name: b, version: 2 } } }', '{ A: { gcp_secret_manager: { version: 2 } } }', 'secrets:A:gcp_secret_manager without name'],
  ['secrets', '{ A: { vault: { engine: { name: b, path: c }, path: d, field: e }, file: false } }', '{ A: { vault: { engine: { name: b }, path: d, field: e } } }', 'secrets:A:vault:engine without path'],
  ['secrets', '{ A: { vault: b/c/d@e } }', '{ A: { vault: [b] } }', 'secrets:A:vault: a list'],
  ['secrets', '{ A: { azure_key_vault: { name: b } } }', '{ A: { azure_key_vault: { version: c } } }', 'secrets:A:azure_key_vault without name'],
])('%s: %s is read, and %s is refused', (keyword, taken, refused, found) => {
  expect(said(`${keyword}: ${taken}`)).toEqual([]);
  expect(said(`${keyword}: ${refused}`)).toEqual([SHAPE + found]);
});

test('a script has at least one command, and one of no text is none', () => {
  expect(saidOf(pipelineOf('a: { script: [] }\n'))).toHaveLength(1);
  expect(saidOf(pipelineOf('a: { script: "" }\n'))).toHaveLength(1);
  // What is inherited is taken back by an empty list.
  expect(said('before_script: [], after_script: []')).toEqual([]);
});

test('steps name where they come from', () => {
  const run = (step: string) => saidOf(pipelineOf(`a: { run: [${step}] }\n`));
  expect(run('{ name: b, step: { git: { url: c, rev: d } } }')).toEqual([]);
  expect(run('{ name: b, step: { git: { url: c } } }')).toEqual([`${SHAPE}run:step:git without rev`]);
  expect(run('{ script: b }')).toEqual([`${SHAPE}run without name`]);
});

test('retries name every failure that GitLab documents', () => {
  expect(said(`retry: { when: [${FAILURES.join()}] }`)).toEqual([]);
  expect(FAILURES).toEqual(
    expect.arrayContaining(['stale_schedule', 'runner_system_failure', 'unmet_prerequisites']),
  );
});
