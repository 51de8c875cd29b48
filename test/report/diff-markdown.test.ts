import colors from 'picocolors';
import { markerOf, printDiffMarkdown } from '../../lib/report/diff-markdown';
import { printDiffText } from '../../lib/report/diff-text';
import { diffOf } from '../diff/revisions';
import { edited, FLEET } from '../fixtures/files';

const CONFIG = 'amd64-spot/configmap.yaml';
const DEPLOYMENT = 'amd64-spot/deployment.yaml';

test('a tag that reads as Markdown notifies nobody, refers to nothing and hides nothing', () => {
  const tags = 'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot';
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(FLEET, [DEPLOYMENT, tags, `gitlab-runner-fleet/tags: '@all,#1,<!-- x,a|b,*c*,[d](e)'`]),
    ),
  ]);
  const [unfolded] = note.split('<details>');
  const [row] = unfolded.split('\n').filter((line) => line.includes('tags-to-set'));
  expect(row).toContain('@\u2060all');
  expect(row).toContain('\\#\u20601, \\<\\!-- x, a\\|b, \\*c\\*, \\[d\\](e)');
});

test('a name with ticks stays within its code', () => {
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(FLEET, [
        'nodepool-gitlab-jobs-amd64-spot.yaml',
        'name: gitlab-jobs-amd64-spot',
        'name: "a` @all"',
      ]),
    ),
  ]);
  expect(note).toContain('`NodePool/a @all`');
});

test.each([
  ['a bare address', 'https://evil.example/x', /https:\/\//],
  ['an address without a scheme', 'www.evil.example', /www\./],
  ['an address of mail', 'mailto:a@evil.example', /mailto:|@evil/],
  ['a milestone', '%1', /%1/],
  ['an emoji', ':red_circle:', /:red/],
  ['an issue of another project', 'group/project#1', /#1/],
  ['a merge request', '!1', /!1/],
  ['a label', '~bug', /~bug/],
  ['a snippet and mathematics', '$1', /\$1/],
  ['an inline difference', '{+x+}', /(?<!\\)\{\+/],
  ['an escape sequence', '\u001b[2Jx', /\p{Cc}\[2J/u],
  ['a mark of direction', '\u202ex', /\u202e/],
  ['a line that closes the merge request', 'x\n/close\n', /^\/close/m],
  ['HTML', '<img src=x>', /(?<!\\)<img/],
])('%s in a tag stays text', (_, tag, active) => {
  const tags = 'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot';
  const note = printDiffMarkdown([
    diffOf(FLEET, edited(FLEET, [DEPLOYMENT, tags, `gitlab-runner-fleet/tags: ${JSON.stringify(tag)}`])),
  ]);
  const [unfolded] = note.split('<details>');
  expect(unfolded).toContain('tags-to-set');
  expect(unfolded.replaceAll(/^.*:large_orange_diamond: notice/gm, '')).not.toMatch(active);
  expect(note.replaceAll('\u2060', '')).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
});

test('files that no rule judges stand before everything else, and nothing is called untouched', () => {
  const note = printDiffMarkdown(
    [diffOf(FLEET, FLEET)],
    [{ file: 'dist/a`b\n/close', is: 'added', where: 'below' }],
  );
  expect(note.indexOf('- added: `dist/a b\\n/close`')).toBeGreaterThan(0);
  expect(note.indexOf('- added:')).toBeLessThan(note.indexOf('no object changes'));
  expect(note).not.toContain('Nothing that runs is touched');
});

test('the folder of a project is named in the note and its marker, whatever its name holds', () => {
  const folder = 'clusters/a --> @all\u202e';
  const note = printDiffMarkdown([diffOf(FLEET, FLEET)], [], folder);
  const [marker, , heading] = note.split('\n');
  expect(marker).toBe('<!-- gitlab-runner-fleet diff of clusters/a --\\u{3e} @all\\u{202e} -->');
  expect(markerOf(note)).toBe(marker);
  expect(heading).toBe('### What this does to the runners of `clusters/a --> @all\\u{202e}`');
});

test('a runner whose name reads as Markdown or HTML stays text in the sentence, and in the row of its price', () => {
  const name = '@all</details>**x** [a](https://evil.example) `b` |c';
  const note = printDiffMarkdown([
    diffOf(FLEET, edited(FLEET, [CONFIG, 'name = "acme-amd64-spot"', `name = ${JSON.stringify(name)}`])),
  ]);
  const [unfolded] = note.split('<details>');
  const sentence = unfolded.split('\n').find((line) => line.startsWith('**acme: runner'));
  expect(sentence).toContain(
    'renamed to @\u2060all\\</details>\\*\\*x\\*\\* \\[a\\](https:\u2060//evil.example) \\`b\\` \\|c; ',
  );
  expect(unfolded).toContain('| @\u2060all\\</details>');
  expect(unfolded).not.toMatch(/@all|https:\/\/|(?<!\\)<\/details>|^\/close/m);
});

test('a name of any length leaves the sentence short and the rows after it there', () => {
  const name = 'x'.repeat(5_000);
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(
        FLEET,
        [CONFIG, 'name = "acme-amd64-spot"', `name = "${name}"`],
        ['amd64-spot/role.yaml', '      - delete\n', ''],
      ),
    ),
  ]);
  const sentence = note.split('\n').find((line) => line.startsWith('**acme: '));
  expect(sentence?.length).toBeLessThan(1_000);
  expect(note.split('<details>')[0]).toContain(':red_circle: disruptive');
});

test('what is disruptive or asks somebody to act stays open; what the sentence says already is folded', () => {
  const tags = 'gitlab-runner-fleet/tags: amd64,x86,x86-64,x86_64,spot';
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(
        FLEET,
        ['amd64-spot/role.yaml', '      - delete\n', ''],
        [DEPLOYMENT, tags, `${tags},web`],
        ['nodepool-gitlab-jobs-amd64-spot.yaml', 'cpu: "104"', 'cpu: "10"'],
      ),
    ),
  ]);
  const [unfolded, ...folded] = note.split('<details>');
  expect(unfolded).toMatch(/:red_circle: disruptive.*\(rights-removed\) \|\n.*\(tags-to-set\)/);
  expect(unfolded).not.toContain('(limits-change)');
  expect(folded.join('')).toContain('(limits-change)');
  expect(unfolded).toContain(
    '20 jobs at once (concurrency), of which 7 fit the limits of gitlab-jobs-amd64-spot.',
  );
});

