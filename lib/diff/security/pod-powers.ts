import { anyJobSpec } from '../../cluster/job-choices';
import { displayName, type Manifest } from '../../cluster/manifest';
import type { ObservedRunner, Subject } from '../../cluster/observe';
import { isHeld, type PodPrivileges, type Power, privilegesOf } from '../../cluster/pod-privileges';
import { at, type Fields, fieldsOf, listOf, textOf } from '../../values/record';
import { type Comparison, changesOf, type Impact, impact, type Rule } from '../rule';
import { all } from './all-names';
import { otherCommands, unusualCommands } from './commands';
import { otherMounts } from './job-mounts';
import { peersOf } from './peers';
import { runnerPairs } from './runner-pairs';

/** Pods that may do more on their node or in the cluster. */
export const podPowers: Rule = {
  id: 'pod-powers',
  title: 'A pod that may do more on its node, or that less holds, is a shorter way to everything else there.',
  run: (comparison) => [...jobImpacts(comparison), ...workloadImpacts(comparison)],
};

const WHY_JOBS = 'Code of anybody who may push runs in these pods.';

function jobImpacts(comparison: Comparison): Impact[] {
  return runnerPairs(comparison).flatMap(({ before, after }) => {
    const what = changedPowers(before, after, comparison.before);
    if (what === undefined) return [];
    const object = displayName(after.config.manifest);
    return [{ id: 'pod-powers', weight: 'security', object, what, why: WHY_JOBS }];
  });
}

/** What the jobs of a runner may do more, as a sentence; undefined where that is nothing. */
function changedPowers(
  before: ObservedRunner | undefined,
  after: ObservedRunner,
  known: Subject,
): string | undefined {
  const [old, now] = [before && jobPrivileges(before), jobPrivileges(after)];
  if (!now)
    return old && 'What its jobs may do is no longer known: every job that was tried here is refused.';
  const peers = () => peersOf(after, known).flatMap((runner) => jobPrivileges(runner) ?? []);
  const parts = weakened(old ?? usual(peers()), now);
  if (before) {
    parts.push(...otherCommands(anyJobSpec(before.table) ?? {}, anyJobSpec(after.table) ?? {}));
    parts.push(...otherMounts(fieldsOf(before.table), fieldsOf(after.table)));
    parts.push(...accountChange(before, after));
  }
  return parts.length === 0 ? undefined : `Its jobs ${all(parts)}.`;
}

function jobPrivileges({ table }: ObservedRunner): PodPrivileges | undefined {
  const spec = anyJobSpec(table);
  if (!spec) return undefined;
  const privileges = privilegesOf(spec, true);
  const { host_path: folders, pvc: claims } = fieldsOf(table.kubernetes.volumes);
  const mounts = [
    ...listOf(folders).flatMap((one) => {
      const { host_path: path, mount_path: place, read_only: readOnly } = fieldsOf(one);
      return readOnly === true ? [] : [`may write to ${textOf(path) || textOf(place)} of its node`];
    }),
    ...listOf(claims).flatMap((one) => {
      const { name, read_only: readOnly } = fieldsOf(one);
      const does = readOnly === true ? 'reads' : 'shares with other jobs';
      return [`${does} the PersistentVolumeClaim ${textOf(name) ?? ''}`];
    }),
  ].map((what): Power => ({ container: '', what }));
  return { ...privileges, powers: [...privileges.powers, ...mounts] };
}

function accountChange(
  { table: before }: ObservedRunner,
  { table: after }: ObservedRunner,
): readonly string[] {
  const [old, now] = [before, after].map(({ kubernetes }) => kubernetes.service_account || 'default');
  return old === now ? [] : [`have the rights of the ServiceAccount ${now}, before those of ${old}`];
}

/** What holds every one of some pods: a new one that it does not hold stands out. */
function usual(all: readonly PodPrivileges[]): PodPrivileges {
  const guards = new Map<string, Set<string>>();
  for (const name of new Set(all.flatMap((one) => [...one.guards.keys()]))) {
    const sets = all.flatMap((one) => one.guards.get(name) ?? []);
    guards.set(
      name,
      new Set([...(sets[0] ?? [])].filter((guard) => sets.every((set) => isHeld(guard, set)))),
    );
  }
  return { powers: [], guards };
}

