import { blockOfAddress, contains } from '../values/address-block';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { type Labels, maySelect, selects, surelySelects } from './label-selector';
import type { Manifest } from './manifest';

export type Direction = 'egress' | 'ingress';

/** Something that network policies let through. */
export interface Way {
  readonly direction: Direction;
  /** Undefined for everyone. */
  readonly peer: Fields | undefined;
  /** Undefined for every port of every protocol. */
  readonly port: PortRange | undefined;
  /** The policy that lets it through; undefined where none restricts the pods. */
  readonly policy: Manifest | undefined;
}

/** Ports of one protocol; a port that has a name is one of its own. */
interface PortRange {
  readonly protocol: string;
  readonly from: number | string;
  readonly to: number | string;
}

/** What pods of some labels may do in one direction: everything, where no policy of their namespace restricts them. */
export function waysOf(policies: readonly Manifest[], labels: Labels, direction: Direction): readonly Way[] {
  const own = policies.filter(
    (policy) => restricts(policy, direction) && selects(selectorOf(policy), labels),
  );
  if (own.length === 0) return [{ direction, peer: undefined, port: undefined, policy: undefined }];
  return own.flatMap((policy) => waysOfPolicy(policy, direction));
}

function waysOfPolicy(policy: Manifest, direction: Direction): readonly Way[] {
  return listOf(at(policy.body, ['spec', direction])).flatMap((rule) =>
    waysOfRule(fieldsOf(rule), direction).map((way) => ({ ...way, policy })),
  );
}

/** The pods of a policy. */
export function selectorOf({ body }: Manifest): Fields {
  return fieldsOf(at(body, ['spec', 'podSelector']));
}

/** Policies that hold pods of some labels, whatever labels others add to them. */
export function policiesHolding(policies: readonly Manifest[], labels: Labels): readonly Manifest[] {
  return policies.filter((policy) => surelySelects(selectorOf(policy), labels));
}

/** What a policy lets out of pods of some labels, if those are what it asks for once others have added to them. */
export function waysOut(policy: Manifest, labels: Labels): readonly Way[] {
  const isIts = maySelect(selectorOf(policy), labels) && restricts(policy, 'egress');
  return isIts ? waysOfPolicy(policy, 'egress') : [];
}

/** Labels of a pod that a selector takes, as few as there are. */
export function labelsFor(selector: Fields): Labels {
  const wanted = listOf(selector.matchExpressions).map(fieldsOf);
  const values = wanted.flatMap(({ key, operator, values }) =>
    operator === 'In' || operator === 'Exists' ? [[String(key), String(listOf(values)[0] ?? 'any')]] : [],
  );
  return { ...Object.fromEntries(values), ...textsOf(selector.matchLabels) };
}

/** The API server makes every policy one of what comes in, and of what goes out if it has rules for that. */
function restricts({ body }: Manifest, direction: Direction): boolean {
  const types = listOf(at(body, ['spec', 'policyTypes'])).map(String);
  if (types.length > 0) return types.some((type) => type.toLowerCase() === direction);
  return direction === 'ingress' || listOf(at(body, ['spec', 'egress'])).length > 0;
}

function waysOfRule(rule: Fields, direction: Direction): Omit<Way, 'policy'>[] {
  const peers = listOf(rule[direction === 'egress' ? 'to' : 'from']).map(peerOf);
  const ports = listOf(rule.ports).map(portOf);
  return (peers.length > 0 ? peers : [undefined]).flatMap((peer) =>
    (ports.length > 0 ? ports : [undefined]).map((port) => ({ direction, peer, port })),
  );
}

/** A peer without what is null in it. */
function peerOf(peer: unknown): Fields {
  return Object.fromEntries(Object.entries(fieldsOf(peer)).filter(([, value]) => value !== null));
}

const LAST_PORT = 65_535;

function portOf(value: unknown): PortRange {
  const { protocol, port, endPort } = fieldsOf(value);
  const name = textOf(protocol) ?? 'TCP';
  const from = textOf(port);
  if (from === undefined) return { protocol: name, from: 1, to: LAST_PORT };
  if (!/^\d+$/.test(from)) return { protocol: name, from, to: from };
  return { protocol: name, from: Number(from), to: Number(textOf(endPort) ?? from) };
}

