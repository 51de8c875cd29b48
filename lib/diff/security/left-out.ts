import { leftOutMarks } from '../../cluster/left-out';
import { displayName, type Manifest } from '../../cluster/manifest';
import { lateGuards } from '../../cluster/sync-waves';
import { at, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { type ChangedObject, type Comparison, type Impact, impact, type Rule } from '../rule';

/** Objects that stand in git and not in the cluster. */
export const leftOut: Rule = {
  id: 'left-out',
  title: 'What Flux, Argo CD or the API server leave out or delete is as good as removed.',
  run: (comparison) => [
    ...comparison.changes.flatMap((change) => [
      ...marks(change),
      ...unkept(change),
      ...keptUnseen(change),
      ...deletedWithApplication(change),
    ]),
    ...late(comparison),
    ...keptBindings(comparison),
  ],
};

/** Rights of others than managers that stay in the cluster, and that nothing in git shows any more. */
function keptBindings({ before, changes }: Comparison): Impact[] {
  const accounts = new Set(
    before.runners.flatMap(({ manager, managerPod }) =>
      manager ? [`${manager.namespace}/${textOf(managerPod.serviceAccountName) ?? 'default'}`] : [],
    ),
  );
  return changes.flatMap((change) => {
    const { before: old, after } = change;
    if (!old || after || !/^(Cluster)?RoleBinding$/.test(old.kind)) return [];
    const others = listOf(old.body.subjects)
      .map(fieldsOf)
      .filter(
        ({ kind, name, namespace }) =>
          kind !== 'ServiceAccount' || !accounts.has(`${namespace ?? old.namespace}/${name}`),
      )
      .map(({ kind, name }) => `${kind} ${name}`);
    const keepers = keepersOf(old);
    if (keepers.length === 0 || others.length === 0) return [];
    const what = `It leaves git and stays in the cluster, with the rights of ${others.join(', ')}, where no review shows it: delete it there.`;
    const why = `${keepers.join(' and ')} does not prune it, by its annotations.`;
    return [impact('left-out', 'security', change, what, why)];
  });
}

/** Guards that Argo CD applied before the managers, and applies after them now. */
function late({ before, after }: Comparison): Impact[] {
  const known = new Set(lateGuards(before).map(({ guard }) => displayName(guard)));
  return lateGuards(after)
    .filter(({ guard }) => !known.has(displayName(guard)))
    .map(({ guard, wave, manager, managerWave }) => ({
      id: 'left-out',
      weight: 'security',
      object: displayName(guard),
      what: `Argo CD applies it in wave ${wave}, once ${displayName(manager)} of wave ${managerWave} is healthy: until then pods run without it.`,
      why: 'Waves are applied in order, and each waits until everything before it is healthy.',
    }));
}

function marks(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!after) return [];
  const [old, now] = [before, after].map(
    (one) => new Map(one ? leftOutMarks(one).map(({ key, value }) => [key, value]) : []),
  );
  const added = [...now].filter(([key, value]) => old.get(key) !== value);
  if (added.length === 0) return [];
  const what = `It may be left out of the cluster, or deleted there: ${added.map(([key, value]) => `${key} is ${value}`).join(', ')}.`;
  const why = 'Flux, Argo CD and the API server read it, and what the object guards may be gone.';
  return [impact('left-out', 'security', change, what, why)];
}

/** Kinds that are pruned when they leave git, as rendered; readers of git take them for gone then. */
const PRUNED = new Set([
  'ConfigMap',
  'CronJob',
  'DaemonSet',
  'Deployment',
  'EC2NodeClass',
  'Job',
  'LimitRange',
  'NetworkPolicy',
  'NodeClass',
  'NodePool',
  'Pod',
  'PodDisruptionBudget',
  'ResourceQuota',
  'Service',
  'StatefulSet',
]);

/** Objects of these kinds that stay in the cluster when they leave git. */
function keptUnseen(change: ChangedObject): Impact[] {
  const { before, after } = change;
  const kind = (after ?? before)?.kind ?? '';
  if (!PRUNED.has(kind)) return [];
  const [old, now] = [before, after].map((one) => (one ? keepersOf(one) : []));
  if (!after) {
    if (old.length === 0) return [];
    const what = 'It leaves git and stays in the cluster, where no review shows it: delete it there.';
    return [
      impact(
        'left-out',
        'security',
        change,
        what,
        `${old.join(' and ')} does not prune it, by its annotations.`,
      ),
    ];
  }
  const added = now.filter((keeper) => !old.includes(keeper));
  if (added.length === 0) return [];
  const what = `${added.join(' and ')} keeps it when it leaves git: it stays in the cluster, and no review shows it.`;
  return [
    impact(
      'left-out',
      'security',
      change,
      what,
      'As rendered, objects of its kind are pruned when they leave git.',
    ),
  ];
}

/** Objects that nothing keeps any more when they leave git. */
function unkept(change: ChangedObject): Impact[] {
  const { before, after } = change;
  if (!before || !after) return [];
  const [old, now] = [before, after].map(keepersOf);
  const lost = old.filter((keeper) => !now.includes(keeper));
  if (lost.length === 0) return [];
  const what = `${lost.join(' and ')} no longer keeps it: when it leaves git, it is deleted, and what it holds with it.`;
  const why = 'It was annotated so that it is not pruned.';
  return [impact('left-out', 'disruptive', change, what, why)];
}

function keepersOf({ body }: Manifest): readonly string[] {
  const annotations = textsOf(at(body, ['metadata', 'annotations']));
  return [
    ...(annotations['kustomize.toolkit.fluxcd.io/prune'] === 'disabled' ? ['Flux'] : []),
    ...(argoOptions(annotations).includes('Prune=false') ? ['Argo CD'] : []),
  ];
}

/** Objects that Argo CD deletes with their Application now. */
function deletedWithApplication(change: ChangedObject): Impact[] {
  const [old, now] = [change.before, change.after].map(
    (one) => one && argoOptions(textsOf(at(one.body, ['metadata', 'annotations']))).includes('Delete=false'),
  );
  if (!old || now !== false) return [];
  const what =
    'Argo CD no longer keeps it when its Application is deleted with its objects, nor what it holds.';
  return [impact('left-out', 'disruptive', change, what, 'It was annotated with Delete=false.')];
}

function argoOptions(annotations: Readonly<Record<string, string>>): readonly string[] {
  return (annotations['argocd.argoproj.io/sync-options'] ?? '').split(',').map((option) => option.trim());
}
