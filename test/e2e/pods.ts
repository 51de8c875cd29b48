import type { KubeObject } from '../../tools/engines/kube-client';
import { api, eventually } from './running-cluster';

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

/** Names of the pods of a namespace that Karpenter complains of. */
export async function complainedOf(namespace: string): Promise<ReadonlySet<string>> {
  const events = await api.list(`/api/v1/namespaces/${namespace}/events`);
  return new Set(
    events
      .filter(
        ({ source, reportingComponent, reason }) =>
          (source?.component ?? reportingComponent) === 'karpenter' && reason === 'FailedScheduling',
      )
      .map(({ involvedObject }) => involvedObject.name),
  );
}