/** Whether some ways together let through all that one lets through. */
export function isCovered(way: Way, by: readonly Way[]): boolean {
  const ports = by.filter(({ peer }) => coversPeer(peer, way.peer)).map(({ port }) => port);
  if (ports.includes(undefined)) return true;
  const { port } = way;
  if (port === undefined) return false;
  const ranges = ports.flatMap((one) => (one?.protocol === port.protocol ? [one] : []));
  if (typeof port.from === 'string')
    return ranges.some(({ from }) => from === port.from) || isEveryPort(ranges);
  return coversRange(port.from, Number(port.to), ranges);
}

function isEveryPort(ranges: readonly PortRange[]): boolean {
  return coversRange(1, LAST_PORT, ranges);
}

/** Whether ranges, side by side or overlapping, hold every number of one. */
function coversRange(from: number, to: number, ranges: readonly PortRange[]): boolean {
  const sorted = ranges
    .filter((range) => typeof range.from === 'number')
    .map((range) => [Number(range.from), Number(range.to)] as const)
    .sort(([a], [b]) => a - b);
  let next = from;
  for (const [first, last] of sorted) if (first <= next) next = Math.max(next, last + 1);
  return next > to;
}

function coversPeer(wide: Fields | undefined, narrow: Fields | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  if (wide.ipBlock !== undefined || narrow.ipBlock !== undefined)
    return (
      wide.ipBlock !== undefined &&
      narrow.ipBlock !== undefined &&
      coversBlock(fieldsOf(wide.ipBlock), fieldsOf(narrow.ipBlock))
    );
  // Without a selector of namespaces, it is the policy's own; without one of pods, it is every pod.
  if (wide.namespaceSelector === undefined) {
    if (narrow.namespaceSelector !== undefined) return false;
  } else if (!coversSelector(fieldsOf(wide.namespaceSelector), narrow.namespaceSelector)) return false;
  return (
    wide.podSelector === undefined || coversSelector(fieldsOf(wide.podSelector), narrow.podSelector ?? {})
  );
}

/** Whether a selector takes whatever another one takes; another one that is not there takes what nobody knows. */
function coversSelector(wide: Fields, narrow: unknown): boolean {
  const labels = Object.entries(textsOf(wide.matchLabels));
  const expressions = listOf(wide.matchExpressions);
  if (labels.length === 0 && expressions.length === 0) return true;
  if (narrow === undefined) return false;
  const { matchLabels, matchExpressions } = fieldsOf(narrow);
  const asked = listOf(matchExpressions).map((one) => JSON.stringify(one));
  return (
    labels.every(([key, value]) => textsOf(matchLabels)[key] === value) &&
    expressions.every((one) => asked.includes(JSON.stringify(one)))
  );
}

function coversBlock(wide: Fields, narrow: Fields): boolean {
  if (!contains(wide.cidr, narrow.cidr)) return false;
  const left = listOf(narrow.except);
  return listOf(wide.except).every(
    (except) =>
      left.some((one) => contains(one, except)) ||
      !(contains(narrow.cidr, except) || contains(except, narrow.cidr)),
  );
}

/** Whether a way leads to an address, at a port. Selectors of pods never lead to an address of the node. */
export function leadsTo({ peer, port }: Way, address: string, wanted: number, protocol = 'TCP'): boolean {
  const isOpen = opensPort({ port }, wanted, protocol);
  if (!isOpen || peer === undefined) return isOpen;
  const { cidr, except } = fieldsOf(peer.ipBlock);
  const block = blockOfAddress(address);
  return block !== undefined && contains(cidr, block) && !listOf(except).some((one) => contains(one, block));
}

/** Whether a way is open at a port, wherever it leads. */
export function opensPort({ port }: Pick<Way, 'port'>, wanted: number, protocol = 'TCP'): boolean {
  if (port === undefined) return true;
  return port.protocol === protocol && Number(port.from) <= wanted && wanted <= Number(port.to);
}

/** Whether any way is open at a port of TCP, by its number or by one of the names that containers give it. */
export function letsIn(ways: readonly Way[], port: number, names: readonly string[]): boolean {
  return ways.some(
    (way) => opensPort(way, port) || (way.port?.protocol === 'TCP' && names.includes(String(way.port.from))),
  );
}

/** A way as half a sentence. */
export function formatWay({ direction, peer, port }: Way): string {
  const block = textOf(fieldsOf(peer?.ipBlock).cidr);
  const who = peer === undefined ? 'everyone' : (block ?? JSON.stringify(peer));
  const range = port && (port.from === port.to ? port.from : `${port.from} to ${port.to}`);
  const ports = port === undefined ? '' : `, ${port.protocol} ${range}`;
  return `${direction === 'egress' ? 'to' : 'from'} ${who}${ports}`;
}
