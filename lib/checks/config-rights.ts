import { type Account, accountOf, allows, grantsIn, grantsOf } from '../cluster/grants';
import { accepts } from '../cluster/job-choices';
import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import { declaredIn } from '../cluster/needs';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { objectsNamed, ofKind } from '../cluster/of-kind';
import { makesPriorityClass, OWN_PRIORITY_CLASS, PRIORITY_CLASS_RIGHTS } from '../gitlab-runner/permissions';
import type { FieldOfManifest, Finding } from './finding';
import { RIGHTS_RULES } from './rights-rules';

const { finding } = RIGHTS_RULES;

/** Keys of a config.toml that ask for rights outside the namespace of its jobs, where the manager has none. */
export function configRightsFindings({ runners, manifests }: Subject): Finding[] {
  return runners.flatMap((runner) => {
    const { manager, managerPod } = runner;
    if (manager === undefined) return [];
    const account = { name: accountOf(managerPod), namespace: manager.namespace };
    // Without any binding the whole account is reported, once.
    if (grantsOf(account, manifests).length === 0) return [];
    return [
      ...priorityClassFindings(runner, account, manifests),
      ...namespaceFindings(runner, account, manifests),
    ];
  });
}

/** Pause pods whose PriorityClass nobody makes: their ReplicaSet never gets a pod. */
function priorityClassFindings(
  runner: ObservedRunner,
  account: Account,
  manifests: readonly Manifest[],
): Finding[] {
  const { autoscaler } = runner.table.kubernetes;
  // One that is named and not there is reported as any other object that is missing.
  if (!makesPriorityClass(runner.table) || autoscaler?.pause_pod_priority_class_name) return [];
  const isThere =
    objectsNamed(manifests, 'PriorityClass', OWN_PRIORITY_CLASS).length > 0 ||
    declaredIn(manifests).has(`PriorityClass/${OWN_PRIORITY_CLASS}`);
  const grants = grantsIn(account, undefined, manifests);
  const rules = grants.flatMap((grant) => grant.rules ?? []);
  const isOpen = grants.some((grant) => grant.rules === undefined || grant.isOpen);
  if (isThere || isOpen || PRIORITY_CLASS_RIGHTS.every((right) => allows(rules, right))) return [];
  return [
    finding('priority-class', {
      severity: 'error',
      at: placeOf(runner, 'autoscaler'),
      found: 'no pause_pod_priority_class_name',
      why: `the manager makes the PriorityClass ${OWN_PRIORITY_CLASS} itself, for which it needs create and get on scheduling.k8s.io/priorityclasses in the whole cluster, and no ClusterRoleBinding gives it these: no pause pod ever starts`,
      fix: 'name a PriorityClass that is there in pause_pod_priority_class_name',
    }),
  ];
}

/** Namespaces that a job may ask for, where the manager may not make a pod. */
function namespaceFindings(
  runner: ObservedRunner,
  account: Account,
  manifests: readonly Manifest[],
): Finding[] {
  const { namespace_overwrite_allowed: pattern, namespace_per_job: perJob } = runner.table.kubernetes;
  const own = namespaceOfJobs(runner);
  if (!pattern || perJob === true) return [];
  const grants = grantsOf(account, manifests);
  if (grants.some(({ binding, rules }) => binding.kind === 'ClusterRoleBinding' || rules === undefined))
    return [];
  const bound = new Set(grants.flatMap(({ binding }) => binding.namespace ?? []));
  // What the pattern allows among the namespaces that are known is guarded/other-namespace's to say.
  const known = ofKind(manifests, 'Namespace').map(({ name }) => name);
  const isKnown = [...known, ...bound, 'default', 'kube-system'].some(
    (name) => name !== own && accepts(pattern, name),
  );
  if (isKnown || literalsOf(pattern)?.every((name) => bound.has(name))) return [];
  return [
    finding('overwritten-namespace', {
      severity: 'warning',
      at: placeOf(runner, 'namespace_overwrite_allowed'),
      found: pattern,
      why: `jobs may ask for other namespaces than ${own} by KUBERNETES_NAMESPACE_OVERWRITE, and the manager may make pods in ${[...bound].sort().join(' and ')} alone: every job that asks for another fails`,
      fix: 'bind the ServiceAccount of the manager to its Role in those namespaces, or leave namespace_overwrite_allowed out',
    }),
  ];
}

/** The names that a pattern allows, where it is a list of them. */
function literalsOf(pattern: string): readonly string[] | undefined {
  const names = pattern
    .replace(/^\^\(?|\)?\$$/g, '')
    .split('|')
    .map((one) => one.replace(/^\^|\$$/g, ''));
  return names.every((name) => /^[a-z0-9-]+$/.test(name)) ? names : undefined;
}

function placeOf({ config, index }: ObservedRunner, key: string): FieldOfManifest {
  const { manifest, path } = config;
  return { manifest, path, within: `runners[${index}].kubernetes.${key}` };
}
