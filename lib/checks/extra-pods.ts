import { type AdmissionRefusal, admit } from '../cluster/admission';
import { displayName, type Manifest } from '../cluster/manifest';
import type { ObservedRunner, Subject } from '../cluster/observe';
import { pausePodsOf } from '../cluster/pause-pods';
import { quotasFor, unsetOf } from '../cluster/quotas';
import type { KubernetesTable } from '../gitlab-runner/config/toml';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { fieldsOf } from '../values/record';
import { ADMITTED_RULES } from './admitted-rules';
import type { FieldOfManifest, Finding } from './finding';

const { finding } = ADMITTED_RULES;

/** What admission refuses besides plain jobs and managers: pause pods, and jobs with a service. */
export function extraPodFindings({ runners, manifests }: Subject): Finding[] {
  return runners.flatMap((runner) => [
    ...pausePodFindings(runner, manifests),
    ...serviceFindings(runner, manifests),
  ]);
}

function placeOf({ config, index }: ObservedRunner, key: string): FieldOfManifest {
  return { manifest: config.manifest, path: config.path, within: `runners[${index}].kubernetes${key}` };
}

/** Nothing tells of pause pods that are refused: the room is just not there. */
function pausePodFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const pods = pausePodsOf(runner, manifests);
  if (pods === undefined) return [];
  const { spec, refusals } = pods.admission;
  const counted = quotasFor(spec, runner.table.kubernetes.namespace, manifests).flatMap((quota) =>
    [...unsetOf(spec, quota).keys()].map((name) => ({ by: quota.manifest, reason: `sets no ${name}` })),
  );
  return reasonsByObject([...refusals.filter(({ by }) => by.kind === 'LimitRange'), ...counted]).map(
    ([by, reasons]) =>
      finding('pause-pods', {
        severity: 'warning',
        at: placeOf(runner, '.autoscaler'),
        found: reasons.join('; '),
        why: `${displayName(by)} refuses the pause pods of ${runner.name}, which have the requests of the build container and no limits: no room is held, and nothing says so`,
        fix: 'give the namespace a LimitRange with default and defaultRequest of type Container',
      }),
  );
}

function serviceFindings(runner: ObservedRunner, manifests: readonly Manifest[]): Finding[] {
  const { job, table } = runner;
  if (!job || job.admission.refusals.length > 0) return [];
  if (allowsNoOthers(table.kubernetes)) return [];
  const { allowed_services: _, ...kubernetes } = table.kubernetes;
  const pod = jobPod({ ...table, kubernetes }, { services: [kubernetes.image || 'service'] });
  if ('refused' in pod) return [];
  const { refusals } = admit(fieldsOf(pod), pod.namespace, manifests);
  return reasonsByObject(refusals.filter(({ by }) => by.kind === 'LimitRange')).map(([by, reasons]) =>
    finding('limit-range-services', {
      severity: 'warning',
      at: placeOf(runner, ''),
      found: reasons.join('; '),
      why: `${displayName(by)} lets plain jobs of ${runner.name} in, and refuses each that has a service: these jobs fail`,
      fix: `raise the bound by what a service may use, or set service_* requests and limits that ${displayName(by)} allows (in a description: maxServices, service)`,
    }),
  );
}

/** Whether jobs can't add services: only those are allowed that the config gives every job, for example a Docker daemon. */
function allowsNoOthers({ allowed_services: allowed = [], services = [] }: KubernetesTable): boolean {
  const own = services.map(({ name }) => name);
  return allowed.length > 0 && allowed.every((pattern) => own.includes(pattern));
}

function reasonsByObject(refusals: readonly AdmissionRefusal[]): [Manifest, string[]][] {
  const found = new Map<Manifest, string[]>();
  for (const { by, reason } of refusals) found.set(by, [...(found.get(by) ?? []), reason]);
  return [...found];
}
