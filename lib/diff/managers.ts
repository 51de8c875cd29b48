import { mounts } from '../cluster/config-files';
import { graceSeconds } from '../cluster/grace';
import { longestJobSeconds } from '../cluster/longest-job';
import type { Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { WORKLOAD_KINDS } from '../cluster/workloads';
import { timingFaults } from '../gitlab-runner/config/timing';
import { formatDuration } from '../values/duration';
import { at, fieldsOf, listOf } from '../values/record';
import { tableOfToml } from '../values/toml';
import { managersThatMount, type Obstacle, obstacleOf, reloaderOf } from './config-reach';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  firstFew,
  type Impact,
  impact,
  type Rule,
} from './rule';
import { unusualParts } from './unusual-managers';

/** A manager whose pod is another: the old one drains. */
export const managerReplaced: Rule = {
  id: 'manager-replaced',
  title: 'A manager whose pod template changes is replaced, and the old one drains its jobs.',
  run: (comparison) =>
    workloads(comparison).flatMap((change) => {
      const { before, after } = change;
      if (!before || !after || replicasOf(before) === 0 || replicasOf(after) === 0) return [];
      if (!changed(change, 'spec.template') || mountsBroken(after, comparison.after)) return [];
      if (at(after.body, ['spec', 'updateStrategy', 'type']) === 'OnDelete') {
        const what = 'The manager stays as it is until someone deletes its pod.';
        return [impact('manager-replaced', 'info', change, what, 'Its updateStrategy is OnDelete.')];
      }
      const gap = stopsFirst(after)
        ? 'Nobody takes jobs until the old one has drained.'
        : (missingKey(before, after, comparison.after) ?? 'Its successor takes jobs meanwhile.');
      const what = `The manager is replaced. ${drainSentence(before)} ${gap}`;
      return [
        impact(
          'manager-replaced',
          drainWeight(before),
          change,
          what,
          `${causes(change)} changed in its pod template.`,
        ),
      ];
    }),
};

/** A manager that goes, or is scaled to nothing. */
export const managerStopped: Rule = {
  id: 'manager-stopped',
  title: 'A manager that is removed or scaled to nothing takes no more jobs and drains those it has.',
  run: (comparison) =>
    workloads(comparison).flatMap((change) => {
      const { before, after } = change;
      if (!before || replicasOf(before) === 0 || (after && replicasOf(after) > 0)) return [];
      const what = `The manager stops. ${drainSentence(before)}`;
      const why = after
        ? 'spec.replicas is 0.'
        : `Its ${before.kind} is removed, and Flux or Argo CD deletes it.`;
      return [impact('manager-stopped', drainWeight(before), change, what, why)];
    }),
};

/** A manager that begins to take jobs. */
export const managerStarted: Rule = {
  id: 'manager-started',
  title: 'A manager that is added, or was scaled to nothing, begins to take jobs.',
  run: (comparison) =>
    workloads(comparison).flatMap((change) => {
      const { before, after } = change;
      if (!after || replicasOf(after) === 0 || (before && replicasOf(before) > 0)) return [];
      const why = before ? 'spec.replicas is no longer 0.' : `Its ${after.kind} is new.`;
      const what = 'The manager starts when its token is there.';
      const odd = before ? [] : unusualParts(after, comparison);
      if (odd.length === 0) return [impact('manager-started', 'info', change, what, why)];
      const text = `${what} Unlike all managers that its fleet had: ${odd.join(', ')}.`;
      return [impact('manager-started', 'notice', change, text, why)];
    }),
};

/** A file that a running manager reads, or another file that the next one starts with. */
export const configChanged: Rule = {
  id: 'config-changed',
  title:
    'A change of config.toml takes effect for new jobs: with the next manager, or once the file is read again.',
  run: (comparison) =>
    changesOf(comparison, 'ConfigMap', 'Secret').flatMap((change) => {
      const { before, after } = change;
      const keys = changedKeys(change, comparison.after);
      if (!before || !after || keys.length === 0) return [];
      if (isBroken(after)) {
        const what = 'A manager that runs keeps its old config.toml; the next one does not start.';
        return [impact('config-changed', 'notice', change, what, 'The new config.toml does not parse.')];
      }
      const late = timingsThatCome(before, after, comparison);
      const { weight: reach, what, why } = reachOf(before, after, comparison);
      const weight = late.length > 0 && reach === 'info' ? 'notice' : reach;
      const named = keys.filter((key) => key !== '');
      const list = named.length > 0 ? ` Changed: ${firstFew(named)}.` : '';
      return [impact('config-changed', weight, change, [`${what}${list}`, ...late].join(' '), why)];
    }),
};

/** Times and lengths with which jobs wait, stay behind or lose their logs, and that are new. */
function timingsThatCome(before: Manifest, after: Manifest, comparison: Comparison): readonly string[] {
  const faultsOf = (manifest: Manifest, { configs }: Subject) =>
    configs
      .filter((config) => config.manifest === manifest)
      .flatMap(({ parsed }) => timingFaults(fieldsOf(parsed)))
      .map(({ at, found, why }) => `${at} is ${found}: ${why}.`);
  const known = new Set(faultsOf(before, comparison.before));
  return faultsOf(after, comparison.after).filter((fault) => !known.has(fault));
}

/** Keys of config.toml that change; an empty text for a whole file. */
function changedKeys({ after, fields }: ChangedObject, { configs }: Subject): readonly string[] {
  const own = new Set(
    configs.filter(({ manifest }) => manifest === after).map(({ path }) => String(path[1])),
  );
  return fields
    .filter(({ path }) => path.includes('.toml >') || [...own].some((key) => isOf(path, key)))
    .map(({ path }) => path.split('> ')[1] ?? '');
}

