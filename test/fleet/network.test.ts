import type { EgressProps, NetworkProps } from '../../lib/fleet/props/fleet';
import { findingsIn } from '../checks/cases';
import { find, manifests, refusalOf, render } from '../fleets';

const fleet = (network: NetworkProps) => ({
  name: 'production',
  network,
  runners: [{ name: 'a', arch: 'amd64', capacity: 'spot' }] as const,
});
const egressOf = (network: NetworkProps, namespace: 'gitlab-jobs' | 'gitlab-runners') =>
  find(manifests(fleet(network)), 'NetworkPolicy', 'default', namespace).spec.egress;
const METADATA = ['169.254.169.254/32', '169.254.170.23/32'];

test('a VPC is shut to jobs but for one address, and open to managers', () => {
  const network = { jobExcept: ['10.0.0.0/8'], jobEgress: [{ cidr: '10.1.2.3/32', ports: [443, 8443] }] };
  const jobs = egressOf(network, 'gitlab-jobs');
  const [, everywhere, address] = jobs;
  expect(everywhere.to[0].ipBlock.except.sort()).toEqual(['10.0.0.0/8', ...METADATA].sort());
  expect(address).toEqual({
    to: [{ ipBlock: { cidr: '10.1.2.3/32' } }],
    ports: [
      { port: 443, protocol: 'TCP' },
      { port: 8443, protocol: 'TCP' },
    ],
  });
  expect(JSON.stringify(egressOf(network, 'gitlab-runners'))).not.toContain('10.');
  expect(
    findingsIn(render(fleet(network)))
      .filter(({ severity }) => severity !== 'note')
      .map(({ id }) => id),
  ).toEqual([]);
});

test('pods of other namespaces are reached by name or labels, by any protocol', () => {
  const managerEgress: EgressProps[] = [
    { namespace: 'minio', podLabels: { app: 'minio' }, ports: [9000] },
    { namespaceLabels: { team: 'ci' }, ports: [4317], protocol: 'UDP' },
  ];
  expect(egressOf({ managerEgress }, 'gitlab-runners').slice(2, 4)).toEqual([
    {
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'minio' } },
          podSelector: { matchLabels: { app: 'minio' } },
        },
      ],
      ports: [{ port: 9000, protocol: 'TCP' }],
    },
    {
      to: [{ namespaceSelector: { matchLabels: { team: 'ci' } } }],
      ports: [{ port: 4317, protocol: 'UDP' }],
    },
  ]);
});

test('what gives out credentials stays shut in every block that holds it', () => {
  const jobEgress = [{ cidr: '169.254.0.0/16', ports: [80], except: ['169.254.1.0/24'] }];
  const [, , way] = egressOf({ jobEgress }, 'gitlab-jobs');
  expect(way.to[0].ipBlock.except.sort()).toEqual(['169.254.1.0/24', ...METADATA].sort());
  expect(findingsIn(render(fleet({ jobEgress }))).map(({ id }) => id)).not.toContain('guarded/credentials');
});

test('DNS servers of a company are asked by managers and jobs', () => {
  for (const namespace of ['gitlab-jobs', 'gitlab-runners'] as const) {
    const [dns] = egressOf({ dnsServers: ['10.0.0.2', 'fd00::2'] }, namespace);
    expect(dns.ports.map(({ port }: { port: number }) => port)).toEqual([53, 53]);
    expect(dns.to.slice(1)).toEqual(
      ['169.254.20.10/32', '10.0.0.2/32', 'fd00::2/128'].map((cidr) => ({ ipBlock: { cidr } })),
    );
  }
});

test('what config names is open too: name servers of jobs, Prometheus and Sentry for managers', () => {
  const config = {
    global: { sentry_dsn: 'https://key@sentry.example.com:9000/1' },
    runner: {
      referees: { metrics: { prometheus_address: 'http://prometheus.example.com:9090' } },
      kubernetes: { dns_config: { nameservers: ['10.0.0.2'] } },
    },
  };
  const description = { ...fleet({}), runnerDefaults: { config } };
  const [, managers] = find(manifests(description), 'NetworkPolicy', 'default', 'gitlab-runners').spec.egress;
  expect(managers.ports.map(({ port }: { port: number }) => port)).toEqual([443, 9000, 9090]);
  const [dns] = find(manifests(description), 'NetworkPolicy', 'default', 'gitlab-jobs').spec.egress;
  expect(dns.to).toContainEqual({ ipBlock: { cidr: '10.0.0.2/32' } });
  expect(findingsIn(render(description)).filter(({ id }) => id.startsWith('reaches/'))).toEqual([]);
});

const way = (change: Partial<EgressProps>): NetworkProps => ({ jobEgress: [{ ports: [443], ...change }] });
// biome-ignore format: a table of cases
test.each<[string, NetworkProps, RegExp]>([
  ['a way to nowhere', way({}), /jobEgress\[0\] > cidr: nothing[\s\S]*exactly one of cidr, namespace and namespaceLabels/],
  ['a way to two peers', way({ cidr: '10.0.0.0/8', namespace: 'a' }), /"cidr and namespace"[\s\S]*several rules/],
  ['an address without its bits', way({ cidr: '10.1.2.3' }), /cidr: "10\.1\.2\.3"[\s\S]*write "10\.1\.2\.3\/32"/],
  ['a block that does not begin with its first address', way({ cidr: '10.1.2.3/8' }), /requires the first address of the block[\s\S]*write "10\.0\.0\.0\/8"/],
  ['an address of IPv4 in the form of IPv6', way({ cidr: '::ffff:10.1.2.3/128' }), /IPv4 as four numbers[\s\S]*write "10\.1\.2\.3\/32"/],
  ['an exception that does not begin with its first address', { jobExcept: ['10.1.2.3/16'] }, /write "10\.1\.0\.0\/16"/],
  ['the instance metadata', way({ cidr: '169.254.169.254/32' }), /gives out the role of the node/],
  ['the agent of Pod Identity', way({ cidr: 'fd00:ec2::23/128' }), /gives out the role of the node/],
  ['an exception outside of its block', way({ cidr: '10.0.0.0/8', except: ['11.0.0.0/16'] }), /except\[0\][\s\S]*only parts of 10\.0\.0\.0\/8/],
  ['every namespace', way({ namespaceLabels: {} }), /every namespace, that of managers included/],
  ['labels of pods at addresses', way({ cidr: '10.0.0.0/8', podLabels: { a: 'b' } }), /looked at within a namespace/],
  ['every port', way({ cidr: '10.0.0.0/8', ports: [] }), /without a port that is every port/],
  ['a protocol without ports', way({ cidr: '10.0.0.0/8', protocol: 'ICMP' as never }), /"TCP", "UDP", "SCTP"/],
  ['everywhere as an exception', { jobExcept: ['0.0.0.0/0'] }, /leaves jobPorts nothing/],
  ['a DNS server of IPv4 in the form of IPv6', { dnsServers: ['::ffff:a00:2'] }, /as four numbers[\s\S]*write "10\.0\.0\.2"/],
  ['a DNS server by name', { dnsServers: ['dns.example.com'] }, /named by their addresses/],
])('%s is refused', (_, network, says) => {
  expect(refusalOf(fleet(network))).toMatch(says);
});
