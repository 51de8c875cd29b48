import { CHECKS, runChecks } from '../../lib/checks/all';
import { readSilences } from '../../lib/checks/silence-file';
import { observe } from '../../lib/cluster/observe';
import { edited, FLEET, parsed } from '../fixtures/files';
import { POOL } from './places';

const RULES = CHECKS.flatMap(({ rules }) => rules.map(({ id }) => id));
const read = (text: string) => readSilences('.runner-fleet.yaml', text, RULES);
const entry = (rule: string, object: string) =>
  `silence:\n  - { rule: ${rule}, object: ${object}, reason: ours }\n`;

/** Rules that find something once a pool has a fixed number of nodes, with the entries that silence one of them. */
function found(text: string) {
  const { silences, faults } = read(text);
  expect(faults).toEqual([]);
  const subject = observe(parsed(edited(FLEET, [POOL, '  template:\n', '  replicas: 2\n  template:\n'])));
  const { findings, silenced } = runChecks(subject, silences);
  return { left: findings.map(({ id }) => id), by: silenced.map(({ by }) => by), silences };
}

test.each([
  ['a rule on an object', entry('pools-usable/static', 'NodePool/gitlab-jobs-arm64-spot')],
  ['a group', entry('pools-usable', 'NodePool/gitlab-jobs-arm64-spot')],
  ['a rule as annotations spell it', entry('pools-usable.static', 'NodePool/gitlab-jobs-arm64-spot')],
  ['objects by a part of their names', entry('pools-usable/static', '"NodePool/*-spot"')],
])('%s is silenced, and the result says by which entry', (_, text) => {
  const { left, by, silences } = found(text);
  expect(left).not.toContain('pools-usable/static');
  expect(by).toContain(silences[0]);
});

test.each([
  ['another object', entry('pools-usable/static', 'NodePool/gitlab-jobs')],
  ['another rule', entry('pools-usable/startup-taint', 'NodePool/gitlab-jobs-arm64-spot')],
  ['an empty file', '# nothing yet\n'],
])('%s silences nothing here', (_, text) => {
  const { left, by } = found(text);
  expect(left).toContain('pools-usable/static');
  expect(by).toEqual([]);
});

test.each([
  [
    entry('pools-usable/statik', 'NodePool/a'),
    2,
    /no such rule.*write pools-usable\/static|pools-usable\/static/s,
  ],
  ['silence:\n  - { rule: lands/job, object: NodePool/a }\n', 2, /no reason/],
  ['silence:\n  - { rule: lands/job, object: NodePool/a, reason: x, until: y }\n', 2, /until/],
  ['silences: []\n', 1, /a list named silence/],
  ['- a\n', 1, /a list named silence/],
  ['silence: [\n', 1, /not valid YAML/],
])('what silences nothing is told by its line: %j', (text, line, says) => {
  const { silences, faults } = read(text);
  expect(silences).toEqual([]);
  expect(faults).toHaveLength(1);
  expect(faults[0].at.line).toBeGreaterThanOrEqual(line);
  expect(JSON.stringify(faults)).toMatch(says);
});
