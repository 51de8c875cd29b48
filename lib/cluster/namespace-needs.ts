import { type GuardedPlace, guardedPlaces, namespaceOf } from './guarded-places';
import { anyJobSpec } from './job-choices';
import type { ObservedRunner, Subject } from './observe';
import { strictestLevel } from './pod-security';
import { ENFORCE } from './pod-security-level';
import type { Asker, Reference } from './reference';

/**
 * Namespaces of managers and jobs that are declared to exist, with the strictest Pod Security level that lets their pods in. Of
 * those that nobody declares nothing is said: in most folders they belong to someone else.
 */
export function namespaceNeeds(
  { manifests, runners }: Pick<Subject, 'manifests' | 'runners'>,
  declared: ReadonlySet<string>,
): readonly Reference[] {
  return guardedPlaces({ runners })
    .filter(({ namespace }) => declared.has(`Namespace/${namespace}`) && !namespaceOf(manifests, namespace))
    .flatMap(({ role, namespace: name, runners: own }) =>
      own.map((runner) => ({
        kind: 'Namespace' as const,
        name,
        key: `${ENFORCE}: ${role === 'managers' ? 'restricted' : levelFor(runner.table)}`,
        by: askerOf(role, runner),
      })),
    );
}

function askerOf(role: GuardedPlace['role'], { config, index, manager }: ObservedRunner): Asker {
  if (role === 'managers' && manager) return { manifest: manager, path: ['metadata', 'namespace'] };
  const { manifest, path } = config;
  return { manifest, path, within: `runners[${index}].kubernetes.namespace` };
}

function levelFor(table: ObservedRunner['table']): 'baseline' | 'privileged' {
  const spec = anyJobSpec(table);
  return spec !== undefined && strictestLevel([spec]) === 'privileged' ? 'privileged' : 'baseline';
}
