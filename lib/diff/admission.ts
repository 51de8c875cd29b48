import { namespaceOf } from '../cluster/guarded-places';
import { anyJobSpec } from '../cluster/job-choices';
import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs, namespacesOf } from '../cluster/namespaces';
import type { Subject } from '../cluster/observe';
import { strictestLevel } from '../cluster/pod-security';
import {
  AUDIT,
  ENFORCE,
  ENFORCE_VERSION,
  isLooser,
  LEVELS,
  type Level,
  labelledLevel,
  levelOf,
} from '../cluster/pod-security-level';
import { at, textOf } from '../values/record';
import { type ChangedObject, type Comparison, changesOf, type Impact, impact, type Rule } from './rule';

/** Namespaces that admit other pods. */
export const admissionChange: Rule = {
  id: 'admission-change',
  title: 'A namespace that enforces another Pod Security level refuses new pods, or lets in what it refused.',
  run: (comparison) =>
    changesOf(comparison, 'Namespace').flatMap((change) => {
      const { before, after } = change;
      if (!after) return before ? goneNamespace(change, before, comparison) : [];
      if (!before) return newNamespace(change, after, comparison);
      const audit = watchedLess(change, before, after);
      const [old, now] = [before, after].map(labelledLevel);
      const why = `${ENFORCE} was ${old ?? 'not set'} and becomes ${now ?? 'not set'}.`;
      if (isLooser(levelOf(before), levelOf(after))) {
        const what = 'New pods that need more are refused; running ones stay.';
        return [
          impact('admission-change', 'notice', change, what, why),
          ...versionChange(change, before, after),
          ...audit,
        ];
      }
      if (isLooser(levelOf(after), levelOf(before)))
        return [impact('admission-change', 'security', change, ADMITTED, why), ...audit];
      return [...versionChange(change, before, after), ...audit];
    }),
};

/** What the audit log says no more of pods that would violate a level. */
function watchedLess(change: ChangedObject, before: Manifest, after: Manifest): Impact[] {
  const [old, now] = [before, after].map(({ body }) => {
    const label = textOf(at(body, ['metadata', 'labels', AUDIT]));
    return LEVELS.find((level) => level === label) ?? 'privileged';
  });
  if (!isLooser(now, old)) return [];
  const what = `The audit log no longer records which pods violate ${old}.`;
  const why = `${AUDIT} was ${old} and becomes ${now}; it refuses nothing.`;
  return [impact('admission-change', 'notice', change, what, why)];
}

const ADMITTED = 'Pods are admitted that were refused before.';

/** A namespace that leaves while pods of the fleet run there: what it enforces is not compared any more. */
function goneNamespace(change: ChangedObject, before: Manifest, { after }: Comparison): Impact[] {
  if (!hasPods(before.name, after) || namespaceOf(after.manifests, before.name)) return [];
  const what = 'Pods of the fleet still run there, and nothing here says any more which pods it refuses.';
  const why = `${ENFORCE} was ${labelledLevel(before) ?? 'not set'}. What comes back later is compared with nothing.`;
  return [impact('admission-change', 'security', change, what, why)];
}

function newNamespace(change: ChangedObject, namespace: Manifest, { before }: Comparison): Impact[] {
  const why = `${ENFORCE} is ${labelledLevel(namespace) ?? 'not set'}.`;
  if (levelOf(namespace) === 'privileged') {
    const what = 'Every pod is admitted, also one that owns its node.';
    return [impact('admission-change', 'security', change, what, why)];
  }
  // Where pods ran before, the namespace was there without being compared.
  const needed = neededLevel(namespace.name, before);
  if (needed !== undefined && isLooser(levelOf(namespace), needed)) {
    const what = `Pods of the fleet ran there before, and all of them meet ${needed}: it admits more than they need.`;
    return [impact('admission-change', 'security', change, what, why)];
  }
  const version = versionOf(namespace);
  if (version === LATEST) return [];
  const what = `It admits what the Kubernetes release ${version} admitted, whatever later ones refuse.`;
  return [impact('admission-change', 'security', change, what, `${ENFORCE_VERSION} is ${version}.`)];
}

const LATEST = 'latest';

function versionOf({ body }: Manifest): string {
  return textOf(at(body, ['metadata', 'labels', ENFORCE_VERSION])) ?? LATEST;
}

/** Whether jobs or managers of the fleet run in a namespace. */
function hasPods(name: string, { runners }: Subject): boolean {
  return runners.some((runner) => namespacesOf(runner).includes(name));
}

/** The strictest level that all pods of the fleet in a namespace meet; undefined without any. Managers meet every level. */
function neededLevel(name: string, subject: Subject): Level | undefined {
  if (!hasPods(name, subject)) return undefined;
  const jobs = subject.runners.filter((runner) => namespaceOfJobs(runner) === name);
  return strictestLevel(jobs.map(({ table }) => anyJobSpec(table)));
}

/** A level as another release understands it: older ones refuse less. */
function versionChange(change: ChangedObject, before: Manifest, after: Manifest): Impact[] {
  const [old, now] = [before, after].map(versionOf);
  if (minorOf(now) >= minorOf(old)) return [];
  const why = `${ENFORCE_VERSION} was ${old} and becomes ${now}, which refuses less.`;
  return [impact('admission-change', 'security', change, ADMITTED, why)];
}

/** The minor version of a release; what is none, for example a variable, may become any. */
function minorOf(version: string): number {
  return version === LATEST ? Number.POSITIVE_INFINITY : Number(/^v1\.(\d+)$/.exec(version)?.[1] ?? -1);
}
