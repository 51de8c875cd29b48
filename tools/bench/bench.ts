import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packCheckout } from '../scripts/pack';

/**
 * Times `cdk8s synth` of the default fleet, in this repository and in a folder that installed the package, against the CLI
 * around an app that writes one file, in turn, and shows how rendering grows with the number of runners. Exit code 1 if a
 * ratio is above its bound or growth isn't linear.
 */
const ROUNDS = 9;
const MOST_RATIO = { 'in this repository': 1.5, 'with the package installed': 1.3 } as const;
/** Of the time for each runner, from 200 to 1,000 runners. */
const MOST_GROWTH = 1.5;
const PARTS = [
  'main.ts',
  'cdk8s.yaml',
  'tsconfig.json',
  'tsconfig.base.json',
  'package.json',
  'charts',
  'dist',
  'imports',
  'lib',
];

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-bench-'));
  try {
    const [repository, installed] = [join(folder, 'repository'), join(folder, 'installed')];
    copyRepository(repository);
    installPackage(installed);
    const synth = [
      compareSynth(repository, 'in this repository'),
      compareSynth(installed, 'with the package installed'),
    ].every((isFast) => isFast);
    const growth = measureGrowth();
    const proof = measureProof();
    process.exitCode = synth && growth && proof ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyRepository(project: string): void {
  for (const path of PARTS) cpSync(path, join(project, path), { recursive: true });
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
}

/** The same fleet in a project as `init` writes it, with the packed package and what it declares. */
function installPackage(project: string): void {
  const modules = join(project, 'node_modules');
  const home = join(modules, 'gitlab-runner-fleet');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', packCheckout(project).file, '--strip-components=1', '-C', home]);
  for (const name of readdirSync('node_modules'))
    if (name !== '.package-lock.json' && !existsSync(join(modules, name)))
      symlinkSync(resolve('node_modules', name), join(modules, name));
  const program = join(home, 'build/package/lib/cli/main.js');
  execFileSync(process.execPath, [program, 'init', '--ci', 'none'], { cwd: project });
  for (const path of ['main.ts', 'dist']) cpSync(path, join(project, path), { recursive: true });
}

function compareSynth(project: string, where: keyof typeof MOST_RATIO): boolean {
  const writer = 'mkdirSync(process.env.CDK8S_OUTDIR, { recursive: true });';
  writeFileSync(
    join(project, 'one-file.cjs'),
    `const { mkdirSync, writeFileSync } = require('node:fs');\n${writer}\n` +
      "writeFileSync(process.env.CDK8S_OUTDIR + '/one.yaml', 'apiVersion: v1\\nkind: Namespace\\nmetadata:\\n  name: one\\n');\n",
  );
  const ours = () => timeSynth(project, []);
  const bare = () => timeSynth(project, ['--app', 'node one-file.cjs', '--output', 'build/bare']);
  ours();
  bare();
  const times = Array.from({ length: ROUNDS }, () => ({ ours: ours(), bare: bare() }));
  const ratio = median(times.map((round) => round.ours / round.bare));
  const [fleet, one] = [median(times.map((round) => round.ours)), median(times.map((round) => round.bare))];
  console.log(
    `cdk8s synth of the default fleet ${where}: ${Math.round(fleet)} ms, of one file: ${Math.round(one)} ms`,
  );
  console.log(`ratio ${ratio.toFixed(2)} (median of ${ROUNDS} pairs, at most ${MOST_RATIO[where]})`);
  return ratio <= MOST_RATIO[where];
}

function timeSynth(project: string, flags: readonly string[]): number {
  const start = performance.now();
  const run = spawnSync('node_modules/.bin/cdk8s', ['synth', ...flags], {
    cwd: project,
    env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`cdk8s synth failed:\n${run.stderr}`);
  return performance.now() - start;
}

interface Rendered {
  readonly runners: number;
  readonly files: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

function measureGrowth(): boolean {
  console.log('runners  files      ms  ms/runner      MB');
  const rows = [2, 20, 200, 1000].map((count) => {
    const script = join(__dirname, 'render-many.js');
    const row = JSON.parse(
      execFileSync(process.execPath, [script, String(count)], { encoding: 'utf8' }),
    ) as Rendered;
    const cells: [number | string, number][] = [
      [row.runners, 7],
      [row.files, 7],
      [row.milliseconds, 8],
      [(row.milliseconds / row.runners).toFixed(1), 11],
      [row.megabytes, 8],
    ];
    console.log(cells.map(([cell, width]) => String(cell).padStart(width)).join(''));
    return row;
  });
  const [, , small, large] = rows;
  const growth = large.milliseconds / large.runners / (small.milliseconds / small.runners);
  console.log(
    `time for a runner among 1,000 over one among 200: ${growth.toFixed(2)} (at most ${MOST_GROWTH}: linear)`,
  );
  return growth <= MOST_GROWTH;
}

interface Proved {
  readonly runners: number;
  readonly pools: number;
  readonly types: number;
  readonly milliseconds: number;
}

/** Most milliseconds of the proof of 200 runners against 5 pools and all instance types. */
const MOST_PROOF_MS = 1000;

function measureProof(): boolean {
  console.log('proof: runners  pools  types      ms  ms/runner');
  const rows = [50, 100, 200, 400].map((count) => {
    const script = join(__dirname, 'prove-many.js');
    const row = JSON.parse(
      execFileSync(process.execPath, [script, String(count)], { encoding: 'utf8' }),
    ) as Proved;
    const cells: [number | string, number][] = [
      [row.runners, 14],
      [row.pools, 7],
      [row.types, 7],
      [row.milliseconds, 8],
      [(row.milliseconds / row.runners).toFixed(2), 11],
    ];
    console.log(cells.map(([cell, width]) => String(cell).padStart(width)).join(''));
    return row;
  });
  const [, , two, four] = rows;
  const growth = four.milliseconds / four.runners / (two.milliseconds / two.runners);
  console.log(
    `200 runners: ${two.milliseconds} ms (at most ${MOST_PROOF_MS}); growth to 400: ${growth.toFixed(2)}`,
  );
  return two.milliseconds <= MOST_PROOF_MS && growth <= MOST_GROWTH;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

main();
