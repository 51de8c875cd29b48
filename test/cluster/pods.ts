import type { KubeObject } from '../../engines/kube-client';
import type { ResolvedRunner } from '../../model/resolved-fleet';
import { type JobPod, jobPod } from '../../runner/job-pod';
import { largestJob } from '../../runner/job-resources';
import { api, eventually } from './running-cluster';

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
    metadata: { name, namespace, labels, annotations },
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

export function createPod(pod: KubeObject): Promise<KubeObject> {
  return api.create(`/api/v1/namespaces/${pod.metadata.namespace}/pods`, pod);
}

export async function deletePods(namespace: string): Promise<void> {
  await api.delete(`/api/v1/namespaces/${namespace}/pods`, { gracePeriodSeconds: 0 });
}

/** The node of a pod, once it runs there. */
export async function nodeOf(namespace: string, name: string): Promise<KubeObject> {
  const pod = await eventually(
    `pod ${name} runs`,
    name,
    async () => {
      const found = await api.get(`/api/v1/namespaces/${namespace}/pods/${name}`);
      return found.status.phase === 'Running' && found;
    },
    180,
  );
  return api.get(`/api/v1/nodes/${pod.spec.nodeName}`);
}

/** What the scheduler or Karpenter says of a pod that waits. */
export async function complaintsOn(namespace: string, name: string): Promise<readonly string[]> {
  const selector = encodeURIComponent(`involvedObject.name=${name}`);
  const events = await api.list(`/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}`);
  return events
    .filter(
      (event) =>
        (event.source?.component ?? event.reportingComponent) === 'karpenter' &&
        event.reason === 'FailedScheduling',
    )
    .map(({ message }) => message);
}
