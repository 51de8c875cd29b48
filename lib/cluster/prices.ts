import { REGION_LABEL, ZONE_LABEL } from '../karpenter/labels';
import { CATALOGUE_PRICES, type RegionPrices, regionPrices } from '../karpenter/region-prices';
import { fieldsOf, listOf, textOf } from '../values/record';
import type { Manifest } from './manifest';

/** What a user says of money, which no manifest says. */
export interface PriceSettings {
  /** AWS region of the clusters. @default what the manifests show */
  readonly region?: string;
  /** Prices to reckon with, whatever the region. @default those that this package brings for the region */
  readonly prices?: RegionPrices;
  /** Whether nodes have a public IPv4 address where their class does not say. @default false */
  readonly publicIpv4?: boolean;
}

/** The prices that figures are made of, and what is known of the region that they are for. */
export interface PricesInUse {
  readonly prices: RegionPrices;
  /** Region of the cluster; undefined where nothing says it. */
  readonly region: string | undefined;
  /** What says so, as half a sentence; undefined where nothing does. */
  readonly regionFrom: string | undefined;
  /** Whether nodes have a public IPv4 address where their class does not say. */
  readonly publicIpv4: boolean;
}

/** The prices for a cluster: those that the user gave, or those of its region, or without any those of us-east-1. */
export function pricesFor(
  manifests: readonly Manifest[],
  { region: said, prices, publicIpv4 = false }: PriceSettings = {},
): PricesInUse {
  const seen = said === undefined ? regionOf(manifests) : { region: said, from: 'as set' };
  const found = seen?.region === undefined ? undefined : regionPrices(seen.region);
  return {
    prices: prices ?? found ?? CATALOGUE_PRICES,
    region: seen?.region ?? prices?.region,
    regionFrom: seen?.from ?? (prices === undefined ? undefined : 'as the prices'),
    publicIpv4,
  };
}

/** A region and where it was seen. */
interface SeenRegion {
  readonly region: string;
  readonly from: string;
}

/**
 * The region that manifests show: what names it itself comes first, then what usually lies in the same one. Undefined where
 * nothing does, or where things of one kind name several.
 */
export function regionOf(manifests: readonly Manifest[]): SeenRegion | undefined {
  for (const [from, look] of EVIDENCE) {
    const regions = new Set(manifests.flatMap((manifest) => look(manifest)));
    const [region] = regions;
    if (region !== undefined) return regions.size === 1 ? { region, from } : undefined;
  }
  return undefined;
}

const EVIDENCE: readonly (readonly [from: string, look: (manifest: Manifest) => readonly string[]])[] = [
  ['of a ClusterConfig', ofClusterConfig],
  ['by the zones of a NodePool', ofNodePool],
  ['by an image in ECR', ofImages],
  ['by the bucket of a cache', ofBuckets],
];

function ofClusterConfig({ kind, apiVersion, body }: Manifest): readonly string[] {
  if (kind !== 'ClusterConfig' || !apiVersion.startsWith('eksctl.io/')) return [];
  return regionsOf([textOf(fieldsOf(body.metadata).region)]);
}

function ofNodePool({ kind, body }: Manifest): readonly string[] {
  if (kind !== 'NodePool') return [];
  const { spec } = fieldsOf(fieldsOf(body.spec).template);
  return listOf(fieldsOf(spec).requirements)
    .map(fieldsOf)
    .filter(({ key, operator }) => operator === 'In' && (key === REGION_LABEL || key === ZONE_LABEL))
    .flatMap(({ values }) => regionsOf(listOf(values).map((value) => textOf(value)?.replace(/[a-z]$/, ''))));
}

const HOST = /\b\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com/g;

/** Images of workloads and of config.toml alike. */
function ofImages({ kind, body }: Manifest): readonly string[] {
  if (!READ.has(kind)) return [];
  const found = [...JSON.stringify(body).matchAll(HOST)];
  return regionsOf(found.map(([, region]) => region));
}

const READ = new Set(['ConfigMap', 'Deployment', 'StatefulSet']);

function ofBuckets({ kind, body }: Manifest): readonly string[] {
  if (kind !== 'ConfigMap') return [];
  const texts = Object.values(fieldsOf(body.data)).flatMap((value) => textOf(value) ?? []);
  return regionsOf(
    texts
      .flatMap((text) => [...text.matchAll(/^\s*BucketLocation = "([a-z0-9-]+)"$/gm)])
      .map(([, region]) => region),
  );
}

function regionsOf(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.flatMap((text) => (text !== undefined && isRegion(text) ? [text] : []));
}

/** Whether a text has the form of an AWS region: `us-east-1`, `us-gov-west-1`. */
export function isRegion(text: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+-\d$/.test(text);
}
