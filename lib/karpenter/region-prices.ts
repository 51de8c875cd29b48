import { autoModeFeeUsdPerHour } from './auto-mode-fee';
import { CATALOGUE, type InstanceType, instanceTypes } from './instance-types';
import file from './region-prices.json';

/** What an hour of a type costs on Spot, US dollars: the least and the most within the time of the source. */
export interface SpotRange {
  readonly low: number;
  readonly high: number;
}

/** Prices of EC2 in one region, of one day. */
export interface RegionPrices {
  /** AWS region: `eu-central-1`. */
  readonly region: string;
  /** Day of the prices: `2026-07-06`. */
  readonly date: string;
  /** Where they come from, as half a sentence. */
  readonly source: string;
  /** US dollars an hour on demand by type, Linux, shared tenancy. A type that is missing has no price, whatever it costs elsewhere. */
  readonly onDemand: ReadonlyMap<string, number>;
  /** US dollars an hour on Spot by type. Empty where nobody gave any. */
  readonly spot: ReadonlyMap<string, SpotRange>;
}

/**
 * Prices of a region as stored. A family alone stands for the price of a vCPU of all its types, `c6g: 0.034`; a type stands for
 * itself, and null says that the region does not sell it.
 */
interface StoredPrices {
  readonly source: string;
  readonly regions: Readonly<
    Record<string, { readonly date: string; readonly usdPerHour: Readonly<Record<string, number | null>> }>
  >;
}

const STORED: StoredPrices = file;

const known = new Map<string, RegionPrices>();

/** Regions whose prices this package brings. */
export const PRICED_REGIONS: readonly string[] = [CATALOGUE.priceRegion, ...Object.keys(STORED.regions)];

/** The prices that this package brings for a region; undefined where it has none. */
export function regionPrices(region: string): RegionPrices | undefined {
  const found = known.get(region) ?? (region === CATALOGUE.priceRegion ? catalogue() : stored(region));
  if (found !== undefined) known.set(region, found);
  return found;
}

/** The prices of the catalogue itself: those of us-east-1. */
export const CATALOGUE_PRICES: RegionPrices = regionPrices(CATALOGUE.priceRegion) ?? catalogue();

function catalogue(): RegionPrices {
  const priced = instanceTypes().flatMap(({ name, onDemandUsdPerHour: usd }) =>
    usd === undefined ? [] : [[name, usd] as const],
  );
  return {
    region: CATALOGUE.priceRegion,
    date: CATALOGUE.priceDate,
    source: 'list prices of AWS, as Karpenter ships them',
    onDemand: new Map(priced),
    spot: new Map(),
  };
}

function stored(region: string): RegionPrices | undefined {
  if (!Object.hasOwn(STORED.regions, region)) return undefined;
  const { date, usdPerHour } = STORED.regions[region];
  const priced = instanceTypes().flatMap(({ name, vcpu }) => {
    const usd = storedPrice(usdPerHour, name, vcpu);
    return usd === undefined ? [] : [[name, usd] as const];
  });
  return { region, date, source: STORED.source, onDemand: new Map(priced), spot: new Map() };
}

function storedPrice(
  usdPerHour: Readonly<Record<string, number | null>>,
  name: string,
  vcpu: number,
): number | undefined {
  const own = usdPerHour[name];
  if (own !== undefined) return own ?? undefined;
  const each = usdPerHour[name.slice(0, name.indexOf('.'))];
  // Prices have six digits after the point at most: what a product of two of them has more is rounding.
  return each == null ? undefined : Number((each * vcpu).toFixed(6));
}

const repriced = new WeakMap<RegionPrices, WeakMap<readonly InstanceType[], readonly InstanceType[]>>();

/** Types with the prices of a region instead of those of the catalogue; the same list every time for one list. */
export function withPrices(types: readonly InstanceType[], prices: RegionPrices): readonly InstanceType[] {
  if (prices === CATALOGUE_PRICES) return types;
  const lists = repriced.get(prices) ?? new WeakMap<readonly InstanceType[], readonly InstanceType[]>();
  repriced.set(prices, lists);
  const found = lists.get(types) ?? types.map((type) => withPrice(type, prices));
  lists.set(types, found);
  return found;
}

function withPrice(type: InstanceType, { onDemand }: RegionPrices): InstanceType {
  const { autoModeUsdPerHour: _, ...rest } = type;
  const usd = onDemand.get(type.name);
  const category = type.labels['eks.amazonaws.com/instance-category'];
  const fee = category === undefined ? undefined : autoModeFeeUsdPerHour(category, usd);
  return {
    ...rest,
    onDemandUsdPerHour: usd,
    ...(fee !== undefined && { autoModeUsdPerHour: fee }),
  };
}
