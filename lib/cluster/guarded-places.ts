import { RUNNER_KEY } from '../contract';
import { at, fieldsOf, textsOf } from '../values/record';
import { isIn } from './admission';
import { anyJobSpec } from './job-choices';
import type { Labels } from './label-selector';
import type { Manifest } from './manifest';
import { namespaceOfJobs, namespaceOfManager } from './namespaces';
import type { ObservedRunner, Subject } from './observe';
import { objectsNamed, ofKind } from './of-kind';

/** Pods of one kind in one namespace. */
export interface GuardedPlace {
  readonly role: 'jobs' | 'managers';
  readonly namespace: string;
  readonly labels: Labels;
  /** The runners whose pods they are. */
  readonly runners: readonly ObservedRunner[];
}

/** Whether this product rendered a runner: it then rendered what guards its namespaces too. */
export function isOurs({ config }: ObservedRunner): boolean {
  return textsOf(at(config.manifest.body, ['metadata', 'labels']))[RUNNER_KEY] !== undefined;
}

/** Job pods and managers by namespace and labels. Those on Fargate are left out: no network policy holds there. */
export function guardedPlaces({ runners }: Pick<Subject, 'runners'>): readonly GuardedPlace[] {
  const places = new Map<string, GuardedPlace & { runners: ObservedRunner[] }>();
  const add = (place: Omit<GuardedPlace, 'runners'>, runner: ObservedRunner) => {
    const key = keyOfPlace(place);
    const known = places.get(key) ?? { ...place, runners: [] };
    known.runners.push(runner);
    places.set(key, known);
  };
  for (const runner of runners) {
    const jobs = jobsOf(runner);
    if (jobs) add(jobs, runner);
    const managers = managersOf(runner);
    if (managers) add(managers, runner);
  }
  return [...places.values()];
}

/** What tells places apart: role, namespace and labels. */
export function keyOfPlace({ role, namespace, labels }: Omit<GuardedPlace, 'runners'>): string {
  return JSON.stringify([role, namespace, Object.entries(labels).sort()]);
}

/** Where the jobs of a runner run; undefined on Fargate, and where each job has a namespace of its own. */
export function jobsOf(runner: ObservedRunner): Omit<GuardedPlace, 'runners'> | undefined {
  const { job, table } = runner;
  if (job?.fargate || table.kubernetes.namespace_per_job === true) return undefined;
  const labels = job?.pod.labels ?? textsOf(fieldsOf(anyJobSpec(table)).labels);
  return { role: 'jobs', namespace: namespaceOfJobs(runner), labels };
}

/** Where the managers of a runner run; undefined without any, and on Fargate. */
export function managersOf({
  manager,
  managerPlaced,
}: ObservedRunner): Omit<GuardedPlace, 'runners'> | undefined {
  if (!manager || managerPlaced?.fargate) return undefined;
  const labels = textsOf(at(manager.body, ['spec', 'template', 'metadata', 'labels']));
  return { role: 'managers', namespace: namespaceOfManager(manager), labels };
}

/** The Namespace of a name, where it is among the manifests. */
export function namespaceOf(manifests: readonly Manifest[], name: string): Manifest | undefined {
  return objectsNamed(manifests, 'Namespace', name).at(0);
}

/** The NetworkPolicies of a namespace. */
export function policiesIn(manifests: readonly Manifest[], namespace: string): readonly Manifest[] {
  return ofKind(manifests, 'NetworkPolicy').filter((one) => isIn(one, namespace));
}
