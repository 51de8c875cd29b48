import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importCommand } from '../../lib/cli/import/command';
import { runHere } from '../cli/in-process';

test('says what it can not write, and follows no link to nowhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  writeFileSync(join(folder, 'values.yaml'), 'gitlabUrl: https://gitlab.example.com\nconcurrent: 2\n');
  mkdirSync(join(folder, 'out'));
  symlinkSync(join(folder, 'nowhere.ts'), join(folder, 'link.ts'));
  for (const args of [
    ['-o', 'out', '--replace'],
    ['-o', 'link.ts'],
  ]) {
    const { status, stderr } = runHere(importCommand(), ['values.yaml', ...args], folder);
    expect(status).toBe(2);
    expect(stderr).toContain("can't be written");
  }
});
