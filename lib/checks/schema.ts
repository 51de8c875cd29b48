import { groupOf, type Manifest } from '../cluster/manifest';
import { isFilledIn } from '../cluster/run-time-values';
import { isOfHelm } from '../cluster/secret-sources';
import { isSopsCiphertext, isSopsEncrypted } from '../cluster/sops';
import { holdsPlainToken } from '../sealed-secrets/ciphertext';
import { fieldFaults, SCHEMA } from '../shape/kinds';
import type { FieldPath } from '../values/field-path';
import { at } from '../values/record';
import { holdsVariable } from '../values/run-time-variable';
import { type Check, ruleGroup } from './check';
import type { Finding } from './finding';
import { type ObjectProblem, type ObjectRule, objectFaults } from './object-faults';

const { finding, ...group } = ruleGroup(
  'schema',
  'Objects have the fields that their kind has, and values that the API server takes there.',
  {
    'unknown-field': 'a field that the kind does not have',
    'missing-field': 'a field that must be there is missing',
    'wrong-type': 'a value of another type than its field takes',
    'wrong-value': 'a value that its field does not allow',
    'old-version': 'a kind in a version that API servers no longer have',
    name: 'a name with characters that names may not have',
    selector: 'a Deployment does not select its own pods',
    'rolling-update': 'settings of a rolling update that go with nothing',
    'pod-ends': 'pods of a Deployment that end or do not restart',
    'no-container': 'a pod without a container',
    'missing-volume': 'a container mounts a volume that the pod does not have',
    'request-above-limit': 'a request exceeds its limit',
    'unit-slip': 'an amount in the unit of another resource',
    'empty-term': 'a selector of a node class that selects nothing',
    'node-identity': 'a node class without an identity, or with two',
    'crd-rule': 'a value that a rule of the definition of its kind refuses',
    'node-life': 'nodes of EKS Auto Mode that may live longer than 21 days',
    'two-budgets': 'a PodDisruptionBudget with both of its bounds',
    'run-time-value': 'a variable stands where the API server wants another value',
    binding: 'a binding of what its kind does not bind',
    toleration: 'a toleration whose fields contradict each other',
    'node-affinity': 'a node affinity with values where there are none, or without them',
    duplicate: 'two containers, volumes or mounts of one name or path',
    'device-limit': 'a request of a device without the same limit',
  } satisfies Record<ObjectRule | 'run-time-value', string>,
);

/** Objects have the fields of their kind. */
export const schema: Check = {
  ...group,
  run: ({ manifests }) =>
    manifests.flatMap((manifest) => {
      const faults = [
        ...faultsOfObject(manifest),
        ...(hasSchema(manifest) || isManager(manifest) ? objectFaults(manifest) : []),
      ];
      const open = faults.filter((fault) => isOpen(fault, manifest));
      const firm = faults.filter((fault) => !open.includes(fault));
      return [
        ...firm
          .map((fault) => asApplied(fault, manifest))
          .map(({ id, at: path, ...problem }) =>
            finding(id, { ...problem, at: { manifest, path }, found: shown(problem.found, manifest) }),
          ),
        ...openFindings(open, manifest),
      ];
    }),
};

/** Helm installs what it renders without strict validation of fields; others who apply the same text do not. */
function asApplied(fault: ObjectProblem, manifest: Manifest): ObjectProblem {
  if (fault.id !== 'unknown-field' || !isOfHelm(manifest)) return fault;
  const why =
    'unknown field: Helm installs the object with a warning, and the field does nothing; kubectl and Argo CD refuse the object';
  return { ...fault, severity: 'warning', why };
}

/** Faults of a value, which another one does not have. */
const OF_VALUES: ReadonlySet<ObjectRule> = new Set([
  'wrong-type',
  'wrong-value',
  'name',
  'crd-rule',
  'request-above-limit',
  'unit-slip',
]);

/** Whether something fills in the value of a fault before the API server sees it. */
function isOpen({ id, at: path }: ObjectProblem, manifest: Manifest): boolean {
  return OF_VALUES.has(id) && holdsVariable(at(manifest.body, path)) && isFilledIn(manifest);
}

