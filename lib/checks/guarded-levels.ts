import { guardedPlaces, isOurs, namespaceOf } from '../cluster/guarded-places';
import { anyJobSpec } from '../cluster/job-choices';
import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs, namespaceOfManager, namespacesOf } from '../cluster/namespaces';
import { declaredIn } from '../cluster/needs';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { strictestLevel } from '../cluster/pod-security';
import { ENFORCE, isLooser, labelledLevel, levelOf } from '../cluster/pod-security-level';
import type { FieldOfManifest, Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/**
 * Namespaces whose Pod Security level lets in what no one there needs. One that is not among the manifests is not judged, unless
 * it was rendered with its runners.
 */
export function levelFindings(subject: Subject): Finding[] {
  const jobs = byNamespace(subject.runners, namespaceOfJobs);
  const managers = byNamespace(guardedManagers(subject), ({ manager }) =>
    manager ? namespaceOfManager(manager) : 'default',
  );
  return [
    ...missingNamespaces(new Set([...jobs.keys(), ...managers.keys()]), subject),
    ...[...jobs].flatMap(([name, runners]) => jobLevel(name, runners, subject)),
    ...[...managers]
      .filter(([name]) => !jobs.has(name))
      .flatMap(([name, runners]) => managerLevel(name, runners, subject)),
  ];
}

/** Namespaces that were rendered with their runners, and are not here: nothing says what they refuse. */
function missingNamespaces(names: ReadonlySet<string>, { manifests, runners }: Subject): Finding[] {
  const missing = [...names].filter((name) => !namespaceOf(manifests, name));
  if (missing.length === 0) return [];
  const declared = declaredIn(manifests);
  return missing
    .filter((name) => !declared.has(`Namespace/${name}`))
    .flatMap((name): Finding[] => {
      const runner = runners.find((one) => isOurs(one) && namespacesOf(one).includes(name));
      if (!runner) return [];
      const { config, index } = runner;
      return [
        finding('missing-namespace', {
          severity: 'error',
          at: {
            manifest: config.manifest,
            path: config.path,
            within: `runners[${index}].kubernetes.namespace`,
          },
          found: `no Namespace ${name}`,
          why: `the fleet runs pods there, and nothing says which pods the namespace refuses: its Pod Security level can be lowered in the cluster, or come back lower, and no review shows it`,
          fix: `render it again, or, where someone else makes it, say so in the description: namespaces: [{ name: '${name}', existing: true }]`,
        }),
      ];
    });
}

function guardedManagers(subject: Subject): readonly ObservedRunner[] {
  return guardedPlaces(subject)
    .filter(({ role }) => role === 'managers')
    .flatMap(({ runners }) => runners);
}

function byNamespace(
  runners: readonly ObservedRunner[],
  nameOf: (runner: ObservedRunner) => string,
): ReadonlyMap<string, readonly ObservedRunner[]> {
  const found = new Map<string, ObservedRunner[]>();
  for (const runner of runners) found.set(nameOf(runner), [...(found.get(nameOf(runner)) ?? []), runner]);
  return found;
}

function jobLevel(name: string, runners: readonly ObservedRunner[], { manifests }: Subject): Finding[] {
  const namespace = namespaceOf(manifests, name);
  if (!namespace || !isLooser(levelOf(namespace), 'baseline')) return [];
  // A runner that needs more is why the level is what it is.
  if (runners.some(needsPrivileged)) return [];
  return [
    finding('job-level', {
      severity: runners.some(isOurs) ? 'error' : 'warning',
      at: placeOf(namespace),
      found: labelledLevel(namespace) ?? 'nothing',
      why: 'whoever makes a pod there, a job by a changed config as well as a stolen manager, may own the node; no runner there needs that',
      fix: `set the label ${ENFORCE}: baseline`,
    }),
  ];
}

/** Whether pods of its jobs would be refused by `baseline`, or are not known. */
function needsPrivileged({ table }: ObservedRunner): boolean {
  return strictestLevel([anyJobSpec(table)]) === 'privileged';
}

function managerLevel(name: string, runners: readonly ObservedRunner[], { manifests }: Subject): Finding[] {
  const namespace = namespaceOf(manifests, name);
  if (!namespace || !isLooser(levelOf(namespace), 'restricted')) return [];
  return [
    finding('manager-level', {
      severity: runners.some(isOurs) ? 'error' : 'note',
      at: placeOf(namespace),
      found: labelledLevel(namespace) ?? 'nothing',
      why: 'no manager needs more than restricted, and a pod with more in this namespace reads the tokens of all runners from their node',
      fix: `set the label ${ENFORCE}: restricted, once the pods meet it`,
    }),
  ];
}

function placeOf(manifest: Manifest): FieldOfManifest {
  return { manifest, path: ['metadata', 'labels', ENFORCE] };
}
