import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('the example of docs/helm.md is what the command writes', () => {
  const page = readFileSync('docs/helm.md', 'utf8');
  const [, file, values, description] =
    /These values, in `([\w.-]+)`:\n\n```yaml\n([\s\S]*?)```\n[\s\S]*?```ts\n([\s\S]*?)```\n/.exec(page) ??
    [];
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  writeFileSync(join(folder, file), values);
  const { status, stdout } = runHere(importCommand(), [file, '--output', '-'], folder);
  expect([status, stdout]).toEqual([0, description]);
});

test.each([
  ['an address of GitLab without a scheme', 'gitlabUrl: gitlab.example.com\n', 'gitlabUrl: '],
  ['a word for a number', 'replicas: two\n', 'replicas: the chart takes a number here'],
  ['a list for a table', 'serviceAccount: [ci]\n', 'serviceAccount: the chart takes a table here'],
])('%s is refused, and the exit code is 1', (_, line, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  const address = line.startsWith('gitlabUrl') ? '' : 'gitlabUrl: https://gitlab.example.com\n';
  writeFileSync(join(folder, 'values.yaml'), `${address}concurrent: 2\nrunners: { name: docker }\n${line}`);
  const { status, stdout } = runHere(importCommand(), ['values.yaml'], folder);
  expect(stdout).toMatch(/^Refused:\n/);
  expect([status, stdout]).toEqual([1, expect.stringContaining(says)]);
});

test('what changes for jobs is to be decided: new limits, the network, and settings that GitLab alone has', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  writeFileSync(
    join(folder, 'values.yaml'),
    'gitlabUrl: https://gitlab.example.com\nconcurrent: 2\nrunners: { tags: docker, locked: true }\n',
  );
  const { status, stdout } = runHere(importCommand(), ['values.yaml'], folder);
  const [, decisions] = /^To decide:\n([\s\S]*?)\n\n/m.exec(stdout) ?? [];
  expect(decisions).toMatch(
    /build\.resources\.limits\.memory -> build\.memory\.limit: none -> 4Gi: .* is killed/,
  );
  expect(decisions).toMatch(/helper\.resources\.limits\.memory -> helper\.memory\.limit: none -> 512Mi/);
  expect(decisions).toMatch(/svc-0\.resources\.limits\.memory -> service\.memory\.limit: none -> 2Gi/);
  expect(decisions).toMatch(/namespace\.egress -> network\.jobPorts, network\.jobEgress: anything/);
  expect(decisions).toMatch(
    /maximum_timeout, run_untagged, access_level -> .*maximum_timeout=7200 .*scope read_api: curl .*https:\/\/gitlab\.example\.com\/api\/v4\/runners\/<id>/,
  );
  expect(decisions).not.toContain('locked=');
  expect(stdout).toMatch(/gives jobs the same or better, with \d+ new limits/);
  expect(stdout).toContain('npx runner-fleet compare values.yaml dist');
  expect(status).toBe(0);
});
