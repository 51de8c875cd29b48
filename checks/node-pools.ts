import { type InstanceType, instanceTypes } from '../karpenter/instance-types';
import { CAPACITY_TYPE_LABEL, nodePoolLabels } from '../karpenter/labels';
import { matchingTypes } from '../karpenter/matching-types';
import type { NodeClassCapacity } from '../karpenter/node-class';
import { has, type NodeSelectorRequirement } from '../karpenter/requirement';
import { poolRequirements, type Requirements } from '../karpenter/requirements';
import type { Taint } from '../karpenter/taints';
import type { Manifest } from '../manifests/manifest';
import { parseQuantity } from '../values/quantity';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from './fields';
import { expressionOf } from './pod';

/** A NodePool with what it promises worked out. */
export interface NodePool {
  readonly manifest: Manifest;
  readonly name: string;
  readonly expressions: readonly NodeSelectorRequirement[];
  readonly requirements: Requirements;
  readonly taints: readonly Taint[];
  readonly weight: number;
  readonly limits: Readonly<Record<string, string>>;
  /** Types that its requirements leave. */
  readonly types: readonly InstanceType[];
  /** The spec of its EC2NodeClass, and the object; undefined if it isn't among the manifests. */
  readonly nodeClass: { readonly manifest: Manifest; readonly spec: NodeClassCapacity } | undefined;
  /** `spec.template.spec`. */
  readonly template: Fields;
}

/** The NodePools among manifests, those that come first in scheduling first. */
export function nodePoolsOf(manifests: readonly Manifest[]): readonly NodePool[] {
  const classes = new Map(
    manifests.filter(({ kind }) => kind === 'EC2NodeClass').map((manifest) => [manifest.name, manifest]),
  );
  return manifests
    .filter(({ kind, apiVersion }) => kind === 'NodePool' && apiVersion.startsWith('karpenter.sh/'))
    .map((manifest) => nodePoolOf(manifest, classes))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** Whether nodes of the pool may be of a capacity type. */
export function mayBe(pool: NodePool, capacityType: string): boolean {
  const requirement = pool.requirements.get(CAPACITY_TYPE_LABEL);
  return requirement === undefined || has(requirement, capacityType);
}

function nodePoolOf(manifest: Manifest, classes: ReadonlyMap<string, Manifest>): NodePool {
  const spec = fieldsOf(manifest.body.spec);
  const template = fieldsOf(spec.template);
  const templateSpec = fieldsOf(template.spec);
  const className = textOf(fieldsOf(templateSpec.nodeClassRef).name) ?? '';
  const expressions = listOf(templateSpec.requirements).map(expressionOf);
  const labels = textsOf(fieldsOf(template.metadata).labels);
  const requirements = poolRequirements({
    requirements: expressions,
    labels: { ...labels, ...nodePoolLabels(manifest.name, className) },
  });
  const nodeClass = classes.get(className);
  return {
    manifest,
    name: manifest.name,
    expressions,
    requirements,
    taints: listOf(templateSpec.taints).map((taint) => fieldsOf(taint) as unknown as Taint),
    weight: Number(spec.weight ?? 0),
    limits: textsOf(spec.limits),
    types: matchingTypes(instanceTypes(), requirements),
    nodeClass: nodeClass && { manifest: nodeClass, spec: nodeClassCapacity(nodeClass.body.spec) },
    template: templateSpec,
  };
}

/** The spec of a node class with what has another shape than its kind allows left out: the API server refuses that. */
function nodeClassCapacity(value: unknown): NodeClassCapacity {
  const spec = fieldsOf(value);
  return {
    ...(spec as NodeClassCapacity),
    amiFamily: textOf(spec.amiFamily),
    amiSelectorTerms: listOf(spec.amiSelectorTerms).map((term) => ({ alias: textOf(fieldsOf(term).alias) })),
    blockDeviceMappings: listOf(spec.blockDeviceMappings).map((mapping) => {
      const { deviceName, rootVolume, ebs } = fieldsOf(mapping);
      const size = textOf(fieldsOf(ebs).volumeSize);
      const volumeSize = size !== undefined && parseQuantity(size) !== undefined ? size : undefined;
      return { deviceName: textOf(deviceName), rootVolume: rootVolume === true, ebs: { volumeSize } };
    }),
  };
}
