import type { InstanceType } from '../karpenter/instance-types';
import { INSTANCE_TYPE_LABEL } from '../karpenter/labels';
import { fieldsOf, listOf, textOf } from '../values/record';
import type { NodePool } from './node-pools';

/** A requirement of which types have fewer values than it asks for. */
export interface MinValuesShortage {
  readonly key: string;
  /** Its minValues. */
  readonly least: number;
  readonly count: number;
}

type Flexible = Pick<NodePool, 'template' | 'types'>;

/**
 * The first `minValues` of a pool that the types left for a pod don't meet: by its default policy, Strict, Karpenter starts no
 * node then. What all types of the pool together don't meet is a fault of the pool, and left out.
 * @see kubernetes-sigs/karpenter v1.14.1 pkg/cloudprovider/types.go, SatisfiesMinValues
 */
export function minValuesShortage(
  { template, types }: Flexible,
  left: readonly InstanceType[],
): MinValuesShortage | undefined {
  if (left.length === 0) return undefined;
  return listOf(template.requirements)
    .map(fieldsOf)
    .flatMap(({ key: given, minValues }) => {
      const key = textOf(given) ?? '';
      if (typeof minValues !== 'number' || valuesOf(key, types) < minValues) return [];
      const count = valuesOf(key, left);
      return count < minValues ? [{ key, least: minValues, count }] : [];
    })[0];
}

/** How many values of a label types have; those that no type decides, for example of zones, are 0. */
export function valuesOf(key: string, types: readonly InstanceType[]): number {
  const values = types.flatMap(({ name, labels }) =>
    key === INSTANCE_TYPE_LABEL ? [name] : (labels[key] ?? []),
  );
  return new Set(values).size;
}
