import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { installPackage } from '../installed-package';
import {
  commit,
  edit,
  fleet,
  git,
  init,
  makeScratch,
  objectsIn,
  read,
  removeScratch,
  repositoryWithApps,
  runIn,
  type Scratch,
  SUBFOLDER,
  write,
} from './new-project';

/** A fleet in a folder of a repository that holds other things, with a pipeline of its own. */
let scratch: Scratch;
let repository: string;
let project: string;

const CI_FILE = `${SUBFOLDER}/runner-fleet.gitlab-ci.yml`;
const WORKFLOW = '.github/workflows/runner-fleet-clusters-runners.yml';

beforeAll(() => {
  scratch = makeScratch();
  repository = repositoryWithApps(scratch, 'git@gitlab.acme.test:platform/gitops.git');
  write(repository, '.gitlab-ci.yml', 'stages: [lint, deploy]\nlint:\n  stage: lint\n  script: [make]\n');
  project = join(repository, SUBFOLDER);
  const { status, stdout } = init(scratch, repository, SUBFOLDER, '--name', 'acme');
  expect([status, stdout]).toEqual([1, expect.stringContaining(`- local: /${CI_FILE}`)]);
  // The workflow of GitHub besides, so that both verify the same project.
  expect(init(scratch, repository, SUBFOLDER, '--name', 'acme', '--ci', 'github').status).toBe(0);
  installPackage(project, scratch.tarball);
  // What npm install writes, and what the review takes for the sign that the target branch has a fleet.
  if (!existsSync(join(project, 'package-lock.json'))) write(project, 'package-lock.json', '{}\n');
  expect(runIn(project, 'node_modules/.bin/cdk8s', 'synth').status).toBe(0);
  commit(repository, 'A fleet among other things');
  git(repository, 'checkout', '--quiet', '-b', 'change');
}, 180_000);
afterAll(() => removeScratch(scratch));
afterEach(() => git(repository, 'reset', '--quiet', '--hard', 'main'));

describe('what is written', () => {
  test('GitLab’s address and pipelines are those of the remote', () => {
    expect(read(project, 'main.ts')).toContain("gitlabUrl: 'https://gitlab.acme.test'");
    expect(existsSync(join(repository, CI_FILE))).toBe(true);
  });

  test('Flux is pointed at the folders that are rendered, from the top of the repository', () => {
    const units = objectsIn(project, 'flux/acme.yaml');
    const [base, pools, runners] = units;
    expect(units.map(({ spec }) => spec.path)).toEqual([
      `./${SUBFOLDER}/dist/acme/base`,
      `./${SUBFOLDER}/dist/acme/karpenter`,
      `./${SUBFOLDER}/dist/acme/runners`,
    ]);
    for (const { spec } of units) {
      expect(existsSync(join(repository, spec.path))).toBe(true);
      expect(spec.sourceRef).toEqual({ kind: 'GitRepository', name: 'flux-system' });
    }
    expect(runners.spec.dependsOn).toEqual([{ name: base.metadata.name }, { name: pools.metadata.name }]);
  });

  test('jobs are in a stage that the pipeline of the repository has, and run for changes of this folder', () => {
    const jobs = Object.values<Record<string, unknown>>(parse(read(repository, CI_FILE)));
    expect(jobs[0]).toMatchObject({ stage: 'lint' });
    const rules = jobs.flatMap((job) => (job.rules ?? []) as object[]);
    expect(rules.length).toBeGreaterThan(2);
    // Jobs that keep out of schedules keep out of them whatever changes; the comparison with GitLab runs in them alone.
    const ofChanges = rules.filter((rule) => !JSON.stringify(rule).includes('schedule'));
    expect(ofChanges.length).toBeGreaterThan(2);
    for (const rule of ofChanges)
      expect(rule).toMatchObject({ changes: expect.arrayContaining([`${SUBFOLDER}/**/*`]) });
  });

  test('the review also runs for what may apply this folder from elsewhere', () => {
    const jobs = Object.entries<{ rules?: readonly { changes?: string[] }[] }>(
      parse(read(repository, CI_FILE)),
    );
    const [, review] = jobs.find(([name]) => name.includes('review')) ?? [];
    expect(review?.rules?.[0].changes).toEqual(
      expect.arrayContaining([
        '**/*.yaml',
        '**/*.json',
        '**/Kustomization',
        '**/.argocd-source*',
        '**/.sourceignore',
        '**/.gitattributes',
      ]),
    );
  });

  test('Renovate looks at this folder alone', () => {
    const { includePaths, ignorePaths } = JSON.parse(read(repository, 'renovate.json'));
    expect(includePaths).toContain(`${SUBFOLDER}/**`);
    expect(ignorePaths).toContain(`${SUBFOLDER}/dist/**`);
  });
});

