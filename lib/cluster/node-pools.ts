import {
  type Allocatable,
  allocatable,
  type ControllerSettings,
  capacity,
  DEFAULT_SETTINGS,
  type NodeResources,
} from '../karpenter/allocatable';
import { AUTO_WELL_KNOWN_LABELS, autoModeCapacity, autoModeTypes } from '../karpenter/auto-mode';
import type { InstanceType } from '../karpenter/instance-types';
import {
  CAPACITY_TYPE_LABEL,
  COMPUTE_TYPE_LABEL,
  NODE_POOL_LABEL,
  nodePoolLabels,
  OS_LABEL,
  WELL_KNOWN_LABELS,
} from '../karpenter/labels';
import { type Limits, mayStart } from '../karpenter/limits';
import { matchingTypes } from '../karpenter/matching-types';
import type { NodeClassCapacity } from '../karpenter/node-class';
import { AUTO_MODE_GROUP } from '../karpenter/node-life';
import { typesOfClass } from '../karpenter/operating-system';
import { CATALOGUE_PRICES, type RegionPrices, withPrices } from '../karpenter/region-prices';
import { has, type NodeSelectorRequirement } from '../karpenter/requirement';
import { intersects, poolRequirements, type Requirements } from '../karpenter/requirements';
import type { Taint } from '../karpenter/taints';
import { parseQuantity } from '../values/quantity';
import { type Fields, fieldsOf, listOf, textOf, textsOf } from '../values/record';
import { holdsVariable, withDefaults } from '../values/run-time-variable';
import type { Manifest } from './manifest';
import { expressionOf } from './pod';
import { type RunTimeValues, runTimeValuesOf } from './run-time-values';

/** What nodes are taken for where the class of a pool is not among the manifests. */
const DEFAULT_NODE_CLASS: NodeClassCapacity = { amiFamily: 'AL2023' };
const DEFAULT_AUTO_CLASS = autoModeCapacity(undefined);
const DEFAULT_WINDOWS_CLASS: NodeClassCapacity = { amiFamily: 'Windows2022' };

function specOf({ nodeClass, isAutoMode }: Pick<NodePool, 'nodeClass' | 'isAutoMode'>): NodeClassCapacity {
  return nodeClass?.spec ?? (isAutoMode ? DEFAULT_AUTO_CLASS : DEFAULT_NODE_CLASS);
}

/** A NodePool with what it promises worked out. */
export interface NodePool {
  readonly manifest: Manifest;
  readonly name: string;
  readonly expressions: readonly NodeSelectorRequirement[];
  readonly requirements: Requirements;
  readonly taints: readonly Taint[];
  readonly weight: number;
  readonly limits: Limits;
  /** Devices that NodeOverlays give types, first the overlay that wins. */
  readonly overlays: readonly NodeOverlay[];
  /** Labels that a pod may ask for although the pool does not mention them. */
  readonly wellKnown: ReadonlySet<string>;
  /** Whether EKS Auto Mode starts its nodes. */
  readonly isAutoMode: boolean;
  /** How the controller that starts its nodes is set. */
  readonly controller: ControllerSettings;
  /** Types that its requirements leave. */
  readonly types: readonly InstanceType[];
  /** Those of them of which its limits let it start a node while it has none. */
  readonly startable: ReadonlySet<InstanceType>;
  /** The spec of its node class, and the object; undefined if it isn't among the manifests. */
  readonly nodeClass: { readonly manifest: Manifest; readonly spec: NodeClassCapacity } | undefined;
  /** `spec.template.spec`. */
  readonly template: Fields;
  /** Variables that something fills in before it is applied; undefined for none. Defaults are put in already. */
  readonly variables: RunTimeValues | undefined;
}

/** Devices that a NodeOverlay gives the instance types that meet its requirements. */
export interface NodeOverlay {
  readonly requirements: Requirements;
  readonly weight: number;
  readonly devices: Readonly<Record<string, number>>;
}

