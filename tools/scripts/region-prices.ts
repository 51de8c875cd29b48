/**
 * Makes `lib/karpenter/region-prices.json` out of the prices that Karpenter ships for regions besides that of the catalogue:
 *
 *     node build/test/tools/scripts/region-prices.js zz_generated.pricing_aws_us_gov.go > lib/karpenter/region-prices.json
 *
 * The file is that of aws/karpenter-provider-aws, pkg/providers/pricing. Those of China are in yuan, and are left out.
 */
import { readFileSync } from 'node:fs';
import { instanceTypes } from '../../lib/karpenter/instance-types';

const SOURCE = 'list prices of AWS, as Karpenter ships them';

/** Prices by type of each region of a file of Karpenter, and the day that it is of. */
export function pricesIn(go: string): {
  readonly date: string;
  readonly regions: ReadonlyMap<string, ReadonlyMap<string, number>>;
} {
  const date = /generated at (\d{4}-\d{2}-\d{2})T/.exec(go)?.[1];
  if (date === undefined) throw new Error('no line "generated at": is this a file of Karpenter?');
  const regions = new Map<string, Map<string, number>>();
  let region = new Map<string, number>();
  for (const [, opened, type, usd] of go.matchAll(/"([a-z0-9-]+)": \{|"([\w.-]+)": (\d+\.\d+)/g)) {
    if (opened !== undefined) {
      region = new Map();
      regions.set(opened, region);
    } else region.set(type, Number(usd));
  }
  return { date, regions };
}

interface PricedType {
  readonly name: string;
  readonly vcpu: number;
  readonly usd: number | undefined;
}

/** A family by the price of a vCPU where that holds for most of its types, and every other type by itself. */
export function compacted(prices: ReadonlyMap<string, number>): Readonly<Record<string, number | null>> {
  const families = new Map<string, PricedType[]>();
  for (const { name, vcpu } of instanceTypes()) {
    const family = name.slice(0, name.indexOf('.'));
    families.set(family, [...(families.get(family) ?? []), { name, vcpu, usd: prices.get(name) }]);
  }
  return Object.fromEntries([...families].flatMap(([family, types]) => entriesOf(family, types)));
}

type Entry = readonly [string, number | null];

function entriesOf(family: string, types: readonly PricedType[]): readonly Entry[] {
  const each = usualPrice(types);
  const priced = types.filter(({ usd }) => usd !== undefined);
  if (each === undefined) return [];
  const others = types.filter(({ usd, vcpu }) => Number((each * vcpu).toFixed(6)) !== usd);
  const own = (some: readonly PricedType[]) => some.map(({ name, usd }): Entry => [name, usd ?? null]);
  return others.length + 1 < priced.length ? [[family, each], ...own(others)] : own(priced);
}

/** The price of a vCPU that most types of a family have. */
function usualPrice(types: readonly PricedType[]): number | undefined {
  const counts = new Map<number, number>();
  for (const { usd, vcpu } of types) {
    if (usd === undefined) continue;
    const each = Number((usd / vcpu).toFixed(8));
    counts.set(each, (counts.get(each) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** The file to store, a line for each region. */
export function print(go: string): string {
  const { date, regions } = pricesIn(go);
  const lines = [...regions].map(
    ([region, prices]) =>
      `${JSON.stringify(region)}: ${JSON.stringify({ date, usdPerHour: compacted(prices) })}`,
  );
  return `{\n"source": ${JSON.stringify(SOURCE)},\n"regions": {\n${lines.join(',\n')}\n}\n}\n`;
}

if (require.main === module) process.stdout.write(print(readFileSync(process.argv[2], 'utf8')));