/** One finding of an object whose values exist at run time only. Those of a pool are reported by `lands/run-time-value`. */
function openFindings(faults: readonly ObjectProblem[], manifest: Manifest): Finding[] {
  const own = faults.filter(({ at: path }) => manifest.kind !== 'NodePool' || path[0] !== 'spec');
  if (own.length === 0) return [];
  const texts = own.map(({ found }) => shown(found, manifest));
  return [
    finding('run-time-value', {
      severity: 'note',
      notProved: true,
      at: { manifest, path: own[0].at },
      found: [...new Set(texts)].join(', '),
      why: 'a variable stands here, and its value is not: that the API server takes the object is not proved',
      fix: 'check what is rendered with its values',
    }),
  ];
}

/** Kinds of managers whose fields are not known here, and whose pods are. */
function isManager({ apiVersion, kind }: Manifest): boolean {
  return apiVersion === 'apps/v1' && (kind === 'StatefulSet' || kind === 'DaemonSet');
}

/** What was found, unless it is secret or may be. */
function shown(found: string, { kind }: Manifest): string {
  return kind === 'Secret' || holdsPlainToken(found) ? 'a value (hidden)' : found;
}

/** Whether the fields of an object's kind are known here. */
export function hasSchema({ apiVersion, kind }: Manifest): boolean {
  return Object.hasOwn(SCHEMA.kinds, `${apiVersion}/${kind}`);
}

function faultsOfObject(manifest: Manifest): ObjectProblem[] {
  const { apiVersion, kind } = manifest;
  const { sops, ...decrypted } = manifest.body;
  const body = isSopsEncrypted(manifest.body) ? decrypted : manifest.body;
  if (!hasSchema(manifest)) return versionFaults(manifest);
  // What is null in a kind of Kubernetes' own is as if it were not there; custom resources are judged as they are.
  const group = groupOf(apiVersion);
  const takesNull = !group.includes('.') || group.endsWith('.k8s.io');
  const faults = fieldFaults(body, SCHEMA.kinds[`${apiVersion}/${kind}`], takesNull);
  // In metadata, null is as if it were not there for every kind: kubeseal prints creationTimestamp so.
  const isFine = (path: FieldPath, value: unknown) =>
    isSopsCiphertext(value) || (value === null && path[0] === 'metadata');
  return withGroup(faults.filter(({ at: path }) => !isFine(path, at(body, path))));
}

/** A reference to a node class by the field of before Karpenter's v1: one cause of two faults. */
function withGroup(faults: readonly ObjectProblem[]): ObjectProblem[] {
  const isField = ({ at: path }: ObjectProblem, key: string) =>
    path.at(-1) === key && path.at(-2) === 'nodeClassRef';
  const missing = faults.find((one) => one.id === 'missing-field' && isField(one, 'group'));
  return faults
    .filter((one) => one !== missing || !faults.some((other) => isField(other, 'apiVersion')))
    .map((one) =>
      missing && isField(one, 'apiVersion')
        ? { ...one, fix: 'write group instead, without the version: group: karpenter.k8s.aws' }
        : one,
    );
}

/** A kind that is known here, in a version of its group that no API server has any more, or in no group that has it. */
function versionFaults({ apiVersion, body }: Manifest): ObjectProblem[] {
  const kind = String(body.kind);
  const versions = Object.keys(SCHEMA.kinds).map((name) => name.slice(0, name.lastIndexOf('/')));
  const known = versions.filter((one) => Object.hasOwn(SCHEMA.kinds, `${one}/${kind}`));
  const group = groupOf(apiVersion);
  // A group that others define has a dot in its name.
  const isOurs = !group.includes('.') || versions.map(groupOf).includes(group);
  const isOld = /(alpha|beta)\d+$/.test(apiVersion) || !known.map(groupOf).includes(group);
  // The group secrets says of an ExternalSecret since when.
  if (known.length === 0 || !isOurs || !isOld || kind === 'ExternalSecret') return [];
  return [
    {
      id: 'old-version',
      severity: 'error',
      at: ['apiVersion'],
      found: apiVersion,
      why: `API servers have no ${kind} of this version, and nothing of it is proved here`,
      fix: `write ${known.join(' or ')}`,
    },
  ];
}
