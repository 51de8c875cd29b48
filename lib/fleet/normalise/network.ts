import { EGRESS_DEFAULTS, FLEET_DEFAULTS } from '../defaults';
import type { NormalEgress, NormalFleet } from '../normal-fleet';
import type { EgressProps, NetworkProps } from '../props/network';

/** What managers and jobs may reach, as the description says it. */
export function normaliseNetwork(
  said: NetworkProps,
): Pick<
  NormalFleet,
  | 'jobPorts'
  | 'jobExcept'
  | 'jobEgress'
  | 'managerEgress'
  | 'dnsServers'
  | 'metricsFrom'
  | 'metricsFromLabels'
> {
  return {
    jobPorts: said.jobPorts ?? FLEET_DEFAULTS.jobPorts,
    jobExcept: said.jobExcept ?? [],
    jobEgress: (said.jobEgress ?? []).map(normaliseEgress),
    managerEgress: (said.managerEgress ?? []).map(normaliseEgress),
    dnsServers: said.dnsServers ?? [],
    metricsFrom: said.metricsFrom ?? [],
    metricsFromLabels: said.metricsFromLabels,
  };
}

function normaliseEgress(said: EgressProps): NormalEgress {
  const { cidr, except, namespace, namespaceLabels, podLabels, ports, protocol } = said;
  const labels = namespace === undefined ? namespaceLabels : { 'kubernetes.io/metadata.name': namespace };
  return {
    said,
    peer: cidr === undefined ? { namespaceLabels: labels ?? {}, podLabels } : { cidr, except: except ?? [] },
    ports,
    protocol: protocol ?? EGRESS_DEFAULTS.protocol,
  };
}
