import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from '@iarna/toml';
import { textOf } from '../../lib/app/render';
import { isEqual, newLimits, unintended } from '../../lib/report/comparison-text';
import { fieldsOf, listOf } from '../../lib/values/record';
import { parseToml } from '../../lib/values/toml';
import { imported } from './imported';

const FOLDER = 'test/configurations';
const NAMES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .map(({ name }) => name);

/** What a person still decides, by fleet: what the report says of it. */
const DECISIONS: Readonly<Record<string, RegExp>> = {
  // The source has pools with taints that its jobs do not tolerate.
  'auto-mode': /taint acme\.example\/for=jobs:NoSchedule is not tolerated/,
};

function filesOf(name: string): Readonly<Record<string, string>> {
  const paths = ['source.toml', 'nodes.yaml'].filter((file) => existsSync(join(FOLDER, name, file)));
  return Object.fromEntries(paths.map((file) => [file, readFileSync(join(FOLDER, name, file), 'utf8')]));
}

describe.each(NAMES)('the config of %s', (name) => {
  const result = imported(filesOf(name));
  const differing = result.comparison?.runners.flatMap(unintended) ?? [];

  test('renders, without a patch', () => {
    expect(result.faults).toEqual([]);
    expect(result.text).not.toContain('patches');
    expect(result.comparison?.onlyBefore).toEqual([]);
  });

  test('asks about each limit that jobs did not have', () => {
    const limits = result.comparison?.runners.flatMap(newLimits) ?? [];
    const asked = result.lines.filter(({ kind }) => kind === 'decide').map(({ from }) => from);
    const containers = limits.map(({ path }) => path).filter((path) => !path.startsWith('init-'));
    expect(containers.length).toBeGreaterThan(0);
    expect(asked).toEqual(expect.arrayContaining(containers));
  });

  test(
    name in DECISIONS ? 'says what is to be decided' : 'gives jobs the same or better, and passes the proof',
    () => {
      const said = [
        ...(result.errors ?? []).map(({ why }) => why),
        ...differing.map(({ path, before, after }) => `${path}: ${before} -> ${after}`),
      ];
      if (name in DECISIONS) expect(said.join('\n')).toMatch(DECISIONS[name]);
      else {
        expect(said).toEqual([]);
        expect(result.comparison && isEqual(result.comparison)).toBe(true);
      }
    },
  );
});

/** A fleet has one. */
const GITLAB = 'https://gitlab.example.com';

/** A HelmRelease for each runner of a configuration, as the chart would have it. */
function releasesOf(name: string): readonly object[] {
  const { concurrent, runners } = parseToml(readFileSync(join(FOLDER, name, 'source.toml'), 'utf8'));
  return listOf(runners)
    .map(fieldsOf)
    .map(({ name: runner, url: _, executor: __, ...entry }) => ({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: `gitlab-runner-${name}-${runner}`, namespace: 'ci' },
      spec: {
        chart: { spec: { chart: 'gitlab-runner' } },
        values: {
          gitlabUrl: GITLAB,
          concurrent,
          runners: { config: stringify({ runners: [entry] } as never) },
        },
      },
    }));
}

test('the same as releases of the chart, all at once, are one fleet that gives jobs the same', () => {
  const names = NAMES.filter((name) => !(name in DECISIONS));
  const releases = names.flatMap(releasesOf);
  const result = imported({ 'releases.yaml': releases.map(textOf).join('---\n') });
  expect(result.faults).toEqual([]);
  expect(result.comparison?.runners).toHaveLength(releases.length);
  const differing = result.comparison?.runners.flatMap((one) =>
    unintended(one).map(({ path }) => `${one.before} ${path}`),
  );
  expect(differing).toEqual([]);
});

test('at least twelve of fifteen move without a decision', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(15);
  expect(NAMES.length - Object.keys(DECISIONS).length).toBeGreaterThanOrEqual(12);
});
