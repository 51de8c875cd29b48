import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFiles } from '../../lib/app/dist-folder';
import { proofPage, README } from '../../tools/scripts/readme-proof';
import { withFolder } from '../app/temporary-folder';
import { DEFAULT_FLEET, render } from '../fleets';

test('the picture in the README is that of the default fleet', () => {
  withFolder((folder) => {
    writeFiles(folder, render(DEFAULT_FLEET));
    const check = ['build/test/lib/cli/main.js', 'check', folder, '--format', 'mermaid'];
    const { stdout } = spawnSync(process.execPath, check, { encoding: 'utf8' });
    expect(stdout).toMatch(/^flowchart LR\n/);
    expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`mermaid\n${stdout}\`\`\``);
  });
});

test('the table and the error in the README are what the proof says of dist/ (npm run docs writes them anew)', () => {
  const page = readFileSync(README, 'utf8');
  expect(page).toMatch(/<!-- proof -->\n```\nrunner +jobs [\s\S]*<!-- error -->\n```\nerror \[/);
  expect(proofPage(page)).toBe(page);
});

test('the README says how many files dist/ has, with one object each', () => {
  const texts = render(DEFAULT_FLEET).map(({ text }) => text);
  expect(readFileSync(README, 'utf8')).toContain(`read \`dist/\`: ${texts.length} files,\none object each`);
  expect(texts.filter((text) => (text.match(/^kind: /gm) ?? []).length !== 1)).toEqual([]);
});
