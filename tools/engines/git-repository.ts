import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '../../lib/app/dist-folder';
import type { SourceFile } from '../../lib/cluster/manifest';

/** A repository on this machine's disk, with one branch. */
export class GitRepository {
  private readonly folder = mkdtempSync(join(tmpdir(), 'runner-fleet-repository-'));

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  /** Where it is cloned from. */
  get url(): string {
    return `file://${this.folder}`;
  }

  /** Makes files the whole content of the branch. @returns the commit, a new one even where nothing changed */
  commit(files: readonly SourceFile[]): string {
    for (const name of readdirSync(this.folder))
      if (name !== '.git') rmSync(join(this.folder, name), { recursive: true });
    writeFiles(this.folder, files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '--message=A revision');
    return this.git('rev-parse', 'HEAD').trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs git without the configuration of whoever runs the tests. */
  private git(...args: readonly string[]): string {
    const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    return execFileSync('git', [...who, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  }
}
