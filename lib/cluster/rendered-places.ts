import { relative } from 'node:path';
import type { SourceFile } from './manifest';
import { HEADER } from './rendered-text';

/** Folders that a fleet's objects are rendered into, below the fleet's own. */
const UNITS: readonly string[] = ['base', 'karpenter', 'runners', 'monitoring', 'cluster'];

/**
 * What Flux's source leaves out of an archive unless its `ignore` takes it back, files and folders alike.
 *
 * @see https://github.com/fluxcd/pkg/tree/main/sourceignore
 */
const LEFT_OUT =
  /^(\..*|.*\.(jpe?g|gif|png|wmv|flv|tar\.gz|zip)|cloudbuild\.yaml|appveyor\.yml|codeship-(services|steps)\.yml)$/;

/** What stands in units that an Application of Argo CD may leave out: anything else there would not be applied. */
const OWN_KINDS: Readonly<Record<string, RegExp>> = {
  cluster: /^kind: ClusterConfig$/m,
  monitoring: /^kind: (PodMonitor|PrometheusRule)$|^ +app\.kubernetes\.io\/component: monitoring$/m,
};

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

/**
 * The folder of each rendered file that a unit of Flux reads; files whose paths name none are left out. Any folder of a path may
 * be called as a unit is: that of most files counts, the deepest one of several.
 */
export function unitFolders(paths: readonly string[]): ReadonlyMap<string, string> {
  const places = paths.map((path) => {
    const steps = path.split(/[\\/]/);
    return { path, steps, units: steps.flatMap((step, index) => (UNITS.includes(step) ? [index] : [])) };
  });
  const counts = new Map<number, number>();
  for (const index of places.flatMap(({ units }) => units)) counts.set(index, (counts.get(index) ?? 0) + 1);
  const common = (index: number) => counts.get(index) ?? 0;
  return new Map(
    places.flatMap(({ path, steps, units }) => {
      const [unit] = [...units].sort((one, other) => common(other) - common(one) || other - one);
      return unit === undefined ? [] : [[path, steps.slice(0, unit + 1).join('/')]];
    }),
  );
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

function isMisplaced({ text, steps, unit, root }: Place, layouts: ReadonlyMap<string, Layout>): boolean {
  if (unit < 0 || unit !== layouts.get(root)?.depth) return true;
  const ownKinds = OWN_KINDS[steps[unit]];
  if (ownKinds && !ownKinds.test(text)) return true;
  const own = steps.slice(Math.max(0, unit - 1));
  return own.some((step) => LEFT_OUT.test(step)) || isBesideMore(root, layouts);
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
