import { at, fieldsOf, listOf, textOf } from '../checks/fields';
import type { Manifest } from '../manifests/manifest';
import {
  type ChangedObject,
  type Comparison,
  changed,
  changesOf,
  firstFew,
  type Impact,
  impact,
  type Rule,
} from './rule';

/** Network policies that close something. */
export const networkChange: Rule = {
  id: 'network-change',
  title: 'A network policy that allows less cuts connections of running pods too, where the CNI enforces it.',
  run: (comparison) =>
    changesOf(comparison, 'NetworkPolicy').flatMap((change) => {
      const { before, after } = change;
      if (before && after && !changed(change, 'spec')) return [];
      if (!before && isNewNamespace(comparison, after?.namespace)) return [];
      const who = podsIn((after ?? before)?.namespace, comparison);
      const { closed, opened } = turns(change, comparison);
      if (closed.length > 0) return [closing(change, who, closed)];
      return opened.length > 0 ? [opening(change, who, opened)] : [];
    }),
};

function closing(change: ChangedObject, who: string, closed: readonly string[]): Impact {
  const what = `${who} lose connections ${firstFew(closed, '; ')}.`;
  const allowed = change.after
    ? 'No policy allows them any more.'
    : 'The policy that allowed them is removed, and another one holds.';
  const why = change.before ? allowed : 'The policy is new: what it does not name is closed.';
  return impact('network-change', 'disruptive', change, what, why);
}

function opening(change: ChangedObject, who: string, opened: readonly string[]): Impact {
  const what = `${who} may have more connections: ${firstFew(opened, '; ')}. Nothing that was open is closed.`;
  const why = change.after ? 'The policy allows more than before.' : 'The policy is removed.';
  return impact('network-change', change.after ? 'info' : 'notice', change, what, why);
}

