import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { forbiddenOf, podSecurityOf, type SecuredPod } from '../cluster/pod-security';
import { at, fieldsOf, textsOf } from '../values/record';
import { refusalFindings } from './admission-refusals';
import { ADMITTED_RULES } from './admitted-rules';
import type { Check } from './check';
import { extraPodFindings } from './extra-pods';
import type { Finding } from './finding';
import { volumeFindings } from './job-volumes';
import { managerUserFindings } from './manager-users';
import { hookFindings } from './pod-hooks';
import { quotaFindings } from './quotas';

const { finding, ...group } = ADMITTED_RULES;

/** Admission lets every job pod and manager into its namespace. */
export const admitted: Check = {
  ...group,
  run: (subject) => [
    ...subject.runners.flatMap((runner) => [
      ...jobFindings(runner, subject),
      ...managerFindings(runner, subject),
      ...volumeFindings(runner),
    ]),
    ...managerUserFindings(subject),
    ...refusalFindings(subject),
    ...extraPodFindings(subject),
    ...quotaFindings(subject),
    ...hookFindings(subject),
  ],
};

function jobFindings(runner: ObservedRunner, { manifests }: Subject): Finding[] {
  const namespace = namespaceOfJobs(runner);
  const spec = fieldsOf(runner.job?.spec);
  const refused = refusalOf({ annotations: textsOf(spec.annotations), spec }, namespace, manifests);
  if (!runner.job || refused === undefined) return [];
  const { manifest, path } = runner.config;
  return [
    finding('job-pod', {
      severity: 'error',
      at: { manifest, path, within: `runners[${runner.index}].kubernetes.namespace` },
      found: refused.found,
      why: `namespace ${namespace} enforces ${refused.level}: the API server refuses every job pod`,
      fix: `leave it out, or use a namespace of its own whose level allows it, with a pool of its own`,
    }),
  ];
}

function managerFindings({ manager, managerPod }: ObservedRunner, { manifests }: Subject): Finding[] {
  const annotations = textsOf(at(manager?.body, ['spec', 'template', 'metadata', 'annotations']));
  const refused = refusalOf({ annotations, spec: managerPod }, manager?.namespace, manifests);
  if (!manager || refused === undefined) return [];
  return [
    finding('manager-pod', {
      severity: 'error',
      at: { manifest: manager, path: ['spec', 'template', 'spec'] },
      found: refused.found,
      why: `namespace ${manager.namespace} enforces ${refused.level}: no pod of this Deployment is ever made`,
      fix: 'meet the level, or lower it',
    }),
  ];
}

/** What the Pod Security level of a namespace forbids of a pod; undefined where it lets the pod in, or is unknown. */
function refusalOf(
  pod: SecuredPod,
  namespace: string | undefined,
  manifests: readonly Manifest[],
): { readonly level: string; readonly found: string } | undefined {
  const policy = podSecurityOf(namespace, manifests);
  const reasons = policy === undefined ? [] : forbiddenOf(policy, pod);
  if (policy === undefined || reasons.length === 0) return undefined;
  const version = policy.minor === undefined ? '' : ` of Kubernetes 1.${policy.minor}`;
  return { level: `${policy.level}${version}`, found: reasons.join(', ') };
}
