import { accountOf, allows, grantsIn } from '../cluster/grants';
import { displayName, type Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner } from '../cluster/observe';
import { pausePodsOf } from '../cluster/pause-pods';
import { prewarmCeiling, prewarmPrice } from '../cluster/prewarm-price';
import { holdsRoom, type Right } from '../gitlab-runner/permissions';
import { parseDuration } from '../values/duration';
import { fieldsOf, textOf } from '../values/record';
import { type Comparison, type Impact, isKept, type Rule } from './rule';
import { runnerPairs } from './security/runner-pairs';

/** The file of a ConfigMap beside config.toml that holds the system id. */
const SYSTEM_ID_KEY = '.runner_system_id';
/** Labels that the runner gives its Deployment of pause pods. */
const PAUSE_POD = 'runner.gitlab.com/pause-pod=true';
const SYSTEM_ID_LABEL = 'manager.runner.gitlab.com/system-id';

/** Pause pods of a manager that is replaced, stopped, or keeps none any more. */
export interface LeftPausePods {
  readonly runner: ObservedRunner;
  readonly manager: Manifest;
  readonly pods: number;
  readonly namespace: string;
  /** Undefined where the runner makes one when it starts. */
  readonly systemId: string | undefined;
  /** Whether its successor keeps pause pods of its own. */
  readonly isFollowed: boolean;
  /** Whether the manager that drains may delete their Deployment. */
  readonly isDeletable: boolean;
}

/**
 * Deployments of pause pods that no manager of the later revision keeps. Their name holds the token and the system id, which
 * another config may have changed.
 * @see gitlab-runner 19.3 executors/kubernetes/autoscaler/pause_pod_manager.go, deploymentName and Stop
 */
export function leftPausePods(
  comparison: Pick<Comparison, 'before' | 'after' | 'changes'>,
): readonly LeftPausePods[] {
  const { before, after } = comparison;
  const kept = new Set(after.runners.filter(({ table }) => holdsRoom(table)).map(keeperOf));
  const following = new Set(after.runners.filter(({ table }) => holdsRoom(table)).map(({ name }) => name));
  return before.runners.flatMap((runner) => {
    const { manager, table } = runner;
    if (manager === undefined || !holdsRoom(table) || kept.has(keeperOf(runner))) return [];
    const pods = pausePodsOf(runner, before.manifests)?.count ?? 0;
    const made = mayDo('create', runner, manager, before.manifests);
    if (pods === 0 || !made) return [];
    return [
      {
        runner,
        manager,
        pods,
        namespace: namespaceOfJobs(runner),
        systemId: systemIdOf(runner),
        isFollowed: following.has(runner.name),
        isDeletable: mayDo('delete', runner, manager, laterManifests(comparison)),
      },
    ];
  });
}

/** Pause pods that nothing keeps, and when they go. */
export const pausePodsStay: Rule = {
  id: 'pause-pods-stay',
  title: 'Pause pods stay until the manager that made them ends in order; nothing owns their Deployment.',
  run: (comparison) =>
    leftPausePods(comparison).map((left): Impact => {
      const { isDeletable, manager, namespace, pods } = left;
      const object = displayName(manager);
      const command = commandOf(left);
      if (!isDeletable) {
        const price = prewarmPrice(left.runner, comparison.before)?.usdPerMonth;
        const cost = price === undefined ? '' : `, about ${Math.round(price)} USD a month while they stand`;
        return {
          id: 'pause-pods-stay',
          weight: 'notice',
          object,
          what: `Its ${pods} pause pods stay indefinitely and hold their nodes${cost}, until someone runs: ${command}`,
          why: `Its account may no longer delete Deployments in ${namespace}, nothing owns the one of its pause pods, and no other manager looks for it.`,
        };
      }
      const meanwhile = left.isFollowed ? ', besides those of its successor' : '';
      return {
        id: 'pause-pods-stay',
        weight: 'info',
        object,
        what: `Its ${pods} pause pods stay until it has drained${meanwhile}. If it is killed before, they stay until someone runs: ${command}`,
        why: 'The manager that made their Deployment deletes it when it ends in order, and nothing else owns it.',
      };
    }),
};

