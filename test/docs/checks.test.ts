import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CHECKS } from '../../lib/checks/all';
import { parseToml } from '../../lib/values/toml';

const HEADINGS = ['What it means', 'Wrong', 'Right', 'When to silence it'];
const INDEX = readFileSync('docs/checks.md', 'utf8');
const PAGES = CHECKS.map((check) => ({
  check,
  id: check.id,
  page: readFileSync(`docs/checks/${check.id}.md`, 'utf8'),
}));
const RULES = PAGES.flatMap(({ check, page }) =>
  check.rules.map((rule) => ({ id: rule.id, rule, section: sectionOf(page, rule.id) })),
);

function sectionOf(page: string, id: string): string {
  return page.split(/^(?=## )/m).find((text) => text.startsWith(`## ${id.split('/')[1]}\n`)) ?? '';
}

test('every page is that of a group', () => {
  expect(readdirSync('docs/checks').sort()).toEqual(CHECKS.map(({ id }) => `${id}.md`).sort());
});

test.each(PAGES)(
  'the page of $id has its title, and a section for each rule in their order',
  ({ check, page }) => {
    const flat = page.replace(/\s+/g, ' ');
    expect(flat.startsWith(`# ${check.id} ${check.title} `)).toBe(true);
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, what]) => `${check.id}/${what}`);
    expect(sections).toEqual(check.rules.map(({ id }) => id));
  },
);

test.each(RULES)(
  '$id says what it means, what is wrong, what is right and when to silence it',
  ({ rule, section }) => {
    expect([...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
    const [title] = rule.title;
    expect(section.split('\n\n')[1].replaceAll('\n', ' ')).toBe(
      `${title.toUpperCase()}${rule.title.slice(1)}.`,
    );
    for (const text of section.split(/^### .+$/m).slice(1)) expect(text.trim()).not.toBe('');
  },
);

test.each(RULES)(
  'the fragments of $id can be read, and the wrong one is not the right one',
  ({ section }) => {
    const fragments = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
    expect(fragments).toHaveLength(2);
    for (const [, language, text] of fragments) {
      expect(['yaml', 'toml', 'sh', 'text']).toContain(language);
      if (language === 'yaml') expect(parse(text)).toEqual(expect.anything());
      if (language === 'toml') expect(Object.keys(parseToml(text))).not.toEqual([]);
    }
    expect(fragments[0][2]).not.toBe(fragments[1][2]);
  },
);

test('docs/checks.md lists every rule with its title and a link to its section, by group', () => {
  const listed = [...INDEX.matchAll(/^(?:### \[(.+?)\]\((.+?)\)|- \[(.+?)\]\((.+?)\): (.+))$/gm)].map(
    (found) => found.slice(1).filter((part) => part !== undefined),
  );
  expect(listed).toEqual(
    CHECKS.flatMap(({ id, rules }) => [
      [id, `checks/${id}.md`],
      ...rules.map((rule) => [rule.id, `checks/${rule.id.replace('/', '.md#')}`, rule.title]),
    ]),
  );
});

test('titles of groups are sentences, those of rules a few words, and no id is there twice', () => {
  for (const { title } of CHECKS) expect(title).toMatch(/^[A-Z].*\.$/);
  for (const { rule } of RULES) expect(rule.title).toMatch(/[^.]$/);
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  for (const { id } of RULES) expect(id).toMatch(/^[a-z-]+\/[a-z-]+$/);
});
