import * as k8s from '../imports/k8s';
import { METRICS_PORT } from '../lib/fleet/resolve/runner-config';
import type { ResolvedFleet, ResolvedNamespace } from '../lib/fleet/resolved-fleet';
import { objectLabels } from './object-metadata';

/** EC2 instance metadata: what must not answer to a job. */
const INSTANCE_METADATA = { v4: '169.254.169.254/32', v6: 'fd00:ec2::254/128' };
/** EKS Pod Identity agent: credentials of whoever asks with a pod's token. */
const POD_IDENTITY_AGENT = { v4: '169.254.170.23/32', v6: 'fd00:ec2::23/128' };
/** NodeLocal DNSCache, where a cluster has it. */
const NODE_LOCAL_DNS = '169.254.20.10/32';

/** All managers: metrics in, if anybody may read them; DNS, GitLab, the Kubernetes API and S3 out. */
export function managerNetworkPolicy(fleet: ResolvedFleet): unknown {
  const { managerPorts, metricsFrom } = fleet.network;
  const metrics = metricsFrom.map((name) => ({
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
  }));
  return networkPolicy(fleet, fleet.managerNamespace, 'manager', {
    ingress: metrics.length > 0 ? [{ from: metrics, ports: [tcp(METRICS_PORT)] }] : undefined,
    egress: [dns(), anywhere(managerPorts), ...podIdentityAgent(fleet.managerNamespace)],
  });
}

/** All pods of a job namespace: nobody in; DNS and the given ports out, the metadata service never. */
export function jobNetworkPolicy(fleet: ResolvedFleet, namespace: ResolvedNamespace): unknown {
  return networkPolicy(fleet, namespace, 'job', {
    egress: [dns(), anywhere(fleet.network.jobPorts), ...podIdentityAgent(namespace)],
  });
}

function networkPolicy(
  fleet: ResolvedFleet,
  namespace: ResolvedNamespace,
  component: string,
  rules: Pick<k8s.NetworkPolicySpec, 'ingress' | 'egress'>,
): unknown {
  return k8s.KubeNetworkPolicy.manifest({
    metadata: {
      name: 'default',
      namespace: namespace.name,
      labels: { ...objectLabels(fleet, component, 'default') },
    },
    // Every pod of the namespace: what no rule opens stays shut, whoever starts a pod there.
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ...rules },
  });
}

function podIdentityAgent({ podIdentity }: ResolvedNamespace): k8s.NetworkPolicyEgressRule[] {
  if (!podIdentity) return [];
  return [{ to: [ipBlock(POD_IDENTITY_AGENT.v4), ipBlock(POD_IDENTITY_AGENT.v6)], ports: [tcp(80)] }];
}

function dns(): k8s.NetworkPolicyEgressRule {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      },
      ipBlock(NODE_LOCAL_DNS),
    ],
    ports: [{ port: k8s.IntOrString.fromNumber(53), protocol: 'UDP' }, tcp(53)],
  };
}

function anywhere(ports: readonly number[]): k8s.NetworkPolicyEgressRule {
  return {
    to: [
      ipBlock('0.0.0.0/0', [INSTANCE_METADATA.v4, POD_IDENTITY_AGENT.v4]),
      ipBlock('::/0', [INSTANCE_METADATA.v6, POD_IDENTITY_AGENT.v6]),
    ],
    ports: ports.map(tcp),
  };
}

function ipBlock(cidr: string, except?: string[]): k8s.NetworkPolicyPeer {
  return { ipBlock: { cidr, except } };
}

function tcp(port: number): k8s.NetworkPolicyPort {
  return { port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' };
}
