import { asWritten } from '../../cluster/as-applied';
import type { Manifest } from '../../cluster/manifest';
import { namespaceOfJobs } from '../../cluster/namespaces';
import type { Subject } from '../../cluster/observe';
import { isLabelledCleanup } from '../../cluster/orphan-cleanup';
import { isWorkload, sourcesOfVolume } from '../../cluster/workloads';
import { fieldsOf, listOf } from '../../values/record';
import { DASHBOARD_FILE } from '../dashboards';
import { fieldChanges } from '../field-changes';
import { unrenderedChange } from '../not-rendered';
import { type ChangedObject, type Comparison, type Impact, impact, isKept, type Rule } from '../rule';
import { readersOf } from '../tokens';
import { all } from './all-names';
import { managersSelectedBy } from './exposed-managers';
import { JUDGED_FIELDS } from './judged-fields';
import { groupKindOf, ownNamespaces } from './known-objects';

/** Objects that are none of a fleet. */
export const unknownObject: Rule = {
  id: 'unknown-object',
  title:
    'An object of a kind or in a namespace that the fleet does not have may do anything, and may have guarded anything.',
  run: (comparison) => {
    // Where nothing was there before, all of it is to be read.
    if (comparison.before.manifests.length === 0) return [];
    const own = ownNamespaces(comparison);
    return comparison.changes.flatMap((change): Impact[] => {
      const { before, after } = change;
      // What it renders is not judged, and that is said of it.
      if (unrenderedChange(change, comparison)) return [];
      if (before && !after) return removed(change, before, own, comparison);
      const what = after && foreignness(after, before !== undefined, own, comparison.after);
      if (what === undefined) return [];
      const is = before ? 'changes' : 'is new';
      return [impact('unknown-object', 'security', change, `${what}, and it ${is}.`, WHY)];
    });
  },
};

const WHY = 'No rule knows what it does: read its fields.';

/** Whether an object is new and not the fleet's, so that all of it is to be read. */
export function isUnknown({ before, after }: ChangedObject, comparison: Comparison): boolean {
  return (
    !before &&
    after !== undefined &&
    foreignness(after, false, ownNamespaces(comparison), comparison.after) !== undefined
  );
}

/** What goes may have guarded something. A namespace that goes is reported as one. */
function removed(
  change: ChangedObject,
  manifest: Manifest,
  own: ReadonlySet<string>,
  { before }: Comparison,
): Impact[] {
  if (manifest.kind === 'Namespace' || isKept(manifest)) return [];
  const what = foreignness(manifest, false, own, before);
  if (what === undefined) return [];
  const fields = fieldChanges({ before: undefined, after: asWritten(manifest) })
    .filter(({ path }) => !path.startsWith('metadata.'))
    .map(({ path, after }) => `${path} was ${after}`);
  const had = fields.length > 0 ? `: ${all(fields)}` : '';
  const why = 'No rule knows what it did, for example what it kept from pods.';
  return [impact('unknown-object', 'security', change, `${what}, and it goes${had}.`, why)];
}

function foreignness(
  manifest: Manifest,
  isKnown: boolean,
  own: ReadonlySet<string>,
  side: Subject,
): string | undefined {
  const { kind, name, namespace } = manifest;
  // A fleet has one CronJob, and knows it.
  const isOther = kind === 'CronJob' && !isLabelledCleanup(manifest);
  if (isOther || !Object.hasOwn(JUDGED_FIELDS, groupKindOf(manifest)))
    return `No fleet has an object of the kind ${kind}`;
  const place = kind === 'Namespace' ? name : namespace;
  if (place !== undefined && !own.has(place)) return `The namespace ${place} is not that of a runner`;
  if (kind === 'Service' && managersSelectedBy(manifest, side).length === 0)
    return 'This Service leads to no manager';
  if (isKnown) return undefined;
  if (kind === 'ConfigMap' && !isDashboard(manifest) && !isReadConfigMap(manifest, side))
    return 'No runner reads this ConfigMap';
  if (kind === 'SealedSecret' && !isReadSecret(manifest, side))
    return 'No manager reads this SealedSecret, nor do jobs by a config.toml';
  if (isWorkload(manifest) && !side.runners.some(({ manager }) => manager === manifest))
    return `This ${kind} is not the manager of a runner`;
  return undefined;
}

/** Whether a ConfigMap holds dashboards and nothing else. */
function isDashboard({ body }: Manifest): boolean {
  const files = Object.keys(fieldsOf(fieldsOf(body).data));
  return files.length > 0 && files.every((file) => DASHBOARD_FILE.test(file));
}

/** Whether it is the config of a manager, or pods of a manager or of jobs mount it. */
function isReadConfigMap(configMap: Manifest, { configs, runners }: Subject): boolean {
  const mounted = `ConfigMap ${configMap.name}`;
  const isMounted = (pod: unknown) =>
    listOf(fieldsOf(pod).volumes).some((volume) => sourcesOfVolume(volume).includes(mounted));
  return (
    configs.some(({ manifest }) => manifest === configMap) ||
    runners.some(
      ({ table, job, manager, managerPod }) =>
        (manager?.namespace === configMap.namespace && isMounted(managerPod)) ||
        (namespaceOfJobs({ table }) === configMap.namespace && isMounted(job?.spec)),
    )
  );
}

/** Whether a manager reads a Secret, or a config.toml, or an account that pulls images, names it. */
function isReadSecret(secret: Manifest, side: Subject): boolean {
  const name = JSON.stringify(secret.name);
  const isNamed = (value: unknown) => JSON.stringify(value ?? null).includes(name);
  return (
    readersOf(secret, side).length > 0 ||
    side.runners.some(
      ({ table, manager, managerPod }) =>
        (namespaceOfJobs({ table }) === secret.namespace && isNamed(table.kubernetes)) ||
        (manager?.namespace === secret.namespace && isNamed(managerPod.imagePullSecrets)),
    ) ||
    side.manifests.some(
      ({ kind, namespace, body }) =>
        kind === 'ServiceAccount' && namespace === secret.namespace && isNamed(body.imagePullSecrets),
    )
  );
}
