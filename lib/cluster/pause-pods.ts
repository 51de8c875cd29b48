import { mostPausePods } from '../gitlab-runner/pause-pods';
import { type AdmittedPod, admit } from './admission';
import type { Manifest } from './manifest';
import { namespaceOfJobs } from './namespaces';
import { concurrencyOfEach, type Runner } from './runners';

/** The pause pods of an entry, as admission leaves each of them. */
export interface PausePods {
  /** Most at once, in all pods of its manager. */
  readonly count: number;
  readonly admission: AdmittedPod;
}

/**
 * The pause pods of an entry; undefined without any. They ask for what the build container asks for and have no limits.
 * @see gitlab-runner 19.3 executors/kubernetes/autoscaler/pause_pod_manager.go, buildDeployment
 */
export function pausePodsOf(runner: Runner, manifests: readonly Manifest[]): PausePods | undefined {
  const { kubernetes } = runner.table;
  const count = mostPausePods(runner.table, concurrencyOfEach(runner)) * runner.replicas;
  if (count === 0) return undefined;
  const { cpu_request: cpu, memory_request: memory } = kubernetes;
  const requests = { ...(cpu && { cpu }), ...(memory && { memory }) };
  const spec = {
    containers: [{ name: 'pause', resources: { requests } }],
    priorityClassName: kubernetes.autoscaler?.pause_pod_priority_class_name ?? 'gitlab-runner-idle-capacity',
    ...(kubernetes.runtime_class_name && { runtimeClassName: kubernetes.runtime_class_name }),
  };
  return { count, admission: admit(spec, namespaceOfJobs(runner), manifests) };
}
