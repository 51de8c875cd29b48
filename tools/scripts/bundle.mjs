/**
 * Joins the JavaScript of build/package into one file; npm runs this before it packs. A program that reads one file starts
 * sooner than one that reads three hundred. Declarations stay as they are, the entry points of package.json become a few
 * lines each, and what the package depends on is not joined.
 */
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const HOME = resolve('build/package');
const BUNDLE = join(HOME, 'bundle.js');
const LOADER = join(HOME, 'lib/load-bundle.js');
const LIBRARIES = ['lib/index.js', 'lib/proof.js'];
const PROGRAM = 'lib/cli/main.js';

/** Each entry is loaded when it is asked for, and what two of them share is loaded once. */
function joined() {
  const entries = [...LIBRARIES, PROGRAM];
  const { outputFiles } = buildSync({
    stdin: {
      contents: entries.map((entry) => `exports['${entry}'] = () => require('./${entry}');`).join('\n'),
      resolveDir: HOME,
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    write: false,
  });
  return outputFiles[0].text;
}

/** Names are written out: who imports from an ES module gets those that the text shows. */
function libraryText(entry, names) {
  const lines = names.map((name) => `exports.${name} = entry.${name};`);
  return `'use strict';\n${loadEntry('const entry = ', entry)}\n${lines.join('\n')}\n`;
}

function loadEntry(start, entry) {
  const loader = relative(dirname(join(HOME, entry)), LOADER);
  return `${start}require('${loader.startsWith('.') ? loader : `./${loader}`}').loadBundle()['${entry}']();`;
}

const text = joined();
const load = createRequire(import.meta.url);
const libraries = LIBRARIES.map((entry) => [entry, libraryText(entry, Object.keys(load(join(HOME, entry))))]);
for (const path of readdirSync(HOME, { recursive: true, encoding: 'utf8' }))
  if (/\.(js|json)$/.test(path) && join(HOME, path) !== LOADER) rmSync(join(HOME, path));
writeFileSync(BUNDLE, text);
for (const [entry, library] of libraries) writeFileSync(join(HOME, entry), library);
writeFileSync(join(HOME, PROGRAM), `#!/usr/bin/env node\n${loadEntry('', PROGRAM)}\n`);
chmodSync(join(HOME, PROGRAM), 0o755);
