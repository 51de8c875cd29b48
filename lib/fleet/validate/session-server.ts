import { parseDuration } from '../../values/duration';
import { isDnsSubdomain, isQualifiedName } from '../../values/label';
import type { Faults } from '../fault';
import type { NormalFleet, NormalRunner } from '../normal-fleet';
import type { NormalSessionServer } from '../normal-managers';
import { checkAnnotations, checkDuration, checkName, checkOneOf, checkWholeNumber } from './fields';
import { checkBlock } from './network';

/** Reports what is wrong with the web terminals of a runner. */
export function checkSessionServer(runnerFaults: Faults, runner: NormalRunner): void {
  const { config, drain, manager, managers, sessionServer } = runner;
  if (sessionServer === undefined) return;
  const faults = runnerFaults.at('sessionServer');
  checkAddress(faults, sessionServer.advertiseAddress);
  checkWholeNumber(faults, 'port', sessionServer.port, 1024, 65535);
  checkTimeout(faults, sessionServer.timeout, drain);
  checkSources(faults, sessionServer);
  checkService(faults, sessionServer);
  if (sessionServer.port === manager.metricsPort) {
    const rule = 'metrics are served at this port';
    const other = sessionServer.port === SESSION_PORT ? SESSION_PORT + 1 : SESSION_PORT;
    faults.add('port', sessionServer.port, rule, `write another port, for example ${other}`);
  }
  if (managers > 1) {
    const rule = `each of the ${managers} managers has the sessions of its own jobs, and an address leads to only one manager`;
    faults.add('advertiseAddress', sessionServer.advertiseAddress, rule, 'write managers: 1');
  }
  if ('session_server' in config.global) {
    const rule = 'sessionServer sets it, and renders the Service and the network policy too';
    runnerFaults.at('config').add('global.session_server', 'set', rule, 'leave it out');
  }
}

const SESSION_PORT = 8093;

/** A session keeps the pod of its job, and the manager must be there for it. */
function checkTimeout(faults: Faults, timeout: unknown, drain: string): void {
  const seconds = checkDuration(faults, 'timeout', timeout);
  const most = parseDuration(drain);
  if (seconds === undefined || most === undefined || seconds <= most) return;
  const rule = `a manager that is replaced is gone after ${drain}, and its sessions with it`;
  faults.add('timeout', timeout, rule, `write "${drain}" or less, or raise drain`);
}

/** A host and a port, without a scheme: the runner puts `https://` before it. */
function checkAddress(faults: Faults, address: unknown): void {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(String(address)) ?? [];
  const isHost = host !== undefined && (isDnsSubdomain(host) || /^\[[0-9a-fA-F:.]+\]$/.test(host));
  if (isHost && Number(port) >= 1 && Number(port) <= 65535) return;
  const rule = 'a host and a port, without a scheme or path';
  faults.add('advertiseAddress', address, rule, 'write it as "terminals.example.com:8093"');
}

function checkSources(faults: Faults, { fromCidrs, fromNamespaces }: NormalSessionServer): void {
  for (const [index, cidr] of fromCidrs.entries()) checkBlock(faults, `fromCidrs[${index}]`, cidr);
  for (const [index, name] of fromNamespaces.entries())
    checkName(faults, `fromNamespaces[${index}]`, name, 63);
  if (fromCidrs.length > 0 || fromNamespaces.length > 0) return;
  const rule = 'no address may reach the port, not even that of GitLab';
  faults.add('fromCidrs', fromCidrs, rule, "write the addresses of GitLab, for example ['10.20.1.10/32']");
}

function checkService(faults: Faults, session: NormalSessionServer): void {
  const { fromCidrs, fromNamespaces, loadBalancerClass, serviceAnnotations, serviceType } = session;
  checkOneOf(faults, 'serviceType', serviceType, ['ClusterIP', 'LoadBalancer']);
  checkAnnotations(faults, 'serviceAnnotations', serviceAnnotations);
  if (serviceType === 'LoadBalancer' && fromCidrs.length === 0 && fromNamespaces.length > 0) {
    const rule = 'without an address the load balancer accepts connections from anywhere';
    faults.add('fromCidrs', fromCidrs, rule, "write the addresses of GitLab, for example ['10.20.1.10/32']");
  }
  if (loadBalancerClass === undefined) return;
  if (typeof loadBalancerClass !== 'string' || !isQualifiedName(loadBalancerClass)) {
    const rule = 'classes are [prefix/]name';
    faults.add('loadBalancerClass', loadBalancerClass, rule, 'write it as "service.k8s.aws/nlb"');
  } else if (serviceType !== 'LoadBalancer') {
    const rule = 'the API server refuses it for other types of Services';
    faults.add(
      'loadBalancerClass',
      loadBalancerClass,
      rule,
      "leave it out, or write serviceType: 'LoadBalancer'",
    );
  }
}

/** An address leads to one manager. */
export function validateSessionsTogether(faults: Faults, { runners }: NormalFleet): void {
  const owners = new Map<string, string>();
  for (const { name, sessionServer } of runners) {
    if (sessionServer === undefined) continue;
    const { advertiseAddress: address } = sessionServer;
    const owner = owners.get(address);
    if (owner !== undefined) {
      const rule = `it leads to the manager of runner ${owner}, which does not have the sessions of this runner`;
      const fix = 'give each runner an address or a port of its own';
      faults.at(`runner ${name}`).at('sessionServer').add('advertiseAddress', address, rule, fix);
    }
    owners.set(address, name);
  }
}
