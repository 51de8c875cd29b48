import { CLEANUP_COMPONENT, CLEANUP_VARIABLES, RUNNER_KEY } from '../contract';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Account, accountOf } from './grants';
import type { Labels } from './label-selector';
import type { Manifest } from './manifest';
import { ofKind } from './of-kind';
import type { ObservedPod, PlacedPod } from './place-pod';

/** A CronJob that deletes job pods which their manager has left behind. */
export interface OrphanCleanup {
  readonly manifest: Manifest;
  /** Where its pods stand in the CronJob. */
  readonly pod: ObservedPod & { readonly spec: Fields };
  readonly account: Account;
  /** Namespaces that it looks into. */
  readonly namespaces: readonly string[];
  /** Labels of the pods that it deletes, by key; undefined is any value. Undefined as a whole where it is no list of them. */
  readonly selector: ReadonlyMap<string, string | undefined> | undefined;
  /** Deadline of a pod that has none of its own; NaN where it says none. */
  readonly longestJobSeconds: number;
  /** What a pod may take beyond its deadline; NaN where it says none. */
  readonly spareSeconds: number;
  readonly isSuspended: boolean;
}

/** The same, with where its pods land. */
export interface PlacedCleanup extends OrphanCleanup {
  readonly placed: PlacedPod;
}

/** Where the CronJob has what it makes a pod of. */
export const CLEANUP_TEMPLATE = ['spec', 'jobTemplate', 'spec', 'template'] as const;

/** Whether a CronJob has the label of a fleet's cleanup of orphaned job pods. */
export function isLabelledCleanup({ kind, body }: Pick<Manifest, 'kind' | 'body'>): boolean {
  return (
    kind === 'CronJob' &&
    at(body, ['metadata', 'labels', 'app.kubernetes.io/component']) === CLEANUP_COMPONENT
  );
}

/**
 * Whether a CronJob is a fleet's cleanup of orphaned job pods: by its label, or by the variables of its program, which deletes
 * pods whatever the label says.
 */
export function isOrphanCleanup(manifest: Manifest): boolean {
  if (isLabelledCleanup(manifest)) return true;
  if (manifest.kind !== 'CronJob') return false;
  const variables = variablesOf(fieldsOf(at(manifest.body, [...CLEANUP_TEMPLATE, 'spec'])));
  return Object.values(CLEANUP_VARIABLES).filter((name) => variables.has(name)).length >= 2;
}

/** The cleanups among manifests. */
export function orphanCleanups(manifests: readonly Manifest[]): readonly OrphanCleanup[] {
  return ofKind(manifests, 'CronJob').filter(isOrphanCleanup).map(read);
}

function read(manifest: Manifest): OrphanCleanup {
  const { body, name, namespace } = manifest;
  const template = fieldsOf(at(body, CLEANUP_TEMPLATE));
  const spec = fieldsOf(template.spec);
  const variables = variablesOf(spec);
  return {
    manifest,
    pod: {
      title: `pod of ${name}, which deletes orphaned job pods`,
      namespace,
      labels: textsOf(at(template, ['metadata', 'labels'])),
      spec,
    },
    account: { name: accountOf(spec), namespace },
    namespaces: (variables.get(CLEANUP_VARIABLES.namespaces) ?? '').split(' ').filter((one) => one !== ''),
    selector: selectorOf(variables.get(CLEANUP_VARIABLES.selector) ?? ''),
    longestJobSeconds: secondsOf(variables.get(CLEANUP_VARIABLES.longestJob)),
    spareSeconds: secondsOf(variables.get(CLEANUP_VARIABLES.spare)),
    isSuspended: at(body, ['spec', 'suspend']) === true,
  };
}

function variablesOf(spec: Fields): ReadonlyMap<string, string> {
  const all = listOf(spec.containers).flatMap((container) => listOf(fieldsOf(container).env));
  return new Map(
    all.map(fieldsOf).map(({ name, value }) => [textOf(name) ?? '', textOf(value) ?? ''] as const),
  );
}

function secondsOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function selectorOf(text: string): OrphanCleanup['selector'] {
  const parts = text.split(',').map((part) => /^([\w./-]+)(?:==?([\w.-]+))?$/.exec(part.trim()));
  if (parts.some((part) => part === null)) return undefined;
  return new Map(parts.map((part) => [part?.[1] ?? '', part?.[2]]));
}

/** Whether a cleanup deletes pods of some labels in a namespace. */
export function deletesIn(
  { namespaces, selector }: OrphanCleanup,
  namespace: string,
  labels: Labels,
): boolean {
  return (
    namespaces.includes(namespace) &&
    selector !== undefined &&
    [...selector].every(([key, value]) =>
      value === undefined ? Object.hasOwn(labels, key) : labels[key] === value,
    )
  );
}

/** Whether a selector takes job pods of one fleet alone. */
export function isOfOneFleet({ selector }: OrphanCleanup): boolean {
  return (
    selector !== undefined &&
    selector.get('app.kubernetes.io/managed-by') === 'gitlab-runner' &&
    selector.get('app.kubernetes.io/part-of') !== undefined &&
    selector.has(RUNNER_KEY)
  );
}
