import { isIn } from '../cluster/admission';
import { type Direction, isCovered, type Way, waysOf } from '../cluster/allowed-traffic';
import type { Manifest } from '../cluster/manifest';
import { namespaceOfJobs } from '../cluster/namespaces';
import type { ObservedRunner } from '../cluster/observe';
import { ofKind } from '../cluster/of-kind';
import { labelledLevel } from '../cluster/pod-security-level';
import { quotasFor } from '../cluster/quotas';
import { jobPod } from '../gitlab-runner/executor/job-pod';
import { parseQuantity } from '../values/quantity';
import { at, fieldsOf, listOf, textOf, textsOf } from '../values/record';

/** What holds the jobs of a runner besides its config: objects of their namespace. */
export interface Guards {
  /** What network policies let job pods do. */
  readonly ways: Readonly<Record<Direction, readonly Way[]>>;
  /** Settings by their path: the level of Pod Security, quotas, limit ranges. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A setting of the namespace of jobs that differs. */
interface GuardDifference {
  readonly of: 'namespace';
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What network policies say where none holds job pods. */
export const ANY_TRAFFIC = 'anything, since no network policy holds job pods';

/** The guards of a runner's jobs among manifests. */
export function guardsOf(runner: ObservedRunner, manifests: readonly Manifest[]): Guards {
  const namespace = namespaceOfJobs(runner);
  const labels = textsOf(runner.job?.pod.labels);
  const here = (kind: string) => ofKind(manifests, kind).filter((one) => isIn(one, namespace));
  const policies = here('NetworkPolicy');
  const level = labelledLevel(ofKind(manifests, 'Namespace').find(({ name }) => name === namespace));
  const pod = jobPod(runner.table, { image: runner.table.kubernetes.image || 'image-of-the-job' });
  const quotas = quotasFor(fieldsOf(pod), namespace, manifests);
  return {
    ways: { egress: waysOf(policies, labels, 'egress'), ingress: waysOf(policies, labels, 'ingress') },
    settings: {
      // It refuses nothing, as without a level.
      ...(level !== undefined && level !== 'privileged' && { 'pod security': level }),
      ...lowest(quotas.flatMap(({ manifest }) => amounts('quota', at(manifest.body, ['spec', 'hard'])))),
      ...lowest(here('LimitRange').flatMap(limitsOf)),
    },
  };
}

function limitsOf({ body }: Manifest): readonly (readonly [string, string])[] {
  return listOf(at(body, ['spec', 'limits']))
    .map(fieldsOf)
    .flatMap(({ type, ...bounds }) =>
      Object.entries(bounds).flatMap(([bound, table]) =>
        amounts(`limit range.${textOf(type) ?? ''}.${bound}`, table),
      ),
    );
}

function amounts(path: string, table: unknown): readonly (readonly [string, string])[] {
  return Object.entries(textsOf(table)).map(([name, amount]) => [`${path}.${name}`, amount]);
}

/** Of several objects the one that leaves least counts. */
function lowest(all: readonly (readonly [string, string])[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [path, amount] of all) {
    const [known, one] = [found[path], amount].map((text) => parseQuantity(text ?? ''));
    if (known === undefined || (one !== undefined && one < known)) found[path] = amount;
  }
  return found;
}

/** What differs in the guards of jobs. */
export function guardDifferences(before: Guards, after: Guards): readonly GuardDifference[] {
  const paths = [...new Set([...Object.keys(before.settings), ...Object.keys(after.settings)])].sort();
  return [
    ...trafficDifferences('egress', before.ways.egress, after.ways.egress),
    ...trafficDifferences('ingress', before.ways.ingress, after.ways.ingress),
    ...paths
      .map((path) => ({ path, before: before.settings[path], after: after.settings[path] }))
      .filter((one) => !isSame(one.before, one.after))
      .map((one): GuardDifference => ({ of: 'namespace', ...one, path: `namespace.${one.path}` })),
  ];
}

function isSame(before: string | undefined, after: string | undefined): boolean {
  const [old, now] = [before, after].map((text) => parseQuantity(text ?? ''));
  return before === after || (old !== undefined && old === now);
}

/** Each way that only one side has; where one side is not restricted at all, what is left of it as a whole. */
function trafficDifferences(
  direction: Direction,
  before: readonly Way[],
  after: readonly Way[],
): readonly GuardDifference[] {
  const path = `namespace.${direction}`;
  const [old, now] = [before, after].map(isOpen);
  if (old && now) return [];
  if (old || now) return [{ of: 'namespace', path, before: wholeText(before), after: wholeText(after) }];
  const gone = before.filter((way) => !isCovered(way, after)).map(wayText);
  const added = after.filter((way) => !isCovered(way, before)).map(wayText);
  return [
    ...[...new Set(gone)].map((text) => ({ text, before: 'allowed', after: undefined })),
    ...[...new Set(added)].map((text) => ({ text, before: undefined, after: 'allowed' })),
  ].map(({ text, ...sides }) => ({ of: 'namespace', path: `${path} ${text}`, ...sides }));
}

function isOpen(ways: readonly Way[]): boolean {
  return ways.some(({ peer, port }) => peer === undefined && port === undefined);
}

/** Everything that is open, with the ports of each peer together. */
function wholeText(ways: readonly Way[]): string {
  if (isOpen(ways)) return ANY_TRAFFIC;
  const ports = new Map<string, Set<string>>();
  for (const way of ways) {
    const peer = peerText(way);
    ports.set(peer, (ports.get(peer) ?? new Set()).add(portText(way)));
  }
  if (ports.size === 0) return 'nothing';
  return `only ${[...ports].map(([peer, of]) => `${peer}: ${[...of].join(', ')}`).join('; ')}`;
}

function wayText(way: Way): string {
  return `${peerText(way)}: ${portText(way)}`;
}

function portText({ port }: Way): string {
  if (port === undefined) return 'every port';
  return `${port.protocol} ${port.from}${port.from === port.to ? '' : `-${port.to}`}`;
}

function peerText({ peer }: Way): string {
  if (peer === undefined) return 'everyone';
  const { cidr, except } = fieldsOf(peer.ipBlock);
  if (cidr !== undefined) {
    const left = listOf(except).map(String);
    return `${String(cidr)}${left.length > 0 ? ` except ${left.join(', ')}` : ''}`;
  }
  const pods = selectorText(peer.podSelector);
  if (peer.namespaceSelector === undefined) return `pods ${pods}of its namespace`;
  return `pods ${pods}in namespaces ${selectorText(peer.namespaceSelector) || 'of any name '}`.trim();
}

function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions } = fieldsOf(selector);
  const labels = Object.entries(textsOf(matchLabels)).map(([key, value]) => `${key}=${value}`);
  const all = [...labels, ...listOf(matchExpressions).map((one) => JSON.stringify(one))];
  return all.length > 0 ? `${all.join(',')} ` : '';
}
