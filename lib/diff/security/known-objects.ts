import { groupOf, type Manifest } from '../../cluster/manifest';
import { namespacesOf } from '../../cluster/namespaces';
import type { Comparison } from '../rule';

/** Group and kind of an object: `apps/Deployment`, `/ConfigMap`. */
export function groupKindOf({ apiVersion, kind }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** Namespaces of the cluster itself: no fleet has runners there. */
const OF_CLUSTER = /^(?:default|kube-.*|.*-system)$/;

/** Whether a namespace is one of the cluster itself. */
export function isOfCluster(namespace: string): boolean {
  return OF_CLUSTER.test(namespace);
}

/** The namespaces that are the fleet's: those of its managers and jobs. */
export function ownNamespaces({ before, after }: Comparison): ReadonlySet<string> {
  const [olds, news] = [before, after].map(({ runners }) => runners.flatMap(namespacesOf));
  return new Set([...olds, ...news.filter((name) => !OF_CLUSTER.test(name))]);
}
