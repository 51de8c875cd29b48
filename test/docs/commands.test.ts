import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { COMMANDS, commandsPage, README, readCommands } from '../../tools/scripts/commands';

const script = readFileSync(COMMANDS, 'utf8');

test('the README prints the two commands that .ci/run runs (npm run docs writes them anew)', () => {
  const page = readFileSync(README, 'utf8');
  expect(readCommands(script)).toEqual(['npm ci && npm run synth', 'npm ci && npm test']);
  for (const command of readCommands(script)) expect(page.split('\n')).toContain(command);
  expect(page).toBe(commandsPage(page, script));
});

test('a page whose commands are stale gets those of the script, and nothing else changes', () => {
  const page = 'before\n<!-- commands -->\nstale\n<!-- /commands -->\nafter\n';
  expect(commandsPage(page, "ONES=(\n  'npm ci'\n)\n")).toBe(
    'before\n<!-- commands -->\n```sh\nnpm ci\n```\n<!-- /commands -->\nafter\n',
  );
});

describe('.ci/run', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runner-fleet-ci-'));
    cpSync('.ci', join(folder, '.ci'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the script with an npm and a git that only write down their arguments; `failing` fails. */
  function run(failing = 'nothing') {
    for (const program of ['npm', 'git']) {
      const path = join(folder, 'bin', program);
      writeFileSync(
        path,
        `#!/bin/sh\necho "${program} $*" >> '${folder}/calls'\n[ "${program} $*" != '${failing}' ]\n`,
      );
      chmodSync(path, 0o755);
    }
    const { status } = spawnSync(join(folder, '.ci', 'run'), {
      env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` },
    });
    return { status, calls: readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n') };
  }

  test("runs the README's commands first, then style, and what is rendered and committed", () => {
    const { status, calls } = run();
    expect(status).toBe(0);
    expect(calls.slice(0, 7)).toEqual([
      'npm ci',
      'npm run synth',
      'npm ci',
      'npm test',
      'npm run test:installed',
      'npm run test:install',
      'npm run lint',
    ]);
    expect(calls).toEqual(
      expect.arrayContaining([
        'npm run examples',
        'npm run docs',
        'npm run changelog',
        'npm run test:browser',
        'npm run test:cluster',
      ]),
    );
  });

  test.each(['npm ci', 'npm run synth', 'npm test', 'npm run lint'])('stops where %s fails', (failing) => {
    const { status, calls } = run(failing);
    expect(status).not.toBe(0);
    expect(calls.at(-1)).toBe(failing);
  });

  test('fails where something rendered is stale', () => {
    const { status } = run('git diff HEAD --exit-code -- dist docs examples README.md CHANGELOG.md');
    expect(status).not.toBe(0);
  });
});
