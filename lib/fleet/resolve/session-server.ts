import { secondsOf } from '../../values/duration';
import { sessionName } from '../names';
import type { NormalRunner } from '../normal-fleet';
import type { ResolvedSessionServer } from '../resolved-fleet';

/** Where a runner's manager listens for web terminals. */
export function sessionServer({
  name,
  sessionServer: said,
}: NormalRunner): ResolvedSessionServer | undefined {
  if (said === undefined) return undefined;
  const { advertiseAddress, fromCidrs, fromNamespaces, port, serviceType } = said;
  return {
    name: sessionName(name),
    port,
    servicePort: portOfAddress(advertiseAddress),
    serviceType,
    loadBalancerClass: said.loadBalancerClass,
    sourceRanges: serviceType === 'LoadBalancer' ? fromCidrs : [],
    annotations: said.serviceAnnotations,
    from: [
      ...fromCidrs.map((cidr) => ({ cidr, except: [] })),
      ...fromNamespaces.map((namespace) => ({
        namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
        podLabels: undefined,
      })),
    ],
  };
}

function portOfAddress(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** The table of config.toml; none without web terminals. */
export function sessionTable({ sessionServer: said }: NormalRunner): {
  session_server?: { listen_address: string; advertise_address: string; session_timeout: number };
} {
  if (said === undefined) return {};
  return {
    session_server: {
      listen_address: `:${said.port}`,
      advertise_address: said.advertiseAddress,
      session_timeout: secondsOf(said.timeout),
    },
  };
}
