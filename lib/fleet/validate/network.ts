import {
  blockOfAddress,
  contains,
  isBlock,
  isIpAddress,
  isIpBlock,
  strictBlock,
} from '../../values/address-block';
import { CREDENTIAL_BLOCKS } from '../addresses';
import type { Faults } from '../fault';
import type { NormalEgress, NormalFleet } from '../normal-fleet';
import type { EgressProps } from '../props/network';
import type { Labels } from '../resolved-fleet';
import { checkLabels, checkName, checkOneOf, checkWholeNumber } from './fields';

/** Reports what is wrong with what managers and jobs may reach. */
export function validateNetwork(faults: Faults, fleet: NormalFleet): void {
  const { jobPorts, jobExcept, jobEgress, managerEgress, dnsServers, metricsFrom } = fleet;
  for (const [index, port] of jobPorts.entries())
    checkWholeNumber(faults, `jobPorts[${index}]`, port, 1, 65535);
  for (const [index, cidr] of jobExcept.entries()) {
    const field = `jobExcept[${index}]`;
    if (checkBlock(faults, field, cidr) && /\/0$/.test(cidr))
      faults.add(field, cidr, 'that is everywhere, which leaves jobPorts nothing', 'write jobPorts: []');
  }
  for (const [index, way] of jobEgress.entries()) checkEgress(faults.at(`jobEgress[${index}]`), way);
  for (const [index, way] of managerEgress.entries()) checkEgress(faults.at(`managerEgress[${index}]`), way);
  for (const [index, address] of dnsServers.entries()) {
    if (typeof address === 'string' && isIpAddress(address)) continue;
    const rule = 'DNS servers are named by their addresses, those of IPv4 as four numbers';
    const block = strictBlock(blockOfAddress(String(address)) ?? '');
    const fix = `write ${block === undefined ? 'an address, for example "10.0.0.2"' : `"${block.split('/')[0]}"`}`;
    faults.add(`dnsServers[${index}]`, address, rule, fix);
  }
  for (const [index, namespace] of metricsFrom.entries())
    checkName(faults, `metricsFrom[${index}]`, namespace, 63);
  checkMetricsLabels(faults, fleet.metricsFromLabels);
}

function checkMetricsLabels(faults: Faults, labels: Labels | undefined): void {
  checkLabels(faults, 'metricsFromLabels', labels);
  if (labels === undefined || Object.keys(labels).length > 0) return;
  const rule = 'without labels it selects every namespace, that of jobs included';
  faults.add('metricsFromLabels', {}, rule, 'write a label, or name the namespace in metricsFrom');
}

function checkEgress(faults: Faults, way: NormalEgress): void {
  const { cidr, namespace, namespaceLabels } = way.said;
  const peers = Object.entries({ cidr, namespace, namespaceLabels }).filter(
    ([, value]) => value !== undefined,
  );
  if (peers.length !== 1) {
    const found = peers.length === 0 ? undefined : peers.map(([name]) => name).join(' and ');
    const rule = 'a rule has exactly one of cidr, namespace and namespaceLabels';
    faults.add(
      'cidr',
      found,
      rule,
      peers.length === 0 ? 'write cidr: "10.1.2.3/32"' : 'split it into several rules',
    );
  }
  if (cidr !== undefined) checkCidr(faults, way.said);
  if (namespace !== undefined) checkName(faults, 'namespace', namespace, 63);
  checkLabels(faults, 'namespaceLabels', namespaceLabels);
  checkLabels(faults, 'podLabels', way.said.podLabels);
  checkPods(faults, way);
  checkPorts(faults, way);
}

function checkPods(faults: Faults, { said, peer }: NormalEgress): void {
  if (said.namespaceLabels !== undefined && Object.keys(said.namespaceLabels).length === 0) {
    const rule = 'without a label that is every namespace, that of managers included';
    faults.add('namespaceLabels', {}, rule, 'write a label, or name the namespace');
  }
  if (said.podLabels === undefined || !('cidr' in peer)) return;
  const rule = 'labels of pods are looked at within a namespace';
  faults.add('podLabels', 'set', rule, 'add namespace or namespaceLabels, or leave it out');
}

function checkCidr(faults: Faults, { cidr, except = [] }: EgressProps): void {
  if (!checkBlock(faults, 'cidr', cidr)) return;
  if (CREDENTIAL_BLOCKS.some((one) => contains(one, cidr))) {
    const rule = 'what answers there gives out the role of the node, or that of a ServiceAccount';
    const fix = 'leave it out: managers reach the agent of EKS Pod Identity where they need it';
    faults.add('cidr', cidr, rule, fix);
  }
  for (const [index, one] of except.entries()) {
    const field = `except[${index}]`;
    if (!checkBlock(faults, field, one) || (contains(cidr, one) && !contains(one, cidr))) continue;
    const rule = `the API server takes only parts of ${cidr}, and not all of it`;
    faults.add(field, one, rule, 'write a smaller block within it, or leave it out');
  }
}

/** A block of addresses as CIDR. */
export function checkBlock(faults: Faults, field: string, value: unknown): value is string {
  if (typeof value === 'string' && isIpBlock(value)) return true;
  const text = String(value);
  const rule = isBlock(text)
    ? 'the API server requires the first address of the block, and IPv4 as four numbers'
    : 'addresses are written as CIDR, an address and how many of its bits count';
  faults.add(field, value, rule, `write "${strictBlock(blockOfAddress(text) ?? text) ?? '10.0.0.0/8'}"`);
  return false;
}

function checkPorts(faults: Faults, { ports, protocol }: NormalEgress): void {
  checkOneOf(faults, 'protocol', protocol, ['TCP', 'UDP', 'SCTP']);
  if (!Array.isArray(ports) || ports.length === 0) {
    const rule = 'without a port that is every port';
    faults.add('ports', ports, rule, 'write the ports, for example [5432]');
    return;
  }
  for (const [index, port] of ports.entries()) checkWholeNumber(faults, `ports[${index}]`, port, 1, 65535);
}
