import type { ResolvedRunner } from '../../lib/fleet/resolved-fleet';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import type { KubeObject } from './kube-client';

/**
 * The pod that the executor makes of a runner's config, as an object of the API: the derivation that is held against pods
 * recorded from the real executor.
 */
export function executorPod(runner: ResolvedRunner, name: string, largest: boolean): KubeObject {
  const [table] = runner.managers[0].config.runners;
  const pod = jobPod(table, largest ? largestJob(table) : {});
  if ('refused' in pod) throw new Error(pod.message);
  const { namespace, labels, annotations } = pod;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    // The derived name of the pod has places for what only a job knows.
    metadata: { name, namespace, labels: { ...labels, pod: name }, annotations },
    spec: specOf(pod),
  };
}

function specOf(pod: JobPod): KubeObject {
  const container = ({ name, resources, securityContext }: KubeObject) => ({
    name,
    image: 'example.com/job:1',
    resources,
    securityContext,
  });
  return {
    restartPolicy: 'Never',
    nodeSelector: pod.nodeSelector,
    tolerations: pod.tolerations,
    automountServiceAccountToken: pod.automountServiceAccountToken,
    securityContext: pod.securityContext,
    terminationGracePeriodSeconds: 0,
    initContainers: pod.initContainers.map(container),
    containers: pod.containers.map(container),
  };
}
