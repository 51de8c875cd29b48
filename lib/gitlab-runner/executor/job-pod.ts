import { fieldsOf } from '../../values/record';
import type { KubernetesTable, RunnerTable } from '../config/toml';
import { flagIsOn } from '../features';
import { asAccepted } from './accepted-pod';
import { executorHelperImage } from './helper-image';
import { JOB_NAME, type Job, Refusal, type RefusedJob } from './job';
import {
  checkAllowed,
  containerOf,
  type JobContainer,
  securityOf,
  toApi,
  umaskContainer,
} from './job-containers';
import { type JobToleration, overwrites } from './job-overwrites';
import { checkOrder, type PodResources, resourcesOf } from './job-resources';
import { checkAliases, servicesOf } from './job-services';
import { isWindows } from './job-system';
import { variablesOf } from './job-variables';
import { type JobVolume, volumeMountsOf, volumesOf } from './job-volumes';
import { checkDns } from './pod-dns';
import { unreadPatches, withPodPatches } from './pod-patches';

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
  /** `pod`, and labels of the config and the job. */
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
  /** The executor's own is Never; a patch may say otherwise. */
  readonly restartPolicy: string;
  readonly terminationGracePeriodSeconds: number;
  /** A second more than the job's timeout; undefined without FF_USE_POD_ACTIVE_DEADLINE_SECONDS. */
  readonly activeDeadlineSeconds: number | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 3600;
const DEFAULT_GRACE_SECONDS = 30;

/**
 * The pod that the Kubernetes executor makes of a job, with the patches of `pod_spec`, as the API server answers it.
 *
 * Left out, since none of it decides where the pod lands, what it costs or what it may do:
 * - labels and annotations under `runner.gitlab.com`, which tell of the job;
 * - commands, arguments, environment variables and ports of containers, host aliases and DNS, but for what a patch says of
 *   them. A JSON patch that goes into these is not read;
 * - the probe of the build container that FF_KUBERNETES_HONOR_ENTRYPOINT adds to the legacy strategy;
 * - defaults of the API server, besides requests, which follow limits, and pull policies.
 *
 * Names and numbers that only a job brings are written as `<...>`. Variables in texts of the config are as written, and
 * lists that the runner has in any order (capabilities, tolerations, keys of a volume) are in that of the config.
 * @see gitlab-runner 19.4 executors/kubernetes/kubernetes.go, overwrites.go
 */
export function jobPod(runner: RunnerTable, job: Job = {}, release = 'latest'): JobPod | RefusedJob {
  try {
    const pod = derive(runner, job, release);
    const patched = withPodPatches(runner, pod, job);
    if (unreadPatches(runner, pod).length === 0) checkDns(runner.kubernetes, fieldsOf(patched));
    return asAccepted(patched);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.refused, message: error.message };
    throw error;
  }
}

function derive(runner: RunnerTable, job: Job, release: string): JobPod {
  const { kubernetes } = runner;
  const variables = variablesOf(runner, job);
  const placed = overwrites(kubernetes, variables);
  const resources = {
    build: resourcesOf(kubernetes, '', variables),
    service: resourcesOf(kubernetes, 'service_', variables),
    helper: resourcesOf(kubernetes, 'helper_', variables),
    pod: resourcesOf(kubernetes, 'pod_', variables),
  };
  const image = job.image ?? kubernetes.image ?? '';
  if (image === '') throw new Refusal('script_failure', 'no image: the job names none, nor does the config');
  const services = servicesOf(kubernetes, job);
  for (const { image: of } of services) checkAllowed(of, kubernetes, 'allowed_services');
  checkAllowed(image, kubernetes, 'allowed_images');
  for (const service of services) checkAliases(service);
  for (const one of Object.values(resources)) checkOrder(one);
  const isOn = (flag: string) => flagIsOn(runner, flag, job.variables);
  const logs = !isOn('FF_USE_LEGACY_KUBERNETES_EXECUTION_STRATEGY');
  const hasDumbInit = isOn('FF_USE_DUMB_INIT_WITH_KUBERNETES_EXECUTOR');
  const own = { logs, scripts: logs || hasDumbInit, selector: placed.nodeSelector };
  const onWindows = { isWindows: isWindows(placed.nodeSelector) };
  const volumeMounts = volumeMountsOf(runner, own);
  const helper = {
    ...onWindows,
    image: executorHelperImage(runner, placed.nodeSelector, release),
    resources: resources.helper,
    volumeMounts,
  };
  const build = containerOf(
    kubernetes,
    { ...onWindows, name: 'build', image, resources: resources.build, volumeMounts, user: job.user },
    'build',
  );
  const permissions = containerOf(kubernetes, { ...helper, name: 'init-permissions' }, 'init_permissions');
  return {
    ...placed,
    initContainers: [
      ...(isOn('FF_DISABLE_UMASK_FOR_KUBERNETES_EXECUTOR') ? [umaskContainer(build)] : []),
      ...(logs || (hasDumbInit && !onWindows.isWindows) ? [permissions] : []),
    ],
    containers: [
      build,
      containerOf(kubernetes, { ...helper, name: 'helper' }, 'helper'),
      ...services.map(({ aliases: _, ...one }) =>
        containerOf(
          kubernetes,
          { ...onWindows, ...one, resources: resources.service, volumeMounts },
          'service',
        ),
      ),
    ],
    resources: Object.keys(resources.pod).length > 0 ? resources.pod : undefined,
    volumes: volumesOf(runner, own),
    imagePullSecrets: pullSecretsOf(kubernetes, job),
    restartPolicy: 'Never',
    ...podSettings(kubernetes),
    activeDeadlineSeconds: isOn('FF_USE_POD_ACTIVE_DEADLINE_SECONDS')
      ? (job.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) + 1
      : undefined,
  };
}

/** Secrets of the config, then one that is made of the job's own credentials and goes with its pod. */
function pullSecretsOf(kubernetes: KubernetesTable, job: Job): { name: string }[] {
  if (kubernetes.use_service_account_image_pull_secrets) return [];
  const own = job.registryCredentials ? [`${JOB_NAME}-<suffix>`] : [];
  return [...(kubernetes.image_pull_secrets ?? []), ...own].map((name) => ({ name }));
}

/** What the config says of the pod and no job changes. */
function podSettings(kubernetes: KubernetesTable) {
  const { affinity = {} } = kubernetes;
  return {
    nodeAffinity: toApi(affinity.node_affinity),
    podAffinity: toApi(affinity.pod_affinity),
    podAntiAffinity: toApi(affinity.pod_anti_affinity),
    automountServiceAccountToken: kubernetes.automount_service_account_token,
    securityContext: securityOf(kubernetes.pod_security_context ?? {}),
    priorityClassName: kubernetes.priority_class_name || undefined,
    runtimeClassName: kubernetes.runtime_class_name || undefined,
    schedulerName: kubernetes.scheduler_name || undefined,
    terminationGracePeriodSeconds: kubernetes.pod_termination_grace_period_seconds ?? DEFAULT_GRACE_SECONDS,
  };
}
