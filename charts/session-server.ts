import * as k8s from '../imports/k8s';
import { RUNNER_KEY } from '../lib/contract';
import type { ResolvedFleet, ResolvedRunner, ResolvedSessionServer } from '../lib/fleet/resolved-fleet';
import { peerOf } from './network-policy';
import { objectLabels } from './object-metadata';

/** Name of the port that a manager listens on for web terminals. */
export const SESSION_PORT = 'session';

/** The Service through which GitLab reaches the manager of a runner. */
export function sessionServiceManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  session: ResolvedSessionServer,
): unknown {
  const { annotations, loadBalancerClass, name, servicePort, serviceType, sourceRanges } = session;
  return k8s.KubeService.manifest({
    metadata: {
      name,
      namespace: runner.managerNamespace,
      labels: { ...objectLabels(fleet, 'session-server', name), [RUNNER_KEY]: runner.name },
      annotations: Object.keys(annotations).length > 0 ? annotations : undefined,
    },
    spec: {
      type: serviceType,
      selector: {
        'app.kubernetes.io/name': 'gitlab-runner',
        'app.kubernetes.io/instance': runner.objectName,
      },
      ports: [
        {
          name: SESSION_PORT,
          port: servicePort,
          targetPort: k8s.IntOrString.fromString(SESSION_PORT),
          protocol: 'TCP',
        },
      ],
      loadBalancerClass,
      loadBalancerSourceRanges: sourceRanges.length > 0 ? [...sourceRanges] : undefined,
    },
  });
}

/** Lets GitLab reach this port only. */
export function sessionPolicyManifest(
  fleet: ResolvedFleet,
  runner: ResolvedRunner,
  { from, name, port }: ResolvedSessionServer,
): unknown {
  return k8s.KubeNetworkPolicy.manifest({
    metadata: {
      name,
      namespace: runner.managerNamespace,
      labels: { ...objectLabels(fleet, 'session-server', name), [RUNNER_KEY]: runner.name },
    },
    spec: {
      podSelector: {
        matchLabels: {
          'app.kubernetes.io/component': 'manager',
          'app.kubernetes.io/part-of': fleet.name,
          [RUNNER_KEY]: runner.name,
        },
      },
      policyTypes: ['Ingress'],
      ingress: [
        { from: from.map(peerOf), ports: [{ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }] },
      ],
    },
  });
}
