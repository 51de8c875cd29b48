import { fittingNote } from '../../lib/report/note-size';

const HEAD = '<!-- gitlab-runner-fleet diff -->\n\n### What this does to the runners\n\n';
const WHERE = 'the artifact of [this job](https://gitlab.example.com/jobs/7)';
const rows = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => `| :white_circle: info | runner-${index} | ${'x'.repeat(400)} |`,
  );

test('a note that fits stays as it is', () => {
  const note = `${HEAD}No object changes.\n`;
  expect(fittingNote(note, note.length, WHERE)).toBe(note);
});

test.each([65_536, 1_000_000])(
  '150 changed runners and more fit %i characters, and say where the rest is',
  (most) => {
    const note = `${HEAD}${rows(4000).join('\n')}\n`;
    const cut = fittingNote(note, most, WHERE);
    expect(cut.length).toBeLessThanOrEqual(most);
    expect(cut.length).toBeGreaterThan(most * 0.9);
    expect(cut.startsWith(`${HEAD}**This note is cut: `)).toBe(true);
    expect(cut).toContain(`of 4005 lines, as the server takes no longer ones. The whole of it: ${WHERE}.**`);
    const [first] = rows(1);
    expect(cut).toContain(first);
  },
);

test('what is open where it is cut is closed, so that nothing after it is swallowed', () => {
  const field = Array.from({ length: 3000 }, () => '+ </details> is a value');
  const note = `${HEAD}<details><summary>every changed field</summary>\n\n\`\`\`\`diff\n${field.join('\n')}\n\`\`\`\`\n\n</details>\n`;
  const cut = fittingNote(note, 20_000, WHERE);
  expect(cut.length).toBeLessThanOrEqual(20_000);
  expect(cut).toMatch(/is a value\n````\n\n<\/details>\n$/);
});

test('one line that is too long is left out whole', () => {
  const cut = fittingNote(`${HEAD}${'x'.repeat(100_000)}\n`, 65_536, WHERE);
  expect(cut.length).toBeLessThan(1000);
  expect(cut).toContain('This note is cut: 4 of 6 lines');
});