/** Room that pause pods hold, which costs whether a job comes or not. */
export const heldRoom: Rule = {
  id: 'held-room',
  title: 'Pause pods keep nodes that cost whether a job comes or not.',
  run: (comparison) =>
    runnerPairs(comparison).flatMap(({ before, after }): Impact[] => {
      const [old, now] = [
        before && prewarmCeiling(before, comparison.before),
        prewarmCeiling(after, comparison.after),
      ];
      const object = displayName(after.config.manifest);
      const stays = idleImpact(before, after);
      if (now === undefined || now.usdPerMonth <= (old?.usdPerMonth ?? 0)) return stays;
      const was = old === undefined ? '' : `, before ${old.pods} and USD ${Math.round(old.usdPerMonth)}`;
      const isSure = prewarmPrice(after, comparison.after)?.usdPerMonth === now.usdPerMonth;
      const what = `${isSure ? '' : 'Up to '}${now.pods} pause pods of ${after.name} hold room, for USD ${Math.round(now.usdPerMonth)} a month on demand${was}.`;
      const why = `${now.nodes} x ${now.type} for ${Math.round(now.hoursPerWeek)} hours a week.`;
      return [{ id: 'held-room', weight: 'notice', object, what, why }, ...stays];
    }),
};

/** An idle time of fewer seconds is not reported. */
const LONG_SECONDS = 4 * 3600;

/** Pause pods that stay for longer once they are no longer needed. */
function idleImpact(before: ObservedRunner | undefined, after: ObservedRunner): Impact[] {
  const [old, now] = [before, after].map((runner) =>
    Math.max(
      0,
      ...(runner?.table.kubernetes.autoscaler?.policy ?? []).map(
        (one) => parseDuration(String(one.idle_time ?? '')) ?? 0,
      ),
    ),
  );
  if (now <= old || now < LONG_SECONDS) return [];
  const what = `Pause pods of ${after.name} stay for ${Math.round(now / 3600)} hours after they are no longer needed, and so do their nodes.`;
  const why = 'A policy of the autoscaler sets it as idle_time.';
  return [{ id: 'held-room', weight: 'notice', object: displayName(after.config.manifest), what, why }];
}

function commandOf({ namespace, systemId }: LeftPausePods): string {
  return systemId === undefined
    ? `kubectl --namespace ${namespace} get deployments.apps --selector ${PAUSE_POD} --show-labels, and deletes the one of this manager`
    : `kubectl --namespace ${namespace} delete deployments.apps --selector ${PAUSE_POD},${SYSTEM_ID_LABEL}=${systemId}`;
}

/** What tells the Deployment of a manager's pause pods from others. */
function keeperOf(runner: ObservedRunner): string {
  const { manager } = runner;
  return JSON.stringify([
    manager?.kind,
    manager?.namespace,
    manager?.name,
    namespaceOfJobs(runner),
    systemIdOf(runner),
  ]);
}

function systemIdOf({ config }: ObservedRunner): string | undefined {
  return textOf(fieldsOf(config.manifest.body.data)[SYSTEM_ID_KEY])?.trim();
}

/** What is in the cluster afterwards: removed objects, too, that Flux and Argo CD keep. */
function laterManifests({ after, changes }: Pick<Comparison, 'after' | 'changes'>): readonly Manifest[] {
  const kept = changes.flatMap((change) =>
    change.before !== undefined && change.after === undefined && isKept(change.before) ? [change.before] : [],
  );
  return [...after.manifests, ...kept];
}

/** Whether a manager may do something with Deployments among its jobs; what is not known counts as if it might. */
function mayDo(
  verb: 'create' | 'delete',
  runner: ObservedRunner,
  manager: Manifest,
  manifests: readonly Manifest[],
): boolean {
  const account = { name: accountOf(runner.managerPod), namespace: manager.namespace };
  const grants = grantsIn(account, namespaceOfJobs(runner), manifests);
  if (grants.some(({ rules, isOpen }) => rules === undefined || isOpen)) return true;
  const right: Right = { apiGroup: 'apps', resource: 'deployments', verb };
  return allows(
    grants.flatMap(({ rules }) => rules ?? []),
    right,
  );
}