/** What a node of the pool offers to pods, devices of overlays included. */
export function nodeOf(pool: NodePool, type: InstanceType): Allocatable {
  const node = allocatable(type, specOf(pool), pool.controller);
  const own = pool.overlays.filter(({ requirements }) => matchingTypes([type], requirements).length > 0);
  if (own.length === 0) return node;
  const devices = own.map((overlay) => overlay.devices).reverse();
  return { ...node, extended: Object.assign({}, node.extended, ...devices) };
}

/** What a node of the pool has before anything is reserved, which limits count. Devices of overlays are not in it. */
export function capacityOf(
  pool: Pick<NodePool, 'nodeClass' | 'isAutoMode' | 'controller'>,
  type: InstanceType,
): NodeResources {
  return capacity(type, specOf(pool), pool.controller);
}

/** The types that Karpenter or Auto Mode has for a pool, before its requirements. */
export function offeredTypes({ isAutoMode, nodeClass, requirements }: NodePool): readonly InstanceType[] {
  return typesOf(isAutoMode, nodeClass?.spec, requirements);
}

/** The NodePools among manifests, those that come first in scheduling first. */
export function nodePoolsOf(
  manifests: readonly Manifest[],
  controller: ControllerSettings = DEFAULT_SETTINGS,
  prices: RegionPrices = CATALOGUE_PRICES,
): readonly NodePool[] {
  const classes = new Map(
    manifests
      .filter(({ kind, apiVersion }) => isClass(kind, apiVersion))
      .map((manifest) => [`${manifest.kind}/${manifest.name}`, manifest]),
  );
  const overlays = manifests
    .filter(({ kind, apiVersion }) => kind === 'NodeOverlay' && apiVersion.startsWith('karpenter.sh/'))
    .map(nodeOverlayOf)
    .sort((a, b) => b.weight - a.weight);
  return manifests
    .filter(({ kind, apiVersion }) => kind === 'NodePool' && apiVersion.startsWith('karpenter.sh/'))
    .map((manifest) => nodePoolOf(manifest, classes, overlays, controller, prices))
    .sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1));
}

/** Whether nodes of the pool may be of a capacity type. */
export function mayBe(pool: NodePool, capacityType: string): boolean {
  const requirement = pool.requirements.get(CAPACITY_TYPE_LABEL);
  return requirement === undefined || has(requirement, capacityType);
}

function nodeOverlayOf({ body }: Manifest): NodeOverlay {
  const spec = fieldsOf(body.spec);
  const devices = Object.entries(textsOf(spec.capacity)).map(([name, text]) => [name, Number(text) || 0]);
  return {
    requirements: poolRequirements({ requirements: listOf(spec.requirements).map(expressionOf) }),
    weight: Number(spec.weight ?? 0),
    devices: Object.fromEntries(devices),
  };
}

function isClass(kind: string, apiVersion: string): boolean {
  return kind === 'EC2NodeClass' || (kind === 'NodeClass' && apiVersion.startsWith(`${AUTO_MODE_GROUP}/`));
}

