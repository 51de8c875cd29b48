import type { ResolvedRunner } from '../../lib/fleet/resolved-fleet';
import type { JobContainer } from '../../lib/gitlab-runner/executor/job-containers';
import { type JobPod, jobPod } from '../../lib/gitlab-runner/executor/job-pod';
import { largestJob } from '../../lib/gitlab-runner/executor/job-resources';
import { namesBySlot } from '../../lib/gitlab-runner/executor/slots';
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

/** The same with all that is derived, in a manager's first slot: for what a server may refuse of a pod that never runs. */
export function wholeExecutorPod(runner: ResolvedRunner, name: string): KubeObject {
  const [table] = runner.managers[0].config.runners;
  const pod = jobPod(table, largestJob(table));
  if ('refused' in pod) throw new Error(pod.message);
  const { namespace, labels, annotations, initContainers, containers, ...rest } = pod;
  const { nodeAffinity, podAffinity, podAntiAffinity, ...spec } = rest;
  // Configs spell the two as the API does.
  const { host_aliases: hostAliases, dns_config: dnsConfig } = table.kubernetes;
  const container = ({ privileged, allowPrivilegeEscalation, ...fields }: JobContainer) => fields;
  const whole = {
    ...spec,
    restartPolicy: 'Never',
    hostAliases,
    dnsConfig,
    affinity: { nodeAffinity, podAffinity, podAntiAffinity },
    initContainers: initContainers.map(container),
    containers: containers.map(container),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...labels, pod: name }, annotations },
    spec: JSON.parse(namesBySlot(JSON.stringify(whole), 1)[0]),
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
