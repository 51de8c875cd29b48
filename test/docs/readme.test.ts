import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFiles } from '../../lib/app/dist-folder';
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
