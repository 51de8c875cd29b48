import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, fieldsOf, listOf, textOf } from '../../lib/values/record';
import { freePorts } from '../../tools/engines/ports';
import { Program } from '../../tools/engines/program';
import { REGISTRY_PASSWORD, REGISTRY_USER, type Registry, startRegistry } from '../../tools/engines/registry';
import { pipelineJobs, type Step, workflowActions } from './multi-arch-pipeline';

let folder: string;
let registry: Registry;
const goCache = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runner-fleet-images-'));
  registry = await startRegistry(join(folder, 'registry'));
});
afterAll(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string>>;

/** A copy of the example as a repository of its own. */
function checkOut(name: string): string {
  const project = join(folder, name);
  cpSync('examples/multi-arch-image', project, { recursive: true });
  const git = (...args: string[]) => execFileSync('git', ['-C', project, ...args], { stdio: 'ignore' });
  git('init');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--message', 'The example');
  return project;
}

/** Folders of a job's own for what a pod would lose with it. */
function podEnvironment(name: string): Environment {
  const own = mkdtempSync(join(folder, `${name}-`));
  const storage = join(own, 'storage.conf');
  const [root, run] = [join(own, 'storage'), join(own, 'run')];
  writeFileSync(storage, `[storage]\ndriver = "vfs"\ngraphroot = "${root}"\nrunroot = "${run}"\n`);
  return {
    CONTAINERS_STORAGE_CONF: storage,
    HOME: registry.clientHome,
    GOCACHE: goCache,
    TMPDIR: own,
  };
}

/** Values of variables that name others, as GitLab expands them. */
function expanded(text: string, variables: Environment): string {
  return text.replace(/\$(\w+)/g, (_, name) => variables[name] ?? '');
}

/** Runs the script of a job, and returns what it printed. @throws Error with that, where it fails */
function runScript(project: string, script: string, environment: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-e', '-c', script], {
      cwd: project,
      env: { ...process.env, ...environment },
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`exit code ${code}:\n${text}`));
    });
  });
}

/** Runs the server of an image as its architecture asks: by emulation, where it isn't that of this machine. */
async function startService(image: string, arch: string, address: string): Promise<Program> {
  const own = mkdtempSync(join(folder, `service-${arch}-`));
  skopeo(['copy', `docker://${image}`, `dir:${own}/image`]);
  const manifest = JSON.parse(readFileSync(join(own, 'image/manifest.json'), 'utf8'));
  mkdirSync(join(own, 'root'));
  for (const layer of listOf(manifest.layers).map(fieldsOf))
    execFileSync('tar', ['-xzf', join(own, 'image', hexOf(layer.digest)), '-C', join(own, 'root')]);
  expect(readdirSync(join(own, 'root'))).toEqual(['server']);
  const server = join(own, 'root/server');
  const native = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const emulator = { amd64: 'qemu-x86_64-static', arm64: 'qemu-aarch64-static' }[arch] ?? '';
  const [command, args] = arch === native ? [server, []] : [emulator, [server]];
  const program = Program.start({ name: `server-${arch}`, command, args, env: { ADDRESS: address } }, own);
  await program.ready(async () => (await fetch(`http://${address}`)).ok);
  return program;
}

function skopeo(args: readonly string[]): string {
  const source = args[0] === 'copy' ? '--src-' : '--';
  const credentials = `${REGISTRY_USER}:${REGISTRY_PASSWORD}`;
  return execFileSync('skopeo', [...args, `${source}tls-verify=false`, `${source}creds`, credentials], {
    encoding: 'utf8',
  });
}

function hexOf(digest: unknown): string {
  return (textOf(digest) ?? '').replace('sha256:', '');
}

/** Runs steps as soon as what they wait for has run, those of one kind at once; what each printed, by name and architecture. */
async function runAll(
  steps: readonly Step[],
  run: (step: Step) => Promise<string>,
): Promise<Map<string, string>> {
  const ended = new Map<string, Promise<readonly unknown[]>>();
  const printed = new Map<string, string>();
  const start = (name: string): Promise<readonly unknown[]> => {
    const known = ended.get(name);
    if (known) return known;
    const own = steps.filter((step) => step.name === name);
    const result = Promise.all(own.flatMap(({ after }) => after).map(start)).then(() =>
      Promise.all(
        own.map(async (step) => printed.set([name, step.variables.ARCH].join(' ').trim(), await run(step))),
      ),
    );
    ended.set(name, result);
    return result;
  };
  await Promise.all(steps.map(({ name }) => start(name)));
  return printed;
}

