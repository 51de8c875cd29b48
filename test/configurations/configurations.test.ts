import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderFleets } from '../../lib/app/render';
import { runChecks } from '../../lib/checks/all';
import type { SourceFile } from '../../lib/cluster/manifest';
import { landing, observe, type Subject } from '../../lib/cluster/observe';
import { parseManifests } from '../../lib/cluster/parse';
import { differenceText, jobDifferences } from '../../lib/compare/job-differences';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { RUNNER_VERSION } from '../../lib/fleet/versions';
import { canonicalConfig } from '../../lib/gitlab-runner/config/canonical';
import type { RunnerTable } from '../../lib/gitlab-runner/config/toml';
import { listOf } from '../../lib/values/record';
import { parseToml } from '../../lib/values/toml';
import type { Configuration } from './configuration';
import { always } from './wanted';

const FOLDER = 'test/configurations';
const NAMES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .map(({ name }) => name);

/** The runners of a source, by name. */
function sourceOf(name: string): ReadonlyMap<string, RunnerTable> {
  const parsed = canonicalConfig(parseToml(readFileSync(join(FOLDER, name, 'source.toml'), 'utf8')));
  const tables = listOf(parsed.runners) as readonly RunnerTable[];
  return new Map(tables.map((table) => [table.name, table]));
}

test('docs/helm.md lists every fleet', () => {
  const listed = [...readFileSync('docs/helm.md', 'utf8').matchAll(/^\| \[([\w-]+)\]\(.*?\/fleet\.ts\)/gm)];
  expect(listed.map(([, name]) => name).sort()).toEqual([...NAMES].sort());
});

/** Nodes that someone else starts, where a source has any. */
function nodesOf(name: string): readonly SourceFile[] {
  const path = join(FOLDER, name, 'nodes.yaml');
  return existsSync(path) ? [{ path, text: readFileSync(path, 'utf8') }] : [];
}

/** What a list says of several containers, `build+helper.imagePullPolicy: ...`, as a line for each. */
function eachContainer(line: string): readonly string[] {
  const [, names, change] = /^([\w+-]+\+[\w-]+)(\..*)$/.exec(line) ?? [];
  return names === undefined ? [line] : names.split('+').map((name) => `${name}${change}`);
}

describe.each(NAMES)('%s', (name) => {
  const { fleet, warns = {}, differs }: Configuration = require(`./${name}/fleet`).configuration;
  let subject: Subject;
  beforeAll(() => {
    const files = [...renderFleets(resolveFleets([fleet], new Map())), ...nodesOf(name)];
    subject = observe(parseManifests(files).manifests);
  });

  test('passes the proof with the warnings that it says, and its jobs land', () => {
    const { findings } = runChecks(subject);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ id, why }) => `${id}: ${why}`)).toEqual([]);
    const warnings = findings.filter(({ severity }) => severity === 'warning').map(({ id }) => id);
    expect([...new Set(warnings)].sort()).toEqual(Object.keys(warns).sort());
    expect(subject.runners.filter(({ job }) => landing(job).length === 0)).toEqual([]);
  });

  test('makes the job pods of its source, but for what it says', () => {
    const source = sourceOf(name);
    // A runner is seen once for each of its managers.
    const ours = new Map(subject.runners.map((one) => [one.name.replace(`${fleet.name}-`, ''), one.table]));
    const names = [...source.keys()].sort();
    expect([[...ours.keys()].sort(), Object.keys(differs).sort()]).toEqual([names, names]);
    for (const [runner, theirs] of source) {
      const listed = [...always(fleet.name, runner), ...differs[runner]].flatMap(({ fields }) => fields);
      const found = jobDifferences(theirs, ours.get(runner) as RunnerTable, RUNNER_VERSION).map(
        differenceText,
      );
      expect([runner, found]).toEqual([runner, listed.flatMap(eachContainer).sort()]);
    }
  });
});
