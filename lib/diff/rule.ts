import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import type { Problem } from '../problem';
import { at, textOf } from '../values/record';
import type { FieldChange } from './field-changes';
import type { ObjectChange } from './objects';

/**
 * How much a change does. Security: what guards the fleet is weaker afterwards, whatever else happens. Disruptive: running jobs can be cut, or the change can't be applied. Notice: something restarts,
 * drains, moves or stops taking jobs. Info: nothing that runs is touched.
 */
export type Weight = 'security' | 'disruptive' | 'notice' | 'info';

/** What a change does once it is merged and applied. It is a problem only where it weighs something, and needs no fix. */
export interface Impact extends Pick<Problem, 'id' | 'why'> {
  readonly weight: Weight;
  /** The object that changes; the runner where a rule is about what no single object says. */
  readonly object: string;
  /** What happens, as a sentence. */
  readonly what: string;
}

/** An object that changes, with the fields in which it differs. */
export interface ChangedObject extends ObjectChange {
  /** Those of one that is new are all that it says; one that goes has none. */
  readonly fields: readonly FieldChange[];
}

/** Two revisions of one cluster, with what differs. */
export interface Comparison {
  readonly before: Subject;
  readonly after: Subject;
  /** Added, removed and changed objects. */
  readonly changes: readonly ChangedObject[];
}

/** A rule of impact: what Flux, Karpenter or the runners do when some fields change. */
export interface Rule {
  /** Id, for example `manager-replaced`; `docs/review.md` explains it. */
  readonly id: string;
  /** What it tells, as a sentence. */
  readonly title: string;
  readonly run: (comparison: Comparison) => readonly Impact[];
}

/** Changes of objects of some kinds. */
export function changesOf({ changes }: Comparison, ...kinds: readonly string[]): readonly ChangedObject[] {
  return changes.filter((change) => kinds.includes(objectOf(change).kind));
}

/** The object as it will be, or as it was. */
export function objectOf({ before, after }: ObjectChange): Manifest {
  return (after ?? before) as Manifest;
}

/**
 * Whether a field changed, or one below it, or one that comes or goes with the table that it is in. Nothing of an object
 * changes that comes or goes as a whole.
 * @param path keys with dots between
 */
export function changed({ before, after, fields }: ChangedObject, path: string): boolean {
  if (!before || !after) return false;
  if (fields.some((field) => isWithin(field.path, path))) return true;
  if (!fields.some((field) => isWithin(path, field.path))) return false;
  const [old, now] = [before, after].map(({ body }) => JSON.stringify(at(body, path.split('.'))));
  return old !== now;
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || (path.startsWith(outer) && /^[.[ ]/.test(path.slice(outer.length)));
}

/** Whether removing an object from git leaves it in the cluster, for Flux or Argo CD. */
export function isKept({ body }: Manifest): boolean {
  const annotations = ['metadata', 'annotations'];
  const flux = textOf(at(body, [...annotations, 'kustomize.toolkit.fluxcd.io/prune']));
  const argo = textOf(at(body, [...annotations, 'argocd.argoproj.io/sync-options'])) ?? '';
  return flux === 'disabled' || argo.includes('Prune=false');
}

/** Some impacts without those that say the same twice. */
export function distinct(impacts: readonly Impact[]): readonly Impact[] {
  return [...new Map(impacts.map((one) => [JSON.stringify(one), one])).values()];
}

/** An impact on the object of a change. */
export function impact(id: string, weight: Weight, change: ObjectChange, what: string, why: string): Impact {
  return { id, weight, object: displayName(objectOf(change)), what, why };
}

/** The first three of some names, and how many more there are. */
export function firstFew(names: readonly string[], separator = ', '): string {
  const shown = names.slice(0, 3).join(separator);
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