/** What the registry has under a name of an image: its platforms with their digests. */
function platformsOf(image: string): Record<string, unknown> {
  const index = JSON.parse(skopeo(['inspect', '--raw', `docker://${image}`]));
  return Object.fromEntries(
    listOf(index.manifests)
      .map(fieldsOf)
      .map(({ platform, digest }) => [`${at(platform, ['os'])}/${at(platform, ['architecture'])}`, digest]),
  );
}

function digestOf(image: string): string {
  return skopeo(['inspect', '--format', '{{.Digest}}', `docker://${image}`]).trim();
}

test('the pipeline builds both images, tests each on its architecture, and joins those that it tested', async () => {
  const project = checkOut('pipeline');
  const image = `${registry.address}/acme/hello:0123abcd`;
  const given: Environment = {
    CI_REGISTRY: registry.address,
    CI_REGISTRY_IMAGE: `${registry.address}/acme/hello`,
    CI_REGISTRY_USER: REGISTRY_USER,
    CI_REGISTRY_PASSWORD: REGISTRY_PASSWORD,
    CI_COMMIT_SHORT_SHA: '0123abcd',
  };
  const tested: Record<string, string> = {};

  const printed = await runAll(pipelineJobs(), async ({ name, variables, script, service }) => {
    const known = { ...given, ...variables };
    const environment: Record<string, string> = { ...given, ...podEnvironment(name) };
    for (const [key, value] of Object.entries(variables)) environment[key] = expanded(value, known);
    if (service === undefined) return runScript(project, script, environment);
    const [port] = await freePorts(1);
    const reference = expanded(expanded(service, { ...known, IMAGE: environment.IMAGE }), known);
    tested[`linux/${variables.ARCH}`] = digestOf(reference);
    const server = await startService(reference, variables.ARCH, `127.0.0.1:${port}`);
    try {
      const url = environment.SERVER_URL.replace('server:8080', `127.0.0.1:${port}`);
      return await runScript(project, script, { ...environment, SERVER_URL: url });
    } finally {
      await server.stop();
    }
  });

  expect([...printed.keys()].sort()).toEqual([
    'build-image amd64',
    'build-image arm64',
    'compile amd64',
    'compile arm64',
    'create-index',
    'test-image amd64',
    'test-image arm64',
  ]);
  expect(printed.get('test-image amd64')).toMatch(/hello from amd64/);
  expect(printed.get('test-image arm64')).toMatch(/hello from arm64/);
  expect(platformsOf(image)).toEqual(tested);
  expect(Object.keys(tested).sort()).toEqual(['linux/amd64', 'linux/arm64']);
  expect([...printed.values()].join('\n')).not.toContain(REGISTRY_PASSWORD);
});

test('an image of the other architecture fails the test of the pipeline', async () => {
  const project = checkOut('wrong');
  const [port] = await freePorts(1);
  const environment = { ...podEnvironment('wrong'), ARCH: 'amd64', ADDRESS: `127.0.0.1:${port}` };
  await runScript(project, 'make compile', environment);
  const wanted = { ...environment, ARCH: 'arm64', SERVER_URL: `http://127.0.0.1:${port}` };
  await expect(
    runScript(project, 'bin/server-amd64 & trap "kill $!" EXIT; make test-container', wanted),
  ).rejects.toThrow(/hello from amd64[\s\S]*expected: hello from arm64/);
});

test('the workflow for CodeCatalyst builds both images at once, and an index of them', async () => {
  const project = checkOut('workflow');
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  // What AWS answers with: a password for the registry.
  writeFileSync(join(programs, 'aws'), `#!/bin/sh\nprintf %s ${REGISTRY_PASSWORD}\n`, { mode: 0o755 });
  const commit = execFileSync('git', ['-C', project, 'rev-parse', '--short=8', 'HEAD'], { encoding: 'utf8' });
  const image = `${registry.address}/hello-world:${commit.trim()}`;

  const printed = await runAll(workflowActions(), ({ name, variables, script }) =>
    runScript(project, script, {
      ...variables,
      ...podEnvironment(name),
      PATH: `${programs}:${process.env.PATH}`,
      CI_REGISTRY: registry.address,
      CI_REGISTRY_USER: REGISTRY_USER,
    }),
  );

  expect([...printed.keys()].sort()).toEqual(['BuildAmd64 amd64', 'BuildArm64 arm64', 'CreateIndex']);
  expect(platformsOf(image)).toEqual({
    'linux/amd64': digestOf(`${image}-amd64`),
    'linux/arm64': digestOf(`${image}-arm64`),
  });
});
