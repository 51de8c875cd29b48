import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CHECKS } from '../../lib/checks/all';
import { type Change, edited, FLEET } from '../fixtures/files';
import { findingsIn } from './cases';
import { CONFIG } from './places';

test('no check finds anything in the fleet that the tests of checks start from', () => {
  expect(findingsIn(FLEET)).toEqual([]);
});

test.each(CHECKS)(
  '$id has a file of tests of its own, with cases that fire and cases that are quiet',
  ({ id }) => {
    const file = `test/checks/${id}.test.ts`;
    expect(existsSync(file)).toBe(true);
    // The types of describeCheck ask for at least one of either kind.
    expect(readFileSync(file, 'utf8')).toContain(`\ndescribeCheck('${id}', {\n`);
  },
);

/** Ids that tests expect with a severity: those of firing cases, and among all that is found. Quiet cases name none. */
const EXPECTED = new Set(
  readdirSync('test/checks')
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(`test/checks/${name}`, 'utf8'))
    .flatMap((text) => [
      ...text.matchAll(/\bfinds: \[\s*'([\w/-]+)'/g),
      ...text.matchAll(/\bid: '([\w/-]+)',\s*severity: '/g),
      ...text.matchAll(/['"`]([\w-]+\/[\w-]+) (?:error|warning|note)\b/g),
    ])
    .map(([, id]) => id),
);

test.each(CHECKS)('each rule of $id has a case in which it fires', ({ rules }) => {
  expect(rules.map(({ id }) => id).filter((id) => !EXPECTED.has(id))).toEqual([]);
});

test('a rule is silenced on one object, with a reason', () => {
  const silenced = (reason: string): readonly Change[] => [
    [CONFIG, 'pull_policy = "always"', 'pull_policy = "if-not-present"'],
    [
      CONFIG,
      '    kustomize.toolkit',
      `    gitlab-runner-fleet/silence-config: "${reason}"\n    kustomize.toolkit`,
    ],
  ];
  expect(findingsIn(edited(FLEET, ...silenced('all projects may read them')))).toEqual([]);
  expect(findingsIn(edited(FLEET, ...silenced('')))).toHaveLength(1);
});
