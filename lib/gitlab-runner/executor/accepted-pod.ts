import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../../values/record';
import { Refusal } from './job';
import { defaultPullPolicy, type JobContainer } from './job-containers';
import { checkOrder, type PodResources } from './job-resources';
import type { JobVolume } from './job-volumes';
import { checkPodLevel } from './pod-level';

interface WithContainers {
  readonly initContainers: readonly JobContainer[];
  readonly containers: readonly JobContainer[];
  readonly volumes: readonly JobVolume[];
  readonly resources: PodResources | undefined;
}

/**
 * A pod as the API server answers it: requests follow limits where there are none, and an image has a pull policy. Refuses
 * what the API server does of what patches may have made of it.
 */
export function asAccepted<T extends WithContainers>(pod: T): T {
  const volumes = new Set(listOf(pod.volumes).map((volume) => textOf(fieldsOf(volume).name)));
  const accepted = (containers: unknown) =>
    listOf(containers).map((container) => acceptedContainer(fieldsOf(container), volumes));
  const containers = accepted(pod.containers);
  const initContainers = accepted(pod.initContainers);
  if (pod.resources) checkPodLevel(pod.resources, containers, initContainers);
  return { ...pod, initContainers, containers };
}

function acceptedContainer(container: Fields, volumes: ReadonlySet<string | undefined>): JobContainer {
  const name = textOf(container.name) ?? '';
  const missing = listOf(container.volumeMounts)
    .map((mount) => textOf(fieldsOf(mount).name))
    .find((volume) => !volumes.has(volume));
  if (missing !== undefined) {
    const message = `container ${name} mounts the volume ${missing}, which the pod does not have: the API server refuses it`;
    throw new Refusal('runner_system_failure', message);
  }
  const resources = acceptedResources(fieldsOf(container.resources));
  checkOrder(resources);
  const { privileged, allowPrivilegeEscalation } = fieldsOf(container.securityContext);
  return {
    ...container,
    ...{ name, image: textOf(container.image) ?? '', resources },
    imagePullPolicy: textOf(container.imagePullPolicy) ?? defaultPullPolicy(textOf(container.image) ?? ''),
    privileged: privileged === true,
    allowPrivilegeEscalation:
      typeof allowPrivilegeEscalation === 'boolean' ? allowPrivilegeEscalation : undefined,
    securityContext: fieldsOf(container.securityContext),
    volumeMounts: listOf(container.volumeMounts) as JobContainer['volumeMounts'],
  };
}

function acceptedResources({ requests, limits, ...rest }: Fields): PodResources {
  const asked = { ...textsOf(limits), ...textsOf(requests) };
  return {
    ...rest,
    ...(limits !== undefined && { limits: textsOf(limits) }),
    ...(Object.keys(asked).length > 0 && { requests: asked }),
  };
}
