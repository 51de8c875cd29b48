import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { printHowto } from '../../lib/cli/tokens/howto';
import { DescriptionError } from '../../lib/fleet/fault';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';
import { withFolder } from '../app/temporary-folder';
import { DEFAULT_FLEET } from '../fleets';

/** Each would run something, or split, were it pasted without quotes. */
const TAGS = [
  '$(touch pwned)',
  '`touch pwned`',
  "it's",
  '"a"',
  'a;b',
  '$HOME',
  'a&b|c>d',
  '*',
  '~',
  '!x',
  '\\',
].map((tag) => tag.replaceAll(' ', '${IFS}'));

const withTags = (tags: readonly string[], more: Partial<RunnerFleetProps> = {}): RunnerFleetProps => ({
  ...DEFAULT_FLEET,
  ...more,
  runners: [{ ...DEFAULT_FLEET.runners[0], tags }],
});

function howto(fleet: RunnerFleetProps, is: 'placeholder' | 'sealed' = 'placeholder'): string {
  const [resolved] = resolveFleets([fleet], new Map());
  return printHowto({ fleet: resolved, runner: resolved.runners[0], state: { is } });
}

/** The command that begins with some words, through its last line. */
function commandOf(page: string, begin: string): string {
  const lines = page.split('\n');
  const first = lines.findIndex((line) => line.trim().startsWith(begin));
  const last = lines.findIndex((line, index) => index >= first && !/[\\|]$/.test(line));
  return lines.slice(first, last + 1).join('\n');
}

/** Runs a command with programs that write down their arguments, one file of NUL-separated texts each. */
function argumentsOf(shell: string, command: string): Record<string, readonly string[]> {
  return withFolder((folder) => {
    mkdirSync(join(folder, 'bin'));
    const programs = ['glab', 'curl', 'npx', 'jq', 'aws', 'kubectl', 'kubeseal'];
    for (const name of programs) {
      const path = join(folder, 'bin', name);
      writeFileSync(path, `#!/bin/sh\ncat >/dev/null\nprintf '%s\\0' "$@" > '${folder}/${name}.args'\n`);
      chmodSync(path, 0o755);
    }
    const env = {
      PATH: [join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
      HOME: '/home',
      GROUP: '7',
      RUNNER: '9',
      GITLAB_TOKEN: 'x',
    };
    const run = spawnSync(shell, ['-c', command], { cwd: folder, env, encoding: 'utf8', input: '' });
    expect([run.status, run.stderr]).toEqual([0, '']);
    expect(spawnSync('ls', [folder], { encoding: 'utf8' }).stdout).not.toContain('pwned');
    const read = (name: string) => {
      try {
        return readFileSync(join(folder, `${name}.args`), 'utf8')
          .split('\0')
          .slice(0, -1);
      } catch {
        return [];
      }
    };
    return Object.fromEntries(programs.map((name) => [name, read(name)]));
  });
}

const SHELLS = [
  ['sh', 'glab api', 'glab'],
  ['bash', 'glab api', 'glab'],
  ['bash', 'curl', 'curl'],
] as const;

test.each(SHELLS)('pasted into %s, %s creates the runner with exactly its tags', (shell, begin, program) => {
  const command = commandOf(howto(withTags(TAGS)), begin);
  const args = argumentsOf(shell, command);
  const [tagList] = args[program].filter((word) => word.startsWith('tag_list='));
  expect(tagList.split(',')).toEqual(expect.arrayContaining(TAGS));
  expect(args[program]).toContain('group_id=7');
  expect(args[program].filter((word) => word.startsWith('description='))).toHaveLength(1);
  expect(args.npx).toEqual(['--no-install', 'runner-fleet', 'tokens', 'seal', 'production/amd64-spot']);
});

test.each(SHELLS)('pasted into %s, %s updates it with exactly its tags', (shell, begin, program) => {
  const [, update] = howto(withTags(TAGS), 'sealed').split('Where its tags, its longest job');
  const args = argumentsOf(shell, commandOf(update, begin));
  const [tagList] = args[program].filter((word) => word.startsWith('tag_list='));
  expect(tagList.split(',')).toEqual(expect.arrayContaining(TAGS));
  expect(args[program].some((word) => word.endsWith('runners/9'))).toBe(true);
});

test.each(['a\nb', 'a\u001b[2J', 'a\u202eb', 'a\u200bb', 'a\u0007', 'a b', 'a,b'])(
  'a tag that nobody sees as it is (%j) is refused',
  (tag) => {
    const resolve = () => resolveFleets([withTags([tag])], new Map());
    expect(resolve).toThrow(DescriptionError);
    expect(resolve).toThrow('tags are one word without characters that nobody sees');
  },
);

describe('what the description says of protected, locked and untagged jobs', () => {
  const [runner] = DEFAULT_FLEET.runners;
  const fieldsOf = (said: object, is: 'placeholder' | 'sealed') => {
    const page = howto({ ...DEFAULT_FLEET, runners: [{ ...runner, ...said }] }, is);
    const command = commandOf(
      is === 'sealed' ? page.split('Where its tags, its longest job')[1] : page,
      'glab api',
    );
    return argumentsOf('sh', command).glab.filter((word) =>
      /^(access_level|locked|run_untagged)=/.test(word),
    );
  };

  test('is what a runner is created with', () => {
    const usual = ['run_untagged=false', 'locked=true', 'access_level=not_protected'];
    expect(fieldsOf({}, 'placeholder')).toEqual(usual);
    expect(fieldsOf({ protected: true, locked: false, runUntagged: true }, 'placeholder')).toEqual([
      'run_untagged=true',
      'locked=false',
      'access_level=ref_protected',
    ]);
  });

  test('is all that an update sends of it: a protection that was set by hand stays', () => {
    expect(fieldsOf({}, 'sealed')).toEqual([]);
    expect(fieldsOf({ locked: true }, 'sealed')).toEqual(['locked=true']);
    expect(fieldsOf({ protected: true }, 'sealed')).toEqual(['access_level=ref_protected']);
    expect(fieldsOf({ protected: false }, 'sealed')).toEqual(['access_level=not_protected']);
  });
});
