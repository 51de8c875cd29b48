import * as k8s from '../imports/k8s';
import { EXISTING_ANNOTATION } from '../lib/contract';
import { ORPHAN_CLEANUP } from '../lib/fleet/names';
import { POD_IDENTITY } from '../lib/fleet/resolve/network';
import type {
  ResolvedEgress,
  ResolvedFleet,
  ResolvedNamespace,
  ResolvedPeer,
} from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** All managers: metrics in, if anybody may read them; DNS, GitLab, the Kubernetes API and S3 out. */
export function managerNetworkPolicy(fleet: ResolvedFleet): unknown {
  const { managerEgress, metricsFrom, metricsPorts } = fleet.network;
  const metrics = metricsFrom.map((labels) => ({ namespaceSelector: { matchLabels: { ...labels } } }));
  return networkPolicy(fleet, fleet.managerNamespace, 'manager', managerEgress, {
    ingress:
      metrics.length > 0
        ? [{ from: metrics, ports: metricsPorts.map((port) => portOf(port, 'TCP')) }]
        : undefined,
  });
}

/** All pods of a job namespace: nobody in; DNS and the given ports out, the metadata service never. */
export function jobNetworkPolicy(fleet: ResolvedFleet, namespace: ResolvedNamespace): unknown {
  return networkPolicy(fleet, namespace, 'job', fleet.network.jobEgress);
}

/** The pods of the orphan cleanup, in a namespace whose other pods are not ours to shut off: the API server out, nothing in. */
export function cleanupNetworkPolicy(fleet: ResolvedFleet, egress: ResolvedEgress): unknown {
  return networkPolicy(fleet, { ...fleet.managerNamespace, podIdentity: false }, ORPHAN_CLEANUP, [egress]);
}

function networkPolicy(
  fleet: ResolvedFleet,
  namespace: ResolvedNamespace,
  component: string,
  ways: readonly ResolvedEgress[],
  rules: Pick<k8s.NetworkPolicySpec, 'ingress'> = {},
): unknown {
  const shared = component === ORPHAN_CLEANUP ? component : `${component}s`;
  const name = namespace.isShared ? `${fleet.name}-${shared}` : 'default';
  return k8s.KubeNetworkPolicy.manifest({
    metadata: {
      name,
      namespace: namespace.name,
      labels: { ...objectLabels(fleet, component, name) },
      annotations: declared(fleet, namespace),
    },
    spec: {
      podSelector: heldPods(fleet, namespace, component),
      policyTypes: ['Ingress', 'Egress'],
      ...rules,
      egress: [...ways, ...(namespace.podIdentity ? [POD_IDENTITY] : [])].map(egressRule),
    },
  });
}

/** Every pod of the namespace: what no rule opens stays shut, whoever starts a pod there. Pods of others are not ours to shut off. */
function heldPods(
  fleet: ResolvedFleet,
  { isShared }: ResolvedNamespace,
  component: string,
): k8s.LabelSelector {
  if (!isShared) return {};
  return {
    matchLabels: { 'app.kubernetes.io/component': component, 'app.kubernetes.io/part-of': fleet.name },
  };
}

/** What someone else makes: the namespace, and what that would say of other objects if it were rendered. */
function declared(
  { existing, managerNamespace }: ResolvedFleet,
  namespace: ResolvedNamespace,
): Readonly<Record<string, string>> | undefined {
  if (namespace.isRendered) return undefined;
  const others = namespace === managerNamespace ? existing : [];
  return { [EXISTING_ANNOTATION]: [`Namespace/${namespace.name}`, ...others].join(', ') };
}

function egressRule({ to, ports }: ResolvedEgress): k8s.NetworkPolicyEgressRule {
  return {
    to: to.map(peerOf),
    ports: ports.map(({ port, protocol }) => portOf(port, protocol)),
  };
}

function portOf(port: number, protocol: string): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol };
}

/** A peer of a rule. */
export function peerOf(peer: ResolvedPeer): k8s.NetworkPolicyPeer {
  if ('cidr' in peer) {
    const { cidr, except } = peer;
    return { ipBlock: { cidr, except: except.length > 0 ? [...except] : undefined } };
  }
  const { namespaceLabels, podLabels } = peer;
  return {
    namespaceSelector: { matchLabels: { ...namespaceLabels } },
    podSelector: podLabels && { matchLabels: { ...podLabels } },
  };
}
