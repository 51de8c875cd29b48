import type { KubernetesTable, RunnerTable } from '../config/toml';
import { flagIsOn } from '../features';
import { executorHelperImage } from './helper-image';
import { type Job, Refusal, type RefusedJob } from './job';
import {
  checkAllowed,
  containerOf,
  type JobContainer,
  securityOf,
  servicesOf,
  toApi,
} from './job-containers';
import { type JobToleration, overwrites } from './job-overwrites';
import { checkOrder, type PodResources, resourcesOf } from './job-resources';
import { type JobVolume, volumesOf } from './job-volumes';
import { withPodPatches } from './pod-patches';

/** The part of an executor pod that decides where it lands and what it may do. */
export interface JobPod {
  readonly namespace: string;
  readonly initContainers: readonly JobContainer[];
  /** build, helper, then services by name. */
  readonly containers: readonly JobContainer[];
  /** Requests and limits of the pod as a whole; undefined without any. */
  readonly resources: PodResources | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Affinity as the API spells it; undefined without any. */
  readonly nodeAffinity: unknown;
  readonly podAffinity: unknown;
  readonly podAntiAffinity: unknown;
  readonly tolerations: readonly JobToleration[];
  /** Labels of the config and the job, variables in them as written; the runner adds its own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean | undefined;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumes: readonly JobVolume[];
  readonly priorityClassName: string | undefined;
  readonly runtimeClassName: string | undefined;
  readonly schedulerName: string | undefined;
  readonly terminationGracePeriodSeconds: number;
  /** A second more than the job's timeout; undefined without FF_USE_POD_ACTIVE_DEADLINE_SECONDS. */
  readonly activeDeadlineSeconds: number | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;
const DEFAULT_GRACE_SECONDS = 30;

/**
 * The pod that the Kubernetes executor makes of a job, with the patches of `pod_spec`.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, overwrites.go
 */
export function jobPod(runner: RunnerTable, job: Job = {}, release = 'latest'): JobPod | RefusedJob {
  try {
    return withPodPatches(runner, derive(runner, job, release));
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.refused, message: error.message };
    throw error;
  }
}

function derive(runner: RunnerTable, job: Job, release: string): JobPod {
  const { kubernetes } = runner;
  const placed = overwrites(kubernetes, job);
  const resources = {
    build: resourcesOf(kubernetes, '', job),
    service: resourcesOf(kubernetes, 'service_', job),
    helper: resourcesOf(kubernetes, 'helper_', job),
    pod: resourcesOf(kubernetes, 'pod_', job),
  };
  const image = job.image ?? kubernetes.image ?? '';
  if (image === '') throw new Refusal('script_failure', 'no image: the job names none, nor does the config');
  const helper = executorHelperImage(runner, placed.nodeSelector, release);
  const services = servicesOf(kubernetes, job);
  for (const { image: of } of services) checkAllowed(of, kubernetes, 'allowed_services');
  checkAllowed(image, kubernetes, 'allowed_images');
  for (const one of Object.values(resources)) checkOrder(one);
  const attach = !flagIsOn(runner, 'FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY');
  const scripts = attach || flagIsOn(runner, 'FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR');
  const init = { name: 'init-permissions', image: helper, resources: resources.helper };
  return {
    ...placed,
    initContainers: scripts ? [containerOf(kubernetes, init, 'init_permissions')] : [],
    containers: [
      containerOf(kubernetes, { name: 'build', image, resources: resources.build }, 'build'),
      containerOf(kubernetes, { ...init, name: 'helper' }, 'helper'),
      ...services.map((one) => containerOf(kubernetes, { ...one, resources: resources.service }, 'service')),
    ],
    resources: Object.keys(resources.pod).length > 0 ? resources.pod : undefined,
    volumes: volumesOf(runner, ['repo', ...(scripts ? ['scripts'] : []), ...(attach ? ['logs'] : [])]),
    ...podSettings(kubernetes),
    activeDeadlineSeconds: flagIsOn(runner, 'FF_USE_POD_ACTIVE_DEADLINE_SECONDS')
      ? (job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) + 1
      : undefined,
  };
}

/** What the config says of the pod and no job changes. */
function podSettings(kubernetes: KubernetesTable) {
  const { affinity = {}, image_pull_secrets: pullSecrets = [] } = kubernetes;
  return {
    nodeAffinity: toApi(affinity.node_affinity),
    podAffinity: toApi(affinity.pod_affinity),
    podAntiAffinity: toApi(affinity.pod_anti_affinity),
    automountServiceAccountToken: kubernetes.automount_service_account_token,
    imagePullSecrets: kubernetes.use_service_account_image_pull_secrets
      ? []
      : pullSecrets.map((name) => ({ name })),
    securityContext: securityOf(kubernetes.pod_security_context ?? {}),
    priorityClassName: kubernetes.priority_class_name || undefined,
    runtimeClassName: kubernetes.runtime_class_name || undefined,
    schedulerName: kubernetes.scheduler_name || undefined,
    terminationGracePeriodSeconds: kubernetes.pod_termination_grace_period_seconds ?? DEFAULT_GRACE_SECONDS,
  };
}
