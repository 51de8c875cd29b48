import { CHECKS } from '../../lib/checks/all';
import { explainCommand } from '../../lib/cli/explain';
import { runHere } from './in-process';

function explain(...args: string[]) {
  // From another folder: the pages are found beside the program.
  return runHere(explainCommand(), args, '/');
}

test('a rule is explained by its section alone', () => {
  const { status, stdout, stderr } = explain('pools-usable/no-type');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^# pools-usable\/no-type\n\nNo instance type meets all requirements of a pool\.\n/);
  for (const heading of ['What it means', 'Wrong', 'Right', 'When to silence it'])
    expect(stdout).toContain(`\n## ${heading}\n`);
  expect(stdout).not.toContain('dead-value');
});

test('a rule is known by the name of its annotation too', () => {
  expect(explain('silence-pools-usable.no-type').stdout).toBe(explain('pools-usable/no-type').stdout);
});

test('a group lists its rules, and nothing lists all', () => {
  const one = explain('probes');
  expect(one.status).toBe(0);
  expect(one.stdout).toMatch(
    /^probes: Probes of managers ask .*\n {2}probes\/asks-gitlab {3}a probe asks GitLab/,
  );
  const all = explain();
  expect(all.status).toBe(0);
  for (const { id, title } of CHECKS.flatMap(({ rules }) => rules))
    expect(all.stdout).toMatch(new RegExp(`^ {2}${id} +${title}$`, 'm'));
});

test('old ids are explained as what they are now', () => {
  expect(explain('live').stdout).toMatch(/^live is now pools-usable\.\n\npools-usable: /);
  expect(explain('silence-alone').stdout).toMatch(/^alone is now isolation\./);
});

test.each([
  ['pools-usable/no-typ', 'Did you mean pools-usable/no-type?'],
  ['dead-value', 'Did you mean pools-usable/dead-value?'],
  ['isolaton', 'Did you mean isolation?'],
  ['live/no-typ', 'Did you mean pools-usable/no-type?'],
  ['something-else-altogether', 'explain without an argument lists them.'],
])('%s is no rule: 2, and the nearest one', (asked, says) => {
  const { status, stderr } = explain(asked);
  expect([status, stderr]).toEqual([2, `There is no rule ${asked}. ${says}\n`]);
});
