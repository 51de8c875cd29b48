import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

const read = (path: string) => readFileSync(path, 'utf8');
const { version, license } = JSON.parse(read('package.json'));

test('the licence of the package is the one in LICENSE', () => {
  expect(license).toBe('Apache-2.0');
  expect(read('LICENSE')).toMatch(/Apache License\s+Version 2\.0, January 2004/);
});

describe('CHANGELOG.md', () => {
  const releases = read('CHANGELOG.md')
    .split(/^## /m)
    .slice(1)
    .filter((section) => !section.startsWith('[Unreleased]'));

  test('begins with the version of the package', () => {
    expect(releases[0]).toMatch(new RegExp(`^\\[${version}\\] - \\d{4}-\\d{2}-\\d{2}\\n`));
  });

  test.each(releases.map((section) => [section.split('\n')[0], section]))(
    '%s says first what it does to a rendered fleet',
    (_, section) => {
      expect(section.match(/^### .*$/gm)?.[0]).toBe('### Rendered fleet');
      expect(section).toMatch(/### Rendered fleet\n\n\S/);
    },
  );
});

test('pipelines run the release of Node that .nvmrc names, which the package supports', () => {
  const release = read('.nvmrc').trim();
  expect(parse(read('.gitlab-ci.yml')).default.image).toMatch(new RegExp(`^node:${release}-`));
  const { jobs } = parse(read('.github/workflows/ci.yml'));
  for (const { steps } of Object.values<{ steps: { uses?: string; with?: object }[] }>(jobs)) {
    const setup = steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@'));
    expect(setup).toEqual([
      expect.objectContaining({ with: expect.objectContaining({ 'node-version-file': '.nvmrc' }) }),
    ]);
  }
});

test('both hosts ask for the same in an issue and in a merge request', () => {
  const titles = (file: string) => [...read(file).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  for (const name of ['Bug', 'Feature']) {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name.toLowerCase()}.yml`));
    const labels = form.body.flatMap(({ attributes }: { attributes: { label?: string } }) =>
      attributes.label === undefined ? [] : [attributes.label],
    );
    expect([name, labels]).toEqual([name, titles(`.gitlab/issue_templates/${name}.md`)]);
  }
  expect(read('.github/pull_request_template.md')).toBe(read('.gitlab/merge_request_templates/Default.md'));
});

/** The pages for people: those at the top, in docs/, and of the examples. */
const pages = [
  ...['.', 'docs', 'docs/adr'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
  ...readdirSync('examples')
    .map((name) => join('examples', name, 'README.md'))
    .filter((page) => existsSync(page)),
];

/** What a host makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

test.each(pages)('%s links to files and headings that are there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path, heading] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(target)) return true;
      if (heading === undefined) return false;
      const headings = [...read(target).matchAll(/^#+ (.*)$/gm)].map(([, text]) => anchor(text));
      return !headings.includes(heading);
    });
  expect(broken).toEqual([]);
});
