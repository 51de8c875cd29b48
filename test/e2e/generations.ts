import type { KubeObject } from '../../tools/engines/kube-client';
import { kubectl } from './running-cluster';

const WATCHED = [
  'namespaces',
  'nodepools',
  'ec2nodeclasses',
  'deployments',
  'configmaps',
  'serviceaccounts',
  'roles',
  'rolebindings',
  'sealedsecrets',
  'networkpolicies',
  'poddisruptionbudgets',
  'resourcequotas',
  'limitranges',
];

/** What each namespace has of itself. */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'default']);

/** The versions of a fleet's objects, by kind and name. They move when somebody writes, and not with the status. */
export function generationsOf(prefix: string): Readonly<Record<string, unknown>> {
  const objects = JSON.parse(
    kubectl('get', WATCHED.join(','), '--all-namespaces', '--output', 'json'),
  ).items.filter(
    ({ metadata }: KubeObject) =>
      (metadata.namespace ?? metadata.name).startsWith(`${prefix}-`) && !OF_THE_CLUSTER.has(metadata.name),
  );
  return Object.fromEntries(
    objects.map(({ kind, metadata }: KubeObject) => [
      `${kind}/${metadata.name}`,
      metadata.generation ?? metadata.resourceVersion,
    ]),
  );
}

/** Names of objects that one has and the other has not, or in another version. */
export function changedObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .sort();
}