test('objects that change alike have their fields once, below all of their names', () => {
  const note = printDiffMarkdown([
    diffOf(
      FLEET,
      edited(
        FLEET,
        ['nodepool-gitlab-jobs-amd64-spot.yaml', '168h', '24h'],
        ['nodepool-gitlab-jobs-arm64-spot.yaml', '168h', '24h'],
      ),
    ),
  ]);
  expect(note).toContain(
    '~ NodePool/gitlab-jobs-amd64-spot\n~ NodePool/gitlab-jobs-arm64-spot\n    spec.template.spec.expireAfter: 168h -> 24h\n',
  );
});

const LONG = `${'x'.repeat(30_000)}the-end`;

/** More variables than a row has room for. */
const MANY = Array.from(
  { length: 400 },
  (_, index) => `            - { name: LONG_${index}, value: "${'x'.repeat(200)}" }\n`,
).join('');

test('a long value does not push the next field out of its row', () => {
  const env = `          env:\n            - { name: A, value: "${LONG}" }\n            - { name: B, value: "http://example.org" }\n`;
  const note = printDiffMarkdown([diffOf(FLEET, edited(FLEET, [DEPLOYMENT, '          env:\n', env]))]);
  expect(note).toMatch(/env\\\[A\\\] is .* characters more\).*env\\\[B\\\] is .*example\.org/);
});

/** Five fields with long values before one that matters. */
const FIVE_LONG = `${[1, 2, 3, 4, 5].map((index) => `            - { name: A_DOC_${index}, value: "${'d'.repeat(800)}" }\n`).join('')}            - { name: HTTPS_PROXY, value: "http://evil.example" }\n`;

test('five long values do not push the next field out of its row', () => {
  const env = `          env:\n${FIVE_LONG}`;
  const note = printDiffMarkdown([diffOf(FLEET, edited(FLEET, [DEPLOYMENT, '          env:\n', env]))]);
  const row = note.split('\n').find((line) => line.includes('(unjudged)'));
  expect(row).toMatch(/A\\_DOC\\_1.*A\\_DOC\\_5.*HTTPS\\_PROXY.*evil/);
});

test('values that look like many fields do not push the next field out of its row', () => {
  const many = Array.from(
    { length: 30 },
    (_, index) => `            - { name: D${index}, value: "${'a; '.repeat(200)}" }\n`,
  );
  const env = `          env:\n${many.join('')}            - { name: HTTPS_PROXY, value: "http://evil.example" }\n`;
  const note = printDiffMarkdown([diffOf(FLEET, edited(FLEET, [DEPLOYMENT, '          env:\n', env]))]);
  expect(note.split('\n').find((line) => line.includes('(unjudged)'))).toMatch(/HTTPS\\_PROXY/);
});

