import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A description goes one way: defaults, rules, decisions. What belongs to one step is written in no other. */

function sourcesOf(folder: string): readonly (readonly [path: string, text: string])[] {
  const files = readdirSync(folder, { encoding: 'utf8' }).map((name) => join(folder, name));
  expect(files.length).toBeGreaterThan(3);
  return files.map((path) => [path, readFileSync(path, 'utf8')] as const);
}

/** Lines of code, without comments. */
const linesWith = (folder: string, pattern: RegExp) =>
  sourcesOf(folder).flatMap(([path, text]) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => pattern.test(line) && !/^(\/?\*|\/\/)/.test(line))
      .map((line) => `${path}: ${line}`),
  );

test('defaults are filled in before anything is judged, and nowhere else', () => {
  expect(linesWith('lib/fleet/resolve', /\?\?|[A-Z]_DEFAULTS|RUNNER_VERSION|JOB_IMAGE|AMI_ALIAS/)).toEqual(
    [],
  );
  // A fix may name the default as what to write instead.
  const filledIn = linesWith('lib/fleet/validate', /\?\? [A-Z]|[A-Z]_DEFAULTS/);
  expect(filledIn.filter((line) => !/`write|import/.test(line))).toEqual([]);
});

test('decisions are taken about what is valid: they judge nothing, repair nothing and ask not what was said', () => {
  expect(
    linesWith('lib/fleet/resolve', /Faults|\/validate\/|\/props\/runner|\/props\/fleet|\.said\b/),
  ).toEqual([]);
  expect(
    linesWith('lib/fleet/resolve', / as (?!const\b)|String\(|Number\.is|parseQuantity|parseDuration/),
  ).toEqual([]);
});

test('rules judge and change nothing; filling in judges nothing', () => {
  expect(linesWith('lib/fleet/validate', /from '\.\.\/resolve\//)).toEqual([]);
  expect(linesWith('lib/fleet/normalise', /Faults|\/validate\/|\/resolve\/|throw /)).toEqual([]);
});
