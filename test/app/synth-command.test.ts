import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT_FOLDER } from '../../lib/app/output-folder';
import { HEADER } from '../../lib/app/render';
import { synth } from '../../lib/app/synth';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { type ProgramRun, runIn } from '../cli/in-process';
import { DEFAULT_FLEET, render } from '../fleets';
import { withProject } from './project';
import { tree, withFolder } from './temporary-folder';

const DIST = Object.fromEntries(render(DEFAULT_FLEET).map(({ path, text }) => [path, text]));

/** What an app does that calls synth() in a project, without a new process, a compiler and the CLI of cdk8s. */
function synthHere(project: string, fleets: readonly RunnerFleetProps[] = [DEFAULT_FLEET]): ProgramRun {
  return runIn(project, () => synth(fleets));
}

/** The same with another folder to render into. */
function synthInto(output: string, project: string): ProgramRun {
  const before = process.env[OUTPUT_FOLDER];
  process.env[OUTPUT_FOLDER] = output;
  try {
    return synthHere(project);
  } finally {
    if (before === undefined) delete process.env[OUTPUT_FOLDER];
    else process.env[OUTPUT_FOLDER] = before;
  }
}

/** The default fleet with other options of its first runner, amd64-spot. */
function fleetWith(options: object): RunnerFleetProps {
  const [first, ...others] = DEFAULT_FLEET.runners;
  return { ...DEFAULT_FLEET, runners: [{ ...first, ...options }, ...others] };
}

test('a description with faults shows all of them, no stack of calls, and leaves dist/ as it was', () => {
  withProject((project) => {
    const run = synthHere(project, [{ ...fleetWith({ name: 'AMD64' }), gitlabUrl: 'gitlab.com' }]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('2 faults in the description; nothing was written.');
    expect(run.stderr).toContain('production > gitlabUrl: "gitlab.com"');
    expect(run.stderr).toContain('production > runner AMD64 > name: "AMD64"');
    expect(run.stderr).not.toMatch(/at .*(lib|charts)\/.*\.[jt]s/);
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('a hand-made manifest in dist/ stops the run and stays', () => {
  withProject((project) => {
    writeFileSync(join(project, 'dist', 'mine.yaml'), 'kind: Mine\n');
    const run = synthHere(project);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('dist/mine.yaml');
    expect(tree(join(project, 'dist'))).toEqual({ ...DIST, 'mine.yaml': 'kind: Mine\n' });
  });
});

test('a folder that holds the project, or its sealed tokens, is not one to render into', () => {
  withProject((project) => {
    const into = (output: string) => synthInto(output, project);
    expect(into('.')).toMatchObject({ status: 1, stderr: expect.stringContaining('. holds this project.') });
    expect(into('..')).toMatchObject({ status: 1, stderr: expect.stringContaining('holds this project.') });
    expect(into('sealed')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('sealed is for sealed tokens.'),
    });
    expect(existsSync(join(project, 'main.ts'))).toBe(true);
  });
});

test('a folder whose name begins as the project does is not taken for one above it', () => {
  withProject((project) => {
    const sibling = project.slice(0, -1);
    try {
      expect(synthInto(sibling, project)).toMatchObject({
        status: 0,
        stderr: expect.stringContaining(`${sibling}/: 42 files`),
      });
    } finally {
      rmSync(sibling, { recursive: true, force: true });
    }
  });
});

test('a second cluster is one more entry and one more folder', () => {
  withProject((project) => {
    const staging: RunnerFleetProps = {
      name: 'staging',
      runners: [{ name: 'arm64-spot', arch: 'arm64', capacity: 'spot' }],
    };
    expect(synthHere(project, [DEFAULT_FLEET, staging]).status).toBe(0);
    expect(tree(join(project, 'dist'))).toMatchObject(DIST);
    expect(existsSync(join(project, 'dist/staging/runners/arm64-spot/deployment.yaml'))).toBe(true);
  });
});

test('a changed limit is a one-line diff', () => {
  withProject((project) => {
    const pool = { arch: 'amd64', capacity: 'spot', limits: { cpu: '200' } } as const;
    expect(synthHere(project, [{ ...DEFAULT_FLEET, nodePools: [pool] }]).status).toBe(0);
    const after = tree(join(project, 'dist'));
    const changed = Object.keys(after).filter((path) => after[path] !== DIST[path]);
    expect(changed).toEqual(['production/karpenter/nodepool-gitlab-jobs-amd64-spot.yaml']);
    const [before, now] = [DIST[changed[0]], after[changed[0]]].map((text) => text.split('\n'));
    expect(now.filter((line) => !before.includes(line))).toEqual(['    cpu: "200"']);
  });
});

test('a sealed token survives every later synth', () => {
  withProject((project) => {
    const ciphertext = Buffer.concat([Buffer.from([2, 0]), Buffer.alloc(553, 7)]).toString('base64');
    mkdirSync(join(project, 'sealed/production'), { recursive: true });
    writeFileSync(
      join(project, 'sealed/production/amd64-spot.yaml'),
      `namespace: gitlab-runners\nname: runner-amd64-spot-token\nscope: strict\nciphertext: ${ciphertext}\n`,
    );
    for (let round = 0; round < 2; round++) {
      const run = synthHere(project);
      expect(run.status).toBe(0);
      expect(run.stderr).not.toContain('howto production/amd64-spot');
      expect(run.stderr).toContain('howto production/arm64-spot');
      const secret = readFileSync(
        join(project, 'dist/production/runners/amd64-spot/sealedsecret.yaml'),
        'utf8',
      );
      expect(secret).toContain(ciphertext);
    }
  });
});

test('dist/ of this project is what its main.ts renders', () => {
  withFolder((folder) => {
    const output = join(folder, 'dist');
    const run = spawnSync(process.execPath, ['build/test/main.js'], {
      env: { ...process.env, RUNNER_FLEET_OUTPUT: output },
      encoding: 'utf8',
    });
    expect(run.status).toBe(0);
    const rendered = Object.entries(tree('dist')).filter(([, text]) => text.startsWith(HEADER));
    expect(tree(output)).toEqual(Object.fromEntries(rendered));
  });
});

test('a file in the place of sealed/ is a sentence, not a stack of calls', () => {
  withProject((project) => {
    writeFileSync(join(project, 'sealed'), 'no folder\n');
    const run = synthHere(project);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('sealed is not a folder. Sealed tokens are');
    expect(run.stderr).not.toMatch(/at .*(lib|charts)\/.*\.[jt]s/);
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('a fleet that the proof refuses never reaches dist/', () => {
  withProject((project) => {
    const run = synthHere(project, [fleetWith({ build: { cpu: { request: '60' } } })]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain('error [fits/job] ConfigMap/gitlab-runners/runner-amd64-spot-');
    expect(run.stderr).toContain('in what would be rendered; nothing was written.');
    expect(tree(join(project, 'dist'))).toEqual(DIST);
  });
});

test('the end of a synth says where jobs land and what a minute of them costs', () => {
  withProject((project) => {
    const { stderr } = synthHere(project, [{ ...DEFAULT_FLEET, runnerDefaults: { concurrency: 20 } }]);
    expect(stderr).toMatch(/production-amd64-spot +20 +gitlab-jobs-amd64-spot \(95\) +c6a.large +0.00127/);
    expect(stderr).toMatch(/production-arm64-spot +20 +gitlab-jobs-arm64-spot \(56\) +c6g.large +0.00113/);
  });
});
