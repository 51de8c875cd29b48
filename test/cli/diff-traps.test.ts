import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import { withFolder } from '../app/temporary-folder';
import { edited, RENDERED, writeFixture } from '../fixtures/files';
import { sealingKeys } from '../sealed-secrets/certificate';
import { git } from './git';
import { runHere } from './in-process';

/** Enough of the fleet to compare something. */
const SOME = RENDERED.filter(({ path }) => /karpenter|amd64-spot/.test(path));

/** A repository with a project in a folder of it; a branch is checked out. */
function withProject(run: (top: string, project: string) => void): void {
  withFolder((top) => {
    git(top, 'init', '--quiet', '--initial-branch=main');
    const project = join(top, 'infra');
    writeFixture(join(project, 'dist'), SOME);
    git(top, 'add', '--all');
    git(top, 'commit', '--quiet', '--message', 'a revision');
    git(top, 'checkout', '--quiet', '-b', 'change');
    run(top, project);
  });
}

const diff = (folder: string, ...args: readonly string[]) =>
  runHere(diffCommand(), [...args, '--fail-on', 'security'], folder);

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe('files that make Git take the folder of the project for a repository', () => {
  const plant = (top: string, project: string) => {
    const commit = git(top, 'rev-parse', 'HEAD').trim();
    write(join(project, 'HEAD'), 'ref: refs/heads/x\n');
    write(join(project, 'refs/heads/x'), `${commit}\n`);
    write(join(project, 'objects/info/alternates'), '../../../.git/objects\n');
    write(
      join(project, 'config'),
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ..\n\tfsmonitor = "touch ${join(top, 'ran')}; false"\n`,
    );
  };

  test('are refused, and no program of theirs runs', () => {
    withProject((top, project) => {
      plant(top, project);
      const { status, stderr } = diff(project);
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining('make Git take it for a repository of its own'),
      ]);
      expect(existsSync(join(top, 'ran'))).toBe(false);
    });
  });

  test('do no harm from the top of the repository', () => {
    withProject((top, project) => {
      plant(top, project);
      const { status, stderr } = diff(top, '--folder', 'infra/dist');
      expect([status, stderr]).toEqual([0, '']);
      expect(existsSync(join(top, 'ran'))).toBe(false);
    });
  });

  test('are not there in a worktree of the repository', () => {
    withProject((top) => {
      const other = join(top, 'other');
      git(top, 'worktree', 'add', '--quiet', '--detach', other, 'change');
      expect(diff(join(other, 'infra')).status).toBe(0);
    });
  });
});

describe('the certificate that tokens are sealed with', () => {
  const FILE = 'sealed/acme/cert.pem';
  const [one, other] = [sealingKeys(2048), sealingKeys(2048)];

  const withCertificate = (run: (top: string, project: string) => void) =>
    withProject((top, project) => {
      write(join(project, FILE), one.pem);
      git(top, 'add', '--all');
      git(top, 'commit', '--quiet', '--message', 'a certificate');
      git(top, 'branch', '--force', 'main');
      run(top, project);
    });

  test('weighs security with another key, in the working tree and in a commit', () => {
    withCertificate((top, project) => {
      write(join(project, FILE), other.pem);
      const said = /SECURITY[\s\S]*sealed\/acme\/cert\.pem[\s\S]*sealed with another key from now on/i;
      const { status, stdout } = diff(project);
      expect([status, stdout]).toEqual([3, expect.stringMatching(said)]);
      git(top, 'add', '--all');
      git(top, 'commit', '--quiet', '--message', 'another key');
      expect(diff(project, 'main', 'change').stdout).toMatch(said);
    });
  });

  test.each<[what: string, link: string, to: string, moved: string]>([
    ['itself', FILE, '../../certs/cert.pem', 'certs/cert.pem'],
    ['the folder of its fleet', 'sealed/acme', '../certs', 'certs/cert.pem'],
    ['the folder of all', 'sealed', 'certs', 'certs/acme/cert.pem'],
  ])('weighs security where %s becomes a link', (_, link, to, moved) => {
    withCertificate((top, project) => {
      write(join(project, moved), one.pem);
      rmSync(join(project, link), { recursive: true });
      symlinkSync(to, join(project, link));
      const said = /SECURITY[\s\S]*sealing-key\] sealed[\s\S]*It is a link now/i;
      expect(diff(project)).toMatchObject({ status: 3, stdout: expect.stringMatching(said) });
      git(top, 'add', '--all');
      git(top, 'commit', '--quiet', '--message', 'a link');
      expect(diff(project, 'main', 'change')).toMatchObject({
        status: 3,
        stdout: expect.stringMatching(said),
      });
    });
  });

  test('is not named where it is renewed with the same key', () => {
    withCertificate((_, project) => {
      write(join(project, FILE), `\n${one.pem}`);
      const { status, stdout } = diff(project);
      expect([status, stdout]).toEqual([0, expect.not.stringContaining('cert.pem')]);
    });
  });

  test('is a notice for a new fleet, and weighs security for one whose tokens were sealed without it', () => {
    withProject((top, project) => {
      write(join(project, FILE), one.pem);
      expect(diff(project)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/notice \[sealing-key\] sealed\/acme\/cert\.pem/),
      });
      write(join(project, 'sealed/acme/amd64-spot.yaml'), 'name: x\n');
      git(top, 'add', 'infra/sealed/acme/amd64-spot.yaml');
      git(top, 'commit', '--quiet', '--message', 'a token');
      git(top, 'branch', '--force', 'main');
      expect(diff(project).status).toBe(3);
    });
  });
});

describe('a tag with the name of a branch', () => {
  const withTag = (run: (project: string) => void) =>
    withProject((top, project) => {
      writeFixture(
        join(project, 'dist'),
        edited(SOME, ['nodepool-gitlab-jobs-amd64-spot.yaml', 'cpu: "104"', 'cpu: "10"']),
      );
      git(top, 'add', '--all');
      git(top, 'commit', '--quiet', '--message', 'a change');
      git(top, 'tag', 'main', 'change');
      run(project);
    });

  test('is refused where it looks like the beginning of a commit', () => {
    withTag((project) => {
      const short = git(project, 'rev-parse', '--short=7', 'main~0').trim();
      git(project, 'tag', short, 'change');
      expect(diff(project, short)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/may be meant as the beginning of a commit/),
      });
    });
  });

  test('and refs that replace a commit are passed over', () => {
    withTag((project) => {
      git(project, 'replace', 'refs/heads/main', 'change');
      expect(diff(project).stdout).toContain('limits-change');
    });
  });

  test('is never taken for the main branch', () => {
    withTag((project) => {
      expect(diff(project).stdout).toContain('limits-change');
      expect(diff(project, 'refs/heads/main', 'change').stdout).toBe(diff(project).stdout);
    });
  });

  test('is refused as a base, with the names of both', () => {
    withTag((project) => {
      const { status, stderr } = diff(project, 'main', 'change');
      expect([status, stderr]).toEqual([
        2,
        expect.stringMatching(/^main is a tag and a branch: refs\/tags\/main, refs\/heads\/main\. Name/),
      ]);
    });
  });
});
