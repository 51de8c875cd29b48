import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCommand, FORMATS } from '../../lib/cli/check';
import { HEADER } from '../../lib/cluster/rendered-folder';
import { withFolder } from '../app/temporary-folder';
import { edited, FLEET, RENDERED, withOtherTokens, writeFixture } from '../fixtures/files';
import { type ProgramRun, runHere } from './in-process';

function check(...args: string[]): ProgramRun {
  return runHere(checkCommand(), args);
}

/** Runs with a folder that holds the fixture fleet. */
function withFleet(run: (folder: string, path: (file: string) => string) => void): void {
  withFolder((folder) => {
    writeFixture(folder, FLEET);
    run(folder, (file) => join(folder, 'acme', file));
  });
}

/** The same with files that were rendered. */
function withRendered(run: (folder: string, path: (file: string) => string) => void): void {
  withFolder((folder) => {
    writeFixture(folder, RENDERED);
    run(folder, (file) => join(folder, 'acme', file));
  });
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

test('a fleet that works is a table and an exit code of 0, without colours where nobody looks', () => {
  withFleet((folder) => {
    const { status, stdout, stderr } = check(folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /acme-amd64-spot +20 +gitlab-jobs-amd64-spot \(79\) +c6a.large +0.00127 +gitlab-managers +ok/,
    );
    expect(stdout).toContain('acme-arm64-spot: arm64 aarch64 graviton spot');
    expect(stdout).toMatch(/^4 runners, 0 errors, 0 warnings, 0 notes$/m);
    expect(stdout).not.toContain('\u001b');
  });
});

test('managers of one runner that differ in nothing are one row, with their number', () => {
  const { stdout } = check('examples/thousand-jobs/dist');
  expect(stdout.match(/^production-arm64-spot .*/gm)).toEqual([
    expect.stringMatching(/^production-arm64-spot +5 x 200 +gitlab-jobs-arm64-spot/),
  ]);
  expect(stdout.match(/^ {2}production-arm64-spot: .*/gm)).toHaveLength(1);
});

test('an error names rule, object, field, line, value, reason, fix and page, and exits with 1', () => {
  withFleet((folder, path) => {
    change(path('karpenter/nodepool-gitlab-jobs-arm64-spot.yaml'), 'cpu: "104"', 'cpu: "10"');
    const { status, stdout } = check(folder);
    expect(status).toBe(1);
    expect(stdout).toContain(
      'error [limits-suffice/requests] NodePool/gitlab-jobs-arm64-spot  spec.limits.cpu',
    );
    expect(stdout).toMatch(
      /at: {4}.*nodepool-gitlab-jobs-arm64-spot.yaml:23\n {2}found: 10\n {2}why: {3}cpu binds first/,
    );
    expect(stdout).toMatch(
      /fix: {3}raise the limit.*\n {2}see: {3}docs\/checks\/limits-suffice\.md#requests/,
    );
  });
});

test('a finding within config.toml has the line of its key', () => {
  withFleet((folder, path) => {
    const file = path('runners/arm64-spot/configmap.yaml');
    change(file, 'poll_timeout = 600', 'poll_timeot = 600');
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('poll_timeot')) + 1;
    expect(check(folder).stdout).toContain(`${file}:${line}`);
  });
});

test('JSON is for programs', () => {
  withFleet((folder, path) => {
    change(
      path('runners/arm64-spot/configmap.yaml'),
      'pull_policy = "always"',
      'pull_policy = "if-not-present"',
    );
    const { status, stdout } = check(folder, '--format', 'json');
    const [{ counts, runners, findings }] = JSON.parse(stdout).clusters;
    expect(status).toBe(0);
    expect(counts).toEqual({ error: 0, warning: 1, note: 0 });
    expect(runners).toHaveLength(4);
    expect(findings).toEqual([
      expect.objectContaining({
        rule: 'config/shared-images',
        severity: 'warning',
        kind: 'ConfigMap',
        found: 'if-not-present',
      }),
    ]);
  });
});

