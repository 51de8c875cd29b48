import { ApiObject, App } from 'cdk8s';
import { Construct } from 'constructs';
import { addFleetObjects } from '../../charts/fleet-objects';
import { HEADER } from '../cluster/rendered-folder';
import { Faults, stopAt } from '../fleet/fault';
import type { ResolvedFleet } from '../fleet/resolved-fleet';
import { type BuiltFleet, type BuiltObject, builtObject, checkOwnObjects } from './own-faults';
import { type OwnManifests, readOwnManifests } from './own-files';
import { yamlText } from './yaml-text';

export { HEADER };

/** A file of `dist/`. */
export interface RenderedFile {
  /** Path below `dist/`, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * The files of all fleets, one object each, sorted by path. The construct path of an object is its file's path.
 *
 * @throws DescriptionError with everything that is wrong with objects of the fleets' owners
 */
export function renderFleets(fleets: readonly ResolvedFleet[]): readonly RenderedFile[] {
  const faults = Faults.collect();
  const withOwn = fleets.map((fleet) => ({ fleet, own: readOwnManifests(faults.at(fleet.name), fleet) }));
  stopAt(faults);
  const built = withOwn.map(({ fleet, own }) => buildFleet(fleet, own));
  checkOwnObjects(faults, built);
  stopAt(faults);
  return built.flatMap(({ objects }) => objects.map(fileOf)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function buildFleet(fleet: ResolvedFleet, own: OwnManifests): BuiltFleet {
  const app = new App();
  addFleetObjects(new Construct(app, fleet.name), fleet, own.objects);
  const objects = app.node.findAll().filter((construct) => construct instanceof ApiObject);
  return { fleet, path: fleet.name, own, objects: objects.map(builtObject) };
}

/** Not App.synth(): it names files by kind and name alone, so that objects of two namespaces overwrite each other. */
function fileOf({ construct, body }: BuiltObject): RenderedFile {
  return { path: `${construct.node.path}.yaml`, text: HEADER + textOf(body) };
}

/** The body of an object as YAML. */
export function textOf(body: unknown): string {
  return yamlText(sortKeys(body));
}

/** Keys in one order whatever the environment says (`CDK8S_DISABLE_SORT`); identity first, as people read it. */
function sortKeys(value: unknown, top = true): unknown {
  if (Array.isArray(value)) return value.map((item) => sortKeys(item, false));
  if (typeof value !== 'object' || value === null) return value;
  const first = top ? ['apiVersion', 'kind', 'metadata'] : [];
  const keys = Object.keys(value).sort();
  const ordered = [
    ...first.filter((key) => keys.includes(key)),
    ...keys.filter((key) => !first.includes(key)),
  ];
  return Object.fromEntries(
    ordered.map((key) => [key, sortKeys((value as Record<string, unknown>)[key], false)]),
  );
}
