import { type Imported, importFleet } from '../../lib/cli/import/import-fleet';
import type { Line, LineKind } from '../../lib/import/line';

/** Imports texts under paths of their own. */
export function imported(files: Readonly<Record<string, string>>, name = 'acme'): Imported {
  return importFleet(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    name,
    [],
  );
}

/** The description of a `main.ts`, as data. */
export function descriptionIn({ text }: Imported): Readonly<Record<string, unknown>> {
  const [, body] = /synth\(\[\n([\s\S]*),\n\]\);/.exec(text ?? '') ?? [];
  return new Function(`return (${body});`)();
}

/** The only runner of a description. */
export function runnerIn(one: Imported): Readonly<Record<string, unknown>> {
  const { runners } = descriptionIn(one) as { runners: readonly Record<string, unknown>[] };
  expect(runners).toHaveLength(1);
  return runners[0];
}

/** Lines of a kind, as `from: why` or `from -> to`. */
export function linesOf({ lines }: Imported, kind: LineKind): readonly string[] {
  return lines
    .filter((line) => line.kind === kind)
    .map(({ from, to, why }: Line) => `${from}${to ? ` -> ${to}` : ''}${why ? `: ${why}` : ''}`);
}