const DIRECTIONS = ['egress', 'ingress'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Something that a policy lets through. */
interface Way {
  readonly direction: Direction;
  /** Undefined for everybody. */
  readonly peer: unknown;
  /** Undefined for every port. */
  readonly port: { readonly protocol: string; readonly from: string; readonly to: string } | undefined;
}

/** Ways that the pods of a policy lose and win, as words. Policies of the same pods add up. */
function turns(
  { before, after }: ChangedObject,
  comparison: Comparison,
): { readonly closed: readonly string[]; readonly opened: readonly string[] } {
  const selectors = new Set([before, after].flatMap((policy) => (policy ? [selectorOf(policy)] : [])));
  const namespace = (after ?? before)?.namespace;
  const closed: string[] = [];
  const opened: string[] = [];
  for (const selector of selectors) {
    for (const direction of DIRECTIONS) {
      const [old, now] = [comparison.before, comparison.after].map(({ manifests }) =>
        waysOf(manifests, namespace, selector, direction),
      );
      closed.push(...old.filter((way) => !now.some((other) => covers(other, way))).map(formatClosed));
      opened.push(...now.filter((way) => !old.some((other) => covers(other, way))).map(formatWay));
    }
  }
  return { closed: [...new Set(closed)], opened: [...new Set(opened)] };
}

/** What pods of a selector may do in one direction: everything, where no policy restricts them. */
function waysOf(
  manifests: readonly Manifest[],
  namespace: string | undefined,
  selector: string,
  direction: Direction,
): readonly Way[] {
  const policies = manifests.filter(
    (manifest) =>
      manifest.kind === 'NetworkPolicy' &&
      manifest.namespace === namespace &&
      [selector, EVERY_POD].includes(selectorOf(manifest)) &&
      restricts(manifest, direction),
  );
  if (policies.length === 0) return [{ direction, peer: undefined, port: undefined }];
  return policies.flatMap(({ body }) =>
    listOf(at(body, ['spec', direction])).flatMap((rule) => waysOfRule(fieldsOf(rule), direction)),
  );
}

function waysOfRule(rule: Readonly<Record<string, unknown>>, direction: Direction): Way[] {
  const peers = listOf(rule[direction === 'egress' ? 'to' : 'from']);
  const ports = listOf(rule.ports).map((port) => {
    const { protocol, port: from, endPort } = fieldsOf(port);
    const first = textOf(from) ?? 'every port';
    return { protocol: textOf(protocol) ?? 'TCP', from: first, to: textOf(endPort) ?? first };
  });
  return (peers.length > 0 ? peers : [undefined]).flatMap((peer) =>
    (ports.length > 0 ? ports : [undefined]).map((port) => ({ direction, peer, port })),
  );
}

const EVERY_POD = '{}';

function selectorOf({ body }: Manifest): string {
  const { matchLabels, matchExpressions } = fieldsOf(at(body, ['spec', 'podSelector']));
  const labels = Object.entries(fieldsOf(matchLabels)).sort();
  const expressions = listOf(matchExpressions);
  return labels.length === 0 && expressions.length === 0 ? EVERY_POD : JSON.stringify([labels, expressions]);
}

/** Without `policyTypes` a policy restricts what comes in, and what goes out if it says anything of that. */
function restricts({ body }: Manifest, direction: Direction): boolean {
  const types = listOf(at(body, ['spec', 'policyTypes'])).map(String);
  if (types.length > 0) return types.some((type) => type.toLowerCase() === direction);
  return direction === 'ingress' || at(body, ['spec', 'egress']) !== undefined;
}

function covers(wide: Way, narrow: Way): boolean {
  return coversPeer(wide.peer, narrow.peer) && coversPort(wide.port, narrow.port);
}

function coversPeer(wide: unknown, narrow: unknown): boolean {
  if (wide === undefined || JSON.stringify(wide) === JSON.stringify(narrow)) return true;
  const [all, few] = [wide, narrow].map((peer) => fieldsOf(fieldsOf(peer).ipBlock));
  const left = new Set(listOf(few.except).map(String));
  return (
    all.cidr !== undefined &&
    all.cidr === few.cidr &&
    listOf(all.except).every((except) => left.has(String(except)))
  );
}

function coversPort(wide: Way['port'], narrow: Way['port']): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined || wide.protocol !== narrow.protocol) return false;
  if (wide.from === 'every port' || (wide.from === narrow.from && wide.to === narrow.to)) return true;
  return Number(wide.from) <= Number(narrow.from) && Number(narrow.to) <= Number(wide.to);
}

function formatClosed(way: Way): string {
  return way.peer === undefined && way.port === undefined
    ? `${formatWay(way)} but those it names`
    : formatWay(way);
}

function formatWay({ direction, peer, port }: Way): string {
  const { cidr } = fieldsOf(fieldsOf(peer).ipBlock);
  const block = textOf(cidr);
  const who = peer === undefined ? 'everybody' : (block ?? JSON.stringify(peer));
  const range = port && (port.from === port.to ? port.from : `${port.from} to ${port.to}`);
  const at = port === undefined ? '' : `, ${port.protocol} ${range}`;
  return `${direction === 'egress' ? 'to' : 'from'} ${who}${at}`;
}

/** Who runs in a namespace, as the subject of a sentence. */
function podsIn(namespace: string | undefined, { before, after }: Comparison): string {
  const runners = [...before.runners, ...after.runners];
  const isManagers = runners.some(({ manager }) => manager?.namespace === namespace);
  const isJobs = runners.some(({ table }) => table.kubernetes.namespace === namespace);
  if (isManagers && isJobs) return 'Managers and running jobs';
  if (isManagers) return 'Managers';
  return isJobs ? 'Running jobs' : 'Its pods';
}

/** Whether a namespace comes with the change, so that nothing runs in it yet. */
function isNewNamespace(comparison: Comparison, namespace: string | undefined): boolean {
  return changesOf(comparison, 'Namespace').some(({ before, after }) => !before && after?.name === namespace);
}