/** Powers that come and guards that go, as rests of sentences. */
function weakened(before: PodPrivileges, after: PodPrivileges): string[] {
  const olds = new Set(before.powers.map(({ container, what }) => `${container} ${what}`));
  const gained = new Map<string, string[]>();
  for (const { container, what } of after.powers)
    if (!olds.has(`${container} ${what}`)) gained.set(what, [...(gained.get(what) ?? []), container]);
  const lost = new Map<string, string[]>();
  for (const [container, guards] of after.guards) {
    const known = before.guards.get(container);
    // A container that is new is held to what holds all those that were there.
    const old = known ?? common([...before.guards].filter(([name]) => name !== '').map(([, set]) => set));
    for (const guard of old)
      if (!isHeld(guard, guards)) lost.set(guard, [...(lost.get(guard) ?? []), container]);
  }
  return [
    ...[...gained].map(([power, containers]) => `may do more: ${inContainers(power, containers)}`),
    ...[...lost].map(([guard, containers]) => `lose a guard: ${inContainers(guard, containers)}`),
  ];
}

function inContainers(what: string, containers: readonly string[]): string {
  const names = containers.filter((name) => name !== '').join(', ');
  return names === '' ? what : `${what} (${names})`;
}

function common(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set([...(sets[0] ?? [])].filter((guard) => sets.every((set) => isHeld(guard, set))));
}

/** Kinds that start pods, with the way to the pod's spec. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ...Object.fromEntries(
    ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'ReplicationController'].map((kind) => [
      kind,
      ['spec', 'template', 'spec'],
    ]),
  ),
};

/** The spec of the pods that an object starts; undefined where it starts none. */
export function podSpecIn({ kind, body }: Manifest): Fields | undefined {
  const path = Object.hasOwn(POD_SPECS, kind) ? POD_SPECS[kind] : undefined;
  return path && fieldsOf(at(body, path));
}

function workloadImpacts(comparison: Comparison): Impact[] {
  const managers = new Map(comparison.after.runners.map((runner) => [runner.manager, runner]));
  const namespaces = new Set(
    [...comparison.before.runners, ...comparison.after.runners].map(({ manager }) => manager?.namespace),
  );
  return changesOf(comparison, ...Object.keys(POD_SPECS)).flatMap((change) => {
    const spec = change.after && podSpecIn(change.after);
    if (!change.after || !spec) return [];
    const old = change.before && podSpecIn(change.before);
    const runner = managers.get(change.after);
    const isBeside = !old && !runner && namespaces.has(change.after.namespace);
    // A new manager is compared with those that its fleet had.
    const peers = old || !runner ? [] : managerSpecs(peersOf(runner, comparison.before));
    const parts = [
      ...(old ? changedSpec(old, spec) : newSpec(peers, spec)),
      ...(isBeside
        ? ['start in a namespace of managers, and may mount their Secrets, for example tokens']
        : []),
    ];
    if (parts.length === 0) return [];
    const why = 'Whoever takes such a pod over has what it may do.';
    return [impact('pod-powers', 'security', change, `Its pods ${all(parts)}.`, why)];
  });
}

function changedSpec(old: Fields, spec: Fields): string[] {
  const weaker = weakened(privilegesOf(old, false), privilegesOf(spec, false));
  return [...weaker, ...otherCommands(old, spec), ...otherAccount(old, spec)];
}

function newSpec(peers: readonly Fields[], spec: Fields): string[] {
  const known = usual(peers.map((peer) => privilegesOf(peer, false)));
  return [...weakened(known, privilegesOf(spec, false)), ...unusualCommands(peers, spec)];
}

function managerSpecs(runners: readonly ObservedRunner[]): readonly Fields[] {
  return runners.flatMap(({ manager }) => {
    const spec = manager && podSpecIn(manager);
    return spec ? [spec] : [];
  });
}

function otherAccount(before: Fields, after: Fields): readonly string[] {
  const [old, now] = [before, after].map(accountOfSpec);
  return old === now ? [] : [`have the rights of the ServiceAccount ${now}, before those of ${old}`];
}

function accountOfSpec({ serviceAccountName, serviceAccount }: Fields): string {
  return textOf(serviceAccountName) || textOf(serviceAccount) || 'default';
}