describe('reports', () => {
  test('code quality names files from the top of the repository, wherever check runs', () => {
    const places = (from: string, folder: string) => {
      const program = join(project, 'node_modules/.bin/runner-fleet');
      const { stdout } = runIn(from, program, 'check', folder, '--format', 'codequality');
      return JSON.parse(stdout).map(({ location }: { location: { path: string } }) => location.path);
    };
    const expected = places(repository, `${SUBFOLDER}/dist`);
    expect(expected.length).toBeGreaterThan(0);
    for (const path of expected) expect(existsSync(join(repository, path))).toBe(true);
    expect(places(project, 'dist')).toEqual(expected);
    expect(places(project, join(project, 'dist'))).toEqual(expected);
    expect(places(join(project, 'sealed'), '../dist')).toEqual(expected);
    // Outside of any repository there is nothing else to name them by.
    expect(places(scratch.path, join(project, 'dist'))).toEqual(
      expected.map((path: string) => join(repository, path)),
    );
  });

  test('JSON names files from the folder that check runs in, so that a program there opens them', () => {
    const { stdout } = fleet(project, 'check', '--format', 'json');
    const files = JSON.parse(stdout).clusters.flatMap(({ findings }: { findings: { file: string }[] }) =>
      findings.map(({ file }) => file),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(join(project, file))).toBe(true);
  });

  test('diff compares revisions of the folder that it runs in, and its note is that of the folder', () => {
    edit(project, 'main.ts', "'https://gitlab.acme.test'", "'https://git.acme.test'");
    expect(fleet(project, 'diff').stderr).toContain('main.ts has changed and dist/ has not');
    expect(runIn(project, 'node_modules/.bin/cdk8s', 'synth').status).toBe(0);
    const text = fleet(project, 'diff');
    expect([text.status, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(
      /^acme: security is weaker after this change[\s\S]*^acme: \d+ objects changed/m,
    );
    const note = fleet(project, 'diff', 'main', '--format', 'markdown');
    expect(note.stdout.split('\n')[0]).toBe(`<!-- gitlab-runner-fleet diff of ${SUBFOLDER} -->`);
    commit(repository, 'Another address');
    expect(fleet(project, 'diff', 'main', 'HEAD').stdout).toBe(text.stdout);
  });

  test('tokens and plan answer for the fleet of the folder', () => {
    const tokens = fleet(project, 'tokens');
    expect([tokens.status, tokens.stdout]).toEqual([0, expect.stringContaining('acme/amd64-spot')]);
    const plan = fleet(project, 'plan', '--jobs', '10');
    expect([plan.status, plan.stderr]).toEqual([0, '']);
  });
});

describe('the pipeline', () => {
  let clone: string;

  beforeAll(() => {
    clone = join(scratch.path, 'clone');
    git(scratch.path, 'clone', '--quiet', '--branch', 'change', repository, clone);
    installPackage(join(clone, SUBFOLDER), scratch.tarball);
  });
  afterEach(() => git(clone, 'reset', '--quiet', '--hard', 'origin/change'));

  const VERIFY = 'runner-fleet:verify:clusters-runners';
  const REVIEW = 'runner-fleet:review:clusters-runners';

  /** Runs a job as GitLab does, but for the installation of packages. */
  function runJob(name: string): SpawnSyncReturns<string> & { seconds: number } {
    const pipeline = parse(read(clone, CI_FILE));
    const job = { ...pipeline[pipeline[name].extends], ...pipeline[name] };
    const isInstall = (line: string) => line.startsWith('npm ci --ignore-scripts ');
    const all: readonly string[] = [...job.before_script, ...job.script];
    expect(all.filter(isInstall)).toHaveLength(1);
    // What is installed of the target branch: there is no registry here.
    const installed = `mkdir -p "$TARGET/${SUBFOLDER}" && ln -s "$PWD/node_modules" "$TARGET/${SUBFOLDER}/node_modules"`;
    const lines = all.flatMap((line) => {
      if (!isInstall(line)) return [line];
      return line.includes('--prefix') ? [installed] : [];
    });
    const start = performance.now();
    const run = (lines: readonly string[]) =>
      runIn(clone, 'bash', '-e', '-o', 'pipefail', '-c', lines.join('\n'));
    const result = run(lines);
    if (job.after_script) run(job.after_script);
    return { ...result, seconds: (performance.now() - start) / 1000 };
  }

  test('passes, reports code quality from the top of the repository, and takes less than 30 s', () => {
    const { status, stdout, seconds } = runJob(VERIFY);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/2 runners, 0 errors/)]);
    expect(seconds).toBeLessThan(30);
    const [finding] = JSON.parse(read(clone, `${SUBFOLDER}/code-quality.json`));
    expect(finding.location.path).toMatch(/^clusters\/runners\/dist\/acme\//);
  }, 60_000);

  test('fails where dist/ is stale, says what to do, and keeps the difference', () => {
    edit(clone, `${SUBFOLDER}/main.ts`, "capacity: 'spot'", "capacity: 'on-demand'");
    const { status, stdout } = runJob(VERIFY);
    expect([status, stdout]).toEqual([1, expect.stringContaining('dist/ is stale - run "npx cdk8s synth"')]);
    expect(read(clone, `${SUBFOLDER}/dist.patch`)).toContain('clusters/runners/dist/acme/');
  }, 60_000);

  test('fails where a rendered file was not committed', () => {
    const file = `${SUBFOLDER}/dist/acme/runners/poddisruptionbudget-managers.yaml`;
    git(clone, 'rm', '--quiet', '--cached', file);
    git(clone, 'commit', '--quiet', '--message', 'Forgotten');
    expect(runJob(VERIFY).status).toBe(1);
  }, 60_000);

  /** Runs the job of the workflow that verifies, but for the steps that are not commands and the installation. */
  function runWorkflow(): SpawnSyncReturns<string> {
    const steps: { run?: string }[] = parse(read(clone, WORKFLOW)).jobs.verify.steps;
    const lines = steps.flatMap(({ run }) => (run === undefined || run.startsWith('npm ci ') ? [] : [run]));
    expect(lines).toHaveLength(3);
    return runIn(join(clone, SUBFOLDER), 'bash', '-e', '-o', 'pipefail', '-c', lines.join('\n'));
  }

  /** What `dist/` may still hold of a description that is gone, and how it gets there. */
  const LEFTOVERS: readonly [string, string, () => void][] = [
    [
      'rights of a runner that main.ts never had',
      'dist/acme/runners/x/rolebinding.yaml',
      () => {
        const folder = `${SUBFOLDER}/dist/acme/runners`;
        write(clone, `${folder}/x/rolebinding.yaml`, read(clone, `${folder}/amd64-spot/rolebinding.yaml`));
      },
    ],
    [
      'the files of a runner that was removed from main.ts',
      'dist/acme/runners/arm64-spot/deployment.yaml',
      () => {
        const file = `${SUBFOLDER}/main.ts`;
        edit(clone, file, "      { name: 'arm64-spot', arch: 'arm64', capacity: 'spot' },\n", '');
      },
    ],
  ];

  test.each(LEFTOVERS)(
    'fails where dist/ holds %s, on GitLab and on GitHub, and shows them',
    (_, file, leave) => {
      leave();
      commit(clone, 'Leftovers');
      const deleted = new RegExp(`deleted file mode[^\\n]*\\n[^\\n]*\\n--- a/${SUBFOLDER}/${file}`);
      for (const verify of [() => runJob(VERIFY), runWorkflow]) {
        const { status, stdout } = verify();
        expect([status, stdout]).toEqual([1, expect.stringMatching(deleted)]);
        expect(stdout).toContain('dist/ is stale');
        git(clone, 'checkout', '--quiet', 'HEAD', '--', '.');
      }
      expect(read(clone, `${SUBFOLDER}/dist.patch`)).toMatch(deleted);
    },
    60_000,
  );

  test('of GitHub passes where dist/ is what main.ts renders', () => {
    const { status, stdout } = runWorkflow();
    expect([status, stdout]).toEqual([0, expect.stringMatching(/2 runners, 0 errors/)]);
  }, 60_000);

  test('fails where the fleet can’t work, and reports code quality of what is committed', () => {
    const pools = "nodePools: [{ arch: 'amd64', capacity: 'spot', limits: { cpu: '1' } }],\n    runners: [";
    edit(clone, `${SUBFOLDER}/main.ts`, 'runners: [', pools);
    const { status, stderr } = runJob(VERIFY);
    expect([status, stderr]).toEqual([1, expect.stringContaining('limits')]);
    expect(JSON.parse(read(clone, `${SUBFOLDER}/code-quality.json`)).length).toBeGreaterThan(0);
  }, 60_000);

  test('writes the note of what a merge request does, without running code of the merge request', () => {
    const pool = `${SUBFOLDER}/dist/acme/karpenter/nodepool-gitlab-jobs-amd64-spot.yaml`;
    edit(clone, pool, 'expireAfter: ', 'expireAfter: 1');
    edit(clone, `${SUBFOLDER}/main.ts`, 'synth([', "throw new Error('ran');\nsynth([");
    commit(clone, 'Drift');
    const { status, stderr, seconds } = runJob(REVIEW);
    expect([status, stderr]).toEqual([0, expect.stringContaining('Nothing is posted: ')]);
    expect(read(clone, `${SUBFOLDER}/review.md`)).toMatch(/diff of clusters\/runners -->[\s\S]*pool-drifts/);
    expect(seconds).toBeLessThan(30);
  }, 60_000);

  test('posts it as the note of this folder', () => {
    write(clone, `${SUBFOLDER}/review.md`, `<!-- gitlab-runner-fleet diff of ${SUBFOLDER} -->\n\nnothing\n`);
    const { status, stderr } = spawnSync('node_modules/.bin/runner-fleet', ['note', 'review.md'], {
      cwd: join(clone, SUBFOLDER),
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        CI_API_V4_URL: 'http://127.0.0.1:9',
        CI_PROJECT_ID: '1',
        CI_MERGE_REQUEST_IID: '1',
        RUNNER_FLEET_TOKEN: 'x',
      },
    });
    // It got as far as the server, which is not there.
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining('The note was not posted: GET /projects/1/merge_requests/1/notes'),
    ]);
  });
});
