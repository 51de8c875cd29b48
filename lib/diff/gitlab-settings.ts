import { maximumTimeoutSeconds } from '../cluster/longest-job';
import type { Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { WORKLOAD_KINDS } from '../cluster/workloads';
import { formatDuration } from '../values/duration';
import { at, listOf, textOf } from '../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from './rule';
import { tagsOf } from './tags';

/** Tags that the files name and someone has to set. */
export const tagsToSet: Rule = {
  id: 'tags-to-set',
  title: 'Tags live on the GitLab server: a change of them here is to be made there too.',
  run: (comparison) =>
    changesOf(comparison, ...WORKLOAD_KINDS).flatMap((change) => {
      const [old, now] = [change.before, change.after].map((manifest) => tagsOf(manifest));
      if (!change.before || !change.after || old.join() === now.join()) return [];
      const added = now.filter((tag) => !old.includes(tag));
      const removed = old.filter((tag) => !now.includes(tag));
      const parts = [
        ...(added.length > 0 ? [`add ${added.join(', ')}`] : []),
        ...(removed.length > 0 ? [`remove ${removed.join(', ')}`] : []),
      ];
      const what = `In GitLab, ${parts.join(' and ') || 'set the tags in the new order'}.`;
      return [
        impact('tags-to-set', 'notice', change, what, 'The annotation tells what to set, and sets nothing.'),
      ];
    }),
};

/** The longest job, which GitLab alone ends. */
export const timeoutToSet: Rule = {
  id: 'timeout-to-set',
  title:
    'The maximum timeout of jobs lives on the GitLab server: a change of it here is to be made there too.',
  run: (comparison) =>
    changesOf(comparison, ...WORKLOAD_KINDS).flatMap((change) => {
      const [old, now] = [change.before, change.after].map((manifest) => maximumTimeoutSeconds(manifest));
      if (old === undefined || now === undefined || old === now) return [];
      const when = now < old ? 'Before this is merged' : 'Once this is applied';
      const what = `${when}, set the maximum job timeout of the runner in GitLab to ${formatDuration(now)}; it was ${formatDuration(old)}.`;
      const why = 'GitLab alone ends jobs by it; nodes and managers wait as long as it is said here.';
      return [impact('timeout-to-set', 'notice', change, what, why)];
    }),
};

/** Runners that ask another GitLab with the token of the old one. */
export const serverChanged: Rule = {
  id: 'server-changed',
  title: 'A token belongs to one GitLab server: at another one, its runner is unknown.',
  run: (comparison) => {
    const olds = new Map(comparison.before.runners.map((runner) => [keyOf(runner), runner.table.url]));
    return comparison.after.runners.flatMap((runner): Impact[] => {
      const [old, now] = [olds.get(keyOf(runner)), runner.table.url];
      if (!runner.manager || old === undefined || serverOf(old) === serverOf(now)) return [];
      const change = changeOf([runner.manager, runner.config.manifest], comparison);
      if (!change || isSealedAnew(runner, comparison)) return [];
      const what = `Unless ${now} is another name of the same server, it knows no such token: create the runner there, and seal the new one.`;
      const why = `The runner was that of ${old}, which alone knows its token.`;
      return [impact('server-changed', 'notice', change, what, why)];
    });
  },
};

/** A runner of one manager: managers of a runner have a config each. */
function keyOf({ name, manager, index }: ObservedRunner): string {
  return [name, manager?.namespace, manager?.name, index].join('/');
}

/** An address without what makes no difference: letters of another case, a port that goes without saying, a slash. */
function serverOf(url: unknown): string {
  const text = String(url);
  return (URL.canParse(text) ? new URL(text).href : text).replace(/\/+$/, '');
}

/** The change of the first of some objects that changes. */
function changeOf(manifests: readonly Manifest[], { changes }: Comparison): ChangedObject | undefined {
  const found = manifests.map((manifest) => changes.find(({ after }) => after === manifest));
  return found.find((change) => change !== undefined);
}

/** Whether a Secret that the manager reads has another ciphertext in the later revision, or waits for one. */
function isSealedAnew({ managerPod, manager }: ObservedRunner, { before, after }: Comparison): boolean {
  const names = new Set(
    listOf(managerPod.containers).flatMap((container) =>
      listOf(at(container, ['env'])).map((variable) =>
        textOf(at(variable, ['valueFrom', 'secretKeyRef', 'name'])),
      ),
    ),
  );
  const sealed = ({ manifests }: Subject) =>
    manifests
      .filter(
        ({ kind, name, namespace }) =>
          kind === 'SealedSecret' && names.has(name) && namespace === manager?.namespace,
      )
      .map(({ body }) => JSON.stringify(at(body, ['spec', 'encryptedData'])))
      .join();
  return sealed(before) !== sealed(after);
}
