import { displayName } from '../cluster/manifest';
import { keysOf } from '../cluster/mounted-files';
import { type Need, type NeedKind, needsOf } from '../cluster/needs';
import { nearestName } from '../values/suggest';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';

const { finding, ...group } = ruleGroup('needs', 'Whatever managers and jobs name is there.', {
  account: 'a ServiceAccount is missing',
  source: 'a Secret, a ConfigMap or a PersistentVolumeClaim is missing',
  class: 'a PriorityClass or a RuntimeClass is missing',
  key: 'a ConfigMap lacks a key that a pod takes from it',
  store: 'the SecretStore of an ExternalSecret is missing',
});

type What = Parameters<typeof finding>[0];

/**
 * Rule of each kind that stands beside a fleet, and what comes of its absence. A ClusterSecretStore is the cluster's, as roles
 * and subnets are.
 */
const MISSING: Partial<Record<NeedKind, readonly [what: What, then: string]>> = {
  ServiceAccount: ['account', 'the pod is refused'],
  Secret: ['source', 'the pod never starts'],
  ConfigMap: ['source', 'the pod never starts'],
  PersistentVolumeClaim: ['source', 'the pod is never scheduled'],
  PriorityClass: ['class', 'the pod is refused'],
  RuntimeClass: ['class', 'the pod is refused'],
  SecretStore: ['store', 'the Secret is never made'],
};

/** Objects that manifests name are among them, or declared to exist. */
export const needs: Check = {
  ...group,
  run: (subject) =>
    needsOf(subject).flatMap((need) =>
      need.state === 'missing' ? missingFindings(need) : keyFindings(need),
    ),
};

/** Of a ConfigMap all keys are known; other objects may get theirs from elsewhere. */
function keyFindings({ kind, name, keys, askedBy, madeBy }: Need): Finding[] {
  if (kind !== 'ConfigMap' || madeBy === undefined) return [];
  const known = keysOf(madeBy);
  const lacking = keys.filter((key) => !known.includes(key));
  if (lacking.length === 0) return [];
  const near = nearestName(lacking[0], known);
  const { manifest, path, within } = askedBy[0];
  return [
    finding('key', {
      severity: 'error',
      at: { manifest, path, within },
      found: `${name} without ${lacking.join(', ')}`,
      why: `${displayName(madeBy)} has ${known.length === 0 ? 'no key' : known.join(', ')}, and a pod does not start without a key that it takes from it`,
      fix: near ? `write ${near} instead of ${lacking[0]}` : 'add the key, or mark it as optional',
    }),
  ];
}

function missingFindings({ kind, namespace, name, askedBy }: Need): Finding[] {
  // The Secret of a token has rules of its own, in the group secrets.
  const [asker] = askedBy.filter(({ isToken }) => !isToken);
  const rule = MISSING[kind];
  if (asker === undefined || rule === undefined) return [];
  const [what, then] = rule;
  const { manifest, path, within } = asker;
  const others = askedBy.length > 1 ? ` (named in ${askedBy.length} places)` : '';
  const object = displayName({ kind, namespace, name });
  return [
    finding(what, {
      severity: 'warning',
      // Without its class no pod is made; what else is missing only keeps one from starting.
      ...(what === 'class' && { notProved: true }),
      at: { manifest, path, within },
      found: `${name}${others}`,
      why: `no object here is ${object} or makes it; unless someone else does, ${then}`,
      fix: `add it, or declare it on an object here: annotation gitlab-runner-fleet/existing: ${object} (in a description: existing)`,
    }),
  ];
}
