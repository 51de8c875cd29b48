import type { NormalFleet } from '../normal-fleet';
import type { ResolvedNetwork } from '../resolved-fleet';

/** What the pods of a fleet may reach, the port of GitLab included. */
export function resolveNetwork({ gitlabUrl, jobPorts, metricsFrom }: NormalFleet): ResolvedNetwork {
  const gitlabPort = portOf(new URL(gitlabUrl));
  const sorted = (ports: readonly number[]) => [...new Set(ports)].sort((a, b) => a - b);
  return {
    managerPorts: sorted([443, gitlabPort]),
    jobPorts: sorted([...jobPorts, gitlabPort]),
    metricsFrom,
  };
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'http:' ? 80 : 443;
}
