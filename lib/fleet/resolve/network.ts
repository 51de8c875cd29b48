import { registryMirrors } from '../../gitlab-runner/config/registry-mirrors';
import { blockOfAddress, contains } from '../../values/address-block';
import {
  CREDENTIAL_BLOCKS,
  DNS_ON_NODES,
  EVERYWHERE,
  NODE_LOCAL_DNS,
  POD_IDENTITY_AGENT,
} from '../addresses';
import type { NormalEgress, NormalFleet } from '../normal-fleet';
import type { Compute } from '../props/node-pool';
import type { ResolvedEgress, ResolvedNetwork, ResolvedRunner } from '../resolved-fleet';
import { type ProxyPeer, portOf, proxyPeers } from './proxy';

/** What the pods of a fleet may reach, the port of GitLab included. */
export function resolveNetwork(fleet: NormalFleet, runners: readonly ResolvedRunner[]): ResolvedNetwork {
  const { dnsServers, gitlabUrl, jobPorts, jobExcept, jobEgress, managerEgress } = fleet;
  const { compute, metricsFrom, metricsFromLabels, monitoring } = fleet;
  const prometheus = monitoring?.prometheusNamespace === undefined ? [] : [monitoring.prometheusNamespace];
  const gitlabPort = portOf(new URL(gitlabUrl));
  const peers = proxyPeers(fleet);
  // Policies know no names: the port of one is opened to everywhere.
  const named = peers.filter(({ cidr }) => cidr === undefined).map(({ port }) => port);
  const known = peers.flatMap(toProxy);
  const ofManagers = [443, gitlabPort, ...named, ...runners.flatMap(portsOfManager)];
  const ofJobs = [...jobPorts, gitlabPort, ...named, ...runners.flatMap(portsOfConfig)];
  return {
    metricsFrom: [
      ...[...new Set([...metricsFrom, ...prometheus])].map((name) => ({
        'kubernetes.io/metadata.name': name,
      })),
      ...(metricsFromLabels === undefined ? [] : [metricsFromLabels]),
    ],
    metricsPorts: [...new Set(runners.map(({ metricsPort }) => metricsPort))].sort((a, b) => a - b),
    managerEgress: [
      dnsOf(dnsServers, compute),
      anywhere(ofManagers),
      ...known,
      ...managerEgress.map(egressOf),
    ],
    jobEgress: [
      dnsOf([...dnsServers, ...runners.flatMap(nameServersOf)], compute),
      anywhere(ofJobs, jobExcept),
      ...known,
      ...jobEgress.map(egressOf),
    ],
  };
}

/** The way to the agent of EKS Pod Identity. */
export const POD_IDENTITY: ResolvedEgress = {
  to: POD_IDENTITY_AGENT.map((cidr) => ({ cidr, except: [] })),
  ports: [{ port: 80, protocol: 'TCP' }],
};

function dnsOf(dnsServers: readonly string[], compute: Compute): ResolvedEgress {
  const onNodes: readonly string[] = compute === 'eks-auto-mode' ? DNS_ON_NODES : [NODE_LOCAL_DNS];
  return {
    to: [
      {
        namespaceLabels: { 'kubernetes.io/metadata.name': 'kube-system' },
        podLabels: { 'k8s-app': 'kube-dns' },
      },
      ...[...new Set([...onNodes, ...dnsServers.map(blockOfAddress)])]
        .filter((cidr) => cidr !== undefined)
        .map((cidr) => ({ cidr, except: onNodes.includes(cidr) ? exceptOf(cidr, []) : [] })),
    ],
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  };
}

/** Ports that a config.toml sends managers to besides that of GitLab. */
function portsOfManager({ managers: [{ config }] }: ResolvedRunner): readonly number[] {
  const [{ referees }] = config.runners;
  return portsOf([config.sentry_dsn, referees?.metrics?.prometheus_address]);
}

/** Name servers that a config.toml sends jobs to. */
function nameServersOf({ managers: [{ config }] }: ResolvedRunner): readonly string[] {
  const servers = config.runners[0].kubernetes.dns_config?.nameservers;
  return servers === undefined ? [] : servers;
}

/** Ports that a config.toml sends jobs to besides that of GitLab: of what they clone from, of caches, and of mirrors. */
function portsOfConfig({ managers: [{ config }] }: ResolvedRunner): readonly number[] {
  const [{ cache, clone_url: cloneUrl, kubernetes }] = config.runners;
  const server = cache?.s3?.ServerAddress;
  const scheme = cache?.s3?.Insecure === true ? 'http' : 'https';
  return portsOf([cloneUrl, server && `${scheme}://${server}`, ...registryMirrors(kubernetes)]);
}

/** Ports of addresses, without those that hold a variable. */
function portsOf(addresses: readonly (string | undefined)[]): readonly number[] {
  return addresses.flatMap((text) => (text && URL.canParse(text) ? [portOf(new URL(text))] : []));
}

/** The way to the API server: policies know addresses, and which one it has is different in each cluster. */
export const API_SERVER = anywhere([443]);

/** Ports to everywhere except what gives out credentials, and what else stays shut. */
function anywhere(ports: readonly number[], except: readonly string[] = []): ResolvedEgress {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  return {
    to: EVERYWHERE.map((cidr) => ({ cidr, except: exceptOf(cidr, except) })),
    ports: sorted.map((port) => ({ port, protocol: 'TCP' })),
  };
}

function egressOf({ peer, ports, protocol }: NormalEgress): ResolvedEgress {
  const to = 'cidr' in peer ? { cidr: peer.cidr, except: exceptOf(peer.cidr, peer.except) } : peer;
  return { to: [to], ports: ports.map((port) => ({ port, protocol })) };
}

function toProxy({ cidr, port }: ProxyPeer): ResolvedEgress[] {
  return cidr === undefined ? [] : [{ to: [{ cidr, except: [] }], ports: [{ port, protocol: 'TCP' }] }];
}

/** What of a block stays shut: credentials, and what the description says. */
function exceptOf(cidr: string, except: readonly string[]): readonly string[] {
  return [...new Set([...CREDENTIAL_BLOCKS, ...except])].filter((one) => contains(cidr, one));
}
