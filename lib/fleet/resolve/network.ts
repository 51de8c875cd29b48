import { FLEET_DEFAULTS } from '../defaults';
import type { Faults } from '../fault';
import type { RunnerFleetProps } from '../props/fleet';
import type { ResolvedNetwork } from '../resolved-fleet';
import { checkName, checkWholeNumber } from '../validate/fields';

/** What the pods of a fleet may reach, the port of GitLab included. */
export function resolveNetwork(faults: Faults, fleet: RunnerFleetProps, gitlabUrl: string): ResolvedNetwork {
  const { jobPorts = FLEET_DEFAULTS.jobPorts, metricsFrom = [] } = fleet.network ?? {};
  for (const [index, port] of jobPorts.entries())
    checkWholeNumber(faults, `jobPorts[${index}]`, port, 1, 65535);
  for (const [index, namespace] of metricsFrom.entries())
    checkName(faults, `metricsFrom[${index}]`, namespace, 63);
  const gitlabPort = portOf(gitlabUrl);
  const sorted = (ports: readonly number[]) => [...new Set(ports)].sort((a, b) => a - b);
  return {
    managerPorts: sorted([443, gitlabPort]),
    jobPorts: sorted([...jobPorts, gitlabPort]),
    metricsFrom,
  };
}

function portOf(url: string): number {
  if (!URL.canParse(url)) return 443;
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port);
}