test('Code Quality has what GitLab needs, and fingerprints that survive a move', () => {
  withFleet((folder, path) => {
    const file = path('runners/arm64-spot/configmap.yaml');
    change(file, 'pull_policy = "always"', 'pull_policy = "if-not-present"');
    const [issue] = JSON.parse(check(folder, '--format', 'codequality').stdout);
    expect(issue).toMatchObject({
      check_name: 'config/shared-images',
      severity: 'minor',
      location: { path: file, lines: { begin: expect.any(Number) } },
    });
    change(file, 'apiVersion: v1', '# One line more.\napiVersion: v1');
    const [moved] = JSON.parse(check(folder, '--format', 'codequality').stdout);
    expect(moved.fingerprint).toBe(issue.fingerprint);
    expect(moved.location.lines.begin).toBe(issue.location.lines.begin + 1);
  });
});

test('--strict makes a placeholder an error', () => {
  withFolder((folder) => {
    writeFixture(
      folder,
      edited(FLEET, ['amd64-spot/sealedsecret.yaml', /(token-\w+): .*/, '$1: not sealed yet']),
    );
    expect(check(folder).status).toBe(0);
    expect(check(folder, '--strict').status).toBe(1);
  });
});

test('daemonsets are an option', () => {
  withFleet((folder) => {
    const { status, stdout } = check(folder, '--daemonset-memory', '30Gi');
    expect(status).toBe(1);
    expect(stdout).toContain('[fits/manager]');
  });
});

test('two clusters below one folder are judged apart', () => {
  withFleet((folder) => {
    const staging = FLEET.map(({ path, text }) => ({
      path: path.replace('acme/', 'staging/'),
      text: text.replaceAll('acme', 'staging'),
    }));
    writeFixture(folder, withOtherTokens(staging));
    const { status, stdout } = check(folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/== acme ==[\s\S]*== staging ==/);
  });
});

