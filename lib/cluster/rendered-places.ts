import { basename, relative } from 'node:path';
import type { SourceFile } from './manifest';
import { HEADER } from './rendered-text';

/** Folders that a fleet's objects are rendered into, below the fleet's own. */
const UNITS: readonly string[] = ['base', 'karpenter', 'runners', 'cluster'];

/** What Flux's source leaves out of an archive, of the names that a rendered file could have. */
const LEFT_OUT = new Set(['cloudbuild.yaml']);

/** A rendered file, and where it stands. */
interface Place extends SourceFile {
  readonly steps: readonly string[];
  /** Which step is the unit; -1 where none is. */
  readonly unit: number;
  /** The folder that holds the fleet's. */
  readonly root: string;
}

/** The folders below another one, or itself, that fleets were rendered into. None where nothing was rendered. */
export function renderedFolders(below: string, files: readonly SourceFile[]): ReadonlySet<string> {
  const places = placesOf(below, files);
  const inUnits = places.filter(({ unit }) => unit >= 0);
  return new Set((inUnits.length > 0 ? inUnits : places).map(({ root }) => root));
}

/** The folder of a rendered file that a unit of Flux reads; undefined where its path names none. */
export function unitOf(path: string): string | undefined {
  return path
    .split(/[\\/]/)
    .reverse()
    .find((step) => UNITS.includes(step));
}

/** The steps of a path from a folder on. */
export function stepsBelow(folder: string, path: string): readonly string[] {
  return relative(folder, path).split(/[\\/]/);
}

/**
 * Rendered files that stand where synth puts none: no unit of Flux reads them, or Argo CD leaves them out, so that their
 * objects are deleted in the cluster though they stand in git.
 */
export function misplacedFiles(below: string, files: readonly SourceFile[]): ReadonlySet<string> {
  const places = placesOf(below, files);
  // Below a single unit the path doesn't say which one it is.
  if (places.every(({ unit }) => unit < 0)) return new Set();
  const layouts = layoutsOf(places);
  return new Set(places.filter((place) => isMisplaced(place, layouts)).map(({ path }) => path));
}

function placesOf(below: string, files: readonly SourceFile[]): readonly Place[] {
  return files
    .filter(({ text }) => text.startsWith(HEADER))
    .map((file) => {
      const steps = stepsBelow(below, file.path);
      const unit = steps.findIndex((step) => UNITS.includes(step));
      return { ...file, steps, unit, root: steps.slice(0, Math.max(0, unit - 1)).join('/') };
    });
}

/** Where most files of a root have their unit, and how many those are. */
interface Layout {
  readonly depth: number;
  readonly files: number;
}

function layoutsOf(places: readonly Place[]): ReadonlyMap<string, Layout> {
  const roots = new Map<string, Map<number, number>>();
  for (const { root, unit } of places.filter((place) => place.unit >= 0)) {
    const counts = roots.get(root) ?? new Map<number, number>();
    roots.set(root, counts.set(unit, (counts.get(unit) ?? 0) + 1));
  }
  return new Map(
    [...roots].map(([root, counts]) => {
      const [[depth, files]] = [...counts].sort(([a, first], [b, second]) => second - first || b - a);
      return [root, { depth, files }];
    }),
  );
}

function isMisplaced(
  { path, text, steps, unit, root }: Place,
  layouts: ReadonlyMap<string, Layout>,
): boolean {
  if (unit < 0 || unit !== layouts.get(root)?.depth || LEFT_OUT.has(basename(path))) return true;
  if (steps[unit] === 'cluster' && !/^kind: ClusterConfig$/m.test(text)) return true;
  // Flux's source leaves out .github and the like.
  const inner = steps.slice(Math.max(0, unit - 1), -1);
  return inner.some((step) => step.startsWith('.')) || isBesideMore(root, layouts);
}

/** Whether a root is inside of another one, or around it, that has more files: fleets stand beside each other. */
function isBesideMore(root: string, layouts: ReadonlyMap<string, Layout>): boolean {
  const own = layouts.get(root)?.files ?? 0;
  return [...layouts].some(
    ([other, { files }]) =>
      other !== root && files >= own && (isWithin(root, other) || isWithin(other, root)),
  );
}

function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner.startsWith(`${outer}/`);
}
