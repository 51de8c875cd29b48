import { parseManifests } from '../../lib/cluster/parse';
import { diffFolders } from '../../lib/diff/all';

type Spec = Readonly<Record<string, unknown>>;

function parse(specs: readonly Spec[]) {
  const files = specs.map((spec, index) => ({
    path: `${index}.json`,
    text: JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace: 'jobs' },
      spec,
    }),
  }));
  return parseManifests(files).manifests;
}

/** What the rule says of the policies of a namespace before and after; `closes`, `opens` or nothing. */
function verdict(before: readonly Spec[], after: readonly Spec[]): string {
  const [{ impacts }] = diffFolders('', parse(before), parse(after));
  const weights = impacts.filter(({ id }) => id === 'network-change').map(({ weight }) => weight);
  if (weights.includes('disruptive')) return 'closes';
  return weights.length > 0 ? 'opens' : 'nothing';
}

const egress = (...rules: unknown[]): Spec => ({ podSelector: {}, policyTypes: ['Egress'], egress: rules });
const to = (peer: unknown, ...ports: unknown[]) => ({ to: [peer], ...(ports.length > 0 && { ports }) });
const block = (cidr: string, ...except: string[]) => ({
  ipBlock: { cidr, ...(except.length > 0 && { except }) },
});
const port = (first: unknown, endPort?: number) => ({ port: first, ...(endPort && { endPort }) });
const pods = (matchLabels: Readonly<Record<string, string>>, ...ports: unknown[]): Spec => ({
  podSelector: { matchLabels },
  policyTypes: ['Egress'],
  egress: [{ ports }],
});
const ALL: Spec = { podSelector: {}, policyTypes: ['Egress'], egress: [{}] };

// biome-ignore format: a table of cases
test.each<[name: string, before: Spec[], after: Spec[], verdict: string]>([
  ['a wider block', [egress(to(block('10.1.0.0/16')))], [egress(to(block('10.0.0.0/8')))], 'opens'],
  ['a narrower block', [egress(to(block('10.0.0.0/8')))], [egress(to(block('10.1.0.0/16')))], 'closes'],
  ['another block of IPv6', [egress(to(block('fd00::/8')))], [egress(to(block('fd00:1::/32')))], 'closes'],
  ['the same block of IPv6 in other letters', [egress(to(block('FD00:0::/16')))], [egress(to(block('fd00::/16')))], 'nothing'],
  ['everything of one family for the other', [egress(to(block('0.0.0.0/0')))], [egress(to(block('::/0')))], 'closes'],
  ['a smaller exception', [egress(to(block('0.0.0.0/0', '169.254.0.0/16')))], [egress(to(block('0.0.0.0/0', '169.254.169.254/32')))], 'opens'],
  ['a larger exception', [egress(to(block('0.0.0.0/0', '169.254.169.254/32')))], [egress(to(block('0.0.0.0/0', '169.254.0.0/16')))], 'closes'],
  ['an exception elsewhere in a wider block', [egress(to(block('10.1.0.0/16')))], [egress(to(block('10.0.0.0/8', '10.2.0.0/16')))], 'opens'],
  ['a range in two halves', [egress(to(block('10.0.0.0/8'), port(80, 90)))], [egress(to(block('10.0.0.0/8'), port(80, 85), port(86, 90)))], 'nothing'],
  ['a range with a hole', [egress(to(block('10.0.0.0/8'), port(80, 90)))], [egress(to(block('10.0.0.0/8'), port(80, 85), port(87, 90)))], 'closes'],
  ['every port of a protocol, by number', [egress({ ports: [{ protocol: 'TCP' }] })], [egress({ ports: [port(1, 65_535)] })], 'nothing'],
  ['every protocol for one', [egress({})], [egress({ ports: [{ protocol: 'TCP' }] })], 'closes'],
  ['a port by name', [egress({ ports: [port('https')] })], [egress({ ports: [port('http')] })], 'closes'],
  ['any port for one by name', [egress({ ports: [port('https')] })], [egress({ ports: [{}] })], 'opens'],
  ['keys of a peer in another order', [egress(to({ namespaceSelector: { matchLabels: { a: 'b', c: 'd' } }, podSelector: {} }))], [egress(to({ podSelector: {}, namespaceSelector: { matchLabels: { c: 'd', a: 'b' } } }), to(block('10.0.0.0/8')))], 'opens'],
  ['every namespace for some', [egress(to({ namespaceSelector: { matchLabels: { a: 'b' } } }))], [egress(to({ namespaceSelector: {} }))], 'opens'],
  ['every namespace for pods of its own', [egress(to({ podSelector: { matchLabels: { a: 'b' } } }))], [egress(to({ namespaceSelector: {} }))], 'opens'],
  ['pods of its own for every namespace', [egress(to({ namespaceSelector: {} }))], [egress(to({ podSelector: {} }))], 'closes'],
  ['a selector that asks for more', [egress(to({ podSelector: { matchLabels: { a: 'b' } } }))], [egress(to({ podSelector: { matchLabels: { a: 'b', c: 'd' } } }))], 'closes'],
  ['a null beside a peer', [egress(to({ podSelector: {} }))], [egress(to({ podSelector: {}, namespaceSelector: null }))], 'nothing'],
  ['no rules of egress, which restrict nothing without policyTypes', [{ podSelector: {}, ingress: [{}], egress: [] }], [{ podSelector: {}, ingress: [{}], egress: [{ ports: [port(443)] }] }], 'closes'],
  ['egress that is written and empty', [{ podSelector: {}, ingress: [{}] }], [{ podSelector: {}, ingress: [{}], egress: [] }], 'nothing'],
  ['the policy of all pods, while some have one of their own', [ALL, pods({ app: 'x' }, port(8080))], [pods({ app: 'x' }, port(8080))], 'closes'],
  ['one of two policies that meet in some pods', [pods({ app: 'x' }, port(53)), pods({ role: 'job' }, port(443))], [pods({ app: 'x' }, port(53))], 'closes'],
  ['one of two selectors of the same pods', [pods({ app: 'x' }, port(53)), { ...pods({}, port(443)), podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['x'] }] } }], [pods({ app: 'x' }, port(53))], 'closes'],
  ['the selector narrowed', [pods({ app: 'x' }, port(53))], [pods({ app: 'x', tier: 'y' }, port(53))], 'opens'],
  ['the selector widened', [pods({ app: 'x', tier: 'y' }, port(53))], [pods({ app: 'x' }, port(53))], 'closes'],
])('%s: %#', (_, before, after, expected) => {
  expect(verdict(before, after)).toBe(expected);
});

test.each(['In', 'NotIn', 'Exists', 'DoesNotExist'])('pods are found for a selector with %s', (operator) => {
  const values = /In/.test(operator) ? { values: ['x'] } : {};
  const spec = (first: number) => ({
    ...egress({ ports: [port(first)] }),
    podSelector: { matchExpressions: [{ key: 'app', operator, ...values }] },
  });
  expect(verdict([spec(80)], [spec(443)])).toBe('closes');
});
