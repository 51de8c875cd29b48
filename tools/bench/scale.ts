import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Renders, proves and compares fleets in ten clusters, each command in a process of its own, and prints the seconds, those of
 * the processor and the memory of each. The change that is compared is another limit of every runner.
 */
const CLUSTERS = 10;
const PROGRAM = resolve('build/package/lib/cli/main.js');
const LIBRARY = resolve('build/package/lib/index.js');

/** What synth runs: the fleets, with so many jobs at once for each runner. */
const MAIN = `
const { synth } = require(${JSON.stringify(LIBRARY)});
const [clusters, runners, concurrency] = process.argv.slice(2).map(Number);
synth(
  Array.from({ length: clusters }, (_, cluster) => ({
    name: \`cluster-\${cluster}\`,
    runnerDefaults: { concurrency },
    runners: Array.from({ length: runners }, (_, index) => ({
      name: \`runner-\${index}\`,
      arch: index % 2 === 0 ? 'amd64' : 'arm64',
      capacity: index % 3 === 0 ? 'on-demand' : 'spot',
      tags: [\`team-\${index}\`],
    })),
  })),
);
`;

/** Writes what the process took, when it ends. */
const CLOCK = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: Math.round(maxRSS / 1024) };
  require('node:fs').writeFileSync('usage.json', JSON.stringify(usage));
});`;

function measure(runners: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-scale-'));
  try {
    writeFileSync(join(folder, 'cdk8s.yaml'), 'app: node main.js\n');
    writeFileSync(join(folder, 'main.js'), MAIN);
    writeFileSync(join(folder, 'clock.cjs'), CLOCK);
    const each = runners / CLUSTERS;
    const synth = (concurrency: number) =>
      timed(folder, 'synth', ['main.js', `${CLUSTERS}`, `${each}`, `${concurrency}`]);
    const results = [synth(1), timed(folder, 'check', [PROGRAM, 'check', 'dist', '--format', 'json'])];
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], {
        cwd: folder,
      });
    git('init', '--quiet', '--initial-branch=main');
    git('add', 'dist');
    git('commit', '--quiet', '--message', 'before');
    synth(2);
    results.push(timed(folder, 'diff', [PROGRAM, 'diff', '--format', 'json']));
    console.log(JSON.stringify({ runners, clusters: CLUSTERS, ...Object.assign({}, ...results) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(folder: string, name: string, args: readonly string[]): Record<string, unknown> {
  const start = performance.now();
  const run = spawnSync(process.execPath, ['--require', './clock.cjs', ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1024 ** 3,
  });
  const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
  if (run.status !== 0) throw new Error(`${name} ended with ${run.status}: ${run.stderr.slice(-2000)}`);
  const { cpu, megabytes } = JSON.parse(readFileSync(join(folder, 'usage.json'), 'utf8'));
  return { [name]: { seconds, cpu: Number(cpu.toFixed(1)), megabytes } };
}

const { values } = parseArgs({
  options: { runners: { type: 'string', multiple: true, default: ['500', '1000', '5000'] } },
});
if (!values.runners.every((one) => /^[1-9]\d{0,3}0$/.test(one))) {
  console.error('--runners is a multiple of ten, at most 99990.');
  process.exit(2);
}
for (const one of values.runners) measure(Number(one));
