import { leadsTo, type Way, waysOf } from '../cluster/allowed-traffic';
import { type Destination, jobDestinations, managerDestinations } from '../cluster/destinations';
import { jobsOf, managersOf, policiesIn } from '../cluster/guarded-places';
import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { blockOfAddress } from '../values/address-block';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup(
  'reaches',
  'Network policies let managers and jobs reach what their configs name.',
  {
    manager: 'a network policy shuts a manager off from what it talks to',
    job: 'a network policy shuts jobs off from what they talk to',
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
          const key = JSON.stringify([rule, place.namespace, one.host, one.port]);
          if (isOpen(ways, one) || seen.has(key)) return [];
          seen.add(key);
          return [shut(rule, one, policiesOf(ways))];
        });
      }),
    );
  },
};

/** Of a name nobody knows the addresses: its port is open where it is open to any. */
function isOpen(ways: readonly Way[], { host, port }: Destination): boolean {
  const isAddress = blockOfAddress(host) !== undefined;
  return ways.some((way) => (isAddress && way.peer?.ipBlock ? leadsTo(way, host, port) : hasPort(way, port)));
}

function hasPort({ port }: Way, wanted: number): boolean {
  return (
    port === undefined ||
    (port.protocol === 'TCP' && Number(port.from) <= wanted && wanted <= Number(port.to))
  );
}

function policiesOf(ways: readonly Way[]): readonly Manifest[] {
  return [...new Set(ways.flatMap(({ policy }) => policy ?? []))];
}

const WHO = {
  manager: { pods: 'managers', loss: 'it stays ready and takes no job' },
  job: { pods: 'jobs', loss: 'the clone, the cache or the script waits until it fails' },
};

function shut(rule: 'manager' | 'job', to: Destination, policies: readonly Manifest[]): Finding {
  const { pods, loss } = WHO[rule];
  const names = policies.map(displayName).join(', ') || 'a network policy without a way out';
  const option = rule === 'manager' ? 'managerEgress' : 'jobPorts or jobEgress';
  return finding(rule, {
    // Policies of another repository, or of another kind, may open it.
    severity: 'warning',
    at: to.from,
    found: `${to.host}, TCP ${to.port}`,
    why: `${names} ${policies.length > 1 ? 'open' : 'opens'} no way to ${to.what} for ${pods}: where the CNI enforces it, ${loss}`,
    fix: `open TCP ${to.port} to it in a network policy (in a description: ${to.what === 'the proxy' ? 'proxy' : `network.${option}`})`,
  });
}
