import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFolder } from '../../lib/app/dist-folder';
import { renderFleets } from '../../lib/app/render';
import type { RunnerFleetProps } from '../../lib/fleet/props/fleet';
import { resolveFleets } from '../../lib/fleet/resolve-fleets';

/** Renders and writes a fleet of as many runners as the first argument says; prints time and memory as JSON. */
const count = Number(process.argv[2]);
const fleet: RunnerFleetProps = {
  name: 'bench',
  runners: Array.from({ length: count }, (_, index) => ({
    name: `runner-${index}`,
    arch: index % 2 === 0 ? 'amd64' : 'arm64',
    capacity: index % 3 === 0 ? 'on-demand' : 'spot',
    tags: [`team-${index % 10}`],
  })),
};

const folder = mkdtempSync(join(tmpdir(), 'runner-fleet-bench-'));
try {
  const start = performance.now();
  const files = renderFleets(resolveFleets([fleet], new Map()));
  replaceFolder(join(folder, 'dist'), files);
  const milliseconds = Math.round(performance.now() - start);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ runners: count, files: files.length, milliseconds, megabytes }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
