import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type { OwnObject, OwnObjects } from '../../charts/base-objects';
import type { Manifest } from '../cluster/manifest';
import { parseManifests } from '../cluster/parse';
import type { Faults } from '../fleet/fault';
import type { ResolvedFleet } from '../fleet/resolved-fleet';
import { matchesStars } from '../values/glob';

/** Objects of a fleet's owner, and where each that a file holds stands there. */
export interface OwnManifests {
  readonly objects: readonly OwnObjects[];
  /** `<file>:<line>` by the id of an object. */
  readonly places: ReadonlyMap<string, string>;
}

/** Reads the files that `manifests` of a fleet names, below the working directory, and notes what is wrong with them. */
export function readOwnManifests(faults: Faults, { manifests }: ResolvedFleet): OwnManifests {
  const places = new Map<string, string>();
  const objects = manifests.flatMap((source, index): readonly OwnObjects[] => {
    if (typeof source === 'function') return [source];
    return filesOf(faults, `manifests[${index}]`, source).flatMap((file) => objectsOf(faults, file, places));
  });
  return { objects, places };
}

/** The files of a path whose last part may hold `*`, in the order of their names. */
function filesOf(faults: Faults, field: string, source: string): readonly string[] {
  const path = normalize(source);
  if (isAbsolute(path)) {
    faults.add(field, source, 'paths start at the folder of cdk8s.yaml', 'write the path from there');
    return [];
  }
  if (path.startsWith('dist/')) {
    faults.add(
      field,
      source,
      'what is in dist/ is rendered and replaced',
      'keep objects in a folder of their own',
    );
    return [];
  }
  if (!basename(path).includes('*')) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) return [path];
    const fix = stat
      ? `write "${join(path, '*.yaml')}"`
      : 'write the path of a YAML file, for example "objects/cache.yaml"';
    faults.add(field, source, stat ? 'this is a folder' : 'there is no such file', fix);
    return [];
  }
  const names = namesIn(dirname(path)).filter((name) => matchesStars(basename(path), name));
  if (names.length > 0) return names.sort().map((name) => join(dirname(path), name));
  faults.add(field, source, 'no file has such a name', 'write a pattern that some file has, or leave it out');
  return [];
}

function namesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
}

function objectsOf(faults: Faults, path: string, places: Map<string, string>): readonly OwnObject[] {
  const parsed = parseManifests([{ path, text: readFileSync(path, 'utf8') }]);
  for (const { at, found, why, fix } of parsed.faults) faults.add(`${at.file}:${at.line}`, found, why, fix);
  if (parsed.manifests.length === 0 && parsed.faults.length === 0)
    faults.add(path, 'no object', 'a file holds at least one object', 'add one, or leave the file out');
  return parsed.manifests.map((manifest) => {
    const id = freeId(manifest, places);
    places.set(id, `${path}:${manifest.lineOf([])}`);
    return { id, body: manifest.body };
  });
}

/** Part of the path of a file: kind, namespace and name, and a number where another object has that path. */
function freeId({ kind, namespace, name }: Manifest, taken: ReadonlyMap<string, string>): string {
  const parts = [kind.toLowerCase(), ...(namespace === undefined ? [] : [namespace]), name];
  const id = parts.join('-').replace(/[^\w.-]/g, '_');
  let free = id;
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`;
  return free;
}
