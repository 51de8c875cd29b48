import { printDiffMarkdown } from '../../lib/report/diff-markdown';
import { isPageAddress, withPageLink } from '../../lib/report/note-page';

const ADDRESS = 'https://gitlab.example.com/a/b/-/jobs/7/artifacts/file/fleet-page/index.html';

test('the link to the page stands below the heading, and the marker stays the first line', () => {
  const lines = withPageLink(printDiffMarkdown([]), ADDRESS).split('\n');
  expect(lines[0]).toBe('<!-- gitlab-runner-fleet diff -->');
  expect(lines[2]).toMatch(/^### /);
  expect(lines.slice(4, 6)).toEqual([`[The fleet before and after this change, as a page](${ADDRESS})`, '']);
  expect(lines[6]).toBe('No object changes.');
});

test('a note without a heading keeps its marker in front', () => {
  expect(withPageLink('<!-- gitlab-runner-fleet diff -->\n\nnothing\n', ADDRESS)).toBe(
    `<!-- gitlab-runner-fleet diff -->\n\n[The fleet before and after this change, as a page](${ADDRESS})\n\nnothing\n`,
  );
});

test.each([
  ['an address', ADDRESS, true],
  ['one with a port', 'http://localhost:8080/x', true],
  ['one of another scheme', 'javascript:alert(1)', false],
  ['one that closes the link', 'https://a.example/)[x](https://b.example', false],
  ['one with a line break', 'https://a.example/\n/close', false],
])('%s: %j', (_, address, usable) => {
  expect(isPageAddress(address)).toBe(usable);
});
