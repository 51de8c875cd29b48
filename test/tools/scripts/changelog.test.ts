import { readFileSync } from 'node:fs';
import { newestVersion, renderedPart, summaryOf, withRenderedPart } from '../../../tools/scripts/changelog';
import { packageBefore, releases } from '../../../tools/scripts/releases';

const [START, END] = ['<!-- npm run changelog -->', '<!-- /npm run changelog -->'];

test('the release to compare with is the newest package before the newest section', () => {
  const [first, second] = ['1', '2'].map((minor) => ({
    version: `0.${minor}.0`,
    commit: minor,
    package: minor > '1',
  }));
  expect(packageBefore('0.3.0', [first, second])).toBe(second);
  expect(packageBefore(undefined, [first, second])).toBe(second);
  expect(() => packageBefore('0.2.0', [first, second])).toThrow(/no package before 0\.2\.0/);
});

test('releases are in order of their versions, not of their letters', () => {
  expect(
    releases()
      .map(({ version }) => version)
      .slice(0, 2),
  ).toEqual(['0.1.0', '0.2.0']);
  for (const { commit } of releases()) expect(commit).toMatch(/^[0-9a-f]{40}$/);
});

test.each([
  ['## [Unreleased]\n\n## [0.3.0] - 2026-11-25\n', undefined],
  ['# Changelog\n\n## [0.3.0] - 2026-11-25\n', '0.3.0'],
])('the newest section of %j', (changelog, version) => {
  expect(newestVersion(changelog)).toBe(version);
});

test('where nothing changes it says so of all fleets', () => {
  const part = renderedPart('0.2.0', [
    { fleet: 'main.ts', text: '' },
    { fleet: 'examples/sizes', text: '' },
  ]);
  expect(part).toBe(
    `${START}\nNo change since 0.2.0: the default fleet and 1 examples render the same bytes. Nothing restarts, drains or moves.\n${END}`,
  );
});

test('fleets that change alike are listed together, in the words of diff', () => {
  const part = renderedPart('0.2.0', [
    { fleet: 'main.ts', text: 'production: 1 object changed' },
    { fleet: 'examples/sizes', text: '' },
    { fleet: 'examples/prewarm', text: 'production: 1 object changed' },
  ]);
  expect(part).toContain('- `main.ts`, `examples/prewarm`\n\n```\nproduction: 1 object changed\n```');
  expect(part).not.toContain('sizes');
});

test('only the newest section gets the part, and what people wrote beside it stays', () => {
  const section = (version: string) =>
    `## [${version}]\n\n### Rendered fleet\n\n${START}\n${END}\n\nBy hand.\n\n`;
  const changelog = withRenderedPart(section('0.3.0') + section('0.2.0'), `${START}\nNo change.\n${END}`);
  expect(changelog).toBe(section('0.3.0').replace(`${START}\n`, `${START}\nNo change.\n`) + section('0.2.0'));
});

test('a section without a place for it is an error that says what to write', () => {
  expect(() => withRenderedPart('## [0.3.0]\n', 'part')).toThrow(
    /needs the lines <!-- npm run changelog -->/,
  );
});

test('the changelog of this version is written by it', () => {
  const [, newest] = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
  const part = newest.slice(newest.indexOf(START), newest.indexOf(END));
  expect(part).toMatch(/(No change s|S)ince \d+\.\d+\.\d+[,:]/);
});

test('an effect is how many objects differ and what rules say of it, without fields', () => {
  const text =
    'production: security is weaker after this change\n\nsecurity [unjudged] A/b\n  what\nproduction: 2 objects added, 1 changed\n\ninfo [config-changed] C/d\ninfo [config-changed] C/e\n~ C/d\n    data.x: 1 -> 2';
  expect(summaryOf(text)).toBe(
    'production: 2 objects added, 1 changed\nsecurity [unjudged]\ninfo [config-changed]',
  );
});