function nodePoolOf(
  manifest: Manifest,
  classes: ReadonlyMap<string, Manifest>,
  overlays: readonly NodeOverlay[],
  controller: ControllerSettings,
  prices: RegionPrices,
): NodePool {
  const variables = runTimeValuesOf(manifest);
  const spec = fieldsOf(variables ? withDefaults(manifest.body.spec) : manifest.body.spec);
  const template = fieldsOf(spec.template);
  const templateSpec = fieldsOf(template.spec);
  const { group, name: named } = fieldsOf(templateSpec.nodeClassRef);
  const className = textOf(named) ?? '';
  const isAutoMode = group === AUTO_MODE_GROUP;
  const expressions = listOf(templateSpec.requirements).map(expressionOf);
  const labels = textsOf(fieldsOf(template.metadata).labels);
  const requirements = poolRequirements({
    requirements: expressions,
    labels: {
      ...labels,
      ...(isAutoMode ? autoPoolLabels : nodePoolLabels)(manifest.name, className),
    },
  });
  const classManifest = classes.get(`${isAutoMode ? 'NodeClass' : 'EC2NodeClass'}/${className}`);
  const nodeClass = classManifest && {
    manifest: classManifest,
    spec: (isAutoMode ? autoModeClass : nodeClassCapacity)(withDefaults(classManifest.body.spec)),
  };
  const limits = textsOf(spec.limits);
  const offered = withPrices(typesOf(isAutoMode, nodeClass?.spec, requirements), prices);
  const types = matchingTypes(offered, requirements);
  return {
    manifest,
    name: manifest.name,
    expressions,
    requirements,
    taints: listOf(templateSpec.taints).map((taint) => fieldsOf(taint) as unknown as Taint),
    weight: Number(spec.weight ?? 0),
    limits,
    // EKS Auto Mode has no NodeOverlays.
    overlays: isAutoMode ? [] : overlays.filter((overlay) => intersects(overlay.requirements, requirements)),
    wellKnown: isAutoMode ? AUTO_WELL_KNOWN_LABELS : WELL_KNOWN_LABELS,
    isAutoMode,
    controller,
    types,
    startable: new Set(
      types.filter((type) => mayStart(limits, capacityOf({ nodeClass, isAutoMode, controller }, type))),
    ),
    nodeClass,
    template: templateSpec,
    variables,
  };
}

/** Fields of a class that decide how much room its nodes have. */
const ROOM_OF_CLASS = ['kubelet', 'blockDeviceMappings', 'ephemeralStorage'];

/** Whether something that exists at run time only decides about nodes of a pool. */
export function hasOpenVariables({ variables, nodeClass }: NodePool): boolean {
  if (variables !== undefined && variables.open.length > 0) return true;
  const spec = fieldsOf(nodeClass?.manifest.body.spec);
  return ROOM_OF_CLASS.some((key) => holdsVariable(withDefaults(spec[key])));
}

/** What every node of a pool of Auto Mode carries. */
function autoPoolLabels(nodePool: string, nodeClass: string): Readonly<Record<string, string>> {
  return {
    [NODE_POOL_LABEL]: nodePool,
    [COMPUTE_TYPE_LABEL]: 'auto',
    [`${AUTO_MODE_GROUP}/nodeclass`]: nodeClass,
  };
}

/** The types that nodes of a pool may be, with their labels. A class that is not here may well be one for Windows. */
function typesOf(
  isAutoMode: boolean,
  nodeClass: NodeClassCapacity | undefined,
  requirements: Requirements,
): readonly InstanceType[] {
  if (isAutoMode) return autoModeTypes();
  const system = requirements.get(OS_LABEL);
  const wantsWindows = system !== undefined && !has(system, 'linux') && has(system, 'windows');
  return typesOfClass(nodeClass ?? (wantsWindows ? DEFAULT_WINDOWS_CLASS : DEFAULT_NODE_CLASS));
}

/** The spec of a NodeClass of Auto Mode, as far as it decides about capacity. */
function autoModeClass(value: unknown): NodeClassCapacity {
  const { ephemeralStorage, podSubnetSelectorTerms } = fieldsOf(value);
  const size = textOf(fieldsOf(ephemeralStorage).size);
  const isSize = size !== undefined && parseQuantity(size) !== undefined;
  return autoModeCapacity(isSize ? size : undefined, listOf(podSubnetSelectorTerms).length > 0);
}

/** The spec of a node class with what has another shape than its kind allows left out: the API server refuses that. */
function nodeClassCapacity(value: unknown): NodeClassCapacity {
  const spec = fieldsOf(value);
  const kubelet = fieldsOf(spec.kubelet);
  return {
    ...(spec as NodeClassCapacity),
    kubelet: {
      ...kubelet,
      kubeReserved: quantitiesOf(kubelet.kubeReserved),
      systemReserved: quantitiesOf(kubelet.systemReserved),
      evictionHard: quantitiesOf(kubelet.evictionHard),
    },
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

/** The quantities and percentages of a table. */
function quantitiesOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(textsOf(value)).filter(
      ([, text]) => parseQuantity(text) !== undefined || /^\d+(\.\d+)?%$/.test(text),
    ),
  );
}
