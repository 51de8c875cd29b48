import { existsSync, readFileSync } from 'node:fs';
import { Module } from 'node:module';
import { join, resolve } from 'node:path';
import { renderFleets } from '../../lib/app/render';
import { runChecks } from '../../lib/checks/all';
import { readFolder } from '../../lib/cluster/read-folder';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { classesPage, examplePage } from '../../tools/scripts/class-pages';
import { EXAMPLES, exampleFolders, README, readExamples, subjectsOf } from '../../tools/scripts/classes';
import { DEFAULT_FLEET } from '../fleets';

/** What the main.ts of an example hands to synth, which writes nothing here: it finds another package in its place. */
function descriptionOf(name: string): readonly RunnerFleetProps[] {
  const described: (readonly RunnerFleetProps[])[] = [];
  const library = require.resolve('gitlab-runner-fleet');
  const kept = require.cache[library];
  const exports = { synth: (fleets: readonly RunnerFleetProps[]) => described.push(fleets) };
  require.cache[library] = Object.assign(new Module(library), { exports, loaded: true });
  try {
    const main = require.resolve(`../../examples/${name}/main`);
    delete require.cache[main];
    require(main);
  } finally {
    if (kept === undefined) delete require.cache[library];
    else require.cache[library] = kept;
  }
  expect(described).toHaveLength(1);
  return described[0];
}

/** All values below a value, each with its path. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${value}`];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, `${path}.${key}`));
}

/** All examples with their figures, read once. */
let read: ReturnType<typeof readExamples> | undefined;
const examplesRead = () => {
  read ??= readExamples();
  return read;
};

test('the table of classes names every example', () => {
  expect([...EXAMPLES].sort()).toEqual([...exampleFolders()].sort());
});

describe.each(EXAMPLES)('example %s', (name) => {
  const folder = join('examples', name);

  test('is committed as its main.ts renders it', () => {
    const rendered = renderFleets(resolveFleets(descriptionOf(name), new Map()));
    const committed = readFolder(join(folder, 'dist')).map(({ path, text }) => ({
      path: resolve(path).slice(resolve(folder, 'dist').length + 1),
      text,
    }));
    expect(Object.fromEntries(committed.map(({ path, text }) => [path, text]))).toEqual(
      Object.fromEntries(rendered.map(({ path, text }) => [path, text])),
    );
  });

  test('passes all checks without an error or a warning', () => {
    const subjects = subjectsOf(join(folder, 'dist'));
    const findings = subjects.flatMap((subject) => runChecks(subject).findings);
    expect(subjects.flatMap(({ runners }) => runners).length).toBeGreaterThan(3);
    expect(
      findings
        .filter(({ severity }) => severity !== 'note')
        .map(({ id, why, at }) => `${id} ${at.manifest.name}: ${why}`),
    ).toEqual([]);
  });

  test('is one small change to the default main.ts: all of that stays, and little joins it', () => {
    const [first, ...others] = descriptionOf(name);
    const before = leaves(DEFAULT_FLEET);
    const after = leaves(first);
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length - before.length + leaves(others).length).toBeLessThanOrEqual(60);
    expect(readFileSync(join(folder, 'main.ts'), 'utf8').split('\n').length).toBeLessThan(60);
  });

  test('has a page of one screen, with the figures as they are now (npm run docs writes them anew)', () => {
    const [example] = examplesRead().filter((one) => one.name === name);
    expect(example.readme).toBe(examplePage(example));
    expect(example.readme.split('\n').length).toBeLessThan(75);
    expect(example.figures.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'cdk8s.yaml'))).toBe(true);
  });
});

test('the table of classes has the figures as they are now (npm run docs writes them anew)', () => {
  const page = readFileSync(README, 'utf8');
  expect(page).toContain('<!-- classes -->');
  expect(page).toBe(classesPage(page, examplesRead()));
});

test('a protected runner takes no image but the allowed ones, and has a cache of its own', () => {
  const [{ runners }] = subjectsOf(join('examples', 'trust-tiers', 'dist'));
  const tier = runners.filter(({ name }) => name.startsWith('protected-'));
  expect(tier.map(({ table }) => table.cache?.s3?.BucketName)).toEqual([
    'protected-cache',
    'protected-cache',
  ]);
  for (const { table } of tier) {
    expect(jobPod(table, { image: 'docker.io/library/alpine:3.22' })).toMatchObject({
      refused: 'runner_system_failure',
      message: expect.stringContaining('disallowed image'),
    });
    expect(jobPod(table, { image: 'registry.example.com/release/other/tool:2' })).toHaveProperty(
      'containers',
    );
  }
});
