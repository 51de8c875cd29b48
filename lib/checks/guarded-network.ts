import {
  type Direction,
  policiesHolding,
  selectorOf,
  type Way,
  waysOf,
  waysOut,
} from '../cluster/allowed-traffic';
import { type GuardedPlace, guardedPlaces, isOurs, namespaceOf, policiesIn } from '../cluster/guarded-places';
import { openKeys } from '../cluster/label-selector';
import { type CredentialSource, formatSources, sourcesReached } from '../cluster/link-local';
import { displayName, type Manifest } from '../cluster/manifest';
import type { Subject } from '../cluster/observe';
import { fieldsOf, textOf } from '../values/record';
import type { FieldOfManifest, Finding } from './finding';
import { GUARDED_RULES } from './guarded-rules';

const { finding } = GUARDED_RULES;

/** Pods of jobs and managers that no policy holds, or that may ask their node for credentials; one finding a namespace. */
export function networkFindings(subject: Subject): Finding[] {
  const namespaces = new Map<string, GuardedPlace[]>();
  for (const place of guardedPlaces(subject))
    namespaces.set(place.namespace, [...(namespaces.get(place.namespace) ?? []), place]);
  return [...namespaces].flatMap(([name, places]) => {
    const open = places.filter((place) => openDirections(place, subject.manifests).length > 0);
    const held = places.filter((place) => !open.includes(place));
    return [
      ...(open.length > 0 ? [unheld(name, open, subject.manifests)] : []),
      ...credentialFindings(held, subject.manifests),
    ];
  });
}

const DIRECTIONS = { egress: 'what goes out', ingress: 'what comes in' } as const;

/** Directions in which no policy holds the pods of a place. */
function openDirections({ namespace, labels }: GuardedPlace, manifests: readonly Manifest[]): Direction[] {
  const policies = policiesHolding(policiesIn(manifests, namespace), labels);
  const isOpen = (ways: readonly Way[]) =>
    ways.some(({ peer, port, policy }) => peer === undefined && port === undefined && policy === undefined);
  return (['egress', 'ingress'] as const).filter((direction) => isOpen(waysOf(policies, labels, direction)));
}

function unheld(name: string, places: readonly GuardedPlace[], manifests: readonly Manifest[]): Finding {
  const policies = policiesIn(manifests, name);
  const namespace = namespaceOf(manifests, name);
  const directions = [...new Set(places.flatMap((place) => openDirections(place, manifests)))];
  const who = [...new Set(places.map(({ role }) => role))].sort().join(' and ');
  const [{ config }] = places[0].runners;
  const isWeakened = places.some(({ runners }) => runners.some(isOurs)) && (namespace ?? policies[0]);
  const place: FieldOfManifest =
    policies.length > 0
      ? { manifest: policies[0], path: ['spec', 'podSelector'] }
      : { manifest: namespace ?? config.manifest, path: ['metadata', 'name'] };
  const words = directions.map((direction) => DIRECTIONS[direction]).join(' and ');
  return finding('no-policy', {
    severity: isWeakened ? 'error' : 'note',
    at: place,
    found: policies.length > 0 ? formatUnheld(policies, places) : `no NetworkPolicy of ${name}`,
    why: `nothing among the manifests limits ${words} for pods of ${who} in ${name}: code of a job reaches every pod of the cluster, and at its node whatever gives credentials`,
    fix: 'add a NetworkPolicy with podSelector: {} and policyTypes Ingress and Egress, which allows what jobs and managers need',
  });
}

function formatUnheld(policies: readonly Manifest[], places: readonly GuardedPlace[]): string {
  const names = policies.map(displayName).slice(0, 3).join(', ');
  const keys = policies.flatMap((policy) =>
    places.flatMap(({ labels }) => openKeys(selectorOf(policy), labels)),
  );
  if (keys.length > 0)
    return `${names} ${policies.length === 1 ? 'selects' : 'select'} pods by ${[...new Set(keys)].join(', ')}, which others set when a pod starts`;
  return `${names} ${policies.length === 1 ? 'holds' : 'hold'} none of them`;
}

/** Addresses that a policy opens, and to whom. */
interface Told {
  readonly sources: Map<string, CredentialSource>;
  readonly places: GuardedPlace[];
}

function credentialFindings(places: readonly GuardedPlace[], manifests: readonly Manifest[]): Finding[] {
  const told = new Map<Manifest, Told>();
  for (const place of places) {
    const policies = policiesIn(manifests, place.namespace);
    for (const policy of policies) {
      const sources = sourcesReached(waysOut(policy, place.labels).filter((way) => !isMeant(way)));
      if (sources.length === 0) continue;
      const known: Told = told.get(policy) ?? { sources: new Map(), places: [] };
      for (const source of sources) known.sources.set(source.address, source);
      known.places.push(place);
      told.set(policy, known);
    }
  }
  return [...told].map(([policy, { sources, places: who }]) =>
    finding('credentials', {
      severity: who.some(({ runners }) => runners.some(isOurs)) ? 'error' : 'warning',
      at: { manifest: policy, path: ['spec', 'egress'] },
      found: `${displayName(policy)} allows ${formatSources([...sources.values()])}`,
      why: `pods of ${[...new Set(who.map(({ role }) => role))].sort().join(' and ')} reach it: what answers there gives out the role of the node, or that of a ServiceAccount`,
      fix: `write ${[...sources.values()].map(({ address }) => `${address}/${address.includes(':') ? 128 : 32}`).join(', ')} into except of every ipBlock that holds it`,
    }),
  );
}

/** The Pod Identity agent by its own address is someone's intent: that is how pods get a role of their own. */
function isMeant({ peer }: Way): boolean {
  return /^(169\.254\.170\.23\/32|fd00:ec2::23\/128)$/i.test(textOf(fieldsOf(peer?.ipBlock).cidr) ?? '');
}