/** Whether a change is of a file under a key, which a Secret hides. */
function isOf(path: string, key: string): boolean {
  return (
    path.startsWith(`${key} >`) ||
    path.startsWith(`["${key}"] >`) ||
    (/^(data|stringData)/.test(path) && path.includes(key))
  );
}

type Reach = Pick<Impact, 'weight' | 'what' | 'why'>;

/** When a new config.toml is what managers run by. */
function reachOf(before: Manifest, after: Manifest, comparison: Comparison): Reach {
  if (before.name !== after.name) {
    return {
      weight: 'info',
      what: 'New jobs run by the new config.toml once the manager is replaced; jobs that run keep theirs.',
      why: 'The ConfigMap is immutable and named by its content, so that the manager is replaced.',
    };
  }
  const managers = managersThatMount(after, comparison.after);
  const held = managers.flatMap((manager) => {
    const obstacle = obstacleOf(after, manager, comparison.after);
    return obstacle === undefined ? [] : [{ manager, obstacle }];
  });
  const [first] = held;
  if (first === undefined) {
    return {
      weight: 'info',
      what: 'New jobs run by the new config.toml a few minutes after it is applied.',
      why: 'The kubelet renews the mounted file in up to two minutes, and the runner reads it when it has changed.',
    };
  }
  const why = OBSTACLES[first.obstacle];
  const reload = held.map(({ manager }) => reloaderOf(manager)).find((text) => text !== undefined);
  const isReplaced = held.every(({ manager }) => isReplacedNow(manager, comparison));
  if (isReplaced || reload !== undefined) {
    const what =
      'New jobs run by the new config.toml once the manager is replaced; jobs that run keep theirs.';
    return {
      weight: 'info',
      what,
      why: isReplaced ? `${why} Its pod template changes too.` : `${why} ${reload}`,
    };
  }
  const what = 'New jobs run by the old config.toml until someone restarts the manager: nothing here does.';
  return { weight: 'notice', what, why };
}

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  registered: 'The runner registers with the file when its pod starts, and never looks at it again.',
  copied: 'A script copies the file when the pod starts; the runner reads the copy.',
  subPath: 'The file is mounted by subPath, which the kubelet never renews in a pod that runs.',
};

/** Whether the old pod has to go before the new one comes; a StatefulSet's pods, and those of a node, have one place. */
function stopsFirst({ kind, body }: Manifest): boolean {
  return kind === 'Deployment'
    ? at(body, ['spec', 'strategy', 'type']) === 'Recreate'
    : kind !== 'ReplicaSet';
}

/** That the token moves to a key that nothing here makes; undefined where it stays, or a SealedSecret makes it. */
function missingKey(before: Manifest, after: Manifest, { manifests }: Subject): string | undefined {
  const old = new Set(secretKeysOf(before));
  const moved = secretKeysOf(after).find((reference) => !old.has(reference));
  if (moved === undefined) return undefined;
  const [secret, key] = moved.split(' ');
  const isSealed = manifests.some(
    ({ kind, namespace, name, body }) =>
      kind === 'SealedSecret' &&
      namespace === after.namespace &&
      name === secret &&
      key in fieldsOf(at(body, ['spec', 'encryptedData'])),
  );
  return isSealed ? undefined : `Its successor waits until the Secret ${secret} has the key ${key}.`;
}

function secretKeysOf({ body }: Manifest): readonly string[] {
  return listOf(at(body, ['spec', 'template', 'spec', 'containers'])).flatMap((container) =>
    listOf(at(container, ['env'])).flatMap((variable) => {
      const { name, key } = fieldsOf(at(variable, ['valueFrom', 'secretKeyRef']));
      return name === undefined ? [] : [`${String(name)} ${String(key)}`];
    }),
  );
}

/** Whether a manager would start with a file that does not parse: then the one that runs stays. */
function mountsBroken(deployment: Manifest, { configs }: Subject): boolean {
  return configs.some(({ manifest, syntax }) => syntax !== undefined && mounts(deployment, manifest));
}

/** Whether a runner can't read its file. */
function isBroken({ body }: Manifest): boolean {
  return Object.entries(fieldsOf(body.data)).some(
    ([key, text]) => key.endsWith('.toml') && tableOfToml(String(text)) === undefined,
  );
}

function workloads(comparison: Parameters<typeof changesOf>[0]): readonly ChangedObject[] {
  const isManager = (manifest: Manifest | undefined) =>
    [comparison.before, comparison.after].some(({ runners }) =>
      runners.some(({ manager }) => manager === manifest),
    );
  return changesOf(comparison, ...WORKLOAD_KINDS).filter(
    ({ before, after }) => isManager(before) || isManager(after),
  );
}

/** Whether a manager gets another pod by this change. */
export function isReplacedNow(manager: Manifest, { changes }: Comparison): boolean {
  return changes.some((change) => change.after === manager && changed(change, 'spec.template'));
}

function replicasOf({ body }: Manifest): number {
  return Number(at(body, ['spec', 'replicas']) ?? 1);
}

function graceOf({ body }: Manifest): number {
  return graceSeconds(at(body, ['spec', 'template', 'spec']));
}

function drainSentence(before: Manifest): string {
  return `Its running jobs drain for up to ${formatDuration(graceOf(before))}; what runs longer is cut.`;
}

function drainWeight(before: Manifest): Impact['weight'] {
  return graceOf(before) < longestJobSeconds(before) ? 'disruptive' : 'notice';
}

function causes(change: ChangedObject): string {
  const paths = change.fields.map(({ path }) => path).filter((path) => path.startsWith('spec.template'));
  return firstFew(paths.map((path) => path.replace(/^spec\.template\.(spec\.)?/, '')));
}
