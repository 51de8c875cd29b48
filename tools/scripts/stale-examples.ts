import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { OUTPUT_FOLDER } from '../../lib/app/output-folder';
import { readFolder } from '../../lib/cluster/read-folder';

/**
 * Files of an example's dist/ that its main.ts renders otherwise, not at all, or besides.
 *
 * @param folder the example, with its cdk8s.yaml
 * @param main its main.ts, compiled
 * @throws Error with what the example said, where it does not render
 */
export function staleFiles(folder: string, main: string): readonly string[] {
  const scratch = mkdtempSync(join(tmpdir(), 'runner-fleet-example-'));
  try {
    const output = join(scratch, 'dist');
    const env = { ...process.env, [OUTPUT_FOLDER]: output };
    const run = spawnSync(process.execPath, [resolve(main)], { cwd: folder, env, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`${folder} does not render:\n${run.stderr}`);
    const [rendered, committed] = [textsOf(output), textsOf(join(folder, 'dist'))];
    const paths = [...new Set([...rendered.keys(), ...committed.keys()])];
    return paths.filter((path) => rendered.get(path) !== committed.get(path)).sort();
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function textsOf(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readFolder(folder).map(({ path, text }) => [relative(resolve(folder), resolve(path)), text]),
  );
}
