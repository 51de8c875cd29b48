import { ApiObject, type ApiObjectProps, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { applyPatch, type ObjectPatch } from '../lib/fleet/patches';
import { KEEP_VERBATIM } from './object-metadata';

/**
 * Adds an object to a chart as it will be rendered, with the user's patches on top.
 *
 * Typed constructs drop fields that their schema lacks whenever they render, patched ones included; so the typed
 * classes make the manifest, and a plain object carries it.
 */
export function addObject(
  scope: Construct,
  id: string,
  manifest: unknown,
  patches: readonly ObjectPatch[] = [],
): void {
  const patched = keptVerbatim(
    patches.reduce<unknown>(applyPatch, applyPatch(manifest, {})) as ApiObjectProps,
  );
  const object = new ApiObject(scope, id, patched);
  // A chart's namespace is for what has one: objects of the cluster keep none.
  if (patched.metadata?.namespace === undefined && object.metadata.namespace !== undefined)
    object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}

/**
 * An object that Flux leaves as it is, if it holds a variable in the form that Flux replaces. What a patch says of the
 * annotation stays.
 */
function keptVerbatim(object: ApiObjectProps): ApiObjectProps {
  if (!/\$\{|\$\$/.test(JSON.stringify(object))) return object;
  const annotations = { ...KEEP_VERBATIM, ...object.metadata?.annotations };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