test.each([
  [
    'a folder that does not exist',
    (folder: string) => join(folder, 'nothing'),
    /nothing: there is no such folder/,
  ],
  ['an empty folder', (folder: string) => folder, /holds no .yaml, .yml or .json file/],
])('%s is unusable input: a sentence and 2', (_, target, message) => {
  withFolder((folder) => {
    const { status, stderr } = check(target(folder));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

test('YAML that does not parse, and objects that are there twice, are reported by file and line', () => {
  withFleet((folder, path) => {
    mkdirSync(join(folder, 'more'));
    writeFileSync(join(folder, 'more', 'bad.yaml'), 'a: b\nc: [\n');
    writeFileSync(
      join(folder, 'more', 'twice.yaml'),
      readFileSync(path('runners/namespace-gitlab-jobs.yaml')),
    );
    const { status, stderr } = check(folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/more\/bad\.yaml:\d+: not valid YAML/);
    expect(stderr).toMatch(/Namespace\/gitlab-jobs: it is in .* too/);
  });
});

test.each([
  [['check', '--format', 'pdf'], /Allowed choices are text, json, codequality, mermaid\.$/m],
  [['check', '--daemonset-cpu', 'much'], /Not a valid Kubernetes quantity/],
  [['chek'], /unknown command 'chek'/],
])('%j is refused with 2 and what is allowed', (args, message) => {
  const program = [process.execPath, 'build/test/lib/cli/main.js'] as const;
  const { status, stderr } = spawnSync(program[0], [program[1], ...args], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test.each(FORMATS.slice(1))('the format %s is in README.md and in docs/checks.md', (format) => {
  expect(readFileSync('README.md', 'utf8')).toMatch(new RegExp(`\`(--format )?${format}\``));
  expect(readFileSync('docs/checks.md', 'utf8')).toContain(`\`--format ${format}\``);
});

test('help says what it does and what its exit codes mean', () => {
  const { status, stdout } = check('--help');
  expect(status).toBe(0);
  expect(stdout).toContain(
    'Exit code: 0 clean or warnings, 1 errors or over budget, 2 unusable input, 70 a bug of this program.',
  );
});

test('a rule that fails is a bug of ours: 70, with the group, the object, a stack and no token', () => {
  withFleet((folder) => {
    const broken = join(folder, 'broken.js');
    const token = `glrt-${'x'.repeat(20)}`;
    writeFileSync(
      broken,
      `const { probes } = require(${JSON.stringify(join(process.cwd(), 'build/test/lib/checks/probes.js'))});
probes.run = ({ runners }) => runners.map(({ name }) => { if (name.endsWith('arm64-spot')) throw new TypeError('no ${token}'); });`,
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['-r', broken, 'build/test/lib/cli/main.js', 'check', join(folder, 'acme')],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([70, '']);
    expect(stderr).toMatch(
      /^This is a bug of gitlab-runner-fleet, not of your manifests: check probes failed on /,
    );
    expect(stderr).toMatch(
      /failed on ConfigMap\/gitlab-runners\/runner-arm64-spot[\w-]* \(.*configmap.yaml\)/,
    );
    expect(stderr).toMatch(/Please report it[\s\S]*\n +at .*broken.js/);
    expect(stderr).not.toContain(token);
  });
});

describe('what other people wrote', () => {
  const folderWith = (run: (folder: string, write: (file: string, text: string) => void) => void) =>
    withFleet((folder) => run(folder, (file, text) => writeFileSync(join(folder, file), text)));

  test('may hold a kustomization.yaml, which is not an object', () => {
    folderWith((folder, write) => {
      write(
        'kustomization.yaml',
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [acme]\n',
      );
      expect(check(folder).status).toBe(0);
    });
  });

  test('may expand to millions of values, or to itself, and is refused at once', () => {
    const levels = Array.from(
      { length: 8 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]`,
    );
    for (const text of [
      `a0: &a0 [${Array(10).fill('x').join(', ')}]\n${levels.join('\n')}\n`,
      'a: &x {self: *x}\n',
    ]) {
      folderWith((folder, write) => {
        write('bomb.yaml', text);
        expect(check(folder)).toMatchObject({
          status: 2,
          stderr: expect.stringMatching(/aliases expand/),
        });
      });
    }
  });

  test('may link to files, and a link to a folder is refused instead of passed over', () => {
    folderWith((folder) => {
      const pool = join(folder, 'acme/karpenter/nodepool-gitlab-managers.yaml');
      renameSync(pool, join(folder, 'moved.yaml'));
      symlinkSync('../../moved.yaml', pool);
      expect(check(join(folder, 'acme')).status).toBe(0);
      symlinkSync('.', join(folder, 'again'));
      expect(check(folder)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('is a link to a folder'),
      });
    });
  });

  test('may hold nothing to prove, which is no pass', () => {
    withFolder((folder) => {
      writeFileSync(join(folder, 'a.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n');
      expect(check(folder)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('nothing to prove'),
      });
    });
  });

  test.each([
    ['EC2NodeClass', 'karpenter/ec2nodeclass-gitlab-jobs.yaml', 'volumeSize: 100Gi', 'volumeSize: 100 GiB'],
    [
      'EC2NodeClass',
      'karpenter/ec2nodeclass-gitlab-jobs.yaml',
      /amiSelectorTerms:\n.*\n/,
      'amiSelectorTerms: 5\n',
    ],
    ['NodePool', 'karpenter/nodepool-gitlab-managers.yaml', 'operator: In', 'operator: 5'],
    ['config.toml', 'runners/arm64-spot/configmap.yaml', 'concurrent = 20', 'concurrent = 1.5'],
    [
      'config.toml',
      'runners/arm64-spot/configmap.yaml',
      /\[runners.kubernetes.pod_annotations\]\n.*\n/,
      '[runners.x]\n',
    ],
    [
      'config.toml',
      'runners/arm64-spot/configmap.yaml',
      '[runners.kubernetes.pod_annotations]',
      '[runners.kubernetes.autoscaler]\n        policy = "always"\n\n        [runners.kubernetes.pod_annotations]',
    ],
    [
      'config.toml',
      'runners/arm64-spot/configmap.yaml',
      'pull_policy = "always"',
      'pod_spec = [{ patch = 5 }]\n      pull_policy = 5',
    ],
    ['ConfigMap', 'runners/arm64-spot/configmap.yaml', 'kind: ConfigMap', 'kind: constructor'],
  ])('may have a %s with a field of another shape, without a stack of calls', (_, file, from, to) => {
    withFleet((folder, path) => {
      const text = readFileSync(path(file), 'utf8');
      if (typeof from === 'string') expect(text).toContain(from);
      else expect(text).toMatch(from);
      writeFileSync(path(file), text.replace(from, to));
      const { status, stderr } = check(folder);
      expect(status).toBeLessThanOrEqual(1);
      expect(stderr).not.toMatch(/\n +at /);
    });
  });

  test('may hold a token anywhere, and no line of the report repeats it', () => {
    const token = `glrt-${'x'.repeat(20)}`;
    withFleet((folder, path) => {
      change(path('runners/arm64-spot/configmap.yaml'), 'cpu_request = "1"', `cpu_request = "${token}"`);
      change(
        path('runners/arm64-spot/configmap.yaml'),
        '  annotations:\n',
        `  annotations:\n    ${token}: x\n`,
      );
      for (const format of FORMATS) {
        const { status, stdout, stderr } = check(folder, '--format', format);
        expect([format, status]).toEqual([format, 1]);
        expect(stdout + stderr).not.toContain(token);
      }
    });
  });
});

describe('below a rendered folder nothing stands but what was rendered:', () => {
  test.each([
    'Kustomization',
    'acme/runners/kustomization.yaml',
    'acme/karpenter/kustomization.yml',
    'acme/runners/.sourceignore',
    'acme/.argocd-source-app.yaml',
    'acme/.krmignore',
    'acme/main.jsonnet',
    'Chart.yaml',
    'values.yaml',
    'acme/more.json',
    'acme/.gitattributes',
    'acme/runners/deployment.yaml.bak',
  ])('%s stops the proof and is named', (file) => {
    withRendered((folder) => {
      writeFileSync(join(folder, file), `${HEADER.trimEnd()} Not this one.\n{}\n`);
      const { status, stdout, stderr } = check(folder);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`  ${join(folder, file)}\n`);
    });
  });

  test('a kustomization.yaml that begins as a rendered file does, and a link to a rendered one, are foreign too', () => {
    withRendered((folder, path) => {
      writeFileSync(path('runners/kustomization.yaml'), `${HEADER}kind: Kustomization\n`);
      symlinkSync('deployment.yaml', path('runners/amd64-spot/linked.yaml'));
      symlinkSync('/', path('runners/whole'));
      const { status, stderr } = check(folder);
      expect(status).toBe(2);
      for (const file of ['kustomization.yaml', 'amd64-spot/linked.yaml', 'whole'])
        expect(stderr).toContain(path(`runners/${file}`));
    });
  });

  test('a README.md may stand there, and anything beside a rendered folder', () => {
    withFolder((folder) => {
      writeFixture(join(folder, 'dist'), RENDERED);
      writeFileSync(join(folder, 'dist/README.md'), 'Rendered.\n');
      writeFileSync(
        join(folder, 'kustomization.yaml'),
        'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [dist]\n',
      );
      expect(check(join(folder, 'dist')).status).toBe(0);
      expect(check(folder).status).toBe(0);
    });
  });
});

describe('odd input', () => {
  test('bytes that are not UTF-8 are an error with their line, as Flux says', () => {
    withFleet((folder) => {
      writeFileSync(join(folder, 'latin.yaml'), Buffer.from('a: b\nkey: gr\xfc\xdfe\n', 'latin1'));
      expect(check(folder)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('latin.yaml:2: not UTF-8: '),
      });
    });
  });

  test('names that a terminal would obey, and lines that are forged, are spelled out', () => {
    withFleet((folder) => {
      const name = 'a\\x1b[2J\\r\\n0 errors\\u202e';
      writeFileSync(
        join(folder, 'evil.yaml'),
        `apiVersion: v1\nkind: Namespace\nmetadata: {name: "${name}", labels: {"pod\\x1b": x}, unknown: 1}\n`,
      );
      for (const format of FORMATS) {
        const { stdout, stderr } = check(folder, '--format', format);
        expect(stdout + stderr).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}|^0 errors/mu);
      }
      const twice = check(folder, '--format', 'text');
      expect(twice.stdout).toContain('\\u{1b}[2J');
      writeFileSync(join(folder, 'again\n\u001b[2J.yaml'), readFileSync(join(folder, 'evil.yaml')));
      const { status, stderr } = check(folder);
      expect(status).toBe(2);
      expect(stderr).toContain('again\\n\\u{1b}[2J.yaml:1');
      expect(stderr).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
    });
  });
});
