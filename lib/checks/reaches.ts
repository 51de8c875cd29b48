import { leadsTo, opensPort, type Way, waysOf } from '../cluster/allowed-traffic';
import { type Destination, jobDestinations, managerDestinations } from '../cluster/destinations';
import { jobsOf, managersOf, policiesIn } from '../cluster/guarded-places';
import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { blockOfAddress, contains } from '../values/address-block';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'reaches',
  'Network policies let managers and jobs reach what their configs name.',
  {
    manager: 'a network policy cuts a manager off from what it talks to',
    job: 'a network policy cuts jobs off from what they talk to',
  },
);

/** Proxies, GitLab and caches are reached as far as network policies go; each address once for a namespace. */
export const reaches: Check = {
  ...group,
  run: ({ manifests, runners }: Subject) => {
    const seen = new Set<string>();
    return runners.flatMap((runner) =>
      [
        { rule: 'manager' as const, place: managersOf(runner), to: managerDestinations(runner, manifests) },
        { rule: 'job' as const, place: jobsOf(runner), to: jobDestinations(runner) },
      ].flatMap(({ rule, place, to }) => {
        if (place === undefined) return [];
        const policies = policiesIn(manifests, place.namespace);
        const ways = waysOf(policies, place.labels, 'egress');
        return to.flatMap((one) => {
          const key = JSON.stringify([rule, place.namespace, one.host, one.port, one.protocol]);
          if (isOpen(ways, one) || seen.has(key)) return [];
          seen.add(key);
          return [shut(rule, one, policiesOf(ways))];
        });
      }),
    );
  },
};

/** Where Services and pods have their addresses. */
const OF_CLUSTERS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/**
 * Of a name nobody knows the addresses: its port is open where it is open to any. An address of a private network may be that
 * of a Service, to whose pods a selector leads.
 */
function isOpen(ways: readonly Way[], { host, port, protocol }: Destination): boolean {
  const block = blockOfAddress(host);
  const maySelect = block === undefined || OF_CLUSTERS.some((one) => contains(one, block));
  return ways.some((way) => {
    const isBlock = way.peer === undefined || way.peer.ipBlock !== undefined;
    if (block !== undefined && isBlock) return leadsTo(way, host, port, protocol);
    return maySelect && opensPort(way, port, protocol);
  });
}

function policiesOf(ways: readonly Way[]): readonly Manifest[] {
  return [...new Set(ways.flatMap(({ policy }) => policy ?? []))];
}

const WHO = {
  manager: { pods: 'managers', loss: 'it stays ready and takes no job' },
  job: { pods: 'jobs', loss: 'the clone, the cache or the script waits until it fails' },
};

/** Options that open a way for what they set. */
const OPTIONS: Readonly<Record<string, string>> = {
  'the proxy': 'proxy',
  'a DNS server': 'network.dnsServers',
  'the registry mirror': 'dockerInDocker.registryMirror',
};

function shut(rule: 'manager' | 'job', to: Destination, policies: readonly Manifest[]): Finding {
  const { pods, loss } = WHO[rule];
  const names = policies.map(displayName).join(', ') || 'a network policy without a way out';
  const option = rule === 'manager' ? 'network.managerEgress' : 'network.jobPorts or jobEgress';
  return finding(rule, {
    // Policies of another repository, or of another kind, may open it.
    severity: 'warning',
    at: to.from,
    found: `${to.host}, ${to.protocol} ${to.port}`,
    why: `${names} ${policies.length > 1 ? 'open' : 'opens'} no way to ${to.what} for ${pods}: where the CNI enforces it, ${loss}`,
    fix: `open ${to.protocol} ${to.port} to it in a network policy (in a description: ${OPTIONS[to.what] ?? option})`,
  });
}
