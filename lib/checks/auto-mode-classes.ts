import type { Manifest } from '../cluster/manifest';
import type { NodePool } from '../cluster/node-pools';
import { ofKind } from '../cluster/of-kind';
import { AUTO_INSTANCE_LABELS, COMPUTE_TYPE_LABEL, INSTANCE_LABELS } from '../karpenter/labels';
import { AUTO_MODE_GROUP } from '../karpenter/node-life';
import { fieldsOf, textsOf } from '../values/record';
import { AUTO_MODE_RULES } from './auto-mode-rules';
import type { Finding } from './finding';

const { finding } = AUTO_MODE_RULES;

const KARPENTER_GROUP = 'karpenter.k8s.aws';
/** The kind of node class of either group. */
const KINDS: Readonly<Record<string, string>> = {
  [AUTO_MODE_GROUP]: 'NodeClass',
  [KARPENTER_GROUP]: 'EC2NodeClass',
};
const OTHER: Readonly<Record<string, string>> = {
  [AUTO_MODE_GROUP]: KARPENTER_GROUP,
  [KARPENTER_GROUP]: AUTO_MODE_GROUP,
};
const WHOSE: Readonly<Record<string, string>> = {
  [AUTO_MODE_GROUP]: 'EKS Auto Mode',
  [KARPENTER_GROUP]: 'self-managed Karpenter',
};

/** A reference to a class of one group that has the kind, or the only class of its name, of the other. */
export function mixedClassFindings(pool: NodePool, manifests: readonly Manifest[]): Finding[] {
  const mix = classMixOf(pool, manifests);
  if (mix === undefined) return [];
  const { group = '', kind = '', name = '' } = textsOf(pool.template.nodeClassRef);
  const other = OTHER[group];
  const why =
    mix === 'kind'
      ? `${kind} is a kind of ${WHOSE[other]}, and ${group} is the group of ${WHOSE[group]}: the pool never starts a node`
      : `the class of this name is ${KINDS[other]} of ${WHOSE[other]}, and the pool asks ${WHOSE[group]} for it: it never starts a node`;
  return [
    finding('mixed-class', {
      severity: 'error',
      at: { manifest: pool.manifest, path: ['spec', 'template', 'spec', 'nodeClassRef'] },
      found: `${group}/${kind} ${name}`,
      why,
      fix: `write group ${group} and kind ${KINDS[group]} for ${WHOSE[group]}, or group ${other} and kind ${KINDS[other]} for ${WHOSE[other]}, with the labels of its nodes`,
    }),
  ];
}

/** How a pool mixes both groups: by the kind that it names, or by the class that there is; undefined where it doesn't. */
export function classMixOf(
  { template, nodeClass }: NodePool,
  manifests: readonly Manifest[],
): 'kind' | 'class' | undefined {
  const { group = '', kind = '', name } = textsOf(template.nodeClassRef);
  const other = OTHER[group];
  if (other === undefined) return undefined;
  if (kind === KINDS[other]) return 'kind';
  const isThere = ofKind(manifests, KINDS[other]).some(
    (one) => one.name === name && one.apiVersion.startsWith(`${other}/`),
  );
  return kind === KINDS[group] && nodeClass === undefined && isThere ? 'class' : undefined;
}

/** Requirements on labels that nodes of the pool do not have, since they are those of the other group. */
export function foreignLabelFindings(pool: NodePool): Finding[] {
  const group = fieldsOf(pool.template.nodeClassRef).group;
  if (group !== AUTO_MODE_GROUP && group !== KARPENTER_GROUP) return [];
  return pool.expressions.flatMap(({ key, operator, values = [] }, index) => {
    if (key === COMPUTE_TYPE_LABEL && !pool.isAutoMode && operator === 'In' && values.includes('auto'))
      return [foreign(pool, index, key, COMPUTE_TYPE, 'remove it, or name a NodeClass')];
    if (!isForeign(pool, key)) return [];
    const own = pool.isAutoMode
      ? key.replace(KARPENTER_GROUP, AUTO_MODE_GROUP)
      : key.replace(AUTO_MODE_GROUP, KARPENTER_GROUP);
    const isKnown = (pool.isAutoMode ? AUTO_INSTANCE_LABELS : INSTANCE_LABELS).has(own);
    const why = pool.isAutoMode
      ? 'nodes of EKS Auto Mode have no label of this domain: no instance type meets the requirement, and the pool never starts a node'
      : "Karpenter's nodes have no such label of their own: the requirement rules out no instance type";
    return [foreign(pool, index, key, why, isKnown ? `write ${own}` : 'remove it')];
  });
}

const COMPUTE_TYPE =
  'the label is that of nodes of EKS Auto Mode, and the daemonsets of EKS keep off them: a node of Karpenter with it gets no network';

/** Whether a label is one of the other group. */
export function isForeign({ isAutoMode }: NodePool, key: string): boolean {
  return isAutoMode ? key.startsWith(`${KARPENTER_GROUP}/`) : AUTO_INSTANCE_LABELS.has(key);
}

function foreign({ manifest }: NodePool, index: number, found: string, why: string, fix: string): Finding {
  const path = ['spec', 'template', 'spec', 'requirements', index, 'key'];
  return finding('foreign-label', { severity: 'error', at: { manifest, path }, found, why, fix });
}
