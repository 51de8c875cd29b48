import { type NodePool, offeredTypes } from '../cluster/node-pools';
import { type InstanceType, instanceTypes } from '../karpenter/instance-types';
import { satisfies } from '../karpenter/matching-types';
import { formatRequirement, type Requirement } from '../karpenter/requirement';
import { nearestName } from '../values/suggest';

/** What rules out all instance types: one requirement, two that no type meets together, or only all of them. */
export function culpritsOf(pool: NodePool): readonly Requirement[] {
  const offered = offeredTypes(pool);
  const all = [...pool.requirements.values()];
  const alone = all.find((one) => !offered.some((type) => satisfies(type, one)));
  if (alone) return [alone];
  for (const [index, one] of all.entries()) {
    const left = offered.filter((type) => satisfies(type, one));
    const other = all.slice(index + 1).find((two) => !left.some((type) => satisfies(type, two)));
    if (other) return [one, other];
  }
  return [];
}

/** Whether EC2 has types that meet a requirement on a label of EKS Auto Mode, whoever starts them. */
export function ec2Has(demand: Requirement): boolean {
  const key = asInCatalogue(demand.key);
  return instanceTypes().some((type) => satisfies(type, { ...demand, key }));
}

/** Whether a type of EC2 has this value of a label of EKS Auto Mode. */
function ec2Knows(key: string, value: string): boolean {
  return instanceTypes().some(({ labels }) => labels[asInCatalogue(key)] === value);
}

function asInCatalogue(key: string): string {
  return key.replace('eks.amazonaws.com/', 'karpenter.k8s.aws/');
}

/** `karpenter.k8s.aws/instance-category In [t3]` */
export function formatDemand(of: Requirement): string {
  return `${of.key} ${formatRequirement(of)}`;
}

/** What to write instead of a value that no type has under a label; undefined where nothing is near. */
export function correctionOf(
  pool: NodePool,
  key: string,
  value: string,
  listed: ReadonlySet<string>,
): string | undefined {
  const offered = offeredTypes(pool);
  const known = new Set(offered.flatMap(({ labels }) => labels[key] ?? []));
  // A value that EC2 has is not a typo, even where EKS Auto Mode does not start it.
  if (known.has(value) || (pool.isAutoMode && ec2Knows(key, value))) return undefined;
  const meant = meantBy(offered, key, value) ?? nearestOf(value, known);
  if (meant === undefined) return undefined;
  return listed.has(meant.value)
    ? `remove ${value}: ${meant.value} is listed`
    : `write ${meant.value} instead of ${value}${meant.because}`;
}

interface Meant {
  readonly value: string;
  readonly because: string;
}

function nearestOf(value: string, known: ReadonlySet<string>): Meant | undefined {
  const near = nearestName(value, known);
  return near === undefined ? undefined : { value: near, because: '' };
}

/** A value of another label, for example of a family where a category stands, with what its types have here. */
function meantBy(offered: readonly InstanceType[], key: string, value: string): Meant | undefined {
  for (const other of ['family', 'size', 'category', 'type']) {
    const named = offered.filter(({ name, labels }) =>
      other === 'type'
        ? name === value
        : Object.entries(labels).some(([label, is]) => label.endsWith(`/instance-${other}`) && is === value),
    );
    const values = new Set(named.flatMap(({ labels }) => labels[key] ?? []));
    const [only] = values;
    if (values.size === 1 && only !== value) return { value: only, because: `, which is the ${other}` };
  }
  return undefined;
}