test('a row names each of more fields than a sentence lists, and the changed fields of a large object stay', () => {
  const labels = Array.from(
    { length: 60 },
    (_, index) => `            - { name: D${index}, value: "${'d'.repeat(100)}" }\n`,
  );
  const env = `          env:\n${labels.join('')}            - { name: HTTPS_PROXY, value: "http://evil.example" }\n`;
  const note = printDiffMarkdown([diffOf(FLEET, edited(FLEET, [DEPLOYMENT, '          env:\n', env]))]);
  expect(note.split('\n').find((line) => line.includes('(unjudged)'))).toMatch(
    /env\\\[D0\\\].*HTTPS\\_PROXY/,
  );
});

test('a large object shows the fields that have room', () => {
  const note = printDiffMarkdown([
    diffOf(FLEET, edited(FLEET, [DEPLOYMENT, '          env:\n', `          env:\n${MANY}`])),
  ]);
  expect(note).toMatch(
    /~ Deployment\/gitlab-runners\/runner-amd64-spot\n {4}spec.*LONG_0[\s\S]*\.\.\. and \d+ more fields/,
  );
  expect(note.length).toBeLessThan(65_536);
});

test('an object whose row has no room is named all the same', () => {
  const runners = ['amd64-on-demand', 'amd64-spot', 'arm64-on-demand', 'arm64-spot'];
  const changes = runners.map(
    (runner) =>
      [
        `${runner}/deployment.yaml`,
        '          env:\n',
        `          env:\n${MANY.replaceAll('LONG', runner)}`,
      ] as const,
  );
  const note = printDiffMarkdown([diffOf(FLEET, edited(FLEET, ...changes))]);
  expect(note).toMatch(
    /\d more do not fit here; .* diff` prints them all:\*\* `Deployment\/gitlab-runners\/runner-\S+` \(unjudged\)/,
  );
  expect(note.length).toBeLessThan(65_536);
});

test('a row of weakened security names more than a few of its objects', () => {
  const odd = Array.from({ length: 12 }, (_, index) => ({
    path: `acme/odd-${index}.yaml`,
    text: `apiVersion: example.com/v1\nkind: Odd\nmetadata: { name: odd-${index} }\nspec: {}\n`,
  }));
  expect(printDiffMarkdown([diffOf(FLEET, [...FLEET, ...odd])])).toMatch(/Odd\/odd-0`.*Odd\/odd-11`/);
});

test('an impact that is too long for a note is cut, and hides none of the others', () => {
  const diff = diffOf(
    FLEET,
    edited(
      FLEET,
      [DEPLOYMENT, '          env:\n', `          env:\n${MANY}`],
      ['namespace-gitlab-jobs.yaml', 'enforce: baseline', 'enforce: privileged'],
    ),
  );
  const note = printDiffMarkdown([diff]);
  expect(note).toMatch(/LONG.*characters more, which npx runner-fleet diff prints\)/);
  expect(note).toContain('(admission-change)');
  expect(note).not.toContain('do not fit here');
  expect(note.length).toBeLessThan(65_536);
});

test('an object that is too large for a note does not push out the others', () => {
  const large = {
    path: 'acme/large.yaml',
    text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: {${Array.from({ length: 900 }, (_, index) => `k${index}: "${'y'.repeat(100)}"`).join(', ')}}\n`,
  };
  const small = {
    path: 'acme/small.yaml',
    text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: small }\ndata: { a: b }\n',
  };
  const note = printDiffMarkdown([diffOf(FLEET, [...FLEET, large, small])]);
  expect(note).toContain('+ ConfigMap/small\n    data.a: b');
  expect(note).toMatch(/ {4}data\.k0: y+\.\.\.[\s\S]* {4}\.\.\. and \d+ more fields\n/);
});

test('the text prints the whole of a value that the note cuts', () => {
  const added = {
    path: 'acme/more.yaml',
    text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { b: "${LONG}" }\n`,
  };
  const diff = diffOf(FLEET, [...FLEET, added]);
  expect(printDiffMarkdown([diff])).not.toContain('the-end');
  expect(printDiffText([diff], colors.createColors(false))).toContain('the-end');
  const changed = diffOf(
    [...FLEET, added],
    edited([...FLEET, added], ['more.yaml', 'the-end', `${'z'.repeat(500)}another-end`]),
  );
  expect(printDiffText([changed], colors.createColors(false))).toContain('another-end');
});
