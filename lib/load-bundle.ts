import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What the packed file exports: each entry point of the package, loaded when it is asked for. */
export type Bundle = Readonly<Record<string, () => unknown>>;

/** Folder of the code that Node has compiled, as Node 22 and later read it. */
const CACHE = process.env.NODE_COMPILE_CACHE;

let loaded: Bundle | undefined;

/**
 * Loads the one file that the package's code is packed into. Releases of Node before 22 know no NODE_COMPILE_CACHE; for them
 * what it does is done here, so that a synth does not compile the package each time.
 */
export function loadBundle(): Bundle {
  const file = join(__dirname, '../bundle.js');
  loaded ??= CACHE && !('enableCompileCache' in Module) ? loadCached(file, CACHE) : createRequire(file)(file);
  return loaded as Bundle;
}

function loadCached(file: string, folder: string): Bundle {
  const text = Module.wrap(readFileSync(file, 'utf8'));
  // V8 itself compares no more than the length of the text.
  const hash = createHash('sha1').update(text).digest('hex');
  const cache = join(folder, `gitlab-runner-fleet-${process.version}-${process.arch}-${hash}`);
  const cachedData = existsSync(cache) ? readFileSync(cache) : undefined;
  const script = new Script(text, { filename: file, cachedData });
  const module: { exports: Bundle } = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, join(file, '..'));
  // At the end: functions that were called are in it by then.
  if (cachedData === undefined || script.cachedDataRejected)
    process.on('exit', () => writeCache(folder, cache, script.createCachedData()));
  return module.exports;
}

/** In one step, since another process may read it; without a place to write, every run compiles. */
function writeCache(folder: string, cache: string, data: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${cache}.${process.pid}`, data);
    renameSync(`${cache}.${process.pid}`, cache);
  } catch {}
}
