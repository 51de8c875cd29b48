import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { RUNNER_DEFAULTS } from '../../lib/fleet/defaults';
import { installPackage } from '../installed-package';
import * as project from './new-project';
import { edit, git, objectsIn, read, runIn, SUBFOLDER, write } from './new-project';

const VERSION = JSON.parse(readFileSync('package.json', 'utf8')).version;

let scratch: project.Scratch;
beforeAll(() => {
  scratch = project.makeScratch();
}, 120_000);
afterAll(() => project.removeScratch(scratch));

const init = (folder: string, ...args: readonly string[]) => project.init(scratch, folder, ...args);
const emptyFolder = (name?: string) => project.emptyFolder(scratch, name);
const repositoryWithApps = (remote?: string) => project.repositoryWithApps(scratch, remote);

describe('in an empty folder', () => {
  let folder: string;

  beforeAll(() => {
    folder = emptyFolder('Acme Runners');
  });

  test('it writes a whole project, lists its files and says what comes next', () => {
    const args = ['--cluster', 'acme-eu', '--gitlab-url', 'https://gitlab.acme.test', '--ci', 'gitlab'];
    const { status, stdout, stderr } = init(folder, ...args);
    expect([status, stderr]).toEqual([0, '']);
    const files = [...stdout.matchAll(/^written +(.*)$/gm)].map(([, file]) => file);
    expect(files.sort()).toEqual([
      '.gitignore',
      '.gitlab-ci.yml',
      'README.md',
      'cdk8s.yaml',
      'flux/acme-runners.yaml',
      'main.ts',
      'package.json',
      'renovate.json',
      'runner-fleet.gitlab-ci.yml',
      'sealed/README.md',
      'tsconfig.json',
    ]);
    expect(stdout).toMatch(/Next:\n +npm install\n +npx cdk8s synth/);
    for (const file of files)
      expect(read(folder, file)).not.toMatch(/undefined|\bproduction|(?<!registry\.)gitlab\.com/);
  });

  test('the package and its tools are pinned to exact versions', () => {
    const { dependencies, devDependencies, scripts } = JSON.parse(read(folder, 'package.json'));
    const developed = JSON.parse(readFileSync('package.json', 'utf8')).devDependencies;
    expect(dependencies['gitlab-runner-fleet']).toBe(VERSION);
    for (const name of ['cdk8s', 'constructs']) expect(dependencies[name]).toBe(developed[name]);
    for (const name of ['@types/node', 'cdk8s-cli', 'typescript'])
      expect(devDependencies[name]).toBe(developed[name]);
    expect(Object.keys(scripts)).toEqual(['synth', 'check', 'diff', 'tokens', 'plan', 'needs', 'page']);
  });

  test('the fleet has the name of the folder, is type-checked, rendered and proved, and its tokens are listed', () => {
    installPackage(folder, scratch.tarball);
    const synth = runIn(folder, 'npm', 'run', '--silent', 'synth');
    expect([synth.status, synth.stderr]).toEqual([0, expect.stringContaining('acme-runners')]);
    expect(read(folder, 'dist/acme-runners/karpenter/ec2nodeclass-gitlab-jobs.yaml')).toContain('acme-eu');
    const check = runIn(folder, 'npm', 'run', '--silent', 'check');
    expect(check.status).toBe(0);
    expect(check.stdout).toMatch(
      new RegExp(`acme-runners-amd64-spot +${RUNNER_DEFAULTS.concurrency} [^]*0 errors`),
    );
    const tokens = runIn(folder, 'npm', 'run', '--silent', 'tokens');
    expect([tokens.status, tokens.stdout]).toEqual([
      0,
      expect.stringMatching(/acme-runners\/arm64-spot +placeholder/),
    ]);
    const plan = runIn(folder, 'npm', 'run', '--silent', 'plan', '--', '--jobs', '10');
    expect([plan.status, plan.stderr]).toEqual([0, '']);
  });

  test('Git leaves alone what is installed and built, and nothing else', () => {
    git(folder, 'init', '--quiet', '--initial-branch=main');
    project.commit(folder, 'A fleet');
    const tracked = git(folder, 'ls-files').split('\n');
    expect(tracked).toEqual(expect.arrayContaining(['main.ts', 'sealed/README.md', 'package.json']));
    expect(tracked.filter((file) => /node_modules|build\//.test(file))).toEqual([]);
  });
});

describe('pipelines', () => {
  const COMMANDS =
    /(?:npx --no-install |\.bin\/)(cdk8s synth|runner-fleet"? (?:check|diff|gitlab status|note)\b)/g;
  const commandsIn = (text: string) =>
    [...new Set([...text.matchAll(COMMANDS)].map(([, command]) => command.replace('"', '')))].sort();
  const EXPECTED = ['cdk8s synth', 'runner-fleet check', 'runner-fleet diff', 'runner-fleet note'];
  const ON_SCHEDULE = 'runner-fleet gitlab status';

  test('of GitLab include the jobs, which call commands of ours alone', () => {
    const folder = emptyFolder();
    init(folder, '--ci', 'gitlab');
    expect(parse(read(folder, '.gitlab-ci.yml')).include).toEqual([{ local: '/runner-fleet.gitlab-ci.yml' }]);
    const text = read(folder, 'runner-fleet.gitlab-ci.yml');
    expect(commandsIn(text)).toEqual([...EXPECTED, ON_SCHEDULE].sort());
    const { '.runner-fleet': base, ...jobs } = parse(text);
    for (const job of Object.values<{ extends: string; script: string[] }>(jobs)) {
      expect(job.extends).toBe('.runner-fleet');
      expect(job.script).toEqual(expect.arrayContaining([expect.any(String)]));
    }
    expect(base.rules.every((rule: object) => !('changes' in rule))).toBe(true);
    expect(base.image).toBe(`node:${readFileSync('.nvmrc', 'utf8').trim()}-bookworm`);
    expect(base.before_script.join('\n')).toMatch(/^npm ci --ignore-scripts /);
    const review = jobs['runner-fleet:review'];
    expect(review.variables.GIT_DEPTH).toBe('0');
    // Nothing of the merge request is installed or run, nor taken from a cache that it could have written.
    expect(review.cache).toEqual([]);
    const lines = [...review.before_script, ...review.script].join('\n');
    expect(lines).toContain('git archive FETCH_HEAD');
    expect(lines).toContain('npm ci --ignore-scripts --no-audit --no-fund --prefix "$TARGET"');
    expect(lines.match(/\S*runner-fleet (diff|note)/g)).toEqual([
      '$TARGET/node_modules/.bin/runner-fleet diff',
      '$TARGET/node_modules/.bin/runner-fleet note',
    ]);
    expect(lines).not.toMatch(/npx|npm run/);
    expect(jobs['runner-fleet:verify'].artifacts.reports.codequality).toBe('code-quality.json');
  });

  test('of GitLab let the token for notes be scoped to the review, and the README says so', () => {
    const folder = emptyFolder();
    init(folder, '--ci', 'gitlab');
    const jobs: Record<string, { environment?: unknown }> = parse(read(folder, 'runner-fleet.gitlab-ci.yml'));
    const environments = Object.entries(jobs).filter(([, { environment }]) => environment !== undefined);
    expect(environments.map(([name, { environment }]) => [name, environment])).toEqual([
      ['runner-fleet:review', { name: 'runner-fleet-review', action: 'access' }],
      ['runner-fleet:drift', { name: 'runner-fleet-drift', action: 'access' }],
    ]);
    expect(read(folder, 'README.md')).toMatch(/environment scope to\n`runner-fleet-review`/);
  });

  test('of GitHub are at the top of the repository and work in the folder; one job alone may write comments', () => {
    const repository = repositoryWithApps('https://github.com/acme/gitops.git');
    expect(init(repository, SUBFOLDER).status).toBe(0);
    const text = read(repository, '.github/workflows/runner-fleet-clusters-runners.yml');
    expect(commandsIn(text)).toEqual(EXPECTED);
    expect(commandsIn(read(repository, '.github/workflows/runner-fleet-drift-clusters-runners.yml'))).toEqual(
      [ON_SCHEDULE],
    );
    const workflow = parse(text);
    expect(workflow.defaults.run['working-directory']).toBe(SUBFOLDER);
    expect(workflow.on.pull_request.paths).toContain(`${SUBFOLDER}/**`);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.review.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(workflow.jobs.verify.permissions).toBeUndefined();
    type Steps = { uses?: string; with?: object; run?: string }[];
    const { verify, review }: Record<string, { steps: Steps }> = workflow.jobs;
    const setupOf = ({ steps }: { steps: Steps }) =>
      steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))?.with;
    expect(setupOf(verify)).toMatchObject({ 'cache-dependency-path': `${SUBFOLDER}/package-lock.json` });
    expect(setupOf(review)).not.toHaveProperty('cache');
    for (const { steps } of [verify, review])
      expect(steps.some(({ run }) => run?.includes('npm ci --ignore-scripts'))).toBe(true);
    const program = `"$RUNNER_TEMP/target/${SUBFOLDER}/node_modules/.bin/runner-fleet"`;
    const runs = review.steps.map(({ run = '' }) => run).join('\n');
    expect(runs.match(/\S*runner-fleet" (diff|note)/g)).toEqual([`${program} diff`, `${program} note`]);
    expect(runs).not.toMatch(/npx|npm run/);
    expect(review.steps.some(({ uses }) => uses?.startsWith('actions/upload-artifact@'))).toBe(true);
  });

  test.each(['gitlab', 'github'])('of %s post the note first and fail afterwards', (ci) => {
    const folder = emptyFolder();
    init(folder, '--ci', ci);
    const lines: readonly string[] =
      ci === 'gitlab'
        ? parse(read(folder, 'runner-fleet.gitlab-ci.yml'))['runner-fleet:review'].script
        : parse(read(folder, '.github/workflows/runner-fleet.yml')).jobs.review.steps.map(
            ({ run }: { run?: string }) => run ?? '',
          );
    const [diff, note, failure] = [
      /diff .* > review\.md \|\| touch unreviewable$/m,
      / note review\.md$/,
      /^test ! -e unreviewable$/,
    ].map((command) => lines.findIndex((line) => command.test(line)));
    expect(diff).toBeGreaterThan(0);
    expect(note).toBeGreaterThan(diff);
    expect(failure).toBeGreaterThan(note);
    expect(read(folder, '.gitignore').split('\n')).toContain('unreviewable');
  });

  test('are none where nothing says whose they are, and that is said', () => {
    const folder = emptyFolder();
    expect(init(folder).stdout).toContain('Pipelines: none (--ci gitlab or --ci github writes one)');
    expect(existsSync(join(folder, '.gitlab-ci.yml'))).toBe(false);
  });
});

describe('GitOps', () => {
  /** The manifests of docs/flux.md and docs/argo-cd.md. */
  const pages = ['flux', 'argo-cd'].map((page) => readFileSync(`docs/${page}.md`, 'utf8')).join('\n');
  const printed = [...pages.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, text]) =>
    parseAllDocuments(text).map((document) => document.toJS()),
  );
  /** What applies metrics and alerts, which few fleets have. */
  const isOfMonitoring = ({ metadata }: { metadata: { name: string } }) =>
    metadata.name.endsWith('-monitoring');
  const always = printed.filter((one) => !isOfMonitoring(one));
  const withoutAddress = (objects: { kind: string }[]) =>
    objects.map((object) =>
      JSON.parse(JSON.stringify(object).replace(/"(url|repoURL)":"[^"]*"/, '"$1":"..."')),
    );

  test('manifests for Flux are those that docs/flux.md prints and the cluster test applies', () => {
    const folder = emptyFolder();
    const address = 'https://gitlab.example.com/platform/gitlab-runners.git';
    const args = ['--name', 'production', '--git-repository', 'gitlab-runners', '--repository-url', address];
    expect(init(folder, ...args).status).toBe(0);
    expect(withoutAddress(objectsIn(folder, 'flux/production.yaml'))).toEqual(
      withoutAddress(always.filter(({ kind }) => kind !== 'Application')),
    );
  });

  test('the manifest for Argo CD is the one that docs/argo-cd.md prints, with the remote and without its credentials', () => {
    const repository = emptyFolder('production');
    git(repository, 'init', '--quiet');
    git(repository, 'remote', 'add', 'origin', 'https://me:secret@gitlab.acme.test/platform/runners.git');
    expect(init(repository, '--gitops', 'argo').status).toBe(0);
    const objects = objectsIn(repository, 'argo/production.yaml');
    expect(withoutAddress(objects)).toEqual(
      withoutAddress(always.filter(({ kind }) => kind === 'Application')),
    );
    expect(objects[0].spec.source.repoURL).toBe('https://gitlab.acme.test/platform/runners.git');
  });

  test.each([
    ['flux', 'Kustomization'],
    ['argo', 'Application'],
  ])(
    'in the file for %s the unit of metrics and alerts is a comment, which makes the printed one',
    (gitops, kind) => {
      const folder = emptyFolder();
      const address = ['--repository-url', 'https://gitlab.example.com/platform/gitlab-runners.git'];
      const source = gitops === 'flux' ? ['--git-repository', 'gitlab-runners'] : [];
      init(folder, '--gitops', gitops, '--name', 'production', ...address, ...source);
      const file = `${gitops}/production.yaml`;
      write(folder, file, readFileSync(join(folder, file), 'utf8').replace(/^#(?! \S)/gm, ''));
      const objects = objectsIn(folder, file);
      expect(objects.filter(isOfMonitoring)).toEqual(
        printed.filter((one) => one.kind === kind && isOfMonitoring(one)),
      );
      expect(objects.length).toBe(gitops === 'flux' ? 5 : 2);
    },
  );

  test('without a remote, Argo CD’s address is to be written by hand, and the exit code says so', () => {
    const { status, stdout } = init(emptyFolder(), '--gitops', 'argo');
    expect(status).toBe(1);
    expect(stdout).toContain('argo/acme.yaml: write the address of the repository as repoURL');
  });

  test('Flux gets an address of the short form as the one that it takes', () => {
    const folder = emptyFolder();
    init(folder, '--repository-url', 'git@gitlab.acme.test:platform/runners.git');
    const [repository] = objectsIn(folder, 'flux/acme.yaml');
    expect(repository.spec.url).toBe('ssh://git@gitlab.acme.test/platform/runners.git');
  });

  test('a project below a folder that Flux reads whole is said to break it', () => {
    const repository = repositoryWithApps();
    write(repository, 'clusters/prod/flux-system/gotk-sync.yaml', 'kind: Kustomization\n');
    const { status, stdout } = init(repository, 'clusters/prod/runners');
    expect(status).toBe(1);
    expect(stdout).toContain('the Flux of clusters/prod/ applies every YAML file');
    expect(stdout).toContain('"npx runner-fleet init runners/runners --name runners"');
    expect(stdout).toContain('copy runners/runners/flux/runners.yaml to clusters/prod/');
    expect(init(repository, SUBFOLDER).status).toBe(0);
  });

  test('a project below a folder that an Application of Argo CD reads with all folders is said to break it', () => {
    const repository = repositoryWithApps('https://gitlab.acme.test/platform/gitops.git');
    const app = (url: string) =>
      `kind: Application\nmetadata: { name: root }\nspec:\n  source:\n    repoURL: ${url}\n    path: clusters/prod\n    directory: { recurse: true }\n`;
    write(repository, 'bootstrap/root.yaml', app('git@gitlab.acme.test:platform/gitops.git'));
    write(repository, 'bootstrap/other.yaml', app('https://gitlab.acme.test/shop/gitops.git'));
    const { status, stdout } = init(repository, 'clusters/prod/ci', '--gitops', 'argo', '--name', 'acme');
    expect(status).toBe(1);
    expect(
      stdout.match(/Application\/root of Argo CD \((.*?)\) applies every file below clusters\/prod\//)?.[1],
    ).toBe('bootstrap/root.yaml');
    expect(stdout).not.toContain('bootstrap/other.yaml');
    expect(stdout).toContain('"npx runner-fleet init runners/acme --name acme --gitops argo"');
    expect(stdout).toContain('copy runners/acme/argo/acme.yaml to clusters/prod/');
    expect(init(repository, 'runners/acme', '--gitops', 'argo', '--ci', 'none').status).toBe(0);
  });
});

describe('what is there already', () => {
  test('is never overwritten, whatever it is; the rest is written, and what has to be changed is listed', () => {
    const folder = emptyFolder();
    const judged = ['main.ts', 'cdk8s.yaml', 'tsconfig.json', '.gitignore', '.gitlab-ci.yml'];
    const files = [...judged, 'README.md', 'flux/acme.yaml', 'renovate.json', 'runner-fleet.gitlab-ci.yml'];
    for (const file of files) write(folder, file, 'mine\n');
    const { status, stdout } = init(folder, '--ci', 'gitlab');
    for (const file of files) {
      expect(read(folder, file)).toBe('mine\n');
      expect(stdout).toContain(`there     ${file}: left as it is`);
    }
    expect(existsSync(join(folder, 'sealed/README.md'))).toBe(true);
    expect(status).toBe(1);
    const [, todo] = stdout.split('Change by hand:\n');
    expect([...todo.matchAll(/^ {2}(\S+): /gm)].map(([, file]) => file).sort()).toEqual(judged.sort());
    expect(todo).toMatch(/cdk8s\.yaml: write app: .* and output: build\/synth\n/);
    expect(todo).toContain('.gitlab-ci.yml: add "- local: /runner-fleet.gitlab-ci.yml"');
  });

  test('is all there the second time', () => {
    const folder = emptyFolder();
    expect(init(folder, '--ci', 'github').status).toBe(0);
    const { status, stdout } = init(folder, '--ci', 'github');
    expect([status, stdout]).toEqual([0, expect.not.stringMatching(/written|added to|by hand/)]);
  });

  test('a second fleet gets its manifests, and main.ts is said to lack it until it has it', () => {
    const folder = emptyFolder();
    init(folder);
    const before = init(folder, '--name', 'staging');
    expect(before.status).toBe(1);
    expect(before.stdout).toMatch(
      /main\.ts: it has no fleet called staging: add one .*\. Until then flux\/staging\.yaml applies dist\/staging/,
    );
    // What main.ts says of GitLab is for main.ts to say.
    expect(before.stdout).toContain('Fleet staging. GitOps: Flux, GitRepository flux-system.');
    expect(before.stdout).not.toContain('gitlab.com');
    expect(existsSync(join(folder, 'flux/staging.yaml'))).toBe(true);
    edit(folder, 'main.ts', 'synth([', "synth([\n  { name: 'staging', runners: [] },");
    expect(init(folder, '--name', 'staging').status).toBe(0);
  });

  test('settings of Renovate stay, and are said to leave out the images of the runners', () => {
    for (const file of ['renovate.json', '.github/renovate.json5']) {
      const folder = emptyFolder();
      write(folder, file, '{}\n');
      const { status, stdout } = init(folder);
      expect([status, stdout]).toEqual([0, expect.stringContaining(`${file} stays as it is, without rules`)]);
      expect(read(folder, file)).toBe('{}\n');
    }
    const folder = emptyFolder();
    init(folder);
    expect(init(folder).stdout).not.toContain('without rules');
  });

  test('a package.json gets what it lacks, and keeps what it has', () => {
    const folder = emptyFolder();
    const own = {
      name: 'mine',
      type: 'commonjs',
      scripts: { check: 'make check' },
      dependencies: { 'gitlab-runner-fleet': `^${VERSION}`, typescript: '5.9.0' },
    };
    write(folder, 'package.json', JSON.stringify(own, undefined, 4));
    const { status, stdout } = init(folder);
    expect(status).toBe(0);
    expect(stdout).toContain('package.json has scripts of its own called check: they stay');
    const text = read(folder, 'package.json');
    expect(text).toContain('\n    "name"');
    const { dependencies, devDependencies, scripts, ...rest } = JSON.parse(text);
    expect(rest).toEqual({ name: 'mine', type: 'commonjs' });
    expect(scripts).toMatchObject({ check: 'make check', diff: 'runner-fleet diff' });
    expect(dependencies).toMatchObject({ 'gitlab-runner-fleet': VERSION, typescript: '5.9.0' });
    expect(Object.keys(devDependencies)).toEqual(['@types/node', 'cdk8s-cli']);
  });

  test('settings of Renovate elsewhere are the only ones', () => {
    const folder = emptyFolder();
    write(folder, '.github/renovate.json5', '{}');
    init(folder);
    expect(existsSync(join(folder, 'renovate.json'))).toBe(false);
  });
});

describe('what Git ignores and has to be committed', () => {
  const PATTERNS = ['dist', '*.pem', 'package-lock.json', '*.tgz', 'runners/*/*.yaml'];

  test('is taken back in below a .gitignore at the top of the repository', () => {
    const repository = repositoryWithApps();
    write(repository, '.gitignore', `${PATTERNS.join('\n')}\n`);
    expect(init(repository, SUBFOLDER, '--name', 'acme').status).toBe(0);
    const files = [
      'dist/acme/base/namespace-gitlab-jobs.yaml',
      'dist/acme/runners/amd64-spot/deployment.yaml',
      'sealed/acme/cert.pem',
      'package-lock.json',
      'gitlab-runner-fleet-1.0.0.tgz',
    ];
    for (const file of [...files, 'node_modules/x/dist/x.yaml'])
      write(repository, `${SUBFOLDER}/${file}`, 'x\n');
    project.commit(repository, 'A fleet');
    const tracked = git(repository, 'ls-files', SUBFOLDER).split('\n');
    expect(tracked).toEqual(expect.arrayContaining(files.map((file) => `${SUBFOLDER}/${file}`)));
    expect(tracked.filter((file) => file.includes('node_modules'))).toEqual([]);
  });

  test('is listed with the line that ignores it where the .gitignore of the project is someone else’s', () => {
    const repository = repositoryWithApps();
    write(repository, '.gitignore', 'node_modules/\nbuild/\ndist/\n*.pem\n');
    const { status, stdout } = init(repository, '.', '--name', 'acme');
    expect(status).toBe(1);
    const [, todo] = stdout.split('Change by hand:\n');
    expect(todo).toContain(
      '.gitignore: write !/dist/ and !/dist/** at its end: line 3 of .gitignore ("dist/") ignores dist/, which',
    );
    expect(todo).toContain(
      '.gitignore: write !/sealed/acme/cert.pem at its end: line 4 of .gitignore ("*.pem")',
    );
    const lines = [...todo.matchAll(/write (\S+)(?: and (\S+))? at its end/g)].flatMap(([, ...found]) =>
      found.filter((line) => line !== undefined),
    );
    write(repository, '.gitignore', `${read(repository, '.gitignore')}${lines.join('\n')}\n`);
    expect(init(repository, '.', '--name', 'acme').status).toBe(0);
  });

  test('is the project itself below a folder that is ignored: nothing in it can take that back', () => {
    const repository = repositoryWithApps();
    write(repository, '.gitignore', 'clusters/\n');
    const { status, stdout } = init(repository, SUBFOLDER);
    expect(status).toBe(1);
    expect(stdout).toContain(
      '.gitignore: line 1 of .gitignore ("clusters/") ignores clusters/, which is to be committed: remove that line',
    );
  });
});

describe('a package that was installed from a tarball', () => {
  const referenceIn = (folder: string) =>
    JSON.parse(read(folder, 'package.json')).dependencies['gitlab-runner-fleet'];
  const install = (folder: string, reference: string) => {
    write(folder, 'package.json', JSON.stringify({ dependencies: { 'gitlab-runner-fleet': reference } }));
    installPackage(folder, scratch.tarball);
  };

  test('is referred to as that file, also from a subfolder', () => {
    const repository = repositoryWithApps();
    install(repository, 'file:vendor/fleet.tgz');
    expect(project.fleet(repository, 'init', SUBFOLDER, '--ci', 'gitlab').status).toBe(0);
    expect(referenceIn(join(repository, SUBFOLDER))).toBe('file:../../vendor/fleet.tgz');
    expect(project.fleet(repository, 'init', '--ci', 'github').status).toBe(0);
    expect(referenceIn(repository)).toBe('file:vendor/fleet.tgz');
  });

  test('is said to be out of reach for pipelines where it is outside of the repository', () => {
    const folder = emptyFolder();
    install(folder, 'file:../fleet.tgz');
    const { status, stdout } = project.fleet(folder, 'init', '--ci', 'github');
    expect([status, stdout]).toEqual([1, expect.stringContaining("pipelines can't install it")]);
  });
});

test('a link out of the repository is not written through', () => {
  const [folder, outside] = [emptyFolder('runners'), emptyFolder('outside')];
  symlinkSync(outside, join(folder, 'flux'));
  const { status, stderr } = init(folder, '--gitops', 'flux');
  expect([status, stderr]).toEqual([2, expect.stringContaining('flux is not a folder of this repository')]);
  expect([readdirSync(outside), readdirSync(folder)]).toEqual([[], ['flux']]);
});

describe('bad input writes nothing, exits with 2 and says what to write', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['a name', ['--name', 'Acme Corp'], /--name: "Acme Corp"\n +rule: .*\n +fix: +write "acme-corp"/],
    ['a long name', ['--name', 'a'.repeat(31)], /--name: .*\n.*\n +fix: +shorten it by 1/],
    [
      'an ARN',
      ['--cluster', 'arn:aws:eks:eu-west-1:1:cluster/x'],
      /--cluster: .*\n.*\n +fix: +write the name/,
    ],
    [
      'no scheme',
      ['--gitlab-url', 'gitlab.acme.test'],
      /--gitlab-url: .*\n.*\n +fix: +write "https:\/\/gitlab/,
    ],
    ['another tool', ['--gitops', 'fleet'], /Allowed choices are flux, argo, none/],
    ['another host', ['--ci', 'jenkins'], /Allowed choices are gitlab, github, none/],
    ['no Flux', ['--gitops', 'argo', '--git-repository', 'x'], /--git-repository: only Flux reads one/],
    ['a GitRepository', ['--git-repository', 'Flux System'], /--git-repository: "Flux System"/],
    ['no address', ['--repository-url', 'runners'], /--repository-url: .*\n +fix: +write it as https/],
    [
      'all of them',
      ['--name', 'A', '--gitlab-url', 'x', '--repository-url', 'x'],
      /--name[\s\S]*--gitlab-url[\s\S]*--repository-url/,
    ],
  ])('%s', (_, args, message) => {
    const folder = emptyFolder();
    const { status, stdout, stderr } = init(folder, 'new', ...args);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(existsSync(join(folder, 'new'))).toBe(false);
  });

  test('a folder without a letter, and a path that pipelines can’t name', () => {
    const nameless = init(emptyFolder(), '___');
    expect([nameless.status, nameless.stderr]).toEqual([2, expect.stringContaining('--name production')]);
    const spaced = init(repositoryWithApps(), 'my clusters/runners');
    expect([spaced.status, spaced.stderr]).toEqual([2, expect.stringContaining('Choose another folder')]);
  });

  test('a file in the place of a folder, and a folder in the place of a file', () => {
    const folder = emptyFolder();
    write(folder, 'sealed', '');
    mkdirSync(join(folder, 'main.ts'));
    const { status, stderr } = init(folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/main\.ts is not a file[\s\S]*sealed is not a folder/);
    write(folder, 'file', '');
    const inFile = init(folder, 'file');
    expect([inFile.status, inFile.stderr]).toEqual([2, expect.stringContaining('is not a folder')]);
  });

  test('a package.json that is not JSON', () => {
    const folder = emptyFolder();
    write(folder, 'package.json', '{');
    const { status, stderr } = init(folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining('package.json is not a JSON object')]);
    expect(existsSync(join(folder, 'main.ts'))).toBe(false);
  });
});

test('help has examples, and says what it never does', () => {
  const { status, stdout } = init(scratch.home, '--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: runner-fleet init \[options\] \[folder\]/);
  expect(stdout).toMatch(/Examples:\n +npx runner-fleet init /);
  expect(stdout).toContain('No file is overwritten');
});
